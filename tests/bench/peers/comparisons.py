"""What stands beside what: for every comparison its cases, for every case its sides.

A comparison is a list of (case, sides): `case` names the row of a table, `sides` maps the name of a side to a function
that measures it once. OURS is the side that the others are compared with.
"""
OURS = "attn"
SIZES, THREADS = (128, 512, 2048, 4096), (1, 2)


def of_sizes(row):
    return [({"N": n, "threads": t}, row(n, t)) for n in SIZES for t in THREADS]


def output(s):
    """Output only."""
    return of_sizes(lambda n, t: {
        OURS: lambda: s.attn("output", n, threads=t),
        "ONNX Runtime": lambda: s.onnxruntime("output", n, threads=t),
        "PyTorch": lambda: s.torch("output", n, threads=t)})


def reused(s):
    """Output and weights, into memory that is used again."""
    return of_sizes(lambda n, t: {
        OURS: lambda: s.attn("weights_reused", n, threads=t),
        "plain Eigen": lambda: s.attn("weights_eigen", n, threads=t),
        "oneDNN": lambda: s.onednn("weights_reused", n, threads=t),
        "PyTorch": lambda: s.torch("weights_reused", n, threads=t),
        "ONNX Runtime": lambda: s.onnxruntime("weights_reused", n, threads=t)})


def fresh(s):
    """Output and weights, into new memory."""
    return of_sizes(lambda n, t: {
        OURS: lambda: s.attn("weights_fresh", n, threads=t),
        "oneDNN": lambda: s.onednn("weights_fresh", n, threads=t),
        "PyTorch": lambda: s.torch("weights_fresh", n, threads=t),
        "ONNX Runtime": lambda: s.onnxruntime("weights_fresh", n, threads=t)})


def pooled(s):
    """A map of 1024 x 1024 cells, mean and largest weight, of one head."""
    def row(n, t, *more):
        sides = {OURS: lambda: s.attn("pooled", n, *more, threads=t),
                 "PyTorch by hand": lambda: s.torch("pooled", n, *more, threads=t)}
        if n == 32768:  # 64 GB otherwise
            sides["PyTorch, whole matrix"] = lambda: s.torch("pooled_whole", n, *more, threads=t)
        return sides

    return [({"N": n, "mask": mask, "threads": t}, row(n, t, *(["causal"] if mask == "causal" else [])))
            for n in (32768, 131072) for mask in ("none", "causal") for t in THREADS]


def small(s):
    """One small head, where calls cost more than mathematics."""
    return [({"N": n, "scalar": scalar}, {
        OURS: lambda n=n, scalar=scalar: s.attn("small", n, scalar),
        "plain Eigen": lambda n=n, scalar=scalar: s.attn("small_eigen", n, scalar),
        "PyTorch": lambda n=n, scalar=scalar: s.torch("small", n, scalar)})
        for n in (16, 64) for scalar in ("f32", "f64")]


def scalars(s):
    """float against double."""
    return [({"what": what, "scalar": scalar}, {
        OURS: lambda what=what, scalar=scalar: s.attn(what, 2048, scalar),
        "PyTorch": lambda what=what, scalar=scalar: s.torch(what, 2048, scalar)})
        for what in ("output", "weights_reused") for scalar in ("f32", "f64")]


def builds(s):
    """The same source with -march=native and with -O2 for any x86-64."""
    def row(what, t):
        sides = {OURS: lambda: s.attn(what, 2048, threads=t),
                 "attn, -O2": lambda: s.attn(what, 2048, threads=t, build="attn_bench_kernel_o2")}
        if what == "weights_reused":
            sides["oneDNN"] = lambda: s.onednn(what, 2048, threads=t)
        return sides

    return [({"what": what, "threads": t}, row(what, t)) for what in ("output", "weights_reused") for t in THREADS]


def labels(s):
    """A labelled map, from numbers to PNG bytes."""
    return [({"N": n}, {"seaborn": lambda n=n: s.picture("seaborn", n),
                        OURS: lambda n=n: s.attn_picture("labelled_figure/%d" % n)}) for n in (64, 512, 2048)]


def pixels(s):
    """One pixel a cell."""
    return [({"N": n, "content": content}, {
        "imsave": lambda n=n, content=content: s.picture("imsave", n, content),
        OURS: lambda n=n, i=i: s.attn_picture("pixel_a_cell/%d/%d" % (n, i))})
        for n in (512, 2048, 4096, 8192) for i, content in enumerate(("noise", "smooth"))]


def tokenize(s):
    """From text to tokens, one thread."""
    def sides(*case):
        return {OURS: lambda: s.attn_tokenizer(*case), "tokenizers": lambda: s.huggingface_tokenizer(*case)}

    loads = [({"tokenizer": name, "what": "load"}, sides("load", name)) for name in ("gpt2", "large")]
    encodes = [({"tokenizer": name, "text": text}, sides("encode", name, text))
               for text in ("lines", "mixed", "one_word", "spaces", "letters") for name in ("bert-base-uncased", "gpt2", "t5-small")]
    return loads + encodes


def models(s):
    """BERT-base with all its attention, and loading it."""
    def row(what, n, t):
        return {OURS: lambda: s.attn_model(what, n, threads=t),
                "ONNX Runtime": lambda: s.onnxruntime_model(what, n, threads=t),
                "PyTorch": lambda: s.torch_model(what, n, threads=t)}

    passes = [({"N": n, "threads": t}, row("forward", n, t)) for n in (128, 512) for t in THREADS]
    return passes + [({"what": "load"}, row("load", 128, 1))]


def model_programs(s):
    """Checkpoints through the command line, from start to exit."""
    long = [({"N": n}, {OURS: lambda n=n: s.attn_long_model(n)}) for n in (4096, 8192, 16384)]
    return [({"what": "sheet"}, {OURS: s.attn_small_model})] + long


def process(s):
    """A whole program, from start to exit."""
    def theirs():
        result = s.picture("process")
        return {"s": result["wall"], "mb": result["mb"]}

    return [({}, {"PyTorch and seaborn": theirs, OURS: s.attn_program})]


ALL = {f.__name__: f for f in (output, reused, fresh, pooled, small, scalars, builds, labels, pixels, tokenize, models, model_programs,
                                 process)}
