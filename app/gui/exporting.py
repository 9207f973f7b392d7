"""From "write this file" to "saved": asks the player what it knows, runs the job, tells how it ended."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PyQt6.QtCore import QObject, QUrl, pyqtSignal
from PyQt6.QtGui import QDesktopServices

from app.gui import messages as say
from app.gui.export_job import Exported, ExportRequest
from app.gui.lettering import lettered

if TYPE_CHECKING:
    from app.gui.window import MainWindow


class Exporting(QObject):
    """Exports what the window has open."""

    work_came = pyqtSignal(object)

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._target: Path | None = None
        self._session = 0
        self.work_came.connect(self._start)
        window.export_bar.finished.connect(self._finished)
        window.export_bar.failed.connect(window.tell_trouble)

    def export_to(self, target: Path) -> None:
        """Write the open file, annotated or as data, in the background."""
        self._target, self._session = target, self._window.session
        self._window.player.send(say.ShareWork(self.work_came.emit))

    def _start(self, work: say.Work) -> None:
        window = self._window
        if self._target is not None and not window.export_bar.running:
            request = ExportRequest(
                window.address,
                self._target,
                window.overlay.overlay,
                work.recording,
                work.edits,
                frames=window.stage.timeline.loop,
                lettering=lettered,
            )
            window.export_bar.start(request)

    def _finished(self, exported: Exported) -> None:
        banner = self._window.banner
        if exported.cancelled:
            banner.tell(self.tr("The export was cancelled; nothing was written."), kind="warning")
            return
        words = self.tr("Saved {0}.").format(exported.target.name)
        if exported.warning:
            words = f"{words} {exported.warning}"
        show = (self.tr("Show in folder"), lambda: show_in_folder(exported.target))
        banner.tell(words, kind="warning" if exported.warning else "done", action=show)
        self._window.player.send(say.Adopt(exported.recording, exported.renumbered, self._session))


def show_in_folder(path: Path) -> None:
    """Open the folder of a file in the desktop's own program."""
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(path.parent)))
