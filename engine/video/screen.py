"""A part of the screen as a live source: a video call, a player in a browser, anything that is shown.

Read by the library mss: X11, Windows and macOS (which asks for the permission to record the screen). Under Wayland no
program may read the screen.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial

import cv2
import numpy as np
from mss import MSS, ScreenShotError

from engine.addresses import LEAST_SIDE, ScreenAddress
from engine.errors import SourceError
from engine.types import U8
from engine.video import LiveState
from engine.video.connection import Shot
from engine.video.live import SupervisedSource

FPS = 30.0
"""How often the screen is looked at, at most."""


@dataclass(frozen=True, eq=False, slots=True)
class Screen:
    """One screen as it is now. Place and size are in the pixels of all screens together.

    image  uint8 [H, W, 3] RGB
    """

    left: int
    top: int
    image: U8


def why_not() -> str:
    """Why the screen cannot be read here, in a sentence; empty where nothing speaks against it."""
    refusal = _refusal()
    return "" if refusal is None else str(refusal)


def _refusal() -> SourceError | None:
    if os.environ.get("WAYLAND_DISPLAY") or os.environ.get("XDG_SESSION_TYPE") == "wayland":
        return SourceError(
            "Under Wayland a program may not read the screen: log in with an X11 session (often called “on Xorg”), or "
            "record the screen with the desktop's own recorder and open that file."
        )
    return None


def screens() -> list[Screen]:
    """What every screen shows now. Raises SourceError where that cannot be read."""
    with _reading() as reader:
        return [
            Screen(each["left"], each["top"], _rgb(_grabbed(reader, each))) for each in map(dict, reader.monitors[1:])
        ]


class ScreenSource(SupervisedSource):
    """A live Source that looks at a screen or a part of it, 30 times a second at most.

    Raises SourceError where there is no such screen, or none may be read.
    """

    def __init__(
        self,
        address: ScreenAddress,
        *,
        on_state: Callable[[LiveState], None] | None = None,
    ) -> None:
        super().__init__(
            f"screen {address.number}" if address.region is None else "screen region",
            partial(_ScreenCapture, address),
            on_state=on_state,
        )


class _ScreenCapture:
    """Opened, read and closed by one thread, as the library wants it."""

    def __init__(self, address: ScreenAddress) -> None:
        self.fps = FPS
        self._next_s = time.monotonic()
        self._held = ExitStack()
        self._reader = self._held.enter_context(_reading())
        try:
            self._part = _part_of(address, self._reader)
            self.read()  # so that what cannot be read is told when it is opened
        except BaseException:
            self.close()
            raise

    def read(self) -> Shot | None:
        time.sleep(max(self._next_s - time.monotonic(), 0.0))
        self._next_s = max(self._next_s + 1 / FPS, time.monotonic())
        return Shot(partial(_rgb, _grabbed(self._reader, self._part)))

    def close(self) -> None:
        self._held.close()


def _part_of(address: ScreenAddress, reader: MSS) -> dict[str, int]:
    """The region inside all screens that `address` means. Raises SourceError where there is none."""
    everything, *single = reader.monitors
    if address.region is None:
        if not 1 <= address.number <= len(single):
            raise SourceError("There is no screen {0}; there are {1}, counted from 1.", address.number, len(single))
        screen = single[address.number - 1]
        return {key: screen[key] for key in ("left", "top", "width", "height")}
    left, top, width, height = address.region
    right = min(left + width, everything["left"] + everything["width"])
    bottom = min(top + height, everything["top"] + everything["height"])
    left, top = max(left, everything["left"]), max(top, everything["top"])
    if min(right - left, bottom - top) < LEAST_SIDE:
        raise SourceError(
            "{0} shows less than {1} × {1} pixels of the screen, which goes from {2[left]},{2[top]} and is "
            "{2[width]} × {2[height]}: choose a larger region.",
            address, LEAST_SIDE, everything,
        )  # fmt: skip
    return {"left": left, "top": top, "width": right - left, "height": bottom - top}


@contextmanager
def _reading() -> Iterator[MSS]:
    refusal = _refusal()
    if refusal is not None:
        raise refusal
    with _told_in_a_sentence(), MSS() as reader:
        yield reader


def _grabbed(reader: MSS, part: dict[str, int]) -> U8:
    """The pixels of a region, uint8 [H, W, 4] BGRA."""
    with _told_in_a_sentence():
        shot = reader.grab(part)
    return np.frombuffer(shot.bgra, np.uint8).reshape(shot.height, shot.width, 4)


@contextmanager
def _told_in_a_sentence() -> Iterator[None]:
    try:
        yield
    except ScreenShotError as error:
        raise SourceError(
            "The screen cannot be read ({0}): that needs a display, and on a Mac the permission to record it.",
            str(error),
        ) from error


def _rgb(image: U8) -> U8:
    return np.asarray(cv2.cvtColor(image, cv2.COLOR_BGRA2RGB), np.uint8)
