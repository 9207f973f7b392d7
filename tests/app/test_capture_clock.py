"""The times at which frames of a stream were captured, by the clock on the wall."""

from __future__ import annotations

import pytest

from app.results import Result, Timings
from app.streams.messages import CaptureClock
from engine.types import Frame, Tracks
from tests.app.synthetic import picture


class Clocks:
    """The one on the wall and the steady one, which stand still: looking at both takes no time."""

    wall_s, steady_s = 1.8e9, 5e6

    def time(self) -> float:
        return self.wall_s

    def monotonic(self) -> float:
        return self.steady_s


@pytest.fixture
def clocks(monkeypatch: pytest.MonkeyPatch) -> Clocks:
    standing = Clocks()
    monkeypatch.setattr("app.streams.messages.time", standing)
    return standing


def test_captured_times_are_those_of_the_quickest_frame_however_late_others_come_through(clocks):
    clock = CaptureClock()
    delays = [0.08, 0.02, 0.3, 0.05, 0.9]
    told = []
    for index, delay in enumerate(delays):
        finished_s = clocks.steady_s - 100 + index + delay
        result = Result(
            Frame(picture(0), index, float(index)), Tracks.empty(), Timings(0, 0, 0, 0), finished_s,
        )  # fmt: skip
        told.append(clock.captured_s(result) - (clocks.wall_s - 100 + index))
    assert told[0] == pytest.approx(0.08, abs=2e-3)
    assert told[1:] == pytest.approx([0.02] * 4, abs=2e-3)


def test_captured_times_follow_when_the_clock_on_the_wall_is_set(clocks):
    clock = CaptureClock()
    taken_s = clocks.steady_s - 1e6
    told = []
    for index, step in enumerate([0.0, 0.0, 3600.0, 0.0, -7200.0, 0.0]):
        clocks.wall_s += step
        at_s = taken_s + 1e5 * index  # a day and some between two
        finished_s = at_s + (0.02 if index == 0 else 0.3)
        told.append(clock.captured_s(Result(
            Frame(picture(0), index, 1e5 * index), Tracks.empty(), Timings(0, 0, 0, 0), finished_s,
        )) - (at_s + clocks.wall_s - clocks.steady_s))  # fmt: skip
    assert told == pytest.approx([0.02] + [0.3] * 5, abs=2e-3)


def test_captured_times_are_right_again_soon_after_the_cameras_time_went_on_otherwise(clocks):
    """As after a loss: its times run a second behind this machine's from then on."""
    clock = CaptureClock()
    late_s = []
    for index in range(200):
        taken_s = index / 10
        time_s = taken_s - (1.0 if taken_s > 5 else 0.0)
        result = Result(
            Frame(picture(0), index, time_s), Tracks.empty(), Timings(0, 0, 0, 0), clocks.steady_s + taken_s
        )
        late_s.append(clocks.wall_s + taken_s - clock.captured_s(result))
    assert late_s[155:] == pytest.approx([0.0] * 45, abs=2e-3)
