"""On or off, as a switch."""

from __future__ import annotations

from PyQt6.QtCore import QPointF, QRectF, QSize, Qt
from PyQt6.QtGui import QColor, QPainter, QPaintEvent
from PyQt6.QtWidgets import QCheckBox, QWidget

from app.gui import theme

WIDTH, HEIGHT = 32, 18


class Switch(QCheckBox):
    """A check box that looks like a switch, its words at the left.

    A click leaves the keyboard's focus where it is, so that the space bar still plays and pauses; whoever comes by Tab
    turns it with the space bar.
    """

    def __init__(self, text: str, parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def sizeHint(self) -> QSize:
        words = self.fontMetrics().size(Qt.TextFlag.TextShowMnemonic, self.text())
        return QSize(words.width() + WIDTH + 24, max(words.height(), HEIGHT) + 10)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def hitButton(self, pos: object) -> bool:
        return True

    def paintEvent(self, event: QPaintEvent | None) -> None:
        colours = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QColor(colours.text if self.isEnabled() else colours.faint))
        words = self.rect().adjusted(2, 0, -WIDTH - 10, 0)
        painter.drawText(words, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, self.text())
        box = QRectF(self.width() - WIDTH - 3.0, (self.height() - HEIGHT) / 2, WIDTH, HEIGHT)
        if self.hasFocus():
            painter.setPen(QColor(colours.accent))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(box.adjusted(-2, -2, 2, 2), HEIGHT / 2 + 2, HEIGHT / 2 + 2)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colours.accent if self.isChecked() and self.isEnabled() else colours.track))
        painter.drawRoundedRect(box, HEIGHT / 2, HEIGHT / 2)
        painter.setBrush(QColor(colours.on_accent if self.isChecked() else colours.surface))
        x = box.right() - HEIGHT / 2 if self.isChecked() else box.left() + HEIGHT / 2
        painter.drawEllipse(QPointF(x, box.center().y()), HEIGHT / 2 - 3, HEIGHT / 2 - 3)
        painter.end()
