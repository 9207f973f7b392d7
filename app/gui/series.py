"""One measure of one person over time, for the plot; Qt-free. The measures themselves are app.analysis's."""

from __future__ import annotations

import csv
import io
import math
import sys
from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app.repetitions import Repetition
    from app.results import FrameRecord
    from engine.skeletons import Skeleton
    from engine.types import F64


class Kind(Enum):
    """What is measured."""

    ANGLE = "angle"
    SPEED = "speed"
    HEIGHT = "height"
    PLACE = "place"


@dataclass(frozen=True, slots=True)
class Measure:
    """`name` is an angle's of app.analysis, else a keypoint's. HEIGHT counts up from the picture's lower border."""

    kind: Kind
    name: str


@dataclass(frozen=True, eq=False, slots=True)
class Series:
    """times_s and values are float64 [T], indices of the frames int64 [T]; values are NaN where nothing is known.

    unit         of the values: °, m, m/s, px or px/s
    frames       the range that is marked, first and last: what counts, is copied and saved; None: all
    repetitions  those that begin and end in that range, of at least `least_swing`
    signed       False: an angle that may go either way, of somebody of whom it cannot be told which way he looks
    told         float64 [T], of which lowest and highest are told: medians, where joints that are not steady jump
    """

    person: int
    measure: Measure
    unit: str
    indices: list[int]
    times_s: F64
    values: F64
    frames: tuple[int, int] | None = None
    repetitions: list[Repetition] = field(default_factory=list)
    least_swing: float = 30.0
    signed: bool = True
    told: F64 | None = None

    @property
    def marked(self) -> slice:
        """The places of what is in the range."""
        first, last = self.frames if self.frames is not None else (0, sys.maxsize)
        return slice(bisect_left(self.indices, first), bisect_right(self.indices, last))

    @property
    def is_known(self) -> bool:
        """Whether there is a value on any frame."""
        return _any_known(self.values)

    @property
    def is_known_in_range(self) -> bool:
        """Whether there is one in the range."""
        return _any_known(self.values[self.marked])

    def extent(self) -> tuple[float, float, float]:
        """The lowest, mean and highest value in the range, which must have one."""
        told = self._told[self.marked]
        known = told[told == told]
        return float(known.min()), float(known.mean()), float(known.max())

    def ends(self, repetition: Repetition) -> tuple[float, float, float]:
        """How low and how high a repetition goes, and when it is highest."""
        from app.repetitions import ends

        return ends(repetition, self._told, self.times_s)

    @property
    def _told(self) -> F64:
        return self.values if self.told is None else self.told

    def worded(self, value: float) -> str:
        """A value as it is shown; nothing where it is not known."""
        if not math.isfinite(value):
            return ""
        digits = 0 if self.unit == "°" or self.unit.startswith("px") else 2
        return f"{value:.{digits}f}{'' if self.unit == '°' else ' '}{self.unit}"

    def value_at(self, index: int) -> float | None:
        """The value on a frame; None where there is none."""
        place = bisect_left(self.indices, index)
        if place == len(self.indices) or self.indices[place] != index:
            return None
        value = float(self.values[place])
        return value if value == value else None

    def table(self, name: str, dialect: str) -> str:
        """Times and values in the range as csv writes them ("excel-tab": to be pasted); `name` is the person's.

        Frames count from 1, as in the window.
        """
        text = io.StringIO()
        rows = csv.writer(text, dialect, lineterminator="\n")
        rows.writerow(["frame", "time_s", f"{name}: {self.measure.name} {self.measure.kind.value} ({self.unit})"])
        marked = self.marked
        times_s, values = self.times_s[marked].tolist(), self.values[marked].tolist()
        for index, time_s, value in zip(self.indices[marked], times_s, values, strict=True):
            rows.writerow([index + 1, f"{time_s:.4f}", "" if value != value else f"{value:.3f}"])
        return text.getvalue()


def _any_known(values: F64) -> bool:
    return bool((values == values).any())


def measure_series(
    records: Iterable[FrameRecord],
    person: int,
    measure: Measure,
    skeleton: Skeleton,
    *,
    height: int,
    metres_per_pixel: float | None = None,
    frames: tuple[int, int] | None = None,
) -> Series:
    """The measure of `person` over `records`, which are in order; `height` is the picture's, `frames` what is marked.

    Only angles have repetitions.
    """
    import numpy as np

    from app import analysis
    from app.repetitions import LEAST_SWING, calm, repetitions

    indices: list[int] = []
    times: list[float] = []
    found: list[F64] = []
    steady = True
    for record in records:
        for row in np.flatnonzero(record.tracks.ids == person):
            indices.append(record.index)
            times.append(record.time_s)
            found.append(analysis.known_points(record)[row])
            steady &= record.smoothed is not None
    times_s = np.array(times)
    points = np.array(found).reshape(len(found), len(skeleton), 2)
    scale, length = (metres_per_pixel, "m") if metres_per_pixel else (1.0, "px")

    def series(unit: str, values: F64) -> Series:
        told = None if steady else calm(values, times_s)
        return Series(person, measure, unit, indices, times_s, values, frames, told=told)

    if measure.kind is Kind.ANGLE:
        place, angle = next(
            (place, angle) for place, angle in enumerate(analysis.angles_of(skeleton)) if angle.name == measure.name
        )
        facing = analysis.facing(points, skeleton)
        values = analysis.without_wrap(analysis.joint_angles(points, skeleton, facing=facing)[:, place])
        found_angle = replace(series("°", values), least_swing=LEAST_SWING, signed=analysis.has_sign(angle, facing))
        marked_s = times_s[found_angle.marked]
        if not len(marked_s):
            return found_angle
        swings = repetitions(values, times_s, within_s=(marked_s[0], marked_s[-1]))
        return replace(found_angle, repetitions=swings)
    joint = points[:, skeleton.keypoints.index(measure.name)]
    if measure.kind is Kind.SPEED:
        return series(f"{length}/s", analysis.speeds(joint, times_s) * scale)
    return series(length, (height - 1 - joint[:, 1] if measure.kind is Kind.HEIGHT else joint[:, 0]) * scale)
