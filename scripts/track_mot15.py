"""Two real sequences of MOT15, their true boxes dropped and jittered, followed by our trackers and by SORT's rule.

    python -m scripts.track_mot15 --data shared/data/mot [--seeds 10] [--drop 0.1]

Without joints or pictures: what a tracker makes of boxes alone (`flow`, which lives on both, is left out). Corners are
off by `--jitter` of the box's size (one sigma).
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np

from engine.types import Boxes, Poses
from scripts.simulate_tracking import contestants
from trackers import Tracker
from trackers.metrics import Figures, evaluate
from trackers.reading import read_sequence
from trackers.sequences import People, Sequence

NAMES = ("TUD-Campus", "TUD-Stadtmitte")
FPS = 25.0


def detections(truth: Sequence, seed: int, drop: float = 0.1, jitter: float = 0.03, joints: int = 0) -> list[Poses]:
    """The true boxes of every frame as a detector might give them, in random order.

    `drop` of them are missing, corners are off by a normal error of `jitter` times the box's width or height. The poses
    have no joints, or as many as asked for that nobody saw (score 0).
    """
    rng = np.random.default_rng(seed)
    frames = []
    for index in range(truth.length):
        boxes = truth.at(index).boxes
        boxes = rng.permutation(boxes[rng.random(len(boxes)) >= drop])
        size = boxes[:, 2:] - boxes[:, :2]
        boxes = boxes + rng.normal(0.0, jitter, boxes.shape) * np.tile(size, 2)
        middles = np.repeat((boxes[:, None, :2] + boxes[:, None, 2:]) / 2.0, joints, axis=1)
        found = Boxes.of(boxes, rng.uniform(0.6, 0.95, len(boxes)))
        frames.append(Poses.of(middles, np.zeros((len(boxes), joints)), found))
    return frames


def follow_boxes(tracker: Tracker, frames: list[Poses]) -> Sequence:
    """What `tracker` makes of detections at 25 frames a second."""
    tracks = [tracker.update(poses, index / FPS) for index, poses in enumerate(frames)]
    return Sequence("result", {index: People.from_tracks(each) for index, each in enumerate(tracks)})


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--data", type=Path, required=True, help="folder with TUD-Campus/gt.txt and TUD-Stadtmitte/gt.txt"
    )
    parser.add_argument("--seeds", type=int, default=10, help="how many times detections are drawn")
    parser.add_argument("--drop", type=float, default=0.1, help="share of boxes missing")
    parser.add_argument("--jitter", type=float, default=0.03, help="error of the corners, in widths and heights")
    options = parser.parse_args()
    truths = [read_sequence(options.data / name / "gt.txt", truth=True) for name in NAMES]
    print(f"{' and '.join(NAMES)}, {100 * options.drop:g} % of the boxes dropped, jitter {options.jitter:g}, ", end="")
    print(f"seeds 0–{options.seeds - 1}; mean (least) over seeds.\n")
    print("| tracker | MOTA | IDF1 | HOTA | switches |\n|---|---|---|---|---|")
    for name, make in contestants(["oks", "iou"]).items():
        results = [
            Figures.total(
                evaluate(truth, follow_boxes(make(), detections(truth, seed, options.drop, options.jitter)), by="iou")
                for truth in truths
            )
            for seed in range(options.seeds)
        ]
        columns = [
            [each.clear.MOTA for each in results],
            [each.identity.IDF1 for each in results],
            [each.hota.HOTA for each in results],
        ]
        cells = [f"{np.mean(values):.3f} ({min(values):.3f})" for values in columns]
        print(f"| {name} | {' | '.join(cells)} | {np.mean([each.clear.IDSW for each in results]):.1f} |")


if __name__ == "__main__":
    main()
