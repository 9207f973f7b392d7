"""What the parts of `scripts.gpu_check` share: the network, the clocks, the pictures."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import torch

from engine import drawn
from engine.crops import PixelRule
from engine.decoding import Decoding
from engine.types import U8, Boxes
from scripts.gpu_report import Report
from training.export import export_pose
from training.models.deployed import Form
from training.models.hrnet import HRNet, HRNetConfig
from training.models.size import macs

SIZE_WH = (192, 256)
OFFICIAL = Form(PixelRule.CLASSIC, Decoding.QUARTER)  # as HRNet is published
AWAKE_S = 0.3


@dataclass
class Bench:
    """What the parts share: the report, the time left, the network to time, which is made where one first needs it."""

    report: Report
    deadline: float
    folder: Path  # for files

    @property
    def left(self) -> float:
        return self.deadline - time.perf_counter()

    def has(self, seconds: float, part: str, what: str) -> bool:
        """Whether so much time is left for it; where it is not, this is reported."""
        if self.left < seconds:
            self.report.add(part, what, f"not run: {max(self.left, 0):.0f} s were left")
        return self.left >= seconds

    @property
    def limit(self) -> float:
        """The card's float16 matrix rate in FLOP/s as it was measured, 0 where it was not."""
        return next((1e12 * row.figures["tflops"] for row in self.report.rows if "tflops" in row.figures), 0.0)

    def eager(self, batch: int) -> float:
        """Crops/s of plain PyTorch in float32 as they were measured, 0 where they were not."""
        rows = [row for row in self.report.rows if row.what == f"eager float32, batch {batch}"]
        return rows[0].figures["crops_per_s"] if rows else 0.0

    @cached_property
    def network(self) -> HRNet:
        """HRNet-W32 with random weights whose feature maps neither die nor explode: normalised on random crops."""
        torch.manual_seed(0)  # on the CPU, which draws the same everywhere
        network = HRNet(HRNetConfig())
        for module in network.modules():
            if isinstance(module, torch.nn.Conv2d):
                torch.nn.init.kaiming_normal_(module.weight)
            if isinstance(module, torch.nn.BatchNorm2d):
                module.momentum = 1.0
        with torch.no_grad():
            network.cuda().train()(torch.randn(16, 3, SIZE_WH[1], SIZE_WH[0]).cuda())
        return network.eval()

    @cached_property
    def onnx(self) -> Path:
        """The network as a file. Raises ModelError where it computes otherwise."""
        path = self.folder / "hrnet-w32.onnx"
        export_pose(self.network.cpu(), SIZE_WH, path, noise(1), form=OFFICIAL)
        self.network.cuda()
        return path

    @cached_property
    def flop(self) -> float:
        """Of one crop, two for a multiply-add."""
        return 2.0 * macs(self.network, SIZE_WH[1], SIZE_WH[0])


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
