"""Scores for what only bridges a gap: in pictures, and in formats with no other way to tell how sure a joint is."""

from __future__ import annotations

from bisect import bisect_left
from collections import deque
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from itertools import pairwise
from pathlib import Path
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from app.edits import Edits
from app.exports.writer import Writer
from app.results import FrameRecord, Recording
from engine.types import F32, Bools

_T = TypeVar("_T", bound=np.generic)

_REMEMBERED = 1024  # frames: more than a long trail has
_NO_END, _NOT_MET = np.float32(np.nan), np.float32(np.inf)  # for the score at the end of a gap: none; not known yet


@dataclass(frozen=True, eq=False, slots=True)
class _Seen:
    """A frame, as its gaps are told and as it ends those of others.

    rows     of each person by id
    scores   float32 [N, K + 1], of the joints and, last, of the box
    bridged  bool [N, K + 1], which of them are of what only bridges a gap; of a box, if its person was not seen at all

    The `ends` of a frame, float32 [N, K + 1], are the scores where its gaps end on one side, `_NO_END` or `_NOT_MET`;
    what they hold for all that bridges none tells nothing.
    """

    record: FrameRecord
    rows: dict[int, int]
    scores: F32
    bridged: Bools

    @classmethod
    def of(cls, record: FrameRecord) -> _Seen:
        poses = record.tracks.poses
        scores = np.concatenate([poses.scores, poses.boxes.scores[:, None]], axis=1)
        bridged = np.zeros(scores.shape, np.bool_)
        if record.filled is not None:
            bridged[:, :-1] = record.filled
            bridged[:, -1] = record.filled.any(axis=1) & (poses.boxes.scores == 0)
        return cls(record, {person: row for row, person in enumerate(record.tracks.ids.tolist())}, scores, bridged)

    def all_ends(self, end: np.float32) -> F32:
        return np.full(self.scores.shape, end, np.float32)

    def ends(self, beside: _Seen, its_ends: F32) -> F32:
        """The ends on the side of the frame beside this one, by those that it has there itself.

        Who is bridged is in every frame until his gap ends: if he is missing in one, as where a correction makes
        somebody else of him in the middle of it, it has no end.
        """
        return self._theirs(beside, np.where(beside.bridged, its_ends, beside.scores), _NO_END)

    def still_open(self, ends: F32, beside: _Seen, its_open: Bools) -> Bools:
        """Which of its gaps have ends that are not known yet, of those that the frame beside it asks for."""
        return self.open(ends) & self._theirs(beside, its_open, np.False_)

    def open(self, ends: F32) -> Bools:
        """Which of its gaps have ends that are not known yet."""
        not_met: Bools = ends == _NOT_MET
        return self.bridged & not_met

    def _theirs(self, beside: _Seen, its: npt.NDArray[_T], missing: _T) -> npt.NDArray[_T]:
        """What the frame beside has of these people [N, K + 1]."""
        ids = self.record.tracks.ids
        if np.array_equal(ids, beside.record.tracks.ids):
            return its
        nobody = np.full((1, its.shape[1]), missing)
        return np.concatenate([its, nobody])[[beside.rows.get(person, -1) for person in ids.tolist()]]

    def told(self, begun: F32, ended: F32) -> FrameRecord:
        """The record with the lesser of the scores at the two ends of each gap; a gap without ends keeps its own."""
        sure = np.fmin(begun, ended)
        sure = np.where(np.isfinite(sure), sure, self.scores)
        return replace(self.record, bridged=np.where(self.bridged, sure, np.float32(np.nan)))


class Bridges:
    """The frames of a recording as corrected, told of what bridges a gap the scores it has in those formats.

    Looked up when a frame is shown, from those around it: of a long recording few are, and corrections change what the
    ends of a gap are. What was found is in them as it was.
    """

    def __init__(self, recording: Recording, edits: Edits | None = None) -> None:
        self.recording, self.edits = recording, Edits() if edits is None else edits  # empty ones are kept, too
        self._seen = lru_cache(_REMEMBERED)(partial(_corrected, self.edits))
        self._begun: dict[FrameRecord, F32] = {}  # the ends of each frame that a gap was walked through
        self._ended: dict[FrameRecord, F32] = {}
        self._frames = len(recording)

    def told(self, record: FrameRecord) -> FrameRecord:
        """A record of the recording; people left out by hand are in it."""
        if record.filled is None or not record.filled.any():
            return self.edits.applied(record)
        seen = self._seen(record)
        if not seen.bridged.any():
            return seen.record
        order = self.recording.indices
        if len(order) != self._frames:  # a new one may lie in a gap, or end one
            self._begun, self._ended, self._frames = {}, {}, len(order)
        place = bisect_left(order, record.index)
        begun = self._ends(self._begun, record, order, range(place - 1, -1, -1))
        ended = self._ends(self._ended, record, order, range(place + 1, len(order)))
        return seen.told(begun, ended)

    def shown(self, record: FrameRecord) -> FrameRecord:
        """A record of the recording without those left out: what is drawn and exported."""
        return self.edits.without_hidden(self.told(record))

    def _ends(self, known: dict[FrameRecord, F32], record: FrameRecord, order: list[int], places: range) -> F32:
        """The ends of a frame on the side of `places`, the nearest first.

        Each frame on the way there is given its own, so that no gap is walked through for each of its frames.
        """
        walked, newest = [record], self._seen(record)
        ends = known.get(record, newest.all_ends(_NOT_MET))
        open = newest.open(ends)
        others = (self.recording[order[place]] for place in places)
        while open.any():
            if (other := next(others, None)) is None:
                known[walked[-1]] = newest.all_ends(_NO_END)
                break
            walked.append(other)
            before, newest = newest, self._seen(other)
            ends = known.setdefault(other, newest.all_ends(_NOT_MET))
            open = newest.still_open(ends, before, open)
        for beside, one in pairwise(reversed(walked)):
            known[one] = self._seen(one).ends(self._seen(beside), known[beside])
        return known.get(record, ends)


def _corrected(edits: Edits, record: FrameRecord) -> _Seen:
    return _Seen.of(edits.applied(record))


@dataclass(eq=False, slots=True)
class _Held:
    """A frame to be written, and the ends of its gaps on both sides as far as they are known."""

    seen: _Seen
    begun: F32
    ended: F32

    @property
    def waits(self) -> bool:
        return self.seen.record.bridged is None and bool(self.seen.open(self.ended).any())


class BridgedScores:
    """A writer to which bridged joints come with the lesser of the scores at the two ends of their gap.

    Found in a gap they score next to nothing, and a person who was not seen 0, so readers who go by scores would leave
    out what was bridged. The box of such a person is as sure as those before and after. Frames wait until the ends of
    their gaps are there; those that were told already, which know more than a part that is written, do not.
    """

    def __init__(self, writer: Writer) -> None:
        self._writer = writer
        self.abort = writer.abort
        self._held: deque[_Held] = deque()
        self._last: _Held | None = None

    @property
    def paths(self) -> list[Path]:
        return self._writer.paths

    def write(self, record: FrameRecord) -> None:
        seen, last = _Seen.of(record), self._last
        begun = seen.all_ends(_NO_END) if last is None else seen.ends(last.seen, last.begun)
        self._last = _Held(seen, begun, seen.all_ends(_NOT_MET))
        self._held.append(self._last)
        self._end_gaps()
        self._let_go()

    def close(self) -> None:
        self._let_go(is_over=True)
        self._writer.close()

    def _end_gaps(self) -> None:
        """Tell those that wait of what ends in the newest: back to where all that does so began, not further."""
        for beside, one in pairwise(reversed(self._held)):
            ended = one.seen.ends(beside.seen, beside.ended)
            if not (one.seen.open(one.ended) & (ended != _NOT_MET)).any():
                return
            one.ended = ended

    def _let_go(self, *, is_over: bool = False) -> None:
        """Write what need not wait any longer."""
        while self._held and (is_over or not self._held[0].waits):
            held = self._held.popleft()
            is_told = held.seen.record.bridged is not None or not held.seen.bridged.any()
            self._writer.write(held.seen.record if is_told else held.seen.told(held.begun, held.ended))
