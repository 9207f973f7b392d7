"""Writes a video that plays everywhere: H.264 with the source's times and sound, readable even after a kill."""

from __future__ import annotations

import contextlib
import os
from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import Self

import av
import cv2
import numpy as np
from av.error import FFmpegError
from av.packet import Packet
from av.video.frame import PictureType
from av.video.reformatter import ColorRange
from av.video.stream import VideoStream

from engine.errors import SinkError
from engine.files import claim_part, refusal, written_at
from engine.types import U8
from engine.video import Ending
from engine.video.audio import AudioCopy
from engine.video.decoder import USUAL_FPS, in_words
from engine.video.faststart import write_with_index_first
from engine.video.fitting import fitted
from engine.video.yuv import COLOUR_TAGS, matrix_name, to_yuv420

_CONTAINERS = {".mp4": "mp4", ".m4v": "mp4", ".mov": "mov", ".mkv": "matroska"}
SUFFIXES = tuple(_CONTAINERS)
_KEYFRAME_EVERY_S = 2.0
_FRAGMENT_S = 1.0  # what a kill can cost, beside the few frames that are still in the encoder
_LEAST_FPS = Fraction(1, 1001)  # of recordings with a picture an hour; their times are kept all the same


class VideoSink:
    """An H.264 video under construction.

    The file grows beside its target as NAME.part.mp4 (or .mkv …) and takes the target's name in `close`; leaving a
    `with` block by an exception removes it. It is written in fragments, so that after a crash or a kill everything up
    to the last second opens; MP4 files become plain ones at the end, with their index first where the disk has room to
    copy them. Where it refuses more, what was written stays under that name, if it opens, and the error says so.

    Time 0 of the video is the first picture written. The sound of `audio_from` follows the same clock: pictures that
    carry the times of that file keep their sound, also where only a section is written. Odd sizes become even by
    repeating the last column or row, as 4:2:0 video needs.
    The last picture is shown as long as one is on average, and its sound heard, unless `end_with` says otherwise.

    width, height  of the pictures; one of another size (a camera that came back) is fitted in with black bars
    fps            mean rate, a hint for the encoder and for players; None where unknown
    crf            x264's quality, 0–51, smaller is better
    slowed         how many times slower the video shows what happened: `fps` and the times of pictures are those of
                   that, and it keeps the pace, and the sound, of a file that does so

    Raises SinkError where the target cannot be written. Used by one thread.
    """

    def __init__(
        self,
        path: str | Path,
        *,
        width: int,
        height: int,
        fps: float | None,
        audio_from: str | Path | None = None,
        crf: int = 20,
        slowed: float = 1.0,
    ) -> None:
        self.path = Path(path)
        self._slowed = slowed
        self._size = width, height
        self._matrix = matrix_name(width, height)
        rate = max(Fraction(fps / slowed if fps else USUAL_FPS).limit_denominator(1001), _LEAST_FPS)
        ticks_per_second = rate.numerator * -(-90_000 // rate.numerator)  # a whole number of ticks a frame
        self._tick = Fraction(1, ticks_per_second)
        self._frame_s = float(1 / rate)
        self._first_s: float | None = None
        self._last_pts = -1
        self._last_s = 0.0
        self._ending = Ending()
        self._held: Packet[VideoStream] | None = None  # the newest: how long it is shown, what follows tells
        self._keyframe_at_s = 0.0
        self._audio: AudioCopy | None = None
        suffix = self._check_target(audio_from)
        self._final = written_at(self.path)
        self._file = claim_part(self._final)
        self._part = Path(self._file.name)
        self._open = True
        self._container = av.open(
            self._file, "w", format=_CONTAINERS[suffix], options=_muxer_options(_CONTAINERS[suffix])
        )
        try:
            self._stream = self._container.add_stream("libx264", rate=rate)
            self._stream.width, self._stream.height = width + width % 2, height + height % 2
            self._stream.pix_fmt = "yuv420p"
            codec = self._stream.codec_context
            codec.time_base = self._tick
            codec.gop_size = max(1, round(_KEYFRAME_EVERY_S * rate))
            codec.thread_count = max(1, (os.cpu_count() or 1) // 4)  # finding people needs the others
            codec.colorspace, codec.color_primaries, codec.color_trc = COLOUR_TAGS[self._matrix]
            codec.color_range = ColorRange.MPEG
            # Without B-frames decoding order is presentation order: no edit lists that players read in different ways.
            # Finer steps for colours alone: those of drawn lines come closer for fewer bytes than by a lower crf.
            codec.options = {
                "preset": "veryfast", "crf": str(crf), "bf": "0", "forced-idr": "1",
                "x264-params": "chroma-qp-offset=-4",
            }  # fmt: skip
            if audio_from is not None:
                self._audio = AudioCopy(Path(audio_from), self._container, suffix)
            self._container.start_encoding()
        except (FFmpegError, OSError) as error:
            self.abort()
            raise self._failure(error) from error
        except BaseException:
            self.abort()
            raise

    def write(self, image: U8, time_s: float) -> None:
        """Adds an RGB picture, uint8 [H, W, 3], shown from `time_s` on (strictly increasing). Raises SinkError."""
        time_s *= self._slowed
        if self._first_s is None:
            self._first_s = time_s
            if self._audio is not None:
                self._audio.begin(time_s)
        at_s = time_s - self._first_s
        pts = max(round(at_s / self._tick), self._last_pts + 1)
        frame = av.VideoFrame.from_ndarray(to_yuv420(self._fitted(image), self._matrix), format="yuv420p")
        frame.pts, frame.time_base = pts, self._tick
        if at_s >= self._keyframe_at_s:  # by time, because frames may come slower than they were announced
            frame.pict_type = PictureType.I
            self._keyframe_at_s = at_s + _KEYFRAME_EVERY_S
        self._last_pts, self._last_s = pts, at_s
        try:
            self._mux(self._stream.encode(frame))
            if self._audio is not None:
                self._audio.mux_until(at_s)
        except (FFmpegError, OSError) as error:
            raise self._broken(error) from error

    def end_with(self, ending: Ending) -> None:
        """Says until when the last picture is shown, on the clock of `write`, and whether all sound left is heard."""
        self._ending = ending

    def close(self) -> None:
        """Finishes the file and gives it its name. Raises SinkError."""
        if not self._open:
            return
        if self._first_s is None:
            self.abort()
            raise SinkError("{0} was not written, because there was not one picture to write.", self.path)
        try:
            end_s = self._end_s(self._first_s)
            self._mux(self._stream.encode(None))
            self._release(max(round(end_s / self._tick), self._last_pts + 1))
            if self._audio is not None:
                self._audio.finish(end_s, is_sources_end=self._ending.is_sources)
                self._audio.close()
            self._container.close()
            is_copied = write_with_index_first(self._part, self._final)
            self._file.close()  # not before: nobody shall take it for one that a kill left
            if not is_copied:
                os.replace(self._part, self._final)
            self._open = False
            with contextlib.suppress(OSError):
                self._part.unlink(missing_ok=True)
        except (FFmpegError, OSError) as error:
            raise self._broken(error) from error

    def abort(self) -> None:
        """Gives up and removes what was written."""
        if not self._open:
            return
        self._let_go()
        self._part.unlink(missing_ok=True)

    def _mux(self, packets: list[Packet[VideoStream]]) -> None:
        """Hands over all packets but the newest, each lasting until the next one."""
        for packet in packets:
            self._release(packet.pts)
            self._held = packet

    def _release(self, until_pts: int | None) -> None:
        if self._held is not None:
            if until_pts is not None and self._held.pts is not None:
                self._held.duration = until_pts - self._held.pts
            self._container.mux(self._held)

    def _end_s(self, first_s: float) -> float:
        """When the last picture ends, on the video's clock, which is at 0 at `first_s`."""
        until_s = -1.0 if self._ending.until_s is None else self._ending.until_s * self._slowed - first_s
        return until_s if until_s > self._last_s else self._last_s + self._frame_s

    def _let_go(self) -> None:
        self._open = False
        if self._audio is not None:
            self._audio.close()
        with contextlib.suppress(OSError):  # a full disk may say so again
            self._file.close()
        self._container.close()  # after the file: PyAV then leaves the end of it unwritten

    def _broken(self, error: FFmpegError | OSError) -> SinkError:
        """Ends the file where the disk refused more of it; keeps what can be seen."""
        self._let_go()
        failure = self._failure(error)
        if _has_pictures(self._part):
            return SinkError("{0} What was written before is {1}.", failure, self._part.name)
        with contextlib.suppress(OSError):
            self._part.unlink(missing_ok=True)
        return failure

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self.close()
        else:
            self.abort()

    def _check_target(self, audio_from: str | Path | None) -> str:
        """The suffix in small letters."""
        suffix = self.path.suffix.lower()
        if suffix not in _CONTAINERS:
            kinds = ", ".join(_CONTAINERS)
            raise SinkError(
                "{0} does not end in a kind of video that can be written; name it one of {1}.", self.path, kinds
            )
        if audio_from is not None and _same_file(self.path, audio_from):
            raise SinkError("{0} is the video that is being read; give another name for the new one.", self.path)
        return suffix

    def _fitted(self, image: U8) -> U8:
        """`image` in the size that is encoded."""
        width, height = self._size
        image = fitted(image, width, height)
        if width % 2 or height % 2:
            image = np.asarray(cv2.copyMakeBorder(image, 0, height % 2, 0, width % 2, cv2.BORDER_REPLICATE), np.uint8)
        return image

    def _failure(self, error: FFmpegError | OSError) -> SinkError:
        if not isinstance(error, FFmpegError):  # whose numbers mean something else
            return refusal(self.path, error)
        reason = in_words(error)
        if self.path.suffix.lower() == ".mkv":  # which holds more than the others do
            return SinkError("{0} could not be written ({1}).", self.path, reason)
        return SinkError("{0} could not be written ({1}); try another kind, such as .mkv.", self.path, reason)


def _muxer_options(container: str) -> dict[str, str]:
    """Makes the file readable at any moment, also where its sound ends long before its pictures."""
    options = {"max_interleave_delta": str(round(_FRAGMENT_S * 1e6))}
    if container == "matroska":
        return options | {"cluster_time_limit": str(round(_FRAGMENT_S * 1e3)), "flush_packets": "1"}
    # hybrid_fragmented: fragments while it grows, and at the end a plain file with one table of contents. delay_moov:
    # its beginning waits for the first packets, which tell when the sound begins and what kind of AC-3 it is.
    return options | {"movflags": "+hybrid_fragmented+delay_moov", "frag_duration": str(round(_FRAGMENT_S * 1e6))}


def _has_pictures(path: Path) -> bool:
    try:
        with av.open(str(path)) as container:
            return any(True for _ in container.decode(video=0))
    except (FFmpegError, OSError):
        return False


def _same_file(one: Path, other: str | Path) -> bool:
    try:
        return one.samefile(other)
    except OSError:  # one of them is not there, or may not be looked at
        return False
