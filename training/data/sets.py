"""Data sets of poses as a training or an evaluation sees them: people, their skeleton, and how answers are scored."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np

from engine.ranking import person_scores
from engine.skeletons import COCO, MPII, POSETRACK, Skeleton
from engine.types import F32
from training.data.coco import Record, load_people, read_truth
from training.data.mpii import load_mpii, read_heads
from training.data.people import DatasetError, Person, Skips
from training.data.posetrack import load_posetrack, truth_of
from training.metrics import keypoint_results, keypoint_stats, pckh

SKELETON_OF: Mapping[str, Skeleton] = {"coco": COCO, "mpii": MPII, "posetrack18": POSETRACK}
SCORE_OF: Mapping[str, str] = {"coco": "AP", "mpii": "Mean", "posetrack18": "AP"}  # the figure that chooses a network

Figures = Callable[[Sequence[Person], F32, F32], dict[str, float]]
"""People, their places [N, K, 2] in source pixels and scores [N, K] → figures by name."""


@dataclass(frozen=True, eq=False, slots=True)
class PoseSet:
    """Annotated people; `figures` scores what was found in their own boxes, for all of them or some."""

    people: list[Person]
    skips: Skips
    figures: Figures


def load_training(folder: Path, files: Sequence[str], kind: str, split: str) -> tuple[list[Person], Skips]:
    """People to learn from. `split` (of COCO files) empty: all. Raises MissingFileError or DatasetError."""
    match kind:
        case "mpii":
            people, skips = load_mpii(folder, files)
        case "posetrack18":
            people, skips = load_posetrack(folder, files)
        case _:
            people, skips = load_people(folder, files, split=split or None)
    if not people:
        raise DatasetError(f"{folder} has nobody in {', '.join(files)} ({skips}): check folder and split.")
    return people, skips


def load_validation(folder: Path, files: Sequence[str], kind: str, split: str, heads: str = "") -> PoseSet:
    """People to be scored on, by the data set's own rule. Raises MissingFileError or DatasetError."""
    people, skips = load_training(folder, files, kind, split)
    match kind:
        case "mpii":
            figures = _by_heads(folder / heads)
        case "posetrack18":
            figures = partial(figures_by_oks, [truth_of(person) for person in people])
        case _:
            figures = partial(figures_by_oks, read_truth(folder, files))
    return PoseSet(people, skips, figures)


def figures_by_oks(truth: Iterable[Record], people: Sequence[Person], points: F32, scores: F32) -> dict[str, float]:
    """COCO's ten figures of people in their own boxes, all of which are certain, so that of two poses alike both stay.

    Whom `truth` has beside them in their pictures (crowds, people without joints) is neither right nor wrong: who finds
    one of these in a person's box has missed the person, but has seen nobody who is not there.
    """
    totals = person_scores(scores, np.ones(len(scores), np.float32))
    results = [
        record
        for n, person in enumerate(people)
        for record in keypoint_results(person.image_id, points[n, None], scores[n, None], totals[n, None])
    ]
    scored = {person.annotation_id for person in people}
    shown = {person.image_id for person in people}
    known = [
        annotation if annotation["id"] in scored else {**annotation, "iscrowd": 1}
        for annotation in truth
        if annotation["image_id"] in shown
    ]
    return keypoint_stats(known, results)


def _by_heads(path: Path) -> Figures:
    heads = read_heads(path)

    def figures(people: Sequence[Person], points: F32, scores: F32) -> dict[str, float]:
        rows = [person.annotation_id - 1 for person in people]
        if max(rows, default=0) >= len(heads):
            raise DatasetError(
                f"{path} has {len(heads)} people, the annotations have more: they do not belong together."
            )
        truth = heads.rows(rows)
        return pckh(points, truth.points, truth.known, truth.sizes)

    return figures
