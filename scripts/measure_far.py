"""How many more people are found where a detector looks at parts of the picture as well (`--far`), and what that costs.

    python -m scripts.measure_far --data data/people --annotations people.json

Fully boxed pictures of the val split are put side by side, in a grid, on 1920 × 1080 pixels: real people, as small as
on a pitch seen from the stand. Counted at the detector's threshold; a box that half overlaps a doubtful person is
neither right nor wrong. A second table tells how many of all of them are found by how large they are.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Annotated, NamedTuple

import cv2
import numpy as np
import typer

from engine.boxes import box_iou
from engine.detector import Detector
from engine.loading import load_detector
from engine.models import DEFAULT_DETECTOR
from engine.types import F32, U8, Bools
from training.data.coco import load_scenes
from training.data.people import Scene, read_picture

SIZE_WH = (1920, 1080)
GRIDS = ((2, 1), (4, 2), (7, 4), (10, 6), (12, 7))
RIGHT = 0.5  # IoU
SIZES = (0, 0.03, 0.04, 0.05, 0.06, 0.08, 0.1, 0.125, 0.15, 0.2, 1)  # of a person's longer side ÷ the picture's


class Wall(NamedTuple):
    """Pictures side by side: image uint8 [1080, 1920, 3]; people and doubtful ones float32 [N, 4], in its pixels."""

    image: U8
    people: F32
    doubtful: F32


class Look(NamedTuple):
    """Who of the people is found [N], how many boxes are of nobody, and the milliseconds it took."""

    found: Bools
    stray: int
    took_ms: float


def walls(scenes: list[Scene], grid: tuple[int, int]) -> Iterator[Wall]:
    """The scenes in a shuffled order, so many across and down; what is left at the end is left out."""
    columns, rows = grid
    wide, tall = SIZE_WH[0] // columns, SIZE_WH[1] // rows
    order = np.random.default_rng(0).permutation(len(scenes))
    for start in range(0, len(order) - columns * rows + 1, columns * rows):
        image = np.full((SIZE_WH[1], SIZE_WH[0], 3), 114, np.uint8)
        people, doubtful = [], []
        for place, number in enumerate(order[start : start + columns * rows]):
            scene, shown = scenes[number], read_picture(scenes[number].picture)
            scale = min(wide / shown.shape[1], tall / shown.shape[0])
            size_wh = (int(shown.shape[1] * scale), int(shown.shape[0] * scale))
            left, top = place % columns * wide, place // columns * tall
            how = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
            image[top : top + size_wh[1], left : left + size_wh[0]] = cv2.resize(shown, size_wh, interpolation=how)
            corner = np.array([left, top, left, top], np.float32)
            people.append(scene.people * np.float32(scale) + corner)
            doubtful.append(scene.ignore * np.float32(scale) + corner)
        yield Wall(image, np.concatenate(people), np.concatenate(doubtful))


def count(detector: Detector, wall: Wall, *, whole: bool = True) -> Look:
    """What one detector finds of the people of a wall."""
    begun = time.perf_counter()
    xyxy = detector.detect(wall.image, whole=whole).xyxy + np.float32(0.5)
    took_ms = (time.perf_counter() - begun) * 1e3
    of_people = box_iou(wall.people, xyxy)
    found = of_people.max(axis=1, initial=0) >= RIGHT
    known = np.hstack([of_people.T, box_iou(xyxy, wall.doubtful)]).max(axis=1, initial=0)
    return Look(found, int((known < RIGHT).sum()), took_ms)


def main(
    data: Annotated[Path, typer.Option(help="Folder of the pictures and annotations.")],
    annotations: Annotated[str, typer.Option(help="Annotation file in it.")],
    detector: Annotated[str, typer.Option(help="A detector's name or file.")] = DEFAULT_DETECTOR,
) -> None:
    scenes, _ = load_scenes(data, [annotations], split="val")
    print("| people, median height | looks | found | boxes of nobody | ms a picture, median (most) |")
    print("|---|---|---|---|---|")
    with load_detector(detector) as near, load_detector(detector, far=True) as network:
        looks: dict[str, Callable[[Wall], Look]] = {
            "the whole picture, in the exported input": partial(count, near, whole=False),
            "the whole picture": partial(count, near),
            "parts too (`--far`)": partial(count, network),
        }
        sizes: list[F32] = []
        found: dict[str, list[Bools]] = {name: [] for name in looks}
        for grid in GRIDS:
            shown = list(walls(scenes, grid))
            if not shown:
                print(f"(fewer than {grid[0] * grid[1]} pictures: nothing so small)")
                continue
            heights = np.concatenate([wall.people[:, 3] - wall.people[:, 1] for wall in shown])
            sizes += [(wall.people[:, 2:] - wall.people[:, :2]).max(axis=1) / max(SIZE_WH) for wall in shown]
            for name, look in looks.items():
                rows = [look(wall) for wall in shown]
                found[name] += [row.found for row in rows]
                took_ms = [row.took_ms for row in rows]
                print(
                    f"| {len(heights)}, {np.median(heights):.0f} px | {name} "
                    f"| {sum(row.found.sum() for row in rows) / len(heights):.3f} | {sum(row.stray for row in rows)} "
                    f"| {np.median(took_ms):.1f} ({max(took_ms):.1f}) |",
                    flush=True,
                )
        if sizes:
            print_by_size(np.concatenate(sizes), {name: np.concatenate(each) for name, each in found.items()})
        print(f"\n{network.description}")


def print_by_size(sizes: F32, found: dict[str, Bools]) -> None:
    """Which share of the people of each size the looks find; `sizes` [N], `found` [N] of each look."""
    print(f"\n| longer side ÷ the picture's | people | {' | '.join(found)} |")
    print(f"|---|---|{'---|' * len(found)}")
    for low, high in pairwise(SIZES):
        those = (sizes >= low) & (sizes < high)
        shares = " | ".join(f"{each[those].mean():.3f}" if those.any() else "–" for each in found.values())
        print(f"| {low:g} to {high:g} | {those.sum()} | {shares} |")


if __name__ == "__main__":
    typer.run(main)
