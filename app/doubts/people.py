"""Who may be somebody else: two numbers that may be one person, two that may be exchanged, one that may be nobody.

What a tracker took for certain is asked again by what is known afterwards: where people were before they went out of
sight or met, how fast and how large, and where after it. Lengths are in sizes of the body (square roots of the box's
area), about a metre on an adult; odds are natural logarithms.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from app.changes import Hide, Merge, Swap
from app.doubts.doubt import Doubt, Kind
from app.doubts.paths import Path
from engine.boxes import paired_iou
from engine.types import F64, Bools

GONE_S = 10.0
"""Who was out of sight for longer may have been anywhere meanwhile: nothing tells whether it is him."""
LEAST = 0.15
"""How likely it must be that something is wrong to be told."""
FITTED_S = 0.4
"""Over so long it is told where somebody goes, and how large he is."""
BESIDE_S = 0.5
"""For so long two numbers may have been given to one person at once."""
TOUCHING = 0.02
"""Of the picture's width and height: who is so near to its border may leave it, or has just come."""
NEAR_IOU, CLOSE_IOU = 0.1, 0.4
"""From which two people are near each other, and from which so close that one may be taken for the other."""
PARTED_S = 0.3
"""Who is apart for less is met once, not twice."""
SEEN, HIDDEN = -3.0, -2.0
"""Odds that two who met were exchanged: where both were seen all the time, and where one was hidden meanwhile."""
BRIEF_S, UNSURE = 0.5, 0.45
"""Who is seen for less, and less surely, may be nobody."""


@dataclass(frozen=True, eq=False, slots=True)
class _State:
    """Somebody at one end of his path, or of a piece of it: (x, y) px, px/s, px."""

    time_s: float
    centre: F64
    velocity: F64
    size: float


def same_people(paths: list[Path], size: tuple[int, int]) -> list[Doubt]:
    """Who came up after somebody had gone, and may be him; each is asked about once, with whom it most likely is.

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
            if weight >= LEAST:
                first, last = sorted((int(earlier.indices[-1]), int(later.indices[0])))
                kept, gone = sorted((earlier.person, later.person))
                doubt = Doubt(
                    Kind.SAME, int(later.indices[0]), first, last, (earlier.person, later.person),
                    Merge(kept, gone), max(gap_s, 0.0), weight,
                )  # fmt: skip
                found.append(doubt)
    chosen: dict[int, Doubt] = {}
    came_back: set[int] = set()
    for doubt in sorted(found, key=lambda doubt: -doubt.weight):
        before, after = doubt.people
        if before not in chosen and after not in came_back:
            chosen[before] = doubt
            came_back.add(after)
    return list(chosen.values())


def _likeness(earlier: Path, later: Path, size: tuple[int, int]) -> float:
    """How likely it is that who came up is who had gone, 0-1."""
    before, after = _state(earlier, len(earlier), back=True), _state(later, 0, back=False)
    gap_s = after.time_s - before.time_s
    odds = -_apart(before, after) - gap_s / 6.0
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


def exchanged_people(paths: list[Path]) -> list[Doubt]:
    """Who met, and may go on under the number of the other."""
    coming = sorted(paths, key=lambda path: path.times_s[0])
    starts = np.array([path.times_s[0] for path in coming])
    return [
        doubt
        for place, one in enumerate(coming)
        for other in coming[place + 1 : np.searchsorted(starts, one.times_s[-1])]
        for doubt in _meetings(*sorted((one, other), key=lambda path: path.person))
    ]


def _meetings(one: Path, other: Path) -> Iterator[Doubt]:
    start, stop = max(one.times_s[0], other.times_s[0]), min(one.times_s[-1], other.times_s[-1])
    times = np.union1d(one.times_s, other.times_s)
    times = times[(times >= start) & (times <= stop)]
    boxes = [np.stack([np.interp(times, path.times_s, side) for side in path.boxes.T], axis=1) for path in (one, other)]
    there = np.isin(times, one.times_s) & np.isin(times, other.times_s)
    iou = paired_iou(*boxes)
    for first, last in _runs((iou >= CLOSE_IOU) | (~there & (iou >= NEAR_IOU)), times):
        before, after = np.flatnonzero(there[:first]), last + 1 + np.flatnonzero(there[last + 1 :])
        if not len(before) or not len(after):
            continue
        ends = times[before[-1]], times[after[0]]
        weight = _exchanged(one, other, *ends, SEEN if there[first : last + 1].all() else HIDDEN)
        if weight >= LEAST:
            frame = _where(one, other, *ends)
            start_at, stop_at = (int(one.indices[np.searchsorted(one.times_s, time)]) for time in ends)
            yield Doubt(
                Kind.EXCHANGED, frame, start_at, stop_at, (one.person, other.person),
                Swap(one.person, other.person, frame), float(ends[1] - ends[0]), weight,
            )  # fmt: skip


def _exchanged(one: Path, other: Path, before_s: float, after_s: float, odds: float) -> float:
    """How likely it is that two were exchanged between two moments at which both were seen, 0-1; `odds`: without
    looking."""
    paths = one, other
    before = [_state(path, int(np.searchsorted(path.times_s, before_s)) + 1, back=True) for path in paths]
    after = [_state(path, int(np.searchsorted(path.times_s, after_s)), back=False) for path in paths]
    kept = _apart(before[0], after[0]) + _apart(before[1], after[1])
    turned = _apart(before[0], after[1]) + _apart(before[1], after[0])
    return float(1 / (1 + np.exp(-odds - np.clip(kept - turned, -6, 6))))


def _where(one: Path, other: Path, before_s: float, after_s: float) -> int:
    """The frame from which on two would be exchanged, if they were: to which their ways under the other's number have
    the shortest step."""
    indices, mine, theirs = np.intersect1d(one.indices, other.indices, return_indices=True)
    a, b, times = one.centres[mine], other.centres[theirs], one.times_s[mine]
    inside = np.flatnonzero((times[1:] > before_s) & (times[1:] <= after_s))
    step = np.linalg.norm(a[1:] - b[:-1], axis=1) + np.linalg.norm(b[1:] - a[:-1], axis=1)
    return int(indices[1 + inside[step[inside].argmin()]])


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


def _state(path: Path, at: int, *, back: bool) -> _State:
    """What somebody does just before (`back`) or from place `at` of his path on."""
    edge, places = (at - 1, np.arange(at)) if back else (at, np.arange(at, len(path)))
    near = places[np.abs(path.times_s[places] - path.times_s[edge]) <= FITTED_S]
    time_s, size = float(path.times_s[edge]), float(np.median(path.sizes[near]))
    if len(near) < 3:
        return _State(time_s, path.centres[edge], np.zeros(2), size)
    velocity, centre = np.polyfit(path.times_s[near] - time_s, path.centres[near], 1)
    return _State(time_s, centre, velocity, size)


def _apart(before: _State, after: _State) -> float:
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


def _runs(near: Bools, times: F64) -> Iterator[tuple[int, int]]:
    """First and last place of the runs of `near` [T], those parted for a moment as one."""
    places = np.flatnonzero(near)
    if len(places):
        breaks = np.flatnonzero(np.diff(times[places]) > PARTED_S)
        yield from zip(places[[0, *(breaks + 1)]].tolist(), places[[*breaks, -1]].tolist(), strict=True)
