"""One measure of one person over time, for the plot; Qt-free. The measures themselves are app.analysis's."""

from __future__ import annotations

import csv
import io
import math
import sys
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import TYPE_CHECKING

from app.certainty import MIN_SCORE

if TYPE_CHECKING:
    from app.repetitions import Repetition
    from app.results import FrameRecord
    from engine.skeletons import Skeleton
    from engine.types import F64


OTHER_SIDE = {"left": "right", "right": "left"}


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

    @property
    def side(self) -> str:
        """left, right or middle of the body."""
        from engine.skeletons import side_of  # with NumPy, which is loaded once there is something to measure

        return side_of(self.name)

    def mirrored(self, names: Collection[str]) -> Measure | None:
        """The same on the other side of the body; None where that is not among the `names` that can be measured."""
        other = OTHER_SIDE.get(self.side)
        name = f"{other}{self.name.removeprefix(self.side)}"
        return Measure(self.kind, name) if other is not None and name in names else None


@dataclass(frozen=True, eq=False, slots=True)
class Series:
    """times_s and values are float64 [T], indices of the frames int64 [T]; values are NaN where nothing is known.

    unit         of the values: °, m, m/s, px or px/s
    frames       the range that is marked, first and last: what counts, is copied and saved; None: all
    repetitions  those that begin and end in that range, of at least `least_swing`
    signed       False: an angle that may go either way, of somebody of whom it cannot be told which way he looks
    told         float64 [T], of which lowest and highest are told: medians, where joints that are not steady jump
    other        the same on the other side of the body, on the same frames; None: not asked for, or there is none
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
    other: Series | None = None

    @property
    def sides(self) -> tuple[Series, ...]:
        """This one, and that of the other side where it is there."""
        return (self,) if self.other is None else (self, self.other)

    def within(self, frames: tuple[int, int] | None) -> Series:
        """The same where another range is marked; repetitions stay those that were counted."""
        return replace(self, frames=frames, other=self.other and replace(self.other, frames=frames))

    def seen(self, seen_s: tuple[float, float]) -> Series:
        """The same where what lies between two times is the range that is marked, be it nothing."""
        part = self.between(seen_s)
        nothing = part.start == part.stop
        return self.within((0, -1) if nothing else (self.indices[part.start], self.indices[part.stop - 1]))

    def between(self, seen_s: tuple[float, float]) -> slice:
        """The places of what lies between two times, both included."""
        first_s, last_s = seen_s
        first = bisect_left(self.times_s, first_s)
        return slice(first, max(bisect_right(self.times_s, last_s), first))

    @property
    def marked(self) -> slice:
        """The places of what is in the range."""
        return places_of(self.indices, self.frames)

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
        """Times and values in the range as csv writes them ("excel-tab": to be pasted); `name` is the person's. The
        other side has a column of its own.

        Frames count from 1, as in the window.
        """
        text = io.StringIO()
        rows = csv.writer(text, dialect, lineterminator="\n")
        measured = [f"{name}: {side.measure.name} {side.measure.kind.value} ({side.unit})" for side in self.sides]
        rows.writerow(["frame", "time_s", *measured])
        marked = self.marked
        values = zip(*(side.values[marked].tolist() for side in self.sides), strict=True)
        for index, time_s, here in zip(self.indices[marked], self.times_s[marked].tolist(), values, strict=True):
            rows.writerow([index + 1, f"{time_s:.4f}", *("" if value != value else f"{value:.3f}" for value in here)])
        return text.getvalue()


def places_of(indices: list[int], frames: tuple[int, int] | None) -> slice:
    """The places of the frames from the first to the last of `frames`, in ascending indices; None: of all."""
    first, last = frames if frames is not None else (0, sys.maxsize)
    return slice(bisect_left(indices, first), bisect_right(indices, last))


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
    both: bool = False,
    min_score: float = MIN_SCORE,
) -> Series:
    """The measure of `person` over `records`, which are in order; `height` is the picture's, `frames` what is marked.

    Only angles have repetitions. `both`: measure the other side too, where there is one. Joints scored below
    `min_score` are not known.
    """
    seen = _seen(records, person, skeleton, frames, min_score)

    def measured(one: Measure) -> Series:
        return seen.angle(one) if one.kind is Kind.ANGLE else seen.joint(one, height, metres_per_pixel)

    mirrored = measure.mirrored(_names(measure.kind, skeleton)) if both else None
    return replace(measured(measure), other=measured(mirrored) if mirrored is not None else None)


@dataclass(frozen=True, slots=True)
class Height:
    """How tall somebody is.

    pixels  as app.analysis tells it; NaN where legs and trunk are never seen
    count   of the frames on which that of shank, thigh and trunk is seen that is seen least
    frames  the range that is marked, in which alone it was measured; None: everywhere
    """

    pixels: float
    count: int
    frames: tuple[int, int] | None


def height_of(
    records: Iterable[FrameRecord], person: int, skeleton: Skeleton, frames: tuple[int, int] | None
) -> Height:
    """How tall `person` is over `records`, or over those in the range `frames`."""
    import numpy as np

    from app import analysis

    first, last = frames if frames is not None else (0, sys.maxsize)
    within = (record for record in records if first <= record.index <= last)
    points = _seen(within, person, skeleton, frames, MIN_SCORE).points
    count = int(np.isfinite(analysis.limb_lengths(points, skeleton)).any(axis=2).sum(axis=0).min())
    return Height(analysis.height_px(points, skeleton), count, frames)


def _names(kind: Kind, skeleton: Skeleton) -> tuple[str, ...]:
    """Of what can be measured."""
    from app.analysis import angles_of

    return tuple(angle.name for angle in angles_of(skeleton)) if kind is Kind.ANGLE else skeleton.keypoints


@dataclass(frozen=True, eq=False, slots=True)
class _Seen:
    """One person over T frames.

    frames  the range that is marked
    points  float64 [T, K, 2]
    steady  whether all joints are smoothed ones
    """

    person: int
    skeleton: Skeleton
    frames: tuple[int, int] | None
    indices: list[int]
    times_s: F64
    points: F64
    steady: bool

    @property
    def marked(self) -> slice:
        """The places of what is in the range; of all where he is not in it."""
        part = places_of(self.indices, self.frames)
        return part if part.start < part.stop else slice(0, len(self.indices))

    def angle(self, measure: Measure) -> Series:
        """It is measured everywhere, but by which way he looks in the range: that is what is told of, and exported."""
        from app import analysis
        from app.repetitions import LEAST_SWING, repetitions

        place, angle = next(
            (place, angle)
            for place, angle in enumerate(analysis.angles_of(self.skeleton))
            if angle.name == measure.name
        )
        part = self.marked
        facing = analysis.facing(self.points[part], self.skeleton)
        degrees = analysis.joint_angles(self.points, self.skeleton, facing=facing)[:, place]
        values, signed = analysis.without_wrap(degrees, part), analysis.has_sign(angle, facing)
        series = replace(self._series(measure, "°", values), least_swing=LEAST_SWING, signed=signed)
        marked_s = self.times_s[series.marked]
        if not len(marked_s):
            return series
        return replace(series, repetitions=repetitions(values, self.times_s, within_s=(marked_s[0], marked_s[-1])))

    def joint(self, measure: Measure, height: int, metres_per_pixel: float | None) -> Series:
        """Its speed or where it is, in a picture of this height."""
        from app.analysis import speeds

        scale, length = (metres_per_pixel, "m") if metres_per_pixel else (1.0, "px")
        points = self.points[:, self.skeleton.keypoints.index(measure.name)]
        if measure.kind is Kind.SPEED:
            return self._series(measure, f"{length}/s", speeds(points, self.times_s) * scale)
        values = height - 1 - points[:, 1] if measure.kind is Kind.HEIGHT else points[:, 0]
        return self._series(measure, length, values * scale)

    def _series(self, measure: Measure, unit: str, values: F64) -> Series:
        from app.repetitions import calm

        told = None if self.steady else calm(values, self.times_s)
        return Series(self.person, measure, unit, self.indices, self.times_s, values, self.frames, told=told)


def _seen(
    records: Iterable[FrameRecord], person: int, skeleton: Skeleton, frames: tuple[int, int] | None, min_score: float
) -> _Seen:
    import numpy as np

    from app.analysis import known_points

    indices: list[int] = []
    times: list[float] = []
    found: list[F64] = []
    steady = True
    for record in records:
        for row in np.flatnonzero(record.tracks.ids == person):
            indices.append(record.index)
            times.append(record.time_s)
            found.append(known_points(record, min_score=min_score)[row])
            steady &= record.smoothed is not None
    points = np.array(found).reshape(len(found), len(skeleton), 2)
    return _Seen(person, skeleton, frames, indices, np.array(times), points, steady)
