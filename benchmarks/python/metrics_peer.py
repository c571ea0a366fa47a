"""SciPy's time for what MetricsBenchmark measures: the peer that medpy, MONAI and others build on.

Makes the label maps of org.cirr.benchmarks.Organs and computes surface distances of one label as medpy does:
surface = mask xor its binary erosion, distance = scipy.ndimage.distance_transform_edt on the
uncropped volume. One direction of one label is timed; five labels need ten such directions.

    python benchmarks/python/metrics_peer.py 300x512x512          uncropped, one direction
    python benchmarks/python/metrics_peer.py 64x128x128 --values  all labels, both directions, numbers
    python benchmarks/python/metrics_peer.py --files REF.nii PRED.nii N
        the first N labels of two uint8 NIfTI-1 files, both directions, as JSON: what
        `benchmarks.jar metrics` starts
"""
import json
import struct
import sys
import time

import numpy as np
import scipy
from scipy import ndimage

ORGANS = [
    (0.55, 0.45, 0.34, 0.28, 0.20, 0.22),
    (0.60, 0.55, 0.74, 0.16, 0.10, 0.09),
    (0.35, 0.62, 0.36, 0.16, 0.055, 0.06),
    (0.35, 0.62, 0.64, 0.16, 0.055, 0.06),
    (0.50, 0.58, 0.50, 0.45, 0.022, 0.022),
]
SPACING = (1.0, 0.8, 0.8)


def organ(shape, number, predicted):
    z, y, x = np.ogrid[: shape[0], : shape[1], : shape[2]]
    edge = 1 + 0.05 * np.sin(x / 7) * np.sin(y / 9) * np.sin(z / 5) if predicted else 1
    moved, grown = (1, 0.97) if predicted else (0, 1)
    o = ORGANS[number]
    dz = (z - o[0] * shape[0] - moved) / (o[3] * shape[0] * grown)
    dy = (y - o[1] * shape[1] - 2 * moved) / (o[4] * shape[1] * grown)
    dx = (x - o[2] * shape[2] - 2 * moved) / (o[5] * shape[2] * grown)
    return dz * dz + dy * dy + dx * dx <= edge


def maps(shape):
    pair = []
    for predicted in (False, True):
        labels = np.zeros(shape, np.uint8)
        for number in range(len(ORGANS)):
            labels[organ(shape, number, predicted)] = number + 1
        pair.append(labels)
    return pair


def surface(mask):
    return mask ^ ndimage.binary_erosion(mask, ndimage.generate_binary_structure(3, 1))


def directed(of, to, spacing=SPACING):
    """Distances from one surface to the other."""
    return ndimage.distance_transform_edt(~surface(to), sampling=spacing)[surface(of)]


def read(path):
    """The labels (z y x) of an uncompressed NIfTI-1 file of unsigned bytes, and their spacing."""
    with open(path, "rb") as file:
        header = file.read(352)
    x, y, z = struct.unpack_from("<3h", header, 42)
    (kind,) = struct.unpack_from("<h", header, 70)
    assert kind == 2, f"{path} has data type {kind}, expected 2 (uint8)"
    sx, sy, sz = struct.unpack_from("<3f", header, 80)
    (offset,) = struct.unpack_from("<f", header, 108)
    return np.fromfile(path, np.uint8, x * y * z, offset=int(offset)).reshape(z, y, x), (sz, sy, sx)


def files(reference, prediction, count):
    (g_all, spacing), (p_all, _) = read(reference), read(prediction)
    labels = []
    start = time.process_time()  # of this one thread: what else runs on the machine costs SciPy nothing
    for label in range(1, count + 1):
        g, p = g_all == label, p_all == label
        pg, gp = directed(p, g, spacing), directed(g, p, spacing)
        pooled = np.concatenate([pg, gp])
        values = {
            "hd": max(pg.max(), gp.max()),
            "hd95": max(np.percentile(pg, 95), np.percentile(gp, 95)),
            "assd": pooled.mean(),
            "nsd@1mm": (pooled <= 1).mean(),
        }
        labels.append({"label": label, "values": {k: float(v) for k, v in values.items()}})
    seconds = time.process_time() - start
    version = f"SciPy {scipy.__version__}, Python {sys.version.split()[0]}"
    print(json.dumps({"version": version, "seconds": seconds, "labels": labels}))


def main():
    if sys.argv[1] == "--files":
        files(sys.argv[2], sys.argv[3], int(sys.argv[4]))
        return
    shape = tuple(int(n) for n in sys.argv[1].split("x"))
    print(f"numpy {np.__version__}, scipy {scipy.__version__}, {shape}")
    if "--values" in sys.argv:
        reference, prediction = maps(shape)
        start = time.perf_counter()
        for label in range(1, len(ORGANS) + 1):
            g, p = reference == label, prediction == label
            pg, gp = directed(p, g), directed(g, p)
            dice = 2 * (p & g).sum() / (p.sum() + g.sum())
            pooled = np.concatenate([pg, gp])
            print(
                f"label {label}: dice {dice!r} hd {max(pg.max(), gp.max())!r}"
                f" hd95 {max(np.percentile(pg, 95), np.percentile(gp, 95))!r}"
                f" assd {pooled.mean()!r} nsd1 {(pooled <= 1).mean()!r}"
            )
        print(f"{time.perf_counter() - start:.2f} s for both directions of {len(ORGANS)} labels")
        return
    reference, prediction = organ(shape, 0, False), organ(shape, 0, True)
    start = time.perf_counter()
    distances = directed(prediction, reference)
    seconds = time.perf_counter() - start
    print(f"one direction of one label: {seconds:.1f} s (largest distance {distances.max():.4f})")
    print(f"both directions of five labels need ten of these: {10 * seconds:.0f} s")


main()
