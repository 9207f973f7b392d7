"""Shows a picture: letterboxed, zoomed by the wheel, moved by dragging."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from PyQt6.QtCore import QPointF, QRectF, QSize, Qt, pyqtSignal
from PyQt6.QtGui import QColor, QImage, QMouseEvent, QPainter, QPaintEvent, QWheelEvent
from PyQt6.QtWidgets import QLabel, QSizePolicy, QWidget

from app.gui import theme

if TYPE_CHECKING:
    from engine.types import U8

MOST_ZOOM = 16.0


class VideoView(QWidget):
    """Paints one RGB picture. The pose is in the picture already, so the two can never be of different frames."""

    double_clicked = pyqtSignal()
    size_wanted = pyqtSignal(int, int)
    """The size, in pixels of the screen, beyond which a picture shows no more."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pixels: U8 | None = None  # QImage does not own its memory: this keeps it alive
        self._image: QImage | None = None
        self._zoom = 1.0
        self._centre = QPointF(0.5, 0.5)  # of the view, in parts of the picture
        self._grip: QPointF | None = None
        self._notice = QLabel(self)
        self._notice.setObjectName("notice")
        self._notice.setStyleSheet(
            "background: rgba(16, 18, 22, 205); color: #eef0f3; border-radius: 12px; padding: 5px 12px;"
        )
        self._notice.hide()
        self.setMinimumSize(320, 180)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setAccessibleName(self.tr("Video"))
        self.setAccessibleDescription(self.tr("The picture with the people found on it"))

    def show_picture(self, pixels: U8) -> None:
        """Show `pixels`, uint8 [H, W, 3] RGB, contiguous, which nobody writes to any more."""
        height, width = pixels.shape[:2]
        self._pixels = pixels
        # the row length must be given: rows of a width not divisible by four end in the middle of a word
        self._image = QImage(
            cast(bytes, pixels.data), width, height, int(pixels.strides[0]), QImage.Format.Format_RGB888
        )
        self.update()

    def clear(self) -> None:
        self._pixels = self._image = None
        self.fit()
        self.notice("")

    @property
    def pixels(self) -> U8 | None:
        """What is shown now."""
        return self._pixels

    @property
    def image(self) -> QImage | None:
        """What is shown now, sharing memory with `pixels`: copy it to keep it."""
        return self._image

    def notice(self, text: str) -> None:
        """A line over the picture, for what takes a moment; empty: none."""
        self._notice.setVisible(bool(text))
        self._notice.setText(text)
        self._notice.adjustSize()
        self._place_notice()

    def fit(self) -> None:
        """The whole picture, as large as it goes."""
        self._zoom, self._centre = 1.0, QPointF(0.5, 0.5)
        self.setCursor(Qt.CursorShape.ArrowCursor)
        self._tell_size()
        self.update()

    def zoom_by(self, factor: float, at: QPointF | None = None) -> None:
        """Enlarge, keeping what is at `at` (in the view's pixels) where it is."""
        if self._image is None:
            return
        at = at or QPointF(self.rect().center())
        before = self._picture_rect()
        zoom = min(max(self._zoom * factor, 1.0), MOST_ZOOM)
        if zoom == 1.0:
            self.fit()
            return
        held = QPointF((at.x() - before.x()) / before.width(), (at.y() - before.y()) / before.height())
        self._zoom = zoom
        size = self._scaled_size()
        self._centre = QPointF(
            held.x() - (at.x() - self.width() / 2) / size.width(),
            held.y() - (at.y() - self.height() / 2) / size.height(),
        )
        self._keep_in_view()
        self.setCursor(Qt.CursorShape.OpenHandCursor)
        self._tell_size()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(960, 540)

    def _scaled_size(self) -> QSize:
        assert self._image is not None
        fitted = self._image.size().scaled(self.size(), Qt.AspectRatioMode.KeepAspectRatio)
        return QSize(round(fitted.width() * self._zoom), round(fitted.height() * self._zoom))

    def _picture_rect(self) -> QRectF:
        size = self._scaled_size()
        left = self.width() / 2 - self._centre.x() * size.width()
        top = self.height() / 2 - self._centre.y() * size.height()
        return QRectF(left, top, size.width(), size.height())

    def _keep_in_view(self) -> None:
        size = self._scaled_size()
        for axis, length, whole in (("x", self.width(), size.width()), ("y", self.height(), size.height())):
            half = min(length / 2 / max(whole, 1), 0.5)
            value = getattr(self._centre, axis)()
            getattr(self._centre, f"set{axis.upper()}")(min(max(value, half), 1 - half))

    def paintEvent(self, event: QPaintEvent | None) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(theme.current().stage))
        if self._image is not None:
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, self._zoom < 6)
            painter.drawImage(self._picture_rect(), self._image)
        painter.end()

    def resizeEvent(self, event: object) -> None:
        if self._image is not None:
            self._keep_in_view()
        self._tell_size()
        self._place_notice()

    def _tell_size(self) -> None:
        scale = self._zoom * self.devicePixelRatioF()
        self.size_wanted.emit(round(self.width() * scale), round(self.height() * scale))

    def _place_notice(self) -> None:
        self._notice.move((self.width() - self._notice.width()) // 2, 14)

    def wheelEvent(self, event: QWheelEvent | None) -> None:
        if event is not None:
            self.zoom_by(1.0015 ** event.angleDelta().y(), event.position())
            event.accept()

    def mousePressEvent(self, event: QMouseEvent | None) -> None:
        if event is not None and event.button() == Qt.MouseButton.LeftButton and self._zoom > 1:
            self._grip = event.position()
            self.setCursor(Qt.CursorShape.ClosedHandCursor)

    def mouseMoveEvent(self, event: QMouseEvent | None) -> None:
        if event is None or self._grip is None or self._image is None:
            return
        size, moved = self._scaled_size(), event.position() - self._grip
        self._grip = event.position()
        self._centre -= QPointF(moved.x() / size.width(), moved.y() / size.height())
        self._keep_in_view()
        self.update()

    def mouseReleaseEvent(self, event: QMouseEvent | None) -> None:
        if self._grip is not None:
            self._grip = None
            self.setCursor(Qt.CursorShape.OpenHandCursor)

    def mouseDoubleClickEvent(self, event: QMouseEvent | None) -> None:
        self.double_clicked.emit()
