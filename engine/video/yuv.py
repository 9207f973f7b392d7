"""RGB to the planes that video encoders take, with the matrix that players expect for the size."""

from __future__ import annotations

from functools import lru_cache

import cv2
import numpy as np
from av.video.reformatter import ColorPrimaries, ColorTrc

from engine.types import F64, U8
from engine.video.pictures import is_hd

# Luma weights of red and blue: Rec. ITU-R BT.709-6 §3.2 and BT.601-7 §2.5.1
_WEIGHTS = {"bt709": (0.2126, 0.0722), "bt601": (0.299, 0.114)}
_SPC_BT709, _SPC_SMPTE170M = 1, 6  # AVColorSpace; PyAV's Colorspace has swscale's numbers, which differ
COLOUR_TAGS = {
    "bt709": (_SPC_BT709, ColorPrimaries.BT709, ColorTrc.BT709),
    "bt601": (_SPC_SMPTE170M, ColorPrimaries.SMPTE170M, ColorTrc.SMPTE170M),
}


def matrix_name(width: int, height: int) -> str:
    """The matrix that players assume for pictures of this size, so that even those that read no tags are right."""
    return "bt709" if is_hd(width, height) else "bt601"


@lru_cache
def _matrix(name: str) -> F64:
    """float64 [3, 4]: (R, G, B, 1) in 0–255 to (Y, Cb, Cr) in limited range."""
    red, blue = _WEIGHTS[name]
    luma = np.array([red, 1.0 - red - blue, blue])
    cb = (np.array([0.0, 0.0, 1.0]) - luma) / (2.0 * (1.0 - blue))
    cr = (np.array([1.0, 0.0, 0.0]) - luma) / (2.0 * (1.0 - red))
    return np.stack(
        [np.append(luma * 219 / 255, 16.0), np.append(cb * 224 / 255, 128.0), np.append(cr * 224 / 255, 128.0)]
    )


def to_yuv420(image: U8, matrix: str) -> U8:
    """Planar 4:2:0, uint8 [H * 3/2, W] (Y above Cb above Cr), of an RGB image uint8 [H, W, 3] with even H and W.

    Within one level of swscale's result in a third of its time, because OpenCV does each step with wide instructions.
    """
    height, width = image.shape[:2]
    planes = np.empty((height * 3 // 2, width), np.uint8)
    full = cv2.transform(image, _matrix(matrix))
    cv2.extractChannel(full, 0, planes[:height])
    half = cv2.resize(full, (width // 2, height // 2), interpolation=cv2.INTER_AREA)
    chroma = planes[height:].reshape(2, height // 2, width // 2)
    cv2.extractChannel(half, 1, chroma[0])
    cv2.extractChannel(half, 2, chroma[1])
    return planes
