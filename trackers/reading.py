"""Tracking truth and results from files: PoseTrack18 JSON, MOTChallenge text, Skelter JSON (whole or lines)."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np

from engine.errors import WRONG_CONTENT, MissingFileError, SourceError, in_short, reason_of
from engine.skeletons import POSETRACK
from engine.types import F64
from trackers.observations import extents
from trackers.sequences import People, Sequence

PEDESTRIAN = 1
NEUTRAL_CLASSES = (2, 7, 8, 12)  # MOT16: person on a vehicle, static person, distractor, reflection
PRESENT = 1e-6  # the score of a joint that is there without one


def read_sequence(path: Path, *, truth: bool = False) -> Sequence:
    """The sequence of a file, told by its ending and content: MOTChallenge `.txt`, PoseTrack18 or Skelter `.json`,
    Skelter `.jsonl`. With `truth`, MOTChallenge's marks for what does not count are heeded.

    Raises MissingFileError, and SourceError where the file is none of these or contradicts itself.
    """
    if path.suffix.lower() == ".mot":
        raise SourceError(f"{path}: .mot is OpenSim's table of motion; name MOTChallenge text .txt.")
    if path.suffix.lower() not in (".txt", ".json", ".jsonl"):
        raise SourceError(f"{path}: no tracking format ends in {path.suffix!r}; use .txt, .json or .jsonl.")
    try:
        text = path.read_text("utf-8-sig")
    except FileNotFoundError as error:
        raise MissingFileError(f"{path} does not exist; check the name.") from error
    except OSError as error:
        raise SourceError(f"{path} cannot be read ({reason_of(error)}).") from error
    except UnicodeDecodeError as error:
        raise SourceError(f"{path} is not text; give MOTChallenge text, PoseTrack18 JSON or Skelter JSON.") from error
    try:
        return _mot(path.stem, text, truth) if path.suffix.lower() == ".txt" else _json(path.stem, text)
    except WRONG_CONTENT as error:
        raise SourceError(
            f"{path} cannot be read as a tracking sequence ({in_short(error)}); see docs/formats.md."
        ) from error


def _mot(name: str, text: str, truth: bool) -> Sequence:
    """MOTChallenge text: `frame,id,left,top,width,height,conf,…`, frames and pixels from 1.

    In truth a 0 in column 7 means: does not count. Of nine columns (MOT16 and later) the eighth is the class.
    """
    rows = [line.replace(",", " ").split() for line in text.splitlines() if line.strip()]
    if len({len(row) for row in rows}) > 1 or any(len(row) < 6 for row in rows):
        raise ValueError("each line should have the same number of values, six or more")
    if not rows:
        return Sequence(name, {})
    table = np.array(rows, np.float64)
    if not np.isfinite(table[:, :6]).all() or (table[:, 0] < 1).any() or (table[:, :2] % 1 != 0).any():
        raise ValueError("frame numbers should be whole and start at 1, ids be whole")
    neutral = np.zeros(len(table), np.bool_)
    if truth and table.shape[1] > 6:
        counts = table[:, 6] != 0
        if table.shape[1] == 9:
            neutral = np.isin(table[:, 7], NEUTRAL_CLASSES)
            counts &= table[:, 7] == PEDESTRIAN
        table, neutral = table[counts | neutral], neutral[counts | neutral]
    left_top = table[:, 2:4] - 1.0
    boxes = np.concatenate([left_top, left_top + table[:, 4:6]], axis=1)
    confidence = table[:, 6] if table.shape[1] > 6 else np.ones(len(table))
    frames = {}
    for number in np.unique(table[:, 0]).astype(int).tolist():
        here = table[:, 0] == number
        try:
            frames[number - 1] = People.of(
                table[here, 1], boxes[here], confidence=confidence[here], neutral=neutral[here]
            )
        except ValueError as error:
            raise ValueError(f"frame {number}: {error}") from error
    return Sequence(name, frames, length=max(frames, default=-1) + 1)


def _json(name: str, text: str) -> Sequence:
    if text.lstrip().startswith("["):
        raise ValueError("a list, as COCO and AlphaPose results are, is made Skelter JSON by `skelter import` first")
    try:
        document = json.loads(text)
    except json.JSONDecodeError:
        document = None
    if isinstance(document, dict) and "annotations" in document and "images" in document:
        return _posetrack(name, document)
    if isinstance(document, dict) and document.get("format") == "skelter/1":
        return _skelter(name, document, document.get("frames", []))
    lines = text.splitlines()
    header = json.loads(lines[0]) if lines else None
    if isinstance(header, dict) and header.get("format") == "skelter/1":
        return _skelter(name, header, (json.loads(line) for line in lines[1:] if line.strip()))
    raise ValueError("it is neither PoseTrack18 JSON nor Skelter JSON")


def _skelter(name: str, header: dict[str, Any], frames: Iterable[dict[str, Any]]) -> Sequence:
    """Joints as they are shown and exported: smoothed where they were, and what bridges a gap as sure as its ends."""
    joints = tuple(header["skeleton"]["keypoints"])
    people = {int(frame["index"]): frame["people"] for frame in frames}
    scores = _told_scores(people)
    sequence = {}
    for index, theirs in people.items():
        sequence[index] = People.of(
            [person["id"] for person in theirs],
            [person["box"] for person in theirs],
            np.array([_shown(person) for person in theirs], np.float64).reshape(-1, len(joints), 2),
            np.array([scores[index, person["id"]][:-1] for person in theirs]).reshape(-1, len(joints)),
            confidence=[scores[index, person["id"]][-1] for person in theirs],
        )
    return Sequence(name, sequence, joints, max(sequence, default=-1) + 1)


def _shown(person: dict[str, Any]) -> F64:
    """Where the joints of a person in Skelter JSON are shown, [K, 2]."""
    if "smoothed" in person:
        return np.array(person["smoothed"], np.float64)
    return np.array(person["keypoints"], np.float64)[:, :2]


def _told_scores(people: dict[int, list[dict[str, Any]]]) -> dict[tuple[int, Any], F64]:
    """The scores [K + 1] of joints and box by frame and id: of what bridges a gap the lesser of those at its ends."""
    seen: dict[Any, list[tuple[int, dict[str, Any]]]] = {}
    for index in sorted(people):
        for person in people[index]:
            seen.setdefault(person["id"], []).append((index, person))
    told = {}
    for person_id, sightings in seen.items():
        scores = np.array(
            [[*(joint[2] for joint in one["keypoints"]), one["score"]] for _, one in sightings], np.float64
        )
        bridged = np.zeros(scores.shape, np.bool_)
        for row, (_, one) in enumerate(sightings):
            filled = one.get("filled", [])
            bridged[row, filled] = True
            bridged[row, -1] = bool(filled) and one["score"] == 0
        known = np.where(bridged, np.nan, scores)
        ends = np.fmin(_last_known(known), _last_known(known[::-1])[::-1])
        scores = np.where(bridged & np.isfinite(ends), ends, scores)
        told.update({(index, person_id): row for (index, _), row in zip(sightings, scores, strict=True)})
    return told


def _last_known(scores: F64) -> F64:
    """Each score [T, K + 1], where it is NaN the last before it."""
    place = np.where(np.isnan(scores), 0, np.arange(len(scores))[:, None])
    return np.asarray(np.take_along_axis(scores, np.maximum.accumulate(place, axis=0), axis=0), np.float64)


def _posetrack(name: str, document: dict[str, Any]) -> Sequence:
    """PoseTrack18: frames in the order of `images`; a joint with x, y and visibility 0 is left out."""
    images = document["images"]
    joints = tuple((document.get("categories") or [{}])[0].get("keypoints") or POSETRACK.keypoints)
    by_image: dict[Any, list[dict[str, Any]]] = {image["id"]: [] for image in images}
    for annotation in document["annotations"]:
        if annotation.get("keypoints") and any(annotation["keypoints"]):
            by_image[annotation["image_id"]].append(annotation)
    frames = {}
    for index, image in enumerate(images):
        if not image.get("is_labeled", True):
            continue
        try:
            frames[index] = _posetrack_people(by_image[image["id"]], len(joints), _polygons(image))
        except ValueError as error:
            raise ValueError(f"image {image['id']}: {error}") from error
    return Sequence(name, frames, joints, len(images), complete=False, images=tuple(image["id"] for image in images))


def _posetrack_people(annotations: list[dict[str, Any]], joint_count: int, ignore: tuple[F64, ...]) -> People:
    count = len(annotations)
    values = np.array([row["keypoints"] for row in annotations], np.float64).reshape(count, joint_count, 3)
    there = (values != 0.0).any(axis=2)
    given = [row.get("scores") or np.ones(joint_count) for row in annotations]
    scores = np.where(there, np.maximum(np.array(given, np.float64).reshape(count, joint_count), PRESENT), 0.0)
    points = values[:, :, :2]
    around = extents(points, there)
    boxes = [_corners(row["bbox"]) if row.get("bbox") else box for row, box in zip(annotations, around, strict=True)]
    heads = [_corners(row["bbox_head"]) if row.get("bbox_head") else np.full(4, np.nan) for row in annotations]
    ids = [row["track_id"] for row in annotations]
    return People.of(ids, boxes, points, scores, heads=heads, ignore=ignore)


def _corners(box: list[float]) -> F64:
    """A box of left, top, width, height by its corners."""
    left, top, width, height = box
    return np.array([left, top, left + width, top + height], np.float64)


def _polygons(image: dict[str, Any]) -> tuple[F64, ...]:
    x, y = image.get("ignore_regions_x") or [], image.get("ignore_regions_y") or []
    return tuple(np.stack([xs, ys], axis=1).astype(np.float64) for xs, ys in zip(x, y, strict=True) if len(xs))
