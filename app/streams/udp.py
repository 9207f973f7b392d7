"""UDP: a MessagePack datagram for each frame, and the header once a second."""

from __future__ import annotations

from collections.abc import Iterator

from app.results import Header
from app.streams.datagrams import DatagramStream
from app.streams.messages import Message, State, header_message, packed


class UdpStream(DatagramStream):
    """Sends to one listener. Raises UsageError where its host is not known."""

    def __init__(self, host: str, port: int, header: Header) -> None:
        super().__init__("udp", host, port, packed(header_message(header)))

    def _datagrams(self, message: Message | State) -> Iterator[bytes]:
        yield message.msgpack
