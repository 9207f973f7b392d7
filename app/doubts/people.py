"""Two numbers that may be one person, and numbers that may be nobody's."""

from __future__ import annotations

import numpy as np

from app.changes import Hide, Merge
from app.doubts.doubt import Doubt, Kind
from app.doubts.paths import Path
from app.doubts.states import apart, state_of
from engine.boxes import paired_iou
from engine.types import Bools

GONE_S = 10.0
"""Who was out of sight for longer may have been anywhere meanwhile: nothing tells whether it is him."""
BESIDE_S = 0.5
"""For so long two numbers may have been given to one person at once."""
TOUCHING = 0.02
"""Of the picture's width and height: who is so near to its border may leave it, or has just come."""
BRIEF_S, UNSURE = 0.5, 0.45
"""Who is seen for less, and less surely, may be nobody."""


def same_people(paths: list[Path], size: tuple[int, int], least: float) -> list[Doubt]:
    """Who came up after somebody had gone, and may be him, at least so likely.

    size  width and height of the picture, px
    """
    found: list[Doubt] = []
    coming = sorted(paths, key=lambda path: path.times_s[0])
    starts = np.array([path.times_s[0] for path in coming])
    for earlier in paths:
        gone_s = float(earlier.times_s[-1])
        soonest, latest = max(gone_s - BESIDE_S, np.nextafter(earlier.times_s[0], np.inf)), gone_s + GONE_S
        for later in coming[slice(*np.searchsorted(starts, [soonest, np.nextafter(latest, np.inf)]))]:
            gap_s = float(later.times_s[0]) - gone_s
            weight = _likeness(earlier, later, size) if gap_s > 0 else _overlap(earlier, later)
            if weight >= least:
                first, last = sorted((int(earlier.indices[-1]), int(later.indices[0])))
                kept, gone = sorted((earlier.person, later.person))
                doubt = Doubt(
                    Kind.SAME, int(later.indices[0]), first, last, (earlier.person, later.person),
                    Merge(kept, gone), max(gap_s, 0.0), weight,
                )  # fmt: skip
                found.append(doubt)
    return found


def likeliest(doubts: list[Doubt]) -> list[Doubt]:
    """Of SAME those to be asked about: each of the earlier, and of the later, once, with whom it most likely is."""
    chosen: dict[int, Doubt] = {}
    came_back: set[int] = set()
    for doubt in sorted(doubts, key=lambda doubt: -doubt.weight):
        before, after = doubt.people
        if before not in chosen and after not in came_back:
            chosen[before] = doubt
            came_back.add(after)
    return list(chosen.values())


def _likeness(earlier: Path, later: Path, size: tuple[int, int]) -> float:
    """How likely it is that who came up is who had gone, 0-1."""
    before, after = state_of(earlier, len(earlier), back=True), state_of(later, 0, back=False)
    gap_s = after.time_s - before.time_s
    odds = -apart(before, after) - gap_s / 6.0
    left, came = _at_border(earlier, -1, size), _at_border(later, 0, size)
    if left.any() or came.any():  # through a door there come others, too, but for where he went
        odds -= 1.0 + gap_s / 2.0 if (left & came).any() else 2.5
    return float(np.exp(min(odds, 0.0)))


def _overlap(earlier: Path, later: Path) -> float:
    """How alike the boxes of two are on the last frames of the one, which are the first of the other, 0-1."""
    _, mine, others = np.intersect1d(earlier.indices, later.indices, return_indices=True)
    if not len(mine):
        return 0.0
    return float(paired_iou(earlier.boxes[mine], later.boxes[others]).mean())


def _at_border(path: Path, end: int, size: tuple[int, int]) -> Bools:
    """At which borders of the picture [4] somebody is at one end of his path, and was not for half of it, as those are
    who are seen from the hips up."""
    margin = TOUCHING * np.array(size, np.float64)
    touches = np.concatenate([path.boxes[:, :2] < margin, path.boxes[:, 2:] > size - margin], axis=1)
    return np.asarray(touches[end] & (touches.mean(axis=0) < 0.5))


def brief_people(paths: list[Path], size: tuple[int, int]) -> list[Doubt]:
    """Who may be nobody: seen for a moment, and unsurely, though not coming or going at a border of the picture."""
    found = []
    for path in paths:
        step = float(np.median(np.diff(path.times_s))) if len(path.times_s) > 1 else 0.0
        seconds, score = float(path.times_s[-1] - path.times_s[0]) + step, float(path.scores.mean())
        passes = any(_at_border(path, end, size).any() for end in (0, -1))
        if seconds < BRIEF_S and score < UNSURE and not passes:
            surest = int(path.indices[path.scores.argmax()])
            first, last = int(path.indices[0]), int(path.indices[-1])
            found.append(
                Doubt(Kind.BRIEF, surest, first, last, (path.person,), Hide(path.person, True), seconds, 1 - score)
            )
    return found
