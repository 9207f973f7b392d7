"""Left and right taken for each other for a moment are found; whoever moves fast or crosses his legs is left alone."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.skeletons import COCO, HALPE, MPII, Skeleton
from engine.types import F64, Bools
from trackers.sides import LONGEST_S, Exchange, limbs_of, long_exchanges, short_exchanges

FPS = 30.0
LEG = ("hip", "knee", "ankle")


def walker(times: F64, *, strides_s: float = 0.9, size: float = 100.0, noise: float = 1.0) -> F64:
    """Somebody who walks through the picture, seen from the side: [T, 17, 2]; his torso is `size` pixels long."""

    def beside(place: F64, right: float, down: float) -> F64:
        return place + size * np.array([right, down])

    joints = np.zeros((len(times), len(COCO), 2))
    hips = np.stack([100 + 1.6 * size * times, 300 + 0 * times], axis=1)
    for sign, side in ((1, "left"), (-1, "right")):
        swing = sign * 0.5 * np.sin(2 * np.pi * strides_s * times)
        bend = 0.3 * (1 + sign * np.cos(2 * np.pi * strides_s * times))
        down = np.stack([np.sin(swing), np.cos(swing)], axis=1)
        below = np.stack([np.sin(swing - bend), np.cos(swing - bend)], axis=1)
        shoulder = beside(hips, 0, -1)
        places = {
            "hip": beside(hips, 0.05 * sign, 0),
            "knee": hips + 0.8 * size * down,
            "ankle": hips + 0.8 * size * (down + below),
            "shoulder": beside(shoulder, 0.05 * sign, 0),
            "elbow": shoulder + 0.5 * size * (down * [-1, 1]),
            "wrist": shoulder + 0.5 * size * (down * [-1.8, 1.6]),
            "eye": beside(shoulder, 0.15, -0.3),
            "ear": beside(shoulder, 0, -0.3),
        }
        for part, place in places.items():
            joints[:, COCO.keypoints.index(f"{side}_{part}")] = place
    joints[:, 0] = beside(hips, 0.2, -1.25)
    return joints + np.random.default_rng(1).normal(0, noise, joints.shape)


def exchanged(points: F64, parts: tuple[str, ...], first: int, last: int, skeleton: Skeleton = COCO) -> F64:
    turned = points.copy()
    for left, right in skeleton.pairs_of(*parts):
        turned[first : last + 1, [left, right]] = points[first : last + 1, [right, left]]
    return turned


def put_back(points: F64, found: list[Exchange]) -> F64:
    back = points.copy()
    for (left, right), first, last in ((one.pair, one.first, one.last) for one in found):
        back[first : last + 1, [left, right]] = points[first : last + 1, [right, left]]
    return back


def apart(points: F64, parts: tuple[str, ...], size: float = 100.0) -> Bools:
    """On which frames the joints of each pair are plainly apart, [T, pairs]."""
    pairs = COCO.pairs_of(*parts)
    return np.stack([np.linalg.norm(points[:, a] - points[:, b], axis=1) > 0.2 * size for a, b in pairs], axis=1)


@settings(deadline=None, max_examples=60)
@given(
    first=st.integers(15, 120),
    frames=st.integers(1, 6),
    parts=st.sampled_from([LEG, ("knee", "ankle"), ("ankle",), ("knee",), ("shoulder", "elbow", "wrist"), ("wrist",)]),
    size=st.sampled_from([20.0, 100.0, 400.0]),
)
def test_a_moment_of_exchanged_limbs_is_found(first: int, frames: int, parts: tuple[str, ...], size: float) -> None:
    times = np.arange(160) / FPS
    true = walker(times, size=size, noise=size / 100)
    wrong = exchanged(true, parts, first, first + frames - 1)
    right_again = put_back(wrong, short_exchanges(wrong, times, COCO))
    for (left, _), plain in zip(COCO.pairs_of(*parts), apart(true, parts, size).T, strict=True):
        np.testing.assert_array_equal(right_again[plain, left], true[plain, left])


@settings(deadline=None, max_examples=30)
@given(strides_s=st.floats(0.3, 1.5), fps=st.sampled_from([24.0, 30.0, 60.0, 120.0]), noise=st.floats(0, 3))
def test_who_walks_or_runs_is_left_as_he_is(strides_s: float, fps: float, noise: float) -> None:
    times = np.arange(0, 5, 1 / fps)
    assert short_exchanges(walker(times, strides_s=strides_s, noise=noise), times, COCO) == []


@settings(deadline=None, max_examples=20)
@given(
    first=st.integers(20, 90),
    factor=st.floats(0.2, 8),
    shift=st.floats(-3000, 3000),
    later_s=st.floats(0, 1e5),
)
def test_neither_size_nor_place_nor_the_time_of_day_matters(
    first: int, factor: float, shift: float, later_s: float
) -> None:
    times = np.arange(130) / FPS
    wrong = exchanged(walker(times), LEG, first, first + 3)
    assert short_exchanges(wrong * factor + shift, times + later_s, COCO) == short_exchanges(wrong, times, COCO)


def test_long_ones_are_left_alone_since_somebody_may_have_turned_round() -> None:
    times = np.arange(150) / FPS
    wrong = exchanged(walker(times), LEG, 50, 100)
    assert all(times[one.last] - times[one.first] <= LONGEST_S for one in short_exchanges(wrong, times, COCO))
    kept = put_back(wrong, short_exchanges(wrong, times, COCO))
    np.testing.assert_array_equal(kept[60:90], wrong[60:90])


@pytest.mark.parametrize("fps", [4.0, 5.0, 12.0, 240.0])
def test_cameras_as_slow_as_they_come_and_fast_ones_are_understood(fps: float) -> None:
    times = np.arange(0, 8, 1 / fps)
    true = walker(times, strides_s=0.4)
    plain = np.flatnonzero(apart(true, ("ankle",))[:, 0])
    frames = max(1, round(0.1 * fps))
    wrong = true.copy()
    for first in plain[plain > 4 * frames][:: 8 * frames][:-1].tolist():
        wrong = exchanged(wrong, LEG, first, first + frames - 1)
    ankle = COCO.keypoints.index("left_ankle")
    again = put_back(wrong, short_exchanges(wrong, times, COCO))
    still, before = ((points[plain, ankle] != true[plain, ankle]).any(1).sum() for points in (again, wrong))
    assert before >= 3
    assert still <= 0.2 * before


def test_no_knee_is_put_back_whose_ankle_stays_exchanged_since_it_was_so_for_too_long() -> None:
    times = np.arange(150) / FPS
    wrong = exchanged(exchanged(walker(times), ("knee",), 60, 63), ("ankle",), 60, 74)
    assert not [one for one in short_exchanges(wrong, times, COCO) if 58 <= one.first <= 76]


def test_of_somebody_at_a_desk_the_arms_are_told() -> None:
    times = np.arange(120) / FPS
    true = walker(times)
    for pair in COCO.pairs_of("shoulder"):  # from the front
        true[:, pair[0], 0], true[:, pair[1], 0] = true[:, pair[0], 0] + 35, true[:, pair[1], 0] - 35
    for left, right in COCO.pairs_of("hip", "knee", "ankle"):
        true[:, [left, right]] = np.nan
    arm = ("shoulder", "elbow", "wrist")
    wrong = exchanged(true, arm, 50, 52)
    again = put_back(wrong, short_exchanges(wrong, times, COCO))
    shoulder = COCO.keypoints.index("left_shoulder")
    assert (wrong[50:53, shoulder] != true[50:53, shoulder]).all()
    np.testing.assert_array_equal(again[:, shoulder], true[:, shoulder])


def test_joints_that_all_lie_on_one_place_are_borne() -> None:
    times = np.arange(40) / FPS
    assert short_exchanges(np.full((40, 17, 2), 100.0), times, COCO) == []


def test_a_limb_with_a_joint_put_in_place_by_hand_stays_as_it_is() -> None:
    times = np.arange(100) / FPS
    arm = ("shoulder", "elbow", "wrist")
    wrong = exchanged(exchanged(walker(times), ("knee", "ankle"), 50, 52), arm, 50, 52)
    fixed = np.zeros(wrong.shape[:2], np.bool_)
    fixed[50:53, COCO.keypoints.index("left_knee")] = True
    pairs = {one.pair for one in short_exchanges(wrong, times, COCO, fixed=fixed)}
    assert pairs
    assert pairs <= set(COCO.pairs_of(*arm))


def test_joints_not_found_are_borne() -> None:
    times = np.arange(120) / FPS
    wrong = exchanged(walker(times), LEG, 50, 53)
    wrong[30:40, COCO.keypoints.index("left_knee")] = np.nan
    wrong[70, COCO.keypoints.index("left_hip")] = np.nan
    wrong[:, COCO.keypoints.index("left_wrist")] = np.nan
    right_again = put_back(wrong, short_exchanges(wrong, times, COCO))
    ankle = COCO.keypoints.index("left_ankle")
    np.testing.assert_array_equal(right_again[45:58, ankle], walker(times)[45:58, ankle])


@pytest.mark.parametrize("count", [0, 1, 2, 3])
def test_few_frames_tell_nothing(count: int) -> None:
    times = np.arange(count) / FPS
    assert short_exchanges(walker(times), times, COCO) == []
    assert short_exchanges(np.full((count, 17, 2), np.nan), times, COCO) == []


def test_a_joint_that_hides_goes_with_the_rest_of_its_limb() -> None:
    times = np.arange(120) / FPS
    true = walker(times)
    ankles = COCO.pairs_of("ankle")[0]
    true[41:50, ankles[1]] = np.nan
    wrong = exchanged(true, LEG, 43, 46)
    found = short_exchanges(wrong, times, COCO)
    np.testing.assert_array_equal(put_back(wrong, found)[43:47, ankles], true[43:47, ankles])
    alone = exchanged(true, ("ankle",), 43, 46)
    assert short_exchanges(alone, times, COCO) == [], "alone it tells nothing"


def test_of_who_is_seen_the_wrong_way_round_every_other_moment_nothing_is_put_back() -> None:
    times = np.arange(150) / FPS
    wrong = walker(times)
    for first in range(45, 100, 8):
        wrong = exchanged(wrong, LEG, first, first + 3)
    wrong = exchanged(wrong, LEG, 20, 22)
    assert {one.first for one in short_exchanges(wrong, times, COCO)} == {20}


def test_who_puts_a_knee_where_it_was_found_has_no_frames_around_exchanged_for_it() -> None:
    times = np.arange(100) / FPS
    true = walker(times)
    fixed = np.zeros(true.shape[:2], np.bool_)
    fixed[50, COCO.keypoints.index("left_knee")] = True
    assert short_exchanges(exchanged(true, LEG, 50, 50), times, COCO, fixed=fixed) == []


@settings(deadline=None, max_examples=80)
@given(
    first=st.integers(10, 120),
    frames=st.integers(2, 10),
    within=st.floats(0, 1),
    parts=st.sampled_from([LEG, ("knee", "ankle"), ("ankle",)]),
    noise=st.floats(0, 3),
)
def test_one_frame_of_a_moment_put_right_by_hand_changes_the_sides_of_no_other_frame(
    first: int, frames: int, within: float, parts: tuple[str, ...], noise: float
) -> None:
    times = np.arange(150) / FPS
    wrong = exchanged(walker(times, noise=noise), parts, first, first + frames - 1)
    before = short_exchanges(wrong, times, COCO)
    frame = first + round(within * (frames - 1))
    there = [one.pair for one in before if one.first <= frame <= one.last]
    corrected, fixed = wrong.copy(), np.zeros(wrong.shape[:2], np.bool_)
    for left, right in there:
        corrected[frame, [left, right]] = wrong[frame, [right, left]]
        fixed[frame, [left, right]] = True
    once, after = put_back(wrong, before), put_back(corrected, short_exchanges(corrected, times, COCO, fixed=fixed))
    for (left, _), plain in zip(COCO.pairs_of(*parts), apart(wrong, parts).T, strict=True):
        np.testing.assert_array_equal(after[plain, left], once[plain, left])


def test_what_a_long_exchange_by_hand_leaves_at_its_ends_is_put_back() -> None:
    times = np.arange(150) / FPS
    true = walker(times)
    wrong = exchanged(exchanged(true, LEG, 40, 90), LEG, 43, 87)  # the second by hand
    fixed = np.zeros(wrong.shape[:2], np.bool_)
    fixed[43:88, np.ravel(COCO.pairs_of(*LEG))] = True
    again = put_back(wrong, short_exchanges(wrong, times, COCO, fixed=fixed))
    for (left, _), plain in zip(COCO.pairs_of(*LEG), apart(true, LEG).T, strict=True):
        np.testing.assert_array_equal(again[plain, left], true[plain, left])


def test_ankles_put_in_place_by_hand_tell_on_which_legs_they_are_on_the_frames_beside() -> None:
    times = np.arange(100) / FPS
    wrong = exchanged(walker(times), LEG, 50, 54)
    ankles = COCO.pairs_of("ankle")[0]
    before = put_back(wrong, short_exchanges(wrong, times, COCO))
    assert (before[50:55, ankles] != wrong[50:55, ankles]).any(axis=(1, 2)).all()
    dragged, fixed = wrong.copy(), np.zeros(wrong.shape[:2], np.bool_)
    dragged[52, ankles], fixed[52, ankles] = wrong[52, ankles[::-1]], True
    after = put_back(dragged, short_exchanges(dragged, times, COCO, fixed=fixed))
    np.testing.assert_array_equal(after[:, ankles], before[:, ankles])
    np.testing.assert_array_equal(after[52], dragged[52])


def test_across_a_long_pause_nothing_is_told() -> None:
    times = np.concatenate([np.arange(60), np.arange(200, 203), np.arange(400, 460)]) / FPS
    wrong = exchanged(walker(times), LEG, 60, 62)
    assert short_exchanges(wrong, times, COCO) == []


def test_feet_go_with_their_ankles() -> None:
    times = np.arange(100) / FPS
    true = np.zeros((len(times), len(HALPE), 2))
    true[:, :17] = walker(times)
    for part, off in (("big_toe", (20, 5)), ("small_toe", (18, 6)), ("heel", (-8, 6))):
        for (left, right), ankles in zip(HALPE.pairs_of(part), HALPE.pairs_of("ankle"), strict=True):
            true[:, left], true[:, right] = true[:, ankles[0]] + off, true[:, ankles[1]] + off
    true[:, 17:20] = true[:, [0, 5, 11]]
    feet = ("ankle", "heel", "big_toe", "small_toe")
    wrong = exchanged(true, feet, 50, 52, HALPE)
    assert {one.pair for one in short_exchanges(wrong, times, HALPE)} == set(HALPE.pairs_of(*feet))


def test_skeletons_with_other_joints_have_what_limbs_they_name() -> None:
    assert [len(limb) for limb in limbs_of(MPII)] == [3, 3]
    headless = replace(COCO, keypoints=tuple(f"point_{n}" for n in range(17)))
    assert limbs_of(headless) == ()
    times = np.arange(50) / FPS
    assert short_exchanges(walker(times), times, headless) == []


@settings(deadline=None, max_examples=20)
@given(strides_s=st.floats(0.5, 1.6), noise=st.floats(0.0, 3.0), frames=st.integers(0, 160))
def test_nobody_is_asked_about_legs_that_were_never_exchanged(strides_s: float, noise: float, frames: int) -> None:
    times = np.arange(frames) / FPS
    assert not long_exchanges(walker(times, strides_s=strides_s, noise=noise), times, COCO)


@pytest.mark.parametrize(("first", "last"), [(35, 50), (40, 64), (70, 82)])
def test_legs_exchanged_for_long_are_told(first: int, last: int) -> None:
    times = np.arange(160) / FPS
    wrong = exchanged(walker(times), LEG, first, last)
    (run,) = long_exchanges(wrong, times, COCO)
    assert {one.pair for one in run} == set(COCO.pairs_of(*LEG))
    assert min(one.first for one in run) == pytest.approx(first, abs=2)
    assert max(one.last for one in run) == pytest.approx(last, abs=2)
