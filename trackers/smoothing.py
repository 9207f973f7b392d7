"""Joints without jitter: One-Euro while the video runs, Savitzky–Golay or Butterworth afterwards, short gaps filled.

Every function leaves what it was given as it is and returns new arrays. Shapes: T times, K keypoints; points
float [T, K, 2] in pixels with NaN where there is none, times float [T] in seconds, strictly increasing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import IntEnum
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from engine.types import F32, F64, I64, U8, Bools, Tracks

TICK_S = 1.1e-3
"""Times in files may be whole milliseconds (Matroska), so a span is known to that and a little more: what is just in
reach (within 50 ms the third frame at 59.94 Hz) would be so here and not there."""
LONGEST_S = 0.5
"""A window that is widened to `window_frames` is no longer than this from its first frame to its last: where frames are
farther apart, quick movement is lost between them, and what lies on the joints of a runner would be drawn off them."""

_Smooth = Callable[[F64, float], F64]  # values [T, 2] at even times, seconds between them → smoothed values


class Origin(IntEnum):
    """Where a smoothed joint comes from."""

    MISSING = 0
    SEEN = 1
    FILLED = 2


@dataclass(frozen=True, eq=False, slots=True)
class Smoothed:
    """Smoothed joints.

    points   float64 [T, K, 2], pixels; NaN where missing
    origins  uint8 [T, K], an `Origin` each
    """

    points: F64
    origins: U8


def fill_gaps(points: npt.ArrayLike, times_s: npt.ArrayLike, *, longest_s: float) -> tuple[F64, U8]:
    """Joints [T, K, 2] with gaps of up to `longest_s` seconds (last seen to seen again) filled by straight lines.

    Returns them and the `Origin` of each, uint8 [T, K]. What lies before a joint's first or after its last sight stays
    missing, as does a gap that is longer by more than `TICK_S`.
    """
    given, times = _checked(points, times_s)
    filled = given.copy()
    seen: Bools = np.asarray(np.isfinite(given).all(axis=2))
    filled[~seen] = np.nan
    origins: U8 = np.asarray(seen, np.uint8)
    for joint in range(given.shape[1]):
        at = np.flatnonzero(seen[:, joint])
        for before, after in pairwise(at.tolist()):
            if after - before > 1 and times[after] - times[before] <= longest_s + TICK_S:
                gap = slice(before + 1, after)
                for axis in (0, 1):
                    ends = given[[before, after], joint, axis]
                    filled[gap, joint, axis] = np.interp(times[gap], times[[before, after]], ends)
                origins[gap, joint] = Origin.FILLED
    return filled, origins


def savitzky_golay(
    points: npt.ArrayLike, times_s: npt.ArrayLike, *, window_s: float = 0.25, order: int = 2, longest_gap_s: float = 0.2
) -> Smoothed:
    """A polynomial of `order` fitted to `window_s` round each frame: no delay, peaks keep their height.

    Savitzky & Golay, Analytical Chemistry 36 (1964), as scipy.signal.savgol_filter. The window is widened as
    `window_frames` says. Stretches shorter than it, and so sparse that there is none, are left as they are. ValueError
    where times do not increase or `window_s` or `order` makes no sense.
    """
    if not 0 < window_s < np.inf or order < 0:  # nor NaN
        raise ValueError(f"window_s must be above 0 and finite, and order at least 0, not {window_s} and {order}")
    from scipy import signal  # half a second of imports, scipy.stats among them: only for who smooths

    def smooth(values: F64, step_s: float) -> F64:
        length = window_frames(window_s, step_s, order=order)
        if length is None or len(values) < length:
            return values
        return np.asarray(signal.savgol_filter(values, length, order, axis=0), np.float64)

    return _offline(points, times_s, longest_gap_s, smooth)


def window_frames(window_s: float, step_s: float, *, order: int = 2) -> int | None:
    """How many frames, `step_s` apart, a window of `window_s` holds, an odd number: at least so many that a polynomial
    of `order` does not go through all of them, within `LONGEST_S`. None where fewer are all there can be."""
    # half a frame is up, also where the step is that of a dozen rounded times: 60000/1001 a second are just below
    asked, least = 2 * int(window_s / step_s / 2 + 0.55) + 1, 2 * (order // 2) + 3
    if asked >= least:
        return asked
    return least if (least - 1) * step_s <= LONGEST_S + TICK_S else None


def butterworth(
    points: npt.ArrayLike, times_s: npt.ArrayLike, *, cutoff_hz: float = 6.0, order: int = 4, longest_gap_s: float = 0.2
) -> Smoothed:
    """A low-pass run forward and backward, so that nothing is delayed: the custom of gait analysis, 6 Hz, 4th order.

    Winter, Biomechanics and Motor Control of Human Movement, 4th ed., 2.2.4.4; `order` counts both runs, and the
    cut-off is raised accordingly: `cutoff_hz` is where the amplitude has fallen to 1/√2 after both. Winter corrects the
    angle whose tangent the filter is designed by, which is not in proportion to the frequency. ValueError where times
    do not increase, the cut-off is not below half the frame rate, or the order is not even.
    """
    if not 0 < cutoff_hz < np.inf or order < 2 or order % 2:
        raise ValueError(f"cutoff_hz must be above 0 and finite, and order even, not {cutoff_hz} and {order}")
    from scipy import signal

    each = order // 2
    correction = (np.sqrt(2.0) - 1) ** (1 / (2 * each))

    def smooth(values: F64, step_s: float) -> F64:
        if cutoff_hz * step_s * 2 >= 1:
            raise ValueError(
                f"a cut-off of {cutoff_hz:g} Hz needs more than {2 * cutoff_hz:.3g} frames a second, "
                f"and there are {1 / step_s:.3g}"
            )
        corrected = np.arctan(np.tan(np.pi * cutoff_hz * step_s) / correction) / (np.pi * step_s)
        sections = signal.butter(each, corrected, fs=1 / step_s, output="sos")
        padding = 3 * (2 * len(sections) + 1)
        if len(values) <= padding:
            return values
        return np.asarray(signal.sosfiltfilt(sections, values, axis=0, padlen=padding), np.float64)

    return _offline(points, times_s, longest_gap_s, smooth)


def are_even(times_s: npt.ArrayLike, *, longest_gap_s: float = 0.2) -> bool:
    """Whether times [T] are at one rate wherever they are not cut, so that a piece is smoothed as the whole is."""
    times = np.asarray(times_s, np.float64)
    runs = [times[start:stop] for start, stop in pairwise([0, *_cuts(times, longest_gap_s).tolist(), len(times)])]
    runs = [run for run in runs if len(run) >= 3]
    steps_s = [float(np.diff(run).mean()) for run in runs]
    return all(map(_is_even, runs)) and max(steps_s, default=1.0) <= 1.02 * min(steps_s, default=1.0)


class OneEuro:
    """One joint set smoothed while it comes in: still when still, prompt when fast.

    Casiez, Roussel & Vogel, "1€ Filter", CHI 2012: a low-pass whose cut-off is `min_cutoff_hz` + `beta` · speed. Speed
    is taken in body sizes a second where `size` is given to `step`, so that one setting serves near and far.
    """

    def __init__(
        self, min_cutoff_hz: float = 1.5, beta: float = 1.0, speed_cutoff_hz: float = 1.0, forget_s: float = 0.5
    ) -> None:
        if min_cutoff_hz <= 0 or speed_cutoff_hz <= 0 or beta < 0:
            raise ValueError("cut-offs must be above 0 and beta at least 0")
        self._min_cutoff, self._beta, self._speed_cutoff = min_cutoff_hz, beta, speed_cutoff_hz
        self._forget_s = forget_s
        self._points: F64 | None = None

    def step(self, points: npt.ArrayLike, time_s: float, *, size: float = 100.0) -> F64:
        """Smoothed points [K, 2] of one frame; NaN where `points` is NaN.

        A joint unseen for `forget_s` starts anew where it is found. ValueError where time does not go forward.
        """
        now = np.asarray(points, np.float64)
        seen: Bools = np.asarray(np.isfinite(now).all(axis=1))
        if self._points is None or len(self._points) != len(now):
            self._points = np.where(seen[:, None], now, np.nan)
            self._speeds = np.zeros_like(now)
            self._seen_s = np.where(seen, time_s, -np.inf)
            self._time_s = time_s
            return self._points.copy()
        if time_s <= self._time_s:
            raise ValueError(f"time must go forward: {time_s:.6g} s comes after {self._time_s:.6g} s")
        self._time_s = time_s
        elapsed = time_s - self._seen_s
        known = seen & (elapsed <= self._forget_s) & np.isfinite(self._points).all(axis=1)
        dt = np.where(known, elapsed, 1.0)[:, None]
        before = np.where(known[:, None], self._points, 0.0)
        target = np.where(seen[:, None], now, 0.0)
        speeds = self._speeds + _share(self._speed_cutoff, dt) * ((target - before) / dt - self._speeds)
        cutoff = self._min_cutoff + self._beta * np.linalg.norm(speeds, axis=1, keepdims=True) / max(size, 1e-6)
        smooth = before + _share(cutoff, dt) * (target - before)
        self._speeds = np.where(known[:, None], speeds, np.where(seen[:, None], 0.0, self._speeds))
        self._points = np.where(known[:, None], smooth, np.where(seen[:, None], now, self._points))
        self._seen_s = np.where(seen, time_s, self._seen_s)
        return np.where(seen[:, None], self._points, np.nan)


class LiveSmoother:
    """A `OneEuro` for each person followed; who is not seen for `forget_s` is forgotten."""

    def __init__(self, min_cutoff_hz: float = 1.5, beta: float = 1.0, forget_s: float = 0.5) -> None:
        self._settings = (min_cutoff_hz, beta, 1.0, forget_s)
        self._forget_s = forget_s
        self.reset()

    def reset(self) -> None:
        """After a seek, and for a new source."""
        self._filters: dict[int, _OfPerson] = {}

    def step(self, tracks: Tracks, time_s: float, *, least_score: float) -> F32:
        """Smoothed keypoints [N, K, 2] of the tracks of one frame, in their order; `tracks` stays untouched.

        Keypoints that score below `least_score` are guesses: they are smoothed among themselves, and sure ones are not
        drawn towards them, so that a joint that was hidden does not slide to where it is found again.
        """
        smooth = tracks.poses.keypoints.copy()
        boxes = tracks.poses.boxes.xyxy
        for row, who in enumerate(tracks.ids.tolist()):
            person = self._filters.get(who) or _OfPerson(OneEuro(*self._settings), OneEuro(*self._settings), time_s)
            points = np.asarray(tracks.poses.keypoints[row], np.float64)
            sure = tracks.poses.scores[row, :, None] >= least_score
            size = float(np.sqrt(max(np.prod(boxes[row, 2:] - boxes[row, :2]), 1.0)))
            of_all = person.of_all.step(points, time_s, size=size)
            of_sure = person.of_sure.step(np.where(sure, points, np.nan), time_s, size=size)
            smooth[row] = np.where(sure, of_sure, of_all)
            self._filters[who] = replace(person, seen_s=time_s)
        self._filters = {who: kept for who, kept in self._filters.items() if time_s - kept.seen_s <= self._forget_s}
        return smooth


@dataclass(frozen=True, slots=True)
class _OfPerson:
    """Two filters of the same joints: one learns of all, the other of sure ones only."""

    of_all: OneEuro
    of_sure: OneEuro
    seen_s: float


def _share(cutoff_hz: float | F64, dt: F64) -> F64:
    """The part of the way to a new value that a first-order low-pass goes in `dt` seconds (equation 5 of the paper)."""
    share: F64 = 1 / (1 + 1 / (2 * np.pi * cutoff_hz * dt))
    return share


def _checked(points: npt.ArrayLike, times_s: npt.ArrayLike) -> tuple[F64, F64]:
    given, times = np.asarray(points, np.float64), np.asarray(times_s, np.float64)
    if given.ndim != 3 or given.shape[2] != 2 or times.shape != given.shape[:1]:
        raise ValueError(f"points must be [T, K, 2] and times [T], not {list(given.shape)} and {list(times.shape)}")
    if not np.isfinite(times).all() or (np.diff(times) <= 0).any():
        raise ValueError("times must be finite and strictly increasing")
    return given, times


def _offline(points: npt.ArrayLike, times_s: npt.ArrayLike, longest_gap_s: float, smooth: _Smooth) -> Smoothed:
    """Fill short gaps, smooth each unbroken stretch of each joint at even times, and return to the given times."""
    given, times = _checked(points, times_s)
    filled, origins = fill_gaps(given, times, longest_s=longest_gap_s)
    result = filled.copy()
    cuts = _cuts(times, longest_gap_s)
    for joint in range(given.shape[1]):
        for stretch in _stretches(origins[:, joint] > 0, cuts):
            if stretch.stop - stretch.start >= 3:
                result[stretch, joint] = _at_even_times(filled[stretch, joint], times[stretch], smooth)
    return Smoothed(result, origins)


def _at_even_times(values: F64, times: F64, smooth: _Smooth) -> F64:
    """Smooth [T, 2] values; those of a variable frame rate are put on an even grid for it and taken back, by splines,
    because straight lines would themselves be a low-pass."""
    steps = np.diff(times)
    if _is_even(times):
        return smooth(values, float(steps.mean()))
    from scipy import interpolate

    usual_s = float(np.median(steps))
    knots, at_knots = _knots(times, values, usual_s)
    step_s = float(np.diff(knots).min())
    even = np.linspace(times[0], times[-1], round((times[-1] - times[0]) / step_s) + 1)
    smoothed = smooth(interpolate.CubicSpline(knots, at_knots)(even), float(even[1] - even[0]))
    return np.asarray(interpolate.CubicSpline(even, smoothed)(times), np.float64)


def _is_even(times: F64) -> bool:
    """Whether at least three times are even, or would be but for the file's rounding."""
    steps = np.diff(times)
    usual_s = float(np.median(steps))
    if np.abs(steps - usual_s).max() <= 0.02 * usual_s:
        return True
    return _off_grid_s(times) <= min(TICK_S, 0.25 * usual_s)


def _off_grid_s(times: F64) -> float:
    """How far from even the times are: the most by which one is off the line fitted to them all, seconds."""
    places = np.arange(len(times)) - (len(times) - 1) / 2
    middle = times - times.mean()
    return float(np.abs(middle - places * (places @ middle) / (places @ places)).max())


def _knots(times: F64, values: F64, usual_s: float) -> tuple[F64, F64]:
    """Times and values [T, 2] that a spline may go through without swinging far aside: of frames at nearly one time the
    first, because they differ by noise, and more of them on a straight line where one is waited for long."""
    kept = [0]
    for place in range(1, len(times) - 1):
        if min(times[place] - times[kept[-1]], times[-1] - times[place]) >= 0.4 * usual_s:
            kept.append(place)
    kept.append(len(times) - 1)
    between = [
        np.linspace(before, after, round((after - before) / usual_s) + 1)[1:-1]
        for before, after in pairwise(times[kept].tolist())
        if after - before > 2.5 * usual_s
    ]
    knots = np.sort(np.concatenate([times[kept], *between]))
    return knots, np.stack([np.interp(knots, times[kept], values[kept, axis]) for axis in (0, 1)], axis=1)


def _cuts(times: F64, longest_gap_s: float) -> I64:
    """The places before which there is no frame for so long that nothing may be smoothed across it."""
    steps = np.diff(times)
    usual_s = float(np.median(steps)) if len(steps) else 0.0
    return 1 + np.flatnonzero(steps > max(longest_gap_s, 1.5 * usual_s) + TICK_S)


def _stretches(there: Bools, cuts: I64) -> list[slice]:
    """The runs of True in [T], cut in two where one of the places in `cuts` is inside."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], there, [False]]).astype(np.int8)))
    runs = []
    for start, stop in edges.reshape(-1, 2).tolist():
        inside = cuts[(cuts > start) & (cuts < stop)].tolist()
        runs += [slice(*ends) for ends in pairwise([start, *inside, stop])]
    return runs
