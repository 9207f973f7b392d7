"""Checkpoints → deployed files, for `skelter eval` and `skelter export-model`.

What a checkpoint of ours holds is told by its recipe; what a bare state dict holds by its tensors, where it is a
published network, else by a recipe that is named.
"""

from __future__ import annotations

import contextlib
import logging
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from torch import nn

from engine.cards import Task
from engine.crops import PixelRule
from engine.decoding import Decoding
from engine.errors import ModelError, UsageError
from engine.graphs import CHECKPOINTS
from engine.models import find_model
from engine.types import U8
from training import checkpoints
from training.data.sets import SKELETON_OF
from training.export import Difference, describe, export_detector, export_pose
from training.foreign import fill, form_of_recipe, read_published
from training.models.deployed import Form
from training.models.detection import Detector
from training.networks import make_network
from training.recipe import find_recipe, read_recipe, recipe_of

_log = logging.getLogger(__name__)

Pictures = Callable[[tuple[int, int], Task, PixelRule, str], U8]
"""Size of the input, what it is for, its pixels, the format of the data it was trained on → pictures
uint8 [M, H, W, 3] to compare a file with PyTorch on."""


@contextlib.contextmanager
def exported(
    model: str, recipe: str | None, pictures: Pictures | None = None, *, flip: bool, dark: bool
) -> Iterator[tuple[str | Path, Task]]:
    """A deployed file of what was given: itself, where it has a card; a checkpoint is exported to a temporary folder.

    `pictures` are compared on; None: a black one. `flip` is for checkpoints: heatmaps averaged in the graph, as the
    papers do. `recipe` as for `export_checkpoint`.

    Raises UsageError where a state dict comes without the recipe that names its network, or where an option of
    exporting is asked of a file that is exported already.
    """
    given = Path(model)
    if given.suffix.lower() not in CHECKPOINTS:
        if dark:
            raise UsageError(f"{model} is exported already: --dark belongs to checkpoints.")
        yield model, find_model(model).task
        return
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"{given.stem}.onnx"
        done = export_checkpoint(given, recipe, path, pictures or _blank, flip=flip, dark=dark, only_scored=True)
        describe(path, task=done.task, size_wh=done.size_wh, threshold=0.3, form=done.form)
        yield path, done.task


@dataclass(frozen=True, slots=True)
class Exported:
    """What `export_checkpoint` wrote."""

    difference: Difference
    task: Task
    size_wh: tuple[int, int]
    form: Form


def export_checkpoint(
    checkpoint: Path,
    recipe: str | None,
    path: Path,
    pictures: Pictures,
    *,
    flip: bool = False,
    dark: bool = False,
    only_scored: bool = False,
) -> Exported:
    """Exports what a checkpoint holds, at the size it was trained for last; `only_scored`: to a file that is none's.

    recipe  the name of a shipped one, or a file; where it is given, network, size, pixels and decoding are its own

    Raises UsageError where neither the checkpoint nor `recipe` says which network it is, or it is one that the program
    cannot run; ModelError where the weights belong to another network.
    """
    held = _read(checkpoint, recipe)
    form = replace(held.form, decoding=Decoding.DARK) if dark else held.form
    if isinstance(held.network, Detector) and (flip or dark):
        raise UsageError(f"{checkpoint} holds a detector: leave out --flip and --dark, which are for pose networks.")
    if not all(bool(value.isfinite().all()) for value in held.network.state_dict().values()):
        raise ModelError(f"{checkpoint} holds weights that are no numbers, its training diverged: take an earlier one.")
    task = Task.DETECTOR if isinstance(held.network, Detector) else Task.POSE
    shown = pictures(held.size_wh, task, form.pixels, held.data_format)
    scored = checkpoint if only_scored else None
    if isinstance(held.network, Detector):
        difference = export_detector(held.network, held.size_wh, path, shown, scored=scored)
    else:
        difference = export_pose(held.network, held.size_wh, path, shown, form=form, flip=flip, scored=scored)
    return Exported(difference, task, held.size_wh, form)


@dataclass(frozen=True, eq=False, slots=True)
class _Held:
    """A network with its weights, and what it was trained for; `data_format` as in a recipe."""

    network: nn.Module
    size_wh: tuple[int, int]
    form: Form
    data_format: str


def _read(checkpoint: Path, recipe: str | None) -> _Held:
    content = checkpoints.load(checkpoint)
    known = None if isinstance(content.get("recipe"), dict) else read_published(content, checkpoint)
    if known is not None and recipe is None:
        formats = (name for name, skeleton in SKELETON_OF.items() if skeleton == known.form.skeleton)
        _log.warning(" ".join([*known.described(checkpoint), known.doubt]).strip())
        return _Held(known.network, known.size_wh, known.form, next(formats, "coco"))
    plan = read_recipe(find_recipe(recipe)) if recipe else recipe_of(content.get("recipe"), checkpoint)
    if plan.task == "segmentation":
        raise UsageError(f"{checkpoint} holds a segmentation network: nothing in the program runs one yet.")
    network, form = make_network(plan), form_of_recipe(plan, SKELETON_OF[plan.data.format])
    state = checkpoints.state_of(content) if known is None else known.network.state_dict()
    fill(network, state, checkpoint, f"the network of {plan.name}")
    if known is not None:  # its release may see other colours than we train with, and halve elsewhere (Caffe's)
        network = known.network
        form = replace(form, colour=known.form.colour, mean=known.form.mean, std=known.form.std)
    return _Held(network.eval(), plan.phases[-1].size, form, plan.data.format)


def _blank(size_wh: tuple[int, int], task: Task, pixels: PixelRule, kind: str) -> U8:
    return np.zeros((1, size_wh[1], size_wh[0], 3), np.uint8)
