"""An export under way: how far, how long still, cancel."""

from __future__ import annotations

from PyQt6.QtCore import QTimer, pyqtSignal
from PyQt6.QtWidgets import QFrame, QHBoxLayout, QLabel, QProgressBar, QPushButton, QWidget

from app.gui.errand import Errand
from app.gui.export_job import Exported, ExportJob, ExportRequest, Progress
from app.gui.toolbox import Toolbox

REFRESH_MS = 150


class ExportBar(QFrame):
    """Runs one export at a time in a thread and shows its progress; hidden where none runs."""

    finished = pyqtSignal(object)
    """Exported."""
    failed = pyqtSignal(str, str)
    """A sentence (empty: unforeseen) and details."""
    running_changed = pyqtSignal(bool)

    def __init__(self, toolbox: Toolbox, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("controls")
        self._toolbox = toolbox
        self._job: ExportJob | None = None
        self._errand: Errand | None = None
        self._progress = Progress(0, None, None)
        self._words = QLabel()
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setAccessibleName(self.tr("Progress of the export"))
        self._left = QLabel()
        self._left.setObjectName("hint")
        self._left.setMinimumWidth(150)
        self._cancel = QPushButton(self.tr("Cancel"))
        self._cancel.setToolTip(self.tr("Stop the export; nothing is left behind"))
        self._cancel.clicked.connect(self.cancel)
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 7, 10, 7)
        row.setSpacing(12)
        row.addWidget(self._words)
        row.addWidget(self._bar, 1)
        row.addWidget(self._left)
        row.addWidget(self._cancel)
        self._timer = QTimer(self)  # the job tells every frame, which is more than anybody can read
        self._timer.setInterval(REFRESH_MS)
        self._timer.timeout.connect(self._refresh)
        self.hide()

    @property
    def running(self) -> bool:
        return self._job is not None

    def start(self, request: ExportRequest) -> None:
        self._progress = Progress(0, None, None)
        self._job = ExportJob(request, self._toolbox, self._note)
        self._errand = Errand("export", self._job.run, self)
        self._errand.done.connect(self._done)
        self._errand.failed.connect(self._failed)
        self._words.setText(self.tr("Exporting {0}").format(request.target.name))
        self._cancel.setEnabled(True)
        self._refresh()
        self._timer.start()
        self.show()
        self.running_changed.emit(True)
        self._errand.start()

    def cancel(self) -> None:
        if self._job is not None:
            self._job.cancel()
            self._cancel.setEnabled(False)
            self._left.setText(self.tr("cancelling …"))

    def wait(self, timeout_s: float) -> bool:
        """Whether no export runs any more within the time."""
        return self._errand is None or self._errand.wait(timeout_s)

    def _note(self, progress: Progress) -> None:
        self._progress = progress  # from the job's thread; one reference, replaced whole

    def _refresh(self) -> None:
        progress = self._progress
        self._bar.setRange(0, progress.total or 0)
        self._bar.setValue(progress.frames)
        if not self._cancel.isEnabled():
            return
        if progress.frames == 0:
            self._left.setText(self.tr("starting …"))
        elif progress.left_s is None:
            self._left.setText(self.tr("frame {0}").format(progress.frames))
        elif progress.left_s < 60:
            self._left.setText(self.tr("{0} s left").format(max(round(progress.left_s), 1)))
        else:
            self._left.setText(self.tr("about {0} min left").format(round(progress.left_s / 60)))

    def _end(self) -> None:
        self._timer.stop()
        self._job = self._errand = None
        self.hide()
        self.running_changed.emit(False)

    def _done(self, exported: Exported) -> None:
        self._end()
        self.finished.emit(exported)

    def _failed(self, sentence: str, details: str) -> None:
        self._end()
        self.failed.emit(sentence, details)
