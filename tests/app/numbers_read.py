"""Reads the angles that are written on a picture, as somebody who looks at it does: by the shapes of their digits."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from engine.types import U8

_SHAPE = (32, 20)  # rows, columns, to which digits are stretched to be compared
_BRIGHT, _COLOURED = 130, 70


@dataclass(frozen=True, slots=True)
class Number:
    """`text` with its degree sign, its middle, and how high its digits are, pixels."""

    text: str
    x: float
    y: float
    high: int


@dataclass(frozen=True, eq=False, slots=True)
class _Sign:
    """A digit, dash or degree sign: its corner, and where in its box ink is, bool [H, W]."""

    x: int
    y: int
    ink: np.ndarray

    @property
    def high(self) -> int:
        return self.ink.shape[0]

    @property
    def is_dash(self) -> bool:
        return self.ink.shape[1] > 2 * self.high

    @property
    def right(self) -> int:
        return self.x + self.ink.shape[1]


def angles_in(picture: U8) -> list[Number]:
    """The numbers with a degree sign behind them, from top to bottom; of a picture with nothing else that is white."""
    is_white = (picture.mean(axis=2) > _BRIGHT) & (np.ptp(picture, axis=2) < _COLOURED)
    count, labels, boxes, _ = cv2.connectedComponentsWithStats(is_white.astype(np.uint8))
    signs = []
    for each, (x, y, wide, high) in zip(range(1, count), boxes[1:, :4].tolist(), strict=True):
        if max(wide, high) > 2:
            signs.append(_Sign(x, y, labels[y : y + high, x : x + wide] == each))
    tallest = max((sign.high for sign in signs), default=0)
    rings = [sign for sign in signs if sign.high <= 0.7 * tallest and not sign.is_dash]
    digits = sorted((sign for sign in signs if sign not in rings), key=lambda sign: -sign.x)
    found = []
    for ring in rings:
        text, edge = "°", ring.x
        for digit in digits:
            if -0.3 * tallest < digit.y - ring.y < 0.8 * tallest and 0 <= edge - digit.right < 0.6 * tallest:
                text, edge = _read(digit) + text, digit.x
        found.append(Number(text, (edge + ring.right) / 2, ring.y + tallest / 2, tallest))
    return sorted(found, key=lambda number: (number.y, number.x))


def _read(sign: _Sign) -> str:
    if sign.is_dash:
        return "-"
    if sign.right - sign.x < 0.4 * sign.high:
        return "1"
    seen = _stretched(sign.ink)
    return max("023456789", key=lambda digit: float((seen * _known(digit)).sum()))


def _known(digit: str) -> np.ndarray:
    canvas = np.zeros((160, 160), np.uint8)
    cv2.putText(canvas, digit, (20, 140), cv2.FONT_HERSHEY_SIMPLEX, 4.0, 255, 9)
    rows, columns = np.nonzero(canvas)
    return _stretched(canvas[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1] > 0)


def _stretched(ink: np.ndarray) -> np.ndarray:
    """Softened, of length 1 and middle 0."""
    soft = cv2.GaussianBlur(cv2.resize(ink.astype(np.float32), _SHAPE[::-1], interpolation=cv2.INTER_AREA), (5, 5), 0)
    soft -= soft.mean()
    return np.asarray(soft / np.linalg.norm(soft))
