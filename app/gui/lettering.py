"""Names in any script for the drawing code, which has no fonts of its own."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from PyQt6.QtCore import QRectF, Qt
from PyQt6.QtGui import QFont, QFontMetrics, QImage, QPainter

if TYPE_CHECKING:
    from engine.types import U8


@lru_cache(maxsize=64)
def lettered(text: str, height: int) -> U8:
    """The text, `height` pixels high: how much ink is where, uint8 [height, W]. Any thread: it paints on an image."""
    import numpy as np  # not before the window shows

    font = QFont()
    font.setPixelSize(max(round(height * 0.78), 4))
    width = max(QFontMetrics(font).horizontalAdvance(text), 1)
    image = QImage(width, height, QImage.Format.Format_Grayscale8)
    image.fill(0)
    painter = QPainter(image)
    painter.setFont(font)
    painter.setPen(Qt.GlobalColor.white)
    painter.drawText(QRectF(0, 0, width, height), Qt.AlignmentFlag.AlignCenter, text)
    painter.end()
    bits = image.constBits()
    assert bits is not None
    rows = np.frombuffer(bits.asstring(image.sizeInBytes()), np.uint8).reshape(height, image.bytesPerLine())
    return rows[:, :width].copy()
