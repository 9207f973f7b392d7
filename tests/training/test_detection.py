from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import torch

from training.data.assignment import assign, detection_loss, generalised_iou
from training.data.coco import load_scenes
from training.data.people import Skips
from training.data.poses import Draw
from training.data.scenes import SceneDataset, by_quarters, collate, moved
from training.data.transforms import PLAIN, Augmentation
from training.models.detection import Detector, DetectorConfig, all_anchor_points
from training.models.size import GIGA, macs

POINTS, _ = all_anchor_points(64, 64)
NOBODY = torch.zeros(1, 0, 4)


def test_the_embedded_detector_is_small_enough() -> None:
    network = Detector(DetectorConfig())
    assert macs(network, 320, 320) < 1.5 * GIGA
    assert sum(parameter.numel() for parameter in network.parameters()) * 2 < 12e6


def test_there_is_a_box_for_every_anchor_point() -> None:
    logits, boxes = Detector(DetectorConfig()).eval()(torch.zeros(2, 3, 320, 320))
    assert logits.shape == (2, 2100)
    assert boxes.shape == (2, 2100, 4)
    points, strides = all_anchor_points(320, 320)
    assert points[0].tolist() == [4, 4]
    assert strides.unique(return_counts=True)[1].tolist() == [1600, 400, 100]
    # distances are never negative: every point lies in its box
    assert (boxes[..., :2] < points).all()
    assert (boxes[..., 2:] > points).all()


def test_sides_that_are_not_multiples_of_the_stride_are_refused() -> None:
    with pytest.raises(ValueError, match="multiples of 32"):
        Detector(DetectorConfig())(torch.zeros(1, 3, 300, 320))


def guesses(person: list[float]) -> tuple[torch.Tensor, torch.Tensor]:
    """A detector whose every point guesses `person`, surer the nearer it is to its middle."""
    boxes = torch.tensor(person).expand(1, len(POINTS), 4).clone()
    middle = (boxes[0, 0, :2] + boxes[0, 0, 2:]) / 2
    return torch.exp(-(POINTS - middle).norm(dim=1) / 20)[None], boxes


def test_the_best_points_inside_a_person_answer_for_him() -> None:
    person = [8.0, 8.0, 40.0, 56.0]
    scores, boxes = guesses(person)
    found = assign(scores, boxes, POINTS, torch.tensor([[person, [0.0, 0, 0, 0]]]))
    assert found.positive.sum() == 10
    chosen = POINTS[found.positive[0]]
    assert ((chosen > 8) & (chosen < torch.tensor([40.0, 56.0]))).all()
    assert found.quality.max() == pytest.approx(1, abs=1e-4)
    assert (found.person[found.positive] == 0).all()


def test_a_point_serves_the_person_it_overlaps_most() -> None:
    near, far = [8.0, 8.0, 40.0, 56.0], [0.0, 0.0, 64.0, 64.0]
    scores, boxes = guesses(near)
    found = assign(scores, boxes, POINTS, torch.tensor([[far, near]]))
    # every box is the nearer person's exactly; the other keeps one point at least
    assert (found.person[found.positive] == 1).sum() >= 9


def test_a_person_between_the_points_is_not_lost() -> None:
    person = torch.tensor([[[9.0, 9.0, 11.0, 11.0]]])
    scores, boxes = guesses([50.0, 50.0, 60.0, 60.0])
    assert assign(scores, boxes, POINTS, person).positive.sum() == 1


def test_nobody_is_assigned_in_an_empty_picture() -> None:
    scores, boxes = guesses([8.0, 8.0, 40.0, 56.0])
    assert not assign(scores, boxes, POINTS, NOBODY).positive.any()
    assert torch.isfinite(detection_loss(scores, boxes, POINTS, NOBODY, NOBODY))


@pytest.mark.parametrize("people", [NOBODY, torch.tensor([[[8.0, 8.0, 40.0, 56.0]]])])
def test_every_parameter_has_a_gradient_whoever_is_shown(people: torch.Tensor) -> None:
    """Of several processes all wait for each other's gradients."""
    network = Detector(DetectorConfig(widths=(8, 8, 16, 16, 32), depths=(1, 1, 1, 1), neck=16))
    logits, boxes = network(torch.rand(1, 3, 64, 64))
    detection_loss(logits, boxes, POINTS, people, NOBODY).backward()
    assert all(parameter.grad is not None for parameter in network.parameters())


def test_ignored_regions_teach_nothing() -> None:
    _, boxes = guesses([8.0, 8.0, 40.0, 56.0])
    logits = torch.zeros(1, len(POINTS), requires_grad=True)
    region = torch.tensor([[[0.0, 0.0, 32.0, 64.0]]])
    detection_loss(logits, boxes, POINTS, NOBODY, region).backward()
    assert logits.grad is not None
    left = POINTS[:, 0] < 32
    assert (logits.grad[0, left] == 0).all()
    assert (logits.grad[0, ~left] > 0).all()


def test_generalised_iou_of_boxes_apart_is_negative_and_of_equal_ones_one() -> None:
    a = torch.tensor([[0.0, 0, 10, 10], [0, 0, 10, 10]])
    b = torch.tensor([[0.0, 0, 10, 10], [20, 0, 30, 10]])
    # apart: union 200 in a hull of 300
    np.testing.assert_allclose(generalised_iou(a, b), [1, -1 / 3], atol=1e-5)


def test_boxes_stay_on_their_people_in_every_view(people_folder: Path) -> None:
    scenes, skips = load_scenes(people_folder, ["people.json"])
    augmentation = Augmentation(scale=0.4, flip=0.5, colour=0.0, turn=0.7)
    for mosaic in (0.0, 1.0):
        dataset = SceneDataset(scenes, augmentation, mosaic=mosaic, skips=skips)
        for seed in range(6):
            image, people, _ = dataset[Draw(seed, (128, 128), (seed,))]
            assert image.shape == (128, 128, 3)
            assert len(people) >= 1
            for left, top, right, bottom in people.round().astype(int).tolist():
                # the stick people are bright on dark ground
                assert image[top:bottom, left:right].max() > 115


def test_a_plain_view_is_the_letterboxed_picture(people_folder: Path) -> None:
    scenes, skips = load_scenes(people_folder, ["people.json"])
    dataset = SceneDataset(scenes, PLAIN, mosaic=0, skips=skips)
    image, people, ignored = dataset[Draw(0, (64, 64), (0,))]
    truth = json.loads((people_folder / "people.json").read_text())["annotations"][0]["bbox"]
    sides = people[0, 2:] - people[0, :2]
    np.testing.assert_allclose(sides, np.array(truth[2:]) / 2, atol=1e-3)
    assert len(ignored) == 0
    assert (image[:, 0] == 114).all() or (image[:, -1] == 114).all()


@pytest.mark.parametrize("turns", [1, 2, 3])
def test_a_turned_picture_takes_its_boxes_along(turns: int) -> None:
    """What is cut out by a turned box is, turned back, what the box cut out before."""
    image = np.random.default_rng(0).integers(0, 256, (40, 60, 3), np.uint8)
    left, top, right, bottom = 5, 8, 21, 33
    turned = np.rot90(image, -turns)
    box = moved(np.array([[left, top, right, bottom]], np.float32), by_quarters(turns, (60, 40)))
    x0, y0, x1, y1 = box[0].astype(int).tolist()
    np.testing.assert_array_equal(np.rot90(turned[y0:y1, x0:x1], turns), image[top:bottom, left:right])


def test_short_rows_of_a_batch_are_filled_with_empty_boxes() -> None:
    image = np.zeros((32, 32, 3), np.uint8)
    none, two = np.zeros((0, 4), np.float32), np.ones((2, 4), np.float32)
    images, people, ignored = collate([(image, none, none), (image, two, none)])
    assert images.shape == (2, 32, 32, 3)
    assert people.shape == (2, 2, 4)
    assert people[0].abs().sum() == 0
    assert ignored.shape == (2, 0, 4)
    assert str(Skips()) == "nothing skipped"
