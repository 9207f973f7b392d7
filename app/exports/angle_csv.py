"""Joint angles as CSV, one row for each person in each frame; docs/angles.md defines them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from app.analysis import angles_of
from app.exports.measured import measured
from app.exports.writer import WholeWriter, name_cell, name_column


class AngleWriter(WholeWriter):
    """Degrees; an empty cell where a joint is not known. `facing` (1, -1, 0) says whether the signs mean much."""

    def _contents(self) -> Iterator[tuple[Path, Iterator[str]]]:
        yield self._path, self._lines()

    def _lines(self) -> Iterator[str]:
        header = self._recording.header
        people = measured(self._recording, self._options)
        degrees = {person_id: iter(one.degrees) for person_id, one in people.items()}
        names = [angle.name for angle in angles_of(header.skeleton)]
        yield ",".join(["index", "time_s", "id", "facing", *names, *name_column(header)]) + "\r\n"
        for record in self._recording:
            for person_id in record.tracks.ids.tolist():
                cells = ["" if np.isnan(value) else f"{value:.3f}" for value in next(degrees[person_id])]
                begin = f"{record.index},{record.time_s!r},{person_id},{people[person_id].facing},"
                yield begin + ",".join([*cells, *name_cell(header, person_id)]) + "\r\n"
