"""Pictures that become unreadable while a network learns from them."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from torch.utils.data import DataLoader

from tests.training.conftest import write_people, write_recipe
from training import checkpoints
from training.data.coco import load_people
from training.data.people import DatasetError
from training.data.poses import Draw, PoseDataset
from training.data.transforms import Augmentation
from training.data.unread import WINDOW
from training.plan import BatchPlan, SampleOrder, plan
from training.recipe import read_recipe
from training.train import Options, Trainer, batches, train

ROOT = Path(__file__).parents[2]
LOOK = Augmentation(scale=0.3, rotation=30, flip=0.5)


def spoil(folder: Path, *numbers: int) -> None:
    for number in numbers:
        (folder / "images" / f"{number}.png").write_bytes(b"not a picture")


def test_another_stands_in_under_the_same_view(tmp_path: Path) -> None:
    folder = write_people(tmp_path, 4)
    people, _ = load_people(folder, ["people.json"])
    spoil(folder, 1, 2)
    dataset = PoseDataset(people, LOOK)
    shown = dataset[Draw(0, (64, 64), (3, 5), (1, 3, 2))]
    for part, wanted in zip(shown, dataset[Draw(3, (64, 64), (3, 5))], strict=True):
        np.testing.assert_array_equal(part, wanted)
    assert shown[0].any()
    assert shown[2].any()


def test_a_killed_run_with_broken_pictures_goes_on_as_if_nothing_had_happened(tmp_path: Path) -> None:
    folder = write_people(tmp_path / "people")
    recipe = read_recipe(write_recipe(tmp_path / "r.toml", folder))
    spoil(folder, 2)
    train(recipe, Options(tmp_path / "whole", threads=1))
    train(recipe, Options(tmp_path / "killed", threads=1, stop_after=2))
    train(recipe, Options(tmp_path / "killed", threads=1))
    ends = [checkpoints.weights(tmp_path / name / "last.pt") for name in ("whole", "killed")]
    for name, value in ends[0].items():
        assert torch.equal(ends[1][name], value), name


def test_who_stands_in_may_be_drawn() -> None:
    """Somebody of weight 0, whose picture a cache could not read for example, is nobody's stand-in either."""
    recipe = read_recipe(ROOT / "training/recipes/hrnet-w32-256x192.toml").sized(40)
    weights = np.arange(40) % 2
    (first, *_) = BatchPlan(plan(recipe)[:1], SampleOrder(weights, 0), 0, 0, 1)
    assert all(draw.stand_ins for draw in first)
    assert all(weights[who] for draw in first for who in (draw.person, *draw.stand_ins))


def test_a_run_whose_pictures_went_away_ends_before_it_is_saved(tmp_path: Path) -> None:
    folder = write_people(tmp_path / "people")
    recipe = read_recipe(write_recipe(tmp_path / "r.toml", folder))
    train(recipe, Options(tmp_path / "run", threads=1, stop_after=2))
    before = (tmp_path / "run" / "last.pt").read_bytes()
    trainer = Trainer(recipe, Options(tmp_path / "run", threads=1))
    shutil.rmtree(folder / "images")
    with pytest.raises(DatasetError, match=r"cannot be read.*the same command goes on"):
        trainer.run()
    assert (tmp_path / "run" / "last.pt").read_bytes() == before


def test_the_command_ends_with_a_sentence_where_nothing_can_be_read(tmp_path: Path) -> None:
    """In a process of its own, with loaders of its own, which must not outlive it."""
    folder = write_people(tmp_path / "people")
    spoil(folder, *(number for number in range(1, 13) if number % 4))  # the others are validated on
    recipe = write_recipe(tmp_path / "r.toml", folder, workers=2)
    command = [sys.executable, "-m", "app.cli", "train", str(recipe), "-o", str(tmp_path / "run"), "--threads", "1"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=200)
    assert done.returncode == 2, done.stderr[-2000:]
    assert "png is broken" in done.stderr.splitlines()[-1]
    assert not (tmp_path / "run" / "last.pt").exists()


@pytest.mark.parametrize("workers", [0, 2])
def test_where_much_is_unreadable_the_run_ends(workers: int, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    folder = write_people(tmp_path, 8)
    people, _ = load_people(folder, ["people.json"])
    dataset = PoseDataset(people, LOOK)

    def samples() -> int:
        draws = [[Draw(n % 8, (32, 32), (0, n), ((n + 1) % 8,)) for n in range(k, k + 8)] for k in range(0, 1200, 8)]
        loader = DataLoader(dataset, batch_sampler=draws, num_workers=workers)
        return sum(len(crops) for crops, _, _ in batches(loader))

    spoil(folder, 1)
    assert samples() == 1200, "one in eight is an accident"
    if not workers:  # what loaders say is not caught here
        assert caplog.text.count("1.png is broken") == 1, "a picture is named once"
        assert f"of the last {WINDOW} samples 64 could not be read" in caplog.text
    spoil(folder, 3, 5, 7)
    with pytest.raises(DatasetError, match=r"^Of the last \d+ samples \d+ lie in .*png is broken"):
        samples()
