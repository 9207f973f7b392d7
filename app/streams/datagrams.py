"""Sending datagrams: to whom, and what happens where the network does not take them."""

from __future__ import annotations

import socket

from engine.errors import UsageError

HEADER_EVERY_S = 1.0  # who begins to listen later must learn of the source too


class DatagramSocket:
    """A UDP socket towards one listener, who need not be there. `lost` counts what the system refused."""

    def __init__(self, host: str, port: int) -> None:
        """Raises UsageError where no such host is known."""
        try:
            family, kind, protocol, _, target = socket.getaddrinfo(host, port, type=socket.SOCK_DGRAM)[0]
        except OSError as error:
            raise UsageError(f"There is no host {host} ({error.strerror or error}); check its name.") from error
        self._target = target
        self._socket = socket.socket(family, kind, protocol)
        self._socket.setblocking(False)
        self.lost = 0

    def send(self, data: bytes) -> bool:
        """False where the system did not take it: too long, no route, buffers full."""
        try:
            self._socket.sendto(data, self._target)
        except OSError:
            self.lost += 1
            return False
        return True

    def close(self) -> None:
        self._socket.close()
