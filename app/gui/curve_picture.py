"""The curve as a picture for a report: on white, with a title, axes, and words for each line."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PyQt6.QtCore import QPointF, QRectF, QSize, Qt
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
EDGE, TITLE, WORDS = 20, 18, 14
"""In pixels of the screen: the space at the edges and the heights of letters."""


class CurvePicture:
    """Draws with a plot of its own, never shown, which lives as long as the widget it is given."""

    def __init__(self, owner: QWidget) -> None:
        from app.gui.plot import Plot

        self._plot = Plot(owner, line_width=SHARPNESS * LINE)
        self._plot.hide()
        self._plot.repaint_in(PAPER)

    def image_of(self, series: Series, title: str, seen_s: tuple[float, float]) -> QImage:
        """The curve from when to when, under a title."""
        image = QImage(QSize(WIDTH, HEIGHT) * SHARPNESS, QImage.Format.Format_RGB32)
        image.setDevicePixelRatio(SHARPNESS)
        image.fill(QColor(PAPER.window))
        self._plot.show_series(series, None, 0)
        self._plot.see(seen_s)
        painter = QPainter(image)
        try:
            self._paint(painter, series, title)
        finally:
            painter.end()  # or an error would end the program: the picture is gone before what paints on it
        return image

    def _paint(self, painter: QPainter, series: Series, title: str) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        bottom = _paint_legend(painter, series, _paint_title(painter, title))
        plot = self._plot
        plot.resize(WIDTH - EDGE, round(HEIGHT - bottom - EDGE / 2))
        plot.paint(painter, QRectF(EDGE / 2, bottom, plot.width(), plot.height()))


def _paint_title(painter: QPainter, title: str) -> float:
    """Returns where it ends."""
    metrics = _write_as(painter, _letters(TITLE, bold=True), PAPER.text)
    words = metrics.elidedText(title, Qt.TextElideMode.ElideMiddle, WIDTH - 2 * EDGE)
    painter.drawText(QPointF(EDGE, EDGE + metrics.ascent()), words)
    return EDGE + metrics.height()


def _paint_legend(painter: QPainter, series: Series, top: float) -> float:
    """A line for each side, and how far it goes. Returns where it ends."""
    metrics = _write_as(painter, _letters(WORDS), PAPER.text)
    x, line = float(EDGE), top + 6 + metrics.ascent()
    for side, pen in zip(series.sides, pens(series, PAPER.window, SHARPNESS * LINE), strict=True):
        painter.setPen(pen)
        middle = line - metrics.xHeight() / 2
        painter.drawLine(QPointF(x, middle), QPointF(x + SAMPLE, middle))
        painter.setPen(QColor(PAPER.text))
        words = f"{body_words(side.measure.name)}  {extent_words(side)}"
        painter.drawText(QPointF(x + SAMPLE + 8, line), words)
        x += SAMPLE + 8 + metrics.horizontalAdvance(words) + 28
    return top + 6 + metrics.height() + 8


def _letters(height: int, *, bold: bool = False) -> QFont:
    font = QGuiApplication.font()
    font.setPixelSize(height)
    font.setBold(bold)
    return font


def _write_as(painter: QPainter, font: QFont, colour: str) -> QFontMetricsF:
    painter.setFont(font)
    painter.setPen(QColor(colour))
    return QFontMetricsF(font)
