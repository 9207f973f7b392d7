"""Draws people on a picture: skeletons, boxes, ids, trails. The only drawing code; window and exports share it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import cv2
import numpy as np

from app.figures import FEWEST_JOINTS, Figure, face_of, figures
from app.heat import lay_heat
from app.style import LEFT, MIDDLE, OUTLINE, PALETTE, RIGHT, SIDES, Colour, Style, person_colour, shade
from app.trails import Trails
from app.writing import Lettering, Pen, draw_captions, draw_label, label_of
from engine.heat import Heat
from engine.skeletons import COCO, Skeleton
from engine.types import F64, U8, Bools, Tracks

__all__ = [
    "LEFT", "MIDDLE", "PALETTE", "RIGHT", "Colour", "Lettering", "Style", "Trails", "draw", "person_colour",
]  # fmt: skip


@dataclass(frozen=True, eq=False, slots=True)
class _Paint:
    """What one picture is drawn with. `unit` is the size of things in pixels, for lines of a width of 1."""

    canvas: U8
    style: Style
    skeleton: Skeleton
    unit: float

    @property
    def thin(self) -> int:
        """The thickness of boxes and trails."""
        return max(round(self.unit * self.style.line_width), 1)

    def own_unit(self, figure: Figure) -> float:
        """A far person gets thinner lines, or the lines would hide him."""
        return self.style.line_width * min(self.unit, max(figure.size / 110, 0.6))


def draw(
    image: U8,
    tracks: Tracks,
    style: Style | None = None,
    *,
    skeleton: Skeleton = COCO,
    trails: Trails | None = None,
    names: Mapping[int, str] | None = None,
    edited: Bools | None = None,
    lettering: Lettering | None = None,
    heat: Heat | None = None,
    in_place: bool = False,
) -> U8:
    """A copy of `image` (RGB) with the people of `tracks` drawn on it, the near over the far, all writing over that.

    trails     of which those of the people of `tracks` are drawn
    names      what to write in the place of some people's numbers
    edited     bool [N, K], which joints were put in place by hand: they get a ring
    lettering  for words that are not plain Latin, joints' too; without it people of such names keep their numbers
    heat       of a joint, to be laid over the picture under everything else
    in_place   draw on `image` itself, which nobody else needs
    """
    style = style or Style()
    canvas = image if in_place else np.zeros_like(image) if style.black else image.copy()
    if in_place and style.black:
        canvas[:] = 0
    if heat is not None:
        lay_heat(canvas, heat)
    height, width = canvas.shape[:2]
    unit = max(min(width, height) / 360, 0.6)
    paint = _Paint(canvas, style, skeleton, unit)
    people = figures(tracks, skeleton, style.min_score)
    if style.trails and trails is not None:
        lines = trails.lines()
        for person_id in tracks.ids.tolist():
            for line in lines.get(person_id, []):
                _polyline(canvas, line, person_colour(person_id), paint.thin)
    for figure in people:
        _draw_person(paint, figure, int(tracks.ids[figure.row]), None if edited is None else edited[figure.row])
    _write(Pen(canvas, unit, lettering), people, tracks, style, skeleton, names or {})
    return canvas


def _write(
    pen: Pen, people: list[Figure], tracks: Tracks, style: Style, skeleton: Skeleton, names: Mapping[int, str]
) -> None:
    labels = [label_of(pen, figure, tracks, style, names) for figure in people] if style.ids else []
    if style.names or style.scores or style.angles:
        draw_captions(pen, people, tracks, style, skeleton, [label.corners for label in labels])
    for label in labels:
        draw_label(pen, label)


def _draw_person(paint: _Paint, figure: Figure, person_id: int, edited: Bools | None) -> None:
    canvas, style = paint.canvas, paint.style
    colour = person_colour(person_id)
    if style.boxes or style.skeleton:
        # somebody followed whose joints are unsure is shown by his box, or his number would hang in the air
        amount = 1.0 if style.boxes else 1.0 - _fewest(figure)
        if amount > 0.0:
            with _veiled(canvas, amount, figure.outline.reshape(2, 2).tolist(), paint.thin):
                _rectangle(canvas, figure.outline, colour, paint.thin)
    if style.skeleton and len(figure.points) == len(paint.skeleton):  # else of a network of other joints, the last ones
        own = paint.own_unit(figure)
        places = _fixed(figure.points)
        _draw_skeleton(paint, figure, places, colour, own)
        if edited is not None:
            for joint in np.flatnonzero(edited & figure.seen):
                radius = round(4.2 * own * _ONE)
                cv2.circle(canvas, places[joint], radius, MIDDLE, max(round(0.7 * own), 1), cv2.LINE_AA, _SHIFT)


def _fewest(figure: Figure) -> float:
    """How plain the last of the joints is that are enough to show somebody."""
    ranked = sorted(figure.plain.tolist(), reverse=True)
    return ranked[FEWEST_JOINTS - 1] if len(ranked) >= FEWEST_JOINTS else 0.0


def _draw_skeleton(paint: _Paint, figure: Figure, places: list[_Place], colour: Colour, own: float) -> None:
    canvas, skeleton, style = paint.canvas, paint.skeleton, paint.style
    thickness = max(round(1.6 * own), 2)  # one pixel between two of outline would be lost
    rim = thickness + max(round(own), 1) + 1
    face, plain, points = face_of(skeleton), figure.plain.tolist(), figure.points.tolist()
    # of a far person's face, lines and rims would make a bar over the eyes
    lined = min(max((figure.face_size / thickness - _ROOM) / 2 + 0.5, 0.0), 1.0)
    limbs = []
    for a, b in skeleton.edges:
        amount = min(plain[a], plain[b]) * (lined if a in face and b in face else 1.0)
        limb = places[a], places[b], _limb_colour(skeleton, a, b, colour, style)
        if amount >= 1.0:
            limbs.append(limb)
        elif amount > 0.0:
            with _veiled(canvas, amount, (points[a], points[b]), rim):
                _draw_limbs(canvas, [limb], thickness, rim)
    _draw_limbs(canvas, limbs, thickness, rim)
    for joint in np.flatnonzero(figure.plain).tolist():
        # the face's five points lie close together: small, so that they don't hide it
        radius = (1.1 if joint in face else 1.9) * own
        around, edge = (points[joint],), radius + 0.7 * own
        with _veiled(canvas, plain[joint] * (lined if joint in face else 1.0), around, edge):
            _disc(canvas, places[joint], edge, OUTLINE)
        with _veiled(canvas, plain[joint], around, radius):
            _disc(canvas, places[joint], radius, _joint_colour(skeleton, joint, colour, style))


_ROOM = 8.0
"""How large a face must be for lines in it, in thicknesses of these; around it they fade, or they would flash."""
_SHIFT = 4  # OpenCV's fixed-point drawing: sixteenths of a pixel, so that lines don't jump between pixels
_ONE = 1 << _SHIFT
_Place = tuple[int, int]


def _draw_limbs(canvas: U8, limbs: list[tuple[_Place, _Place, Colour]], thickness: int, rim: int) -> None:
    for start, end, _ in limbs:  # all outlines first, so that none crosses a neighbour's colour
        cv2.line(canvas, start, end, OUTLINE, rim, cv2.LINE_AA, _SHIFT)
    for start, end, colour in limbs:
        cv2.line(canvas, start, end, colour, thickness, cv2.LINE_AA, _SHIFT)


def _disc(canvas: U8, centre: _Place, radius: float, colour: Colour) -> None:
    cv2.circle(canvas, centre, round(radius * _ONE), colour, -1, cv2.LINE_AA, _SHIFT)


@contextmanager
def _veiled(canvas: U8, amount: float, around: Sequence[Sequence[float]], reach: float) -> Iterator[None]:
    """Only `amount` (0 to 1) shows of what is drawn meanwhile, which is at most `reach` away from the points around."""
    if amount >= 1.0:
        yield
        return
    height, width = canvas.shape[:2]
    left, right = _stretch([x for x, _ in around], reach, width)
    top, bottom = _stretch([y for _, y in around], reach, height)
    part = canvas[top:bottom, left:right]
    before = part.copy()
    yield
    if part.size:
        cv2.addWeighted(part, amount, before, 1.0 - amount, 0.0, dst=part)


def _stretch(places: list[float], reach: float, most: int) -> tuple[int, int]:
    low, high = min(places) - reach - 2, max(places) + reach + 3
    return int(min(max(low, 0), most)), int(min(max(high, 0), most))


def _fixed(points: F64) -> list[_Place]:
    # far outside the picture OpenCV's 32-bit arithmetic overflows
    places = np.rint(points.clip(-10_000, 60_000) * _ONE).astype(int).tolist()
    return [(x, y) for x, y in places]


def _joint_colour(skeleton: Skeleton, joint: int, colour: Colour, style: Style) -> Colour:
    """A shade of the person's colour; by limb, left and right have their own."""
    side = skeleton.side(joint)
    return SIDES[side] if style.by_limb else shade(colour, side)


def _limb_colour(skeleton: Skeleton, a: int, b: int, colour: Colour, style: Style) -> Colour:
    if skeleton.side(a) != skeleton.side(b):
        return MIDDLE if style.by_limb else colour
    return _joint_colour(skeleton, a, colour, style)


def _rectangle(canvas: U8, box: np.ndarray, colour: Colour, thickness: int) -> None:
    corners = np.clip(box, -10_000, 60_000)
    (left, top), (right, bottom) = np.rint(corners).astype(int).reshape(2, 2).tolist()
    cv2.rectangle(canvas, (left, top), (right, bottom), colour, thickness, cv2.LINE_AA)


def _polyline(canvas: U8, line: np.ndarray, colour: Colour, thickness: int) -> None:
    if len(line) > 1:
        points = (np.clip(line, -10_000, 60_000) * _ONE).round().astype(np.int32)[:, None]
        cv2.polylines(canvas, [points], False, colour, thickness, cv2.LINE_AA, _SHIFT)
