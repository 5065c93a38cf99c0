#!/usr/bin/python3
"""attn beside its peers: oneDNN, PyTorch and ONNX Runtime for the numbers, seaborn and matplotlib for the pictures,
Hugging Face's tokenizers for text.

    ./run bench peers [--only peak,output,…] [--rounds 5] [--json FILE] [--docs]

The sides of a case take turns: a round runs each of them once, in a process of its own, which checks its result before
it says a time. What is kept of the rounds is their median, the fastest and the slowest. A side that isn't to be had here
is skipped, and says why. What others disturbed by computing meanwhile is measured again. The results of a run are put to
those that are in the file already, so that a long comparison can be done in pieces.
Run it with Debian's /usr/bin/python3, whose PyTorch it takes; ONNX Runtime and tokenizers come from npm into the build
folder. Real vocabularies are those of the folder that ATTN_SHARED names; without it their cases are skipped.
"""
import argparse
import datetime
import json
import os
import platform
import re
import statistics
import subprocess
import time

import comparisons
import document
from quiet import alone, measure_quietly
from sides import Sides, Unavailable

LONG = 60  # seconds of a round from which on three rounds are enough
PACKAGES = ("libdeflate-dev", "libdnnl2", "libblis4-openmp", "libopenblas0-openmp", "python3", "python3-torch",
            "python3-seaborn", "python3-matplotlib")


def output_of(*command):
    try:
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, universal_newlines=True)
        return done.stdout.strip()
    except FileNotFoundError:
        return ""


def said_in(file, pattern):
    """What the group in the pattern matches first."""
    try:
        with open(file) as text:
            return re.search(pattern, text.read(), re.MULTILINE).group(1)
    except (OSError, AttributeError):
        return "unknown"


def machine():
    instructions = said_in("/proc/cpuinfo", r"^flags\s*: (.*)").split()
    return {"cpu": said_in("/proc/cpuinfo", r"^model name\s*: (.*)"), "cores": os.cpu_count(),
            "isa": [name for name in ("avx2", "fma", "avx512f", "avx512_bf16", "avx512_vnni") if name in instructions],
            "memory_gb": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30, 1),
            "kernel": platform.release().split("-")[0],
            "system": said_in("/etc/os-release", r'^PRETTY_NAME="?([^"]*)'),
            "huge_pages": said_in("/sys/kernel/mm/transparent_hugepage/enabled", r"\[(\w+)\]")}


def software(sides):
    versions = {name: output_of("dpkg-query", "-W", "-f=${Version}", name) for name in PACKAGES}
    for name in ("onnxruntime-node", "tokenizers"):
        package = os.path.join(sides.build, "peers/node_modules", name, "package.json")
        if os.path.exists(package):
            with open(package) as file:
                versions[name] = json.load(file)["version"]
    versions["node"] = output_of("node", "--version")
    programs = ("attn_bench_kernel", "attn_bench_kernel_o2")
    return {"versions": {name: version for name, version in versions.items() if version},
            **{name: json.loads(output_of(sides.program(name), "about")) for name in programs},
            "commit": output_of("git", "describe", "--always", "--dirty")}


def summary(rounds):
    """The median of every number; the fastest and the slowest round; the highest peak memory and disturbance."""
    result = {key: statistics.median(r[key] for r in rounds) for key in rounds[0]}
    result.update(low=min(r["s"] for r in rounds), high=max(r["s"] for r in rounds), rounds=rounds)
    for key in {"mb", "others"} & set(result):
        result[key] = max(r[key] for r in rounds)
    return result


def take_turns(sides, rounds, lock, say):
    """{side: summary, or {"skipped": why}}"""
    results, skipped, done = {name: [] for name in sides}, {}, 0
    while done < rounds:
        begin = time.monotonic()
        for name in (list(sides) if done % 2 == 0 else list(reversed(sides))):
            if name in skipped:
                continue
            try:
                results[name].append(measure_quietly(sides[name], lock))
            except Unavailable as why:
                skipped[name] = str(why)
        done += 1
        if time.monotonic() - begin > LONG:
            rounds = min(rounds, 3)
    for name, result in results.items():
        say(name, skipped.get(name) or "%s  (%s … %s)%s" % (
            *(document.seconds(f(r["s"] for r in result)) for f in (statistics.median, min, max)),
            "  %.0f MB" % max(r["mb"] for r in result) if "mb" in result[0] else ""))
    return {name: {"skipped": skipped[name]} if name in skipped else summary(result) for name, result in results.items()}


def peak(sides, rounds, lock):
    """The best of the rounds of every line that attn_bench_peak prints, by the number of threads."""
    best = {}
    for _ in range(rounds):
        for threads in comparisons.THREADS:
            with alone(lock):
                lines = sides.peak(threads)
            for line in lines:
                rate = line.pop("gflops")
                key = json.dumps(line)
                best[key] = max(best.get(key, 0), rate)
    lines = [{**json.loads(key), "gflops": rate} for key, rate in best.items()]
    for line in lines:
        print(line, flush=True)
    return lines


def main():
    names = ["peak", *comparisons.ALL]
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", default="build", help="the folder with attn and its benchmarks")
    parser.add_argument("--only", default=",".join(names), help="some of " + ",".join(names))
    parser.add_argument("--rows", default="", help="only cases like this: N=2048,threads=1")
    parser.add_argument("--rounds", type=int, default=5, help="0 measures nothing: for --docs alone")
    parser.add_argument("--json", help="the results, old and new; BUILD/peers/results.json unless said otherwise")
    parser.add_argument("--docs", action="store_true", help="write docs/benchmarks.md from the results")
    parser.add_argument("--lock", help="a file to lock while a side is measured, where others measure, too")
    arguments = parser.parse_args()
    only = arguments.only.split(",")
    unknown = [name for name in only if name not in names]
    if unknown:
        parser.error("no such comparison: %s; expected some of %s" % (", ".join(unknown), ",".join(names)))
    file = arguments.json or os.path.join(arguments.build, "peers/results.json")
    sides = Sides(arguments.build)

    results = {"comparisons": {}}
    if os.path.exists(file):
        with open(file) as old:
            results = json.load(old)
        if arguments.rounds and results["machine"] != machine():
            parser.error("%s was measured on another machine: name a new file" % file)

    def save():
        os.makedirs(os.path.dirname(os.path.abspath(file)), exist_ok=True)
        with open(file + ".part", "w") as new:
            json.dump(results, new, indent=1)
        os.replace(file + ".part", file)

    if arguments.rounds:
        results.update(date=datetime.date.today().isoformat(), machine=machine(), software=software(sides))
    for name in only if arguments.rounds else []:
        if name == "peak":
            print("\npeak", flush=True)
            results["peak"] = peak(sides, arguments.rounds, arguments.lock)
            save()
            continue
        print("\n%s: %s" % (name, comparisons.ALL[name].__doc__), flush=True)
        asked = dict(part.split("=") for part in arguments.rows.split(",") if part)
        for case, row in comparisons.ALL[name](sides):
            if any(key in case and str(case[key]) != value for key, value in asked.items()):
                continue
            title = " ".join("%s=%s" % item for item in case.items())
            measured = take_turns(row, arguments.rounds, arguments.lock,
                                  lambda side, text: print("  %-30s %-22s %s" % (title, side, text), flush=True))
            cases = results["comparisons"].setdefault(name, [])
            cases[:] = [old for old in cases if old["case"] != case]
            cases.append({"case": case, "rounds": arguments.rounds, "sides": measured})
            order = [c for c, _ in comparisons.ALL[name](sides)]
            cases.sort(key=lambda c: order.index(c["case"]) if c["case"] in order else len(order))
            save()
    if arguments.docs:
        document.write(results)


if __name__ == "__main__":
    try:
        main()
    except Unavailable as why:  # attn itself, or the machine's peak
        raise SystemExit("compare.py: %s" % why)
