"""Drawn people: pictures with somebody on them wherever the program is, to try a network on.

They are no substitute for real pictures of a network's accuracy, but every network that was trained on people gives
them joints, and two builds of one network must give the same.
"""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from engine.types import U8, Boxes

# a standing person, as shares of their box: the 17 keypoints of COCO in their order (facing us, so left is right)
_STANDING = np.array(
    [
        [0.50, 0.09], [0.53, 0.07], [0.47, 0.07], [0.57, 0.08], [0.43, 0.08], [0.67, 0.20], [0.33, 0.20], [0.74, 0.36],
        [0.26, 0.36], [0.78, 0.50], [0.22, 0.50], [0.60, 0.50], [0.40, 0.50], [0.61, 0.74], [0.39, 0.74], [0.62, 0.95],
        [0.38, 0.95],
    ]
)  # fmt: skip
# shoulder, elbow, wrist and so on: what turns about what, by how much at most (degrees)
_LIMBS = (
    (5, (7, 9), 70), (6, (8, 10), 70), (7, (9,), 90), (8, (10,), 90), (11, (13, 15), 35), (12, (14, 16), 35),
    (13, (15,), 40), (14, (16,), 40),
)  # fmt: skip


def person(seed: int, size_wh: tuple[int, int] = (288, 384)) -> tuple[U8, Boxes]:
    """A picture uint8 [H, W, 3] with one person, and the box around them. The same seed draws the same."""
    rng = np.random.default_rng(seed)
    width, height = size_wh
    image = _background(rng, width, height)
    box_height = rng.uniform(0.7, 0.85) * height
    box_width = 0.45 * box_height
    left, top = (width - box_width) / 2 + rng.uniform(-0.05, 0.05) * width, (height - box_height) / 2
    joints = _posed(rng) * (box_width, box_height) + (left, top)
    _draw(image, joints, box_height, rng)
    low, high = joints.min(axis=0) - 0.05 * box_height, joints.max(axis=0) + 0.04 * box_height
    xyxy = np.concatenate([low.clip(0), np.minimum(high, (width - 1, height - 1))])
    return image, Boxes.of(xyxy[None], [1.0])


def people(count: int, size_wh: tuple[int, int] = (288, 384)) -> list[tuple[U8, Boxes]]:
    """So many pictures of one person each."""
    return [person(seed, size_wh) for seed in range(count)]


def _posed(rng: np.random.Generator) -> npt.NDArray[np.float64]:
    joints = _STANDING.copy()
    for centre, moved, most in _LIMBS:
        angle = np.deg2rad(rng.uniform(-most, most))
        turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
        aspect = np.array([0.45, 1.0])  # angles are those of the picture, not of the box's shares
        joints[list(moved)] = (turn @ ((joints[list(moved)] - joints[centre]) * aspect).T).T / aspect + joints[centre]
    return joints


def _background(rng: np.random.Generator, width: int, height: int) -> U8:
    """Soft patches of muted colours, as a wall or a street out of focus, with a floor."""
    coarse = rng.integers(70, 200, (5, 4, 3), np.uint8)
    wall: npt.NDArray[np.uint8] = np.asarray(
        cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC), np.uint8
    )
    floor = int(0.82 * height)
    wall[floor:] = (0.6 * wall[floor:] + 0.4 * rng.integers(40, 120, 3)).astype(np.uint8)
    noise = rng.normal(0, 6, wall.shape)
    return (wall + noise).clip(0, 255).astype(np.uint8)


def _draw(image: U8, joints: npt.NDArray[np.float64], size: float, rng: np.random.Generator) -> None:
    skin = rng.choice([(224, 172, 140), (198, 134, 98), (141, 85, 54), (241, 194, 170)])
    shirt, trousers = rng.integers(20, 230, 3), rng.integers(20, 140, 3)
    down = np.array([0.0, size])
    hair, shoes = rng.choice([(40, 26, 18), (90, 60, 30), (20, 20, 22)]), rng.integers(10, 60, 3)

    def limb(a: int, b: int, colour: npt.ArrayLike, thick: float) -> None:
        for scale, shade in ((1.0, 0.75), (0.7, 1.0)):  # darker at the edges, as round things are
            points = [tuple(int(v) for v in joints[n].round()) for n in (a, b)]
            shaded = tuple(int(v) for v in np.asarray(colour) * shade)
            cv2.line(image, points[0], points[1], shaded, max(1, round(thick * scale * size)), cv2.LINE_AA)

    for side in (11, 12):
        limb(side, side + 2, trousers, 0.085)
        limb(side + 2, side + 4, trousers, 0.065)
        foot = joints[side + 4]
        ends = (int(0.035 * size), int(0.016 * size))
        sole = _point(foot + 0.015 * down)
        cv2.ellipse(image, sole, ends, 0, 0, 360, _colour(shoes), -1, cv2.LINE_AA)
    torso = joints[[5, 6, 12, 11]].round().astype(np.int32)
    cv2.fillPoly(image, [torso], _colour(shirt), cv2.LINE_AA)
    cv2.polylines(image, [torso], True, _colour(np.asarray(shirt) * 0.8), max(1, round(0.03 * size)), cv2.LINE_AA)
    neck = joints[[5, 6]].mean(axis=0)
    head = joints[[3, 4]].mean(axis=0)
    cv2.line(image, _point(neck), _point(head), _colour(skin), max(1, round(0.05 * size)), cv2.LINE_AA)
    for side in (5, 6):
        limb(side, side + 2, shirt, 0.06)
        limb(side + 2, side + 4, skin, 0.04)
        cv2.circle(image, _point(joints[side + 4]), max(1, round(0.024 * size)), _colour(skin), -1, cv2.LINE_AA)
    face = (round(0.045 * size), round(0.06 * size))
    cv2.ellipse(image, _point(head - 0.012 * down), face, 0, 0, 360, _colour(hair), -1, cv2.LINE_AA)
    cv2.ellipse(image, _point(head + 0.008 * down), (round(0.037 * size), round(0.05 * size)), 0, 0, 360,
                _colour(skin), -1, cv2.LINE_AA)  # fmt: skip
    for eye in (1, 2):
        cv2.circle(image, _point(joints[eye]), max(1, round(0.006 * size)), (30, 25, 25), -1, cv2.LINE_AA)
    nose = joints[0] + 0.01 * down
    cv2.line(image, _point(joints[0]), _point(nose), _colour(np.asarray(skin) * 0.7), max(1, round(0.006 * size)))
    mouth = joints[0] + 0.03 * down
    cv2.ellipse(image, _point(mouth), (max(1, round(0.012 * size)), max(1, round(0.004 * size))), 0, 0, 360,
                (120, 50, 50), -1, cv2.LINE_AA)  # fmt: skip
    image[:] = cv2.GaussianBlur(image, (3, 3), 0.8)


def _point(xy: npt.NDArray[np.float64]) -> tuple[int, int]:
    return round(float(xy[0])), round(float(xy[1]))


def _colour(rgb: npt.ArrayLike) -> tuple[int, ...]:
    return tuple(int(value) for value in np.asarray(rgb))
