"""No tracking: each picture by itself, people numbered from left to right. For single pictures and unrelated ones."""

from __future__ import annotations

import numpy as np

from engine.types import U8, Bools, Boxes, Poses, Tracks
from trackers.observations import best_of_same, observe
from trackers.resemblance import sigmas_for

CONFIDENT = 0.5  # box score of who is shown; there is no second look
LEAST_QUALITY = 0.15
"""Mean keypoint score under which the pose network sees nobody in the box: with less, most boxes are of nobody."""
LEAST_KEYPOINT = 0.2  # score from which a keypoint counts when people are compared
SAME_POSE, SAME_PART, SAME_BOX = 0.8, 0.4, 0.9  # from here two of them are one, found twice (as in `oks`)


class StillTracker:
    """Everybody found is shown at once, with ids 1, 2, 3 … in every picture anew."""

    tells_predicted = False

    def reset(self) -> None:
        pass

    def predict(self, time_s: float, image: U8 | None = None) -> Boxes:
        return Boxes.empty()

    def update(
        self,
        poses: Poses,
        time_s: float,
        image: U8 | None = None,
        *,
        detected: Bools | None = None,
        looked: bool = True,
    ) -> Tracks:
        seen = observe(poses, least_score=LEAST_KEYPOINT, most=len(poses))
        seen = seen[np.flatnonzero((seen.scores >= CONFIDENT) & (~seen.posed | (seen.qualities >= LEAST_QUALITY)))]
        best = best_of_same(seen, sigmas_for(poses.keypoints.shape[1]), SAME_POSE, SAME_PART, SAME_BOX)
        once = best == np.arange(len(seen))
        rows = seen.rows[once][np.argsort(seen.centres[once, 0], kind="stable")]
        return Tracks(poses[rows], 1 + np.arange(len(rows), dtype=np.int64), rows)
