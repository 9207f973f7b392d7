"""What many videos cost, and what a second worker brings: `skelter batch` as a person runs it, in fresh folders.

    python scripts/bench_batch.py CLIP [CLIP ...] [--copies 2] [--runs 3] [--to json] [--json]

First what one more video of each clip costs a worker of one thread that is running already (two copies less one), in
processor seconds of all processes, which other programs on the machine hardly change. Then all clips, `--copies` times
each, with one and with two workers of one thread, turn by turn; start-up is part of those.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from app.manifest import read


def run(clips: list[Path], copies: int, workers: int, to: str) -> dict[str, Any]:
    """One batch: wall and processor seconds, frames, and seconds of video."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "in").mkdir()
        for number in range(copies):
            for clip in clips:
                (folder / "in" / f"{number}-{clip.name}").symlink_to(clip.resolve())
        command = [sys.executable, "-m", "app.cli", "batch", str(folder / "in"), "-o", str(folder / "out"), "--to", to]
        command += ["--workers", str(workers), "--threads", "1"]
        before, begun = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
        subprocess.run(command, check=True, capture_output=True)
        wall_s = time.perf_counter() - begun
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        runs = [read(path).run for path in (folder / "out").rglob("*.manifest.json")]
    assert all(one is not None for one in runs)
    return {
        "wall_s": round(wall_s, 2),
        "cpu_s": round(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, 2),
        "frames": sum(one.frames for one in runs if one is not None),
        "video_s": round(sum(one.source.duration_s or 0.0 for one in runs if one is not None), 2),
    }


def one_more(clip: Path, to: str) -> dict[str, Any]:
    """What a second copy of a clip costs beside the first."""
    one, two = run([clip], 1, 1, to), run([clip], 2, 1, to)
    return {name: round(two[name] - one[name], 2) for name in one}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("clips", nargs="+", type=Path)
    parser.add_argument("--copies", type=int, default=2)
    parser.add_argument("--runs", type=int, default=3, help="of the comparison; 0 leaves it out")
    parser.add_argument("--to", default="json")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    each = {clip.name: one_more(clip, options.to) for clip in options.clips}
    walls: dict[int, list[float]] = {1: [], 2: []}
    for _ in range(options.runs):
        for workers in walls:
            walls[workers].append(run(options.clips, options.copies, workers, options.to)["wall_s"])
    ratio = options.runs and statistics.median(one / two for one, two in zip(walls[1], walls[2], strict=True))
    report = {
        "machine": f"{platform.machine()}, {os.cpu_count()} cores", "to": options.to, "each": each,
        "one_worker_s": walls[1], "two_workers_s": walls[2], "ratio": round(ratio, 2),
    }  # fmt: skip
    if options.json:
        print(json.dumps(report, indent=1))
        return
    print(f"{'clip':24} {'frames':>7} {'cpu s':>7} {'cpu ms/frame':>13} {'cpu h per video h':>18}")
    for name, cost in each.items():
        per_frame, per_hour = 1e3 * cost["cpu_s"] / cost["frames"], cost["cpu_s"] / (cost["video_s"] or 1.0)
        print(f"{name:24} {cost['frames']:7} {cost['cpu_s']:7.1f} {per_frame:13.1f} {per_hour:18.2f}")
    if options.runs:
        print(f"one worker {walls[1]} s, two workers {walls[2]} s: {ratio:.2f} times as fast")


if __name__ == "__main__":
    main()
