"""Session files: saved when asked for, kept by themselves after every correction, offered again after a crash."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from PyQt6.QtCore import QLockFile, QObject, QTimer

from app.gui import events
from app.gui.errand import Errand
from app.gui.questions import Leaving

if TYPE_CHECKING:
    from app.changes import Change
    from app.gui.window import MainWindow
    from app.session import Notes

SUFFIX = ".skelter"
_log = logging.getLogger(__name__)
KEPT_AFTER_MS = 2500
"""How long after a correction it is kept on the disk, with all others made until then."""


class Sessions(QObject):
    """Knows the session file of what is open, and what in it is not saved yet."""

    def __init__(self, window: MainWindow, recovery: Path) -> None:
        super().__init__(window)
        self._window = window
        self._recovery = recovery
        self._own = recovery / f"{uuid.uuid4().hex}{SUFFIX}"
        self._lock: QLockFile | None = None
        self._errands: list[Errand] = []
        self.document: Path | None = None
        """The file that the session was opened from or saved as."""
        self.unsaved = False
        self._open = 0
        """Which of the window's sources is open; the newest where none is."""
        self._changes: tuple[Change, ...] = ()
        self._saved: _State | None = None
        """What the file on the disk says; None: what was kept for a crash is in no file of the user's."""
        self._awaited = 0
        """How many corrections were asked for that the player, which may be loading networks, has not made yet."""
        self._saving = 0
        """How many saves are being written now; copies kept for a crash do not count."""
        self._next: Callable[[], None] | None = None
        """What the user wants to do, once they are written."""
        self._discarded = False
        """The user gave the corrections up for something that is being opened."""
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(KEPT_AFTER_MS)
        self._timer.timeout.connect(lambda: self._write(self._own, self._kept, window.tell_trouble))
        window.heard.connect(self._on_event)
        window.editing.asked.connect(self._await)
        for signal in (window.scaling.chosen, window.comparing.changed, window.stage.timeline.loop_chosen):
            signal.connect(lambda *_: self._look())

    # saving

    def save(self, then: Callable[[], None] | None = None) -> None:
        """Write the session to its file, asking for a name where it has none."""
        if self.document is None:
            self.save_as(then)
        else:
            self._save_to(self.document, then)

    def save_as(self, then: Callable[[], None] | None = None) -> None:
        suggestion = self.document or Path(self._window.address).with_suffix(SUFFIX)
        kinds = [(self.tr("Skelter session"), SUFFIX)]
        name = self._window.commands.questions.target(suggestion, kinds)
        if name:
            self._save_to(Path(name), then)

    def leave(self, then: Callable[[], None]) -> None:
        """Do what ends the session, after asking where corrections are not saved."""
        if self.may_leave(then):
            then()

    def may_leave(self, then: Callable[[], None]) -> bool:
        """Whether the session may end now. Where it is being saved, or the user wants that, `then` is called after."""
        self._window.people_list.finish_name()
        if self._saving:
            if self._next is not None and self._window.commands.questions.give_up_saving():
                self._stop_waiting()
                return True
            self._next = then
            self._window.busy(self.tr("Saving …"))
            return False
        if not self.unsaved:
            return True
        answer = self._window.commands.questions.leave(self._window.source_name)
        if answer is Leaving.SAVE:
            self.save(then)
        elif answer is Leaving.DISCARD:
            self._set_unsaved(False)
            self._forget_kept()
            self._discarded = True
        return answer is Leaving.DISCARD

    def _take_over(self, path: Path) -> None:
        """It is open: from now on this window keeps it, and removes it once it was saved or left."""
        self._claim()
        try:
            path.replace(self._own)
        except OSError as error:  # the next corrections are kept anyway
            _log.warning("%s could not be taken over: %s", path, error)

    def _let_go(self) -> None:
        """Nothing is open any more, as after a video that is another one now; what is kept is for the next start."""
        self._timer.stop()
        self._own = self._recovery / f"{uuid.uuid4().hex}{SUFFIX}"
        if self._lock is not None:
            self._lock.unlock()
            self._lock = None
        self._set_unsaved(False)

    # on the way out

    def wait(self, timeout_s: float) -> bool:
        """Whether nothing is being written any more within the time."""
        return all(errand.wait(timeout_s) for errand in self._errands)

    def close(self) -> None:
        """The window closes, and everything is saved or shall not be."""
        self._timer.stop()
        self._forget_kept()
        if self._lock is not None:
            self._lock.unlock()

    def _save_to(self, target: Path, then: Callable[[], None] | None) -> None:
        def saved(session: int, state: _State) -> None:
            self._saving -= 1
            self._window.settings.add_recent(target.resolve())
            self._window.banner.tell(self.tr("Saved {0}.").format(target.name), kind="done")
            if session == self._open and self._window.info is not None:
                self._saved = state
                self._set_document(target)
                self._look()  # something may have been corrected while it was written
            wanted = self._next
            if wanted is not None and not self._saving:
                self._stop_waiting()
                self.leave(wanted)  # which asks where something was corrected while it was written

        def failed(sentence: str, details: str) -> None:
            self._saving -= 1
            self._stop_waiting()
            self._window.tell_trouble(sentence, details)

        def gone() -> None:  # another one was opened meanwhile
            words = self.tr("{0} was not written: the video it was to be of is not open any more.")
            self._saving -= 1
            self._stop_waiting()
            self._window.tell_trouble(words.format(target.name), warning=True)

        self._window.people_list.finish_name()
        self._saving += 1
        self._next = then or self._next
        self._write(target, saved, failed, gone)

    def _stop_waiting(self) -> None:
        if self._next is not None:
            self._next = None
            self._window.busy("")

    def _write(
        self,
        target: Path,
        then: Callable[[int, _State], None],
        failed: Callable[[str, str], None],
        gone: Callable[[], None] = lambda: None,
    ) -> None:
        """Write the session to `target`; `then` is told which one it was, and what was written."""
        window = self._window
        address, notes = window.address, window.notes()

        def use(work: events.Work | None) -> None:
            if work is None:
                gone()
                return
            state = _State(work.edits.changes, notes, work.recording.header.source.slowed)
            earlier = self._errands[-1:]

            def write() -> None:
                from app.session import Session, write_session

                for errand in earlier:  # or an older state of the same file could be finished last
                    errand.wait(None)
                write_session(target, Session(address, work.recording, work.edits, notes))

            errand = Errand("session", write, self)
            errand.done.connect(lambda _: then(work.session, state))
            errand.failed.connect(failed)
            self._errands = [one for one in self._errands if not one.wait(0)]
            self._errands.append(errand)
            errand.start()

        self._claim()
        window.share_work(use)

    def _claim(self) -> None:
        """Make known that this program is alive, so that no other one takes its sessions for lost."""
        self._recovery.mkdir(parents=True, exist_ok=True)
        if self._lock is None:
            self._lock = QLockFile(str(self._own.with_suffix(".lock")))
            self._lock.setStaleLockTime(0)
            self._lock.tryLock(0)

    def _kept(self, *_: object) -> None:
        if not self.unsaved:  # saved or left while it was being written
            self._forget_kept()

    def _forget_kept(self) -> None:
        self._timer.stop()
        self._own.unlink(missing_ok=True)

    def _await(self) -> None:
        self._awaited += 1
        self._look()

    def _look(self) -> None:
        """Whether anything is to be saved now. Of a video without a session a range and a second video are passing."""
        window = self._window
        if window.info is None or window.info.live or window.open_session != self._open or self._discarded:
            return
        saved, is_session = self._saved, self.document is not None
        now = _State(self._changes, window.notes(), window.info.slowed)
        if self._awaited or saved is None or now.work(session=is_session) != saved.work(session=is_session):
            self._set_unsaved(True)
            if not self._timer.isActive():
                self._timer.start()
        elif self.unsaved:
            self._set_unsaved(False)
            self._forget_kept()

    def _set_unsaved(self, on: bool) -> None:
        self.unsaved = on
        self._window.setWindowModified(on)

    def _set_document(self, path: Path | None) -> None:
        self.document = path
        self._window.setWindowTitle(f"{path.name if path is not None else self._window.source_name}[*] – Skelter")

    def _on_event(self, event: events.Event) -> None:
        match event:
            case events.Opened(info, session, document=document, kept=kept, notes=notes):
                from app.session import Notes  # which the player, that opened it, has loaded

                self._open, self._awaited, self._discarded = session, 0, False
                self._set_document(document)
                self._changes, self._saved = (), _State((), notes or Notes(), info.slowed)
                self._stop_waiting()
                if kept is not None:
                    self._saved = None
                    self._take_over(kept)
                else:
                    self._forget_kept()  # of the one before, which was saved, or left
                self._set_unsaved(kept is not None)
            case events.Closed():
                self.document, self._discarded = None, False
                self._set_unsaved(False)
            case events.StillOpen() if self._discarded:  # they are still there
                self._discarded = False
                self._set_unsaved(True)
                self._timer.start()
            case events.Retimed():
                self._look()
            case events.Trouble(fatal=True) if self.unsaved:
                self._let_go()
            case events.Edited(edits, by_hand=by_hand):
                self._changes = edits.changes
                if by_hand:
                    self._awaited = max(self._awaited - 1, 0)
                if by_hand or self.unsaved:  # all are gone, perhaps, where it is analysed again
                    self._look()
                elif self._saved is not None:  # as they were opened, or by the numbers of now
                    self._saved = replace(self._saved, changes=self._changes)


@dataclass(frozen=True, eq=False, slots=True)
class _State:
    """What a session would lose."""

    changes: tuple[Change, ...]
    notes: Notes
    slowed: float

    def work(self, *, session: bool) -> object:
        """Not where the video stands; and where there is no session yet, corrections, scale and true times alone."""
        notes = self.notes
        return self.changes, self.slowed, replace(notes, position=0) if session else notes.metres_per_pixel
