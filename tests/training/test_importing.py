"""Checkpoints to deployed models: what the file becomes, and what is left when it cannot."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from engine.cards import Task, read_card
from engine.crops import PixelRule
from engine.decoding import Decoding
from engine.errors import ModelError, UsageError
from engine.loading import load_pose
from engine.types import Boxes
from tests.training import published
from tests.training.test_export import lively
from training import export
from training.importing import THRESHOLD, import_pose_checkpoint
from training.models.hourglass import HourglassConfig
from training.models.hourglass52 import Hourglass52Config
from training.models.hrnet import HRNet, HRNetConfig
from training.models.simplebaseline import SimpleBaselineConfig
from training.models.swin import SwinConfig
from training.models.swinpose import SwinPose, SwinPoseConfig
from training.networks import NETWORKS

TINY = HRNetConfig(width=8, modules=(1, 1, 1), blocks=1, stem=8, layer1_blocks=1, layer1_planes=4)
SMALL_SWIN: dict[str, Any] = {"width": 8, "depths": (1, 2, 1, 1), "heads": (1, 2, 2, 4), "window": 5}


def saved(path: Path, state: dict[str, torch.Tensor]) -> Path:
    torch.save(state, path)
    return path


def estimate(path: Path) -> np.ndarray:
    picture = np.random.default_rng(0).integers(0, 256, (120, 90, 3), np.uint8)
    with load_pose(path, precision="f32") as estimator:
        return estimator.estimate(picture, Boxes.of([[10, 10, 80, 110], [0, 0, 40, 60]], [1, 1])).keypoints


def test_options_override_what_the_file_tells(tmp_path: Path) -> None:
    file = saved(tmp_path / "pose_hrnet_256x192.pth", lively(HRNet(TINY)).state_dict())
    plain = import_pose_checkpoint(file, tmp_path / "plain.onnx", licence="MIT", data="drawings")
    assert plain.difference.pixels <= export.TOLERANCE_PX
    assert plain.difference.compared > 20
    assert "any published network" in plain.checkpoint.doubt
    card = read_card(tmp_path / "plain.toml")
    assert (card.pixel_rule, card.decoding, card.input_size) == (PixelRule.CLASSIC, Decoding.GRAPH, (192, 256))
    assert (card.licence, card.data, card.precision, card.skeleton) == ("MIT", "drawings", "f32", "coco17")
    other = import_pose_checkpoint(
        file, tmp_path / "other.onnx", size_wh=(96, 128), pixel_rule=PixelRule.UDP, decoding=Decoding.DARK, flip=True
    )
    card = read_card(tmp_path / "other.toml")
    assert (card.pixel_rule, card.input_size) == (PixelRule.UDP, (96, 128))
    assert other.checkpoint.form.decoding is Decoding.DARK
    assert estimate(tmp_path / "plain.onnx").shape == estimate(tmp_path / "other.onnx").shape == (2, 17, 2)


def test_an_hourglass_and_a_swin_run_on_the_programs_backends(tmp_path: Path) -> None:
    done = import_pose_checkpoint(saved(tmp_path / "hg.pth", thin_bearpaw()), tmp_path / "hg.onnx", size_wh=(64, 64))
    assert done.checkpoint.form.mean[0] == pytest.approx(112.302)
    assert estimate(tmp_path / "hg.onnx").shape == (2, 16, 2)
    state = published.filled(published.mmpose_swin(**SMALL_SWIN))
    done = import_pose_checkpoint(saved(tmp_path / "swin.pth", state), tmp_path / "swin.onnx", size_wh=(96, 128))
    assert isinstance(done.checkpoint.network, SwinPose)
    points = estimate(tmp_path / "swin.onnx")
    assert points.shape == (2, 17, 2)
    # one crop at a time gives the same: batches do not run into each other in the windows
    picture = np.random.default_rng(0).integers(0, 256, (120, 90, 3), np.uint8)
    with load_pose(tmp_path / "swin.onnx", precision="f32") as estimator:
        alone = estimator.estimate(picture, Boxes.of([[0, 0, 40, 60]], [1])).keypoints
    np.testing.assert_allclose(alone[0], points[1], atol=0.3)


def thin_bearpaw() -> dict[str, torch.Tensor]:
    """A sixteenth of bearpaw's width, under its names."""
    shapes = {
        name: tuple(size // 16 if size > 16 else size for size in shape) for name, shape in published.bearpaw(2).items()
    }
    return published.filled(shapes)


def test_a_size_that_the_network_cannot_take_is_one_sentence(tmp_path: Path) -> None:
    file = saved(tmp_path / "hg.pth", thin_bearpaw())
    with pytest.raises(UsageError, match=r"cannot take crops of 96x96.*multiples of 64.*another size"):
        import_pose_checkpoint(file, tmp_path / "hg.onnx", size_wh=(96, 96))
    with pytest.raises(UsageError, match="choose one of parabola, quarter, dark"):
        import_pose_checkpoint(file, tmp_path / "hg.onnx", decoding=Decoding.SIMCC)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["hg.pth"]


def test_what_was_there_stays_when_the_new_file_computes_otherwise(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = saved(tmp_path / "pose_256x192.pth", lively(HRNet(TINY)).state_dict())
    import_pose_checkpoint(file, tmp_path / "mine.onnx", size_wh=(64, 64))
    before = (tmp_path / "mine.onnx").read_bytes()

    def far(*_: object) -> export.Difference:
        return export.Difference(pixels=3.0, score=0.0, compared=100)

    monkeypatch.setattr(export, "compare", far)
    with pytest.raises(ModelError, match=r"3\.000 pixels from where PyTorch does"):
        import_pose_checkpoint(file, tmp_path / "mine.onnx", size_wh=(64, 64), flip=True)
    assert (tmp_path / "mine.onnx").read_bytes() == before
    assert read_card(tmp_path / "mine.toml").input_size == (64, 64)
    assert read_card(tmp_path / "mine.toml").threshold == THRESHOLD


SMALL: dict[str, Any] = {
    "hrnet": TINY,
    "hrnetv2": TINY,
    "simplebaseline": SimpleBaselineConfig(stages=(1, 1, 1, 1), planes=4, filters=8),
    "hourglass": HourglassConfig(stacks=2, width=8, joints=17),
    "hourglass52": Hourglass52Config(widths=(8, 8, 8), blocks=(1, 1, 1)),
    "swinpose": SwinPoseConfig(SwinConfig(**SMALL_SWIN), width=8, fusion="concatenation"),
}


@pytest.mark.parametrize("name", [name for name, network in NETWORKS.items() if network.task == "pose"])
def test_every_pose_network_can_be_deployed(name: str, tmp_path: Path) -> None:
    network = lively(NETWORKS[name].make(SMALL[name]))
    path = tmp_path / f"{name}.onnx"
    difference = export.export_pose(network, (64, 128), path, np.zeros((1, 128, 64, 3), np.uint8))
    assert difference.pixels <= export.TOLERANCE_PX
    assert difference.compared > 10
    export.describe(path, task=Task.POSE, size_wh=(64, 128), threshold=0.3)
    assert estimate(path).shape == (2, 17, 2)
