"""Smoothing removes jitter, keeps motion, and never touches or hides what was measured."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.types import F64, Tracks
from tests.trackers.people import poses_at
from trackers.smoothing import LiveSmoother, OneEuro, Origin, Smoothed, butterworth, fill_gaps, savitzky_golay

RNG = np.random.default_rng(3)


def swing(times: F64, hz: float = 1.0) -> F64:
    """One joint that swings 100 px to and fro while it goes 50 px/s to the right, [T, 1, 2]."""
    return np.stack([50 * times + 100 * np.sin(2 * np.pi * hz * times), 200 + 0 * times], axis=1)[:, None]


OFFLINE = pytest.mark.parametrize("smooth", [savitzky_golay, butterworth])


@OFFLINE
def test_jitter_goes_and_motion_stays(smooth: object) -> None:
    times = np.arange(0, 4, 1 / 60)
    noisy = swing(times) + RNG.normal(0, 4, (len(times), 1, 2))
    given = noisy.copy()
    result: Smoothed = smooth(noisy, times)  # type: ignore[operator]
    middle = slice(20, -20)
    before = np.abs(noisy - swing(times))[middle].mean()
    after = np.abs(result.points - swing(times))[middle].mean()
    assert after < 0.7 * before
    np.testing.assert_array_equal(noisy, given)
    assert (result.origins == Origin.SEEN).all()


@OFFLINE
def test_nothing_is_delayed(smooth: object) -> None:
    times = np.arange(0, 4, 1 / 30)
    true = swing(times, hz=0.7)
    result: Smoothed = smooth(true, times)  # type: ignore[operator]
    errors = [np.abs(np.roll(result.points, shift, 0) - true)[15:-15].mean() for shift in range(-5, 6)]
    assert np.argmin(errors) == 5


@OFFLINE
def test_variable_frame_rate_is_smoothed_in_real_time(smooth: object) -> None:
    times = np.cumsum(RNG.uniform(0.02, 0.045, 150))
    noisy = swing(times, hz=0.5) + RNG.normal(0, 4, (150, 1, 2))
    result: Smoothed = smooth(noisy, times)  # type: ignore[operator]
    assert result.points.shape == noisy.shape
    inner = slice(15, -15)
    before, after = (np.abs(points - swing(times, 0.5))[inner].mean() for points in (noisy, result.points))
    assert after < 0.8 * before


@pytest.mark.parametrize("fps", [15, 25, 30, 60, 240])
def test_butterworth_halves_the_power_at_its_cut_off(fps: float) -> None:
    times = np.arange(0, 20, 1 / fps)
    assert gain(butterworth(wave(times, 6), times, cutoff_hz=6), times, 6) == pytest.approx(np.sqrt(0.5), abs=0.005)


def wave(times: F64, hz: float) -> F64:
    return np.stack([np.sin(2 * np.pi * hz * times), 0 * times], axis=1)[:, None]


def gain(result: Smoothed, times: F64, hz: float) -> float:
    """What is left of a wave's amplitude, away from the ends."""
    inner = slice(len(times) // 5, -len(times) // 5)
    turning = np.exp(-2j * np.pi * hz * times[inner])
    return float(2 * np.abs(np.mean(result.points[inner, 0, 0] * turning)))


@OFFLINE
@pytest.mark.parametrize("fps", [30, 60, 240])
def test_that_a_file_rounds_its_times_changes_next_to_nothing(smooth: object, fps: float) -> None:
    times = np.arange(0, 8, 1 / fps)
    points = wave(times, 4) * 100
    exact: Smoothed = smooth(points, times)  # type: ignore[operator]
    rounded: Smoothed = smooth(points, times.round(3))  # type: ignore[operator]
    np.testing.assert_allclose(rounded.points, exact.points, atol=0.05)


@pytest.mark.parametrize("fps", [24000 / 1001, 25, 30000 / 1001, 50, 60000 / 1001, 60, 120000 / 1001])
def test_a_piece_is_smoothed_as_the_whole_is_where_a_file_rounds_its_times(fps: float) -> None:
    times = np.round(np.arange(400) / fps, 3)
    points = np.random.default_rng(3).normal(0, 5, (400, 1, 2))
    whole = savitzky_golay(points, times).points
    for start in range(0, 300, 7):
        piece = slice(start, start + 44)
        alone = savitzky_golay(points[piece], times[piece]).points
        np.testing.assert_allclose(alone[16:-16], whole[piece][16:-16], atol=1e-6)


@pytest.mark.parametrize("hz", [1, 3, 6])
def test_a_variable_frame_rate_is_filtered_as_an_even_one(hz: float) -> None:
    even = np.arange(0, 10, 1 / 30)
    uneven = even + np.random.default_rng(8).uniform(-0.005, 0.005, len(even))
    expected = gain(butterworth(wave(even, hz), even), even, hz)
    assert gain(butterworth(wave(uneven, hz), uneven), uneven, hz) == pytest.approx(expected, abs=0.02)


@OFFLINE
def test_two_frames_at_nearly_one_time_do_not_throw_the_others(smooth: object) -> None:
    times = np.sort(np.append(np.arange(90) / 30, 1.0 + 1e-5))
    points = np.zeros((91, 1, 2))
    points[31] = 5.0
    result: Smoothed = smooth(points, times)  # type: ignore[operator]
    assert np.abs(result.points).max() <= 5.0


@OFFLINE
def test_who_stands_still_stays_there_however_the_frames_come(smooth: object) -> None:
    rng = np.random.default_rng(4)
    times = np.cumsum(np.tile([0.033, 0.033, 0.009, 0.19], 40))
    points = rng.normal(300, 1.5, (len(times), 1, 2))
    result: Smoothed = smooth(points, times)  # type: ignore[operator]
    assert np.abs(result.points - 300).max() <= np.abs(points - 300).max()
    assert (result.points - 300).std() < (points - 300).std()


@OFFLINE
@pytest.mark.parametrize(("fps", "gap_s"), [(5, 0.2), (30, 0.0)])
def test_who_was_away_for_a_frame_that_is_not_bridged_comes_back_where_he_is(
    smooth: object, fps: float, gap_s: float
) -> None:
    times = np.delete(np.arange(60) / fps, 30)
    points = np.where(times[:, None, None] < 30 / fps, 100.0, 180.0) * np.ones((1, 1, 2))
    settings = {} if smooth is savitzky_golay else {"cutoff_hz": fps / 5}
    result: Smoothed = smooth(points, times, longest_gap_s=gap_s, **settings)  # type: ignore[operator]
    np.testing.assert_allclose(result.points, points, atol=0.01)


@OFFLINE
def test_nothing_is_smoothed_across_a_time_without_frames(smooth: object) -> None:
    times = np.concatenate([np.arange(60), np.arange(105, 165)]) / 30
    points = np.stack([100 * times, 0 * times], axis=1)[:, None]
    points[60:, 0, 0] += 80  # he came back from somewhere else
    result: Smoothed = smooth(points, times)  # type: ignore[operator]
    np.testing.assert_allclose(result.points, points, atol=0.01)


@settings(max_examples=40, deadline=None)
@given(fps=st.sampled_from([24, 25, 30, 50, 60, 240]), start=st.integers(0, 10_000), rounded=st.booleans())
def test_a_gap_just_as_long_as_allowed_is_filled_wherever_it_is(fps: float, start: int, rounded: bool) -> None:
    missing = int(0.2 * fps + 1e-9) - 1
    times = (start + np.arange(missing + 4)) / fps
    points = np.zeros((len(times), 1, 2))
    points[2 : 2 + missing] = np.nan
    origins = fill_gaps(points, times.round(3) if rounded else times, longest_s=0.2)[1]
    assert (origins > 0).all()


def test_butterworth_refuses_a_cut_off_that_the_frame_rate_cannot_carry() -> None:
    times = np.arange(0, 4, 1 / 10)
    with pytest.raises(ValueError, match=r"6 Hz needs more than .* frames a second"):
        butterworth(swing(times), times, cutoff_hz=6)


@pytest.mark.parametrize("fps", [8, 10, 11.5])
def test_jitter_goes_where_a_window_would_hold_three_frames_only(fps: float) -> None:
    times = np.arange(0, 12, 1 / fps)
    noisy = swing(times, hz=0.3) + RNG.normal(0, 4, (len(times), 1, 2))
    result = savitzky_golay(noisy, times)
    before, after = (np.abs(points - swing(times, 0.3))[3:-3].mean() for points in (noisy, result.points))
    assert after < 0.8 * before


def test_frames_that_are_too_far_apart_for_quick_movement_are_smoothed_only_by_a_window_that_says_so() -> None:
    times = np.arange(0, 12, 1 / 5)
    noisy = swing(times, hz=0.3) + RNG.normal(0, 4, (len(times), 1, 2))
    np.testing.assert_array_equal(savitzky_golay(noisy, times).points, noisy)
    assert np.abs(savitzky_golay(noisy, times, window_s=1.0).points - noisy).mean() > 1


def test_short_gaps_are_filled_and_said_to_be_long_ones_stay() -> None:
    times = np.arange(30) / 30
    points = np.stack([10 * times, 20 * times], axis=1)[:, None]
    holes = points.copy()
    holes[5:8] = np.nan
    holes[15:27] = np.nan
    filled, origins = fill_gaps(holes, times, longest_s=0.2)
    np.testing.assert_allclose(filled[:15], points[:15])
    assert origins[5:8, 0].tolist() == [Origin.FILLED] * 3
    assert np.isnan(filled[15:27]).all()
    assert (origins[15:27] == Origin.MISSING).all()
    assert np.isnan(holes[5:8]).all(), "the raw ones were touched"


def test_gaps_are_measured_in_seconds() -> None:
    points = np.zeros((3, 1, 2))
    points[1] = np.nan
    assert fill_gaps(points, [0.0, 0.05, 0.1], longest_s=0.1)[1][1, 0] == Origin.FILLED
    assert fill_gaps(points, [0.0, 0.5, 1.0], longest_s=0.1)[1][1, 0] == Origin.MISSING


@OFFLINE
@pytest.mark.parametrize("frames", [0, 1, 2, 3, 4, 9])
def test_short_and_empty_sequences_pass(smooth: object, frames: int) -> None:
    times = np.arange(frames) / 30
    result: Smoothed = smooth(swing(times), times)  # type: ignore[operator]
    assert result.points.shape == (frames, 1, 2)
    assert np.isfinite(result.points).all()


@OFFLINE
def test_times_that_stand_still_are_refused(smooth: object) -> None:
    with pytest.raises(ValueError, match="strictly increasing"):
        smooth(np.zeros((3, 1, 2)), [0.0, 0.1, 0.1])  # type: ignore[operator]


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_missing_joints_stay_missing_and_no_others_vanish(seed: int) -> None:
    rng = np.random.default_rng(seed)
    times = np.cumsum(rng.uniform(0.01, 0.1, 40))
    points = rng.normal(0, 50, (40, 3, 2))
    points[rng.random((40, 3)) < 0.3] = np.nan
    filled, origins = fill_gaps(points, times, longest_s=0.2)
    result = savitzky_golay(points, times, longest_gap_s=0.2)
    np.testing.assert_array_equal(np.isfinite(result.points).all(axis=2), origins > 0)
    np.testing.assert_array_equal(np.isfinite(filled).all(axis=2), origins > 0)


def test_one_euro_calms_what_is_still_and_keeps_up_with_what_is_fast() -> None:
    times = np.arange(0, 3, 1 / 30)
    still = 100 + RNG.normal(0, 3, (len(times), 1, 2))
    calm = OneEuro()
    out = np.array([calm.step(point, time) for point, time in zip(still, times, strict=True)])
    assert out[30:].std() < 0.5 * still[30:].std()
    fast = np.stack([800 * times, 0 * times], axis=1)[:, None]
    prompt = OneEuro()
    out = np.array([prompt.step(point, time) for point, time in zip(fast, times, strict=True)])
    assert np.abs(out - fast)[30:].max() < 800 * 0.04  # less than 40 ms behind


def test_one_euro_takes_real_time_and_gaps() -> None:
    one = OneEuro(forget_s=0.5)
    point = np.array([[10.0, 10.0], [20.0, 20.0]])
    one.step(point, 0.0)
    half = point.copy()
    half[1] = np.nan
    assert np.isnan(one.step(half, 0.1)[1]).all()
    far = point + np.array([[0, 0], [500, 500]])
    np.testing.assert_allclose(one.step(far, 1.0)[1], far[1])  # found again elsewhere: starts anew, does not glide
    with pytest.raises(ValueError, match="time must go forward"):
        one.step(point, 1.0)


def test_live_smoothing_goes_by_person() -> None:
    smoother = LiveSmoother()
    for index in range(30):
        poses = poses_at((100, 200), (500, 200))
        ids = np.array([1, 2] if index % 2 else [2, 1])  # rows change places, people do not
        noisy = poses.keypoints[ids - 1] + RNG.normal(0, 3, poses.keypoints.shape).astype(np.float32)
        tracks = Tracks(type(poses)(noisy, poses.scores, poses.boxes[ids - 1]), ids, np.arange(2))
        smooth = smoother.step(tracks, index / 30, least_score=0.3)
        if index > 15:
            assert np.abs(smooth - poses.keypoints[ids - 1]).mean() < np.abs(noisy - poses.keypoints[ids - 1]).mean()


def test_a_joint_that_was_hidden_is_where_it_is_found_again_and_its_guesses_are_steady_too() -> None:
    smoother, rng, wrist = LiveSmoother(), np.random.default_rng(5), 9
    poses, raw, shown = poses_at((300, 200)), [], []
    for index in range(60):
        keypoints = poses.keypoints + rng.normal(0, 1, poses.keypoints.shape).astype(np.float32)
        scores = poses.scores.copy()
        if 20 <= index < 34:  # hidden: the network guesses, beside the body
            keypoints[0, wrist] += np.array([150, 0]) + rng.normal(0, 10, 2)
            scores[0, wrist] = 0.1
        tracks = Tracks(type(poses)(keypoints, scores, poses.boxes), np.array([1]), np.array([0]))
        raw.append(keypoints[0, wrist])
        shown.append(smoother.step(tracks, index / 30, least_score=0.3)[0, wrist])
    off = np.linalg.norm(shown - poses.keypoints[0, wrist], axis=1)
    assert off[34:].max() < 3  # it does not glide back from where it was guessed
    assert off[26:34].min() > 100  # as guessed, not held where it was seen last
    assert np.abs(np.diff(shown[22:34], axis=0)).mean() < 0.6 * np.abs(np.diff(raw[22:34], axis=0)).mean()
