"""One measure of one person over time, for the plot; Qt-free. The measures themselves are app.analysis's."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app.analysis import Repetition
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

    unit  of the values: °, m, m/s, px or px/s
    """

    person: int
    measure: Measure
    unit: str
    indices: list[int]
    times_s: F64
    values: F64
    repetitions: list[Repetition] = field(default_factory=list)

    def value_at(self, index: int) -> float | None:
        """The value on a frame; None where there is none."""
        from bisect import bisect_left

        place = bisect_left(self.indices, index)
        if place == len(self.indices) or self.indices[place] != index:
            return None
        value = float(self.values[place])
        return value if value == value else None

    def table(self) -> str:
        """Times and values as text with tabs, as spreadsheets take it; frames count from 1, as the window counts."""
        lines = [f"frame\ttime_s\t{self.measure.name} {self.measure.kind.value} ({self.unit})"]
        for index, time_s, value in zip(self.indices, self.times_s.tolist(), self.values.tolist(), strict=True):
            lines.append(f"{index + 1}\t{time_s:.4f}\t{'' if value != value else f'{value:.3f}'}")
        return "\n".join(lines) + "\n"


def measure_series(
    records: Iterable[FrameRecord],
    person: int,
    measure: Measure,
    skeleton: Skeleton,
    *,
    height: int,
    metres_per_pixel: float | None = None,
    least_swing: float = 30.0,
) -> Series:
    """The measure of `person` over `records`, which are in order; `height` is the picture's.

    Only angles have repetitions: rises and falls of `least_swing` degrees.
    """
    import numpy as np

    from app import analysis

    indices: list[int] = []
    times: list[float] = []
    found: list[F64] = []
    for record in records:
        for row in np.flatnonzero(record.tracks.ids == person):
            indices.append(record.index)
            times.append(record.time_s)
            found.append(analysis.known_points(record)[row])
    times_s = np.array(times)
    points = np.array(found).reshape(len(found), len(skeleton), 2)
    scale, length = (metres_per_pixel, "m") if metres_per_pixel else (1.0, "px")
    if measure.kind is Kind.ANGLE:
        names = [angle.name for angle in analysis.angles_of(skeleton)]
        facing = analysis.facing(points, skeleton)
        values = analysis.joint_angles(points, skeleton, facing=facing)[:, names.index(measure.name)]
        repetitions = analysis.repetitions(values, times_s, least_swing=least_swing)
        return Series(person, measure, "°", indices, times_s, values, repetitions)
    joint = points[:, skeleton.keypoints.index(measure.name)]
    if measure.kind is Kind.SPEED:
        return Series(person, measure, f"{length}/s", indices, times_s, analysis.speeds(joint, times_s) * scale)
    values = height - 1 - joint[:, 1] if measure.kind is Kind.HEIGHT else joint[:, 0]
    return Series(person, measure, length, indices, times_s, values * scale)
