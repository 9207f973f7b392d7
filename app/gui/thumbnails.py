"""Small pictures of the frames of a file, made in a thread of their own, the newest wish first. Qt-free."""

from __future__ import annotations

import logging
import os
import sys
import threading
from collections import OrderedDict
from collections.abc import Callable
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from engine.types import U8
    from engine.video import SeekableSource

MOST_SIDE = 192
"""Of a small picture, in pixels."""
MOST_KEPT = 256
"""Small pictures kept: at 192 × 108 pixels some 16 MB."""
NICENESS = 10
_log = logging.getLogger(__name__)


class Thumbnails:
    """Those of one file. It is opened when the first is wanted, a second time, so that nobody waits for its decoder.

    ready  is called in the thread, after each picture that came
    """

    def __init__(self, address: str, ready: Callable[[], None]) -> None:
        self._address, self._ready = address, ready
        self._changed = threading.Condition()
        self._wanted: int | None = None
        self._closed = False
        self._kept: OrderedDict[int, U8] = OrderedDict()
        self._thread = threading.Thread(target=self._work, name="skelter thumbnails", daemon=True)

    def get(self, index: int) -> U8 | None:
        """uint8 [h, w, 3] RGB of frame `index`; None where it is not there yet: it is asked for, in place of others."""
        with self._changed:
            picture = self._kept.get(index)
            if picture is not None:
                self._kept.move_to_end(index)
                self._wanted = None  # whatever was asked for before, the mouse is elsewhere
            elif not self._closed:
                self._wanted = index
                self._changed.notify()
                if self._thread.ident is None:
                    self._thread.start()
            return picture

    def close(self) -> None:
        """No more are wanted; the thread ends after the picture it is at."""
        with self._changed:
            self._closed = True
            self._kept.clear()
            self._changed.notify()

    def wait(self, timeout_s: float) -> bool:
        """Whether the thread has ended within the time."""
        if self._thread.ident is not None:
            self._thread.join(timeout_s)
        return not self._thread.is_alive()

    def __len__(self) -> int:
        """How many are kept."""
        return len(self._kept)

    def _work(self) -> None:
        from engine.video.opening import open_source

        if sys.platform == "linux":  # where threads can be told apart: playing and analysing come first
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICENESS)
        try:
            with open_source(self._address, threads=1) as source:
                while (index := self._next()) is not None:
                    try:
                        self._make(cast("SeekableSource", source), index)
                    except Exception:  # noqa: BLE001 - a damaged frame: the others are worth showing
                        _log.info("no small picture of frame %d of %s", index, self._address, exc_info=True)
        except Exception:  # noqa: BLE001 - the thread's end; what is wrong with the file the player tells
            _log.info("no more small pictures of %s", self._address, exc_info=True)

    def _next(self) -> int | None:
        """The frame wanted, waited for; None at the end."""
        with self._changed:
            self._changed.wait_for(lambda: self._closed or self._wanted is not None)
            wanted, self._wanted = self._wanted, None
            return None if self._closed else wanted

    def _make(self, source: SeekableSource, index: int) -> None:
        from app.gui.reduction import reduced

        try:
            source.seek(index)
        except IndexError:  # the length that the container tells is only an estimate
            return
        frame = next(iter(source), None)
        if frame is None:
            return
        with self._changed:
            if self._closed:
                return
            self._kept[index] = reduced(frame.image, (MOST_SIDE, MOST_SIDE))
            while len(self._kept) > MOST_KEPT:
                self._kept.popitem(last=False)
        self._ready()
