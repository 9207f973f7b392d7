from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from engine.crops import affines, centres_and_sizes
from engine.skeletons import COCO
from tests.training.conftest import STANDING
from training.data.people import Person, Picture
from training.data.poses import Draw, PoseDataset
from training.data.targets import TARGET_RULES
from training.data.transforms import PLAIN, Augmentation, degrade, half_body, random_look, random_view

SIZE = (192, 256)


def standing(path: Path = Path("none.png")) -> Person:
    box = np.array([60, 40, 160, 280], np.float32)
    points = (STANDING * (100, 240) + (60, 40)).astype(np.float32)
    return Person(Picture(path), 1, 1, "sticks", box, points, np.ones(17, np.float32), np.zeros(17, np.float32), 1.0)


def test_without_augmentation_a_view_is_what_running_sees() -> None:
    person = standing()
    view = random_view(person, COCO, SIZE, PLAIN, np.random.default_rng(0))
    np.testing.assert_allclose(view.matrix, affines(*centres_and_sizes(person.xyxy, SIZE), SIZE)[0])
    assert not view.flipped


def test_scale_and_turn_stay_within_their_bounds() -> None:
    person, rng = standing(), np.random.default_rng(1)
    plain = random_view(person, COCO, SIZE, PLAIN, rng).matrix
    augmentation = Augmentation(scale=0.35, rotation=45, rotation_chance=1, flip=0, half_body=0)
    factors, turns = [], []
    for _ in range(500):
        linear = random_view(person, COCO, SIZE, augmentation, rng).matrix[:, :2]
        factors.append(np.sqrt(np.linalg.det(plain[:, :2]) / np.linalg.det(linear)))
        turns.append(np.degrees(np.arctan2(linear[0, 1], linear[0, 0])))
    assert min(factors) == pytest.approx(0.65, abs=1e-6)
    assert max(factors) == pytest.approx(1.35, abs=1e-6)
    assert 60 < max(np.abs(turns)) <= 90 + 1e-6


def test_half_body_takes_the_upper_half_in_about_two_of_three_cases() -> None:
    person, rng = standing(), np.random.default_rng(2)
    upper = 0
    for _ in range(600):
        found = half_body(person.keypoints, person.weights, COCO, SIZE, rng)
        assert found is not None
        upper += found[0][1] < person.keypoints[11:, 1].mean()
    # a normal draw against 0.5: 0.6915
    assert 0.62 < upper / 600 < 0.76


def test_half_body_needs_joints() -> None:
    person = standing()
    labelled = np.zeros(17, np.float32)
    labelled[3] = 1
    assert half_body(person.keypoints, labelled, COCO, SIZE, np.random.default_rng(0)) is None


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 10_000), targets=st.sampled_from(list(TARGET_RULES)))
def test_targets_peak_where_the_crop_shows_the_joint(
    seed: int, targets: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """A white dot at the left wrist: wherever the view moves it, its target is there (mirrored: the right one's)."""
    picture = tmp_path_factory.mktemp("dot") / "dot.png"
    person = standing(picture)
    image = np.zeros((320, 240, 3), np.uint8)
    left, right = (COCO.keypoints.index(name) for name in ("left_wrist", "right_wrist"))
    cv2.circle(image, person.keypoints[left].round().astype(int).tolist(), 4, (255, 255, 255), -1)
    cv2.imwrite(str(picture), image)
    augmentation = Augmentation(scale=0.2, rotation=30, half_body=0, shift=0.02)
    dataset = PoseDataset([person], augmentation, targets=TARGET_RULES[targets])
    crop, target, weight = dataset[Draw(0, SIZE, (seed,))]
    column, row = np.meshgrid(np.arange(SIZE[0]), np.arange(SIZE[1]))
    mass = crop[..., 0].astype(float)
    assume(mass.sum() > 1000)
    shown = np.array([(mass * column).sum(), (mass * row).sum()]) / mass.sum()
    flipped = random_view(person, COCO, SIZE, augmentation, np.random.default_rng((seed,))).flipped
    for joint, is_shown in ((left, not flipped), (right, flipped)):
        place = np.unravel_index(target[joint].argmax(), target[joint].shape)
        away = np.hypot(place[1] * 4 + 1.5 - shown[0], place[0] * 4 + 1.5 - shown[1])
        assert weight[joint] == 1
        assert (away < 5) == is_shown


def test_a_view_is_the_same_for_the_same_seed(people_folder: Path) -> None:
    from training.data.coco import load_people

    people, _ = load_people(people_folder, ["people.json"])
    dataset = PoseDataset(people, Augmentation(colour=0.3, blur=0.5, erase=0.5))
    for one, other in zip(dataset[Draw(0, (64, 64), (5, 7))], dataset[Draw(0, (64, 64), (5, 7))], strict=True):
        np.testing.assert_array_equal(one, other)
    assert not np.array_equal(dataset[Draw(0, (64, 64), (5, 8))][0], dataset[Draw(0, (64, 64), (5, 7))][0])


@given(seed=st.integers(0, 2**32 - 1))
def test_a_flare_only_lightens_and_most_where_the_light_is(seed: int) -> None:
    rng = np.random.default_rng(seed)
    look = random_look(replace(PLAIN, flare=1.0), SIZE, rng)
    crop = rng.integers(0, 256, (SIZE[1], SIZE[0], 3), np.uint8)
    veiled = degrade(crop, look)
    assert (veiled >= crop).all()
    shown = 255 - degrade(np.zeros_like(crop), look)[..., 0].astype(int)
    y, x = np.unravel_index(shown.argmin(), shown.shape)
    assert np.hypot(x - look.flare[0], y - look.flare[1]) < look.flare[2] / 4 + 2
    assert shown.max() > shown.min()
