"""What times pictures of a stream get, whatever the sender's clock and the network do."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.types import F64
from engine.video.clock import Clock

STEP_S = 0.04
CLOCKS_S = st.none() | st.floats(-1e6, 1e6) | st.floats(0, 2)


def times_of(clocks_s: F64, came_s: F64) -> F64:
    """Of the pictures of one connection."""
    clock = Clock()
    stamps = zip(clocks_s.tolist(), came_s.tolist(), strict=True)
    return np.array([clock.stamp(sent, came, first=k == 0) for k, (sent, came) in enumerate(stamps)])


def held(sent_s: F64, *, at_s: float, for_s: float) -> F64:
    """When pictures come that a network passes on at once, but those of a while after `at_s` together."""
    is_held = (sent_s >= at_s) & (sent_s < at_s + for_s)
    return np.where(is_held, at_s + for_s, sent_s) + 1e-4 * np.arange(len(sent_s))


@given(st.lists(st.tuples(CLOCKS_S, st.floats(0, 100), st.booleans()), min_size=1))
def test_times_grow_from_zero_whatever_the_clocks_say(arrivals: list[tuple[float | None, float, bool]]) -> None:
    clock, now_s, times_s = Clock(), 1e5, []
    for clock_s, waited_s, first in arrivals:
        now_s += waited_s
        times_s.append(clock.stamp(clock_s, now_s, first=first or not times_s))
    assert times_s[0] == 0
    assert (np.diff(times_s) > 0.9e-3).all()


@given(at_s=st.floats(0, 9), for_s=st.floats(0, 5), zero_s=st.floats(-1e5, 1e5))
def test_pictures_that_come_late_and_together_are_as_far_apart_as_the_sender_says(
    at_s: float, for_s: float, zero_s: float
) -> None:
    sent_s = np.arange(0, 15, STEP_S)
    times_s = times_of(sent_s + zero_s, held(sent_s, at_s=at_s, for_s=for_s))
    np.testing.assert_allclose(np.diff(times_s), STEP_S, rtol=2e-3)


@given(drift=st.floats(-0.05, 0.05))
def test_a_clock_that_goes_wrong_is_followed_without_steps(drift: float) -> None:
    came_s = np.arange(0, 200, STEP_S)
    times_s = times_of(came_s * (1 + drift), came_s)
    np.testing.assert_allclose(np.diff(times_s), STEP_S, rtol=1.1 * abs(drift) + 1e-6)
    np.testing.assert_allclose(times_s, came_s, atol=45 * abs(drift) + 1e-6)


@given(offset_s=st.floats(1.5, 1e5) | st.floats(-1e5, -0.05))
def test_a_clock_that_is_set_moves_no_time(offset_s: float) -> None:
    came_s = np.arange(0, 20, STEP_S)
    times_s = times_of(came_s + np.where(came_s > 8, offset_s, 0.0), came_s)
    np.testing.assert_allclose(times_s, came_s, atol=1e-3)


def test_pictures_that_the_network_lost_are_no_jump_of_the_clock() -> None:
    """It stands still for three seconds, passes on what it kept of the first, and then what comes."""
    sent_s = np.arange(0, 15, STEP_S)
    came_s = held(sent_s, at_s=6, for_s=3)
    kept = (sent_s < 7) | (sent_s >= 9)
    np.testing.assert_allclose(times_of(sent_s[kept], came_s[kept]), sent_s[kept], atol=0.01)


def test_after_a_loss_time_goes_on_by_this_machines_clock() -> None:
    clock = Clock()
    stamps = [(500.0, 0.0, True), (500.04, 0.05, False), (7.0, 12.0, True), (7.04, 12.1, False)]
    times_s = [clock.stamp(clock_s, now_s, first=first) for clock_s, now_s, first in stamps]
    assert times_s == pytest.approx([0, 0.04, 12, 12.04], abs=1e-3)


def test_a_sender_that_stood_still_for_long_leaves_a_gap() -> None:
    clock = Clock()
    times_s = [clock.stamp(k * 5.0, k * 5.0 + (60 if k > 3 else 0), first=k == 0) for k in range(8)]
    assert times_s == pytest.approx([0, 5, 10, 15, 80, 85, 90, 95])


@given(kept_s=st.floats(0, 8), losses=st.integers(1, 3))
def test_a_sender_that_begins_anew_with_what_it_kept_goes_at_its_own_pace_afterwards(
    kept_s: float, losses: int
) -> None:
    clock, sent_s, begun_s, lead_s = Clock(), np.arange(0, 20, STEP_S), 0.0, []
    for loss in range(1 + losses):
        came_s = begun_s + np.maximum(sent_s - kept_s, 0)
        stamps = zip((sent_s + 77.0 * loss).tolist(), came_s.tolist(), strict=True)
        times_s = np.array([clock.stamp(sent, came, first=k == 0) for k, (sent, came) in enumerate(stamps)])
        later = times_s[came_s > begun_s + 0.1]
        np.testing.assert_allclose(np.diff(later), STEP_S, rtol=1e-2)
        lead_s.append(times_s[-1] - came_s[-1])
        begun_s = came_s[-1] + 3.0
    assert max(lead_s) - min(lead_s) < 0.3, "nor does it run ahead by more with every loss"
