"""The curve as a picture for a report: on white, with a title, axes, and words for each line."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PyQt6.QtCore import QCoreApplication, QPointF, QRectF, QSize, Qt
from PyQt6.QtGui import QColor, QFont, QFontMetricsF, QGuiApplication, QImage, QPainter
from PyQt6.QtWidgets import QWidget

from app.gui import theme
from app.gui.body_words import body_words
from app.gui.curve_style import LINE, SAMPLE, pens
from app.gui.curve_words import extent_words

if TYPE_CHECKING:
    from app.gui.series import Series

WIDTH, HEIGHT = 1000, 480
SHARPNESS = 2
"""Pixels of the picture in one of the screen: it is to be printed."""
PAPER = replace(theme.LIGHT, window="#ffffff", border="#8a93a0")
DOTS_PER_METRE = round(96 * SHARPNESS / 0.0254)
"""A document takes it as wide as it would be on the screen."""
EDGE, TITLE, WORDS, NOTES = 20, 18, 14, 12
"""In pixels of the screen: the space at the edges and the heights of letters; the axes have those of notes."""


class CurvePicture:
    """Draws with a plot of its own, never shown, which lives as long as the widget it is given."""

    def __init__(self, owner: QWidget) -> None:
        from app.gui.plot import Plot

        self._plot = Plot(owner, line_width=SHARPNESS * LINE, letters=_letters(NOTES), marked_alone=True)
        self._plot.hide()
        self._plot.repaint_in(PAPER)

    def image_of(self, series: Series, title: str, source: str, seen_s: tuple[float, float]) -> QImage | None:
        """The curve from when to when, of the marked range alone where there is one, under a title; `source` is what
        it was measured in. None: there is no value in it."""
        told = series if series.frames is not None else series.seen(seen_s)
        if not any(side.is_known_in_range for side in told.sides):
            return None
        image = QImage(QSize(WIDTH, HEIGHT) * SHARPNESS, QImage.Format.Format_RGB32)
        image.setDevicePixelRatio(SHARPNESS)
        image.fill(QColor(PAPER.window))
        self._plot.show_series(series, None, 0)
        self._plot.see(seen_s)
        painter = QPainter(image)
        try:
            self._paint(painter, told, title, source)
        finally:
            painter.end()  # or an error would end the program: the picture is gone before what paints on it
        image.setDotsPerMeterX(DOTS_PER_METRE)
        image.setDotsPerMeterY(DOTS_PER_METRE)
        return image

    def _paint(self, painter: QPainter, series: Series, title: str, source: str) -> None:
        """Where all that is in view is marked."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        bottom = self._paint_legend(painter, series, _paint_title(painter, title))
        bottom = _paint_notes(painter, series, source, bottom)
        plot = self._plot
        plot.resize(WIDTH - EDGE, round(HEIGHT - bottom - EDGE / 2))
        plot.paint(painter, QRectF(EDGE / 2, bottom, plot.width(), plot.height()))

    def _paint_legend(self, painter: QPainter, series: Series, top: float) -> float:
        """A line for each side, and how far it goes. Returns where it ends."""
        lines = pens(series, PAPER.window, SHARPNESS * LINE, seen_s=self._plot.seen_s)
        metrics = _write_as(painter, _letters(WORDS), PAPER.text)
        x, line = float(EDGE), top + 6 + metrics.ascent()
        for side, pen in zip(series.sides, lines, strict=True):
            painter.setPen(pen)
            middle = line - metrics.xHeight() / 2
            painter.drawLine(QPointF(x, middle), QPointF(x + SAMPLE, middle))
            painter.setPen(QColor(PAPER.text))
            words = f"{body_words(side.measure.name)}  {extent_words(side)}"
            painter.drawText(QPointF(x + SAMPLE + 8, line), words)
            x += SAMPLE + 8 + metrics.horizontalAdvance(words) + 28
        return top + 6 + metrics.height() + 4


def _paint_title(painter: QPainter, title: str) -> float:
    """Returns where it ends."""
    metrics = _write_as(painter, _letters(TITLE, bold=True), PAPER.text)
    words = metrics.elidedText(title, Qt.TextElideMode.ElideMiddle, WIDTH - 2 * EDGE)
    painter.drawText(QPointF(EDGE, EDGE + metrics.ascent()), words)
    return EDGE + metrics.height()


def _paint_notes(painter: QPainter, series: Series, source: str, top: float) -> float:
    """Where it was measured, and what the extents leave out. Returns where it ends."""

    def tr(text: str) -> str:
        return QCoreApplication.translate("Curve", text)

    metrics = _write_as(painter, _letters(NOTES), PAPER.muted)
    notes = [metrics.elidedText(source, Qt.TextElideMode.ElideMiddle, WIDTH / 2)]
    if any(side.told is not None for side in series.sides):
        notes.append(tr("Joints that jump for a moment do not count in how far it goes"))
    painter.drawText(QPointF(EDGE, top + metrics.ascent()), " · ".join(notes))
    return top + metrics.height() + 8


def _letters(height: int, *, bold: bool = False) -> QFont:
    font = QGuiApplication.font()
    font.setPixelSize(height)
    font.setBold(bold)
    return font


def _write_as(painter: QPainter, font: QFont, colour: str) -> QFontMetricsF:
    painter.setFont(font)
    painter.setPen(QColor(colour))
    return QFontMetricsF(font)
