"""A YOLO-style person detector: anchor-free, decoupled heads at strides 8, 16, 32, PAN neck, CSP or HRNetV2p backbone.

Layout after YOLOX (Ge et al., 2021) with CSP blocks, assignment and losses task-aligned (Feng et al., TOOD, ICCV 2021),
see `training.data.assignment`. One class, so a head gives one score and four distances (left, top, right, bottom, each
softplus × stride) per anchor point; an anchor point lies in the middle of its cell.

Shapes: input float [N, 3, H, W], H and W multiples of 32; output logits [N, A] and boxes xyxy [N, A, 4] in input
pixels, A = HW / 64 + HW / 256 + HW / 1024, finest level first.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import cast

import torch
from torch import Tensor, nn
from torch.nn import functional

from training.models.blocks import check_size
from training.models.hrnet import HRNetConfig
from training.models.hrnetv2 import PYRAMID_CHANNELS, HRNetV2p

STRIDES = (8, 16, 32)
PRIOR = 0.01  # share of anchor points expected to be people at the start (RetinaNet's bias)


@dataclass(frozen=True, slots=True)
class DetectorConfig:
    """The shape of a detector with a CSP backbone; the defaults are the embedded nano one.

    widths   channels after the stem and at strides 4, 8, 16, 32
    depths   bottlenecks in the CSP blocks at strides 4, 8, 16, 32
    neck     channels of the neck and the heads
    """

    widths: tuple[int, int, int, int, int] = (16, 32, 64, 128, 256)
    depths: tuple[int, int, int, int] = (1, 2, 2, 1)
    neck: int = 64


@dataclass(frozen=True, slots=True)
class HRNetDetectorConfig:
    """The shape of a detector whose backbone is HRNetV2p.

    backbone  of the HRNet; the default is W18
    neck      channels of the neck and the heads
    """

    backbone: HRNetConfig = field(default_factory=lambda: HRNetConfig(width=18))
    neck: int = 64


class ConvUnit(nn.Module):
    """Convolution, normalisation, SiLU."""

    def __init__(self, inside: int, outside: int, kernel: int = 1, stride: int = 1) -> None:
        super().__init__()
        self.conv = nn.Conv2d(inside, outside, kernel, stride, kernel // 2, bias=False)
        self.bn = nn.BatchNorm2d(outside, eps=1e-3, momentum=0.03)

    def forward(self, x: Tensor) -> Tensor:
        return functional.silu(self.bn(self.conv(x)))


class ResidualUnit(nn.Module):
    def __init__(self, channels: int) -> None:
        super().__init__()
        self.a = ConvUnit(channels, channels // 2, 1)
        self.b = ConvUnit(channels // 2, channels, 3)

    def forward(self, x: Tensor) -> Tensor:
        return x + cast(Tensor, self.b(self.a(x)))


class CSPBlock(nn.Module):
    """Half of the channels pass through the residual units, half go round them."""

    def __init__(self, inside: int, outside: int, depth: int) -> None:
        super().__init__()
        half = outside // 2
        self.a = ConvUnit(inside, half)
        self.units = nn.Sequential(*(ResidualUnit(half) for _ in range(depth)))
        self.b = ConvUnit(inside, half)
        self.c = ConvUnit(outside, outside)

    def forward(self, x: Tensor) -> Tensor:
        return cast(Tensor, self.c(torch.cat([self.units(self.a(x)), self.b(x)], 1)))


class SpatialPool(nn.Module):
    """The deepest features beside their maxima over 5 × 5 and 9 × 9 cells (a short SPP)."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.merge = ConvUnit(3 * channels, channels)

    def forward(self, x: Tensor) -> Tensor:
        near = functional.max_pool2d(x, 5, 1, 2)
        far = functional.max_pool2d(x, 9, 1, 4)
        return cast(Tensor, self.merge(torch.cat([x, near, far], 1)))


class Backbone(nn.Module):
    def __init__(self, config: DetectorConfig) -> None:
        super().__init__()
        w, d = config.widths, config.depths
        self.stem = ConvUnit(3, w[0], 3, 2)
        self.stages = nn.ModuleList(
            nn.Sequential(ConvUnit(w[n], w[n + 1], 3, 2), CSPBlock(w[n + 1], w[n + 1], d[n])) for n in range(4)
        )
        self.pool = SpatialPool(w[4])

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        x = self.stages[0](self.stem(x))
        fine = self.stages[1](x)
        middle = self.stages[2](fine)
        return fine, middle, self.pool(self.stages[3](middle))


class Neck(nn.Module):
    """Top-down, then bottom-up (PAN): features of `widths` channels at strides 8, 16, 32, all brought to `c`."""

    def __init__(self, widths: Sequence[int], c: int) -> None:
        super().__init__()
        self.lateral = nn.ModuleList(ConvUnit(width, c) for width in widths)
        self.down_middle = CSPBlock(2 * c, c, 1)
        self.down_fine = CSPBlock(2 * c, c, 1)
        self.halve_fine = ConvUnit(c, c, 3, 2)
        self.up_middle = CSPBlock(2 * c, c, 1)
        self.halve_middle = ConvUnit(c, c, 3, 2)
        self.up_coarse = CSPBlock(2 * c, c, 1)

    def forward(self, features: Sequence[Tensor]) -> tuple[Tensor, Tensor, Tensor]:
        fine, middle, coarse = (unit(x) for unit, x in zip(self.lateral, features, strict=True))
        middle = self.down_middle(torch.cat([middle, functional.interpolate(coarse, scale_factor=2.0)], 1))
        fine = self.down_fine(torch.cat([fine, functional.interpolate(middle, scale_factor=2.0)], 1))
        middle = self.up_middle(torch.cat([self.halve_fine(fine), middle], 1))
        coarse = self.up_coarse(torch.cat([self.halve_middle(middle), coarse], 1))
        return fine, middle, coarse


class Head(nn.Module):
    """Score and distances of one level, each by its own two convolutions (decoupled)."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.score = nn.Sequential(ConvUnit(channels, channels, 3), ConvUnit(channels, channels, 3))
        self.box = nn.Sequential(ConvUnit(channels, channels, 3), ConvUnit(channels, channels, 3))
        self.score_out = nn.Conv2d(channels, 1, 1)
        self.box_out = nn.Conv2d(channels, 4, 1)
        nn.init.constant_(cast(Tensor, self.score_out.bias), math.log(PRIOR / (1 - PRIOR)))

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        return self.score_out(self.score(x)), self.box_out(self.box(x))


class Detector(nn.Module):
    """logits [N, A], boxes xyxy [N, A, 4]; raises ValueError where height or width is not a multiple of 32."""

    def __init__(self, config: DetectorConfig | HRNetDetectorConfig) -> None:
        super().__init__()
        self.config = config
        if isinstance(config, HRNetDetectorConfig):
            self.backbone: nn.Module = HRNetV2p(config.backbone, STRIDES)
            self.neck = Neck([PYRAMID_CHANNELS] * len(STRIDES), config.neck)
        else:
            self.backbone = Backbone(config)
            self.neck = Neck(config.widths[2:], config.neck)
        self.heads = nn.ModuleList(Head(config.neck) for _ in STRIDES)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        check_size(x, STRIDES[-1])
        logits, boxes = [], []
        for head, stride, feature in zip(self.heads, STRIDES, self.neck(self.backbone(x)), strict=True):
            score, raw = head(feature)
            distances = functional.softplus(raw.float()).flatten(2).transpose(1, 2) * stride
            points = anchor_points(feature.shape[2], feature.shape[3], stride).to(x.device)
            logits.append(score.float().flatten(1))
            boxes.append(torch.cat([points - distances[..., :2], points + distances[..., 2:]], 2))
        return torch.cat(logits, 1), torch.cat(boxes, 1)


def anchor_points(rows: int, columns: int, stride: int) -> Tensor:
    """Middles of the cells of one level, float [rows · columns, 2] (x, y), input pixels."""
    y, x = torch.meshgrid(torch.arange(rows), torch.arange(columns), indexing="ij")
    return (torch.stack([x, y], 2).reshape(-1, 2) + 0.5) * stride


def all_anchor_points(height: int, width: int) -> tuple[Tensor, Tensor]:
    """Points [A, 2] of all levels and the stride [A] of each."""
    points = [anchor_points(height // stride, width // stride, stride) for stride in STRIDES]
    strides = [torch.full((len(p),), float(stride)) for p, stride in zip(points, STRIDES, strict=True)]
    return torch.cat(points), torch.cat(strides)
