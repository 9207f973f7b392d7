"""How fast this machine is: networks by backend, precision and number of people, and the whole pipeline on a clip."""

from __future__ import annotations

import os
import platform
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from app import job
from app.engines import Choice, Engines
from engine import store
from engine.backends.select import BACKENDS
from engine.cards import ModelCard, Task
from engine.detector import Detector
from engine.errors import BackendError, SkelterError, UsageError
from engine.loading import load
from engine.pose import PoseEstimator
from engine.types import U8, Boxes
from engine.video.opening import open_source

PEOPLE = (1, 2, 4, 8)
MOST_THREADS = 16 * (os.cpu_count() or 1)
WARM_UP = 3  # calls of each shape that are not counted: the first build it


@dataclass(frozen=True, slots=True)
class Variant:
    """A backend on a device in a precision; None: its own choice."""

    device: str
    precision: str | None

    def __str__(self) -> str:
        return " ".join(filter(None, (self.device, self.precision)))


@dataclass(frozen=True, slots=True)
class Row:
    """Milliseconds a call: the median, the range of the middle half, and the worst.

    `people` is how many were on the picture (0: the detector, which asks once a picture); `asked` the variant that was
    wanted, `runs_on` what it is here.
    """

    what: str
    model: str
    people: int
    asked: str
    runs_on: str
    median: float
    low: float
    high: float
    worst: float


@dataclass(eq=False, slots=True)
class _Call:
    """What is measured, with the milliseconds of each time so far."""

    what: str
    people: int
    variant: Variant
    runner: Detector | PoseEstimator
    work: Callable[[], object]
    times: list[float] = field(default_factory=list)
    device: str = ""  # the one that it is measured on

    def __str__(self) -> str:
        people = f", {self.people} people" if self.people > 1 else ""
        return f"{self.runner.card.name}, {self.variant}{people}"

    def take(self) -> None:
        """Raises SkelterError where it fails, or went over to something else than it was measured on so far."""
        self.device = self.device or self.runner.device
        begun = time.perf_counter()
        self.work()
        self.times.append((time.perf_counter() - begun) * 1e3)
        if self.runner.device != self.device:
            raise BackendError(f"it went over from {self.device} to {self.runner.device} while it was measured.")

    def row(self) -> Row:
        spent, name = self.times[WARM_UP:], self.runner.card.name
        low, _, high = statistics.quantiles(spent, n=4)
        runs_on = self.runner.description.removeprefix(f"{name}, ")
        return Row(
            self.what, name, self.people, str(self.variant), runs_on, statistics.median(spent), low, high, max(spent)
        )


def check_threads(threads: int | None) -> None:
    """Raises UsageError for more than any machine makes use of, which libraries would start one after the other."""
    if threads is not None and threads > MOST_THREADS:
        raise UsageError(
            f"--threads {threads} are too many for {os.cpu_count()} processors: give {MOST_THREADS} at most."
        )


def variants(cards: Sequence[ModelCard], devices: Sequence[str], precisions: Sequence[str]) -> list[Variant]:
    """What to measure: everything asked for, or every backend that is used here without being asked for."""
    if devices or precisions:
        return [Variant(device, each) for device in devices or ("auto",) for each in precisions or (None,)]
    found = [Variant("tensorrt", None)] if BACKENDS["tensorrt"].available().usable else []
    if BACKENDS["openvino"].available().usable:
        found += [Variant("openvino", "f32"), Variant("openvino", "bf16")]
        names = {card.name for card in cards}
        if any(each.key.precision == "int8" and each.key.model in names for each in store.stored()[0]):
            found.append(Variant("openvino", "int8"))
    return [*found, Variant("onnxruntime", "f32")]


def inference(
    detectors: Sequence[ModelCard], poses: Sequence[ModelCard], chosen: Sequence[Variant], *, image: U8,
    people: Sequence[int] = PEOPLE, rounds: int = 30, threads: int | None = None,
) -> tuple[list[Row], list[str]]:  # fmt: skip
    """A row a call, and a sentence for every variant and every call that does not run here.

    A call is what the program does for a frame: letterbox, network, boxes; or crops, network, keypoints. Everything is
    loaded first and then takes turns, so that what else runs on the machine hits all alike.
    """
    refused: list[str] = []
    with ExitStack() as loaded:
        calls: list[_Call] = []
        for variant in dict.fromkeys(chosen):
            for card in (*detectors, *poses):
                counts = [0] if card.task is Task.DETECTOR else list(dict.fromkeys(people))
                try:
                    calls += _prepare(card, variant, counts, image, threads, loaded, refused)
                except SkelterError as error:
                    refused.append(f"{card.name}, {variant}: {error}")
        for _ in range(rounds + WARM_UP):
            calls = _that_work(calls, refused)
        calls.sort(key=lambda call: (call.what, call.runner.card.name, call.people))
        return [call.row() for call in calls], refused


def _prepare(
    card: ModelCard, variant: Variant, counts: Sequence[int], image: U8, threads: int | None, loaded: ExitStack,
    refused: list[str],
) -> list[_Call]:  # fmt: skip
    """The calls that work, of so many people each. Raises SkelterError where the network does not load."""
    while counts:
        runner = _load(card, variant, threads)
        loaded.callback(runner.close)
        calls = [_call(runner, variant, count, image) for count in counts]
        working = _that_work(calls, refused)
        if len(working) == len(calls):
            return [_call(runner, variant, count, image) for count in counts]
        # in vain the others behind it were tried, too: what is left begins by the first again
        counts = [call.people for call in working]
    return []


def _that_work(calls: Sequence[_Call], refused: list[str]) -> list[_Call]:
    """Those of `calls` that could be made once more; `refused` learns of the others."""
    working = []
    for call in calls:
        try:
            call.take()
        except SkelterError as error:
            refused.append(f"{call}: {error}")
            continue
        working.append(call)
    return working


def _call(runner: Detector | PoseEstimator, variant: Variant, people: int, image: U8) -> _Call:
    if isinstance(runner, Detector):
        return _Call("detect", 0, variant, runner, partial(runner.detect, image))
    return _Call("pose", people, variant, runner, partial(runner.estimate, image, _side_by_side(image, people)))


def _load(card: ModelCard, variant: Variant, threads: int | None) -> Detector | PoseEstimator:
    """With an engine that is to be built first built: beside a build nothing can be timed."""
    session, selection = load(
        card.path, device=variant.device, precision=variant.precision, threads=threads, card=card, wait=True
    )
    kind = Detector if card.task is Task.DETECTOR else PoseEstimator
    return kind(card, session, why=selection.why, device=selection.name)


def first_of_both(chosen: Sequence[Variant], rows: Sequence[Row], detector: str, pose: str) -> Variant | None:
    """The first variant that both networks ran in."""
    ran = {(row.asked, row.model) for row in rows}
    return next((each for each in chosen if {(str(each), detector), (str(each), pose)} <= ran), None)


def run_clip(clip: Path, choice: Choice, runs: int, *, threads: int | None = None) -> dict[str, Any]:
    """Whole runs of a clip, decoding to written files, with engines already loaded: frames a second, and the stages.

    Stages overlap, so their sum is more than a frame takes.
    """
    begun = time.perf_counter()
    with Engines.load(choice, threads=threads) as engines:
        load_s = time.perf_counter() - begun
        fps, stages = [], []
        for _ in range(runs):
            engines.tracker.reset()
            with open_source(str(clip)) as source, tempfile.TemporaryDirectory() as folder:
                audio = clip if source.info.has_audio else None
                outputs = [Path(folder) / "out.mp4", Path(folder) / "out.json"]
                summary = job.run(source, engines, outputs, audio_from=audio)
                size = (source.info.width, source.info.height)
            fps.append(summary.fps)
            stages.append({stage: spent / summary.frames for stage, spent in summary.stage_ms.items()})
        return {
            "clip": clip.name,
            "size": f"{size[0]}×{size[1]}",
            "frames": summary.frames,
            "people": len(summary.people),
            "load_s": round(load_s, 2),
            "fps_median": round(statistics.median(fps), 1),
            "fps_min": round(min(fps), 1),
            "fps_max": round(max(fps), 1),
            "stage_ms": {name: round(statistics.median(run[name] for run in stages), 2) for name in stages[0]},
            "detector": engines.detector.description,
            "pose": engines.pose.description,
        }


def setting(image: U8, rounds: int, threads: int | None) -> str:
    """On what it was measured, in one line."""
    load = f"load average {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else "load unknown"
    return (
        f"{platform.processor() or platform.machine()}, {os.cpu_count()} cores, "
        f"{threads or 'default'} threads, {load}; picture {image.shape[1]}×{image.shape[0]}, {rounds} rounds"
    )


def table(rows: Sequence[Row]) -> str:
    """The rows as Markdown."""
    lines = [
        "| call | model | people | asked for | runs on | median ms | middle half | worst | per person |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for row in rows:
        share = f"{row.median / row.people:.1f}" if row.people else "–"
        lines.append(
            f"| {row.what} | {row.model} | {row.people or '–'} | {row.asked} | {row.runs_on} | {row.median:.1f} "
            f"| {row.low:.1f}–{row.high:.1f} | {row.worst:.1f} | {share} |"
        )
    return "\n".join(lines)


def clip_table(run: dict[str, Any]) -> str:
    """A pipeline run as Markdown."""
    stages = "".join(f" {run['stage_ms'][name]} |" for name in ("decode", "detect", "pose", "track"))
    return (
        "| clip | size | frames | people | frames/s, median (min–max) | decode ms | detect ms | pose ms | track ms |\n"
        "|---|---|---|---|---|---|---|---|---|\n"
        f"| {run['clip']} | {run['size']} | {run['frames']} | {run['people']} "
        f"| {run['fps_median']} ({run['fps_min']}–{run['fps_max']}) |{stages}"
    )


def first_picture(clip: Path | None) -> U8:
    """The first frame of a clip; noise where there is none."""
    if clip is None:
        return np.random.default_rng(0).integers(0, 256, (432, 768, 3), np.uint8)
    with open_source(str(clip)) as source:
        return next(iter(source)).image


def _side_by_side(image: U8, count: int) -> Boxes:
    """So many boxes side by side, four fifths of the picture high."""
    height, width = image.shape[:2]
    centres = (np.arange(count) + 0.5) * width / count
    top, bottom = np.full(count, 0.1 * height), np.full(count, 0.9 * height)
    return Boxes.of(np.stack([centres - height / 6, top, centres + height / 6, bottom]).T, np.ones(count))
