"""Signatures tell clothes apart and look only at what can be seen."""

from __future__ import annotations

import numpy as np
import pytest

from engine.types import F32, F64, U8
from tests.trackers.people import poses_at
from trackers.appearance import LENGTH, Wardrobe, body_of, likeness, signatures

BODY = body_of(17)
PEOPLE = poses_at((100, 150), (300, 150))
BOXES: F64 = PEOPLE.boxes.xyxy.astype(np.float64)


def dressed(*colours: tuple[int, int, int]) -> U8:
    image = np.full((300, 420, 3), 128, np.uint8)
    for box, colour in zip(BOXES.astype(int), colours, strict=True):
        image[max(box[1], 0) : box[3], box[0] : box[2]] = colour
    return image


def looked_at(image: U8, boxes: F64 = BOXES) -> tuple[F32, F32]:
    assert BODY is not None
    return signatures(image, PEOPLE.keypoints, PEOPLE.scores, BODY, np.arange(2), boxes)


def test_the_same_colours_are_alike_and_others_are_not() -> None:
    looks, rests = looked_at(dressed((200, 30, 30), (30, 40, 180)))
    again, rests_again = looked_at(dressed((190, 36, 33), (36, 44, 170)))  # the light has changed a little
    alike, compared = likeness(looks, rests, again, rests_again)
    assert (compared == 1).all()
    assert alike.diagonal().min() > 0.9
    assert alike[0, 1] < 0.4
    assert alike[1, 0] < 0.4


def test_what_somebody_nearer_covers_is_not_looked_at() -> None:
    before = BOXES.copy()
    before[1] = [BOXES[0, 0] - 5, BOXES[0, 1], BOXES[0, 2] + 5, BOXES[0, 3] + 20]
    _, rests = looked_at(dressed((200, 30, 30), (30, 40, 180)), before)
    assert rests[0].tolist() == [0, 0]
    assert rests[1].min() > 0.9


def test_without_joints_or_outside_the_picture_nothing_is_seen() -> None:
    assert BODY is not None
    image = dressed((200, 30, 30), (30, 40, 180))
    none = signatures(image, PEOPLE.keypoints, 0 * PEOPLE.scores, BODY, np.arange(2), BOXES)
    away = signatures(image, PEOPLE.keypoints + 9000, PEOPLE.scores, BODY, np.arange(2), BOXES)
    for looks, rests in (none, away):
        assert looks.shape == (2, LENGTH)
        assert not looks.any()
        assert not rests.any()
    alike, compared = likeness(*none, *looked_at(image))
    assert not alike.any()
    assert not compared.any()


def test_only_known_skeletons_have_a_body() -> None:
    assert body_of(16) is not None
    assert body_of(0) is None
    assert body_of(5) is None


def test_a_wardrobe_averages_what_it_sees() -> None:
    wardrobe = Wardrobe.of(2)
    looks, rests = looked_at(dressed((200, 30, 30), (30, 40, 180)))
    for time_s in range(5):
        wardrobe.note(np.arange(2), looks, rests, float(time_s))
    np.testing.assert_allclose(wardrobe.looks, looks, atol=1e-6)
    assert wardrobe.looks[0, :49].sum() == pytest.approx(1, abs=1e-5)
    swapped = looks[::-1].copy()
    wardrobe.note(np.arange(2), swapped, rests, 5.0)  # one look in the wrong place does not change it much
    assert likeness(wardrobe.looks, wardrobe.rests, looks, rests)[0].diagonal().min() > 0.85
