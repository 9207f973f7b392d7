"""How fast `skelter track` is, end to end and per stage: frames a second of whole runs, decoding to written files.

    python scripts/bench_pipeline.py CLIP [CLIP ...] [--runs 5] [--device auto] [--precision bf16] [--json]

Every run is a fresh set of files in a temporary folder with engines already loaded (start-up is printed apart). Stages
overlap, so their sum is more than the wall time of a frame; "wait" is what is left when they do not.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

from app import job
from app.engines import Choice, Engines
from engine.video import open_source


def measure(clip: Path, choice: Choice, runs: int) -> dict[str, Any]:
    begun = time.perf_counter()
    with Engines.load(choice) as engines:
        load_s = time.perf_counter() - begun
        fps, stages, people = [], [], 0
        for _ in range(runs):
            engines.tracker.reset()
            with open_source(str(clip)) as source, tempfile.TemporaryDirectory() as folder:
                audio = clip if source.info.has_audio else None
                outputs = [Path(folder) / "out.mp4", Path(folder) / "out.json"]
                summary = job.run(source, engines, outputs, audio_from=audio)
                size = (source.info.width, source.info.height)
            fps.append(summary.fps)
            people = len(summary.people)
            stages.append({stage: spent / summary.frames for stage, spent in summary.stage_ms.items()})
        names = stages[0]
        return {
            "clip": clip.name,
            "size": f"{size[0]}×{size[1]}",
            "frames": summary.frames,
            "people": people,
            "load_s": round(load_s, 2),
            "fps_median": round(statistics.median(fps), 1),
            "fps_min": round(min(fps), 1),
            "fps_max": round(max(fps), 1),
            "stage_ms": {name: round(statistics.median(run[name] for run in stages), 2) for name in names},
            "detector": engines.detector.description,
            "pose": engines.pose.description,
        }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("clips", nargs="+", type=Path)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--device", default="auto")
    parser.add_argument("--precision")
    parser.add_argument("--detector", default=Choice().detector)
    parser.add_argument("--pose", default=Choice().pose)
    parser.add_argument("--detect-every", default="auto")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    every = options.detect_every if options.detect_every == "auto" else int(options.detect_every)
    choice = Choice(
        options.detector, options.pose, device=options.device, precision=options.precision, detect_every=every
    )
    rows = [measure(clip, choice, options.runs) for clip in options.clips]
    if options.json:
        print(json.dumps({"machine": platform.platform(), "cores": os.cpu_count(), "rows": rows}, indent=2))
        return
    print(
        f"{rows[0]['detector']}; {rows[0]['pose']}; {os.cpu_count()} cores, median of {options.runs} runs (min–max)\n"
    )
    stages = list(rows[0]["stage_ms"])
    print(f"| clip | size | frames | people | frames/s | {' | '.join(f'{name} ms' for name in stages)} |")
    print("|---" * (5 + len(stages)) + "|")
    for row in rows:
        spread = f"{row['fps_median']} ({row['fps_min']}–{row['fps_max']})"
        spent = " | ".join(str(row["stage_ms"][name]) for name in stages)
        print(f"| {row['clip']} | {row['size']} | {row['frames']} | {row['people']} | {spread} | {spent} |")


if __name__ == "__main__":
    main()
