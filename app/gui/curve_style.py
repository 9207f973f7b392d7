"""How curves are drawn: one in its person's colour; both sides in those of left and right, the other dashed or thin."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PyQt6.QtCore import QSize, Qt
from PyQt6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PyQt6.QtWidgets import QSizePolicy, QWidget

from app.style import LEFT, RIGHT, Colour, person_colour, seen_on

if TYPE_CHECKING:
    from app.gui.series import Series

LINE = 2.0
"""In pixels: so wide is a curve."""
SAMPLE = 22
"""So long is the piece of it beside its words. A dashed one has three dashes then."""
MOST_DASHED = 3000
"""Up to so many frames in view a curve has dashes: those of an hour take a second, with every frame that is shown."""


def pens(
    series: Series, ground: str, width: float = LINE, *, seen_s: tuple[float, float] | None = None
) -> tuple[QPen, ...]:
    """One for each of its sides, to draw on this colour; the width is one of pixels, however sharp the picture is.

    seen_s  from when to when it is in view; None: all of it
    """
    if series.other is None:
        return (_pen(person_colour(series.person), ground, width),)
    main, other = (_pen(LEFT if side.measure.side == "left" else RIGHT, ground, width) for side in series.sides)
    seen = series.between(seen_s) if seen_s is not None else slice(0, len(series.indices))
    if seen.stop - seen.start > MOST_DASHED:
        other.setWidthF(width / 2)
    else:
        other.setDashPattern([3.0, 2.0])
    return main, other


def _pen(colour: Colour, ground: str, width: float) -> QPen:
    behind = QColor(ground)
    pen = QPen(QColor(*seen_on(colour, (behind.red(), behind.green(), behind.blue()))), width)
    pen.setCosmetic(True)
    pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    return pen


class Sample(QWidget):
    """A piece of a curve's line, beside the words that say which one it is."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.pen = QPen()
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Preferred)

    def sizeHint(self) -> QSize:
        return QSize(SAMPLE, 8)

    def show_pen(self, pen: QPen) -> None:
        self.pen = pen
        self.update()

    def paintEvent(self, event: QPaintEvent | None) -> None:
        painter = QPainter(self)
        painter.setPen(self.pen)
        painter.drawLine(0, self.height() // 2, self.width(), self.height() // 2)
        painter.end()
