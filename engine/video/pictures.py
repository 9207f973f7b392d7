"""Decoded pictures to RGB arrays: BT.709 colours, square pixels, and the way up that the container asks for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import cast

import cv2
import numpy as np
from av.buffer import Buffer
from av.sidedata.sidedata import Type
from av.video.frame import VideoFrame
from av.video.reformatter import Colorspace, VideoReformatter

from engine.types import U8
from engine.video.fitting import fitted_size, with_bars
from engine.video.hdr import ToSdr, hdr_of

# AVColorSpace of what swscale has a matrix for; it refuses pictures tagged otherwise (YCgCo, ICtCp, reserved numbers).
_KNOWN_MATRICES = frozenset({1, 4, 5, 6, 7, 9})


def is_hd(width: int, height: int) -> bool:
    """Whether untagged pictures are BT.709, not BT.601: what players assume, and what our sink writes."""
    return width >= 1280 or height >= 720


@dataclass(frozen=True, slots=True)
class Turn:
    """One of the eight ways a picture can lie: transposed first, then mirrored.

    A display matrix (ISO/IEC 14496-12 §8.5.2.3) maps (x, y) to (a x + c y, b x + d y), y down; oblique angles are
    rounded to the nearest of the eight.
    """

    transpose: bool = False
    mirror_x: bool = False
    mirror_y: bool = False

    @classmethod
    def of(cls, frame: VideoFrame) -> Turn:
        side_data = cast(Mapping[Type, Buffer], frame.side_data)  # PyAV's stub says otherwise
        if Type.DISPLAYMATRIX not in side_data:
            return cls()
        a, b, _, c, d = np.frombuffer(bytes(side_data[Type.DISPLAYMATRIX]), np.int32)[:5].tolist()
        return cls(False, a < 0, d < 0) if abs(a) >= abs(b) else cls(True, c < 0, b < 0)

    def apply(self, image: U8) -> U8:
        if self.transpose:
            if self.mirror_x != self.mirror_y:  # the two common ones, in one pass
                code = cv2.ROTATE_90_CLOCKWISE if self.mirror_x else cv2.ROTATE_90_COUNTERCLOCKWISE
                return np.asarray(cv2.rotate(image, code), np.uint8)
            image = np.asarray(cv2.transpose(image), np.uint8)
        if self.mirror_x or self.mirror_y:
            code = -1 if self.mirror_x and self.mirror_y else 1 if self.mirror_x else 0
            image = np.asarray(cv2.flip(image, code), np.uint8)
        return image


def square_size(width: int, height: int, aspect: Fraction | None) -> tuple[int, int]:
    """The size that shows `width` × `height` pixels of the shape `aspect` (width : height) as square ones.

    One side grows, none shrinks. Differences under 1 % (rounded tags) and shapes beyond 1 : 4 (wrong tags) are ignored.
    """
    shape = float(aspect) if aspect else 1.0
    if not 0.25 <= shape <= 4.0 or abs(shape - 1.0) < 0.01:
        return width, height
    return (round(width * shape), height) if shape > 1.0 else (width, round(height / shape))


class ToRgb:
    """Turns decoded frames into uint8 [height, width, 3] RGB, all of the size and the way up of the first.

    A frame of another size (a camera was turned, a broadcast changed) is fitted in, with black bars beside it. HDR
    becomes SDR, frame by frame as they are tagged.

    width, height  of the pictures given out
    source_size    of the decoded ones: width, height
    hdr            what the first one is
    Used by one thread.
    """

    def __init__(self, first: VideoFrame, aspect: Fraction | None) -> None:
        self._reformatter = VideoReformatter()  # kept: it re-uses its tables as long as the format stays the same
        self._to_sdr = ToSdr()
        self.source_size = first.width, first.height
        self.hdr = hdr_of(first)
        self._size = square_size(first.width, first.height, aspect)
        self._turn = Turn.of(first)
        self.width, self.height = self._size[::-1] if self._turn.transpose else self._size

    def __call__(self, frame: VideoFrame, aspect: Fraction | None = None) -> U8:
        """`aspect`: the shape of the frame's pixels, asked for only where it has another size than the first."""
        hdr = hdr_of(frame)
        matrix = None  # the frame's own
        if frame.colorspace not in _KNOWN_MATRICES and not frame.format.is_rgb:
            matrix = Colorspace.ITU709 if is_hd(frame.width, frame.height) else Colorspace.ITU601
            matrix = matrix if hdr is None else Colorspace.BT2020
        size = self._size
        if (frame.width, frame.height) != self.source_size:
            size = fitted_size(*square_size(frame.width, frame.height, aspect), *self._size)
        if hdr is None:
            # One thread: swscale's own threads cost more than they give at these sizes (docs/benchmarks.md).
            rgb = self._reformatter.reformat(frame, *size, format="rgb24", src_colorspace=matrix, threads=1)
            image = np.asarray(rgb.to_ndarray(), np.uint8)
        else:
            image = self._to_sdr(frame, hdr, *size, matrix)
        image = with_bars(image, *self._size)
        return np.ascontiguousarray(self._turn.apply(image))
