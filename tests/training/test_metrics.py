from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest

from tests.training.conftest import STANDING
from training.data.people import Picture, Scene
from training.metrics import (
    box_results,
    box_stats,
    keypoint_stats,
    oks,
    oks_nms,
    pck,
    picture_results,
    torso_diagonals,
)

STILL = np.ones((1, 17), np.float32)


def annotation(number: int, points: np.ndarray, visible: np.ndarray | None = None) -> dict[str, object]:
    shown = np.full(17, 2) if visible is None else visible
    keypoints = np.concatenate([points, shown[:, None]], axis=1).ravel().tolist()
    return {
        "id": number, "image_id": number, "bbox": [0, 0, 100, 240], "area": 5000.0, "iscrowd": 0,
        "keypoints": keypoints, "num_keypoints": int((shown > 0).sum()), "category_id": 1,
    }  # fmt: skip


def result(number: int, points: np.ndarray, score: float = 0.9) -> dict[str, object]:
    keypoints = np.concatenate([points, np.ones((17, 1))], axis=1).ravel().tolist()
    return {"image_id": number, "keypoints": keypoints, "score": score}


def test_oks_has_the_reference_value() -> None:
    truth = (STANDING * 100)[None]
    labelled = STILL.copy()
    labelled[0, 3] = 0
    found = oks(truth + np.array([3, -4]), truth, labelled, np.array([5000], np.float32))
    assert found[0] == pytest.approx(0.78740397, abs=1e-6)


def test_oks_agrees_with_pycocotools() -> None:
    from pycocotools.coco import COCO
    from pycocotools.cocoeval import COCOeval

    rng = np.random.default_rng(0)
    truth = STANDING * (100, 240)
    visible = rng.integers(0, 3, 17)
    found = [truth + rng.normal(0, spread, (17, 2)) for spread in (1, 5, 20, 60)]
    dataset = COCO()
    dataset.dataset = {"info": {}, "images": [{"id": 1}], "annotations": [annotation(1, truth, visible)],
                       "categories": [{"id": 1, "name": "person"}]}  # fmt: skip
    dataset.createIndex()
    records = [{"category_id": 1, **result(1, points, 1 - n / 10)} for n, points in enumerate(found)]
    evaluation = COCOeval(dataset, dataset.loadRes(records), "keypoints")
    evaluation.evaluate()
    theirs = evaluation.ious[1, 1][:, 0]
    ours = oks(np.stack(found), np.repeat(truth[None], 4, 0), np.repeat(visible[None], 4, 0).astype(np.float32),
               np.full(4, 5000, np.float32))  # fmt: skip
    np.testing.assert_allclose(ours, theirs, atol=1e-7)


def test_perfect_poses_score_one_and_missing_people_cost_recall() -> None:
    truth = [annotation(n, STANDING * (100, 240)) for n in range(1, 5)]
    perfect = [result(n, STANDING * (100, 240)) for n in range(1, 5)]
    assert keypoint_stats(truth, perfect)["AP"] == pytest.approx(1)
    half = keypoint_stats(truth, perfect[:2])
    assert half["AR"] == pytest.approx(0.5)
    assert keypoint_stats(truth, [])["AP"] == 0


@pytest.mark.parametrize("broken", [math.nan, math.inf])
@pytest.mark.parametrize("place", [0, 2, "score"])
def test_an_answer_that_is_no_number_is_no_match(broken: float, place: int | str) -> None:
    truth = [annotation(n, STANDING * (100, 240)) for n in (1, 2)]
    answers = [result(n, STANDING * (100, 240)) for n in (1, 2)]
    if isinstance(place, int):
        answers[0]["keypoints"][place] = broken  # type: ignore[index]
    else:
        answers[0][place] = broken
    assert keypoint_stats(truth, answers)["AR"] == pytest.approx(0.5)
    assert keypoint_stats(truth, answers[:1])["AP"] == 0


def test_people_without_joints_are_neither_right_nor_wrong() -> None:
    nobody = annotation(1, np.zeros((17, 2)), np.zeros(17, int))
    nobody["id"] = 99
    truth = [annotation(1, STANDING * (100, 240)), nobody]
    assert keypoint_stats(truth, [result(1, STANDING * (100, 240))])["AP"] == pytest.approx(1)


def test_of_two_like_poses_the_weaker_goes() -> None:
    one = STANDING * (100, 240)
    poses = np.stack([one, one + 0.5, one + 150]).astype(np.float32)
    kept = oks_nms(poses, np.array([0.5, 0.9, 0.4], np.float32), np.full(3, 24000, np.float32))
    assert kept.tolist() == [1, 2]
    assert oks_nms(np.zeros((0, 17, 2), np.float32), np.zeros(0, np.float32), np.zeros(0, np.float32)).tolist() == []


def test_pck_counts_labelled_joints_within_reach() -> None:
    truth = np.repeat((STANDING * 100)[None], 2, 0)
    found = truth.copy()
    found[0, 9] += (0, 30)
    labelled = np.ones((2, 17), np.float32)
    labelled[:, 16] = 0
    reach = 0.2 * torso_diagonals(truth.astype(np.float32), labelled)
    shares = pck(found, truth, labelled, reach)
    assert shares[9] == 0.5
    assert shares[5] == 1
    assert math.isnan(shares[16])


def test_a_torso_is_as_long_as_its_longer_diagonal() -> None:
    points, labelled = np.zeros((4, 17, 2), np.float32), np.zeros((4, 17), np.float32)
    left_shoulder, right_shoulder, left_hip, right_hip = 5, 6, 11, 12
    points[:, right_hip], points[:, left_hip] = (0, 50), (0, 20)  # from shoulders at (0, 0)
    labelled[0, [left_shoulder, right_shoulder, left_hip, right_hip]] = 1
    labelled[1, [right_shoulder, left_hip]] = 1
    labelled[2, [left_shoulder, right_shoulder, left_hip]] = (1, 0, 1)  # one side alone is no diagonal
    assert torso_diagonals(points, labelled).tolist() == [50, 20, 0, 0]


def test_of_two_alike_in_what_the_network_saw_one_is_written() -> None:
    # 3 pixels apart: alike beside the padded crops of 112 × 150 pixels, not beside the boxes of 60 × 120
    one = STANDING * (60, 120)
    poses = np.stack([one, one + 3]).astype(np.float32)
    boxes = np.array([[0, 0, 60, 120], [3, 3, 63, 123]], np.float32)
    scores = np.full((2, 17), 0.8, np.float32)
    written = picture_results(7, poses, scores, boxes, np.array([0.5, 1], np.float32), (192, 256))
    assert [record["score"] for record in written] == pytest.approx([0.8])
    assert len(oks_nms(poses, scores[:, 0], np.full(2, 60 * 120, np.float32))) == 2


def test_how_large_a_person_is_goes_by_the_annotated_area() -> None:
    person = np.array([[10, 10, 90, 110]], np.float32)
    nobody, area = np.zeros((0, 4), np.float32), np.array([500], np.float32)
    scene = Scene(Picture(Path("a.png")), 1, "test", 200, 120, person, nobody, area)
    stats = box_stats([scene], box_results(1, person, np.ones(1, np.float32)))
    assert stats["AP_S"] == pytest.approx(1)
    assert math.isnan(stats["AP_M"])
    assert math.isnan(stats["AP_L"])


def test_a_figure_of_nobody_is_no_figure_and_of_people_who_are_not_found_zero() -> None:
    person = np.array([[10, 10, 90, 110]], np.float32)
    nobody, area = np.zeros((0, 4), np.float32), np.array([500], np.float32)
    shown = Scene(Picture(Path("a.png")), 1, "test", 200, 120, person, nobody, area)
    empty = Scene(Picture(Path("b.png")), 2, "test", 200, 120, nobody, nobody, np.zeros(0, np.float32))
    stats = box_stats([shown, empty], [])
    assert (stats["AP"], stats["AP_S"], stats["AR100"]) == (0, 0, 0)
    assert math.isnan(stats["AP_L"])
    assert all(math.isnan(value) for value in box_stats([empty], []).values())
    assert all(math.isnan(value) for value in box_stats([empty], box_results(2, person, area)).values())
    poses = keypoint_stats([annotation(1, STANDING * (100, 240))], [])
    assert (poses["AP"], poses["AP_M"]) == (0, 0)
    assert math.isnan(poses["AP_L"])
    assert all(math.isnan(value) for value in keypoint_stats([], []).values())


def test_ignored_regions_make_boxes_neither_right_nor_wrong() -> None:
    person = np.array([[10, 10, 60, 110]], np.float32)
    crowd = np.array([[100, 0, 200, 120]], np.float32)
    scene = Scene(Picture(Path("a.png")), 1, "test", 200, 120, person, crowd, np.array([3000], np.float32))
    nobody = np.zeros((0, 4), np.float32)
    empty = Scene(Picture(Path("b.png")), 2, "test", 200, 120, nobody, nobody, np.zeros(0, np.float32))
    found = box_results(
        1, np.concatenate([crowd + np.array([10, 10, -20, -10]), person]), np.array([0.9, 0.5], np.float32)
    )
    assert box_stats([scene, empty], found)["AP50"] == pytest.approx(1)
    nowhere = box_results(1, np.full((1, 4), np.nan, np.float32), np.array([0.9], np.float32))
    assert box_stats([scene, empty], nowhere)["AP"] == 0
    # the same box in a picture where nobody is counts against the detector
    wrong = box_results(2, person, np.array([0.9], np.float32))
    assert box_stats([scene, empty], found + wrong)["AP50"] == pytest.approx(0.5)
