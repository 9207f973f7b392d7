"""Offers to look for people far away, too, where most people are small on the pictures, or nobody is found."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PyQt6.QtCore import QObject

from app.distance import Distance
from app.gui import events
from app.gui.lanes import LaneView

if TYPE_CHECKING:
    from app.gui.window import MainWindow

ENOUGH = 50
"""So many pictures are judged together, or as many as were seen when all of a file is analysed."""


class FarAway(QObject):
    """Looks at the pictures shown, and says it once for each source that is analysed anew: what was found before, or
    by another program, is not to be given up for it."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._begin(is_new=False)
        window.heard.connect(self._on_event)
        window.stage.picture_shown.connect(self._see)
        window.stage.lanes_changed.connect(self._take_lanes)
        window.banner.changed.connect(self._judge_whole)

    def _begin(self, *, is_new: bool) -> None:
        self._distance = Distance()
        self._lanes = LaneView()
        self._pictures, self._last = 0, -1
        self._is_wanted = is_new
        self._would_help = False
        self._told = ""

    def _on_event(self, event: events.Event) -> None:
        match event:
            case events.Opened(document=document, kept=kept):
                self._begin(is_new=document is None and kept is None)
            case events.EnginesReady(could_look_farther=would_help):
                self._would_help = would_help
                if not would_help and self._told and self._window.banner.sentence == self._told:
                    self._window.banner.dismiss()

    def _see(self, picture: events.Picture) -> None:
        if picture.tracks is None or not self._is_wanted or picture.index == self._last:
            return
        self._last = picture.index
        self._distance.note(picture.tracks.poses.boxes, picture.size)
        self._pictures += 1
        if self._pictures >= ENOUGH:
            self._judge(nobody=False)  # somebody may come yet
            self._distance, self._pictures = Distance(), 0

    def _take_lanes(self, view: LaneView) -> None:
        self._lanes = view
        self._judge_whole()

    def _judge_whole(self) -> None:
        """Once a file is analysed to its end, by what was seen."""
        info = self._window.info
        if info is not None and not info.live and self._lanes.analysed == ((0, self._window.stage.timeline.maximum()),):
            self._judge(nobody=not self._lanes.people)

    def _judge(self, *, nobody: bool) -> None:
        """Tell it where it is so; `nobody` was found at all."""
        is_so = nobody or self._distance.is_far
        if not (is_so and self._is_wanted and self._would_help) or self._window.banner.sentence:
            return
        live = self._window.info is None or self._window.info.live
        self._is_wanted = False
        self._told = (
            self.tr("Nobody is found. Looking at parts of the pictures, too, finds people far away, and takes longer.")
            if nobody
            else self.tr(
                "Most people are small here. Looking at parts of the pictures, too, finds more, and takes longer."
            )
        )
        words = self.tr("Look far away too") if live else self.tr("Analyse again, far away too")
        self._window.banner.tell(self._told, kind="hint", action=(words, self._look))

    def _look(self) -> None:
        if self._window.engines.look_farther():
            self._window.banner.dismiss()
