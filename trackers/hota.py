"""HOTA: finding and keeping people in one number.

Luiten et al., "HOTA: a higher order metric for evaluating multi-object tracking", IJCV 2021. Pairs are found once per
frame by global alignment and counted at every threshold, as in TrackEval, the authors' own code.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from scipy.optimize import linear_sum_assignment

from engine.types import F64
from trackers.comparison import Comparison

ALPHAS = np.arange(0.05, 0.99, 0.05)  # the paper's 19 localisation thresholds
EPS = float(np.finfo(np.float64).eps)


@dataclass(frozen=True, eq=False, slots=True)
class Hota:
    """Sums at each of the 19 thresholds (float64 [19]) of one or more sequences; the figures are means over them.

    association  Σ over matched pairs c of A(c)
    similarity   Σ of the matched pairs' similarity
    """

    TP: F64
    FN: F64
    FP: F64
    association: F64
    similarity: F64

    @property
    def per_alpha(self) -> F64:
        """√(DetA · AssA) at each threshold (equation 9)."""
        detection = self.TP / np.maximum(1.0, self.TP + self.FN + self.FP)
        score: F64 = np.sqrt(detection * self.association / np.maximum(1.0, self.TP))
        return score

    @property
    def HOTA(self) -> float:
        return float(self.per_alpha.mean())

    @property
    def DetA(self) -> float:
        return float((self.TP / np.maximum(1.0, self.TP + self.FN + self.FP)).mean())

    @property
    def AssA(self) -> float:
        return float((self.association / np.maximum(1.0, self.TP)).mean())

    @property
    def LocA(self) -> float:
        """Mean similarity of the matches; 1 at a threshold where nothing matches."""
        return float(np.where(self.TP > 0, self.similarity / np.maximum(1.0, self.TP), 1.0).mean())

    @classmethod
    def total(cls, parts: Iterable[Hota]) -> Hota:
        """Several sequences as one (section 8 of the paper): sums of matches, so long sequences weigh more."""
        each = list(parts)

        def summed(name: str) -> F64:
            combined: F64 = np.sum([np.zeros(len(ALPHAS)), *(getattr(part, name) for part in each)], axis=0)
            return combined

        return cls(*(summed(name) for name in cls.__slots__))


def hota(comparison: Comparison) -> Hota:
    """The sums of HOTA over a sequence."""
    lengths, result_lengths = comparison.truth_lengths, comparison.result_lengths
    alignment = _global_alignment(comparison, lengths[:, None], result_lengths[None, :])
    pairs, values = [np.zeros((2, 0), np.int64)], [np.zeros(0)]
    for true, found, likeness in comparison:
        rows, columns = linear_sum_assignment(alignment[np.ix_(true, found)] * likeness, maximize=True)
        pairs.append(np.stack([true[rows], found[columns]]))
        values.append(likeness[rows, columns])

    # P pairs of identities ever paired: far fewer than there are, where a tracker gives thousands of ids
    (true, found), which = np.unique(np.concatenate(pairs, axis=1), axis=1, return_inverse=True)
    value = np.concatenate(values)
    good = value >= ALPHAS[:, None] - EPS  # [19, matches]
    matches = np.stack([np.bincount(which[each], minlength=len(true)) for each in good]).astype(np.float64)  # [19, P]
    hits = matches.sum(axis=1)
    return Hota(
        TP=hits,
        FN=lengths.sum() - hits,
        FP=result_lengths.sum() - hits,
        association=(matches**2 / (lengths[true] + result_lengths[found] - matches)).sum(axis=1),
        similarity=(good * value).sum(axis=1),
    )


def _global_alignment(comparison: Comparison, lengths: F64, result_lengths: F64) -> F64:
    """How well each true and each found identity agree over the whole sequence, [truth_count, result_count], 0–1: the
    Jaccard index of their frames, each frame weighed by how clearly the two belong together in it."""
    shared = np.zeros((comparison.truth_count, comparison.result_count))
    for true, found, similarity in comparison:
        rivals = similarity.sum(axis=0)[None, :] + similarity.sum(axis=1)[:, None] - similarity
        shared[np.ix_(true, found)] += np.divide(similarity, rivals, out=np.zeros_like(similarity), where=rivals > EPS)
    alignment: F64 = shared / np.maximum(lengths + result_lengths - shared, EPS)
    return alignment
