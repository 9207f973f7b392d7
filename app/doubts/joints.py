"""Which joints may be wrong: left and right exchanged for long, and joints that leap away for a moment and back."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from app.changes import ExchangeSides, MoveJoints
from app.doubts.doubt import Doubt, Kind
from app.doubts.paths import Path
from engine.skeletons import Skeleton
from engine.types import F64, I64, Bools
from trackers.sides import Exchange, Limb, limbs_of, long_exchanges, runs, short_exchanges, torso_lengths

LEAP = 0.5
"""Torsos, 25 cm on an adult: from here on a joint that is elsewhere on the frames before and after was hardly there."""
MOMENT_S = 0.125
"""For which a leap may last; where frames are farther apart, none is told."""
ENOUGH_S = 1 / 60
"""Of videos with more frames a second some are looked at, and those between them where somebody leaps."""
RETURN = 0.5
"""Of how far it leaps, so far may the joint have moved meanwhile."""
TOGETHER_S = 1.0
"""Leaps of a person within so long are looked at together."""


def exchanged_sides(paths: list[Path], skeleton: Skeleton) -> Iterator[Doubt]:
    """Whose left and right may have been taken for each other for so long that it could also be a turn."""
    for path in paths:
        if _is_slow(path):
            continue
        for run in long_exchanges(path.points, path.times_s, skeleton, fixed=path.fixed):
            first, last = min(one.first for one in run), max(one.last for one in run)
            indices = path.indices
            pieces = tuple((*one.pair, int(indices[one.first]), int(indices[one.last])) for one in run)
            yield Doubt(
                Kind.SIDES, int(indices[_widest(path, run)]), int(indices[first]), int(indices[last]), (path.person,),
                ExchangeSides(path.person, pieces), float(path.times_s[last] - path.times_s[first]), 0.5,
                limb=_limb_of(run[0], skeleton)[0][0][0],
            )  # fmt: skip


def _limb_of(exchange: Exchange, skeleton: Skeleton) -> Limb:
    return next(limb for limb in limbs_of(skeleton) if any(exchange.pair in pairs for pairs in limb))


def _is_slow(path: Path) -> bool:
    """Whether so few frames a second were looked at that nobody can tell a joint's leap from its way."""
    return len(path) < 3 or float(np.median(np.diff(path.times_s))) > MOMENT_S


def _widest(path: Path, run: tuple[Exchange, ...]) -> int:
    """The place in his path on which the joints of a run are farthest apart, where it is seen best."""
    first, last = min(one.first for one in run), max(one.last for one in run)
    total = np.zeros(last + 1 - first)
    for one in run:
        left, right = one.pair
        frames = slice(one.first, one.last + 1)
        apart = np.linalg.norm(path.points[frames, left] - path.points[frames, right], axis=1)
        total[one.first - first : one.last + 1 - first] += np.nan_to_num(apart)
    return first + int(total.argmax())


def leaping_joints(paths: list[Path], skeleton: Skeleton) -> Iterator[Doubt]:
    """Whose joints leap away for a moment, and back; those within a second are one doubt, of the farthest.

    Where left and right of a limb were taken for each other for a moment, that is to be put back first.
    """
    for path in paths:
        torso = torso_lengths(path.points, path.times_s, skeleton)
        if torso is None or _is_slow(path):
            continue
        far = _leaps(path.points, path.times_s) / torso[:, None]
        far[path.fixed | _is_partners_place(path.points, torso, skeleton)] = 0.0
        if not (far >= LEAP).any():
            continue
        others = np.where((far >= LEAP)[..., None], np.nan, path.points)
        for one in short_exchanges(others, path.times_s, skeleton, fixed=path.fixed):
            joints = [joint for pairs in _limb_of(one, skeleton) for pair in pairs for joint in pair]
            far[max(one.first - 1, 0) : one.last + 2, joints] = 0.0
        yield from _together(path, far)


def _together(path: Path, far: F64) -> Iterator[Doubt]:
    """One doubt for all leaps [T, K], torsos, of a second."""
    indices, times = path.indices, path.times_s
    places = np.flatnonzero((far >= LEAP).any(axis=1))
    groups: list[list[int]] = []
    for place in places.tolist():
        if groups and (times[place] - times[groups[-1][0]] <= TOGETHER_S or place == groups[-1][-1] + 1):
            groups[-1].append(place)
        else:
            groups.append([place])
    for some in groups:
        worst, joint = np.unravel_index(far[some].argmax(), far[some].shape)
        first, last, weight = some[0], some[-1], min(float(far[some[worst], joint]), 1.0)
        yield Doubt(
            Kind.LEAP, int(indices[some[worst]]), int(indices[first]), int(indices[last]), (path.person,),
            MoveJoints(path.person, tuple(_on_their_ways(path, far, first, last))), float(times[last] - times[first]),
            weight, int(joint),
        )  # fmt: skip


def _on_their_ways(path: Path, far: F64, first: int, last: int) -> Iterator[tuple[int, int, float, float]]:
    """(frame, joint, x, y) of whatever leaps [T, K], torsos, from place `first` to `last`: on the straight way between
    the frames before and after."""
    for joint in np.flatnonzero((far[first : last + 1] >= LEAP).any(axis=0)).tolist():
        leaps = far[:, joint] >= LEAP
        leaps[:first], leaps[last + 1 :] = False, False
        around = (far[:, joint] < LEAP) & np.isfinite(path.points[:, joint, 0])
        times, places = path.times_s, np.flatnonzero(leaps)
        x, y = (np.interp(times[places], times[around], path.points[around, joint, axis]) for axis in (0, 1))
        for place, *there in zip(places.tolist(), x.tolist(), y.tolist(), strict=True):
            yield int(path.indices[place]), joint, *there


def _leaps(points: F64, times: F64) -> F64:
    """How far [T, K] px each joint is from the straight way between where it was before a leap and where it is after
    it; 0 where it does not leap."""
    stride = max(int(ENOUGH_S / float(np.median(np.diff(times)))), 1)
    if stride == 1:
        return _leaps_of_any_length(points, times)
    far, seen = np.zeros(points.shape[:2]), np.arange(0, len(times), stride)
    coarse = _leaps_of_any_length(points[seen], times[seen]) if len(seen) > 2 else far[seen]
    for joint in np.flatnonzero(coarse.any(axis=0)).tolist():
        for first, last in runs(coarse[:, joint] > 0):
            inside = np.arange(seen[first - 1] + 1, seen[last + 1])  # there are frames before and after a leap
            ends = times[seen[[first - 1, last + 1]]]
            start, end = points[seen[[first - 1, last + 1]], joint]
            way = start + np.interp(times[inside], ends, [0.0, 1.0])[:, None] * (end - start)
            far[inside, joint] = np.nan_to_num(np.linalg.norm(points[inside, joint] - way, axis=1))
    return far


def _leaps_of_any_length(points: F64, times: F64) -> F64:
    far = np.zeros(points.shape[:2])
    step = float(np.median(np.diff(times)))
    for frames in range(1, min(max(int(MOMENT_S / step), 1), len(times) - 2) + 1):
        count = len(times) - frames - 1  # of places at which a leap of so many frames may be
        before, passed = points[:count], times[frames + 1 :] - times[:count]
        way = points[frames + 1 :] - before
        off = []
        for frame in range(1, frames + 1):
            share = (times[frame : frame + count] - times[:count]) / passed
            off.append(np.linalg.norm(points[frame : frame + count] - before - share[:, None, None] * way, axis=2))
        leaps = np.linalg.norm(way, axis=2) <= RETURN * np.min(off, axis=0)
        leaps &= (passed <= 1.5 * (frames + 1) * step)[:, None]  # nothing is known of what was not seen
        for frame, there in enumerate(off, 1):
            part = far[frame : frame + count]
            np.maximum(part, np.where(leaps, there, 0.0), out=part)
    return far


def _is_partners_place(points: F64, torso: F64, skeleton: Skeleton, near: float = 0.25) -> Bools:
    """Which joints [T, K] are where that of the other side was a frame before or is a frame after: taken for it, which
    *Put left and right back* is for."""
    partner: I64 = np.array(skeleton.mirrored)
    is_there = np.zeros(points.shape[:2], np.bool_)
    with np.errstate(invalid="ignore"):
        for now, other in ((slice(1, None), slice(None, -1)), (slice(None, -1), slice(1, None))):
            apart = np.linalg.norm(points[now] - points[other][:, partner], axis=2)
            is_there[now] |= (apart < near * torso[now, None]) & (partner != np.arange(len(partner)))
    return is_there
