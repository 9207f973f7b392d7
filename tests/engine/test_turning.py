"""Which way up people are, told by their torsos, and their boxes in pictures turned upright."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.skeletons import COCO, SKELETONS, Skeleton
from engine.turning import quarter_turns, turned

SURE = np.ones((1, len(COCO)), np.float32)


def leaning(angle_deg: float, skeleton: Skeleton = COCO) -> np.ndarray:
    """Somebody whose torso points so far clockwise from up: keypoints float32 [1, K, 2]."""
    up = np.array([np.sin(np.deg2rad(angle_deg)), -np.cos(np.deg2rad(angle_deg))])
    across = np.array([-up[1], up[0]])
    points = np.zeros((1, len(skeleton), 2), np.float32)
    for side, sign in (("left", 1), ("right", -1)):
        points[0, skeleton.keypoints.index(f"{side}_hip")] = 300 + sign * 15 * across
        points[0, skeleton.keypoints.index(f"{side}_shoulder")] = 300 + 90 * up + sign * 20 * across
    return points


@pytest.mark.parametrize("skeleton", SKELETONS.values(), ids=lambda skeleton: skeleton.name)
@pytest.mark.parametrize(
    ("angle", "turns"), [(0, 0), (50, 0), (-50, 0), (60, 1), (90, 1), (130, 1), (140, 2), (180, 2), (-140, 2), (-90, 3)]
)
def test_the_nearest_quarter_turn_leads_back(angle: float, turns: int, skeleton: Skeleton) -> None:
    sure = np.ones((1, len(skeleton)), np.float32)
    assert quarter_turns(leaning(angle, skeleton), sure, skeleton).tolist() == [turns]


def test_a_torso_that_nobody_sees_points_nowhere() -> None:
    assert quarter_turns(leaning(90), 0.1 * SURE, COCO).tolist() == [0]
    assert quarter_turns(np.ones((1, 17, 2), np.float32), SURE, COCO).tolist() == [0]
    for none in (np.nan, np.inf):
        assert quarter_turns(np.full((1, 17, 2), none, np.float32), SURE, COCO).tolist() == [0]
    assert quarter_turns(np.zeros((0, 17, 2), np.float32), SURE[:0], COCO).tolist() == []


side = st.floats(1, 500)


@given(x=st.floats(-100, 2000), y=st.floats(-100, 2000), w=side, h=side, turns=st.integers(0, 3))
def test_a_box_turned_keeps_its_middle_and_changes_its_sides(
    x: float, y: float, w: float, h: float, turns: int
) -> None:
    box, by = np.array([[x, y, x + w, y + h]]), np.array([turns])
    there = turned(box, by)
    np.testing.assert_allclose(there[0, :2] + there[0, 2:], box[0, :2] + box[0, 2:], atol=1e-6)
    np.testing.assert_allclose(there[0, 2:] - there[0, :2], (h, w) if turns % 2 else (w, h), atol=1e-6)
    np.testing.assert_allclose(turned(there, by), box, atol=1e-6)
