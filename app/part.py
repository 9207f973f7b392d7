"""A part of a video, told as people tell times: `1:05-1:20`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import cast

from app.results import Result
from app.time_text import seconds_of
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
        begin, dash, end = text.partition("-")
        from_s, until_s = seconds_of(begin), seconds_of(end)
        if not dash or from_s is None or (until_s is None and end.strip()):
            raise UsageError("--range {0}: give two times with a dash between, for example 1:05-1:20 or 65-80.", text)
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


ALL = Part(0, None)
