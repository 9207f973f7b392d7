"""The moments of the open file at which it may be wrong: found in a thread, kept up with what is corrected."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PyQt6.QtCore import QObject, pyqtSignal

from app.gui import events

if TYPE_CHECKING:
    from app.doubts import Doubt
    from app.edits import Edits
    from app.gui.window import MainWindow


class Doubtful(QObject):
    """Looks for them when asked to, and once they are known again after every correction.

    An hour takes seconds. Until it is looked through anew, what was known is carried over: what a correction answers is
    left out, people have their new numbers. Only what is taken back has to be waited for.
    """

    changed = pyqtSignal()
    """Other moments are open, or they are known now, or no more."""
    searched = pyqtSignal(bool)
    """A search has ended; whether it went well."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self.doubts: list[Doubt] | None = None
        """Those that are open, in their order; None: nobody knows."""
        self._edits: Edits | None = None  # which those are carried on to
        self._searched: Edits | None = None  # with which they were found, and in which frames
        self._version = -1
        self._source = 0  # another one after each that was left, or analysed anew
        self._is_searching = False
        self._coming = 0  # corrections that the player has not made yet
        window.editing.asked.connect(self._asked)
        window.heard.connect(self._on_event)

    @property
    def version(self) -> int:
        """Another one, and higher, once more frames are analysed."""
        return self._window.player.lanes.version

    @property
    def is_current(self) -> bool:
        """Whether everything known was looked through as it is corrected now."""
        return self.serves(self.version) and self._searched == self._window.editing.edits

    def serves(self, version: int) -> bool:
        """Whether they are known of all frames that were analysed at `version`, be it carried over."""
        return self.doubts is not None and self._version >= version and not self._coming

    def search(self) -> None:
        if self._is_searching:  # whoever waits looks whether that serves once it has ended
            return
        self._is_searching = True
        source, version = self._source, self.version  # before: a frame may come meanwhile
        self._window.share_work(lambda work: self._look(work, source, version))

    def _look(self, work: events.Work | None, source: int, version: int) -> None:
        if work is None:
            self._is_searching = False
            return

        def found(doubts: object) -> None:
            assert isinstance(doubts, list)
            self._is_searching = False
            if source == self._source:
                self._take(doubts, work.edits, version)
            self.searched.emit(True)

        def failed(sentence: str, details: str) -> None:
            self._is_searching = False
            self._window.tell_trouble(sentence, details)
            self.searched.emit(False)

        self._window.commands.run("doubts", lambda: _doubts(work), found, failed)

    def _take(self, doubts: list[Doubt], edits: Edits, version: int) -> None:
        now = self._window.editing.edits
        if now is None or now.changes[: len(edits)] != edits.changes:  # some of it was taken back meanwhile
            if self.doubts is None:
                self.search()
            return
        self.doubts, self._edits = sorted(doubts, key=order), edits
        self._searched, self._version = edits, version
        self._carry(now)
        if now != edits:
            self.search()

    def _carry(self, now: Edits) -> None:
        """Go on to corrections that were made since."""
        from app.gui.still_open import still_open  # brings NumPy, which is there by now

        assert self.doubts is not None
        assert self._edits is not None
        self.doubts = sorted(still_open(self.doubts, now.changes[len(self._edits) :]), key=order)
        self._edits = now
        self.changed.emit()

    def _asked(self) -> None:
        self._coming += 1

    def _forget(self) -> None:
        self._source += 1
        self._coming = 0
        self.doubts = None
        self.changed.emit()

    def _on_event(self, event: events.Event) -> None:
        match event:
            case events.Opened() | events.Closed() | events.Retimed() | events.Renumbered():
                self._forget()
            case events.Trouble(fatal=True):
                self._forget()
            case events.Edited(by_hand=False):  # analysed anew, or another source
                self._forget()
            case events.Edited(edits):
                self._coming = max(self._coming - 1, 0)
                self._go_on(edits)

    def _go_on(self, edits: Edits) -> None:
        if self.doubts is None or self._edits is None:
            return
        if edits.changes[: len(self._edits)] == self._edits.changes:
            self._carry(edits)
        else:
            self.doubts = None
            self.changed.emit()
        self.search()


def order(doubt: Doubt) -> tuple[int, ...]:
    """By which they come one after the other."""
    return (doubt.frame, list(type(doubt.kind)).index(doubt.kind), *doubt.people)


def _doubts(work: events.Work) -> list[Doubt]:
    from app.doubts import find_doubts

    return find_doubts(work.edits.of(work.recording), work.edits)
