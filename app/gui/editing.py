"""Who is chosen, and what is corrected: joins the people panel, the picture and the player."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PyQt6.QtCore import QObject, QTimer, pyqtSignal

from app.changes import Change, Confirm, ExchangeSides, Hide, HideOthers, Merge, MoveJoint, Rename, Split, Swap
from app.gui import events
from app.gui import messages as say
from app.gui.change_words import frame_of, words_of
from app.gui.lanes import LaneView, corrected, may_be_on
from app.gui.wording import shortened

if TYPE_CHECKING:
    from app.edits import Edits
    from app.gui.window import MainWindow


class Editing(QObject):
    """Knows the corrections of the open source, and asks the player for more."""

    changed = pyqtSignal()
    """The person chosen or followed, or what was corrected."""
    asked = pyqtSignal()
    """The player is to make a correction, or to take one back, and tells once it has: that may be seconds later."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self.edits: Edits | None = None
        self.can_undo = self.can_redo = False
        self.chosen: int | None = None
        self._plays_on = False
        window.heard.connect(self._on_event)
        view, people = window.stage.view, window.people_list
        view.person_clicked.connect(lambda person: self.choose(person or None))
        view.joint_taken.connect(self._stand_still)
        view.joint_moved.connect(self.move_joint)
        menu = window.menus[window.tr("People")]
        menu.aboutToShow.connect(self._menu_opens)
        menu.aboutToHide.connect(self._menu_closes)
        for part in (view, window.stage.timeline):
            part.pressed.connect(people.finish_name)
        people.chosen.connect(self.choose)
        people.hide_clicked.connect(self.hide_or_show)
        window.people.rowsRemoved.connect(lambda *_: self._somebody_left())
        window.people.renamed.connect(lambda person, name: self.make(Rename(person, name)))

    @property
    def hidden(self) -> frozenset[int]:
        return self.edits.hidden if self.edits is not None else frozenset()

    def others(self) -> list[int]:
        """Everybody but the person chosen."""
        return [person for person in self._window.people.ids() if person != self.chosen]

    def choose(self, person: int | None) -> None:
        """Mark a person everywhere; None: nobody."""
        if person == self.chosen:
            return
        self.chosen = person
        self._window.stage.choose(person)
        self._window.people_list.choose(person)
        self.changed.emit()

    def choose_next(self, step: int) -> None:
        """Go through the people by key, from somebody who is in the picture on."""
        self._window.people_list.finish_name()
        ids, shown = self._window.people.ids(), self._window.shown
        if self.chosen in ids:
            self.choose(ids[(ids.index(self.chosen) + step) % len(ids)])
        elif ids:
            here = [person for person in ids if shown is not None and person in (shown.people or ())] or ids
            self.choose(here[0 if step > 0 else -1])

    def go_to(self) -> None:
        """Go to the frame nearest to the one shown on which the person chosen is."""
        shown = self._window.shown
        runs = next((lane.runs for lane in self._window.people.lanes() if lane.id == self.chosen), ())
        if runs and shown is not None:
            here = shown.index
            nearest = min((min(max(here, first), last) for first, last in runs), key=lambda index: abs(index - here))
            self._window.player.send(say.Seek(nearest, session=self._window.open_session))

    def follow(self, on: bool) -> None:
        """Keep the person chosen in the middle of the picture."""
        self._window.stage.view.follow(self.chosen if on else None)
        self.changed.emit()

    def rename(self) -> None:
        if self.chosen is not None:
            self._window.actions_["panel"].setChecked(True)
            self._window.people_list.rename(self.chosen)

    def hide_or_show(self, person: int | None = None) -> None:
        """Leave somebody (the person chosen) out, or no more."""
        person = person or self.chosen
        if person is not None:
            self.make(Hide(person, person not in self.hidden))

    def hide_others(self) -> None:
        """Leave out everybody but the person chosen; where that is so already, show everybody again."""
        others = self.others()
        if self.chosen is None or not others:
            return
        if set(others) <= self.hidden and self.chosen not in self.hidden:
            self.make(*(Hide(person, False) for person in others))
        else:
            self.make(HideOthers(self.chosen, tuple(others)))

    def merge(self, other: int) -> None:
        """The person chosen and `other` are one; the lower number stays."""
        if self.chosen is not None:
            kept, gone = sorted((self.chosen, other))
            self.join(kept, gone)
            self.choose(kept)

    def join(self, kept: int, gone: int) -> None:
        """`gone` was `kept` all the time."""
        self.make(Merge(kept, gone))
        view = self._window.stage.view
        if view.followed in (kept, gone):
            view.followed = kept

    def split(self) -> None:
        """From the frame shown on, the person chosen is somebody else."""
        shown = self._window.shown
        if self.chosen is None or shown is None or not self.is_there(shown.index, None):
            return
        if may_be_on(self._lanes(), self.chosen, 0, shown.index - 1):
            self.make(Split(self.chosen, shown.index, 0))
        else:
            self._tell_of_chosen(self.tr("{0} is not seen before this frame: split where somebody else begins."))

    def swap(self, other: int, frame: int) -> None:
        """From that frame on, the person chosen and `other` were taken for each other."""
        last = self._window.stage.timeline.maximum()
        if self.chosen is not None and (may_be_on(self._lanes(), other, frame, last) or self.is_there(frame, None)):
            self.make(Swap(self.chosen, other, frame))

    def is_there(self, first: int, last: int | None) -> bool:
        """Whether the person chosen is on one of these frames (None: to the end), or may be; else that is told: a
        correction would change nothing."""
        end = self._window.stage.timeline.maximum() if last is None else last
        if self.chosen is None or may_be_on(self._lanes(), self.chosen, first, end):
            return self.chosen is not None
        words = {
            first: self.tr("{0} is not on this frame."),
            None: self.tr("{0} is not seen from this frame on."),
        }
        self._tell_of_chosen(words.get(last, self.tr("{0} is not in the marked range.")))
        return False

    def _lanes(self) -> LaneView:
        """Who is when, as corrected."""
        view = self._window.player.lanes.view()
        return view if self.edits is None else corrected(view, self.edits)

    def _tell_of_chosen(self, words: str) -> None:
        if self.chosen is not None:
            name = shortened(self._window.people.name(self.chosen))
            self._window.tell_trouble(words.format(name), warning=True)

    def exchange_sides(self, pairs: tuple[tuple[int, int], ...], frame: int, last: int | None) -> None:
        """Of the person chosen, these (left, right) joints were taken for each other, as of frame `frame`."""
        if self.chosen is not None:
            self.make(ExchangeSides(self.chosen, tuple((left, right, frame, last) for left, right in pairs)))

    def move_joint(self, frame: int, person: int, joint: int, x: float, y: float) -> None:
        self.make(MoveJoint(frame, person, joint, x, y))

    def undo(self) -> None:
        self._ask(say.Undo(session=self._window.open_session))

    def redo(self) -> None:
        self._ask(say.Redo(session=self._window.open_session))

    def make(self, change: Change, *more: Change) -> None:
        """Have any correction made, and `more` with it in one step."""
        self._ask(say.MakeEdit(change, more, session=self._window.open_session))

    def _ask(self, command: say.MakeEdit | say.Undo | say.Redo) -> None:
        self._window.player.send(command)
        self.asked.emit()

    def _stand_still(self) -> bool:
        """Have a file that plays wait on the frame shown, for which what is begun now is meant; whether it played."""
        window = self._window
        if not window.playing or window.shown is None or window.info is None or window.info.live:
            return False
        window.player.send(say.Play(False, session=window.open_session))
        # it may be a frame further by now
        window.player.send(say.Seek(window.shown.index, session=window.open_session))
        return True

    def _menu_opens(self) -> None:
        self._plays_on = self._stand_still()

    def _menu_closes(self) -> None:
        """Called before what was chosen in the menu is done, which takes the frame shown now."""
        if self._plays_on:
            self._window.player.send(say.Play(True, session=self._window.open_session))

    def _somebody_left(self) -> None:
        """The list of people lost rows."""
        self._window.people_list.mark(self.chosen)  # the list forgets its rows with all marks
        # it may show already that he has another number now, and the event that tells so still wait for its turn
        QTimer.singleShot(0, self._let_go)

    def _let_go(self) -> None:
        """Where whoever is chosen is no more, as when a split is undone: he cannot be corrected."""
        if self.chosen not in self._window.people.ids():
            self.choose(None)

    def _go_with(self, renamed: dict[int, int]) -> None:
        """Whoever is chosen or followed has another number from now on."""
        view = self._window.stage.view
        if view.followed is not None:
            view.followed = renamed.get(view.followed, view.followed)
        if self.chosen is not None:
            self.choose(renamed.get(self.chosen, self.chosen))

    def _on_event(self, event: events.Event) -> None:
        match event:
            case events.Renumbered(renamed):
                self._go_with(renamed)
            case events.Opened() | events.Closed():
                self._forget()
            case events.Trouble(fatal=True):
                self._forget()
            case events.Edited(edits, can_undo, can_redo, undone=undone, redone=redone):
                self.edits, self.can_undo, self.can_redo = edits, can_undo, can_redo
                self._window.people.set_edits(edits.names, edits.hidden)
                self._window.stage.set_edits(edits)
                self.changed.emit()
                self._tell_of(self.tr("Undone: {0}."), undone)
                self._tell_of(self.tr("Redone: {0}."), redone)

    def _tell_of(self, words: str, step: tuple[Change, ...]) -> None:
        """What was taken back or made again, but where that is seen: on the frame shown."""
        if len(step) > 1 and all(isinstance(change, Hide) for change in step):
            self._window.banner.tell(words.format(self.tr("nobody is left out any more")), kind="done")
        elif step:
            self._tell_of_one(words, step[-1])  # the others go with it

    def _tell_of_one(self, words: str, change: Change) -> None:
        window, frame = self._window, frame_of(change)
        is_here = window.shown is not None and frame == window.shown.index
        if window.shown is None or window.info is None or (is_here and not isinstance(change, Confirm)):
            return
        told = words_of(change, lambda person: shortened(window.people.name(person)), window.shown.skeleton)
        seek = say.Seek(frame or 0, session=window.open_session)
        go = (self.tr("Go there"), lambda: window.player.send(seek))
        goes = frame is not None and not is_here and not window.info.live
        window.banner.tell(words.format(told), kind="done", action=go if goes else None)

    def _forget(self) -> None:
        self.edits, self.can_undo, self.can_redo = None, False, False
        self._plays_on = False
        self._window.people.set_edits({}, frozenset())
        self._window.stage.set_edits(None)
        self.choose(None)
        self.changed.emit()
