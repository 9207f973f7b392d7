"""The scale of an export in metres, from what the user said of it."""

from __future__ import annotations

import math

from app.analysis import Trajectory, height_px
from app.exports.writer import Options
from engine.errors import UsageError
from engine.skeletons import Skeleton


def metres_per_pixel(people: dict[int, Trajectory], skeleton: Skeleton, options: Options) -> float | None:
    """Metres a pixel, as given or by the height of whoever is seen longest; None where neither was said.

    Raises UsageError where the height cannot be measured.
    """
    if options.height_m is None or not people:
        return options.metres_per_pixel
    return by_height(people, skeleton, options.height_m)[1]


def by_height(people: dict[int, Trajectory], skeleton: Skeleton, height_m: float) -> tuple[int, float]:
    """Who is seen longest, and metres a pixel if he is so tall. Raises UsageError where he cannot be measured."""
    longest = max(people.values(), key=lambda person: (len(person), -person.person_id))
    height = height_px(longest.points, skeleton)
    if not math.isfinite(height) or height <= 0:
        raise UsageError(
            "The height of person {0} cannot be measured, because legs and trunk are never seen; "
            "give --metres-per-pixel, or another --person.",
            longest.person_id,
        )
    return longest.person_id, height_m / height
