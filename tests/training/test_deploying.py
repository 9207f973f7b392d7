"""Checkpoints of others and of ours, scored and exported by the commands."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn
from typer.testing import CliRunner

from engine.backends.onnxruntime import OnnxRuntime
from engine.errors import MissingFileError, UsageError
from engine.types import F32, U8
from tests.training.test_export import TINY, lively
from training.cli import commands
from training.deploying import exported
from training.importing import import_pose_checkpoint
from training.models.hrnet import HRNet, HRNetConfig
from training.models.simplebaseline import SimpleBaseline, SimpleBaselineConfig
from training.networks import make_network
from training.recipe import find_recipe, read_recipe


@pytest.fixture(autouse=True)
def one_thread() -> None:
    torch.set_num_threads(1)


def saved(path: Path, network: nn.Module) -> Path:
    torch.save(lively(network).state_dict(), path)
    return path


def joints(path: str | Path, crops: U8) -> F32:
    return np.asarray(OnnxRuntime().load(Path(path), precision=None, device="cpu").run(crops)[0])


def crops() -> U8:
    """Of blobs in one colour: the planes cannot be taken for each other."""
    coarse = np.random.default_rng(0).integers(0, 256, (2, 4, 4, 3), np.uint8)
    return (np.kron(coarse, np.ones((1, 16, 16, 1))) * (1.0, 0.5, 0.1)).astype(np.uint8)


def recipe(folder: Path, base: str, more: str = "") -> str:
    """A shipped one, for crops of 64 × 64."""
    path = folder / "mine.toml"
    phases = "[[phases]]\nsize = [64, 64]\nbatch = 4\nepochs = 1\n"
    path.write_text(f'name = "mine"\nbase = "{base}"\n{more}\n{phases}')
    return str(path)


@pytest.mark.parametrize(
    ("name", "has_recipe"), [("pose_resnet_50_64x64.pth.tar", False), ("pose_resnet_50_caffe_64x64.pth", True)]
)
def test_a_release_is_scored_as_it_is_imported(name: str, has_recipe: bool, tmp_path: Path) -> None:
    """SimpleBaseline sees blue first, which no recipe of ours tells."""
    file = saved(tmp_path / name, SimpleBaseline(SimpleBaselineConfig()))
    import_pose_checkpoint(file, tmp_path / "imported.onnx")
    told = recipe(tmp_path, "simplebaseline-r50-256x192") if has_recipe else None

    with exported(str(file), told, flip=False, dark=False) as (path, _):
        found = joints(path, crops())

    expected, exchanged = (joints(tmp_path / "imported.onnx", each) for each in (crops(), crops()[..., ::-1].copy()))
    assert np.median(np.abs(found - expected)[..., :2]) < 0.01  # its weights are rounded to float16
    assert np.abs(found - exchanged)[..., :2].max() > 4


def test_a_recipe_that_is_named_says_how_joints_are_read(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Of whoever trained a network of a published size by rules of his own; else what it was taken for is told."""
    file = saved(tmp_path / "w32_64x64.pth", HRNet(HRNetConfig()))
    own_rules = recipe(tmp_path, "hrnet-w32-256x192", 'targets = "gaussian"')
    with exported(str(file), own_rules, flip=False, dark=False) as (path, _):
        ours = joints(path, crops())
    assert not caplog.text
    with exported(str(file), None, flip=False, dark=False) as (path, _):
        theirs = joints(path, crops())
    assert np.median((ours - theirs)[..., :2]) > 0.5  # a cell's middle instead of its first pixel
    assert "HRNet of width 32, official release, coco17, 64x64 (the file's name)" in caplog.text


def test_shipped_recipes_go_by_their_names(people_folder: Path, tmp_path: Path) -> None:
    network = make_network(read_recipe(find_recipe("skelter-pose-s")))
    file, where = (
        str(saved(tmp_path / "s.pth", network)),
        ["--data", str(people_folder), "--annotations", "people.json"],
    )
    scored = CliRunner().invoke(commands, ["eval", file, "--recipe", "skelter-pose-s", *where])
    assert scored.exit_code == 0, scored.exception
    done = CliRunner().invoke(
        commands, ["export-model", file, "--recipe", "skelter-pose-s", "-o", str(tmp_path / "s.onnx"), *where]
    )
    assert done.exit_code == 0, done.exception
    assert (tmp_path / "s.toml").exists()
    wrong = CliRunner().invoke(commands, ["eval", file, "--recipe", "skelter-pose-x", *where])
    assert isinstance(wrong.exception, MissingFileError)
    assert "did you mean skelter-pose-s" in str(wrong.exception)


def test_a_network_of_no_published_size_needs_its_recipe(tmp_path: Path) -> None:
    file = saved(tmp_path / "small.pth", HRNet(TINY))
    with pytest.raises(UsageError, match="--recipe"), exported(str(file), None, flip=False, dark=False):
        pass
