#!/usr/bin/python3
"""Writes core.txt: numbers from PyTorch and NumPy that attn's core must agree with.

    ./make_golden.py            (made with torch 1.13.0, numpy 1.24.2, Debian 12)

Each entry is a line "name rows columns", then the rows. What PyTorch doesn't have (rotary positions and their scalings,
ALiBi slopes, relative buckets, sinusoids) is written here a second time, from the papers and in another way than in C++.
"""
import math
import os

import numpy as np
import torch
import torch.nn.functional as F

lines = []


def put(name, values):
    values = np.asarray(values.detach() if isinstance(values, torch.Tensor) else values)
    values = values.reshape(1, -1) if values.ndim < 2 else values.reshape(-1, values.shape[-1])
    digits = "%.9g" if values.dtype == np.float32 else "%.17g"
    lines.append("%s %d %d" % (name, *values.shape))
    lines.extend(" ".join(digits % x for x in row) for row in values)


def attention(q, k, v, scale=None, hidden=None, cap=None, bias=0):
    scores = q @ k.transpose(-2, -1) * (q.shape[-1] ** -0.5 if scale is None else scale) + bias
    if cap is not None:
        scores = cap * torch.tanh(scores / cap)
    if hidden is not None:
        scores = scores.masked_fill(hidden, -math.inf)
    weights = F.softmax(scores, dim=-1)
    return weights @ v, weights


# attention: the smallest example, in float and double; then what can be asked for, in double
torch.manual_seed(0)
x = torch.randn(1, 4, 8)[0]
put("seed.x", x.double())
for name, t in ("float", x), ("double", x.double()):
    output, weights = attention(t, t, t)
    put("seed.%s.output" % name, output)
    put("seed.%s.weights" % name, weights)
above = torch.ones(4, 4, dtype=torch.bool).triu(1)
for name, options in ("causal", dict(hidden=above)), ("scale", dict(scale=0.75)), ("cap", dict(cap=1.5)):
    output, weights = attention(x.double(), x.double(), x.double(), **options)
    put("seed.%s.output" % name, output)
    put("seed.%s.weights" % name, weights)
q, k, v = (torch.randn(n, d, dtype=torch.double, requires_grad=True) for n, d in ((3, 4), (5, 4), (5, 2)))
bias = torch.randn(3, 5, dtype=torch.double, requires_grad=True)
output, weights = attention(q, k, v, cap=2.0, bias=bias)
d_output, d_weights = torch.randn_like(output), torch.randn_like(weights)
((output * d_output).sum() + (weights * d_weights).sum()).backward()
for name in "q k v bias output weights d_output d_weights".split():
    put("cross." + name, locals()[name])
for name in "q k v bias".split():
    put("cross.d_" + name, locals()[name].grad)

# multi-head: PyTorch's module; then grouped queries
module = torch.nn.MultiheadAttention(8, 2, batch_first=True)
torch.nn.init.normal_(module.in_proj_bias)
torch.nn.init.normal_(module.out_proj.bias)
output, weights = module(x[None], x[None], x[None], average_attn_weights=False)
put("module.in_weight", module.in_proj_weight)
put("module.in_bias", module.in_proj_bias)
put("module.out_weight", module.out_proj.weight)
put("module.out_bias", module.out_proj.bias)
put("module.output", output)
put("module.weights", weights)  # [H·N x N]
H, Hkv, dk, dv = 4, 2, 2, 3
q, k, v = torch.randn(3, H * dk).double(), torch.randn(5, Hkv * dk).double(), torch.randn(5, Hkv * dv).double()
split = lambda t, heads: t.reshape(t.shape[0], heads, -1).transpose(0, 1)
repeat = lambda t: split(t, Hkv).repeat_interleave(H // Hkv, dim=0)
output, weights = attention(split(q, H), repeat(k), repeat(v))
put("grouped.q", q)
put("grouped.k", k)
put("grouped.v", v)
put("grouped.output", output.transpose(0, 1).reshape(3, H * dv))
put("grouped.weights", weights)

# norms and activations
x = torch.randn(3, 6).double() * 2 + 1
gain, shift = torch.randn(6).double(), torch.randn(6).double()
put("norm.x", x)
put("norm.gain", gain)
put("norm.shift", shift)
put("norm.layer", F.layer_norm(x, (6,), gain, shift, eps=1e-5))
put("norm.rms", x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + 1e-6) * gain)
u = torch.linspace(-6, 6, 25).double()
put("activation.x", u)
put("activation.relu", F.relu(u))
put("activation.gelu_erf", F.gelu(u))
put("activation.gelu_tanh", F.gelu(u, approximate="tanh"))
put("activation.silu", F.silu(u))

# rotary positions, by complex numbers
x = np.random.RandomState(0).randn(4, 8)
positions = np.array([0, 1, 5, 100])
put("rope.x", x)
put("rope.positions", positions)


def turn(z, r):  # z [N x r/2]
    return z * np.exp(1j * np.outer(positions, 10000.0 ** (-np.arange(0, r, 2) / r)))


for r in 8, 4:
    z = turn(x[:, 0:r:2] + 1j * x[:, 1:r:2], r)
    put("rope.interleaved.%d" % r, np.concatenate([np.stack([z.real, z.imag], -1).reshape(4, r), x[:, r:]], 1))
    z = turn(x[:, : r // 2] + 1j * x[:, r // 2 : r], r)
    put("rope.halves.%d" % r, np.concatenate([z.real, z.imag, x[:, r:]], 1))


# frequencies, scaled as in config.json's rope_scaling
def frequencies(r, base):
    return 1.0 / base ** (np.arange(0, r, 2) / r)


put("frequencies.default", frequencies(16, 10000.0))
put("frequencies.linear", frequencies(16, 10000.0) / 2.0)
# dynamic: factor 4, max_position_embeddings 64, 100 tokens
put("frequencies.dynamic", frequencies(16, 10000.0 * (4.0 * 100 / 64 - 3.0) ** (16 / 14)))


def llama3(r, base, factor, low, high, trained):
    scaled = []
    for f in frequencies(r, base):
        wavelength = 2 * math.pi / f
        if wavelength < trained / high:
            scaled.append(f)
        elif wavelength > trained / low:
            scaled.append(f / factor)
        else:
            smooth = (trained / wavelength - low) / (high - low)
            scaled.append((1 - smooth) * f / factor + smooth * f)
    return scaled


put("frequencies.llama3.16", llama3(16, 500000.0, 8.0, 1.0, 4.0, 32))
put("frequencies.llama3.128", llama3(128, 500000.0, 8.0, 1.0, 4.0, 8192))


def yarn(r, base, factor, trained, fast=32, slow=1):
    def dim(turns):
        return r * math.log(trained / (turns * 2 * math.pi)) / (2 * math.log(base))

    low, high = max(math.floor(dim(fast)), 0), min(math.ceil(dim(slow)), r - 1)
    ramp = np.clip((np.arange(r // 2) - low) / ((high - low) or 0.001), 0, 1)
    f = frequencies(r, base)
    return f / factor * ramp + f * (1 - ramp)


put("frequencies.yarn", yarn(64, 10000.0, 4.0, 2048))
put("frequencies.yarn.factor", 0.1 * math.log(4.0) + 1)


# ALiBi: the paper's recursion
def slopes(H):
    if math.log2(H).is_integer():
        start = 2 ** (-(2 ** -(math.log2(H) - 3)))
        return [start * start**i for i in range(H)]
    closest = 2 ** math.floor(math.log2(H))
    return slopes(closest) + slopes(2 * closest)[0::2][: H - closest]


for H in 8, 12:
    put("alibi.%d" % H, slopes(H))


# relative buckets, in float32 as models compute them
def bucket(distance, bidirectional, buckets=32, most=128):
    result = torch.zeros_like(distance)
    if bidirectional:
        buckets //= 2
        result += (distance > 0).long() * buckets
        n = distance.abs()
    else:
        n = -torch.minimum(distance, torch.zeros_like(distance))
    exact = buckets // 2
    large = exact + (torch.log(n.float() / exact) / math.log(most / exact) * (buckets - exact)).long()
    return result + torch.where(n < exact, n, torch.clamp(large, max=buckets - 1))


distances = torch.arange(-150, 151)
put("buckets.bidirectional", bucket(distances, True))
put("buckets.causal", bucket(distances, False))

# sinusoids: positions 0 … 5 of width 6
angles = np.arange(6)[:, None] / 10000.0 ** (np.arange(0, 6, 2) / 6)
put("sinusoids", np.stack([np.sin(angles), np.cos(angles)], -1).reshape(6, 6))
put("sinusoids.halves", np.concatenate([np.sin(angles), np.cos(angles)], -1))

with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "core.txt"), "w") as file:
    file.write("\n".join(lines) + "\n")
