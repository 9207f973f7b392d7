"""One connection to a camera or a stream, read by a thread of its own that may be left behind where it hangs."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Protocol

from engine.errors import SourceError
from engine.types import U8
from engine.video import Loss


@dataclass(frozen=True, slots=True)
class Shot:
    """A picture as it arrived.

    picture  makes uint8 [H, W, 3] RGB of it; called in the consumer's thread, and not at all for pictures nobody takes
    clock_s  the sender's time in seconds, from any zero; None where it gives none
    """

    picture: Callable[[], U8]
    clock_s: float | None = None


class Sign(Enum):
    """What a connection may give instead of a picture."""

    OF_LIFE = "something came, of which no picture can be made yet"


class Capture(Protocol):
    """One connection to a camera or a stream. Opened, read and closed by one thread."""

    @property
    def fps(self) -> float | None: ...

    def read(self) -> Shot | Sign | None:
        """Waits for the next picture or sign of one; None where the connection is lost. May raise SourceError."""
        ...

    def close(self) -> None: ...


class Connection(threading.Thread):
    """Opens a capture and delivers its pictures until it ends or is abandoned.

    A read that hangs cannot be interrupted: the supervisor abandons the thread, which closes the capture when it wakes.
    """

    def __init__(
        self, name: str, connect: Callable[[], Capture], deliver: Callable[[Connection, Shot | Sign | None], None]
    ) -> None:
        super().__init__(name=f"reader of {name}", daemon=True)
        self._connect = connect
        self._deliver = deliver
        self.abandoned = threading.Event()
        self.count = 0  # of pictures
        self.heard_s = time.monotonic()  # when it last gave anything
        self.last_s = self.heard_s  # … and its last picture; before the first, when it was begun
        self.over = False
        self.fps: float | None = None
        self.error: SourceError | None = None
        self.crash: Exception | None = None

    def loss(self) -> Loss:
        """Why it gives no pictures."""
        if not self.over:
            return Loss.SILENT
        return Loss.ENDED if self.error is None else Loss.NOT_OPENED

    def run(self) -> None:
        try:
            capture = self._connect()
            try:
                self.fps = capture.fps
                self.heard_s = time.monotonic()  # somebody is there
                while not self.abandoned.is_set() and (shot := capture.read()) is not None:
                    self._deliver(self, shot)
            finally:
                capture.close()
        except SourceError as error:
            self.error = error
        except Exception as error:  # noqa: BLE001 - a worker's loop; raised again in the consumer
            self.crash = error
        self._deliver(self, None)


def is_abandoned() -> bool:
    """Whether the connection whose thread asks is wanted no more: what it waits for may end."""
    thread = threading.current_thread()
    return isinstance(thread, Connection) and thread.abandoned.is_set()
