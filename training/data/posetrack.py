"""PoseTrack18 (Andriluka et al., CVPR 2018): one JSON file a sequence, COCO's form with 17 places of its own.

The places are nose, head_bottom, head_top, then COCO's from the left ear on; nobody labels the ears. People's boxes are
the extent of their labelled joints, 15 % longer on each axis (HRNet's paper, 4.3), because the file's are loose.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from engine.errors import WRONG_CONTENT, MissingFileError, in_short
from engine.skeletons import POSETRACK
from engine.types import F32
from training.data.coco import AREA_SHARE
from training.data.people import NO_NUMBER, DatasetError, Person, Picture, Skips, drop_missing_pictures, placed_joints

LONGER = 1.15


def load_posetrack(folder: Path, sequences: Sequence[str]) -> tuple[list[Person], Skips]:
    """People of all sequences in the folders (or files) `sequences` under `folder`, where the pictures' names begin.

    Pictures and people are numbered as by `coco.read_labels`. Raises MissingFileError or DatasetError with the remedy.
    """
    people: list[Person] = []
    skips = Skips()
    taken: set[int] = set()
    number = 0
    for path in _files(folder, sequences):
        images, annotations = _sequence(path)
        try:
            labelled = {int(image["id"]): image for image in images if image.get("is_labeled", True)}
            # the official sequences number apart; others may all count from 1
            shift = max(taken) + 1 - min(labelled) if taken & labelled.keys() else 0
            labelled = {image_id: {**image, "id": image_id + shift} for image_id, image in labelled.items()}
            taken |= {image["id"] for image in labelled.values()}
            for annotation in annotations:
                number += 1
                image = labelled.get(int(annotation["image_id"]))
                if image is None:
                    skips.add("annotation of an unlabelled picture")
                    continue
                person = _person(folder, path.stem, image, {**annotation, "id": number}, skips)
                if person is not None:
                    people.append(person)
        except WRONG_CONTENT as error:
            raise DatasetError(
                f"{path} is not a sequence of PoseTrack18 ({in_short(error)}): download it again."
            ) from error
    drop_missing_pictures(people, skips)
    return people, skips


def truth_of(person: Person) -> dict[str, Any]:
    """The person as a COCO annotation, to be scored by OKS."""
    left, top, right, bottom = person.xyxy.tolist()
    seen = person.weights > 0
    labels = np.concatenate([person.keypoints, 2.0 * seen[:, None]], axis=1)
    return {
        "id": person.annotation_id, "image_id": person.image_id, "bbox": [left, top, right - left, bottom - top],
        "area": AREA_SHARE * (right - left) * (bottom - top), "keypoints": labels.ravel().tolist(),
        "num_keypoints": int(seen.sum()),
    }  # fmt: skip


def _files(folder: Path, sequences: Sequence[str]) -> Iterator[Path]:
    for name in sequences:
        place = folder / name
        found = sorted(place.glob("*.json")) if place.is_dir() else [place]
        if not found or not found[0].is_file():
            raise MissingFileError(
                f"{place} has no sequences: unpack PoseTrack18's annotations there, or correct `data.files`."
            )
        yield from found


def _sequence(path: Path) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    try:
        content = json.loads(path.read_text(encoding="utf-8-sig"))
    except ValueError as error:
        raise DatasetError(f"{path} is not a JSON file ({error}): unpack or download it again.") from error
    if not isinstance(content, dict) or not {"images", "annotations", "categories"} <= content.keys():
        raise DatasetError(f"{path} is not a sequence of PoseTrack18: it needs images, annotations and categories.")
    names = next((c.get("keypoints") for c in content["categories"] if isinstance(c, dict)), None)
    if names is not None and tuple(names) != POSETRACK.keypoints:
        raise DatasetError(
            f"{path} has the joints {', '.join(names)}; PoseTrack18's are {', '.join(POSETRACK.keypoints)}."
        )
    return content["images"], content["annotations"]


def _person(
    folder: Path, sequence: str, image: dict[str, Any], annotation: dict[str, Any], skips: Skips
) -> Person | None:
    if annotation.get("iscrowd"):
        skips.add("crowd or doubtful person")
        return None
    labels = placed_joints(np.asarray(annotation["keypoints"], np.float32).reshape(len(POSETRACK), 3))
    if labels is None:
        skips.add(NO_NUMBER)
        return None
    seen = (labels[:, 2] > 0).astype(np.float32)
    if seen.sum() < 2:
        skips.add("person with fewer than two joints")
        return None
    size = (int(image["width"]), int(image["height"])) if image.get("width") and image.get("height") else None
    return Person(
        picture=Picture(folder / image["file_name"], size),  # the official files tell no size
        image_id=image["id"],
        annotation_id=annotation["id"],
        source=sequence,
        xyxy=_grown(labels[seen > 0, :2]),
        keypoints=labels[:, :2].copy(),
        weights=seen,
        absent=np.zeros(len(POSETRACK), np.float32),
        sampling=1.0,
    )


def _grown(points: F32) -> F32:
    low, high = points.min(0), points.max(0)
    middle, half = (low + high) / 2, (high - low) / 2 * LONGER
    return np.concatenate([middle - half, middle + half]).astype(np.float32)
