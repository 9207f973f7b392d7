"""How fast this machine is: networks by backend, precision and number of people, and the whole pipeline on a clip."""

from __future__ import annotations

import os
import platform
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from app import job
from app.engines import Choice, Engines
from engine import store
from engine.backends.select import BACKENDS
from engine.cards import ModelCard
from engine.detector import load_detector
from engine.errors import SkelterError
from engine.pose import load_pose
from engine.types import U8, Boxes
from engine.video import open_source

PEOPLE = (1, 2, 4, 8)
WARM_UP = 3  # calls of each shape that are not counted: the first build it


@dataclass(frozen=True, slots=True)
class Variant:
    """A backend on a device in a precision; None: its own choice."""

    device: str
    precision: str | None


@dataclass(frozen=True, slots=True)
class Row:
    """Milliseconds a call: the median, the range of the middle half, and the worst.

    `people` is how many were on the picture (0: the detector, which asks once a picture).
    """

    what: str
    model: str
    people: int
    runs_on: str
    median: float
    low: float
    high: float
    worst: float


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
    """A row a call, and a sentence for every variant that does not run here.

    A call is what the program does for a frame: letterbox, network, boxes; or crops, network, keypoints. Everything is
    loaded first and then takes turns, so that what else runs on the machine hits all alike.
    """
    calls: dict[tuple[str, str, int, str], Callable[[], object]] = {}
    closing: list[Any] = []
    refused = []
    for variant in chosen:
        options: dict[str, Any] = {"device": variant.device, "precision": variant.precision, "threads": threads}
        for card in (*detectors, *poses):
            load = load_detector if card in detectors else load_pose
            try:
                runner: Any = load(card.path, **options)
            except SkelterError as error:
                asked = " ".join(filter(None, (variant.device, variant.precision)))
                refused.append(f"{card.name}, {asked}: {error}")
                continue
            closing.append(runner)
            runs_on = runner.description.split(", ", 1)[1]
            if card in detectors:
                calls["detect", card.name, 0, runs_on] = partial(runner.detect, image)
            else:
                for count in people:
                    calls["pose", card.name, count, runs_on] = partial(
                        runner.estimate, image, _side_by_side(image, count)
                    )
    times: dict[tuple[str, str, int, str], list[float]] = {key: [] for key in calls}
    for turn in range(rounds + WARM_UP):
        for key, call in calls.items():
            begun = time.perf_counter()
            call()
            if turn >= WARM_UP:
                times[key].append((time.perf_counter() - begun) * 1e3)
    for runner in closing:
        runner.close()
    return [_row(key, spent) for key, spent in sorted(times.items())], refused


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
        "| call | model | people | runs on | median ms | middle half | worst | per person |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for row in rows:
        share = f"{row.median / row.people:.1f}" if row.people else "–"
        lines.append(
            f"| {row.what} | {row.model} | {row.people or '–'} | {row.runs_on} | {row.median:.1f} "
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


def _row(key: tuple[str, str, int, str], spent: list[float]) -> Row:
    low, _, high = statistics.quantiles(spent, n=4)
    return Row(*key, statistics.median(spent), low, high, max(spent))
