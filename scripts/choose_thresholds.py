"""Which score should count? Precision and recall of joints and of boxes over thresholds, on annotated pictures.

A joint is right where its own part of OKS is at least a half; one that is labelled and elsewhere is wrong, and so is
one that is known not to be in view (`absent`). A box is right where it overlaps a person by half; boxes in ignored
regions do not count. The threshold of a card is the one with the highest F1.

    python -m scripts.choose_thresholds --data data/people --annotations val.json --pose skelter-pose-s
    python -m scripts.choose_thresholds --data data/people --annotations val.json --detector skelter-detector-n
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import numpy as np
import typer

from engine.boxes import box_iou
from engine.detector import Detector
from engine.loading import load_detector, load_pose
from engine.pose import PoseEstimator
from engine.skeletons import COCO
from engine.types import F32, Bools, Boxes
from training.data.coco import load_people, load_scenes
from training.data.people import read_picture

THRESHOLDS = np.arange(0.1, 0.85, 0.05)
RIGHT = 0.5


def main(
    data: Annotated[Path, typer.Option(help="Folder of the pictures and annotations.")],
    annotations: Annotated[list[str], typer.Option(help="Annotation files in it.")],
    pose: Annotated[str, typer.Option(help="A pose model.")] = "",
    detector: Annotated[str, typer.Option(help="A detector.")] = "",
    split: Annotated[str, typer.Option(help="Of the pictures.")] = "val",
) -> None:
    if pose:
        with load_pose(pose, precision="f32") as estimator:
            scores, right, wanted = joints(estimator, data, annotations, split)
        table(f"joints of {pose}", scores, right, wanted)
    if detector:
        with load_detector(detector, precision="f32") as finder:
            scores, right, wanted = boxes(finder, data, annotations, split)
        table(f"boxes of {detector}", scores, right, wanted)


def joints(estimator: PoseEstimator, data: Path, files: list[str], split: str) -> tuple[F32, Bools, int]:
    """Scores and rightness of every joint that can be judged, and how many there are to find."""
    people, _ = load_people(data, files, split=split)
    scores, right, wanted = [], [], 0
    variance = (2 * COCO.sigmas) ** 2
    for person in people:
        found = estimator.estimate(read_picture(person.picture), Boxes.of(person.xyxy[None], [1]))
        area = 0.6 * float(np.prod(person.xyxy[2:] - person.xyxy[:2]))
        alike = np.exp(-((found.keypoints[0] - person.keypoints) ** 2).sum(1) / (2 * area * variance))
        judged = (person.weights > 0) | (person.absent > 0)
        scores.append(found.scores[0][judged])
        right.append(((alike >= RIGHT) & (person.weights > 0))[judged])
        wanted += int((person.weights > 0).sum())
    return np.concatenate(scores), np.concatenate(right), wanted


def boxes(detector: Detector, data: Path, files: list[str], split: str) -> tuple[F32, Bools, int]:
    """Scores and rightness of every box that can be judged, and how many people there are to find."""
    scenes, _ = load_scenes(data, files, split=split)
    scores: list[float] = []
    right: list[bool] = []
    wanted = 0
    for scene in scenes:
        found = detector.detect(read_picture(scene.picture), floor=float(THRESHOLDS[0]))
        overlap = box_iou(found.xyxy + np.float32(0.5), scene.people)
        doubtful = box_iou(found.xyxy + np.float32(0.5), scene.ignore)
        free = np.ones(len(scene.people), np.bool_)
        wanted += len(free)
        for row, score in enumerate(found.scores):
            best = int((overlap[row] * free).argmax()) if free.any() else -1
            hit = best >= 0 and overlap[row, best] * free[best] >= RIGHT
            if hit:
                free[best] = False
            elif len(scene.ignore) and doubtful[row].max() >= RIGHT:
                continue
            scores.append(float(score))
            right.append(bool(hit))
    return np.array(scores, np.float32), np.array(right, np.bool_), wanted


def table(title: str, scores: F32, right: Bools, wanted: int) -> None:
    print(f"{title}: {len(scores)} judged, {wanted} to find")
    print("threshold  precision  recall     F1")
    for threshold in THRESHOLDS:
        shown = scores >= threshold
        hits = int((shown & right).sum())
        precision, recall = hits / max(1, int(shown.sum())), hits / max(1, wanted)
        f1 = 2 * precision * recall / max(1e-9, precision + recall)
        print(f"{threshold:9.2f}  {precision:9.3f}  {recall:6.3f}  {f1:5.3f}")


if __name__ == "__main__":
    typer.run(main)
