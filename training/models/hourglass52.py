"""Hourglass-52 as MMPose has it for poses: the backbone of CornerNet (Law and Deng, ECCV 2018), not Newell's.

Basic blocks with normalisation after the convolutions, halving by strided blocks, five levels of growing width.

Shapes: input float [N, 3, H, W], H and W multiples of 128; output heatmaps [N, K, H / 4, W / 4].
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

from torch import Tensor, nn
from torch.nn import functional

from training.models.blocks import BasicBlock, check_size
from training.models.hrnet import start_small


@dataclass(frozen=True, slots=True)
class Hourglass52Config:
    """The shape of a network; the defaults are the published one.

    widths, blocks  channels and basic blocks of each level, the highest resolution first; raises ValueError where
                    there are not as many of one as of the other, at least two
    """

    joints: int = 17
    widths: tuple[int, ...] = (256, 256, 384, 384, 384, 512)
    blocks: tuple[int, ...] = (2, 2, 2, 2, 2, 4)

    def __post_init__(self) -> None:
        if len(self.widths) != len(self.blocks) or len(self.widths) < 2:
            raise ValueError("widths and blocks must be lists of the same length, at least 2")


def _row(inside: int, outside: int, blocks: int, stride: int = 1) -> nn.Sequential:
    """Blocks whose first one changes channels and size."""
    rest = (BasicBlock(outside) for _ in range(blocks - 1))
    return nn.Sequential(BasicBlock(inside, outside, stride), *rest)


def _row_back(inside: int, outside: int, blocks: int) -> nn.Sequential:
    """Blocks whose last one changes channels."""
    rest = (BasicBlock(inside) for _ in range(blocks - 1))
    return nn.Sequential(*rest, BasicBlock(inside, outside))


class Level(nn.Module):
    """One level of the hourglass, with all levels below it inside."""

    def __init__(self, widths: Sequence[int], blocks: Sequence[int]) -> None:
        super().__init__()
        here, below = widths[0], widths[1]
        self.up1 = _row(here, here, blocks[0])
        self.low1 = _row(here, below, blocks[0], stride=2)
        self.low2: nn.Module = Level(widths[1:], blocks[1:]) if len(widths) > 2 else _row(below, below, blocks[1])
        self.low3 = _row_back(below, here, blocks[0])

    def forward(self, x: Tensor) -> Tensor:
        y = self.low3(self.low2(self.low1(x)))
        return cast(Tensor, self.up1(x) + functional.interpolate(y, scale_factor=2.0))


def _conv_norm(inside: int, outside: int, kernel: int, stride: int = 1) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(inside, outside, kernel, stride, padding=kernel // 2, bias=False),
        nn.BatchNorm2d(outside),
        nn.ReLU(inplace=True),
    )


class Hourglass52(nn.Module):
    """Heatmaps of `config.joints` joints; raises ValueError where height or width does not halve often enough."""

    def __init__(self, config: Hourglass52Config) -> None:
        super().__init__()
        self.config = config
        width = config.widths[0]
        self.stem = nn.Sequential(_conv_norm(3, width // 2, 7, 2), _row(width // 2, width, 1, stride=2))
        self.hourglass = Level(config.widths, config.blocks)
        self.out_conv = _conv_norm(width, width, 3)
        self.final_layer = nn.Conv2d(width, config.joints, 1)
        start_small(self)

    def forward(self, x: Tensor) -> Tensor:
        check_size(x, 4 * 2 ** (len(self.config.widths) - 1))
        return cast(Tensor, self.final_layer(self.out_conv(self.hourglass(self.stem(x)))))
