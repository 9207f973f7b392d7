"""Joint angles as CSV, one row for each person in each frame; docs/angles.md defines them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from app.analysis import angles_of, facing, joint_angles, trajectories
from app.exports.writer import WholeWriter, name_cell, name_column
from engine.errors import UsageError


class AngleWriter(WholeWriter):
    """Degrees; an empty cell where a joint is not known. `facing` (1, -1, 0) says whether the signs mean much."""

    def _contents(self) -> Iterator[tuple[Path, Iterator[str]]]:
        yield self._path, self._lines()

    def _lines(self) -> Iterator[str]:
        header, options = self._recording.header, self._options
        skeleton = header.skeleton
        names = [angle.name for angle in angles_of(skeleton)]
        if not names:
            raise UsageError("The skeleton {0} has none of the angles of docs/angles.md.", skeleton.name)
        people = trajectories(self._recording, min_score=options.min_score)
        looks = {
            person_id: options.facing if options.facing is not None else facing(person.points, skeleton)
            for person_id, person in people.items()
        }
        angles = {
            person_id: iter(joint_angles(person.points, skeleton, facing=looks[person_id]))
            for person_id, person in people.items()
        }
        yield ",".join(["index", "time_s", "id", "facing", *names, *name_column(header)]) + "\r\n"
        for record in self._recording:
            for person_id in record.tracks.ids.tolist():
                cells = ["" if np.isnan(value) else f"{value:.3f}" for value in next(angles[person_id])]
                begin = f"{record.index},{record.time_s!r},{person_id},{looks[person_id]},"
                yield begin + ",".join([*cells, *name_cell(header, person_id)]) + "\r\n"
