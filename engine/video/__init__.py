"""Video in and out: sources give Frames, a sink takes pictures and times. What they promise is here.

`engine.video.opening` opens the source that a person means.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from types import TracebackType
from typing import Protocol, Self

from engine.errors import SourceError
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
    hdr          a file's HDR ("HLG" or "PQ"), which is given out as SDR; None for SDR, and of live sources
    assumed      rate and length are guesses: pictures one after the other tell none
    slowed       how many times slower a file shows what happened; rate and length are those of what happened
    capture_fps  at how many frames a second a file says that it was recorded; None where it does not say
    """

    name: str
    width: int
    height: int
    fps: float | None
    duration_s: float | None
    frame_count: int | None
    live: bool
    has_audio: bool
    hdr: str | None = None
    assumed: bool = False
    slowed: float = 1.0
    capture_fps: float | None = None


class Loss(Enum):
    """Why a camera or stream gives no pictures."""

    ENDED = "ended"
    NOT_OPENED = "not opened"
    SILENT = "silent"


@dataclass(frozen=True, slots=True)
class LiveState:
    """How a camera or stream fares: it gives pictures, or was lost and is tried again in `retry_s` seconds.

    error  why it cannot be opened, for Loss.NOT_OPENED
    """

    name: str
    loss: Loss | None = None
    retry_s: float = 0.0
    error: SourceError | None = None


class Source(Protocol):
    """Where frames come from. One thread uses it; `close` may be called from any and ends a blocking read.

    A camera or stream, which goes on whether its frames are taken or not, counts in `dropped` those that nobody took.
    """

    @property
    def info(self) -> SourceInfo: ...

    def __iter__(self) -> Iterator[Frame]:
        """Frames from the current position on. Raises SourceBrokenOff where the source ends before its end."""
        ...

    def end_of(self, index: int) -> float | None:
        """Until when frame `index` is shown, seconds, where it was found to be the source's last; else None."""
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

    def times(self) -> list[float] | None:
        """When each frame is shown, seconds; None where frames can only be counted."""
        ...


@dataclass(frozen=True, slots=True)
class Ending:
    """How a video made of a source's pictures ends.

    until_s    when its last picture is shown no more, on the clock of the frames; None: unknown
    is_sources whether the source ends there too: sound that is longer than its pictures belongs to it
    """

    until_s: float | None = None
    is_sources: bool = False


def ending(source: Source, index: int, next_s: float | None = None) -> Ending:
    """Of a video whose last picture is frame `index`. `next_s`: when the one after it is shown, if one is known."""
    if next_s is not None:
        return Ending(next_s)
    end_s = source.end_of(index)
    return Ending(end_s, end_s is not None)
