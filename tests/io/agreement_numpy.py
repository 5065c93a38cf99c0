#!/usr/bin/python3
"""Reads the files that agreement_numpy.cpp wrote into the folder given, and compares them with what it wrote."""
import json
import sys

import numpy as np

folder = sys.argv[1]
for name, dtype in (("f32", np.float32), ("f64", np.float64)):
    expected = (np.arange(24).reshape(2, 3, 4).astype(dtype) / dtype(3))

    def same(array, what):
        assert array.dtype == dtype, (what, array.dtype)
        assert array.shape == expected.shape and (array == expected).all(), (what, array)

    same(np.load(f"{folder}/{name}.npy"), "npy")
    same(np.load(f"{folder}/{name}.npy", mmap_mode="r"), "npy, mapped")
    for kind in ("stored", "deflated"):
        with np.load(f"{folder}/{name}_{kind}.npz") as file:
            assert file.files == ["weights", "again"], file.files
            same(file["weights"], kind)
            same(file["again"], kind)
    parsed = json.load(open(f"{folder}/{name}.json"))
    same(np.array(parsed["weights"], dtype=dtype), "json")
    table = np.loadtxt(f"{folder}/{name}.csv", delimiter=",", skiprows=1)
    assert (table[:, 0] == np.repeat([0, 1], 3)).all()
    same(table[:, 2:].reshape(2, 3, 4).astype(dtype), "csv")
    with open(f"{folder}/{name}.safetensors", "rb") as file:
        size = int.from_bytes(file.read(8), "little")
        header = json.loads(file.read(size))["weights"]
        data = file.read()
    assert size % 8 == 0 and header["data_offsets"] == [0, len(data)], header
    same(np.frombuffer(data, {"F32": "<f4", "F64": "<f8"}[header["dtype"]]).reshape(header["shape"]), "safetensors")
