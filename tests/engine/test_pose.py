"""Pose networks: crop, run, decode and back to the source, with known graphs and with real ones on real people."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from engine import cards
from engine.cards import PoseLayout, Task
from engine.crops import PixelRule
from engine.decoding import Decoding
from engine.loading import load_pose
from engine.models import find_model
from engine.pixels import MAX_BATCH
from engine.pose import PoseEstimator
from engine.skeletons import COCO, HALPE, MPII, Skeleton
from engine.types import F32, I64, U8, Boxes
from tests.engine.onnx_graphs import save_graph
from tests.engine.val_pictures import Person, on_its_side, val_people
from tests.shared import SHARED, needs_shared

PICTURE = np.zeros((400, 300, 3), np.uint8)
BOX = np.array([[60.0, 80.0, 180.0, 320.0]], np.float32)  # centre (120, 200), 240 high: the crop covers 225 × 300


def boxes(xyxy: np.ndarray) -> Boxes:
    return Boxes.of(xyxy, np.ones(len(xyxy)))


def heatmaps(x: float, y: float, keypoints: int = 17) -> np.ndarray:
    rows, columns = np.mgrid[:64, :48]
    heat = 0.8 * np.exp(-((columns - x) ** 2 + (rows - y) ** 2) / 8)
    return np.broadcast_to(heat, (1, keypoints, 64, 48)).astype(np.float32)


def tell(path: Path, **options: object) -> None:
    """A card beside the pose network that says so of it."""
    cards.write_card(cards.with_options(find_model(path, Task.POSE), **options))


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        # x_image = centre + (x_heat - w / 2) · size / w : HRNet's own way back
        (PixelRule.CLASSIC, (120 + (20 - 24) * 225 / 48, 200 + (31 - 32) * 300 / 64)),
        # x_image = x_heat · size / (w - 1) + centre - size / 2 : UDP's
        (PixelRule.UDP, (20 * 225 / 47 + 120 - 112.5, 31 * 300 / 63 + 200 - 150)),
        # the middle of the heatmap, cell 23.5, is the middle of the crop
        (PixelRule.SKELTER, (120 + (20 - 23.5) * 225 / 48, 200 + (31 - 31.5) * 300 / 64)),
    ],
)
def test_a_peak_comes_back_to_the_source_by_the_rule_of_its_network(
    rule: PixelRule, expected: tuple[float, float], tmp_path: Path
) -> None:
    path = save_graph(tmp_path / "heat.onnx", ["N", 3, 256, 192], {"heatmaps": heatmaps(20, 31)})

    tell(path, pixel_rule=rule, decoding=Decoding.QUARTER)

    with load_pose(path, precision="f32") as pose:
        poses = pose.estimate(PICTURE, boxes(BOX))

    np.testing.assert_allclose(poses.keypoints, np.broadcast_to(expected, (1, 17, 2)), atol=0.01)
    np.testing.assert_allclose(poses.scores, 0.8, atol=1e-5)


def test_an_unknown_heatmap_network_is_taken_for_hrnets_kind(tmp_path: Path) -> None:
    path = save_graph(tmp_path / "heat.onnx", ["N", 3, 256, 192], {"heatmaps": heatmaps(20, 31, 16)})

    with load_pose(path, precision="f32") as pose:
        assert (pose.card.pixel_rule, pose.card.decoding) == (PixelRule.CLASSIC, Decoding.DARK)
        assert pose.skeleton is MPII
        assert pose.input_size_wh == (192, 256)


@pytest.mark.parametrize("skeleton", [COCO, HALPE], ids=lambda skeleton: skeleton.name)
def test_simcc_distributions_are_read(tmp_path: Path, skeleton: Skeleton) -> None:
    joints = len(skeleton)
    x, y = np.zeros((1, joints, 384), np.float32), np.zeros((1, joints, 512), np.float32)
    x[..., 2 * 96 + 32], y[..., 2 * 128 - 16] = 0.9, 0.6
    path = save_graph(tmp_path / "simcc.onnx", ["N", 3, 256, 192], {"simcc_x": x, "simcc_y": y})

    with load_pose(path, precision="f32") as pose:
        poses = pose.estimate(PICTURE, boxes(BOX))

    assert pose.card.layout is PoseLayout.SIMCC
    assert pose.skeleton is skeleton
    scale = 300 / 256
    np.testing.assert_allclose(poses.keypoints[0, 0], (120 + 16 * scale, 200 - 8 * scale), atol=0.01)
    np.testing.assert_allclose(poses.scores, 0.6, atol=1e-5)


@pytest.mark.parametrize("batch", ["N", 1, 4])
@pytest.mark.parametrize("people", [0, 1, 5, MAX_BATCH + 3])
def test_any_number_of_people_goes_through_a_graph_of_any_batch(batch: int | str, people: int, tmp_path: Path) -> None:
    path = save_graph(tmp_path / "heat.onnx", [batch, 3, 256, 192], {"heatmaps": heatmaps(23.5, 31.5)})
    tell(path, pixel_rule=PixelRule.SKELTER)
    many = BOX + np.arange(people, dtype=np.float32)[:, None]

    with load_pose(path, precision="f32") as pose:
        poses = pose.estimate(PICTURE, boxes(many))

    centres = np.repeat((many[:, None, :2] + many[:, None, 2:]) / 2, 17, axis=1)
    np.testing.assert_allclose(poses.keypoints, centres, atol=0.1)
    assert len(poses.boxes) == people


def test_in_the_mirror_the_same_place_is_averaged_and_of_two_places_the_surer_is_taken(tmp_path: Path) -> None:
    x, y = np.zeros((1, 17, 384), np.float32), np.zeros((1, 17, 512), np.float32)
    y[..., 2 * 128] = 1
    nose, left, right = 0, 9, 10  # the wrists, which are each other's in the mirror
    x[:, nose, 2 * 100], x[:, left, 2 * 60], x[:, right, 2 * 60] = 0.8, 0.9, 0.6
    path = save_graph(tmp_path / "simcc.onnx", ["N", 3, 256, 192], {"simcc_x": x, "simcc_y": y})

    with load_pose(path, precision="f32", flip=True) as pose:
        poses = pose.estimate(PICTURE, boxes(np.concatenate([BOX, BOX + 7])))

    for row, centre in enumerate((120, 127)):  # in the mirror, 100 is 191 - 100 of the crop, whose middle is 95.5
        scale = 300 / 256
        np.testing.assert_allclose(poses.keypoints[row, nose, 0], centre, atol=0.7)
        np.testing.assert_allclose(poses.keypoints[row, left, 0], centre + (60 - 95.5) * scale, atol=0.7)
        np.testing.assert_allclose(poses.keypoints[row, right, 0], centre - (60 - 95.5) * scale, atol=0.7)
        np.testing.assert_allclose(poses.scores[row, [nose, left, right]], [0.8, 0.9, 0.9], atol=1e-5)


# ---------------------------------------------------------------------------------------------------- real models


@pytest.fixture(scope="module")
def embedded() -> Iterator[PoseEstimator]:
    with load_pose(precision="f32") as pose:
        yield pose


@pytest.fixture(scope="module")
def turning() -> Iterator[PoseEstimator]:
    with load_pose(precision="f32", turn=True) as pose:
        yield pose


@pytest.fixture(scope="module")
def people() -> list[Person]:
    return list(val_people(12))


def crop_pixels(person: Person) -> float:
    """Source pixels in one pixel of the person's crop."""
    width, height = person.xyxy[2:] - person.xyxy[:2]
    return float(max(height, width * 256 / 192) * 1.25 / 256)


@needs_shared
def test_openvino_and_onnx_runtime_give_the_same_keypoints(embedded: PoseEstimator, people: list[Person]) -> None:
    with load_pose(device="onnxruntime") as other:
        for person in people:
            one = embedded.estimate(person.image, boxes(person.xyxy[None]))
            two = other.estimate(person.image, boxes(person.xyxy[None]))
            assert np.abs(one.keypoints - two.keypoints).max() / crop_pixels(person) <= 0.05
            np.testing.assert_allclose(one.scores, two.scores, atol=1e-4)


@needs_shared
def test_the_precision_auto_takes_moves_keypoints_by_a_fraction_of_a_pixel(
    embedded: PoseEstimator, people: list[Person]
) -> None:
    moved = []
    with load_pose() as auto:
        for person in people:
            exact = embedded.estimate(person.image, boxes(person.xyxy[None]))
            quick = auto.estimate(person.image, boxes(person.xyxy[None]))
            seen = exact.scores[0] > 0.3
            moved.append(np.linalg.norm(exact.keypoints - quick.keypoints, axis=2)[0, seen] / crop_pixels(person))

    assert np.median(np.concatenate(moved)) < 0.25


@needs_shared
def test_a_frame_of_many_people_gives_what_each_gives_alone(embedded: PoseEstimator, people: list[Person]) -> None:
    person = people[0]
    size = person.xyxy[2:] - person.xyxy[:2]
    shifts = np.random.default_rng(0).uniform(-0.2, 0.2, (6, 2)).astype(np.float32) * size
    many = person.xyxy + np.tile(shifts, 2)

    together = embedded.estimate(person.image, boxes(many))

    for row, box in enumerate(many):
        alone = embedded.estimate(person.image, boxes(box[None]))
        np.testing.assert_allclose(together.keypoints[row], alone.keypoints[0], atol=0.02)
        np.testing.assert_allclose(together.scores[row], alone.scores[0], atol=1e-4)
    np.testing.assert_array_equal(together.boxes.xyxy, many)


@needs_shared
@pytest.mark.parametrize(("flip", "pixels"), [(False, 3), (True, 0.05)])
def test_a_mirrored_picture_gives_mirrored_people(flip: bool, pixels: float, people: list[Person]) -> None:
    swapped = np.arange(len(COCO))
    for left, right in COCO.flip_pairs:
        swapped[[left, right]] = right, left
    apart = []
    with load_pose(precision="f32", flip=flip) as pose:
        for person in people:
            width = person.image.shape[1] - 1
            x1, y1, x2, y2 = person.xyxy
            straight = pose.estimate(person.image, boxes(person.xyxy[None]))
            mirror = np.ascontiguousarray(person.image[:, ::-1])
            mirrored = pose.estimate(mirror, boxes(np.array([[width - x2, y1, width - x1, y2]])))
            points = mirrored.keypoints[0, swapped] * [-1, 1] + [width, 0]
            sure = (straight.scores[0] > 0.5) & (mirrored.scores[0, swapped] > 0.5)
            apart.append(np.linalg.norm(points - straight.keypoints[0], axis=1)[sure] / crop_pixels(person))

    assert np.median(np.concatenate(apart)) < pixels


def beside_upright(pose: PoseEstimator, upright: PoseEstimator, people: list[Person], turns: int) -> np.ndarray:
    """How far, in crop pixels, `pose` finds joints in pictures so turned from where `upright` found them straight."""
    apart = []
    for person in people:
        straight = upright.estimate(person.image, boxes(person.xyxy[None]))
        image, xyxy = on_its_side(person, turns)
        expected = straight.keypoints[0]
        for height in (person.image.shape[:2] * 2)[:turns]:
            expected = np.stack([height - 1 - expected[:, 1], expected[:, 0]], axis=1)
        found = pose.estimate(image, boxes(xyxy[None]))
        np.testing.assert_array_equal(found.boxes.xyxy, xyxy[None])
        away = np.linalg.norm(found.keypoints[0] - expected, axis=1) / crop_pixels(person)
        apart.append(away[straight.scores[0] > 0.3])
    return np.concatenate(apart)


@needs_shared
@pytest.mark.parametrize("turns", [1, 2, 3])
def test_a_picture_on_its_side_shows_the_same_people(
    turns: int, embedded: PoseEstimator, turning: PoseEstimator, people: list[Person]
) -> None:
    near = np.mean(beside_upright(turning, embedded, people, turns) < 10)
    assert near > 0.85
    assert near > np.mean(beside_upright(embedded, embedded, people, turns) < 10) + 0.15


@needs_shared
@pytest.mark.parametrize(
    ("model", "flip"), [("skelter-pose-s", True), (SHARED / "models" / "foreign" / "tinypose_256x192.onnx", False)]
)
def test_whoever_lies_is_turned_in_the_mirror_and_for_networks_of_others_too(
    model: str | Path, flip: bool, people: list[Person]
) -> None:
    with load_pose(model, precision="f32", flip=flip, turn=True) as turning:
        apart = beside_upright(turning, turning, people, 1)
    assert np.median(apart) < 0.5
    assert np.mean(apart < 10) > 0.75


@needs_shared
def test_who_stands_is_looked_at_once(embedded: PoseEstimator, turning: PoseEstimator, people: list[Person]) -> None:
    looks = []
    look = turning._look

    def counted(image: U8, xyxy: F32, turns: I64 | None = None) -> tuple[F32, F32]:
        looks.append(len(xyxy))
        return look(image, xyxy, turns)

    turning._look = counted  # type: ignore[method-assign]
    try:
        for person in people:
            once = embedded.estimate(person.image, boxes(person.xyxy[None]))
            again = turning.estimate(person.image, boxes(person.xyxy[None]))
            np.testing.assert_array_equal(again.keypoints, once.keypoints)
    finally:
        turning._look = look  # type: ignore[method-assign]
    assert looks == [1] * len(people)


@needs_shared
@pytest.mark.parametrize(
    ("model", "share"), [("skelter-pose-s", 0.5), (SHARED / "models" / "foreign" / "tinypose_256x192.onnx", 0.75)]
)
def test_joints_are_found_on_real_people(model: str | Path, share: float, people: list[Person]) -> None:
    hits = []
    with load_pose(model) as pose:
        for person in people:
            found = pose.estimate(person.image, boxes(person.xyxy[None]))
            labelled = person.joints[:, 2] > 0
            apart = np.linalg.norm(found.keypoints[0] - person.joints[:, :2], axis=1)[labelled]
            hits.append(apart < 0.1 * max(person.xyxy[2:] - person.xyxy[:2]))

    assert np.concatenate(hits).mean() > share
