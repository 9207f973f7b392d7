"""Annotated people and the pictures they are in, as the reader of any format gives them, and what it left out."""

from __future__ import annotations

import logging
import struct
from collections import Counter
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Protocol, TypeVar

import cv2
import numpy as np

from engine.errors import SkelterError, reason_of
from engine.types import F32, U8

log = logging.getLogger(__name__)

NO_NUMBER = "person with a box or a joint that is not a number"
UPRIGHT, ON_ITS_SIDE = 1, 5  # EXIF's orientations: from 5 on width and height change places
MOST_EXIF = 65536 + 64  # bytes from the beginning of a file within which its EXIF is
BROKEN = "broken picture, or of another size than its labels say"


class DatasetError(SkelterError):
    """An annotation file or a picture that cannot be used."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture's file, and which size (width, height) its labels say it has; None where they say nothing."""

    path: Path
    size_wh: tuple[int, int] | None = None


@dataclass(frozen=True, eq=False, slots=True)
class Person:
    """One annotated person.

    image_id   of its file; where two files have the same, the later one's are moved up
    annotation_id  its place in the files, counted from 1 over all of them
    xyxy       float32 [4], left, top, right, bottom, source pixels, inside the picture
    keypoints  float32 [K, 2], source pixels
    weights    float32 [K], 0 where a joint is not labelled, else its confidence 0–1
    absent     float32 [K], 1 where the joint is known not to be seen
    sampling   how often this person is drawn, relative to others
    by_teacher  whether a network said where the joints are (`label` is `teacher`)
    """

    picture: Picture
    image_id: int
    annotation_id: int
    source: str
    xyxy: F32
    keypoints: F32
    weights: F32
    absent: F32
    sampling: float
    by_teacher: bool = False


@dataclass(frozen=True, eq=False, slots=True)
class Scene:
    """One picture whose people are all boxed.

    people  float32 [N, 4], xyxy in source pixels: the positives
    ignore  float32 [M, 4]: regions that are neither people nor background (crowds, doubtful ones)
    areas   float32 [N], square pixels, of the people themselves: COCO's small, medium and large go by it
    """

    picture: Picture
    image_id: int
    source: str
    width: int
    height: int
    people: F32
    ignore: F32
    areas: F32


@dataclass(slots=True)
class Skips:
    """What was left out, by reason; nothing is left out without being counted here."""

    counts: Counter[str] = field(default_factory=Counter)

    def add(self, reason: str) -> None:
        self.counts[reason] += 1

    def __str__(self) -> str:
        return ", ".join(f"{count} × {reason}" for reason, count in self.counts.most_common()) or "nothing skipped"


def placed_joints(labels: F32) -> F32 | None:
    """Joints (x, y, visibility) as float32 [K, 3], None where a labelled one has no place.

    Those that are not labelled may have none in the file: at (0, 0) they are multiplied away.
    """
    joints = labels.reshape(-1, 3)
    if not np.isfinite(joints[joints[:, 2] != 0]).all():
        return None
    return np.where(joints[:, 2:] != 0, joints, np.nan_to_num(joints, nan=0, posinf=0, neginf=0))


def read_picture(picture: Picture) -> U8:
    """The picture that was labelled, uint8 [H, W, 3] RGB.

    That is the pixels as they are stored, whichever way up they are to be shown (so have COCO and HRNet it); turned as
    the file's EXIF says only where no other has the labels' size. Where their size does not tell (a picture marked as
    upside down, a square one on its side) a warning is given, once for a folder. Raises DatasetError where it is
    missing or broken, or has another size.
    """
    path = picture.path
    try:
        encoded = np.fromfile(path, np.uint8)
    except OSError as error:
        raise DatasetError(
            f"The picture {path} cannot be read ({reason_of(error)}): unpack the data set again."
        ) from error
    image = _decoded(encoded, cv2.IMREAD_IGNORE_ORIENTATION)
    if image is not None and picture.size_wh == image.shape[:2] and image.shape[0] != image.shape[1]:
        image = _decoded(encoded, 0)
    elif image is not None and _may_be_labelled_turned(encoded, picture.size_wh):
        _tell_turned(path.parent)
    if image is None:
        raise DatasetError(f"The picture {path} is broken: unpack the data set again.")
    height, width = image.shape[:2]
    if picture.size_wh is not None and picture.size_wh != (width, height):
        wide, high = picture.size_wh
        raise DatasetError(
            f"The picture {path} has {width} × {height} pixels, its labels say {wide} × {high}: unpack the data set's "
            "own pictures, or correct `width` and `height`."
        )
    return np.asarray(cv2.cvtColor(image, cv2.COLOR_BGR2RGB), np.uint8)


def _decoded(encoded: U8, orientation: int) -> U8 | None:
    image = cv2.imdecode(encoded, cv2.IMREAD_COLOR | orientation) if encoded.size else None
    return None if image is None else np.asarray(image, np.uint8)


def _may_be_labelled_turned(encoded: U8, size_wh: tuple[int, int] | None) -> bool:
    """Whether EXIF turns or mirrors the picture without its size telling: nobody knows of the labels."""
    way = _orientation(encoded[:MOST_EXIF].tobytes())
    keeps_size = way < ON_ITS_SIDE or size_wh is None or size_wh[0] == size_wh[1]
    return way != UPRIGHT and keeps_size


def _orientation(head: bytes) -> int:
    """EXIF's tag 0x0112 in the first bytes of a file, from 1 to 8; 1 where there is none."""
    tiff = head.find(b"Exif\0\0") + 6
    order = {b"II": "<", b"MM": ">"}.get(head[tiff : tiff + 2])
    if tiff < 6 or order is None:
        return UPRIGHT
    try:
        (start,) = struct.unpack_from(f"{order}I", head, tiff + 4)
        (count,) = struct.unpack_from(f"{order}H", head, tiff + start)
        for place in range(tiff + start + 2, tiff + start + 2 + 12 * count, 12):
            tag, _, _, value = struct.unpack_from(f"{order}HHIH", head, place)
            if tag == 0x0112:
                return int(value) if 1 <= value <= 8 else UPRIGHT
    except struct.error:  # cut off
        pass
    return UPRIGHT


@cache
def _tell_turned(folder: Path) -> None:
    log.warning(
        "Pictures in %s are marked (EXIF) as lying upside down, on their side or in a mirror, and are taken as they "
        "are stored, which is right for labels of stored pixels (COCO's). Labels made in a browser, which turns them, "
        "do not fit: turn the pixels themselves first.",
        folder,
    )


class Pictured(Protocol):
    """Something that lies in a picture file."""

    @property
    def picture(self) -> Picture: ...


P = TypeVar("P", bound=Pictured)


def drop_missing_pictures(items: list[P], skips: Skips) -> None:
    """Takes out, and counts, what lies in pictures that are not there."""
    present = {picture for picture in {item.picture for item in items} if picture.path.is_file()}
    for index in range(len(items) - 1, -1, -1):
        if items[index].picture not in present:
            skips.add("picture missing")
            del items[index]
