"""What `--show-batch` draws lies where the network is taught it."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from engine.types import F64
from tests.training.conftest import write_recipe
from training.data.targets import TARGET_RULES, TargetRule, cells, classic_heatmaps, heatmaps
from training.plan import BatchPlan, SampleOrder, plan
from training.preview import draw_batch, pose_tile
from training.recipe import read_recipe
from training.tasks import make_task

SIZE, MAP = (192, 256), (48, 64)


def middle(marked: F64) -> F64:
    """Of some shares [H, W], the middle (x, y) in pixels."""
    rows, columns = np.mgrid[: marked.shape[0], : marked.shape[1]]
    return np.asarray([(columns * marked).sum(), (rows * marked).sum()]) / marked.sum()


@pytest.mark.parametrize("rule", TARGET_RULES.values(), ids=TARGET_RULES.keys())
def test_dots_and_heat_lie_on_the_joints(rule: TargetRule) -> None:
    black, seen = np.zeros((SIZE[1], SIZE[0], 3), np.uint8), np.ones(1, np.float32)
    dots, heats = [], []
    for joint in np.random.default_rng(0).uniform(40, 150, (60, 1, 2)).astype(np.float32):
        if rule.rounded:
            target, _ = classic_heatmaps(joint, seen, MAP, 2.0)
        else:
            target = heatmaps(cells(joint, SIZE, rule.pixels), MAP, 2.0)
        with_dot = pose_tile(black, target, seen, pixels=rule.pixels).astype(float)
        heat = pose_tile(black, target, np.zeros_like(seen), pixels=rule.pixels).astype(float)
        dots.append(middle(np.abs(with_dot - heat).sum(2) > 60) - joint[0])
        heats.append(middle(heat[..., 0]) - joint[0])
    assert np.abs(np.mean(dots, 0)).max() < 0.6, "a dot is on the whole cell that is nearest"
    assert np.abs(np.mean(heats, 0)).max() < 0.6
    assert rule.rounded or np.abs(heats).max() < 0.3


def test_what_is_drawn_is_what_the_last_phase_begins_with(people_folder: Path, tmp_path: Path) -> None:
    recipe = read_recipe(write_recipe(tmp_path / "r.toml", people_folder))
    draw_batch(recipe, tmp_path / "batch.png")
    drawn = cv2.cvtColor(cv2.imread(str(tmp_path / "batch.png")), cv2.COLOR_BGR2RGB)
    task = make_task(recipe)
    last = [step for step in plan(recipe) if step.phase.size == (64, 64)]
    first = next(iter(BatchPlan(last, SampleOrder(task.sampling, recipe.seed), recipe.seed, 0, 1)))
    pixels = TARGET_RULES[recipe.targets].pixels
    np.testing.assert_array_equal(
        drawn[:64, : 4 * 64], np.hstack([pose_tile(*task.dataset[draw], pixels=pixels) for draw in first])
    )
