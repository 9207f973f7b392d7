"""What the parts of `scripts.gpu_check` share: the report, the clocks, the pictures."""

from __future__ import annotations

import json
import statistics
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import torch

from engine import drawn
from engine.types import U8, Boxes

SIZE_WH = (192, 256)
AWAKE_S = 0.3


@dataclass
class Row:
    """A line of the table. `ok` None: a measurement without a bar."""

    part: str
    what: str
    result: str
    ok: bool | None = None
    figures: dict[str, float] = field(default_factory=dict)


@dataclass
class Report:
    """What has been found so far; written after every part."""

    folder: Path
    machine: dict[str, str]
    rows: list[Row] = field(default_factory=list)

    def add(self, part: str, what: str, result: str, ok: bool | None = None, **figures: float) -> None:
        self.rows.append(Row(part, what, result, ok if ok is None else bool(ok), figures))
        mark = {True: "ok", False: "FAILED", None: "  "}[ok]
        print(f"{part:12} {what:48} {result}  {mark}", flush=True)

    def write(self) -> None:
        lines = [f"{key}: {value}  " for key, value in self.machine.items()]
        lines += ["", "| part | what | result | |", "|---|---|---|---|"]
        marks = {True: "ok", False: "**failed**", None: ""}
        lines += [f"| {row.part} | {row.what} | {row.result} | {marks[row.ok]} |" for row in self.rows]
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / "gpu_check.md").write_text("\n".join(lines) + "\n", encoding="utf-8")
        content = {"machine": self.machine, "rows": [asdict(row) for row in self.rows]}
        (self.folder / "gpu_check.json").write_text(json.dumps(content, indent=1), encoding="utf-8")


@dataclass
class Bench:
    """What the parts share: the report, the time that is left, the network to time."""

    report: Report
    deadline: float
    onnx: Path
    network: torch.nn.Module
    flop: float  # of one crop, two for a multiply-add
    limit: float = 0.0  # float16 matrix rate, FLOP/s
    eager: dict[int, float] = field(default_factory=dict)  # batch → crops/s of plain PyTorch in float32

    @property
    def left(self) -> float:
        return self.deadline - time.perf_counter()


def noise(count: int) -> U8:
    return np.random.default_rng(count).integers(0, 256, (count, SIZE_WH[1], SIZE_WH[0], 3), np.uint8)


def crowd(count: int = 10) -> tuple[U8, Boxes]:
    """A 1080p frame with so many drawn people side by side."""
    frame = np.full((1080, 1920, 3), 90, np.uint8)
    xyxy = []
    for place in range(count):
        image, boxes = drawn.person(place, (190, 540))
        left, top = place * 190, 60 + (place % 2) * 400
        frame[top : top + 540, left : left + 190] = image
        xyxy.append(boxes.xyxy[0] + (left, top, left, top))
    return frame, Boxes.of(np.stack(xyxy), np.ones(count))


def device_ms(work: Callable[[], Any], *, repeats: int) -> float:
    """Median milliseconds on the device's own clock, after three runs that are not counted."""
    for _ in range(3):
        work()
    spent = []
    for _ in range(repeats):
        begin, end = (torch.cuda.Event(enable_timing=True) for _ in range(2))
        begin.record()
        work()
        end.record()
        end.synchronize()
        spent.append(begin.elapsed_time(end))
    return statistics.median(spent)


def wall_ms(work: Callable[[], Any], repeats: int) -> float:
    """Median milliseconds by the clock on the wall of a call that waits for the device.

    Calls for a third of a second are not counted: a card that had nothing to do has slowed down its clock.
    """
    begun = time.perf_counter()
    while time.perf_counter() - begun < AWAKE_S:
        work()
    spent = []
    for _ in range(repeats):
        begun = time.perf_counter()
        work()
        spent.append((time.perf_counter() - begun) * 1e3)
    return statistics.median(spent)
