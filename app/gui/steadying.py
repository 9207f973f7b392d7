"""The joints of a file without jitter, for picture, curves and exports; what was found stays as it is. Qt-free.

    player's thread ──what is known, a copy──▶ [thread: skelter steadying] ──SteadyMade──▶ player's thread

All that is known is smoothed at once, forwards and backwards, as soon as nothing new is being found. Until then frames
are smoothed one after the other as those of a camera are. Around a joint that is put in its place by hand they are
smoothed anew at once, in the player's thread. A result that was smoothed before it was opened stays so.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from app.changes import ExchangeSides, MoveJoint
from app.gui import events
from app.gui import messages as say
from engine.errors import UsageError

if TYPE_CHECKING:
    from app.changes import Change
    from app.edits import Edits
    from app.exports.bridged import Bridges
    from app.gui.corrections import Corrections
    from app.gui.file_playback import FilePlayback
    from app.gui.lanes import Lanes
    from app.gui.live import LiveFeed
    from app.gui.moment import Moment
    from app.results import FrameRecord, Recording
    from trackers.smoothing import LiveSmoother

REMEMBERED = 300
"""So many frames that were smoothed as they came are remembered, for the trails."""
QUIET_S = 1.0
"""So long nothing new was found where everything that is played is known already."""
LEAVE_S = 0.5


@dataclass(frozen=True, eq=False, slots=True)
class Steady:
    """What was known of a file at one moment, as corrected then, with smoothed joints. It is never changed.

    found    what it was made of
    records  the same frames, corrected, then smoothed; people left out by hand are in it
    edits    the corrections of then
    moments  where left and right were taken for each other for a moment, put back after the corrections
    is_even  whether a piece of it would be smoothed as it was as a whole
    """

    found: Recording
    records: Recording
    edits: Edits
    moments: Edits
    is_even: bool
    _bridges: Bridges

    @classmethod
    def of(cls, found: Recording, edits: Edits) -> Steady:
        """Raises UsageError."""
        from app.edits import Edits
        from app.exports.bridged import Bridges
        from app.sides import exchanged_for_moments
        from app.smoothing import SIDES, smooth_recording
        from trackers.smoothing import are_even

        # corrected first: nobody's joints are smoothed over into those of another person, or of the other leg
        corrected = edits.of(found)
        moments = Edits(tuple(exchanged_for_moments(corrected, by_hand=edits)))
        records = smooth_recording(moments.of(corrected), sides=False)
        if len(moments):
            records.header = replace(records.header, smoothing=f"{records.header.smoothing}{SIDES}")
        is_even = are_even([record.time_s for record in found])
        return cls(found, records, edits, moments, is_even, Bridges(records))

    def fits(self, edits: Edits) -> bool:
        """Whether these put the same people and joints at the same places."""
        return edits is self.edits or edits.of_poses == self.edits.of_poses

    def mended(self, edits: Edits) -> Steady | None:
        """The same as corrected by `edits`, smoothed anew only around joints that were put elsewhere since, or back.

        None where that cannot be done at once, or another rate of frames elsewhere tells. Raises UsageError.
        """
        from app.exports.bridged import Bridges
        from app.gui.mending import mend

        records = mend(self.found, self.records, self.edits, edits, self.moments) if self.is_even else None
        return None if records is None else replace(self, records=records, edits=edits, _bridges=Bridges(records))

    def moment_at(self, move: MoveJoint) -> ExchangeSides | None:
        """Of the limb that a joint is moved of, the moment that was put back on that frame: where the joint is seen."""
        from trackers.sides import limbs_of

        limbs = [[pair for pairs in limb for pair in pairs] for limb in limbs_of(self.found.header.skeleton)]
        pairs = next((limb for limb in limbs if any(move.joint in pair for pair in limb)), [])
        changes = [one for one in self.moments.changes if isinstance(one, ExchangeSides) and one.person == move.person]
        runs = [run for change in changes for run in change.runs_on(move.frame) if run[:2] in pairs]
        return ExchangeSides(move.person, tuple(runs)) if runs else None

    def shown(self, record: FrameRecord, edits: Edits) -> FrameRecord | None:
        """`record` corrected, smoothed and told of its gaps, where this is of it and `edits` fit."""
        steady = self.smoothed(record)
        return None if steady is None else edits.without_hidden(self._bridges.told(steady))

    def smoothed(self, record: FrameRecord) -> FrameRecord | None:
        """The same, not told of its gaps, and whoever is left out still in it."""
        return self.records[record.index] if self.found[record.index] is record else None


def shown_of(work: events.Work) -> Iterator[FrameRecord]:
    """Every frame that is known as it is shown, but for how sure what bridges a gap is."""
    steady = work.steady if work.steady is not None and work.steady.fits(work.edits) else None
    for record in work.recording:
        smoothed = steady.smoothed(record) if steady is not None else None
        yield work.edits.shown(record) if smoothed is None else work.edits.without_hidden(smoothed)


class Steadying:
    """Used by the player's thread. `tell` is given a command for the player when joints were smoothed apart."""

    def __init__(
        self,
        tell: Callable[[say.SteadyMade], None],
        notify: Callable[[events.Event], None],
        tell_trouble: Callable[[Exception], None],
        *,
        on: bool,
    ) -> None:
        self.on = on
        self._tell, self._notify, self._tell_trouble = tell, notify, tell_trouble
        self._thread: threading.Thread | None = None
        self.forget()

    def forget(self) -> None:
        """Another source: what is still being smoothed is not wanted any more."""
        self._made: Steady | None = None
        self._made_of: object = None
        self._asked: Edits | None = None  # the corrections of now
        self._too_far: Edits | None = None  # those that what was made could not be mended for
        self._bridges: Bridges | None = None
        self._version, self._changed_s = -1, 0.0
        self._passing = _Passing()
        self._wanted = object()  # whoever answers with another one answers too late
        self._is_busy = self._is_told = self._is_asked = False

    def close(self) -> None:
        self.forget()
        if self._thread is not None:
            self._thread.join(LEAVE_S)

    def obey(
        self, command: say.SetSteady | say.SteadyMade, live: LiveFeed | None, shown: Moment | None
    ) -> Moment | None:
        """Switch it on or off, or put in what was smoothed; returns what is to be shown now in the place of `shown`."""
        match command:
            case say.SetSteady(on):
                self.on, self._is_told, self._is_asked = on, False, on
                self._passing = _Passing()
                if live is not None:
                    live.steady(on)
                    if shown is not None and shown.record is not None:
                        shown = replace(shown, record=replace(shown.record, smoothed=None))
            case say.SteadyMade(asked, steady, error) if asked is self._wanted:
                self._is_busy = False
                if not self._is_better(steady):
                    self._made, self._too_far = steady, None
                if error is not None:
                    self._tell_trouble(error)
        self._notify(events.JointsChanged())
        return shown

    def look(self, file: FilePlayback | None, corrections: Corrections | None, lanes: Lanes, *, playing: bool) -> None:
        """Begin to smooth what is known, where that is still to be done. `lanes` change whenever that does.

        While something new is found with every frame that is played, what was smoothed before is enough.
        """
        if file is None or corrections is None or not len(file.recording):
            return
        if not self._applies(file.recording):
            self._tell_why_not(file.recording)
            return
        known, edits = file.recording, corrections.edits
        made_of, now = (lanes.version, edits.of_poses), time.monotonic()
        if self._version != lanes.version:
            self._version, self._changed_s = lanes.version, now
        more_comes = playing and now - self._changed_s < QUIET_S
        is_enough = more_comes and self._made is not None and self._made.fits(edits)
        if self._is_busy or made_of == self._made_of or is_enough:
            return
        self._made_of, self._is_busy = made_of, True
        work = partial(self._smooth, known.copy(), edits, self._wanted)
        self._thread = threading.Thread(target=work, name="skelter steadying", daemon=True)
        self._thread.start()

    def pass_by(self, record: FrameRecord | None, file: FilePlayback | None, corrections: Corrections | None) -> None:
        """A frame is about to be shown: where it is not smoothed with all others yet, it is for itself."""
        if record is None or file is None or corrections is None or not self._applies(file.recording):
            return
        if self._from_all(record, corrections.edits) is None:
            self._passing.step(record, corrections.edits)

    def shown(self, record: FrameRecord, edits: Edits, known: Recording | None) -> FrameRecord:
        """A record of `known` as it is to be shown: corrected, and smoothed where that is wanted and done.

        It is told of its gaps where it was smoothed before it was opened, too.
        """
        smooth = self._from_all(record, edits) or self._passing.shown(record, edits)
        return smooth or (edits.shown(record) if known is None else self._bridges_of(known, edits).shown(record))

    def _bridges_of(self, known: Recording, edits: Edits) -> Bridges:
        from app.exports.bridged import Bridges

        if self._bridges is None or self._bridges.recording is not known or self._bridges.edits is not edits:
            self._bridges = Bridges(known, edits)
        return self._bridges

    def made(self, edits: Edits) -> Steady | None:
        """What was smoothed last, where it is wanted and fits, or can be made to at once."""
        self._asked = edits
        if not self.on or self._made is None or self._made.fits(edits):
            return self._made if self.on else None
        if self._too_far is not None and self._too_far.of_poses == edits.of_poses:
            return None
        mended = self._made.mended(edits)
        if mended is None:
            self._too_far = edits
        else:
            self._made = mended
        return mended

    def seen_as(self, change: Change, edits: Edits) -> tuple[Change, ...]:
        """What is to be corrected, so that a joint that is moved is the one that was taken hold of.

        Where left and right were put back by themselves, that is corrected for good first.
        """
        made = self.made(edits)
        moment = made.moment_at(change) if made is not None and isinstance(change, MoveJoint) else None
        return (change,) if moment is None else (moment, change)

    def _is_better(self, late: Steady | None) -> bool:
        """Whether what was mended meanwhile is of the corrections of now, and what was smoothed apart is not."""
        now, made = self._asked, self._made
        return now is not None and made is not None and late is not None and made.fits(now) and not late.fits(now)

    def _applies(self, known: Recording) -> bool:
        from app.smoothing import why_not

        return self.on and known.header.smoothing is None and why_not(known.header) is None

    def _tell_why_not(self, known: Recording) -> None:
        """Once for a source, and each time that it is switched on; only then that a result was smoothed before."""
        from app.smoothing import why_not

        why = why_not(known.header) if self.on and known.header.smoothing is None else None
        if self._is_asked and known.header.smoothing is not None:
            why = UsageError("This result was smoothed before it was opened: it is shown as it is.")
        if why is not None and not self._is_told:
            self._is_told = True
            self._tell_trouble(why)

    def _from_all(self, record: FrameRecord, edits: Edits) -> FrameRecord | None:
        made = self.made(edits)
        return made.shown(record, edits) if made is not None else None

    def _smooth(self, known: Recording, edits: Edits, asked: object) -> None:
        steady, error = None, None
        try:
            steady = Steady.of(known, edits)
        except Exception as trouble:  # noqa: BLE001 - the thread's end: told to the user
            error = trouble
        self._tell(say.SteadyMade(asked, steady, error))


class _Passing:
    """Frames that were smoothed as they came, one after the other."""

    def __init__(self) -> None:
        self._smoother: LiveSmoother | None = None
        self._last: FrameRecord | None = None
        self._edits: Edits | None = None
        self._records: dict[int, tuple[FrameRecord, FrameRecord]] = {}  # by index: as found; corrected and smoothed

    def step(self, record: FrameRecord, edits: Edits) -> None:
        from app.certainty import MIN_SCORE
        from trackers.smoothing import LiveSmoother

        if self._edits is None or edits.of_poses != self._edits.of_poses:
            self._edits, self._last = edits, None
            self._records.clear()
        kept = self._records.get(record.index)
        if kept is not None and kept[0] is record:
            return
        last = self._last
        if last is None or record.index != last.index + 1 or record.time_s <= last.time_s:
            self._smoother = None
        self._smoother, self._last = self._smoother or LiveSmoother(), record
        corrected = edits.applied(record)
        smoothed = self._smoother.step(corrected.tracks, record.time_s, least_score=MIN_SCORE)
        if corrected.edited is not None:  # who put it there knew better
            smoothed[corrected.edited] = corrected.tracks.poses.keypoints[corrected.edited]
        self._records[record.index] = record, replace(corrected, smoothed=smoothed)
        for index in list(self._records)[:-REMEMBERED]:
            del self._records[index]

    def shown(self, record: FrameRecord, edits: Edits) -> FrameRecord | None:
        found, steady = self._records.get(record.index, (None, None))
        if steady is None or found is not record or self._edits is None or edits.of_poses != self._edits.of_poses:
            return None
        return edits.without_hidden(steady)
