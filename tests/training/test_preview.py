"""What `--show-batch` draws lies where the network is taught it."""

from __future__ import annotations

import numpy as np
import pytest

from engine.types import F64
from training.data.targets import TARGET_RULES, TargetRule, cells, classic_heatmaps, heatmaps
from training.preview import pose_tile

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
