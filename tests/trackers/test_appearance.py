"""Signatures tell clothes apart and look only at what can be seen."""

from __future__ import annotations

import numpy as np

from engine.types import F32, U8, Poses
from tests.trackers.people import poses_at, together
from trackers.appearance import LENGTH, body_of, coloured, likeness, signatures
from trackers.observations import Observations, Shapes, observe

PEOPLE = poses_at((100, 150), (300, 150))
RED, BLUE = (200, 30, 30), (30, 40, 180)


def seen_of(poses: Poses) -> Observations:
    return observe(poses, least_score=0.2, most=10)


def shapes_of(seen: Observations) -> Shapes:
    return Shapes(seen.points, seen.weights > 0, seen.boxes, seen.sizes)


def dressed(*colours: tuple[int, int, int]) -> U8:
    image = np.full((300, 420, 3), 128, np.uint8)
    for box, colour in zip(PEOPLE.boxes.xyxy.astype(int), colours, strict=True):
        image[max(box[1], 0) : box[3], box[0] : box[2]] = colour
    return image


def looked_at(image: U8, poses: Poses = PEOPLE, hiders: Poses = PEOPLE) -> tuple[F32, F32]:
    seen, body = seen_of(poses), body_of(17)
    assert body is not None
    return signatures(image, seen, seen.weights, body, shapes_of(seen_of(hiders)))


def test_the_same_colours_are_alike_and_others_are_not() -> None:
    looks, rests = looked_at(dressed(RED, BLUE))
    again, _ = looked_at(dressed((190, 36, 33), (36, 44, 170)))  # the light has changed a little
    alike = likeness(looks, again)
    assert (rests == 1).all()
    assert alike[[0, 1], [0, 1]].min() > 0.9
    assert alike[0, 1].max() < 0.4
    assert alike[1, 0].max() < 0.4


def test_what_somebody_nearer_hides_is_not_looked_at() -> None:
    behind, before = poses_at((100, 150)), poses_at((100, 160), height=220)
    _, rests = looked_at(dressed(RED, BLUE), together(behind, before), together(behind, before))
    nearer, farther = rests  # from left to right, and the box of the taller begins further left
    assert farther.max() < 0.4
    assert nearer.min() > 0.9


def test_only_the_body_of_somebody_nearer_hides_not_his_box() -> None:
    behind, before = poses_at((100, 150)), poses_at((160, 160), height=220)  # the boxes overlap by a third
    _, rests = looked_at(dressed(RED, BLUE), behind, together(behind, before))
    assert rests.min() > 0.9


def test_of_somebody_nearer_without_a_pose_the_whole_box_hides() -> None:
    box_only = poses_at((100, 160), height=220, score=0.1)
    _, rests = looked_at(dressed(RED, BLUE), poses_at((100, 150)), box_only)
    assert not rests.any()


def test_without_joints_or_outside_the_picture_nothing_is_seen() -> None:
    image = dressed(RED, BLUE)
    none = looked_at(image, Poses(PEOPLE.keypoints, 0 * PEOPLE.scores, PEOPLE.boxes))
    away = looked_at(image, Poses(PEOPLE.keypoints + 9000, PEOPLE.scores, PEOPLE.boxes))
    for looks, rests in (none, away):
        assert looks.shape == (2, LENGTH)
        assert not looks.any()
        assert not rests.any()
    assert not likeness(none[0], looked_at(image)[0]).any()


def test_red_is_a_colour_and_grey_is_none() -> None:
    looks, _ = looked_at(dressed(RED, (90, 90, 92)))
    assert coloured(looks)[0].min() > 0.9
    assert coloured(looks)[1].max() < 0.1


def test_only_known_skeletons_have_a_body() -> None:
    assert body_of(16) is not None
    assert body_of(0) is None
    assert body_of(5) is None
