"""Where people came from, as lines to be drawn."""

from __future__ import annotations

from collections import deque
from typing import NamedTuple

import numpy as np

from app.certainty import MIN_SCORE
from app.figures import feet
from engine.skeletons import COCO, Skeleton
from engine.types import F64, Tracks

_LONGEST_GAP_S = 0.25
"""Who was away longer has not walked straight from there to here."""


_MEAN_OF = 3
"""How many steps before and after one are taken into its mean: feet jump more than people do."""


class _Step(NamedTuple):
    """Where somebody stood, and what told it. `goes_on`: the line from the step before leads here."""

    time_s: float
    kind: str
    x: float
    y: float
    goes_on: bool


class Trails:
    """Where each person stood lately; remembers at most `seconds` of every id.

    Between the feet where both ankles score `min_score`, else between the hips, else under the box. A line ends where
    that changes, and where the person was away.
    """

    def __init__(self, seconds: float = 1.5, skeleton: Skeleton = COCO, min_score: float = MIN_SCORE) -> None:
        self._seconds = seconds
        self._skeleton, self._min_score = skeleton, min_score
        self._steps: dict[int, deque[_Step]] = {}
        self._last_s: float | None = None
        self._factor, self._shift = np.ones(2), np.zeros(2)  # from where people stood to the picture

    def add(self, tracks: Tracks, time_s: float) -> None:
        places = feet(tracks, self._skeleton, self._min_score)
        for person_id, (kind, x, y) in zip(tracks.ids.tolist(), places, strict=True):
            steps = self._steps.setdefault(person_id, deque())
            goes_on = False
            if steps and steps[-1].kind == kind:
                # pictures that lie far apart are no absence
                goes_on = steps[-1].time_s == self._last_s or time_s - steps[-1].time_s <= _LONGEST_GAP_S
            steps.append(_Step(time_s, kind, x, y, goes_on))
        self._last_s = time_s
        for person_id in list(self._steps):
            steps = self._steps[person_id]
            while steps and not time_s - self._seconds <= steps[0].time_s <= time_s:
                steps.popleft()
            if not steps:
                del self._steps[person_id]

    def lines(self) -> dict[int, list[F64]]:
        """The pieces, points [T, 2] each, of each id's way, oldest first."""
        found: dict[int, list[F64]] = {}
        for person_id, steps in self._steps.items():
            pieces: list[list[tuple[float, float]]] = []
            for _, _, x, y, goes_on in steps:
                if not (pieces and goes_on):
                    pieces.append([])
                pieces[-1].append((x, y))
            found[person_id] = [_steady(np.array(piece)) * self._factor + self._shift for piece in pieces]
        return found

    def mirrored(self, width: int) -> Trails:
        """The same trails, no longer added to, in a picture `width` wide that was turned left to right."""
        return self._moved((-1.0, 1.0), (width - 1.0, 0.0))

    def scaled(self, across: float, down: float) -> Trails:
        """The same trails, no longer added to, in a picture so many times as wide and as high."""
        return self._moved((across, down), ((across - 1) / 2, (down - 1) / 2))

    def _moved(self, factor: tuple[float, float], shift: tuple[float, float]) -> Trails:
        other = Trails(self._seconds, self._skeleton, self._min_score)
        other._steps = self._steps
        other._factor, other._shift = self._factor * factor, self._shift * factor + shift
        return other

    def clear(self) -> None:
        self._steps.clear()
        self._last_s = None


def _steady(points: F64) -> F64:
    """Means of points [T, 2] with those about them, fewer towards the ends, which stay where they are."""
    places = np.arange(len(points))
    half = np.minimum(np.minimum(places, places[::-1]), _MEAN_OF)
    sums = np.concatenate([np.zeros((1, 2)), points.cumsum(axis=0)])
    return np.asarray((sums[places + half + 1] - sums[places - half]) / (2 * half + 1)[:, None])
