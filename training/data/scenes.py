"""The data set a detector learns from: whole pictures, and mosaics of four, with the people in them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
import torch
from torch import Tensor
from torch.utils.data import Dataset

from engine.crops import mirrored
from engine.types import F32, F64, U8
from training.data.cache import stored_pictures
from training.data.people import Scene, Skips
from training.data.poses import Draw
from training.data.transforms import Augmentation, compose, degrade, random_look

PAD = 114
MIN_SIDE = 4.0  # boxes that a view cuts down to less are no longer people to find (input pixels) …
MIN_SHARE = 0.25  # … nor those of which less than this share is left: they become ignored regions

Sample = tuple[U8, F32, F32]


class SceneDataset(Dataset[Sample]):
    """Draw → (image uint8 [H, W, 3], people float32 [P, 4], ignored float32 [Q, 4]), xyxy in input pixels.

    Pictures are kept as small JPEG files in one array (`cache`: a folder for it), so that a mosaic decodes quickly,
    and not smaller than the longest side of an input (`input_side`) wants.
    """

    def __init__(
        self,
        scenes: Sequence[Scene],
        augmentation: Augmentation,
        *,
        mosaic: float,
        skips: Skips,
        cache: str = "",
        input_side: int = 0,
    ) -> None:
        self.augmentation = augmentation
        self._mosaic = mosaic
        folder = Path(cache) if cache else None
        self._pictures = stored_pictures([scene.picture for scene in scenes], folder, skips, input_side=input_side)
        self.scenes = [scenes[row] for row in self._pictures.rows]

    def __len__(self) -> int:
        return len(self.scenes)

    def __getitem__(self, draw: Draw) -> Sample:
        rng = np.random.default_rng(draw.seed)
        if rng.random() < self._mosaic:
            others = rng.integers(0, len(self.scenes), 3)
            image, people, ignored = self._four([draw.person, *others.tolist()], draw.size_wh, rng)
        else:
            image, people, ignored = self._one(draw.person, draw.size_wh, rng)
        return degrade(image, random_look(self.augmentation, draw.size_wh, rng)), people, ignored

    def _picture(self, index: int, rng: np.random.Generator) -> tuple[U8, F64]:
        """A picture as it is stored, turned at random, and the affine [2, 3] from its source's pixels to its own."""
        image, factor = self._pictures[index]
        smaller = between_centres(factor, factor, np.zeros(2))
        if not self.augmentation.turn or rng.random() >= self.augmentation.turn:
            return image, smaller
        turns = int(rng.integers(1, 4))
        height, width = image.shape[:2]
        return np.ascontiguousarray(np.rot90(image, -turns)), compose(by_quarters(turns, (width, height)), smaller)

    def _one(self, index: int, size_wh: tuple[int, int], rng: np.random.Generator) -> Sample:
        """One picture, perhaps turned, letterboxed, then scaled, shifted and mirrored at random."""
        image, from_source = self._picture(index, rng)
        height, width = image.shape[:2]
        scale, shift = random_placing((width, height), size_wh, self.augmentation.scale, rng)
        return self._laid(index, image, from_source, scale, shift, size_wh, rng)

    def _laid(
        self, index: int, image: U8, from_source: F64, scale: float, shift: F64, size_wh: tuple[int, int],
        rng: np.random.Generator,
    ) -> Sample:  # fmt: skip
        stretch = 1 + rng.uniform(-0.1, 0.1) if self.augmentation.scale else 1.0
        matrix = between_centres(scale * stretch, scale, shift)
        if rng.random() < self.augmentation.flip:
            matrix = mirrored(matrix, size_wh[0])
        laid = cv2.warpAffine(image, matrix, size_wh, flags=cv2.INTER_LINEAR, borderValue=(PAD, PAD, PAD))
        to_input = compose(matrix, from_source)
        scene = self.scenes[index]
        people, lost = _seen(moved(scene.people, to_input), (0, 0, *size_wh))
        ignored, _ = _seen(moved(scene.ignore, to_input), (0, 0, *size_wh))
        return np.asarray(laid, np.uint8), people, np.concatenate([ignored, lost])

    def _four(self, indices: Sequence[int], size_wh: tuple[int, int], rng: np.random.Generator) -> Sample:
        """Four pictures meet at a random point (YOLOv4's mosaic)."""
        width, height = size_wh
        middle_x, middle_y = (int(side * rng.uniform(0.3, 0.7)) for side in size_wh)
        canvas = np.full((height, width, 3), PAD, np.uint8)
        people, ignored = [], []
        windows = ((0, 0, middle_x, middle_y), (middle_x, 0, width, middle_y),
                   (0, middle_y, middle_x, height), (middle_x, middle_y, width, height))  # fmt: skip
        for index, (left, top, right, bottom) in zip(indices, windows, strict=True):
            wide, tall = right - left, bottom - top
            image, from_source = self._picture(index, rng)
            fit = min(wide / image.shape[1], tall / image.shape[0]) * rng.uniform(0.9, 2.0)
            room = np.array([wide, tall]) - fit * np.array([image.shape[1], image.shape[0]])
            shift = rng.uniform(np.minimum(room, 0), np.maximum(room, 0))
            part, some, doubtful = self._laid(index, image, from_source, fit, shift, (wide, tall), rng)
            canvas[top:bottom, left:right] = part
            corner = np.array([left, top, left, top], np.float32)
            people.append(some + corner)
            ignored.append(doubtful + corner)
        return canvas, np.concatenate(people), np.concatenate(ignored)


def random_placing(
    picture_wh: tuple[int, int], size_wh: tuple[int, int], spread: float, rng: np.random.Generator
) -> tuple[float, F64]:
    """How a whole picture is scaled and shifted [2] into the input: fitted, then `spread` larger or smaller."""
    (width, height), (wide, tall) = picture_wh, size_wh
    scale = min(wide / width, tall / height) * float(np.exp(rng.uniform(-spread, spread * 0.6)))
    # what is smaller lies anywhere inside, what is larger shows any part
    room = np.array(size_wh) - scale * np.array([width, height])
    return scale, rng.uniform(np.minimum(room, 0), np.maximum(room, 0))


def between_centres(scale_x: float, scale_y: float, shift: F64) -> F64:
    """The affine between pixel centres that scales and shifts edges, as resizing does."""
    return np.array([[scale_x, 0, (scale_x - 1) / 2 + shift[0]], [0, scale_y, (scale_y - 1) / 2 + shift[1]]])


def by_quarters(turns: int, size_wh: tuple[int, int]) -> F64:
    """The affine between pixel centres that turns a picture of that size clockwise by so many quarters."""
    width, height = size_wh
    return np.array(
        {
            0: [[1, 0, 0], [0, 1, 0]],
            1: [[0, -1, height - 1], [1, 0, 0]],
            2: [[-1, 0, width - 1], [0, -1, height - 1]],
            3: [[0, 1, 0], [-1, 0, width - 1]],
        }[turns],
        np.float64,
    )


def moved(boxes: F32, matrix: F64) -> F32:
    """Boxes [N, 4] (pixel edges) under an affine between pixel centres that leaves them upright or turns by quarters;
    corners that change places are put back in order."""
    corners = (boxes.reshape(-1, 2, 2) - 0.5) @ matrix[:, :2].T + matrix[:, 2] + 0.5
    return np.concatenate([corners.min(1), corners.max(1)], axis=1).astype(np.float32)


def _seen(boxes: F32, window: tuple[float, float, float, float]) -> tuple[F32, F32]:
    """Boxes clipped to the window: those still to be found, and those of which too little is left."""
    left, top, right, bottom = window
    clipped = boxes.clip([left, top, left, top], [right, bottom, right, bottom])
    sides = clipped[:, 2:] - clipped[:, :2]
    share = sides.prod(1) / np.maximum((boxes[:, 2:] - boxes[:, :2]).prod(1), 1e-6)
    kept = (sides.min(1, initial=np.inf) >= MIN_SIDE) & (share >= MIN_SHARE)
    touched = ~kept & (sides > 0).all(1)
    return clipped[kept].astype(np.float32), clipped[touched].astype(np.float32)


def collate(samples: Sequence[Sample]) -> list[Tensor]:
    """images uint8 [N, H, W, 3], people [N, P, 4], ignored [N, Q, 4]; short rows are filled up with empty boxes."""
    images, people, ignored = zip(*samples, strict=True)
    return [torch.from_numpy(np.stack(images)), _filled(people), _filled(ignored)]


def _filled(rows: Sequence[F32]) -> Tensor:
    filled = torch.zeros(len(rows), max(len(row) for row in rows), 4)
    for target, row in zip(filled, rows, strict=True):
        target[: len(row)] = torch.from_numpy(row)
    return filled
