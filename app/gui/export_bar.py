"""Exports under way and waiting: how far, how long still, cancel; a line for each."""

from __future__ import annotations

from dataclasses import replace

from PyQt6.QtCore import Qt, QTimer, pyqtSignal
from PyQt6.QtWidgets import QFrame, QHBoxLayout, QLabel, QProgressBar, QPushButton, QVBoxLayout, QWidget

from app.gui.eliding_label import GREED, ElidingLabel
from app.gui.errand import Errand
from app.gui.export_job import Exported, ExportJob, ExportRequest, Progress
from app.gui.toolbox import Toolbox

REFRESH_MS = 150


class ExportLine(QWidget):
    """One export: waiting, then running."""

    cancelled = pyqtSignal()

    def __init__(self, request: ExportRequest, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.request = request
        self.job: ExportJob | None = None
        self.errand: Errand | None = None
        self.progress = Progress(0, None, None)
        self.words = ElidingLabel(self.tr("Exporting {0}").format(request.target.name))
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setAccessibleName(self.tr("Progress of the export"))
        self.left = QLabel(self.tr("waiting"))
        self.left.setObjectName("hint")
        self.left.setMinimumWidth(150)
        self.button = QPushButton(self.tr("Cancel"))
        self.button.setToolTip(self.tr("Stop the export; nothing is left behind"))
        self.button.setAccessibleName(self.tr("Cancel the export of {0}").format(request.target.name))
        self.button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.button.clicked.connect(self.cancelled)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        row.addWidget(self.words, GREED)
        row.addWidget(self._bar, 1)
        row.addWidget(self.left)
        row.addWidget(self.button)

    def begin(self, toolbox: Toolbox) -> Errand:
        """Make the job and the thread for it; the caller starts it."""
        self.job = ExportJob(self.request, toolbox, self._note)
        self.errand = Errand("export", self.job.run, self)
        return self.errand

    def cancel(self) -> None:
        """End the running job as soon as it notices."""
        if self.job is not None:
            self.job.cancel()
            self.button.setEnabled(False)
            self.left.setText(self.tr("cancelling …"))

    def refresh(self) -> None:
        """Show the progress made since."""
        progress = self.progress
        self._bar.setRange(0, progress.total or 0)
        self._bar.setValue(progress.frames)
        if not self.button.isEnabled():
            return
        if progress.frames == 0:
            self.left.setText(self.tr("starting …"))
        elif progress.left_s is None:
            self.left.setText(self.tr("frame {0}").format(progress.frames))
        elif progress.left_s < 60:
            self.left.setText(self.tr("{0} s left").format(max(round(progress.left_s), 1)))
        else:
            self.left.setText(self.tr("about {0} min left").format(round(progress.left_s / 60)))

    def _note(self, progress: Progress) -> None:
        self.progress = progress  # from the job's thread; one reference, replaced whole


class ExportBar(QFrame):
    """Runs exports one after another, each in a thread; hidden where there is none."""

    finished = pyqtSignal(object, object)
    """Exported, and the request it came of."""
    failed = pyqtSignal(str, str, object)
    """A sentence (empty: unforeseen), details, and the request."""
    running_changed = pyqtSignal(bool)

    def __init__(self, toolbox: Toolbox, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("controls")
        self._toolbox = toolbox
        self.lines: list[ExportLine] = []
        """The first one runs."""
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(14, 7, 10, 7)
        self._column.setSpacing(6)
        self._timer = QTimer(self)  # the job tells every frame, which is more than anybody can read
        self._timer.setInterval(REFRESH_MS)
        self._timer.timeout.connect(lambda: self.lines[0].refresh())
        self.hide()

    @property
    def running(self) -> bool:
        return bool(self.lines)

    def add(self, request: ExportRequest) -> None:
        """Run it, after those that were there before."""
        line = ExportLine(request)
        line.cancelled.connect(lambda: self._cancel(line))
        self.lines.append(line)
        self._column.addWidget(line)
        self.show()
        if len(self.lines) == 1:
            self._run_first()
            self.running_changed.emit(True)

    def cancel_all(self) -> None:
        for line in self.lines[1:]:
            self._drop(line)
        for line in self.lines:
            line.cancel()

    def wait(self, timeout_s: float) -> bool:
        """Whether no export runs any more within the time."""
        errand = self.lines[0].errand if self.lines else None
        return errand is None or errand.wait(timeout_s)

    def _cancel(self, line: ExportLine) -> None:
        if line is self.lines[0]:
            line.cancel()
        else:
            self._drop(line)

    def _run_first(self) -> None:
        line = self.lines[0]
        errand = line.begin(self._toolbox)
        errand.done.connect(lambda exported: self._done(line, exported))
        errand.failed.connect(lambda sentence, details: self._failed(line, sentence, details))
        line.refresh()
        self._timer.start()
        errand.start()

    def _drop(self, line: ExportLine) -> None:
        self.lines.remove(line)
        self._column.removeWidget(line)
        line.hide()
        line.deleteLater()

    def _end(self, line: ExportLine) -> None:
        for other in self.lines[1:]:
            if other.request.is_of(line.request):  # what was found out need not be found out again
                other.request = replace(other.request, found=(*other.request.found, line.request.recording))
        self._timer.stop()
        self._drop(line)
        if self.lines:
            self._run_first()
        else:
            self.hide()
            self.running_changed.emit(False)

    def _done(self, line: ExportLine, exported: Exported) -> None:
        self._end(line)
        self.finished.emit(exported, line.request)

    def _failed(self, line: ExportLine, sentence: str, details: str) -> None:
        self._end(line)
        self.failed.emit(sentence, details, line.request)
