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
from pathlib import Path

from app.bench import run_clip
from app.engines import Choice


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("clips", nargs="+", type=Path)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--device", default="auto")
    parser.add_argument("--precision")
    parser.add_argument("--detector", default=Choice().detector)
    parser.add_argument("--pose", default=Choice().pose)
    parser.add_argument("--detect-every", default="auto")
    parser.add_argument("--flip", action="store_true", help="look at everyone in the mirror too")
    parser.add_argument("--far", action="store_true", help="look for people far away too")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    every = options.detect_every if options.detect_every == "auto" else int(options.detect_every)
    choice = Choice(
        options.detector, options.pose, device=options.device, precision=options.precision, detect_every=every,
        flip=options.flip, far=options.far,
    )  # fmt: skip
    rows = [run_clip(clip, choice, options.runs) for clip in options.clips]
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
