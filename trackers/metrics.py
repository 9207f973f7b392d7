"""How good is a tracking result? CLEAR, identity and HOTA figures of it by boxes or poses, and PoseTrack's own."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

import numpy as np

from engine.boxes import box_area, box_iou
from engine.errors import UsageError
from engine.skeletons import SKELETONS
from engine.types import F64
from trackers.clear import Clear, clear
from trackers.comparison import Comparison, Similarity, compare
from trackers.hota import Hota, hota
from trackers.identity import Identity, identity
from trackers.posetrack import PoseTrack, evaluate_posetrack
from trackers.sequences import People, Sequence
from trackers.similarity import BOX_TO_AREA, object_keypoint_similarity

__all__ = ["Clear", "Figures", "Hota", "Identity", "PoseTrack", "evaluate", "evaluate_posetrack", "lay_beside"]

# by name; of one that two skeletons have the later's counts: head_top as evaluations of PoseTrack18 take it
SIGMAS = {
    name: sigma
    for skeleton in SKELETONS.values()
    for name, sigma in zip(skeleton.keypoints, skeleton.sigmas.tolist(), strict=True)
}


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


def evaluate(truth: Sequence, result: Sequence, by: Literal["oks", "iou"] = "oks", threshold: float = 0.5) -> Figures:
    """Lay a result beside the truth, people being as alike as their poses (`oks`) or boxes (`iou`) are.

    CLEAR and identity figures take people for the same from a similarity of `threshold` on; HOTA takes all thresholds.
    Raises UsageError where poses are asked for and one of the two has none.
    """
    comparison = lay_beside(truth, result, by)
    return Figures(clear(comparison, threshold), identity(comparison, threshold), hota(comparison))


def lay_beside(truth: Sequence, result: Sequence, by: Literal["oks", "iou"] = "oks") -> Comparison:
    """The comparison that `evaluate` counts in. Poses are compared in the joints that both have, by name."""
    if by == "iou":
        return compare(truth, result, _box_similarity)
    names = tuple(name for name in truth.joints if name in result.joints and name in SIGMAS)
    if not names:
        lacking = truth if not truth.joints else result
        raise UsageError(f"{lacking.name} has no joints in common with the other; compare boxes (--similarity iou).")
    return compare(truth.in_joints(names), result.in_joints(names), _pose_similarity(names))


def _box_similarity(truth: People, result: People) -> F64:
    return box_iou(truth.boxes, result.boxes)


def _pose_similarity(names: tuple[str, ...]) -> Similarity:
    """OKS in these joints. The area is 0.53 of the true box, in place of the mask's that tracking data lack."""
    sigmas = np.array([SIGMAS[name] for name in names])

    def similarity(truth: People, result: People) -> F64:
        areas = BOX_TO_AREA * box_area(truth.boxes)
        return object_keypoint_similarity(
            truth.keypoints, truth.scores > 0.0, areas, result.keypoints, result.scores > 0.0, sigmas
        )

    return similarity
