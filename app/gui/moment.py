"""A frame and what was found on it, ready to be drawn."""

from __future__ import annotations

from dataclasses import dataclass

from app.results import FrameRecord, Timings
from engine.types import Frame


@dataclass(frozen=True, eq=False, slots=True)
class Moment:
    """A frame and its people, as the networks found them. `record` is None where the frame is not analysed.

    timings     what the stages took for the newest frame that was analysed
    latency_ms  live: from the frame's arrival until its people were known
    dropped     live: frames lost so far
    """

    frame: Frame
    record: FrameRecord | None
    timings: Timings | None = None
    latency_ms: float | None = None
    dropped: int = 0
