"""Names in any script, and joints' in the window's language, for the drawing code, which has no fonts of its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING

from PyQt6.QtCore import QCoreApplication, QRectF, Qt
from PyQt6.QtGui import QFont, QFontMetrics, QImage, QPainter

from app.gui.body_words import known_words

if TYPE_CHECKING:
    from engine.types import U8


@dataclass(frozen=True, eq=False, slots=True)
class Letters:
    """Writes in the system's fonts.

    joints   what they are called in the language that is spoken, by their names
    program  without which there are no fonts; whoever uses these keeps it so, where nobody else does
    """

    joints: Mapping[str, str] = field(default_factory=dict)
    program: QCoreApplication | None = None

    def __call__(self, text: str, height: int, /) -> U8:
        return _lettered(text, height)

    def joint(self, name: str, /) -> str:
        return self.joints.get(name, name.replace("_", " "))


def letters_of_window() -> Letters:
    """Those for what the window draws. English joints are called as on the command line, whose pictures these equal."""
    return Letters({name: words for name, words in known_words().items() if not words.isascii()})


@lru_cache(maxsize=512)  # the joints, their scores and angles, and many people
def _lettered(text: str, height: int) -> U8:
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
