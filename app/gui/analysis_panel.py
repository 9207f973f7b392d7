"""The analysis strip: one measure of the person chosen as a curve over time, its cursor where the video is."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtGui import QColor
from PyQt6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from app.gui import theme
from app.gui.body_words import body_words
from app.gui.choice_box import ChoiceBox
from app.gui.series import Kind, Measure, Series
from app.style import person_colour

if TYPE_CHECKING:
    from collections.abc import Iterable

    from engine.skeletons import Skeleton

USUAL = "left_knee"


class AnalysisPanel(QFrame):
    """Shows a Series and lets the measure be chosen. The plot itself is put in once its library is there."""

    measure_changed = pyqtSignal()
    sought = pyqtSignal(float)
    """A time, in seconds, that was clicked on."""
    scale_wanted = pyqtSignal()
    copy_wanted = pyqtSignal()
    export_wanted = pyqtSignal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("controls")
        self.setMinimumHeight(150)
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
        self.who, self.value, self.counted = QLabel(), QLabel(), QLabel()
        self.value.setObjectName("people")
        self.counted.setObjectName("hint")
        self.scale = QPushButton(self.tr("Set scale…"))
        self.scale.setToolTip(self.tr("Tell the program a known length, for metres in the place of pixels"))
        self.copy = QPushButton(self.tr("Copy"))
        self.copy.setToolTip(self.tr("Copy times and values, to paste into a spreadsheet"))
        self.export = QPushButton(self.tr("Save table…"))
        self.export.setToolTip(self.tr("Write times and values into a file"))
        self.hint = QLabel()
        self.hint.setObjectName("hint")
        self.hint.setAlignment(Qt.AlignmentFlag.AlignCenter)
        row = QHBoxLayout()
        row.setSpacing(8)
        for part in (self.kind, self.what, self.who, self.value, self.counted):
            row.addWidget(part)
        row.addStretch(1)
        for button in (self.scale, self.copy, self.export):
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            row.addWidget(button)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(10, 6, 10, 2)
        self._column.setSpacing(2)
        self._column.addLayout(row)
        self._column.addWidget(self.hint, 1)
        self.kind.currentIndexChanged.connect(lambda _: self._fill())
        self.what.currentIndexChanged.connect(lambda _: self.measure_changed.emit())
        self.scale.clicked.connect(self.scale_wanted)
        self.copy.clicked.connect(self.copy_wanted)
        self.export.clicked.connect(self.export_wanted)
        self._angles: tuple[str, ...] = ()
        self._keypoints: tuple[str, ...] = ()
        self.say(self.tr("Choose a person: click on one in the picture, or on a name at the right."))

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

    def say(self, words: str) -> None:
        """Words in the place of a curve."""
        self.series = None
        self.hint.setText(words)
        self.hint.show()
        for label in (self.who, self.value, self.counted):
            label.setText("")
        for button in (self.copy, self.export):
            button.setEnabled(False)
        if self._plot is not None:
            self._plot.hide()

    def show_series(self, series: Series, name: str, until_s: float | None) -> None:
        """Draw it. `name` is the person's; `until_s` the length of the video, None where it has none."""
        self.series = series
        self.who.setText(name)
        self.counted.setText(self._count_words(series))
        for button in (self.copy, self.export):
            button.setEnabled(bool(series.indices))
        if self._plot is not None:
            self.hint.hide()
            self._plot.show_series(series, QColor(*person_colour(series.person)), until_s)
            self._plot.show()

    def set_cursor(self, index: int, time_s: float, *, live: bool) -> None:
        """The video is at this frame; of a camera the value measured last is shown, which is a little older."""
        if self._plot is not None:
            self._plot.set_cursor(time_s)
        if live and self.series is not None and self.series.indices:
            index = min(index, self.series.indices[-1])
        value = self.series.value_at(index) if self.series is not None else None
        self.value.setText("" if value is None or self.series is None else _worded(value, self.series.unit))

    def repaint_icons(self) -> None:
        """In the colours of the look in use."""
        if self._plot is not None:
            self._plot.repaint_in(theme.current())

    def _count_words(self, series: Series) -> str:
        count = len(series.repetitions)
        if series.measure.kind is not Kind.ANGLE or not count:
            return ""
        seconds = sum(each.end_s - each.start_s for each in series.repetitions) / count
        return self.tr("%n repetitions, {0:.1f} s each", "", count).format(seconds)


def _worded(value: float, unit: str) -> str:
    digits = 0 if unit == "°" or unit.startswith("px") else 2
    return f"{value:.{digits}f}{'' if unit == '°' else ' '}{unit}" if math.isfinite(value) else ""
