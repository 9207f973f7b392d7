"""A one-place hand-over between two threads in which the newest item wins."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class Mailbox(Generic[T]):
    """Holds the newest item only. `wake` is called once per filling, from the thread that puts.

    One signal per item would let a slow window fall seconds behind the video; here it skips what it has no time for.
    """

    def __init__(self, wake: Callable[[], None]) -> None:
        self._wake = wake
        self._lock = threading.Lock()
        self._item: T | None = None
        self.skipped = 0

    def put(self, item: T) -> None:
        """Any thread; never blocks."""
        with self._lock:
            was_empty, self._item = self._item is None, item
            self.skipped += not was_empty
        if was_empty:
            self._wake()

    def take(self) -> T | None:
        """The newest item, or None; leaves the box empty."""
        with self._lock:
            item, self._item = self._item, None
            return item
