"""Repetitions by known movements; joints that jump, and gaps, count none."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from app.repetitions import calm, repetitions


def test_repetitions_are_the_large_bends_only():
    times = np.arange(0, 12, 1 / 30)
    knee = 5 + 45 * (1 - np.cos(2 * np.pi * times / 3)) + 4 * np.sin(40 * times)
    knee[100:104] = np.nan
    found = repetitions(knee, times)
    assert [squat.turn_s for squat in found] == pytest.approx([1.5, 4.5, 7.5, 10.5], abs=0.2)
    assert all(squat.start_s < squat.turn_s < squat.end_s for squat in found)
    assert found[1].high == pytest.approx(97, abs=4)
    assert repetitions(knee / 4, times) == []
    assert repetitions(knee[:30], times[:30]) == []  # down, not yet up again


def test_repetitions_of_a_series_that_begins_bent():
    values = [90.0, 50, 10, 5, 60, 95, 40, 3]
    found = repetitions(values, np.arange(8.0))
    assert [(squat.low, squat.high) for squat in found] == [(5, 95)]


@pytest.mark.parametrize("fps", [14, 25, 30, 60])
@pytest.mark.parametrize("each_s", [0.5, 0.7, 3])
def test_joints_that_jump_for_a_moment_are_no_repetitions_and_divide_none(fps, each_s):
    rng = np.random.default_rng(fps)
    times = np.arange(0, 12 * each_s + 0.2, 1 / fps)
    knee = 5 + 40 * (1 - np.cos(2 * np.pi * times / each_s))
    for begin in np.arange(1, times[-1], 1.7 * each_s):  # a frame, and more where they come fast
        jump = int(begin * fps) + np.arange(max(1, fps // 12))
        knee[jump[jump < len(knee)]] += rng.choice([-1, 1]) * rng.uniform(60, 90)
    found = repetitions(knee, times)
    assert len(found) == 12
    assert [each.turn_s for each in found] == pytest.approx(each_s * (np.arange(12) + 0.5), abs=0.1 + each_s / 10)


@given(
    values=arrays(np.float64, st.integers(0, 80), elements=st.floats(-180, 180) | st.just(np.nan)),
    fps=st.sampled_from([5, 10, 24, 30, 60]),
)
def test_repetitions_of_anything_follow_one_another_and_last(values, fps):
    found = repetitions(values, np.arange(len(values)) / fps)
    for each in found:
        assert each.start_s <= each.turn_s <= each.end_s
        assert each.end_s - each.start_s >= 0.25 - 0.002
        assert each.high - each.low >= 30
    assert all(one.end_s <= other.start_s for one, other in pairwise(found))


@given(
    bends_s=st.lists(st.sampled_from([0.8, 1.5, 2.0, 3.0]), min_size=1, max_size=6),
    marked=st.tuples(st.floats(-0.1, 1.1), st.floats(-0.1, 1.1)),
)
def test_those_of_a_range_are_the_bends_that_were_made_in_it(bends_s, marked):
    begins_s = np.cumsum([0.0, *bends_s])
    times = np.arange(0, begins_s[-1], 1 / 60)
    which = np.searchsorted(begins_s[1:-1], times, side="right")
    knee = 10 + 45 * (1 - np.cos(2 * np.pi * (times - begins_s[which]) / np.array(bends_s)[which]))
    tenth = np.arccos(0.8) / (2 * np.pi)  # of a bend, after which it has gone a tenth of its way
    edges = [
        (begin + tenth * length, begin + (1 - tenth) * length)
        for begin, length in zip(begins_s[:-1], bends_s, strict=True)
    ]
    first_s, last_s = sorted(share * begins_s[-1] for share in marked)
    assume(all(abs(edge - end) > 0.1 for edge in (first_s, last_s) for bend in edges for end in bend))

    found = repetitions(knee, times, within_s=(first_s, last_s))

    inside = [(start + end) / 2 for start, end in edges if first_s < start and end < last_s]
    assert [each.turn_s for each in found] == pytest.approx(inside, abs=0.15)


def test_a_swing_that_fills_a_range_is_counted_in_it():
    times = np.arange(0, 12, 1 / 30)
    knee = 45 * (1 - np.cos(2 * np.pi * times / 3)) + 4 * np.sin(40 * times)
    squat = repetitions(knee, times)[1]
    assert repetitions(knee, times, within_s=(squat.start_s, squat.end_s)) == [squat]
    later, earlier = squat.start_s + 1 / 30, squat.end_s - 1 / 30
    assert repetitions(knee, times, within_s=(later, squat.end_s)) == [], "it began before"
    assert repetitions(knee, times, within_s=(squat.start_s, earlier)) == [], "and ends after"


@pytest.mark.parametrize(("missing_s", "count"), [(0.3, 3), (0.8, 2)])
def test_no_repetition_goes_on_where_a_joint_is_not_seen_for_long(missing_s, count):
    times = np.arange(0, 6, 1 / 30)
    knee = 40 * (1 - np.cos(2 * np.pi * times / 2))
    away = np.abs(times - 3) < missing_s / 2  # at the bottom of the second
    knee[away] = np.nan
    assert len(repetitions(knee, times)) == count
    assert len(repetitions(knee[~away], times[~away])) == count, "nor where the whole person is not"


def test_of_seldom_frames_one_may_be_missing_in_a_repetition():
    values = [5.0, 60, np.nan, 5, 60, 95, 40, 3]
    assert len(repetitions(values, np.arange(8.0))) == 2


def test_what_is_calm_passes_over_single_frames_and_knows_no_more_than_there_is():
    times = np.arange(0, 4, 1 / 30)
    knee = 5 + 45 * (1 - np.cos(2 * np.pi * times / 2))
    found = knee.copy()
    found[[10, 11, 50]] += 90
    found[70:74] = np.nan
    found[90:] = np.nan
    medians = calm(found, times)
    np.testing.assert_array_equal(np.isnan(medians), np.isnan(found))
    np.testing.assert_allclose(medians[:70], knee[:70], atol=15)
    assert np.isnan(calm([np.nan, np.nan], [0, 1])).all()
    assert calm([7.0], [0.0]).tolist() == [7.0]
    assert calm([], []).tolist() == []
