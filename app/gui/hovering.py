"""What is at the place of the timeline that the mouse is over: a small picture and a line of words."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from PyQt6.QtCore import QObject, QPoint, Qt, pyqtSignal
from PyQt6.QtGui import QImage, QPixmap
from PyQt6.QtWidgets import QFrame, QLabel, QVBoxLayout, QWidget

from app.gui import events
from app.gui.thumbnails import Thumbnails

if TYPE_CHECKING:
    from app.gui.timeline import Timeline
    from app.gui.window import MainWindow
    from engine.types import U8

GAP = 8
"""Between it and the timeline, in pixels."""


class Preview(QFrame):
    """A tool tip with a picture in it."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.ToolTip | Qt.WindowType.WindowDoesNotAcceptFocus)
        self.setObjectName("preview")
        self.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
        self.picture, self.words = QLabel(), QLabel()
        column = QVBoxLayout(self)
        column.setContentsMargins(6, 6, 6, 5)
        column.setSpacing(4)
        for part in (self.picture, self.words):
            part.setAlignment(Qt.AlignmentFlag.AlignCenter)
            column.addWidget(part)

    def tell(self, words: str, picture: QPixmap | None, above: QPoint) -> None:
        """Show both over a place of the screen. Where the picture is not there yet, the one before stays, dimmed."""
        self.words.setText(words)
        self.picture.setEnabled(picture is not None)
        if picture is not None:
            self.picture.setPixmap(picture)
        self.picture.setVisible(not self.picture.pixmap().isNull())
        self.adjustSize()
        screen = self.screen()
        left = above.x() - self.width() // 2
        if screen is not None:
            room = screen.availableGeometry()
            left = min(max(left, room.left()), room.right() - self.width())
        self.move(left, above.y() - self.height() - GAP)
        self.show()

    def forget(self) -> None:
        """Hide, and show none of these pictures again."""
        self.hide()
        self.picture.clear()


class Hover(QObject):
    """Joins a timeline with the small pictures of its file."""

    came = pyqtSignal()

    def __init__(self, window: QWidget, timeline: Timeline) -> None:
        super().__init__(window)
        self._timeline = timeline
        self.preview = Preview(window)
        self.thumbnails: Thumbnails | None = None
        self._ending: list[Thumbnails] = []
        self._over: tuple[int, int] | None = None  # the frame, and where it is on the timeline
        timeline.hovered.connect(self._show)
        timeline.left.connect(self._hide)
        self.came.connect(self._refresh)

    def open(self, address: str) -> None:
        """From now on it is the timeline of the file at `address`."""
        self.close()
        self.thumbnails = Thumbnails(address, self.came.emit)

    def close(self) -> None:
        """No file any more; its thread ends by itself, soon."""
        self._hide()
        self.preview.forget()
        thumbnails, self.thumbnails = self.thumbnails, None
        if thumbnails is not None:
            thumbnails.close()
            self._ending = [*(one for one in self._ending if not one.wait(0)), thumbnails]

    def wait(self, timeout_s: float) -> bool:
        """Whether every thread has ended within the time; called when the window closes."""
        self.close()
        return all(one.wait(timeout_s) for one in self._ending)

    def _show(self, index: int, x: int) -> None:
        self._over = index, x
        self._refresh()

    def _hide(self) -> None:
        self._over = None
        self.preview.hide()

    def _refresh(self) -> None:
        if self._over is None:
            return
        index, x = self._over
        picture = self.thumbnails.get(index) if self.thumbnails is not None else None
        above = self._timeline.mapToGlobal(QPoint(x, 0))
        self.preview.tell(self._timeline.words_at(index), None if picture is None else _pixmap(picture), above)


class Hovering(Hover):
    """That of the window, for what is open in it."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window, window.stage.timeline)
        window.heard.connect(self._on_event)

    def _on_event(self, event: events.Event) -> None:
        match event:
            case events.Opened(info=info, address=address) if not info.live:
                self.open(address)
            case events.Opened() | events.Closed() | events.Trouble(fatal=True):
                self.close()


def _pixmap(picture: U8) -> QPixmap:
    height, width = picture.shape[:2]
    stride = int(picture.strides[0])
    return QPixmap.fromImage(QImage(cast(bytes, picture.data), width, height, stride, QImage.Format.Format_RGB888))
