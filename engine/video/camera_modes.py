"""Which sizes and rates a camera offers, and by what it can be opened here. No camera is switched on for that."""

from __future__ import annotations

import struct
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import cv2

from engine.video.camera import BACKENDS, usual_backend

_SYSTEM: str = sys.platform  # mypy would take the branches of other systems for dead code
_OF_SYSTEM = {"win32": ("dshow", "msmf"), "darwin": ("avfoundation",)}


@dataclass(frozen=True, order=True, slots=True)
class CameraMode:
    """A size in pixels and the rate it comes at in pictures a second; 0: not known."""

    width: int
    height: int
    fps: float


TYPICAL = tuple(CameraMode(*size, 0.0) for size in ((1920, 1080), (1280, 720), (640, 480)))
"""Offered where the system does not tell a camera's own; it takes the nearest that it can."""


def camera_modes(index: int) -> list[CameraMode]:
    """What camera `index` says it can do, the largest and fastest first; TYPICAL where nobody tells.

    Linux's drivers are asked. Of a camera that can send compressed pictures only those sizes count, because they are
    the ones that arrive at their full rate.
    """
    if not _SYSTEM.startswith("linux"):
        return list(TYPICAL)
    import fcntl  # not on Windows

    try:
        with open(f"/dev/video{index}", "rb", buffering=0) as node:
            found = modes_of(lambda request, data: fcntl.ioctl(node, request, data))
    except OSError:
        return list(TYPICAL)
    return found or list(TYPICAL)


def camera_backends() -> list[str]:
    """By what cameras can be opened here, the usual one first."""
    here = {cv2.videoio_registry.getBackendName(each).lower() for each in cv2.videoio_registry.getCameraBackends()}
    names = _OF_SYSTEM.get(_SYSTEM, ("v4l2", "gstreamer"))
    known = [name for name in names if name in here and name in BACKENDS]
    return sorted(known, key=lambda name: name != usual_backend())


# linux/videodev2.h: the ioctls, and where in their structures what is
_ENUM_FMT, _FMT_SIZE, _PIXEL_FORMAT_AT = 0xC0405602, 64, 44
_ENUM_SIZES, _SIZES_SIZE, _SIZE_AT = 0xC02C564A, 44, 12
_ENUM_INTERVALS, _INTERVALS_SIZE, _INTERVAL_AT = 0xC034564B, 52, 20
_CAPTURE, _DISCRETE = 1, 1
_MJPG = int.from_bytes(b"MJPG", "little")

Ioctl = Callable[[int, bytearray], object]
"""A request and its structure, which the driver fills in; raises OSError where there is no more to tell."""


def modes_of(ioctl: Ioctl) -> list[CameraMode]:
    """The modes that a V4L2 driver tells."""
    formats = [
        struct.unpack_from("=I", answer, _PIXEL_FORMAT_AT)[0]
        for answer in _each(ioctl, _ENUM_FMT, _FMT_SIZE, struct.Struct("=II"), _CAPTURE)
    ]
    wanted = [_MJPG] if _MJPG in formats else formats
    modes = {
        CameraMode(width, height, fps)
        for pixels in wanted
        for width, height in _sizes(ioctl, pixels)
        for fps in _rates(ioctl, pixels, width, height)
    }
    return sorted(modes, reverse=True)


def _sizes(ioctl: Ioctl, pixels: int) -> Iterator[tuple[int, int]]:
    for answer in _each(ioctl, _ENUM_SIZES, _SIZES_SIZE, struct.Struct("=II"), pixels):
        kind, *numbers = struct.unpack_from("=7I", answer, _SIZE_AT - 4)
        if kind == _DISCRETE:
            yield numbers[0], numbers[1]
        else:  # any size between two, in steps: those that people know
            least_w, most_w, _, least_h, most_h, _ = numbers
            for mode in TYPICAL:
                if least_w <= mode.width <= most_w and least_h <= mode.height <= most_h:
                    yield mode.width, mode.height
            return


def _rates(ioctl: Ioctl, pixels: int, width: int, height: int) -> Iterator[float]:
    known = False
    for answer in _each(ioctl, _ENUM_INTERVALS, _INTERVALS_SIZE, struct.Struct("=IIII"), pixels, width, height):
        _, numerator, denominator = struct.unpack_from("=3I", answer, _INTERVAL_AT - 4)
        known = True
        yield round(denominator / max(numerator, 1), 2)  # of a range: its shortest interval
        if struct.unpack_from("=I", answer, _INTERVAL_AT - 4)[0] != _DISCRETE:
            return
    if not known:
        yield 0.0


def _each(ioctl: Ioctl, request: int, size: int, head: struct.Struct, *given: int) -> Iterator[bytearray]:
    """The driver's answers for index 0, 1, 2 … until it has no more."""
    for index in range(256):
        data = bytearray(size)
        head.pack_into(data, 0, index, *given)
        try:
            ioctl(request, data)
        except OSError:
            return
        yield data
