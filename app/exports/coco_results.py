"""COCO keypoint results: what pycocotools and every benchmark of the field load; one object for each person."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from app.exports.skelter_json import dumps
from app.exports.writer import FileWriter, Options, columns_of
from app.results import FrameRecord, Header
from engine.ranking import person_scores
from engine.skeletons import COCO


class CocoWriter(FileWriter):
    """A list of objects. `image_id` is the frame's index; `bbox`, `track_id` and `box_score` are extras that readers
    pass over."""

    def __init__(self, path: Path, header: Header, options: Options) -> None:
        self._columns = columns_of(header.skeleton, COCO.keypoints, "COCO results")
        super().__init__(path)
        self._file.write(b"[")
        self._separator = b"\n"

    def write(self, record: FrameRecord) -> None:
        poses = record.shown().poses
        points, scores = poses.keypoints[:, self._columns], poses.scores[:, self._columns]
        known = np.asarray(np.isfinite(points).all(axis=2))
        triplets = np.where(known[:, :, None], np.concatenate([points, scores[:, :, None]], axis=2), 0)
        left_top = poses.boxes.xyxy[:, :2]
        for person_id, joints, box, score, box_score in zip(
            record.tracks.ids.tolist(),
            triplets.astype(np.float32),
            np.concatenate([left_top, poses.boxes.xyxy[:, 2:] - left_top], axis=1),
            person_scores(np.where(known, scores, 0).astype(np.float32), poses.boxes.scores).tolist(),
            poses.boxes.scores,
            strict=True,
        ):
            fields = {
                "image_id": record.index, "category_id": 1, "keypoints": joints.ravel(), "score": score,
                "bbox": box, "track_id": person_id, "box_score": box_score,
            }  # fmt: skip
            self._file.write(self._separator + dumps(fields))
            self._separator = b",\n"

    def close(self) -> None:
        self._file.write(b"\n]\n")
        super().close()
