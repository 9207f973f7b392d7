"""Everybody's joint angles, as the tables of them have them."""

from __future__ import annotations

from dataclasses import dataclass

from app.analysis import Trajectory, angles_of, facing, joint_angles, trajectories
from app.exports.writer import Options
from app.results import Recording
from engine.errors import UsageError
from engine.types import F64


@dataclass(frozen=True, eq=False, slots=True)
class Measured:
    """The angles of one person.

    part     the places of the frames that are asked for
    facing   as it was said, else as `app.analysis.facing` tells it of those
    degrees  float64 [T, A], in the frames of `person`, the angles in the order of `angles_of`; NaN where not known
    """

    person: Trajectory
    part: slice
    facing: int
    degrees: F64


def measured(recording: Recording, options: Options) -> dict[int, Measured]:
    """By id, ascending. Raises UsageError where the skeleton has none of the angles."""
    skeleton = recording.header.skeleton
    if not angles_of(skeleton):
        raise UsageError("The skeleton {0} has none of the angles of docs/angles.md.", skeleton.name)
    found = {}
    for person_id, person in trajectories(recording, min_score=options.min_score).items():
        part = person.part(options.frames)
        looks = facing(person.points[part], skeleton) if options.facing is None else options.facing
        found[person_id] = Measured(person, part, looks, joint_angles(person.points, skeleton, facing=looks))
    return found
