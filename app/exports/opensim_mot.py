"""OpenSim's table of motion (.mot), a file for each person: planar angles under the names of its full-body model."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from app.analysis import Trajectory, angles_of, facing, joint_angles, trajectories, without_wrap
from app.exports.each_person import EachPersonWriter, between, on_frames
from app.exports.scale import metres_per_pixel
from app.exports.writer import columns_of, middles
from app.names import shown
from engine.types import F64

_log = logging.getLogger(__name__)
_COORDINATES = {  # of Rajagopal's full-body model (IEEE TBME 2016) → our angle and its sign there
    "pelvis_tilt": ("trunk", -1.0),  # a turn about the axis to the right is positive, and tilts backwards
    **{
        f"{coordinate}_{side[0]}": (f"{side}_{joint}", 1.0)
        for side in ("right", "left")
        for coordinate, joint in (
            ("hip_flexion", "hip"), ("knee_angle", "knee"), ("ankle_angle", "ankle"), ("arm_flex", "shoulder"),
            ("elbow_flex", "elbow"),
        )
    },
}  # fmt: skip
_PLACES = ("pelvis_tx", "pelvis_ty")
_HIPS = ("left_hip", "right_hip")


class OpenSimWriter(EachPersonWriter):
    """Degrees, and metres for the pelvis where the scale is known; a row for each frame of the recording from the
    person's first to his last.

    The trunk is one piece, as two dimensions do not tell pelvis from spine: its lean is pelvis_tilt. Who looks to the
    left is turned round, because the model looks along +x. What is not known lies on a line between what is, because
    OpenSim's tools read up to the first NaN without a word; a coordinate that never is known has no column.
    """

    def _contents(self) -> Iterator[tuple[Path, Iterator[str]]]:
        skeleton = self._recording.header.skeleton
        columns_of(skeleton, ("left_hip", "right_hip", "left_knee", "right_knee"), "OpenSim's .mot")
        people = trajectories(self._recording, min_score=self._options.min_score)
        scale = metres_per_pixel(people, skeleton, self._options)
        indices = np.array(self._recording.indices, np.int64)
        times = np.array([record.time_s for record in self._recording])
        unsigned, filled, said = [], [], self._options.facing
        for person in people.values():
            looks = facing(person.points, skeleton) if said is None else said
            if said is None and looks == 0:
                unsigned.append(f"p{person.person_id}")
            path, there = self._path_of(person.person_id), between(indices, person)
            columns = {
                name: on_frames(indices[there], person, values)
                for name, values in self._columns(person, looks, scale).items()
            }
            if gaps := np.isnan(list(columns.values())).any(axis=0).sum():
                filled.append(f"p{person.person_id} {gaps}/{len(times[there])}")
            columns = {
                name: _filled(times[there], values, is_angle=name not in _PLACES) for name, values in columns.items()
            }
            yield path, _lines(shown(path.stem), times[there], columns)
        if filled:  # the table itself has no place to say it
            _log.warning(
                "OpenSim's tools end at a gap, so what is not known lies on a straight line between what is, on so "
                "many of the frames: %s.",
                ", ".join(filled),
            )
        if unsigned:
            _log.warning(
                "The angles of %s are sizes without signs, because which way they look is not known; say it to "
                "`skelter export` with --facing.",
                ", ".join(unsigned),
            )

    def _columns(self, person: Trajectory, looks: int, scale: float | None) -> dict[str, F64]:
        """Each coordinate's values [T]; `looks` as `facing` tells it."""
        skeleton = self._recording.header.skeleton
        names = [angle.name for angle in angles_of(skeleton)]
        angles = without_wrap(joint_angles(person.points, skeleton, facing=looks))
        columns = {}
        for coordinate, (name, sign) in _COORDINATES.items():
            if name in names:
                columns[coordinate] = sign * angles[:, names.index(name)]
        if scale is not None:
            hips, _ = middles(person.points, np.ones(person.points.shape[:2]), skeleton, (_HIPS,))
            columns[_PLACES[0]] = hips[:, 0, 0] * scale * (looks or 1)
            columns[_PLACES[1]] = (self._recording.header.source.height - 1 - hips[:, 0, 1]) * scale
        return {name: values for name, values in columns.items() if np.isfinite(values).any()}


def _filled(times: F64, values: F64, *, is_angle: bool) -> F64:
    """The values, straight between those that are known, of which there is one at least, and held at the ends; angles
    go the short way round."""
    known = np.isfinite(values)
    ends = np.unwrap(values[known], period=360.0) if is_angle else values[known]
    between = np.interp(times, times[known], ends)
    return np.where(known, values, without_wrap(between) if is_angle else between)


def _lines(name: str, times: F64, columns: dict[str, F64]) -> Iterator[str]:
    yield f"{name}\nversion=1\nnRows={len(times)}\nnColumns={len(columns) + 1}\ninDegrees=yes\nendheader\n"
    yield "\t".join(["time", *columns]) + "\n"
    for row in zip(times.tolist(), *(values.tolist() for values in columns.values()), strict=True):
        yield "\t".join(f"{value:.6f}" for value in row) + "\n"
