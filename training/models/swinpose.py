"""Swin-Pose: Xiong et al., Swin Transformer Based Human Pose Estimation, MIPR 2022.

Swin's four stages, a feature pyramid, its levels fused at a quarter of the input, heatmaps. What the abstract leaves
open is chosen here: a pyramid of 256 channels (Lin et al., FPN, CVPR 2017), levels brought up bilinearly, fusion A by
their sum, B by concatenation, then one 3 × 3 convolution with normalisation before the heatmaps. The third fusion is
MMPose's network: three transposed convolutions on the last stage, no pyramid.

Shapes: input float [N, 3, H, W], H and W multiples of 32; output heatmaps [N, K, H / 4, W / 4].
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import cast

import torch
from torch import Tensor, nn
from torch.nn import functional

from training.models.simplebaseline import deconvolutions
from training.models.swin import Swin, SwinConfig

FUSIONS = ("sum", "concatenation", "deconvolution")


@dataclass(frozen=True, slots=True)
class SwinPoseConfig:
    """The shape of a network; the defaults are Swin-T with fusion A. Raises ValueError for one that cannot be.

    fusion   `sum` (A), `concatenation` (B) or `deconvolution` (of the last stage, MMPose's)
    width    channels of the pyramid and of the layer before the heatmaps
    """

    backbone: SwinConfig = field(default_factory=SwinConfig)
    joints: int = 17
    fusion: str = "sum"
    width: int = 256

    def __post_init__(self) -> None:
        if self.fusion not in FUSIONS:
            raise ValueError(f"fusion must be one of {', '.join(FUSIONS)}, not {self.fusion!r}")


class Pyramid(nn.Module):
    """Features of every stage at `width` channels, each with what the stages below it know; same sizes as came in."""

    def __init__(self, channels: Sequence[int], width: int) -> None:
        super().__init__()
        self.lateral = nn.ModuleList(nn.Conv2d(inside, width, 1) for inside in channels)
        self.smooth = nn.ModuleList(nn.Conv2d(width, width, 3, padding=1) for _ in channels)

    def forward(self, features: Sequence[Tensor]) -> list[Tensor]:
        levels = [lateral(x) for lateral, x in zip(self.lateral, features, strict=True)]
        for n in range(len(levels) - 2, -1, -1):
            levels[n] = levels[n] + functional.interpolate(levels[n + 1], scale_factor=2.0)
        return [smooth(level) for smooth, level in zip(self.smooth, levels, strict=True)]


class PyramidFusion(nn.Module):
    """The pyramid's levels at the highest resolution, summed or concatenated, [N, width, H / 4, W / 4]."""

    def __init__(self, channels: Sequence[int], width: int, *, concatenates: bool) -> None:
        super().__init__()
        self._concatenates = concatenates
        self.pyramid = Pyramid(channels, width)
        inside = width * len(channels) if concatenates else width
        self.mix = nn.Sequential(
            nn.Conv2d(inside, width, 3, padding=1, bias=False), nn.BatchNorm2d(width), nn.ReLU(inplace=True)
        )

    def forward(self, features: Sequence[Tensor]) -> Tensor:
        first, *lower = self.pyramid(features)
        same = [first, *(functional.interpolate(x, size=first.shape[2:], mode="bilinear") for x in lower)]
        return cast(Tensor, self.mix(torch.cat(same, 1) if self._concatenates else torch.stack(same).sum(0)))


class LastStageUp(nn.Sequential):
    """The last stage alone, brought up by three transposed convolutions."""

    def forward(self, features: Sequence[Tensor]) -> Tensor:
        x = features[-1]
        for layer in self:
            x = layer(x)
        return x


class SwinPose(nn.Module):
    """Heatmaps of `config.joints` joints; raises ValueError where height or width is not a multiple of 32."""

    def __init__(self, config: SwinPoseConfig) -> None:
        super().__init__()
        self.config = config
        widths, up = config.backbone.widths, config.fusion == "deconvolution"
        self.backbone = Swin(config.backbone, (len(widths) - 1,) if up else range(len(widths)))
        self.fusion: nn.Module = (
            LastStageUp(*deconvolutions(widths[-1], config.width, 4))
            if up
            else PyramidFusion(widths, config.width, concatenates=config.fusion == "concatenation")
        )
        self.final_layer = nn.Conv2d(config.width, config.joints, 1)
        nn.init.normal_(self.final_layer.weight, std=0.001)
        nn.init.zeros_(cast(Tensor, self.final_layer.bias))

    def forward(self, x: Tensor) -> Tensor:
        return cast(Tensor, self.final_layer(self.fusion(self.backbone(x))))
