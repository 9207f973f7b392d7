"""Speeds as CSV, one row for each person in each frame; docs/angles.md says how they are measured."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from app.analysis import speeds, trajectories
from app.exports.scale import metres_per_pixel
from app.exports.writer import Group, WholeWriter, middles, name_cell, name_column

BODY: dict[str, Group] = {"body": ("left_hip", "right_hip")}


class SpeedWriter(WholeWriter):
    """Of the body (the middle of the hips) and of each keypoint: m/s where the scale is known, else px/s."""

    def _contents(self) -> Iterator[tuple[Path, Iterator[str]]]:
        yield self._path, self._lines()

    def _lines(self) -> Iterator[str]:
        header, skeleton = self._recording.header, self._recording.header.skeleton
        people = trajectories(self._recording, min_score=self._options.min_score)
        scale = metres_per_pixel(people, skeleton, self._options)
        parts = BODY | {name: (name,) for name in skeleton.keypoints}
        rows = {}
        for person_id, person in people.items():
            points, _ = middles(person.points, np.ones(person.points.shape[:2]), skeleton, tuple(parts.values()))
            rows[person_id] = iter(speeds(points, person.times_s) * (scale or 1.0))
        unit, digits = ("px/s", 2) if scale is None else ("m/s", 4)
        yield ",".join(["index", "time_s", "id", "unit", *parts, *name_column(header)]) + "\r\n"
        for record in self._recording:
            for person_id in record.tracks.ids.tolist():
                cells = ["" if np.isnan(value) else f"{value:.{digits}f}" for value in next(rows[person_id])]
                begin = f"{record.index},{record.time_s!r},{person_id},{unit},"
                yield begin + ",".join([*cells, *name_cell(header, person_id)]) + "\r\n"
