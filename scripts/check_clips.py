"""Whom does Skelter find on the shared clips, and whom does it invent? Against the lists `CLIP.people.json`.

    python scripts/check_clips.py FOLDER [--clip one-by-one.mp4 …] [--detector MODEL] [--tracker oks] …

A listed person counts as found where a reported box overlaps his (IoU ≥ 0.4: the lists were made by another detector).
A frame counts as empty where nobody is listed, not even as "maybe". "stray" are reported people who overlap nobody
listed; "ids" is how many numbers were given out.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

import numpy as np

from app import job
from app.engines import Choice, Engines
from app.results import FrameRecord
from engine.boxes import box_iou
from engine.video.opening import open_source

FOUND = 0.4


def check(clip: Path, engines: Engines) -> dict[str, Any]:
    engines.tracker.reset()
    records: dict[int, FrameRecord] = {}
    with open_source(str(clip)) as source:
        summary = job.run(source, engines, [], each=lambda record: records.update({record.index: record}))
    listed = json.loads(clip.with_suffix(".people.json").read_text())
    empty = quiet = whole = whole_found = sure = sure_found = reported = stray = 0
    for entry in listed["frames"]:
        record = records.get(entry["frame"])
        boxes = record.tracks.poses.boxes.xyxy if record else np.zeros((0, 4), np.float32)
        everyone = [*entry["sure"], *entry["maybe"]]
        if not everyone:
            empty += 1
            quiet += len(boxes) == 0
        unhidden = [box for box, inside in zip(entry["sure"], entry["whole"], strict=True) if inside]
        whole += len(unhidden)
        whole_found += _found(unhidden, boxes)
        sure += len(entry["sure"])
        sure_found += _found(entry["sure"], boxes)
        reported += len(boxes)
        stray += len(boxes) - _found(boxes, everyone)
    return {
        "clip": clip.name, "frames": summary.frames, "ids": len(summary.people), "empty": empty, "quiet": quiet,
        "whole": whole, "whole_found": whole_found, "sure": sure, "sure_found": sure_found,
        "reported": reported, "stray": stray,
    }  # fmt: skip


def _found(wanted: Any, there: Any) -> int:
    """How many of the boxes `wanted` [N, 4+] overlap one of `there` [M, 4+]."""
    a, b = (np.array([box[:4] for box in boxes], np.float64).reshape(-1, 4) for boxes in (wanted, there))
    return int((box_iou(a, b).max(axis=1, initial=0) >= FOUND).sum())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--clip", action="append")
    parser.add_argument("--detector", default=Choice().detector)
    parser.add_argument("--pose", default=Choice().pose)
    parser.add_argument("--tracker", default=Choice().tracker)
    parser.add_argument("--threshold", type=float)
    parser.add_argument("--detect-every", default="auto")
    parser.add_argument("--flip", action="store_true", help="look at everyone in the mirror too")
    parser.add_argument("--far", action="store_true", help="look for people far away too")
    options = parser.parse_args()
    every = options.detect_every if options.detect_every == "auto" else int(options.detect_every)
    clips = sorted(path for path in options.folder.iterdir() if path.with_suffix(".people.json").exists())
    clips = [path for path in clips if path.suffix != ".json" and (not options.clip or path.name in options.clip)]
    choice = Choice(
        options.detector,
        options.pose,
        options.tracker,
        threshold=options.threshold,
        detect_every=every,
        flip=options.flip,
        far=options.far,
    )
    print("| clip | frames | ids | empty frames quiet | whole people found | sure people found | stray of reported |")
    print("|---|---|---|---|---|---|---|")
    with Engines.load(choice) as engines:
        for clip in clips:
            row = check(clip, engines)
            print(
                f"| {row['clip']} | {row['frames']} | {row['ids']} | {_share(row['quiet'], row['empty'])} | "
                f"{_share(row['whole_found'], row['whole'])} | {_share(row['sure_found'], row['sure'])} | "
                f"{_share(row['stray'], row['reported'])} |",
                flush=True,
            )


def _share(part: int, of: int) -> str:
    return f"{part} of {of} ({100 * part / of:.0f} %)" if of else "–"


if __name__ == "__main__":
    main()
