"""The analysis strip: one measure of the person chosen as a curve over time, its cursor where the video is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PyQt6.QtCore import QPoint, QSize, Qt, pyqtSignal
from PyQt6.QtGui import QAction, QResizeEvent
from PyQt6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QMenu,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.gui import theme
from app.gui.body_words import body_words
from app.gui.choice_box import ChoiceBox
from app.gui.curve_words import CurveWords
from app.gui.series import Kind, Measure, Series
from app.gui.switch import Switch

if TYPE_CHECKING:
    from collections.abc import Iterable

    from engine.skeletons import Skeleton

USUAL = "left_knee"
SAID = 95
"""In letters: the words of the curve stand under what is chosen where there is no room for so many beside it."""


class AnalysisPanel(QFrame):
    """Shows a Series and lets the measure be chosen. The plot itself is put in once its library is there."""

    measure_changed = pyqtSignal()
    both_wanted = pyqtSignal(bool)
    """The curve of the other side too, or no more."""
    sought = pyqtSignal(float)
    """A time, in seconds, that was clicked on."""
    scale_wanted = pyqtSignal(bool)
    """Begin to measure a known length, or leave it."""
    scale_dropped = pyqtSignal()
    curve_changed = pyqtSignal()
    """There is one now that can be taken home, or none any more."""
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
        self.both = Switch(self.tr("Both sides"))
        self.words = CurveWords()
        self.who, self.counted = self.words.who, self.words.counted
        self.value, self.extent = self.words.main.value, self.words.main.extent
        self.scale, self.no_scale = QPushButton(), QToolButton()
        self.scale.setCheckable(True)
        self.no_scale.setToolTip(self.tr("Without a scale: pixels in the place of metres"))
        self.no_scale.setAccessibleName(self.tr("Take the scale back"))
        self.set_scale(None)
        self.copy = QPushButton(self.tr("Copy"))
        self.copy.setToolTip(self.tr("Copy times and values, to paste into a spreadsheet"))
        self.export = QPushButton(self.tr("Save table…"))
        self.export.setToolTip(self.tr("Write times and values into a file"))
        self.picture = QToolButton()
        self.picture.setObjectName("compact")
        self.picture.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.picture.setToolTip(self.tr("The curve as a picture"))
        self.picture.setAccessibleName(self.tr("The curve as a picture"))
        self._actions: tuple[QAction, ...] = ()
        self.hint = QLabel()
        self.hint.setObjectName("hint")
        self.hint.setTextFormat(Qt.TextFormat.PlainText)  # somebody may be called <b>
        self.hint.setWordWrap(True)  # or with large letters the window would become as wide
        self.hint.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._lay_out()
        self.kind.currentIndexChanged.connect(lambda _: self._fill())
        self.what.currentIndexChanged.connect(lambda _: self._measure_chosen())
        self.both.clicked.connect(self.both_wanted)
        self.scale.clicked.connect(self.scale_wanted)
        self.no_scale.clicked.connect(self.scale_dropped)
        self.copy.clicked.connect(self.copy_wanted)
        self.export.clicked.connect(self.export_wanted)
        self._angles: tuple[str, ...] = ()
        self._keypoints: tuple[str, ...] = ()
        self.repaint_icons()
        self.say(self.tr("Choose a person: click on one in the picture, or on a name at the right."))

    def _lay_out(self) -> None:
        choices, buttons = QHBoxLayout(), QHBoxLayout()
        for part in (self.kind, self.what):
            choices.addWidget(part)
        self._buttons = (self.scale, self.no_scale, self.copy, self.export, self.picture)
        for button in self._buttons:
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            buttons.addWidget(button)
        self._told = QWidget()
        self._told.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)  # narrower, it goes below
        told = QHBoxLayout(self._told)
        told.setContentsMargins(0, 0, 0, 0)
        told.addWidget(self.both)
        told.addWidget(self.words, 1)
        for row in (choices, told, buttons):
            row.setSpacing(8)
        self._head = QGridLayout()
        self._head.setHorizontalSpacing(8)
        self._head.setVerticalSpacing(2)
        self._head.setColumnStretch(1, 1)
        self._head.addLayout(choices, 0, 0)
        self._head.addWidget(self._told, 0, 1)
        self._head.addLayout(buttons, 0, 2)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(10, 6, 10, 2)
        self._column.setSpacing(2)
        self._column.addLayout(self._head)
        self._column.addWidget(self.hint, 1)

    def sizeHint(self) -> QSize:
        return QSize(super().sizeHint().width(), 108 + 4 * self.fontMetrics().height())

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        super().resizeEvent(event)
        row, column, _, columns = self._head.getItemPosition(self._head.indexOf(self._told))
        around = sum(part.sizeHint().width() for part in (self.kind, self.what, self.both, *self._buttons))
        room = self.width() - around - SAID * self.fontMetrics().averageCharWidth()
        place = (0, 1, 1, 1) if room >= 0 else (1, 0, 1, 3)
        if (row, column, 1, columns) != place:
            self._head.addWidget(self._told, *place)

    @property
    def measure(self) -> Measure | None:
        """What is chosen; None as long as there is nothing to choose from."""
        name = self.what.currentData()
        return Measure(self.kind.currentData(), name) if name else None

    @property
    def has_sides(self) -> bool:
        """Whether the other side of the body can be measured too."""
        return self.measure is not None and self.measure.mirrored(self._names) is not None

    @property
    def _names(self) -> tuple[str, ...]:
        """Of what there is to choose from."""
        return self._angles if self.kind.currentData() is Kind.ANGLE else self._keypoints

    def set_skeleton(self, skeleton: Skeleton, angles: Iterable[str]) -> None:
        """What can be measured."""
        angles = tuple(angles)
        if (self._angles, self._keypoints) != (angles, skeleton.keypoints):
            self._angles, self._keypoints = angles, skeleton.keypoints
            self._fill()

    def _fill(self) -> None:
        names, before = self._names, self.what.currentData() or USUAL
        blocked = self.what.blockSignals(True)
        self.what.clear()
        for name in names:
            self.what.addItem(body_words(name), name)
        self.what.setCurrentIndex(max(names.index(before) if before in names else 0, 0))
        self.what.blockSignals(blocked)
        self._measure_chosen()

    def _measure_chosen(self) -> None:
        self.both.setEnabled(self.has_sides)
        self.both.setToolTip(
            self.tr("Show the curve of the other side of the body too (Shift+A)")
            if self.both.isEnabled()
            else self.tr("What is chosen has no left and no right")
        )
        self.measure_changed.emit()

    @property
    def has_plot(self) -> bool:
        return self._plot is not None

    def put_plot(self) -> None:
        """Make the plot; pyqtgraph must be loaded by now."""
        from app.gui.plot import Plot

        self._plot = Plot()
        self._plot.sought.connect(self.sought)
        self._plot.menu_wanted.connect(self._show_menu)
        self._plot.seen_changed.connect(self.words.see)
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
            self.scale.setToolTip(
                self.tr("Tell a known length, or how tall somebody is, for metres in the place of pixels")
            )
        else:
            pixels = 1 / metres_per_pixel
            self.scale.setText(self.tr("{0} px = 1 m").format(f"{pixels:.0f}" if pixels >= 10 else f"{pixels:.2g}"))
            self.scale.setToolTip(self.tr("The scale: click to tell it anew"))

    def say(self, words: str) -> None:
        """Words in the place of a curve."""
        self.series = None
        self.hint.setText(words)
        self.hint.show()
        self.words.clear()
        self._enable(False)
        if self._plot is not None:
            self._plot.hide()

    def show_series(self, series: Series, name: str, until_s: float | None, source: int) -> None:
        """Draw it. `name` is the person's; `until_s` the length of the video, None where it has none; `source` tells
        it from those that were open before."""
        self.series = series
        self.words.show_series(series, name)
        self._enable(any(side.is_known_in_range for side in series.sides))
        known = any(side.is_known for side in series.sides)
        if not known:
            self.hint.setText(
                self.tr("The joints of this angle are not seen on any frame analysed so far.")
                if series.measure.kind is Kind.ANGLE
                else self.tr("This joint is not seen on any frame analysed so far.")
            )
        self.hint.setVisible(not known or self._plot is None)
        if self._plot is not None:
            self._plot.setVisible(known)
            self._plot.show_series(series, until_s, source)

    def _enable(self, on: bool) -> None:
        """What can be done with a curve."""
        before = self.has_curve
        for button in (self.copy, self.export, self.picture):
            button.setEnabled(on)
        if before != self.has_curve:
            self.curve_changed.emit()

    @property
    def has_curve(self) -> bool:
        """Whether one is shown that can be taken home."""
        return self.has_plot and self.copy.isEnabled()

    @property
    def seen_s(self) -> tuple[float, float] | None:
        """From when to when the curve is in view; None where there is none."""
        return self._plot.seen_s if self._plot is not None else None

    def kind_words(self, kind: Kind) -> str:
        """What is measured, as it is called in the list."""
        return self.kind.itemText(self.kind.findData(kind))

    def set_actions(self, both: QAction, copy: QAction, save: QAction) -> None:
        """What can be done with the curve, besides what has a button of its own."""
        self._actions = both, copy, save
        menu = QMenu(self)
        menu.addActions([copy, save])
        self.picture.setMenu(menu)

    def _show_menu(self, place: QPoint) -> None:
        menu = QMenu(self)
        menu.aboutToHide.connect(menu.deleteLater)
        menu.addAction(self.tr("Copy values"), self.copy.click)
        menu.addAction(self.export.text(), self.export.click)
        menu.addSeparator()
        menu.addActions(list(self._actions))
        menu.popup(place)

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
        self.words.tell(index)

    def repaint_icons(self) -> None:
        """In the colours of the look in use."""
        self.no_scale.setIcon(theme.themed_icon("close"))
        self.picture.setIcon(theme.themed_icon("snapshot"))
        self.words.repaint_lines()
        if self._plot is not None:
            self._plot.repaint_in(theme.current())
