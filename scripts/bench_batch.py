"""What many videos cost, and what a second worker brings: `skelter batch` as a person runs it, in fresh folders.

    python scripts/bench_batch.py CLIP [CLIP ...] [--only costs|workers] [--copies 2] [--runs 3] [--to json] [--json]

Costs: what one more video of each clip costs a worker of one thread that is running already (two copies less one), in
processor seconds of all processes, which other programs on the machine hardly change. Workers: all clips, `--copies`
times each, by one and by two workers of one thread, turn by turn; start-up is part of those.
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


def compared(clips: list[Path], copies: int, runs: int, to: str) -> dict[str, Any]:
    """The same batch by one and by two workers, `runs` times each."""
    workers: dict[int, list[dict[str, Any]]] = {1: [], 2: []}
    for _ in range(runs):
        for count, done in workers.items():
            done.append(run(clips, copies, count, to))
    ratio = statistics.median(one["wall_s"] / two["wall_s"] for one, two in zip(workers[1], workers[2], strict=True))
    return {"workers": workers, "frames": workers[1][0]["frames"], "ratio": round(ratio, 2)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("clips", nargs="+", type=Path)
    parser.add_argument("--only", choices=["costs", "workers"], help="default: both")
    parser.add_argument("--copies", type=int, default=2)
    parser.add_argument("--runs", type=int, default=3, help="of the comparison of workers")
    parser.add_argument("--to", default="json")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    report: dict[str, Any] = {"machine": f"{platform.machine()}, {os.cpu_count()} cores", "to": options.to}
    if options.only != "workers":
        report["costs"] = {clip.name: one_more(clip, options.to) for clip in options.clips}
    if options.only != "costs":
        report |= compared(options.clips, options.copies, options.runs, options.to)
    if options.json:
        print(json.dumps(report, indent=1))
        return
    if "costs" in report:
        print(f"{'clip':24} {'frames':>7} {'cpu s':>7} {'cpu ms/frame':>13} {'cpu h per video h':>18}")
    for name, cost in report.get("costs", {}).items():
        per_frame, per_hour = 1e3 * cost["cpu_s"] / cost["frames"], cost["cpu_s"] / (cost["video_s"] or 1.0)
        print(f"{name:24} {cost['frames']:7} {cost['cpu_s']:7.1f} {per_frame:13.1f} {per_hour:18.2f}")
    if "workers" in report:
        for count, runs in report["workers"].items():
            walls, processor = [one["wall_s"] for one in runs], [one["cpu_s"] for one in runs]
            print(f"workers of one thread: {count}; seconds: {walls}; processor seconds: {processor}")
        print(f"{report['frames']} frames; two are {report['ratio']:.2f} times as fast as one (median)")


if __name__ == "__main__":
    main()
