"""Play, pause, step, speed: the row of controls under the video."""

from __future__ import annotations

from PyQt6.QtCore import QSize, Qt, pyqtSignal
from PyQt6.QtGui import QAction, QColor, QMouseEvent
from PyQt6.QtWidgets import QHBoxLayout, QLabel, QToolButton, QWidget

from app.gui import theme
from app.gui.actions import Actions, plain
from app.gui.choice_box import ChoiceBox
from app.gui.eliding_label import GREED, ElidingLabel
from app.gui.icons import icon
from app.gui.timeline import clock

SPEEDS = (0.1, 0.25, 0.5, 1.0, 2.0, 4.0)


class TimeLabel(QLabel):
    """Where we are; a click asks where to, as its action does."""

    def __init__(self, action: QAction) -> None:
        super().__init__()
        self._action = action
        self.setToolTip(self.tr("Time in the video, of its whole length"))
        action.enabledChanged.connect(self._show_use)

    def _show_use(self, on: bool) -> None:
        use = self.tr("Click to go to a frame or a time")
        self.setToolTip("\n".join([self.tr("Time in the video, of its whole length"), *([use] if on else [])]))
        self.setCursor(Qt.CursorShape.PointingHandCursor if on else Qt.CursorShape.ArrowCursor)

    def mouseReleaseEvent(self, event: QMouseEvent | None) -> None:
        if event is None or not self.rect().contains(event.position().toPoint()):
            return
        if event.button() == Qt.MouseButton.LeftButton:
            self._action.trigger()  # which does nothing where it is disabled


class Transport(QWidget):
    """Buttons for the actions, and where we are in words."""

    speed_chosen = pyqtSignal(float)

    def __init__(self, actions: Actions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._actions = actions
        self._frames: int | None = None
        self._duration_s: float | None = None
        self._playing = False
        self.play = self._button(actions["play"], 24)
        self.play.setObjectName("play")
        self.play.setFixedSize(40, 40)
        start, back, on, end = (self._button(actions[name]) for name in ("to-start", "step-back", "step-on", "to-end"))
        self._live_only = [self._button(actions[name]) for name in ("stop", "record", "mirror")]
        self.recording = QLabel()
        self.recording.setObjectName("recording")
        self.recording.setToolTip(self.tr("How long the recording is"))
        for button in self._live_only:
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
            button.hide()  # until it is known what is shown: the window would grow for the buttons of both kinds
        self.time = TimeLabel(actions["to-place"])
        self.frame = ElidingLabel(cut=Qt.TextElideMode.ElideRight)
        self.frame.setObjectName("hint")
        self.frame.setToolTip(self.tr("Frame shown, of all frames"))
        self.speed = ChoiceBox()
        self.speed.setToolTip(self.tr("How fast to play; slow motion helps to see a movement"))
        self.speed.setAccessibleName(self.tr("Speed"))
        for factor in SPEEDS:
            self.speed.addItem(f"{factor:g}×", factor)
        self.speed.setCurrentIndex(SPEEDS.index(1.0))
        self.speed.currentIndexChanged.connect(lambda place: self.speed_chosen.emit(SPEEDS[place]))
        self._file_only: tuple[QWidget, ...] = (start, back, on, end, self.speed)
        row = QHBoxLayout(self)
        row.setContentsMargins(10, 2, 12, 8)
        row.setSpacing(4)
        for part in (start, back, self.play, on, end, *self._live_only, self.recording):
            row.addWidget(part)
        row.addSpacing(12)
        row.addWidget(self.time)
        row.addSpacing(12)
        row.addWidget(self.frame, GREED)
        row.addStretch(1)
        row.addWidget(self.speed)
        for playing in (True, False):  # drawn now, not when somebody presses play
            self.set_playing(playing)

    def set_source(self, *, live: bool, camera: bool, frames: int | None, duration_s: float | None) -> None:
        self._frames, self._duration_s = frames, duration_s
        for part in self._file_only:
            part.setVisible(not live)
        self._live_only[0].setVisible(live)
        self._live_only[1].setVisible(live)
        self._live_only[2].setVisible(camera)
        self.set_recording("", 0)
        # digits that keep their width, or the line would dance while playing
        digits = "0:00:00.00" if live else "00:00.00 / 00:00.00"
        self.time.setMinimumWidth(self.time.fontMetrics().horizontalAdvance(digits))
        self.time.setText("")
        self.frame.setText("")

    @property
    def factor(self) -> float:
        """The speed chosen; 1.0 is the source's own."""
        return SPEEDS[self.speed.currentIndex()]

    def set_length(self, frames: int) -> None:
        self._frames = frames

    def set_duration(self, seconds: float | None) -> None:
        self._duration_s = seconds

    def set_place(self, index: int, time_s: float) -> None:
        whole = f" / {clock(self._duration_s)}" if self._duration_s else ""
        self.time.setText(f"{clock(time_s)}{whole}")
        if self._frames:
            here, last = index + 1, max(self._frames, index + 1)
            self.frame.setText(self.tr("Frame {0} of {1}").format(here, last), f"{here} / {last}")
        else:
            self.frame.setText(self.tr("Frame {0}").format(index + 1), str(index + 1))

    def set_recording(self, words: str, lost: int) -> None:
        """How long it has been recorded, in words; empty: it is not. `lost`: pictures that could not be written."""
        missing = " · " + self.tr("{0} missing").format(lost) if lost else ""
        self.recording.setText(f"● {words}{missing}" if words else "")
        self.recording.setVisible(bool(words))

    def set_playing(self, on: bool) -> None:
        self._playing = on
        self.repaint_icons()
        self.play.setAccessibleName(self.tr("Pause") if on else self.tr("Play"))

    def faster(self, places: int) -> None:
        """Choose a speed `places` further down the list."""
        self.speed.setCurrentIndex(min(max(self.speed.currentIndex() + places, 0), len(SPEEDS) - 1))

    def repaint_icons(self) -> None:
        """In the colours of the look in use."""
        colours = theme.current()
        name = "pause" if self._playing else "play"
        self._actions["play"].setIcon(icon(name, QColor(colours.on_accent), QColor(colours.surface)))

    def _button(self, action: QAction, size: int = 20) -> QToolButton:
        button = QToolButton()
        button.setDefaultAction(action)
        button.setIconSize(QSize(size, size))
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.setAutoRaise(True)
        button.setAccessibleName(plain(action.text()))
        return button
