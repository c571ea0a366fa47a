"""Takes training steps with Python's PyTorch for `java -jar benchmarks.jar train`.

    python3 -m venv venv
    venv/bin/pip install torch --index-url https://download.pytorch.org/whl/cpu
    java -jar benchmarks/target/benchmarks.jar train --python venv/bin/python

The net is torch_peer.py's, with nnU-Net's deep supervision, its loss (soft Dice over the batch plus
cross entropy), gradients clipped at 12, and SGD with Nesterov momentum 0.99 and weight decay 3e-5.
Prints one line of JSON about itself, then for each line that it reads takes a step and prints its
seconds, so that its steps can be taken in turn with another program's. Without a line it waits.
"""

import argparse
import json
import sys
import time

import torch
from torch import nn
from torch.nn import functional

from torch_peer import FEATURES, STRIDES, UNet

PATCH = (32, 128, 128)


class SupervisedUNet(UNet):
    def __init__(self, channels, classes):
        super().__init__(channels, classes)
        self.heads = nn.ModuleList(nn.Conv3d(f, classes, 1) for f in FEATURES[-2:0:-1])

    def forward(self, x):
        skips = []
        for stage in self.encoder:
            x = stage(x)
            skips.append(x)
        outputs = []
        heads = list(self.heads) + [self.head]
        for up, stage, skip, head in zip(self.up, self.decoder, skips[-2::-1], heads):
            x = stage(torch.cat((up(x), skip), 1))
            outputs.append(head(x))
        return outputs[::-1]


def dice_and_cross_entropy(logits, labels):
    probability = torch.softmax(logits, 1)[:, 1:]
    target = functional.one_hot(labels, logits.shape[1]).movedim(-1, 1)[:, 1:].to(logits.dtype)
    axes = (0, 2, 3, 4)
    intersection = (probability * target).sum(axes)
    sizes = probability.sum(axes) + target.sum(axes)
    dice = (2 * intersection + 1e-5) / (sizes + 1e-5).clamp_min(1e-8)
    return functional.cross_entropy(logits, labels) - dice.mean()


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--threads", type=int, default=torch.get_num_threads())
    parser.add_argument("--batch", type=int, default=2)
    parser.add_argument("--classes", type=int, default=2)
    parser.add_argument("--last", action="store_true", help="channels last")
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    torch.manual_seed(0)
    net = SupervisedUNet(1, arguments.classes).train()
    x = torch.randn(arguments.batch, 1, *PATCH)
    if arguments.last:
        net = net.to(memory_format=torch.channels_last_3d)
        x = x.to(memory_format=torch.channels_last_3d)
    labels = []
    extents = PATCH
    for stride in STRIDES[:-1]:
        stride = stride if isinstance(stride, tuple) else (stride,) * 3
        extents = tuple(extent // step for extent, step in zip(extents, stride))
        labels.append(torch.randint(arguments.classes, (arguments.batch, *extents)))
    weights = [0.5**i for i in range(len(labels))]
    weights[-1] = 0
    weights = [weight / sum(weights) for weight in weights]
    optimizer = torch.optim.SGD(
        net.parameters(), 0.01, momentum=0.99, nesterov=True, weight_decay=3e-5
    )

    def step():
        optimizer.zero_grad(set_to_none=True)
        loss = sum(
            weight * dice_and_cross_entropy(logits, label)
            for weight, logits, label in zip(weights, net(x), labels)
            if weight
        )
        loss.backward()
        nn.utils.clip_grad_norm_(net.parameters(), 12)
        optimizer.step()
        return loss.item()

    print(json.dumps({"version": torch.__version__, "threads": torch.get_num_threads()}), flush=True)
    for _ in sys.stdin:
        start = time.perf_counter()
        loss = step()
        seconds = time.perf_counter() - start
        print(json.dumps({"seconds": seconds, "loss": loss}), flush=True)


if __name__ == "__main__":
    main()
