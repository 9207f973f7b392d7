"""How long a detector and a pose network take on this machine: per backend, precision and number of people.

    python scripts/bench_inference.py [--detector NAME] [--pose NAME] [--clip CLIP --frame 0] [--threads 2] [--json]

One call is what the program does for a frame, pixels in and source pixels out: letterbox, network, boxes; or crops,
network, keypoints. Without a clip the picture is noise, and the people stand in the middle of it. All the variants are
loaded first and then take turns, so that what else runs on the machine hits all of them alike.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import partial
from itertools import islice
from pathlib import Path

import numpy as np

from engine.detector import load_detector
from engine.models import DEFAULT_DETECTOR, DEFAULT_POSE
from engine.pose import load_pose
from engine.types import U8, Boxes
from engine.video import open_source

PEOPLE = (1, 2, 4, 8)
VARIANTS = (("openvino", "f32"), ("openvino", "bf16"), ("onnxruntime", "f32"))


@dataclass(frozen=True)
class Row:
    """Milliseconds a call: the median, the range of the middle half, and the worst."""

    what: str
    people: int
    runs_on: str
    median: float
    low: float
    high: float
    worst: float


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--detector", default=DEFAULT_DETECTOR)
    parser.add_argument("--pose", default=DEFAULT_POSE)
    parser.add_argument("--clip", type=Path)
    parser.add_argument("--frame", type=int, default=0)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=40)
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()

    image = picture(arguments.clip, arguments.frame)
    calls: dict[tuple[str, int, str], Callable[[], object]] = {}
    for device, precision in VARIANTS:
        threads = arguments.threads
        detector = load_detector(arguments.detector, device=device, precision=precision, threads=threads)
        pose = load_pose(arguments.pose, device=device, precision=precision, threads=threads)
        runs_on = pose.description.split(", ", 1)[1]
        calls["detect", 0, runs_on] = partial(detector.detect, image)
        for count in PEOPLE:
            calls["pose", count, runs_on] = partial(pose.estimate, image, people(image, count))

    times: dict[tuple[str, int, str], list[float]] = {key: [] for key in calls}
    for turn in range(arguments.rounds + 3):
        for key, call in calls.items():
            begun = time.perf_counter()
            call()
            if turn >= 3:  # the first calls of each shape build it
                times[key].append((time.perf_counter() - begun) * 1e3)
    rows = [row(key, spent) for key, spent in sorted(times.items())]

    load = f"load average {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else "load unknown"
    setting = (
        f"{platform.processor() or platform.machine()}, {os.cpu_count()} cores, {arguments.threads} threads, {load}; "
        f"{image.shape[1]}×{image.shape[0]}, {arguments.rounds} rounds; {arguments.detector}, {arguments.pose}"
    )
    if arguments.json:
        print(json.dumps({"setting": setting, "rows": [asdict(each) for each in rows]}, indent=1))
        return
    print(setting)
    print("\n| call | people | runs on | median ms | middle half | worst | per person |")
    print("|---|---|---|---|---|---|---|")
    for each in rows:
        share = f"{each.median / each.people:.1f}" if each.people else "–"
        print(
            f"| {each.what} | {each.people or '–'} | {each.runs_on} | {each.median:.1f} "
            f"| {each.low:.1f}–{each.high:.1f} | {each.worst:.1f} | {share} |"
        )


def row(key: tuple[str, int, str], spent: list[float]) -> Row:
    low, _, high = statistics.quantiles(spent, n=4)
    return Row(*key, statistics.median(spent), low, high, max(spent))


def picture(clip: Path | None, index: int) -> U8:
    if clip is None:
        return np.random.default_rng(0).integers(0, 256, (432, 768, 3), np.uint8)
    with open_source(str(clip)) as source:
        return next(islice(iter(source), index, None)).image


def people(image: U8, count: int) -> Boxes:
    """So many boxes side by side, four fifths of the picture high."""
    height, width = image.shape[:2]
    centres = (np.arange(count) + 0.5) * width / count
    xyxy = np.stack(
        [centres - height / 6, np.full(count, 0.1 * height), centres + height / 6, np.full(count, 0.9 * height)]
    )
    return Boxes.of(xyxy.T, np.ones(count))


if __name__ == "__main__":
    main()
