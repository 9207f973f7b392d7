"""How late is what is shown live? A clip played as a camera would give it, frame by frame by the clock.

    python -m scripts.measure_lateness CLIP … [--fps 30] [--seconds 20]

Late is the time from a frame's arrival until its people are known, as the window's status line has it; what a camera,
its driver and the screen add is not in it. Decoding is not either: the clip lies in memory. The first second, in which
networks warm up, is left out.
"""

from __future__ import annotations

import argparse
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Self

import numpy as np

from app.engines import Choice, Engines
from app.pipeline import run
from engine.types import Frame
from engine.video import SourceInfo
from engine.video.opening import open_source

FRAMES = 150  # of the clip, to and fro: people walk back instead of jumping
WARM_S = 1.0


class Camera:
    """A live source that gives a clip's pictures at `fps` for `seconds`, each when its time has come."""

    def __init__(self, clip: Path, fps: float, seconds: float) -> None:
        with open_source(str(clip)) as source:
            self._frames = list(islice(source, FRAMES))
            self.info: SourceInfo = replace(source.info, fps=fps, duration_s=None, frame_count=None, live=True)
        self._period, self._count = 1 / fps, int(seconds * fps)
        self._closed = threading.Event()
        self.came: list[float] = []

    def __iter__(self) -> Iterator[Frame]:
        to_and_fro = [*self._frames, *self._frames[-2:0:-1]]
        begun = time.monotonic()
        for index in range(self._count):
            due = begun + index * self._period
            if self._closed.wait(max(due - time.monotonic(), 0)):
                return
            self.came.append(time.monotonic())
            yield Frame(to_and_fro[index % len(to_and_fro)].image, index, index * self._period)

    def end_of(self, index: int) -> None: ...

    def close(self) -> None:
        self._closed.set()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("clips", nargs="+", type=Path)
    parser.add_argument("--fps", type=float, default=30.0)
    parser.add_argument("--seconds", type=float, default=20.0)
    options = parser.parse_args()
    print("| clip | size | people | shown, frames/s | skipped | late, ms: median | p95 | most |")
    print("|---|---|---|---|---|---|---|---|")
    with Engines.load(Choice()) as engines:
        for clip in options.clips:
            print(row(clip, engines, options.fps, options.seconds), flush=True)


def row(clip: Path, engines: Engines, fps: float, seconds: float) -> str:
    camera = Camera(clip, fps, seconds)
    engines.tracker.reset()
    late, people, skipped = [], [], 0
    for result in run(camera, engines.detector, engines.pose, engines.tracker):
        skipped = result.dropped
        if result.frame.time_s >= WARM_S:
            late.append(1e3 * (result.finished_s - camera.came[result.frame.index]))
            people.append(len(result.tracks))
    shown = len(late) / (seconds - WARM_S)
    middle, high, most = np.percentile(late, [50, 95, 100])
    lateness = f"{middle:.0f} | {high:.0f} | {most:.0f}"
    size = f"{camera.info.width}×{camera.info.height}"
    return f"| {clip.name} | {size} | {np.mean(people):.1f} | {shown:.1f} | {skipped} | {lateness} |"


if __name__ == "__main__":
    main()
