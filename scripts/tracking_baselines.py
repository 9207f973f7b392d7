"""Two published rules to measure ours against, written from their descriptions: previous-frame greedy, and SORT.

They keep no more than the papers and programs that describe them do, so that a gain over them means something.
"""

from __future__ import annotations

import numpy as np
from scipy.optimize import linear_sum_assignment

from engine.boxes import box_iou
from engine.types import F64, U8, Bools, Boxes, Poses, Tracks


def _tracks(poses: Poses, ids: list[int], rows: list[int]) -> Tracks:
    order = np.argsort(ids, kind="stable").astype(np.int64)
    kept = np.array(rows, np.int64)[order]
    return Tracks(poses[kept], np.array(ids, np.int64)[order], kept)


class PreviousFrameTracker:
    """The greedy rule of rtmlib's pose tracker, as its description has it.

    A detection takes the id of the person of the previous frame that its box overlaps most, if by more than `iou`; each
    id goes once, first come first served; all others get new ids; who was not seen in the previous frame is forgotten.
    """

    tells_predicted = False

    def __init__(self, iou: float = 0.3) -> None:
        self.iou = iou
        self.reset()

    def reset(self) -> None:
        self._boxes: F64 = np.zeros((0, 4))
        self._ids: list[int] = []
        self._next = 1

    def predict(self, time_s: float) -> Boxes:
        return Boxes.of(self._boxes, np.ones(len(self._boxes)))

    def update(
        self,
        poses: Poses,
        time_s: float,
        image: U8 | None = None,
        *,
        detected: Bools | None = None,
        looked: bool = True,
    ) -> Tracks:
        boxes = poses.boxes.xyxy.astype(np.float64)
        overlap = box_iou(boxes, self._boxes)
        ids = []
        for row in range(len(boxes)):
            best = int(overlap[row].argmax()) if len(self._ids) else 0
            if len(self._ids) and overlap[row, best] > self.iou:
                ids.append(self._ids[best])
                overlap[:, best] = -1.0
            else:
                ids.append(self._next)
                self._next += 1
        self._boxes, self._ids = boxes, ids
        return _tracks(poses, ids, list(range(len(boxes))))


class SortTracker:
    """SORT, after Bewley et al., "Simple online and realtime tracking", ICIP 2016.

    State (u, v, s, r, u', v', s') of section 3.2: centre, area and aspect of the box, constant velocity, r constant;
    IoU with the predicted boxes, Hungarian, pairs below 0.3 refused (3.3); a track outlives T_lost = 1 frame without a
    detection and is shown from its third detection on, its probation passed (3.4; the authors' min_hits = 3).
    The covariances are those the authors published with it.
    """

    tells_predicted = False

    def __init__(self, iou: float = 0.3, lost: int = 1, min_hits: int = 3) -> None:
        self.iou, self.lost, self.min_hits = iou, lost, min_hits
        self.reset()

    def reset(self) -> None:
        self._tracks: list[_Kalman] = []
        self._next = 1

    def predict(self, time_s: float) -> Boxes:
        boxes = np.array([track.box() for track in self._tracks]).reshape(-1, 4)
        return Boxes.of(boxes, np.ones(len(boxes)))

    def update(
        self,
        poses: Poses,
        time_s: float,
        image: U8 | None = None,
        *,
        detected: Bools | None = None,
        looked: bool = True,
    ) -> Tracks:
        for track in self._tracks:
            track.predict()
        boxes = poses.boxes.xyxy.astype(np.float64)
        overlap = box_iou(boxes, np.array([track.box() for track in self._tracks]).reshape(-1, 4))
        pairs = [(r, c) for r, c in np.transpose(linear_sum_assignment(-overlap)).tolist() if overlap[r, c] >= self.iou]
        by_row: dict[int, _Kalman] = {row: self._tracks[column] for row, column in pairs}
        ids, rows = [], []
        for row, box in enumerate(boxes):
            if row in by_row:
                track = by_row[row]
                track.correct(box)
            else:
                track = _Kalman(box)
                self._tracks.append(track)
            if track.hits >= self.min_hits:
                if track.id == 0:
                    track.id, self._next = self._next, self._next + 1
                ids.append(track.id)
                rows.append(row)
        self._tracks = [track for track in self._tracks if track.missed <= self.lost]
        return _tracks(poses, ids, rows)


class _Kalman:
    """One box followed by SORT."""

    def __init__(self, box: F64) -> None:
        self.state = np.concatenate([_measured(box), np.zeros(3)])
        self.covariance = np.diag([10.0, 10.0, 10.0, 10.0, 1e4, 1e4, 1e4])
        self.id, self.hits, self.missed = 0, 1, 0

    def box(self) -> F64:
        u, v, area, aspect = self.state[:4]
        width = np.sqrt(max(area * aspect, 1e-9))
        height = area / width
        return np.array([u - width / 2, v - height / 2, u + width / 2, v + height / 2])

    def predict(self) -> None:
        if self.state[2] + self.state[6] <= 0:
            self.state[6] = 0.0  # an area does not shrink below nothing
        step = np.eye(7)
        step[[0, 1, 2], [4, 5, 6]] = 1.0
        self.state = step @ self.state
        self.covariance = step @ self.covariance @ step.T + np.diag([1.0, 1.0, 1.0, 1.0, 1e-2, 1e-2, 1e-4])
        self.missed += 1

    def correct(self, box: F64) -> None:
        seen = np.eye(4, 7)
        noise = np.diag([1.0, 1.0, 10.0, 10.0])
        gain = self.covariance @ seen.T @ np.linalg.inv(seen @ self.covariance @ seen.T + noise)
        self.state = self.state + gain @ (_measured(box) - seen @ self.state)
        self.covariance = (np.eye(7) - gain @ seen) @ self.covariance
        self.hits, self.missed = self.hits + 1, 0


def _measured(box: F64) -> F64:
    width, height = np.maximum(box[2:] - box[:2], 1e-6)
    return np.array([(box[0] + box[2]) / 2, (box[1] + box[3]) / 2, width * height, width / height])
