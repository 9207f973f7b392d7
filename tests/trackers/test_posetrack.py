"""PoseTrack's AP and per-joint MOTA on cases small enough to count by hand."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest

from engine.errors import UsageError
from engine.skeletons import COCO
from trackers.posetrack import columns, evaluate_posetrack
from trackers.posetrack_joints import JOINTS, in_posetrack_joints
from trackers.sequences import People, Sequence

HEAD = [0.0, 0.0, 30.0, 40.0]  # diagonal 50: head size 30, a joint is right within 15 px
BODY = np.stack([np.arange(15) * 40.0, np.arange(15) % 3 * 40.0], axis=1)  # joints far from each other


def someone(
    ids: list[int], offsets: list[float], scores: list[float] | None = None, *, ignore: tuple[np.ndarray, ...] = ()
) -> People:
    """People with all 15 joints `offsets` px to the right of `BODY`."""
    points = np.array([BODY + np.array([offset, 0.0]) for offset in offsets]).reshape(len(ids), 15, 2)
    marks = np.repeat(np.ones(len(ids)) if scores is None else np.array(scores), 15).reshape(len(ids), 15)
    boxes = np.zeros((len(ids), 4))
    return People.of(ids, boxes, points, marks, heads=[HEAD] * len(ids), ignore=ignore)


def video(*frames: People) -> Sequence:
    return Sequence("video", dict(enumerate(frames)), JOINTS, len(frames), complete=False)


def test_a_perfect_result() -> None:
    truth = video(someone([1, 2], [0.0, 1000.0]), someone([1, 2], [5.0, 990.0]))
    figures = evaluate_posetrack([(truth, truth)])
    for values in (figures.AP, figures.MOTA, figures.MOTP, figures.precision, figures.recall):
        assert values == pytest.approx(np.ones(15))
    assert columns(figures.MOTA)["Total"] == pytest.approx(1.0)


def test_a_joint_is_right_within_half_a_head_and_no_further() -> None:
    truth = video(someone([1], [0.0]))
    inside = evaluate_posetrack([(truth, video(someone([1], [15.0])))])
    np.testing.assert_allclose(inside.MOTA, np.ones(15), atol=1e-12)
    np.testing.assert_allclose(inside.MOTP, np.full(15, 0.5), atol=1e-12)  # half a head off
    outside = evaluate_posetrack([(truth, video(someone([1], [15.1])))])
    np.testing.assert_allclose(outside.MOTA, np.full(15, -1.0), atol=1e-12)  # a miss and a false alarm of each joint
    np.testing.assert_allclose(outside.AP, np.zeros(15), atol=1e-12)


def test_only_the_joint_that_is_wrong_is_blamed() -> None:
    found = someone([1], [0.0])
    found.keypoints[0, JOINTS.index("left_wrist")] += 100.0
    figures = evaluate_posetrack([(video(someone([1], [0.0])), video(found))])
    assert columns(figures.MOTA)["Wri"] == pytest.approx(0.0)  # the right wrist 1, the left −1
    assert columns(figures.MOTA)["Elb"] == pytest.approx(1.0)
    assert columns(figures.AP)["Total"] == pytest.approx(14 / 15)


def test_a_switch_costs_each_joint_once_also_after_frames_without() -> None:
    truth = video(*[someone([1], [0.0])] * 4)
    result = video(someone([7], [0.0]), someone([], []), someone([8], [0.0]), someone([8], [0.0]))
    figures = evaluate_posetrack([(truth, result)])
    assert figures.switches == pytest.approx(np.ones(15))
    np.testing.assert_allclose(figures.MOTA, np.full(15, 1 - 2 / 4), atol=1e-12)  # one miss, one switch


def test_poseval_leaves_the_last_frame_out_of_mota_but_not_out_of_ap() -> None:
    truth = video(*[someone([1], [0.0])] * 2)
    result = video(someone([1], [0.0]), someone([1], [500.0]))
    whole, quirk = evaluate_posetrack([(truth, result)]), evaluate_posetrack([(truth, result)], as_poseval=True)
    np.testing.assert_allclose(whole.MOTA, np.zeros(15), atol=1e-12)
    np.testing.assert_allclose(quirk.MOTA, np.ones(15), atol=1e-12)
    np.testing.assert_allclose(quirk.AP, whole.AP, atol=1e-12)


def test_average_precision_by_hand() -> None:
    # three people to find; sorted by score: right .9, wrong .8, right .7 → recall 1/3, 1/3, 2/3; precision 1, 1/2, 2/3
    truth = video(someone([1, 2, 3], [0.0, 1000.0, 2000.0]))
    result = video(someone([1, 2, 3], [0.0, 5000.0, 1000.0], [0.9, 0.8, 0.7]))
    figures = evaluate_posetrack([(truth, result)])
    np.testing.assert_allclose(figures.AP, np.full(15, 1 / 3 * 1 + 1 / 3 * 2 / 3), atol=1e-12)


def test_the_second_pose_on_a_person_is_a_false_alarm() -> None:
    truth = video(someone([1], [0.0]))
    result = video(
        someone([1, 2], [1.0, 2.0], [0.5, 0.9])
    )  # both near: the same share of joints right, the first stays
    figures = evaluate_posetrack([(truth, result)])
    np.testing.assert_allclose(figures.AP, np.full(15, 0.5), atol=1e-12)
    assert figures.false_alarms == pytest.approx(np.ones(15))


def test_leaving_weak_joints_out_raises_mota_and_lowers_ap() -> None:
    truth = video(someone([1, 2], [0.0, 1000.0]))
    result = video(someone([1, 2, 3], [0.0, 1000.0, 3000.0], [0.9, 0.3, 0.2]))
    every = evaluate_posetrack([(truth, result)])
    strict = evaluate_posetrack([(truth, result)], joint_threshold=0.25)
    stricter = evaluate_posetrack([(truth, result)], joint_threshold=0.5)
    assert (every.MOTA < strict.MOTA).all()
    assert (stricter.AP < every.AP).all()


def test_ignored_regions_and_frames_without_people_count_for_nothing() -> None:
    region = np.array([[900.0, -50.0], [1700.0, -50.0], [1700.0, 200.0], [900.0, 200.0]])
    truth = video(someone([1], [0.0], ignore=(region,)), someone([], []))
    result = video(someone([1, 2], [0.0, 1000.0]), someone([3], [0.0]))
    figures = evaluate_posetrack([(truth, result)])
    np.testing.assert_allclose(figures.MOTA, np.ones(15), atol=1e-12)
    np.testing.assert_allclose(figures.AP, np.ones(15), atol=1e-12)


def test_coco_poses_become_posetracks() -> None:
    rng = np.random.default_rng(0)
    points, scores = rng.uniform(0.0, 100.0, (1, 17, 2)), rng.uniform(0.2, 1.0, (1, 17))
    people = People.of([1], [[0, 0, 9, 9]], points, scores, confidence=[0.5])
    turned = in_posetrack_joints(Sequence("coco", {0: people}, COCO.keypoints, 1))
    got = dict(zip(turned.joints, turned.at(0).keypoints[0], strict=True))
    weight = dict(zip(turned.joints, turned.at(0).scores[0], strict=True))
    neck = (points[0, 5] + points[0, 6]) / 2
    assert got["left_knee"] == pytest.approx(points[0, 13])
    assert got["head_bottom"] == pytest.approx(neck)
    assert got["head_top"] == pytest.approx(2 * points[0, 0] - neck)
    assert weight["left_knee"] == pytest.approx(0.5 * scores[0, 13])
    assert weight["head_bottom"] == pytest.approx(0.5 * scores[0, 5:7].mean())
    assert weight["head_top"] == pytest.approx(scores[0, 5:7].mean())


def test_truth_without_heads_is_an_error_in_words() -> None:
    found = someone([1], [0.0])
    headless = People.of([1], found.boxes, found.keypoints, found.scores)
    with pytest.raises(UsageError, match="head"):
        evaluate_posetrack([(video(headless), video(found))])


def wanderers(seed: int) -> tuple[Sequence, Sequence]:
    """Three people so close that joints may be taken for each other's, ids that change, joints that are missing."""
    rng = np.random.default_rng(seed)
    truth, result = [], []
    for _ in range(8):
        true, found = rng.permutation(3)[: rng.integers(1, 4)], rng.permutation(3)[: rng.integers(0, 4)]
        names = rng.permutation(4)[: len(found)] if rng.random() < 0.3 else found
        for into, ids, places, spread in ((truth, true, true, 0.0), (result, names, found, 6.0)):
            people = someone(ids.tolist(), [8.0 * place for place in places])
            there = rng.random((len(ids), 15)) < 0.85
            people.scores[:] = there * rng.random((len(ids), 15))
            people.keypoints[:] += rng.normal(0.0, spread, people.keypoints.shape) if spread else 0.0
            into.append(people)
    return video(*truth), video(*result)


def counts_by_hand(truth: Sequence, result: Sequence, joint: int) -> list[int]:
    """Objects, misses, switches, false alarms of one joint: pairs kept first, the rest by trying every assignment."""
    last: dict[int, int] = {}
    objects = misses = switches = false_alarms = 0
    for frame in range(8):
        true, found = truth.at(frame), result.at(frame)
        if not (true.scores > 0).any():
            continue
        rows = [i for i in range(len(true)) if true.scores[i, joint] > 0]
        names = [j for j in range(len(found)) if found.scores[j, joint] > 0]
        apart = {
            (i, j): float(np.hypot(*(true.keypoints[i, joint] - found.keypoints[j, joint]))) / 30.0
            for i in rows
            for j in names
        }
        pairs = []
        for i in rows:
            for j in names:
                was = last.get(int(true.ids[i])) == int(found.ids[j])
                if was and apart[i, j] <= 0.5 and j not in {taken for _, taken in pairs}:
                    pairs.append((i, j))
        free, left = [i for i in rows if i not in dict(pairs)], [j for j in names if j not in {j for _, j in pairs}]
        best: list[tuple[int, int]] = []
        for choice in permutations([*left, *[-1] * len(free)], len(free)):
            tried = [(i, j) for i, j in zip(free, choice, strict=True) if j >= 0]
            if any(apart[pair] > 0.5 for pair in tried):
                continue
            if (-len(tried), sum(apart[pair] for pair in tried)) < (-len(best), sum(apart[pair] for pair in best)):
                best = tried
        for i, j in pairs + best:
            switches += last.get(int(true.ids[i]), int(found.ids[j])) != int(found.ids[j])
        for i, j in pairs + best:
            last[int(true.ids[i])] = int(found.ids[j])
        objects += len(rows)
        misses += len(rows) - len(pairs + best)
        false_alarms += len(names) - len(pairs + best)
    return [objects, misses, switches, false_alarms]


@pytest.mark.parametrize("seed", range(12))
def test_counts_of_each_joint_are_what_counting_by_hand_gives(seed: int) -> None:
    truth, result = wanderers(seed)
    figures = evaluate_posetrack([(truth, result)])
    for joint in range(15):
        counts = [figures.objects[joint], figures.misses[joint], figures.switches[joint], figures.false_alarms[joint]]
        assert counts == counts_by_hand(truth, result, joint)


def test_sequences_count_together() -> None:
    pairs = [wanderers(seed) for seed in range(4)]
    each, together = [evaluate_posetrack([pair]) for pair in pairs], evaluate_posetrack(pairs)
    assert together.objects == pytest.approx(sum(figures.objects for figures in each))
    assert together.switches == pytest.approx(sum(figures.switches for figures in each))
    assert together.switches.sum() > 20  # the cases are not all easy
