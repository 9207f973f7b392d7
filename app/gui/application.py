"""From nothing to a window on the screen: the application object, its look, what happens to errors nobody caught."""

from __future__ import annotations

import logging
import sys
import traceback
from pathlib import Path
from types import TracebackType

from PyQt6.QtWidgets import QApplication

from app.gui import theme
from app.gui.icons import program_icon
from app.gui.settings import Settings
from app.gui.toolbox import Toolbox
from app.gui.window import MainWindow

_log = logging.getLogger(__name__)


class Unforeseen:
    """sys.excepthook while the window is there: without it an exception in a slot ends a PyQt6 program at once."""

    def __init__(self) -> None:
        self.window: MainWindow | None = None
        self._last = ""

    def __call__(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            if self.window is not None:
                self.window.close()
            return
        if self.window is None:
            sys.__excepthook__(kind, error, trace)
            return
        details = "".join(traceback.format_exception(kind, error, trace))
        _log.error("unforeseen error in the window\n%s", details)
        if details != self._last:  # the same one from a timer would never end
            self._last = details
            self.window.tell_trouble("", details)


def start(toolbox: Toolbox, settings: Settings | None = None) -> tuple[QApplication, MainWindow]:
    """The application and its window, shown."""
    unforeseen = Unforeseen()
    sys.excepthook = unforeseen
    instance = QApplication.instance()
    app = instance if isinstance(instance, QApplication) else QApplication(sys.argv[:1])
    app.setApplicationName("Skelter")
    app.setOrganizationName("Skelter")
    app.setStyle("Fusion")
    app.setWindowIcon(program_icon())
    settings = settings or Settings()
    theme.apply(app, settings.look)
    window = MainWindow(toolbox, settings)
    unforeseen.window = window
    window.show()
    return app, window


def run(toolbox: Toolbox, source: str | None, recording: Path | None) -> int:
    """Show the window, open the source, and come back when it was closed."""
    hook = sys.excepthook
    try:
        app, window = start(toolbox)
        if source is not None:
            window.open_source(source, recording)
        return app.exec()
    finally:
        sys.excepthook = hook
