"""Python's collector of garbage beside an hour's result: the window would stand still while it looks at all of that.

It goes through every object there is, with all threads waiting, whenever a quarter more have come: of an hour's frames
for some tenths of a second, many times while joints are smoothed or curves measured. What an hour holds is no garbage,
and is freed without it. So what was there when a look took long is not looked at again until something else is opened.
"""

from __future__ import annotations

import gc
import time
from typing import Any

from app.gui import events

LONG_S = 0.02
"""A picture of a video is shown for 30 to 40 ms."""


class Collector:
    """Spares it what it looked at for long; `begin` and `end` it."""

    def __init__(self, *, long_s: float = LONG_S) -> None:
        self._long_s = long_s
        self._begun_s = 0.0

    def begin(self) -> None:
        gc.callbacks.append(self._note)

    def end(self) -> None:
        gc.callbacks.remove(self._note)
        gc.unfreeze()

    def hear(self, event: events.Event) -> None:
        """What was spared is looked at once more, where what it was of may be closed by now and have left garbage."""
        if event == events.Busy("opening"):
            gc.unfreeze()

    def _note(self, phase: str, info: dict[str, Any]) -> None:
        """Called by Python before and after it collects, in whatever thread that happens."""
        if info["generation"] < 2:
            return
        if phase == "start":
            self._begun_s = time.perf_counter()
        elif time.perf_counter() - self._begun_s > self._long_s:
            gc.freeze()  # now none of it is garbage
