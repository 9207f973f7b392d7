"""Who, and which joint, is under a point of the picture. Qt-free; all in pixels of the frame."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.certainty import MIN_SCORE

if TYPE_CHECKING:
    from engine.types import Tracks


def person_at(tracks: Tracks, x: float, y: float, reach: float) -> int | None:
    """The id of the person at a point: whose joint is nearest within `reach`, else in whose smallest box it lies."""
    import numpy as np  # not before the window shows

    if not len(tracks):
        return None
    away = np.hypot(*(tracks.poses.keypoints - (x, y)).transpose(2, 0, 1))
    away[(tracks.poses.scores < MIN_SCORE) | ~np.isfinite(away)] = np.inf
    nearest = away.min(axis=1)
    if nearest.min() <= reach:
        return int(tracks.ids[nearest.argmin()])
    boxes = tracks.poses.boxes.xyxy
    inside = (boxes[:, 0] <= x) & (x <= boxes[:, 2]) & (boxes[:, 1] <= y) & (y <= boxes[:, 3])
    if not inside.any():
        return None
    areas = np.where(inside, np.prod(boxes[:, 2:] - boxes[:, :2], axis=1), np.inf)
    return int(tracks.ids[areas.argmin()])


def joint_at(tracks: Tracks, person: int, x: float, y: float, reach: float, least: float = 0.0) -> int | None:
    """The number of the person's joint within `reach` of a point, of those scored `least`; None: none."""
    import numpy as np

    for row in np.flatnonzero(tracks.ids == person):
        away = np.hypot(*(tracks.poses.keypoints[row] - (x, y)).T)
        away[(tracks.poses.scores[row] < least) | ~np.isfinite(away)] = np.inf
        return int(away.argmin()) if away.min() <= reach else None
    return None


def box_of(tracks: Tracks | None, person: int | None) -> tuple[float, float, float, float] | None:
    """The person's box: left, top, right, bottom; None where he is not there."""
    if tracks is None or person is None:
        return None
    for row, other in enumerate(tracks.ids.tolist()):
        if other == person:
            left, top, right, bottom = tracks.poses.boxes.xyxy[row].tolist()
            return left, top, right, bottom
    return None
