"""What a job did: counted frame by frame, told at its end by commands and manifests."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from app.distance import Distance
from app.results import Result


@dataclass(slots=True)
class Summary:
    """What a job did.

    last_index  of the last frame, which was shown at `last_s`; -1 where there was none
    broken_off  the warning of a source that ended before its end, or the error that ended a live one
    distance    how large the people were
    could_look_farther  whether the detector would look at parts of the pictures as well if it were asked to
    damaged     frames between others that could not be decoded, the first of them after `damaged_s` seconds
    options     those that its outputs were written with, as manifests tell them
    """

    frames: int = 0
    last_index: int = -1
    last_s: float = 0.0
    seconds: float = 0.0
    people: set[int] = field(default_factory=set)
    distance: Distance = field(default_factory=Distance)
    could_look_farther: bool = False
    dropped: int = 0
    broken_off: str | None = None
    damaged: int = 0
    damaged_s: float = 0.0
    stage_ms: dict[str, float] = field(default_factory=dict)
    written: list[tuple[Path, str]] = field(default_factory=list)  # path, format
    options: dict[str, Any] = field(default_factory=dict)

    @property
    def fps(self) -> float:
        return self.frames / self.seconds if self.seconds else 0.0

    def count(self, result: Result) -> None:
        missing = result.frame.index - self.last_index - 1 if self.frames else 0  # a job may begin at any frame
        if missing and not self.damaged:
            self.damaged_s = self.last_s
        self.damaged += missing
        self.frames += 1
        self.last_index, self.last_s = result.frame.index, result.frame.time_s
        self.people.update(result.tracks.ids.tolist())
        self.distance.note(result.tracks.poses.boxes, (result.frame.width, result.frame.height))
        self.dropped = result.dropped
        timings = result.timings
        for stage, spent in (
            ("decode", timings.decode_ms),
            ("detect", timings.detect_ms or 0.0),
            ("pose", timings.pose_ms),
            ("track", timings.track_ms),
        ):
            self.stage_ms[stage] = self.stage_ms.get(stage, 0.0) + spent
