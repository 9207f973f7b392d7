"""Two people who met and may go on under each other's numbers.

What a tracker took for certain is asked again by what is known afterwards: the ways that both went before and after.
Odds are natural logarithms.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from app.changes import Swap
from app.doubts.doubt import Doubt, Kind
from app.doubts.paths import Path
from app.doubts.states import State, apart, state_of
from engine.boxes import paired_iou
from engine.types import F64, Bools

NEAR_IOU, CLOSE_IOU = 0.1, 0.4
"""From which two people are near each other, and from which so close that one may be taken for the other."""
PARTED_S = 0.3
"""Who is apart for less is met once, not twice."""
RECENT_S = 1.0
"""Who was not seen for longer at one end of a meeting tells nothing of it."""
SEEN, HIDDEN = -3.0, -2.0
"""Odds that two who met were exchanged: where both were seen all the time, and where one was hidden meanwhile."""
MOST_ODDS = 6.0


def exchanged_people(paths: list[Path], least: float) -> list[Doubt]:
    """Who met, and may go on under the number of the other: at least so likely. One of the two may only come up, or be
    lost, in the meeting: then the other's number may have gone over to him, or to the other."""
    coming = sorted(paths, key=lambda path: path.times_s[0])
    starts = np.array([path.times_s[0] for path in coming])
    return [
        doubt
        for place, one in enumerate(coming)
        for other in coming[place + 1 : np.searchsorted(starts, one.times_s[-1])]
        for doubt in _meetings(*_by_number(one, other), least)
    ]


def _by_number(one: Path, other: Path) -> tuple[Path, Path]:
    return (one, other) if one.person < other.person else (other, one)


def _meetings(one: Path, other: Path, least: float) -> Iterator[Doubt]:
    start, stop = max(one.times_s[0], other.times_s[0]), min(one.times_s[-1], other.times_s[-1])
    times = np.union1d(one.times_s, other.times_s)
    times = times[(times >= start) & (times <= stop)]
    boxes = [np.stack([np.interp(times, path.times_s, side) for side in path.boxes.T], axis=1) for path in (one, other)]
    there = np.isin(times, one.times_s) & np.isin(times, other.times_s)
    iou = paired_iou(*boxes)
    for first, last in _runs((iou >= CLOSE_IOU) | (~there & (iou >= NEAR_IOU)), times):
        both_before, both_after = np.flatnonzero(there[:first]), last + 1 + np.flatnonzero(there[last + 1 :])
        begin_s = times[both_before[-1]] if len(both_before) else np.nextafter(times[first], -np.inf)
        end_s = times[both_after[0]] if len(both_after) else np.nextafter(times[last], np.inf)
        before, after = _before(one, other, begin_s), _after(one, other, end_s)
        if sum(state is None for state in (*before, *after)) > 1:
            continue
        weight = _exchanged(before, after, SEEN if there[first : last + 1].all() else HIDDEN)
        if weight >= least:
            begin, end = _frame_at(one, other, begin_s, before=True), _frame_at(one, other, end_s, before=False)
            frame = _where(one, other, begin, end)
            yield Doubt(
                Kind.EXCHANGED, frame, begin, end, (one.person, other.person),
                Swap(one.person, other.person, frame), float(times[last] - times[first]), weight,
            )  # fmt: skip


def _before(one: Path, other: Path, time_s: float) -> list[State | None]:
    """What each of two did up to that time; None: nothing, or it was long before."""
    places = [int(np.searchsorted(path.times_s, time_s, side="right")) for path in (one, other)]
    return [
        state_of(path, at, back=True) if at and time_s - path.times_s[at - 1] <= RECENT_S else None
        for path, at in zip((one, other), places, strict=True)
    ]


def _after(one: Path, other: Path, time_s: float) -> list[State | None]:
    """What each of two did from that time on."""
    places = [int(np.searchsorted(path.times_s, time_s)) for path in (one, other)]
    return [
        state_of(path, at, back=False) if at < len(path) and path.times_s[at] - time_s <= RECENT_S else None
        for path, at in zip((one, other), places, strict=True)
    ]


def _exchanged(before: list[State | None], after: list[State | None], odds: float) -> float:
    """How likely it is that two were exchanged between two moments, 0-1; `odds`: without looking."""
    for place, state in enumerate(before):
        for end, later in enumerate(after):
            if state is not None and later is not None:
                odds += apart(state, later) * (1 if place == end else -1)
    return float(1 / (1 + np.exp(-np.clip(odds, -MOST_ODDS, MOST_ODDS))))


def _frame_at(one: Path, other: Path, time_s: float, *, before: bool) -> int:
    """The last frame up to that time (`before`) on which one of two is, or the first from it on."""
    frames = []
    for path in (one, other):
        at = int(np.searchsorted(path.times_s, time_s, side="right" if before else "left"))
        if before and at:
            frames.append(int(path.indices[at - 1]))
        elif not before and at < len(path):
            frames.append(int(path.indices[at]))
    return max(frames) if before else min(frames)


def _where(one: Path, other: Path, first: int, last: int) -> int:
    """The frame from which on two would be exchanged, if they were: up to and from which their ways under the
    number of the other are nearest to each other."""
    frames = np.union1d(one.indices, other.indices)
    frames = frames[(frames > first) & (frames <= last)]
    steps = np.zeros(len(frames))
    for mine, theirs in ((one, other), (other, one)):
        before = np.searchsorted(mine.indices, frames) - 1
        after = np.searchsorted(theirs.indices, frames).clip(None, len(theirs) - 1)
        step = np.linalg.norm(theirs.centres[after] - mine.centres[before], axis=1)
        steps += np.where(before >= 0, step, 0.0)
    return int(frames[steps.argmin()])


def _runs(near: Bools, times: F64) -> Iterator[tuple[int, int]]:
    """First and last place of the runs of `near` [T], those parted for a moment as one."""
    places = np.flatnonzero(near)
    if len(places):
        breaks = np.flatnonzero(np.diff(times[places]) > PARTED_S)
        yield from zip(places[[0, *(breaks + 1)]].tolist(), places[[*breaks, -1]].tolist(), strict=True)
