"""How well MoveNet, the second teacher, finds people's joints: upright only, and in the turn in which it is surest.

    python -m scripts.score_movenet data/movenet_thunder.onnx --data data/people --annotations people.json --source coco

PCK@0.2 of the torso's longer diagonal and OKS AP in ground-truth boxes, as `skelter eval` measures them; that scores
the first teacher too, and what is trained.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import numpy as np
import typer

from training.data.coco import Record, load_people, read_truth
from training.data.people import Person, read_picture
from training.data.sets import figures_by_oks
from training.data.teachers import TURNS, MoveNet
from training.evaluate import PCK_REACH
from training.metrics import pck, torso_diagonals


def main(
    model: Annotated[Path, typer.Argument(help="MoveNet's ONNX file (scripts/movenet_onnx.py).")],
    data: Annotated[Path, typer.Option(help="Folder of the pictures and annotations.")],
    annotations: Annotated[list[str], typer.Option(help="Annotation files in it.")],
    source: Annotated[str, typer.Option(help="Of the pictures.")],
    split: Annotated[str, typer.Option(help="Of the pictures.")] = "val",
) -> None:
    people = [person for person in load_people(data, annotations, split=split)[0] if person.source == source]
    truth = read_truth(data, annotations)
    print(f"{len(people)} people of {source}, {split}")
    for name, turns in (("upright", (0,)), ("four turns", TURNS)):
        share, precision = score(MoveNet(model, turns), people, truth)
        print(f"{name:>10}: PCK@0.2 {share:.3f}, AP {precision:.3f}")


def score(teacher: MoveNet, people: Sequence[Person], truth: Sequence[Record]) -> tuple[float, float]:
    """PCK@0.2 over all labelled joints, and AP."""
    found = np.stack([teacher.keypoints(read_picture(person.picture), person)[0] for person in people])
    points, scores = found[..., :2], found[..., 2]
    places, labelled = (np.stack([getattr(person, name) for person in people]) for name in ("keypoints", "weights"))
    reach = PCK_REACH * torso_diagonals(places, labelled)
    counts = ((labelled > 0) & (reach > 0)[:, None]).sum(0)
    share = float(np.nansum(pck(points, places, labelled, reach) * counts) / counts.sum())
    return share, figures_by_oks(truth, people, points, scores)["AP"]


if __name__ == "__main__":
    typer.run(main)
