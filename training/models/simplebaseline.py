"""SimpleBaseline: Xiao, Wu and Wei, Simple Baselines for Human Pose Estimation and Tracking, ECCV 2018 (Fig. 1 c).

A ResNet, three transposed convolutions, one 1 × 1. Names are those of the releases (`pose_resnet.py`), whose ResNet
part is torchvision's, so that ImageNet weights of that layout load.

Shapes: input float [N, 3, H, W], H and W multiples of 32; output heatmaps [N, K, H / 4, W / 4].
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from torch import Tensor, nn

from training.models.blocks import Bottleneck, check_size

DEPTHS = {50: (3, 4, 6, 3), 101: (3, 4, 23, 3), 152: (3, 8, 36, 3)}  # bottlenecks of the four stages
PADDINGS = {4: (1, 0), 3: (1, 1), 2: (0, 0)}  # kernel of a transposed convolution: padding and output padding
DECONVOLUTIONS = 3


@dataclass(frozen=True, slots=True)
class SimpleBaselineConfig:
    """The shape of a network; the defaults are the published R50. Raises ValueError for one that cannot be.

    depth          50, 101 or 152; `stages` gives other numbers of bottlenecks
    planes         inner channels of the first stage; they double with each
    filters, kernel  of the transposed convolutions
    early_stride   Caffe's ResNets: stages halve at the first 1 × 1 convolution
    """

    depth: int = 50
    joints: int = 17
    stages: tuple[int, ...] = ()
    planes: int = 64
    filters: int = 256
    kernel: int = 4
    early_stride: bool = False

    def __post_init__(self) -> None:
        if self.depth not in DEPTHS:
            raise ValueError(f"depth must be one of {', '.join(map(str, DEPTHS))}, not {self.depth}")
        if self.kernel not in PADDINGS:
            raise ValueError(f"kernel must be one of {', '.join(map(str, PADDINGS))}, not {self.kernel}")


class SimpleBaseline(nn.Module):
    """Heatmaps of `config.joints` joints; raises ValueError where height or width is not a multiple of 32."""

    def __init__(self, config: SimpleBaselineConfig) -> None:
        super().__init__()
        self.config = config
        self._channels = config.planes
        self.conv1 = nn.Conv2d(3, config.planes, 7, 2, padding=3, bias=False)
        self.bn1 = nn.BatchNorm2d(config.planes)
        self.relu = nn.ReLU(inplace=True)
        self.maxpool = nn.MaxPool2d(3, 2, padding=1)
        stages = config.stages or DEPTHS[config.depth]
        self.layer1 = self._stage(config.planes, stages[0], stride=1)
        self.layer2 = self._stage(2 * config.planes, stages[1], stride=2)
        self.layer3 = self._stage(4 * config.planes, stages[2], stride=2)
        self.layer4 = self._stage(8 * config.planes, stages[3], stride=2)
        self.deconv_layers = nn.Sequential(*self._head())
        self.final_layer = nn.Conv2d(config.filters, config.joints, 1)
        for module in [*self.deconv_layers, self.final_layer]:
            if isinstance(module, nn.Conv2d | nn.ConvTranspose2d):
                nn.init.normal_(module.weight, std=0.001)
        nn.init.zeros_(cast(Tensor, self.final_layer.bias))

    def _stage(self, planes: int, blocks: int, stride: int) -> nn.Sequential:
        made = []
        for n in range(blocks):
            early = self.config.early_stride
            made.append(Bottleneck(self._channels, planes, 1 if n else stride, early_stride=early))
            self._channels = planes * Bottleneck.expansion
        return nn.Sequential(*made)

    def _head(self) -> list[nn.Module]:
        return deconvolutions(self._channels, self.config.filters, self.config.kernel)

    def forward(self, x: Tensor) -> Tensor:
        check_size(x, 32)
        x = self.maxpool(self.relu(self.bn1(self.conv1(x))))
        x = self.layer4(self.layer3(self.layer2(self.layer1(x))))
        return cast(Tensor, self.final_layer(self.deconv_layers(x)))


def deconvolutions(inside: int, filters: int, kernel: int) -> list[nn.Module]:
    """Three times twice the size: transposed convolution, normalisation, ReLU."""
    padding, output_padding = PADDINGS[kernel]
    layers: list[nn.Module] = []
    for n in range(DECONVOLUTIONS):
        layers += [
            nn.ConvTranspose2d(filters if n else inside, filters, kernel, 2, padding, output_padding, bias=False),
            nn.BatchNorm2d(filters),
            nn.ReLU(inplace=True),
        ]
    return layers
