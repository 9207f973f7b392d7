"""What backends report while they run (one failed, an engine is ready) reaches the window, not the terminal alone."""

from __future__ import annotations

import logging
from collections.abc import Callable

from app.gui import events
from engine.errors import SkelterError

_SPEAKER = "engine.backends"


class Notices(logging.Handler):
    """Gives every warning of the backends to `notify`, in whatever thread it comes up; `begin` and `end` it."""

    def __init__(self, notify: Callable[[events.Event], None]) -> None:
        super().__init__(logging.WARNING)
        self._notify = notify

    def begin(self) -> None:
        logging.getLogger(_SPEAKER).addHandler(self)

    def end(self) -> None:
        logging.getLogger(_SPEAKER).removeHandler(self)

    def emit(self, record: logging.LogRecord) -> None:
        self._notify(events.Trouble(SkelterError(record.getMessage()), "", warning=True))
