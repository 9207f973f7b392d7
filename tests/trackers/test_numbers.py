"""Numbers go back to whom they belong, at once where that is clear, a little later where it is not."""

from __future__ import annotations

import numpy as np

from engine.types import Poses
from tests.trackers.people import Dressed, picture, poses_at
from trackers.oks import OksTracker

RED, BLUE, GREEN = (200, 30, 30), (30, 50, 200), (40, 150, 60)


def step(tracker: OksTracker, time_s: float, *people: Dressed, veiled: bool = False) -> dict[float, int]:
    """The number at each x; `veiled`: people whose joints are not seen well enough to show their clothes."""
    poses = poses_at(*[(x, y) for x, y, _ in people], score=0.45 if veiled else 0.8) if people else Poses.empty()
    tracks = tracker.update(poses, time_s, picture(*people))
    return {people[row][0]: who for who, row in zip(tracks.ids.tolist(), tracks.rows.tolist(), strict=True)}


def run(tracker: OksTracker, begin_s: float, for_s: float, *people: Dressed, veiled: bool = False) -> dict[float, int]:
    """The same for some seconds in which nobody moves; the last numbers."""
    for index in range(round(30 * for_s)):
        numbers = step(tracker, begin_s + index / 30, *people, veiled=veiled)
    return numbers


def test_who_was_hidden_has_his_number_at_first_sight() -> None:
    tracker = OksTracker()
    run(tracker, 0, 2, (200, 200, RED), (600, 200, BLUE))
    run(tracker, 2, 1, (600, 200, BLUE))
    assert step(tracker, 3, (205, 200, RED), (600, 200, BLUE)) == {205: 1, 600: 2}


def test_somebody_else_in_his_place_gets_a_number_of_his_own() -> None:
    tracker = OksTracker()
    run(tracker, 0, 2, (200, 200, RED))
    run(tracker, 2, 1)
    assert run(tracker, 3, 0.5, (205, 200, GREEN)) == {205: 2}


def test_two_who_come_up_in_each_others_place_are_told_by_their_clothes() -> None:
    tracker = OksTracker()
    run(tracker, 0, 2, (300, 200, RED), (360, 200, BLUE))
    run(tracker, 2, 1)
    assert run(tracker, 3, 0.3, (305, 200, BLUE), (365, 200, RED)) == {305: 2, 365: 1}


def test_a_mistake_is_mended_when_the_clothes_are_seen() -> None:
    """Blue comes up, unclear, where Red should; then both are seen."""
    tracker = OksTracker()
    run(tracker, 0, 2, (300, 200, RED), (390, 200, BLUE))
    run(tracker, 2, 1)
    taken = run(tracker, 3, 0.6, (315, 200, BLUE), veiled=True)
    assert taken == {315: 1}
    assert run(tracker, 3.6, 0.5, (315, 200, BLUE)) == {315: 2}
    assert run(tracker, 4.1, 0.5, (315, 200, BLUE), (380, 200, RED)) == {315: 2, 380: 1}


def test_a_number_taken_by_mistake_is_there_for_its_owner() -> None:
    """Green, whom nobody knows, comes up unclear in Red's place; Red himself comes up a little later, beside him."""
    tracker = OksTracker()
    run(tracker, 0, 2, (300, 200, RED))
    run(tracker, 2, 0.5)
    assert run(tracker, 2.5, 0.5, (310, 200, GREEN), veiled=True) == {310: 1}
    assert run(tracker, 3, 1.0, (310, 200, GREEN), (370, 200, RED)) == {310: 2, 370: 1}


def test_who_may_be_back_waits_a_moment_for_his_number_and_burns_none() -> None:
    tracker = OksTracker()
    run(tracker, 0, 2, (300, 200, RED), (360, 200, BLUE))
    run(tracker, 2, 2)
    assert step(tracker, 4, (330, 200, BLUE), veiled=True) == {}  # either may be meant
    shown = [step(tracker, 4 + index / 30, (330, 200, BLUE)) for index in range(1, 10)]
    assert shown[-1] == {330: 2}
    assert all(numbers in ({}, {330: 2}) for numbers in shown)
    assert step(tracker, 5, (330, 200, BLUE), (650, 200, GREEN))[650] == 3


def test_doubt_ends() -> None:
    """After two seconds a number stays, come what may: clothes change when somebody takes off his jacket."""
    tracker = OksTracker()
    run(tracker, 0, 2, (300, 200, RED))
    run(tracker, 2, 0.5)
    run(tracker, 2.5, 3, (305, 200, RED))
    assert run(tracker, 5.5, 1, (305, 200, BLUE)) == {305: 1}


def test_a_number_out_of_sight_is_in_the_hands_of_one_only() -> None:
    """Whatever comes up, and however unclear it is, no number is there twice, and new ones follow each other."""
    rng = np.random.default_rng(3)
    tracker, highest = OksTracker(), 0
    for index in range(300):
        there = [(x, 200.0, colour) for x, colour in ((250, RED), (310, BLUE), (370, RED)) if rng.random() < 0.7]
        for who in (numbers := step(tracker, index / 15, *there, veiled=bool(rng.random() < 0.5))).values():
            assert who <= highest + 3
            highest = max(highest, who)
        assert len(set(numbers.values())) == len(numbers)
    assert highest <= 6
