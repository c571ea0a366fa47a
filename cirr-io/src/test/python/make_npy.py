"""Writes src/test/resources/org/cirr/io/npy/*: small arrays made by NumPy itself.

Each array of types.npz has shape (2, 3, 5) and holds its own flat C index (booleans: index odd).
Run from cirr-io: python3 src/test/python/make_npy.py
"""
import io
import os

import numpy as np

OUT = os.path.join(os.path.dirname(__file__), "..", "resources", "org", "cirr", "io", "npy")
flat = np.arange(30).reshape(2, 3, 5)
arrays = {}
for code in "b1 i1 u1 i2 u2 i4 u4 i8 u8 f2 f4 f8".split():
    for order in "<>":
        for layout in "CF":
            values = flat % 2 == 1 if code == "b1" else flat
            name = code + ("le" if order == "<" else "be") + layout
            arrays[name] = np.array(values, dtype=order + code, order=layout)
arrays["scalar"] = np.array(7.5)
arrays["empty"] = np.zeros((3, 0, 2), "f4")
arrays["line"] = np.array([1, 2, 3], "i2")
np.savez_compressed(os.path.join(OUT, "types.npz"), **arrays)
np.savez(os.path.join(OUT, "stored.npz"), a=np.arange(5, dtype="f4"), b=np.array([[True], [False]]))
for major, minor in [(1, 0), (2, 0), (3, 0)]:
    with open(os.path.join(OUT, "version%d.npy" % major), "wb") as f:
        np.lib.format.write_array(f, np.arange(6, dtype="f8").reshape(2, 3), version=(major, minor))
for name, array in {
    "complex": np.zeros(2, "c8"),
    "text": np.array(["ab"]),
    "structure": np.zeros(2, [("a", "f4"), ("b", "i2")]),
}.items():
    np.save(os.path.join(OUT, name + ".npy"), array)
