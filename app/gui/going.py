"""Going to a frame by its number, or to a time: the question, and what an answer means."""

from __future__ import annotations

import re
from collections.abc import Callable

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QDialog, QDialogButtonBox, QLabel, QLineEdit, QVBoxLayout, QWidget

from app.gui.timeline import LAST
from app.time_text import plain, seconds_of

_FRAME = re.compile(r"\d{1,10}")


class GoingBox(QDialog):
    """Asks where to; stays open, and says why, where the answer is none. The video may play on."""

    def __init__(
        self, to_frame: Callable[[int], None], to_time: Callable[[float], None], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._to_frame, self._to_time = to_frame, to_time
        self.setWindowTitle(self.tr("Go to"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        words = QLabel(self.tr("A frame as the counter shows it, or a time in minutes and seconds:"))
        self.place = QLineEdit()
        self.place.setPlaceholderText("4711    1:23.4")
        self.place.setAccessibleName(words.text())
        self.wrong = QLabel()
        self.wrong.setObjectName("wrong")
        self.wrong.setWordWrap(True)
        button = QDialogButtonBox.StandardButton
        self.buttons = QDialogButtonBox(button.Ok | button.Cancel)
        for kind, text in ((button.Ok, self.tr("Go there")), (button.Cancel, self.tr("Cancel"))):
            if (one := self.buttons.button(kind)) is not None:
                one.setText(text)
        column = QVBoxLayout(self)
        for part in (words, self.place, self.wrong, self.buttons):
            column.addWidget(part)
        self.buttons.accepted.connect(self._go)
        self.buttons.rejected.connect(self.close)

    def _go(self) -> None:
        place = place_in(self.place.text())
        if place == 0 and isinstance(place, int):
            self._say(self.tr("Frames count from 1, as in the counter under the video."))
        elif place is None:
            self._say(self.tr("Write a frame such as 4711, or a time such as 1:23.4."))
        elif isinstance(place, int):
            self._to_frame(min(place - 1, LAST))  # or the last there is
            self.close()
        else:
            self._to_time(place)
            self.close()

    def _say(self, sentence: str) -> None:
        self.wrong.setText(sentence)
        self.wrong.setMinimumHeight(self.wrong.heightForWidth(self.wrong.width()))
        self.place.setAccessibleDescription(sentence)
        self.place.setFocus()
        self.place.selectAll()


def place_in(text: str) -> int | float | None:
    """The frame, counted from 1, that was written (`4711`), or the time in seconds (`1:23.4`); None: neither."""
    return int(plain(text)) if _FRAME.fullmatch(plain(text)) else seconds_of(text)
