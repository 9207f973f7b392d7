from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from engine.crops import PixelRule
from engine.decoding import Decoding, decode, to_crop
from tests.training.conftest import write_people
from training.data.coco import load_people
from training.data.poses import Draw, PoseDataset
from training.data.targets import TARGET_RULES, cells, classic_heatmaps, heatmaps, inside, sigma_at
from training.data.transforms import PLAIN, Augmentation
from training.tasks import heatmap_loss

MAP_WH = (48, 64)
SIGMA_2 = [1, 0.882497, 0.606531, 0.324652, 0.135335, 0.043937, 0.011109]
SIGMA_3 = [1, 0.945959, 0.800737, 0.606531, 0.411112, 0.249352, 0.135335, 0.065729, 0.028566, 0.011109]


@pytest.mark.parametrize(("sigma", "row"), [(2.0, SIGMA_2), (3.0, SIGMA_3)])
def test_classic_targets_have_hrnets_values(sigma: float, row: list[float]) -> None:
    maps, weights = classic_heatmaps(np.array([[100.3, 57.9]], np.float32), np.ones(1, np.float32), MAP_WH, sigma)
    assert weights.tolist() == [1]
    assert np.unravel_index(maps[0].argmax(), maps[0].shape) == (14, 25)
    np.testing.assert_allclose(maps[0, 14, 25 : 25 + len(row)], row, atol=1e-6)
    assert maps[0, 14, 25 + len(row)] == 0
    if sigma == 2:
        assert maps[0, 8, 19] == pytest.approx(1.2341e-4, abs=1e-8)
        assert maps[0].sum() == pytest.approx(25.08129, abs=1e-4)


def test_a_sigma_that_a_recipe_rounds_has_the_whole_patch() -> None:
    """Swin at 384 × 288: 1.333333 at 256 is 2 at 384."""
    point, sigma = np.array([[100.3, 57.9]], np.float32), sigma_at(1.333333, 384)
    maps, _ = classic_heatmaps(point, np.ones(1, np.float32), (72, 96), sigma)
    assert (maps > 0).sum() == 13 * 13


def test_a_confidence_is_the_weight_of_a_classic_target_too(tmp_path: Path) -> None:
    folder = write_people(tmp_path, 1)
    content = json.loads((folder / "people.json").read_text())
    (annotation,) = content["annotations"]
    annotation["confidence"] = [0.25] * 17
    annotation["absent"] = [0]
    annotation["keypoints"][:6] = [0, 0, 0, 0, 0, 0]
    (folder / "people.json").write_text(json.dumps(content))
    people, _ = load_people(folder, ["people.json"])
    for rule in TARGET_RULES.values():
        _, target, weight = PoseDataset(people, PLAIN, targets=rule)[Draw(0, (192, 256), (0,))]
        # not to be seen: an empty map that counts; not labelled: none; labelled: a Gaussian that counts a quarter
        assert weight[:3].tolist() == [1, 0, 0.25]
        assert [round(float(map.max()), 1) for map in target[:3]] == [0, 0, 1]


@pytest.mark.parametrize("targets", ["gaussian", "classic"])
def test_a_broken_picture_is_not_learnt_from_and_ends_nothing(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, targets: str
) -> None:
    folder = write_people(tmp_path, 2)
    (folder / "images" / "2.png").write_bytes(b"not a picture")
    people, _ = load_people(folder, ["people.json"])
    dataset = PoseDataset(people, Augmentation(colour=0.2), targets=TARGET_RULES[targets])
    samples = [dataset[Draw(who, (48, 64), (who, n), (0,))] for who in (0, 1) for n in range(2)]
    assert all(crop.shape == (64, 48, 3) and target.shape == (17, 16, 12) for crop, target, _ in samples)
    assert all(crop.any() and weight.any() for crop, _, weight in samples)
    assert caplog.text.count("2.png is broken") == 1


@pytest.mark.parametrize("height", [256, 384])
def test_a_joint_missed_costs_one_and_one_half_trusted_a_half(height: int) -> None:
    size_wh, sigma = (height * 3 // 4, height), 3.0
    point = np.array([[size_wh[0] / 2, height / 2]], np.float32)
    target = torch.from_numpy(heatmaps(cells(point), (size_wh[0] // 4, height // 4), sigma_at(sigma, height))[None])
    for trust in (1.0, 0.5):
        loss = heatmap_loss(torch.zeros_like(target), target, torch.full((1, 1), trust), sigma)
        assert float(loss) == pytest.approx(trust, abs=1e-3)


def test_classic_targets_drop_joints_far_outside() -> None:
    points = np.array([[-40, 100], [-30, 100], [300, 100], [90, 100]], np.float32)
    maps, weights = classic_heatmaps(points, np.array([1, 1, 1, 0], np.float32), MAP_WH, 2.0)
    # at x = -30 the patch ends exactly at the border: HRNet keeps the weight and draws nothing
    assert weights.tolist() == [0, 1, 0, 0]
    assert maps.max() == 0


def test_joints_outside_the_map_are_told_from_those_that_reach_in() -> None:
    points = np.array([[-5.9, 10], [-6.1, 10], [53.9, 10], [10, 70.1]], np.float32)
    assert inside(points, MAP_WH, 2.0).tolist() == [1, 0, 1, 0]


@given(x=st.floats(8, 180), y=st.floats(8, 244))
def test_a_target_is_decoded_to_where_the_joint_is(x: float, y: float) -> None:
    point = np.array([[x, y]], np.float32)
    maps = heatmaps(cells(point), MAP_WH, 2.0)[None]
    found, _ = decode(maps, Decoding.PARABOLA)
    np.testing.assert_allclose(to_crop(found, MAP_WH, (192, 256), PixelRule.SKELTER)[0], point, atol=0.02)
