"""Keeps the numbers in the status line up to date while something is open."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PyQt6.QtCore import QObject, QTimer

from app.gui import events

if TYPE_CHECKING:
    from app.gui.window import MainWindow

STATUS_MS = 250
"""How often the numbers change: more often nobody can read them."""


class Pacing(QObject):
    """Shows how fast it goes, several times a second and when something happens."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._is_away = False  # the camera: what was true of its last picture is not of now
        self._timer = QTimer(self)
        self._timer.setInterval(STATUS_MS)
        self._timer.timeout.connect(self.show)
        window.heard.connect(self._on_event)

    def show(self) -> None:
        """Now."""
        window = self._window
        if self._is_away:
            window.status.clear_figures()
        elif window.shown is not None and window.info is not None:
            window.status.set_people(window.shown.people)
            wanted = None if window.info.live else window.stage.transport.factor
            window.status.set_pace(window.shown.pace, playing=window.playing, wanted=wanted)

    def stop(self) -> None:
        """Nothing is open any more."""
        self._timer.stop()

    def _on_event(self, event: events.Event) -> None:
        match event:
            case events.Opened():
                self._is_away = False
                self._timer.start()
            case events.SourceState(state=state):
                self._is_away = state.loss is not None
                self.show()
            case events.Playing():
                self.show()
