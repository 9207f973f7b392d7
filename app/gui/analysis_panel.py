"""The analysis strip: one measure of the person chosen as a curve over time, its cursor where the video is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PyQt6.QtCore import QSize, Qt, pyqtSignal
from PyQt6.QtGui import QColor, QResizeEvent
from PyQt6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.gui import theme
from app.gui.body_words import body_words
from app.gui.choice_box import ChoiceBox
from app.gui.eliding_label import GREED, ElidingLabel
from app.gui.series import Kind, Measure, Series
from app.style import person_colour

if TYPE_CHECKING:
    from collections.abc import Iterable

    from engine.skeletons import Skeleton

USUAL = "left_knee"
MOST_TOLD = 20
"""So many swings are told one by one when the mouse is on their number."""
ONE_LINE = 920
"""In pixels: in a narrower strip the words of the curve stand under what is chosen."""


class AnalysisPanel(QFrame):
    """Shows a Series and lets the measure be chosen. The plot itself is put in once its library is there."""

    measure_changed = pyqtSignal()
    sought = pyqtSignal(float)
    """A time, in seconds, that was clicked on."""
    scale_wanted = pyqtSignal(bool)
    """Begin to measure a known length, or leave it."""
    scale_dropped = pyqtSignal()
    copy_wanted = pyqtSignal()
    export_wanted = pyqtSignal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("controls")
        self.series: Series | None = None
        self._plot: Any = None  # pyqtgraph has no types
        self.kind = ChoiceBox()
        self.kind.setAccessibleName(self.tr("What to measure"))
        self.kind.setToolTip(self.tr("What to measure"))
        for kind, words in (
            (Kind.ANGLE, self.tr("Angle")),
            (Kind.SPEED, self.tr("Speed")),
            (Kind.HEIGHT, self.tr("Height in the picture")),
            (Kind.PLACE, self.tr("Place across the picture")),
        ):
            self.kind.addItem(words, kind)
        self.what = ChoiceBox()
        self.what.setAccessibleName(self.tr("Joint"))
        self.what.setToolTip(self.tr("Of which joint or part of the body"))
        self.who, self.value, self.counted = ElidingLabel(), QLabel(), ElidingLabel(cut=Qt.TextElideMode.ElideRight)
        self.extent = QLabel()
        self.value.setObjectName("people")
        self.extent.setObjectName("hint")
        self.counted.setObjectName("hint")
        self.scale, self.no_scale = QPushButton(), QToolButton()
        self.scale.setCheckable(True)
        self.no_scale.setToolTip(self.tr("Without a scale: pixels in the place of metres"))
        self.no_scale.setAccessibleName(self.tr("Take the scale back"))
        self.set_scale(None)
        self.copy = QPushButton(self.tr("Copy"))
        self.copy.setToolTip(self.tr("Copy times and values, to paste into a spreadsheet"))
        self.export = QPushButton(self.tr("Save table…"))
        self.export.setToolTip(self.tr("Write times and values into a file"))
        self.hint = QLabel()
        self.hint.setObjectName("hint")
        self.hint.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._words = QWidget()
        self._words.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)  # narrower, it goes below
        self._lay_out()
        self.kind.currentIndexChanged.connect(lambda _: self._fill())
        self.what.currentIndexChanged.connect(lambda _: self.measure_changed.emit())
        self.scale.clicked.connect(self.scale_wanted)
        self.no_scale.clicked.connect(self.scale_dropped)
        self.copy.clicked.connect(self.copy_wanted)
        self.export.clicked.connect(self.export_wanted)
        self._angles: tuple[str, ...] = ()
        self._keypoints: tuple[str, ...] = ()
        self.repaint_icons()
        self.say(self.tr("Choose a person: click on one in the picture, or on a name at the right."))

    def _lay_out(self) -> None:
        choices, words, buttons = QHBoxLayout(), QHBoxLayout(self._words), QHBoxLayout()
        for part in (self.kind, self.what):
            choices.addWidget(part)
        words.addWidget(self.who, GREED)
        words.addWidget(self.value)
        words.addWidget(self.extent)
        words.addWidget(self.counted, GREED)
        words.addStretch(1)
        for button in (self.scale, self.no_scale, self.copy, self.export):
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            buttons.addWidget(button)
        for row in (choices, words, buttons):
            row.setSpacing(8)
        words.setContentsMargins(0, 0, 0, 0)
        self._head = QGridLayout()
        self._head.setHorizontalSpacing(8)
        self._head.setVerticalSpacing(2)
        self._head.setColumnStretch(1, 1)
        self._head.addLayout(choices, 0, 0)
        self._head.addWidget(self._words, 0, 1)
        self._head.addLayout(buttons, 0, 2)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(10, 6, 10, 2)
        self._column.setSpacing(2)
        self._column.addLayout(self._head)
        self._column.addWidget(self.hint, 1)

    def sizeHint(self) -> QSize:
        return QSize(super().sizeHint().width(), 108 + 3 * self.fontMetrics().height())

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        super().resizeEvent(event)
        row, column, _, columns = self._head.getItemPosition(self._head.indexOf(self._words))
        place = (0, 1, 1, 1) if self.width() >= ONE_LINE else (1, 0, 1, 3)
        if (row, column, 1, columns) != place:
            self._head.addWidget(self._words, *place)

    @property
    def measure(self) -> Measure | None:
        """What is chosen; None as long as there is nothing to choose from."""
        name = self.what.currentData()
        return Measure(self.kind.currentData(), name) if name else None

    def set_skeleton(self, skeleton: Skeleton, angles: Iterable[str]) -> None:
        """What can be measured."""
        angles = tuple(angles)
        if (self._angles, self._keypoints) != (angles, skeleton.keypoints):
            self._angles, self._keypoints = angles, skeleton.keypoints
            self._fill()

    def _fill(self) -> None:
        kind, before = self.kind.currentData(), self.what.currentData() or USUAL
        names = self._angles if kind is Kind.ANGLE else self._keypoints
        blocked = self.what.blockSignals(True)
        self.what.clear()
        for name in names:
            self.what.addItem(body_words(name), name)
        self.what.setCurrentIndex(max(names.index(before) if before in names else 0, 0))
        self.what.blockSignals(blocked)
        self.measure_changed.emit()

    @property
    def has_plot(self) -> bool:
        return self._plot is not None

    def put_plot(self) -> None:
        """Make the plot; pyqtgraph must be loaded by now."""
        from app.gui.plot import Plot

        self._plot = Plot()
        self._plot.sought.connect(self.sought)
        self._column.addWidget(self._plot, 1)
        self._plot.hide()
        self.repaint_icons()

    def set_measuring(self, on: bool) -> None:
        """Whether a known length is to be drawn just now."""
        self.scale.setChecked(on)

    def set_scale(self, metres_per_pixel: float | None) -> None:
        """Show the scale in force; None: there is none."""
        self.no_scale.setVisible(metres_per_pixel is not None)
        if metres_per_pixel is None:
            self.scale.setText(self.tr("Set scale…"))
            self.scale.setToolTip(self.tr("Tell the program a known length, for metres in the place of pixels"))
        else:
            pixels = 1 / metres_per_pixel
            self.scale.setText(self.tr("{0} px = 1 m").format(f"{pixels:.0f}" if pixels >= 10 else f"{pixels:.2g}"))
            self.scale.setToolTip(self.tr("The scale: click to measure a known length again"))

    def say(self, words: str) -> None:
        """Words in the place of a curve."""
        self.series = None
        self.hint.setText(words)
        self.hint.show()
        for label in (self.who, self.value, self.extent, self.counted):
            label.setText("")
        for button in (self.copy, self.export):
            button.setEnabled(False)
        if self._plot is not None:
            self._plot.hide()

    def show_series(self, series: Series, name: str, until_s: float | None, source: int) -> None:
        """Draw it. `name` is the person's; `until_s` the length of the video, None where it has none; `source` tells
        it from those that were open before."""
        self.series = series
        self.who.setText(name)
        self._tell_extent(series)
        self._tell_count(series)
        self._make_room(series)
        for button in (self.copy, self.export):
            button.setEnabled(series.is_known_in_range)
        if not series.is_known:
            self.hint.setText(
                self.tr("The joints of this angle are not seen on any frame analysed so far.")
                if series.measure.kind is Kind.ANGLE
                else self.tr("This joint is not seen on any frame analysed so far.")
            )
        self.hint.setVisible(not series.is_known or self._plot is None)
        if self._plot is not None:
            self._plot.setVisible(series.is_known)
            self._plot.show_series(series, QColor(*person_colour(series.person)), until_s, source)

    def show_range(self, times_s: tuple[float, float] | None) -> None:
        """What is marked, in seconds; None: nothing."""
        if self._plot is not None:
            self._plot.show_range(times_s)

    def show_cursor(self) -> None:
        """Have the cursor in view, however much of the curve is enlarged."""
        if self._plot is not None:
            self._plot.show_cursor()

    def set_cursor(self, index: int, time_s: float, *, live: bool) -> None:
        """The video is at this frame; of a camera the value measured last is shown, which is a little older."""
        if self._plot is not None:
            self._plot.set_cursor(time_s)
        if live and self.series is not None and self.series.indices:
            index = min(index, self.series.indices[-1])
        value = self.series.value_at(index) if self.series is not None else None
        self.value.setText("" if value is None or self.series is None else self.series.worded(value))

    def repaint_icons(self) -> None:
        """In the colours of the look in use."""
        self.no_scale.setIcon(theme.themed_icon("close"))
        if self._plot is not None:
            self._plot.repaint_in(theme.current())

    def _make_room(self, series: Series) -> None:
        """For the widest of the values, or the words beside them would move with every frame."""
        known = series.values[series.values == series.values]
        words = [series.worded(float(value)) for value in ((known.min(), known.max()) if len(known) else ())]
        metrics = self.value.fontMetrics()
        self.value.setMinimumWidth(max(map(metrics.horizontalAdvance, words), default=0) + 2)

    def _tell_extent(self, series: Series) -> None:
        """How far the values go: what is written down of an exercise."""
        if not series.is_known_in_range:
            self.extent.setText("")
            return
        low, mean, high = map(series.worded, series.extent())
        if series.measure.kind is Kind.SPEED:
            words, tip = self.tr("mean {0}, highest {1}").format(mean, high), self.tr("Mean and highest speed")
        else:
            words, tip = self.tr("{0} to {1}").format(low, high), self.tr("Lowest and highest value")
        if series.told is not None:
            tip += "\n" + self.tr("Joints that jump for a moment do not count; steady joints (Y) tell more exactly")
        if not series.signed:
            words += " " + self.tr("(without sign)")
            tip += "\n" + self.tr(
                "It cannot be told which way this person looks, so forward and back are not told apart"
            )
        self.extent.setText(words)
        self.extent.setToolTip(tip)

    def _tell_count(self, series: Series) -> None:
        count, words = len(series.repetitions), ""
        if series.is_known and not series.is_known_in_range:
            words = self.tr("Not seen in the marked range")
        elif series.measure.kind is Kind.ANGLE and count:
            seconds = sum(each.end_s - each.start_s for each in series.repetitions) / count
            words = self.tr("%n swings of {1:.0f}° or more, {0:.1f} s each", "", count)
            words = words.format(seconds, series.least_swing)
        elif series.measure.kind is Kind.ANGLE and series.is_known:
            words = self.tr("No swings of {0:.0f}° or more").format(series.least_swing)
        self.counted.setText(words)
        tip = (
            self.tr("Up and down again, in the marked range; joints that jump for a moment do not count")
            if series.frames is not None
            else self.tr("Up and down again; joints that jump for a moment do not count")
        )
        each = []
        for number, one in enumerate(series.repetitions[:MOST_TOLD], 1):
            low, high, _ = series.ends(one)
            each.append(f"{number}. {series.worded(low)} – {series.worded(high)}, {one.end_s - one.start_s:.2f} s")
        more = ["…"] if count > MOST_TOLD else []
        self.counted.setToolTip("\n".join([tip, *each, *more]))
