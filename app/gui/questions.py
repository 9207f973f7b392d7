"""The only places that wait for an answer; tests replace them."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Sequence
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING

from PyQt6.QtCore import QObject, QPoint, Qt
from PyQt6.QtGui import QFontMetrics
from PyQt6.QtWidgets import QFileDialog, QInputDialog, QLabel, QMenu, QMessageBox, QWidgetAction

from app.gui.exporting import NAMED
from app.gui.wording import breakable
from app.kinds import FOR_EACH_PERSON, VIDEOS

if TYPE_CHECKING:
    from app.gui.window import MainWindow

VIDEO_FILTER = " ".join(f"*{ending}" for ending in sorted(VIDEOS))

WIDEST_LETTERS = 60
"""Of a line in a menu."""
SHORTEST_M = 0.001
SLOWEST_FPS, FASTEST_FPS = 0.01, 1e5
TALLEST_M = 3.0
"""Nobody is taller, as app.exports has it: what is more was in centimetres."""


class Leaving(Enum):
    """What to do with work that is not saved."""

    SAVE = "save"
    DISCARD = "discard"
    STAY = "stay"


class Questions(QObject):
    """Asks; knows nothing of what the answers are for."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window

    def video(self, folder: str) -> str:
        kinds = self.tr("Videos, sessions and results ({0});;All files (*)").format(
            f"{VIDEO_FILTER} *.skelter *.json *.jsonl"
        )
        name, _ = QFileDialog.getOpenFileName(self._window, self.tr("Open a video"), folder, kinds)
        return name

    def pictures(self, folder: str) -> str:
        return QFileDialog.getExistingDirectory(self._window, self.tr("Open a folder of pictures"), folder)

    def folder(self, before: str) -> str:
        return QFileDialog.getExistingDirectory(self._window, self.tr("Folder for recordings"), before)

    def model(self) -> str:
        kinds = self.tr("Networks ({0});;All files (*)").format("*.onnx *.pt *.pth *.tar")
        name, _ = QFileDialog.getOpenFileName(self._window, self.tr("Import a network"), "", kinds)
        return name

    def model_name(self, taken: str, *, may_replace: bool) -> str:
        """Another name than the one taken for a network, or the same where it is to be replaced; empty: neither."""
        words = (
            self.tr("There is a model called {0} already. Another name, or the same to replace it:")
            if may_replace
            else self.tr("A model called {0} comes with Skelter. Another name:")
        )
        text = self._written(self.tr("Import a network"), words.format(taken), taken)
        return text.strip() if text is not None else ""

    def address(self) -> str:
        text = self._written(self.tr("Open a stream"), self.tr("Address of the stream (rtsp://… or http://…):"))
        return text.strip() if text is not None else ""

    def target(self, suggestion: Path, kinds: Sequence[tuple[str, str]]) -> str:
        """A file name, the suggestion's or another's. `kinds`: what can be written and its ending, the first as is."""
        filters = {f"{words} (*{ending})": ending for words, ending in kinds}
        while True:
            name, chosen = QFileDialog.getSaveFileName(
                self._window, self.tr("Save as"), str(suggestion), ";;".join(filters)
            )
            target = _with_ending(name, filters.get(chosen, kinds[0][1]), [ending for _, ending in kinds])
            # the dialog has asked about the name as it was written, not as it will be
            in_the_way = [path for path in _written_for(Path(target)) if str(path) != name]
            if not target or not in_the_way or self._replace(in_the_way, Path(target)):
                return target
            suggestion = Path(target)

    def _replace(self, files: Sequence[Path], target: Path) -> bool:
        """Of files of people it is known only once all is analysed, which of them are."""
        words = (
            self.tr("There is a file called {0} already. Replace it?")
            if files == [target]
            else self.tr("{0} are there already. Those of people who are in this export are replaced. Go on?")
        )
        names = ", ".join(path.name for path in files[:NAMED])
        return self._agrees(self.tr("Save as"), words.format(f"{names} …" if len(files) > NAMED else names))

    def one_of(self, names: Sequence[str], sentence: str, place: QPoint) -> int | None:
        """Whose name ends the sentence, by place in the list; None: no one's. Asked at this place of the screen."""
        menu = QMenu(self._window)
        menu.setAccessibleName(sentence)
        words = QLabel()
        words.setObjectName("section")
        words.setTextFormat(Qt.TextFormat.PlainText)  # somebody may be called <b>
        words.ensurePolished()  # or its letters would not be bold yet
        words.setText(_on_a_line(sentence, words.fontMetrics()))
        words.setContentsMargins(12, 4, 12, 6)
        head = QWidgetAction(menu)
        head.setDefaultWidget(words)
        head.setEnabled(False)
        menu.addAction(head)
        entries = [menu.addAction(_on_a_line(name, menu.fontMetrics()).replace("&", "&&")) for name in names]
        menu.setActiveAction(entries[0])  # or the arrow keys would begin at the sentence
        chosen = menu.exec(place)
        menu.deleteLater()
        return entries.index(chosen) if chosen in entries else None

    def length(self) -> float | None:
        """A known length in metres; None: none given."""
        return self._metres(
            "1",
            self.tr("How long is that in reality, in metres?"),
            self.tr("Write metres as a number from 0.001 to 999.999, such as 1.75:"),
            math.inf,
        )

    def height(self, name: str) -> float | None:
        """How tall somebody is, in metres; None: it was not told."""
        return self._metres(
            "1.75",
            self.tr("How tall is {0}, in metres?").format(name),
            self.tr("Write how tall {0} is in metres, at most 3, such as 1.75:").format(name),
            TALLEST_M,
        )

    def recorded_at(self, name: str, shown: float, now: float) -> float | None:
        """How many pictures a second a video that shows `shown` was recorded at, `now` by what was said before; None:
        it was not told."""
        words = self.tr(
            "{0} shows {1} pictures a second. How many a second were recorded? Then all times and speeds are those of "
            "what happened. It plays as before."
        ).format(name, f"{shown:.4g}")
        text = f"{now:.4g}"
        while True:
            written = self._written(self.tr("Recorded at"), words, text)
            if written is None:
                return None
            rate = number_in(written)
            if rate is not None and SLOWEST_FPS <= rate <= FASTEST_FPS:
                return rate
            text, words = written, self.tr("Write pictures a second as a number from 0.01 to 100000, such as 240:")

    def _metres(self, text: str, words: str, again: str, most: float) -> float | None:
        while True:
            written = self._written(self.tr("Set scale"), words, text)
            if written is None:
                return None
            metres = metres_in(written)
            if metres is not None and metres <= most:
                return metres
            text, words = written, again

    def _written(self, title: str, words: str, text: str = "") -> str | None:
        """What is written below `words`, where `text` stands first; None: cancelled."""
        dialog = QInputDialog(self._window)
        dialog.setWindowTitle(title)
        dialog.setLabelText(breakable(words).replace("&", "&&"))  # of the label of a field it would be a key
        dialog.setTextValue(text)
        label = dialog.findChild(QLabel)
        assert label is not None
        label.setTextFormat(Qt.TextFormat.PlainText)  # somebody may be called <b>
        label.setWordWrap(True)
        good = dialog.exec()
        dialog.deleteLater()
        return dialog.textValue() if good else None

    def analyse_again(self) -> bool:
        words = self.tr("People will get new numbers, so your corrections are taken back. Analyse again?")
        return self._agrees(self.tr("Analyse again"), words)

    def stop_export(self) -> bool:
        return self._agrees(self.tr("Export under way"), self.tr("An export is still under way. Stop it and close?"))

    def give_up_saving(self) -> bool:
        words = self.tr("The session is still being saved. Go on without waiting? It will not be saved then.")
        return self._agrees(self.tr("Session being saved"), words)

    def leave(self, name: str) -> Leaving:
        """What to do with what is not saved of `name`."""
        button = QMessageBox.StandardButton
        words = self.tr("Not all that you corrected or marked in {0} is saved. Save it as a session?").format(name)
        answer = self._answer(
            self.tr("Keep your work?"), words, button.Save | button.Discard | button.Cancel, button.Save
        )
        return {button.Save: Leaving.SAVE, button.Discard: Leaving.DISCARD}.get(answer, Leaving.STAY)

    def _agrees(self, title: str, words: str) -> bool:
        """To what cannot be taken back: Enter, pressed before it was read, does not."""
        button = QMessageBox.StandardButton
        return self._answer(title, words, button.Yes | button.No, button.No) == button.Yes

    def _answer(
        self, title: str, words: str, buttons: QMessageBox.StandardButton, usual: QMessageBox.StandardButton
    ) -> QMessageBox.StandardButton:
        """Which of the buttons is pressed; Enter presses the usual one."""
        box = QMessageBox(QMessageBox.Icon.Question, title, breakable(words), buttons, self._window)
        box.setTextFormat(Qt.TextFormat.PlainText)  # a file may be called <b>
        box.setDefaultButton(usual)
        answer = box.exec()
        box.deleteLater()
        return QMessageBox.StandardButton(answer)


def metres_in(text: str) -> float | None:
    """The length that was written; None: none. Both signs stand before decimals, whatever is usual where one lives, and
    no sign parts thousands: a comma taken for one would make 175 m of 1,75."""
    written = re.fullmatch(r"(\d{1,3})(?:[.,](\d{1,9}))?(?:\s*m)?", unicodedata.normalize("NFKC", text).strip())
    metres = float(f"{written[1]}.{written[2] or 0}") if written else 0.0
    return metres if metres >= SHORTEST_M else None


def number_in(text: str) -> float | None:
    """The number that was written, with either sign before its decimals and none between thousands; None: none."""
    written = re.fullmatch(r"(\d{1,6})(?:[.,](\d{1,9}))?", unicodedata.normalize("NFKC", text).strip())
    return float(f"{written[1]}.{written[2] or 0}") if written else None


def _on_a_line(words: str, metrics: QFontMetrics) -> str:
    """What there is room for in a menu, which is as wide as its longest line."""
    return metrics.elidedText(words, Qt.TextElideMode.ElideMiddle, WIDEST_LETTERS * metrics.averageCharWidth())


def _written_for(target: Path) -> list[Path]:
    """The files that are there and may be written anew where an export has this name."""
    if target.suffix.lower() not in FOR_EACH_PERSON:
        return [target] if target.exists() else []
    of_people = re.compile(rf"{re.escape(target.stem)}-p\d+{re.escape(target.suffix)}")
    return sorted(path for path in target.parent.glob("*") if of_people.fullmatch(path.name))


def _with_ending(name: str, ending: str, endings: Sequence[str]) -> str:
    """`name` as the file will be called where `ending` was chosen, of those that can be written: the first of them
    gives way to it, another that was written stays."""
    usual, *others = endings
    if not name or any(name.lower().endswith(other) for other in others):
        return name
    if name.lower().endswith(usual):
        return name if ending == usual else name[: -len(usual)] + ending
    # of one kind alone "clip.v2" is no other
    return name if others and Path(name).suffix else name + ending
