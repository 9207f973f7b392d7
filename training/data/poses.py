"""The data set a pose network learns from: augmented crops and their heatmaps, reproducible view by view."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from torch.utils.data import Dataset

from engine.crops import invert
from engine.skeletons import COCO, Skeleton
from engine.types import F32, F64, U8
from training.data.cache import CropCache
from training.data.coco import Person, read_picture
from training.data.targets import (
    STRIDE,
    TARGET_RULES,
    TargetRule,
    cells,
    classic_heatmaps,
    heatmaps,
    inside,
    sigma_at,
)
from training.data.transforms import Augmentation, View, compose, degrade, random_view


@dataclass(frozen=True, slots=True)
class Draw:
    """One sample to make: which person, at which crop size, and the seed of its view."""

    person: int
    size_wh: tuple[int, int]
    seed: tuple[int, ...]


class PoseDataset(Dataset[tuple[U8, F32, F32]]):
    """Draw → (crop uint8 [H, W, 3], target float32 [K, H/4, W/4], weight float32 [K]).

    With a teacher the target of a joint is the mean of its labelled Gaussian (weight: its confidence) and the teacher's
    heatmap (weight `teaching`): the gradient of both squared errors, in one map. The teacher knows our pixels only.
    """

    def __init__(
        self,
        people: Sequence[Person],
        augmentation: Augmentation,
        *,
        cache: CropCache | None = None,
        teaching: float = 0.0,
        targets: TargetRule = TARGET_RULES["gaussian"],
        sigma: float = 2.0,
        skeleton: Skeleton = COCO,
    ) -> None:
        self.people = people
        self.augmentation = augmentation
        self.teaching = teaching if cache is not None and cache.maps is not None else 0.0
        self.skeleton = skeleton
        self._targets = targets
        self._sigma = sigma
        self._cache = cache
        self._row_of = {} if cache is None else {who: row for row, who in enumerate(cache.rows) if who >= 0}
        self._mirror = skeleton.mirrored

    def __len__(self) -> int:
        return len(self.people)

    def __getitem__(self, draw: Draw) -> tuple[U8, F32, F32]:
        rng = np.random.default_rng(draw.seed)
        person = self.people[draw.person]
        view = random_view(person, self.skeleton, draw.size_wh, self.augmentation, rng, rule=self._targets.pixels)
        crop = degrade(self._crop(draw, view), self.augmentation, rng)
        target, weight = self._target(draw, view)
        return crop, target, weight

    def _crop(self, draw: Draw, view: View) -> U8:
        row = self._row_of.get(draw.person)
        if self._cache is None or row is None:
            image: U8 = read_picture(self.people[draw.person].picture)
            matrix = view.matrix
        else:
            image = self._cache.crops[row]
            matrix = compose(view.matrix, invert(self._cache.affines[row : row + 1])[0])
        while abs(np.linalg.det(matrix[:, :2])) < 0.36:  # bilinear sampling of what shrinks below 0.6 would alias
            height, width = image.shape[:2]
            image = np.asarray(cv2.resize(image, (width // 2, height // 2), interpolation=cv2.INTER_AREA), np.uint8)
            matrix = compose(matrix, np.array([[width / (width // 2), 0, 0.5], [0, height / (height // 2), 0.5]]))
        return np.asarray(cv2.warpAffine(image, matrix, draw.size_wh, flags=cv2.INTER_LINEAR), np.uint8)

    def _target(self, draw: Draw, view: View) -> tuple[F32, F32]:
        person = self.people[draw.person]
        map_wh = (draw.size_wh[0] // STRIDE, draw.size_wh[1] // STRIDE)
        sigma = sigma_at(self._sigma, draw.size_wh[1])
        moved = (person.keypoints @ view.matrix[:, :2].T + view.matrix[:, 2]).astype(np.float32)
        if self._targets.rounded:
            maps, weights = classic_heatmaps(moved, person.weights, map_wh, sigma)
            return (maps[self._mirror], weights[self._mirror]) if view.flipped else (maps, weights)
        points = cells(moved, draw.size_wh, self._targets.pixels)
        weights = person.weights * inside(points, map_wh, sigma)
        maps = heatmaps(points, map_wh, sigma)
        maps *= (weights > 0)[:, None, None]
        weights = np.maximum(weights, person.absent)
        row = self._row_of.get(draw.person)
        if self.teaching and row is not None:
            taught = self._taught(row, view, map_wh)
            share = (weights / (weights + self.teaching))[:, None, None]
            maps = np.asarray(share * maps + (1 - share) * taught, np.float32)
            weights = weights + self.teaching
        if view.flipped:
            maps, weights = maps[self._mirror], weights[self._mirror]
        return np.ascontiguousarray(maps, np.float32), weights.astype(np.float32)

    def _taught(self, row: int, view: View, map_wh: tuple[int, int]) -> F32:
        """The teacher's heatmaps under this view, float32 [K, h, w]."""
        assert self._cache is not None
        assert self._cache.maps is not None
        to_cells = view.matrix / STRIDE
        to_cells[:, 2] -= (STRIDE - 1) / 2 / STRIDE
        matrix: F64 = compose(to_cells, invert(self._cache.to_maps[row : row + 1])[0])
        maps = self._cache.maps[row]
        flags = cv2.INTER_LINEAR
        # OpenCV warps up to four channels at once
        parts = [
            cv2.warpAffine(np.ascontiguousarray(maps[:, :, k : k + 4]), matrix, map_wh, flags=flags).reshape(
                map_wh[1], map_wh[0], -1
            )
            for k in range(0, maps.shape[2], 4)
        ]
        return np.asarray(np.concatenate(parts, axis=2).transpose(2, 0, 1) / np.float32(255), np.float32)
