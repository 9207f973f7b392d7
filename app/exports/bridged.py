"""Scores for what only bridges a gap: in pictures, and in formats with no other way to tell how sure a joint is."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from app.exports.writer import Writer
from app.results import FrameRecord, Recording
from engine.types import F32, Bools, Boxes


@dataclass(frozen=True, eq=False, slots=True)
class _Held:
    """A frame with what is known so far of the gaps it lies in.

    scores  float32 [N, K + 1], of the joints and the box; of what is bridged the least at the ends met, NaN before any
    open    bool [N, K + 1], what is bridged and has not met the gap's other end
    """

    record: FrameRecord
    scores: F32
    open: Bools

    def told(self) -> FrameRecord:
        tracks = self.record.tracks
        poses = tracks.poses
        scores = np.where(np.isnan(self.scores), _scores(self.record), self.scores)  # a gap without ends keeps its own
        boxes = Boxes(poses.boxes.xyxy, scores[:, -1])
        poses = replace(poses, scores=scores[:, :-1], boxes=boxes)
        return replace(self.record, tracks=replace(tracks, poses=poses), bridged=None)


class BridgedScores:
    """A writer to which bridged joints come with the lesser of the scores at the two ends of their gap.

    Found in a gap they score next to nothing, and a person who was not seen 0, so readers who go by scores would leave
    out what was bridged. The box of such a person is as sure as those before and after. Frames wait until the ends of
    their gaps are there. Who is bridged is in every frame until his gap ends: if he is missing in one, as where a
    correction makes somebody else of him in the middle of it, it has no other end.
    """

    def __init__(self, writer: Writer) -> None:
        self._writer = writer
        self.abort = writer.abort
        self._held: deque[_Held] = deque()
        self._waiting: dict[int, list[tuple[_Held, int]]] = {}  # of each person in a gap by id, his rows that are open
        self._last: dict[int, F32] = {}  # of each person by id, the scores where he was last seen

    @property
    def paths(self) -> list[Path]:
        return self._writer.paths

    def write(self, record: FrameRecord) -> None:
        scores, bridged = _scores(record), _bridged(record)
        unknown = np.full(scores.shape[1], np.nan, np.float32)
        ids = record.tracks.ids.tolist()
        self._meet(dict(zip(ids, scores, strict=True)), dict(zip(ids, bridged, strict=True)))
        begun = np.array([self._last.get(person_id, unknown) for person_id in ids], np.float32).reshape(scores.shape)
        met = np.where(bridged, begun, scores)
        self._last.update(zip(ids, met, strict=True))
        held = _Held(record, met.copy(), bridged)
        self._held.append(held)
        for row in np.flatnonzero(bridged.any(axis=1)).tolist():
            self._waiting.setdefault(ids[row], []).append((held, row))
        while self._held and not self._held[0].open.any():
            self._writer.write(self._held.popleft().told())

    def close(self) -> None:
        for held in self._held:
            self._writer.write(held.told())
        self._held.clear()
        self._writer.close()

    def _meet(self, scores: dict[int, F32], bridged: dict[int, Bools]) -> None:
        """Ends the gaps of people who are seen in the next frame, or are not in it; both by id, [K + 1]."""
        for person_id, waiting in list(self._waiting.items()):
            newest, its_row = waiting[-1]
            if person_id not in scores:
                for held, row in waiting:
                    held.open[row] = False
            elif (ends := newest.open[its_row] & ~bridged[person_id]).any():  # what is open in earlier ones is in it
                for held, row in waiting:
                    met = held.open[row] & ends
                    held.scores[row, met] = np.fmin(held.scores[row, met], scores[person_id][met])
                    held.open[row, met] = False
            else:
                continue
            self._waiting[person_id] = [(held, row) for held, row in waiting if held.open[row].any()]
            if not self._waiting[person_id]:
                del self._waiting[person_id]


def with_bridges(recording: Recording) -> Recording:
    """A recording to be drawn: told, of what only bridges a gap, the scores that it has in those formats.

    What was found is in its records as it was. Nothing is to be told where nothing is bridged.
    """
    if all(record.filled is None for record in recording):
        return recording
    records, are_bridged = list(recording), [_bridged(record) for record in recording]
    holds = np.array([False, *(bridged.any() for bridged in are_bridged), False])
    told: dict[int, FrameRecord] = {}
    writer = BridgedScores(_Keeper(told))
    for record, meets in zip(records, holds[:-2] | holds[1:-1] | holds[2:], strict=True):
        if meets:  # a gap, or one of its ends
            writer.write(record)
    writer.close()
    made = Recording(recording.header)
    for record, bridged in zip(records, are_bridged, strict=True):
        scores = np.where(bridged, _scores(told[record.index]), np.float32(np.nan)) if bridged.any() else None
        made.add(replace(record, bridged=scores) if scores is not None else record)
    return made


class _Keeper:
    """A writer into memory."""

    def __init__(self, told: dict[int, FrameRecord]) -> None:
        self.paths: list[Path] = []
        self._told = told

    def write(self, record: FrameRecord) -> None:
        self._told[record.index] = record

    def close(self) -> None: ...

    abort = close


def _scores(record: FrameRecord) -> F32:
    """Of the joints and, last, of the box, [N, K + 1]."""
    poses = record.tracks.poses
    return np.concatenate([poses.scores, poses.boxes.scores[:, None]], axis=1)


def _bridged(record: FrameRecord) -> Bools:
    """Which of `_scores` are of what only bridges a gap; of a box, if its person was not seen at all."""
    poses = record.tracks.poses
    if record.filled is None:
        return np.zeros((len(poses.scores), poses.scores.shape[1] + 1), np.bool_)
    unseen = record.filled.any(axis=1) & (poses.boxes.scores == 0)
    return np.concatenate([record.filled, unseen[:, None]], axis=1)
