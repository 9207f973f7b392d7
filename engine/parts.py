"""Looking at a picture in parts as well, for people who are far away.

A detector sees the picture at a few hundred pixels; at 320 a player 50 pixels high at 1080p is one cell of its finest
grid. A part shows him 3.5 times as large (slicing aided inference: Akyon et al., ICIP 2022). Parts overlap, so that
whoever is no larger than that is whole in one of them; who is larger is left to the look at the whole picture.
"""

from __future__ import annotations

import numpy as np

from engine.boxes import box_area, shares_within
from engine.heads import suppress
from engine.types import U8, Bools, Boxes

Part = tuple[int, int, int, int]
"""left, top, right, bottom; whole pixels."""

SHRUNK = 1.7
"""A part's side ÷ that of the detector's input."""
MAX_PARTS = 16
"""Parts become larger where there would be more."""
GAIN = 1.3
"""How much smaller than the picture a part must be to be worth a look, were both seen in the same input."""
OVERLAP = 0.25
"""Of a part's side that the next one shows again."""
CUT = 0.01
"""Of a part's side: a box that comes so near to where the part was cut off may go on behind it."""
SAME = 0.5
"""IoU from which boxes of two looks are one person: lower than within one look, as two looks see him at two sizes."""
PIECE, LEAST_PIECE = 0.7, 0.05
"""A part's box with this share of it within a larger one of the whole look is an arm or a leg of his, unless it is so
much smaller (area) that it is somebody behind him."""
MOST = 1000
"""The surest boxes of all looks together; a look gives no more than 300."""


def parts_of(size_wh: tuple[int, int], look: int) -> list[Part]:
    """The parts of a picture (width, height) for a detector that looks at `look` pixels; none where it needs none."""
    side = round(look * SHRUNK)
    if max(size_wh) < GAIN * side:
        return []
    while _across(size_wh[0], side) * _across(size_wh[1], side) > MAX_PARTS:
        side = round(side * 1.1)
    columns, rows = (_spans(length, side) for length in size_wh)
    return [(left, top, right, bottom) for top, bottom in rows for left, right in columns]


def _across(length: int, side: int) -> int:
    return 1 if length <= side else -(-(length - round(OVERLAP * side)) // (side - round(OVERLAP * side)))


def _spans(length: int, side: int) -> list[tuple[int, int]]:
    """Where parts begin and end along one side, evenly spread."""
    if length <= side:
        return [(0, length)]
    starts = np.linspace(0, length - side, _across(length, side)).round().astype(int)
    return [(int(start), int(start) + side) for start in starts]


def cut_out(image: U8, part: Part) -> U8:
    left, top, right, bottom = part
    return image[top:bottom, left:right]


def whole_in(part: Part, found: Boxes, size_wh: tuple[int, int]) -> Boxes:
    """Of the boxes found in a part (in pixels of the part) those that do not go on outside it, in the picture's."""
    left, top, right, bottom = part
    slack = CUT * max(right - left, bottom - top)
    inner = np.array([left > 0, top > 0, right < size_wh[0], bottom < size_wh[1]])
    room = np.array([0, 0, right - left, bottom - top], np.float32)
    is_cut: Bools = ((np.abs(found.xyxy - room) <= slack) & inner).any(axis=1)
    shift = np.array([left, top, left, top], np.float32)
    return Boxes(found.xyxy[~is_cut] + shift, found.scores[~is_cut])


def joined(whole: Boxes, in_parts: list[Boxes]) -> Boxes:
    """Everybody whom the look at the whole picture or one at a part found, once, the surest first.

    Within one look nobody is dropped: what is one person there, the detector has told already.
    """
    looks = [whole, *(_without_pieces(found, whole) for found in in_parts)]
    xyxy, scores = (np.concatenate(each) for each in zip(*((look.xyxy, look.scores) for look in looks), strict=True))
    kept = suppress(
        xyxy, scores, SAME, most=MOST, looks=np.repeat(np.arange(len(looks)), [len(look) for look in looks])
    )
    return Boxes(xyxy[kept], scores[kept])


def _without_pieces(found: Boxes, whole: Boxes) -> Boxes:
    size = box_area(found.xyxy)[:, None] / np.maximum(box_area(whole.xyxy), 1)
    is_piece = (shares_within(found.xyxy, whole.xyxy) >= PIECE) & (size < SAME) & (size >= LEAST_PIECE)
    kept = ~is_piece.any(axis=1)
    return Boxes(found.xyxy[kept], found.scores[kept])
