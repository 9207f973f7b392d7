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
from torch import Tensor, nn
from torch.nn.parallel import DistributedDataParallel
from torch.utils.data import DataLoader

from engine.errors import WRONG_CONTENT, ModelError, SkelterError, UsageError, in_short
from engine.stopping import HANGUP, Terminals, stopping_signals
from training import checkpoints
from training.folders import alone_in, check_folder, keep
from training.foreign import start_from
from training.graphs import recorded
from training.networks import check_input
from training.optimisers import check_warmup, learning_rate, optimisers_of
from training.plan import BatchPlan, SampleOrder, Step, plan
from training.recipe import Recipe
from training.reporting import Report
from training.resuming import changes, check_step, read_state, scored_otherwise
from training.tasks import Batch, Task, make_task

log = logging.getLogger(__name__)

LOG_EVERY = 20  # steps


class DivergedError(SkelterError):
    """A training whose loss or weights are no longer numbers."""


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


def _outlast_signals(worker: int) -> None:
    """torchrun and Ctrl-C signal a whole process group: a loader that died first would take the last steps with it.

    Loaders end with their trainer in any case.
    """
    for number in stopping_signals():
        signal.signal(number, signal.SIG_IGN)


class Trainer:
    """One process of a run. `run()` trains to the end of the plan; the state is in `options.folder`."""

    def __init__(self, recipe: Recipe, options: Options, task: Task | None = None) -> None:
        if options.threads:
            torch.set_num_threads(options.threads)
        torch.manual_seed(recipe.seed)
        self.options = options
        self.rank = int(os.environ.get("RANK", "0"))
        self.world = int(os.environ.get("WORLD_SIZE", "1"))
        self.device = device_of(recipe, options)
        _check_shares(recipe, self.world)
        if task is None:
            check_input(recipe, self.world)
        self.task = task or make_task(recipe)
        self.recipe = recipe.sized(len(cast(Any, self.task.dataset)))
        check_warmup(self.recipe, len(plan(self.recipe)))
        if self.rank == 0:
            self.task.open_validation()  # what is wrong with it would end the run at its first evaluation
        torch.backends.cudnn.benchmark = self.device.type == "cuda"  # every step has the same shapes
        network = self.task.network()
        resumed = self._last.is_file()
        if options.start is not None and not resumed:
            fresh = start_from(network, options.start)
            log.info("starting from %s; new: %s", options.start, ", ".join(fresh) or "nothing")
        self.network = network.to(self.device).to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        self.average = Average(self.network, recipe.optimiser.ema)
        self.optimisers = optimisers_of(self.network, recipe.optimiser, bf16=recipe.autocast == "bf16")
        self.scaler = torch.amp.GradScaler(self.device.type, enabled=recipe.autocast == "fp16")
        self.step = 0
        self.best = -1.0
        self._stopping = False
        self._terminals = Terminals()
        self._wrapped = self._wrap()
        if resumed:
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
        """Trains to the end; returns the figures of the last evaluation.

        Raises KeyboardInterrupt where SIGTERM, Ctrl-C or the end of its terminal asked it to stop: first it saves,
        unless Ctrl-C asks again.
        Raises DivergedError, before anything is saved, where no number is left to go on with.
        """
        steps = plan(self.recipe)
        order = SampleOrder(self.task.sampling, self.recipe.seed)
        loader: DataLoader[Any] = DataLoader(
            self.task.dataset,
            batch_sampler=cast(Any, BatchPlan(steps[self.step :], order, self.recipe.seed, self.rank, self.world)),
            num_workers=self.recipe.data.workers,
            collate_fn=self.task.collate,
            worker_init_fn=_outlast_signals,
            pin_memory=self.device.type == "cuda",
            prefetch_factor=4 if self.recipe.data.workers else None,
        )
        if self.rank == 0:
            self._announce(steps)
        numbers = stopping_signals()
        before = [signal.signal(number, self._on_signal) for number in numbers]
        try:
            with (
                Report(self.options.folder, steps, self.step) if self.rank == 0 else contextlib.nullcontext() as report
            ):
                figures = self._steps(steps, loader, report)
        finally:
            for number, handler in zip(numbers, before, strict=True):
                signal.signal(number, handler)
        if self._stopping and self.step < len(steps):
            log.info("interrupted; step %d is saved in %s, the same command goes on", self.step, self.options.folder)
            raise KeyboardInterrupt
        return figures

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        if self._stopping and number == signal.SIGINT:  # torchrun follows Ctrl-C up by SIGTERM
            raise KeyboardInterrupt
        self._stopping = True
        if number == HANGUP:
            self._terminals.let_go()

    def _agree_to_stop(self) -> bool:
        """Whether any process was asked to stop: all must leave at the same step, or the others wait for ever."""
        if self.world == 1:
            return self._stopping
        asked = torch.tensor([float(self._stopping)], device=self.device)
        torch.distributed.all_reduce(asked, torch.distributed.ReduceOp.MAX)
        return bool(asked.item())

    def _steps(self, steps: list[Step], loader: DataLoader[Any], report: Report | None) -> dict[str, float]:
        figures: dict[str, float] = {}
        losses: list[Tensor] = []
        saved = time.perf_counter()
        for step, batch in zip(steps[self.step :], batches(loader), strict=True):
            losses.append(self._train_step(step, len(steps), batch))
            self.step = step.number + 1
            if report is not None:
                report.count(step)
            if self.step % LOG_EVERY == 0 or self.step == len(steps):
                self._check_loss(losses)
                if report is not None:
                    report.tell_training(self.step, losses, self.optimisers[0].param_groups[0]["lr"])
                losses = []
            if self.options.eval_every and self.step % self.options.eval_every == 0 and self.step < len(steps):
                figures = self._evaluate(report)
            if self._agree_to_stop() or self.step == self.options.stop_after:
                break
            if time.perf_counter() - saved > self.options.save_every_s:
                self._save(report)
                saved = time.perf_counter()
        self._save(report)
        if self.step == len(steps):
            figures = self._evaluate(report)
        return figures

    def _train_step(self, step: Step, steps: int, batch: Batch) -> Tensor:
        # what a network draws itself (stochastic depth) must not hang on the steps before, which a resumed run skips
        torch.manual_seed(int(np.random.SeedSequence((self.recipe.seed, step.number, self.rank)).generate_state(1)[0]))
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

    def _evaluate(self, report: Report | None) -> dict[str, float]:
        self._check_weights()
        if report is None:
            return {}
        with report.paused():
            figures = self.task.evaluate(self.average.network)
            report.tell_figures(self.step, figures)
            score = figures[self.task.score_name]
            is_best = score >= self.best  # of equal ones the last: a network scores nothing for long, and learns
            if is_best:
                self.best = score
                content = {"ema": self.average.network.state_dict(), "figures": figures, "recipe": asdict(self.recipe)}
                self._write(content, "best.pt")
        if is_best:
            self._save(report)  # who goes on after a kill must know the score, or a worse network would replace this
        return figures

    def _check_loss(self, losses: list[Tensor]) -> None:
        # one alone may overflow in fp16, whose scaler leaves that step out
        if not torch.stack(losses).isfinite().any():
            raise self._diverged("the loss is")
        self._check_weights()

    def _check_weights(self) -> None:
        state = [value for value in self.network.state_dict().values() if value.is_floating_point()]
        if not torch.stack(torch._foreach_norm(state, torch.inf)).isfinite().all():
            raise self._diverged("the weights are")

    def _diverged(self, what: str) -> DivergedError:
        kept = f"{self._last} is from before; " if self._last.is_file() else ""
        return DivergedError(
            f"The training has diverged: at step {self.step} {what} no longer finite. {kept}lower `optimiser.lr` or "
            "set `optimiser.clip`, and look at the samples with --show-batch."
        )

    def _announce(self, steps: list[Step]) -> None:
        log.info("%s: %d items; skipped: %s", self.recipe.name, len(cast(Any, self.task.dataset)), self.task.skips)
        phases = "; ".join(f"{p.images} images at {p.size[0]}×{p.size[1]}, batch {p.batch}" for p in self.recipe.phases)
        log.info("%d steps (%s), from step %d", len(steps), phases, self.step)

    def _save(self, report: Report | None) -> None:
        self._check_weights()
        if report is None:
            return
        content = {
            "model": self.network.state_dict(),
            "ema": self.average.network.state_dict(),
            "optimisers": [optimiser.state_dict() for optimiser in self.optimisers],
            "scaler": self.scaler.state_dict(),
            "step": self.step,
            "best": self.best,
            "recipe": asdict(self.recipe),
        }
        with report.paused():
            self._write(content, self._last.name)

    def _write(self, content: dict[str, Any], name: str) -> None:
        keep(self.options.folder)
        checkpoints.save(content, self.options.folder / name)

    def _resume(self) -> None:
        content = read_state(self._last)
        changed = changes(content.get("recipe"), self.recipe, self._last)
        is_scored_otherwise = scored_otherwise(content.get("recipe"), self.recipe, self._last)
        try:
            self.network.load_state_dict(content["model"])
            self.average.network.load_state_dict(content["ema"])
            states = content.get("optimisers") or [content["optimiser"]]  # one, before there was Muon
            for optimiser, state in zip(self.optimisers, states, strict=True):
                optimiser.load_state_dict(state)
            self.scaler.load_state_dict(content["scaler"])
            self.step = int(content["step"])
            if not is_scored_otherwise:
                self.best = float(content["best"])
        except (RuntimeError, *WRONG_CONTENT) as error:
            raise ModelError(
                f"{self._last} is of another network or optimiser than {self.recipe.name}'s: choose another folder "
                "with -o."
            ) from error
        check_step(self.step, len(plan(self.recipe)), self._last)
        if self.rank == 0 and changed:
            log.info("going on by another recipe than %s began with: %s", self._last, "; ".join(changed))
        if self.rank == 0 and is_scored_otherwise:
            log.info("what was scored before was scored otherwise: best.pt is chosen anew from here on")
        if self.rank == 0 and self.options.start is not None:
            log.info("going on from %s; %s is for a new run, and not read", self._last, self.options.start)


def batches(loader: DataLoader[Any]) -> Iterator[Batch]:
    """What a loader gives; an error that it met in a process of its own is told as that process would have."""
    try:
        yield from loader
    except SkelterError as error:
        *traceback, last = str(error).rstrip().splitlines()
        if not traceback:
            raise
        raise type(error)(last.partition(": ")[2]) from None


def device_of(recipe: Recipe, options: Options) -> torch.device:
    """Where this process trains; raises UsageError where PyTorch cannot, or not by this recipe."""
    try:
        device = torch.device(options.device)
        if device.type == "cuda" and int(os.environ.get("WORLD_SIZE", "1")) > 1:
            device = torch.device("cuda", int(os.environ["LOCAL_RANK"]))
        torch.empty(1, device=device)
    except (RuntimeError, AssertionError) as error:  # PyTorch without CUDA asserts
        raise UsageError(f"There is no device {options.device} to train on ({in_short(error)}): try cpu.") from error
    if recipe.autocast == "fp16" and device.type != "cuda":
        raise UsageError(f'{recipe.name}: autocast = "fp16" is for CUDA: set "bf16" or leave it empty.')
    return device


def _check_shares(recipe: Recipe, world: int) -> None:
    for phase in recipe.phases:
        if phase.batch % world:
            raise UsageError(
                f"{recipe.name}: {world} processes cannot share out a batch of {phase.batch} evenly: set a multiple of "
                f"{world}."
            )


def train(recipe: Recipe, options: Options) -> dict[str, float]:
    """Runs or resumes a training; under torchrun, one process of it."""
    check_folder(options.folder)
    device = device_of(recipe, options)
    distributed = int(os.environ.get("WORLD_SIZE", "1")) > 1
    is_first = os.environ.get("RANK", "0") == "0"
    with alone_in(options.folder) if is_first else contextlib.nullcontext():
        if distributed:
            torch.distributed.init_process_group("nccl" if device.type == "cuda" else "gloo")
        try:
            return Trainer(recipe, options).run()
        finally:
            if distributed:
                torch.distributed.destroy_process_group()
