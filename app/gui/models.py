"""Networks beyond those that come with the program: joins the models window, its work, and the engines in use."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PyQt6.QtCore import QObject, QTimer

from app.gui import events, model_work
from app.gui.errand import Errand
from app.gui.model_work import ModelRow, Work
from app.model_files import name_of

if TYPE_CHECKING:
    from app.gui.model_dialog import ModelDialog
    from app.gui.toolbox import EngineChoice
    from app.gui.window import MainWindow

REFRESH_MS = 150


class Models(QObject):
    """One work at a time, in a thread; it goes on where the models window is closed."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self.dialog: ModelDialog | None = None
        self.work: Work | None = None
        self._errand: Errand | None = None
        self._timer = QTimer(self)  # a download tells every quarter of a megabyte
        self._timer.setInterval(REFRESH_MS)
        self._timer.timeout.connect(self._tell_progress)
        window.heard.connect(self._on_event)

    def show(self) -> None:
        """Open the models window, or bring it to the front."""
        from app.gui.model_dialog import ModelDialog

        if self.dialog is None:
            self.dialog = ModelDialog(self._window)
            self.dialog.fetch_wanted.connect(lambda row: self._start(model_work.fetch(row.name)))
            self.dialog.build_wanted.connect(lambda row: self._start(model_work.build(row.name, row.task)))
            self.dialog.use_wanted.connect(self._use)
            self.dialog.import_wanted.connect(self._import)
            self.dialog.cancelled.connect(self._cancel)
        self.dialog.show()
        self.dialog.raise_()
        self._list()

    def wait(self, timeout_s: float) -> bool:
        """End what is under way; whether it has ended within the time. Called when the window closes."""
        self._timer.stop()
        if self.work is not None:
            self.work.cancel()
        if self.dialog is not None:
            self.dialog.close()
        return self._errand is None or self._errand.wait(timeout_s)

    def _list(self) -> None:
        self._window.commands.run("models", model_work.list_rows, self._take_rows)

    def _take_rows(self, rows: object) -> None:
        assert isinstance(rows, list)
        if self.dialog is not None:
            self.dialog.set_rows(rows, running(rows, self._window.engines.choice))

    def _use(self, row: ModelRow) -> None:
        choice = self._window.engines.choice
        self._window.engines.use(
            replace(choice, detector=row.name) if row.task == "detector" else replace(choice, pose=row.name)
        )
        self._show_running()

    def _import(self) -> None:
        assert self.dialog is not None  # whose button was pressed
        questions = self._window.commands.questions
        file = Path(questions.model())
        name = name_of(file)
        taken = next((row for row in self.dialog.model.rows if row.name == name and row.is_here), None)
        if taken is not None:
            name = questions.model_name(name, may_replace=taken.origin == "yours")
        if name:
            self._start(model_work.bring(file, name, replace=taken is not None and name == taken.name))

    def _start(self, work: Work) -> None:
        if self.work is not None:
            return
        self.work = work
        self._errand = Errand("models", work.run, self)
        self._errand.done.connect(lambda answer: self._done(work, answer))
        self._errand.failed.connect(lambda sentence, details: self._failed(work, sentence, details))
        self._tell_progress()
        self._timer.start()
        self._errand.start()

    def _cancel(self) -> None:
        if self.work is not None and self.dialog is not None:
            self.work.cancel()
            self.dialog.cancel.setEnabled(False)
            self.dialog.say(self.tr("Cancelling {0} …").format(self.work.name))

    def _tell_progress(self) -> None:
        work = self.work
        if work is None or self.dialog is None or work.cancelled:
            return
        words = {
            "fetch": self.tr("Fetching {0} …"),
            "import": self.tr("Importing {0} …"),
            "build": self.tr("Building an engine of {0} …"),
        }[work.what].format(work.name)
        if work.progress.done is not None:
            words += " " + self.tr("{0:.1f} MB").format(work.progress.done / 1e6)
        self.dialog.set_work(words, work.progress, can_cancel=work.what != "import")

    def _done(self, work: Work, answer: object) -> None:
        words = {
            "fetch": self.tr("{0} is here now; press Use to find people with it."),
            "import": self.tr("{0} was imported; press Use to find people with it."),
            "build": self.tr("The engine of {0} is built, and is used from now on."),
        }[work.what].format(work.name)
        if work.what == "import":
            assert isinstance(answer, list)
            words = "\n".join([words, *answer])
        engines = self._window.engines
        if work.what == "build":
            if self.dialog is not None and work.name in running(self.dialog.model.rows, engines.choice):
                engines.use(engines.choice)  # loaded anew: the engine is used where there is one
        else:
            engines.look_for_options()
        self._end(words)
        self._list()

    def _failed(self, work: Work, sentence: str, details: str) -> None:
        if work.was_cancelled:
            self._end(self.tr("{0}: cancelled.").format(work.name))
            return
        self._window.tell_trouble(sentence, details)
        self._end(sentence or self.tr("That did not work; the main window has the details."))

    def _end(self, words: str) -> None:
        self._timer.stop()
        self.work = None
        if self.dialog is not None:
            self.dialog.set_work("", None)
            self.dialog.say(words)

    def _show_running(self) -> None:
        if self.dialog is not None:
            self.dialog.set_running(running(self.dialog.model.rows, self._window.engines.choice))

    def _on_event(self, event: events.Event) -> None:
        if isinstance(event, events.EnginesReady | events.EnginesChosen):
            self._show_running()


def running(rows: list[ModelRow], choice: EngineChoice) -> frozenset[str]:
    """The names of those that `choice` runs with."""
    chosen = {"detector": choice.detector, "pose": choice.pose}
    return frozenset(
        row.name for row in rows if row.name == chosen[row.task] or (chosen[row.task] is None and row.usual)
    )
