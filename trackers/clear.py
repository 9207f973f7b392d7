"""CLEAR MOT: what is found, missed and made up, frame by frame, and how often an identity changes.

Bernardin and Stiefelhagen, "Evaluating multiple object tracking performance: the CLEAR MOT metrics", 2008; mostly
tracked, mostly lost and fragmentations: Li, Huang and Nevatia, CVPR 2009. Where the papers leave a choice, that of
TrackEval, the reference of MOTChallenge.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields

import numpy as np
from scipy.optimize import linear_sum_assignment

from engine.types import F64, I64
from trackers.comparison import Comparison

EPS = float(np.finfo(np.float64).eps)
CONTINUED = 1000.0  # a pair of the frame before is kept before any gain in similarity


@dataclass(frozen=True, slots=True)
class Clear:
    """Counts of one or more sequences; the figures follow from them."""

    TP: int = 0
    FN: int = 0
    FP: int = 0
    IDSW: int = 0
    Frag: int = 0
    MT: int = 0
    PT: int = 0
    ML: int = 0
    similarity: float = 0.0

    @property
    def MOTA(self) -> float:
        """1 − (FN + FP + IDSW) / number of true people; below 0 where mistakes outnumber them, 0 where nobody is."""
        if self.TP + self.FN == 0:  # as TrackEval has it of a sequence
            return 0.0
        return (self.TP - self.FP - self.IDSW) / (self.TP + self.FN)

    @property
    def MOTP(self) -> float:
        """Mean similarity of the pairs that match (not the paper's distance)."""
        return self.similarity / max(1, self.TP)

    @property
    def recall(self) -> float:
        return self.TP / max(1, self.TP + self.FN)

    @property
    def precision(self) -> float:
        return self.TP / max(1, self.TP + self.FP)

    @classmethod
    def total(cls, parts: Iterable[Clear]) -> Clear:
        """Several sequences as one: the counts add up."""
        each = list(parts)
        return cls(**{field.name: sum(getattr(part, field.name) for part in each) for field in fields(cls)})


def clear(comparison: Comparison, threshold: float = 0.5) -> Clear:
    """CLEAR MOT of a sequence; two people match from a similarity of `threshold` on.

    A pair of the last frame stays together while it matches, the others are joined for the greatest sum of
    similarities. A switch is a person matched to another id than the last time he was matched at all, a fragmentation a
    person matched again after frames without. Mostly tracked: matched in more than 80 % of his frames; mostly lost: in
    less than 20 %.
    A frame without truth or without result leaves the memory of the frame before as it is (TrackEval).
    """
    last = np.full(comparison.truth_count, -1)  # id when last matched
    before = np.full(comparison.truth_count, -1)  # id in the frame before
    matched = np.zeros(comparison.truth_count)
    begun = np.zeros(comparison.truth_count)
    hits = switches = 0
    similarity = 0.0
    for true, found, likeness in comparison:
        if not len(true) or not len(found):
            continue
        rows, columns = _pairs(before[true], found, likeness, threshold)
        who, ids = true[rows], found[columns]
        switches += int(np.count_nonzero((last[who] >= 0) & (last[who] != ids)))
        begun[who] += before[who] < 0
        matched[who] += 1
        last[who] = ids
        before[:] = -1
        before[who] = ids
        hits += len(who)
        similarity += float(likeness[rows, columns].sum())

    lengths = comparison.truth_lengths
    share = matched / np.maximum(lengths, 1.0)
    mostly_tracked = int(np.count_nonzero(share > 0.8))
    mostly_lost = int(np.count_nonzero(share < 0.2))
    return Clear(
        TP=hits,
        FN=int(lengths.sum()) - hits,
        FP=int(comparison.result_lengths.sum()) - hits,
        IDSW=switches,
        Frag=int(np.clip(begun - 1, 0, None).sum()),
        MT=mostly_tracked,
        PT=len(share) - mostly_tracked - mostly_lost,
        ML=mostly_lost,
        similarity=similarity,
    )


def _pairs(before: I64, found: I64, similarity: F64, threshold: float) -> tuple[I64, I64]:
    """Rows and columns of the pairs that match; `before` [N] is the id each true person had in the frame before."""
    worth = similarity + CONTINUED * (before[:, None] == found[None, :])
    worth[similarity < threshold - EPS] = 0.0
    rows, columns = linear_sum_assignment(worth, maximize=True)
    kept = worth[rows, columns] > EPS
    return rows[kept], columns[kept]
