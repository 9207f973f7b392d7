"""Ranges of motion and repetitions as CSV, one row for each person and angle; docs/angles.md says what they are."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from app.analysis import angles_of, has_sign, without_wrap
from app.exports.measured import measured
from app.exports.writer import MARK, Options, WholeWriter, check_followed, name_cell
from app.repetitions import calm, ends, repetitions
from app.results import Header
from engine.types import F64

COLUMNS = (
    "id", "name", "angle", "signed", "frames", "lowest_deg", "highest_deg", "range_deg", "mean_deg", "lowest_at_s",
    "highest_at_s", "repetitions", "repetition_s", "repetition_low_deg", "repetition_high_deg",
)  # fmt: skip


class SummaryWriter(WholeWriter):
    """An angle that is not known on any frame has no row; where there are no repetitions, their cells are empty.

    Of a part of the frames all is measured with what is around them, as the window's curves are, and told in the part.

    Joints that are not smoothed are elsewhere on single frames, which would say how far somebody moves: of those all
    but the mean is told of the medians that repetitions are counted in.
    """

    def __init__(self, path: Path, header: Header, options: Options) -> None:
        check_followed(header, "summary")
        super().__init__(path, header, options)

    def _contents(self) -> Iterator[tuple[Path, Iterator[str]]]:
        yield self._path, self._lines()

    def _lines(self) -> Iterator[str]:
        header = self._recording.header
        people = measured(self._recording, self._options)
        yield MARK + ",".join(COLUMNS) + "\r\n"
        for person_id, one in people.items():
            begin = [str(person_id), *(name_cell(header, person_id) or [""])]
            for angle, degrees in zip(angles_of(header.skeleton), one.degrees.T, strict=True):
                if np.isfinite(degrees[one.part]).any():
                    curve, is_smoothed = without_wrap(degrees, one.part), header.smoothing is not None
                    told = _told(curve, one.person.times_s, one.part, is_smoothed=is_smoothed)
                    signed = "yes" if has_sign(angle, one.facing) else "no"
                    yield ",".join([*begin, angle.name, signed, *told]) + "\r\n"


def _told(degrees: F64, times_s: F64, part: slice, *, is_smoothed: bool) -> list[str]:
    """The cells from `frames` on, of an angle that is known on one frame of the part at least."""
    curve = degrees if is_smoothed else calm(degrees, times_s)
    here, here_s = curve[part], times_s[part]
    low, high = int(np.nanargmin(here)), int(np.nanargmax(here))
    cells = [str(np.isfinite(degrees[part]).sum())]
    cells += map(_rounded, (here[low], here[high], here[high] - here[low], np.nanmean(degrees[part])))
    cells += [f"{here_s[low]:.3f}", f"{here_s[high]:.3f}"]
    swings = repetitions(degrees, times_s, within_s=(here_s[0], here_s[-1]))
    if not swings:
        return [*cells, "0", "", "", ""]
    seconds = np.mean([each.end_s - each.start_s for each in swings])
    mean_low, mean_high, _ = np.mean([ends(each, curve, times_s) for each in swings], axis=0)
    return [*cells, str(len(swings)), f"{seconds:.2f}", _rounded(mean_low), _rounded(mean_high)]


def _rounded(degrees: float) -> str:
    return f"{degrees:z.1f}"
