"""Writes skeleton.json: what scikit-image's skeletonize(method='lee') makes of a few masks.

Masks are formulas, so that the test can make them too. python make_skeleton.py > skeleton.json
"""
import json
import sys

import numpy as np
import skimage
from skimage.morphology import skeletonize


def grid(shape):
    return np.meshgrid(*[np.arange(n) for n in shape], indexing="ij")


def tube(shape, radius, bend):
    """A tube along x whose centre swings in y and z, with a branch."""
    z, y, x = grid(shape)
    cy = shape[1] / 2 + bend * np.sin(x / 9.0)
    cz = shape[0] / 2 + bend * np.cos(x / 7.0)
    main = (y - cy) ** 2 + (z - cz) ** 2 <= radius**2
    branch = (x - shape[2] / 2) ** 2 + (z - shape[0] / 2) ** 2 <= (radius * 0.8) ** 2
    return main | (branch & (y < shape[1] / 2))


def ring(shape, radius, thickness):
    z, y, x = grid(shape)
    r = np.sqrt((y - shape[1] / 2) ** 2 + (x - shape[2] / 2) ** 2) - radius
    return r**2 + (z - shape[0] / 2) ** 2 <= thickness**2


CASES = {
    "tube": (tube((17, 33, 65), 3.3, 4.0), tube((17, 33, 65), 2.6, 4.6)),
    "thin tube": (tube((15, 25, 45), 1.6, 3.0), tube((15, 25, 45), 2.1, 2.5)),
    "ring": (ring((11, 41, 41), 14.0, 3.1), ring((11, 41, 41), 13.0, 2.6)),
}


def main():
    out = {"scikit-image": skimage.__version__, "cases": {}}
    for name, (p, g) in CASES.items():
        sp = skeletonize(p, method="lee") > 0
        sg = skeletonize(g, method="lee") > 0
        tprec = (sp & g).sum() / sp.sum()
        tsens = (sg & p).sum() / sg.sum()
        out["cases"][name] = {
            "voxels_p": int(p.sum()),
            "voxels_g": int(g.sum()),
            "skeleton_p": int(sp.sum()),
            "skeleton_g": int(sg.sum()),
            "cldice": float(2 * tprec * tsens / (tprec + tsens)),
        }
    json.dump(out, sys.stdout, indent=1)
    print()


main()
