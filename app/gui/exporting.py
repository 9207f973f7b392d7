"""From "write this file" to "saved": asks the player what it knows, runs the job, tells how it ended."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PyQt6.QtCore import QObject, QUrl
from PyQt6.QtGui import QDesktopServices

from app.gui import events
from app.gui import messages as say
from app.gui.export_job import Exported, ExportRequest
from app.gui.lettering import letters_of_window
from app.gui.wording import in_words

if TYPE_CHECKING:
    from app.gui.window import MainWindow

NAMED = 3
"""So many files of one export are told by name."""


class Exporting(QObject):
    """Exports what the window has open."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        window.export_bar.finished.connect(self._finished)
        window.export_bar.failed.connect(self._failed)

    def export_to(self, target: Path) -> None:
        """Write the open file, or the range marked, annotated or as data, in the background."""
        self._window.share_work(lambda work: self._start(work, target))

    def _start(self, work: events.Work | None, target: Path) -> None:
        from app.exports import Options

        window = self._window
        if work is None:  # another one was opened meanwhile
            words = self.tr("{0} was not written: the video it was to be of is not open any more.")
            window.tell_trouble(words.format(target.name), warning=True)
            return
        request = ExportRequest(
            window.address,
            target,
            window.overlay.overlay,
            work.recording,
            work.edits,
            work.session,
            work.generation,
            window.engines.choice,
            frames=window.stage.timeline.loop,
            options=Options(
                metres_per_pixel=window.scaling.metres_per_pixel, min_score=window.overlay.overlay.min_score
            ),
            lettering=letters_of_window(),
            steady=window.settings.steady,
        )
        window.export_bar.add(request)

    def _finished(self, exported: Exported, request: ExportRequest) -> None:
        banner = self._window.banner
        self._adopt(request)
        if exported.cancelled:
            banner.tell(self.tr("The export was cancelled; nothing was written."), kind="warning")
            return
        name = _names(exported.paths)
        words = self.tr("Saved {0}.").format(name)
        if not exported.paths:
            words = self.tr("{0} was not written: nobody is in it.").format(exported.target.name)
        elif request.frames is not None:
            first, last = request.frames
            words = self.tr("Saved {0}: frames {1} to {2}, the range marked.").format(name, first + 1, last + 1)
        if exported.warning is not None:
            words = f"{words} {in_words(exported.warning)}"
        show = (self.tr("Show in folder"), lambda: show_in_folder(exported.target)) if exported.paths else None
        whole = exported.warning is None and exported.paths
        banner.tell(words, kind="done" if whole else "warning", action=show)

    def _failed(self, sentence: str, details: str, request: ExportRequest) -> None:
        self._adopt(request)
        self._window.tell_trouble(sentence, details)

    def _adopt(self, request: ExportRequest) -> None:
        """What was found out on the way need not be found out again, however the export ended."""
        self._window.player.send(say.Adopt(request.recording, request.generation, session=request.session))


def show_in_folder(path: Path) -> None:
    """Open the folder of a file in the desktop's own program."""
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(path.parent)))


def _names(paths: tuple[Path, ...]) -> str:
    """What the files are called; of many the first few."""
    names = ", ".join(path.name for path in paths[:NAMED])
    return f"{names} …" if len(paths) > NAMED else names
