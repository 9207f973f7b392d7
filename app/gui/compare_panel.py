"""The second video of a comparison: its picture, its timeline, and how it is moved against the first."""

from __future__ import annotations

from PyQt6.QtCore import QSize, Qt, pyqtSignal
from PyQt6.QtWidgets import QHBoxLayout, QLabel, QToolButton, QVBoxLayout, QWidget

from app.gui import events, theme
from app.gui.eliding_label import GREED, ElidingLabel
from app.gui.timeline import Timeline
from app.gui.video_view import VideoView


class ComparePanel(QWidget):
    """Name and timeline; the picture (`view`) is another widget, put beside the first one's.

    What is moved here moves the second video alone: from then on the two are in step as they stand.
    """

    closed = pyqtSignal()
    stepped = pyqtSignal(int)
    """Go so many frames on, or back."""
    aligned = pyqtSignal()
    """Both from their beginnings."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.view, self.timeline = VideoView(), Timeline()
        self.view.setAccessibleName(self.tr("Second video"))
        self.timeline.setAccessibleName(self.tr("Timeline of the second video"))
        self.name, self.offset = ElidingLabel(), QLabel()
        self.offset.setObjectName("hint")
        self.offset.setToolTip(
            self.tr("Move the second video until both show the same moment: they stay in step from there")
        )
        self._icons: list[tuple[QToolButton, str]] = []
        row = QHBoxLayout()
        row.setContentsMargins(10, 0, 10, 0)
        row.setSpacing(4)
        row.addWidget(self.name, GREED)
        row.addSpacing(12)
        row.addWidget(self.offset)
        row.addStretch(1)
        self.back = self._button("step-back", self.tr("Second video one frame back"))
        self.on = self._button("step-on", self.tr("Second video one frame on"))
        self.align = self._button("to-start", self.tr("Both from their beginnings"))
        self.close_button = self._button("close", self.tr("Stop comparing"))
        for button in (self.back, self.on, self.align, self.close_button):
            row.addWidget(button)
        self.back.clicked.connect(lambda: self.stepped.emit(-1))
        self.on.clicked.connect(lambda: self.stepped.emit(1))
        self.align.clicked.connect(self.aligned)
        self.close_button.clicked.connect(self.closed)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 4, 0, 0)
        column.setSpacing(0)
        column.addLayout(row)
        column.addWidget(self.timeline)
        self.repaint_icons()

    @property
    def stops(self) -> tuple[QWidget, ...]:
        """Where Tab goes, in order."""
        return self.back, self.on, self.align, self.close_button, self.timeline

    def show_picture(self, picture: events.Picture) -> None:
        self.view.show_picture(picture)
        self.timeline.set_position(picture.index)

    def set_name(self, name: str) -> None:
        """What the second video is called."""
        self.name.setText(self.tr("Right: {0}").format(name))

    def set_offset(self, seconds: float) -> None:
        """How much later the moment shown here is in its video than the one shown beside it."""
        if abs(seconds) < 0.005:
            self.offset.setText(self.tr("same time in both"))
        elif seconds > 0:
            self.offset.setText(self.tr("{0:.2f} s later than the first").format(seconds))
        else:
            self.offset.setText(self.tr("{0:.2f} s earlier than the first").format(-seconds))

    def repaint_icons(self) -> None:
        """In the colours of the look in use."""
        for button, icon in self._icons:
            button.setIcon(theme.themed_icon(icon))
        self.view.update()

    def _button(self, icon: str, words: str) -> QToolButton:
        button = QToolButton()
        button.setIconSize(QSize(18, 18))
        button.setAutoRaise(True)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.setToolTip(words)
        button.setAccessibleName(words)
        self._icons.append((button, icon))
        return button
