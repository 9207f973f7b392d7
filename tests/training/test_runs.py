"""What can go wrong with a run: before its first step, in the middle, and when it goes on."""

from __future__ import annotations

import logging
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace

import pytest
import torch
from torch import Tensor, nn
from torch.utils.data import DataLoader, Dataset
from typer.testing import CliRunner

from engine.errors import ModelError, SinkError, SkelterError, UsageError
from tests.training.conftest import POSE_MODEL, write_people, write_recipe
from training import checkpoints
from training.cli import commands
from training.data.people import DatasetError
from training.folders import alone_in
from training.plan import Step
from training.recipe import Phase, Recipe, read_recipe
from training.reporting import Report
from training.tasks import PoseTask
from training.train import DivergedError, Options, Trainer, batches, train

ROOT = Path(__file__).parents[2]


def changed(path: Path, *changes: tuple[str, str]) -> Path:
    """A copy of a recipe with some words replaced."""
    text = path.read_text()
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    other = path.with_name("changed.toml")
    other.write_text(text)
    return other


@pytest.fixture
def recipe(people_folder: Path, tmp_path: Path) -> Path:
    return write_recipe(tmp_path / "r.toml", people_folder)


class Poisoned(PoseTask):
    """One sample in it is no number."""

    def loss(self, network: nn.Module, batch: list[Tensor]) -> Tensor:
        return super().loss(network, batch) * torch.nan


@pytest.mark.parametrize("save_every_s", [0, 1e9])
def test_a_run_that_diverges_stops_and_keeps_what_was_good(save_every_s: float, recipe: Path, tmp_path: Path) -> None:
    folder, plan = tmp_path / "run", read_recipe(recipe)
    train(plan, Options(folder, threads=1, stop_after=2))
    good = (folder / "last.pt").read_bytes()
    trainer = Trainer(plan, Options(folder, threads=1, save_every_s=save_every_s), Poisoned(plan))
    with pytest.raises(DivergedError, match=r"last\.pt is from before; lower `optimiser\.lr`"):
        trainer.run()
    assert (folder / "last.pt").read_bytes() == good
    assert not (folder / "best.pt").exists()


@pytest.mark.parametrize("task", ["pose", "detection"])
@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('val_files = ["people.json"]', 'val_files = ["poeple.json"]', r"poeple\.json"),
        ("workers = 0", 'workers = 0\nval_sources = ["coco"]', "nothing of coco is left to validate on"),
    ],
)
def test_validation_that_cannot_be_is_said_before_the_first_step(
    old: str, new: str, message: str, task: str, people_folder: Path, tmp_path: Path
) -> None:
    path = changed(write_recipe(tmp_path / "r.toml", people_folder, task), (old, new))
    with pytest.raises(SkelterError, match=message):
        train(read_recipe(path), Options(tmp_path / "run", threads=1))
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize("task", ["pose", "detection"])
def test_a_broken_validation_picture_is_left_out_and_counted(task: str, tmp_path: Path) -> None:
    people = write_people(tmp_path / "people")
    (people / "images" / "4.png").write_bytes(b"broken")
    path = write_recipe(tmp_path / "r.toml", people, task)
    trainer = Trainer(read_recipe(path), Options(tmp_path / "run", threads=1))
    assert "1 × validation: broken picture" in str(trainer.task.skips)
    assert trainer.task.evaluate(trainer.average.network)


class Unscorable(PoseTask):
    def evaluate(self, network: nn.Module) -> dict[str, float]:
        raise UsageError("these figures cannot be")


class Watched(PoseTask):
    """Remembers the weights before each step, and those that were scored."""

    def __init__(self, recipe: Recipe) -> None:
        super().__init__(recipe)
        self.taught: list[Tensor] = []
        self.scored: list[Tensor] = []

    def loss(self, network: nn.Module, batch: list[Tensor]) -> Tensor:
        self.taught.append(_weights(network.state_dict()))
        return super().loss(network, batch)

    def evaluate(self, network: nn.Module) -> dict[str, float]:
        self.scored.append(_weights(network.state_dict()))
        return super().evaluate(network)


def _weights(state: dict[str, Tensor]) -> Tensor:
    return torch.cat([value.flatten() for value in state.values() if value.is_floating_point()]).clone()


def test_what_is_scored_and_kept_is_the_average_of_the_weights(recipe: Path, tmp_path: Path) -> None:
    (tmp_path / "run").mkdir()
    plan = read_recipe(changed(recipe, ("ema = 0.9", "ema = 0.3")))
    task = Watched(plan)
    Trainer(plan, Options(tmp_path / "run", threads=1), task).run()
    last, best = (checkpoints.load(tmp_path / "run" / name) for name in ("last.pt", "best.pt"))
    average, *steps = *task.taught, _weights(last["model"])
    for after, decay in zip(steps, (1 / 10, 2 / 11, 3 / 12, 0.3, 0.3, 0.3), strict=True):
        average = decay * average + (1 - decay) * after
    assert not torch.allclose(average, steps[-1], atol=1e-4)
    for kept in (*task.scored, _weights(last["ema"]), _weights(best["ema"])):
        torch.testing.assert_close(kept, average, atol=1e-5, rtol=1e-5)


def test_a_step_has_its_rate_everywhere_and_a_gradient_no_longer_than_the_clip(recipe: Path, tmp_path: Path) -> None:
    (tmp_path / "run").mkdir()
    changes = [('name = "adamw"', 'name = "muon"'), ("warmup = 2", "warmup = 4"), ("width = 8", "width = 16")]
    lengths = []
    for clip in (0, 0.01):
        plan = read_recipe(changed(recipe, *changes, ("ema = 0.9", f"clip = {clip}")))
        trainer = Trainer(plan, Options(tmp_path / "run", threads=1, stop_after=1))
        trainer.run()
        (tmp_path / "run" / "last.pt").unlink()
        assert len(trainer.optimisers) == 2
        rates = [group["lr"] for optimiser in trainer.optimisers for group in optimiser.param_groups]
        assert rates == pytest.approx([1e-3 / 4] * len(rates))
        lengths.append(float(nn.utils.get_total_norm([p.grad for p in trainer.network.parameters()])))
    assert lengths[0] > 0.1
    assert lengths[1] == pytest.approx(0.01, rel=1e-3)


class Broken(Dataset[int]):
    def __len__(self) -> int:
        return 1

    def __getitem__(self, index: int) -> int:
        raise DatasetError("The picture 7.png is broken: unpack it again.")


@pytest.mark.parametrize("workers", [0, 1])
def test_what_is_wrong_in_a_loader_is_one_sentence(workers: int) -> None:
    with pytest.raises(DatasetError) as raised:
        next(batches(DataLoader(Broken(), num_workers=workers)))
    assert str(raised.value) == "The picture 7.png is broken: unpack it again."


def test_the_last_steps_outlive_an_evaluation_that_fails(recipe: Path, tmp_path: Path) -> None:
    (tmp_path / "run").mkdir()
    plan = read_recipe(recipe)
    with pytest.raises(UsageError, match="these figures"):
        Trainer(plan, Options(tmp_path / "run", threads=1), Unscorable(plan)).run()
    assert checkpoints.load(tmp_path / "run" / "last.pt")["step"] == 6


def test_a_kill_after_an_evaluation_does_not_let_a_worse_network_be_the_best(
    recipe: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class KilledError(Exception):
        pass

    (tmp_path / "run").mkdir()
    killed = Trainer(read_recipe(recipe), Options(tmp_path / "run", threads=1, eval_every=2))
    teach = killed.task.loss

    def teach_until_killed(network: nn.Module, batch: list[Tensor]) -> Tensor:
        if killed.step == 3:
            raise KilledError
        return teach(network, batch)

    monkeypatch.setattr(killed.task, "loss", teach_until_killed)
    monkeypatch.setattr(killed.task, "evaluate", lambda network: {"AP": 0.9})
    with pytest.raises(KilledError):
        killed.run()
    again = Trainer(read_recipe(recipe), Options(tmp_path / "run", threads=1))
    monkeypatch.setattr(again.task, "evaluate", lambda network: {"AP": 0.6})
    again.run()
    assert checkpoints.load(tmp_path / "run" / "best.pt")["figures"] == {"AP": 0.9}


class Undecided(PoseTask):
    def evaluate(self, network: nn.Module) -> dict[str, float]:
        return {"AP": 0.0}


def test_of_networks_that_score_alike_the_last_is_the_best(recipe: Path, tmp_path: Path) -> None:
    (tmp_path / "run").mkdir()
    plan = read_recipe(recipe)
    Trainer(plan, Options(tmp_path / "run", threads=1, eval_every=2), Undecided(plan)).run()
    last, best = (checkpoints.load(tmp_path / "run" / name) for name in ("last.pt", "best.pt"))
    assert torch.equal(_weights(best["ema"]), _weights(last["ema"]))


def test_a_batch_that_does_not_divide_among_the_processes_is_refused(
    recipe: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WORLD_SIZE", "3")
    with pytest.raises(UsageError, match="3 processes cannot share out a batch of 4"):
        Trainer(read_recipe(recipe), Options(tmp_path / "run", threads=1))


def test_a_run_goes_on_by_another_recipe_and_says_how_it_differs(
    recipe: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    folder = tmp_path / "run"
    train(read_recipe(recipe), Options(folder, threads=1))
    second = "size = [64, 64]\nbatch = 4\nimages = "
    longer = read_recipe(changed(recipe, ("seed = 3", "seed = 4"), (f"{second}12", f"{second}16")))
    with caplog.at_level(logging.INFO):
        train(longer, Options(folder, threads=1, start=tmp_path / "nowhere.pt"))
    assert "phases.2.images 12 → 16; seed 3 → 4" in caplog.text
    assert "nowhere.pt is for a new run" in caplog.text
    assert checkpoints.load(folder / "last.pt")["step"] == 7
    with pytest.raises(UsageError, match="at step 7, and the recipe now ends at step 6"):
        train(read_recipe(recipe), Options(folder, threads=1))
    other = read_recipe(changed(recipe, ("width = 8", 'width = 8\nupsampling = "bilinear"')))
    with pytest.raises(ModelError, match="another network"):
        train(other, Options(folder, threads=1))


@pytest.mark.parametrize(
    ("content", "message"), [(None, "remove it to begin anew"), ({"model": 1, "step": 2}, "another folder")]
)
def test_a_last_checkpoint_that_is_none_is_named(
    content: dict[str, int] | None, message: str, recipe: Path, tmp_path: Path
) -> None:
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "last.pt").write_bytes(b"damaged")
    if content is not None:
        torch.save(content, tmp_path / "run" / "last.pt")
    with pytest.raises(ModelError, match=message):
        train(read_recipe(recipe), Options(tmp_path / "run", threads=1))


class Signalled(PoseTask):
    """Its third step is interrupted."""

    steps = 0
    number = signal.SIGINT

    def loss(self, network: nn.Module, batch: list[Tensor]) -> Tensor:
        self.steps += 1
        if self.steps == 3:
            signal.raise_signal(self.number)
        return super().loss(network, batch)


HANG_UP = pytest.param(
    getattr(signal, "SIGHUP", None), marks=pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGHUP")
)


@pytest.mark.usefixtures("heeds_hangups")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, HANG_UP])
def test_a_run_that_is_asked_to_stop_saves_first(
    number: signal.Signals, recipe: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "run").mkdir()
    plan = read_recipe(recipe)
    task = Signalled(plan)
    task.number = number
    with caplog.at_level(logging.INFO), pytest.raises(KeyboardInterrupt):
        Trainer(plan, Options(tmp_path / "run", threads=1), task).run()
    assert checkpoints.load(tmp_path / "run" / "last.pt")["step"] == 3
    assert "step 3 is saved" in caplog.text


class Closed(PoseTask):
    """Before its third step is done the terminal is closed."""

    steps = 0
    terminal = -1

    def loss(self, network: nn.Module, batch: list[Tensor]) -> Tensor:
        self.steps += 1
        if self.steps == 3:
            os.close(self.terminal)
            signal.raise_signal(signal.SIGHUP)
        return super().loss(network, batch)


@contextmanager
def printed_on_a_terminal(monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """What is printed inside goes to a terminal; gives its other end, to be closed inside."""
    other_end, terminal = os.openpty()
    before = [os.dup(descriptor) for descriptor in (1, 2)]
    try:
        for descriptor in (1, 2):
            os.dup2(terminal, descriptor)
        with monkeypatch.context() as patch, open(1, "w", closefd=False) as stdout:
            patch.setattr("sys.stdout", stdout)
            yield other_end
    finally:
        for descriptor, kept in zip((1, 2), before, strict=True):
            os.dup2(kept, descriptor)
            os.close(kept)
        os.close(terminal)


@pytest.mark.usefixtures("heeds_hangups")
@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGHUP")
def test_a_run_whose_terminal_is_closed_ends_as_one_that_was_asked_to(
    recipe: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "run").mkdir()
    plan = read_recipe(recipe)
    task = Closed(plan)
    with printed_on_a_terminal(monkeypatch) as task.terminal, caplog.at_level(logging.INFO):
        with pytest.raises(KeyboardInterrupt):
            Trainer(plan, Options(tmp_path / "run", threads=1), task).run()
        print("nobody reads this", flush=True)
    assert checkpoints.load(tmp_path / "run" / "last.pt")["step"] == 3
    assert "step 3 is saved" in caplog.text


@pytest.mark.parametrize("number", [HANG_UP])
def test_a_run_that_shall_outlive_its_terminal_does(number: signal.Signals, recipe: Path, tmp_path: Path) -> None:
    (tmp_path / "run").mkdir()
    plan = read_recipe(recipe)
    task = Signalled(plan)
    task.number = number
    before = signal.signal(number, signal.SIG_IGN)  # as by nohup
    try:
        Trainer(plan, Options(tmp_path / "run", threads=1), task).run()
    finally:
        signal.signal(number, before)
    assert checkpoints.load(tmp_path / "run" / "last.pt")["step"] == 6


@pytest.mark.skipif(sys.platform == "win32", reason="Windows moves and removes no file that is open")
def test_a_folder_takes_one_training_at_a_time(recipe: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("training.folders.LOADERS_END_S", 0)
    folder, plan = tmp_path / "run", read_recipe(recipe)
    with alone_in(folder), pytest.raises(UsageError, match=r"Another training is in .*run"):
        train(plan, Options(folder, threads=1))
    assert not folder.exists()
    train(plan, Options(folder, threads=1, stop_after=1))
    assert {path.name for path in folder.iterdir()} == {"last.pt", "tensorboard"}


class Moved(PoseTask):
    """Before its third step is done somebody moves the folder of the run."""

    steps = 0
    folder = Path()

    def loss(self, network: nn.Module, batch: list[Tensor]) -> Tensor:
        self.steps += 1
        if self.steps == 3:
            self.folder.rename(self.folder.with_name("moved"))
        return super().loss(network, batch)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows moves no file that is open")
@pytest.mark.parametrize("save_every_s", [0, 1e9])
def test_a_run_whose_folder_is_moved_goes_on_where_it_was(
    save_every_s: float, recipe: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    folder, plan = tmp_path / "run", read_recipe(recipe)
    task = Moved(plan)
    task.folder = folder
    with alone_in(folder):
        Trainer(plan, Options(folder, threads=1, save_every_s=save_every_s), task).run()
    assert caplog.text.count("run was moved or removed: it is made again") == 1
    assert checkpoints.load(folder / "last.pt")["step"] == 6
    assert checkpoints.load(folder / "best.pt")["figures"]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows moves no file that is open")
def test_a_folder_that_cannot_be_made_again_is_named(recipe: Path, tmp_path: Path) -> None:
    class Blocked(Moved):
        def loss(self, network: nn.Module, batch: list[Tensor]) -> Tensor:
            loss = super().loss(network, batch)
            if self.steps == 3:
                self.folder.write_text("a file")
            return loss

    (tmp_path / "run").mkdir()
    plan = read_recipe(recipe)
    task = Blocked(plan)
    task.folder = tmp_path / "run"
    with pytest.raises(SinkError, match="run is not a folder"):
        Trainer(plan, Options(task.folder, threads=1, save_every_s=0), task).run()


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("width = 8", "stacks = 1\nwidth = 8", "takes no 4 pictures of 32x32 .*multiples of 64"),
        ("batch = 4", "batch = 1", "takes no 1 pictures of 32x32 .*more than 1 value"),
    ],
)
def test_pictures_that_a_network_does_not_take_are_told_before_any_is_read(
    old: str, new: str, message: str, recipe: Path, tmp_path: Path
) -> None:
    changes = [(old, new), ("files =", "files = ['nowhere.json']\n# files =")]
    if "stacks" in new:
        changes += [("seed = 3", 'seed = 3\nnetwork = "hourglass"'), (POSE_MODEL.partition("\n")[2], "")]
    path = changed(recipe, *changes)
    with pytest.raises(UsageError, match=message):
        train(read_recipe(path), Options(tmp_path / "run", threads=1))


@pytest.mark.parametrize(
    ("old", "new", "is_anew"),
    [
        ("seed = 3", "seed = 4", False),
        ("workers = 0", 'workers = 0\nval_sources = ["sticks"]', True),
        ("size = [64, 64]", "size = [96, 64]", True),
    ],
)
def test_scores_on_other_people_or_at_another_size_are_not_compared(
    old: str, new: str, is_anew: bool, recipe: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    folder = tmp_path / "run"
    train(read_recipe(recipe), Options(folder, threads=1, stop_after=5))
    content = checkpoints.load(folder / "last.pt")
    checkpoints.save({**content, "best": 2.0}, folder / "last.pt")
    with caplog.at_level(logging.INFO):
        train(read_recipe(changed(recipe, (old, new))), Options(folder, threads=1))
    assert (folder / "best.pt").exists() == is_anew
    assert ("best.pt is chosen anew" in caplog.text) == is_anew


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGTERM that can be handled")
def test_a_stopped_command_says_so_and_ends_as_interrupted(recipe: Path, tmp_path: Path) -> None:
    path = changed(recipe, ("images = 12", "images = 40000"), ("workers = 0", "workers = 1"))
    with subprocess.Popen(
        [sys.executable, "-m", "app.cli", "train", str(path), "-o", str(tmp_path / "run"), "--threads", "1"],
        cwd=ROOT, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
    ) as process:  # fmt: skip
        assert process.stderr is not None
        next(line for line in process.stderr if " loss " in line)
        process.terminate()
        told = process.stderr.read()
    assert process.returncode == 130, told
    assert "is saved in" in told
    assert (tmp_path / "run" / "last.pt").is_file()


def test_speed_and_time_left_are_those_of_training(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Four images in two seconds, whatever an evaluation takes."""
    clock = SimpleNamespace(now=0.0)
    monkeypatch.setattr("training.reporting.time", SimpleNamespace(perf_counter=lambda: clock.now))
    steps = [Step(number, 4 * number, Phase((32, 32), 4, images=80)) for number in range(20)]
    with caplog.at_level(logging.INFO), Report(tmp_path, steps, 0) as report:
        for step in steps[:10]:
            clock.now += 2
            report.count(step)
            if step.number == 3:
                with report.paused():
                    clock.now += 1000
        report.tell_training(10, [torch.tensor(0.5)], 1e-3)
    assert "2.0 images/s, 0:00:20 left" in caplog.text


@pytest.mark.skipif(sys.platform == "win32", reason="Windows limits no file's size")
def test_a_disk_that_takes_no_more_is_said_and_leaves_the_last_good_file(tmp_path: Path) -> None:
    import resource

    path = tmp_path / "last.pt"
    checkpoints.save({"step": 1}, path)
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (8192, limits[1]))
    try:
        with pytest.raises(SinkError, match=r"last\.pt"):
            checkpoints.save({"step": 2, "much": torch.zeros(100_000)}, path)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert checkpoints.load(path) == {"step": 1}
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize(
    ("changes", "arguments", "message"),
    [
        ([], ["--device", "abacus"], "no device abacus"),
        ([('autocast = ""', 'autocast = "fp16"')], [], "fp16.* is for CUDA"),
        ([], ["--save-every", "nan"], "--save-every must be"),
        ([], ["-o", "FILE"], "is a file"),
        ([], ["-o", "FILE/run"], "is a file"),
        ([], ["--weights", "FOLDER.onnx"], "is not an ONNX file"),
        ([], ["--show-batch", "FOLDER.onnx/x.foo"], "ends in .png"),
        ([], ["--show-batch", "nowhere/x.png"], "does not exist"),
        ([('split = "train"', 'split = "trian"')], [], "has nobody"),
        ([('task = "pose"', 'task = "detection"'), ('split = "train"', 'split = "trian"'), ("width = 8", ""),
          ("modules = [1, 1, 1]\nblocks = 1\nstem = 8\nlayer1_blocks = 1\nlayer1_planes = 4", "")], [], "no pictures"),
        ([("workers = 0", "workers = 0\nsampling = {sticks = 0}")], [], "nobody is left to learn from"),
        ([("workers = 0", 'workers = 0\nteacher = "nowhere.onnx"')], [], "name a `data.cache`"),
        ([("warmup = 2", "warmup = 6")], [], "over the first 6 steps, and the run has 6: set a smaller"),
        ([("images = 12", "epochs = 0.1")], [], "over the first 2 steps, and .* has 2"),
    ],
)  # fmt: skip
def test_what_cannot_be_trained_is_said_and_leaves_nothing(
    changes: Sequence[tuple[str, str]], arguments: list[str], message: str, recipe: Path, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    (tmp_path / "FILE").write_text("mine")
    (tmp_path / "FOLDER.onnx").mkdir()
    path = changed(recipe, *changes)
    before = sorted(tmp_path.rglob("*"))
    monkeypatch.chdir(tmp_path)
    folder = [] if "-o" in arguments else ["-o", "run"]
    done = CliRunner().invoke(commands, ["train", str(path), *folder, *arguments])
    assert isinstance(done.exception, SkelterError), done.exception
    assert re.search(message, str(done.exception))
    assert sorted(tmp_path.rglob("*")) == before
