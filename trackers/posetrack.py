"""PoseTrack's own figures: average precision and CLEAR MOT of every joint, a joint being right within half a head.

Andriluka et al., "PoseTrack: a benchmark for human pose estimation and tracking", CVPR 2018; rules of the benchmark's
poseval. Head size is 0.6 of the diagonal of the head's box.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

import numpy as np
from scipy.optimize import linear_sum_assignment

from engine.errors import UsageError
from engine.types import F64, I64, Bools
from trackers.posetrack_joints import JOINTS, in_posetrack_joints
from trackers.sequences import People, Sequence

COLUMNS: Mapping[str, tuple[int, ...]] = {  # of the benchmark's tables
    "Head": (14, 12, 13), "Shou": (8, 9), "Elb": (7, 10), "Wri": (6, 11), "Hip": (2, 3), "Knee": (1, 4),
    "Ankl": (0, 5), "Total": tuple(range(15)),
}  # fmt: skip
PCKH, HEAD = 0.5, 0.6
FAR = 1e6  # no sum of distances within PCKH reaches it


@dataclass(frozen=True, eq=False, slots=True)
class PoseTrack:
    """Counts over one or more sequences, and what follows from them; every figure is float64 [15], 0–1.

    objects, misses, switches, false_alarms, matches   of each joint
    distance   Σ over matches, in head sizes
    AP         average precision; NaN for a joint that the truth never has
    """

    objects: F64
    misses: F64
    switches: F64
    false_alarms: F64
    matches: F64
    distance: F64
    AP: F64

    @property
    def MOTA(self) -> F64:
        mistakes = self.misses + self.switches + self.false_alarms
        return _over(self.objects - mistakes, self.objects)

    @property
    def MOTP(self) -> F64:
        """1 − mean distance of the matches in head sizes."""
        return 1.0 - _over(self.distance, self.matches)

    @property
    def precision(self) -> F64:
        return _over(self.matches, self.matches + self.false_alarms)

    @property
    def recall(self) -> F64:
        return _over(self.matches, self.objects)


def columns(values: F64) -> dict[str, float]:
    """Figures [15] as the benchmark prints them: means over the joints of a column, NaN where none has a figure."""
    picked = {name: values[list(joints)] for name, joints in COLUMNS.items()}
    return {name: float(np.nanmean(part)) if np.isfinite(part).any() else float("nan") for name, part in picked.items()}


def evaluate_posetrack(
    pairs: Iterable[tuple[Sequence, Sequence]], *, joint_threshold: float = 0.0, as_poseval: bool = False
) -> PoseTrack:
    """PoseTrack's figures of (truth, result) pairs, all sequences together.

    Joints scored below `joint_threshold` are left out of the result before anything is counted: that raises MOTA and
    lowers AP, so name it beside both. poseval leaves the last frame of every sequence out of MOTA (not out of AP);
    `as_poseval` does the same, for comparing with published figures. Results in COCO's joints are turned
    into PoseTrack's. Raises UsageError where the truth labels no heads, which give the measure.
    """
    counts, scored = np.zeros((6, 15)), list[_Frame]()
    for truth, result in pairs:
        frames = _frames(in_posetrack_joints(truth), in_posetrack_joints(_confident(result, joint_threshold)))
        scored += frames
        counts += _count(frames[:-1] if as_poseval else frames)
    objects, misses, switches, false_alarms, matches, distance = counts
    precision = _average_precision(scored)
    return PoseTrack(objects, misses, switches, false_alarms, matches, distance, precision)


def _confident(sequence: Sequence, threshold: float) -> Sequence:
    frames = {
        index: replace(people, scores=np.where(people.scores < threshold, 0.0, people.scores))
        for index, people in sequence.frames.items()
    }
    return replace(sequence, frames=frames)


@dataclass(frozen=True, eq=False, slots=True)
class _Frame:
    """N true and M found people: distances [N, M, 15] in head sizes (inf where a joint of either is not there)."""

    truth_ids: I64
    result_ids: I64
    labelled: Bools  # [N, 15]
    present: Bools  # [M, 15]
    scores: F64  # [M, 15]
    distance: F64


def _frames(truth: Sequence, result: Sequence) -> list[_Frame]:
    """Frames with true people, what lies in ignored regions taken out of both."""
    frames = []
    for index in sorted(truth.frames):
        ignore = truth.frames[index].ignore
        people = truth.frames[index].outside(ignore)
        people = people[np.flatnonzero((people.scores > 0.0).any(axis=1))]
        if len(people):
            frames.append(_frame(truth.name, people, result.at(index).outside(ignore)))
    return frames


def _frame(name: str, truth: People, result: People) -> _Frame:
    size = HEAD * np.linalg.norm(truth.heads[:, 2:] - truth.heads[:, :2], axis=1)
    if not (size > 0.0).all():
        raise UsageError(
            f"{name} has people without the box of their head, PoseTrack's measure; use PoseTrack18 truth."
        )
    labelled, present = truth.scores > 0.0, result.scores > 0.0
    apart = np.linalg.norm(truth.keypoints[:, None] - result.keypoints[None], axis=3) / size[:, None, None]
    distance = np.where(labelled[:, None] & present[None], apart, np.inf)
    return _Frame(truth.ids, result.ids, labelled, present, result.scores, distance)


def _average_precision(frames: list[_Frame]) -> F64:
    """Area under precision over recall of each joint, [15], precision made monotone, as in Pascal VOC."""
    result = np.full(15, np.nan)
    if not frames:
        return result
    objects = np.sum([frame.labelled.sum(axis=0) for frame in frames], axis=0)
    scores = np.concatenate([frame.scores for frame in frames])
    right = np.concatenate([_right(frame) for frame in frames])
    present = np.concatenate([frame.present for frame in frames])
    for joint in np.flatnonzero(objects):
        there = present[:, joint]
        order = np.argsort(-scores[there, joint], kind="stable")
        hits = np.cumsum(right[there, joint][order])
        recall = np.concatenate([[0.0], hits / objects[joint], [1.0]])
        precision = np.concatenate([[0.0], hits / np.arange(1, len(hits) + 1), [0.0]])
        precision = np.maximum.accumulate(precision[::-1])[::-1]
        result[joint] = (np.diff(recall) * precision[1:]).sum()
    return result


def _right(frame: _Frame) -> Bools:
    """Which found joints are right, [M, 15]: those near the same joint of the person that the pose is assigned to.

    A pose goes to the person of whom it has the greatest share of labelled joints right (PCK), a person keeps the best
    of the poses that went to him; the others are wrong as a whole.
    """
    near = frame.distance <= PCKH
    right = np.zeros(frame.present.shape, np.bool_)
    if not len(frame.result_ids):
        return right
    pck = near.sum(axis=2) / np.maximum(frame.labelled.sum(axis=1), 1)[:, None]  # [N, M]
    best = pck.argmax(axis=0)
    pck[np.arange(len(pck))[:, None] != best[None, :]] = 0.0
    chosen = pck.argmax(axis=1)
    for person in np.flatnonzero(pck.max(axis=1) > 0.0):
        right[chosen[person]] = near[person, chosen[person]]
    return right


def _count(frames: list[_Frame]) -> F64:
    """CLEAR MOT of each joint over a sequence, [6, 15] in the order of `PoseTrack`'s fields, as py-motmetrics counts:
    a pair once made is kept whenever it can be, also after frames without it, and a switch is a person's joint paired
    with another id than the last time."""
    counts = np.zeros((6, 15))
    last: list[dict[int, int]] = [{} for _ in JOINTS]  # true id → found id when last paired
    for frame in frames:
        for joint, memory in enumerate(last):
            rows, columns = np.flatnonzero(frame.labelled[:, joint]), np.flatnonzero(frame.present[:, joint])
            distance = frame.distance[np.ix_(rows, columns)][:, :, joint]
            true, found = frame.truth_ids[rows].tolist(), frame.result_ids[columns].tolist()
            pairs = _pairs(memory, true, found, distance)
            switches = sum(memory.get(true[row], found[column]) != found[column] for row, column in pairs)
            apart = sum(float(distance[pair]) for pair in pairs)
            misses, false_alarms = len(true) - len(pairs), len(found) - len(pairs)
            counts[:, joint] += [len(true), misses, switches, false_alarms, len(pairs), apart]
            memory.update((true[row], found[column]) for row, column in pairs)
    return counts


def _pairs(memory: dict[int, int], true: list[int], found: list[int], distance: F64) -> list[tuple[int, int]]:
    """(row, column) of the joints paired in a frame: first those that were, then most at least distance."""
    column_of = {name: column for column, name in enumerate(found)}
    pairs: list[tuple[int, int]] = []
    for row, person in enumerate(true):
        column = column_of.get(memory.get(person, -1))
        if column is not None and distance[row, column] <= PCKH:
            pairs.append((row, column))
            del column_of[found[column]]  # two people may have had the same id: the first keeps it
    rows = np.setdiff1d(np.arange(len(true)), [row for row, _ in pairs])
    columns = np.array(sorted(column_of.values()), np.int64)
    cost = distance[np.ix_(rows, columns)]
    solved = linear_sum_assignment(np.where(cost <= PCKH, cost, FAR))
    return pairs + [(int(rows[r]), int(columns[c])) for r, c in zip(*solved, strict=True) if cost[r, c] <= PCKH]


def _over(part: F64, whole: F64) -> F64:
    ratio: F64 = np.divide(part, whole, out=np.full(len(part), np.nan), where=whole > 0.0)
    return ratio
