"""A part of a video, told as people tell times: `1:05-1:20`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import cast

from app.results import Result
from app.time_text import between_dashes, beyond_59, seconds_of
from engine.errors import UsageError
from engine.video import SeekableSource, Source


@dataclass(frozen=True, slots=True)
class Part:
    """Frames `first` to `last`, both of them in it; to the end where `last` is None."""

    first: int
    last: int | None

    @classmethod
    def told(cls, text: str, source: Source) -> Part:
        """The frames of `source` shown from one time to another, or, as in `1:05-`, to the end.

        Raises UsageError where it is no such text, and where the source has no such part.
        """
        begin, *ends = between_dashes(text)
        if not begin or len(ends) != 1:
            raise UsageError("--range {0}: give two times with a dash between, for example 1:05-1:20 or 65-80.", text)
        from_s, until_s = _seconds_of(begin, text), _seconds_of(ends[0], text) if ends[0] else None
        if source.info.live:
            raise UsageError("{0} is live, and has no parts; leave --range out.", source.info.name)
        if until_s is not None and until_s <= from_s:
            raise UsageError("--range {0}: the second time must be after the first.", text)
        seekable = cast(SeekableSource, source)
        end_s = source.info.duration_s
        if end_s is not None and from_s >= end_s:
            raise UsageError("{0} ends at {1:.1f} s; give a range within it.", source.info.name, end_s)
        return cls(seekable.index_at(from_s), None if until_s is None else seekable.index_at(until_s))

    def count(self, frames: int | None) -> int | None:
        """How many frames it has, of a source of `frames`; None where that is not known."""
        last = self.last if self.last is not None else None if frames is None else frames - 1
        return None if last is None else last - self.first + 1

    def begin(self, source: Source) -> None:
        """Makes its first frame the next one that `source` gives."""
        if self.first:
            cast(SeekableSource, source).seek(self.first)

    def of(self, results: Iterator[Result]) -> Iterator[Result]:
        """The results that are in it, of those from its first on."""
        for result in results:
            if self.last is not None and result.frame.index > self.last:
                return
            yield result
            if result.frame.index == self.last:
                return


def _seconds_of(time: str, text: str) -> float:
    """The seconds of one of the times in `text`. Raises UsageError where it is none."""
    seconds = seconds_of(time)
    if seconds is not None:
        return seconds
    unit = beyond_59(time)
    if unit is not None:
        raise UsageError("--range {0}: {1} is no time: {2} go to 59.", text, time, unit)
    raise UsageError("--range {0}: {1} is no time; write times such as 1:05 or 65.", text, time)


ALL = Part(0, None)
