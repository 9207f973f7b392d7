"""Random views of a person: half body, shift, scale, rotation, mirror, colour (order and figures: HRNet's dataset).

A view is chosen as a centre, a size and a turn, and carried out as one affine that `engine.crops` makes, so that
training and running lay a box onto the crop by the same rule.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from engine.crops import PixelRule, affines, centres_and_sizes, mirrored
from engine.skeletons import Skeleton
from engine.types import F32, F64, U8
from training.data.people import Person

HALF_BODY_PADDING = 1.5
HALF_BODY_JOINTS = 8  # strictly more labelled joints than this (JointsDataset)
LOWER_BODY = ("hip", "knee", "ankle", "pelvis")


@dataclass(frozen=True, slots=True)
class Augmentation:
    """How far a view may stray; the defaults are HRNet's for COCO. All zero: the plain box.

    scale      size × clip(N(0, 1) · scale + 1, 1 ± scale)
    rotation   degrees: clip(N(0, 1) · rotation, ± 2 rotation), with probability `rotation_chance`
    shift      the centre moves by N(0, 1) · shift of the size (clipped at twice that); HRNet has none
    colour     contrast, brightness and saturation change by up to this share; HRNet has none
    blur       chance that the crop is shrunk and enlarged again, or compressed, as far people look; HRNet has none
    erase      chance that a rectangle is covered by noise; HRNet has none
    flare      chance that light shines into the lens and veils what is around it; HRNet has none
    turn       of detectors: chance that a whole picture is turned by a quarter, a half or three quarters
    """

    scale: float = 0.35
    rotation: float = 45.0
    rotation_chance: float = 0.6
    flip: float = 0.5
    half_body: float = 0.3
    shift: float = 0.0
    colour: float = 0.0
    blur: float = 0.0
    erase: float = 0.0
    flare: float = 0.0
    turn: float = 0.0


PLAIN = Augmentation(scale=0, rotation=0, rotation_chance=0, flip=0, half_body=0)


@dataclass(frozen=True, eq=False, slots=True)
class View:
    """matrix float64 [2, 3]: source pixels → crop pixels, the mirroring included; `flipped`: joints change sides."""

    matrix: F64
    flipped: bool


def half_body(
    points: F32, labelled: F32, skeleton: Skeleton, size_wh: tuple[int, int], rng: np.random.Generator
) -> tuple[F64, F64] | None:
    """Centre [2] and size [2] of the upper or lower half; None where too few joints are labelled."""
    lower = np.array([any(part in name for part in LOWER_BODY) for name in skeleton.keypoints])
    upper_seen, lower_seen = (labelled > 0) & ~lower, (labelled > 0) & lower
    # a normal draw against 0.5, i.e. a probability of 0.69: so in the original
    if rng.standard_normal() < 0.5 and upper_seen.sum() > 2:
        chosen = upper_seen
    else:
        chosen = lower_seen if lower_seen.sum() > 2 else upper_seen
    if chosen.sum() < 2:
        return None
    some = points[chosen].astype(np.float64)
    box = np.concatenate([some.min(0), some.max(0)])
    _, size = centres_and_sizes(box, size_wh, padding=HALF_BODY_PADDING)
    return some.mean(0), size[0]


def random_view(
    person: Person,
    skeleton: Skeleton,
    size_wh: tuple[int, int],
    augmentation: Augmentation,
    rng: np.random.Generator,
    *,
    rule: PixelRule = PixelRule.SKELTER,
) -> View:
    """One view of a person, for crops of `size_wh` pixels."""
    points, labelled = person.keypoints, person.weights
    centres, sizes = centres_and_sizes(person.xyxy, size_wh)
    centre, size = centres[0], sizes[0]
    if (labelled > 0).sum() > HALF_BODY_JOINTS and rng.random() < augmentation.half_body:
        centre, size = half_body(points, labelled, skeleton, size_wh, rng) or (centre, size)
    spread = augmentation.scale
    centre = centre + size * np.clip(rng.standard_normal(2), -2, 2) * augmentation.shift
    size = size * np.clip(rng.standard_normal() * spread + 1, 1 - spread, 1 + spread)
    turn = float(
        np.clip(rng.standard_normal() * augmentation.rotation, *(2 * augmentation.rotation * np.array([-1, 1])))
    )
    turn = turn if rng.random() < augmentation.rotation_chance else 0.0
    matrix = affines(centre, size, size_wh, rotation_deg=turn, rule=rule)[0]
    flipped = bool(rng.random() < augmentation.flip)
    return View(mirrored(matrix, size_wh[0]) if flipped else matrix, flipped)


def compose(second: F64, first: F64) -> F64:
    """The affine [2, 3] that does `first`, then `second`."""
    linear = second[:, :2] @ first[:, :2]
    return np.concatenate([linear, (second[:, :2] @ first[:, 2] + second[:, 2])[:, None]], axis=1)


@dataclass(frozen=True, eq=False, slots=True)
class Look:
    """How a picture is changed beside its view.

    colour  float64 [3, 4], channels and 1 → channels
    flare   where a light is (x, y), how far it reaches (pixels), and how much it hides (0–1; 0: there is none)
    shrunk  the share of its size that it is shrunk to before it is enlarged again; 1: it is left as it is
    erased  (left, top, right, bottom), pixels that are covered; nothing where right = left
    fill    uint8 [3], by what
    """

    colour: F64
    flare: tuple[float, float, float, float]
    shrunk: float
    erased: tuple[int, int, int, int]
    fill: U8


NO_FLARE = (0.0, 0.0, 1.0, 0.0)
VEIL = 0.4  # of what a light hides where it is, this is hidden everywhere


def random_look(augmentation: Augmentation, size_wh: tuple[int, int], rng: np.random.Generator) -> Look:
    """One look for pictures of `size_wh` pixels."""
    colour = _colours(augmentation.colour, rng) if augmentation.colour else np.eye(3, 4)
    shrunk = rng.uniform(0.3, 0.8) if rng.random() < augmentation.blur else 1.0
    left = top = wide = tall = 0
    fill = np.zeros(3, np.uint8)
    if rng.random() < augmentation.erase:
        wide, tall = (rng.uniform(0.1, 0.35, 2) * size_wh).astype(int)
        left, top = rng.integers(0, size_wh[0] - wide), rng.integers(0, size_wh[1] - tall)
        fill = rng.integers(0, 256, 3, np.uint8)
    flare = _flare(size_wh, rng) if augmentation.flare and rng.random() < augmentation.flare else NO_FLARE
    return Look(colour, flare, shrunk, (int(left), int(top), int(left + wide), int(top + tall)), fill)


def degrade(crop: U8, look: Look) -> U8:
    """Colour, light, blur and covering of a crop uint8 [H, W, 3], which stays as it is."""
    height, width = crop.shape[:2]
    crop = np.asarray(cv2.transform(crop, look.colour), np.uint8)
    if look.flare[3]:
        crop = _veiled(crop, look.flare)
    if look.shrunk < 1:
        size = (max(8, int(width * look.shrunk)), max(8, int(height * look.shrunk)))
        small = cv2.resize(crop, size, interpolation=cv2.INTER_AREA)
        crop = np.asarray(cv2.resize(small, (width, height), interpolation=cv2.INTER_LINEAR), np.uint8)
    left, top, right, bottom = look.erased
    crop[top:bottom, left:right] = look.fill
    return crop


def _veiled(crop: U8, flare: tuple[float, float, float, float]) -> U8:
    """What is left of a crop uint8 [H, W, 3] when a light in it takes away its darkness."""
    x, y, reach, hidden = flare
    height, width = crop.shape[:2]
    across = np.exp(-0.5 * ((np.arange(width, dtype=np.float32) - x) / reach) ** 2)
    down = np.exp(-0.5 * ((np.arange(height, dtype=np.float32) - y) / reach) ** 2)
    left = 1 - hidden * (VEIL + (1 - VEIL) * down[:, None] * across)
    return np.asarray(np.rint(255 - (255 - crop.astype(np.float32)) * left[..., None]), np.uint8)


def _flare(size_wh: tuple[int, int], rng: np.random.Generator) -> tuple[float, float, float, float]:
    x, y = rng.uniform(0, size_wh)
    return float(x), float(y), float(rng.uniform(0.15, 0.6) * max(size_wh)), float(rng.uniform(0.3, 0.9))


def _colours(spread: float, rng: np.random.Generator) -> F64:
    contrast, saturation = rng.uniform(1 - spread, 1 + spread, 2)
    brightness, tint = rng.uniform(-spread, spread) * 80, rng.uniform(-spread, spread, 3) * 30
    # contrast and saturation are both linear in the channels: one 3 × 4 colour matrix does all
    grey = np.full((3, 3), 1 / 3)
    linear = contrast * (saturation * np.eye(3) + (1 - saturation) * grey)
    shift = (1 - contrast) * 110 + brightness + tint
    return np.concatenate([linear, shift[:, None]], axis=1)
