"""UDP: a MessagePack datagram for each frame, and the header once a second."""

from __future__ import annotations

import time

from app.results import Header
from app.streams.background import BackgroundStream
from app.streams.datagrams import HEADER_EVERY_S, DatagramSocket
from app.streams.messages import Message, header_message, packed


class UdpStream(BackgroundStream):
    """Sends to one listener. Raises UsageError where its host is not known."""

    def __init__(self, host: str, port: int, header: Header) -> None:
        super().__init__(f"udp://{host}:{port}")
        self._socket = DatagramSocket(host, port)
        self._header = packed(header_message(header))
        self._header_due_s = 0.0
        self._start()

    @property
    def dropped(self) -> int:
        return super().dropped + self._socket.lost

    def close(self) -> None:
        super().close()
        self._socket.close()

    def _send(self, message: Message) -> None:
        if time.monotonic() >= self._header_due_s:
            self._header_due_s = time.monotonic() + HEADER_EVERY_S
            self._socket.send(self._header)
        self._socket.send(message.msgpack)
