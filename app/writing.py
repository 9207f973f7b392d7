"""What is written on a picture: people's names or numbers, and beside their joints names and scores."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

import cv2
import numpy as np

from app.figures import FACE, Figure
from app.style import OUTLINE, Colour, Style, ink_on, person_colour
from engine.skeletons import Skeleton
from engine.types import F32, U8, Tracks

_FONT = cv2.FONT_HERSHEY_SIMPLEX
_WIDEST_NAME = 1 / 4
"""Of the picture: longer names are cut short."""

_WHITE: Colour = (255, 255, 255)
_Corners = tuple[int, int, int, int]  # left, top, right, bottom


class Lettering(Protocol):
    """Writes what OpenCV's line font cannot: other scripts than Latin."""

    def __call__(self, text: str, height: int, /) -> U8:
        """The text, `height` pixels high: how much ink is where, uint8 [height, W]."""
        ...

    def joint(self, name: str, /) -> str:
        """What a joint is called."""
        ...


@dataclass(frozen=True, eq=False, slots=True)
class Pen:
    """What is written on, and with. `unit` is the size of things in pixels, however thick the lines are."""

    canvas: U8
    unit: float
    lettering: Lettering | None


@dataclass(frozen=True, eq=False, slots=True)
class Label:
    """A person's name or number, and its place above him. `written`: the text where OpenCV's font has no letters."""

    text: str
    written: U8 | None
    colour: Colour
    corners: _Corners
    start: tuple[int, int]


def label_of(pen: Pen, figure: Figure, tracks: Tracks, style: Style, names: Mapping[int, str]) -> Label:
    """What to write on somebody's colour, over the top of his head and hands."""
    person_id = int(tracks.ids[figure.row])
    (_, height), base = cv2.getTextSize("1", _FONT, *_label_size(pen))
    name = names.get(person_id, "")
    if not name.isascii() and pen.lettering is None:
        name = ""

    def width_of(text: str) -> int:
        if not text.isascii() and pen.lettering is not None:
            return int(pen.lettering(text, height + base).shape[1])
        return int(cv2.getTextSize(text, _FONT, *_label_size(pen))[0][0])

    name = _shortened(name, max(_WIDEST_NAME * pen.canvas.shape[1], 4 * height), width_of)
    score = f"{tracks.poses.boxes.scores[figure.row]:.2f}" if style.scores else ""
    text = "  ".join(filter(None, (name or str(person_id), score)))
    written = None if text.isascii() or pen.lettering is None else pen.lettering(text, height + base)
    width = width_of(text)
    pad = max(round(2 * pen.unit), 2)
    middle, above = round(figure.middle), round(float(figure.extent[1]))
    left = int(np.clip(middle - width // 2 - pad, 0, max(pen.canvas.shape[1] - width - 2 * pad, 0)))
    top = int(np.clip(above - height - base - 3 * pad, 0, max(pen.canvas.shape[0] - height - base - 2 * pad, 0)))
    corners = left, top, left + width + 2 * pad, top + height + base + pad
    start = (left + pad, top + (pad // 2 if written is not None else height + pad))
    return Label(text, written, person_colour(person_id), corners, start)


def draw_label(pen: Pen, label: Label) -> None:
    left, top, right, bottom = label.corners
    cv2.rectangle(pen.canvas, (left, top), (right, bottom), label.colour, -1)
    ink = ink_on(label.colour)
    if label.written is not None:
        _stamp(pen.canvas, label.written, label.start, ink)
    else:
        scale, weight = _label_size(pen)
        cv2.putText(pen.canvas, label.text, label.start, _FONT, scale, ink, weight, cv2.LINE_AA)


def draw_captions(
    pen: Pen, figure: Figure, scores: F32, style: Style, skeleton: Skeleton, taken: list[_Corners]
) -> None:
    """Names and scores beside the joints, away from the body; only what is readable: nothing over what is `taken`.

    The face comes last, its five points lie close together.
    """
    middle = figure.middle
    joints = np.flatnonzero(figure.seen).tolist()
    for joint in sorted(joints, key=lambda joint: skeleton.keypoints[joint] in FACE):
        words = [_joint_words(pen, skeleton.keypoints[joint])] if style.names else []
        words += [f"{scores[joint]:.2f}"] if style.scores else []
        x, y = figure.points[joint].tolist()
        _write_beside(pen, _caption(pen, words), (x, y), x < middle, taken)


def _joint_words(pen: Pen, name: str) -> str:
    return name.replace("_", " ") if pen.lettering is None else pen.lettering.joint(name)


@dataclass(frozen=True, eq=False, slots=True)
class _Caption:
    """Words beside a joint, and their size. `written`: the words where OpenCV's font has no letters."""

    text: str
    written: U8 | None
    long: int
    high: int
    base: int


def _caption(pen: Pen, words: list[str]) -> _Caption:
    text = " ".join(words)
    scale, ink, _ = _caption_size(pen)
    (long, high), base = cv2.getTextSize(text, _FONT, scale, ink)
    if text.isascii() or pen.lettering is None:
        return _Caption(text, None, long, high, base)
    # signs of many strokes can be read from so many pixels on; word by word, because scores change and names don't
    height = max(round(1.4 * (high + base)), 15)
    parts = [pen.lettering(word, height) for word in words]
    space = np.zeros((height, height // 4), np.uint8)
    written = np.hstack([part for word in parts for part in (space, word)][1:])
    return _Caption(text, written, written.shape[1], height, 0)


def _write_beside(
    pen: Pen, caption: _Caption, place: tuple[float, float], on_the_left: bool, taken: list[_Corners]
) -> None:
    (height, width), (x, y) = pen.canvas.shape[:2], place
    if not (0 <= x < width and 0 <= y < height):
        return
    long, high, base, away = caption.long, caption.high, caption.base, 3 * pen.unit
    left = round(min(max(x - away - long if on_the_left else x + away, 0), max(width - long, 0)))
    line = high + base
    for step in (0, line, -line):  # or a line lower, or higher
        bottom = round(min(max(y + high / 2 + step, high), max(height - base, high)))
        corners = left, bottom - high, left + long, bottom + base // 2
        if not any(_overlap(corners, other) for other in taken):
            break
    else:
        return
    taken.append(corners)
    scale, ink, rim = _caption_size(pen)
    if caption.written is not None:
        _stamp_outlined(pen.canvas, caption.written, (left, bottom - high), (rim - ink) // 2)
        return
    for colour, weight in ((OUTLINE, rim), (_WHITE, ink)):
        cv2.putText(pen.canvas, caption.text, (left, bottom), _FONT, scale, colour, weight, cv2.LINE_AA)


def _caption_size(pen: Pen) -> tuple[float, int, int]:
    """Scale and weight of the letters, and the weight of what is around them."""
    ink = max(round(pen.unit / 2), 1)
    return 0.3 * max(pen.unit, 1.0), ink, ink + 2 * max(round(pen.unit / 2), 1)


def _overlap(one: _Corners, other: _Corners) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _label_size(pen: Pen) -> tuple[float, int]:
    """Scale and weight of the letters."""
    return 0.42 * max(pen.unit, 0.8), max(round(pen.unit), 1)


def _shortened(name: str, limit: float, width_of: Callable[[str], int]) -> str:
    """The name, cut short where it is wider than `limit`."""
    width = width_of(name) if name else 0
    if width <= limit:
        return name
    dots = "..." if name.isascii() else "…"
    kept = max(int(len(name) * limit / width), 1)  # near it, so that few are written to find out
    while kept > 1 and width_of(name[:kept].rstrip() + dots) > limit:
        kept -= 1
    return name[:kept].rstrip() + dots


def _stamp_outlined(canvas: U8, written: U8, place: tuple[int, int], rim: int) -> None:
    around = np.pad(written, rim)
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * rim + 1, 2 * rim + 1))
    dark = np.asarray(cv2.dilate(around, kernel), np.uint8)
    _stamp(canvas, dark, (place[0] - rim, place[1] - rim), OUTLINE)
    _stamp(canvas, written, place, _WHITE)


def _stamp(canvas: U8, written: U8, place: tuple[int, int], ink: Colour) -> None:
    left, top = place
    written = written[max(-top, 0) :, max(-left, 0) :]
    left, top = max(left, 0), max(top, 0)
    part = canvas[top : top + written.shape[0], left : left + written.shape[1]]
    amount = written[: part.shape[0], : part.shape[1], None].astype(np.float32) / 255
    part[:] = np.rint(part + (np.array(ink, np.float32) - part) * amount)
