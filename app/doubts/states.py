"""What somebody did just before a moment, or just after it, and whether both may have been one person.

Lengths are in sizes of the body (square roots of the box's area), about a metre on an adult; odds natural logarithms.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from app.doubts.paths import Path
from engine.types import F64

FITTED_S = 0.4
"""Over so long it is told where somebody goes, and how large he is."""


@dataclass(frozen=True, eq=False, slots=True)
class State:
    """Somebody at one end of his path, or of a piece of it: (x, y) px, px/s, px."""

    time_s: float
    centre: F64
    velocity: F64
    size: float


def state_of(path: Path, at: int, *, back: bool) -> State:
    """What somebody does just before (`back`) or from place `at` of his path on."""
    edge, places = (at - 1, np.arange(at)) if back else (at, np.arange(at, len(path)))
    near = places[np.abs(path.times_s[places] - path.times_s[edge]) <= FITTED_S]
    time_s, size = float(path.times_s[edge]), float(np.median(path.sizes[near]))
    if len(near) < 3:
        return State(time_s, path.centres[edge], np.zeros(2), size)
    velocity, centre = np.polyfit(path.times_s[near] - time_s, path.centres[near], 1)
    return State(time_s, centre, velocity, size)


def apart(before: State, after: State) -> float:
    """How much speaks against two sights being one person's: odds, 0 or more.

    He went on at his pace, or slowed down, or stood: which of these is nearest counts; backwards likewise from where he
    came up. At once nobody turns round, or is twice as large.
    """
    gap_s = after.time_s - before.time_s
    size = np.sqrt(before.size * after.size)
    way = (after.centre - before.centre) / size
    misses = [
        np.linalg.norm(way - share * velocity * gap_s / size)
        for velocity in (before.velocity, after.velocity)
        for share in (0.0, 0.5, 1.0)
    ]
    aside, turn = 0.4 + 1.2 * gap_s, 1.0 + 2.0 * gap_s
    turned = np.linalg.norm(after.velocity - before.velocity) / size
    growth = np.log(after.size / before.size)
    return float((min(misses) / aside) ** 2 + (turned / turn) ** 2 + (growth / 0.3) ** 2) / 2
