"""Repetitions in a series of values, such as squats in a knee's angle; docs/angles.md says what counts as one.

Pure functions of NumPy arrays. A value that is not known is NaN; angles are degrees, times seconds. T frames.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from engine.types import F64
from trackers.smoothing import TICK_S

LEAST_SWING = 30.0
"""How far an angle rises and falls, in degrees, for that to be a repetition."""
LEAST_S = 0.25
"""How long a repetition takes at least: the swing of a sprinter's knee; joints that jump are back sooner."""
MEDIAN_S = 0.1
"""To either side of a frame: the median of so much is what is counted in."""
LONGEST_GAP_S = 0.5
"""Over how long without a value a repetition may go on."""


@dataclass(frozen=True, slots=True)
class Repetition:
    """One repetition: away from a low and back to the next.

    start_s, end_s  where it leaves the low before and reaches the low after it, to a tenth of its size
    turn_s          at its highest
    low, high       values there; `low` is that of the start
    low_s           when it was as low as that
    """

    start_s: float
    turn_s: float
    end_s: float
    low: float
    high: float
    low_s: float


def repetitions(
    values: npt.ArrayLike,
    times_s: npt.ArrayLike,
    *,
    within_s: tuple[float, float] = (-math.inf, math.inf),
) -> list[Repetition]:
    """The repetitions in a series [T], such as squats in a knee's angle: rises and falls of at least `LEAST_SWING`.

    A joint that was found elsewhere for a few frames is no repetition: a median takes out what lasts a tenth of a
    second, and what goes away and comes back in less than `LEAST_S` is passed over. Frames without a value are passed
    over too, up to `LONGEST_GAP_S` of them; nothing goes on beyond. The last one counts as soon as it has come down by
    `LEAST_SWING`.

    Of a part of a movement give all of it, and in `within_s` the part: a series that is cut there would not tell the
    lows at its ends from the way to them. Those count that begin and end in it.
    """
    found = []
    for part, part_s in _calm_parts(np.asarray(values, np.float64), np.asarray(times_s, np.float64)):
        turns = _lasting(part, part_s, _turns(part, LEAST_SWING), LEAST_S - TICK_S)
        for low, high, after in zip(turns, turns[1:], turns[2:], strict=False):
            if part[low] < part[high]:
                start, end = _there_and_back(part, low, high, after)
                seconds = (float(part_s[start]), float(part_s[high]), float(part_s[end]))
                if within_s[0] <= seconds[0] and seconds[-1] <= within_s[1]:
                    found.append(Repetition(*seconds, float(part[low]), float(part[high]), float(part_s[low])))
    return found


def ends(repetition: Repetition, values: npt.ArrayLike, times_s: npt.ArrayLike) -> tuple[float, float, float]:
    """How low and how high a series [T] itself goes in one of its repetitions, and when it is highest.

    Those that the repetition has are medians, which do not reach as far.
    """
    series, times = np.asarray(values, np.float64), np.asarray(times_s, np.float64)
    low, high = _furthest(-series, times, repetition.low_s), _furthest(series, times, repetition.turn_s)
    return float(series[low]), float(series[high]), float(times[high])


def calm(values: npt.ArrayLike, times_s: npt.ArrayLike) -> F64:
    """The medians [T] of a series that repetitions are counted in; NaN where it is not known.

    What is known for less than twice `MEDIAN_S` on end stays as it is: reflected medians would be its middle alone.
    """
    series = np.asarray(values, np.float64)
    medians = np.full(series.shape, np.nan)
    medians[np.isfinite(series)] = np.concatenate(
        [part for part, _ in _calm_parts(series, np.asarray(times_s, np.float64))]
    )
    return medians


def _furthest(series: F64, times: F64, near_s: float) -> int:
    """Where the series is highest within `MEDIAN_S` of a time at which it is known."""
    first, after = np.searchsorted(times, [near_s - MEDIAN_S - TICK_S, near_s + MEDIAN_S + TICK_S])
    return int(first + np.nanargmax(series[first:after]))


def _calm_parts(series: F64, times: F64) -> Iterator[tuple[F64, F64]]:
    """Medians of what is known, and their times, from one gap to the next; one part, maybe empty, is there always."""
    step = float(np.median(np.diff(times))) if len(times) > 1 else 0.0
    known = np.isfinite(series)
    series, times = series[known], times[known]
    # where frames are further apart than that, two of them may be missing
    gaps = np.flatnonzero(np.diff(times) > max(LONGEST_GAP_S + TICK_S, 3.5 * step)) + 1
    for part, part_s in zip(np.split(series, gaps), np.split(times, gaps), strict=True):
        yield _without_spikes(part, step), part_s


def _without_spikes(series: F64, step_s: float) -> F64:
    """Medians of a series without gaps; one that is shorter than what they are taken over has none and stays itself."""
    reach = int((MEDIAN_S + TICK_S) / step_s) if step_s > 0 else 0
    if not reach or len(series) <= 2 * reach:
        return series
    windows = np.lib.stride_tricks.sliding_window_view(np.pad(series, reach, mode="reflect"), 2 * reach + 1)
    return np.asarray(np.median(windows, axis=-1))


def _turns(series: F64, least_swing: float) -> list[int]:
    """Places of the lows and highs, in turn, that lie at least `least_swing` apart."""
    turns: list[int] = []
    low = high = 0  # the lowest and the highest since the last turn
    rising: bool | None = None
    for place, value in enumerate(series):
        low, high = (place if value < series[low] else low), (place if value > series[high] else high)
        if rising is not False and series[high] - value >= least_swing:
            turns.append(high)
            rising, low = False, place
        elif rising is not True and value - series[low] >= least_swing:
            turns.append(low)
            rising, high = True, place
    if rising is not None:
        turns.append(high if rising else low)
    return turns


def _lasting(series: F64, times: F64, turns: list[int], least_s: float) -> list[int]:
    """The turns without those from which the series comes back within `least_s`, the shortest first."""

    def lasts(middle: int) -> float:
        start, end = _there_and_back(series, *turns[middle - 1 : middle + 2])
        return float(times[end] - times[start])

    lasting = [lasts(middle) for middle in range(1, len(turns) - 1)]
    while lasting and (shortest := min(lasting)) < least_s:
        middle = lasting.index(shortest) + 1
        before, here, after = series[turns[middle - 1 : middle + 2]]
        # with it goes its neighbour that reaches less far: two highs around a short low are one, the higher
        first = middle - 1 if abs(before - here) < abs(after - here) else middle
        del turns[first : first + 2]
        beside = [lasts(one) for one in (first - 1, first) if 0 < one < len(turns) - 1]
        lasting = [*lasting[: max(first - 2, 0)], *beside, *lasting[first + 2 :]]
    return turns


def _there_and_back(series: F64, before: int, turn: int, after: int) -> tuple[int, int]:
    """Where a swing has left the turn before it, and reaches the one after it, to a tenth of its size."""
    start = before + np.flatnonzero(_parts(series[before : turn + 1]) <= 0.1)[-1]
    end = turn + np.flatnonzero(_parts(series[turn : after + 1]) >= 0.9)[0]
    return int(start), int(end)


def _parts(swing: F64) -> F64:
    """How much of the way from its first value to its last each value has gone."""
    return np.asarray((swing - swing[0]) / (swing[-1] - swing[0]))
