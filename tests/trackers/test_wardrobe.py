"""Clothes are remembered, and tell who somebody is as far as they were seen."""

from __future__ import annotations

import numpy as np
import pytest

from engine.types import U8, Poses
from tests.trackers.people import Dressed, picture, poses_at
from trackers.observations import Observations, Shapes, observe
from trackers.wardrobe import ClothesSettings, Wardrobe

RED, BLUE, GREY = (200, 30, 30), (30, 50, 200), (120, 120, 120)
NOBODY = Shapes(np.zeros((0, 17, 2), np.float32), np.zeros((0, 17), np.bool_), np.zeros((0, 4)), np.zeros(0))


def seen_of(poses: Poses) -> Observations:
    return observe(poses, least_score=0.2, most=10)


def after_looks(looks: int, *people: Dressed) -> Wardrobe:
    """A wardrobe that has seen these people so many times."""
    wardrobe = Wardrobe(ClothesSettings(), 17)
    wardrobe.join(len(people))
    seen = seen_of(poses_at(*[(x, y) for x, y, _ in people]))
    for index in range(looks):
        wardrobe.look(picture(*people), seen, np.arange(len(people)), NOBODY, 0.2 * index)
    return wardrobe


def odds(wardrobe: Wardrobe, one: int, other: int) -> float:
    return float(wardrobe.odds(np.array([one]), np.array([other]))[0][0, 0])


def test_the_same_clothes_speak_for_somebody_and_others_against() -> None:
    wardrobe = after_looks(3, (100, 200, RED), (300, 200, RED), (500, 200, BLUE))
    assert odds(wardrobe, 0, 1) > 3
    assert odds(wardrobe, 0, 2) < -5


def test_grey_tells_less_than_colours() -> None:
    coloured = odds(after_looks(3, (100, 200, RED), (300, 200, RED)), 0, 1)
    grey = odds(after_looks(3, (100, 200, GREY), (300, 200, GREY)), 0, 1)
    assert 0 < grey < 0.7 * coloured


def test_one_look_at_other_clothes_is_believed_less_than_many() -> None:
    people: tuple[Dressed, ...] = ((100, 200, RED), (300, 200, BLUE))
    assert odds(after_looks(5, *people), 0, 1) < odds(after_looks(1, *people), 0, 1) < -3


def test_what_was_never_seen_tells_nothing() -> None:
    wardrobe = after_looks(1, (100, 200, RED))
    wardrobe.join(1)
    assert odds(wardrobe, 0, 1) == 0
    assert wardrobe.odds(np.array([0]), np.array([1]))[1][0, 0] == 0


def test_one_wrong_look_does_not_change_what_is_known() -> None:
    wardrobe = after_looks(5, (100, 200, RED), (500, 200, RED))
    seen = seen_of(poses_at((100, 200)))
    wardrobe.look(picture((100, 200, BLUE)), seen, np.array([0]), NOBODY, 2.0)
    assert odds(wardrobe, 0, 1) > 3


def test_strangers_are_told_at_first_sight() -> None:
    wardrobe = after_looks(3, (100, 200, RED), (500, 200, BLUE))
    image, seen = picture((100, 200, BLUE), (500, 200, BLUE)), seen_of(poses_at((100, 200), (500, 200)))
    assert wardrobe.strangers(image, seen, np.array([0, 1]), NOBODY).tolist() == [True, False]


def test_an_heir_knows_what_was_known() -> None:
    wardrobe = after_looks(3, (100, 200, RED), (500, 200, RED))
    wardrobe.join(1)
    wardrobe.inherit(2, 0)
    assert odds(wardrobe, 1, 2) == pytest.approx(odds(wardrobe, 1, 0))


@pytest.mark.parametrize("per_frame", [1, 2])
def test_everybody_is_looked_at_in_turn(per_frame: int) -> None:
    wardrobe = Wardrobe(ClothesSettings(per_frame=per_frame), 17)
    wardrobe.join(4)
    people: list[Dressed] = [(100.0 + 180 * i, 200.0, RED) for i in range(4)]
    image: U8 = picture(*people)
    seen = seen_of(poses_at(*[(x, y) for x, y, _ in people]))
    for index in range(4 // per_frame):
        assert (wardrobe.rests.sum(axis=1) > 0).sum() == index * per_frame
        wardrobe.look(image, seen, np.arange(4), NOBODY, index / 30)
    assert (wardrobe.rests > 0).all()
