"""Scores for what only bridges a gap, in the formats that have no other way to tell how sure a joint is."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from app.exports.writer import Writer
from app.results import FrameRecord
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
        return replace(self.record, tracks=replace(tracks, poses=replace(poses, scores=scores[:, :-1], boxes=boxes)))


class BridgedScores:
    """A writer to which bridged joints come with the lesser of the scores at the two ends of their gap.

    Found in a gap they score next to nothing, and a person who was not seen 0, so readers who go by scores would leave
    out what was bridged. The box of such a person is as sure as those before and after. Frames wait until the ends of
    their gaps are there.
    """

    def __init__(self, writer: Writer) -> None:
        self._writer = writer
        self.abort = writer.abort
        self._held: deque[_Held] = deque()
        self._last: dict[int, F32] = {}  # of each person by id, the scores where he was last seen

    @property
    def paths(self) -> list[Path]:
        return self._writer.paths

    def write(self, record: FrameRecord) -> None:
        scores, bridged = _scores(record), _bridged(record)
        unknown = np.full(scores.shape[1], np.nan, np.float32)
        rows = dict(zip(record.tracks.ids.tolist(), range(len(scores)), strict=True))
        for held in self._held:
            self._meet(held, rows, scores, bridged)
        begun = np.array([self._last.get(person_id, unknown) for person_id in rows], np.float32).reshape(scores.shape)
        met = np.where(bridged, begun, scores)
        self._last.update(zip(rows, met, strict=True))
        self._held.append(_Held(record, met.copy(), bridged))
        while self._held and not self._held[0].open.any():
            self._writer.write(self._held.popleft().told())

    def close(self) -> None:
        for held in self._held:
            self._writer.write(held.told())
        self._held.clear()
        self._writer.close()

    def _meet(self, held: _Held, rows: dict[int, int], scores: F32, bridged: Bools) -> None:
        """Ends the gaps of a held frame's people who are seen now."""
        for row, person_id in enumerate(held.record.tracks.ids.tolist()):
            if person_id in rows:
                ends = held.open[row] & ~bridged[rows[person_id]]
                held.scores[row, ends] = np.fmin(held.scores[row, ends], scores[rows[person_id], ends])
                held.open[row, ends] = False


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
