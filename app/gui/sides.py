"""Left and right of the person chosen, put back where they were taken for each other for a moment."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PyQt6.QtCore import QObject

from app.changes import ExchangeSides
from app.gui import events
from app.gui.wording import shortened

if TYPE_CHECKING:
    from app.gui.window import MainWindow


class Sides(QObject):
    """Looks for such moments in the frames known so far, of the range that is marked, and has them corrected."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._looking = self.tr("Left and right are being compared …")

    def put_back(self) -> None:
        if self._window.editing.chosen is None:  # any more
            return
        self._window.banner.tell(self._looking, kind="hint")
        self._window.share_work(self._look)

    def _look(self, work: events.Work | None) -> None:
        window, person = self._window, self._window.editing.chosen
        if work is None or person is None:
            if window.banner.sentence == self._looking:
                window.banner.dismiss()
            return
        within = window.stage.timeline.loop

        def found(change: object) -> None:
            assert change is None or isinstance(change, ExchangeSides)
            if work.session == window.open_session and work.edits == window.editing.edits:
                self._put_back(person, change, in_range=within is not None)
            elif work.session == window.open_session:  # corrected meanwhile: it may be of somebody else
                self.put_back()

        window.commands.run("put-back", lambda: _moments(work, person, within), found)

    def _put_back(self, person: int, change: ExchangeSides | None, *, in_range: bool) -> None:
        name = shortened(self._window.people.name(person))
        if change is None:
            words = (
                self.tr("Left and right of {0} were nowhere taken for each other for a moment in the marked range.")
                if in_range
                else self.tr("Left and right of {0} were nowhere taken for each other for a moment so far.")
            )
            self._window.banner.tell(words.format(name), kind="done")
            return
        self._window.editing.make(change)
        words = self.tr("Left and right of {0} are put back on %n frames.", "", len(change.frames))
        self._window.banner.tell(words.format(name), kind="done")


def _moments(work: events.Work, person: int, within: tuple[int, int] | None) -> ExchangeSides | None:
    """The correction of a person on the frames `within`, where there is one; frames around them tell of it, too."""
    from app.sides import exchanged_for_moments

    corrected = work.edits.of(work.recording)
    changes = exchanged_for_moments(corrected, by_hand=work.edits, only=person, within=within)
    return changes[0] if changes else None
