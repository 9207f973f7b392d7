"""Boxes for pictures of which not everybody is annotated, so that a detector can learn from them, too.

    python -m scripts.complete_boxes data/rtmdet_nano_person.onnx --data data/people --annotations people.json

writes `people-completed.json` beside the annotations, which a recipe names in `data.files`: of the pictures marked
`"detect": false`. LSPET's athletes hang, lie and stand on their heads as hardly anybody in COCO does, but its boxes are
drawn around joints with room to spare, and whoever stands beside has none. A teacher looks at each picture upright and
turned by quarters: of its boxes that fit the one annotated, the surest and best takes its place, whom it sees elsewhere
is added, and whom it only suspects is neither person nor background. An athlete whom it does not see in any turn
keeps the box that he has.
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

from engine.boxes import box_iou, shares_within
from engine.detector import Detector
from engine.errors import UsageError
from engine.heads import suppress
from engine.loading import load_detector
from engine.types import F32, U8, Boxes
from training.data.coco import read_labels
from training.data.people import Picture, Skips, read_picture
from training.data.scenes import by_quarters, moved

SAME = 0.55  # IoU from which a box of the teacher's is the person annotated: that box has room to spare
LIKE = 0.6  # IoU from which boxes of two turns are one person
SURE, SUSPECTED = 0.5, 0.25  # scores from which somebody else is there, or may be
APART = 0.5  # the share of a box within somebody's up to which it is surely somebody else's …
LIMB = 0.8  # … and from which it is a leg of his


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
    own = _own(annotated, found)
    people = annotated.copy()
    people[list(own)] = found.xyxy[list(own.values())]
    doubtful = np.zeros((0, 4), np.float32)
    for row, box in enumerate(found.xyxy[:, None]):  # the surest first
        within = shares_within(box, people).max(initial=0)
        if row in own.values() or within >= LIMB:
            continue
        if found.scores[row] >= SURE and within <= APART:
            people = np.concatenate([people, box])
        else:
            doubtful = np.concatenate([doubtful, box])
    return Boxed(people, doubtful, len(own))


def _own(annotated: F32, found: Boxes) -> dict[int, int]:
    """Which box of the teacher's is whose: by the row of who is annotated, the surest and best fitting first."""
    fit = box_iou(annotated, found.xyxy)
    worth = np.where(fit >= SAME, fit * found.scores, 0)
    own: dict[int, int] = {}
    while worth.size and worth.max() > 0:
        who, box = (int(place) for place in np.unravel_index(worth.argmax(), worth.shape))
        own[who] = box
        worth[who], worth[:, box] = 0, 0
    return own


def in_four_turns(teacher: Detector, image: U8) -> Boxes:
    """What the teacher sees in the picture turned by 0 to 3 quarters, each person once, the surest first."""
    looks = [_seen_turned(teacher, image, turns) for turns in range(4)]
    xyxy, scores = (np.concatenate(each) for each in zip(*((look.xyxy, look.scores) for look in looks), strict=True))
    kept = suppress(xyxy, scores, LIKE)
    return Boxes(xyxy[kept], scores[kept])


def _seen_turned(teacher: Detector, image: U8, turns: int) -> Boxes:
    """Boxes found in the picture turned by so many quarters against the clock, as they are in the picture."""
    turned = np.ascontiguousarray(np.rot90(image, turns))
    found = teacher.detect(turned, floor=SUSPECTED)
    back = by_quarters(turns, (turned.shape[1], turned.shape[0]))
    return Boxes(moved(found.xyxy + np.float32(0.5), back) - np.float32(0.5), found.scores)


def main(
    teacher: Annotated[Path, typer.Argument(help="A person detector's ONNX file.")],
    data: Annotated[Path, typer.Option(help="Folder of the pictures and annotations.")],
    annotations: Annotated[str, typer.Option(help="Annotation file in it.")],
) -> None:
    ((images, records),) = read_labels(data, [annotations], Skips())
    images = {number: image for number, image in images.items() if not image.get("detect", True)}
    if not images:
        raise UsageError(f'{data / annotations} has no picture with "detect": false; nothing is left to complete.')
    known: dict[int, list[list[float]]] = defaultdict(list)
    for record in records:
        if not record.get("ignore") and not record.get("iscrowd"):
            left, top, wide, high = record["bbox"]
            known[record["image_id"]].append([left, top, left + wide, top + high])
    boxed: list[dict[str, Any]] = []
    seen = 0
    with load_detector(teacher) as detector:
        for number, image in track(images.items(), description="Boxes"):
            # COCO's boxes count from pixels' edges, the program's from their middles
            annotated = np.array(known[number], np.float32).reshape(-1, 4) - np.float32(0.5)
            found = complete(detector, read_picture(Picture(data / image["file_name"])), annotated)
            boxed += [_record(number, xyxy, ignore=False) for xyxy in found.people]
            boxed += [_record(number, xyxy, ignore=True) for xyxy in found.doubtful]
            seen += found.seen
    for place, record in enumerate(boxed, 1):
        record["id"] = place
    content = {
        "images": [{**image, "detect": True} for image in images.values()],
        "annotations": boxed,
        "categories": [{"id": 1, "name": "person"}],
    }
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
