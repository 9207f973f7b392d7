"""One of a few, to choose from a list that opens."""

from __future__ import annotations

from PyQt6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PyQt6.QtGui import QColor, QPainter, QPaintEvent
from PyQt6.QtWidgets import QComboBox, QWidget

from app.gui import theme
from app.gui.icons import pixmap
from app.gui.own_keys import takes_key

_OWN_KEYS = {Qt.Key.Key_Home, Qt.Key.Key_End}


class ChoiceBox(QComboBox):
    """A combo box drawn as one piece; style sheets leave its arrow in a box of another age."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)

    def event(self, event: QEvent | None) -> bool:
        return takes_key(event, _OWN_KEYS, letters=True) or super().event(event)

    def sizeHint(self) -> QSize:
        widest = max((self.fontMetrics().horizontalAdvance(self.itemText(i)) for i in range(self.count())), default=40)
        return QSize(widest + 42, super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        return QSize(80, super().sizeHint().height())

    def paintEvent(self, event: QPaintEvent | None) -> None:
        colours = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QColor(colours.accent if self.hasFocus() else colours.border))
        painter.setBrush(QColor(colours.hover if self.underMouse() else colours.raised))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
        painter.setPen(QColor(colours.text if self.isEnabled() else colours.faint))
        words = self.rect().adjusted(10, 0, -26, 0)
        painter.drawText(words, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, self.currentText())
        arrow = pixmap("chevron-down", QColor(colours.muted), 14, self.devicePixelRatioF())
        painter.drawPixmap(QPointF(self.width() - 22, (self.height() - 14) / 2), arrow)
        painter.end()
