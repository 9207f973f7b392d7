"""A wide picture with drawn people, small in it."""

from __future__ import annotations

import numpy as np

from engine.drawn import people
from engine.types import F32, U8


def crowd(
    number: int, size_wh: tuple[int, int], columns: int, first: tuple[int, int], step: tuple[int, int]
) -> tuple[U8, F32]:
    """1920 × 1080 pixels with people of `size_wh` in rows from `first` (left, top) on, `step` apart; their boxes."""
    picture = np.full((1080, 1920, 3), 128, np.uint8)
    width, height = size_wh
    places = []
    for place, (image, box) in enumerate(people(number, size_wh)):
        left, top = first[0] + step[0] * (place % columns), first[1] + step[1] * (place // columns)
        picture[top : top + height, left : left + width] = image
        places.append(box.xyxy[0] + np.array([left, top, left, top], np.float32))
    return picture, np.stack(places)
