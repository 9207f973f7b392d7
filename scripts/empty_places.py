"""How sure is a pose network of people who are not there? Mean joint scores in boxes of pictures without people.

    python -m scripts.empty_places --data data/people --annotations people.json [--pose skelter-pose-s]

Sixteen boxes of a standing person's shape, placed at random, in every picture of the split `val` that has nobody in it.
`trackers.lifecycle.LifeSettings.sure` rests on this.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np

from engine.loading import load_pose
from engine.types import Boxes
from trackers.lifecycle import LifeSettings
from training.data.coco import load_scenes
from training.data.people import read_picture

BOXES = 16
SURE = LifeSettings().sure


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--annotations", nargs="+", required=True)
    parser.add_argument("--pose", default="skelter-pose-s")
    options = parser.parse_args()
    scenes, _ = load_scenes(options.data, options.annotations, split="val")
    empty = [scene for scene in scenes if not len(scene.people) and not len(scene.ignore)]
    rng, scores = np.random.default_rng(0), list[float]()
    with load_pose(options.pose) as pose:
        for scene in empty:
            image = read_picture(scene.picture)
            tall = rng.uniform(0.25, 0.95, BOXES) * image.shape[0]
            wide = tall * rng.uniform(0.3, 0.6, BOXES)
            left = rng.uniform(0, 1, BOXES) * np.maximum(image.shape[1] - wide, 1)
            top = rng.uniform(0, 1, BOXES) * (image.shape[0] - tall)
            boxes = Boxes.of(np.stack([left, top, left + wide, top + tall], axis=1), np.ones(BOXES))
            scores += pose.estimate(image, boxes).scores.mean(axis=1).tolist()
    median, high, most = np.percentile(scores, [50, 99, 100])
    print(f"{len(scores)} boxes in {len(empty)} pictures without people: median {median:.3f}, 99 % under {high:.3f}, "
          f"most {most:.3f}; {sum(score >= SURE for score in scores)} from {SURE:g} on")  # fmt: skip


if __name__ == "__main__":
    main()
