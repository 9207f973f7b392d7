"""What is there when nothing is open: three doors in, and the files opened lately."""

from __future__ import annotations

from pathlib import Path

from PyQt6.QtCore import QSize, Qt, pyqtSignal
from PyQt6.QtGui import QAction, QColor, QHideEvent, QShowEvent
from PyQt6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from app.gui import theme
from app.gui.actions import Actions, plain
from app.gui.icons import logo, pixmap

MOST_LINKS = 4
LINK_PADDING = 9
"""Left of a link's words, with its border, in pixels: they stand under the words above."""


class Door(QPushButton):
    """A large button: a drawing, a name, a sentence, its key."""

    def __init__(self, action: QAction, drawing: str, name: str, sentence: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._drawing_name = drawing
        self._action = action
        self.setObjectName("door")
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAccessibleName(name)
        self.setAccessibleDescription(sentence)
        self.setToolTip(action.toolTip())
        self.setFixedSize(248, 172)
        self.clicked.connect(action.trigger)
        self._drawing = QLabel()
        title, text, key = QLabel(name), QLabel(sentence), QLabel(action.shortcut().toString())
        title.setObjectName("door-title")
        text.setObjectName("door-text")
        text.setWordWrap(True)
        key.setObjectName("door-key")
        top = QHBoxLayout()
        top.addWidget(self._drawing)
        top.addStretch(1)
        top.addWidget(key, alignment=Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 18, 18, 16)
        column.addLayout(top)
        column.addStretch(1)
        column.addWidget(title)
        column.addWidget(text)
        for part in (self._drawing, title, text, key):
            part.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.repaint_icons()

    def repaint_icons(self) -> None:
        colour = QColor(theme.current().accent)
        self._drawing.setPixmap(pixmap(self._drawing_name, colour, 40, self.devicePixelRatioF()))

    def sizeHint(self) -> QSize:
        return QSize(248, 172)


class Welcome(QWidget):
    """The empty state of the window."""

    recent_chosen = pyqtSignal(str)

    def __init__(self, actions: Actions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("welcome")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._mark = QLabel()
        title = QLabel(self.tr("See how people move"))
        title.setObjectName("title")
        subtitle = QLabel(self.tr("Open a video or a camera: everyone in it is followed, joint by joint."))
        subtitle.setObjectName("subtitle")
        self.doors = [
            Door(actions["open"], "film", self.tr("Open a video"), self.tr("A file from your phone, camera or screen")),
            Door(actions["camera"], "camera", self.tr("Use a camera"), self.tr("Live, from a webcam on this computer")),
            Door(
                actions["demo"],
                "runner",
                self.tr("Try the demo"),
                self.tr("A short clip of an athlete; fetched once, 4 MB"),
            ),
        ]
        drop = QLabel(self.tr("… or drop a video anywhere in this window. Your videos stay on this computer."))
        drop.setObjectName("hint")
        self.ways = QHBoxLayout()
        self.ways.setSpacing(4)
        self.ways.addSpacing(-LINK_PADDING)
        for name in ("choose-camera", "screen", "stream", "pictures"):
            self.ways.addWidget(_link(actions[name]))
        self.ways.addStretch(1)
        self._recent_title = QLabel(self.tr("Opened lately"))
        self._recent_title.setObjectName("section")
        self._recent = QHBoxLayout()
        self._recent.setSpacing(4)
        doors = QHBoxLayout()
        doors.setSpacing(18)
        for door in self.doors:
            doors.addWidget(door)
        middle = QVBoxLayout()
        middle.setSpacing(6)
        middle.addWidget(self._mark)
        middle.addSpacing(8)
        middle.addWidget(title)
        middle.addWidget(subtitle)
        middle.addSpacing(20)
        middle.addLayout(doors)
        middle.addSpacing(10)
        middle.addWidget(drop)
        middle.addLayout(self.ways)
        middle.addSpacing(18)
        middle.addWidget(self._recent_title)
        middle.addLayout(self._recent)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addLayout(middle)
        row.addStretch(1)
        column = QVBoxLayout(self)
        column.addStretch(4)
        column.addLayout(row)
        column.addStretch(5)
        self.set_recent([])
        self.repaint_icons()

    def set_recent(self, paths: list[Path]) -> None:
        while (item := self._recent.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.deleteLater()
        self._recent_title.setVisible(bool(paths))
        self._recent.addSpacing(-LINK_PADDING)
        for path in paths[:MOST_LINKS]:
            link = QPushButton(_shortened(path.name))
            link.setObjectName("link")
            link.setToolTip(str(path))
            link.setCursor(Qt.CursorShape.PointingHandCursor)
            link.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
            link.clicked.connect(lambda _checked=False, path=path: self.recent_chosen.emit(str(path)))
            self._recent.addWidget(link)
        self._recent.addStretch(1)

    def showEvent(self, event: QShowEvent | None) -> None:
        super().showEvent(event)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)

    def hideEvent(self, event: QHideEvent | None) -> None:
        """A stack of pages is as wide as the widest, and while a video is open the panel comes beside it."""
        super().hideEvent(event)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)

    def repaint_icons(self) -> None:
        self._mark.setPixmap(logo(64, self.devicePixelRatioF()))
        for door in self.doors:
            door.repaint_icons()


def _link(action: QAction) -> QPushButton:
    """A small way to an action that is seldom the first, and that asks something."""
    link = QPushButton(f"{plain(action.text())}…")
    link.setObjectName("link")
    link.setToolTip(action.toolTip())
    link.setCursor(Qt.CursorShape.PointingHandCursor)
    link.clicked.connect(action.trigger)
    return link


def _shortened(name: str, most: int = 28) -> str:
    return name if len(name) <= most else f"{name[: most - 12]}…{name[-11:]}"
