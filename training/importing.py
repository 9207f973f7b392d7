"""Checkpoints of pose networks → deployed models that the program runs by name."""

from __future__ import annotations

import shlex
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

import cv2
import numpy as np

from engine.cards import Task
from engine.crops import PixelRule
from engine.decoding import Decoding
from engine.errors import UsageError
from engine.files import refusal
from engine.types import U8
from training.export import Difference, describe, export_pose
from training.foreign import PoseCheckpoint, read_pose_checkpoint

THRESHOLD = 0.3  # the score from which a joint counts, as for every other pose network
PATTERNS = 4
IN_GRAPH = (Decoding.PARABOLA, Decoding.QUARTER, Decoding.DARK)


@dataclass(frozen=True, eq=False, slots=True)
class Imported:
    """A checkpoint as it was understood, and the model that it became."""

    checkpoint: PoseCheckpoint
    path: Path
    difference: Difference


def import_pose_checkpoint(
    file: Path,
    target: Path,
    *,
    size_wh: tuple[int, int] | None = None,
    pixel_rule: PixelRule | None = None,
    decoding: Decoding | None = None,
    flip: bool = False,
    data: str = "not stated",
    licence: str = "not stated",
    run_code: bool = False,
    is_asking: bool = False,
) -> Imported:
    """Writes `target` (.onnx, float32) with its card; options that are given override what the file tells.

    `is_asking` refuses what would have to be guessed, with the command that tells it; `run_code` runs code that the
    file holds: whoever made it decides what happens then.

    What `target` was before stays until the new file has proved itself. Raises MissingFileError, ModelError (not a
    checkpoint that is known, or ONNX computes otherwise than PyTorch), UsageError (an option that makes no sense for
    this network) or SinkError (it cannot be written).
    """
    if decoding is not None and decoding not in IN_GRAPH:
        raise UsageError(f"Heatmaps of a checkpoint are not read by {decoding}: choose one of {', '.join(IN_GRAPH)}.")
    found = read_pose_checkpoint(file, run_code=run_code)
    if is_asking and not found.is_published and (pixel_rule is None or decoding is None):
        raise UsageError(
            f"{file} is {found.family.split(',')[0]}, which nobody published, and does not tell how it was trained: "
            f"run `skelter models import {shlex.quote(str(file))} --size HEIGHTxWIDTH --pixel-rule … --decoding …` "
            "first."
        )
    form = replace(found.form, pixels=pixel_rule or found.form.pixels, decoding=decoding or found.form.decoding)
    if size_wh is not None:
        found = replace(found, size_wh=size_wh, size_from="asked for")
    found = replace(found, form=form)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(dir=target.parent) as folder:
            new = Path(folder) / target.name
            difference = export_pose(
                found.network, found.size_wh, new, patterns(found.size_wh), form=form, flip=flip, half=False
            )
            new.replace(target)
    except ValueError as error:
        width, height = found.size_wh
        raise UsageError(f"{file} cannot take crops of {height}x{width}: {error}; give another size.") from error
    except OSError as error:
        raise refusal(target, error) from error
    describe(
        target, task=Task.POSE, size_wh=found.size_wh, threshold=THRESHOLD, form=form, precision="f32", data=data,
        licence=licence,
    )  # fmt: skip
    return Imported(found, target, difference)


def patterns(size_wh: tuple[int, int]) -> U8:
    """Soft coloured blobs, uint8 [4, H, W, 3]: nearer to pictures than noise, to compare PyTorch and ONNX on."""
    coarse = np.random.default_rng(1).integers(0, 256, (PATTERNS, 12, 9, 3), np.uint8)
    return np.stack([cv2.resize(each, size_wh, interpolation=cv2.INTER_CUBIC) for each in coarse])
