"""Views drawn by the device for a whole batch at once, as `PoseDataset` makes them one by one on the processor.

A card takes thousands of crops a second, more than loaders can warp. Here they only choose views and looks; the cache's
crops and the teacher's heatmaps lie in the device's memory and are sampled there.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional
from torch.utils.data import Dataset

from engine.crops import invert
from engine.errors import UsageError
from engine.types import U8
from training.data.poses import SMALLEST_SCALE, Draw, PoseDataset
from training.data.targets import STRIDE, sigma_at
from training.data.transforms import VEIL, compose, random_look

SHRUNK = (0.4, 0.55, 0.7)  # to which of these shares a crop is blurred: the one nearest to what was drawn


class Views(NamedTuple):
    """What a batch is to show; N first in every tensor.

    canvas  uint8 [N, H, W, 0]: nothing but the crops' size
    rows    int64 [N], of the cache
    crops   float32 [N, 2, 3], pixels of the crop → pixels of the stored crop
    maps    float32 [N, 2, 3], cells → the teacher's cells
    order   int64 [N, K], which of the teacher's joints each one is
    points, heights, taught, weights    as in `training.data.poses.Aims`
    colour, flare, shrunk, erased, fill  as in `training.data.transforms.Look`
    """

    canvas: Tensor
    rows: Tensor
    crops: Tensor
    maps: Tensor
    order: Tensor
    points: Tensor
    heights: Tensor
    taught: Tensor
    weights: Tensor
    colour: Tensor
    flare: Tensor
    shrunk: Tensor
    erased: Tensor
    fill: Tensor


class ViewDataset(Dataset[Views]):
    """Draw → what to show of whom: one item of `Views`. Everybody must be in the cache."""

    def __init__(self, poses: PoseDataset) -> None:
        self.poses = poses

    def __len__(self) -> int:
        return len(self.poses)

    def __getitem__(self, draw: Draw) -> Views:
        poses, (width, height) = self.poses, draw.size_wh
        assert poses.cache is not None
        row = poses.row(draw)
        assert row is not None
        rng = np.random.default_rng(draw.seed)
        view = poses.view(draw, rng)
        look = random_look(poses.augmentation, draw.size_wh, rng)
        aims = poses.aims(draw, view)
        matrices = np.stack(
            [compose(view.matrix, invert(poses.cache.affines[row : row + 1])[0]), poses.from_teacher(draw, view)]
        )
        to_crop, to_maps = torch.from_numpy(invert(matrices).astype(np.float32))
        return Views(
            canvas=torch.empty((height, width, 0), dtype=torch.uint8),
            rows=torch.tensor(row),
            crops=to_crop,
            maps=to_maps,
            order=torch.tensor(poses.order(view)),
            points=torch.from_numpy(aims.points),
            heights=torch.from_numpy(aims.heights),
            taught=torch.from_numpy(aims.taught),
            weights=torch.from_numpy(aims.weights),
            colour=torch.from_numpy(look.colour.astype(np.float32)),
            flare=torch.tensor(look.flare, dtype=torch.float32),
            shrunk=torch.tensor(look.shrunk, dtype=torch.float32),
            erased=torch.tensor(look.erased, dtype=torch.float32),
            fill=torch.from_numpy(look.fill),
        )


class Renderer:
    """Turns `Views` into what `PoseDataset` gives, on `device`, which holds the whole cache.

    Raises UsageError where its memory cannot.
    """

    def __init__(self, poses: PoseDataset, device: torch.device) -> None:
        assert poses.cache is not None
        crops, maps = poses.cache.crops, poses.cache.maps if poses.teaching else None
        self._sigma = poses.sigma
        self._flares = poses.augmentation.flare > 0
        try:
            self._crops = _held(crops, device)
            self._maps = _held(maps, device) if maps is not None else None
        except torch.OutOfMemoryError as error:
            size = (crops.nbytes + (0 if maps is None else maps.nbytes)) / 2**30
            raise UsageError(
                f"{device} has no room for {size:.1f} GiB of crops: leave out `data.on_device`, or free memory there."
            ) from error

    @torch.no_grad()
    def __call__(self, views: Views) -> tuple[Tensor, Tensor, Tensor]:
        """Crops uint8 [N, H, W, 3], targets float32 [N, K, H/4, W/4] and weights float32 [N, K]."""
        height, width = views.canvas.shape[1:3]
        with torch.autocast(views.rows.device.type, enabled=False):  # the network's, in which we are called
            crops = _degraded(self._sampled_crops(views, (width, height)), views, flares=self._flares)
            target = self._target(views, (width // STRIDE, height // STRIDE), sigma_at(self._sigma, height))
        return crops, target, views.weights

    def _sampled_crops(self, views: Views, size_wh: tuple[int, int]) -> Tensor:
        stored = self._crops[views.rows].permute(0, 3, 1, 2).float()
        full = _sampled(stored, views.crops, size_wh)
        scale = torch.linalg.det(views.crops[:, :, :2]).abs().rsqrt()
        if size_wh[1] * 2 > stored.shape[2]:  # at 192 × 256 even what is zoomed out by 1.8 is not shown that small
            return full
        in_halves = (views.crops - views.crops.new_tensor([0, 0, 0.5])) / 2
        half = _sampled(functional.avg_pool2d(stored, 2), in_halves, size_wh)
        return torch.where((scale < SMALLEST_SCALE)[:, None, None, None], half, full)

    def _target(self, views: Views, map_wh: tuple[int, int], sigma: float) -> Tensor:
        steep = -0.5 / sigma**2
        x, y = views.points.unbind(2)
        columns = (steep * (_axis(map_wh[0], x) - x[..., None]).square()).exp()
        rows = (steep * (_axis(map_wh[1], y) - y[..., None]).square()).exp() * views.heights[..., None]
        target = rows[..., :, None] * columns[..., None, :]
        if self._maps is not None:
            maps = self._maps[views.rows].permute(0, 3, 1, 2).float() / 255
            seen = _sampled(maps, views.maps, map_wh)
            order = views.order[:, :, None, None].expand(-1, -1, *seen.shape[2:])
            target += views.taught[:, :, None, None] * seen.gather(1, order)
        return target


def _held(array: U8, device: torch.device) -> Tensor:
    """The array on the device, brought there piece by piece: on disk it is larger than memory may be."""
    held = torch.empty(array.shape, dtype=torch.uint8, device=device)
    for start in range(0, len(array), 1024):
        held[start : start + 1024] = torch.from_numpy(np.array(array[start : start + 1024]))
    return held


def _axis(length: int, like: Tensor) -> Tensor:
    return torch.arange(length, device=like.device, dtype=like.dtype)


def _sampled(planes: Tensor, matrices: Tensor, size_wh: tuple[int, int]) -> Tensor:
    """Planes [N, C, h, w] under affines [N, 2, 3] from the result's pixels to theirs; bilinear, 0 outside."""
    height, width = planes.shape[2:]
    x, y = _axis(size_wh[0], matrices), _axis(size_wh[1], matrices)
    linear, shift = matrices[:, None, None, :, :2], matrices[:, None, None, :, 2]
    places = linear[..., 0] * x[None, None, :, None] + linear[..., 1] * y[None, :, None, None] + shift
    grid = places * 2 / places.new_tensor([width - 1, height - 1]) - 1
    return functional.grid_sample(planes, grid, align_corners=True)


def _degraded(crops: Tensor, views: Views, *, flares: bool) -> Tensor:
    """`training.data.transforms.degrade` of crops float32 [N, 3, H, W], as uint8 [N, H, W, 3]."""
    height, width = crops.shape[2:]
    linear, shift = views.colour[:, :, :3], views.colour[:, :, 3, None, None]
    crops = (torch.einsum("nij,njhw->nihw", linear, crops.round()) + shift).round().clamp(0, 255)
    if flares:
        crops = _veiled(crops, views.flare)
    nearest = (views.shrunk[:, None] - views.shrunk.new_tensor(SHRUNK)).abs().argmin(1)
    sharp = crops
    for n, share in enumerate(SHRUNK):
        small = functional.interpolate(sharp, (int(height * share), int(width * share)), mode="area")
        blurred = functional.interpolate(small, (height, width), mode="bilinear")
        crops = torch.where(((nearest == n) & (views.shrunk < 1))[:, None, None, None], blurred, crops)
    left, top, right, bottom = views.erased[:, :, None].unbind(1)
    x, y = _axis(width, crops), _axis(height, crops)
    covered = (((y >= top) & (y < bottom))[:, :, None] & ((x >= left) & (x < right))[:, None, :])[:, None]
    crops = torch.where(covered, views.fill[:, :, None, None].to(crops.dtype), crops)
    return crops.round().to(torch.uint8).permute(0, 2, 3, 1)


def _veiled(crops: Tensor, flare: Tensor) -> Tensor:
    """What lights `flare` [N, 4] leave of crops [N, 3, H, W], as `training.data.transforms.degrade` has it."""
    x, y, reach, hidden = flare[:, :, None].unbind(1)
    across = (-0.5 * ((_axis(crops.shape[3], crops) - x) / reach).square()).exp()
    down = (-0.5 * ((_axis(crops.shape[2], crops) - y) / reach).square()).exp()
    left = 1 - hidden[..., None] * (VEIL + (1 - VEIL) * down[..., :, None] * across[..., None, :])
    return (255 - (255 - crops) * left[:, None]).round()
