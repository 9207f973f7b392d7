"""A closer look at the place of somebody whom the detector does not find in the whole picture.

A detector sees the picture at a few hundred pixels. Somebody small or against the light is found in one frame and not
in the next; in a part of the picture around him he is as large as the people that the detector was trained on.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from engine.boxes import box_iou
from engine.types import F32, I64, U8, Boxes
from trackers.recycling import SAME_PLACE

ROOM = 2.5  # the side of that part ÷ the longer side of his box; from 2 to 3 a detector of 320 px is surest
GAIN = 1.3  # how much larger than in the whole picture he must become, were both seen in the same input
MAX_LOOKS = 2  # in one frame


def look_closer(detect: Callable[[U8], Boxes], image: U8, found: Boxes, expected: Boxes) -> Boxes:
    """`found` and, after them, boxes of the `expected` whom only a closer look finds.

    detect    the boxes of people in a picture
    image     uint8 [H, W, 3], in which `found` were found; `expected` is where people followed should be

    Whom something found overlaps is not looked for: he may be hidden by whoever that is. The likeliest come first.
    """
    size_wh = (image.shape[1], image.shape[0])
    looks = 0
    for who in np.argsort(-expected.scores, kind="stable"):
        part = part_around(expected.xyxy[who], size_wh)
        if part is None or box_iou(expected.xyxy[[who]], found.xyxy).max(initial=0) >= SAME_PLACE:
            continue
        left, top, right, bottom = part
        there = detect(image[top:bottom, left:right])
        there = Boxes(there.xyxy + np.array([left, top, left, top], np.float32), there.scores)
        found = _joined(found, there[_missing(there, found, expected)])
        looks += 1
        if looks == MAX_LOOKS:
            break
    return found


def _missing(there: Boxes, found: Boxes, expected: Boxes) -> I64:
    """Which boxes of a closer look are of people expected whom nothing found is as much like: the best for each."""
    likeness = box_iou(there.xyxy, expected.xyxy)
    known = box_iou(there.xyxy, found.xyxy).max(axis=1, initial=0)
    whose, how = likeness.argmax(axis=1), likeness.max(axis=1)
    likely = np.flatnonzero((how >= SAME_PLACE) & (how > known))
    best_first = likely[np.argsort(-how[likely], kind="stable")]
    return np.sort(best_first[np.unique(whose[best_first], return_index=True)[1]])


def _joined(one: Boxes, other: Boxes) -> Boxes:
    return Boxes(np.concatenate([one.xyxy, other.xyxy]), np.concatenate([one.scores, other.scores]))


def part_around(box: F32, size_wh: tuple[int, int]) -> tuple[int, int, int, int] | None:
    """The square around a box, moved into a picture of that size: left, top, right, bottom in whole pixels.

    None where it would not show him larger, or he is outside.
    """
    if (box[2:] <= 0).any() or (box[:2] >= size_wh).any():
        return None
    side = round(ROOM * float(max(box[2] - box[0], box[3] - box[1])))
    if side < 1 or side * GAIN > max(size_wh):
        return None
    middle = (box[:2] + box[2:]) / 2
    left, top = (
        max(min(round(float(at) - side / 2), length - side), 0) for at, length in zip(middle, size_wh, strict=True)
    )
    return left, top, min(left + side, size_wh[0]), min(top + side, size_wh[1])
