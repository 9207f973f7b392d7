"""What do HRNet's parts bring? The ablations of its paper, each trained for a short while on the same pictures.

Every variant is a switch of the same class (`training.models.hrnet`), sees the same crops in the same order, and is
scored on the same people in their annotated boxes. The paper trained for 210 epochs of 150,000 people; a run here sees
a few thousand. So the table shows that the variants work and what they cost, and hints at an order of those that
learn fast; it cannot show the paper's differences of one or two points, which lie far below what chance does here.

    python -m scripts.ablations data/people                      # some minutes a variant on two quiet cores
    python -m scripts.ablations data/people --images 64          # only to see that everything runs
"""

from __future__ import annotations

import contextlib
import logging
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Any, cast

import numpy as np
import torch
import typer

from training.data.poses import Draw, PoseDataset
from training.data.transforms import PLAIN
from training.models.deployed import Normalise
from training.models.size import GIGA, macs, parameters
from training.recipe import Recipe, recipe_of
from training.tasks import PoseTask, heatmap_loss
from training.train import Options, Trainer

Size = tuple[int, int]  # width, height


@dataclass(frozen=True, slots=True)
class Variant:
    """One row of the table.

    settings   what differs from the whole network, fields of HRNetConfig
    size       of the input where it differs
    published  AP on COCO val of the paper's W32 (256×192 where no size is said)
    """

    name: str
    settings: dict[str, Any]
    published: str
    size: Size | None = None


def variants(width: int, size: Size) -> list[Variant]:
    """The paper's ablations, for a network of `width` instead of 32 (stem and first stage in proportion).

    Two choices of the paper are not told: how wide the network with all streams from the start is (here so that its
    parameters come to about those of the whole), and the one with the high resolution alone (here: its work).
    """
    return [
        Variant("the whole network", {}, "73.4 (Table 6 c)"),
        Variant("exchange at the end of stages only", {"exchange": "stages"}, "71.9 (Table 6 b)"),
        Variant("exchange at the very end only", {"exchange": "end"}, "70.8 (Table 6 a)"),
        Variant("all four streams from the start", {"from_start": True, "width": round(width * 22 / 32)}, "72.5"),
        Variant("high resolution alone", {"streams": 1, "width": round(width * 60 / 32)}, "“much lower”"),
        Variant("heatmaps from 1/8", {"heatmaps_from": 1}, "68.9 (Fig. 5; whole: 74.4)"),
        Variant("heatmaps from 1/16", {"heatmaps_from": 2}, "55.0 (Fig. 5)"),
        Variant("heatmaps from 1/32", {"heatmaps_from": 3}, "below 10 (Fig. 5)"),
        Variant("larger input", {}, "74.4 at 256x192, 66.9 at 128x96", (size[0] * 2, size[1] * 2)),
    ]


def main(
    data: Annotated[Path, typer.Argument(help="Folder of the pictures, with people.json in COCO's form.")],
    images: Annotated[int, typer.Option(help="Crops that each variant learns from.")] = 12_000,
    width: Annotated[int, typer.Option(help="Of the network; 32 is the paper's.")] = 16,
    height: Annotated[int, typer.Option(help="Of the input, 4 : 3.")] = 128,
    batch: Annotated[int, typer.Option(help="Crops a step.")] = 32,
    rate: Annotated[float, typer.Option(help="Learning rate.")] = 1e-3,
    seeds: Annotated[int, typer.Option(help="Runs of each variant, to see what chance does.")] = 1,
    source: Annotated[str, typer.Option(help="Of the people to score on.")] = "coco",
    cache: Annotated[str, typer.Option(help="Folder for decoded crops.")] = "",
    threads: Annotated[int, typer.Option(help="CPU threads.")] = 2,
    only: Annotated[str, typer.Option(help="Only variants with this in their name.")] = "",
) -> None:
    """Train every variant and print the table."""
    logging.getLogger("training").setLevel(logging.WARNING)
    size = (height * 3 // 4, height)
    chosen = [variant for variant in variants(width, size) if only in variant.name]
    print(f"{images} crops each of {data}, batches of {batch}, width {width}, input {height}x{size[0]}, Adam {rate}\n")
    print("| variant | parameters, M | GMAC | steps | minutes | loss, val | AP50, val | AP, val | published AP |")
    print("|---|---|---|---|---|---|---|---|---|")
    for variant in chosen:
        rows = []
        for seed in range(seeds):
            content = recipe_content(
                variant, data, size, width=width, images=images, batch=batch, rate=rate, seed=seed, source=source,
                cache=cache,
            )  # fmt: skip
            rows.append(trained(recipe_of(content, data), threads))
        print(row(variant, rows), flush=True)


def recipe_content(
    variant: Variant, data: Path, size: Size, *, width: int, images: int, batch: int, rate: float, seed: int,
    source: str, cache: str,
) -> dict[str, Any]:  # fmt: skip
    return {
        "name": variant.name, "task": "pose", "autocast": "bf16", "seed": seed,
        "model": {"width": width, "stem": 2 * width, "layer1_planes": 2 * width, **variant.settings},
        "data": {
            "folder": str(data), "files": ["people.json"], "split": "train", "val_folder": str(data),
            "val_files": ["people.json"], "val_sources": [source] if source else [], "cache": cache, "workers": 1,
        },
        "augmentation": {"scale": 0.25, "rotation": 30, "half_body": 0.2},
        "optimiser": {"name": "adam", "lr": rate, "weight_decay": 0.0, "warmup": 20, "ema": 0.98, "final": 0.05},
        "phases": [{"size": list(variant.size or size), "batch": batch, "images": images}],
    }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Outcome:
    parameters: int
    gmac: float
    steps: int
    minutes: float
    loss: float
    ap: float
    ap50: float


def trained(recipe: Recipe, threads: int) -> Outcome:
    width, height = recipe.phases[-1].size
    with TemporaryDirectory() as folder:
        trainer = Trainer(recipe, Options(Path(folder), threads=threads, save_every_s=1e9))
        begun = time.perf_counter()
        with contextlib.redirect_stdout(sys.stderr):  # its progress is not part of the table
            figures = trainer.run()
        if not figures:  # a run that is asked to stop does so between two steps
            raise SystemExit("Stopped.")
        minutes = (time.perf_counter() - begun) / 60
        network = trainer.average.network
        return Outcome(
            parameters(network), macs(network, height, width) / GIGA, trainer.step, minutes,
            validation_loss(recipe, trainer), figures["AP"], figures["AP50"],
        )  # fmt: skip


@torch.no_grad()
def validation_loss(recipe: Recipe, trainer: Trainer) -> float:
    """Mean loss on the validation people in plain crops: 1 is what empty heatmaps cost. Steadier than a low AP."""
    chosen = cast(PoseTask, trainer.task).validation_people()
    dataset = PoseDataset(chosen, PLAIN)
    normalise = Normalise()
    losses = []
    for start in range(0, len(chosen), 32):
        samples = [dataset[Draw(n, recipe.phases[-1].size, (0, n))] for n in range(start, min(start + 32, len(chosen)))]
        crops, target, weight = (torch.from_numpy(np.stack(part)) for part in zip(*samples, strict=True))
        losses.append(float(heatmap_loss(trainer.average.network(normalise(crops)), target, weight)) * len(samples))
    return sum(losses) / len(chosen)


def row(variant: Variant, outcomes: Sequence[Outcome]) -> str:
    first = outcomes[0]

    def spread(values: Sequence[float], digits: int = 3) -> str:
        mean = f"{np.mean(values):.{digits}f}"
        return mean if len(values) == 1 else f"{mean} ({min(values):.{digits}f}–{max(values):.{digits}f})"

    cells = [
        variant.name, f"{first.parameters / 1e6:.2f}", f"{first.gmac:.2f}", str(first.steps),
        spread([outcome.minutes for outcome in outcomes], 1), spread([outcome.loss for outcome in outcomes]),
        spread([outcome.ap50 for outcome in outcomes]), spread([outcome.ap for outcome in outcomes]), variant.published,
    ]  # fmt: skip
    return f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    typer.run(main)
