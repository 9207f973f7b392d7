"""Video files: right way up, with the container's own times, and able to go to any frame exactly."""

from __future__ import annotations

import math
import threading
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import Self

from av.error import FFmpegError
from av.video.frame import VideoFrame

from engine.errors import SourceBrokenOff, SourceError
from engine.types import Frame
from engine.video import SourceInfo
from engine.video.decoder import (
    REORDERED,
    USUAL_FPS,
    Decoder,
    capture_fps,
    duration_s,
    is_untimed,
    keeps_rate,
    open_video,
    pictures_duration_s,
    rate_of,
)
from engine.video.packets import JUMP_S, FrameTable, read_table
from engine.video.pictures import ToRgb
from engine.video.promises import ends_early

_SHORTEST_S = 1e-4  # two pictures with one time are told apart by this much
_ROUNDED = 1e-3  # of a rate, which times in milliseconds do not tell more exactly
_KEYFRAMES_TRIED = 3  # pictures that are refreshed bit by bit are whole only after some more


def times_of(pts: list[int], first_pts: int, tick_s: float) -> list[float]:
    """When pictures with these times, in ticks, are shown: seconds since the first."""
    return [(one - first_pts) * tick_s for one in pts]


def index_shown(pts: list[int], first_pts: int, tick_s: float, time_s: float) -> int:
    """The index of the picture shown at `time_s`, of those of `times_of`; 0 before the first.

    It is the times that are compared, not ticks: after some hours a time has too few digits to lead back to its tick.
    """
    hair_s = max(1e-6 * tick_s, 4 * math.ulp(time_s))  # a time that was reckoned in another way
    return max(0, bisect_right(pts, time_s + hair_s, key=lambda one: (one - first_pts) * tick_s) - 1)


class FileSource:
    """A video file as a SeekableSource.

    Pictures are turned and mirrored as the container's display matrix says. Non-square pixels are made square by
    widening the picture (or making it taller), so that people have the proportions that a player shows. All have the
    size of the first: those that come in another one are fitted in with black bars. HDR becomes SDR. `time_s` is the
    container's presentation time, counted from the first frame: variable frame rates keep their times. Of slow motion
    all times can be those of what happened (`retime`): what they are in the file nobody else need know.

    threads: for decoding; 0 = as many as the machine has cores.
    table: the file's own, where somebody has read it already; without it the first `seek` reads the whole file.
    recorded_at: so many pictures were taken a second, however fast they are shown; None: as many as are shown.
    Raises MissingFileError or SourceError when the file cannot be opened.
    """

    def __init__(
        self,
        path: str | Path,
        *,
        threads: int = 0,
        table: FrameTable | None = None,
        recorded_at: float | None = None,
    ) -> None:
        self.path = Path(path)
        self._lock = threading.Lock()  # close() may come from another thread in the middle of a step
        self._closed = False
        self._table = table
        self._decoder = Decoder(self.path, threads=threads)
        try:
            first = self._first_picture()
        except BaseException:
            self._decoder.close()
            raise
        self._waiting: VideoFrame | None = first  # decoded, not given out yet
        self._index = 0  # of the next frame given out
        self._last_time_s = -math.inf
        self._shift_s = 0.0  # what times that jumped back are moved by
        self._seen_s = 0.0  # the time of the last picture ever decoded
        self._last_index: int | None = None  # of the last frame there is, once the end was reached
        self._end_s = 0.0  # until when that one is shown
        self._first_pts = first.pts
        self._tick_s = float(Fraction(self._decoder.stream.time_base or 1))
        self._to_rgb = ToRgb(first, self._decoder.stream.sample_aspect_ratio)
        self._info = self._describe()  # by the file's own times, as all that is noted here
        self.retime(1.0 if recorded_at is None else self._slowed_by(recorded_at))

    @property
    def info(self) -> SourceInfo:
        return self._retimed

    def retime(self, slowed: float) -> None:
        """From now on times are those of what happened, which the file shows `slowed` times slower (1: as it is)."""
        own = self._info
        with self._lock:
            self._slowed = slowed
            self._retimed = own if slowed == 1 else replace(
                own,
                fps=None if own.fps is None else own.fps * slowed,
                duration_s=None if own.duration_s is None else own.duration_s / slowed,
                slowed=slowed,
            )  # fmt: skip

    @property
    def table(self) -> FrameTable:
        """All its frames, read from the file without decoding any."""
        with self._lock:
            self._refuse_closed()
            return self._read_table()

    def key_frames(self) -> list[tuple[int, float]]:
        """(index, time in seconds) of the frames at which decoding can begin; none where frames can only be counted."""
        table, times = self.table, self.times()
        if times is None:
            return []
        # one that belongs to pictures before the first is none of ours
        keys = [table.index_of(key.pts) for key in table.keyframes if key.pts >= table.pts[0]]
        return [(index, times[index]) for index in keys]

    def times(self) -> list[float] | None:
        """When each frame is shown, seconds, without decoding any; None where frames can only be counted."""
        table = self.table
        if not table.exact or self._first_pts is None:
            return None
        return [time_s / self._slowed for time_s in times_of(table.pts, self._first_pts, self._tick_s)]

    def __iter__(self) -> Iterator[Frame]:
        while (frame := self._next_frame()) is not None:
            yield frame

    def seek(self, index: int) -> None:
        """The next frame given is frame `index`. Raises IndexError where the file has no such frame."""
        with self._lock:
            self._refuse_closed()
            table = self._read_table()
            if not 0 <= index < len(table.pts):
                raise IndexError(f"{self.path.name} has {len(table.pts)} frames, there is no frame {index}")
            try:
                self._go_to(index, table)
            except FFmpegError:
                self._fall_back_to_one_thread()
                self._go_to(index, table)

    def index_at(self, time_s: float) -> int:
        """The index of the frame shown at `time_s`: the last one that begins at or before it."""
        with self._lock:
            self._refuse_closed()
            table = self._read_table()
        time_s *= self._slowed
        if table.exact and self._first_pts is not None:
            return index_shown(table.pts, self._first_pts, self._tick_s, time_s)
        return max(0, min(int(time_s * (self._info.fps or USUAL_FPS) + 1e-6), len(table.pts) - 1))

    def end_of(self, index: int) -> float | None:
        """Until when frame `index` is shown; None where it was not found to be the last.

        A picture is shown until the next one is. The last one may be held for long: only the file's duration tells.
        Where that says nothing of pictures, it is shown as long as one is on average.
        """
        with self._lock:
            if index != self._last_index:
                return None
            return self._end_s / self._slowed

    def close(self) -> None:
        with self._lock:
            if not self._closed:
                self._closed = True
                self._decoder.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _next_frame(self) -> Frame | None:
        with self._lock:
            if self._closed:
                return None
            try:
                picture = self._take()
            except FFmpegError:
                index = self._index
                self._fall_back_to_one_thread()
                self._go_to(index, self._read_table())
                picture = self._take()
            if picture is not None:
                if self._decoder.skipped and (table := self._read_table()).exact and picture.pts is not None:
                    self._index = table.index_of(picture.pts)
                image = self._to_rgb(picture, self._decoder.stream.codec_context.sample_aspect_ratio)
                frame = Frame(image, self._index, self._time_of(picture) / self._slowed)
                self._index += 1
                return frame
            if not self._decoder.broken:
                self._note_end()
                return None
        ended_s = max(self._last_time_s, self._seen_s) / self._slowed
        raise SourceBrokenOff(
            "{0} breaks off at {1:.1f} s and the rest is missing or damaged; "
            "copy it again from where it was recorded.",
            self.path, ended_s, time_s=ended_s,
        )  # fmt: skip

    def _note_end(self) -> None:
        """Keeps which frame is the last, and until when it is shown, before a seek moves on from there."""
        if self._last_index is not None:
            return
        self._last_index = self._index - 1
        self._end_s = max(self._last_time_s, self._seen_s) + 1 / (self._info.fps or USUAL_FPS)
        is_raw = is_untimed(self._decoder.container)
        if not is_raw and not self._shift_s:  # of joined recordings it is one's duration, and of raw streams a guess
            told_s = pictures_duration_s(self._decoder.stream, (self._first_pts or 0) * self._tick_s)
            self._end_s = max(told_s or 0.0, self._end_s)

    def _first_picture(self) -> VideoFrame:
        try:
            first = self._decoder.next()
        except FFmpegError:
            self._fall_back_to_one_thread()
            first = self._decoder.next()
        if first is None and self._decoder.container.format.name == "webp_pipe":  # FFmpeg knows still ones only
            raise SourceError(
                "{0} is not a video that can be read ({1}); give a video file such as .mp4, .mov or .mkv.",
                self.path, "animated WebP",
            )  # fmt: skip
        if first is None:
            raise SourceError("{0} has no picture that can be decoded; take another copy of the file.", self.path)
        return first

    def _take(self) -> VideoFrame | None:
        """The next picture; None at the end. Raises FFmpegError as Decoder.next does."""
        waiting, self._waiting = self._waiting, None
        picture = waiting if waiting is not None else self._decoder.next()
        if picture is not None and picture.pts is not None and self._first_pts is not None:
            self._seen_s = max(self._seen_s, (picture.pts - self._first_pts) * self._tick_s)
        return picture

    def _fall_back_to_one_thread(self) -> None:
        """Starts again with a decoder that passes over damaged pictures and loses none beside them."""
        self._decoder.close()
        self._decoder = Decoder(self.path, threads=1)
        self._at_start()

    def _at_start(self) -> None:
        self._waiting, self._index, self._last_time_s, self._shift_s = None, 0, -math.inf, 0.0

    def _go_to(self, index: int, table: FrameTable) -> None:
        """Makes frame `index` the next one; where it is damaged, the next good one."""
        if not table.exact or index >= len(table.pts):
            if index < self._index:
                self._restart()
            while self._index < index and (picture := self._take()) is not None:
                self._time_of(picture)
                self._index += 1
            return
        wanted = table.pts[index]
        keys = table.keyframes_before(index)
        if self._index <= index and (not keys or keys[0].pts <= table.pts[self._index]):  # nearer than any keyframe
            found, overshot = self._skip_to(wanted)
        else:
            found, overshot = False, True
            for key in keys[:_KEYFRAMES_TRIED]:
                if found or not self._decoder.seek(key.dts, table.is_keyframe):
                    break
                self._waiting = None
                self._last_time_s = -math.inf
                found, overshot = self._skip_to(wanted)
        if not found and overshot:
            self._restart()
            self._skip_to(wanted)
        pts = self._waiting.pts if self._waiting is not None else None
        self._index = index if pts is None else table.index_of(pts)

    def _restart(self) -> None:
        self._decoder.restart()
        self._at_start()

    def _skip_to(self, wanted: int) -> tuple[bool, bool]:
        """Decodes up to the picture shown at `wanted` or the next one there is, which then waits.

        Returns whether it is the one that was wanted, and whether already the first picture came after it.
        """
        is_first = True
        while (picture := self._take()) is not None:
            if picture.pts is not None and picture.pts >= wanted:
                self._waiting = picture
                return picture.pts == wanted, is_first
            is_first = False
        return False, False

    def _time_of(self, picture: VideoFrame) -> float:
        """Seconds since the first frame; made to grow where the container's times stand still or jump back."""
        if picture.pts is None or self._first_pts is None:
            time_s = self._index / (self._info.fps or USUAL_FPS)
            if self._first_pts is None:
                self._last_time_s = time_s
            return time_s
        time_s = (picture.pts - self._first_pts) * self._tick_s + self._shift_s
        if time_s < self._last_time_s - JUMP_S:  # recordings joined without new times
            self._shift_s += self._last_time_s + 1 / (self._info.fps or USUAL_FPS) - time_s
            time_s = (picture.pts - self._first_pts) * self._tick_s + self._shift_s
        self._last_time_s = max(time_s, self._last_time_s + _SHORTEST_S)
        return self._last_time_s

    def _read_table(self) -> FrameTable:
        if self._table is None:
            container, stream = open_video(self.path)
            with container:
                self._table = read_table(container, stream, self._first_pts)
        return self._table

    def _refuse_closed(self) -> None:
        if self._closed:
            raise ValueError(f"{self.path.name} is closed")

    def _slowed_by(self, recorded_at: float) -> float:
        """How many times slower it shows what was recorded at so many frames a second. Raises SourceError."""
        if self._info.fps is None:
            self.close()
            raise SourceError(
                "{0} does not tell how many frames a second it shows, so nobody can tell how slow that is; convert it "
                "to .mp4 first.",
                self.path,
            )  # fmt: skip
        return recorded_at / self._info.fps

    def _shown_fps(self, told_fps: float | None) -> float | None:
        """How many pictures come a second by their times; `told_fps` where those agree with it or do not tell."""
        table, decoder = self._read_table(), self._decoder
        # where a file was cut off, pictures are missing before the last one that is there: some that are stored later
        is_whole = not ends_early(self.path, decoder.container, decoder.stream, None)
        pts = table.pts if is_whole else table.pts[:-REORDERED]
        if not table.exact or len(pts) < 2:
            return told_fps
        fps = (len(pts) - 1) / ((pts[-1] - pts[0]) * self._tick_s)
        return fps if told_fps is None or abs(fps / told_fps - 1) > _ROUNDED else told_fps

    def _describe(self) -> SourceInfo:
        container, stream = self._decoder.container, self._decoder.stream
        fps = rate_of(stream)
        start_s = (self._first_pts or 0) * self._tick_s
        duration = duration_s(container, stream, start_s)
        # not by a table of contents first: of a file in fragments it may list the first one only
        count = max(1, round(duration * fps)) if fps and duration else stream.frames
        # Matroska's rate is a promise of the program that wrote it: browsers give none, and of a recorded screen it is
        # the most there can be
        if "matroska" in container.format.name and (fps is None or not keeps_rate(self.path, fps, start_s, duration)):
            count = len(self._read_table().pts)
            fps = self._shown_fps(fps)
        if count == 1:  # a picture, then, and people in it cannot be followed: that must be right
            count = len(self._read_table().pts)
        return SourceInfo(
            name=self.path.name,
            width=self._to_rgb.width,
            height=self._to_rgb.height,
            fps=fps,
            duration_s=duration,
            frame_count=count or None,
            live=False,
            has_audio=len(container.streams.audio) > 0,
            hdr=self._to_rgb.hdr.value if self._to_rgb.hdr else None,
            capture_fps=capture_fps(container),
        )
