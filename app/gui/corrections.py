"""The corrections of the open source, in the player's thread: made, undone, and told to the window."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from app.changes import Change, Split
from app.edits import EditLog, Edits
from app.gui import events
from app.gui import messages as say


class Corrections:
    """Holds the edits and tells every change of them. The first `given` are of the file and not to be taken back."""

    def __init__(self, edits: Edits, notify: Callable[[events.Event], None], *, given: int = 0) -> None:
        self._log = EditLog(edits, given=given)
        self._notify = notify

    @property
    def edits(self) -> Edits:
        return self._log.edits

    def obey(
        self,
        command: say.MakeEdit | say.Undo | say.Redo,
        new_id: Callable[[], int] | None,
        seen_as: Callable[[Change, Edits], tuple[Change, ...]],
    ) -> None:
        """Do what was asked for; `new_id` gives a number for the person whom a split makes, `seen_as` what a correction
        means as people are shown."""
        match command:
            case say.MakeEdit(change, more):
                if isinstance(change, Split) and not change.new and new_id is not None:
                    change = replace(change, new=new_id())
                self._log.do(*seen_as(change, self.edits), *more)
                self.tell(by_hand=True)
            case say.Undo():
                self.tell(by_hand=True, undone=self._log.undo())
            case say.Redo():
                self.tell(by_hand=True, redone=self._log.redo())

    def renumber(self, renamed: dict[int, int]) -> None:
        """Follow people to the ids they were given since, and tell the window of these."""
        self._notify(events.Renumbered(renamed))
        if len(self.edits) or self._log.can_redo:
            self._log.renumber(renamed)
            self.tell()

    def forget(self) -> None:
        """Take everything back for good."""
        self._log = EditLog()
        self.tell()

    def tell(self, *, by_hand: bool = False, undone: tuple[Change, ...] = (), redone: tuple[Change, ...] = ()) -> None:
        log = self._log
        self._notify(events.Edited(self.edits, log.can_undo, log.can_redo, by_hand, undone, redone))
