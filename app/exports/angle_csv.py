"""Joint angles as CSV, one row for each person in each frame; docs/angles.md defines them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from app.analysis import angles_of
from app.exports.measured import measured
from app.exports.writer import WholeWriter, person_table


class AngleWriter(WholeWriter):
    """Degrees; an empty cell where a joint is not known. `facing` (1, -1, 0) says whether the signs mean much."""

    def _contents(self) -> Iterator[tuple[Path, Iterator[str]]]:
        people = measured(self._recording, self._options)
        columns = ["facing", *(angle.name for angle in angles_of(self._recording.header.skeleton))]
        looks = {person_id: one.facing for person_id, one in people.items()}
        degrees = {person_id: one.degrees for person_id, one in people.items()}
        yield self._path, person_table(self._recording, columns, looks, degrees, digits=3)
