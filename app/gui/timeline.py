"""The timeline: where we are, what is analysed, and when each person was there.

Click or drag to go to any frame; drag with Shift held to mark a range, which is then played over and over.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Mapping

from PyQt6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, pyqtSignal
from PyQt6.QtGui import QColor, QFont, QFontMetrics, QMouseEvent, QPainter, QPaintEvent
from PyQt6.QtWidgets import QSizePolicy, QSlider, QWidget

from app.gui import theme
from app.gui.frame_times import USUAL_FPS, FrameTimes
from app.gui.lanes import LaneView, PersonLane
from app.style import person_colour

GROOVE, LANE, GAP, MARGIN = 6, 5, 2, 10
FLAG = 4.5
"""Half the width of the mark of a moment to look at; the mouse is at it so near."""
MOST_ROWS = 5
LAST = 2**31 - 1
"""No slider of Qt goes further; a file can say what it likes."""


class Timeline(QSlider):
    """A slider over frame numbers. `sought` is emitted for every place the user goes to, while dragging too."""

    pressed = pyqtSignal()
    """A button of the mouse, whichever."""
    sought = pyqtSignal(int)
    loop_chosen = pyqtSignal(object)
    """The range marked: first and last frame; None: none."""
    hovered = pyqtSignal(int, int)
    """The mouse is over this frame, at this x."""
    left = pyqtSignal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._fps: float | None = None
        self._times: FrameTimes | None = None
        self._view = LaneView()
        self._rows: list[list[PersonLane]] = []
        self._more = ""
        """Who has no row."""
        self._names: Mapping[int, str] = {}
        self._moments: list[int] = []
        self._about: Callable[[int], str] = str
        self._chosen: int | None = None
        self.loop: tuple[int, int] | None = None
        """The range marked."""
        self._marking: int | None = None
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(self.tr("Timeline"))
        self.setMaximum(0)
        self.actionTriggered.connect(lambda _: self.sought.emit(self.sliderPosition()))  # wheel and keys
        self._pack()

    def set_length(self, frames: int, fps: float | None) -> None:
        self._fps = fps
        self.setMaximum(min(max(frames - 1, 0), LAST))
        self.update()

    def set_times(self, times: FrameTimes | None) -> None:
        """When each frame is on; None: evenly, as far as is known."""
        self._times = times

    def time_at(self, index: int) -> float:
        """When a frame is on, in seconds."""
        return self._times.at(index) if self._times is not None else index / (self._fps or USUAL_FPS)

    def index_near(self, time_s: float) -> int:
        """The frame that begins nearest to `time_s`."""
        index = self._times.nearest(time_s) if self._times is not None else round(time_s * (self._fps or USUAL_FPS))
        return min(max(index, 0), self.maximum())

    def set_position(self, index: int) -> None:
        """Follow the video; the user's own drag wins."""
        if not self.isSliderDown():
            self.setMaximum(max(self.maximum(), index))  # a length from the container is only an estimate
            self.setValue(index)

    def set_names(self, names: Mapping[int, str]) -> None:
        """What some people are called."""
        self._names = names

    def set_moments(self, frames: list[int], about: Callable[[int], str]) -> None:
        """Mark frames, ascending, that are to be looked at; `about` tells what is to be looked for on one of them."""
        self._moments, self._about = frames, about
        self.update()

    def choose(self, person: int | None) -> None:
        """Let the lane of one person stand out, who has one however many there are."""
        self._chosen = person
        self._pack()

    def set_loop(self, frames: tuple[int, int] | None) -> None:
        """Mark a range, or none."""
        if frames is not None:
            first, last = sorted(min(max(frame, 0), self.maximum()) for frame in frames)
            frames = (first, last) if last > first else None
        if frames != self.loop:
            self.loop = frames
            self.update()
            self.loop_chosen.emit(frames)

    def set_lanes(self, view: LaneView) -> None:
        self._view = view
        self._pack()

    def _pack(self) -> None:
        """Put people into rows; those for whom there is none are told by number."""
        self._rows = rows(self._view.people, self._chosen)
        seen = sum(1 for lane in self._view.people if lane.runs)
        without = seen - sum(map(len, self._rows))
        self._more = self.tr("+{0} without a line here; whoever is chosen has one").format(without) if without else ""
        self.setAccessibleDescription(". ".join([self.tr("Frame shown; the arrow keys go frame by frame"), self._more]))
        self._fit_height()
        self.update()

    def sizeHint(self) -> QSize:
        lanes = len(self._rows) * (LANE + GAP)
        words = self._letters().height() if self._more else 0
        return QSize(400, MARGIN * 2 + GROOVE + (lanes + GAP * 2 if lanes else 0) + words)

    def minimumSizeHint(self) -> QSize:
        return QSize(120, self.sizeHint().height())

    def _small(self) -> QFont:
        font = QFont(self.font())
        font.setPointSizeF(max(font.pointSizeF() * 0.85, 7.0))
        return font

    def _letters(self) -> QFontMetrics:
        return QFontMetrics(self._small())

    def _foot(self) -> int:
        """Where lines across the rows end: above the words, which they would make hard to read."""
        return self.height() - (self._letters().height() + MARGIN if self._more else 0)

    def _fit_height(self) -> None:
        self.setFixedHeight(self.sizeHint().height())

    def _x(self, index: float) -> float:
        return MARGIN + index / max(self.maximum(), 1) * (self.width() - 2 * MARGIN)

    def _index(self, x: float) -> int:
        part = (x - MARGIN) / max(self.width() - 2 * MARGIN, 1)
        return min(max(round(part * self.maximum()), 0), self.maximum())

    def _span(self, run: tuple[int, int], top: float, height: float) -> QRectF:
        # every frame owns half a step to either side, so that a single one can be seen
        left, right = self._x(max(run[0] - 0.5, 0)), self._x(min(run[1] + 0.5, self.maximum()))
        return QRectF(left, top, max(right - left, 1.5), height)

    def paintEvent(self, event: QPaintEvent | None) -> None:
        colours = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        groove = QRectF(MARGIN, MARGIN, self.width() - 2 * MARGIN, GROOVE)
        painter.setBrush(QColor(colours.track))
        painter.drawRoundedRect(groove, GROOVE / 2, GROOVE / 2)
        analysed = QColor(colours.accent)
        analysed.setAlphaF(0.45)
        painter.setBrush(analysed)
        for run in self._view.analysed:
            painter.drawRoundedRect(self._span(run, MARGIN, GROOVE), GROOVE / 2, GROOVE / 2)
        if self.loop is not None:
            self._paint_loop(painter, colours)
        top = MARGIN + GROOVE + GAP * 2.0
        for row in self._rows:
            for lane in row:
                colour = QColor(*person_colour(lane.id))
                colour.setAlphaF(1.0 if self._chosen in (None, lane.id) else 0.35)
                painter.setBrush(colour)
                for run in lane.runs:
                    painter.drawRoundedRect(self._span(run, top, LANE), 2, 2)
            top += LANE + GAP
        if self._more:
            painter.setFont(self._small())
            painter.setPen(QColor(colours.muted))
            room = QRectF(MARGIN, self._foot(), self.width() - 2 * MARGIN, self._letters().height())
            painter.drawText(room, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, self._more)
            painter.setPen(Qt.PenStyle.NoPen)
        self._paint_moments(painter, colours)
        if self.isEnabled():
            self._paint_head(painter, colours)
        painter.end()

    def _paint_moments(self, painter: QPainter, colours: theme.Colours) -> None:
        """Small flags that point down to their frames."""
        painter.setBrush(QColor(colours.warning))
        high = MARGIN - 2.0
        for x in dict.fromkeys(round(self._x(index)) for index in self._moments):  # thousands, perhaps, in an hour
            painter.drawPolygon(QPointF(x - FLAG, 1), QPointF(x + FLAG, 1), QPointF(x, high))

    def _paint_loop(self, painter: QPainter, colours: theme.Colours) -> None:
        assert self.loop is not None
        band = self._span(self.loop, 2, self._foot() - 4.0)
        fill = QColor(colours.accent)
        fill.setAlphaF(0.16)
        painter.setBrush(fill)
        painter.drawRect(band)
        painter.setBrush(QColor(colours.accent))
        for x in (band.left(), band.right() - 2):
            painter.drawRect(QRectF(x, band.top(), 2, band.height()))

    def _paint_head(self, painter: QPainter, colours: theme.Colours) -> None:
        x = self._x(self.value())
        line = QColor(colours.text)
        painter.setBrush(line)
        if self._rows:
            painter.drawRect(QRectF(x - 0.75, MARGIN, 1.5, self._foot() - MARGIN - GAP))
        painter.setBrush(QColor(colours.accent if self.hasFocus() else colours.text))
        painter.drawEllipse(QPointF(x, MARGIN + GROOVE / 2), 7.5, 7.5)

    def mousePressEvent(self, event: QMouseEvent | None) -> None:
        self.pressed.emit()
        if event is not None and event.button() == Qt.MouseButton.LeftButton:
            if event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
                self._marking = self._index(event.position().x())
                return
            self.setSliderDown(True)
            self._go(event.position().x())

    def mouseMoveEvent(self, event: QMouseEvent | None) -> None:
        if event is None:
            return
        x = event.position().x()
        if self._marking is not None:
            self.set_loop((self._marking, self._index(x)))
        elif self.isSliderDown():
            self._go(x)
        self.hovered.emit(self._index(x), round(x))

    def leaveEvent(self, event: QEvent | None) -> None:
        self.left.emit()

    def mouseReleaseEvent(self, event: QMouseEvent | None) -> None:
        self.setSliderDown(False)
        if self._marking is not None and event is not None:
            self.set_loop((self._marking, self._index(event.position().x())))  # a mere click marks nothing
        self._marking = None

    def _go(self, x: float) -> None:
        index = self._index(x)
        if index != self.value() or not self.isSliderDown():
            self.setValue(index)
        self.sought.emit(index)

    def words_at(self, index: int) -> str:
        """Time, frame and people there."""
        here = [
            self._names.get(lane.id, str(lane.id))
            for lane in self._view.people
            if any(first <= index <= last for first, last in lane.runs)
        ]
        words = self.tr("Frame {0}").format(index + 1)
        if self._times is not None or self._fps:
            words = f"{clock(self.time_at(index))} · {words}"
        if here:
            words += " · " + self.tr("people: {0}").format(", ".join(here))
        after = bisect_left(self._moments, index)
        near = min(self._moments[max(after - 1, 0) : after + 1], key=lambda moment: abs(moment - index), default=None)
        if near is not None and abs(self._x(near) - self._x(index)) <= FLAG:
            words += "\n" + self._about(near)
        return words


def rows(people: Iterable[PersonLane], chosen: int | None = None) -> list[list[PersonLane]]:
    """People put into as few rows as hold them without overlap, at most MOST_ROWS; who finds no room is left out, but
    not who is chosen: the last row is his then."""
    lanes = list(people)
    packed = _packed(lanes, MOST_ROWS)
    his = next((lane for lane in lanes if lane.id == chosen and lane.runs), None)
    if his is None or any(his in row for row in packed):
        return packed
    return [*_packed([lane for lane in lanes if lane is not his], MOST_ROWS - 1), [his]]


def _packed(people: Iterable[PersonLane], most: int) -> list[list[PersonLane]]:
    packed: list[list[PersonLane]] = []
    ends: list[int] = []
    for lane in sorted((lane for lane in people if lane.runs), key=lambda lane: lane.runs[0][0]):
        free = next((place for place, end in enumerate(ends) if lane.runs[0][0] > end), None)
        if free is not None:
            packed[free].append(lane)
            ends[free] = lane.runs[-1][1]
        elif len(packed) < most:
            packed.append([lane])
            ends.append(lane.runs[-1][1])
    return packed


def clock(seconds: float) -> str:
    """`1:02.50`, with hours where there are some."""
    hundredths = round(seconds * 100)
    minutes, rest = divmod(hundredths, 6000)
    hours, minutes = divmod(minutes, 60)
    text = f"{rest // 100:02d}.{rest % 100:02d}"
    return f"{hours}:{minutes:02d}:{text}" if hours else f"{minutes}:{text}"
