"""A file being watched: any frame of it, exactly, decoded ahead while it plays."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Generator
from typing import cast

from app.gui.frame_times import FrameTimes
from app.handover import Handover, ahead
from app.pipeline import decode
from engine.errors import SourceBrokenOff, UsageError
from engine.types import Frame
from engine.video import SeekableSource, Source

CACHE_BYTES = 160_000_000
"""Pictures kept so that stepping back shows at once."""
WORTH_PLAYING_TO = 4
"""Frames that are sooner decoded than sought."""
STEP_BACK = 12
"""Frames decoded at once when somebody steps back, as the next step will want the one before."""
_FAR_S = 1e9  # later than any file ends


class Clip:
    """Random access to the frames of a seekable source. Used by one thread."""

    def __init__(self, source: Source) -> None:
        self._source = cast(SeekableSource, source)
        self._ahead: Generator[tuple[Frame, float], None, None] | None = None
        self._coming = 0
        self._told: int | None = None  # how many frames there are by the file's own table, once that was asked
        self._asked = -1
        self._times: FrameTimes | None = None
        self._cache: OrderedDict[int, Frame] = OrderedDict()
        self.info = source.info
        self.count: int | None = None
        """How many frames there are; None until the end was reached."""
        self.decode_ms = 0.0
        """What decoding the newest frame took."""
        self.broken_off: SourceBrokenOff | None = None

    def frame(self, index: int) -> Frame | None:
        """Frame `index`, or None where the file has no such frame. Raises SourceError."""
        stepping_back, self._asked = index == self._asked - 1, index
        if index < 0 or (self.count is not None and index >= self.count):
            return None
        if index in self._cache:
            return self._cache[index]
        if self._ahead is None or not self._coming <= index <= self._coming + WORTH_PLAYING_TO:
            self._stop_reading()
            start = max(0, index - STEP_BACK) if stepping_back else index
            try:
                self._source.seek(start)
            except IndexError:
                self._told = self._source.index_at(_FAR_S) + 1
                return None
            self._coming = start
            self._ahead = ahead(decode(self._source), Handover(depth=3), stage="decoding")
        frame = None
        while self._coming <= index:
            frame = self._next()
            if frame is None:
                return None
        return frame

    def last(self) -> int:
        """The index of the last frame, as far as it is known now."""
        if self.count is not None:
            return self.count - 1
        if self.times is not None:
            return len(self.times) - 1
        return max(self._told or self.info.frame_count or 1, self._coming) - 1

    def index_at(self, time_s: float) -> int:
        """The frame that is on at `time_s`."""
        return self._source.index_at(time_s)

    @property
    def times(self) -> FrameTimes | None:
        """When each frame is on; None where the file does not tell."""
        if self._times is None and (times_s := self._source.times()):
            self._times = FrameTimes(times_s)
        return self._times

    def retime(self, slowed: float) -> None:
        """From now on times are those of what happened, which the file shows `slowed` times slower.

        Raises UsageError where it is no video file.
        """
        from engine.video.file import FileSource

        if not isinstance(self._source, FileSource):
            raise UsageError("{0} is no video file: its pictures are at their true rate already.", self.info.name)
        self._stop_reading()
        self._cache.clear()  # frames tell their times
        self._times = None
        self._source.retime(slowed)
        self.info = self._source.info

    def close(self) -> None:
        """Ends the reading thread and closes the source."""
        self._cache.clear()
        self._stop_reading()
        self._source.close()

    def _next(self) -> Frame | None:
        assert self._ahead is not None
        try:
            frame, self.decode_ms = next(self._ahead)
        except StopIteration:
            self._ended()
            return None
        except SourceBrokenOff as broken:
            self.broken_off = broken
            self._ended()
            return None
        except BaseException:  # it read for the last time; whoever asks again must not take that for the file's end
            self._ahead = None
            raise
        self._coming = frame.index + 1
        frame.image.flags.writeable = False  # it is shared with the cache and with whoever draws
        self._cache[frame.index] = frame
        while len(self._cache) > max(4, CACHE_BYTES // frame.image.nbytes):
            self._cache.popitem(last=False)
        return frame

    def _ended(self) -> None:
        self.count = self._coming
        self._ahead = None

    def _stop_reading(self) -> None:
        if self._ahead is not None:
            self._ahead.close()
            self._ahead = None
