"""Scores of deployed models on annotated pictures, run as the program runs them: `engine.pose`, `engine.detector`.

A checkpoint is exported to a temporary file first, so that every figure in a model card belongs to a deployed graph.
"""

from __future__ import annotations

import json
import logging
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from engine.detector import Detector
from engine.errors import UsageError, in_short
from engine.loading import load_detector
from engine.pose import PoseEstimator
from engine.skeletons import COCO
from engine.types import F32, Boxes, Poses
from training.data.coco import load_people, load_scenes, read_annotations, read_labels, read_truth, reading
from training.data.people import BROKEN, DatasetError, Person, Picture, Scene, Skips, read_picture
from training.data.sets import SKELETON_OF, figures_by_oks, load_validation
from training.metrics import (
    box_results,
    box_stats,
    keypoint_stats,
    pck,
    picture_results,
    torso_diagonals,
)

log = logging.getLogger(__name__)

DETECTION_FLOOR = 0.01  # boxes below this change no precision worth the name
PCK_REACH = 0.2  # of the torso's longer diagonal
PERSON = 1  # COCO's category, in result files, which do not name it
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
    stats      COCO's ten figures, NaN where nobody is annotated whom one is of
    by_source  people, AP and AP50 of each source of the data
    by_joint   PCK@0.2 of the longer torso diagonal of each joint, NaN where none is labelled
    pck        the mean of it over all labelled joints
    seen, absent  mean scores of joints that are labelled, and of those known not to be in view; NaN where none is
    without    in how many pictures, of how many, there is no box, so that nobody is looked for
    """

    boxes: str
    people: int
    stats: dict[str, float]
    by_source: dict[str, tuple[int, float, float]] = field(default_factory=dict)
    by_joint: dict[str, float] = field(default_factory=dict)
    pck: float = float("nan")
    seen: float = float("nan")
    absent: float = float("nan")
    without: tuple[int, int] = (0, 0)
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
    truth = read_truth(where.folder, where.files)
    joint_scores = np.stack([poses.scores[0] for poses in found])
    points = np.stack([poses.keypoints[0] for poses in found])
    rows: dict[str, list[int]] = defaultdict(list)
    for n, person in enumerate(kept):
        rows[person.source].append(n)
    by_source = {}
    for source, mine in rows.items():
        stats = figures_by_oks(truth, [kept[n] for n in mine], points[mine], joint_scores[mine])
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
        stats=figures_by_oks(truth, kept, points, joint_scores),
        by_source=by_source,
        by_joint=dict(zip(COCO.keypoints, shares.tolist(), strict=True)),
        pck=float(np.nansum(shares * counts) / counts.sum()) if counts.any() else float("nan"),
        seen=_mean(joint_scores[labelled > 0]),
        absent=_mean(joint_scores[absent > 0]),
        skips=skips,
    )


def evaluate_pose_as_asked(
    estimator: PoseEstimator, where: Source, boxes: str, *, device: str, precision: str
) -> PoseReport:
    """In `boxes`: `gt`, those of a COCO result file (.json), or those that a detector finds, by its name or file."""
    if boxes == "gt":
        return evaluate_pose(estimator, where)
    if boxes.endswith(".json"):
        return evaluate_pose_in_boxes(estimator, where, read_detections(Path(boxes)), f"boxes of {boxes}")
    with load_detector(boxes, device=device, precision=precision) as detector:
        described = f"boxes by {detector.description}"
        return evaluate_pose_in_boxes(estimator, where, detect_all(detector, where), described)


def evaluate_pose_in_boxes(estimator: PoseEstimator, where: Source, boxes_of: BoxesOf, described: str) -> PoseReport:
    """A pose model in boxes that a detector found; crowds, and who is doubtful or has no joints to score, do not count.

    Raises UsageError where it places other joints than COCO's, where two of the files number their pictures alike, or
    where no box is in any of them.
    """
    _check_skeleton(estimator, where)
    scenes, skips = _scenes(where)
    _check_numbers(where, "boxes")
    if not boxes_of.keys() & {scene.image_id for scene in scenes}:
        raise UsageError(
            f"None of the {described} is in a picture of {', '.join(where.files)}: they go by the numbers of pictures, "
            "and belong to another split or data set."
        )
    labels = read_truth(where.folder, where.files)
    results: list[dict[str, Any]] = []
    seen: set[int] = set()
    without = 0
    for scene, image in _pictures(scenes, skips):
        seen.add(scene.image_id)
        boxes = boxes_of.get(scene.image_id, Boxes.empty())
        without += not len(boxes)
        poses = estimator.estimate(image, boxes)
        if len(poses):
            results += picture_results(
                scene.image_id, poses.keypoints, poses.scores, boxes.xyxy, boxes.scores, estimator.input_size_wh
            )
    truth = [label for label in labels if label["image_id"] in seen]
    counted = sum(label["num_keypoints"] > 0 and not label["iscrowd"] for label in truth)
    stats = keypoint_stats(truth, results, seen)
    return PoseReport(boxes=described, people=counted, stats=stats, without=(without, len(seen)), skips=skips)


def _check_numbers(where: Source, what: str) -> None:
    """Raises UsageError where two of the files number their pictures alike."""
    numbers = [{image["id"] for image in read_annotations(where.folder / name)["images"]} for name in where.files]
    if len(set().union(*numbers)) < sum(len(of_file) for of_file in numbers):
        raise UsageError(
            f"{' and '.join(where.files)} number different pictures alike, and {what} go by these numbers: evaluate on "
            "one file after the other."
        )


def evaluate_results(path: Path, where: Source) -> PoseReport:
    """A COCO result file of poses (image_id, keypoints, score) of any program, by COCO's figures, over all pictures.

    Raises DatasetError where it is none, UsageError where none of its poses is in any of the pictures.
    """
    _check_numbers(where, "poses")
    skips = Skips()
    labels = read_labels(where.folder, where.files, skips, split=where.split or None)
    pictures = [image for images, _ in labels for image in images.values()]
    sources = {image["id"]: str(image.get("source", where.folder.name)) for image in pictures}
    looked_at = {number for number, source in sources.items() if not where.sources or source in where.sources}
    results = [
        {"image_id": number, "keypoints": numbers[:-1], "score": numbers[-1]}
        for number, numbers in _people_in(path, lambda row: (*row["keypoints"], row["score"]), 3 * len(COCO) + 1)
    ]
    if not looked_at & {result["image_id"] for result in results}:
        raise UsageError(
            f"None of the poses of {path} is in a picture of {', '.join(where.files)}: they go by the numbers of "
            "pictures, and belong to another split or data set."
        )
    truth = [label for label in read_truth(where.folder, where.files) if label["image_id"] in looked_at]
    counted = sum(label["num_keypoints"] > 0 and not label["iscrowd"] for label in truth)
    return PoseReport(f"poses of {path}", counted, keypoint_stats(truth, results, looked_at), skips=skips)


def detect_all(detector: Detector, where: Source) -> dict[int, Boxes]:
    """What a detector finds in each picture, by image id, weak boxes included; boxes from pixel centres."""
    scenes, skips = _scenes(where)
    return {scene.image_id: detector.detect(image, floor=DETECTION_FLOOR) for scene, image in _pictures(scenes, skips)}


def read_detections(path: Path) -> dict[int, Boxes]:
    """Boxes of a COCO result file (image_id, bbox, score, category_id) that show people, by image id.

    What is no box, or has no score from 0 to 1, is left out with a warning. Raises DatasetError where the file is none
    or shows nobody.
    """
    by_image: dict[int, list[tuple[list[float], float]]] = defaultdict(list)
    wrong = 0
    for image, (x, y, width, height, score) in _people_in(path, lambda row: (*row["bbox"], row["score"]), 5):
        if np.isfinite([x, y, width, height]).all() and min(width, height) > 0 and 0 <= score <= 1:
            by_image[image].append(([x, y, x + width, y + height], score))
        else:
            wrong += 1
    if wrong:
        log.warning("%s: %d rows are left out, which are no boxes or have no score from 0 to 1", path, wrong)
    if wrong and not by_image:
        raise DatasetError(f"{path} has no boxes of people: choose another file.")
    return {image: Boxes.of([b for b, _ in found], [s for _, s in found]) for image, found in by_image.items()}


def _people_in(path: Path, of: Callable[[Any], Iterable[Any]], count: int) -> list[tuple[int, list[float]]]:
    """The picture and the `count` numbers of each row of a COCO result file that is of a person.

    Raises DatasetError where the file is none or, though not empty, shows nobody.
    """
    try:
        rows = json.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError, RecursionError) as error:
        raise DatasetError(
            f"{path} cannot be read as a COCO result file ({in_short(error)}): check its name."
        ) from error
    if not isinstance(rows, list):
        raise DatasetError(f"{path} is not a COCO result file, which is a list: check its name.")
    found = []
    for place, row in enumerate(rows):
        with reading(f"Row {place} of {path}"):
            if row.get("category_id", PERSON) != PERSON:
                continue
            numbers = [float(value) for value in of(row)]
            if len(numbers) != count:
                raise ValueError(f"it has {len(numbers)} numbers, {count} are wanted")
            found.append((int(row["image_id"]), numbers))
    if rows and not found:
        raise DatasetError(f"{path} shows nobody (category {PERSON}): choose another file.")
    return found


def evaluate_detector(detector: Detector, where: Source) -> DetectorReport:
    """COCO's box figures of a detector, over all and over the pictures of each source."""
    scenes, skips = _scenes(where)
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


def _scenes(where: Source) -> tuple[list[Scene], Skips]:
    scenes, skips = load_scenes(where.folder, where.files, split=where.split or None)
    chosen = [scene for scene in scenes if not where.sources or scene.source in where.sources]
    if not chosen:
        raise DatasetError(f"{where.folder} has no pictures to evaluate on: check the sources ({skips}).")
    return chosen, skips


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
    """Each item with its picture; one picture is read once for all that follow each other in it.

    Raises DatasetError where none can be read.
    """
    last: tuple[Picture, Any] | None = None
    any_read = False
    for item in items:
        if last is None or last[0] != item.picture:
            try:
                last = item.picture, read_picture(item.picture)
            except DatasetError:
                skips.add(BROKEN)
                last = item.picture, None
        if last[1] is not None:
            any_read = True
            yield item, last[1]
    if not any_read:
        raise DatasetError(f"None of the pictures can be read ({skips}): unpack the data set again.")


def _mean(values: F32) -> float:
    return float(values.mean()) if len(values) else float("nan")
