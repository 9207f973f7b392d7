"""Scores for what only bridges a gap: in pictures, and in formats with no other way to tell how sure a joint is."""

from __future__ import annotations

from bisect import bisect_left
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from itertools import islice
from pathlib import Path

import numpy as np

from app.edits import Edits
from app.exports.writer import Writer
from app.results import FrameRecord, Recording
from engine.types import F32, Bools

_REMEMBERED = 1024  # frames: more than a long trail has


@dataclass(frozen=True, eq=False, slots=True)
class _Seen:
    """A frame, as its gaps are told and as it ends those of others.

    rows     of each person by id
    scores   float32 [N, K + 1], of the joints and, last, of the box
    bridged  bool [N, K + 1], which of them are of what only bridges a gap; of a box, if its person was not seen at all
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

    def ends(self, frames: Iterable[_Seen]) -> tuple[F32, bool]:
        """The scores [N, K + 1] where its gaps end on one side; and whether further frames could tell more of them.

        frames  those of that side, the nearest first. Who is bridged is in every one until his gap ends: if he is
                missing in one, as where a correction makes somebody else of him in the middle of it, it has no end
        NaN where there is no end, and for all that bridges none.
        """
        found, open = np.full(self.scores.shape, np.nan, np.float32), self.bridged.copy()
        waiting = [(person, row) for person, row in self.rows.items() if open[row].any()]
        others = iter(frames)
        while waiting and (other := next(others, None)) is not None:
            for person, row in waiting.copy():
                its_row = other.rows.get(person)
                if its_row is None:
                    waiting.remove((person, row))
                    continue
                goes_on = other.bridged[its_row]
                met = open[row] & ~goes_on
                found[row, met] = other.scores[its_row, met]
                open[row] &= goes_on
                if not open[row].any():
                    waiting.remove((person, row))
        return found, bool(waiting)

    def told(self, begun: F32, ended: F32) -> FrameRecord:
        """The record with the lesser of the scores at the two ends of each gap; a gap without ends keeps its own."""
        sure = np.fmin(begun, ended)
        return replace(self.record, bridged=np.where(self.bridged & np.isnan(sure), self.scores, sure))

    def carrying(self, begun: F32) -> _Seen:
        """The same as the only frame before another has to know: what it bridges is as sure as where that began."""
        scores = np.where(self.bridged, begun, self.scores)
        return replace(self, scores=scores, bridged=np.isnan(scores) & self.bridged)


class Bridges:
    """The frames of a recording as corrected, told of what bridges a gap the scores it has in those formats.

    Looked up when a frame is shown, from those around it: of a long recording few are, and corrections change what the
    ends of a gap are. What was found is in them as it was.
    """

    def __init__(self, recording: Recording, edits: Edits | None = None) -> None:
        self.recording, self.edits = recording, edits or Edits()
        self._seen = lru_cache(_REMEMBERED)(partial(_corrected, self.edits))

    def told(self, record: FrameRecord) -> FrameRecord:
        """A record of the recording; people left out by hand are in it."""
        if record.filled is None or not record.filled.any():
            return self.edits.applied(record)
        seen = self._seen(record)
        if not seen.bridged.any():
            return seen.record
        order = self.recording.indices
        place = bisect_left(order, record.index)
        begun, _ = seen.ends(self._at(order, range(place - 1, -1, -1)))
        ended, _ = seen.ends(self._at(order, range(place + 1, len(order))))
        return seen.told(begun, ended)

    def shown(self, record: FrameRecord) -> FrameRecord:
        """A record of the recording without those left out: what is drawn and exported."""
        return self.edits.without_hidden(self.told(record))

    def _at(self, order: list[int], places: range) -> Iterator[_Seen]:
        records = (self.recording[order[place]] for place in places)
        return (self._seen(record) for record in records if record is not None)


def _corrected(edits: Edits, record: FrameRecord) -> _Seen:
    return _Seen.of(edits.applied(record))


class BridgedScores:
    """A writer to which bridged joints come with the lesser of the scores at the two ends of their gap.

    Found in a gap they score next to nothing, and a person who was not seen 0, so readers who go by scores would leave
    out what was bridged. The box of such a person is as sure as those before and after. Frames wait until the ends of
    their gaps are there; those that were told already, which know more than a part that is written, do not.
    """

    def __init__(self, writer: Writer) -> None:
        self._writer = writer
        self.abort = writer.abort
        self._held: deque[tuple[_Seen, F32]] = deque()  # each with the scores where its gaps began
        self._last: list[_Seen] = []

    @property
    def paths(self) -> list[Path]:
        return self._writer.paths

    def write(self, record: FrameRecord) -> None:
        seen = _Seen.of(record)
        begun, _ = seen.ends(self._last)
        self._last = [seen.carrying(begun)]
        self._held.append((seen, begun))
        self._let_go()

    def close(self) -> None:
        self._let_go(is_over=True)
        self._writer.close()

    def _let_go(self, *, is_over: bool = False) -> None:
        """Write what need not wait any longer."""
        while self._held:
            seen, begun = self._held[0]
            if seen.record.bridged is not None:
                self._writer.write(seen.record)
            else:
                ended, waits = seen.ends(after for after, _ in islice(self._held, 1, None))
                if waits and not is_over:
                    return
                self._writer.write(seen.told(begun, ended) if seen.bridged.any() else seen.record)
            self._held.popleft()
