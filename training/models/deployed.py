"""The deployed graphs: everything between pixels and keypoints or boxes is inside, so a backend only moves bytes.

Decoding is `engine.decoding`'s: PARABOLA (the peak cell, then the vertex of the parabola through the logarithms of it
and its neighbours, each axis on its own), of maps smoothed first, which finds the middle of the uneven heaps that a
small network makes; DARK (Zhang et al., CVPR 2020: smoothed widely, with the mixed derivative); or HRNet's quarter
offset. Networks of others keep the pixels and the colours they were trained with (`Form`).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import cast

import torch
from torch import Tensor, nn
from torch.nn import functional

from engine.cards import Colour
from engine.crops import PixelRule
from engine.decoding import Decoding, dark_kernel
from engine.skeletons import COCO, Skeleton
from training.data.targets import STRIDE
from training.models.detection import Detector

MEAN = (123.675, 116.28, 103.53)
STD = (58.395, 57.12, 57.375)
FLOOR = 1e-4  # heat below this is noise: its logarithm must not throw the vertex about
REACH = 0.5  # a vertex further from the peak cell than this belongs to another cell
SMOOTH = 1.0  # cells; measured on the embedded network's validation people: AP 0.315 → 0.324, at 1.6 0.316 again
DARK_FLOOR = 1e-10


@dataclass(frozen=True, slots=True)
class Form:
    """What a pose network was trained for, which its deployed graph must keep to; the defaults are our own.

    colour    the order of the planes
    mean, std of the first, second and third plane, 0–255: (value - mean) / std
    smooth    sigma, in cells, that PARABOLA smooths with
    """

    pixels: PixelRule = PixelRule.SKELTER
    decoding: Decoding = Decoding.PARABOLA
    skeleton: Skeleton = COCO
    colour: Colour = Colour.RGB
    mean: tuple[float, float, float] = MEAN
    std: tuple[float, float, float] = STD
    smooth: float = SMOOTH


class Normalise(nn.Module):
    """uint8 [N, H, W, 3] RGB → float [N, 3, H, W], by default with ImageNet's mean and deviation."""

    mean: Tensor
    std: Tensor

    def __init__(self, form: Form | None = None) -> None:
        super().__init__()
        form = form or Form()
        self._turns = form.colour is Colour.BGR
        self.register_buffer("mean", torch.tensor(form.mean).view(1, 3, 1, 1), persistent=False)
        self.register_buffer("std", torch.tensor(form.std).view(1, 3, 1, 1), persistent=False)

    def forward(self, crops: Tensor) -> Tensor:
        planes = crops.permute(0, 3, 1, 2).float()
        return ((planes.flip(1) if self._turns else planes) - self.mean) / self.std


def mirrored_heatmaps(
    network: nn.Module, crops: Tensor, skeleton: Skeleton = COCO, pixels: PixelRule = PixelRule.SKELTER
) -> Tensor:
    """Mean of the heatmaps of crops [N, 3, H, W] and of their mirror images, turned back.

    With cell i in the middle of pixels 4i … 4i + 3, and by UDP's rule, the mirrored cells fall on the cells exactly.
    With classic pixels they come to lie 3/4 of a cell too far left: they are moved right by one (HRNet's
    SHIFT_HEATMAP; the first column stays).
    """
    mirrored = network(crops.flip(3)).flip(3)[:, skeleton.mirrored]
    if pixels is PixelRule.CLASSIC:
        mirrored = torch.cat([mirrored[..., :1], mirrored[..., :-1]], 3)
    return cast(Tensor, (network(crops) + mirrored) / 2)


class _Peaks:
    """The highest cell of each heatmap and the cells around it."""

    def __init__(self, maps: Tensor) -> None:
        self.height, self.width = maps.shape[2], maps.shape[3]
        # the first of the highest rows, and the first of the highest cells in it: OpenVINO takes a third of the whole
        # network's time for one person to go through all cells of a map at once
        self.row = maps.amax(3).argmax(2)
        in_it = self.row.unsqueeze(2) * self.width + torch.arange(self.width, device=maps.device)
        self.column = maps.flatten(2).gather(2, in_it).argmax(2)

    def around(self, maps: Tensor, dx: int, dy: int) -> Tensor:
        """The value [N, K] at (dx, dy) from the peak; the border repeats."""
        row, column = (self.row + dy).clamp(0, self.height - 1), (self.column + dx).clamp(0, self.width - 1)
        return maps.flatten(2).gather(2, (row * self.width + column).unsqueeze(2)).squeeze(2)

    def placed(self, dx: Tensor, dy: Tensor, score: Tensor, pixels: PixelRule) -> Tensor:
        """Keypoints [N, K, 3] in crop pixels, (dx, dy) cells from the peaks (as `engine.decoding.to_crop` has it)."""
        x, y = self.column.float() + dx, self.row.float() + dy
        match pixels:
            case PixelRule.SKELTER:
                x, y = x * STRIDE + (STRIDE - 1) / 2, y * STRIDE + (STRIDE - 1) / 2
            case PixelRule.CLASSIC:
                x, y = x * STRIDE, y * STRIDE
            case PixelRule.UDP:
                x = x * ((self.width * STRIDE - 1) / (self.width - 1))
                y = y * ((self.height * STRIDE - 1) / (self.height - 1))
        return torch.stack([x, y, score.clamp(0, 1)], 2)


def _dark_gaussian(width: int) -> Tensor:
    """DARK's kernel [1, 1, width, width], with the sigma that OpenCV takes for it."""
    return _gaussian(width // 2, 0.3 * (width // 2 - 1) + 0.8)


def _gaussian(reach: int, sigma: float) -> Tensor:
    """A kernel [1, 1, 2 reach + 1, 2 reach + 1] of sum 1."""
    line = torch.exp(-((torch.arange(-reach, reach + 1).float()) ** 2) / (2 * sigma**2))
    line = line / line.sum()
    return (line[:, None] * line[None])[None, None]


class ParabolaDecoder(nn.Module):
    """Heatmaps [N, K, h, w] → [N, K, 3]: x, y in crop pixels, score = the map's value at the peak, clipped to 0–1.

    `smooth` is the sigma, in cells, of the Gaussian that the maps are smoothed with before the peak is sought; 0: none.
    """

    kernel: Tensor

    def __init__(self, smooth: float = 0.0, pixels: PixelRule = PixelRule.SKELTER) -> None:
        super().__init__()
        self._pixels = pixels
        self._reach = math.ceil(2 * smooth)
        self.register_buffer("kernel", _gaussian(self._reach, smooth or 1.0), persistent=False)

    def forward(self, maps: Tensor) -> Tensor:
        found = self._smoothed(maps) if self._reach else maps
        peaks = _Peaks(found)
        centre = 2 * peaks.around(found, 0, 0).clamp(min=FLOOR).log()
        offsets = []
        for dx, dy in ((1, 0), (0, 1)):
            before = peaks.around(found, -dx, -dy).clamp(min=FLOOR).log()
            after = peaks.around(found, dx, dy).clamp(min=FLOOR).log()
            offsets.append((0.5 * (after - before) / (centre - before - after).clamp(min=FLOOR)).clamp(-REACH, REACH))
        return peaks.placed(offsets[0], offsets[1], peaks.around(maps, 0, 0), self._pixels)

    def _smoothed(self, maps: Tensor) -> Tensor:
        flat = functional.pad(maps.flatten(0, 1).unsqueeze(1), (self._reach,) * 4, mode="replicate")
        return functional.conv2d(flat, self.kernel).view_as(maps)


class DarkDecoder(nn.Module):
    """As ParabolaDecoder, by the Taylor expansion of the smoothed logarithm; peaks near the border stay."""

    wide: Tensor
    narrow: Tensor

    def __init__(self, pixels: PixelRule = PixelRule.SKELTER) -> None:
        super().__init__()
        self._pixels = pixels
        self.register_buffer("wide", _dark_gaussian(11), persistent=False)
        self.register_buffer("narrow", _dark_gaussian(3), persistent=False)

    def forward(self, maps: Tensor) -> Tensor:
        peaks = _Peaks(maps)
        flat = maps.flatten(0, 1).unsqueeze(1)
        kernel = self.narrow if dark_kernel(maps.shape[2]) == self.narrow.shape[2] else self.wide
        smooth = functional.conv2d(flat, kernel, padding=kernel.shape[2] // 2).view_as(maps)
        score = peaks.around(maps, 0, 0)
        smooth = smooth * (score / smooth.flatten(2).amax(2).clamp(min=DARK_FLOOR))[:, :, None, None]
        logs = smooth.clamp(min=DARK_FLOOR).log()

        def at(dx: int, dy: int) -> Tensor:
            return peaks.around(logs, dx, dy)

        centre = at(0, 0)
        dx, dy = (at(1, 0) - at(-1, 0)) / 2, (at(0, 1) - at(0, -1)) / 2
        dxx, dyy = (at(2, 0) - 2 * centre + at(-2, 0)) / 4, (at(0, 2) - 2 * centre + at(0, -2)) / 4
        dxy = (at(1, 1) - at(-1, 1) - at(1, -1) + at(-1, -1)) / 4
        determinant = dxx * dyy - dxy * dxy
        solvable = (peaks.column > 1) & (peaks.column < peaks.width - 2) & (peaks.row > 1)
        solvable = solvable & (peaks.row < peaks.height - 2) & (determinant != 0)
        divisor = torch.where(solvable, determinant, torch.ones_like(determinant))
        nothing = torch.zeros_like(dx)
        return peaks.placed(
            torch.where(solvable, -(dyy * dx - dxy * dy) / divisor, nothing),
            torch.where(solvable, -(dxx * dy - dxy * dx) / divisor, nothing),
            score,
            self._pixels,
        )


class QuarterDecoder(nn.Module):
    """As ParabolaDecoder, by HRNet's rule: a quarter cell towards the higher neighbour; peaks at the border stay."""

    def __init__(self, pixels: PixelRule = PixelRule.CLASSIC) -> None:
        super().__init__()
        self._pixels = pixels

    def forward(self, maps: Tensor) -> Tensor:
        peaks = _Peaks(maps)
        inside = (
            (peaks.column > 1) & (peaks.column < peaks.width - 1) & (peaks.row > 1) & (peaks.row < peaks.height - 1)
        )
        step = 0.25 * inside.float()
        dx = step * (peaks.around(maps, 1, 0) - peaks.around(maps, -1, 0)).sign()
        dy = step * (peaks.around(maps, 0, 1) - peaks.around(maps, 0, -1)).sign()
        return peaks.placed(dx, dy, peaks.around(maps, 0, 0), self._pixels)


def decoder_of(form: Form) -> nn.Module:
    """Heatmaps [N, K, h, w] → keypoints [N, K, 3] by a form's decoding and pixels; ValueError where no graph has it."""
    match form.decoding:
        case Decoding.PARABOLA:
            return ParabolaDecoder(form.smooth, form.pixels)
        case Decoding.DARK:
            return DarkDecoder(form.pixels)
        case Decoding.QUARTER:
            return QuarterDecoder(form.pixels)
    raise ValueError(f"no graph decodes heatmaps by {form.decoding}")


class DeployedPose(nn.Module):
    """`crops` uint8 [N, H, W, 3] → `keypoints` float32 [N, K, 3] (x, y in crop pixels, score 0–1)."""

    def __init__(self, network: nn.Module, form: Form | None = None, *, flip: bool = False) -> None:
        super().__init__()
        self.form = form or Form()
        self.normalise = Normalise(self.form)
        self.network = network
        self.decoder = decoder_of(self.form)
        self._flip = flip

    def heatmaps(self, crops: Tensor) -> Tensor:
        planes = self.normalise(crops)
        if self._flip:
            return mirrored_heatmaps(self.network, planes, self.form.skeleton, self.form.pixels)
        return cast(Tensor, self.network(planes))

    def forward(self, crops: Tensor) -> Tensor:
        return cast(Tensor, self.decoder(self.heatmaps(crops)))


class DeployedDetector(nn.Module):
    """`image` uint8 [1, H, W, 3] → `boxes` float32 [1, 5, A]: cx, cy, w, h in input pixels, score 0–1."""

    def __init__(self, network: Detector) -> None:
        super().__init__()
        self.network = network

    def forward(self, image: Tensor) -> Tensor:
        logits, boxes = self.network(image.permute(0, 3, 1, 2).float() / 255)
        low, high = boxes[..., :2], boxes[..., 2:]
        rows = torch.cat([(low + high) / 2, high - low, logits.sigmoid()[..., None]], 2)
        return rows.transpose(1, 2)
