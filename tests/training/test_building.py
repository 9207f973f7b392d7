"""`skelter build` of a checkpoint: by whatever name it has, and never in place of a model of the user's own."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path

import pytest
import torch

from engine.cards import read_card
from tests.training.conftest import write_recipe
from tests.training.test_export import lively
from tests.training.test_importing import TINY, saved
from training.importing import import_pose_checkpoint
from training.models.hrnet import HRNet
from training.networks import make_network
from training.recipe import read_recipe

ROOT = Path(__file__).parents[2]


def build(folder: Path, checkpoint: Path) -> subprocess.CompletedProcess[str]:
    """In a process of its own, with data and cache in `folder`."""
    homes = {f"XDG_{kind}_HOME": str(folder / kind.lower()) for kind in ("DATA", "CACHE", "CONFIG")}
    return subprocess.run(
        [sys.executable, "-m", "app.cli", "build", checkpoint, "--device", "openvino", "--precision", "f32"],
        capture_output=True, text=True, check=False, cwd=ROOT, env=os.environ | homes | {"COLUMNS": "500"},
    )  # fmt: skip


def network(seed: int) -> dict[str, torch.Tensor]:
    made = lively(HRNet(TINY))
    torch.manual_seed(seed)
    with torch.no_grad():
        for parameter in made.parameters():
            parameter += 0.01 * torch.randn_like(parameter)
    return made.state_dict()


@pytest.mark.skipif(sys.platform != "linux", reason="where the data lies is told by XDG's variables")
def test_a_checkpoint_replaces_no_model_but_its_own(tmp_path: Path) -> None:
    file = saved(tmp_path / "best.v2.pth", network(1))
    models = tmp_path / "data" / "skelter" / "models"
    import_pose_checkpoint(file, models / "best.v2.onnx", licence="MINE", data="MINE")
    before = {path.name: path.read_bytes() for path in models.iterdir()}

    of_it = build(tmp_path, file)
    (tmp_path / "other").mkdir()
    of_another = build(tmp_path, saved(tmp_path / "other" / "best.v2.pth", network(2)))

    assert of_it.returncode == 0, of_it.stderr
    assert "Built best.v2 in f32" in of_it.stdout
    assert of_another.returncode == 2
    assert "There is a model called best.v2 already" in of_another.stderr
    assert "skelter models import" in of_another.stderr
    assert {path.name: path.read_bytes() for path in models.iterdir()} == before


@pytest.mark.skipif(sys.platform != "linux", reason="where the data lies is told by XDG's variables")
@pytest.mark.parametrize(("file", "name"), [("best.v3.pt", "best.v3"), ("best.pth.tar", "best")])
def test_a_checkpoint_whose_name_has_dots_is_imported_and_built(file: str, name: str, tmp_path: Path) -> None:
    plan = read_recipe(write_recipe(tmp_path / "tiny.toml", tmp_path))
    torch.save({"recipe": asdict(plan), "model": lively(make_network(plan)).state_dict()}, tmp_path / file)

    done = build(tmp_path, tmp_path / file)

    assert done.returncode == 0, done.stderr
    assert f"Built {name} in f32" in done.stdout
    assert read_card(tmp_path / "data" / "skelter" / "models" / f"{name}.toml").name == name


@pytest.mark.skipif(sys.platform != "linux", reason="where the data lies is told by XDG's variables")
def test_how_a_checkpoint_was_trained_is_not_guessed(tmp_path: Path) -> None:
    """Without a recipe our own networks look like HRNet's release, whose cells lie elsewhere."""
    done = build(tmp_path, saved(tmp_path / "mine.pt", network(1)))

    assert done.returncode == 2
    assert f"skelter models import {tmp_path / 'mine.pt'} --size HEIGHTxWIDTH --pixel-rule" in done.stderr
    assert not list(tmp_path.rglob("*.onnx"))
