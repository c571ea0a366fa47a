"""Three steps of nnU-Net's training of a small U-Net in PyTorch, in double: training_steps.json and .f32.

Run with PyTorch (2.13 was used):  python training_steps.py
Weights, image and labels follow from their names by the fill rule of GoldenNetworks. The file holds all
weights after the last step, float32, little endian, in the order of "names".
"""
import json
import os

import numpy as np
import torch
from torch import nn

FEATURES = [4, 8, 12]
STRIDES = [(1, 1, 1), (1, 2, 2), (2, 2, 2)]
SHAPE = (2, 1, 8, 16, 12)
CLASSES = 3
STEPS = 3
MASK = 2**64 - 1


def bits(key, count):
    h = 0xCBF29CE484222325
    for b in key.encode():
        h = ((h ^ b) * 0x100000001B3) & MASK
    start = (h + 1 + 0x9E3779B97F4A7C15) & MASK
    out = np.empty(count)
    for i in range(count):
        z = (start + i) & MASK
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
        out[i] = (z ^ (z >> 31)) >> 40
    return out


def fill(key, shape, a, b):
    unit = bits(key, int(np.prod(shape))) * 2.0**-23 - 1
    return torch.from_numpy((unit * a + b).astype(np.float32).astype(np.float64)).reshape(shape)


class Block(nn.Module):
    def __init__(self, cin, cout, stride):
        super().__init__()
        self.conv = nn.Conv3d(cin, cout, 3, stride, 1)
        self.norm = nn.InstanceNorm3d(cout, eps=1e-5, affine=True)

    def forward(self, x):
        return nn.functional.leaky_relu(self.norm(self.conv(x)), 0.01)


class Stack(nn.Module):
    def __init__(self, cin, cout, stride):
        super().__init__()
        self.convs = nn.ModuleList([Block(cin, cout, stride), Block(cout, cout, 1)])

    def forward(self, x):
        for conv in self.convs:
            x = conv(x)
        return x


class UNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.encoder = nn.Module()
        widths = [1] + FEATURES
        self.encoder.stages = nn.ModuleList(
            nn.ModuleList([Stack(widths[i], widths[i + 1], STRIDES[i])]) for i in range(3)
        )
        self.decoder = nn.Module()
        self.decoder.transpconvs = nn.ModuleList()
        self.decoder.stages = nn.ModuleList()
        self.decoder.seg_layers = nn.ModuleList()
        for level in range(2):
            deep, fine = FEATURES[2 - level], FEATURES[1 - level]
            stride = STRIDES[2 - level]
            self.decoder.transpconvs.append(nn.ConvTranspose3d(deep, fine, stride, stride))
            self.decoder.stages.append(Stack(2 * fine, fine, 1))
            self.decoder.seg_layers.append(nn.Conv3d(fine, CLASSES, 1))

    def forward(self, x):
        skips = []
        for stage in self.encoder.stages:
            x = stage[0](x)
            skips.append(x)
        outputs = []
        for level in range(2):
            x = torch.cat((self.decoder.transpconvs[level](x), skips[1 - level]), 1)
            x = self.decoder.stages[level](x)
            outputs.append(self.decoder.seg_layers[level](x))
        return outputs[::-1]


def loss_of(logits, labels):
    """Soft Dice over the batch, without background, and cross entropy."""
    p = torch.softmax(logits, 1)
    t = nn.functional.one_hot(labels, CLASSES).movedim(-1, 1).to(p.dtype)
    axes = (0, 2, 3, 4)
    inter, sizes = (p * t).sum(axes)[1:], (p.sum(axes) + t.sum(axes))[1:]
    dice = (2 * inter + 1e-5) / torch.clip(sizes + 1e-5, 1e-8)
    return nn.functional.cross_entropy(logits, labels) - dice.mean()


def run(dtype):
    net = UNet().to(dtype)
    with torch.no_grad():
        for name, parameter in net.named_parameters():
            shape = tuple(parameter.shape)
            if len(shape) > 1:
                value = fill(name, shape, np.sqrt(3 / (parameter.numel() / shape[0])), 0)
            else:
                value = fill(name, shape, 0.1, 0 if name.endswith("bias") else 1)
            parameter.copy_(value)
    image = fill("image", SHAPE, 1, 0).to(dtype)
    labels = torch.from_numpy(bits("labels", 2 * 8 * 16 * 12).astype(np.int64) * CLASSES >> 24)
    labels = labels.reshape(2, 8, 16, 12)
    targets = [labels, labels[:, :, 1::2, 1::2]]
    sgd = torch.optim.SGD(net.parameters(), 0.01, 0.99, weight_decay=3e-5, nesterov=True)
    losses, norms = [], []
    for _ in range(STEPS):
        sgd.zero_grad()
        outputs = net(image)
        # Two thirds and one third: both outputs count, so that every weight is trained.
        loss = 2 / 3 * loss_of(outputs[0], targets[0]) + 1 / 3 * loss_of(outputs[1], targets[1])
        loss.backward()
        norms.append(float(nn.utils.clip_grad_norm_(net.parameters(), 1.0)))
        losses.append(loss.item())
        sgd.step()
    return net, losses, norms


here = os.path.dirname(os.path.abspath(__file__))
torch.manual_seed(0)
net, losses, norms = run(torch.float64)
single = dict(run(torch.float32)[0].named_parameters())
deviation = max(
    float((p - single[n].double()).abs().max() / p.abs().max()) for n, p in net.named_parameters()
)
names = [name for name, _ in net.named_parameters()]
values = np.concatenate([p.detach().numpy().ravel() for p in net.parameters()]).astype("<f4")
values.tofile(os.path.join(here, "training_steps.f32"))
with open(os.path.join(here, "training_steps.json"), "w") as file:
    json.dump(
        {
            "torch": torch.__version__,
            "names": names,
            "shapes": [list(p.shape) for p in net.parameters()],
            "losses": losses,
            "norms": norms,
            "float32_deviation": deviation,
        },
        file,
        indent=1,
    )
print(losses, norms, deviation, values.size)
