#!/usr/bin/python3
"""Checkpoints of random weights, and what their attention must be: checkpoints.py bert|gpt2 FOLDER

bert   BERT-base: 12 layers of 12 heads, 768 wide, 440 MB. Beside config.json and model.safetensors, weights.bin has the
       matrices transposed, as ONNX multiplies, with their places in weights.json; and expected_N.f64 has rows of the
       attention of N tokens, computed step by step in double: [2 layers x 2 heads x 3 rows x N].
gpt2   a small GPT-2 with 16,384 positions: 2 layers of 4 heads, 256 wide.
"""
import json
import math
import os
import struct
import sys

import torch

LAYERS, HEADS, WIDTH, WIDE, VOCABULARY, POSITIONS = 12, 12, 768, 3072, 30522, 512
SIZES = (128, 512)


def tokens(n):
    return torch.arange(n) * 7919 % VOCABULARY


def normal(*shape, scale=0.04):
    """Wide enough for attention that isn't uniform."""
    return torch.randn(*shape) * scale


def linear(tensors, name, out, width):
    tensors[name + ".weight"], tensors[name + ".bias"] = normal(out, width), normal(out)


def norm(tensors, name, width):
    tensors[name + ".weight"], tensors[name + ".bias"] = 1 + normal(width, scale=0.1), normal(width, scale=0.1)


def bert():
    tensors = {}
    for name, rows in ("word", VOCABULARY), ("position", POSITIONS), ("token_type", 2):
        tensors["embeddings.%s_embeddings.weight" % name] = normal(rows, WIDTH)
    norm(tensors, "embeddings.LayerNorm", WIDTH)
    for layer in range(LAYERS):
        prefix = "encoder.layer.%d." % layer
        for name in "query", "key", "value":
            linear(tensors, prefix + "attention.self." + name, WIDTH, WIDTH)
        linear(tensors, prefix + "attention.output.dense", WIDTH, WIDTH)
        norm(tensors, prefix + "attention.output.LayerNorm", WIDTH)
        linear(tensors, prefix + "intermediate.dense", WIDE, WIDTH)
        linear(tensors, prefix + "output.dense", WIDTH, WIDE)
        norm(tensors, prefix + "output.LayerNorm", WIDTH)
    config = {"model_type": "bert", "architectures": ["BertModel"], "hidden_size": WIDTH, "intermediate_size": WIDE,
              "num_hidden_layers": LAYERS, "num_attention_heads": HEADS, "vocab_size": VOCABULARY,
              "max_position_embeddings": POSITIONS, "type_vocab_size": 2, "hidden_act": "gelu", "layer_norm_eps": 1e-12}
    return config, tensors


def gpt2(layers=2, heads=4, width=256, positions=16384, vocabulary=1000):
    tensors = {"wte.weight": normal(vocabulary, width, scale=1), "wpe.weight": normal(positions, width, scale=1)}
    for layer in range(layers):
        prefix = "h.%d." % layer
        for name in "ln_1", "ln_2":
            norm(tensors, prefix + name, width)
        for name, rows, columns in (("attn.c_attn", 1, 3), ("attn.c_proj", 1, 1), ("mlp.c_fc", 1, 4), ("mlp.c_proj", 4, 1)):
            tensors[prefix + name + ".weight"] = normal(rows * width, columns * width, scale=0.1)
            tensors[prefix + name + ".bias"] = normal(columns * width)
    norm(tensors, "ln_f", width)
    config = {"model_type": "gpt2", "architectures": ["GPT2Model"], "n_embd": width, "n_layer": layers, "n_head": heads,
              "n_positions": positions, "vocab_size": vocabulary, "activation_function": "gelu_new"}
    return config, tensors


def attention_rows(tensors, n):
    """The encoder in double, as the paper says it; nothing of it is torch.nn's."""
    w = {name: tensor.double() for name, tensor in tensors.items() if "word" not in name}

    def apply(name, x):
        return x @ w[name + ".weight"].t() + w[name + ".bias"]

    def normed(name, x):
        x = x - x.mean(-1, keepdim=True)
        return x / (x.square().mean(-1, keepdim=True) + 1e-12).sqrt() * w[name + ".weight"] + w[name + ".bias"]

    def heads(x):
        return x.view(n, HEADS, WIDTH // HEADS).transpose(0, 1)

    x = tensors["embeddings.word_embeddings.weight"][tokens(n)].double()
    x = x + w["embeddings.position_embeddings.weight"][:n] + w["embeddings.token_type_embeddings.weight"][0]
    x = normed("embeddings.LayerNorm", x)
    rows = []
    for layer in range(LAYERS):
        prefix = "encoder.layer.%d." % layer
        q, k, v = (heads(apply(prefix + "attention.self." + name, x)) for name in ("query", "key", "value"))
        weights = torch.softmax(q @ k.transpose(1, 2) / math.sqrt(WIDTH // HEADS), -1)
        if layer in (0, LAYERS - 1):
            rows.append(weights[[0, HEADS - 1]][:, [0, n // 2, n - 1]])
        mixed = (weights @ v).transpose(0, 1).reshape(n, WIDTH)
        x = normed(prefix + "attention.output.LayerNorm", x + apply(prefix + "attention.output.dense", mixed))
        wide = apply(prefix + "intermediate.dense", x)
        wide = wide * (1 + torch.erf(wide / math.sqrt(2))) / 2
        x = normed(prefix + "output.LayerNorm", x + apply(prefix + "output.dense", wide))
    return torch.stack(rows)


def places_of(tensors, dtype):
    places, end = {}, 0
    for name, tensor in tensors.items():
        places[name] = {"dtype": dtype, "shape": list(tensor.shape), "data_offsets": [end, end + 4 * tensor.numel()]}
        end += 4 * tensor.numel()
    return places


def write_safetensors(file, tensors):
    header = json.dumps(places_of(tensors, "F32")).encode()
    header += b" " * (-len(header) % 8)
    with open(file, "wb") as out:
        out.write(struct.pack("<Q", len(header)) + header)
        for tensor in tensors.values():
            out.write(tensor.contiguous().numpy().tobytes())


def write_for_onnx(folder, tensors):
    turned = {name: tensor.t() if tensor.dim() == 2 and "embeddings" not in name else tensor
              for name, tensor in tensors.items()}
    with open(os.path.join(folder, "weights.json"), "w") as out:
        json.dump(places_of(turned, "F32"), out)
    with open(os.path.join(folder, "weights.bin"), "wb") as out:
        for tensor in turned.values():
            out.write(tensor.contiguous().numpy().tobytes())


def write(kind, folder):
    torch.manual_seed(0)
    config, tensors = {"bert": bert, "gpt2": gpt2}[kind]()
    os.makedirs(folder, exist_ok=True)
    write_safetensors(os.path.join(folder, "model.safetensors"), tensors)
    if kind == "bert":
        write_for_onnx(folder, tensors)
        for n in SIZES:
            attention_rows(tensors, n).numpy().tofile(os.path.join(folder, "expected_%d.f64" % n))
    with open(os.path.join(folder, "config.json"), "w") as out:  # the last: a folder that has it is whole
        json.dump(config, out, indent=1)


if __name__ == "__main__":
    write(*sys.argv[1:])
