"""Identity metrics: how much of the truth carries the right id over the whole sequence.

Ristani et al., "Performance measures and a data set for multi-target, multi-camera tracking", ECCV workshops 2016.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from scipy.optimize import linear_sum_assignment

from trackers.comparison import Comparison


@dataclass(frozen=True, slots=True)
class Identity:
    """Counts of one or more sequences; the figures follow from them."""

    IDTP: int = 0
    IDFN: int = 0
    IDFP: int = 0

    @property
    def IDP(self) -> float:
        return self.IDTP / max(1, self.IDTP + self.IDFP)

    @property
    def IDR(self) -> float:
        return self.IDTP / max(1, self.IDTP + self.IDFN)

    @property
    def IDF1(self) -> float:
        """2 IDTP / (2 IDTP + IDFP + IDFN) (equation 11)."""
        return self.IDTP / max(1.0, self.IDTP + 0.5 * (self.IDFP + self.IDFN))

    @classmethod
    def total(cls, parts: Iterable[Identity]) -> Identity:
        """Several sequences as one: the counts add up."""
        each = list(parts)
        return cls(sum(part.IDTP for part in each), sum(part.IDFN for part in each), sum(part.IDFP for part in each))


def identity(comparison: Comparison, threshold: float = 0.5) -> Identity:
    """IDTP, IDFN and IDFP of a sequence under the best one-to-one assignment of found to true identities.

    Each pair saves one miss and one false alarm for every frame in which it overlaps by `threshold` or more, so the
    assignment of least mistakes (section 2.2) is the one of most overlapping frames.
    """
    overlap = np.zeros((comparison.truth_count, comparison.result_count))
    for true, found, similarity in comparison:
        overlap[np.ix_(true, found)] += similarity >= threshold
    right = int(overlap[linear_sum_assignment(overlap, maximize=True)].sum())
    return Identity(
        IDTP=right,
        IDFN=int(comparison.truth_lengths.sum()) - right,
        IDFP=int(comparison.result_lengths.sum()) - right,
    )
