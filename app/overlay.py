"""Draws people on a picture: skeletons, boxes, ids, trails. The only drawing code; window and exports share it."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

import cv2
import numpy as np

from app.heat import lay_heat
from app.style import LEFT, MIDDLE, OUTLINE, PALETTE, RIGHT, Colour, Style, person_colour
from engine.heat import Heat
from engine.skeletons import COCO, Skeleton
from engine.types import U8, Bools, Tracks

__all__ = [
    "LEFT", "MIDDLE", "PALETTE", "RIGHT", "Colour", "Lettering", "Style", "Trails", "draw", "person_colour",
]  # fmt: skip


class Trails:
    """Where each person's middle was lately; remembers at most `seconds` of every id."""

    def __init__(self, seconds: float = 1.5) -> None:
        self._seconds = seconds
        self._points: dict[int, deque[tuple[float, tuple[float, float]]]] = {}

    def add(self, tracks: Tracks, time_s: float) -> None:
        for person_id, box in zip(tracks.ids.tolist(), tracks.poses.boxes.xyxy, strict=True):
            points = self._points.setdefault(person_id, deque())
            points.append((time_s, (float(box[0] + box[2]) / 2, float(box[3]))))
        for person_id in list(self._points):
            points = self._points[person_id]
            while points and not time_s - self._seconds <= points[0][0] <= time_s:
                points.popleft()
            if not points:
                del self._points[person_id]

    def lines(self) -> dict[int, np.ndarray]:
        """Points [T, 2] of each id, oldest first."""
        return {key: np.array([point for _, point in points]) for key, points in self._points.items()}

    def mirrored(self, width: int) -> Trails:
        """The same trails in a picture `width` wide that was turned left to right."""
        other = Trails(self._seconds)
        for person_id, points in self._points.items():
            other._points[person_id] = deque((time_s, (width - 1 - x, y)) for time_s, (x, y) in points)
        return other

    def clear(self) -> None:
        self._points.clear()


class Lettering(Protocol):
    """Writes what OpenCV's line font cannot: other scripts than Latin."""

    def __call__(self, text: str, height: int, /) -> U8:
        """The text, `height` pixels high: how much ink is where, uint8 [height, W]."""
        ...


@dataclass(frozen=True, eq=False, slots=True)
class _Paint:
    """What one picture is drawn with. `unit` is the size of things in pixels."""

    canvas: U8
    style: Style
    skeleton: Skeleton
    unit: float
    names: Mapping[int, str]
    lettering: Lettering | None


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
) -> U8:
    """A copy of `image` (RGB) with the people of `tracks` drawn on it.

    names      what to write in the place of some people's numbers
    edited     bool [N, K], which joints were put in place by hand: they get a ring
    lettering  for names that are not plain Latin; without it those people keep their numbers
    heat       of a joint, to be laid over the picture under everything else
    """
    style = style or Style()
    canvas = np.zeros_like(image) if style.black else image.copy()
    if heat is not None:
        lay_heat(canvas, heat)
    height, width = canvas.shape[:2]
    unit = max(min(width, height) / 360, 0.6) * style.line_width
    paint = _Paint(canvas, style, skeleton, unit, names or {}, lettering)
    if style.trails and trails is not None:
        for person_id, line in trails.lines().items():
            _polyline(canvas, line, person_colour(person_id), unit)
    for row in range(len(tracks)):
        _draw_person(paint, tracks, row, None if edited is None else edited[row])
    return canvas


def _draw_person(paint: _Paint, tracks: Tracks, row: int, edited: Bools | None) -> None:
    canvas, style, skeleton, unit = paint.canvas, paint.style, paint.skeleton, paint.unit
    person_id = int(tracks.ids[row])
    colour = person_colour(person_id)
    box = tracks.poses.boxes.xyxy[row]
    points, scores = tracks.poses.keypoints[row], tracks.poses.scores[row]
    seen = (scores >= style.min_score) & np.isfinite(points).all(axis=1)
    fits = len(points) == len(skeleton)  # not of the last people of a network of other joints
    # somebody followed whose joints are unsure is shown by his box, or his number would hang in the air
    if style.boxes or (style.skeleton and seen.sum() < _FEWEST_JOINTS):
        _rectangle(canvas, box, colour, unit)
    if style.skeleton and fits:
        # a far person gets thinner lines, or the lines would hide him
        own = min(unit, max(float(box[3] - box[1]) / 110, 0.6 * style.line_width))
        _draw_skeleton(canvas, points, seen, colour, style, skeleton, own)
        if edited is not None:
            for joint in np.flatnonzero(edited & seen):
                radius = round(4.2 * own * _ONE)
                cv2.circle(canvas, _fixed(points[joint]), radius, MIDDLE, max(round(0.7 * own), 1), cv2.LINE_AA, _SHIFT)
    if fits and (style.names or style.scores):
        _draw_captions(canvas, points, scores, seen, style, skeleton, unit)
    if style.ids:
        score = f"{tracks.poses.boxes.scores[row]:.2f}" if style.scores else ""
        _label(paint, person_id, score, _label_place(box, points, seen))


def _draw_skeleton(
    canvas: U8, points: np.ndarray, seen: np.ndarray, colour: Colour, style: Style, skeleton: Skeleton, unit: float
) -> None:
    thickness = max(round(1.6 * unit), 1)
    limbs = [
        (_fixed(points[a]), _fixed(points[b]), _limb_colour(skeleton, a, b, colour, style))
        for a, b in skeleton.edges
        if seen[a] and seen[b]
    ]
    for start, end, _ in limbs:  # all outlines first, so that none crosses a neighbour's colour
        cv2.line(canvas, start, end, OUTLINE, thickness + max(round(unit), 1) + 1, cv2.LINE_AA, _SHIFT)
    for start, end, limb in limbs:
        cv2.line(canvas, start, end, limb, thickness, cv2.LINE_AA, _SHIFT)
    for joint in np.flatnonzero(seen):
        # the face's five points lie close together: small, so that they don't hide it
        radius = (1.1 if skeleton.keypoints[joint] in _FACE else 1.9) * unit
        centre = _fixed(points[joint])
        cv2.circle(canvas, centre, round((radius + 0.7 * unit) * _ONE), OUTLINE, -1, cv2.LINE_AA, _SHIFT)
        fill = _joint_colour(skeleton, int(joint), colour, style)
        cv2.circle(canvas, centre, round(radius * _ONE), fill, -1, cv2.LINE_AA, _SHIFT)


_FEWEST_JOINTS = 4
_FACE = frozenset({"nose", "left_eye", "right_eye", "left_ear", "right_ear"})
_SHIFT = 4  # OpenCV's fixed-point drawing: sixteenths of a pixel, so that lines don't jump between pixels
_ONE = 1 << _SHIFT


def _fixed(point: np.ndarray) -> tuple[int, int]:
    # far outside the picture OpenCV's 32-bit arithmetic overflows
    x, y = np.clip(point, -10_000, 60_000)
    return round(float(x) * _ONE), round(float(y) * _ONE)


def _joint_colour(skeleton: Skeleton, joint: int, colour: Colour, style: Style) -> Colour:
    """Left is a lighter, right a deeper shade of the person's colour; by limb, left and right have their own."""
    side = skeleton.side(joint)
    if style.by_limb:
        return {"left": LEFT, "right": RIGHT, "middle": MIDDLE}[side]
    amount = {"left": 0.45, "right": -0.25, "middle": 0.0}[side]
    target = 255 if amount > 0 else 0
    red, green, blue = (round(channel + (target - channel) * abs(amount)) for channel in colour)
    return red, green, blue


def _limb_colour(skeleton: Skeleton, a: int, b: int, colour: Colour, style: Style) -> Colour:
    if skeleton.side(a) != skeleton.side(b):
        return MIDDLE if style.by_limb else colour
    return _joint_colour(skeleton, a, colour, style)


def _label_place(box: np.ndarray, points: np.ndarray, seen: np.ndarray) -> tuple[int, int]:
    """Above the person: over the top of box and joints, at the middle."""
    top = min(float(box[1]), float(points[seen, 1].min())) if seen.any() else float(box[1])
    return round(float(box[0] + box[2]) / 2), round(top)


def _label(paint: _Paint, person_id: int, score: str, place: tuple[int, int]) -> None:
    """The person's name or number, and the score where there is one, on his colour."""
    canvas, unit, colour = paint.canvas, paint.unit, person_colour(person_id)
    name = paint.names.get(person_id, "")
    if not name.isascii() and paint.lettering is None:
        name = ""
    text = "  ".join(filter(None, (name or str(person_id), score)))
    bright = 0.299 * colour[0] + 0.587 * colour[1] + 0.114 * colour[2] > 130
    ink = OUTLINE if bright else (255, 255, 255)
    scale, weight = 0.42 * max(unit, 0.8), max(round(unit), 1)
    (width, height), base = cv2.getTextSize(text, cv2.FONT_HERSHEY_SIMPLEX, scale, weight)
    written = None if text.isascii() or paint.lettering is None else paint.lettering(text, height + base)
    if written is not None:
        width = written.shape[1]
    pad = max(round(2 * unit), 2)
    left = int(np.clip(place[0] - width // 2 - pad, 0, max(canvas.shape[1] - width - 2 * pad, 0)))
    top = int(np.clip(place[1] - height - base - 3 * pad, 0, max(canvas.shape[0] - height - base - 2 * pad, 0)))
    cv2.rectangle(canvas, (left, top), (left + width + 2 * pad, top + height + base + pad), colour, -1)
    if written is not None:
        _stamp(canvas, written, (left + pad, top + pad // 2), ink)
    else:
        origin = (left + pad, top + height + pad)
        cv2.putText(canvas, text, origin, cv2.FONT_HERSHEY_SIMPLEX, scale, ink, weight, cv2.LINE_AA)


def _stamp(canvas: U8, written: U8, place: tuple[int, int], ink: Colour) -> None:
    left, top = place
    part = canvas[top : top + written.shape[0], left : left + written.shape[1]]
    amount = written[: part.shape[0], : part.shape[1], None].astype(np.float32) / 255
    part[:] = np.rint(part + (np.array(ink, np.float32) - part) * amount)


def _draw_captions(
    canvas: U8, points: np.ndarray, scores: np.ndarray, seen: np.ndarray, style: Style, skeleton: Skeleton, unit: float
) -> None:
    for joint in np.flatnonzero(seen):
        words = [skeleton.keypoints[joint].replace("_", " ")] if style.names else []
        words += [f"{scores[joint]:.2f}"] if style.scores else []
        x, y = np.clip(points[joint] + 3 * unit, -10_000, 60_000)
        for ink, weight in ((OUTLINE, max(round(2 * unit), 2)), ((255, 255, 255), 1)):
            place = (round(float(x)), round(float(y)))
            cv2.putText(canvas, " ".join(words), place, cv2.FONT_HERSHEY_SIMPLEX, 0.3 * unit, ink, weight, cv2.LINE_AA)


def _rectangle(canvas: U8, box: np.ndarray, colour: Colour, unit: float) -> None:
    corners = np.clip(np.nan_to_num(box), -10_000, 60_000)
    (left, top), (right, bottom) = np.rint(corners).astype(int).reshape(2, 2).tolist()
    cv2.rectangle(canvas, (left, top), (right, bottom), colour, max(round(unit), 1), cv2.LINE_AA)


def _polyline(canvas: U8, line: np.ndarray, colour: Colour, unit: float) -> None:
    if len(line) > 1:
        points = (np.clip(line, -10_000, 60_000) * _ONE).round().astype(np.int32)[:, None]
        cv2.polylines(canvas, [points], False, colour, max(round(unit), 1), cv2.LINE_AA, _SHIFT)
