"""What listeners get: a header once, then a message for each frame; encoded once, however many listen."""

from __future__ import annotations

import time
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


class Message:
    """A frame's message. `captured_s`: Unix time at which it was taken; None where the source is no camera."""

    def __init__(self, result: Result, record: FrameRecord, captured_s: float | None) -> None:
        self.result, self.record, self.captured_s = result, record, captured_s

    @cached_property
    def fields(self) -> dict[str, Any]:
        """As docs/stream.md describes it; arrays are NumPy's still."""
        image = self.result.frame
        return {
            "type": "frame",
            **frame_fields(self.record),
            "captured_s": self.captured_s,
            "width": image.width,
            "height": image.height,
            "dropped": self.result.dropped,
        }

    @cached_property
    def json(self) -> str:
        return dumps(self.fields).decode()

    @cached_property
    def msgpack(self) -> bytes:
        return packed(self.fields)


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
