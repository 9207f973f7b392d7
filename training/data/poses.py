"""The data set a pose network learns from: augmented crops and their heatmaps, reproducible view by view."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np
from torch.utils.data import Dataset

from engine.crops import invert
from engine.skeletons import COCO, Skeleton
from engine.types import F32, F64, U8
from training.data.cache import CropCache, contradictions
from training.data.people import Person, read_picture
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
from training.data.transforms import Augmentation, View, compose, degrade, random_look, random_view
from training.data.unread import Unread

SMALLEST_SCALE = 0.6  # bilinear sampling of what shrinks further would alias


@dataclass(frozen=True, slots=True)
class Draw:
    """One sample to make: which person, at which crop size, and the seed of its view.

    seed       ends with the place in the stream of samples
    stand_ins  who is shown, in the same view, where the person's picture cannot be read: the first whose picture can
    """

    person: int
    size_wh: tuple[int, int]
    seed: tuple[int, ...]
    stand_ins: tuple[int, ...] = ()


@dataclass(frozen=True, eq=False, slots=True)
class Aims:
    """What the joints of one view should answer, in the order of the crop (a mirrored one's sides exchanged).

    points   float32 [K, 2], heatmap cells
    heights  float32 [K], of the Gaussians at these points
    taught   float32 [K], by how much the teacher's heatmaps are multiplied before they are added
    weights  float32 [K], how much each joint's map counts
    """

    points: F32
    heights: F32
    taught: F32
    weights: F32


class PoseDataset(Dataset[tuple[U8, F32, F32]]):
    """Draw → (crop uint8 [H, W, 3], target float32 [K, H/4, W/4], weight float32 [K]).

    With a teacher the target of a joint is the mean of its labelled Gaussian (weight: its confidence) and the teacher's
    heatmap (weight `teaching`): the gradient of both squared errors, in one map. Where the teacher is sure to see a
    labelled joint elsewhere, the label has the weight of both: their mean would show the joint twice, and where the
    label is trusted less (LSPET), the higher of the two would be the teacher's mistake. It knows our pixels only.
    In `retaught` sources labels that a teacher made count nothing beside the cached heatmaps, which know better.
    """

    def __init__(
        self,
        people: Sequence[Person],
        augmentation: Augmentation,
        *,
        cache: CropCache | None = None,
        teaching: float = 0.0,
        retaught: Collection[str] = (),
        targets: TargetRule = TARGET_RULES["gaussian"],
        sigma: float = 2.0,
        skeleton: Skeleton = COCO,
    ) -> None:
        self.people = people
        self.augmentation = augmentation
        self.teaching = teaching if cache is not None and cache.maps is not None else 0.0
        self.skeleton = skeleton
        self.sigma = sigma
        self.cache = cache
        self._retaught = frozenset(retaught) if self.teaching else frozenset()
        self._targets = targets
        self._row_of = {} if cache is None else {who: row for row, who in enumerate(cache.rows) if who >= 0}
        self._contradicted = contradictions(cache, people) if cache is not None and self.teaching else None
        self._unread = Unread()

    def __len__(self) -> int:
        return len(self.people)

    def __getitem__(self, draw: Draw) -> tuple[U8, F32, F32]:
        return self._unread.first_read(
            draw.seed[-1],
            (draw.person, *draw.stand_ins),
            lambda person: self._sample(replace(draw, person=person)),
        )

    def _sample(self, draw: Draw) -> tuple[U8, F32, F32]:
        rng = np.random.default_rng(draw.seed)
        view = self.view(draw, rng)
        target, weight = self._target(draw, view)
        crop = self._crop(draw, view)
        return degrade(crop, random_look(self.augmentation, draw.size_wh, rng)), target, weight

    def view(self, draw: Draw, rng: np.random.Generator) -> View:
        """The view that a draw shows."""
        person = self.people[draw.person]
        return random_view(person, self.skeleton, draw.size_wh, self.augmentation, rng, rule=self._targets.pixels)

    def row(self, draw: Draw) -> int | None:
        """Where the cache has a draw's person, if it has."""
        return self._row_of.get(draw.person)

    def _crop(self, draw: Draw, view: View) -> U8:
        row = self.row(draw)
        if self.cache is None or row is None:
            image: U8 = read_picture(self.people[draw.person].picture)
            matrix = view.matrix
        else:
            image = self.cache.crops[row]
            matrix = compose(view.matrix, invert(self.cache.affines[row : row + 1])[0])
        while abs(np.linalg.det(matrix[:, :2])) < SMALLEST_SCALE**2:
            height, width = image.shape[:2]
            image = np.asarray(cv2.resize(image, (width // 2, height // 2), interpolation=cv2.INTER_AREA), np.uint8)
            matrix = compose(matrix, np.array([[width / (width // 2), 0, 0.5], [0, height / (height // 2), 0.5]]))
        return np.asarray(cv2.warpAffine(image, matrix, draw.size_wh, flags=cv2.INTER_LINEAR), np.uint8)

    def _target(self, draw: Draw, view: View) -> tuple[F32, F32]:
        map_wh, sigma = self._map(draw)
        if self._targets.rounded:
            person, order = self.people[draw.person], self.order(view)
            maps, weights = classic_heatmaps(_moved(person, view), person.weights, map_wh, sigma)
            return maps[order], np.maximum(weights, person.absent)[order]
        aims = self.aims(draw, view)
        maps = heatmaps(aims.points, map_wh, sigma) * aims.heights[:, None, None]
        if self.teaching and self.row(draw) is not None:
            maps += aims.taught[:, None, None] * self._taught(draw, view)
        return maps, aims.weights

    def aims(self, draw: Draw, view: View) -> Aims:
        """What a view's joints should answer (not for `classic` targets, which lie on whole cells)."""
        person = self.people[draw.person]
        points = cells(_moved(person, view), draw.size_wh, self._targets.pixels)
        trusted = not (person.by_teacher and person.source in self._retaught)
        weights = trusted * person.weights * inside(points, *self._map(draw))
        heights = (weights > 0).astype(np.float32)
        taught = np.zeros_like(heights)
        weights = np.maximum(weights, trusted * person.absent)
        row = self.row(draw)
        if self._contradicted is not None and row is not None:
            taught = np.where(trusted & self._contradicted[row], 0, self.teaching / (weights + self.teaching))
            heights, weights = heights * (1 - taught), weights + self.teaching
        order = self.order(view)
        fields = (points, heights, taught, weights)
        return Aims(*(np.ascontiguousarray(field[order], np.float32) for field in fields))

    def order(self, view: View) -> list[int]:
        """Which joint stands in each joint's place: its counterpart where the view is mirrored."""
        return self.skeleton.mirrored if view.flipped else list(range(len(self.skeleton)))

    def _map(self, draw: Draw) -> tuple[tuple[int, int], float]:
        """Width and height of the heatmaps of a draw, and the Gaussians' sigma in them."""
        width, height = draw.size_wh
        return (width // STRIDE, height // STRIDE), sigma_at(self.sigma, height)

    def from_teacher(self, draw: Draw, view: View) -> F64:
        """The affine [2, 3] from the teacher's cells to this view's."""
        assert self.cache is not None
        row = self.row(draw)
        assert row is not None
        to_cells = view.matrix / STRIDE
        to_cells[:, 2] -= (STRIDE - 1) / 2 / STRIDE
        return compose(to_cells, invert(self.cache.to_maps[row : row + 1])[0])

    def _taught(self, draw: Draw, view: View) -> F32:
        """The teacher's heatmaps under this view, float32 [K, h, w], sides exchanged where it is mirrored."""
        assert self.cache is not None
        assert self.cache.maps is not None
        matrix, (map_wh, _) = self.from_teacher(draw, view), self._map(draw)
        maps = self.cache.maps[self._row_of[draw.person]]
        # OpenCV warps up to four channels at once
        parts = [
            cv2.warpAffine(np.ascontiguousarray(maps[:, :, k : k + 4]), matrix, map_wh, flags=cv2.INTER_LINEAR).reshape(
                map_wh[1], map_wh[0], -1
            )
            for k in range(0, maps.shape[2], 4)
        ]
        found = np.concatenate(parts, axis=2).transpose(2, 0, 1) / np.float32(255)
        return np.asarray(found[self.order(view)], np.float32)


def _moved(person: Person, view: View) -> F32:
    return np.asarray(person.keypoints @ view.matrix[:, :2].T + view.matrix[:, 2], np.float32)
