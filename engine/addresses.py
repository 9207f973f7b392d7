"""What a person may write for a camera or a part of the screen. Reading it needs neither OpenCV nor a screen."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Self

LEAST_SIDE = 32
"""Pixels; a smaller part of the screen shows nobody."""
_CAMERA = re.compile(r"(?:/dev/video)?(\d+)(?::(\d+)x(\d+)(?:@(\d+(?:\.\d+)?))?)?(?::([a-z]\w*))?")
_SCREEN = re.compile(r"screen:(?:(\d+)|(-?\d+),(-?\d+),(\d+)x(\d+))?")


@dataclass(frozen=True, slots=True)
class CameraAddress:
    """A camera's number and how to run it: `0`, `/dev/video2`, `0:1920x1080@30`, `1:gstreamer`, `0:640x480:msmf`.

    size     wanted width and height; None: what suits most
    fps      wanted pictures a second; None: the camera's choice
    backend  by what the camera is opened, one of `engine.video.camera.BACKENDS`; None: the platform's usual one
    """

    index: int
    size: tuple[int, int] | None = None
    fps: float | None = None
    backend: str | None = None

    @classmethod
    def parse(cls, text: str) -> Self | None:
        """None where it means no camera."""
        found = _CAMERA.fullmatch(text)
        if found is None:
            return None
        index, width, height, fps, backend = found.groups()
        size = (int(width), int(height)) if width else None
        return cls(int(index), size, float(fps) if fps else None, backend)

    def __str__(self) -> str:
        size = f":{self.size[0]}x{self.size[1]}" if self.size else ""
        rate = f"@{self.fps:g}" if self.size and self.fps else ""
        return f"{self.index}{size}{rate}{f':{self.backend}' if self.backend else ''}"


@dataclass(frozen=True, slots=True)
class ScreenAddress:
    """A part of the screen: `screen:` is the first screen, `screen:2` the second, `screen:100,50,1280x720` a region.

    region  left, top, width and height in the pixels of all screens together; None: the whole of screen `number`
    """

    number: int = 1
    region: tuple[int, int, int, int] | None = None

    @classmethod
    def parse(cls, text: str) -> Self | None:
        """None where it means no screen."""
        found = _SCREEN.fullmatch(text)
        if found is None:
            return None
        number, *region = found.groups()
        if region[0] is None:
            return cls(int(number or 1))
        left, top, width, height = (int(each) for each in region)
        return cls(1, (left, top, width, height))

    def __str__(self) -> str:
        if self.region is None:
            return f"screen:{self.number if self.number != 1 else ''}"
        left, top, width, height = self.region
        return f"screen:{left},{top},{width}x{height}"


def is_camera(address: str) -> bool:
    """Whether it means a camera of this machine, which one may want to see as in a mirror."""
    return CameraAddress.parse(address) is not None


def is_live(address: str) -> bool:
    """Whether it means something that goes on by itself, and no file: a camera, the screen, a stream."""
    return is_camera(address) or ScreenAddress.parse(address) is not None or "://" in address
