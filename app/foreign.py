"""The people that other programs' files tell of: OpenPose's folders, COCO keypoint results and AlphaPose's."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import orjson

from app.exports.openpose_folder import BODY_25, FILE_NAME
from engine.errors import WRONG_CONTENT, SkelterError, in_short
from engine.skeletons import COCO, HALPE
from engine.types import F32, F64, Boxes, Poses
from trackers.observations import extents

_COCO_18 = (*range(8), *range(9, 19))  # OpenPose's older layout: BODY_25 without the middle of the hips and the feet
_BEGIN_AS_COCO = (17, 26, 133, 136)  # COCO's own, Halpe's body, COCO-WholeBody, Halpe's whole body
_BEGIN_AS_HALPE = (26, 136)
_FIRST_OF_FEET = HALPE.keypoints.index("left_big_toe")
_BODY_25_OF = {"neck": ("left_shoulder", "right_shoulder"), "hip": ("left_hip", "right_hip")}  # Halpe's joints there
_MARGIN = 0.1  # of its size, by which a box round joints is grown: the joints lie inside the body
_LARGEST_ID = 2**63 - 1  # of those that are kept, also where all are moved by one


@dataclass(frozen=True, eq=False, slots=True)
class People:
    """The N people of a frame as a file has them, in COCO's joints or Halpe's; missing joints are NaN, an id is None
    where it has none."""

    poses: Poses
    ids: list[int | None]


def of_openpose(folder: Path) -> dict[int, People]:
    """The people of each frame. Raises SkelterError where the folder holds no or two videos' files, or a bad one."""
    found: dict[str, dict[int, Path]] = {}
    for file in folder.iterdir():
        if name := FILE_NAME.fullmatch(file.name):
            found.setdefault(name["stem"], {})[int(name["index"])] = file
    if not found:
        raise SkelterError(
            "{0} holds no OpenPose files (NAME_000000000000_keypoints.json); give a folder with those of one video.",
            folder,
        )
    if len(found) > 1:
        raise SkelterError("{0} holds files of {1} videos; give a folder with those of one video.", folder, len(found))
    frames = {}
    for index, file in sorted(next(iter(found.values())).items()):
        try:
            frames[index] = _people_of_openpose(orjson.loads(file.read_bytes()))
        except WRONG_CONTENT as error:
            raise SkelterError("{0} is no file of OpenPose's ({1}).", file, in_short(error)) from error
    has_feet = any((people.poses.scores[:, _FIRST_OF_FEET:] > 0).any() for people in frames.values())
    return frames if has_feet else {index: _narrowed(people) for index, people in frames.items()}


def _narrowed(people: People) -> People:
    """The people in COCO's joints, with which Halpe's begin."""
    poses = people.poses
    kept = Poses(poses.keypoints[:, : len(COCO)], poses.scores[:, : len(COCO)], poses.boxes)
    return replace(people, poses=kept)


def _people_of_openpose(document: dict[str, Any]) -> People:
    """In Halpe's joints, of which OpenPose has all but the top of the head."""
    people = document["people"]
    ids = [_id_of(person.get("person_id")) for person in people]
    triplets = np.full((len(people), len(HALPE), 3), np.nan, np.float32)
    for row, person in enumerate(people):
        values = np.array(person["pose_keypoints_2d"], np.float32).reshape(-1, 3)
        if len(values) not in (len(BODY_25), len(_COCO_18)):
            raise ValueError(f"{len(values)} keypoints are neither BODY_25 nor COCO's 18")
        names = BODY_25 if len(values) == len(BODY_25) else [BODY_25[place] for place in _COCO_18]
        for column, name in enumerate(HALPE.keypoints):
            group = _BODY_25_OF.get(name, (name,))
            if group in names:
                triplets[row, column] = values[names.index(group)]
    points, scores = _known(triplets)
    of_body = scores[:, : len(COCO)]
    means = of_body.sum(axis=1) / np.maximum((of_body > 0).sum(axis=1), 1)
    boxes = Boxes.of(_around(points), means)
    return People(Poses(points, scores, boxes), ids)


def of_coco(rows: list[dict[str, Any]]) -> dict[int, People]:
    """The people of each frame that has some. AlphaPose's variant has file names, `idx` and `box`."""
    by_frame: dict[int, list[dict[str, Any]]] = {}
    names: dict[int, int | str] = {}
    for row in rows:
        index = _frame_index(row["image_id"])
        if (name := names.setdefault(index, row["image_id"])) != row["image_id"]:
            raise ValueError(f"the pictures {name!r} and {row['image_id']!r} have the same number, {index}")
        by_frame.setdefault(index, []).append(row)
    has_feet = bool(rows) and all(len(row["keypoints"]) in [3 * count for count in _BEGIN_AS_HALPE] for row in rows)
    joints = len(HALPE) if has_feet else len(COCO)
    frames = {}
    for index, people in by_frame.items():
        points, scores = _known(np.stack([_body(row["keypoints"], joints) for row in people]))
        given = [row.get("bbox", row.get("box")) for row in people]
        boxes = np.array([around if box is None else box for box, around in zip(given, _around(points), strict=True)])
        is_given = np.array([box is not None for box in given])
        boxes[is_given, 2:] += boxes[is_given, :2]
        ranks = np.clip([float(row.get("box_score", row["score"])) for row in people], 0.0, 1.0)
        ids = [_id_of(row.get("track_id", row.get("idx"))) for row in people]
        frames[index] = People(Poses(points, scores, Boxes.of(boxes, ranks)), ids)
    return frames


def _id_of(told: Any) -> int | None:
    """The id in a whole number from 0, alone or in lists; None where there is none. AlphaPose lists those of all the
    boxes that it took for one person: of these the least."""
    numbers = [one for one in _flat(told) if isinstance(one, int | float) and 0 <= one < _LARGEST_ID]
    return int(min(numbers)) if numbers and float(min(numbers)).is_integer() else None


def _flat(told: Any) -> Iterator[Any]:
    """What lists, and lists in them, hold, which need not be of one length: AlphaPose's are as it merged people."""
    if not isinstance(told, list):
        yield told
        return
    for one in told:
        yield from _flat(one)


def _body(keypoints: Any, count: int) -> F32:
    """x, y, score [count, 3] of the joints with which the larger sets of AlphaPose begin. Raises ValueError."""
    values = np.array(keypoints, np.float32).ravel()
    if len(values) not in [3 * count for count in _BEGIN_AS_COCO]:
        raise ValueError(
            f"a person's keypoints are {len(values)} numbers; three each are read for COCO's 17, Halpe's 26 and 136 "
            "and COCO-WholeBody's 133"
        )
    return values[: 3 * count].reshape(count, 3)


def _frame_index(image_id: int | str) -> int:
    """The number of a frame, also out of a name such as `clip_000123.jpg`."""
    digits = re.findall(r"\d+", Path(str(image_id)).stem)
    if not digits:
        raise ValueError(f"image_id {image_id!r} has no number")
    return int(digits[-1])


def _known(triplets: F32) -> tuple[F32, F32]:
    """Points and scores out of x, y, score [N, 17, 3]; a joint at 0, 0 with no score is not there."""
    points, scores = triplets[:, :, :2].copy(), np.clip(triplets[:, :, 2], 0.0, 1.0)
    missing = ((triplets == 0).all(axis=2)) | ~np.isfinite(triplets).all(axis=2)
    points[missing], scores[missing] = np.nan, 0.0
    return points, scores


def _around(points: F32) -> F64:
    """Boxes [N, 4] round the joints that are there, grown a little; without a joint they have no size."""
    tight: F64 = np.nan_to_num(extents(points, np.asarray(np.isfinite(points).all(axis=2))))
    margin: F64 = _MARGIN * (tight[:, 2:] - tight[:, :2])
    return np.asarray(tight + np.concatenate([-margin, margin], axis=1))
