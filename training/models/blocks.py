"""Building blocks that several networks share; the names of their parts are those of ResNet's and HRNet's releases."""

from __future__ import annotations

from typing import cast

from torch import Tensor, nn


def conv3(inside: int, outside: int, stride: int = 1) -> nn.Conv2d:
    """A 3 × 3 convolution without bias that keeps the size (or divides it by `stride`)."""
    return nn.Conv2d(inside, outside, 3, stride, padding=1, bias=False)


def projection(inside: int, outside: int, stride: int) -> nn.Sequential | None:
    """What brings a block's input to the shape of its output; None where it has it already."""
    if stride == 1 and inside == outside:
        return None
    return nn.Sequential(nn.Conv2d(inside, outside, 1, stride, bias=False), nn.BatchNorm2d(outside))


class BasicBlock(nn.Module):
    """Two 3 × 3 convolutions beside the identity (He et al., CVPR 2016, Fig. 5 left)."""

    def __init__(self, inside: int, outside: int | None = None, stride: int = 1) -> None:
        super().__init__()
        outside = outside or inside
        self.conv1 = conv3(inside, outside, stride)
        self.bn1 = nn.BatchNorm2d(outside)
        self.conv2 = conv3(outside, outside)
        self.bn2 = nn.BatchNorm2d(outside)
        self.relu = nn.ReLU(inplace=True)
        self.downsample = projection(inside, outside, stride)

    def forward(self, x: Tensor) -> Tensor:
        y = self.relu(self.bn1(self.conv1(x)))
        y = self.bn2(self.conv2(y))
        return cast(Tensor, self.relu(y + (x if self.downsample is None else self.downsample(x))))


class Bottleneck(nn.Module):
    """1 × 1, 3 × 3, 1 × 1 beside the identity (He et al., Fig. 5 right).

    The stride sits on the 3 × 3 convolution, with `early_stride` on the first 1 × 1 (Caffe's ResNets).
    """

    expansion = 4

    def __init__(self, inside: int, planes: int, stride: int = 1, *, early_stride: bool = False) -> None:
        super().__init__()
        outside = planes * self.expansion
        self.conv1 = nn.Conv2d(inside, planes, 1, stride if early_stride else 1, bias=False)
        self.bn1 = nn.BatchNorm2d(planes)
        self.conv2 = conv3(planes, planes, 1 if early_stride else stride)
        self.bn2 = nn.BatchNorm2d(planes)
        self.conv3 = nn.Conv2d(planes, outside, 1, bias=False)
        self.bn3 = nn.BatchNorm2d(outside)
        self.relu = nn.ReLU(inplace=True)
        self.downsample = projection(inside, outside, stride)

    def forward(self, x: Tensor) -> Tensor:
        y = self.relu(self.bn1(self.conv1(x)))
        y = self.relu(self.bn2(self.conv2(y)))
        y = self.bn3(self.conv3(y))
        return cast(Tensor, self.relu(y + (x if self.downsample is None else self.downsample(x))))


def check_size(x: Tensor, multiple: int) -> None:
    """Raises ValueError where height or width of x [N, C, H, W] is not a multiple of `multiple`."""
    if x.shape[2] % multiple or x.shape[3] % multiple:
        raise ValueError(f"height and width must be multiples of {multiple}, not {tuple(x.shape[2:])}")
