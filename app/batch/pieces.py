"""A long video in pieces that overlap: each is followed by itself, and their people are joined across the seams.

A piece begins long before its own first frame, so that its tracker knows at the seam whom one that had seen everything
would know: `OVERLAP_S` is how long the tracker remembers somebody out of sight, and a little.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from types import TracebackType
from typing import Self

import numpy as np
from scipy.optimize import linear_sum_assignment

from app.results import FrameRecord, Recording
from app.reunion import same_people, with_ids
from engine.types import Frame
from engine.video import SourceInfo
from engine.video.file import FileSource
from trackers.lifecycle import LifeSettings

OVERLAP_S = LifeSettings().max_lost_s + 2.0
PIECE_S = 600.0
_FADES_S = 2.0  # seconds before the seam after which what was seen counts e times less


@dataclass(frozen=True, slots=True)
class Piece:
    """Frames `first` … `end` - 1 of a video (`end` None: to its end), followed from frame `begin` on."""

    number: int
    begin: int
    first: int
    end: int | None


def plan(
    key_frames: list[tuple[int, float]], duration_s: float | None, piece_s: float, overlap_s: float
) -> list[Piece]:
    """Pieces of about `piece_s` seconds, their seams at key frames (index, time); one piece where there are none.

    A last piece is never shorter than half the others.
    """
    seams: list[tuple[int, float]] = []
    due_s = piece_s
    for index, time_s in key_frames:
        if time_s >= due_s and (duration_s is None or duration_s - time_s >= piece_s / 2):
            seams.append((index, time_s))
            due_s = time_s + piece_s
    firsts = [(0, 0.0), *seams]
    pieces = []
    for number, (first, time_s) in enumerate(firsts):
        begin = max((index for index, at_s in key_frames if at_s <= time_s - overlap_s), default=0)
        end = firsts[number + 1][0] if number + 1 < len(firsts) else None
        pieces.append(Piece(number, begin if number else 0, first, end))
    return pieces


class Section:
    """Frames of a video file from `begin` to before `end`, as a Source."""

    def __init__(self, source: FileSource, begin: int, end: int | None) -> None:
        self._source, self._begin, self._end = source, begin, end

    @property
    def info(self) -> SourceInfo:
        return self._source.info

    def __iter__(self) -> Iterator[Frame]:
        if self._begin:
            self._source.seek(self._begin)
        for frame in self._source:
            if self._end is not None and frame.index >= self._end:
                return
            yield frame

    def end_of(self, index: int) -> float | None:
        return self._source.end_of(index)

    def close(self) -> None:
        self._source.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def joined(pieces: Iterable[tuple[Piece, Recording]]) -> Iterator[FrameRecord]:
    """The records of a whole video, in order, out of those of its pieces: each frame once, each person under one id.

    Two pieces are held at a time. Ids of people who come up first in a later piece follow on those before.
    """
    before: Recording | None = None
    last_id = 0
    for piece, recording in pieces:
        names = {} if before is None else known_again(before, recording, piece.first)
        renamed = Recording(recording.header)
        for record in recording:
            if record.index < piece.first:
                continue
            for person_id in record.tracks.ids.tolist():
                if person_id not in names:
                    last_id += 1
                    names[person_id] = last_id
            renamed.add(with_ids(record, names))
            yield renamed[record.index]  # type: ignore[misc]  # just added
        before = renamed


def known_again(before: Recording, after: Recording, seam: int) -> dict[int, int]:
    """Who of `after` is who of `before`: ids there → here, by the boxes in the frames before `seam` that both have."""
    seam_record = after[seam]
    shared = [(record, before[record.index]) for record in after if record.index < seam]
    theirs = sorted({person_id for record, _ in shared for person_id in record.tracks.ids.tolist()})
    ours = sorted({person_id for _, known in shared if known is not None for person_id in known.tracks.ids.tolist()})
    votes = np.zeros((len(theirs), len(ours)))
    at_s = seam_record.time_s if seam_record is not None else (shared[-1][0].time_s if shared else 0.0)
    for record, known in shared:
        if known is not None:
            weight = math.exp((record.time_s - at_s) / _FADES_S)
            for there, here in same_people(record.tracks, known.tracks):
                votes[theirs.index(there), ours.index(here)] += weight
    rows, columns = linear_sum_assignment(-votes)
    return {theirs[row]: ours[column] for row, column in zip(rows, columns, strict=True) if votes[row, column] > 0}
