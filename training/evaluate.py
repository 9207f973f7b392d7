"""Scores of deployed models on annotated pictures, run as the program runs them: `engine.pose`, `engine.detector`.

A checkpoint is exported to a temporary file first, so that every figure in a model card belongs to a deployed graph.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from engine.detector import Detector
from engine.errors import UsageError
from engine.pose import PoseEstimator
from engine.skeletons import COCO
from engine.types import F32, Boxes, Poses
from training.data.coco import (
    DatasetError,
    Person,
    Skips,
    load_people,
    load_scenes,
    read_annotations,
    read_picture,
)
from training.data.sets import SKELETON_OF, load_validation
from training.metrics import (
    box_results,
    box_stats,
    keypoint_results,
    keypoint_stats,
    oks_nms,
    pck,
    person_scores,
    torso_diagonals,
)

DETECTION_FLOOR = 0.01  # boxes below this change no precision worth the name
PCK_REACH = 0.2  # of the torso's diagonal
GROUND_TRUTH = "ground-truth boxes"

BoxesOf = Mapping[int, Boxes]


@dataclass(frozen=True, slots=True)
class Source:
    """Where annotated pictures lie.

    split    of the annotation files' own `split`; empty: every picture
    sources  only pictures of these; empty: all
    format   `coco`, `mpii` or `posetrack18`
    heads    of MPII: gt_valid.mat, in `folder`
    """

    folder: Path
    files: tuple[str, ...]
    split: str = ""
    sources: tuple[str, ...] = ()
    format: str = "coco"
    heads: str = ""


@dataclass(frozen=True, slots=True)
class PoseReport:
    """What a pose model scores.

    boxes      which boxes the people were looked for in
    people     how many people count
    stats      COCO's ten figures
    by_source  people, AP and AP50 of each source of the data
    by_joint   PCK@0.2 of the torso diagonal of each joint, NaN where none is labelled
    pck        the mean of it over all labelled joints
    seen, absent  mean scores of joints that are labelled, and of those known not to be in view
    """

    boxes: str
    people: int
    stats: dict[str, float]
    by_source: dict[str, tuple[int, float, float]] = field(default_factory=dict)
    by_joint: dict[str, float] = field(default_factory=dict)
    pck: float = float("nan")
    seen: float = float("nan")
    absent: float = float("nan")
    skips: Skips = field(default_factory=Skips)


@dataclass(frozen=True, slots=True)
class DetectorReport:
    """What a detector scores.

    pictures   how many were looked at
    stats      COCO's figures of boxes
    by_source  pictures, AP and AP50 of each source of the data that shows people
    quiet      on how many pictures without people nothing is found at the detector's threshold, of how many `empty`
    """

    pictures: int
    stats: dict[str, float]
    by_source: dict[str, tuple[int, float, float]]
    quiet: int
    empty: int
    skips: Skips


def evaluate_pose_by_own_rule(estimator: PoseEstimator, where: Source) -> tuple[dict[str, float], int, Skips]:
    """A pose model in ground-truth boxes, by the data set's own figures; how many people count, and what did not.

    Raises UsageError where the model places other joints than the data set has.
    """
    _check_skeleton(estimator, where)
    chosen = load_validation(where.folder, where.files, where.format, where.split, where.heads)
    people = [person for person in chosen.people if not where.sources or person.source in where.sources]
    found, kept = _estimated(estimator, people, chosen.skips)
    points, scores = (np.concatenate([getattr(p, field) for p in found]) for field in ("keypoints", "scores"))
    return chosen.figures(kept, points, scores), len(kept), chosen.skips


def _check_skeleton(estimator: PoseEstimator, where: Source) -> None:
    wanted = SKELETON_OF[where.format]
    if estimator.skeleton.keypoints != wanted.keypoints:
        raise UsageError(
            f"{estimator.card.name} places the joints of {estimator.skeleton.name}, {where.format} has those of "
            f"{wanted.name}: choose another --format or model."
        )


def evaluate_pose(estimator: PoseEstimator, where: Source) -> PoseReport:
    """A pose model in ground-truth boxes, by COCO's figures; raises UsageError where it places other joints."""
    _check_skeleton(estimator, where)
    people, skips = _people(where)
    found, kept = _estimated(estimator, people, skips)
    truth = _truth(where, kept)
    joint_scores = np.stack([poses.scores[0] for poses in found])
    points = np.stack([poses.keypoints[0] for poses in found])
    totals = person_scores(joint_scores, np.ones(len(kept), np.float32))
    results: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for n, person in enumerate(kept):
        results[person.source] += keypoint_results(
            person.image_id, points[n, None], joint_scores[n, None], totals[n, None]
        )
    everything = [record for records in results.values() for record in records]
    by_source = {}
    for source, records in results.items():
        mine = [truth[p.annotation_id] for p in kept if p.source == source]
        stats = keypoint_stats(mine, records)
        by_source[source] = (len(mine), stats["AP"], stats["AP50"])
    labelled = np.stack([person.weights for person in kept])
    absent = np.stack([person.absent for person in kept])
    places = np.stack([person.keypoints for person in kept])
    reach = PCK_REACH * torso_diagonals(places, labelled)
    shares = pck(points, places, labelled, reach)
    counts = ((labelled > 0) & (reach > 0)[:, None]).sum(0)
    return PoseReport(
        boxes=GROUND_TRUTH,
        people=len(kept),
        stats=keypoint_stats([truth[person.annotation_id] for person in kept], everything),
        by_source=by_source,
        by_joint=dict(zip(COCO.keypoints, shares.tolist(), strict=True)),
        pck=float(np.nansum(shares * counts) / max(1, counts.sum())),
        seen=_mean(joint_scores[labelled > 0]),
        absent=_mean(joint_scores[absent > 0]),
        skips=skips,
    )


def evaluate_pose_in_boxes(estimator: PoseEstimator, where: Source, boxes_of: BoxesOf, described: str) -> PoseReport:
    """A pose model in boxes that a detector found; people without labelled joints are neither right nor wrong.

    Raises UsageError where it places other joints than COCO's.
    """
    _check_skeleton(estimator, where)
    scenes, skips = load_scenes(where.folder, where.files, split=where.split or None)
    scenes = [scene for scene in scenes if not where.sources or scene.source in where.sources]
    wanted = {scene.image_id for scene in scenes}
    truth = [
        {"keypoints": [0] * 3 * len(COCO), "num_keypoints": 0, **annotation}
        for name in where.files
        for annotation in read_annotations(where.folder / name)["annotations"]
        if annotation["image_id"] in wanted
    ]
    results: list[dict[str, Any]] = []
    for scene, image in _pictures(scenes, skips):
        boxes = boxes_of.get(scene.image_id, Boxes.empty())
        poses = estimator.estimate(image, boxes)
        if len(poses):
            results += _kept_results(scene.image_id, poses)
    counted = sum(annotation["num_keypoints"] > 0 for annotation in truth)
    return PoseReport(boxes=described, people=counted, stats=keypoint_stats(truth, results), skips=skips)


def detect_all(detector: Detector, where: Source) -> dict[int, Boxes]:
    """What a detector finds in each picture, by image id, weak boxes included; boxes from pixel centres."""
    scenes, skips = load_scenes(where.folder, where.files, split=where.split or None)
    return {scene.image_id: detector.detect(image, floor=DETECTION_FLOOR) for scene, image in _pictures(scenes, skips)}


def read_detections(path: Path) -> dict[int, Boxes]:
    """Boxes of a COCO result file (image_id, bbox, score), by image id; raises DatasetError where it is none."""
    try:
        rows = json.loads(path.read_text(encoding="utf-8"))
        by_image: dict[int, list[tuple[list[float], float]]] = defaultdict(list)
        for row in rows:
            x, y, width, height = row["bbox"]
            by_image[int(row["image_id"])].append(([x, y, x + width, y + height], float(row["score"])))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise DatasetError(f"{path} is not a COCO file of detected boxes ({error}): check its name.") from error
    return {image: Boxes.of([b for b, _ in found], [s for _, s in found]) for image, found in by_image.items()}


def evaluate_detector(detector: Detector, where: Source) -> DetectorReport:
    """COCO's box figures of a detector, over all and over the pictures of each source."""
    scenes, skips = load_scenes(where.folder, where.files, split=where.split or None)
    scenes = [scene for scene in scenes if not where.sources or scene.source in where.sources]
    results: dict[str, list[dict[str, Any]]] = defaultdict(list)
    quiet, seen = [], []
    for scene, image in _pictures(scenes, skips):
        seen.append(scene)
        boxes = detector.detect(image, floor=DETECTION_FLOOR)
        if not len(scene.people) and not len(scene.ignore):
            quiet.append(not (boxes.scores >= detector.threshold).any())
        # the program's boxes count from pixel centres, COCO's from edges
        results[scene.source] += box_results(scene.image_id, boxes.xyxy + np.float32(0.5), boxes.scores)
    by_source = {}
    for source in sorted({scene.source for scene in seen}):
        mine = [scene for scene in seen if scene.source == source]
        if any(len(scene.people) for scene in mine):
            stats = box_stats(mine, results[source])
            by_source[source] = (len(mine), stats["AP"], stats["AP50"])
    everything = [record for records in results.values() for record in records]
    return DetectorReport(len(seen), box_stats(seen, everything), by_source, sum(quiet), len(quiet), skips)


def _people(where: Source) -> tuple[list[Person], Skips]:
    people, skips = load_people(where.folder, where.files, split=where.split or None)
    chosen = [person for person in people if not where.sources or person.source in where.sources]
    if not chosen:
        raise DatasetError(f"{where.folder} has no people to evaluate on: check the split and the sources ({skips}).")
    return chosen, skips


def _estimated(estimator: PoseEstimator, people: Sequence[Person], skips: Skips) -> tuple[list[Poses], list[Person]]:
    found: list[Poses] = []
    kept: list[Person] = []
    for person, image in _pictures(sorted(people, key=lambda p: p.image_id), skips):
        boxes = Boxes(person.xyxy[None], np.ones(1, np.float32))
        found.append(estimator.estimate(image, boxes))
        kept.append(person)
    return found, kept


def _pictures(items: Sequence[Any], skips: Skips) -> Iterator[tuple[Any, Any]]:
    """Each item with its picture; one picture is read once for all that follow each other in it."""
    last: tuple[Path, Any] | None = None
    for item in items:
        if last is None or last[0] != item.picture:
            try:
                last = item.picture, read_picture(item.picture)
            except DatasetError:
                skips.add("broken picture")
                last = item.picture, None
        if last[1] is not None:
            yield item, last[1]


def _truth(where: Source, people: Sequence[Person]) -> dict[int, dict[str, Any]]:
    wanted = {person.annotation_id for person in people}
    return {
        annotation["id"]: annotation
        for name in where.files
        for annotation in read_annotations(where.folder / name)["annotations"]
        if annotation["id"] in wanted
    }


def _kept_results(image_id: int, poses: Poses) -> list[dict[str, Any]]:
    totals = person_scores(poses.scores, poses.boxes.scores)
    sides = poses.boxes.xyxy[:, 2:] - poses.boxes.xyxy[:, :2]
    kept = oks_nms(poses.keypoints, totals, np.asarray(sides.prod(1), np.float32))
    return keypoint_results(image_id, poses.keypoints[kept], poses.scores[kept], totals[kept])


def _mean(values: F32) -> float:
    return float(values.mean()) if len(values) else float("nan")
