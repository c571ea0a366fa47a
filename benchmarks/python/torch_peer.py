"""Times Python's PyTorch on the reference net of `java -jar benchmarks.jar compare`.

    python3 -m venv venv
    venv/bin/pip install torch --index-url https://download.pytorch.org/whl/cpu
    venv/bin/python benchmarks/python/torch_peer.py --threads 2

The net is nnU-Net's plain U-Net with random weights, which do not change its speed: six stages of
32-64-128-256-320-320 features, two 3x3x3 convolutions each, instance norm, leaky rectifier, input
1x1x32x128x128, two classes; 238.8 GFLOP of convolutions. One line for each way to run it, with
medians. torch.compile needs a C++ compiler. bfloat16 is another computation: about three digits
instead of seven, and fast only on processors with a matrix unit (AMX).
"""

import argparse
import time

import torch
from torch import nn

FEATURES = (32, 64, 128, 256, 320, 320)
STRIDES = (1, 2, 2, 2, 2, (1, 2, 2))


class Block(nn.Sequential):
    def __init__(self, channels, features, stride):
        super().__init__(
            nn.Conv3d(channels, features, 3, stride, 1),
            nn.InstanceNorm3d(features, affine=True),
            nn.LeakyReLU(0.01, inplace=True),
        )


class UNet(nn.Module):
    def __init__(self, channels=1, classes=2):
        super().__init__()
        self.encoder = nn.ModuleList()
        for features, stride in zip(FEATURES, STRIDES):
            self.encoder.append(
                nn.Sequential(Block(channels, features, stride), Block(features, features, 1))
            )
            channels = features
        self.up = nn.ModuleList()
        self.decoder = nn.ModuleList()
        for below, features, stride in zip(FEATURES[:0:-1], FEATURES[-2::-1], STRIDES[:0:-1]):
            self.up.append(nn.ConvTranspose3d(below, features, stride, stride))
            self.decoder.append(
                nn.Sequential(Block(2 * features, features, 1), Block(features, features, 1))
            )
        self.head = nn.Conv3d(FEATURES[0], classes, 1)

    def forward(self, x):
        skips = []
        for stage in self.encoder:
            x = stage(x)
            skips.append(x)
        for up, stage, skip in zip(self.up, self.decoder, skips[-2::-1]):
            x = stage(torch.cat((up(x), skip), 1))
        return self.head(x)


def count_flops(net, x):
    """Multiplications and additions of all convolutions, each counted as one."""
    total = 0

    def hook(layer, inputs, output):
        nonlocal total
        voxels = output if isinstance(layer, nn.Conv3d) else inputs[0]
        per_voxel = layer.weight.numel() // layer.weight.shape[0]
        total += 2 * voxels.numel() * per_voxel

    hooks = [
        layer.register_forward_hook(hook)
        for layer in net.modules()
        if isinstance(layer, (nn.Conv3d, nn.ConvTranspose3d))
    ]
    net(x)
    for handle in hooks:
        handle.remove()
    return total


def median_seconds(run, warm_up, runs):
    for _ in range(warm_up):
        run()
    seconds = []
    for _ in range(runs):
        start = time.perf_counter()
        run()
        seconds.append(time.perf_counter() - start)
    return sorted(seconds)[len(seconds) // 2]


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--threads", type=int, default=torch.get_num_threads())
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--compile", action="store_true", help="torch.compile, too (minutes)")
    parser.add_argument("--bfloat16", action="store_true", help="minutes without a matrix unit")
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    torch.manual_seed(0)
    x = torch.randn(1, 1, 32, 128, 128)
    net = UNet().eval()
    last = x.to(memory_format=torch.channels_last_3d)
    with torch.inference_mode():
        flops = count_flops(net, x)
        print(f"PyTorch {torch.__version__}, {arguments.threads} threads, {flops / 1e9:.1f} GFLOP")

        def report(name, run):
            seconds = median_seconds(run, 2, arguments.runs)
            print(f"{name:<28} {seconds:7.3f} s {flops / seconds / 1e9:7.1f} GFLOP/s", flush=True)

        report("float32", lambda: net(x))
        if arguments.compile:
            compiled = torch.compile(net)
            report("float32, torch.compile", lambda: compiled(x))
        net = net.to(memory_format=torch.channels_last_3d)
        report("float32, channels last", lambda: net(last))
        if arguments.bfloat16:
            with torch.autocast("cpu", torch.bfloat16):
                report("bfloat16, channels last", lambda: net(last))


if __name__ == "__main__":
    main()
