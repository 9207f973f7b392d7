"""Pictures of one size into a video of another."""

from __future__ import annotations

import cv2
import numpy as np

from engine.types import U8


def fitted(image: U8, width: int, height: int) -> U8:
    """`image`, uint8 [H, W, 3], scaled into `width` × `height` as large as it goes, black bars beside it."""
    if image.shape[:2] == (height, width):
        return image
    scale = min(width / image.shape[1], height / image.shape[0])
    inner_width, inner_height = max(1, round(image.shape[1] * scale)), max(1, round(image.shape[0] * scale))
    left, top = (width - inner_width) // 2, (height - inner_height) // 2
    canvas = np.zeros((height, width, 3), np.uint8)
    inner = canvas[top : top + inner_height, left : left + inner_width]
    inner[:] = cv2.resize(image, (inner_width, inner_height), interpolation=cv2.INTER_AREA)
    return canvas
