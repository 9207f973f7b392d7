"""Boxes for pictures of which not everybody is annotated, so that a detector can learn from them, too.

    python -m scripts.complete_boxes data/rtmdet_nano_person.onnx --data data/people --annotations people.json

writes `people-completed.json` beside the annotations, which a recipe names in `data.files`. LSPET's athletes hang, lie
and stand on their heads as hardly anybody in COCO does, but its boxes are drawn around joints with room to spare, and
whoever stands beside has none. A teacher looks at each picture upright and turned by quarters: its box that fits the
one annotated best takes its place, whom it sees elsewhere is added, and whom it only suspects is neither person nor
background. An athlete whom it does not see in any turn keeps the box that he has.
"""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import typer
from rich.progress import track

from engine.boxes import box_iou
from engine.detector import Detector
from engine.loading import load_detector
from engine.types import F32, U8, Boxes
from training.data.people import Picture, read_picture

SAME = 0.55  # IoU from which a box of the teacher's is the person annotated: that box has room to spare
LIKE = 0.6  # IoU from which boxes of two turns are one person
SURE, SUSPECTED = 0.5, 0.25  # scores from which somebody else is there, or may be
APART = 0.5  # the share of a box within the person annotated's up to which it may be somebody else's, and not his leg


@dataclass(frozen=True, eq=False, slots=True)
class Boxed:
    """Who is in a picture.

    people    float32 [N, 4], xyxy: those annotated first
    doubtful  float32 [M, 4]
    seen      how many of those annotated the teacher saw
    """

    people: F32
    doubtful: F32
    seen: int


def complete(teacher: Detector, image: U8, annotated: F32) -> Boxed:
    """Everybody in a picture of which some people's boxes [K, 4] are known."""
    found = in_four_turns(teacher, image)
    fit = box_iou(annotated, found.xyxy)
    worth = np.where(fit >= SAME, fit * found.scores, 0)
    keeping = 1e-6 * np.eye(len(annotated))  # better than none of the teacher's
    chosen = np.hstack([keeping, worth]).argmax(axis=1)
    people = np.concatenate([annotated, found.xyxy])[chosen]
    apart = (shares_within(found.xyxy, people) <= APART).all(axis=1)
    sure = apart & (found.scores >= SURE)
    seen = int((chosen >= len(annotated)).sum())
    return Boxed(np.concatenate([people, found.xyxy[sure]]), found.xyxy[apart & ~sure], seen)


def shares_within(xyxy: F32, others: F32) -> F32:
    """Which share of each box [N, 4] lies within each other one [K, 4]: float32 [N, K]."""
    low = np.maximum(xyxy[:, None, :2], others[:, :2])
    high = np.minimum(xyxy[:, None, 2:], others[:, 2:])
    area = (xyxy[:, 2:] - xyxy[:, :2]).prod(axis=1)
    return np.asarray((high - low).clip(min=0).prod(axis=2) / np.maximum(area, 1e-6)[:, None], np.float32)


def in_four_turns(teacher: Detector, image: U8) -> Boxes:
    """What the teacher sees in the picture turned by 0 to 3 quarters, each person once, the surest first."""
    height, width = image.shape[:2]
    boxes, scores = [np.zeros((0, 4), np.float32)], [np.zeros(0, np.float32)]
    for turns in range(4):
        there = teacher.detect(np.ascontiguousarray(np.rot90(image, turns)), floor=SUSPECTED)
        boxes.append(turned_back(there.xyxy, turns, (width, height)))
        scores.append(there.scores)
    return once(Boxes(np.concatenate(boxes), np.concatenate(scores)))


def turned_back(xyxy: F32, turns: int, size_wh: tuple[int, int]) -> F32:
    """Boxes [N, 4] found in `np.rot90(image, turns)`, as they are in the image, which has that size."""
    width, height = size_wh
    left, top, right, bottom = xyxy.T
    x, y = width - 1, height - 1  # coordinates are those of pixels' middles
    sides = {
        0: (left, top, right, bottom),
        1: (x - bottom, left, x - top, right),
        2: (x - right, y - bottom, x - left, y - top),
        3: (top, y - right, bottom, y - left),
    }[turns]
    return np.stack(sides, axis=1).astype(np.float32)


def once(found: Boxes) -> Boxes:
    """Of boxes of one person the surest."""
    kept: list[int] = []
    for row in np.argsort(-found.scores, kind="stable"):
        if not kept or box_iou(found.xyxy[[row]], found.xyxy[kept]).max() < LIKE:
            kept.append(int(row))
    return Boxes(found.xyxy[kept], found.scores[kept])


def main(
    teacher: Annotated[Path, typer.Argument(help="A person detector's ONNX file.")],
    data: Annotated[Path, typer.Option(help="Folder of the pictures and annotations.")],
    annotations: Annotated[str, typer.Option(help="Annotation file in it.")],
) -> None:
    content = json.loads((data / annotations).read_text(encoding="utf-8"))
    known: dict[int, list[list[float]]] = defaultdict(list)
    for annotation in content["annotations"]:
        left, top, wide, high = annotation["bbox"]
        known[annotation["image_id"]].append([left, top, left + wide, top + high])
    images = [image for image in content["images"] if not image.get("detect", True)]
    boxed: list[dict[str, Any]] = []
    seen = 0
    with load_detector(teacher) as detector:
        for image in track(images, description="Boxes"):
            # COCO's boxes count from pixels' edges, the program's from their middles
            annotated = np.array(known[image["id"]], np.float32).reshape(-1, 4) - np.float32(0.5)
            found = complete(detector, read_picture(Picture(data / image["file_name"])), annotated)
            boxed += [_record(image["id"], xyxy, ignore=False) for xyxy in found.people]
            boxed += [_record(image["id"], xyxy, ignore=True) for xyxy in found.doubtful]
            seen += found.seen
    for number, record in enumerate(boxed, 1):
        record["id"] = number
    content = {**content, "images": [{**image, "detect": True} for image in images], "annotations": boxed}
    target = (data / annotations).with_name(f"{Path(annotations).stem}-completed.json")
    target.write_text(json.dumps(content), encoding="utf-8")
    doubtful = sum(record["ignore"] for record in boxed)
    print(
        f"{target}: {len(images)} pictures, {len(boxed) - doubtful} people ({seen} of those annotated were seen), "
        f"{doubtful} doubtful"
    )


def _record(image_id: int, xyxy: F32, *, ignore: bool) -> dict[str, Any]:
    left, top, right, bottom = (round(float(value) + 0.5, 1) for value in xyxy)
    box = [left, top, round(right - left, 1), round(bottom - top, 1)]
    return {"image_id": image_id, "category_id": 1, "bbox": box, "iscrowd": 0, "ignore": int(ignore), "pose": False}


if __name__ == "__main__":
    typer.run(main)
