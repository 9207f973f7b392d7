"""Video in and out: sources give Frames, a sink takes pictures and times. What they promise is here."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from types import TracebackType
from typing import Protocol, Self

from engine.types import Frame


@dataclass(frozen=True, slots=True)
class SourceInfo:
    """What is known of a source when it is opened.

    name         what a person would call it: the file's name, "camera 0", an address without its password
    width        of the pictures as given out, that is after rotation; pixels (a live source may change it midway)
    height
    fps          mean frames per second; None where the source does not say
    duration_s   None for live sources and where the container does not say
    frame_count  an estimate for progress bars; None where unknown
    live         True: frames come when they come, and are lost when not taken
    has_audio    the source carries sound that can be copied
    """

    name: str
    width: int
    height: int
    fps: float | None
    duration_s: float | None
    frame_count: int | None
    live: bool
    has_audio: bool


class Source(Protocol):
    """Where frames come from. One thread uses it; `close` may be called from any and ends a blocking read."""

    @property
    def info(self) -> SourceInfo: ...

    def __iter__(self) -> Iterator[Frame]:
        """Frames from the current position on. Raises SourceBrokenOff where the source ends before its end."""
        ...

    def close(self) -> None: ...

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...


class SeekableSource(Source, Protocol):
    """A source that can go to any frame: a file or a folder of pictures."""

    def seek(self, index: int) -> None:
        """The next frame given is frame `index` exactly, the same pixels as when playing up to it."""
        ...

    def index_at(self, time_s: float) -> int:
        """The index of the frame shown at `time_s`."""
        ...
