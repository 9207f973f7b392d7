"""Smooths the joints of a whole recording; the raw ones stay beside them, and what only bridges a gap is marked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise

import numpy as np

from app.certainty import MIN_SCORE
from app.edits import Edits
from app.results import FrameRecord, Header, Recording
from app.sides import exchanged_for_moments
from engine.errors import UsageError
from engine.types import F64, Bools, Boxes, Poses, Tracks
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
    people: dict[int, list[tuple[int, int]]] = {}
    for place, record in enumerate(records):
        for row, person_id in enumerate(record.tracks.ids.tolist()):
            people.setdefault(person_id, []).append((place, row))
    columns: list[list[_Person]] = [[] for _ in records]
    for person_id, sightings in sorted(people.items()):
        for place, person in _smoothed_person(person_id, sightings, records, times, smooth, gap_s, min_score):
            columns[place].append(person)
    what += f", gaps to {gap_s:g} s" + (f", scores from {min_score:g}" if min_score != MIN_SCORE else "")
    is_put_back = bool(moments) or (recording.header.smoothing or "").endswith(SIDES)
    result = Recording(replace(recording.header, smoothing=what + SIDES if is_put_back else what))
    for record, persons in zip(records, columns, strict=True):
        result.add(_record(record, persons, len(recording.header.skeleton)))
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
        raw.add(replace(record, smoothed=None, filled=None)[np.flatnonzero(is_found)])
    return raw


_Smooth = Callable[[F64, F64], Smoothed]
_Person = tuple[int, Poses, F64, Bools]  # id, the raw pose (N = 1), smoothed [K, 2], filled [K]


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


def _smoothed_person(
    person_id: int,
    sightings: list[tuple[int, int]],
    records: list[FrameRecord],
    times: F64,
    smooth: _Smooth,
    gap_s: float,
    min_score: float,
) -> list[tuple[int, _Person]]:
    """One person in every frame where he was seen, or missed for no longer than `gap_s` in between."""
    rows = dict(sightings)
    places = [place for place, _ in sightings]
    for before, after in pairwise(places.copy()):
        if after - before > 1 and times[after] - times[before] <= gap_s + TICK_S:
            places += range(before + 1, after)
    places.sort()
    poses = {place: records[place].tracks.poses[np.array([row])] for place, row in rows.items()}
    keypoint_count = next(iter(poses.values())).keypoints.shape[1]
    points = np.full((len(places), keypoint_count, 2), np.nan)
    boxes = np.full((len(places), 4), np.nan)
    for at, place in enumerate(places):
        if place in poses:
            sure = poses[place].scores[0] >= min_score
            points[at, sure] = poses[place].keypoints[0, sure]
            boxes[at] = poses[place].boxes.xyxy[0]
    smoothed = smooth(points, times[places])
    seen = np.isfinite(boxes[:, 0])
    for edge in range(4):
        boxes[:, edge] = np.interp(times[places], times[places][seen], boxes[seen, edge])
    found = []
    for at, place in enumerate(places):
        pose = poses.get(place) or _nobody(boxes[at], keypoint_count)
        found.append((place, (person_id, pose, smoothed.points[at], smoothed.origins[at] == Origin.FILLED)))
    return found


def _nobody(box: F64, keypoint_count: int) -> Poses:
    """The raw pose of a person who was not seen: no joints, no score, the box between those before and after."""
    nothing = np.full((1, keypoint_count, 2), np.nan, np.float32)
    return Poses.of(nothing, np.zeros((1, keypoint_count)), Boxes.of(box[None], [0.0]))


def _record(record: FrameRecord, persons: list[_Person], keypoint_count: int) -> FrameRecord:
    if not persons:
        none = np.zeros((0, keypoint_count, 2), np.float32)
        return replace(record, smoothed=none, filled=np.zeros((0, keypoint_count), np.bool_), edited=None)
    poses = Poses(
        np.concatenate([pose.keypoints for _, pose, _, _ in persons]),
        np.concatenate([pose.scores for _, pose, _, _ in persons]),
        Boxes(
            np.concatenate([pose.boxes.xyxy for _, pose, _, _ in persons]),
            np.concatenate([pose.boxes.scores for _, pose, _, _ in persons]),
        ),
    )
    ids = np.array([person_id for person_id, _, _, _ in persons], np.int64)
    smoothed = np.stack([points for _, _, points, _ in persons]).astype(np.float32)
    filled = np.stack([bridged for _, _, _, bridged in persons])
    edited = None
    if record.edited is not None:
        edited = np.zeros_like(filled)
        edited[np.searchsorted(ids, record.tracks.ids)] = record.edited  # persons come in ascending order of id
        smoothed[edited] = poses.keypoints[edited]  # who put it there knew better than its neighbours do
    tracks = Tracks(poses, ids, np.arange(len(ids)))
    return FrameRecord(record.index, record.time_s, tracks, smoothed, filled, edited)
