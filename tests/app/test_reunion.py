"""Who is whom in two analyses of one frame."""

from __future__ import annotations

import numpy as np

from app.reunion import same_people
from engine.types import Boxes, Poses, Tracks

BESIDE, MIDDLE, CLOSE = [75.0, 0, 175, 300], [100.0, 0, 200, 300], [130.0, 0, 230, 300]


def in_boxes(people: dict[int, list[float]]) -> Tracks:
    boxes = Boxes.of(np.reshape(list(people.values()), (-1, 4)), np.ones(len(people)))
    poses = Poses.of(np.zeros((len(people), 17, 2)), np.ones((len(people), 17)), boxes)
    return Tracks(poses, np.array(list(people), np.int64), np.arange(len(people)))


def test_who_has_the_very_same_box_in_both_is_not_given_to_the_two_found_in_one_only() -> None:
    # IoU: the same 1.0, his neighbours and he 0.60 and 0.54: two fair pairs would be more than the one right one
    assert same_people(in_boxes({1: BESIDE, 2: MIDDLE}), in_boxes({12: MIDDLE, 13: CLOSE})) == [(2, 12)]


def test_two_side_by_side_who_both_moved_a_little_are_both_known_again() -> None:
    moved = {12: [105.0, 0, 205, 300], 11: [80.0, 0, 180, 300]}
    assert same_people(in_boxes({1: BESIDE, 2: MIDDLE}), in_boxes(moved)) == [(1, 11), (2, 12)]


def test_nobody_is_known_where_one_saw_nobody() -> None:
    assert same_people(in_boxes({}), in_boxes({1: BESIDE})) == same_people(in_boxes({1: BESIDE}), in_boxes({})) == []
