"""Leads a person through the moments at which the program may be wrong, and has each answered by one key."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PyQt6.QtCore import QObject, QTimer, pyqtSignal

from app.changes import Change, Confirm, Merge
from app.gui import events
from app.gui import messages as say
from app.gui.actions import shown
from app.gui.doubtful import Doubtful, order
from app.gui.wording import shortened

if TYPE_CHECKING:
    from app.doubts import Doubt
    from app.gui.window import MainWindow

PATIENCE_MS = 250
"""So long a question waits for what the answer before it changed; after that what was known goes on to be asked."""
NEAR_S = 5.0
"""Whoever looks around a moment no farther than that is still at it."""


@dataclass(frozen=True, slots=True)
class _Answer:
    """Given to `doubt` by `change`, which is number `place` of the corrections."""

    doubt: Doubt
    change: Change
    place: int


class Checking(QObject):
    """One moment is asked about at a time, in the banner; whatever else is told there takes the question away."""

    changed = pyqtSignal()
    """What is asked."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self.asked: Doubt | None = None
        """The moment whose question can be read now, and answered."""
        self._question = ""
        self._last: Doubt | None = None  # that was asked about, or whose answer was taken back
        self._again = False  # that one is to be asked about once more
        self._is_there = False  # wherever the video is, it goes on from that one
        self._given: tuple[Doubt, Change] | None = None  # the answer that the player is to make a correction of
        self._answers: list[_Answer] = []
        self._made = 0  # corrections
        self._way, self._since = 0, 0  # where to lead to once it is known of so many frames; 0: nowhere
        self._patience = QTimer(self)
        self._patience.setSingleShot(True)
        self._patience.setInterval(PATIENCE_MS)
        self._patience.timeout.connect(self._wait_no_more)
        self._moments = Doubtful(window)
        self._moments.changed.connect(self._mark)
        self._moments.searched.connect(self._searched)
        window.heard.connect(self._on_event)
        for answer in ("moment-correct", "moment-right"):
            window.actions_[answer].setAutoRepeat(False)  # a key held down answers one question
        window.actions_["undo"].triggered.connect(self._put_aside)  # at once: people may have other numbers by then
        window.banner.changed.connect(self._see_banner)
        window.stage.picture_shown.connect(self._see_picture)
        window.stage.timeline.loop_chosen.connect(lambda _: self._mark())

    def lead(self, way: int) -> None:
        """Go to the next moment (1) or the one before (-1), as soon as they are known."""
        if self._window.playing:
            self._window.player.send(say.Play(False, session=self._window.open_session))
        self._way, self._since = way, self._moments.version
        if self._moments.is_current or (self._moments.is_slow and self._can_go):
            self._go()
        else:
            self._moments.search()
            self._patience.start()

    @property
    def _can_go(self) -> bool:
        """Whether there is a moment to go to before all is looked through anew."""
        return self._moments.serves(self._since) and bool(self._open())

    def correct(self) -> None:
        """It is as doubted."""
        if self.asked is not None and self.is_seen:
            self._answer(self.asked.remedy)

    def confirm(self) -> None:
        """Nothing is wrong there."""
        if self.asked is not None and self.is_seen:
            self._answer(Confirm(self.asked.kind.value, self.asked.people, self.asked.frame, self.asked.limb))

    @property
    def is_seen(self) -> bool:
        """Whether what is asked about has been in the picture: nobody answers before."""
        shown, asked = self._window.shown, self.asked
        return not self._is_there or (shown is not None and asked is not None and shown.index == asked.frame)

    # where to

    def _searched(self, went_well: bool) -> None:
        if not went_well:
            self._way = 0
        elif self._way and self._moments.serves(self._since):
            self._go()
        elif self._way:
            self._moments.search()

    def _wait_no_more(self) -> None:
        if self._way and self._can_go:
            self._go()
        elif self._way:
            self._window.banner.tell(self.tr("Looking for moments to check …"), kind="hint")

    def _go(self) -> None:
        way, self._way = self._way, 0
        self._patience.stop()
        doubts = self._open()
        if not doubts:
            self._tell_of_none()
            return
        bound = self._bound(way)
        on = [doubt for doubt in doubts if (order(doubt) > bound if way > 0 else order(doubt) < bound)]
        self._ask((on or doubts)[0 if way > 0 else -1], came_round="" if on else self._came_round(way))

    def _bound(self, way: int) -> tuple[int, ...]:
        """What the next moment comes after, or the one before comes before."""
        last, here = self._last, self._window.shown.index if self._window.shown is not None else 0
        if last is None or not (self._is_there or self._is_near(last, here)):
            return (here,) if way > 0 else (here + 1,)
        return order(last)[:2] if self._again and way > 0 else order(last)

    def _is_near(self, doubt: Doubt, here: int) -> bool:
        timeline = self._window.stage.timeline
        return abs(timeline.time_at(doubt.frame) - timeline.time_at(here)) <= NEAR_S

    def _open(self) -> list[Doubt]:
        """The moments that are open, of those that a marked range touches."""
        return [doubt for doubt in self._moments.doubts or () if self._is_within(doubt)]

    def _is_within(self, doubt: Doubt) -> bool:
        loop = self._window.stage.timeline.loop
        return loop is None or (doubt.first <= loop[1] and loop[0] <= doubt.last)

    # questions

    def _ask(self, doubt: Doubt, came_round: str) -> None:
        window = self._window
        self._last, self._again, self._is_there = doubt, False, True
        window.editing.choose(self._whom(doubt))
        window.player.send(say.Seek(doubt.frame, session=window.open_session))
        self._tell(doubt, came_round)

    def _tell(self, doubt: Doubt, came_round: str = "") -> None:
        from app.gui.doubt_words import question, remedy_words  # bring NumPy, which is there by now

        window, doubts, given = self._window, self._open(), len(self._counted())
        skeleton = window.shown.skeleton if window.shown is not None else None
        in_range = window.stage.timeline.loop is not None
        place = self.tr("{0} of {1} in the marked range: {2}") if in_range else self.tr("{0} of {1}: {2}")
        before = sum(order(other) < order(doubt) for other in doubts)
        words = place.format(given + before + 1, given + len(doubts), question(doubt, self._name, skeleton))
        self.asked, self._question = None, " ".join(filter(None, (came_round, words)))
        right = f"{self.tr('It is right')} ({self._key('moment-right')})", self.confirm
        correct = f"{remedy_words(doubt)} ({self._key('moment-correct')})", self.correct
        window.banner.tell(self._question, kind="hint", action=correct, other=right)
        self.asked = doubt
        self.changed.emit()

    def _whom(self, doubt: Doubt) -> int:
        """Of those whom it is about one that is on its frame; who came up rather than who had gone."""
        there = {
            lane.id
            for lane in self._window.people.lanes()
            if any(first <= doubt.frame <= last for first, last in lane.runs)
        }
        people = doubt.people[::-1] if doubt.kind.value == "same" else doubt.people
        return next((person for person in people if person in there), people[0])

    def _name(self, person: int) -> str:
        return shortened(self._window.people.name(person))

    def _key(self, action: str) -> str:
        return shown(self._window.actions_[action].shortcut().toString())

    def _came_round(self, way: int) -> str:
        first = self.tr("That was the last one; on from the first.")
        return first if way > 0 else self.tr("That was the first one; on from the last.")

    def _tell_of_none(self) -> None:
        counted, timeline = self._counted(), self._window.stage.timeline
        left = sum(isinstance(answer.change, Confirm) for answer in counted)
        if counted and timeline.loop is not None:
            words = self.tr("Everything in the marked range was looked at: {0} corrected, {1} left as found.")
        elif counted:
            words = self.tr("Everything was looked at: {0} corrected, {1} left as found.")
        elif timeline.loop is not None:
            words = self.tr("There is nothing to check in the marked range.")
        else:
            words = self.tr("There is nothing to check.")
        words = words.format(len(counted) - left, left)
        self._window.banner.tell(" ".join(filter(None, (words, self._how_far()))), kind="done")

    def _how_far(self) -> str:
        """What is to be said where not every frame is analysed yet."""
        timeline = self._window.stage.timeline
        start, end = timeline.loop or (0, timeline.maximum())
        runs = self._window.player.lanes.view().analysed
        known, total = sum(max(min(last, end) - max(first, start) + 1, 0) for first, last in runs), end - start + 1
        words = self.tr("That holds for the {0} of {1} frames that are analysed so far.")
        return words.format(known, total) if known < total else ""

    # answers

    def _answer(self, change: Change) -> None:
        assert self.asked is not None
        self._given, self.asked = (self.asked, change), None
        self.changed.emit()
        if isinstance(change, Merge):
            self._window.editing.join(change.kept, change.gone)
        else:
            self._window.editing.make(change)

    def _counted(self) -> list[_Answer]:
        """The answers that hold, in the range that is marked: not taken back, and the moment not open again."""
        return [
            answer for answer in self._answers
            if answer.place < self._made and self._is_within(answer.doubt) and answer.doubt not in self._open()
        ]  # fmt: skip

    def _edited(self, event: events.Edited) -> None:
        before, self._made = self._made, len(event.edits)
        added = event.edits.changes[before:]
        if event.undone:
            self._undone()
        elif not event.redone:  # what was taken back cannot be made again
            self._answers = [answer for answer in self._answers if answer.place < before]
        if self._given is not None and self._given[1] in added:
            self._answers.append(_Answer(*self._given, before))
            self._given = None
            self.lead(1)
        elif self.asked is not None and added:
            self._go_with(self.asked, added)

    def _go_with(self, asked: Doubt, added: tuple[Change, ...]) -> None:
        """Something was corrected by hand while a moment is asked about."""
        from app.gui.still_open import is_answered, still_open  # bring NumPy, which is there by now

        left = still_open([asked], added)
        if is_answered(asked, added):
            self._answers.append(_Answer(asked, added[-1], self._made - 1))
            self.asked = None
            self.changed.emit()
            on = f"{self.tr('Next')} ({self._key('next-moment')})", lambda: self.lead(1)
            self._window.banner.tell(self.tr("This moment is corrected."), kind="done", action=on)
        elif left and (left[0].people, left[0].frame) == (asked.people, asked.frame):  # a name was given, say
            self._tell(left[0])
        else:  # other people, another frame of it; or it is two now, and to be looked for anew
            self._put_aside()
            self._last, self._again, self._is_there = left[0] if left else asked, True, True
            self.lead(1)

    def _undone(self) -> None:
        """What was answered is asked again next."""
        back = next((answer.doubt for answer in self._answers if answer.place >= self._made), None)
        self._put_aside()
        if back is not None:
            self._last, self._again, self._is_there = back, True, True

    def _put_aside(self) -> None:
        """Ask no more, but again by and by."""
        again = self._again or self.asked is not None
        if self._question and self._window.banner.sentence == self._question:
            self._window.banner.dismiss()
        self.asked, self._again = None, again
        self.changed.emit()

    # what is seen and heard

    def _mark(self) -> None:
        """Tell timeline and list which moments are open."""
        self._window.stage.timeline.set_moments([doubt.frame for doubt in self._moments.doubts or ()], self._about)
        self._window.people_list.tell_moments(None if self._moments.doubts is None else len(self._open()))

    def _about(self, frame: int) -> str:
        from app.gui.doubt_words import in_short  # brings NumPy, which is there by now

        return "; ".join(in_short(doubt, self._name) for doubt in self._moments.doubts or () if doubt.frame == frame)

    def _see_picture(self, picture: events.Picture) -> None:
        if self.asked is not None and picture.index == self.asked.frame:
            self._is_there = False
        if self._moments.doubts is not None and not self._moments.serves(self._moments.version):
            self._window.people_list.tell_moments(None)  # of what was analysed since nobody knows

    def _see_banner(self) -> None:
        """Something else is told, or the question was closed: it must not be answered unseen."""
        if self.asked is not None and self._window.banner.sentence != self._question:
            self._again = bool(self._window.banner.sentence)
            self.asked = None
            self.changed.emit()

    def _forget(self) -> None:
        self._last = self._given = None
        self._answers, self._way, self._is_there = [], 0, False
        self._patience.stop()
        self._put_aside()

    def _on_event(self, event: events.Event) -> None:
        match event:
            case events.Opened() | events.Closed() | events.Retimed() | events.Renumbered():
                self._forget()
            case events.Trouble(fatal=True):
                self._forget()
            case events.Edited(edits, by_hand=False):
                self._forget()
                self._made = len(edits)
            case events.Edited():
                self._edited(event)
