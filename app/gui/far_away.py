"""Offers to look for people far away, too, where most people are small on the pictures, or nobody is found."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PyQt6.QtCore import QObject

from app.distance import Distance
from app.gui import events

if TYPE_CHECKING:
    from app.gui.window import MainWindow

ENOUGH = 50
"""So many analysed pictures are seen before anything is said; of a file on which nobody is, also its end."""


class FarAway(QObject):
    """Looks at the pictures shown, and says it once for each source."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._could_look_farther = False
        self._begin()
        window.heard.connect(self._on_event)
        window.stage.picture_shown.connect(self._see)

    def _begin(self) -> None:
        self._distance = Distance()
        self._seen: set[int] = set()
        self._is_at_end = self._was_told = False

    def _on_event(self, event: events.Event) -> None:
        match event:
            case events.Opened():
                self._begin()
            case events.EnginesReady(could_look_farther=could):
                self._could_look_farther = could
            case events.LengthKnown():
                self._is_at_end = True
                self._tell()

    def _see(self, picture: events.Picture) -> None:
        if picture.tracks is None or self._was_told or picture.index in self._seen:
            return
        self._seen.add(picture.index)
        self._distance.note(picture.tracks.poses.boxes, picture.size)
        self._tell()

    def _tell(self) -> None:
        window, nobody = self._window, not self._distance.seen
        if self._was_told or not self._could_look_farther or len(self._seen) < ENOUGH or window.banner.sentence:
            return
        if self._distance.is_far or (nobody and self._is_at_end):
            self._was_told = True
            told = (
                self.tr("Nobody is found. People who are far away are found where the engines look far away, too.")
                if nobody
                else self.tr("Most people are small here. More are found where the engines look far away, too.")
            )
            window.banner.tell(told, kind="hint", action=(self.tr("Look far away, too"), self._look))

    def _look(self) -> None:
        self._window.banner.dismiss()
        self._window.engines.look_farther()
