"""The base of streams over UDP: datagrams to one listener, who need not be there."""

from __future__ import annotations

import socket
import time
from abc import abstractmethod
from collections import Counter
from collections.abc import Iterator, Mapping

from app.streams.addresses import address_of
from app.streams.background import BackgroundStream
from app.streams.messages import Message, State
from engine.errors import UsageError, reason_of

_Target = tuple[str, int] | tuple[str, int, int, int] | tuple[int, bytes]

HEADER_EVERY_S = 1.0  # who begins to listen later must learn of the source too


class DatagramStream(BackgroundStream):
    """Sends `header` every second, while the camera is lost also that, and what `_datagrams` makes of each message.

    What its full buffers do not take counts as dropped; what it never will (too long, no route), as refused. Raises
    UsageError where no such host is known.
    """

    def __init__(self, scheme: str, host: str, port: int, header: bytes) -> None:
        super().__init__(address_of(scheme, host, port))
        family, target = look_up(host, port)
        self._socket = socket.socket(family, socket.SOCK_DGRAM)
        self._socket.setblocking(False)
        # who names the address of a whole network (192.168.1.255) means everybody on it
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
        self._target = target
        self._header, self._header_due_s = header, 0.0
        self._state = State(lost=False)
        self._blocked = 0
        self._refused: Counter[str] = Counter()
        self._start()

    @property
    def dropped(self) -> int:
        return super().dropped + self._blocked

    @property
    def refused(self) -> Mapping[str, int]:
        return self._refused

    def close(self) -> None:
        super().close()
        self._socket.close()

    def _work(self) -> None:
        messages = self._mailbox.take()
        while True:
            if time.monotonic() >= self._header_due_s:
                self._header_due_s = time.monotonic() + HEADER_EVERY_S
                self._put(self._header)
                if self._state.lost:
                    self._send(self._state)
            if self._mailbox.wait(self._header_due_s - time.monotonic()):
                message = next(messages, None)
                if message is None:
                    return
                self._send(message)

    def _send(self, message: Message | State) -> None:
        if isinstance(message, State):
            self._state = message
        for datagram in self._datagrams(message):
            self._put(datagram)

    def _put(self, datagram: bytes) -> None:
        try:
            self._socket.sendto(datagram, self._target)
        except BlockingIOError:
            self._blocked += 1
        except OSError as error:
            self._refused[reason_of(error)] += 1

    @abstractmethod
    def _datagrams(self, message: Message | State) -> Iterator[bytes]: ...


def look_up(host: str, port: int) -> tuple[socket.AddressFamily, _Target]:
    """Where datagrams to a listener go, by IPv4 where the host has both: most programs that take them listen there
    alone, and nobody answers who does not. Raises UsageError where no such host is known."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_DGRAM)
    except OSError as error:
        raise UsageError(f"There is no host {host} ({reason_of(error)}); check its name.") from error
    family, _, _, _, target = next((one for one in found if one[0] == socket.AF_INET), found[0])
    return family, target
