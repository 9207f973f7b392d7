"""Place, size and time tell who came up as a person would."""

from __future__ import annotations

import numpy as np
import pytest

from engine.types import Boxes, Poses
from tests.trackers.people import poses_at
from trackers.lifecycle import Lives
from trackers.motion import Bodies, MotionSettings
from trackers.observations import Observations, observe
from trackers.resemblance import stiffness_for
from trackers.returns import ReturnSettings, odds_of_return

MOTION = MotionSettings()


def seen_at(x: float, y: float = 200.0, height: float = 200.0) -> Observations:
    return observe(poses_at((x, y), height=height), least_score=0.2, most=10)


def odds(x: float, y: float = 200.0, height: float = 200.0, *, unseen_s: float = 1.0, speed: float = 0.0) -> float:
    """Log odds that somebody who comes up at (x, y) is he who was followed for two seconds at `speed` px/s, and was
    lost at x = 300 `unseen_s` ago."""
    begin = seen_at(300 - 2 * speed)
    bodies, lives = Bodies.born(begin, MOTION), Lives.born(begin.scores, begin.qualities, begin.posed, 0.0)
    who, yes = np.array([0]), np.array([True])
    for index in range(1, 61):
        bodies.advance(1 / 30, MOTION)
        seen = seen_at(300 + speed * (index / 30 - 2))
        bodies.correct(who, seen, yes, stiffness_for(17), MOTION)
        lives.observed(who, seen.scores, seen.qualities, yes, index / 30, looked=True)
    bodies.advance(unseen_s, MOTION)
    found = seen_at(x, y, height)
    bodies.join(Bodies.born(found, MOTION))
    lives.join(Lives.born(found.scores, found.qualities, found.posed, 2 + unseen_s))
    return float(odds_of_return(bodies, lives, who, np.array([1]), 2 + unseen_s, ReturnSettings())[0, 0])


def test_nobody_is_likelier_than_who_comes_up_where_he_was() -> None:
    assert odds(300) > 2
    assert odds(300) > odds(360) > odds(500) > odds(900)
    assert odds(900) < -5


def test_the_longer_unseen_the_less_is_sure() -> None:
    near = [odds(300, unseen_s=seconds) for seconds in (0.2, 1.0, 3.0, 10.0)]
    assert near == sorted(near, reverse=True)
    assert near[-1] < 0
    assert odds(500, unseen_s=3.0) > odds(500, unseen_s=1.0)  # in the meantime he can have got there


def test_who_walks_may_have_walked_on_or_stopped_but_hardly_turned_round() -> None:
    on, stopped, back = (odds(x, speed=150.0) for x in (450, 300, 150))
    assert on > 1
    assert stopped > 1
    assert back < min(on, stopped) - 2


def test_people_keep_to_their_height_in_the_picture_and_their_size() -> None:
    assert odds(340) > odds(300, 240) + 0.5
    assert odds(300) > odds(300, height=160) + 1


def test_half_of_a_pose_is_not_half_a_person() -> None:
    begin = seen_at(300)
    half = poses_at((300, 200))
    scores = half.scores.copy()
    scores[:, 11:] = 0.0  # the legs are hidden
    boxes = half.boxes.xyxy.copy()
    boxes[:, 3] = 200
    part = observe(Poses(half.keypoints, scores, Boxes(boxes, half.boxes.scores)), least_score=0.2, most=9)
    bodies = Bodies.born(begin, MOTION)
    bodies.join(Bodies.born(part, MOTION))
    lives = Lives.born(begin.scores, begin.qualities, begin.posed, 0.0)
    lives.seen_s[:] = 2.0
    lives.join(Lives.born(part.scores, part.qualities, part.posed, 2.5))
    found = float(odds_of_return(bodies, lives, np.array([0]), np.array([1]), 2.5, ReturnSettings())[0, 0])
    assert found == pytest.approx(odds(300, unseen_s=0.5), abs=0.7)


def test_who_leaves_at_a_border_comes_back_there_whenever_he_likes() -> None:
    begin, back = seen_at(20), seen_at(20)
    bodies = Bodies.born(begin, MOTION)
    bodies.velocities[:] = [-150.0, 0.0]
    bodies.unseen_s[:] = 3.0
    bodies.join(Bodies.born(back, MOTION))
    lives = Lives.born(begin.scores, begin.qualities, begin.posed, 0.0)
    lives.seen_s[:] = 2.0
    lives.join(Lives.born(back.scores, back.qualities, back.posed, 5.0))
    without = odds_of_return(bodies, lives, np.array([0]), np.array([1]), 5.0, ReturnSettings())[0, 0]
    lives.edges[:, 0] = True
    at_border = odds_of_return(bodies, lives, np.array([0]), np.array([1]), 5.0, ReturnSettings())[0, 0]
    assert at_border > without


def test_nobody_is_in_two_places_at_once() -> None:
    one, other = seen_at(300), seen_at(320)
    bodies = Bodies.born(one, MOTION)
    bodies.join(Bodies.born(other, MOTION))
    lives = Lives.born(one.scores, one.qualities, one.posed, 0.0)
    lives.seen_s[:] = 3.0
    lives.join(Lives.born(other.scores, other.qualities, other.posed, 2.0))  # came up while the first was still seen
    assert odds_of_return(bodies, lives, np.array([0]), np.array([1]), 4.0, ReturnSettings())[0, 0] == -np.inf
