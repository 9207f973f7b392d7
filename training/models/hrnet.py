"""HRNetV1 for poses: Sun et al., Deep High-Resolution Representation Learning, CVPR 2019 (Fig. 1, sec. 3).

Any width and depth. Parameter names are those of the official release (`pose_hrnet.py`), so that its state dicts load
strictly; W32 and W48 are `HRNetConfig(width=32)` and `HRNetConfig(width=48)`.

Shapes: input float [N, 3, H, W], H and W multiples of 32; output heatmaps [N, K, H / 4, W / 4].
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

import torch
from torch import Tensor, nn

DEPTH_STRIDE = 32  # the deepest branch halves five times; fixed-factor upsampling needs that to come out even


@dataclass(frozen=True, slots=True)
class HRNetConfig:
    """The shape of a network; the defaults are the published W32.

    width            channels C of the highest branch; the others have 2C, 4C, 8C
    modules          exchange modules in stages 2, 3, 4
    blocks           basic blocks per branch and module
    stem             channels of both stem convolutions
    layer1_blocks, layer1_planes
                     bottlenecks of stage 1 and their inner channels (they give out four times as many)
    """

    width: int = 32
    joints: int = 17
    modules: tuple[int, int, int] = (1, 4, 3)
    blocks: int = 4
    stem: int = 64
    layer1_blocks: int = 4
    layer1_planes: int = 64

    @property
    def widths(self) -> tuple[int, int, int, int]:
        return self.width, 2 * self.width, 4 * self.width, 8 * self.width


def _conv3(inside: int, outside: int, stride: int = 1) -> nn.Conv2d:
    return nn.Conv2d(inside, outside, 3, stride, padding=1, bias=False)


class BasicBlock(nn.Module):
    def __init__(self, channels: int) -> None:
        super().__init__()
        self.conv1 = _conv3(channels, channels)
        self.bn1 = nn.BatchNorm2d(channels)
        self.conv2 = _conv3(channels, channels)
        self.bn2 = nn.BatchNorm2d(channels)
        self.relu = nn.ReLU(inplace=True)

    def forward(self, x: Tensor) -> Tensor:
        y = self.relu(self.bn1(self.conv1(x)))
        y = self.bn2(self.conv2(y))
        return cast(Tensor, self.relu(y + x))


class Bottleneck(nn.Module):
    expansion = 4

    def __init__(self, inside: int, planes: int, *, project: bool) -> None:
        super().__init__()
        outside = planes * self.expansion
        self.conv1 = nn.Conv2d(inside, planes, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(planes)
        self.conv2 = _conv3(planes, planes)
        self.bn2 = nn.BatchNorm2d(planes)
        self.conv3 = nn.Conv2d(planes, outside, 1, bias=False)
        self.bn3 = nn.BatchNorm2d(outside)
        self.relu = nn.ReLU(inplace=True)
        self.downsample = (
            nn.Sequential(nn.Conv2d(inside, outside, 1, bias=False), nn.BatchNorm2d(outside)) if project else None
        )

    def forward(self, x: Tensor) -> Tensor:
        y = self.relu(self.bn1(self.conv1(x)))
        y = self.relu(self.bn2(self.conv2(y)))
        y = self.bn3(self.conv3(y))
        return cast(Tensor, self.relu(y + (x if self.downsample is None else self.downsample(x))))


def _up(inside: int, outside: int, factor: int) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(inside, outside, 1, bias=False),
        nn.BatchNorm2d(outside),
        nn.Upsample(scale_factor=factor, mode="nearest"),
    )


def _down(inside: int, outside: int, halvings: int) -> nn.Sequential:
    steps = [
        nn.Sequential(_conv3(inside, inside, 2), nn.BatchNorm2d(inside), nn.ReLU(inplace=True))
        for _ in range(halvings - 1)
    ]
    return nn.Sequential(*steps, nn.Sequential(_conv3(inside, outside, 2), nn.BatchNorm2d(outside)))


class ExchangeModule(nn.Module):
    """Parallel branches, then every output sums every branch brought to its resolution (Fig. 3 of the paper)."""

    def __init__(self, widths: Sequence[int], blocks: int, outputs: int) -> None:
        super().__init__()
        self.branches = nn.ModuleList(nn.Sequential(*(BasicBlock(c) for _ in range(blocks))) for c in widths)
        self.fuse_layers = nn.ModuleList(
            nn.ModuleList(self._path(widths, source, target) for source in range(len(widths)))
            for target in range(outputs)
        )
        self.relu = nn.ReLU(inplace=True)

    @staticmethod
    def _path(widths: Sequence[int], source: int, target: int) -> nn.Module:
        if source == target:
            return nn.Identity()  # no parameters: the official key list has a hole here too
        if source > target:
            return _up(widths[source], widths[target], 2 ** (source - target))
        return _down(widths[source], widths[target], target - source)

    def forward(self, xs: list[Tensor]) -> list[Tensor]:
        features = [branch(x) for branch, x in zip(self.branches, xs, strict=True)]
        fused = []
        for row in self.fuse_layers:
            total: Tensor | None = None
            for path, feature in zip(cast(nn.ModuleList, row), features, strict=True):
                total = path(feature) if total is None else total + path(feature)
            fused.append(self.relu(total))
        return fused


class HRNet(nn.Module):
    """Heatmaps of `config.joints` joints; raises ValueError where height or width is not a multiple of 32."""

    def __init__(self, config: HRNetConfig) -> None:
        super().__init__()
        self.config = config
        widths = config.widths
        self.conv1 = _conv3(3, config.stem, 2)
        self.bn1 = nn.BatchNorm2d(config.stem)
        self.conv2 = _conv3(config.stem, config.stem, 2)
        self.bn2 = nn.BatchNorm2d(config.stem)
        self.relu = nn.ReLU(inplace=True)
        planes, first = config.layer1_planes, config.layer1_planes * Bottleneck.expansion
        self.layer1 = nn.Sequential(
            *(Bottleneck(first if n else config.stem, planes, project=n == 0) for n in range(config.layer1_blocks))
        )
        self.transition1 = nn.ModuleList(
            (
                nn.Sequential(_conv3(first, widths[0]), nn.BatchNorm2d(widths[0]), nn.ReLU(inplace=True)),
                nn.Sequential(self._halve(first, widths[1])),
            )
        )
        self.stage2 = self._stage(2)
        self.transition2 = self._grow(2)
        self.stage3 = self._stage(3)
        self.transition3 = self._grow(3)
        self.stage4 = self._stage(4)
        self.final_layer = nn.Conv2d(widths[0], config.joints, 1)
        self._initialise()

    @staticmethod
    def _halve(inside: int, outside: int) -> nn.Sequential:
        return nn.Sequential(_conv3(inside, outside, 2), nn.BatchNorm2d(outside), nn.ReLU(inplace=True))

    def _grow(self, branches: int) -> nn.ModuleList:
        """The new, deepest branch starts from the last one of the stage before; the others go on as they are."""
        widths = self.config.widths
        kept = [nn.Identity() for _ in range(branches)]
        return nn.ModuleList([*kept, nn.Sequential(self._halve(widths[branches - 1], widths[branches]))])

    def _stage(self, number: int) -> nn.Sequential:
        widths, modules = self.config.widths[:number], self.config.modules[number - 2]
        last_outputs = 1 if number == 4 else number
        return nn.Sequential(
            *(
                ExchangeModule(widths, self.config.blocks, last_outputs if n == modules - 1 else number)
                for n in range(modules)
            )
        )

    def _initialise(self) -> None:
        for module in self.modules():
            if isinstance(module, nn.Conv2d):
                nn.init.normal_(module.weight, std=0.001)
                if module.bias is not None:
                    nn.init.zeros_(module.bias)

    def forward(self, x: Tensor) -> Tensor:
        if x.shape[2] % DEPTH_STRIDE or x.shape[3] % DEPTH_STRIDE:
            raise ValueError(f"height and width must be multiples of {DEPTH_STRIDE}, not {tuple(x.shape[2:])}")
        x = self.relu(self.bn1(self.conv1(x)))
        x = self.relu(self.bn2(self.conv2(x)))
        x = self.layer1(x)
        xs = self.stage2([branch(x) for branch in self.transition1])
        xs = self.stage3([*xs, self.transition2[2](xs[-1])])
        xs = self.stage4([*xs, self.transition3[3](xs[-1])])
        return cast(Tensor, self.final_layer(xs[0]))


def gmac(model: nn.Module, height: int, width: int) -> float:
    """Multiply-adds of all convolutions for one picture, ÷ 2^30 (how HRNet's README counts its "GFLOPs")."""
    total = 0

    def count(module: nn.Module, _: tuple[Tensor, ...], output: Tensor) -> None:
        assert isinstance(module, nn.Conv2d)
        total_inside = module.in_channels // module.groups * module.kernel_size[0] * module.kernel_size[1]
        nonlocal total
        total += total_inside * output[0].numel()

    hooks = [module.register_forward_hook(count) for module in model.modules() if isinstance(module, nn.Conv2d)]
    try:
        was_training = model.training
        with torch.no_grad():
            model.eval()(torch.zeros(1, 3, height, width))
        model.train(was_training)
    finally:
        for hook in hooks:
            hook.remove()
    return total / 2**30
