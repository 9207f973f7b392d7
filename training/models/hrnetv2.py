"""HRNetV2 and HRNetV2p: Wang et al., Deep High-Resolution Representation Learning for Visual Recognition, TPAMI 2020.

The trunk is HRNetV1's with every stream given out by the last exchange (78 keys more, of the same names as the official
releases). V2 brings the four streams to the highest resolution and concatenates them: 15 C channels, stride 4. V2p
makes a pyramid of that for detectors, strides 4 to 64. Resampling is bilinear between pixel centres (`align_corners`
False), which is what our pixel rule means by a cell's place.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from torch import Tensor, nn
from torch.nn import functional

from training.models.hrnet import HRNetConfig, HRNetTrunk, start_small, upsampled_and_concatenated

PYRAMID_STRIDES = (4, 8, 16, 32, 64)
PYRAMID_CHANNELS = 256


class HRNetV2(HRNetTrunk):
    """Maps [N, maps, H / 4, W / 4] out of all four streams: heatmaps, unless `maps` says otherwise.

    The head is that of the release for segmentation (`last_layer`).
    """

    def __init__(self, config: HRNetConfig, maps: int | None = None) -> None:
        super().__init__(config, range(config.streams))
        channels = sum(config.widths)
        self.last_layer = nn.Sequential(
            nn.Conv2d(channels, channels, 1),
            nn.BatchNorm2d(channels),
            nn.ReLU(inplace=True),
            nn.Conv2d(channels, config.joints if maps is None else maps, 1),
        )
        start_small(self)

    def forward(self, x: Tensor) -> Tensor:
        return cast(Tensor, self.last_layer(upsampled_and_concatenated(self.features(x))))


class PersonSegmentation(HRNetV2):
    """Where people are: logits [N, 1, H / 4, W / 4]."""

    def __init__(self, config: HRNetConfig) -> None:
        super().__init__(config, maps=1)


class HRNetV2p(HRNetTrunk):
    """Features [N, 256, H / s, W / s] for each of `strides`; H and W are multiples of the largest of them and of 32."""

    def __init__(self, config: HRNetConfig, strides: Sequence[int] = PYRAMID_STRIDES) -> None:
        super().__init__(config, range(config.streams))
        self.strides = tuple(strides)
        self.reduction_conv = nn.Sequential(nn.Conv2d(sum(config.widths), PYRAMID_CHANNELS, 1))
        self.fpn_conv = nn.ModuleList(nn.Conv2d(PYRAMID_CHANNELS, PYRAMID_CHANNELS, 3, padding=1) for _ in strides)

    def forward(self, x: Tensor) -> list[Tensor]:
        merged = self.reduction_conv(upsampled_and_concatenated(self.features(x)))
        return [
            smooth(merged if stride == 4 else functional.avg_pool2d(merged, stride // 4))
            for smooth, stride in zip(self.fpn_conv, self.strides, strict=True)
        ]
