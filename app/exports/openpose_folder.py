"""OpenPose's folder: a JSON file for each frame, BODY_25 keypoints; Kinovea, Pose2Sim and many others read it."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np

from app.exports.skelter_json import dumps
from app.exports.writer import Group, Options, columns_of, middles
from app.results import FrameRecord, Header
from engine.files import WholeFolder

VERSION = 1.3
FILE_NAME = re.compile(r"(?P<stem>.*)_(?P<index>\d{12})_keypoints\.json")


def _limb(side: str, *parts: str) -> tuple[Group, ...]:
    return tuple((f"{side}_{part}",) for part in parts)


_ARM, _LEG, _FOOT = ("shoulder", "elbow", "wrist"), ("hip", "knee", "ankle"), ("big_toe", "small_toe", "heel")
BODY_25: tuple[Group, ...] = (
    ("nose",), ("left_shoulder", "right_shoulder"), *_limb("right", *_ARM), *_limb("left", *_ARM),
    ("left_hip", "right_hip"), *_limb("right", *_LEG), *_limb("left", *_LEG),
    ("right_eye",), ("left_eye",), ("right_ear",), ("left_ear",), *_limb("left", *_FOOT), *_limb("right", *_FOOT),
)  # fmt: skip
_EMPTY = (
    "face_keypoints_2d", "hand_left_keypoints_2d", "hand_right_keypoints_2d", "pose_keypoints_3d",
    "face_keypoints_3d", "hand_left_keypoints_3d", "hand_right_keypoints_3d",
)  # fmt: skip


class OpenPoseWriter:
    """NAME_000000000012_keypoints.json for frame 12, also where nobody is; ids stand in `person_id`."""

    def __init__(self, path: Path, header: Header, options: Options) -> None:
        columns_of(header.skeleton, ("left_shoulder", "right_shoulder", "left_hip", "right_hip"), "OpenPose's folder")
        self._folder = WholeFolder(path, FILE_NAME)
        self._skeleton = header.skeleton
        self._stem = Path(header.source.name).stem.replace("/", "_") or "video"
        self.paths = [path]

    def write(self, record: FrameRecord) -> None:
        poses = record.shown().poses
        points, scores = middles(
            poses.keypoints.astype(np.float64), poses.scores.astype(np.float64), self._skeleton, BODY_25
        )
        known = np.asarray(np.isfinite(points).all(axis=2))
        triplets = np.where(known[:, :, None], np.concatenate([points, scores[:, :, None]], axis=2), 0.0)
        people = [
            {"person_id": [person_id], "pose_keypoints_2d": joints.ravel().astype(np.float32)}
            | {name: [] for name in _EMPTY}
            for person_id, joints in zip(record.tracks.ids.tolist(), triplets, strict=True)
        ]
        name = f"{self._stem}_{record.index:012d}_keypoints.json"
        self._folder.write(name, dumps({"version": VERSION, "people": people}))

    def close(self) -> None:
        self._folder.commit()

    def abort(self) -> None:
        self._folder.abort()
