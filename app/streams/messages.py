"""What listeners get: a header, then a message for each frame, and one where the camera is lost or back."""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from functools import cached_property
from typing import Any

import numpy as np

from app.exports.skelter_json import dumps, frame_fields, header_fields
from app.results import FrameRecord, Header, Result
from engine.video.clock import Least

STREAM = "skelter-stream/1"


class CaptureClock:
    """When live frames were taken, by the clock on the wall.

    Frames carry the camera's time. How far the machine's steady clock is ahead of it is told by the frame that came
    through quickest of some seconds: the two clocks drift, and after a loss they may stand otherwise. The one on the
    wall, which may be set at any time, comes in only at the end.
    """

    _QUICKEST_OF_S = 10.0

    def __init__(self) -> None:
        self._ahead_s: Least | None = None

    def captured_s(self, result: Result) -> float:
        """Unix time, seconds."""
        time_s, came_s = result.frame.time_s, result.finished_s - result.timings.inference_ms / 1e3
        self._ahead_s = self._ahead_s or Least(self._QUICKEST_OF_S, came_s - time_s, came_s)
        return self._ahead_s.of(came_s - time_s, came_s) + time_s + (time.time() - time.monotonic())


class _Encoded(ABC):
    """What is told, encoded once, however many listen."""

    @property
    @abstractmethod
    def fields(self) -> dict[str, Any]:
        """As docs/stream.md describes it; arrays are NumPy's still."""

    @cached_property
    def json(self) -> str:
        return dumps(self.fields).decode()

    @cached_property
    def msgpack(self) -> bytes:
        return packed(self.fields)


class State(_Encoded):
    """That the camera was lost, or is back."""

    def __init__(self, *, lost: bool) -> None:
        self.lost = lost

    @property
    def fields(self) -> dict[str, Any]:
        return {"type": "state", "lost": self.lost}


class Message(_Encoded):
    """A frame's message. `captured_s`: Unix time at which it was taken; None where the source is no camera."""

    def __init__(self, result: Result, record: FrameRecord, captured_s: float | None) -> None:
        self.result, self.record, self.captured_s = result, record, captured_s

    @property
    def fields(self) -> dict[str, Any]:
        image = self.result.frame
        return {
            "type": "frame",
            **frame_fields(self.record),
            "captured_s": self.captured_s,
            "width": image.width,
            "height": image.height,
            "dropped": self.result.dropped,
        }


def header_message(header: Header) -> dict[str, Any]:
    """The first message that a listener gets."""
    return {"type": "header", "stream": STREAM, **header_fields(header)}


def packed(fields: dict[str, Any]) -> bytes:
    """MessagePack with the fields of the JSON; unknown numbers are nil."""
    import msgpack

    return bytes(msgpack.packb(fields, default=_plain))


def _plain(value: object) -> object:
    if isinstance(value, np.ndarray | np.generic):
        return _without_nan(value.tolist())
    raise TypeError(f"no MessagePack for {type(value).__name__}")


def _without_nan(value: Any) -> Any:
    if isinstance(value, list):
        return [_without_nan(item) for item in value]
    return None if value != value else value
