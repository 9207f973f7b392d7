"""What is said above a curve: whose it is, the value where the video is, how far it goes, how often it swings."""

from __future__ import annotations

from PyQt6.QtCore import QCoreApplication, Qt
from PyQt6.QtGui import QResizeEvent
from PyQt6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QWidget

from app.gui import theme
from app.gui.body_words import body_words, side_words
from app.gui.curve_style import Sample, pens
from app.gui.eliding_label import GREED, STUB, ElidingLabel
from app.gui.series import Kind, Series

MOST_TOLD = 20
"""So many swings are told one by one when the mouse is on their number."""
SPACE, APART = 8, 10


def extent_words(series: Series) -> str:
    """How far its values go in the range: what is written down of an exercise; nothing where none is known."""

    def tr(text: str) -> str:
        return QCoreApplication.translate("Curve", text)

    if not series.is_known_in_range:
        return ""
    low, mean, high = map(series.worded, series.extent())
    spans = series.measure.kind is not Kind.SPEED
    words = tr("{0} to {1}").format(low, high) if spans else tr("mean {0}, highest {1}").format(mean, high)
    return words if series.signed else f"{words} {tr('(without sign)')}"


class SideWords(QWidget):
    """The value and the extent of one curve; where there are two, with a piece of its line and the name of its side."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.series: Series | None = None
        self._named = False
        self.sample, self.value, self.extent = Sample(), QLabel(), QLabel()
        self.value.setObjectName("people")
        self.extent.setObjectName("hint")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACE)
        for part in (self.sample, self.value, self.extent):
            row.addWidget(part)

    def show_series(self, series: Series | None, *, named: bool, counted: str = "") -> None:
        """`named`: say which side it is; `counted` says how often it swings."""
        self.series, self._named = series, named
        self.sample.setVisible(named)
        self.extent.setText("")
        self.value.setText("")
        self.value.setMinimumWidth(0)
        self.value.setToolTip("")
        if series is None:
            return
        self._tell_extent(series)
        if named:
            self.value.setToolTip("\n".join(words for words in (self.value.toolTip(), counted) if words))
        # room for the widest of the values, or the words beside them would move with every frame
        known = series.values[series.values == series.values]
        widest = [self._words(float(value)) for value in ((known.min(), known.max()) if len(known) else ())]
        metrics = self.value.fontMetrics()
        self.value.setMinimumWidth(max(map(metrics.horizontalAdvance, widest), default=0) + 2)
        self.tell(None)

    def tell(self, index: int | None) -> None:
        """The value on a frame."""
        value = self.series.value_at(index) if self.series is not None and index is not None else None
        self.value.setText(self._words(value))

    def _words(self, value: float | None) -> str:
        said = "" if value is None or self.series is None else self.series.worded(value)
        if not self._named or self.series is None:
            return said
        return f"{side_words(self.series.measure.side)} {said or '–'}"

    def _tell_extent(self, series: Series) -> None:
        if not series.is_known_in_range:
            return
        words = extent_words(series)
        tip = self.tr("Lowest and highest value")
        if series.measure.kind is Kind.SPEED:
            tip = self.tr("Mean and highest speed")
        if series.told is not None:
            tip += "\n" + self.tr("Joints that jump for a moment do not count; steady joints (Y) tell more exactly")
        if not series.signed:
            tip += "\n" + self.tr(
                "It cannot be told which way this person looks, so forward and back are not told apart. Of somebody "
                "who turns round, mark a range in which he looks one way"
            )
        if self._named:
            tip = f"{body_words(series.measure.name)}: {words}\n{tip}"
            self.value.setToolTip(tip)
        self.extent.setText(words)
        self.extent.setToolTip(tip)


class CurveWords(QWidget):
    """All of them in one row. Of two sides the extents of the other give way first, then the number of swings."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.who, self.counted = ElidingLabel(), ElidingLabel(cut=Qt.TextElideMode.ElideRight)
        self.counted.setObjectName("hint")
        self.main, self.other = SideWords(), SideWords()
        self._seen_s: tuple[float, float] | None = None
        self._row = row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACE)
        row.addWidget(self.who, GREED)
        row.addWidget(self.main)
        row.addSpacing(APART)
        row.addWidget(self.other)
        row.addWidget(self.counted, GREED)
        row.addStretch(1)
        self.clear()

    def clear(self) -> None:
        """Say nothing."""
        self.who.setText("")
        self.counted.setText("")
        for side in (self.main, self.other):
            side.show_series(None, named=False)
        self.other.hide()

    def show_series(self, series: Series, name: str) -> None:
        """`name` is the person's."""
        both = series.other is not None
        self.who.setText(name)
        for side, shown in ((self.main, series), (self.other, series.other)):
            side.show_series(shown, named=both, counted=self._count_words(shown) if shown is not None else "")
        self.other.setVisible(both)
        self._tell_count(series)
        self.repaint_lines()
        self._fit()

    def tell(self, index: int) -> None:
        """The values on a frame."""
        self.main.tell(index)
        self.other.tell(index)

    def see(self, seen_s: tuple[float, float]) -> None:
        """From when to when the curve is in view: of much of it the line of the other side is not dashed."""
        self._seen_s = seen_s
        self.repaint_lines()

    def repaint_lines(self) -> None:
        """In the colours of the look in use."""
        series = self.main.series
        if series is not None:
            lines = pens(series, theme.current().window, seen_s=self._seen_s)
            for side, pen in zip((self.main, self.other), lines, strict=False):
                side.sample.show_pen(pen)

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Leave out what there is no room for; it is in the tips."""
        for side in (self.main, self.other):
            side.extent.setVisible(bool(side.extent.text()))
        self.counted.setVisible(bool(self.counted.text()))
        if self.other.series is None:
            return
        for part in (self.other.extent, self.main.extent, self.counted):
            if self._needed() <= self.width():
                break
            part.hide()

    def _needed(self) -> int:
        """The least width."""
        letters = self.fontMetrics()
        stub = letters.horizontalAdvance(STUB)
        wide = APART + sum(
            min(letters.horizontalAdvance(label.text()), stub) + SPACE
            for label in (self.who, self.counted)
            if not label.isHidden()
        )
        for side in (self.main, self.other):
            wide += sum(
                max(part.sizeHint().width(), part.minimumWidth()) + SPACE
                for part in (side.sample, side.value, side.extent)
                if not part.isHidden()
            )
        return wide

    def _tell_count(self, series: Series) -> None:
        words, tip = self._count_words(series), [self._count_tip(series), *_each(series)]
        if series.other is not None and (count := self._count_words(series.other)):
            tip += ["", f"{body_words(series.other.measure.name)}: {count}", *_each(series.other)]
        self.counted.setText(words)
        self.counted.setToolTip("\n".join(tip))

    def _count_words(self, series: Series) -> str:
        count = len(series.repetitions)
        if series.is_known and not series.is_known_in_range:
            return self.tr("Not seen in the marked range")
        if series.measure.kind is Kind.ANGLE and count:
            seconds = sum(each.end_s - each.start_s for each in series.repetitions) / count
            words = self.tr("%n swings of {1:.0f}° or more, {0:.1f} s each", "", count)
            return words.format(seconds, series.least_swing)
        if series.measure.kind is Kind.ANGLE and series.is_known:
            return self.tr("No swings of {0:.0f}° or more").format(series.least_swing)
        return ""

    def _count_tip(self, series: Series) -> str:
        return (
            self.tr("Up and down again, in the marked range; joints that jump for a moment do not count")
            if series.frames is not None
            else self.tr("Up and down again; joints that jump for a moment do not count")
        )


def _each(series: Series) -> list[str]:
    """A line for each swing, how far and how long."""
    told = []
    for number, one in enumerate(series.repetitions[:MOST_TOLD], 1):
        low, high, _ = series.ends(one)
        told.append(f"{number}. {series.worded(low)} – {series.worded(high)}, {one.end_s - one.start_s:.2f} s")
    return [*told, "…"] if len(series.repetitions) > MOST_TOLD else told
