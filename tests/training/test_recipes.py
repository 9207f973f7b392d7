"""The recipes that come along, what they say of themselves, and how recipes build on each other."""

from __future__ import annotations

import contextlib
from dataclasses import asdict
from pathlib import Path
from typing import cast

import pytest
import torch
from typer.testing import CliRunner

from engine.errors import MissingFileError, UsageError
from engine.models import find_model
from tests.training.conftest import write_people, write_recipe
from training import checkpoints
from training.cli import commands
from training.data.sets import SKELETON_OF
from training.networks import NETWORKS, make_network
from training.recipe import DEFAULT_NETWORKS, find_recipe, read_recipe, recipe_of, shipped_recipes
from training.tasks import PoseTask, make_task

SHIPPED = {path.stem: read_recipe(path) for path in shipped_recipes()}


def test_every_network_has_a_recipe_and_every_recipe_its_files_name() -> None:
    assert {recipe.network or DEFAULT_NETWORKS[recipe.task] for recipe in SHIPPED.values()} == set(NETWORKS)
    for name, recipe in SHIPPED.items():
        assert recipe.name == name
        assert recipe.sized(1000).images >= 1000
        for phase in recipe.phases:  # the names end in height × width
            if name.rsplit("-", 1)[-1].count("x") == 1:
                assert name.endswith(f"{phase.size[1]}x{phase.size[0]}")


@pytest.mark.parametrize("name", SHIPPED)
def test_a_recipes_network_can_be_made_and_has_the_joints_of_its_data(name: str) -> None:
    recipe = SHIPPED[name]
    with torch.device("meta"):
        network = make_network(recipe)
    if recipe.task == "pose":
        assert network.config.joints == len(SKELETON_OF[recipe.data.format])


@pytest.mark.parametrize("network", NETWORKS)
def test_a_network_takes_its_recipes_input(network: str) -> None:
    recipe = next(r for r in SHIPPED.values() if (r.network or DEFAULT_NETWORKS[r.task]) == network)
    width, height = recipe.phases[-1].size
    with torch.device("meta"):
        made = make_network(recipe).eval()
    maps = made(torch.zeros(1, 3, height, width, device="meta"))
    if recipe.task == "pose":
        assert maps.shape[2:] == (height // 4, width // 4)


def test_the_published_training_of_hrnet_is_kept() -> None:
    recipe = SHIPPED["hrnet-w32-256x192"]
    assert (recipe.targets, recipe.sigma, recipe.autocast) == ("classic", 2, "")
    assert (recipe.optimiser.name, recipe.optimiser.lr, recipe.optimiser.weight_decay) == ("adam", 1e-3, 0)
    assert recipe.optimiser.steps == pytest.approx((170 / 210, 200 / 210), abs=1e-6)
    assert (recipe.augmentation.scale, recipe.augmentation.rotation, recipe.augmentation.half_body) == (0.35, 45, 0.3)
    assert recipe.sized(149_860).images == 210 * 149_860
    assert SHIPPED["hrnet-w48-384x288"].phases[0].batch == 96
    hourglass = SHIPPED["hourglass-8-mpii-256x256"]
    assert (hourglass.optimiser.name, hourglass.augmentation.rotation_chance) == ("rmsprop", 0.4)
    assert SHIPPED["simplebaseline-r152-caffe-256x192"].model == {"depth": 152, "early_stride": True}
    assert SHIPPED["swin-l-384x288"].optimiser.name == "adamw"


def test_recipes_find_coco_as_its_archives_unpack(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """train2017.zip, val2017.zip and annotations_trainval2017.zip, unpacked side by side."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "coco" / "annotations").mkdir(parents=True)
    for part, count in (("train", 5), ("val", 3)):
        people = write_people(tmp_path / part, count)
        (people / "images").rename(tmp_path / "coco" / f"{part}2017")
        content = (people / "people.json").read_text().replace("images/", "").replace('"source": "sticks", ', "")
        content = content.replace('"keypoints"', '"segmentation": [[9, 9, 50, 9, 50, 90]], "keypoints"')
        (tmp_path / "coco" / "annotations" / f"person_keypoints_{part}2017.json").write_text(content)
    for recipe in (SHIPPED[name] for name in ("hrnet-w32-256x192", "hrnetv2-w18-people-320x320")):
        task = make_task(recipe)
        task.open_validation()
        assert len(task.dataset) == 5
        assert str(task.skips) == "nothing skipped"


def test_what_was_published_of_a_base_is_not_claimed_by_what_builds_on_it() -> None:
    assert "74.4" in SHIPPED["hrnet-w32-256x192"].published
    assert "75.6" in SHIPPED["hrnet-w32-dark-256x192"].published
    assert SHIPPED["hrnetv2-w32-256x192"].published == ""


def test_own_recipes_build_on_shipped_ones_and_on_those_beside_them(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text(
        'name = "mine"\nbase = "hrnet-w32-256x192"\n[data]\nfolder = "here"\n[optimiser]\nlr = 5e-4\n'
    )
    (tmp_path / "other.toml").write_text(
        'name = "other"\nbase = "mine"\nnetwork = "simplebaseline"\n[optimiser]\nschedule = "cosine"\n'
    )
    mine, other = read_recipe(tmp_path / "mine.toml"), read_recipe(tmp_path / "other.toml")
    assert (mine.data.folder, mine.data.val_folder) == ("here", "coco/val2017")
    assert (mine.optimiser.lr, mine.optimiser.name, mine.published) == (5e-4, "adam", "")
    assert mine.model == {"width": 32}
    assert len(mine.optimiser.steps) == 2
    assert other.optimiser.lr == 5e-4
    assert other.model == {}  # another network's settings mean nothing to this one
    assert other.optimiser.steps == ()  # nor do another schedule's milestones


def test_a_base_that_comes_round_under_another_spelling_is_named(tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "loop.toml").write_text('name = "loop"\nbase = "../mine/loop"\n')
    with pytest.raises(UsageError, match="its own base"):
        read_recipe(folder / "loop.toml")


def test_a_bases_sampling_is_not_that_of_other_pictures(people_folder: Path, tmp_path: Path) -> None:
    """Its sources are not among them, so that they must be taken away; merged, an empty table would change nothing."""
    own = (
        f'name = "mine"\nbase = "skelter-pose-s"\n[data]\nfolder = "{people_folder.as_posix()}"\n'
        'files = ["people.json"]\ncache = ""\nteacher = ""\nsecond_teacher = ""\nsecond_sources = []\n'
    )
    path = tmp_path / "mine.toml"
    path.write_text(own)
    with pytest.raises(UsageError, match=r"names lspet; .* for none, `sampling = \{\}`"):
        make_task(read_recipe(path))
    for sampling, first in (("{}", 1), ("{ sticks = 3 }", 3)):
        path.write_text(f"{own}sampling = {sampling}\n")
        assert cast(PoseTask, make_task(read_recipe(path))).sampling[0] == first


def test_the_embedded_network_has_a_base_for_other_pictures(people_folder: Path, tmp_path: Path) -> None:
    path, where = tmp_path / "mine.toml", people_folder.as_posix()
    path.write_text(
        f'name = "mine"\nbase = "bases/skelter-pose-s"\n[data]\nfolder = "{where}"\nfiles = ["people.json"]\n'
        f'val_folder = "{where}"\nval_files = ["people.json"]\nworkers = 0\n'
        "[optimiser]\nwarmup = 0\n[[phases]]\nsize = [64, 64]\nbatch = 2\nimages = 2\n"
    )
    output = tmp_path / "run"
    done = CliRunner().invoke(
        commands, ["train", str(path), "-o", str(output), "--threads", "1", "--weights", "skelter-pose-s"]
    )
    assert done.exit_code == 0, done.output
    embedded = checkpoints.weights(find_model("skelter-pose-s").path)
    trained = checkpoints.weights(output / "best.pt")
    torch.testing.assert_close(trained["conv1.weight"], embedded["conv1.weight"], atol=0.05, rtol=0)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('base = "a"', "its own base"), ("base = 3", "name of a recipe"),
        ('base = "nowhere"', r"nowhere\.toml is missing"),
        ('base = "hrnet-w32-256x192"\nnetwork = "resnet"', "choose one of hrnet, hrnetv2"),
        ('base = "hrnet-w32-256x192"\nnetwork = "detector"', "not one for pose"),
        ('base = "hrnet-w32-256x192"\n[model]\nwidht = 3', r"`model\.widht` is not a setting"),
        ('base = "hrnet-w32-256x192"\n[model]\nexchange = "never"', "exchange must be one of"),
        ('base = "swinpose-t-a-256x192"\n[model.backbone]\ndepth = 3', r"`model\.backbone\.depth` is not a setting"),
        ('base = "hrnet-w32-256x192"\ntargets = "darkest"', "targets must be one of"),
        ('base = "hrnet-w32-256x192"\n[data]\nformat = "lsp"', "data.format must be one of"),
        ('base = "hrnet-w32-256x192"\n[optimiser]\nname = "sgd"', "optimiser.name must be one of"),
        ('base = "hrnet-w32-256x192"\n[optimiser]\nsteps = []', "at `optimiser.steps`, and there are none"),
        ('base = "hrnet-w32-256x192"\n[optimiser]\nschedule = "cosine"\nsteps = [0.5]', 'for schedule = "steps", not'),
        ('base = "skelter-pose-s"\n[optimiser]\nsteps = [0.5]', 'for schedule = "steps", not for cosine'),
        ('base = "hrnet-w32-256x192"\nphases = []', "nothing to do"),
        ('base = "hrnet-w32-256x192"\n[model]\nwidth = "32"', r"model\.width must be a whole number, not '32'"),
        ('base = "hrnet-w32-256x192"\n[model]\nmodules = [1, 4]', r"model\.modules must be 3 values"),
        ('base = "hrnet-w32-256x192"\n[data]\nfiles = "people.json"', r"data\.files must be a list"),
        ('base = "hrnet-w32-256x192"\n[optimiser]\nlr = "fast"', r"optimiser\.lr must be a number"),
        ('base = "hrnet-w32-256x192"\ncompile = 1', "compile must be true or false"),
        ('base = "hrnet-w32-256x192"\n[[phases]]\nsize = [64, 64]\nbatch = 2', "either `images` or `epochs`"),
        ('base = "hrnet-w32-256x192"\n[[phases]]\nsize = [64, 64]\nbatch = 2\nimages = 4\nepochs = 4', "a phase needs"),
    ],
)  # fmt: skip
def test_a_mistake_is_named(text: str, message: str, tmp_path: Path) -> None:
    path = tmp_path / "a.toml"
    path.write_text(f'name = "a"\n{text}\n')
    with pytest.raises((UsageError, MissingFileError), match=message):
        make_network(read_recipe(path))


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("batch = 4", "batch = 0", "batch of a phase"), ("batch = 4", "batch = -4", "batch of a phase"),
        ("images = 12", "epochs = inf", "epochs of a phase"), ("images = 12", "epochs = nan", "phase"),
        ("size = [32, 32]", "size = [32, 8192]", "size of a phase"),
        ("lr = 1e-3", "lr = nan", "optimiser.lr"), ("lr = 1e-3", "lr = inf", "optimiser.lr"),
        ("lr = 1e-3", "lr = -1e-3", "optimiser.lr"), ("ema = 0.9", "ema = 2.0", "optimiser.ema must be from 0 to 1"),
        ("warmup = 2", "warmup = -2", "optimiser.warmup"), ("workers = 0", "workers = -1", "data.workers"),
        ("workers = 0", "workers = 0\nsampling = {sticks = nan}", "data.sampling.sticks"),
        ("seed = 3", "seed = -1", "seed"), ("seed = 3", "seed = 3\nsigma = 0.0", "sigma"),
        ("seed = 3", "seed = 3\nsigma = -2.0", "sigma"),
        ("[optimiser]", "[augmentation]\nscale = nan\n[optimiser]", "augmentation.scale"),
        ("[optimiser]", "[augmentation]\nscale = 2.0\n[optimiser]", "augmentation.scale"),
        ("[optimiser]", "[augmentation]\nflip = 1.5\n[optimiser]", "augmentation.flip"),
        ("width = 8", "width = 0", r"model\.width must be at least 1"),
        ("width = 8", "width = -8", r"model\.width must be at least 1"),
        ("width = 8", "width = 8\njoints = -1", r"model\.joints must be at least 1"),
        ("[1, 1, 1]", "[0, 0, 0]", r"model\.modules must be at least 1"),
        ("workers = 0", "workers = 0\nmosaic = 0.5", "data.mosaic is for detection"),
        ('task = "pose"', 'task = "detection"\nsigma = 3.0', "sigma is for pose"),
        ('task = "pose"', 'task = "detection"\ntargets = "udp"', "targets is for pose"),
        ('task = "pose"', 'task = "segmentation"\nnetwork = "hrnetv2"', "not one for segmentation"),
        ("workers = 0", 'workers = 0\ncache = "c"', None),
    ],
)  # fmt: skip
def test_what_no_run_can_do_is_refused(
    old: str, new: str, message: str | None, people_folder: Path, tmp_path: Path
) -> None:
    path = write_recipe(tmp_path / "r.toml", people_folder)
    assert old in path.read_text()
    path.write_text(path.read_text().replace(old, new, 1))
    with pytest.raises(UsageError, match=message) if message else contextlib.nullcontext():
        make_network(read_recipe(path))


def test_a_run_shorter_than_a_picture_has_one(people_folder: Path, tmp_path: Path) -> None:
    path = write_recipe(tmp_path / "r.toml", people_folder)
    path.write_text(path.read_text().replace("images = 12", "epochs = 0.01"))
    recipe = read_recipe(path).sized(9)
    assert [phase.images for phase in recipe.phases] == [1, 1]
    assert recipe_of(asdict(recipe), path) == recipe  # what a checkpoint of it says is a recipe, too


def test_a_recipe_is_found_by_name_or_path(tmp_path: Path) -> None:
    assert read_recipe(find_recipe("hrnet-w32-256x192")).name == "hrnet-w32-256x192"
    assert find_recipe(str(tmp_path / "r.toml")) == tmp_path / "r.toml"
    with pytest.raises(MissingFileError, match="did you mean hrnet-w48-256x192"):
        find_recipe("hrnet-w48-256x19")


def test_the_list_shows_every_recipe_whole_on_a_narrow_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    done = CliRunner().invoke(commands, ["train", "--list"])
    assert done.exit_code == 0, done.output
    shown = {line.split()[0] for line in done.output.splitlines() if line.strip() and not line.startswith("  ")}
    assert set(SHIPPED) <= shown
    assert "74.4 AP (HRNet README)" in done.output


def test_the_help_tells_where_a_run_lies(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    assert "(default: runs/RECIPE)" in CliRunner().invoke(commands, ["train", "--help"]).output


def test_training_without_a_recipe_says_where_to_find_one() -> None:
    done = CliRunner().invoke(commands, ["train"])
    assert "--list" in str(done.exception)


def test_a_cache_too_narrow_for_the_input_and_a_teacher_of_other_pixels_are_refused(
    people_folder: Path, tmp_path: Path
) -> None:
    path = write_recipe(tmp_path / "r.toml", people_folder)
    plain = path.read_text()
    path.write_text(plain.replace("workers = 0", f'workers = 0\ncache = "{tmp_path.as_posix()}"'))
    with pytest.raises(UsageError, match="too narrow"):
        make_task(read_recipe(path))
    path.write_text('targets = "classic"\n' + plain.replace("workers = 0", 'workers = 0\nteacher = "teacher.onnx"'))
    with pytest.raises(UsageError, match="knows `gaussian` targets only"):
        make_task(read_recipe(path))
