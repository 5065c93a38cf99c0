#!/usr/bin/python3
"""Writes docs/benchmarks.md from measured results: document.py RESULTS.json

The prose is benchmarks.md.in. A line {{name}} there becomes a table, with what is lost and how far the rounds are apart;
inside a line {{name}} becomes a word or a number. No measured number is written by hand.
"""
import json
import os
import re
import statistics
import sys

import comparisons
from quiet import TOO_MUCH

HERE = os.path.dirname(os.path.abspath(__file__))
TEMPLATE, PAGE = os.path.join(HERE, "benchmarks.md.in"), os.path.join(HERE, "../../../docs/benchmarks.md")
OURS = comparisons.OURS


# ---- numbers

def seconds(s):
    for factor, unit in (1e6, "µs"), (1e3, "ms"):
        if s * factor < 999.5:
            return "%s %s" % (three_digits(s * factor), unit)
    return three_digits(s) + " s"


def size(b):
    return three_digits(b / 1e6) + " MB" if b >= 1e6 else three_digits(b / 1e3) + " kB"


def megabytes(mb):
    return three_digits(mb / 1024) + " GB" if mb >= 1000 else "%.0f MB" % mb


def three_digits(x):
    return "%.0f" % x if x >= 99.95 else "%.3g" % x


def percent(part):
    return "%.0f %%" % (100 * part)


# ---- tables

def table(header, rows):
    return "\n".join("| " + " | ".join(cells) + " |" for cells in [header, ["---"] * len(header), *rows])


def sides_of(cases):
    """Every side of any case, ours first."""
    names = list(dict.fromkeys(name for case in cases for name in case["sides"]))
    return sorted(names, key=lambda name: name != OURS)


def row_name(case):
    words = {"weights_reused": "with weights", "output": "output only", "none": "no mask", "f32": "float", "f64": "double",
             "load": "loading", "sheet": "tiny-gpt2-repeat, 8 maps", "large": "128,000 merges", "lines": "10 MB line by line", "mixed": "10 MB at once",
             "one_word": "a word of 1 MB", "spaces": "a million spaces", "letters": "a million times a"}
    sizes = {"N": lambda n: "N = %d" % n, "threads": lambda n: "1 thread" if n == 1 else "%d threads" % n}
    return ", ".join(sizes[key](value) if key in sizes else words.get(value, value) for key, value in case.items())


def measured(cases):
    """(case, side, result) of everything that wasn't skipped."""
    return [(case, name, result) for case in cases for name, result in case["sides"].items() if "skipped" not in result]


def grid(cases, cell):
    """A row for every case, a column for every side; cell(case, result) is what stands there."""
    names = sides_of(cases)
    return table(["", *names], [
        [row_name(case["case"]), *("–" if "skipped" in case["sides"].get(name, {"skipped": ""})
                                   else cell(case["case"], case["sides"][name]) for name in names)] for case in cases])


def lost(cases, key="s", show=seconds, than="faster"):
    """Every case in which somebody does better than we do, by name."""
    found = []
    for case, name, theirs in measured(cases):
        mine = case["sides"].get(OURS, {"skipped": ""})
        if "skipped" in mine or name.startswith(OURS) or theirs[key] >= mine[key]:
            continue
        near = key == "s" and theirs["high"] >= mine["low"]
        found.append("%s%s is %s %s, %s against %s%s" % (
            row_name(case["case"]) + ": " if case["case"] else "", name, percent(1 - theirs[key] / mine[key]), than,
            show(theirs[key]), show(mine[key]), " (the rounds overlap)" if near else ""))
    return found


def notes(cases, losses):
    """What is lost, what was skipped, how far the rounds are apart."""
    lines = []
    names = {name for _, name, _ in measured(cases)}
    if OURS in names and len(names) > 1:
        lines.append("**Lost:**\n\n" + "\n".join("* " + loss for loss in losses) if losses else "Nothing here is lost.")
    why = {}
    for case in cases:
        for name, result in case["sides"].items():
            if "skipped" in result:
                why.setdefault((name, result["skipped"]), []).append(row_name(case["case"]))
    for (name, reason), rows in why.items():
        where = "" if len(rows) == len(cases) else ": " + "; ".join(rows)
        lines.append("Not measured: %s (%s)%s." % (name, reason, where))
    spreads = [((r["high"] - r["low"]) / r["s"], case, name) for case, name, r in measured(cases) if len(r["rounds"]) > 1]
    if spreads:
        worst, case, name = max(spreads, key=lambda spread: spread[0])
        lines.append("From the fastest to the slowest round: %s of the median in the middle of the cases, %s at worst "
                     "(%s)." % (percent(statistics.median(s for s, _, _ in spreads)), percent(worst),
                                ", ".join(filter(None, [name, row_name(case["case"])]))))
    others = [r["others"] for _, _, result in measured(cases) for r in result["rounds"]]
    disturbed = [part for part in others if part > TOO_MUCH]
    if disturbed:
        lines.append("During %d of %d measurements other programs had up to %s of a core." % (
            len(disturbed), len(others), percent(max(disturbed))))
    return "\n\n" + "\n\n".join(lines)


class Page:
    """Each method without an underscore is a {{name}} of the template."""

    def __init__(self, results):
        self._results = results

    def _cases(self, name):
        return self._results["comparisons"].get(name, [])

    def _timed(self, name, cell):
        cases = self._cases(name)
        return grid(cases, cell) + notes(cases, lost(cases)) if cases else "*Not measured.*"

    def _peak(self, threads, scalar="f32"):
        return max((line["gflops"] for line in self._results.get("peak", [])
                    if line["name"] == "fma" and line["threads"] == threads and line["type"] == scalar), default=None)

    def _share(self, case, result):
        """Time, and the part of what the processor can multiply and add at most."""
        peak = self._peak(case.get("threads", 1), case.get("scalar", "f32"))
        return seconds(result["s"]) + (", " + percent(result["gflops"] / peak) if peak else "")

    # ---- words

    def date(self):
        return self._results["date"]

    def machine(self):
        m = self._results["machine"]
        return "%s, %d cores (%s), %.0f GB, Linux %s, %s, huge pages: %s" % (
            m["cpu"], m["cores"], ", ".join(m["isa"]), m["memory_gb"], m["kernel"], m["system"], m["huge_pages"])

    def compiler(self):
        about = self._results["software"]["attn_bench_kernel"]
        return "g++ %s `%s`, Eigen %s" % (about["compiler"], about["flags"], about["eigen"])

    def flags_o2(self):
        return "`%s`" % self._results["software"]["attn_bench_kernel_o2"]["flags"]

    def versions(self):
        names = {"libdnnl2": "oneDNN", "libopenblas0-openmp": "OpenBLAS", "libblis4-openmp": "BLIS", "python3": "Python",
                 "python3-torch": "PyTorch", "onnxruntime-node": "ONNX Runtime", "node": "node",
                 "tokenizers": "tokenizers", "python3-seaborn": "seaborn", "python3-matplotlib": "matplotlib",
                 "libdeflate-dev": "libdeflate"}
        found = self._results["software"]["versions"]
        return ", ".join("%s %s" % (name, re.match(r"v?(\d+(\.\d+)*)", found[key]).group(1))
                         for key, name in names.items() if key in found)

    def rounds(self):
        counts = {len(r["rounds"]) for cases in self._results["comparisons"].values() for _, _, r in measured(cases)}
        return " to ".join(str(n) for n in sorted({min(counts), max(counts)})) if counts else "no"

    # ---- tables

    def peak(self):
        lines = self._results.get("peak")
        if not lines:
            return "*Not measured.*"
        threads = sorted({line["threads"] for line in lines})
        rows = {}
        for line in lines:
            name = ("sgemm 1024³, " + line["library"] if line["name"] == "sgemm"
                    else "multiply-add, %s, %d bits" % (row_name({"scalar": line["type"]}), line["bits"]))
            rows.setdefault(name, {})[line["threads"]] = line["gflops"]
        return table(["GFLOP/s", *(row_name({"threads": t}) for t in threads)],
                     [[name, *(three_digits(rates[t]) if t in rates else "–" for t in threads)]
                      for name, rates in rows.items()])

    def output(self):
        return self._timed("output", self._share)

    def reused(self):
        return self._timed("reused", self._share)

    def fresh(self):
        return self._timed("fresh", self._share)

    def pooled(self):
        return self._timed("pooled", lambda case, r: "%s, %s" % (seconds(r["s"]), megabytes(r["mb"])))

    def small(self):
        return self._timed("small", lambda case, r: seconds(r["s"]))

    def scalars(self):
        return self._timed("scalars", self._share)

    def builds(self):
        return self._timed("builds", self._share)

    def _picture(self, name):
        cases = self._cases(name)
        if not cases:
            return "*Not measured.*"
        peer = next(side for side in cases[0]["sides"] if side != OURS)
        rows = []
        for case in cases:
            mine, theirs = case["sides"][OURS], case["sides"][peer]
            if "s" in mine and "s" in theirs:
                rows.append([row_name(case["case"]), seconds(mine["s"]), seconds(theirs["s"]),
                             three_digits(theirs["s"] / mine["s"]), size(mine["bytes"]), size(theirs["bytes"])])
        losses = lost(cases) + [text.replace(" is ", "'s file is ", 1) for text in lost(cases, "bytes", size, "smaller")]
        return table(["", OURS, peer, "ratio", OURS + "'s file", peer + "'s file"], rows) + notes(cases, losses)

    def labels(self):
        return self._picture("labels")

    def pixels(self):
        return self._picture("pixels")

    def tokenize(self):
        def cell(case, result):
            rate = ", %s/s" % size(result["bytes"] / result["s"]) if "bytes" in result else ""
            return "%s%s, %s" % (seconds(result["s"]), rate, megabytes(result["mb"]))
        return self._timed("tokenize", cell)

    def models(self):
        def cell(case, result):
            share = self._share(case, result) if "gflops" in result and "N" in case else seconds(result["s"])
            return "%s, %s" % (share, megabytes(result["mb"]))
        return self._timed("models", cell)

    def model_programs(self):
        return self._timed("model_programs", lambda case, r: "%s, %s" % (seconds(r["s"]), megabytes(r["mb"])))

    def process(self):
        return self._timed("process", lambda case, r: "%s, %s" % (seconds(r["s"]), megabytes(r["mb"])))


def page(results, template):
    words = Page(results)

    def word(match):
        name = match.group(1)
        if name.startswith("_") or not hasattr(words, name):
            raise SystemExit("document.py: the template asks for {{%s}}, which doesn't exist" % name)
        return getattr(words, name)()

    return re.sub(r"\{\{(\w+)\}\}", word, template)


def write(results):
    with open(TEMPLATE) as file:
        text = page(results, file.read())
    with open(PAGE, "w") as file:
        file.write(text)
    print("wrote " + os.path.relpath(PAGE), file=sys.stderr)


if __name__ == "__main__":
    with open(sys.argv[1]) as results_file:
        write(json.load(results_file))
