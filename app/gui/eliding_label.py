"""A label for names of any length, which never push the window off the screen."""

from __future__ import annotations

import html
import textwrap

from PyQt6.QtCore import QEvent, Qt
from PyQt6.QtGui import QResizeEvent, QShowEvent
from PyQt6.QtWidgets import QLabel, QSizePolicy, QWidget

GREED = 1000
"""The stretch it wants in its layout: it grows before anything else there, as far as its words need."""
STUB = "Mmm…mmm"
"""So much of it is seen however little room there is."""
TIP_LINE = 80


class ElidingLabel(QLabel):
    """Leaves out of its words what there is no room for, or shows fewer words; the tool tip has them all then.

    A QLabel is never narrower than its words, and no window narrower than its labels.
    """

    def __init__(
        self, words: str = "", cut: Qt.TextElideMode = Qt.TextElideMode.ElideMiddle, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._words, self._tip, self._cut = words, "", cut
        self._fewer = ""
        self.setTextFormat(Qt.TextFormat.PlainText)  # a file may be called <b>
        self.setIndent(0)  # a label in a frame has half an x more on its left, which no rectangle tells of
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.setText(words)

    def text(self) -> str:
        """All of it."""
        return self._words

    def setText(self, words: str | None, fewer: str = "") -> None:
        """`fewer`: words that say the same where there is no room for all, and for which there is always room."""
        self._words, self._fewer = words or "", fewer
        self.setAccessibleName(self._words)
        self._fit()

    def setToolTip(self, tip: str | None) -> None:
        self._tip = tip or ""
        self._fit()

    @property
    def shown(self) -> str:
        """What there is room for."""
        return super().text()

    def _fit(self) -> None:
        metrics, around = self.fontMetrics(), self.width() - self.contentsRect().width()
        whole = metrics.horizontalAdvance(self._words) + 1  # of letters that end between two pixels
        stub = metrics.horizontalAdvance(self._fewer) + 1 if self._fewer else metrics.horizontalAdvance(STUB)
        self.setMinimumWidth(min(whole, stub) + around)
        self.setMaximumWidth(whole + around)
        room = self.contentsRect().width()
        fits = metrics.horizontalAdvance(self._words) <= room
        shown = self._fewer if self._fewer and not fits else metrics.elidedText(self._words, self._cut, room)
        super().setText(shown)
        super().setToolTip(self._tip if shown == self._words else _whole_in_tip(self._words, self._tip))

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        super().resizeEvent(event)
        self._fit()

    def showEvent(self, event: QShowEvent | None) -> None:
        super().showEvent(event)
        self._fit()  # only now the style sheet has said how much is around the words

    def changeEvent(self, event: QEvent | None) -> None:
        super().changeEvent(event)
        if event is not None and event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._fit()


def _whole_in_tip(words: str, tip: str) -> str:
    """A tool tip breaks no line by itself, and takes what looks like HTML for it."""
    lines = [*textwrap.wrap(words, TIP_LINE), *tip.splitlines()]
    return "<br>".join(map(html.escape, lines)) if "<" in words else "\n".join(lines)
