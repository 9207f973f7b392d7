"""Metres in the place of pixels: by a known length drawn in the picture, or by how tall the person chosen is."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from functools import partial
from typing import TYPE_CHECKING

from PyQt6.QtCore import QEvent, QObject, Qt, pyqtSignal
from PyQt6.QtGui import QKeyEvent

from app.gui import events
from app.gui.steadying import shown_of
from app.gui.wording import left_out, shortened

if TYPE_CHECKING:
    from app.gui.series import Height
    from app.gui.window import MainWindow
    from app.results import FrameRecord
    from engine.skeletons import Skeleton

SHORTEST_LINE = 5.0
"""In pixels of the frame: a hand that clicks draws that much by mistake, and a scale of it would be no scale."""


class Scaling(QObject):
    """Asks for a scale, and has the one in force."""

    changed = pyqtSignal()
    chosen = pyqtSignal()
    """By the user, or taken away."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._panel = window.stage.analysis
        self.metres_per_pixel: float | None = None
        self._asked_for_line = ""  # in which words, as long as one is to be drawn
        self._left_out = -1, ""  # of whom that was told last, in which words
        window.heard.connect(self._on_event)
        window.editing.changed.connect(self._see_who_is_left_out)
        window.stage.view.line_drawn.connect(self._take_line)
        self._panel.scale_wanted.connect(self.draw)
        self._panel.scale_dropped.connect(lambda: self._choose(None))

    def draw(self, on: bool = True) -> None:
        """Have a known length drawn in the picture, or no more."""
        if on:
            self._ask_for_line(
                self.tr("Draw a line in the picture over something whose length you know, near the person.")
            )
        elif self._asked_for_line:
            self._window.removeEventFilter(self)
            self._window.stage.view.measure(False)
            if self._window.banner.sentence == self._asked_for_line:
                self._window.banner.dismiss()
            self._asked_for_line = ""
        self._panel.set_measuring(on)

    def by_height(self) -> None:
        """Measure the person chosen in the frames known so far, of the range that is marked, and ask for the height."""
        window, person, info = self._window, self._window.editing.chosen, self._window.info
        if info is None:
            return
        self.draw(False)  # and a click chooses people again
        if person is None:
            words = self.tr("Choose a person: click on one in the picture, or on a name at the right.")
            window.banner.tell(words, kind="hint", action=self._by_height)
        elif person in window.editing.hidden:
            self._left_out = person, left_out(window.people.name(person))
            window.banner.tell(self._left_out[1], kind="warning")
        elif info.live:
            self._measure(person, *window.analysing.lately)
        else:
            window.share_work(partial(self._measure_file, person))

    def eventFilter(self, watched: QObject | None, event: QEvent | None) -> bool:
        """Of the window, while a line is to be drawn: Escape leaves that, not the camera and not the full screen."""
        if not isinstance(event, QKeyEvent) or event.key() != Qt.Key.Key_Escape:
            return False
        if event.type() == QEvent.Type.ShortcutOverride:
            event.accept()
        elif event.type() == QEvent.Type.KeyPress:
            self.draw(False)
        return True

    @property
    def _by_height(self) -> tuple[str, Callable[[], None]]:
        """For a message: it says nobody's name, since another may be chosen when it is pressed."""
        return self.tr("By a person's height…"), self.by_height

    def _ask_for_line(self, words: str, kind: str = "hint") -> None:
        window = self._window
        self._asked_for_line = words
        window.installEventFilter(self)
        window.stage.view.measure(True)
        window.banner.tell(words, kind=kind, action=self._by_height)

    def _take_line(self, x1: float, y1: float, x2: float, y2: float) -> None:
        if math.hypot(x2 - x1, y2 - y1) < SHORTEST_LINE:
            self._ask_for_line(
                self.tr("That line is too short; draw it from one end of the known length to the other."), "warning"
            )
            return
        metres = self._window.commands.questions.length()
        self.draw(False)  # only now: the line shows what was asked about
        if metres is None:
            return
        from app.analysis import metres_per_pixel

        self._choose(metres_per_pixel((x1, y1), (x2, y2), metres))

    def _measure_file(self, person: int, work: events.Work | None) -> None:
        if work is not None:
            self._measure(person, shown_of(work), work.recording.header.skeleton)

    def _measure(self, person: int, records: Iterable[FrameRecord], skeleton: Skeleton) -> None:
        from app.gui.series import Height, height_of

        session, frames = self._window.open_session, self._window.stage.timeline.loop

        def measured(height: object) -> None:
            if session == self._window.open_session and self._window.info is not None:
                assert isinstance(height, Height)
                self._take_height(self._window.people.name(person), height)

        self._window.commands.run("height", lambda: height_of(records, person, skeleton, frames), measured)

    def _take_height(self, name: str, height: Height) -> None:
        in_range = height.frames is not None
        if not height.pixels > 0:
            words = (
                self.tr("How tall {0} is cannot be measured: legs and trunk are not seen in the marked range so far.")
                if in_range
                else self.tr("How tall {0} is cannot be measured: legs and trunk are not seen on any frame so far.")
            )
            draw = self.tr("Draw a known length"), self.draw
            self._window.banner.tell(words.format(shortened(name)), kind="warning", action=draw)
            return
        metres = self._window.commands.questions.height(name)
        if metres is None:
            return
        words = (
            self.tr(
                "Scale: {0:.0f} pixels are one metre, measured on %n frames known so far in the marked range.",
                "",
                height.count,
            )
            if in_range
            else self.tr("Scale: {0:.0f} pixels are one metre, measured on %n frames known so far.", "", height.count)
        )
        self._choose(metres / height.pixels, words)

    def _see_who_is_left_out(self) -> None:
        """What was told of somebody left out is out of date once he is back."""
        person, words = self._left_out
        if words and person not in self._window.editing.hidden:
            if self._window.banner.sentence == words:
                self._window.banner.dismiss()
            self._left_out = -1, ""

    def _choose(self, metres_per_pixel: float | None, words: str = "") -> None:
        """`words` tell of it, with a place for how many pixels are a metre."""
        self._use(metres_per_pixel)
        self.chosen.emit()
        if metres_per_pixel is not None:
            words = words or self.tr("Scale: {0:.0f} pixels are one metre.")
            self._window.banner.tell(words.format(1 / metres_per_pixel), kind="done")

    def _use(self, metres_per_pixel: float | None) -> None:
        self.metres_per_pixel = metres_per_pixel
        self._panel.set_scale(metres_per_pixel)
        self.changed.emit()

    def _on_event(self, event: events.Event) -> None:
        match event:
            case events.Opened(notes=notes):
                self.draw(False)
                self._use(notes.metres_per_pixel if notes is not None else None)
            case events.Closed() | events.Trouble(fatal=True):
                self.draw(False)
