"""The data set a person segmentation learns from: whole pictures and where people are in them (COCO's segments)."""

from __future__ import annotations

import warnings
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from torch.utils.data import Dataset

from engine.crops import mirrored
from engine.types import F32, F64, U8
from training.data.coco import Record, picture_of, read_labels
from training.data.people import DatasetError, Picture, Skips, drop_missing_pictures, read_picture
from training.data.poses import Draw
from training.data.scenes import PAD, between_centres, random_placing
from training.data.targets import STRIDE
from training.data.transforms import Augmentation, degrade, random_look
from training.data.unread import Unread

HALF = 0.5  # a cell belongs to a person from this share of its pixels on

Sample = tuple[U8, F32, F32]


@dataclass(frozen=True, eq=False, slots=True)
class MaskScene:
    """One picture with people: their segments, and those of crowds, where nothing is asked; COCO's polygons or RLE."""

    picture: Picture
    image_id: int
    source: str
    width: int
    height: int
    people: list[Any]
    crowds: list[Any]

    def drawn(self, segments: Sequence[Any]) -> U8:
        """uint8 [height, width], 1 where any of the segments is. Raises DatasetError for one that is broken."""
        union = np.zeros((self.height, self.width), np.uint8)
        try:
            for segment in segments:
                union |= _decoded(segment, self.height, self.width)
        except (TypeError, ValueError, KeyError, IndexError) as error:
            raise DatasetError(
                f"A segment of picture {self.image_id} is broken ({error}): unpack the data again."
            ) from error
        return union


def _decoded(segment: Any, height: int, width: int) -> U8:
    """One of COCO's three forms (polygons, counts, compressed counts) as uint8 [height, width], 0 or 1."""
    from pycocotools import mask

    if isinstance(segment, list):
        if any(len(polygon) < 6 for polygon in segment):
            raise ValueError("a polygon needs three corners")
        coded = mask.merge(mask.frPyObjects(segment, height, width))
    elif isinstance(segment["counts"], list):
        coded = mask.frPyObjects(segment, height, width)
    else:
        coded = segment
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # pycocotools 2.0.11 makes arrays as before NumPy 2
        return np.asarray(mask.decode(coded), np.uint8)


def load_masks(folder: Path, files: Sequence[str], split: str) -> tuple[list[MaskScene], Skips]:
    """Pictures all of whose people have segments. Raises MissingFileError or DatasetError with the remedy."""
    scenes: list[MaskScene] = []
    skips = Skips()
    for images, records in read_labels(folder, files, skips, split=split or None):
        by_image: dict[int, list[Record]] = defaultdict(list)
        for annotation in records:
            by_image[annotation["image_id"]].append(annotation)
        for image in images.values():
            labels = by_image[image["id"]]
            if not labels:
                skips.add("picture without people")
            elif not all(annotation.get("segmentation") for annotation in labels):
                skips.add("picture with a person without a segment")
            else:
                scenes.append(_scene(folder, image, labels))
    drop_missing_pictures(scenes, skips)
    if not scenes:
        raise DatasetError(
            f"{folder} has no pictures with segments in {', '.join(files)} ({skips}): use COCO's own files."
        )
    return scenes, skips


def _scene(folder: Path, image: Record, labels: Sequence[Record]) -> MaskScene:
    sides: tuple[list[Any], list[Any]] = [], []
    for annotation in labels:
        sides[bool(annotation.get("iscrowd") or annotation.get("ignore"))].append(annotation["segmentation"])
    people, crowds = sides
    return MaskScene(
        picture_of(folder, image), image["id"], str(image.get("source", folder.name)), image["width"],
        image["height"], people, crowds,
    )  # fmt: skip


class MaskDataset(Dataset[Sample]):
    """Draw → (image uint8 [H, W, 3], mask float32 [H/4, W/4] 0 or 1, weight float32 [H/4, W/4] 0 in crowds)."""

    def __init__(self, scenes: Sequence[MaskScene], augmentation: Augmentation) -> None:
        self.scenes = scenes
        self.augmentation = augmentation
        self._unread = Unread()

    def __len__(self) -> int:
        return len(self.scenes)

    def __getitem__(self, draw: Draw) -> Sample:
        return self._unread.first_read(
            draw.seed[-1],
            (draw.person, *draw.stand_ins),
            lambda scene: self._sample(replace(draw, person=scene)),
        )

    def _sample(self, draw: Draw) -> Sample:
        rng = np.random.default_rng(draw.seed)
        scene = self.scenes[draw.person]
        scale, shift = random_placing((scene.width, scene.height), draw.size_wh, self.augmentation.scale, rng)
        matrix = between_centres(scale, scale, shift)
        if rng.random() < self.augmentation.flip:
            matrix = mirrored(matrix, draw.size_wh[0])
        image, mask, weight = laid(scene, matrix, draw.size_wh)
        return degrade(image, random_look(self.augmentation, draw.size_wh, rng)), mask, weight


def fitted(scene: MaskScene, size_wh: tuple[int, int]) -> Sample:
    """The whole picture in the top left corner of the input, as the program letterboxes it; no weight beside it."""
    scale = min(size_wh[0] / scene.width, size_wh[1] / scene.height)
    image, mask, weight = laid(scene, between_centres(scale, scale, np.zeros(2)), size_wh)
    weight[round(scale * scene.height / STRIDE) :] = 0
    weight[:, round(scale * scene.width / STRIDE) :] = 0
    return image, mask, weight


def laid(scene: MaskScene, matrix: F64, size_wh: tuple[int, int]) -> Sample:
    """The picture and its masks under an affine [2, 3] from source to input pixels; beside the picture is nobody."""
    image = cv2.warpAffine(
        read_picture(scene.picture), matrix, size_wh, flags=cv2.INTER_LINEAR, borderValue=(PAD, PAD, PAD)
    )
    cells = (size_wh[0] // STRIDE, size_wh[1] // STRIDE)
    masks = []
    for segments in (scene.people, scene.crowds):
        moved = cv2.warpAffine(scene.drawn(segments) * 255, matrix, size_wh, flags=cv2.INTER_LINEAR)
        masks.append(cv2.resize(moved, cells, interpolation=cv2.INTER_AREA) >= HALF * 255)
    people, crowds = masks
    return np.asarray(image, np.uint8), people.astype(np.float32), (people | ~crowds).astype(np.float32)
