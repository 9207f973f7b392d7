"""Smooths the joints of a whole recording; the raw ones stay beside them, and what only bridges a gap is marked."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from app.certainty import MIN_SCORE
from app.edits import Edits
from app.results import FrameRecord, Header, Recording
from app.sides import exchanged_for_moments
from app.sightings import Sightings
from engine.errors import UsageError
from engine.types import F32, F64, Bools, Boxes, Poses, Tracks
from trackers.smoothing import TICK_S, Origin, Smoothed, butterworth, savitzky_golay, window_frames

METHODS = ("savgol", "butterworth")
SIDES = ", sides put back"
"""What a header says, after the rest, where left and right changed places in the raw joints, too."""
WINDOW_S = 0.25
WHILE_IT_RUNS = "one-euro"
"""What a header says of joints that a `LiveSmoother` smoothed."""


def smooth_recording(
    recording: Recording,
    *,
    method: str = "savgol",
    window_s: float = WINDOW_S,
    cutoff_hz: float = 6.0,
    gap_s: float = 0.2,
    min_score: float = MIN_SCORE,
    sides: bool = True,
    by_hand: Edits | None = None,
) -> Recording:
    """A copy of `recording` with smoothed keypoints; those put in place by hand stay where they are.

    method     `savgol` (a second-order polynomial over `window_s`, but at least five frames) or `butterworth` (zero
               phase, `cutoff_hz`)
    gap_s      joints missing no longer than this are bridged by a straight line and marked as filled; so is a person
               missing for a few frames, who then has a score of 0 there (who only bridged a gap before is missing)
    min_score  keypoints scored below count as missing
    sides      left and right are put back first where they were taken for each other for a moment (`app.sides`), in the
               raw keypoints too: what is smoothed over such a moment lies on neither leg
    by_hand    the corrections that are in `recording` already: limbs exchanged by hand keep their sides

    Raises UsageError where the numbers make no sense for this recording.
    """
    smooth = _smoother(method, window_s, cutoff_hz, gap_s)
    if recording.header.is_one_by_one:
        raise _of_strangers()
    found = as_found(recording) if recording.header.smoothing else recording
    moments = exchanged_for_moments(found, min_score=min_score, by_hand=by_hand) if sides else []
    records = list(Edits(tuple(moments)).of(found))
    times = np.array([record.time_s for record in records])
    what = _window_told(window_s, times) if method == "savgol" else f"butterworth {cutoff_hz:g} Hz"
    what += f", gaps to {gap_s:g} s" + (f", scores from {min_score:g}" if min_score != MIN_SCORE else "")
    is_put_back = bool(moments) or (recording.header.smoothing or "").endswith(SIDES)
    result = Recording(replace(recording.header, smoothing=what + SIDES if is_put_back else what))
    rows = _Rows.of(records, times, gap_s, len(recording.header.skeleton))
    points, filled = _smoothed(rows, times, smooth, min_score)
    for record, here in zip(records, rows.of_each(len(records)), strict=True):
        result.add(_record(record, rows, here, points[here], filled[here]))
    return result


def why_not(header: Header) -> UsageError | None:
    """What there is to say where joints of such a recording are left as found, unless somebody chooses a window."""
    if header.is_one_by_one:
        return _of_strangers()
    fps = header.source.fps
    if fps and window_frames(WINDOW_S, 1 / fps) is None:
        return UsageError(
            "At {0:.3g} frames a second joints are shown as they were found: too much moves between.", fps
        )
    return None


def _of_strangers() -> UsageError:
    return UsageError("People were looked for in each picture anew: joints of one are not smoothed into another's.")


def _window_told(window_s: float, times: F64) -> str:
    """What a header says of a window, as it really is at these times. Raises UsageError where it is none, or
    holds too few frames."""
    if not 0 < window_s < np.inf:
        raise UsageError("This recording cannot be smoothed so: {0}.", f"window_s of {window_s:g} is no length")
    if len(times) < 2:
        return f"savgol {window_s:g} s"
    step_s = float(np.median(np.diff(times)))
    frames = window_frames(window_s, step_s)
    if frames is None:
        raise UsageError(
            "At {0:.3g} frames a second {1:g} s are too short to smooth anything; --window {2:.2g} does, over five "
            "frames, and takes some of quick movement along.",
            1 / step_s, window_s, 4.1 * step_s,
        )  # fmt: skip
    is_widened = frames != window_frames(window_s, step_s, order=0)  # as many as it holds, at least three
    return f"savgol {frames * step_s:.2g} s ({frames} frames)" if is_widened else f"savgol {window_s:g} s"


def as_found(recording: Recording) -> Recording:
    """The recording as it was before it was smoothed, without people who were not seen and only bridge a gap."""
    raw = Recording(replace(recording.header, smoothing=None))
    for record in recording:
        poses = record.tracks.poses
        is_found = (poses.boxes.scores > 0) | (poses.scores > 0).any(axis=1)
        bare = replace(record, smoothed=None, filled=None)
        raw.add(bare if is_found.all() else bare[np.flatnonzero(is_found)])
    return raw


_Smooth = Callable[[F64, F64], Smoothed]


def _smoother(method: str, window_s: float, cutoff_hz: float, gap_s: float) -> _Smooth:
    def run(points: F64, times: F64) -> Smoothed:
        try:
            if method == "savgol":
                return savitzky_golay(points, times, window_s=window_s, longest_gap_s=gap_s)
            return butterworth(points, times, cutoff_hz=cutoff_hz, longest_gap_s=gap_s)
        except ValueError as error:
            raise UsageError("This recording cannot be smoothed so: {0}.", error) from error

    if method not in METHODS:
        raise UsageError("There is no smoothing method {0!r}; choose one of {1}.", method, ", ".join(METHODS))
    return run


@dataclass(frozen=True, eq=False, slots=True)
class _Rows:
    """Everybody in every frame where he was seen, or missed for a moment only: S rows, frame by frame, by id in each.

    who      ids and frames of the rows
    is_seen  bool [S]
    poses    the S poses as they were found; of who was missed no joints, no score, the box between those before and
             after
    """

    who: Sightings
    is_seen: Bools
    poses: Poses

    @classmethod
    def of(cls, records: list[FrameRecord], times: F64, gap_s: float, keypoint_count: int) -> _Rows:
        seen = Sightings.of(records)
        missed = _missed(seen, times, gap_s)
        ids, places = np.concatenate([seen.ids, missed.ids]), np.concatenate([seen.places, missed.places])
        order = np.lexsort((ids, places))
        who, is_seen = Sightings(ids[order], places[order]), order < len(seen)
        poses = _unknown(len(who), keypoint_count)
        found = [record.tracks.poses for record in records if len(record.tracks)]
        for array, each in (
            (poses.keypoints, [one.keypoints for one in found]),
            (poses.scores, [one.scores for one in found]),
            (poses.boxes.xyxy, [one.boxes.xyxy for one in found]),
            (poses.boxes.scores, [one.boxes.scores for one in found]),
        ):
            if each:
                array[is_seen] = np.concatenate(each)[order[is_seen]]
        return cls(who, is_seen, poses)

    def of_each(self, count: int) -> Iterator[slice]:
        """Which rows are of each of `count` frames."""
        yield from (slice(*ends) for ends in pairwise(np.searchsorted(self.who.places, np.arange(count + 1)).tolist()))


def _missed(seen: Sightings, times: F64, gap_s: float) -> Sightings:
    """Who was missed between two sightings for no longer than `gap_s`."""
    ids, places = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)]
    for person, own in seen.of_each():
        his = seen.places[own]
        short = (np.diff(his) > 1) & (np.diff(times[his]) <= gap_s + TICK_S)
        for before, after in zip(his[:-1][short].tolist(), his[1:][short].tolist(), strict=True):
            places.append(np.arange(before + 1, after))
            ids.append(np.full(after - before - 1, person))
    return Sightings(np.concatenate(ids), np.concatenate(places))


def _unknown(count: int, keypoint_count: int) -> Poses:
    """Poses of so many people of whom nothing is known."""
    points, boxes = np.full((count, keypoint_count, 2), np.nan, np.float32), np.full((count, 4), np.nan, np.float32)
    return Poses(points, np.zeros((count, keypoint_count), np.float32), Boxes(boxes, np.zeros(count, np.float32)))


def _smoothed(rows: _Rows, times: F64, smooth: _Smooth, min_score: float) -> tuple[F32, Bools]:
    """The smoothed joints [S, K, 2], and which of them bridge a gap [S, K]; who was missed is given a box."""
    points, filled = np.empty_like(rows.poses.keypoints), np.zeros(rows.poses.scores.shape, np.bool_)
    for _, own in rows.who.of_each():
        when, seen = times[rows.who.places[own]], rows.is_seen[own]
        found = rows.poses.keypoints[own].astype(np.float64)
        found[~(rows.poses.scores[own] >= min_score)] = np.nan
        smoothed = smooth(found, when)
        points[own], filled[own] = smoothed.points, smoothed.origins == Origin.FILLED
        boxes = rows.poses.boxes.xyxy
        for edge in range(4):
            boxes[own[~seen], edge] = np.interp(when[~seen], when[seen], boxes[own[seen], edge])
    return points, filled


def _record(record: FrameRecord, rows: _Rows, here: slice, smoothed: F32, filled: Bools) -> FrameRecord:
    """`record` with smoothed joints, and with who was missed in it; its own poses where nobody was, as of an hour they
    take as much memory as all else."""
    ids, poses, tracks, edited = rows.who.ids[here], rows.poses, record.tracks, None
    if not np.array_equal(ids, tracks.ids):
        boxes = Boxes(poses.boxes.xyxy[here].copy(), poses.boxes.scores[here].copy())
        own = Poses(poses.keypoints[here].copy(), poses.scores[here].copy(), boxes)
        tracks = Tracks(own, ids.copy(), np.arange(len(ids)))
    if record.edited is not None and len(ids):
        edited = np.zeros_like(filled)
        edited[np.searchsorted(ids, record.tracks.ids)] = record.edited
        smoothed[edited] = tracks.poses.keypoints[edited]  # who put it there knew better than its neighbours do
    return FrameRecord(record.index, record.time_s, tracks, smoothed, filled, edited)
