"""People from COCO-format annotation files, with what could not be used counted and reported.

Beyond plain COCO two optional fields of an annotation are read: `confidence` (17 numbers 0–1, the weight of each joint)
and `absent` (indices of joints that are known not to be in view: their heatmap should be empty), and of an image
`split`, `source`, `detect` (every person is boxed) and `pose_weight` (a sampling weight).
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol, TypeVar

import cv2
import numpy as np

from engine.errors import MissingFileError, SkelterError
from engine.types import F32, U8

JOINTS = 17


class DatasetError(SkelterError):
    """An annotation file or a picture that cannot be used."""


@dataclass(frozen=True, eq=False, slots=True)
class Person:
    """One annotated person.

    xyxy       float32 [4], left, top, right, bottom, source pixels, inside the picture
    keypoints  float32 [K, 2], source pixels
    weights    float32 [K], 0 where a joint is not labelled, else its confidence 0–1
    absent     float32 [K], 1 where the joint is known not to be seen
    sampling   how often this person is drawn, relative to others
    """

    picture: Path
    image_id: int
    annotation_id: int
    source: str
    xyxy: F32
    keypoints: F32
    weights: F32
    absent: F32
    sampling: float


@dataclass(frozen=True, eq=False, slots=True)
class Scene:
    """One picture whose people are all boxed.

    people  float32 [N, 4], xyxy in source pixels: the positives
    ignore  float32 [M, 4]: regions that are neither people nor background (crowds, doubtful ones)
    """

    picture: Path
    image_id: int
    source: str
    width: int
    height: int
    people: F32
    ignore: F32


@dataclass(slots=True)
class Skips:
    """What was left out, by reason; nothing is left out without being counted here."""

    counts: Counter[str] = field(default_factory=Counter)

    def add(self, reason: str) -> None:
        self.counts[reason] += 1

    def __str__(self) -> str:
        return ", ".join(f"{count} × {reason}" for reason, count in self.counts.most_common()) or "nothing skipped"


def read_annotations(path: Path) -> dict[str, Any]:
    """The parsed annotation file; raises MissingFileError or DatasetError with the remedy."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise MissingFileError(
            f"The annotation file {path} is missing: unpack the data set into that folder or correct `data.folder`."
        ) from None
    except ValueError as error:
        raise DatasetError(f"{path} is not a JSON file ({error}): unpack or download it again.") from error
    if not isinstance(content, dict) or not {"images", "annotations"} <= content.keys():
        raise DatasetError(f"{path} is not a COCO annotation file: it needs `images` and `annotations`.")
    return content


def load_people(
    folder: Path, files: Sequence[str], *, split: str | None = None, joints: int = JOINTS
) -> tuple[list[Person], Skips]:
    """People fit for training or testing a pose network, in file order; `split` None takes every picture."""
    people: list[Person] = []
    skips = Skips()
    for images, labels in _content(folder, files):
        for annotation in labels:
            image = images.get(annotation["image_id"])
            if image is None:
                skips.add("annotation of an unknown picture")
            elif split is None or image.get("split", split) == split:
                person = _person(folder, image, annotation, joints, skips)
                if person is not None:
                    people.append(person)
    drop_missing_pictures(people, skips)
    return people, skips


def load_scenes(folder: Path, files: Sequence[str], *, split: str | None = None) -> tuple[list[Scene], Skips]:
    """Pictures fit for training or testing a detector, those without people included."""
    scenes: list[Scene] = []
    skips = Skips()
    for images, labels in _content(folder, files):
        by_image: dict[int, list[dict[str, Any]]] = defaultdict(list)
        for annotation in labels:
            by_image[annotation["image_id"]].append(annotation)
        for image in images.values():
            if split is not None and image.get("split", split) != split:
                continue
            if not image.get("detect", True):
                skips.add("picture whose people are not all boxed")
                continue
            scenes.append(_scene(folder, image, by_image[image["id"]], skips))
    drop_missing_pictures(scenes, skips)
    return scenes, skips


def read_picture(path: Path) -> U8:
    """The picture, uint8 [H, W, 3] RGB; raises DatasetError where it is missing or broken."""
    try:
        encoded = np.fromfile(path, np.uint8)
    except OSError as error:
        raise DatasetError(
            f"The picture {path} cannot be read ({error.strerror}): unpack the data set again."
        ) from error
    image = cv2.imdecode(encoded, cv2.IMREAD_COLOR) if encoded.size else None
    if image is None:
        raise DatasetError(f"The picture {path} is broken: unpack the data set again.")
    return np.asarray(cv2.cvtColor(image, cv2.COLOR_BGR2RGB), np.uint8)


def _content(folder: Path, files: Sequence[str]) -> Iterable[tuple[dict[int, dict[str, Any]], list[dict[str, Any]]]]:
    if not folder.is_dir():
        raise MissingFileError(
            f"The data folder {folder} is missing: unpack the data set there or correct `data.folder`."
        )
    for name in files:
        content = read_annotations(folder / name)
        yield {image["id"]: image for image in content["images"]}, content["annotations"]


def _clipped(box: Sequence[float], image: dict[str, Any]) -> F32 | None:
    """xywh → xyxy inside the picture (hrnet-style cleaning), or None where nothing is left."""
    x, y, width, height = (float(value) for value in box)
    left, top = max(0.0, x), max(0.0, y)
    right, bottom = min(float(image["width"]), x + width), min(float(image["height"]), y + height)
    if right - left < 1 or bottom - top < 1:
        return None
    return np.array([left, top, right, bottom], np.float32)


def _person(
    folder: Path, image: dict[str, Any], annotation: dict[str, Any], joints: int, skips: Skips
) -> Person | None:
    if annotation.get("iscrowd") or annotation.get("ignore"):
        skips.add("crowd or doubtful person")
        return None
    labelled = annotation.get("keypoints")
    if not annotation.get("pose", labelled is not None) or labelled is None:
        skips.add("person without labelled joints")
        return None
    points = np.asarray(labelled, np.float32)
    if points.size != 3 * joints:
        skips.add("person with another number of joints")
        return None
    box = _clipped(annotation["bbox"], image)
    if box is None:
        skips.add("box outside its picture")
        return None
    points = points.reshape(joints, 3)
    weights = np.asarray(annotation.get("confidence", np.ones(joints)), np.float32) * (points[:, 2] > 0)
    absent = np.zeros(joints, np.float32)
    absent[list(annotation.get("absent", ()))] = 1
    if not weights.any():
        skips.add("person without labelled joints")
        return None
    return Person(
        picture=folder / image["file_name"],
        image_id=int(image["id"]),
        annotation_id=int(annotation["id"]),
        source=str(image.get("source", folder.name)),
        xyxy=box,
        keypoints=points[:, :2].copy(),
        weights=weights,
        absent=absent,
        sampling=float(image.get("pose_weight", 1.0)),
    )


def _scene(folder: Path, image: dict[str, Any], annotations: list[dict[str, Any]], skips: Skips) -> Scene:
    people, ignore = [], []
    for annotation in annotations:
        box = _clipped(annotation["bbox"], image)
        if box is None:
            skips.add("box outside its picture")
        elif annotation.get("ignore") or annotation.get("iscrowd"):
            ignore.append(box)
        else:
            people.append(box)
    return Scene(
        picture=folder / image["file_name"],
        image_id=int(image["id"]),
        source=str(image.get("source", folder.name)),
        width=int(image["width"]),
        height=int(image["height"]),
        people=np.asarray(people, np.float32).reshape(-1, 4),
        ignore=np.asarray(ignore, np.float32).reshape(-1, 4),
    )


class Pictured(Protocol):
    """Something that lies in a picture file."""

    @property
    def picture(self) -> Path: ...


P = TypeVar("P", bound=Pictured)


def drop_missing_pictures(items: list[P], skips: Skips) -> None:
    """Takes out, and counts, what lies in pictures that are not there."""
    present = {path for path in {item.picture for item in items} if path.is_file()}
    for index in range(len(items) - 1, -1, -1):
        if items[index].picture not in present:
            skips.add("picture missing")
            del items[index]
