"""A source whose people are known: a bright square walks over a dark picture. To test what comes after decoding."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from types import TracebackType
from typing import Self

import numpy as np

from app.engines import Choice, Engines
from app.results import Header, SourceRecord
from engine.types import U8, Boxes, Frame, Poses
from engine.video import SourceInfo
from trackers.oks import OksTracker

WIDTH, HEIGHT, SIDE = 160, 120, 24


def picture(index: int) -> U8:
    """Frame `index`: the square's left edge is at 2·index, modulo the width."""
    image = np.full((HEIGHT, WIDTH, 3), 20, np.uint8)
    left = (2 * index) % (WIDTH - SIDE)
    image[40 : 40 + SIDE, left : left + SIDE] = 220
    return image


class SquareSource:
    """`count` pictures at 25 a second; `fail_at` raises in its place; live ones are paced by `pause_s`."""

    def __init__(
        self, count: int, *, live: bool = False, pause_s: float = 0.0, fail_at: int | None = None,
        error: Exception | None = None,
    ) -> None:  # fmt: skip
        self.info = SourceInfo("square", WIDTH, HEIGHT, 25.0, count / 25, count, live, False)
        self._count, self._pause, self._fail_at, self._error = count, pause_s, fail_at, error
        self._closed = threading.Event()
        self.given = 0

    def __iter__(self) -> Iterator[Frame]:
        for index in range(self._count):
            if self._pause:
                self._closed.wait(self._pause)
            if self._closed.is_set():
                return
            if index == self._fail_at and self._error is not None:
                raise self._error
            self.given += 1
            yield Frame(picture(index), index, index / 25)
        while self.info.live and not self._closed.is_set():  # a silent camera: nothing more, and no end
            self._closed.wait(0.01)

    def end_of(self, index: int) -> None: ...

    def close(self) -> None:
        self._closed.set()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class SquareDetector:
    """Finds the bright square by its brightness."""

    def __init__(self, *, pause_s: float = 0.0, fail_at: int | None = None) -> None:
        self.calls = 0
        self._pause, self._fail_at = pause_s, fail_at

    threshold = 0.5

    def detect(self, image: U8, *, floor: float | None = None, whole: bool = True) -> Boxes:
        self.calls += 1
        if self.calls == self._fail_at:
            raise RuntimeError("the detector tripped")
        time.sleep(self._pause)
        rows, columns = np.nonzero(image[:, :, 0] > 128)
        if not len(rows):
            return Boxes.empty()
        return Boxes.of([[columns.min(), rows.min(), columns.max(), rows.max()]], [0.9])


class SquarePose:
    """Puts 17 keypoints on a grid inside each box."""

    def estimate(self, image: U8, boxes: Boxes) -> Poses:
        x, y = np.meshgrid(np.linspace(0, 1, 5), np.linspace(0, 1, 4))
        grid = np.stack([x.ravel(), y.ravel()], axis=1)[:17]
        corner, size = boxes.xyxy[:, None, :2], (boxes.xyxy[:, 2:] - boxes.xyxy[:, :2])[:, None]
        return Poses.of(corner + grid * size, np.full((len(boxes), 17), 0.9), boxes)


class _SquareEngines(Engines):
    def header(self, info: SourceInfo) -> Header:
        return Header(SourceRecord.of(info), {"tracker": "oks"})

    def could_look_farther(self, info: SourceInfo) -> bool:
        return False


def square_engines() -> Engines:
    """Engines whose answers are known."""
    return _SquareEngines(SquareDetector(), SquarePose(), OksTracker(), Choice())
