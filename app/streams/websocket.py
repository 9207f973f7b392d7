"""WebSocket: JSON in text messages, or MessagePack in binary ones where the listener asks for it; needs websockets."""

from __future__ import annotations

import contextlib
import logging
import re
import socket
import threading
from collections.abc import Mapping, Sequence

from websockets.exceptions import ConnectionClosed
from websockets.sync.server import ServerConnection, serve
from websockets.typing import Subprotocol

from app.exports.skelter_json import dumps
from app.handover import Handover
from app.results import Header
from app.streams.addresses import address_of, is_loopback, not_opened
from app.streams.messages import Message, State, header_message, packed

JSON, MSGPACK = Subprotocol("skelter.json"), Subprotocol("skelter.msgpack")
# Any page in a browser may try to open a socket to this machine: those of this machine may, and where the network was
# let in, those of addresses in figures. Programs, which name no origin, may always.
_OF_THIS_MACHINE = re.compile(r"https?://(localhost|127(\.\d+){3}|\[::1\])(:\d+)?")
_OF_THE_NETWORK = re.compile(r"https?://(\d+(\.\d+){3}|\[[\da-f:]+\])(:\d+)?")
_SEND_BUFFER = 65_536  # bytes: what waits in the system's buffers is old when it arrives
_MOST_LISTENERS = 64
_TRY_AGAIN_LATER = 1013  # RFC 6455's register of close codes
_LONGEST_WORD = 1 << 20  # bytes; what a listener says is thrown away, but must come whole
_LAST_WORD_S = 1.0  # what a listener gets to take his last message


class WebSocketStream:
    """Listens at `host:port` (0: any free one). Every listener has its own thread and mailbox.

    Raises UsageError where the port cannot be had.
    """

    def __init__(self, host: str, port: int, header: Header) -> None:
        fields = header_message(header)
        self._headers: dict[bool, str | bytes] = {False: dumps(fields).decode(), True: packed(fields)}
        self._listeners: dict[ServerConnection, Handover[Message | State]] = {}
        self._state = State(lost=False)
        self._lost = 0  # of listeners who have gone
        self._lock = threading.Condition()
        self._is_closed = False
        origins = [None, _OF_THIS_MACHINE] if is_loopback(host) else [None, _OF_THIS_MACHINE, _OF_THE_NETWORK]
        is_six = ":" in host
        try:
            self._server = serve(
                self._serve, host, port, family=socket.AF_INET6 if is_six else socket.AF_INET,
                dualstack_ipv6=is_six and socket.has_dualstack_ipv6(),  # at [::] both kinds of addresses are meant
                origins=origins, subprotocols=[JSON, MSGPACK], compression=None, max_size=_LONGEST_WORD,
                open_timeout=2, close_timeout=1, select_subprotocol=_subprotocol, logger=_quiet(),
            )  # fmt: skip
        except OSError as error:
            raise not_opened(address_of("ws", host, port), error) from error
        self.address = address_of("ws", host, self._server.socket.getsockname()[1])
        self._thread = threading.Thread(
            target=self._server.serve_forever, name=f"skelter stream {self.address}", daemon=True
        )
        self._thread.start()

    @property
    def dropped(self) -> int:
        with self._lock:
            return self._lost + sum(mailbox.lost for mailbox in self._listeners.values())

    @property
    def refused(self) -> Mapping[str, int]:
        return {}

    def offer(self, message: Message) -> None:
        with self._lock:
            for mailbox in self._listeners.values():
                mailbox.put(message)

    def tell(self, state: State) -> None:
        with self._lock:
            self._state = state
            for mailbox in self._listeners.values():
                mailbox.put(state)

    def close(self) -> None:
        with self._lock:
            self._is_closed = True
            for mailbox in self._listeners.values():
                mailbox.finish()
        self._server.shutdown()
        self._thread.join(2.0)
        with self._lock:
            self._lock.wait_for(lambda: not self._listeners, _LAST_WORD_S)
            stuck = list(self._listeners)
        for connection in stuck:  # one who does not read would hold his thread for ever
            with contextlib.suppress(OSError):
                connection.socket.shutdown(socket.SHUT_RDWR)

    def _serve(self, connection: ServerConnection) -> None:
        """One listener, in his own thread, until he or the source ends."""
        connection.socket.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _SEND_BUFFER)
        is_binary = connection.subprotocol == MSGPACK
        mailbox: Handover[Message | State] = Handover(depth=1, newest=True)
        with self._lock:
            is_full = len(self._listeners) >= _MOST_LISTENERS
            if not self._is_closed and not is_full:
                self._listeners[connection] = mailbox
                if self._state.lost:
                    mailbox.put(self._state)
        if is_full:
            connection.close(_TRY_AGAIN_LATER, f"{_MOST_LISTENERS} listen already")
        if is_full or self._is_closed:
            return
        threading.Thread(target=_discard, args=(connection, mailbox), daemon=True).start()
        try:
            connection.send(self._headers[is_binary])
            for message in mailbox.take():
                connection.send(message.msgpack if is_binary else message.json)
        except (ConnectionClosed, OSError):
            pass
        finally:
            with self._lock:
                del self._listeners[connection]
                self._lost += mailbox.lost
                self._lock.notify_all()


def _discard(connection: ServerConnection, mailbox: Handover[Message | State]) -> None:
    """Throws away what a listener says until he is gone: unread, it would stand before the answers to our pings."""
    with contextlib.suppress(ConnectionClosed, OSError):
        for _ in connection:
            pass
    mailbox.finish()


def _subprotocol(connection: ServerConnection, offered: Sequence[Subprotocol]) -> Subprotocol | None:
    """The first that we know of those offered; who offers none gets JSON."""
    return next((name for name in offered if name in (JSON, MSGPACK)), None)


def _quiet() -> logging.Logger:
    """Listeners who come and go badly are no matter for the terminal; `--debug` shows them."""
    logger = logging.getLogger("skelter.websocket")
    logger.setLevel(logging.CRITICAL if logging.getLogger().level > logging.DEBUG else logging.DEBUG)
    return logger
