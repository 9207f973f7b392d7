"""Where people came from, as lines to be drawn."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from app.figures import feet
from engine.skeletons import COCO, Skeleton
from engine.types import F64, Tracks

_LONGEST_GAP_S = 0.25
"""Who was away longer has not walked straight from there to here."""


@dataclass(frozen=True, slots=True)
class _Step:
    """Where somebody stood. `goes_on`: the line from the step before leads here."""

    time_s: float
    x: float
    y: float
    kind: str
    goes_on: bool


class Trails:
    """Where each person stood lately; remembers at most `seconds` of every id.

    Between the feet where both ankles score `min_score`, else between the hips, else under the box. A line ends where
    that changes, and where the person was away.
    """

    def __init__(self, seconds: float = 1.5, skeleton: Skeleton = COCO, min_score: float = 0.3) -> None:
        self._seconds = seconds
        self._skeleton, self._min_score = skeleton, min_score
        self._steps: dict[int, deque[_Step]] = {}
        self._last_s: float | None = None

    def add(self, tracks: Tracks, time_s: float) -> None:
        places, kinds = feet(tracks, self._skeleton, self._min_score)
        for person_id, (x, y), kind in zip(tracks.ids.tolist(), places.tolist(), kinds, strict=True):
            steps = self._steps.setdefault(person_id, deque())
            goes_on = False
            if steps and steps[-1].kind == kind:
                # pictures that lie far apart are no absence
                goes_on = steps[-1].time_s == self._last_s or time_s - steps[-1].time_s <= _LONGEST_GAP_S
            steps.append(_Step(time_s, x, y, kind, goes_on))
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
            for step in steps:
                if not (pieces and step.goes_on):
                    pieces.append([])
                pieces[-1].append((step.x, step.y))
            found[person_id] = [np.array(piece) for piece in pieces]
        return found

    def mirrored(self, width: int) -> Trails:
        """The same trails in a picture `width` wide that was turned left to right."""
        return self._moved(lambda step: replace(step, x=width - 1 - step.x))

    def scaled(self, across: float, down: float) -> Trails:
        """The same trails in a picture so many times as wide and as high."""
        return self._moved(lambda step: replace(step, x=(step.x + 0.5) * across - 0.5, y=(step.y + 0.5) * down - 0.5))

    def _moved(self, move: Callable[[_Step], _Step]) -> Trails:
        other = Trails(self._seconds, self._skeleton, self._min_score)
        other._last_s = self._last_s
        other._steps = {person_id: deque(map(move, steps)) for person_id, steps in self._steps.items()}
        return other

    def clear(self) -> None:
        self._steps.clear()
        self._last_s = None
