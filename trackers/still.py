"""No tracking: each picture by itself, people numbered from left to right. For single pictures and unrelated ones."""

from __future__ import annotations

import numpy as np

from engine.types import U8, Bools, Boxes, Poses, Tracks
from trackers.observations import best_of_same, observe
from trackers.resemblance import sigmas_for

CONFIDENT = 0.5  # box score of who is shown; there is no second look
SURE = 0.7
"""Box score from which a pose may be weak: somebody half hidden."""
LEAST_QUALITY, LEAST_QUALITY_UNSURE = 0.15, 0.2
"""Mean keypoint score under which the pose network sees nobody in a box, from SURE on and below: with less, most boxes
are of nobody."""
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
        least = np.where(seen.scores >= SURE, LEAST_QUALITY, LEAST_QUALITY_UNSURE)
        seen = seen[np.flatnonzero((seen.scores >= CONFIDENT) & (~seen.posed | (seen.qualities >= least)))]
        best = best_of_same(seen, sigmas_for(poses.keypoints.shape[1]), SAME_POSE, SAME_PART, SAME_BOX)
        once = best == np.arange(len(seen))
        rows = seen.rows[once][np.argsort(seen.centres[once, 0], kind="stable")]
        return Tracks(poses[rows], 1 + np.arange(len(rows), dtype=np.int64), rows)
