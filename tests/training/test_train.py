from __future__ import annotations

import logging
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from engine.errors import MissingFileError, ModelError, UsageError
from tests.training.conftest import POSE_MODEL, write_recipe
from training import checkpoints
from training.optimisers import learning_rate
from training.plan import BatchPlan, SampleOrder, plan
from training.recipe import Optimiser, read_recipe
from training.tasks import PoseTask
from training.train import Options, Trainer, train

ROOT = Path(__file__).parents[2]
SWIN = """width = 16
[model.backbone]
width = 8
depths = [1, 1, 2, 1]
heads = [1, 1, 1, 1]
window = 4
drop_path = 0.5"""


def losses(folder: Path) -> dict[int, float]:
    """The training losses by step, from TensorBoard's files."""
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    found: dict[int, float] = {}
    # one by one, by the number at the end: of two that began in one second it takes …10 for older than …9
    for file in sorted((folder / "tensorboard").iterdir(), key=lambda file: int(file.name.rpartition(".")[2])):
        events = EventAccumulator(str(file))
        events.Reload()
        found |= {event.step: event.value for event in events.Scalars("train/loss")}
    return found


@pytest.mark.parametrize(
    ("task", "workers", "optimiser"),
    [
        ("pose", 1, "adamw"), ("pose", 0, "muon"), ("detection", 0, "adamw"), ("stochastic depth", 0, "adamw"),
    ],
)  # fmt: skip
def test_a_killed_run_goes_on_as_if_nothing_had_happened(
    task: str, workers: int, optimiser: str, people_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("training.train.LOG_EVERY", 1)
    is_swin = task == "stochastic depth"
    kind = "pose" if is_swin else task
    path = write_recipe(tmp_path / "r.toml", people_folder, kind, workers=workers, optimiser=optimiser)
    if is_swin:
        path.write_text(path.read_text().replace(POSE_MODEL, SWIN).replace("seed", 'network = "swinpose"\nseed'))
    recipe = read_recipe(path)
    train(recipe, Options(tmp_path / "whole", threads=1))
    train(recipe, Options(tmp_path / "killed", threads=1, stop_after=2))
    train(recipe, Options(tmp_path / "killed", threads=1))
    whole, killed = losses(tmp_path / "whole"), losses(tmp_path / "killed")
    assert list(whole) == list(killed) == list(range(1, 7))
    np.testing.assert_allclose(list(killed.values()), list(whole.values()), rtol=1e-3)
    ends = [checkpoints.weights(tmp_path / name / "last.pt") for name in ("whole", "killed")]
    for name, value in ends[0].items():
        torch.testing.assert_close(ends[1][name], value, rtol=1e-3, atol=1e-4)


@pytest.mark.parametrize("optimiser", ["adamw", "muon"])
def test_training_lowers_the_loss_and_keeps_the_best(
    optimiser: str,
    people_folder: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr("training.train.LOG_EVERY", 1)
    path = write_recipe(tmp_path / "r.toml", people_folder, optimiser=optimiser)
    path.write_text(path.read_text().replace("images = 12", "images = 80").replace("lr = 1e-3", "lr = 1e-2"))
    with caplog.at_level(logging.INFO):
        figures = train(read_recipe(path), Options(tmp_path / "run", threads=1, eval_every=10))
    seen = list(losses(tmp_path / "run").values())
    assert np.mean(seen[-5:]) < 0.8 * np.mean(seen[:3])
    assert set(figures) >= {"AP", "AR"}
    best = checkpoints.load(tmp_path / "run" / "best.pt")
    assert best["recipe"]["name"] == "tiny"
    assert "images/s" in caplog.text


class Halves(PoseTask):
    """What two processes do, in one: each normalises its half of a batch by itself, and the gradient is their mean."""

    def loss(self, network: nn.Module, batch: list[Tensor]) -> Tensor:
        halves = ([part[rank::2] for part in batch] for rank in (0, 1))
        return torch.stack([PoseTask.loss(self, network, half) for half in halves]).mean()


def test_two_processes_train_one_network(people_folder: Path, tmp_path: Path) -> None:
    path = write_recipe(tmp_path / "r.toml", people_folder)
    recipe = read_recipe(path)
    alone = Trainer(recipe, Options(tmp_path / "alone", threads=1), Halves(recipe))
    start = {name: value.clone() for name, value in alone.network.state_dict().items()}
    torch.save(start, tmp_path / "start.pt")
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"}
    command = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2",
               "-m", "app.cli", "train", str(path), "-o", str(tmp_path / "two"), "--threads", "1",
               "--weights", str(tmp_path / "start.pt")]  # fmt: skip
    done = subprocess.run(command, env=environment, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    assert "step 6/6 loss" in done.stderr  # who redirects a long run to a file finds its course there
    content = checkpoints.load(tmp_path / "two" / "last.pt")
    assert content["step"] == 6
    (tmp_path / "alone").mkdir()
    alone.run()
    # the other process's weights show in its gradients: were they others, so would these be from the second step on
    for name, value in alone.network.named_parameters():
        apart, moved = (content["model"][name] - value).norm(), (value - start[name]).norm()
        assert apart < 0.05 * moved, name


def test_a_folder_of_another_run_is_refused(people_folder: Path, tmp_path: Path) -> None:
    recipe = read_recipe(write_recipe(tmp_path / "r.toml", people_folder))
    (tmp_path / "run").mkdir()
    torch.save({"model": {}, "step": 3}, tmp_path / "run" / "last.pt")
    with pytest.raises(ModelError, match="another folder"):
        Trainer(recipe, Options(tmp_path / "run", threads=1))


def test_ranks_share_out_a_batch(people_folder: Path, tmp_path: Path) -> None:
    recipe = read_recipe(write_recipe(tmp_path / "r.toml", people_folder))
    order = SampleOrder(np.ones(9), 3)
    alone = next(iter(BatchPlan(plan(recipe), order, 3, 0, 1)))
    shares = [next(iter(BatchPlan(plan(recipe), order, 3, rank, 2))) for rank in (0, 1)]
    assert sorted(d.seed for d in alone) == sorted(d.seed for share in shares for d in share)


def test_items_are_drawn_as_often_as_their_weight_says() -> None:
    weights = np.array([1.0, 2.0, 0.5, 0.5])
    order = SampleOrder(weights, 0)
    drawn = np.bincount([order[place] for place in range(4000)], minlength=4)
    np.testing.assert_allclose(drawn / 1000, weights, atol=0.05)


def test_schedules() -> None:
    cosine = Optimiser(lr=1.0, warmup=10, final=0.1)
    assert learning_rate(cosine, 0, 1000) == pytest.approx(0.1, abs=1e-3)
    assert learning_rate(cosine, 500, 1000) == pytest.approx(0.55)
    assert learning_rate(cosine, 1000, 1000) == pytest.approx(0.1)
    steps = Optimiser(lr=1.0, warmup=0, schedule="steps", steps=(170 / 210, 200 / 210))
    assert [round(learning_rate(steps, epoch, 210), 6) for epoch in (169, 170, 199, 200)] == [1, 0.1, 0.1, 0.01]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("lr = 1e-3", "rate = 1e-3", "optimiser.rate"),
        ("size = [64, 64]", "size = [64, 72]", "multiples of 32"),
        ('task = "pose"', 'task = "dance"', "pose"),
        ("seed = 3", "seed =", "not valid TOML"),
        ('files = ["people.json"]', "", "incomplete"),
    ],
)
def test_a_mistake_in_a_recipe_is_named(old: str, new: str, message: str, people_folder: Path, tmp_path: Path) -> None:
    path = write_recipe(tmp_path / "r.toml", people_folder)
    path.write_text(path.read_text().replace(old, new, 1))
    with pytest.raises(UsageError, match=message):
        read_recipe(path)


def test_muon_and_fp16_do_not_go_together(people_folder: Path, tmp_path: Path) -> None:
    path = write_recipe(tmp_path / "r.toml", people_folder, optimiser="muon")
    path.write_text(path.read_text().replace('autocast = ""', 'autocast = "fp16"'))
    with pytest.raises(UsageError, match="muon goes with"):
        read_recipe(path)


def test_a_missing_recipe_is_named(tmp_path: Path) -> None:
    with pytest.raises(MissingFileError, match=r"none\.toml"):
        read_recipe(tmp_path / "none.toml")
