"""What the terminal says of a camera or stream that is lost while it is watched."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from engine.video import LiveState


class Losses:
    """Says when it is lost, why it cannot be opened, and when it is back: once each, however often it is tried."""

    def __init__(self, say: Callable[[str], None]) -> None:
        self._say = say
        self._changed: Callable[[bool], None] = lambda lost: None
        self._lock = threading.Lock()
        self._name = ""
        self._count = 0
        self._away_s = 0.0
        self._lost_at_s: float | None = None
        self._told: set[str] = set()  # why it cannot be opened, of this loss

    def follow(self, changed: Callable[[bool], None]) -> None:
        """Tell this one, too, whether it is lost now, and each time that changes."""
        with self._lock:
            self._changed = changed
            if self._lost_at_s is not None:
                changed(True)

    def tell(self, state: LiveState) -> None:
        """How it fares now; called from the source's thread."""
        with self._lock:
            self._tell(state)

    def _tell(self, state: LiveState) -> None:
        if state.loss is not None and self._lost_at_s is None:
            self._lost_at_s = time.monotonic()
            self._changed(True)
            self._name = state.name
            self._count += 1
            self._say(f"{state.name} was lost; it is tried again until it is back.")
        if state.error is not None and (why := str(state.error)) not in self._told:  # a password that was changed, say
            self._told.add(why)
            self._say(why)
        if state.loss is None and self._lost_at_s is not None:
            away_s = time.monotonic() - self._lost_at_s
            self._lost_at_s = None
            self._changed(False)
            self._told.clear()
            self._away_s += away_s
            self._say(f"{state.name} is back after {away_s:.1f} s.")

    @property
    def away_s(self) -> float:
        """For how long it was lost until now, in all."""
        with self._lock:
            return self._away_s + (0.0 if self._lost_at_s is None else time.monotonic() - self._lost_at_s)

    def sum_up(self) -> None:
        """How often it was lost and for how long, where it was."""
        if self._count:
            away_s = self.away_s
            times = "once" if self._count == 1 else f"{self._count} times"
            self._say(f"{self._name} was lost {times}, for {away_s:.1f} s.")
