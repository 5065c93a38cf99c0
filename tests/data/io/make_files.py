#!/usr/bin/python3
"""Writes the files in this folder, as other programs write them: NumPy, Python's zipfile, PyTorch, and the .safetensors
bytes by hand. Run it here with NumPy 1.20 or later; the tests compare what is read with the formulas below. Another run
makes the same files, but for the time of day in two archives and the keys, made of addresses, in old_format.bin."""
import io
import json
import struct
import zipfile

import sys
import numpy as np
from numpy.lib import format as npy_format

# Element (i, j) is i * 4 + j - 5 (unsigned: + 0), halved for floating-point types.
ramp = np.arange(12).reshape(3, 4)
signed, unsigned, halves = ramp - 5, ramp, (ramp - 5) / 2

for dtype in ("f8", "f4", "f2"):
    np.save(f"little_{dtype}.npy", halves.astype("<" + dtype))
    np.save(f"big_{dtype}.npy", halves.astype(">" + dtype))
for dtype in ("i1", "i2", "i4", "i8"):
    np.save(f"little_{dtype}.npy", signed.astype("<" + dtype))
for dtype in ("u1", "u2", "u4", "u8"):
    np.save(f"little_{dtype}.npy", unsigned.astype("<" + dtype))
np.save("big_i4.npy", signed.astype(">i4"))
np.save("bool.npy", ramp % 3 == 0)
np.save("fortran.npy", np.asfortranarray(halves))
np.save("fortran_big_f4_3d.npy", np.asfortranarray(np.arange(24).reshape(2, 3, 4).astype(">f4")))
np.save("scalar.npy", np.float64(2.5))
np.save("vector.npy", np.array([1.0, 2.0, 3.0]))
np.save("empty.npy", np.zeros((0, 4)))

for version in ((1, 0), (2, 0), (3, 0)):
    with open(f"version_{version[0]}.npy", "wb") as file:
        npy_format.write_array(file, halves, version)

# What can't be read, and must be named.
np.save("complex.npy", np.ones(2, dtype="c8"))
np.save("strings.npy", np.array(["a", "bc"]))
np.save("structured.npy", np.zeros(2, dtype=[("x", "<f4"), ("y", "<i4")]))
np.save("objects.npy", np.array([None, 1], dtype=object), allow_pickle=True)
np.save("dates.npy", np.zeros(2, dtype="M8[s]"))
np.save("longdouble.npy", np.zeros(2, dtype=np.longdouble))

np.savez("stored.npz", halves=halves.astype("f4"), counts=signed)
np.savez_compressed("deflated.npz", halves=halves.astype("f4"), zeros=np.zeros((64, 64)))
np.savez("one.npz", weights=halves)


class Unseekable(io.RawIOBase):
    """Makes zipfile write sizes behind the data, as it does into a pipe."""

    def __init__(self, file):
        self.file = file

    def writable(self):
        return True

    def write(self, data):
        return self.file.write(data)


with open("descriptors.npz", "wb") as file, zipfile.ZipFile(Unseekable(file), "w", zipfile.ZIP_DEFLATED) as archive:
    buffer = io.BytesIO()
    np.save(buffer, halves)
    with archive.open("halves.npy", "w", force_zip64=True) as member:
        member.write(buffer.getvalue())
    archive.comment = b"a comment behind the end record"
with zipfile.ZipFile("encryption_flag.npz", "w") as archive:
    archive.writestr("x.npy", buffer.getvalue())
data = bytearray(open("encryption_flag.npz", "rb").read())
data[6] |= 1
data[data.rfind(b"PK\x01\x02") + 8] |= 1
open("encryption_flag.npz", "wb").write(data)
with zipfile.ZipFile("bzip2.npz", "w", zipfile.ZIP_BZIP2) as archive:
    archive.writestr("x.npy", buffer.getvalue())


def bfloat16(values):
    """The upper half of a float32: exact for numbers with few digits."""
    return (values.astype("<f4").view("<u4") >> 16).astype("<u2").tobytes()


def save_safetensors(path, tensors, metadata=None):
    header, blob = ({"__metadata__": metadata} if metadata else {}), b""
    for name, (dtype, shape, raw) in tensors.items():
        header[name] = {"dtype": dtype, "shape": shape, "data_offsets": [len(blob), len(blob) + len(raw)]}
        blob += raw
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + blob)


shape = [3, 4]
save_safetensors("all_types.safetensors", {
    "F64": ("F64", shape, halves.astype("<f8").tobytes()),
    "F32": ("F32", shape, halves.astype("<f4").tobytes()),
    "F16": ("F16", shape, halves.astype("<f2").tobytes()),
    "BF16": ("BF16", shape, bfloat16(halves)),
    **{f"I{8 * n}": (f"I{8 * n}", shape, signed.astype(f"<i{n}").tobytes()) for n in (8, 4, 2, 1)},
    **{f"U{8 * n}": (f"U{8 * n}", shape, unsigned.astype(f"<u{n}").tobytes()) for n in (8, 4, 2, 1)},
    "BOOL": ("BOOL", shape, (ramp % 3 == 0).tobytes()),
    "odd": ("U8", [3], b"\1\2\3"),
    "misaligned": ("F32", [2], np.array([1, -2], "<f4").tobytes()),
    "scalar": ("F64", [], np.array(2.5).tobytes()),
    "empty": ("F32", [0, 4], b""),
}, {"format": "np"})
save_safetensors("one.safetensors", {"weights": ("F32", shape, halves.astype("<f4").tobytes())})
save_safetensors("float8.safetensors", {"w": ("F8_E4M3", [4], b"\0" * 4)})

np.savetxt("savetxt.csv", halves, delimiter=",")
np.savetxt("savetxt_spaces.csv", halves)
with open("pandas.csv", "w", newline="") as file:  # as DataFrame.to_csv() writes labels
    file.write(",The,cat\nThe,1.0,0.0\n\"cat, the\",0.25,7.5e-01\n")
with open("excel.csv", "wb") as file:
    file.write("\ufeff,Ключ,\"a \"\"b\"\"\"\r\nЗапрос,1,2\r\nq,3,4".encode())

# PyTorch's own files (PyTorch 1.13): every kind of tensor, a state dict within another dict, the format of before 1.6,
# and a file that would run a program where it is unpickled.
try:
    import collections
    import torch
except ImportError:
    sys.exit("no PyTorch here: the .bin files stay as they are")
matrix = torch.arange(12, dtype=torch.float32).reshape(3, 4)
linear = torch.nn.Linear(2, 3)
with torch.no_grad():
    linear.weight.copy_(torch.tensor([[1., 2.], [3., 4.], [5., 6.]]))
    linear.bias.copy_(torch.tensor([7., 8., 9.]))
state = collections.OrderedDict(linear.state_dict())
state.update({"matrix": matrix, "transposed": matrix.t(), "row": matrix[1], "column": matrix[:, 2], "tied": matrix,
              "half": torch.tensor([0.5, -1.25, 65504.0], dtype=torch.float16),
              "bfloat": torch.tensor([[1.5, -2.0]], dtype=torch.bfloat16), "long": torch.tensor([1, -2, 3]),
              "bool": torch.tensor([True, False]), "scalar": torch.tensor(2.5, dtype=torch.float64),
              "empty": torch.empty(0, 5), "parameter": torch.nn.Parameter(torch.tensor([0.25]))})
torch.save(state, "state_dict.bin")
torch.save({"step": 7, "name": "x", "none": None, "rate": 0.1, "model": {"w": torch.tensor([1, 2], dtype=torch.int16)},
            "betas": (0.9, 0.99)}, "wrapped.bin")
torch.save({"w": torch.tensor([1.])}, "old_format.bin", _use_new_zipfile_serialization=False)


class CallsSystem:
    def __reduce__(self):
        import os
        return os.system, ("echo this must never be run",)


torch.save({"w": CallsSystem()}, "calls_system.bin")

# The state dict of a module, with its remarks on versions, and what else a program may put there.
ramp = torch.arange(6.0).reshape(2, 3)


class Module(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.weight = torch.nn.Parameter(ramp)
        self.tied = self.weight
        self.register_buffer("turned", ramp.t())
        self.register_buffer("part", ramp[:, 1:])
        self.register_buffer("scalar", ramp[1, 1])
        self.register_buffer("mask", torch.tensor([True, False, True]))
        self.register_buffer("empty", torch.zeros(0, 4))


state = Module().state_dict()
state["parameter"] = torch.nn.Parameter(ramp[1])
state.update(steps=3, note="text", nothing=None, rate=0.5, sizes=ramp.size(), list=[1, 2**40])
torch.save(state, "torch_views.bin")

kinds = "float64 float32 float16 bfloat16 int64 int32 int16 int8 uint8 bool".split()
dtypes = {kind: ramp.to(getattr(torch, kind)) for kind in kinds}
torch.save({"epoch": 1, "model": dtypes, "optimizer": {"state": {}}}, "torch_dtypes.bin", pickle_protocol=4)

# Their pickles, which the fuzzer of pickles begins with.
for name in ("torch_views", "torch_dtypes"):
    with zipfile.ZipFile(name + ".bin") as archive, open(name + ".pkl", "wb") as file:
        file.write(archive.read(name + "/data.pkl"))
