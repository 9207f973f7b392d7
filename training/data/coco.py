"""People from COCO-format annotation files, with what could not be used counted and reported.

Beyond plain COCO five optional fields of an annotation are read: `confidence` (17 numbers 0–1, the weight of each
joint), `absent` (indices of joints that are known not to be in view: their heatmap should be empty), `pose` (false: a
person for detectors, whose joints are neither learnt nor scored), `ignore` (1: perhaps no person, taken as a crowd) and
`label` (`teacher`: a network said where the joints are); and of an image `split`, `source`, `detect` (every person is
boxed) and `pose_weight` (a sampling weight). What is of another category than `person` is left out. Where poses are
read, joints that the file names are put where COCO has them (`training.data.joints`).
"""

from __future__ import annotations

import json
import logging
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from engine.errors import WRONG_CONTENT, MissingFileError, in_short, reason_of
from engine.types import F32
from training.data.joints import coco_places, in_coco_order
from training.data.people import (
    NO_NUMBER,
    DatasetError,
    Person,
    Picture,
    Scene,
    Skips,
    drop_missing_pictures,
    placed_joints,
)

log = logging.getLogger(__name__)

VALIDATION = "val"  # the split that a training which names one asks for by itself
JOINTS = 17
IN_ORDER = list(range(JOINTS))
OTHER_JOINTS = f"person with another number of joints than COCO's {JOINTS}, and none named in `categories`"
PERSON = "person"
AREA_SHARE = 0.53  # of a box is a body (COCO's mean, as MMPose takes it), where nobody says how large it is

Record = dict[str, Any]
"""A picture or an annotation of a file, as it is written there."""


@contextmanager
def reading(where: str) -> Iterator[None]:
    """Names the record of an annotation file that is to blame for what goes wrong inside: raises DatasetError."""
    try:
        yield
    except WRONG_CONTENT as error:
        raise DatasetError(f"{where} cannot be used ({in_short(error)}): correct it or take it out.") from error


def read_annotations(path: Path) -> Record:
    """The parsed annotation file; raises MissingFileError or DatasetError with the remedy."""
    try:
        content = json.loads(path.read_text(encoding="utf-8-sig"))  # programs on Windows put a mark before it
    except FileNotFoundError:
        raise MissingFileError(
            f"The annotation file {path} is missing: unpack the data set into that folder, or correct "
            "`data.folder` and `data.files` in the recipe (of `eval` and `export-model` --data and --annotations)."
        ) from None
    except OSError as error:
        raise DatasetError(
            f"The annotation file {path} cannot be read ({reason_of(error)}): correct `data.files` or its rights."
        ) from error
    except (ValueError, RecursionError) as error:
        raise DatasetError(f"{path} is not a JSON file ({error}): unpack or download it again.") from error
    if not isinstance(content, dict) or not all(isinstance(content.get(k), list) for k in ("images", "annotations")):
        raise DatasetError(f"{path} is not a COCO annotation file: it needs lists of `images` and `annotations`.")
    return content


def read_labels(
    folder: Path, files: Sequence[str], skips: Skips, *, split: str | None = None, poses: bool = False
) -> Iterator[tuple[dict[int, Record], list[Record]]]:
    """Of each file its pictures by number, and its annotations of people in them in file order.

    Of a `split` those that name it and those that name none; where no picture of the files names any, `split` cannot be
    told from the others, and is refused (VALIDATION: they are taken, for whole files may be for that).

    Each record has its `where`, which names it in a message. Annotations are numbered anew, from 1 over all files, so
    that no two have the same number and none is 0 (pycocotools takes that for no match). Pictures keep their number,
    unless the files before have it too: then all of the file's are moved up. `poses` says that joints are to be read.
    Raises MissingFileError or DatasetError.
    """
    if not folder.is_dir():
        raise MissingFileError(
            f"The data folder {folder} is missing: unpack the data set there, or correct `data.folder` in the "
            "recipe (of `eval` and `export-model` --data)."
        )
    taken: set[int] = set()
    number = 0
    splits_named = False
    for name in files:
        path = folder / name
        content = read_annotations(path)
        with reading(f"`categories` of {path}"):
            categories = _people_categories(content)
            people = [category["id"] for category in categories]
            named = {c["id"]: c["keypoints"] for c in categories if poses and c.get("keypoints")}
        places = {category: coco_places(names, path) for category, names in named.items()}
        images: dict[int, Record] = {}
        for place, record in enumerate(content["images"]):
            with reading(f"`images[{place}]` of {path}"):
                image = _image(record)
                if images.setdefault(image["id"], image)["file_name"] != image["file_name"]:
                    raise ValueError(f"{images[image['id']]['file_name']} has the number {image['id']} already")
        shift = max(taken) + 1 - min(images) if taken & images.keys() else 0
        annotations: list[Record] = []
        for place, record in enumerate(content["annotations"]):
            number += 1
            with reading(where := f"`annotations[{place}]` of {path}"):
                if record.get("category_id", people[0]) not in people:
                    skips.add(f"annotation of something else than a {PERSON}")
                elif (image_id := int(record["image_id"])) not in images:
                    skips.add("annotation of an unknown picture")
                else:
                    joints = places.get(record.get("category_id", people[0]), IN_ORDER)
                    laid = record if joints == IN_ORDER else in_coco_order(record, joints)
                    annotations.append({**laid, "id": number, "image_id": image_id + shift, "where": where})
        taken |= {image_id + shift for image_id in images}
        splits_named = splits_named or any("split" in image for image in images.values())
        chosen = {i + shift: {**image, "id": i + shift} for i, image in images.items() if _is_of_split(image, split)}
        yield chosen, [annotation for annotation in annotations if annotation["image_id"] in chosen]
    if split and taken and not splits_named:
        _tell_unsplit(folder, files, split)


def _is_of_split(image: Record, split: str | None) -> bool:
    """Whether a picture belongs to it; one that names none belongs to each."""
    return not split or image.get("split", split) == split


def _tell_unsplit(folder: Path, files: Sequence[str], split: str) -> None:
    none = f"No picture of {', '.join(files)} in {folder} names its `split`"
    if split != VALIDATION:
        raise DatasetError(
            f"{none}, so what is of {split} cannot be told from the others: name the split of each picture, or leave "
            "`data.split` empty and give files of their own to learn from and to validate on."
        )
    log.warning("%s: all are taken", none)


def picture_of(folder: Path, image: Record) -> Picture:
    """The file of one of `read_labels`' pictures."""
    return Picture(folder / image["file_name"], (image["width"], image["height"]))


def load_people(folder: Path, files: Sequence[str], *, split: str | None = None) -> tuple[list[Person], Skips]:
    """People fit for training or testing a pose network, in file order; `split` None takes every picture."""
    people: list[Person] = []
    skips = Skips()
    for images, records in read_labels(folder, files, skips, split=split, poses=True):
        for annotation in records:
            with reading(annotation["where"]):
                person = _person(folder, images[annotation["image_id"]], annotation, skips)
            if person is not None:
                people.append(person)
    drop_missing_pictures(people, skips)
    return people, skips


def load_scenes(folder: Path, files: Sequence[str], *, split: str | None = None) -> tuple[list[Scene], Skips]:
    """Pictures fit for training or testing a detector, those without people included."""
    scenes: list[Scene] = []
    skips = Skips()
    for images, records in read_labels(folder, files, skips, split=split):
        by_image: dict[int, list[Record]] = defaultdict(list)
        for annotation in records:
            by_image[annotation["image_id"]].append(annotation)
        for image in images.values():
            if not image.get("detect", True):
                skips.add("picture whose people are not all boxed")
            elif (scene := _scene(folder, image, by_image[image["id"]], skips)) is not None:
                scenes.append(scene)
    drop_missing_pictures(scenes, skips)
    if not scenes:
        raise DatasetError(f"{folder} has no pictures in {', '.join(files)} ({skips}): check folder and split.")
    return scenes, skips


def read_truth(folder: Path, files: Sequence[str]) -> list[Record]:
    """All annotations of people as COCO's rules of poses want them, numbered as `load_people` and `load_scenes` do.

    An area that is not given is a share of the box; joints that are not all numbers, or of another skeleton, count as
    not labelled; who is perhaps no person, or whose `pose` is false, counts as a crowd: neither right nor wrong.
    """
    truth: list[Record] = []
    for _, records in read_labels(folder, files, Skips(), poses=True):
        for annotation in records:
            with reading(annotation["where"]):
                box, labels = _box(annotation), _labels(annotation)
                if box is None:
                    continue
                if labels is None or labels.size != 3 * JOINTS or (placed := placed_joints(labels)) is None:
                    placed = np.zeros((JOINTS, 3), np.float32)
                crowd = _is_doubtful(annotation) or not annotation.get("pose", True)
                truth.append(
                    {
                        "id": annotation["id"], "image_id": annotation["image_id"], "bbox": box,
                        "area": _area(annotation, box), "iscrowd": int(crowd),
                        "keypoints": placed.ravel().tolist(), "num_keypoints": int((placed[:, 2] > 0).sum()),
                    }
                )  # fmt: skip
    return truth


def _people_categories(content: Record) -> list[Record]:
    """What is called person, or the file's only category."""
    categories: list[Record] = content.get("categories") or [{"id": 1, "name": PERSON}]
    named = [category for category in categories if str(category["name"]).lower() == PERSON]
    if not named and len(categories) > 1:
        raise ValueError(f"none of {len(categories)} is named {PERSON}")
    return named or [categories[0]]


def _image(record: Record) -> Record:
    """The record with its number, name, size and weight as they should be; raises one of WRONG_CONTENT."""
    if not isinstance(record["file_name"], str):
        raise TypeError("`file_name` is not a text")
    sides = {side: int(record[side]) for side in ("width", "height")}
    return {**record, **sides, "id": int(record["id"]), "pose_weight": float(record.get("pose_weight", 1.0))}


def _box(annotation: Record) -> list[float] | None:
    """Left, top, width and height; None where one is not a number. Raises one of WRONG_CONTENT."""
    given = annotation["bbox"]
    if not isinstance(given, list) or len(given) != 4:
        raise ValueError("`bbox` is not a list of four numbers")
    box = [float(value) for value in given]
    return box if np.isfinite(box).all() else None


def _labels(annotation: Record) -> F32 | None:
    """The numbers of `keypoints`, or None; raises one of WRONG_CONTENT for anything else."""
    labels = annotation.get("keypoints")
    return None if labels is None else _numbers(labels)


def _numbers(values: Sequence[float]) -> F32:
    with np.errstate(over="ignore"):  # what is too large is infinite
        return np.asarray(values, np.float32)


def _area(annotation: Record, box: Sequence[float]) -> float:
    """In square pixels, as annotated, or else the share of the box that a body has."""
    area = float(annotation.get("area") or 0)
    return area if 0 < area < np.inf else AREA_SHARE * box[2] * box[3]


def _is_doubtful(annotation: Record) -> bool:
    return bool(annotation.get("iscrowd") or annotation.get("ignore"))


def _clipped(box: Sequence[float], image: Record) -> F32 | None:
    """xywh → xyxy (pixel edges) inside the picture, or None where nothing is left."""
    x, y, width, height = box
    left, top = max(0.0, x), max(0.0, y)
    right, bottom = min(float(image["width"]), x + width), min(float(image["height"]), y + height)
    if right - left < 1 or bottom - top < 1:
        return None
    return np.array([left, top, right, bottom], np.float32)


def _person(folder: Path, image: Record, annotation: Record, skips: Skips) -> Person | None:
    if _is_doubtful(annotation):
        skips.add("crowd or doubtful person")
        return None
    labels = _labels(annotation)
    if not annotation.get("pose", labels is not None) or labels is None:
        skips.add("person without labelled joints")
        return None
    if labels.size != 3 * JOINTS:
        skips.add(OTHER_JOINTS)
        return None
    box, placed = _box(annotation), placed_joints(labels)
    given = annotation.get("confidence")
    confidence = np.ones(JOINTS, np.float32) if given is None else _numbers(given).reshape(JOINTS)
    if box is None or placed is None:
        skips.add(NO_NUMBER)
        return None
    if not ((confidence >= 0) & (confidence <= 1)).all():
        skips.add("person with a confidence that is not from 0 to 1")
        return None
    if not 0 <= image["pose_weight"] < np.inf:
        skips.add("person in a picture whose pose_weight is no weight")
        return None
    xyxy = _clipped(box, image)
    if xyxy is None:
        skips.add("box outside its picture")
        return None
    weights = confidence * (placed[:, 2] > 0)
    if not weights.any():
        skips.add("person without labelled joints")
        return None
    return Person(
        picture=picture_of(folder, image),
        image_id=image["id"],
        annotation_id=annotation["id"],
        source=str(image.get("source", folder.name)),
        xyxy=xyxy,
        keypoints=placed[:, :2].copy(),
        weights=weights,
        absent=_marked(annotation.get("absent") or ()),
        sampling=image["pose_weight"],
        by_teacher=annotation.get("label") == "teacher",
    )


def _marked(places: Sequence[int]) -> F32:
    """float32 [JOINTS], 1 at `places`; raises ValueError for a place that there is not."""
    wrong = [place for place in places if place not in range(JOINTS)]
    if wrong:
        raise ValueError(f"`absent` has {wrong[0]!r}, joints count from 0 to {JOINTS - 1}")
    marked = np.zeros(JOINTS, np.float32)
    marked[list(places)] = 1
    return marked


def _scene(folder: Path, image: Record, annotations: Sequence[Record], skips: Skips) -> Scene | None:
    people, ignore, areas = [], [], []
    for annotation in annotations:
        with reading(annotation["where"]):
            given = _box(annotation)
            if given is None:
                skips.add("picture with a box that is not a number")  # somebody there is not boxed
                return None
            area = _area(annotation, given)
        box = _clipped(given, image)
        if box is None:
            skips.add("box outside its picture")
        elif _is_doubtful(annotation):
            ignore.append(box)
        else:
            people.append(box)
            areas.append(area)
    return Scene(
        picture=picture_of(folder, image),
        image_id=image["id"],
        source=str(image.get("source", folder.name)),
        width=image["width"],
        height=image["height"],
        people=np.asarray(people, np.float32).reshape(-1, 4),
        ignore=np.asarray(ignore, np.float32).reshape(-1, 4),
        areas=np.asarray(areas, np.float32),
    )
