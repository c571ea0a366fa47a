"""Writes src/test/resources/org/cirr/io/checkpoint/*: small files made by PyTorch itself.

Run from cirr-io: python3 src/test/python/make_checkpoints.py (made with torch 2.13.0, numpy 2.4,
safetensors 0.6 or later). Every tensor holds start, start+1, ... in its own C order, unless said.
"""
import os
import pickle
import sys
import types
from collections import OrderedDict

import numpy as np
import torch
from safetensors.torch import save_file

OUT = os.path.join(os.path.dirname(__file__), "..", "resources", "org", "cirr", "io", "checkpoint")
os.makedirs(OUT, exist_ok=True)


def count(*shape, start=0, dtype=torch.float32):
    return (start + torch.arange(int(np.prod(shape)))).reshape(shape).to(dtype)


def path(name):
    return os.path.join(OUT, name)


base = count(40)
shared = count(2, 3, start=100)
weights = OrderedDict()
weights["module._orig_mod.encoder.stages.0.0.convs.0.conv.weight"] = shared
weights["module._orig_mod.encoder.stages.0.0.convs.0.all_modules.0.weight"] = shared
weights["module._orig_mod.decoder.encoder.stages.0.0.convs.0.conv.weight"] = shared
weights["module._orig_mod.offset"] = base[7:19].reshape(3, 4)
weights["module._orig_mod.transposed"] = count(5, 3, start=1).t().contiguous().t()
weights["module._orig_mod.channels_last"] = count(2, 3, 1, 5, 7).to(
    memory_format=torch.channels_last_3d)
weights["module._orig_mod.every_third"] = base[1::3]
weights["module._orig_mod.scalar"] = torch.tensor(2.5)
weights["module._orig_mod.empty"] = torch.zeros(3, 0)
weights["module._orig_mod.expanded"] = torch.tensor([1.0, 2.0, 3.0]).expand(4, 3)
weights["module._orig_mod.parameter"] = torch.nn.Parameter(count(3, start=5))
for dtype in [torch.float64, torch.float16, torch.bfloat16, torch.int64, torch.int32, torch.int16,
              torch.int8, torch.uint8, torch.uint16, torch.uint32, torch.uint64,
              torch.float8_e4m3fn, torch.float8_e5m2]:
    weights["module._orig_mod." + str(dtype)[6:]] = count(4, dtype=dtype)
weights["module._orig_mod.bool"] = torch.tensor([True, False, True])
checkpoint = {
    "network_weights": weights,
    "optimizer_state": {"state": {0: {"momentum_buffer": count(6)}}, "param_groups": [{"lr": 0.01}]},
    "grad_scaler_state": None,
    "logging": {
        "ema_fg_dice": [np.float32(0.5), np.float64(0.25)],
        "epochs": list(range(300)),
        "count": np.int64(-7),
        "flag": np.bool_(True),
        "array": np.arange(3.0),
        "big": 2 ** 70,
    },
    "_best_ema": np.float64(0.75),
    "current_epoch": 1000,
    "init_args": {
        "plans": {"configurations": {}},
        "configuration": "3d_fullres",
        "fold": 3,
        "dataset_json": {"labels": {"background": 0}},
        "device": torch.device("cuda:0"),
    },
    "trainer_name": "nnUNetTrainer",
    "inference_allowed_mirroring_axes": (0, 1, 2),
}
torch.save(checkpoint, path("nnunet.pth"))
torch.save({"net": count(4)}, path("legacy.pth"), _use_new_zipfile_serialization=False)
torch.save({"a": count(4), "b": count(2, start=9)}, path("protocol4.pth"), pickle_protocol=4)
torch.jit.script(torch.nn.Linear(1, 1)).save(path("script.pt"))
torch.save({"net": {"a": torch.eye(2).to_sparse()}}, path("sparse.pth"))
save_file({"a": count(2, 3), "b": count(4, dtype=torch.bfloat16), "c": torch.tensor([True, False])},
          path("small.safetensors"), metadata={"format": "pt"})

# nnU-Net's postprocessing.pkl names its function by reference; a stand-in module gives the name.
module = types.ModuleType("nnunetv2.postprocessing.remove_connected_components")
for name in ["nnunetv2", "nnunetv2.postprocessing", module.__name__]:
    sys.modules[name] = module


def remove_all_but_largest_component_from_segmentation():
    pass


keep = remove_all_but_largest_component_from_segmentation
keep.__module__ = module.__name__
setattr(module, keep.__name__, keep)
NNUNET = os.path.join(OUT, "..", "nnunet")
os.makedirs(NNUNET, exist_ok=True)
with open(os.path.join(NNUNET, "postprocessing.pkl"), "wb") as f:
    pickle.dump(([keep, keep], [{"labels_or_regions": [1, (2, 3)]},
                                {"labels_or_regions": np.int64(2), "background_label": 0}]), f)
