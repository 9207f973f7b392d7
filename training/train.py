"""The training loop: one recipe, any number of processes (torchrun), resumable after a kill at any moment.

Every sample is a function of (seed, step, place in the batch), so a run that was killed and resumed sees exactly what
an uninterrupted one would have seen.
"""

from __future__ import annotations

import contextlib
import logging
import os
import signal
import time
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import asdict, dataclass
from pathlib import Path
from types import FrameType
from typing import Any, cast

import numpy as np
import torch
import torch.distributed
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from torch import Tensor, nn
from torch.nn.parallel import DistributedDataParallel
from torch.utils.data import DataLoader
from torch.utils.tensorboard import SummaryWriter

from engine.errors import ModelError
from engine.types import I64
from training import checkpoints
from training.data.poses import Draw
from training.foreign import start_from
from training.graphs import recorded
from training.optimisers import learning_rate, optimisers_of
from training.recipe import Phase, Recipe
from training.tasks import Batch, Task, make_task

log = logging.getLogger(__name__)

LOG_EVERY = 20  # steps


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the plan: its number, where it starts in the stream of samples, and its phase."""

    number: int
    first_image: int
    phase: Phase


@dataclass(frozen=True, slots=True)
class Options:
    """How a run is carried out, as against what it does (the recipe).

    folder          checkpoints, log and TensorBoard files go here; a `last.pt` in it is resumed
    start           weights to begin with where there is nothing to resume
    save_every_s    seconds between checkpoints
    eval_every      steps between evaluations; 0: only at the end
    threads         of PyTorch's CPU operators; 0: its default
    stop_after      steps after which to stop (as if killed); 0: never
    """

    folder: Path
    start: Path | None = None
    save_every_s: float = 300.0
    eval_every: int = 0
    device: str = "cpu"
    threads: int = 0
    stop_after: int = 0


def plan(recipe: Recipe) -> list[Step]:
    """All steps of a run, in order."""
    steps: list[Step] = []
    seen = 0
    for phase in recipe.phases:
        for _ in range(max(1, phase.images // phase.batch)):
            steps.append(Step(len(steps), seen, phase))
            seen += phase.batch
    return steps


class SampleOrder:
    """Which item each place in the endless stream of samples shows.

    Each pass draws as many items as there are, by systematic sampling: an item of weight w turns up w / mean(w) times,
    rounded up or down; then the pass is shuffled.
    """

    def __init__(self, weights: np.ndarray[Any, Any], seed: int) -> None:
        self._weights = np.asarray(weights, np.float64) / np.sum(weights)
        self._seed = seed
        self._passes: dict[int, I64] = {}

    def __getitem__(self, place: int) -> int:
        number, offset = divmod(place, len(self._weights))
        if number not in self._passes:
            self._passes = {number: self._drawn(number)}
        return int(self._passes[number][offset])

    def _drawn(self, number: int) -> I64:
        rng = np.random.default_rng((self._seed, number))
        count = len(self._weights)
        marks = (np.arange(count) + rng.random()) / count
        drawn = np.searchsorted(np.cumsum(self._weights), marks).clip(max=count - 1)
        return rng.permutation(drawn)


class BatchPlan:
    """The draws of each remaining step, for one of `world` processes; a DataLoader's batch sampler."""

    def __init__(self, steps: list[Step], order: SampleOrder, seed: int, rank: int, world: int) -> None:
        self._steps, self._order, self._seed, self._rank, self._world = steps, order, seed, rank, world

    def __len__(self) -> int:
        return len(self._steps)

    def __iter__(self) -> Iterator[list[Draw]]:
        for step in self._steps:
            places = range(step.first_image + self._rank, step.first_image + step.phase.batch, self._world)
            yield [Draw(self._order[place], step.phase.size, (self._seed, place)) for place in places]


class Average:
    """Exponential moving average of a network's weights and running statistics."""

    def __init__(self, network: nn.Module, decay: float) -> None:
        self.network = deepcopy(network).eval().requires_grad_(False)
        self._decay = decay

    @torch.no_grad()
    def update(self, network: nn.Module, step: int) -> None:
        decay = min(self._decay, (1 + step) / (10 + step))  # a young average follows quickly
        own, theirs = self.network.state_dict(), network.state_dict()
        moving = [name for name, value in own.items() if value.is_floating_point()]
        torch._foreach_lerp_([own[name] for name in moving], [theirs[name] for name in moving], 1 - decay)
        for name in own.keys() - moving:
            own[name].copy_(theirs[name])


def _outlast_signal(worker: int) -> None:
    """torchrun signals a whole process group: a loader that died first would take the last steps with it.

    Loaders end with their trainer in any case.
    """
    signal.signal(signal.SIGTERM, signal.SIG_IGN)


class Trainer:
    """One process of a run. `run()` trains to the end of the plan; the state is in `options.folder`."""

    def __init__(self, recipe: Recipe, options: Options, task: Task | None = None) -> None:
        if options.threads:
            torch.set_num_threads(options.threads)
        torch.manual_seed(recipe.seed)
        self.options = options
        self.rank = int(os.environ.get("RANK", "0"))
        self.world = int(os.environ.get("WORLD_SIZE", "1"))
        self.device = torch.device(options.device)
        if self.world > 1 and self.device.type == "cuda":
            self.device = torch.device("cuda", int(os.environ["LOCAL_RANK"]))
        self.task = task or make_task(recipe)
        self.recipe = recipe.sized(len(cast(Any, self.task.dataset)))
        torch.backends.cudnn.benchmark = self.device.type == "cuda"  # every step has the same shapes
        network = self.task.network()
        if options.start is not None:
            fresh = start_from(network, options.start)
            log.info("starting from %s; new: %s", options.start, ", ".join(fresh) or "nothing")
        self.network = network.to(self.device).to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        self.average = Average(self.network, recipe.optimiser.ema)
        self.optimisers = optimisers_of(self.network, recipe.optimiser, bf16=recipe.autocast == "bf16")
        self.scaler = torch.amp.GradScaler(self.device.type, enabled=recipe.autocast == "fp16")
        self.step = 0
        self.best = -1.0
        self._stopping = False
        self._wrapped = self._wrap()
        if self._last.is_file():
            self._resume()

    @property
    def _last(self) -> Path:
        return self.options.folder / "last.pt"

    def _wrap(self) -> nn.Module:
        network: nn.Module = self.network
        if self._is_recorded:
            return recorded(network, self.recipe.phases[0], self._kind)
        if self.world > 1:
            network = DistributedDataParallel(
                network, device_ids=[self.device.index] if self.device.type == "cuda" else None
            )
        return cast(nn.Module, torch.compile(network)) if self.recipe.compile else network

    @property
    def _is_recorded(self) -> bool:
        return self.recipe.graphs and self.device.type == "cuda" and self.world == 1

    @property
    def _kind(self) -> torch.dtype:
        """What autocast computes in."""
        return torch.float16 if self.recipe.autocast == "fp16" else torch.bfloat16

    def run(self) -> dict[str, float]:
        """Trains to the end (or to a signal); returns the figures of the last evaluation."""
        steps = plan(self.recipe)
        order = SampleOrder(self.task.sampling, self.recipe.seed)
        loader: DataLoader[Any] = DataLoader(
            self.task.dataset,
            batch_sampler=cast(Any, BatchPlan(steps[self.step :], order, self.recipe.seed, self.rank, self.world)),
            num_workers=self.recipe.data.workers,
            collate_fn=self.task.collate,
            worker_init_fn=_outlast_signal,
            pin_memory=self.device.type == "cuda",
            prefetch_factor=4 if self.recipe.data.workers else None,
        )
        if self.rank == 0:
            self._announce(steps)
        figures: dict[str, float] = {}
        # a run that is asked to stop saves first
        before = signal.signal(signal.SIGTERM, self._on_signal)
        try:
            with self._writer() as writer, self._progress() as progress:
                figures = self._steps(steps, loader, writer, progress)
        finally:
            signal.signal(signal.SIGTERM, before)
        return figures

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        self._stopping = True

    def _agree_to_stop(self) -> bool:
        """Whether any process was asked to stop: all must leave at the same step, or the others wait for ever."""
        if self.world == 1:
            return self._stopping
        asked = torch.tensor([float(self._stopping)], device=self.device)
        torch.distributed.all_reduce(asked, torch.distributed.ReduceOp.MAX)
        return bool(asked.item())

    def _steps(
        self, steps: list[Step], loader: DataLoader[Any], writer: SummaryWriter | None, progress: Progress
    ) -> dict[str, float]:
        bar = progress.add_task("images", total=self.recipe.images, speed="", completed=0)
        figures: dict[str, float] = {}
        losses: list[Tensor] = []
        saved = marked = time.perf_counter()
        images = 0
        for step, batch in zip(steps[self.step :], loader, strict=True):
            losses.append(self._train_step(step, len(steps), batch))
            self.step = step.number + 1
            images += step.phase.batch
            now = time.perf_counter()
            if self.step % LOG_EVERY == 0 or self.step == len(steps):
                speed = images / (now - marked)
                self._report(writer, losses, speed, len(steps))
                progress.update(bar, completed=step.first_image + step.phase.batch, speed=f"{speed:.1f} images/s")
                losses, images, marked = [], 0, now
            if self.options.eval_every and self.step % self.options.eval_every == 0 and self.step < len(steps):
                figures = self._evaluate(writer)
                marked = time.perf_counter()
            if self._agree_to_stop() or self.step == self.options.stop_after:
                break
            if now - saved > self.options.save_every_s:
                self._save()
                saved = now
        if self.step == len(steps):
            figures = self._evaluate(writer)
        self._save()
        return figures

    def _train_step(self, step: Step, steps: int, batch: Batch) -> Tensor:
        rate = learning_rate(self.recipe.optimiser, step.number, steps)
        for optimiser in self.optimisers:
            for group in optimiser.param_groups:
                group["lr"] = rate
        self._wrapped.train()
        batch = [tensor.to(self.device, non_blocking=True) for tensor in batch]
        casting = bool(self.recipe.autocast)
        with torch.autocast(self.device.type, self._kind, enabled=casting, cache_enabled=not self._is_recorded):
            loss = self.task.loss(self._wrapped, batch)
        self.network.zero_grad(set_to_none=True)
        self.scaler.scale(loss).backward()  # type: ignore[no-untyped-call]
        if self.recipe.optimiser.clip:
            for optimiser in self.optimisers:
                self.scaler.unscale_(optimiser)
            nn.utils.clip_grad_norm_(self.network.parameters(), self.recipe.optimiser.clip)
        for optimiser in self.optimisers:
            self.scaler.step(optimiser)
        self.scaler.update()
        self.average.update(self.network, step.number)
        return loss.detach()  # read where it is reported, or a card would wait for us at every step

    def _evaluate(self, writer: SummaryWriter | None) -> dict[str, float]:
        if writer is None:
            return {}
        figures = self.task.evaluate(self.average.network)
        score = figures[self.task.score_name]
        log.info("step %d: %s", self.step, ", ".join(f"{name} {value:.4f}" for name, value in figures.items()))
        for name, value in figures.items():
            writer.add_scalar(f"val/{name}", value, self.step)
        if score > self.best:
            self.best = score
            content = {"ema": self.average.network.state_dict(), "figures": figures, "recipe": asdict(self.recipe)}
            checkpoints.save(content, self.options.folder / "best.pt")
        return figures

    def _report(self, writer: SummaryWriter | None, losses: list[Tensor], speed: float, steps: int) -> None:
        if writer is None:
            return
        loss = float(torch.stack(losses).mean())
        rate = self.optimisers[0].param_groups[0]["lr"]
        writer.add_scalar("train/loss", loss, self.step)
        writer.add_scalar("train/rate", rate, self.step)
        writer.add_scalar("train/images_per_s", speed, self.step)
        log.info("step %d/%d loss %.5f rate %.2e %.1f images/s", self.step, steps, loss, rate, speed)

    def _announce(self, steps: list[Step]) -> None:
        log.info("%s: %d items; skipped: %s", self.recipe.name, len(cast(Any, self.task.dataset)), self.task.skips)
        phases = "; ".join(f"{p.images} images at {p.size[0]}×{p.size[1]}, batch {p.batch}" for p in self.recipe.phases)
        log.info("%d steps (%s), from step %d", len(steps), phases, self.step)

    def _writer(self) -> contextlib.AbstractContextManager[SummaryWriter | None]:
        if self.rank:
            return contextlib.nullcontext()
        # what was logged after the checkpoint that is resumed will be logged again
        return SummaryWriter(str(self.options.folder / "tensorboard"), purge_step=self.step + 1)

    def _progress(self) -> Progress:
        return Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[speed]}"),
            TimeRemainingColumn(),
            disable=self.rank > 0,
        )

    def _save(self) -> None:
        if self.rank == 0:
            content = {
                "model": self.network.state_dict(),
                "ema": self.average.network.state_dict(),
                "optimisers": [optimiser.state_dict() for optimiser in self.optimisers],
                "scaler": self.scaler.state_dict(),
                "step": self.step,
                "best": self.best,
                "recipe": asdict(self.recipe),
            }
            checkpoints.save(content, self._last)

    def _resume(self) -> None:
        content = checkpoints.load(self._last)
        try:
            self.network.load_state_dict(content["model"])
            self.average.network.load_state_dict(content["ema"])
            states = content.get("optimisers") or [content["optimiser"]]  # one, before there was Muon
            for optimiser, state in zip(self.optimisers, states, strict=True):
                optimiser.load_state_dict(state)
            self.scaler.load_state_dict(content["scaler"])
            self.step, self.best = int(content["step"]), float(content["best"])
        except (RuntimeError, KeyError, ValueError) as error:
            raise ModelError(
                f"{self._last} is of another network or optimiser than {self.recipe.name}'s: choose another folder "
                "with -o."
            ) from error


def train(recipe: Recipe, options: Options) -> dict[str, float]:
    """Runs or resumes a training; under torchrun, one process of it."""
    options.folder.mkdir(parents=True, exist_ok=True)
    distributed = int(os.environ.get("WORLD_SIZE", "1")) > 1
    if distributed:
        torch.distributed.init_process_group("nccl" if options.device.startswith("cuda") else "gloo")
    try:
        return Trainer(recipe, options).run()
    finally:
        if distributed:
            torch.distributed.destroy_process_group()
