"""Times PyTorch on what gpu-check.sh times of cirr: layers, nnU-Net's plain network on a patch of
64 x 192 x 192, and its training step. Prints a line of JSON for each.

channels_last_3d, autocast to bf16, cudnn.benchmark; tf32 and float32 for the network, too.
"""

import json
import time

import torch
from torch import nn
from torch.nn import functional

FEATURES = (32, 64, 128, 256, 320, 320)
STRIDES = (1, (1, 2, 2), 2, 2, 2, 2)
BY = f"PyTorch {torch.__version__}, cuDNN {torch.backends.cudnn.version()}"
LAST = torch.channels_last_3d


class Block(nn.Sequential):
    def __init__(self, channels, features, stride):
        super().__init__(
            nn.Conv3d(channels, features, 3, stride, 1),
            nn.InstanceNorm3d(features, affine=True),
            nn.LeakyReLU(0.01, inplace=True),
        )


class UNet(nn.Module):
    def __init__(self, classes=2):
        super().__init__()
        self.encoder = nn.ModuleList()
        channels = 1
        for features, stride in zip(FEATURES, STRIDES):
            self.encoder.append(
                nn.Sequential(Block(channels, features, stride), Block(features, features, 1))
            )
            channels = features
        self.up = nn.ModuleList()
        self.decoder = nn.ModuleList()
        self.heads = nn.ModuleList()
        for below, features, stride in zip(FEATURES[:0:-1], FEATURES[-2::-1], STRIDES[:0:-1]):
            self.up.append(nn.ConvTranspose3d(below, features, stride, stride))
            self.decoder.append(
                nn.Sequential(Block(2 * features, features, 1), Block(features, features, 1))
            )
            self.heads.append(nn.Conv3d(features, classes, 1))

    def forward(self, x, deep=False):
        skips = []
        for stage in self.encoder:
            x = stage(x)
            skips.append(x)
        outputs = []
        for up, stage, head, skip in zip(self.up, self.decoder, self.heads, skips[-2::-1]):
            x = stage(torch.cat((up(x), skip), 1))
            if deep:
                outputs.append(head(x))
        return outputs[::-1] if deep else self.heads[-1](x)


def milliseconds(run, budget=1.0):
    """The median of five rounds, each of several runs, after warming up."""
    for _ in range(3):
        run()
    torch.cuda.synchronize()
    start = time.perf_counter()
    run()
    torch.cuda.synchronize()
    times = max(1, min(200, int(budget / 5 / (time.perf_counter() - start))))
    rounds = []
    for _ in range(5):
        start = time.perf_counter()
        for _ in range(times):
            run()
        torch.cuda.synchronize()
        rounds.append((time.perf_counter() - start) / times * 1e3)
    return sorted(rounds)[2]


def report(name, run):
    try:
        print(json.dumps({"name": name, "ms": milliseconds(run), "by": BY}), flush=True)
    except RuntimeError as error:
        print(f"{name}: {error}", flush=True)
    torch.cuda.empty_cache()


def precisions(tf32):
    torch.backends.cuda.matmul.allow_tf32 = tf32
    torch.backends.cudnn.allow_tf32 = tf32


def network():
    net = UNet().cuda().eval().to(memory_format=LAST)
    x = torch.randn(1, 1, 64, 192, 192, device="cuda").to(memory_format=LAST)
    with torch.inference_mode():
        with torch.autocast("cuda", torch.bfloat16):
            report("U-Net, 1 patch, bf16", lambda: net(x))
        precisions(True)
        report("U-Net, 1 patch, tf32", lambda: net(x))
        precisions(False)
        report("U-Net, 1 patch, float32", lambda: net(x))


def loss_of(logits, target):
    """Soft Dice over the batch plus cross entropy."""
    shares = torch.softmax(logits.float(), 1)
    wanted = functional.one_hot(target, logits.shape[1]).permute(0, 4, 1, 2, 3).float()
    axes = (0, 2, 3, 4)
    both = (shares * wanted).sum(axes)[1:]
    either = shares.sum(axes)[1:] + wanted.sum(axes)[1:]
    dice = ((2 * both + 1e-5) / (either + 1e-5).clamp_min(1e-8)).mean()
    return functional.cross_entropy(logits.float(), target) - dice


def training():
    net = UNet().cuda().train().to(memory_format=LAST)
    optimizer = torch.optim.SGD(net.parameters(), 0.01, 0.99, nesterov=True, weight_decay=3e-5)
    x = torch.randn(2, 1, 64, 192, 192, device="cuda").to(memory_format=LAST)
    with torch.no_grad():
        shapes = [tuple(y.shape[2:]) for y in net(x[:1], deep=True)]
    targets = [torch.randint(0, 2, (2, *shape), device="cuda") for shape in shapes]
    weights = [1 / 2**i for i in range(len(shapes))]
    weights[-1] = 0.0
    weights = [w / sum(weights) for w in weights]

    def step():
        optimizer.zero_grad(set_to_none=True)
        with torch.autocast("cuda", torch.bfloat16):
            outputs = net(x, deep=True)
        sum(w * loss_of(y, t) for w, y, t in zip(weights, outputs, targets)).backward()
        torch.nn.utils.clip_grad_norm_(net.parameters(), 12)
        optimizer.step()

    report("training step, batch 2, bf16", step)


def layers():
    shapes = (
        (32, 32, 64, 192, 192, 1),
        (64, 64, 64, 96, 96, 1),
        (128, 128, 32, 48, 48, 1),
        (256, 256, 16, 24, 24, 1),
        (320, 320, 8, 12, 12, 1),
        (64, 32, 64, 192, 192, 1),
        (32, 64, 64, 192, 192, 2),
        (1, 32, 64, 192, 192, 1),
    )
    with torch.inference_mode(), torch.autocast("cuda", torch.bfloat16):
        for cin, cout, *patch, stride in shapes:
            conv = nn.Conv3d(cin, cout, 3, (1, stride, stride), 1).cuda().bfloat16()
            conv = conv.to(memory_format=LAST)
            x = torch.randn(1, cin, *patch, device="cuda", dtype=torch.bfloat16)
            x = x.to(memory_format=LAST)
            name = f"conv 3x3x3, {cin} to {cout}" + ("" if stride == 1 else ", stride 1x2x2")
            report(f"{name}, bf16", lambda: conv(x))
        qkv = torch.randn(3, 1, 16, 4096, 64, device="cuda", dtype=torch.bfloat16)
        attend = functional.scaled_dot_product_attention
        report("attention, 16 heads, 4096 tokens, bf16", lambda: attend(*qkv))
        linear = nn.Linear(1024, 4096, bias=False).cuda().bfloat16()
        x = torch.randn(1, 4096, 1024, device="cuda", dtype=torch.bfloat16)
        report("linear 1024 to 4096, 4096 tokens, bf16", lambda: linear(x))


if __name__ == "__main__":
    torch.backends.cudnn.benchmark = True
    network()
    training()
    layers()
