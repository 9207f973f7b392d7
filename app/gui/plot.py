"""The curve of the analysis strip. Imported once pyqtgraph is loaded, which takes longer than a window may hang."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PyQt6.QtCore import QEvent, QPoint, QPointF, QRectF, Qt, QTimer, pyqtSignal
from PyQt6.QtGui import QColor, QFont, QGuiApplication, QHideEvent, QPainter, QPen, QResizeEvent
from PyQt6.QtWidgets import QVBoxLayout, QWidget

from app.gui import curve_style, theme
from app.gui.body_words import side_words
from app.gui.series import Series
from engine.types import F64

_LEAST_SPAN = {"°": 5.0, "m": 0.05, "m/s": 0.1, "px": 5.0, "px/s": 20.0}
"""What the height of the plot is at least, by unit: the trembling of a joint at rest shall not look like movement."""
NEAR = 12
"""In pixels: so far from the mouse the frame may be whose value is said."""
DOT = 2.5
"""A value that stands alone is a dot, so many times as wide as the line that it would be in."""
LIVE_S = 20.0
"""How much of a camera's curve is seen."""

_NOTHING = np.empty(0)


class Plot(QWidget):
    """A curve over time with a cursor; a click goes there, the wheel enlarges, a double click shows all of it."""

    sought = pyqtSignal(float)
    menu_wanted = pyqtSignal(QPoint)
    """At this place of the screen."""
    seen_changed = pyqtSignal(object)
    """From when to when it is in view, as `seen_s` has it."""

    def __init__(
        self,
        parent: QWidget | None = None,
        *,
        line_width: float = curve_style.LINE,
        letters: QFont | None = None,
        marked_alone: bool = False,
    ) -> None:
        """`letters` of the axes; None: the program's. `marked_alone`: draw only what is in the marked range."""
        super().__init__(parent)
        self._line_width, self._marked_alone = line_width, marked_alone
        self._across, self._up = _Axis("bottom", "s"), _Axis("left")
        self._widget = pg.PlotWidget(enableMenu=False, axisItems={"bottom": self._across, "left": self._up})
        if letters is not None:
            for axis in (self._across, self._up):
                axis.setTickFont(letters)
        item: Any = self._widget.getPlotItem()
        item.hideButtons()
        item.showGrid(x=True, y=True, alpha=0.15)
        self._box = item.getViewBox()
        self._box.setMouseEnabled(x=True, y=False)
        self._box.setDefaultPadding(0.02)
        self._item = item
        self._other, self._curve = (item.plot([], [], connect="finite") for _ in range(2))
        self._other_dots, self._dots = (pg.ScatterPlotItem(size=DOT * curve_style.LINE, pen=None) for _ in range(2))
        self._turns = pg.ScatterPlotItem(size=9, brush=None)  # rings: a dot is a value that stands alone
        self._cursor = pg.InfiniteLine(pos=0, angle=90, movable=False)
        self._range = pg.LinearRegionItem(movable=False)
        self._range.setZValue(-10)
        self._range.hide()
        self._near = pg.TextItem()
        self._near.hide()
        for part in (self._range, self._other_dots, self._dots, self._turns, self._cursor):
            item.addItem(part)
        item.addItem(self._near, ignoreBounds=True)
        self._widget.setAccessibleName(self.tr("Curve"))
        self._widget.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._box.sigXRangeChanged.connect(lambda *_: self._see_anew())
        self._widget.scene().sigMouseClicked.connect(self._clicked)
        self._widget.scene().sigMouseMoved.connect(self._say_near)
        self._clicked_s = 0.0
        self._single = QTimer(self)  # or the first of two clicks would take the video elsewhere
        self._single.setSingleShot(True)
        self._single.timeout.connect(lambda: self.sought.emit(self._clicked_s))
        self._series: Series | None = None
        self._ground = theme.current().window
        self._until_s: float | None = None
        self._shown: tuple[object, ...] = ()
        self._pens: tuple[QPen, ...] = ()
        self.setMinimumHeight(24 + self.fontMetrics().height())  # a curve over the times
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._widget)

    def show_series(self, series: Series, until_s: float | None, source: int) -> None:
        """Draw it; the part in view stays the same as long as it is the same measure of the same person of the same
        source, which ends at `until_s`; None: it has no end."""
        self._series, self._until_s = series, until_s
        for dots, side in ((self._dots, series), (self._other_dots, series.other)):
            times, values = self._drawn(series, side)
            alone = _alone(values)
            dots.setData(times[alone], values[alone])
        self._put_pens()
        ends = [series.ends(each) for each in series.repetitions]
        self._turns.setData([high_s for _, _, high_s in ends], [high for _, high, _ in ends])
        self._up.set_unit(series.unit)
        what = (source, until_s, series.person, series.measure, series.unit)
        if what != self._shown or until_s is None:
            self._shown = what
            self._near.hide()
            self.show_all()
        self._fit_height(series, slice(None))
        self._put_lines()

    def _put_lines(self) -> None:
        """Draw so much of the curves as is in view, and no finer than the screen: with every frame that is played all
        of it is painted anew."""
        series = self._series
        if series is None:
            return
        left, right = self.seen_s
        for curve, side in ((self._curve, series), (self._other, series.other)):
            times, values = self._drawn(series, side)
            first, after = np.searchsorted(times, [left, right])
            seen = slice(max(first - 1, 0), after + 1)  # and on to what is beside it
            curve.setData(*_coarse(times[seen], values[seen], 2 * max(self.width(), 500)))

    def _drawn(self, series: Series, side: Series | None) -> tuple[F64, F64]:
        """Times and values [T] that are drawn of one side of `series`."""
        if side is None:
            return _NOTHING, _NOTHING
        part = series.marked if self._marked_alone else slice(None)
        return side.times_s[part], side.values[part]

    def _fit_height(self, series: Series, part: slice) -> None:
        values = np.concatenate([side.values[part] for side in series.sides])
        known = values[np.isfinite(values)]
        if len(known):
            low, high = float(known.min()), float(known.max())
            room = max(_LEAST_SPAN[series.unit] - (high - low), 0) / 2
            self._item.setYRange(low - room, high + room, padding=0.08)  # and room for the dots of the peaks

    def show_all(self) -> None:
        """From the beginning of the video to its end, as the timeline has it; of a camera what came last."""
        series = self._series
        last = float(series.times_s[-1]) if series is not None and series.indices else 0.0
        if self._until_s is None:
            self._item.setXRange(max(last - LIVE_S, 0.0), max(last, 0.1), padding=0)
        else:
            self._item.setXRange(0.0, max(self._until_s, last, 0.1), padding=0)

    @property
    def seen_s(self) -> tuple[float, float]:
        """From when to when it is seen."""
        left, right = self._box.viewRange()[0]
        return float(left), float(right)

    def see(self, seen_s: tuple[float, float]) -> None:
        """Have this part in view, as high as it is."""
        self._item.setXRange(*seen_s, padding=0)
        if self._series is not None:
            self._fit_height(self._series, self._series.between(seen_s))

    def paint(self, painter: QPainter, place: QRectF) -> None:
        """Draw it, as large as it is, without a cursor; it need not be on the screen."""
        self._cursor.hide()
        self._near.hide()
        self.grab()  # the parts of a hidden widget get their sizes, and the axes see how wide their words are
        self._item.layout.activate()
        self._widget.render(painter, place, self._widget.rect())
        self._cursor.show()

    def show_range(self, times_s: tuple[float, float] | None) -> None:
        """What is marked, in seconds; None: nothing."""
        self._range.setVisible(times_s is not None)
        if times_s is not None:
            self._range.setRegion(times_s)

    def set_cursor(self, time_s: float) -> None:
        """The video is at this time; a cursor that was in view stays so."""
        goes_out = self._sees_cursor() and time_s != self.cursor_s()
        self._cursor.setValue(time_s)
        if goes_out:
            self.show_cursor()

    def show_cursor(self) -> None:
        """Have the cursor in view, with what comes after it, as much enlarged as it is."""
        if self._until_s is None or self._sees_cursor():
            return
        left, right = self._box.viewRange()[0]
        span = right - left
        left = max(min(self.cursor_s() - span / 10, self._until_s - span), 0.0)
        self._item.setXRange(left, left + span, padding=0)

    def _sees_cursor(self) -> bool:
        left, right = self._box.viewRange()[0]
        return bool(left <= self.cursor_s() <= right)

    def cursor_s(self) -> float:
        """Where the cursor stands."""
        return float(self._cursor.value())

    def repaint_in(self, colours: theme.Colours) -> None:
        """Take over the colours of a look."""
        self._ground = colours.window
        self._put_pens()
        self._widget.setBackground(QColor(colours.window))
        for axis in (self._across, self._up):
            axis.setPen(pg.mkPen(QColor(colours.border)))
            axis.setTextPen(pg.mkPen(QColor(colours.muted)))
        self._cursor.setPen(pg.mkPen(QColor(colours.text), width=1.5))
        shade = QColor(colours.accent)
        for line in self._range.lines:
            line.setPen(pg.mkPen(shade))
        shade.setAlphaF(0.16)
        self._range.setBrush(shade)
        self._near.setColor(QColor(colours.text))
        self._near.fill, self._near.border = pg.mkBrush(QColor(colours.window)), pg.mkPen(QColor(colours.border))

    def _put_pens(self) -> None:
        if self._series is None:
            return
        pens = curve_style.pens(self._series, self._ground, self._line_width, seen_s=self.seen_s)
        if pens == self._pens:
            return
        self._pens = pens
        for curve, dots, pen in zip((self._curve, self._other), (self._dots, self._other_dots), pens, strict=False):
            curve.setPen(pen)
            dots.setBrush(pg.mkBrush(pen.color()))
        self._turns.setPen(pg.mkPen(pens[0].color(), width=pens[0].widthF()))

    def _see_anew(self) -> None:
        """Another part is in view, of which the lines may be drawn otherwise."""
        self._put_pens()
        self._put_lines()
        self.seen_changed.emit(self.seen_s)

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        super().resizeEvent(event)
        self._put_lines()

    def hideEvent(self, event: QHideEvent | None) -> None:
        super().hideEvent(event)
        self._single.stop()

    def leaveEvent(self, event: QEvent | None) -> None:
        super().leaveEvent(event)
        self._near.hide()

    def _clicked(self, event: Any) -> None:
        if event.double():
            self._single.stop()
            self.show_all()
        elif event.button() == Qt.MouseButton.LeftButton:
            self._clicked_s = float(self._box.mapSceneToView(event.scenePos()).x())
            hints = QGuiApplication.styleHints()
            self._single.start(hints.mouseDoubleClickInterval() if hints is not None else 0)
        elif event.button() == Qt.MouseButton.RightButton:
            self.menu_wanted.emit(event.screenPos().toPoint())

    def _say_near(self, place: QPointF) -> None:
        found = self._nearest(float(self._box.mapSceneToView(place).x()))
        if self._series is None or found is None or not self._box.sceneBoundingRect().contains(place):
            self._near.hide()
            return
        time_s, values = found
        self._near.setText(f"{time_s:.2f} s  {self._worded(values)}")
        value = next(value for value in values if np.isfinite(value))
        self._near.setPos(time_s, value)
        (left, right), (low, high) = self._box.viewRange()
        # to the side where there is room for it
        self._near.setAnchor((float(time_s > (left + right) / 2), float(value < (low + high) / 2)))
        self._near.show()

    def _worded(self, values: list[float]) -> str:
        """One of each side, with its name where there are two."""
        sides = self._series.sides if self._series is not None else ()
        if len(sides) == 1:
            return sides[0].worded(values[0])
        named = ((side_words(side.measure.side), side.worded(value)) for side, value in zip(sides, values, strict=True))
        return "  ".join(f"{side} {value or '–'}" for side, value in named)

    def _nearest(self, time_s: float) -> tuple[float, list[float]] | None:
        """The frame near a time: its own time, and the values on it; None where the nearest has none."""
        if self._series is None or not self._series.indices:
            return None
        times = self._series.times_s
        place = int(np.argmin(np.abs(times - time_s)))
        values = [float(side.values[place]) for side in self._series.sides]
        step = float(np.median(np.diff(times))) if len(times) > 1 else 0.0
        away = abs(float(times[place]) - time_s)
        if away > max(NEAR * self._box.viewPixelSize()[0], step) or not np.isfinite(values).any():
            return None
        return float(times[place]), values


def _coarse(times: F64, values: F64, most: int) -> tuple[F64, F64]:
    """A line [T] of no more than about twice `most` points that looks the same: the lowest and the highest of so many
    frames on end, one after the other. (pyqtgraph's own `peak` has a gap wherever one of them is not known: of somebody
    missed now and then nothing would be left.)"""
    step = -(-len(times) // most)
    if step < 3:
        return times, values
    whole = len(times) // step * step
    blocks = values[:whole].reshape(-1, step)
    ends = np.stack([np.fmin.reduce(blocks, axis=1), np.fmax.reduce(blocks, axis=1)], axis=1).ravel()
    places = times[:whole].reshape(-1, step)[:, [0, -1]].ravel()
    return np.concatenate([places, times[whole:]]), np.concatenate([ends, values[whole:]])


def _alone(values: F64) -> NDArray[np.bool_]:
    """Which values [T] are known while those before and after them are not: they are in no line."""
    known = np.concatenate([[False], np.isfinite(values), [False]])
    alone: NDArray[np.bool_] = known[1:-1] & ~known[:-2] & ~known[2:]
    return alone


class _Axis(pg.AxisItem):  # type: ignore[misc] # pyqtgraph has no types
    """Says the unit with every number: a label beside the axis would take more room than the strip has."""

    def __init__(self, side: str, unit: str = "") -> None:
        super().__init__(side)
        self.enableAutoSIPrefix(False)
        self._unit = unit

    def set_unit(self, unit: str) -> None:
        if unit != self._unit:
            self._unit = unit
            self.picture = None
            self.update()

    def tickStrings(self, values: list[float], scale: float, spacing: float) -> list[str]:
        space = "" if self._unit == "°" else " "
        return [f"{number}{space}{self._unit}" for number in super().tickStrings(values, scale, spacing)]
