"""From nothing to a window on the screen: the application object, its look, what happens to errors nobody caught."""

from __future__ import annotations

import logging
import os
import signal
import sys
import threading
import time
import traceback
from pathlib import Path
from types import TracebackType

from PyQt6.QtCore import QTimer
from PyQt6.QtWidgets import QApplication

from app.gui import theme
from app.gui.aftermath import Aftermath
from app.gui.collector import Collector
from app.gui.crash_report import LastWords
from app.gui.icons import program_icon
from app.gui.languages import speak
from app.gui.notices import Notices
from app.gui.settings import Settings
from app.gui.toolbox import Toolbox
from app.gui.window import MainWindow

SIGNALS_MS = 250
SWITCH_S = 0.001
"""A thread that computes in Python gives the lock up after so long (usually 5 ms): the window's thread asks for it many
times in one answer, and others import or draw beside it."""
PATIENCE_S = 0.1
"""How long the program waits once more, after the window did, for a thread that is inside a library."""
_log = logging.getLogger(__name__)


class Unforeseen:
    """sys.excepthook while the window is there: without it an exception in a slot ends a PyQt6 program at once."""

    def __init__(self) -> None:
        self.window: MainWindow | None = None
        self._last = ""

    def __call__(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if self.window is None:
            sys.__excepthook__(kind, error, trace)
            return
        details = "".join(traceback.format_exception(kind, error, trace))
        _log.error("unforeseen error in the window\n%s", details)
        if details != self._last:  # the same one from a timer would never end
            self._last = details
            self.window.tell_trouble("", details)


class Signals:
    """Ctrl-C in the terminal, its end, and a polite kill close the window as its own button does, from the start on."""

    def __init__(self) -> None:
        self._window: MainWindow | None = None
        self._asked = False
        self._timer = QTimer()  # Qt's loop is not Python: without a call now and then no handler would ever run
        self._timer.setInterval(SIGNALS_MS)
        self._timer.timeout.connect(self._look)
        for number in (signal.SIGINT, signal.SIGTERM, getattr(signal, "SIGHUP", signal.SIGTERM)):
            if signal.getsignal(number) is not signal.SIG_IGN:  # as under nohup
                signal.signal(number, self._handle)

    def attach(self, window: MainWindow) -> None:
        """Once the application is there."""
        self._window = window
        self._timer.start()

    def detach(self) -> None:
        self._window = None
        self._timer.stop()

    def _handle(self, number: int, frame: object) -> None:
        self._asked = True  # not now: a handler may run in the middle of painting

    def _look(self) -> None:
        if self._asked and self._window is not None:
            self._asked = False
            self._window.close()


def start(
    toolbox: Toolbox, settings: Settings, source: str | None = None, recording: Path | None = None
) -> tuple[QApplication, MainWindow]:
    """The application and its window, shown. It opens `source`, and tells what the last one left behind."""
    unforeseen = Unforeseen()
    sys.excepthook = unforeseen
    sys.setswitchinterval(SWITCH_S)
    instance = QApplication.instance()
    app = instance if isinstance(instance, QApplication) else QApplication(sys.argv[:1])
    app.setApplicationName("Skelter")
    app.setDesktopFileName("skelter")  # by which Wayland finds the icon: packaging/skelter.desktop
    app.setOrganizationName("Skelter")
    app.setStyle("Fusion")
    app.setWindowIcon(program_icon())
    speak(app, settings.language)
    theme.apply(app, settings.look)
    window = MainWindow(toolbox, settings)
    unforeseen.window = window
    window.show()
    aftermath = Aftermath(window, settings.reports)
    if source is None:
        aftermath.tell()
    else:
        window.open_source(source, recording)
        aftermath.tell_once_open()
    return app, window


def run(toolbox: Toolbox, settings: Settings, source: str | None, recording: Path | None) -> int:
    """Show the window, open the source, and come back when it was closed."""
    hook = sys.excepthook
    try:
        signals = Signals()
        last_words = _last_words(settings)
        app, window = start(toolbox, settings, source, recording)
        notices = Notices(window.event_came.emit)
        collector = Collector()
        window.heard.connect(collector.hear)
        notices.begin()
        collector.begin()
        signals.attach(window)
        status = app.exec()
        signals.detach()
        collector.end()
        notices.end()
        if last_words is not None:
            last_words.end()
        if _still_runs(PATIENCE_S):
            # a library that is still loading or a driver that never answers; Python would abort under its feet
            logging.shutdown()
            os._exit(status)
        return status
    finally:
        sys.excepthook = hook


def _still_runs(patience_s: float) -> bool:
    """Whether a thread of ours is still alive after so long."""
    until = time.monotonic() + patience_s
    ours = [thread for thread in threading.enumerate() if thread.name.startswith("skelter")]
    for thread in ours:
        thread.join(max(until - time.monotonic(), 0.0))
    return any(thread.is_alive() for thread in ours)


def _last_words(settings: Settings) -> LastWords | None:
    """Begun; None where nothing can be written there."""
    try:
        last_words = LastWords(settings.reports)
    except OSError as error:
        _log.warning("No report could be kept if this ends badly: %s", error)
        return None
    last_words.begin()
    return last_words
