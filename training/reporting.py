"""What a run tells of itself while it goes on: log lines, TensorBoard's files, and a bar."""

from __future__ import annotations

import contextlib
import logging
import math
import time
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from types import TracebackType
from typing import Self

import torch
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from torch import Tensor
from torch.utils.tensorboard import SummaryWriter

from training.folders import EVENTS, keep
from training.plan import Step

log = logging.getLogger("training.train")

SPEED_WINDOW_S = 3600.0  # what the bar's time left is taken from: a step may take minutes


class Report:
    """The course of a run, from step `done` of its plan on; a context manager.

    Speeds are those of training alone: what happens under `paused` does not count.
    """

    def __init__(self, folder: Path, steps: Sequence[Step], done: int) -> None:
        # what was logged after the checkpoint that is resumed will be logged again
        self._folder = folder
        self._writer = SummaryWriter(str(folder / EVENTS), purge_step=done + 1)
        self._bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[speed]}"),
            TimeRemainingColumn(),
            speed_estimate_period=SPEED_WINDOW_S,
        )
        self._steps = len(steps)
        self._total = sum(step.phase.batch for step in steps)
        self._seen = sum(step.phase.batch for step in steps[:done])
        self._task = self._bar.add_task("images", total=self._total, completed=self._seen, speed="")
        self._images = 0
        self._since = time.perf_counter()

    def __enter__(self) -> Self:
        self._bar.start()
        self._since = time.perf_counter()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            self._bar.stop()
        finally:
            self._writer.close()

    @contextlib.contextmanager
    def paused(self) -> Iterator[None]:
        """Around what is no training."""
        begun = time.perf_counter()
        try:
            yield
        finally:
            self._since += time.perf_counter() - begun

    def count(self, step: Step) -> None:
        """A step is done."""
        self._images += step.phase.batch
        self._seen += step.phase.batch
        self._bar.update(self._task, completed=self._seen)

    def tell_training(self, step: int, losses: Sequence[Tensor], rate: float) -> None:
        """The losses since the last time, and how fast they came."""
        now = time.perf_counter()
        speed = self._images / (now - self._since)
        self._images, self._since = 0, now
        loss = float(torch.stack(list(losses)).mean())
        keep(self._folder)  # the writer opens its file anew each time
        self._writer.add_scalar("train/loss", loss, step)
        self._writer.add_scalar("train/rate", rate, step)
        self._writer.add_scalar("train/images_per_s", speed, step)
        left = timedelta(seconds=round((self._total - self._seen) / speed))
        log.info("step %d/%d loss %.5f rate %.2e %.1f images/s, %s left", step, self._steps, loss, rate, speed, left)
        self._bar.update(self._task, speed=f"{speed:.1f} images/s")

    def tell_figures(self, step: int, figures: Mapping[str, float]) -> None:
        """What an evaluation found."""
        there = {name: value for name, value in figures.items() if not math.isnan(value)}  # else of nobody
        log.info("step %d: %s", step, ", ".join(f"{name} {value:.4f}" for name, value in there.items()))
        keep(self._folder)
        for name, value in there.items():
            self._writer.add_scalar(f"val/{name}", value, step)
