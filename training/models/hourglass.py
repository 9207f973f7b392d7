"""Stacked hourglass: Newell, Yang and Deng, Stacked Hourglass Networks for Human Pose Estimation, ECCV 2016.

Pre-activation residuals, four halvings by max pooling, nearest upsampling, a prediction after every hourglass that goes
back into the features (Figs. 3 and 4). In training every stack's heatmaps come out, to be supervised each.

Shapes: input float [N, 3, H, W], H and W multiples of 64; heatmaps [N, K, H / 4, W / 4], a list of one for each stack
in training, the last stack's alone in evaluation.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from torch import Tensor, nn
from torch.nn import functional

from training.models.blocks import check_size

DEPTH = 4  # halvings inside an hourglass
STEMS = {"newell": (128, 128), "wide": (128, 256)}  # channels after the first and the second residual of the stem


@dataclass(frozen=True, slots=True)
class HourglassConfig:
    """The shape of a network; the defaults are the published eight stacks. Raises ValueError for one that cannot be.

    stacks   1 to 8
    width    channels of the features
    stem     `newell` (the paper's: 128, 128, then `width`) or `wide` (128, `width`, `width`: bearpaw's PyTorch version)
    """

    stacks: int = 8
    joints: int = 16
    width: int = 256
    stem: str = "newell"

    def __post_init__(self) -> None:
        if not 1 <= self.stacks <= 8:
            raise ValueError(f"stacks must be 1 to 8, not {self.stacks}")
        if self.stem not in STEMS:
            raise ValueError(f"stem must be one of {', '.join(STEMS)}, not {self.stem!r}")
        if self.width % 2:
            raise ValueError(f"width must be even, not {self.width}")


class Residual(nn.Module):
    """Normalisation and ReLU before each of 1 × 1, 3 × 3, 1 × 1, beside the identity (or a 1 × 1 to new channels)."""

    def __init__(self, inside: int, outside: int) -> None:
        super().__init__()
        half = outside // 2
        self.bn1 = nn.BatchNorm2d(inside)
        self.conv1 = nn.Conv2d(inside, half, 1)
        self.bn2 = nn.BatchNorm2d(half)
        self.conv2 = nn.Conv2d(half, half, 3, padding=1)
        self.bn3 = nn.BatchNorm2d(half)
        self.conv3 = nn.Conv2d(half, outside, 1)
        self.skip = None if inside == outside else nn.Conv2d(inside, outside, 1)

    def forward(self, x: Tensor) -> Tensor:
        y = self.conv1(functional.relu(self.bn1(x)))
        y = self.conv2(functional.relu(self.bn2(y)))
        y = self.conv3(functional.relu(self.bn3(y)))
        return cast(Tensor, y + (x if self.skip is None else self.skip(x)))


class Hourglass(nn.Module):
    """Down and up again, `depth` halvings deep, with a residual beside each (Fig. 3)."""

    def __init__(self, width: int, depth: int) -> None:
        super().__init__()
        self.beside = Residual(width, width)
        self.down = Residual(width, width)
        self.inner: nn.Module = Hourglass(width, depth - 1) if depth > 1 else Residual(width, width)
        self.up = Residual(width, width)

    def forward(self, x: Tensor) -> Tensor:
        y = self.up(self.inner(self.down(functional.max_pool2d(x, 2))))
        return cast(Tensor, self.beside(x) + functional.interpolate(y, scale_factor=2.0))


class StackedHourglass(nn.Module):
    """Heatmaps of `config.joints` joints; raises ValueError where height or width is not a multiple of 64."""

    def __init__(self, config: HourglassConfig) -> None:
        super().__init__()
        self.config = config
        width, stacks = config.width, config.stacks
        first, second = (channels * width // 256 for channels in STEMS[config.stem])
        self.stem = nn.Sequential(
            nn.Conv2d(3, first // 2, 7, 2, padding=3),
            nn.BatchNorm2d(first // 2),
            nn.ReLU(inplace=True),
            Residual(first // 2, first),
            nn.MaxPool2d(2),
            Residual(first, second),
            Residual(second, width),
        )
        self.hourglasses = nn.ModuleList(Hourglass(width, DEPTH) for _ in range(stacks))
        self.features = nn.ModuleList(
            nn.Sequential(
                Residual(width, width), nn.Conv2d(width, width, 1), nn.BatchNorm2d(width), nn.ReLU(inplace=True)
            )
            for _ in range(stacks)
        )
        self.heads = nn.ModuleList(nn.Conv2d(width, config.joints, 1) for _ in range(stacks))
        self.merge_features = nn.ModuleList(nn.Conv2d(width, width, 1) for _ in range(stacks - 1))
        self.merge_heatmaps = nn.ModuleList(nn.Conv2d(config.joints, width, 1) for _ in range(stacks - 1))

    def forward(self, x: Tensor) -> Tensor | list[Tensor]:
        check_size(x, 4 * 2**DEPTH)
        x = self.stem(x)
        outputs: list[Tensor] = []
        for n, (hourglass, features, head) in enumerate(zip(self.hourglasses, self.features, self.heads, strict=True)):
            y = features(hourglass(x))
            maps = head(y)
            outputs.append(maps)
            if n < len(self.merge_features):
                x = x + self.merge_features[n](y) + self.merge_heatmaps[n](maps)
        return outputs if self.training else outputs[-1]
