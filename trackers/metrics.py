"""How good is a tracking result? CLEAR, identity and HOTA figures of it, by boxes or by poses."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from engine.skeletons import COCO
from engine.types import F64
from trackers.clear import Clear, clear
from trackers.comparison import Similarity, compare
from trackers.hota import Hota, hota
from trackers.identity import Identity, identity
from trackers.sequences import People, Sequence
from trackers.similarity import BOX_TO_AREA, box_area, box_iou, object_keypoint_similarity


@dataclass(frozen=True, slots=True)
class Figures:
    """What the three families of metrics say of one or more sequences."""

    clear: Clear
    identity: Identity
    hota: Hota

    @classmethod
    def total(cls, parts: Iterable[Figures]) -> Figures:
        """Several sequences as one."""
        each = list(parts)
        return cls(
            Clear.total(part.clear for part in each),
            Identity.total(part.identity for part in each),
            Hota.total(part.hota for part in each),
        )


def evaluate(truth: Sequence, result: Sequence, similarity: Similarity, threshold: float = 0.5) -> Figures:
    """Lay a result beside the truth; CLEAR and identity figures take people for the same from `threshold` on."""
    comparison = compare(truth, result, similarity)
    return Figures(clear(comparison, threshold), identity(comparison, threshold), hota(comparison))


def iou_similarity(truth: People, result: People) -> F64:
    """Intersection over union of the boxes, [N, M]."""
    return box_iou(truth.boxes, result.boxes)


def oks_similarity(truth: People, result: People) -> F64:
    """OKS of the poses, [N, M], both in COCO's 17 joints; a joint counts where its score is above 0.

    The area is 0.53 of the true box; COCO takes the area of a mask, which tracking data lack.
    """
    areas = BOX_TO_AREA * box_area(truth.boxes)
    return object_keypoint_similarity(
        truth.keypoints,
        truth.scores > 0.0,
        areas,
        result.keypoints,
        result.scores > 0.0,
        COCO.sigmas.astype(np.float64),
    )
