"""Speeds as CSV, one row for each person in each frame; docs/angles.md says how they are measured."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from app.analysis import speeds, trajectories
from app.exports.scale import metres_per_pixel
from app.exports.writer import Group, Options, WholeWriter, check_followed, middles, person_table
from app.results import Header

BODY: dict[str, Group] = {"body": ("left_hip", "right_hip")}


class SpeedWriter(WholeWriter):
    """Of the body (the middle of the hips) and of each keypoint: m/s where the scale is known, else px/s. Frames around
    those that are written count."""

    def __init__(self, path: Path, header: Header, options: Options) -> None:
        check_followed(header, "speeds")
        super().__init__(path, header, options)

    def _contents(self) -> Iterator[tuple[Path, Iterator[str]]]:
        skeleton = self._recording.header.skeleton
        people = trajectories(self._recording, min_score=self._options.min_score)
        frames = self._options.frames
        told = {person_id: one for person_id, person in people.items() if len(one := person[person.part(frames)])}
        scale = metres_per_pixel(told, skeleton, self._options)
        unit, digits = ("px/s", 2) if scale is None else ("m/s", 4)
        parts = BODY | {name: (name,) for name in skeleton.keypoints}
        found = {}
        for person_id, person in people.items():
            points, _ = middles(person.points, np.ones(person.points.shape[:2]), skeleton, tuple(parts.values()))
            found[person_id] = (speeds(points, person.times_s) * (scale or 1.0))[person.part(frames)]
        columns, written = ["unit", *parts], self._recording.within(frames)
        yield self._path, person_table(written, columns, dict.fromkeys(people, unit), found, digits=digits)
