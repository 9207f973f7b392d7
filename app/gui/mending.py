"""Joints that were smoothed, smoothed anew only around those that were put elsewhere by hand since. Qt-free."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from app.changes import moves_of
from app.results import FrameRecord, Recording
from app.smoothing import smooth_recording
from engine.types import Boxes, Poses

if TYPE_CHECKING:
    from app.edits import Edits
    from engine.types import Bools

_Way = Callable[[FrameRecord], FrameRecord]  # how a frame is corrected

REACH_S = 0.5
"""A joint put elsewhere changes no smoothed ones farther away: by a gap that it ends, and the window round that."""
MOST_FRAMES = 400
MOST_JOINTS = 20
"""More to smooth would hold up who asks: about 0.1 ms a frame, and half one for each joint of each stretch."""


@dataclass(frozen=True, eq=False, slots=True)
class _Stretch:
    """Frames around some at which joints of one person were put elsewhere.

    moved   those frames by index, as they were found
    joints  bool [K], which joints it was at any of them
    """

    person: int
    moved: dict[int, FrameRecord]
    joints: Bools

    def around(self, found: Recording, reach_s: float) -> list[FrameRecord]:
        times = [record.time_s for record in self.moved.values()]
        return list(found.between(min(times) - reach_s, max(times) + reach_s))


def mend(found: Recording, smoothed: Recording, before: Edits, after: Edits, moments: Edits) -> Recording | None:
    """`smoothed`, which was `found` as corrected by `before` and then by `moments`, as if it were corrected by `after`
    in the place of `before`; itself is unchanged.

    None where that is too much to do at once, or joints put elsewhere are not all that differs: who is who changes many
    frames. Only where `trackers.smoothing.are_even` a piece is smoothed as the whole is. Raises UsageError.
    """
    frames = _frames_moved(before, after)
    ways = [partial(_corrected, edits, moments) for edits in (before, after)]
    if frames is None:
        return None
    stretches = list(_stretches([record for index in frames if (record := found[index]) is not None], *ways))
    if sum(int(stretch.joints.sum()) for stretch in stretches) > MOST_JOINTS:
        return None
    nearby = [stretch.around(found, 2 * REACH_S) for stretch in stretches]
    if sum(map(len, nearby)) > MOST_FRAMES:
        return None
    mended = smoothed.copy()
    for stretch, near in zip(stretches, nearby, strict=True):
        _mend_stretch(stretch, [ways[1](record) for record in near], found, mended)
    return mended


def _corrected(edits: Edits, moments: Edits, record: FrameRecord) -> FrameRecord:
    return moments.applied(edits.applied(record))


def _frames_moved(before: Edits, after: Edits) -> list[int] | None:
    """The frames of joints that one has put elsewhere than the other; None where that is not all that differs."""
    old, new = before.of_poses, after.of_poses
    same = next((place for place, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), min(len(old), len(new)))
    others = old[same:] + new[same:]
    moves = [moves_of(change) for change in others]
    return sorted({move.frame for several in moves for move in several}) if all(moves) else None


def _stretches(moved: list[FrameRecord], before: _Way, after: _Way) -> Iterator[_Stretch]:
    """Those of each person, in the order of time; two that would overlap are one."""
    of_person: dict[int, list[tuple[FrameRecord, Bools]]] = {}
    for record in moved:
        for person, joints in _joints_moved(before(record), after(record)):
            of_person.setdefault(person, []).append((record, joints))
    for person, places in of_person.items():
        far = [n for n, (a, b) in enumerate(pairwise(places), 1) if b[0].time_s - a[0].time_s > 4 * REACH_S]
        for start, stop in pairwise([0, *far, len(places)]):
            some = places[start:stop]
            joints = np.logical_or.reduce([joints for _, joints in some])
            yield _Stretch(person, {record.index: record for record, _ in some}, joints)


def _joints_moved(old: FrameRecord, new: FrameRecord) -> Iterator[tuple[int, Bools]]:
    """Who differs in two records of one frame with the same people, and in which joints [K]."""
    a, b = old.tracks.poses, new.tracks.poses
    differ = (a.scores != b.scores) | ~np.isclose(a.keypoints, b.keypoints, 0, 0, equal_nan=True).all(axis=2)
    for row in np.flatnonzero(differ.any(axis=1)).tolist():
        yield int(new.tracks.ids[row]), differ[row]


def _mend_stretch(stretch: _Stretch, corrected: list[FrameRecord], found: Recording, mended: Recording) -> None:
    """Put into `mended` what is around the frames of a stretch, smoothed with twice as much around them."""
    near = Recording(found.header)
    for record in corrected:
        alone = record[np.flatnonzero(record.tracks.ids == stretch.person)]
        poses = alone.tracks.poses
        poses = replace(poses, scores=np.where(stretch.joints, poses.scores, np.float32(0)))  # no others are smoothed
        near.add(replace(alone, tracks=replace(alone.tracks, poses=poses)))
    smoothed = smooth_recording(near, sides=False)
    by_index = {record.index: record for record in corrected}
    for record in stretch.around(found, REACH_S):
        new, old = smoothed[record.index], mended[record.index]
        if new is not None and old is not None and len(new.tracks):
            put = _with_joints(old, new, stretch)
            is_moved = record.index in stretch.moved
            mended.add(_with_pose(put, by_index[record.index], stretch.person) if is_moved else put)


def _with_joints(old: FrameRecord, new: FrameRecord, stretch: _Stretch) -> FrameRecord:
    """`old` with the smoothed joints of `new`, which is of one person."""
    assert old.smoothed is not None
    assert old.filled is not None
    assert new.smoothed is not None
    assert new.filled is not None
    smoothed, filled = old.smoothed.copy(), old.filled.copy()
    row = old.tracks.ids == stretch.person
    smoothed[np.ix_(row, stretch.joints)] = new.smoothed[:, stretch.joints]
    filled[np.ix_(row, stretch.joints)] = new.filled[:, stretch.joints]
    return replace(old, smoothed=smoothed, filled=filled)


def _with_pose(old: FrameRecord, corrected: FrameRecord, person: int) -> FrameRecord:
    """`old` with a person's pose as it is corrected now."""
    tracks, into, out = old.tracks, old.tracks.ids == person, corrected.tracks.ids == person
    poses, his = tracks.poses, corrected.tracks.poses[np.flatnonzero(out)]
    keypoints, scores, edited = poses.keypoints.copy(), poses.scores.copy(), np.zeros(poses.scores.shape, np.bool_)
    xyxy, sure = poses.boxes.xyxy.copy(), poses.boxes.scores.copy()
    keypoints[into], scores[into], xyxy[into], sure[into] = his.keypoints, his.scores, his.boxes.xyxy, his.boxes.scores
    if old.edited is not None:
        edited[:] = old.edited
    edited[into] = False if corrected.edited is None else corrected.edited[out]
    tracks = replace(tracks, poses=Poses(keypoints, scores, Boxes(xyxy, sure)))
    return replace(old, tracks=tracks, edited=edited if edited.any() else None)
