"""What is known of a file by one count of its times after another: slow motion, or as it is shown. Qt-free."""

from __future__ import annotations

from dataclasses import replace

from app.results import FrameRecord, Recording, SourceRecord
from app.smoothing import as_found


class Paces:
    """Counts the times of one file's recording anew.

    Whoever counts as at first again has what was known then to the last digit, with the joints that were smoothed then:
    by other times they would be smoothed otherwise, and stand there as found.
    """

    def __init__(self) -> None:
        self._first: Recording | None = None
        self._given: Recording | None = None  # of the frames of the first, as they were counted last

    def counted(self, known: Recording, slowed: float) -> Recording:
        """`known` by the times of what happened, which the file shows `slowed` times slower."""
        if self._first is None or self._given is None:
            self._first = self._given = known
        first, own = self._first, self._first.header.source
        is_first = slowed == own.slowed
        base = as_found(first) if first.header.smoothing and not is_first else first
        source = own if is_first else _at_pace(own, slowed)
        result = Recording(replace(known.header, source=source, smoothing=base.header.smoothing))
        given = Recording(result.header)
        for record in known:
            before = base[record.index] if self._given[record.index] is record else None
            if before is None:  # found, or given to others, since
                result.add(_scaled(record, known.header.source.slowed / slowed))
            else:
                given.add(_scaled(before, own.slowed / slowed))
                result.add(given[record.index] or record)
        self._given = given
        return result


def _at_pace(source: SourceRecord, slowed: float) -> SourceRecord:
    faster = slowed / source.slowed
    return replace(
        source,
        fps=None if source.fps is None else source.fps * faster,
        duration_s=None if source.duration_s is None else source.duration_s / faster,
        slowed=slowed,
    )


def _scaled(record: FrameRecord, ratio: float) -> FrameRecord:
    return record if ratio == 1 else replace(record, time_s=record.time_s * ratio)
