"""Views drawn for a whole batch at once are the views that are drawn one by one."""

from __future__ import annotations

import pickle
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.utils.data import default_collate

from engine.errors import UsageError
from engine.skeletons import COCO
from engine.types import F32
from tests.training.conftest import cached_recipe, write_people
from tests.training.test_train import losses
from training.data.cache import cached_crops, teacher_affines
from training.data.coco import load_people
from training.data.people import BROKEN
from training.data.poses import Draw, PoseDataset
from training.data.rendering import Renderer, ViewDataset, Views
from training.data.teachers import Teacher
from training.data.transforms import PLAIN, Augmentation
from training.recipe import read_recipe
from training.tasks import make_task
from training.train import Options, train

CPU = torch.device("cpu")
NOSE = COCO.keypoints.index("nose")


def smooth_teacher() -> Teacher:
    """A blob a joint, at a place that depends on the picture and is not the same on both sides."""

    def run(crops: F32) -> F32:
        row, column = np.mgrid[:64, :48].astype(np.float32)
        shift = 10 * crops.mean((1, 2, 3))[:, None]
        places = np.arange(17, dtype=np.float32)
        x, y = (10 + 1.5 * places + shift)[..., None, None], (8 + 2.5 * places + shift)[..., None, None]
        return np.exp(-((column - x) ** 2 + (row - y) ** 2) / 8).astype(np.float32)

    return run


def idle_teacher() -> Teacher:
    return lambda crops: np.zeros((len(crops), 17, 64, 48), np.float32)


@pytest.fixture(scope="module")
def taught(tmp_path_factory: pytest.TempPathFactory) -> PoseDataset:
    folder = write_people(tmp_path_factory.mktemp("people"))
    people, skips = load_people(folder, ["people.json"])
    people[0].absent[3] = 1
    people[0].weights[3] = 0
    cache = cached_crops(people, tmp_path_factory.mktemp("cache"), smooth_teacher, skips)
    return PoseDataset(people, Augmentation(), cache=cache, teaching=0.7)


def batch_of(poses: PoseDataset, draws: list[Draw]) -> Views:
    views = ViewDataset(poses)
    return Views(*default_collate([views[draw] for draw in draws]))


@settings(max_examples=12, deadline=None)
@given(seed=st.integers(0, 10_000), size=st.sampled_from([(192, 256), (96, 128)]))
def test_a_batch_shows_what_single_views_show(seed: int, size: tuple[int, int], taught: PoseDataset) -> None:
    taught.augmentation = Augmentation(shift=0.05, colour=0.3, erase=0.5, flare=0.5)
    draws = [Draw(person, size, (seed, person)) for person in range(len(taught))]
    crops, target, weight = Renderer(taught, CPU)(batch_of(taught, draws))
    for n, draw in enumerate(draws):
        crop, expected, weights = taught[draw]
        apart = np.abs(crops[n].numpy().astype(int) - crop)
        assert apart.mean() < 1, "the corners of a pixel may be weighed in 32nds"
        assert np.percentile(apart, 99) <= 12
        np.testing.assert_allclose(target[n].numpy(), expected, atol=0.02)
        np.testing.assert_array_equal(weight[n].numpy(), weights)


def test_what_is_blurred_one_by_one_is_blurred_in_a_batch(taught: PoseDataset) -> None:
    draws = [Draw(person, (192, 256), (7, person)) for person in range(len(taught))]
    taught.augmentation = Augmentation()
    sharp = [taught[draw][0].astype(int) for draw in draws]
    taught.augmentation = Augmentation(blur=1)
    blurred = [taught[draw][0].astype(int) for draw in draws]
    crops = Renderer(taught, CPU)(batch_of(taught, draws))[0].numpy().astype(int)
    for found, one, other in zip(crops, blurred, sharp, strict=True):
        assert np.abs(found - one).mean() < 0.7 * np.abs(found - other).mean()


def test_training_goes_as_with_views_of_the_processor(
    people_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("training.train.LOG_EVERY", 1)
    for name, more in (("plain", ""), ("device", "on_device = true")):
        recipe = cached_recipe(tmp_path, people_folder, name, f'cache = "{(tmp_path / "cache").as_posix()}"\n{more}')
        train(read_recipe(recipe), Options(tmp_path / name, threads=1))
    plain, device = (list(losses(tmp_path / name).values()) for name in ("plain", "device"))
    assert len(plain) == 6
    assert device[0] == pytest.approx(plain[0], rel=1e-3)
    np.testing.assert_allclose(device, plain, rtol=0.05)  # rounding, and steps that follow each other's differences


@pytest.mark.parametrize(
    ("lines", "message"),
    [("on_device = true", "name a `data.cache`"), ('on_device = true\ncache = "c"', "made by the processor")],
)
def test_what_the_device_cannot_draw_is_said(lines: str, message: str, people_folder: Path, tmp_path: Path) -> None:
    path = cached_recipe(tmp_path, people_folder, "r", lines)
    path.write_text('targets = "classic"\n' + path.read_text())
    with pytest.raises(UsageError, match=message):
        make_task(read_recipe(path))


def test_whose_picture_is_broken_is_never_drawn(tmp_path: Path) -> None:
    people = write_people(tmp_path / "people")
    (people / "images" / "1.png").write_bytes(b"no picture")
    recipe = read_recipe(cached_recipe(tmp_path, people, "r", f'cache = "{(tmp_path / "c").as_posix()}"'))
    task = make_task(recipe)
    assert isinstance(task.dataset, PoseDataset)
    never = [
        who.picture.path.name for who, chance in zip(task.dataset.people, task.sampling, strict=True) if not chance
    ]
    assert never == ["1.png"]
    assert task.skips.counts[BROKEN] == 1


def test_only_crops_of_the_stored_shape_are_drawn_on_the_device(people_folder: Path, tmp_path: Path) -> None:
    path = cached_recipe(tmp_path, people_folder, "r", 'on_device = true\ncache = "c"')
    path.write_text(path.read_text().replace("size = [96, 128]", "size = [64, 128]", 1))
    with pytest.raises(UsageError, match="3 wide and 4 high"):
        make_task(read_recipe(path))


def test_the_network_s_precision_does_not_touch_its_pictures(taught: PoseDataset) -> None:
    taught.augmentation = Augmentation(colour=0.3)
    views = batch_of(taught, [Draw(person, (96, 128), (9, person)) for person in range(len(taught))])
    renderer = Renderer(taught, CPU)
    with torch.autocast("cpu", torch.bfloat16):
        inside = renderer(views)
    for one, other in zip(inside, renderer(views), strict=True):
        torch.testing.assert_close(one, other, rtol=0, atol=0)


def test_another_teacher_is_another_cache(people_folder: Path, tmp_path: Path) -> None:
    people, skips = load_people(people_folder, ["people.json"])
    one = cached_crops(people, tmp_path, smooth_teacher, skips, taught_by="smooth")
    other = cached_crops(people, tmp_path, idle_teacher, skips, taught_by="idle")
    assert one.maps is not None
    assert other.maps is not None
    assert one.maps.any()
    assert not other.maps.any()


@pytest.mark.parametrize(
    ("peak", "away", "height"),
    [
        pytest.param(0.9, 12, 1.0, id="sure elsewhere: the label alone"),
        pytest.param(0.9, 0, 0.6 + 0.4 * 0.9, id="sees it too: both"),
        pytest.param(0.2, 12, 0.6, id="hardly sees it: dimmed"),
    ],
)
def test_a_teacher_may_dim_a_label_but_not_contradict_it(
    peak: float, away: float, height: float, people_folder: Path, tmp_path: Path
) -> None:
    people, skips = load_people(people_folder, ["people.json"])
    one = people[0]
    one.weights[NOSE] = 0.6
    x, y = (teacher_affines(one.xyxy[None])[0] @ [*one.keypoints[NOSE], 1]).round()

    def teacher() -> Teacher:
        return lambda crops: blobs(x + away, y, peak)

    cache = cached_crops([one], tmp_path, teacher, skips)
    poses = PoseDataset([one], PLAIN, cache=cache, teaching=0.4)
    _, target, weight = poses[Draw(0, (192, 256), (0,))]
    _, alone, _ = PoseDataset([one], PLAIN)[Draw(0, (192, 256), (0,))]
    assert weight[NOSE] == pytest.approx(1.0), "a label counts as much, whether a teacher agrees or not"
    at_label = np.unravel_index(alone[NOSE].argmax(), alone[NOSE].shape)
    assert target[NOSE][at_label] / alone[NOSE][at_label] == pytest.approx(height, abs=0.06)
    elsewhere = target[NOSE] - height * alone[NOSE]
    assert elsewhere.max() < 0.1, "the joint is shown where its label is, and nowhere else"


def blobs(x: float, y: float, peak: float) -> F32:
    """What a teacher sees in a crop and in its mirror image: every joint at one place."""
    row, column = np.mgrid[:64, :48].astype(np.float32)
    one = peak * np.exp(-((column - x) ** 2 + (row - y) ** 2) / 8)
    return np.stack([np.stack([each] * 17) for each in (one, one[:, ::-1])]).astype(np.float32)


def test_a_loader_is_given_the_way_to_the_crops_not_the_crops(taught: PoseDataset) -> None:
    draw = Draw(0, (96, 128), (1, 0))
    ViewDataset(taught)[draw]
    assert taught[draw][0].any()
    packed = pickle.dumps(taught)
    assert taught.cache is not None
    assert len(packed) < taught.cache.crops.nbytes / 20
    for one, other in zip(pickle.loads(packed)[draw], taught[draw], strict=True):
        np.testing.assert_array_equal(one, other)


def test_a_source_is_drawn_as_often_as_the_recipe_says(people_folder: Path, tmp_path: Path) -> None:
    plain, doubled = (
        make_task(read_recipe(cached_recipe(tmp_path, people_folder, name, lines))).sampling
        for name, lines in (("plain", ""), ("doubled", "sampling = {sticks = 2}"))
    )
    np.testing.assert_allclose(doubled, 2 * plain)
    with pytest.raises(UsageError, match=r"`data.sampling` names stick;.*\(sticks\)"):
        make_task(read_recipe(cached_recipe(tmp_path, people_folder, "typo", "sampling = {stick = 2}")))


def test_a_factor_is_a_number(people_folder: Path, tmp_path: Path) -> None:
    path = cached_recipe(tmp_path, people_folder, "word", 'sampling = {sticks = "twice"}')
    with pytest.raises(UsageError, match="sampling"):
        read_recipe(path)
