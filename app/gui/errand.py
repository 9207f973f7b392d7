"""One slow thing done in a thread of its own, its answer brought back to the window."""

from __future__ import annotations

import threading
import traceback
from collections.abc import Callable

from PyQt6.QtCore import QObject, pyqtSignal, pyqtSlot

from app.gui.wording import in_words


class Errand(QObject):
    """Runs `work` once. `done` carries what it returned; `failed` a sentence (empty: unforeseen) and details."""

    done = pyqtSignal(object)
    failed = pyqtSignal(str, str)

    def __init__(self, name: str, work: Callable[[], object], parent: QObject | None = None) -> None:
        super().__init__(parent)
        # a daemon: a driver or a network that does not answer must not keep the program from ending
        self._thread = threading.Thread(target=self._run, args=(work,), name=f"skelter {name}", daemon=True)

    def start(self) -> None:
        """Once everyone is connected who wants to hear how it ends: after that it is gone."""
        for ended in (self.done, self.failed):  # last, so that it is called last
            ended.connect(self._end)
        self._thread.start()

    def wait(self, timeout_s: float | None) -> bool:
        """Whether it has ended within the time; None: however long it takes."""
        if self._thread.ident is not None:
            self._thread.join(timeout_s)
        return not self._thread.is_alive()

    @pyqtSlot()
    def _end(self) -> None:
        self._thread.join()  # Qt looks at the sender once more after it has handed the signal over
        self.deleteLater()

    def _run(self, work: Callable[[], object]) -> None:
        try:
            answer = work()
        except Exception as error:  # noqa: BLE001 - the worker's end: told to the user
            self.failed.emit(in_words(error), "".join(traceback.format_exception(error)))
        else:
            self.done.emit(answer)
