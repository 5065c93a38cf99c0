#!/usr/bin/python3
"""One case of attention in PyTorch: torch_side.py CASE N THREADS [f64] [causal]. The cases are those of ../kernel.cpp:

weights_fresh    softmax(q @ k.T / 8) @ v as everybody writes it
weights_reused   the same with out= into tensors that are used again; 1/8 is in q beforehand
output           PyTorch's own scaled dot product attention
pooled           one head by blocks of rows, into memory that is used again: what a careful user writes
pooled_whole     one head with the whole matrix in memory: what anybody writes
small            weights_reused of one head
"""
import json
import sys

import torch
import torch.nn.functional as F

from measure import measure, peak_mb

HEADS, WIDTH, CELLS = 12, 64, 1024


class Input:
    def __init__(self, heads, n, dtype):
        torch.manual_seed(0)
        self.q, self.k, self.v = (torch.randn(1, heads, n, WIDTH, dtype=dtype) for _ in range(3))
        self.heads, self.n, self.dtype = heads, n, dtype

    def weights_of_rows(self, head, rows, causal=False):
        """In double."""
        scores = self.q[0, head, rows].double() @ self.k[0, head].double().t() / WIDTH**0.5
        if causal:
            scores.masked_fill_(torch.arange(self.n) > torch.arange(self.n)[rows, None], -torch.inf)
        return torch.softmax(scores, -1)

    def check(self, what, actual, expected):
        allowed = (1e-4 if self.dtype == torch.float32 else 1e-10) * expected.abs().max()
        if not (actual.double() - expected).abs().max() <= allowed:  # also where there is a NaN
            raise SystemExit(what + ": doesn't agree with the plain computation in double")

    def check_rows(self, output, weights=None):
        rows = torch.tensor([0, self.n // 2, self.n - 1])
        for head in {0, self.heads - 1}:
            expected = self.weights_of_rows(head, rows)
            self.check("output", output[0, head, rows], expected @ self.v[0, head].double())
            if weights is not None:
                self.check("weights", weights[0, head, rows], expected)

    def check_pooled(self, causal, mean, largest):
        side = self.n // CELLS
        for row in 0, CELLS // 2:
            cells = self.weights_of_rows(0, slice(row * side, (row + 1) * side), causal).view(side, CELLS, side)
            self.check("mean", mean[row], cells.mean((0, 2)))
            self.check("max", largest[row], cells.amax((0, 2)))


def weights_fresh(x):
    result = [None, None]

    def call():
        result[:] = None, None
        weights = F.softmax(torch.matmul(x.q, x.k.transpose(-2, -1)) / WIDTH**0.5, dim=-1)
        result[:] = torch.matmul(weights, x.v), weights

    return measure(call, lambda: x.check_rows(*result))


def weights_reused(x):
    scaled, keys = x.q / WIDTH**0.5, x.k.transpose(-2, -1)
    weights, output = torch.empty(1, x.heads, x.n, x.n, dtype=x.dtype), torch.empty_like(x.q)

    def call():
        torch.matmul(scaled, keys, out=weights)
        torch.softmax(weights, -1, out=weights)
        torch.matmul(weights, x.v, out=output)

    return measure(call, lambda: x.check_rows(output, weights))


def output(x):
    result = [None]

    def call():
        if hasattr(F, "scaled_dot_product_attention"):
            result[0] = F.scaled_dot_product_attention(x.q, x.k, x.v)
        else:
            result[0] = F._scaled_dot_product_attention(x.q, x.k, x.v)[0]  # its name in PyTorch 1.13

    return measure(call, lambda: x.check_rows(result[0]))


def pooled(x, causal):
    n, side = x.n, x.n // CELLS
    rows = max(side, 2**24 // n // side * side)  # tried: 32 … 1024 for 32,768 tokens, 128 and 512 for 131,072
    q, keys = x.q[0, 0] / WIDTH**0.5, x.k[0, 0].t()
    memory = torch.empty(rows * n, dtype=x.dtype)
    hidden = torch.ones(rows, rows, dtype=torch.bool).triu(1)
    mean, largest = (torch.zeros(CELLS, CELLS, dtype=x.dtype) for _ in range(2))

    def call():
        for i in range(0, n, rows):
            visible = i + rows if causal else n  # keys behind the block aren't computed at all
            weights = memory[:rows * visible].view(rows, visible)
            torch.matmul(q[i:i + rows], keys[:, :visible], out=weights)
            if causal:
                weights[:, i:].masked_fill_(hidden, -torch.inf)
            torch.softmax(weights, -1, out=weights)
            cells = weights.view(rows // side, side, visible // side, side)
            mean[i // side:(i + rows) // side, :visible // side] = cells.mean((1, 3))
            largest[i // side:(i + rows) // side, :visible // side] = cells.amax((1, 3))

    return measure(call, lambda: x.check_pooled(causal, mean, largest))


def pooled_whole(x, causal):
    side = x.n // CELLS
    result = [None, None]

    def call():
        result[:] = None, None
        scores = x.q[0, 0] @ x.k[0, 0].t() / WIDTH**0.5
        if causal:
            scores.masked_fill_(torch.ones(x.n, x.n, dtype=torch.bool).triu(1), -torch.inf)
        cells = F.softmax(scores, dim=-1).view(CELLS, side, CELLS, side)
        result[:] = cells.mean((1, 3)), cells.amax((1, 3))

    return measure(call, lambda: x.check_pooled(causal, *result))


def main():
    case, n, threads, *more = sys.argv[1:]
    n, causal = int(n), "causal" in more
    torch.set_num_threads(int(threads))
    with torch.inference_mode():
        one_head = case in ("pooled", "pooled_whole", "small")
        x = Input(1 if one_head else HEADS, n, torch.float64 if "f64" in more else torch.float32)
        times = {"weights_fresh": weights_fresh, "weights_reused": weights_reused, "output": output,
                 "pooled": lambda x: pooled(x, causal), "pooled_whole": lambda x: pooled_whole(x, causal),
                 "small": weights_reused}[case](x)
    operations = (2 if "pooled" in case else 4) * x.heads * n * n * WIDTH / (2 if causal else 1)
    print(json.dumps({**times, "mb": peak_mb(), "gflops": operations / times["s"] * 1e-9}))


main()
