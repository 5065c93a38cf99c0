#!/usr/bin/python3
"""One case of BERT-base in PyTorch: model_side.py CASE FOLDER THREADS [N]. The cases are those of ../model.cpp, the folder is
one of checkpoints.py. The tensors lie in the mapped file, as they do for attn; all attention weights are returned."""
import json
import os
import struct
import sys

import numpy
import torch
import torch.nn.functional as F

from checkpoints import HEADS, LAYERS, WIDE, WIDTH, tokens
from measure import measure, peak_mb


def load(folder):
    file = os.path.join(folder, "model.safetensors")
    with open(file, "rb") as opened:
        length = struct.unpack("<Q", opened.read(8))[0]
        places = json.loads(opened.read(length))
    data = numpy.memmap(file, numpy.uint8, "c", 8 + length)  # a private copy of what is written, which nothing is
    return {name: torch.from_numpy(data[slice(*place["data_offsets"])].view(numpy.float32).reshape(place["shape"]))
            for name, place in places.items()}


def forward(w, ids):
    def linear(name, x):
        return F.linear(x, w[name + ".weight"], w[name + ".bias"])

    def norm(name, x):
        return F.layer_norm(x, (WIDTH,), w[name + ".weight"], w[name + ".bias"], 1e-12)

    n = len(ids)
    x = w["embeddings.word_embeddings.weight"][ids] + w["embeddings.position_embeddings.weight"][:n]
    x = norm("embeddings.LayerNorm", x + w["embeddings.token_type_embeddings.weight"][0])
    attentions = []
    for layer in range(LAYERS):
        prefix = "encoder.layer.%d." % layer
        q, k, v = (linear(prefix + "attention.self." + name, x).view(n, HEADS, -1).transpose(0, 1)
                   for name in ("query", "key", "value"))
        weights = torch.softmax(q @ k.transpose(1, 2) / (WIDTH // HEADS)**0.5, -1)
        attentions.append(weights)
        mixed = (weights @ v).transpose(0, 1).reshape(n, WIDTH)
        x = norm(prefix + "attention.output.LayerNorm", x + linear(prefix + "attention.output.dense", mixed))
        wide = F.gelu(linear(prefix + "intermediate.dense", x))
        x = norm(prefix + "output.LayerNorm", x + linear(prefix + "output.dense", wide))
    return x, attentions


def check(attentions, folder, n):
    expected = torch.from_numpy(numpy.fromfile(os.path.join(folder, "expected_%d.f64" % n))).view(2, 2, 3, n)
    for layer, rows in zip((0, LAYERS - 1), expected):
        actual = attentions[layer][[0, HEADS - 1]][:, [0, n // 2, n - 1]]
        if not (actual.double() - rows).abs().max() <= 2e-5:  # also where there is a NaN
            raise SystemExit("attention: doesn't agree with the plain computation in double")


def main(what, folder, threads, n=128):
    n = int(n)
    torch.set_num_threads(int(threads))
    result = [None]

    def call():
        result[0] = None
        result[0] = load(folder) if what == "load" else forward(w, ids)

    if what == "load":
        print(json.dumps({**measure(call), "mb": peak_mb()}))
        return
    with torch.inference_mode():
        w, ids = load(folder), tokens(n)
        times = measure(call, lambda: check(result[0][1], folder, n))
    operations = LAYERS * n * (8 * WIDTH * WIDTH + 4 * WIDTH * WIDE + 4 * n * WIDTH)
    print(json.dumps({**times, "mb": peak_mb(), "gflops": operations / times["s"] * 1e-9}))


main(*sys.argv[1:])
