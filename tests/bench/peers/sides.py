"""How each side of a comparison is run: a process of its own for every case, which prints one line of JSON."""
import glob
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time

import texts

HERE = os.path.dirname(os.path.abspath(__file__))
ONNXRUNTIME, TOKENIZERS = "onnxruntime-node@1.30.0", "tokenizers@0.23.2"


class Unavailable(Exception):
    """A side that can't be run here, and why."""


class Sides:
    def __init__(self, build):
        self.build = os.path.abspath(build)
        self.folder = tempfile.TemporaryDirectory()  # for pictures
        self.problems = {}  # of packages that can't be installed
        self.same_ids = set()

    # ---- what a comparison calls: each returns {"s": seconds, "mb": peak memory, …}

    def attn(self, *case, threads=1, build="attn_bench_kernel"):
        return self._json([self.program(build), case[0], case[1], threads, *case[2:]], threads)

    def onednn(self, *case, threads=1):
        return self._json([self.program("attn_bench_onednn"), *case, threads], threads)

    def torch(self, *case, threads=1):
        if case[0] == "pooled_whole" and available_gb() < 13:
            raise Unavailable("less than 13 GB of memory are free")
        program = os.path.join(HERE, "torch_side.py")
        return self._json([sys.executable, program, case[0], case[1], threads, *case[2:]], threads)

    def onnxruntime(self, *case, threads=1):
        modules = self.modules(ONNXRUNTIME)
        program = os.path.join(HERE, "onnxruntime_side.js")
        return self._json(["node", "--expose-gc", "--max-old-space-size=16000", program, *case, threads], threads,
                          NODE_PATH=modules)

    def peak(self, threads):
        """Several lines: FMA and sgemm."""
        text = self._run([self.program("attn_bench_peak"), threads], threads)
        return [json.loads(line) for line in text.splitlines()]

    def picture(self, *case):
        """seaborn or matplotlib; the time of the whole process is "wall"."""
        out = os.path.join(self.folder.name, "theirs.png")
        begin = time.perf_counter()
        result = self._json([sys.executable, os.path.join(HERE, "pictures_side.py"), *case, out], 1)
        return {"wall": time.perf_counter() - begin, **result}

    def attn_picture(self, benchmark):
        text = self._run([self.program("attn_bench_png"), "--benchmark_filter=^%s$" % benchmark,
                          "--benchmark_format=json", "--benchmark_min_time=0.5"], 1)
        result = json.loads(text)["benchmarks"][0]
        if result.get("error_occurred"):
            raise Unavailable(result["error_message"])
        return {"s": result["real_time"] * 1e-3, "bytes": result["png_bytes"]}

    def attn_program(self):
        """Four tokens through the command line, a hundred times; GNU time knows a small process's memory."""
        x = os.path.join(self.folder.name, "x.csv")
        with open(x, "w") as file:
            for i in range(4):
                file.write(",".join("%.7f" % ((7 * i + 3 * j) % 11 / 5 - 1) for j in range(8)) + "\n")
        return self._program(100, "heatmap", "--query", x, "--key", x, "--labels", "machine,learning,is,fascinating",
                             "--annotate", "-o", self._picture_file())

    def attn_tokenizer(self, *case):
        return self._tokenizer(self._attn_tokenizer, *case)

    def huggingface_tokenizer(self, *case):
        return self._tokenizer(self._huggingface_tokenizer, *case)

    def _tokenizer(self, side, what, name, text="lines"):
        """Before the first time, both must have found the same tokens in the text."""
        by_lines = text == "lines"
        case = [self.tokenizer_file(name), texts.ALL["mixed" if by_lines else text](self.text_folder()),
                *(["lines"] if by_lines else [])]
        if (name, text) not in self.same_ids:
            ours, theirs = (run("ids", *case) for run in (self._attn_tokenizer, self._huggingface_tokenizer))
            if ours != theirs:
                raise RuntimeError("%s, %s: attn finds %s, tokenizers %s" % (name, text, ours, theirs))
            self.same_ids.add((name, text))
        return side(what, *case)

    def _attn_tokenizer(self, *case):
        return self._json([self.program("attn_bench_tokenize"), *case], 1)

    def _huggingface_tokenizer(self, *case):
        modules = self.modules(TOKENIZERS)
        program = os.path.join(HERE, "tokenizers_side.js")
        return self._json(["node", "--expose-gc", "--max-old-space-size=16000", program, *case], 1, NODE_PATH=modules,
                          RAYON_NUM_THREADS="1", TOKENIZERS_PARALLELISM="false")

    def attn_model(self, what, n, threads=1):
        return self._json([self.program("attn_bench_model"), what, self.checkpoint("bert"), n], threads)

    def torch_model(self, what, n, threads=1):
        return self._json([sys.executable, os.path.join(HERE, "model_side.py"), what, self.checkpoint("bert"), threads, n],
                          threads)

    def onnxruntime_model(self, what, n, threads=1):
        return self._json(["node", "--expose-gc", os.path.join(HERE, "model_side.js"), what, self.checkpoint("bert"), threads, n],
                          threads, NODE_PATH=self.modules(ONNXRUNTIME))

    def attn_small_model(self):
        """All maps of a shipped checkpoint on one sheet, through the command line."""
        model = os.path.join(HERE, "../../../examples/models/tiny-gpt2-repeat")
        return self._program(100, "heatmap", "--model", model, "--ids", "1,2,3,4,5", "-o", self._picture_file())

    def attn_long_model(self, n, threads=2):
        """One head of a text of n tokens, as a map of 1024 x 1024 cells, through the command line."""
        ids = ",".join(str(i * 7919 % 1000) for i in range(n))
        return self._program(1, "heatmap", "--model", self.checkpoint("gpt2"), "--ids", ids, "--layer", "1", "--head", "2",
                             "--pool", "mean", "--size", "1024", "-o", self._picture_file(), threads=threads)

    # ---- where the programs are

    def program(self, name):
        path = os.path.join(self.build, "tests/bench", name)
        if not os.path.exists(path):
            raise Unavailable(name + " isn't built" + (": no libdnnl-dev" if name == "attn_bench_onednn" else ""))
        return path

    def modules(self, package):
        """The folder of node modules with a package, installed when first asked for."""
        folder = os.path.join(self.build, "peers")
        modules = os.path.join(folder, "node_modules")
        if os.path.exists(os.path.join(modules, package.split("@")[0], "package.json")):
            return modules
        if package not in self.problems:
            os.makedirs(folder, exist_ok=True)
            try:
                subprocess.run(["npm", "install", "--ignore-scripts", "--no-audit", "--no-fund", "--prefix", folder,
                                package], check=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=600)
                return modules
            except FileNotFoundError:
                self.problems[package] = "no node and npm"
            except (subprocess.CalledProcessError, subprocess.TimeoutExpired):
                self.problems[package] = "npm can't install " + package
        raise Unavailable(self.problems[package])

    def tokenizer_file(self, name):
        """A real vocabulary, of the folder that ATTN_SHARED names; "large" is made here."""
        if name == "large":
            return texts.large_tokenizer(self.text_folder())
        path = os.path.join(os.environ.get("ATTN_SHARED", ""), "tokenizers", name, "tokenizer.json")
        if "ATTN_SHARED" not in os.environ or not os.path.exists(path):
            raise Unavailable("ATTN_SHARED doesn't name the folder with real tokenizers")
        return path

    def checkpoint(self, kind):
        """A folder with a checkpoint of random weights, made when first asked for."""
        folder = os.path.join(self.build, "peers", kind)
        if not os.path.exists(os.path.join(folder, "config.json")):
            self._run([sys.executable, os.path.join(HERE, "checkpoints.py"), kind, folder], os.cpu_count())
        return folder

    def _picture_file(self):
        return os.path.join(self.folder.name, "ours.png")

    def text_folder(self):
        return os.path.join(self.build, "peers/texts")

    # ---- running

    def _program(self, times, *arguments, threads=None):
        """The command line from start to exit; GNU time knows a small process's memory."""
        command = ["/usr/bin/time", "-f", "%e %M", os.path.join(self.build, "attn"), *arguments]
        environment = dict(os.environ, **({"OMP_NUM_THREADS": str(threads)} if threads else {}))
        seconds = []
        for _ in range(times):
            begin = time.perf_counter()
            done = subprocess.run(command, check=True, stderr=subprocess.PIPE, env=environment, universal_newlines=True)
            seconds.append(time.perf_counter() - begin)
        return {"s": statistics.median(seconds), "mb": int(done.stderr.split()[-1]) / 1024}

    def _json(self, command, threads, **environment):
        return json.loads(self._run(command, threads, **environment).splitlines()[-1])

    def _run(self, command, threads, **environment):
        # Debian's PyTorch takes the BLAS that it finds first; this one shares OpenMP's threads with it.
        openblas = ":".join(glob.glob("/usr/lib/*/openblas-openmp"))
        environment = dict(os.environ, OMP_NUM_THREADS=str(threads), OPENBLAS_NUM_THREADS=str(threads),
                           LD_LIBRARY_PATH=openblas, **environment)
        try:
            done = subprocess.run(list(map(str, command)), env=environment, universal_newlines=True,
                                  stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        except FileNotFoundError as error:
            raise Unavailable("no " + error.filename)
        if done.returncode:
            lines = done.stderr.strip().splitlines()
            raise Unavailable(lines[-1] if lines else "ended with %d" % done.returncode)
        return done.stdout


def available_gb():
    with open("/proc/meminfo") as file:
        return int(re.search(r"MemAvailable:\s+(\d+)", file.read()).group(1)) / 2**20
