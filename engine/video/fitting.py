"""Pictures of one size into a video of another."""

from __future__ import annotations

import cv2
import numpy as np

from engine.types import F32, U8


def fitted(image: U8, width: int, height: int) -> U8:
    """`image`, uint8 [H, W, 3], scaled into `width` × `height` as large as it goes, black bars beside it."""
    inner = fitted_size(image.shape[1], image.shape[0], width, height)
    if image.shape[1::-1] != inner:
        image = np.asarray(cv2.resize(image, inner, interpolation=cv2.INTER_AREA), np.uint8)
    return with_bars(image, width, height)


def fitted_size(width: int, height: int, into_width: int, into_height: int) -> tuple[int, int]:
    """The size of a picture of `width` × `height` scaled into another one as large as it goes."""
    scale = min(into_width / width, into_height / height)
    return max(1, round(width * scale)), max(1, round(height * scale))


def fitted_points(points: F32, size: tuple[int, int], into: tuple[int, int]) -> F32:
    """Where `points`, float32 [..., 2] in a picture of `size` (width, height), lie once it is `fitted` into another."""
    inner = fitted_size(*size, *into)
    scaled = (points + 0.5) * np.divide(inner, size) - 0.5  # whole numbers are the middles of pixels
    return (scaled + _margins(inner, into)).astype(np.float32)


def unfitted_points(points: F32, size: tuple[int, int], into: tuple[int, int]) -> F32:
    """Where `fitted_points` had them from."""
    inner = fitted_size(*size, *into)
    return ((points - _margins(inner, into) + 0.5) * np.divide(size, inner) - 0.5).astype(np.float32)


def with_bars(image: U8, width: int, height: int) -> U8:
    """`image`, uint8 [H, W, 3] and no larger, in the middle of `width` × `height` black pixels."""
    inner_height, inner_width = image.shape[:2]
    if (inner_width, inner_height) == (width, height):
        return image
    left, top = _margins((inner_width, inner_height), (width, height))
    canvas = np.zeros((height, width, 3), np.uint8)
    canvas[top : top + inner_height, left : left + inner_width] = image
    return canvas


def _margins(inner: tuple[int, int], outer: tuple[int, int]) -> tuple[int, int]:
    """What is left of and above a picture in the middle of a larger one."""
    return (outer[0] - inner[0]) // 2, (outer[1] - inner[1]) // 2
