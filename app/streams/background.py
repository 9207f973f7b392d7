"""The base of streams whose work is done in a thread of their own."""

from __future__ import annotations

import threading
from abc import ABC, abstractmethod
from collections.abc import Mapping

from app.handover import Handover
from app.streams.messages import Message, State


class BackgroundStream(ABC):
    """Hands the newest message to `_send`, in one thread; what came while it was busy is dropped and counted.

    Subclasses call `_start` when they are ready, and define `_send` and `address`.
    """

    def __init__(self, address: str) -> None:
        self.address = address
        self._mailbox: Handover[Message | State] = Handover(depth=1, newest=True)
        self._thread = threading.Thread(target=self._work, name=f"skelter stream {address}", daemon=True)

    @property
    def dropped(self) -> int:
        return self._mailbox.lost

    @property
    def refused(self) -> Mapping[str, int]:
        return {}

    def offer(self, message: Message) -> None:
        self._mailbox.put(message)

    def tell(self, state: State) -> None:
        self._mailbox.put(state)

    def close(self) -> None:
        self._mailbox.finish()
        self._thread.join(2.0)

    def _start(self) -> None:
        self._thread.start()

    def _work(self) -> None:
        for message in self._mailbox.take():
            self._send(message)

    @abstractmethod
    def _send(self, message: Message | State) -> None: ...
