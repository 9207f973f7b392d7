"""Opening a video file with PyAV, and decoding its pictures one after the other."""

from __future__ import annotations

import re
from collections.abc import Callable, Generator, Iterable
from fractions import Fraction
from itertools import islice
from math import ceil, inf
from pathlib import Path
from typing import cast

import av
from av.container import InputContainer
from av.error import FFmpegError
from av.format import Flags
from av.stream import Disposition
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from engine.errors import MissingFileError, SourceError, reason_of
from engine.video.packets import packets_late, picture_packets, readable_packets
from engine.video.promises import ends_early

REORDERED = 8  # so many pictures at most may be stored before one that is shown earlier
USUAL_FPS = 25.0  # where neither times nor a rate are given, as in raw streams: FFmpeg's own guess
_FASTEST_GUESS = 240  # by more FFmpeg guesses the container's clock, as the 1000 of browsers' recordings
_CAPTURE_FPS = "com.android.capture.fps"
_FASTEST_CAMERA = 1e5  # frames a second
_PLACES = 16  # at most, where it is looked how fast pictures come
_COUNTED = 24  # pictures in a row at each
_ABOUT = 0.1  # of a rate
_NOT_VIDEO = {"tty", "bin", "xbin", "idf", "adf"}  # demuxers that make a "video" of any text or bytes
_TORN = {"mpeg", "mpegts"}  # pictures may begin in the middle of a packet there
_MATROSKA_DURATION = re.compile(r"(\d+):(\d+):(\d+(?:\.\d+)?)")
_BOXES = {b"ftyp", b"mdat", b"wide", b"free", b"skip"}  # what an MP4 or QuickTime file may begin with


def open_video(path: Path) -> tuple[InputContainer, VideoStream]:
    """The container and the stream that players show: of those marked default, then of all, the largest.

    Cover pictures do not count. Raises MissingFileError or SourceError.
    """
    try:
        if path.is_dir():
            raise SourceError("{0} is a folder, not a video file; name a file in it.", path)
        if path.is_fifo():  # it would have to be read from its start more than once
            raise SourceError(
                "{0} is a pipe, which cannot be read as a video; save it to a file, or give a stream's address.", path
            )
        with path.open("rb") as file:
            head = file.read(8)
    except FileNotFoundError as error:
        raise MissingFileError("{0} does not exist; check the name and the folder.", path) from error
    except PermissionError as error:
        raise SourceError("{0} may not be read by you; change its permissions or take a copy of it.", path) from error
    except OSError as error:
        raise SourceError(
            "{0} cannot be read ({1}); check the disk or take another copy.", path, reason_of(error)
        ) from error
    if not head:
        raise SourceError("{0} is empty (0 bytes); copy or record it again.", path)
    try:
        container = open_container(path)
    except FFmpegError as error:
        if head[4:8] in _BOXES:
            raise SourceError(
                "{0} was cut off before its table of contents was written, so no player can open it; "
                "copy it again from where it was recorded.",
                path,
            ) from error
        raise SourceError(
            "{0} is not a video that can be read ({1}); give a video file such as .mp4, .mov or .mkv.",
            path,
            in_words(error),
        ) from error
    streams = [s for s in container.streams.video if not s.disposition & Disposition.attached_pic]
    decodable = [s for s in streams if s.codec_context is not None]  # type: ignore[redundant-expr]  # the stub says never
    if container.format.name in _NOT_VIDEO or not decodable:
        known = streams and container.format.name not in _NOT_VIDEO
        container.close()
        if known:
            raise SourceError("{0} holds video of a kind that cannot be decoded here; convert it to H.264.", path)
        raise SourceError("{0} holds no video; give a video file such as .mp4, .mov or .mkv.", path)
    return container, max(decodable, key=lambda s: (bool(s.disposition & Disposition.default), s.width * s.height))


def open_container(path: Path) -> InputContainer:
    """The file as FFmpeg sees it. Raises FFmpegError."""
    # absolute: FFmpeg would take what stands before a colon, as in `game 12:30.mp4`, for a protocol
    return av.open(str(path.absolute()), metadata_errors="replace")


def in_words(error: FFmpegError) -> str:
    """FFmpeg's own words: `invalid data found when processing input`."""
    words = error.strerror or type(error).__name__
    return words[:1].lower() + words[1:]


def is_untimed(container: InputContainer) -> bool:
    """Whether its format has no times, as raw H.264 and motion JPEG: FFmpeg counts pictures at a rate of its own."""
    return bool(container.format.flags & cast(int, Flags.no_timestamps.value))  # PyAV's stub says otherwise


def duration_s(container: InputContainer, stream: VideoStream, start_s: float) -> float | None:
    """How long the pictures last by the container's word, from the first one at `start_s`; None where it is silent."""
    if (told_s := pictures_duration_s(stream, start_s)) is not None:
        return told_s
    if container.duration:
        counted_from_s = start_s if "matroska" in container.format.name else 0.0
        return max(0.0, container.duration / 1e6 - counted_from_s)
    return None


def pictures_duration_s(stream: VideoStream, start_s: float) -> float | None:
    """The same, where the container says it of the pictures by themselves, not of pictures and sound together."""
    if stream.duration and stream.time_base:
        return float(stream.duration * stream.time_base)
    if hours_minutes_seconds := _MATROSKA_DURATION.fullmatch(stream.metadata.get("DURATION", "")):
        hours, minutes, seconds = map(float, hours_minutes_seconds.groups())
        # Matroska counts from zero, not from the start.
        return max(0.0, hours * 3600 + minutes * 60 + seconds - start_s)
    return None


def rate_of(stream: VideoStream) -> float | None:
    """Mean frames per second; None where the file does not say."""
    rate = stream.average_rate or stream.guessed_rate
    fastest = 1000 if stream.average_rate else _FASTEST_GUESS
    return float(rate) if rate and 0 < rate <= fastest else None


def capture_fps(container: InputContainer) -> float | None:
    """At how many frames a second an Android phone says that it recorded the file; None where it does not say.

    In their metadata, as kMetaKey_CaptureFps of AOSP's MPEG4Writer.cpp.
    """
    try:
        fps = float(container.metadata.get(_CAPTURE_FPS, ""))
    except ValueError:
        return None
    return fps if 0 < fps <= _FASTEST_CAMERA else None


def keeps_rate(path: Path, fps: float, start_s: float, duration_s: float | None) -> bool:
    """Whether pictures come about `fps` times a second, at places spread over a file from its beginning to its end.

    Between two of them it is not looked, nor beyond the beginning where nobody knows how long the file is.

    start_s  when its first picture is shown, on the container's clock

    Raises MissingFileError or SourceError.
    """
    window_s = _COUNTED / fps
    span_s = max(0.0, (duration_s or 0.0) - window_s)  # the last one ends where the file does
    places = min(_PLACES, 1 + ceil(span_s / window_s))
    begins_s = (start_s + span_s * place / max(1, places - 1) for place in range(places))
    container, stream = open_video(path)
    with container:
        rates = _rates_from(begins_s, window_s, container, stream)
        return all(rate is None or abs(rate / fps - 1) <= _ABOUT for rate in rates)


def _rates_from(
    begins_s: Iterable[float], window_s: float, container: InputContainer, stream: VideoStream
) -> Generator[float | None, None, None]:
    """How many pictures come a second from each of these times on, reckoned from some of them; from those in the next
    `window_s` where the file ends before. None where times do not tell, and nothing more where it cannot be sought.

    Where keyframes are few a seek would lead back to what was read already, and Matroska's may read to the end of the
    file for it: there it is read on.
    """
    tick_s = float(stream.time_base or 1)
    shown_s = _shown_s(container, stream)
    seen_s: list[float] = []  # since the last seek, without those before the place
    for place, begin_s in enumerate(begins_s):
        # only the first seek reads the index
        if place == 1 or (place > 1 and _keyframe_s(begin_s, stream) > max(seen_s, default=-inf)):
            try:
                container.seek(round(begin_s * 1e6))
            except FFmpegError:
                return
            shown_s, seen_s = _shown_s(container, stream), []
        from_s = begin_s - tick_s / 2
        seen_s = [time_s for time_s in seen_s if time_s >= from_s]
        seen_s += islice((time_s for time_s in shown_s if time_s >= from_s), _COUNTED + REORDERED - len(seen_s))
        after_s = sorted(time_s - begin_s for time_s in seen_s)
        if len(after_s) < _COUNTED:
            yield len(after_s) / max([window_s, *after_s[-1:]])
        else:
            lasted_s = after_s[_COUNTED - 1]  # on average half a picture's time before the first
            yield (_COUNTED - 0.5) / lasted_s if lasted_s > 0 else None


def _shown_s(container: InputContainer, stream: VideoStream) -> Generator[float, None, None]:
    """When the pictures from here on are shown, in the order in which they are stored."""
    tick_s = float(stream.time_base or 1)
    return (packet.pts * tick_s for packet in picture_packets(container, stream) if packet.pts is not None)


def _keyframe_s(time_s: float, stream: VideoStream) -> float:
    """When the last keyframe at or before `time_s` is shown, of those in the index so far."""
    tick_s = float(stream.time_base or 1)
    at = stream.index_entries.search_timestamp(round(time_s / tick_s))
    return stream.index_entries[at].timestamp * tick_s if at >= 0 else -inf


def first_shown_s(path: Path) -> float | None:
    """When the first picture of a file is shown, on the container's clock; None where it has no pictures, or no times.

    Raises MissingFileError.
    """
    try:
        decoder = Decoder(path, threads=1)
    except MissingFileError:
        raise
    except SourceError:
        return None
    try:
        first = decoder.next()
        if first is None or first.pts is None:
            return None
        return float(first.pts * Fraction(decoder.stream.time_base or 1))
    finally:
        decoder.close()


class Decoder:
    """The pictures of one open file in order of presentation. Used by one thread at a time.

    broken   after the last picture: whether the file ended before its end
    skipped  whether a damaged picture was left out
    """

    def __init__(self, path: Path, *, threads: int) -> None:
        self._path = path
        self._threads = threads
        self.container, self.stream = open_video(path)
        self.broken = False
        self.skipped = False
        self._late = packets_late(self.container, self.stream) or 0  # before decoding, which may find more
        self._set_threads()
        self._pictures = self._decode()

    def next(self) -> VideoFrame | None:
        """The next picture, None at the end.

        Raises FFmpegError where a picture is damaged and several threads decode: pictures that were done already are
        lost with it (PyAV gives none of a call's pictures where one fails). With one thread a damaged picture is
        skipped.
        """
        return next(self._pictures, None)

    def seek(self, dts: int, is_keyframe: Callable[[int | None], bool]) -> bool:
        """Goes to the last keyframe at or before `dts`, as far as the container knows; False where it cannot.

        is_keyframe: whether the picture shown at a time, in ticks, is one; where the container gives the first picture
        another's time, it is left out.
        """
        self._pictures.close()
        try:
            self.container.seek(dts, stream=self.stream)
        except FFmpegError:
            return False
        self._pictures = self._decode(from_keyframe=True)
        if self.container.format.name in _TORN:  # elsewhere a second picture need not be decoded for one
            self._pictures = _well_timed(self._pictures, is_keyframe)
        return True

    def restart(self) -> None:
        """Goes back to the first picture."""
        self._pictures.close()
        self.container.close()
        self.container, self.stream = open_video(self._path)
        self._set_threads()
        self._pictures = self._decode()

    def close(self) -> None:
        self._pictures.close()
        self.container.close()

    def _set_threads(self) -> None:
        self.stream.thread_type = "NONE" if self._threads == 1 else "AUTO"
        self.stream.codec_context.thread_count = self._threads

    def _timed(self, pictures: list[VideoFrame], last_dts: int | None) -> list[VideoFrame]:
        """The pictures, with the times at which they are shown.

        An AVI has no times of presentation. FFmpeg reckons them from what is in the packets, wrong ones for H.264 with
        B-frames, and where DivX and XviD put two pictures into one packet and an empty packet after it. But a picture
        comes out at the packet of its time, or as many packets after it as all do; the last ones after the last packet.
        """
        if last_dts is not None and self.container.format.name == "avi":
            for picture in pictures:
                last_dts = picture.dts if picture.dts is not None else last_dts + 1
                picture.pts = last_dts - self._late
        return pictures

    def _decode(self, from_keyframe: bool = False) -> Generator[VideoFrame, None, None]:
        self.broken = False
        last_is_damaged = False
        last_dts: int | None = None
        packets = readable_packets(self.container, self.stream)
        while True:
            try:
                packet = next(packets)
            except StopIteration as end:
                is_cut_off: bool = end.value
                break
            last_dts = packet.dts if packet.dts is not None else last_dts
            if from_keyframe and not packet.is_keyframe:
                continue
            from_keyframe = False
            try:
                pictures = packet.decode()
            except FFmpegError:
                if self._threads != 1:
                    raise
                last_is_damaged = self.skipped = True
                continue
            if pictures:
                last_is_damaged = False
                yield from self._timed(pictures, last_dts)
        try:
            yield from self._timed(self.stream.decode(None), last_dts)
        except FFmpegError:
            if self._threads != 1:
                raise
            last_is_damaged = True
        self.broken = is_cut_off or last_is_damaged or ends_early(self._path, self.container, self.stream, last_dts)


def _well_timed(
    pictures: Generator[VideoFrame, None, None], is_keyframe: Callable[[int | None], bool]
) -> Generator[VideoFrame, None, None]:
    """The pictures after a seek, without the first one where its time is the next one's.

    Where a keyframe begins in the middle of a packet, a seek leads to the rest of the picture before it. That takes the
    keyframe's time then, and the keyframe that of the picture stored after it.
    """
    first, second = next(pictures, None), next(pictures, None)
    if first is not None and is_keyframe(first.pts) and (second is None or first.pts != second.pts):
        yield first
    if second is not None:
        yield second
    yield from pictures
