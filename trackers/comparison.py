"""A result laid beside the truth, frame by frame: where all metrics start from."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from scipy.optimize import linear_sum_assignment

from engine.types import F64, I64
from trackers.sequences import People, Sequence

Similarity = Callable[[People, People], F64]  # the N true and M found people of a frame → [N, M], 0–1


@dataclass(frozen=True, eq=False, slots=True)
class Comparison:
    """Truth and result of one sequence, over F frames.

    truth_ids    per frame int64 [N], from 0 without gaps over the sequence
    result_ids   per frame int64 [M], likewise
    similarity   per frame float64 [N, M], 0–1
    truth_count, result_count   how many identities there are
    """

    truth_ids: tuple[I64, ...]
    result_ids: tuple[I64, ...]
    similarity: tuple[F64, ...]
    truth_count: int
    result_count: int

    def __iter__(self) -> Iterator[tuple[I64, I64, F64]]:
        """(true ids [N], found ids [M], similarity [N, M]) of each frame."""
        return zip(self.truth_ids, self.result_ids, self.similarity, strict=True)

    @property
    def truth_lengths(self) -> F64:
        """Number of frames [truth_count] that each true identity is in."""
        return np.bincount(_joined(self.truth_ids), minlength=self.truth_count).astype(np.float64)

    @property
    def result_lengths(self) -> F64:
        """Number of frames [result_count] that each found identity is in."""
        return np.bincount(_joined(self.result_ids), minlength=self.result_count).astype(np.float64)

    @classmethod
    def of(cls, frames: Iterable[tuple[I64, I64, F64]]) -> Comparison:
        """From (true ids [N], found ids [M], similarity [N, M]) of each frame, ids being any numbers."""
        rows = list(frames)
        truth, truth_count = _renumbered([row[0] for row in rows])
        result, result_count = _renumbered([row[1] for row in rows])
        return cls(truth, result, tuple(row[2] for row in rows), truth_count, result_count)


def compare(truth: Sequence, result: Sequence, similarity: Similarity) -> Comparison:
    """Lay `result` beside `truth`.

    Frames that nobody labelled are left out; where the truth is complete, what a result holds beyond it are false
    alarms. Neutral people of the truth go, and with them what was found on them; so does what lies in ignored regions.
    """
    indices = set(truth.frames) | set(result.frames) if truth.complete else set(truth.frames)
    people = [(truth.at(index), result.at(index)) for index in sorted(indices)]
    return Comparison.of(
        _counted(true.outside(true.ignore), found.outside(true.ignore), similarity) for true, found in people
    )


def _counted(true: People, found: People, similarity: Similarity) -> tuple[I64, I64, F64]:
    likeness = similarity(true, found)
    if not true.neutral.any():
        return true.ids, found.ids, likeness
    # MOTChallenge: the best assignment from a similarity of 0.5 on tells what was found on neutral people
    rows, columns = linear_sum_assignment(np.where(likeness >= 0.5, likeness, 0.0), maximize=True)
    on_neutral = columns[true.neutral[rows] & (likeness[rows, columns] >= 0.5)]
    left = np.setdiff1d(np.arange(len(found)), on_neutral)
    stays = np.flatnonzero(~true.neutral)
    return true.ids[stays], found.ids[left], likeness[np.ix_(stays, left)]


def _joined(ids: tuple[I64, ...]) -> I64:
    return np.concatenate(ids) if ids else np.zeros(0, np.int64)


def _renumbered(ids: list[I64]) -> tuple[tuple[I64, ...], int]:
    values, places = np.unique(_joined(tuple(ids)), return_inverse=True)
    if not ids:
        return (), 0
    ends = np.cumsum([len(frame) for frame in ids])[:-1]
    return tuple(np.split(places.astype(np.int64), ends)), len(values)
