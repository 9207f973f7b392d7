"""The moments of the open file at which it may be wrong: found in a thread, kept up with what is corrected."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from PyQt6.QtCore import QObject, pyqtSignal

from app.gui import events

if TYPE_CHECKING:
    from app.doubts import Doubt, Looks
    from app.edits import Edits
    from app.gui.window import MainWindow
    from engine.types import Frame
    from engine.video import SeekableSource

SLOW_S = 0.5
"""Where a search takes longer, it is not made anew after every correction."""
LOOKS_S = 3.0
"""So long a search looks at clothes; the next one goes on with those it did not get to."""
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Found:
    """What a search found with these corrections, in the frames known at `version`; in `seconds`."""

    doubts: list[Doubt]
    edits: Edits
    version: int
    seconds: float


class Doubtful(QObject):
    """Looks for them when asked to, and once they are known again after every correction.

    An hour takes many seconds. Until it is looked through anew, what was found is carried over: what a correction
    answers is left out, people have their new numbers, and what is taken back is open again.
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
        self._looks: Looks | None = None  # what people wear, as far as somebody has looked
        self._carried: Edits  # to which corrections those are
        self._found: list[_Found] = []  # the first, to which nearly all can be taken back, and the last
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
        return self.serves(self.version) and self._found[-1].edits == self._window.editing.edits

    @property
    def is_slow(self) -> bool:
        """Whether a search takes so long that nobody should wait for it between two moments."""
        return bool(self._found) and self._found[-1].seconds > SLOW_S

    def serves(self, version: int) -> bool:
        """Whether they are known of all frames that were analysed at `version`, be it carried over."""
        return self.doubts is not None and self._found[-1].version >= version and not self._coming

    def search(self) -> None:
        if self._is_searching:  # whoever waits looks whether that serves once it has ended
            return
        self._is_searching = True
        source, version = self._source, self.version  # before: a frame may come meanwhile
        self._window.share_work(lambda work: self._look(work, source, version))

    def _look(self, work: events.Work | None, source: int, version: int) -> None:
        if source != self._source:
            return
        if work is None:
            self._is_searching = False
            return
        began_s, address, looks = time.monotonic(), self._window.address, self._looks

        def found(answer: object) -> None:
            assert isinstance(answer, tuple)
            doubts, made = answer
            if source == self._source:
                self._is_searching, self._looks = False, made
                self._take(_Found(doubts, work.edits, version, time.monotonic() - began_s))
                self.searched.emit(True)

        def failed(sentence: str, details: str) -> None:
            self._window.tell_trouble(sentence, details)
            if source == self._source:
                self._is_searching = False
                self.searched.emit(False)

        self._window.commands.run("doubts", lambda: _doubts(work, address, looks), found, failed)

    def _take(self, found: _Found) -> None:
        now = self._window.editing.edits
        if now is None:
            return
        self._found, self.doubts = [*self._found[:1], found], None
        self._carry(now)
        if not self._found or (self._found[-1].edits != now and not self.is_slow):
            self.search()

    def _carry(self, now: Edits) -> None:
        """Go on, or back, to the corrections of now from what was found last with some of them."""
        from app.gui.still_open import still_open  # brings NumPy, which is there by now

        self._found = [found for found in self._found if now.changes[: len(found.edits)] == found.edits.changes]
        if not self._found:
            self.doubts = None
        else:
            start, edits = self._found[-1].doubts, self._found[-1].edits
            if self.doubts is not None and now.changes[: len(self._carried)] == self._carried.changes:
                start, edits = self.doubts, self._carried
            self.doubts = sorted(still_open(start, now.changes[len(edits) :]), key=order)
        self._carried = now
        self.changed.emit()

    def _asked(self) -> None:
        self._coming += 1

    def _forget(self) -> None:
        self._source += 1
        self._is_searching, self._coming = False, 0
        self._found, self._looks, self.doubts = [], None, None
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
                if self.doubts is not None:
                    self._carry(edits)
                    if not self.is_slow:
                        self.search()


def order(doubt: Doubt) -> tuple[int, ...]:
    """By which they come one after the other."""
    limb = -1 if doubt.limb is None else doubt.limb
    return (doubt.frame, list(type(doubt.kind)).index(doubt.kind), *doubt.people, limb)


def _doubts(work: events.Work, address: str, looks: Looks | None) -> tuple[list[Doubt], Looks]:
    """What is doubtful, and what is known of clothes by then: `looks`, where there was a search before, and more."""
    from app.doubts import Looks, find_doubts

    looks = looks or Looks(lambda indices: _pictures(address, indices), for_s=LOOKS_S)
    return find_doubts(work.edits.of(work.recording), work.edits, looks=looks), looks


def _pictures(address: str, indices: Sequence[int]) -> Iterator[Frame]:
    """Frames of a file, which is opened once more for them; as many as can be read."""
    from app.doubts import pictures_of
    from engine.errors import SkelterError
    from engine.video.opening import open_source

    if not indices:
        return
    try:
        with open_source(address, threads=1) as source:
            yield from pictures_of(cast("SeekableSource", source))(indices)
    except SkelterError:  # what is wrong with the file the player tells
        _log.info("no more pictures to compare clothes in from %s", address, exc_info=True)
