"""The curve of the analysis strip. Imported once pyqtgraph is loaded, which takes longer than a window may hang."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyqtgraph as pg
from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtGui import QColor
from PyQt6.QtWidgets import QVBoxLayout, QWidget

from app.gui.series import Series
from app.gui.theme import Colours

_LEAST_SPAN = {"°": 5.0, "m": 0.05, "m/s": 0.1, "px": 5.0, "px/s": 20.0}
"""What the height of the plot is at least, by unit: the trembling of a joint at rest shall not look like movement."""


class Plot(QWidget):
    """A curve over time with a cursor; a click goes there, the wheel enlarges, a double click shows all of it."""

    sought = pyqtSignal(float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._widget = pg.PlotWidget(enableMenu=False)
        item: Any = self._widget.getPlotItem()
        item.hideButtons()
        item.showGrid(x=True, y=True, alpha=0.15)
        item.setLabel("bottom", None)
        item.getViewBox().setMouseEnabled(x=True, y=False)
        item.getViewBox().setDefaultPadding(0.02)
        self._item = item
        self._curve = item.plot([], [], connect="finite")
        self._turns = pg.ScatterPlotItem(size=8, pen=None)
        self._cursor = pg.InfiniteLine(pos=0, angle=90, movable=False)
        for part in (self._turns, self._cursor):
            item.addItem(part)
        self._widget.setAccessibleName(self.tr("Curve"))
        self._widget.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._widget.scene().sigMouseClicked.connect(self._clicked)
        self._shown: tuple[object, ...] = ()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._widget)

    def show_series(self, series: Series, colour: QColor, until_s: float | None, source: int) -> None:
        """Draw it; the part in view stays the same as long as it is the same measure of the same person of the same
        source, which ends at `until_s`; None: it has no end."""
        self._curve.setData(series.times_s, series.values)
        self._curve.setPen(pg.mkPen(colour, width=2))
        turns = [each.turn_s for each in series.repetitions]
        self._turns.setData(turns, [each.high for each in series.repetitions])
        self._turns.setBrush(pg.mkBrush(colour))
        self._item.setLabel("left", series.unit)
        what = (source, until_s, series.person, series.measure, series.unit)
        if what != self._shown or until_s is None:
            self._shown = what
            last = float(series.times_s[-1]) if len(series.times_s) else 0.0
            self._item.setXRange(0.0 if until_s is not None else max(last - 20.0, 0.0), max(until_s or last, 0.1))
        known = series.values[np.isfinite(series.values)]
        if len(known):
            low, high = float(known.min()), float(known.max())
            room = max(_LEAST_SPAN[series.unit] - (high - low), 0) / 2
            self._item.setYRange(low - room, high + room, padding=0.08)  # and room for the dots of the peaks

    def set_cursor(self, time_s: float) -> None:
        self._cursor.setValue(time_s)

    def cursor_s(self) -> float:
        """Where the cursor stands."""
        return float(self._cursor.value())

    def repaint_in(self, colours: Colours) -> None:
        """Take over the colours of the look in use."""
        self._widget.setBackground(QColor(colours.window))
        for side in ("left", "bottom"):
            axis = self._item.getAxis(side)
            axis.setPen(pg.mkPen(QColor(colours.border)))
            axis.setTextPen(pg.mkPen(QColor(colours.muted)))
        self._cursor.setPen(pg.mkPen(QColor(colours.text), width=1.5))

    def _clicked(self, event: Any) -> None:
        if event.double():
            self._shown = ()
            self._item.autoRange()
        elif event.button() == Qt.MouseButton.LeftButton:
            self.sought.emit(float(self._item.getViewBox().mapSceneToView(event.scenePos()).x()))
