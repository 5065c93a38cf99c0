#!/usr/bin/python3
"""One picture by seaborn or matplotlib: pictures_side.py seaborn N FILE | imsave N noise|smooth FILE | process FILE

Imports aren't counted, except in `process`, where the caller times the whole process.
"""
import json
import os
import sys

from measure import measure, peak_mb


def pyplot():
    import matplotlib
    matplotlib.use("Agg")
    import matplotlib.pyplot
    return matplotlib.pyplot


def map_of(n, kind):
    """The same numbers as ../png.cpp draws, up to the random generator."""
    import numpy as np
    i = np.arange(n, dtype=np.float32)
    far = np.abs(i[:, None] - i) / np.float32(n)
    if kind == "smooth":
        return np.exp(-8 * far) * (1 + np.float32(0.5) * np.sin(i * np.float32(40 / n)))
    return np.random.default_rng(0).random((n, n), dtype=np.float32) ** 6 * (0.2 + 0.8 * np.exp(-16 * far))


def check_png(file):
    with open(file, "rb") as png:
        if png.read(8) != b"\x89PNG\r\n\x1a\n":
            raise SystemExit("not a picture")


def seaborn(n, out):
    plt = pyplot()
    import seaborn
    matrix, tokens = map_of(int(n), "noise"), ["tok%d" % i for i in range(int(n))]

    def draw():
        figure = plt.figure()
        seaborn.heatmap(matrix, xticklabels=tokens, yticklabels=tokens)
        plt.title("Attention Map - Layer 1, Head 1")
        figure.savefig(out)
        plt.close(figure)

    return {**measure(draw, lambda: check_png(out)), "bytes": os.path.getsize(out)}


def imsave(n, kind, out):
    plt = pyplot()
    matrix = map_of(int(n), kind)
    times = measure(lambda: plt.imsave(out, matrix, cmap="viridis"), lambda: check_png(out))
    return {**times, "bytes": os.path.getsize(out)}


def process(out):
    """Four tokens attend to each other, and the map is saved."""
    import torch
    plt = pyplot()
    import seaborn
    torch.manual_seed(0)
    x = torch.randn(1, 4, 8)
    weights = torch.softmax(torch.matmul(x, x.transpose(-2, -1)) / 8**0.5, dim=-1)
    tokens = ["machine", "learning", "is", "fascinating"]
    seaborn.heatmap(weights[0].numpy(), xticklabels=tokens, yticklabels=tokens, annot=True, cmap="viridis")
    plt.savefig(out)
    return {}


kind, *rest = sys.argv[1:]
result = {"seaborn": seaborn, "imsave": imsave, "process": process}[kind](*rest)
print(json.dumps({**result, "mb": peak_mb()}))
