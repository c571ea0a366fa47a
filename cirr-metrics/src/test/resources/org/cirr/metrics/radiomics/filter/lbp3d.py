"""Writes lbp3d.json: pyradiomics' LBP3D maps, computed with SciPy (run with SciPy 1.17.1).

Not pyradiomics' code, which SciPy 1.17 does not run: the same steps in the plain form of their
formulas, its swapped angles included.
"""
import json
import pathlib

import numpy as np
from scipy.ndimage import map_coordinates
from scipy.special import sph_harm_y
from scipy.stats import kurtosis


def icosphere(subdivisions):
    golden = (1 + 5**0.5) / 2
    points = np.array([np.roll([a, b * golden, 0], k) for k in range(3) for a in (1, -1) for b in (1, -1)])
    points /= np.linalg.norm(points[0])
    for _ in range(subdivisions):
        distances = np.linalg.norm(points[:, None] - points[None], axis=2)
        edge = np.sort(distances, axis=1)[:, 1].max()  # the longest edge from a vertex to its nearest
        pairs = np.argwhere(np.triu(distances < 1.25 * edge, 1))
        middles = points[pairs[:, 0]] + points[pairs[:, 1]]
        points = np.vstack([points, middles / np.linalg.norm(middles, axis=1)[:, None]])
    return points


def maps(image, levels, radius, subdivisions):
    points = icosphere(subdivisions) * radius
    polar = np.arccos(np.clip(points[:, 2] / radius, -1, 1))
    azimuth = np.arctan2(points[:, 1], points[:, 0])
    voxels = np.argwhere(np.ones(image.shape, bool))
    coordinates = voxels[:, None, :] + points[None, :, :]
    samples = map_coordinates(image, coordinates.T.reshape(3, -1), order=3)
    samples = samples.reshape(len(points), len(voxels)).T
    bits = (samples >= image.reshape(-1)[:, None]).astype(int)
    result = []
    for n in range(levels):
        field = 0
        for m in range(-n, n + 1):
            y = sph_harm_y(n, m, azimuth, polar)  # theta should be the polar angle: swapped
            field = field + (bits * y).sum(axis=1)[:, None] * y[None, :]
        result.append(np.real(np.sqrt(np.sum(field**2, axis=1))))
    result.append(kurtosis(samples, axis=1))
    return [list(np.round(r, 12)) for r in result]


shape = (4, 5, 6)
rng = np.random.default_rng(5)
whole = rng.integers(-200, 900, shape).astype(np.int16)
real = rng.normal(0, 50, shape)
cases = []
for name, image, levels, radius, subdivisions in [
    ("INT16", whole, 2, 1, 1),
    ("INT16", whole, 4, 1.3, 1),
    ("FLOAT64", real, 3, 1, 0),
    ("FLOAT64", real, 2, 1, 2),
]:
    cases.append(
        dict(
            type=name, shape=list(shape), levels=levels, radius=radius, subdivisions=subdivisions,
            points=len(icosphere(subdivisions)),
            image=[float(v) for v in image.reshape(-1)],
            maps=maps(image, levels, radius, subdivisions),
        )
    )
pathlib.Path(__file__).with_suffix(".json").write_text(json.dumps(cases))
