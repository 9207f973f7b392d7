"""A part of the screen, chosen with a rubber band on a picture of it."""

from __future__ import annotations

from dataclasses import dataclass

from PyQt6.QtCore import QPoint, QRect, QRectF, Qt, pyqtSignal
from PyQt6.QtGui import QCloseEvent, QColor, QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QScreen
from PyQt6.QtWidgets import QWidget

from app.gui import theme
from engine.addresses import LEAST_SIDE, ScreenAddress


@dataclass(frozen=True, slots=True)
class ScreenPicture:
    """What screen `number` shows; left and top in the pixels of all screens together."""

    number: int
    left: int
    top: int
    image: QImage


class ScreenPicker(QWidget):
    """Covers one screen with its own picture until a region is drawn, Enter takes the whole, or Escape ends it."""

    chosen = pyqtSignal(object)
    """A ScreenAddress."""
    cancelled = pyqtSignal()

    def __init__(self, picture: ScreenPicture, screen: QScreen) -> None:
        flags = Qt.WindowType.Window | Qt.WindowType.FramelessWindowHint | Qt.WindowType.WindowStaysOnTopHint
        super().__init__(None, flags)
        self.setWindowTitle(self.tr("Choose a part of the screen"))
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.setGeometry(screen.geometry())
        self._picture = picture
        self._begun: QPoint | None = None
        self._band = QRect()

    def paintEvent(self, event: QPaintEvent | None) -> None:
        painter = QPainter(self)
        painter.drawImage(QRectF(self.rect()), self._picture.image)
        shade = QColor(0, 0, 0, 120)
        if self._band.isEmpty():
            painter.fillRect(self.rect(), shade)
        else:
            band, whole = self._band, self.rect()
            for part in (
                QRect(0, 0, whole.width(), band.top()),
                QRect(0, band.bottom() + 1, whole.width(), whole.height() - band.bottom() - 1),
                QRect(0, band.top(), band.left(), band.height()),
                QRect(band.right() + 1, band.top(), whole.width() - band.right() - 1, band.height()),
            ):
                painter.fillRect(part, shade)
            painter.setPen(QPen(QColor(theme.current().accent), 2))
            painter.drawRect(band)
        self._paint_words(painter)
        painter.end()

    def _paint_words(self, painter: QPainter) -> None:
        if self._band.isEmpty():
            words = self.tr("Drag over what is to be followed  ·  Enter: the whole screen  ·  Esc: nothing")
            place = QRect(0, 24, self.width(), 48)
        else:
            address = self.address
            assert address.region is not None
            words = f"{address.region[2]} × {address.region[3]}"
            place = QRect(self._band.center().x() - 100, max(self._band.top() - 48, 0), 200, 40)
        font = painter.font()
        font.setPointSizeF(font.pointSizeF() * 1.3)
        painter.setFont(font)
        centre = Qt.AlignmentFlag.AlignCenter
        around = painter.boundingRect(QRectF(place), centre, words).adjusted(-14, -8, 14, 8)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(0, 0, 0, 190))
        painter.drawRoundedRect(around, 8, 8)
        painter.setPen(QColor(255, 255, 255))
        painter.drawText(QRectF(place), centre, words)

    @property
    def address(self) -> ScreenAddress:
        """What is marked now, in the pixels of all screens; the whole screen where nothing is."""
        if self._band.isEmpty():
            return ScreenAddress(self._picture.number)
        across, down = self._picture.image.width() / self.width(), self._picture.image.height() / self.height()
        left, top = round(self._band.left() * across), round(self._band.top() * down)
        size = round(self._band.width() * across), round(self._band.height() * down)
        return ScreenAddress(1, (self._picture.left + left, self._picture.top + top, *size))

    @property
    def place(self) -> QRect:
        """What is marked now, where windows are counted."""
        return (self.rect() if self._band.isEmpty() else self._band).translated(self.geometry().topLeft())

    def mousePressEvent(self, event: QMouseEvent | None) -> None:
        if event is not None and event.button() == Qt.MouseButton.LeftButton:
            self._begun = event.position().toPoint()

    def mouseMoveEvent(self, event: QMouseEvent | None) -> None:
        if event is not None and self._begun is not None:
            end = event.position().toPoint()
            self._band = QRect(self._begun, end).normalized().adjusted(0, 0, -1, -1) & self.rect()
            self.update()

    def mouseReleaseEvent(self, event: QMouseEvent | None) -> None:
        if event is None or self._begun is None:
            return
        self._begun = None
        region = self.address.region
        if region is not None and min(region[2:]) >= LEAST_SIDE:
            self.chosen.emit(self.address)
        else:  # a click, or a slip
            self._band = QRect()
            self.update()

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        if event is None:
            return
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._band = QRect()
            self.chosen.emit(self.address)
        elif event.key() == Qt.Key.Key_Escape:
            self.cancelled.emit()

    def closeEvent(self, event: QCloseEvent | None) -> None:
        """However the desktop closes it, nothing is chosen then."""
        self.cancelled.emit()
        super().closeEvent(event)
