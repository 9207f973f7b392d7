"""What is written on a picture: people's names or numbers, and beside their joints names and scores."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import cv2
import numpy as np

from app.analysis import angles_of, joint_angles
from app.figures import Figure, face_of
from app.style import OUTLINE, SIDES, Colour, Style, ink_on, pale, person_colour
from engine.skeletons import Skeleton
from engine.types import U8, Tracks

_FONT = cv2.FONT_HERSHEY_SIMPLEX
_WIDEST_NAME = 1 / 4
"""Of the picture: longer names are cut short."""

_CLOSE = 0.04
"""In parts of a person's size: from there on the captions of a left and a right joint have their sides."""
_DEGREES = "°"
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
    pen: Pen, people: Sequence[Figure], tracks: Tracks, style: Style, skeleton: Skeleton, taken: list[_Corners]
) -> None:
    """Names, scores and angles beside the joints, away from the body, where there is room: nothing over what is
    `taken`, nor over faces but their own names.

    Of people, who come as by `figures`, the nearest are served first, and of their joints the face last: its five
    points lie close together.
    """
    nearest_first = [figure for figure in reversed(people) if len(figure.points) == len(skeleton)]
    bends = _bends(nearest_first, skeleton) if style.angles else [{} for _ in nearest_first]
    faces = [_face(figure, skeleton) for figure in nearest_first]
    of_face, mirrored = face_of(skeleton), skeleton.mirrored
    for figure, bend in zip(nearest_first, bends, strict=True):
        scores, own = tracks.poses.scores[figure.row], pale(person_colour(int(tracks.ids[figure.row])))
        for joint in sorted(np.flatnonzero(figure.seen).tolist(), key=lambda joint: joint in of_face):
            words = [_joint_words(pen, skeleton.keypoints[joint])] if style.names else []
            words += [f"{scores[joint]:.2f}"] if style.scores else []
            words += [f"{bend[joint]:.0f}{_DEGREES}"] if joint in bend else []
            if not words:
                continue
            caption = _caption(pen, words)
            on_the_left = _is_on_the_left(figure, joint, mirrored[joint], skeleton.side(joint))
            others = taken if joint in of_face else [*taken, *faces]
            corners = _place_beside(pen, caption, figure.points[joint].tolist(), on_the_left, others)
            if corners is not None:
                taken.append(corners)
                # by limb, because nothing else tells the knees of somebody seen from the side from each other
                _draw_caption(pen, caption, corners, SIDES[skeleton.side(joint)] if style.by_limb else own)


def _bends(people: Sequence[Figure], skeleton: Skeleton) -> list[dict[int, float]]:
    """How far everybody's joints are bent, degrees, those of which it is known: nothing is made of unseen joints.

    Sizes: from one picture nobody knows for sure which way somebody looks, and signs would flicker.
    """
    points = np.array([np.where(figure.seen[:, None], figure.points, np.nan) for figure in people])
    sizes = np.abs(joint_angles(points.reshape(-1, len(skeleton), 2), skeleton))
    names = [angle.name for angle in angles_of(skeleton)]
    # of a side: the angle that is called neck is no bend of the joint of that name
    sided = [joint for joint in range(len(skeleton)) if skeleton.side(joint) != "middle"]
    places = [(joint, names.index(skeleton.keypoints[joint])) for joint in sided if skeleton.keypoints[joint] in names]
    return [{joint: row[place] for joint, place in places if np.isfinite(row[place])} for row in sizes.tolist()]


def _face(figure: Figure, skeleton: Skeleton) -> _Corners:
    """Of a square around it; of no size where it is not seen."""
    seen = [joint for joint in face_of(skeleton) if figure.seen[joint]]
    x, y = figure.points[seen].mean(axis=0).tolist() if seen else (0.0, 0.0)
    reach = 0.6 * figure.face_size if seen else 0.0
    return round(x - reach), round(y - reach), round(x + reach), round(y + reach)


def _is_on_the_left(figure: Figure, joint: int, other: int, side: str) -> bool:
    """Whether a joint's caption is: it and the `other` of its pair have a side each, or one would be in the way.

    Where the two lie close together, as of somebody seen from the side, they are as from the front: by where they lie
    their captions would change places with every frame.
    """
    x = figure.points[joint, 0]
    if other == joint or not figure.seen[other]:
        return bool(x < figure.middle)
    apart = x - figure.points[other, 0]
    return bool(apart < 0) if abs(apart) > _CLOSE * figure.size else side == "right"


def _joint_words(pen: Pen, name: str) -> str:
    return name.replace("_", " ") if pen.lettering is None else pen.lettering.joint(name)


@dataclass(frozen=True, slots=True)
class _Strokes:
    """Scale and weight of letters, and the weight of what is around them."""

    scale: float
    ink: int
    rim: int


@dataclass(frozen=True, eq=False, slots=True)
class _Caption:
    """Words beside a joint, and their size. `written`: the words where OpenCV's font has no letters.

    ring  the radius of the degree sign after the text, which OpenCV's font lacks as well; 0: there is none
    """

    text: str
    written: U8 | None
    long: int
    high: int
    base: int
    strokes: _Strokes
    ring: float = 0.0


def _caption(pen: Pen, words: list[str]) -> _Caption:
    text = " ".join(words)
    has_ring = text.endswith(_DEGREES)
    strokes = _strokes(pen, is_large=words[0].endswith(_DEGREES))
    latin = text.removesuffix(_DEGREES)
    (long, high), base = cv2.getTextSize(latin, _FONT, strokes.scale, strokes.ink)
    if latin.isascii() or pen.lettering is None:
        ring = 3.3 * strokes.scale + strokes.ink / 2 if has_ring else 0.0
        return _Caption(latin, None, round(long + 3 * ring), high, base, strokes, ring)
    # signs of many strokes can be read from so many pixels on; word by word, because scores change and names don't
    height = max(round(1.4 * (high + base)), 15)
    parts = [pen.lettering(word, height) for word in words]
    space = np.zeros((height, height // 4), np.uint8)
    written = np.hstack([part for word in parts for part in (space, word)][1:])
    return _Caption(text, written, written.shape[1], height, 0, strokes)


def _place_beside(
    pen: Pen, caption: _Caption, place: tuple[float, float], on_the_left: bool, taken: Sequence[_Corners]
) -> _Corners | None:
    """Level with a joint, or moved up or down by as little as is needed: captions of joints that pass each other slide,
    they do not jump. None where there is no room within a line and a half.
    """
    (height, width), (x, y) = pen.canvas.shape[:2], place
    if not (0 <= x < width and 0 <= y < height):
        return None
    long, high, away = caption.long, caption.high + caption.base, 4 * max(pen.unit, 1.0)
    left = round(min(max(x - away - long if on_the_left else x + away, 0), max(width - long, 0)))
    lowest = max(height - high, 0)
    level = round(min(max(y - caption.high / 2, 0), lowest))
    in_the_way = [other for other in taken if left < other[2] and other[0] < left + long]
    tops = [level, *(other[3] for other in in_the_way), *(other[1] - high for other in in_the_way)]
    for top in sorted(tops, key=lambda top: abs(top - level)):
        corners = left, top, left + long, top + high
        if abs(top - level) > 1.5 * high or not 0 <= top <= lowest:
            continue
        if not any(_overlap(corners, other) for other in in_the_way):
            return corners
    return None


def _draw_caption(pen: Pen, caption: _Caption, corners: _Corners, colour: Colour) -> None:
    (left, top, right, _), strokes, ring = corners, caption.strokes, caption.ring
    if caption.written is not None:
        _stamp_outlined(pen.canvas, caption.written, (left, top), (strokes.rim - strokes.ink) // 2, colour)
        return
    centre = round((right - ring) * 16), round((top + ring) * 16)
    for ink, weight in ((OUTLINE, strokes.rim), (colour, strokes.ink)):
        start = left, top + caption.high
        cv2.putText(pen.canvas, caption.text, start, _FONT, strokes.scale, ink, weight, cv2.LINE_AA)
        if ring:
            cv2.circle(pen.canvas, centre, round(ring * 16), ink, weight, cv2.LINE_AA, 4)


def _strokes(pen: Pen, *, is_large: bool) -> _Strokes:
    """Angles alone are large: they are read while people move."""
    scale, ink, rim = (0.4, 0.8, 0.7) if is_large else (0.3, 0.5, 0.5)
    weight = max(round(ink * pen.unit), 1)
    return _Strokes(scale * max(pen.unit, 1.0), weight, weight + 2 * max(round(rim * pen.unit), 1))


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


def _stamp_outlined(canvas: U8, written: U8, place: tuple[int, int], rim: int, ink: Colour) -> None:
    around = np.pad(written, rim)
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * rim + 1, 2 * rim + 1))
    dark = np.asarray(cv2.dilate(around, kernel), np.uint8)
    _stamp(canvas, dark, (place[0] - rim, place[1] - rim), OUTLINE)
    _stamp(canvas, written, place, ink)


def _stamp(canvas: U8, written: U8, place: tuple[int, int], ink: Colour) -> None:
    left, top = place
    written = written[max(-top, 0) :, max(-left, 0) :]
    left, top = max(left, 0), max(top, 0)
    part = canvas[top : top + written.shape[0], left : left + written.shape[1]]
    amount = written[: part.shape[0], : part.shape[1], None].astype(np.float32) / 255
    part[:] = np.rint(part + (np.array(ink, np.float32) - part) * amount)
