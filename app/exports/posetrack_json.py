"""PoseTrack18 JSON, as its evaluation reads it: images, people with track ids, 17 joints of which two are derived."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from app.exports.skelter_json import dumps
from app.exports.writer import FileWriter, Options, check_number, columns_of
from app.results import FrameRecord, Header
from engine.skeletons import POSETRACK
from engine.types import F64
from trackers.posetrack_joints import JOINTS, in_posetrack_joints
from trackers.sequences import People, Sequence

_VIDEO = 1
_FIRST_IMAGE = 10_000_000_000 + 10_000 * _VIDEO  # ids are 1, six digits of the video, four of the image
_DERIVED = ("head_bottom", "head_top")
_CATEGORY = {
    "supercategory": "person", "id": 1, "name": "person", "keypoints": POSETRACK.keypoints,
    "skeleton": [
        [16, 14], [14, 12], [17, 15], [15, 13], [12, 13], [6, 12], [7, 13], [6, 7], [6, 8], [7, 9], [8, 10], [9, 11],
        [2, 3], [1, 2], [1, 3], [1, 4], [1, 5], [4, 6], [5, 7],
    ],  # 1-based
}  # fmt: skip


class PoseTrackWriter(FileWriter):
    """The people as they come, then the images, which readers number by their place: a frame that was passed over is
    one that nobody looked at (`is_labeled` false). The joints that COCO lacks are those that the evaluation derives.
    """

    def __init__(self, path: Path, header: Header, options: Options) -> None:
        given = tuple(name for name in POSETRACK.keypoints if name not in _DERIVED)
        columns_of(header.skeleton, given, "PoseTrack JSON")
        super().__init__(path)
        self._joints = header.skeleton.keypoints
        self._name = Path(header.source.name).stem
        self._images: set[int] = set()
        self._file.write(b'{"categories":[' + dumps(_CATEGORY) + b'],\n"annotations":[')
        self._separator = b"\n"

    def write(self, record: FrameRecord) -> None:
        check_number(record.index, self._name)
        self._images.add(record.index)
        image_id = _FIRST_IMAGE + record.index
        people = People.from_tracks(record.shown())
        points, scores = self._in_order(people)
        left_top = people.boxes[:, :2]
        boxes = np.concatenate([left_top, people.boxes[:, 2:] - left_top], axis=1)
        for place, person_id in enumerate(people.ids.tolist()):
            # visibility 1 where there is a joint; x, y and visibility 0 mean that there is none
            there = scores[place] > 0
            if not there.any():
                continue
            keypoints = np.where(there[:, None], np.column_stack([points[place], np.ones(len(there))]), 0.0)
            fields = {
                "id": image_id * 100 + place, "image_id": image_id, "track_id": person_id, "category_id": 1,
                "bbox": boxes[place].round(3), "keypoints": keypoints.ravel().round(3),
                "scores": scores[place].round(5),
            }  # fmt: skip
            self._file.write(self._separator + dumps(fields))
            self._separator = b",\n"

    def close(self) -> None:
        self._file.write(b'\n],\n"images":[\n')
        count = max(self._images, default=-1) + 1
        for index in range(count):
            image_id = _FIRST_IMAGE + index
            fields = {
                "id": image_id, "frame_id": image_id, "vid_id": f"{_VIDEO:06d}",
                "is_labeled": index in self._images, "file_name": f"images/{self._name}/{index:06d}.jpg",
                "nframes": count, "has_no_densepose": True, "ignore_regions_x": [], "ignore_regions_y": [],
            }  # fmt: skip
            self._file.write((b",\n" if index else b"") + dumps(fields))
        self._file.write(b"\n]}\n")
        super().close()

    def _in_order(self, people: People) -> tuple[F64, F64]:
        """Points [N, 17, 2] and scores [N, 17] in PoseTrack18's order."""
        sequence = Sequence("", {0: people}, self._joints)
        derived, plain = in_posetrack_joints(sequence).at(0), sequence.in_joints(POSETRACK.keypoints).at(0)
        points, scores = plain.keypoints.copy(), plain.scores * people.confidence[:, None]
        for name in JOINTS:
            points[:, POSETRACK.keypoints.index(name)] = derived.keypoints[:, JOINTS.index(name)]
            scores[:, POSETRACK.keypoints.index(name)] = derived.scores[:, JOINTS.index(name)]
        return points, scores
