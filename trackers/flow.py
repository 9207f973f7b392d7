"""The tracker of the HRNet and SimpleBaseline papers: poses carried on by optical flow, compared by OKS, one by one.

Xiao et al., "Simple baselines for human pose estimation and tracking", ECCV 2018, sections 3 and 4; Sun et al., "Deep
high-resolution representation learning for human pose estimation", CVPR 2019, section 4.3. Neither released the code.
What they leave open is chosen here and stated in `FlowSettings`; their flow networks are replaced by pyramidal
Lucas–Kanade (Bouguet 2001; OpenCV) at the joints, which is all that the method needs of the flow. The boxes that flow
carries on (`predict`, with the picture) join the detector's in `recycling.worth_a_pose`: the NMS of the papers.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, replace

import cv2
import numpy as np

from engine.types import F32, I64, U8, Bools, Boxes, Poses, Tracks
from trackers.assignment import assign_greedily
from trackers.observations import Observations, extents, observe
from trackers.resemblance import oks_of_pairs, sigmas_for
from trackers.timeline import seconds_between


@dataclass(frozen=True, slots=True)
class FlowSettings:
    """Stated by the papers unless marked as ours."""

    least_box: float = 0.5
    """Boxes below are dropped."""
    least_keypoint: float = 0.4
    """Keypoints below are dropped."""
    enlarge: float = 0.15
    """By this part of their length the boxes round joints grow."""
    same: float = 0.5
    """Ours: OKS from which a pose in a box that flow carried on is one in a detector's box once more."""
    similar: float = 0.3
    """Ours: least OKS between a pose carried on and one found."""
    queue_s: float = 0.5
    """Ours: how long poses are kept in the queue (L_Q frames in the paper), so that a lost person can return."""
    queue: int = 10
    """Ours: most frames in the queue; of a fast source every n-th is kept."""
    window: int = 21
    """Ours: side, px, of the window in which a joint's surroundings are sought again."""
    levels: int = 3
    """Ours: halvings of the picture above the first, so that a joint may move some 80 px a frame."""
    max_people: int = 1000
    """Ours: people looked at per frame; of more the best boxes are taken."""


@dataclass(frozen=True, eq=False, slots=True)
class Remembered:
    """The people of one past frame, where flow has carried them by now.

    points float32 [N, K, 2] px; weights float32 [N, K], 0 where there is no joint; sizes [N] px; ids int64 [N]
    """

    time_s: float
    points: F32
    weights: F32
    sizes: F32
    ids: I64


class FlowTracker:
    """Follows people by optical flow; see the Tracker Protocol for the three verbs.

    Without pictures nothing is carried on and past poses are compared where they were.
    """

    tells_predicted = True

    def __init__(self, settings: FlowSettings | None = None) -> None:
        self._settings = settings or FlowSettings()
        self.reset()

    def reset(self) -> None:
        self._time_s: float | None = None
        self._last_id = 0
        self._grey: U8 | None = None
        self._queue: deque[Remembered] = deque()
        self._boxes = Boxes.empty()

    def predict(self, time_s: float, image: U8 | None = None) -> Boxes:
        grey = None if image is None else _grey(image)
        if grey is None or self._grey is None or grey.shape != self._grey.shape or not self._queue:
            return Boxes(self._boxes.xyxy.copy(), self._boxes.scores.copy())
        return self._enlarged(self._carried(self._queue[-1], self._grey, grey), self._boxes.scores)

    def update(
        self,
        poses: Poses,
        time_s: float,
        image: U8 | None = None,
        *,
        detected: Bools | None = None,
        looked: bool = True,
    ) -> Tracks:
        s = self._settings
        seconds_between(self._time_s, time_s)
        self._time_s = time_s
        self._carry_on(image)
        while len(self._queue) > 1 and time_s - self._queue[0].time_s > s.queue_s:  # the last frame's stay in any case
            self._queue.popleft()

        seen = observe(poses, least_score=s.least_keypoint, most=s.max_people)
        seen = seen[np.flatnonzero((seen.scores >= s.least_box) & ((seen.weights > 0).sum(axis=1) >= 2))]
        if detected is not None:
            seen = seen[np.flatnonzero(~self._seen_twice(seen, detected[seen.rows]))]
        ids = self._match(seen)
        new = np.flatnonzero(ids == 0)
        ids[new] = self._last_id + 1 + np.arange(len(new))
        self._last_id += len(new)
        now = Remembered(time_s, seen.points, seen.weights, seen.sizes.astype(np.float32), ids)
        self._remember(now)
        self._boxes = self._enlarged(now, seen.scores.astype(np.float32))
        order = np.argsort(ids)
        return Tracks(poses[seen.rows[order]], ids[order], seen.rows[order])

    def _carry_on(self, image: U8 | None) -> None:
        """Move the whole queue to this frame."""
        grey = None if image is None else _grey(image)
        if grey is not None and self._grey is not None and grey.shape == self._grey.shape:
            self._queue = deque(self._carried(past, self._grey, grey) for past in self._queue)
        self._grey = grey

    def _carried(self, past: Remembered, before: U8, now: U8) -> Remembered:
        there = past.weights > 0
        if not there.any():
            return past
        start = np.ascontiguousarray(past.points[there], np.float32).reshape(-1, 1, 2)
        side = (self._settings.window, self._settings.window)
        moved, status, _ = cv2.calcOpticalFlowPyrLK(
            before, now, start, start.copy(), winSize=side, maxLevel=self._settings.levels
        )
        points, weights = past.points.copy(), past.weights.copy()
        points[there] = np.asarray(moved, np.float32).reshape(-1, 2)
        weights[there] *= status.ravel() == 1
        return replace(past, points=points, weights=weights)

    def _seen_twice(self, seen: Observations, detected: Bools) -> Bools:
        """Who of those in boxes that flow carried on is somebody in a detector's box [N]."""
        twice = np.zeros(len(seen), np.bool_)
        if detected.any() and not detected.all():
            found = seen[np.flatnonzero(detected)]
            others = seen[np.flatnonzero(~detected)]
            there = Remembered(0.0, found.points, found.weights, found.sizes.astype(np.float32), found.rows)
            twice[~detected] = _oks(there, others).max(axis=0) >= self._settings.same
        return twice

    def _match(self, seen: Observations) -> I64:
        """The ids of those seen, 0 for who is new: the most alike pair of the whole queue first, each once."""
        ids = np.zeros(len(seen), np.int64)
        known = np.unique(np.concatenate([past.ids for past in self._queue])) if self._queue else ids[:0]
        if not len(known) or not len(seen):
            return ids
        best = np.zeros((len(known), len(seen)), np.float32)
        for past in self._queue:
            if past.points.shape[1] == seen.points.shape[1]:
                where = np.searchsorted(known, past.ids)
                best[where] = np.maximum(best[where], _oks(past, seen))
        rows, columns = assign_greedily(best, self._settings.similar)
        ids[columns] = known[rows]
        return ids

    def _remember(self, now: Remembered) -> None:
        # the newest frame is always there, older ones at even distances
        apart = self._settings.queue_s / self._settings.queue
        if len(self._queue) >= 2 and now.time_s - self._queue[-2].time_s < apart:
            self._queue.pop()
        self._queue.append(now)

    def _enlarged(self, people: Remembered, scores: F32) -> Boxes:
        """Boxes round their joints, of those of whom there are some."""
        tight = extents(people.points, people.weights > 0)
        there = np.isfinite(tight).all(axis=1)
        tight = tight[there]
        grow = (tight[:, 2:] - tight[:, :2]) * (self._settings.enlarge / 2)
        boxes = np.concatenate([tight[:, :2] - grow, tight[:, 2:] + grow], axis=1).astype(np.float32)
        return Boxes(boxes, scores[there])


def _grey(image: U8) -> U8:
    return np.asarray(cv2.cvtColor(np.ascontiguousarray(image), cv2.COLOR_RGB2GRAY), np.uint8)


def _oks(past: Remembered, seen: Observations) -> F32:
    """Similarity [M, N] of M remembered and N found poses over the joints that both have."""
    m, n, k = len(past.ids), len(seen), seen.points.shape[1]
    one, other = (grid.ravel() for grid in np.meshgrid(np.arange(m), np.arange(n), indexing="ij"))
    both = ((past.weights[one] > 0) & (seen.weights[other] > 0)).astype(np.float32)
    area = (past.sizes[one] * seen.sizes[other].astype(np.float32))[:, None]
    alike, _ = oks_of_pairs(past.points[one], seen.points[other], both, area * (2 * sigmas_for(k)) ** 2)
    return alike.reshape(m, n)
