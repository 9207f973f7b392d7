"""Live poses out: to listeners on WebSockets, OSC and UDP, and to a preview page. docs/stream.md is for listeners.

Nothing here ever waits for a listener. Between the pipeline and each of them stands a mailbox of one place: the newest
message wins, and the lost ones are counted.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from types import TracebackType
from typing import Protocol, Self

from app.results import FrameRecord, Header, Result
from app.streams.addresses import DEFAULT_PORTS, SENT_TO_LISTENERS, place_of
from app.streams.datagrams import look_up
from app.streams.messages import CaptureClock, Message, State
from app.style import Style


class Stream(Protocol):
    """A way out for live poses. `offer` and `close` are called from one thread, `tell` from any."""

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

    def tell(self, state: State) -> None:
        """The camera was lost, or is back; who comes while it is lost is told too."""
        ...

    def close(self) -> None: ...


class Streams:
    """All streams of a run; `live` says whether the source's times are those of a clock on the wall."""

    def __init__(self, addresses: Sequence[str], header: Header, *, live: bool, style: Style | None = None) -> None:
        """Raises UsageError where an address makes no sense, or cannot be had on this machine."""
        self._clock = CaptureClock() if live else None
        self._order = threading.Lock()  # of frames, and of what is said of the camera
        self._is_lost = False
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
            with self._order:
                for stream in self._streams:
                    stream.offer(message)
                if self._is_lost:  # the last pictures of a camera are analysed when it is known to be lost
                    self._tell_state()

    def tell(self, lost: bool) -> None:
        """The camera was lost, or is back; called from any thread."""
        with self._order:
            self._is_lost = lost
            self._tell_state()

    def _tell_state(self) -> None:
        state = State(lost=self._is_lost)
        for stream in self._streams:
            stream.tell(state)

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
    for address in addresses:
        place = place_of(address)
        if place.scheme in SENT_TO_LISTENERS and place.hostname:
            look_up(place.hostname, place.port or DEFAULT_PORTS[place.scheme])


def open_stream(address: str, header: Header, style: Style) -> Stream:
    """The stream that an address means: ws://, osc://, udp:// or http://. Raises UsageError.

    Without a host it is this machine alone; another one must be named.
    """
    # Imported here: each needs a library that only who streams has
    place = place_of(address)
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
