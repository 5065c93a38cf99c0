#!/usr/bin/python3
"""attn beside what people use today: PyTorch for the numbers, seaborn and matplotlib for the pictures.

    ./run bench peers [--rounds 3] [--only attention,labels,pixels,process]

Both sides of a comparison take turns in one run, because machines are noisy; the medians of the rounds are printed as the
tables of docs/benchmarks.md. Every case of a peer is a process of its own; its imports aren't counted unless it says so.
Needs Debian's python3-torch, python3-seaborn, libopenblas0-openmp and time; run with /usr/bin/python3.
"""
import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time

HEADS, WIDTH = 12, 64
OPENBLAS = "/usr/lib/x86_64-linux-gnu/openblas-openmp"  # the fastest BLAS that Debian's PyTorch can take


# ---- the peers, each in a process of its own: prints {"s": seconds, "bytes": size of the picture, "mb": peak memory}

def peak_mb():
    return int(next(line for line in open("/proc/self/status") if line.startswith("VmHWM")).split()[1]) / 1024


def median_time(call, at_least=3, seconds=1.0):
    times = []
    while len(times) < at_least or (sum(times) < seconds and len(times) < 300):
        begin = time.perf_counter()
        call()
        times.append(time.perf_counter() - begin)
        if sum(times) > 20:
            break
    return statistics.median(times)


def torch_attention(n, reuse):
    import torch
    torch.set_num_threads(1)
    torch.manual_seed(0)
    with torch.inference_mode():
        q, k, v = (torch.randn(1, HEADS, n, WIDTH) for _ in range(3))
        scaled, weights, output = q / WIDTH**0.5, torch.empty(1, HEADS, n, n), torch.empty(1, HEADS, n, WIDTH)

        def fresh():
            a = torch.softmax(torch.matmul(q, k.transpose(-2, -1)) / WIDTH**0.5, dim=-1)
            return torch.matmul(a, v), a

        def reused():
            torch.matmul(scaled, k.transpose(-2, -1), out=weights)
            torch.softmax(weights, -1, out=weights)
            torch.matmul(weights, v, out=output)

        call = reused if reuse else fresh
        call()
        return {"s": median_time(call)}


def map_of(n, kind):
    """The same numbers as tests/bench/png.cpp draws, up to the random generator."""
    import numpy as np
    i = np.arange(n, dtype=np.float32)
    far = np.abs(i[:, None] - i) / np.float32(n)
    if kind == "smooth":
        return np.exp(-8 * far) * (1 + np.float32(0.5) * np.sin(i * np.float32(40 / n)))
    return np.random.default_rng(0).random((n, n), dtype=np.float32) ** 6 * (0.2 + 0.8 * np.exp(-16 * far))


def seaborn_heatmap(n, out):
    import matplotlib
    matplotlib.use("Agg")
    import matplotlib.pyplot as plt
    import seaborn
    matrix, tokens = map_of(n, "noise"), ["tok%d" % i for i in range(n)]

    def draw():
        figure = plt.figure()
        seaborn.heatmap(matrix, xticklabels=tokens, yticklabels=tokens)
        plt.title("Attention Map - Layer 1, Head 1")
        figure.savefig(out)
        plt.close(figure)

    return {"s": median_time(draw, 1), "bytes": os.path.getsize(out)}


def matplotlib_imsave(n, kind, out):
    import matplotlib
    matplotlib.use("Agg")
    import matplotlib.pyplot as plt
    matrix = map_of(n, kind)
    return {"s": median_time(lambda: plt.imsave(out, matrix, cmap="viridis"), 1), "bytes": os.path.getsize(out)}


def whole_program(out):
    """Four tokens attend to each other, and the map is saved: imports and all."""
    import torch
    import matplotlib
    matplotlib.use("Agg")
    import matplotlib.pyplot as plt
    import seaborn
    torch.manual_seed(0)
    x = torch.randn(1, 4, 8)
    weights = torch.softmax(torch.matmul(x, x.transpose(-2, -1)) / 8**0.5, dim=-1)
    tokens = ["machine", "learning", "is", "fascinating"]
    seaborn.heatmap(weights[0].numpy(), xticklabels=tokens, yticklabels=tokens, annot=True, cmap="viridis")
    plt.savefig(out)
    return {"mb": peak_mb()}


# ---- the comparisons

def peer(*arguments):
    environment = dict(os.environ, OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1", LD_LIBRARY_PATH=OPENBLAS)
    begin = time.perf_counter()
    text = subprocess.run([sys.executable, __file__, "--peer", *map(str, arguments)], env=environment, check=True,
                          stdout=subprocess.PIPE).stdout
    return {"wall": time.perf_counter() - begin, **json.loads(text)}


def ours(build, program, benchmark):
    text = subprocess.run([os.path.join(build, "tests/bench", program), "--benchmark_filter=^%s$" % benchmark,
                           "--benchmark_format=json", "--benchmark_min_time=0.5"], check=True,
                          stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout
    result = json.loads(text)["benchmarks"][0]
    if result.get("error_occurred"):
        raise SystemExit("peers.py: %s: %s" % (benchmark, result["error_message"]))
    return {"s": result["real_time"] * 1e-3, "bytes": result.get("png_bytes", 0)}


def our_program(build, out):
    """Four such tokens through the command line: a whole process, a hundred times."""
    attn, x = os.path.join(build, "attn"), out + ".csv"
    with open(x, "w") as file:
        for i in range(4):
            file.write(",".join("%.7f" % ((7 * i + 3 * j) % 11 / 5 - 1) for j in range(8)) + "\n")
    command = [attn, "heatmap", "--query", x, "--key", x, "--labels", "machine,learning,is,fascinating", "--annotate",
               "-o", out]
    times = []
    for _ in range(100):
        begin = time.perf_counter()
        subprocess.run(command, check=True)
        times.append(time.perf_counter() - begin)
    mb = subprocess.run(["/usr/bin/time", "-f", "%M", *command], check=True, stderr=subprocess.PIPE).stderr
    return {"wall": statistics.median(times), "mb": int(mb) / 1024}


def compare(rounds, sides):
    """Medians over rounds in which the sides take turns."""
    results = [[] for _ in sides]
    for _ in range(rounds):
        for side, result in zip(sides, results):
            result.append(side())
    return [{key: statistics.median(r[key] for r in result) for key in result[0]} for result in results]


def seconds(s):
    return "%.3g ms" % (s * 1e3) if s < 1 else "%.3g s" % s


def size(b):
    return "%.3g MB" % (b / 1e6) if b >= 1e6 else "%.3g kB" % (b / 1e3)


def row(*cells):
    print("| " + " | ".join(cells) + " |", flush=True)


def attention(rounds, build, folder):
    row("N", "PyTorch, new memory", "PyTorch, `out=`", "attn, new memory", "attn, memory used again", "`out=` / attn")
    row(*["---"] * 6)
    for n in 128, 512, 2048:
        t_new, t_again, a_new, a_again = compare(rounds, [
            lambda: peer("attention", n, "fresh"), lambda: peer("attention", n, "reuse"),
            lambda: ours(build, "attn_bench_attention", "fresh/%d" % n),
            lambda: ours(build, "attn_bench_attention", "row_blocks/%d" % n)])
        row(str(n), *(seconds(r["s"]) for r in (t_new, t_again, a_new, a_again)), "%.2f" % (t_again["s"] / a_again["s"]))


def labels(rounds, build, folder):
    row("N", "seaborn.heatmap", "attn", "ratio", "seaborn's file", "attn's file")
    row(*["---"] * 6)
    for n in 64, 512, 2048:
        theirs, mine = compare(rounds, [lambda: peer("seaborn", n, os.path.join(folder, "s.png")),
                                        lambda: ours(build, "attn_bench_png", "labelled_figure/%d" % n)])
        row(str(n), seconds(theirs["s"]), seconds(mine["s"]), "%.0f" % (theirs["s"] / mine["s"]),
            size(theirs["bytes"]), size(mine["bytes"]))


def pixels(rounds, build, folder):
    row("N", "content", "imsave", "attn", "ratio", "imsave's file", "attn's file")
    row(*["---"] * 7)
    for n in 512, 2048, 4096, 8192:
        for number, kind in enumerate(("noise", "smooth")):
            theirs, mine = compare(rounds, [lambda: peer("imsave", n, kind, os.path.join(folder, "m.png")),
                                            lambda: ours(build, "attn_bench_png", "pixel_a_cell/%d/%d" % (n, number))])
            row(str(n), kind, seconds(theirs["s"]), seconds(mine["s"]), "%.0f" % (theirs["s"] / mine["s"]),
                size(theirs["bytes"]), size(mine["bytes"]))


def process(rounds, build, folder):
    row("", "PyTorch and seaborn", "attn", "ratio")
    row(*["---"] * 4)
    theirs, mine = compare(rounds, [lambda: peer("process", os.path.join(folder, "p.png")),
                                    lambda: our_program(build, os.path.join(folder, "o.png"))])
    row("from start to exit", seconds(theirs["wall"]), seconds(mine["wall"]), "%.0f" % (theirs["wall"] / mine["wall"]))
    row("peak memory", "%.0f MB" % theirs["mb"], "%.0f MB" % mine["mb"], "%.0f" % (theirs["mb"] / mine["mb"]))


def main():
    if sys.argv[1:2] == ["--peer"]:
        kind, *rest = sys.argv[2:]
        result = {"attention": lambda n, how: torch_attention(int(n), how == "reuse"),
                  "seaborn": lambda n, out: seaborn_heatmap(int(n), out),
                  "imsave": lambda n, content, out: matplotlib_imsave(int(n), content, out),
                  "process": whole_program}[kind](*rest)
        return print(json.dumps(result))
    comparisons = {"attention": attention, "labels": labels, "pixels": pixels, "process": process}
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", default="build", help="the folder with attn and its benchmarks")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", default=",".join(comparisons))
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        for name in arguments.only.split(","):
            print("\n" + name)
            comparisons[name](arguments.rounds, arguments.build, folder)


main()
