"""What is taken home of a curve: its values and its picture, to the clipboard and into files."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from PyQt6.QtCore import QObject
from PyQt6.QtGui import QGuiApplication, QImage

from app.gui.body_words import body_words
from app.gui.commands import save_image

if TYPE_CHECKING:
    from app.gui.curve_picture import CurvePicture
    from app.gui.series import Series
    from app.gui.window import MainWindow

MOST_OF_NAME = 60
"""So many letters of a person's name are suggested in a file's: a file name of 255 bytes has room for them."""
_NOT_IN_FILE_NAMES = re.compile(r'[\x00-\x1f<>:"/\\|?*]')


class CurveFiles(QObject):
    """Of the curve that is shown; of a marked range, where there is one, that alone."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._panel = window.stage.analysis
        self._paper: CurvePicture | None = None
        self._panel.copy_wanted.connect(self.copy)
        self._panel.export_wanted.connect(self.export)

    def copy(self) -> None:
        clipboard, series = QGuiApplication.clipboard(), self._marked()
        if clipboard is not None and series is not None:
            clipboard.setText(series.table(self._panel.who.text(), "excel-tab"))
            words = (
                self.tr("The curve's values are on the clipboard.")
                if series.frames is None
                else self.tr("The curve's values in the marked range are on the clipboard.")
            )
            self._window.banner.tell(words, kind="done")

    def export(self) -> None:
        series = self._marked()
        if series is None:
            return
        path = self._asked_for(series, [(self.tr("Table"), ".csv")])
        if path is not None:
            who = self._panel.who.text()
            self._window.commands.run(
                "table", lambda: _write(path, series.table(who, "excel")), lambda _: self._written(path)
            )

    def copy_picture(self) -> None:
        clipboard, image = QGuiApplication.clipboard(), self._picture()
        if clipboard is not None and image is not None:
            clipboard.setImage(image)
            self._window.banner.tell(self.tr("The curve is on the clipboard as a picture."), kind="done")

    def save_picture(self) -> None:
        """As it was when that was asked for: the video may play on behind the question."""
        series, image = self._marked(), self._picture()
        if series is None or image is None:
            return
        path = self._asked_for(series, [(self.tr("Picture"), ".png"), (self.tr("Picture"), ".jpg")])
        if path is not None:
            self._window.commands.run("curve", lambda: save_image(image, path), lambda _: self._written(path))

    def _picture(self) -> QImage | None:
        series, seen_s = self._marked(), self._panel.seen_s
        if series is None or seen_s is None or not self._panel.has_curve:
            return None
        if self._paper is None:
            from app.gui.curve_picture import CurvePicture  # with pyqtgraph, which is loaded by now

            self._paper = CurvePicture(self._panel)
        joints = ", ".join(body_words(side.measure.name) for side in series.sides)
        title = " · ".join((self._panel.who.text(), self._panel.kind_words(series.measure.kind), joints))
        seen_s = self._window.analysing.range_s or seen_s
        image = self._paper.image_of(series, title, self._window.source_name, seen_s)
        if image is None:
            self._window.banner.tell(
                self.tr("No value of the curve is in this part, so there is no picture of it."), kind="warning"
            )
        return image

    def _marked(self) -> Series | None:
        """The curve shown, of the range that is marked by now."""
        series = self._panel.series
        return series.within(self._window.stage.timeline.loop) if series is not None else None

    def _asked_for(self, series: Series, kinds: list[tuple[str, str]]) -> Path | None:
        """The file it is to be; another one is suggested for each measure, person and range."""
        source = Path(self._window.address)
        folder = source.parent if source.exists() else Path.home()
        edits = self._window.editing.edits
        name = edits.names.get(series.person, "") if edits is not None else ""
        name = _NOT_IN_FILE_NAMES.sub("", name).strip(" .")
        measure = f"{series.measure.name}-{series.measure.kind.value}"
        # the number stays beside a name: two may be called the same
        who = [str(series.person), *([name[:MOST_OF_NAME]] if name else [])]
        part = [f"{series.frames[0] + 1}-{series.frames[1] + 1}"] if series.frames is not None else []
        suggestion = "-".join([Path(self._window.source_name).stem, *who, measure, *part]) + kinds[0][1]
        chosen = self._window.commands.questions.target(folder / suggestion, kinds)
        return Path(chosen) if chosen else None

    def _written(self, path: Path) -> None:
        self._window.banner.tell(self.tr("Saved {0}.").format(path.name), kind="done")


def _write(path: Path, text: str) -> None:
    from engine.files import WholeFile

    file = WholeFile(path)
    file.write(text.encode("utf-8-sig"))  # the mark tells spreadsheets that "°" and names are UTF-8
    file.commit()
