"""Slow motion: at how many pictures a second a video was recorded, asked for or offered, so that times are true."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PyQt6.QtCore import QObject, pyqtSignal

from app.gui import events
from app.gui import messages as say
from app.gui.wording import shortened

if TYPE_CHECKING:
    from app.gui.second import Second
    from app.gui.window import MainWindow
    from engine.video import SourceInfo

AS_SHOWN = 1e-3
"""Of a rate: who writes 29.97 means the 29.97003 that a file has."""


class SlowMotion(QObject):
    """Asks at which rate a video was recorded, and has its times counted so; the second one's of two, too."""

    changed = pyqtSignal()
    """Whether it applies to what is open."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self.applies = False
        """Whether what is open may be slow motion: a file that shows so many pictures a second."""
        window.heard.connect(self._on_event)
        window.comparing.came.connect(self._offer_for_second)
        window.comparing.changed.connect(self._look_at_second)
        self._told = ""
        self._of_second: Second | None = None
        """The second video of which that was told last; None: it was of the first."""

    def ask(self) -> None:
        """At which rate the first video was recorded."""
        info = self._window.info
        if info is not None and self.applies:
            self._ask(info, self._retime_first)

    def ask_of_second(self) -> None:
        """The same of the one it is compared with."""
        second = self._window.comparing.second
        if second is not None and second.info is not None and second.info.fps is not None:
            self._ask(second.info, partial(self._retime_second, second))

    def _ask(self, info: SourceInfo, retime: Callable[[float], None]) -> None:
        if info.fps is None:
            return
        shown = info.fps / info.slowed
        rate = self._window.commands.questions.recorded_at(shortened(info.name), shown, info.fps)
        if rate is not None:
            self._count(info, 1.0 if abs(rate / shown - 1) <= AS_SHOWN else rate / shown, retime)

    def _count(self, info: SourceInfo, slowed: float, retime: Callable[[float], None]) -> None:
        """Have the times counted so, tell of it, and offer the way back."""
        if math.isclose(slowed, info.slowed):
            return
        retime(slowed)
        if slowed == 1:
            words = self.tr("Times and speeds of {0} are as the video shows them.")
        elif slowed > 1:
            words = self.tr("Times and speeds of {0} are those of what happened; the video shows it {1} times slower.")
        else:
            words = self.tr("Times and speeds of {0} are those of what happened; the video shows it {1} times faster.")
        words = words.format(shortened(info.name), times(slowed))
        session = self._window.open_session

        def back() -> None:
            self._window.banner.dismiss()
            if session == self._window.open_session:
                retime(info.slowed)

        self._told = words
        self._window.banner.tell(words, kind="done", action=(self.tr("Undo"), back))

    def _retime_first(self, slowed: float) -> None:
        self._window.player.send(say.Retime(slowed, session=self._window.open_session))
        self._of_second = None

    def _retime_second(self, second: Second, slowed: float) -> None:
        self._window.comparing.retime(slowed)
        self._of_second = second

    def _look_at_second(self) -> None:
        """What was told and offered of a second video is out of date where there is another one, or none."""
        if self._of_second not in (None, self._window.comparing.second):
            self._of_second = None
            if self._window.banner.sentence == self._told:
                self._window.banner.dismiss()

    def _offer(self, info: SourceInfo, retime: Callable[[float], None]) -> None:
        """Where a phone says in the file that it is slow motion; nothing is counted so before a person agrees."""
        from app.slow_motion import capture_rate  # all that it needs the player, that opened it, has loaded

        rate = capture_rate(info)
        if rate is None or info.fps is None:
            return
        words = self.tr("{0} says that it was recorded at {1} pictures/s; it shows them {2} times slower.")
        words = words.format(shortened(info.name), f"{rate:g}", times(rate / info.fps))
        count = partial(self._count, info, rate / info.fps, retime)
        self._told = words
        self._window.banner.tell(words, kind="hint", action=(self.tr("Count true times"), count))

    def _offer_for_second(self) -> None:
        second = self._window.comparing.second
        if second is not None and second.info is not None and not second.is_remembered:
            self._offer(second.info, partial(self._retime_second, second))
            self._of_second = second

    def _on_event(self, event: events.Event) -> None:
        match event:
            case events.Opened(info=info, address=address, notes=notes):
                self._apply(not info.live and info.fps is not None and not _is_pictures(address))
                if notes is None and self.applies:  # who saved a session was asked before
                    self._offer(info, self._retime_first)
            case events.Closed() | events.Trouble(fatal=True):
                self._apply(False)

    def _apply(self, on: bool) -> None:
        self.applies = on
        self.changed.emit()


def times(slowed: float) -> str:
    """How many times slower, or faster, as people say it: `8`, `8.01`."""
    return f"{max(slowed, 1 / slowed):.3g}"


def told(info: SourceInfo, tr: Callable[[str], str]) -> str:
    """What is shown of a video whose times are not its own; empty where they are."""
    if info.slowed == 1 or info.fps is None:
        return ""
    words = (
        tr("recorded at {0} pictures/s, shown {1}× slower")
        if info.slowed > 1
        else tr("recorded at {0} pictures/s, shown {1}× faster")
    )
    return words.format(f"{info.fps:.4g}", times(info.slowed))


def _is_pictures(address: str) -> bool:
    from engine.video.images import is_picture_spec  # as above

    return is_picture_spec(Path(address))
