"""Network streams (RTSP, HTTP, RTMP …) through PyAV, opened again when they are lost."""

from __future__ import annotations

import errno
import re
import socket
import time
from collections.abc import Callable, Iterator
from functools import partial

import av
import av.container.core
from av.container import InputContainer
from av.error import FFmpegError
from av.video.frame import VideoFrame

from engine.errors import SourceError, reason_of
from engine.types import U8
from engine.video import LiveState
from engine.video.connection import Shot, Sign, is_abandoned
from engine.video.decoder import in_words, is_untimed
from engine.video.live import Patience, SupervisedSource
from engine.video.pictures import ToRgb

_OPEN_S = 5.0
_READ_S = 75.0  # longer than a supervisor waits: he knows how often pictures come
_FIRST_S = 20.0  # some cameras send a picture every few seconds
_IN_PIECES = ("hls", "dash")  # all of a piece comes at once, some pieces late
_QUERY = re.compile("[?#]")
_HOST = re.compile(r"^.*@|:\d*$")  # what stands before and after it
_HOST_END = re.compile("[/?#]")  # FFmpeg looks for no name and password after it


class _ClockOfPyAV:
    """By which it ends reads that take too long; it flies where nobody waits for one any more.

    PyAV has no other way to end a read from outside, and a thread that is in FFmpeg when Python ends may crash.
    """

    @staticmethod
    def monotonic() -> float:
        return time.monotonic() * (1000 if is_abandoned() else 1)


av.container.core.time = _ClockOfPyAV  # type: ignore[attr-defined]


class StreamSource(SupervisedSource):
    """A live Source from an address; SupervisedSource says how losses are handled.

    RTSP goes over TCP, which neither firewalls nor lost packets trouble, unless the server knows UDP only. A stream
    that ends quietly counts as lost.
    Names and passwords in the address are used and never shown.
    Raises SourceError where it cannot be opened.
    """

    def __init__(
        self,
        address: str,
        *,
        on_state: Callable[[LiveState], None] | None = None,
    ) -> None:
        super().__init__(
            shown_address(address),
            partial(_StreamCapture, address),
            patience=Patience(open_s=_FIRST_S),
            on_state=on_state,
        )


def shown_address(address: str) -> str:
    """The address without user, password and query (which may hold a key).

    Passwords are often not escaped as they should be, so the last @ counts, and where that may be part of a query only
    the kind of address is shown.
    """
    scheme, _, rest = address.partition("://")
    place, secrets = _QUERY.split(rest, maxsplit=1) if _QUERY.search(rest) else (rest, "")
    return f"{scheme}://…" if "@" in secrets else f"{scheme}://{place.rpartition('@')[2]}"


class _StreamCapture:
    def __init__(self, address: str) -> None:
        name = shown_address(address)
        scheme, _, rest = address.partition("://")
        address = f"{scheme.lower()}://{rest}"  # FFmpeg knows no other
        options = {"rtsp_flags": "prefer_tcp"} if address.startswith("rtsp") else {}
        begun_s = time.monotonic()
        try:
            self._container: InputContainer = av.open(
                address, options=options, container_options={"fflags": "nobuffer"}, timeout=(_OPEN_S, _READ_S)
            )
        except (FFmpegError, OSError) as error:
            has_waited = time.monotonic() >= begun_s + _OPEN_S
            # not from FFmpeg's error, which carries the address with its password
            raise _not_opened(address, name, error, has_waited=has_waited) from None
        if not self._container.streams.video:
            self._container.close()
            raise SourceError("{0} sends no video; give the address of a video stream.", name)
        if self._container.duration:
            self._container.close()
            raise SourceError("{0} is a recording, not a live stream; download it and open the file.", name)
        format_ = self._container.format.name
        if format_ in _IN_PIECES:
            self._container.close()
            raise SourceError(
                "{0} sends its pictures in pieces of some seconds ({1}), which cannot be watched live; "
                "give the address of its RTSP or RTMP stream.",
                name, format_.upper(),
            )  # fmt: skip
        if format_.endswith("_pipe") and self._container.size > 0:  # motion JPEG has no end
            self._container.close()
            raise SourceError("{0} is a single picture, not a stream; give the address of the camera's video.", name)
        self._stream = self._container.streams.video[0]
        self._stream.thread_type = "SLICE"  # threads by frame would hold pictures back
        self._timed = not is_untimed(self._container)
        self._to_rgb: ToRgb | None = None
        self._frames = self._decode()

    @property
    def fps(self) -> float | None:
        rate = self._stream.average_rate or self._stream.guessed_rate
        return float(rate) if self._timed and rate and rate <= 240 else None

    def read(self) -> Shot | Sign | None:
        try:
            frame = next(self._frames, None)
        except FFmpegError:
            return None
        if frame is None or isinstance(frame, Sign):
            return frame
        if self._to_rgb is None or self._to_rgb.source_size != (frame.width, frame.height):
            self._to_rgb = ToRgb(frame, self._stream.sample_aspect_ratio)
        return Shot(partial(_picture, self._to_rgb, frame), frame.time if self._timed else None)

    def close(self) -> None:
        self._container.close()

    def _decode(self) -> Iterator[VideoFrame | Sign]:
        for packet in self._container.demux(self._stream):
            try:
                frames = packet.decode()
            except FFmpegError:  # a damaged picture; the next whole one follows
                frames = []
            yield from frames
            if not frames:
                yield Sign.OF_LIFE


def _picture(to_rgb: ToRgb, frame: VideoFrame) -> U8:
    return to_rgb(frame)


def _not_opened(address: str, name: str, error: FFmpegError | OSError, *, has_waited: bool) -> SourceError:
    scheme, _, rest = address.partition("://")
    host, *path = _HOST_END.split(rest, maxsplit=1)
    why = "no answer" if has_waited or isinstance(error, av.error.ExitError) else _why(error)
    if isinstance(error, av.error.HTTPUnauthorizedError):
        if "@" not in host:
            return SourceError(
                "{0} wants a name and a password; give them in the address: {1}://NAME:PASSWORD@HOST.", name, scheme
            )
        return SourceError(
            "{0} does not accept this name and password; check them (in an address % is written as %25).", name
        )
    if "@" in "".join(path):
        return SourceError(
            "{0} cannot be opened ({1}); check the address (write / as %2F, ? as %3F and # as %23 in a password).",
            name, why,
        )  # fmt: skip
    if error.errno == errno.EIO and not _is_known(host := _HOST.sub("", host)):
        return SourceError("{0} cannot be opened: no host {1} is known; check its name and the network.", name, host)
    if not has_waited and _is_something_else(scheme, error):
        return SourceError("{0} sends no video; give the address of a video stream.", name)
    return SourceError("{0} cannot be opened ({1}); check the address and the network.", name, why)


def _is_something_else(scheme: str, error: FFmpegError | OSError) -> bool:
    """Whether what was sent is no video: a page of the web, say."""
    is_unread = isinstance(error, av.error.InvalidDataError)
    return (scheme in ("http", "https") and is_unread) or (scheme == "http" and error.errno == errno.EIO)


def _is_known(host: str) -> bool:
    try:
        socket.getaddrinfo(host.strip("[]"), None)
    except (OSError, UnicodeError):
        return False
    return True


def _why(error: FFmpegError | OSError) -> str:
    return in_words(error) if isinstance(error, FFmpegError) else reason_of(error)
