"""Live poses out: to listeners on WebSockets, OSC and UDP, and to a preview page. docs/stream.md is for listeners.

Nothing here ever waits for a listener. Between the pipeline and each of them stands a mailbox of one place: the newest
message wins, and the lost ones are counted.
"""

from __future__ import annotations

import errno
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from ipaddress import ip_address
from types import TracebackType
from typing import Protocol, Self
from urllib.parse import SplitResult, urlsplit

from app.results import FrameRecord, Header, Result
from app.streams.messages import CaptureClock, Message
from app.style import Style
from engine.errors import UsageError, reason_of

DEFAULT_PORTS = {"ws": 8765, "osc": 9000, "udp": 9001, "http": 8080}
_SENT_TO_LISTENERS = ("osc", "udp")


class Stream(Protocol):
    """A way out for live poses. `offer` and `close` are called from one thread."""

    @property
    def address(self) -> str:
        """Where listeners find it, or where it sends to."""
        ...

    @property
    def dropped(self) -> int:
        """Messages that a listener did not get because it, or the network, was too slow; of all listeners."""
        ...

    @property
    def refused(self) -> Mapping[str, int]:
        """Messages that the system would not send, however much time there was, by what it said."""
        ...

    def offer(self, message: Message) -> None:
        """Here is the newest; never waits."""
        ...

    def close(self) -> None: ...


class Streams:
    """All streams of a run; `live` says whether the source's times are those of a clock on the wall."""

    def __init__(self, addresses: Sequence[str], header: Header, *, live: bool, style: Style | None = None) -> None:
        """Raises UsageError where an address makes no sense, or cannot be had on this machine."""
        self._clock = CaptureClock() if live else None
        self._streams: list[Stream] = []
        with ExitStack() as opened:
            for address in addresses:
                stream = open_stream(address, header, style or Style())
                opened.callback(stream.close)
                self._streams.append(stream)
            self._opened = opened.pop_all()

    def offer(self, result: Result, record: FrameRecord) -> None:
        """A frame that is ready; `record` holds its people."""
        if self._streams:
            captured_s = None if self._clock is None else self._clock.captured_s(result)
            message = Message(result, record, captured_s)
            for stream in self._streams:
                stream.offer(message)

    @property
    def addresses(self) -> list[str]:
        return [stream.address for stream in self._streams]

    @property
    def dropped(self) -> dict[str, int]:
        """Messages lost, by address, where some were."""
        return {stream.address: stream.dropped for stream in self._streams if stream.dropped}

    @property
    def refused(self) -> list[tuple[str, str, int]]:
        """(address, reason, messages) where the system would not send some."""
        return [(stream.address, why, count) for stream in self._streams for why, count in stream.refused.items()]

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._opened.close()


def check_addresses(addresses: Sequence[str]) -> None:
    """Raises UsageError where one makes no sense, or sends to a host that nobody knows; whether it can be had here only
    `Streams` finds out."""
    from app.streams.datagrams import look_up

    for address in addresses:
        place = _place(address)
        if place.scheme in _SENT_TO_LISTENERS and place.hostname:
            look_up(place.hostname, place.port or DEFAULT_PORTS[place.scheme])


def open_stream(address: str, header: Header, style: Style) -> Stream:
    """The stream that an address means: ws://, osc://, udp:// or http://. Raises UsageError.

    Without a host it is this machine alone; another one must be named.
    """
    # Imported here: each needs a library that only who streams has
    place = _place(address)
    host, port = place.hostname or "127.0.0.1", DEFAULT_PORTS[place.scheme] if place.port is None else place.port
    match place.scheme:
        case "ws":
            from app.streams.websocket import WebSocketStream

            return WebSocketStream(host, port, header)
        case "osc":
            from app.streams.osc import OscStream

            return OscStream(host, port, header)
        case "udp":
            from app.streams.udp import UdpStream

            return UdpStream(host, port, header)
        case _:
            from app.streams.preview import PreviewStream

            return PreviewStream(host, port, header, style)


def _place(address: str) -> SplitResult:
    try:
        place = urlsplit(address)
        port = place.port
    except ValueError as error:
        raise UsageError(f"--stream {address}: {error}; give an address such as ws://127.0.0.1:8765.") from error
    if place.scheme not in DEFAULT_PORTS:
        known = ", ".join(f"{scheme}://" for scheme in DEFAULT_PORTS)
        raise UsageError(f"--stream {address}: no stream goes there; use one of {known}.")
    if place.path not in ("", "/") or place.query or place.fragment or place.username is not None:
        raise UsageError(f"--stream {address}: give scheme, host and port only, as in {place.scheme}://127.0.0.1:8765.")
    try:
        (place.hostname or "").encode("idna")  # as the system's own look-up does, outside its errors
    except UnicodeError as error:
        raise UsageError(f"--stream {address}: {place.hostname} is no name of a host; check it.") from error
    if port == 0 and place.scheme in _SENT_TO_LISTENERS:
        raise UsageError(f"--stream {address}: nobody can listen at port 0; give the listener's.")
    return place


def address_of(scheme: str, host: str, port: int) -> str:
    """What a stream is called; an IPv6 host stands in brackets."""
    return f"{scheme}://[{host}]:{port}" if ":" in host else f"{scheme}://{host}:{port}"


def not_opened(address: str, error: OSError) -> UsageError:
    """What to say where nobody can be listened for at an address."""
    is_port = error.errno in (errno.EADDRINUSE, errno.EACCES)
    remedy = "choose another port" if is_port else "give an address of this machine (0.0.0.0: all of them)"
    reason = reason_of(error).partition(" (while")[0]  # Python repeats the address there
    return UsageError(f"--stream {address} cannot be opened ({reason}); {remedy}.")


def is_loopback(host: str) -> bool:
    """Whether only programs on this machine can reach it. Names are not looked up: whose is `127.example.org`?"""
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False
