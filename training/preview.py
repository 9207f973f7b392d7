"""A batch as the network sees it, drawn: crops with the joints their targets show, pictures with their boxes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, cast

import cv2
import numpy as np

from engine.crops import PixelRule
from engine.decoding import argmax, to_crop
from engine.errors import UsageError
from engine.files import WholeFile, check_writable
from engine.types import F32, U8
from training.data.targets import TARGET_RULES
from training.plan import BatchPlan, SampleOrder, plan
from training.recipe import Recipe
from training.tasks import make_task

COLUMNS = 8
GREEN, RED = (0, 255, 0), (255, 60, 60)


def draw_batch(recipe: Recipe, path: Path, *, count: int = 24) -> None:
    """Writes a picture of the first samples of the last phase to `path` (PNG). Raises UsageError or SinkError."""
    if path.suffix.lower() != ".png":
        raise UsageError(f"{path}: a batch is drawn as a PNG; give a name that ends in .png.")
    check_writable(path)
    task = make_task(replace(recipe, data=replace(recipe.data, on_device=False)))
    steps = plan(recipe.sized(len(cast(Any, task.dataset))))
    first = next(step for step in steps if step.phase is steps[-1].phase)
    shown = replace(first, phase=replace(first.phase, batch=count))
    (draws,) = BatchPlan([shown], SampleOrder(task.sampling, recipe.seed), recipe.seed, 0, 1)
    tiles_of: dict[str, Callable[..., U8]] = {
        "pose": partial(pose_tile, pixels=TARGET_RULES[recipe.targets].pixels),
        "detection": _scene_tile,
        "segmentation": _mask_tile,
    }
    tile = tiles_of[recipe.task]
    tiles = [tile(*task.dataset[draw]) for draw in draws]
    rows = [np.hstack(tiles[start : start + COLUMNS]) for start in range(0, count, COLUMNS)]
    file = WholeFile(path)
    file.write(cv2.imencode(".png", cv2.cvtColor(np.vstack(rows), cv2.COLOR_RGB2BGR))[1].tobytes())
    file.commit()


def pose_tile(crop: U8, target: F32, weight: F32, *, pixels: PixelRule) -> U8:
    """The crop under its heatmaps; a dot per joint that is taught and shown, green by its target's height."""
    map_wh, size_wh = (target.shape[2], target.shape[1]), (crop.shape[1], crop.shape[0])
    first, second = to_crop(np.array([[[0, 0], [1, 1]]], np.float32), map_wh, size_wh, pixels)[0].astype(np.float64)
    to_pixels = np.column_stack([np.diag(second - first), first])
    laid = cv2.warpAffine(target.max(0), to_pixels, size_wh, borderMode=cv2.BORDER_REPLICATE)
    heat = np.asarray(laid, np.float32)[..., None].clip(0, 1)
    tile = (crop * (1 - 0.6 * heat) + 0.6 * heat * np.array([255, 200, 0])).astype(np.uint8)
    columns, rows, peaks = argmax(target[None])
    middles = to_crop(np.stack([columns, rows], 2).astype(np.float32), map_wh, size_wh, pixels)[0]
    for (x, y), height, share in zip(middles.tolist(), peaks[0].tolist(), weight.tolist(), strict=True):
        if share and height > 0.1:
            # in sixteenths of a pixel: whole ones would lose the half of our own rule
            cv2.circle(tile, (round(16 * x), round(16 * y)), 2 * 16, [int(height * c) for c in GREEN], -1, shift=4)
    return np.asarray(tile, np.uint8)


def _mask_tile(image: U8, mask: F32, weight: F32) -> U8:
    """The picture with people in green and crowds in red."""
    shown = np.stack([weight == 0, mask > 0, np.zeros_like(mask, bool)], 2).astype(np.float32)
    colours = cv2.resize(shown, image.shape[1::-1], interpolation=cv2.INTER_NEAREST)
    return np.asarray(0.6 * image + 0.4 * 255 * colours, np.uint8)


def _scene_tile(image: U8, people: F32, ignored: F32) -> U8:
    tile = image.copy()
    for boxes, colour in ((people, GREEN), (ignored, RED)):
        for left, top, right, bottom in boxes.round().astype(int).tolist():
            cv2.rectangle(tile, (left, top), (right, bottom), colour, 1)
    return tile
