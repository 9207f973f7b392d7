"""State dicts in the layouts that others publish, written out from their rules alone: names, order, shapes.

Every function gives name → shape; `filled` turns that into tensors. Nothing here uses the networks under test.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import torch
from torch import Tensor

Shapes = dict[str, tuple[int, ...]]
Entries = Iterator[tuple[str, tuple[int, ...]]]

RESNET_STAGES = {50: (3, 4, 6, 3), 101: (3, 4, 23, 3), 152: (3, 8, 36, 3)}


def filled(shapes: Mapping[str, tuple[int, ...]], seed: int = 0) -> dict[str, Tensor]:
    """Random tensors, small enough for a forward pass to stay finite; counters are integers, variances positive."""
    generator = torch.Generator().manual_seed(seed)
    state = {}
    for name, shape in shapes.items():
        if name.endswith("num_batches_tracked"):
            state[name] = torch.tensor(7)
        elif name.endswith("running_var"):
            state[name] = torch.rand(shape, generator=generator) + 0.5
        else:
            fan = max(1, int(torch.tensor(shape[1:]).prod())) if len(shape) > 1 else 10
            state[name] = torch.randn(shape, generator=generator) * fan**-0.5
    return state


def norm(name: str, channels: int) -> Entries:
    for part in ("weight", "bias", "running_mean", "running_var"):
        yield f"{name}.{part}", (channels,)
    yield f"{name}.num_batches_tracked", ()


def conv(name: str, outside: int, inside: int, kernel: int, *, bias: bool = False) -> Entries:
    yield f"{name}.weight", (outside, inside, kernel, kernel)
    if bias:
        yield f"{name}.bias", (outside,)


def bottleneck(name: str, inside: int, planes: int, *, project: bool) -> Entries:
    yield from conv(f"{name}.conv1", planes, inside, 1)
    yield from norm(f"{name}.bn1", planes)
    yield from conv(f"{name}.conv2", planes, planes, 3)
    yield from norm(f"{name}.bn2", planes)
    yield from conv(f"{name}.conv3", 4 * planes, planes, 1)
    yield from norm(f"{name}.bn3", 4 * planes)
    if project:
        yield from conv(f"{name}.downsample.0", 4 * planes, inside, 1)
        yield from norm(f"{name}.downsample.1", 4 * planes)


def basic(name: str, inside: int, outside: int, *, project: bool = False) -> Entries:
    yield from conv(f"{name}.conv1", outside, inside, 3)
    yield from norm(f"{name}.bn1", outside)
    yield from conv(f"{name}.conv2", outside, outside, 3)
    yield from norm(f"{name}.bn2", outside)
    if project:
        yield from conv(f"{name}.downsample.0", outside, inside, 1)
        yield from norm(f"{name}.downsample.1", outside)


# --- HRNet, pose_hrnet.py


def hrnet_trunk(width: int, *, all_outputs: bool = False) -> Entries:
    widths = [width, 2 * width, 4 * width, 8 * width]
    yield from conv("conv1", 64, 3, 3)
    yield from norm("bn1", 64)
    yield from conv("conv2", 64, 64, 3)
    yield from norm("bn2", 64)
    for n in range(4):
        yield from bottleneck(f"layer1.{n}", 256 if n else 64, 64, project=n == 0)
    yield from conv("transition1.0.0", widths[0], 256, 3)
    yield from norm("transition1.0.1", widths[0])
    yield from conv("transition1.1.0.0", widths[1], 256, 3)
    yield from norm("transition1.1.0.1", widths[1])
    yield from _stage(2, 1, widths[:2], all_outputs=True)
    yield from conv("transition2.2.0.0", widths[2], widths[1], 3)
    yield from norm("transition2.2.0.1", widths[2])
    yield from _stage(3, 4, widths[:3], all_outputs=True)
    yield from conv("transition3.3.0.0", widths[3], widths[2], 3)
    yield from norm("transition3.3.0.1", widths[3])
    yield from _stage(4, 3, widths, all_outputs=all_outputs)


def _stage(stage: int, modules: int, widths: list[int], *, all_outputs: bool) -> Entries:
    for module in range(modules):
        at = f"stage{stage}.{module}"
        for branch, channels in enumerate(widths):
            for n in range(4):
                yield from basic(f"{at}.branches.{branch}.{n}", channels, channels)
        rows = len(widths) if all_outputs or module < modules - 1 else 1
        for i in range(rows):
            for j in range(len(widths)):
                path = f"{at}.fuse_layers.{i}.{j}"
                if j > i:
                    yield from conv(f"{path}.0", widths[i], widths[j], 1)
                    yield from norm(f"{path}.1", widths[i])
                for k in range(i - j):
                    outside = widths[i] if k == i - j - 1 else widths[j]
                    yield from conv(f"{path}.{k}.0", outside, widths[j], 3)
                    yield from norm(f"{path}.{k}.1", outside)


def hrnet(width: int = 32, joints: int = 17) -> Shapes:
    return {**dict(hrnet_trunk(width)), **dict(conv("final_layer", joints, width, 1, bias=True))}


def hrnet_imagenet(width: int = 32) -> Shapes:
    """The release's classifier: V2's trunk, then heads of which one has the name of the pose network's."""

    def heads() -> Entries:
        outside = (128, 256, 512, 1024)
        for n, channels in enumerate(outside):
            yield from bottleneck(f"incre_modules.{n}.0", width * 2**n, channels // 4, project=True)
        for n in range(3):
            yield from conv(f"downsamp_modules.{n}.0", outside[n + 1], outside[n], 3, bias=True)
            yield from norm(f"downsamp_modules.{n}.1", outside[n + 1])
        yield from conv("final_layer.0", 2048, 1024, 1, bias=True)
        yield from norm("final_layer.1", 2048)
        yield "classifier.weight", (1000, 2048)
        yield "classifier.bias", (1000,)

    return {**dict(hrnet_trunk(width, all_outputs=True)), **dict(heads())}


# --- SimpleBaseline, pose_resnet.py; torchvision's ResNet


def resnet(depth: int) -> Entries:
    yield from conv("conv1", 64, 3, 7)
    yield from norm("bn1", 64)
    inside = 64
    for stage, (blocks, planes) in enumerate(zip(RESNET_STAGES[depth], (64, 128, 256, 512), strict=True), start=1):
        for n in range(blocks):
            yield from bottleneck(f"layer{stage}.{n}", inside, planes, project=n == 0)
            inside = 4 * planes


def deconvolutions(prefix: str, inside: int) -> Entries:
    for place, channels in (("0", inside), ("3", 256), ("6", 256)):
        yield f"{prefix}.{place}.weight", (channels, 256, 4, 4)
        yield from norm(f"{prefix}.{int(place) + 1}", 256)


def simplebaseline(depth: int = 50, joints: int = 17) -> Shapes:
    head = {**dict(deconvolutions("deconv_layers", 2048)), **dict(conv("final_layer", joints, 256, 1, bias=True))}
    return {**dict(resnet(depth)), **head}


def resnet_imagenet(depth: int = 50) -> Shapes:
    return {**dict(resnet(depth)), "fc.weight": (1000, 2048), "fc.bias": (1000,)}


# --- MMPose


def of_mmpose(shapes: Shapes, version: int) -> Shapes:
    """HRNet or SimpleBaseline as MMPose names it."""
    head = "keypoint_head" if version == 0 else "head"
    return {
        f"{head}.{name}" if name.startswith(("final_layer.", "deconv_layers.")) else f"backbone.{name}": shape
        for name, shape in shapes.items()
    }


def hourglass52(joints: int = 17) -> Shapes:
    widths, blocks = (256, 256, 384, 384, 384, 512), (2, 2, 2, 2, 2, 4)

    def level(at: str, n: int) -> Entries:
        here, below = widths[n], widths[n + 1]
        for k in range(blocks[n]):
            yield from basic(f"{at}.up1.{k}", here, here)
        for k in range(blocks[n]):  # the first block halves
            yield from basic(f"{at}.low1.{k}", below if k else here, below, project=k == 0)
        if n < 4:
            yield from level(f"{at}.low2", n + 1)
        else:
            for k in range(blocks[n + 1]):
                yield from basic(f"{at}.low2.{k}", below, below)
        for k in range(blocks[n]):  # the last block changes channels
            last = k == blocks[n] - 1
            yield from basic(f"{at}.low3.{k}", below, here if last else below, project=last and below != here)

    def everything() -> Entries:
        yield from conv("backbone.stem.0.conv", 128, 3, 7)
        yield from norm("backbone.stem.0.bn", 128)
        yield from basic("backbone.stem.1.0", 128, 256, project=True)
        yield from level("backbone.hourglass_modules.0", 0)
        yield from basic("backbone.inters.0", 256, 256)
        yield from conv("backbone.out_convs.0.conv", 256, 256, 3)
        yield from norm("backbone.out_convs.0.bn", 256)
        yield from conv("keypoint_head.multi_final_layers.0", joints, 256, 1, bias=True)

    return dict(everything())


def linear(name: str, outside: int, inside: int, *, bias: bool = True) -> Entries:
    yield f"{name}.weight", (outside, inside)
    if bias:
        yield f"{name}.bias", (outside,)


def layer_norm(name: str, channels: int) -> Entries:
    yield f"{name}.weight", (channels,)
    yield f"{name}.bias", (channels,)


def mmpose_swin(
    width: int = 96, depths: tuple[int, ...] = (2, 2, 6, 2), heads: tuple[int, ...] = (3, 6, 12, 24), window: int = 7,
    joints: int = 17,
) -> Shapes:  # fmt: skip
    def everything() -> Entries:
        yield from conv("backbone.patch_embed.projection", width, 3, 4, bias=True)
        yield from layer_norm("backbone.patch_embed.norm", width)
        for stage, (depth, count) in enumerate(zip(depths, heads, strict=True)):
            channels = width * 2**stage
            for block in range(depth):
                at = f"backbone.stages.{stage}.blocks.{block}"
                yield from layer_norm(f"{at}.norm1", channels)
                yield f"{at}.attn.w_msa.relative_position_bias_table", ((2 * window - 1) ** 2, count)
                yield f"{at}.attn.w_msa.relative_position_index", (window**2, window**2)
                yield from linear(f"{at}.attn.w_msa.qkv", 3 * channels, channels)
                yield from linear(f"{at}.attn.w_msa.proj", channels, channels)
                yield from layer_norm(f"{at}.norm2", channels)
                yield from linear(f"{at}.ffn.layers.0.0", 4 * channels, channels)
                yield from linear(f"{at}.ffn.layers.1", channels, 4 * channels)
            if stage < len(depths) - 1:
                yield from layer_norm(f"backbone.stages.{stage}.downsample.norm", 4 * channels)
                yield from linear(
                    f"backbone.stages.{stage}.downsample.reduction", 2 * channels, 4 * channels, bias=False
                )
        yield from layer_norm(f"backbone.norm{len(depths) - 1}", width * 2 ** (len(depths) - 1))
        yield from deconvolutions("keypoint_head.deconv_layers", width * 2 ** (len(depths) - 1))
        yield from conv("keypoint_head.final_layer", joints, 256, 1, bias=True)

    return dict(everything())


def swin_imagenet(
    width: int = 96, depths: tuple[int, ...] = (2, 2, 6, 2), heads: tuple[int, ...] = (3, 6, 12, 24), window: int = 7
) -> Shapes:
    """The official classifier, made for 224 × 224: stages of 56, 28, 14 and 7 places a side."""

    def everything() -> Entries:
        yield from conv("patch_embed.proj", width, 3, 4, bias=True)
        yield from layer_norm("patch_embed.norm", width)
        for stage, (depth, count) in enumerate(zip(depths, heads, strict=True)):
            channels, side = width * 2**stage, 56 // 2**stage
            for block in range(depth):
                at = f"layers.{stage}.blocks.{block}"
                if block % 2 and side > window:
                    yield f"{at}.attn_mask", ((side // window) ** 2, window**2, window**2)
                yield from layer_norm(f"{at}.norm1", channels)
                yield f"{at}.attn.relative_position_bias_table", ((2 * window - 1) ** 2, count)
                yield f"{at}.attn.relative_position_index", (window**2, window**2)
                yield from linear(f"{at}.attn.qkv", 3 * channels, channels)
                yield from linear(f"{at}.attn.proj", channels, channels)
                yield from layer_norm(f"{at}.norm2", channels)
                yield from linear(f"{at}.mlp.fc1", 4 * channels, channels)
                yield from linear(f"{at}.mlp.fc2", channels, 4 * channels)
            if stage < len(depths) - 1:
                yield from linear(f"layers.{stage}.downsample.reduction", 2 * channels, 4 * channels, bias=False)
                yield from layer_norm(f"layers.{stage}.downsample.norm", 4 * channels)
        last = width * 2 ** (len(depths) - 1)
        yield from layer_norm("norm", last)
        yield from linear("head", 1000, last)

    return dict(everything())


# --- stacked hourglass


def bearpaw(stacks: int, joints: int = 16) -> Shapes:
    def residual(name: str, inside: int, half: int) -> Entries:
        yield from norm(f"{name}.bn1", inside)
        yield from conv(f"{name}.conv1", half, inside, 1, bias=True)
        yield from norm(f"{name}.bn2", half)
        yield from conv(f"{name}.conv2", half, half, 3, bias=True)
        yield from norm(f"{name}.bn3", half)
        yield from conv(f"{name}.conv3", 2 * half, half, 1, bias=True)
        if inside != 2 * half:
            yield from conv(f"{name}.downsample.0", 2 * half, inside, 1, bias=True)

    def everything() -> Entries:
        yield from conv("conv1", 64, 3, 7, bias=True)
        yield from norm("bn1", 64)
        yield from residual("layer1.0", 64, 64)
        yield from residual("layer2.0", 128, 128)
        yield from residual("layer3.0", 256, 128)
        for s in range(stacks):
            for d in range(4):
                for r in range(4 if d == 0 else 3):
                    yield from residual(f"hg.{s}.hg.{d}.{r}.0", 256, 128)
            yield from residual(f"res.{s}.0", 256, 128)
            yield from conv(f"fc.{s}.0", 256, 256, 1, bias=True)
            yield from norm(f"fc.{s}.1", 256)
            yield from conv(f"score.{s}", joints, 256, 1, bias=True)
            if s < stacks - 1:
                yield from conv(f"fc_.{s}", 256, 256, 1, bias=True)
                yield from conv(f"score_.{s}", 256, joints, 1, bias=True)

    return dict(everything())


def princeton(stacks: int, joints: int = 16) -> Shapes:
    def residual(name: str, inside: int, outside: int) -> Entries:
        half = outside // 2
        yield from norm(f"{name}.bn1", inside)
        yield from conv(f"{name}.conv1.conv", half, inside, 1, bias=True)
        yield from norm(f"{name}.bn2", half)
        yield from conv(f"{name}.conv2.conv", half, half, 3, bias=True)
        yield from norm(f"{name}.bn3", half)
        yield from conv(f"{name}.conv3.conv", outside, half, 1, bias=True)
        yield from conv(f"{name}.skip_layer.conv", outside, inside, 1, bias=True)

    def hourglass(name: str, depth: int) -> Entries:
        yield from residual(f"{name}.up1", 256, 256)
        yield from residual(f"{name}.low1", 256, 256)
        yield from hourglass(f"{name}.low2", depth - 1) if depth > 1 else residual(f"{name}.low2", 256, 256)
        yield from residual(f"{name}.low3", 256, 256)

    def everything() -> Entries:
        yield from conv("pre.0.conv", 64, 3, 7, bias=True)
        yield from norm("pre.0.bn", 64)
        yield from residual("pre.1", 64, 128)
        yield from residual("pre.3", 128, 128)
        yield from residual("pre.4", 128, 256)
        for s in range(stacks):
            yield from hourglass(f"hgs.{s}.0", 4)
            yield from residual(f"features.{s}.0", 256, 256)
            yield from conv(f"features.{s}.1.conv", 256, 256, 1, bias=True)
            yield from norm(f"features.{s}.1.bn", 256)
            yield from conv(f"outs.{s}.conv", joints, 256, 1, bias=True)
            if s < stacks - 1:
                yield from conv(f"merge_features.{s}.conv.conv", 256, 256, 1, bias=True)
                yield from conv(f"merge_preds.{s}.conv.conv", 256, joints, 1, bias=True)

    return dict(everything())
