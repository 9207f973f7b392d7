"""The overlay: what a person sees of the people found."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from app.overlay import PALETTE, Style, Trails, draw, person_colour
from engine.skeletons import MPII
from engine.types import Boxes, Poses, Tracks


def one_person(person_id: int = 1, score: float = 0.9, offset: float = 0.0) -> Tracks:
    """A person who stands upright in a 200 × 300 picture."""
    x = [100, 104, 96, 110, 90, 120, 80, 130, 70, 135, 65, 112, 88, 113, 87, 114, 86]
    y = [50, 46, 46, 50, 50, 80, 80, 115, 115, 150, 150, 160, 160, 210, 210, 260, 260]
    points = np.stack([x, y], axis=1)[None].astype(np.float32) + offset
    boxes = Boxes.of([[60 + offset, 35 + offset, 140 + offset, 270 + offset]], [0.8])
    poses = Poses.of(points, np.full((1, 17), score), boxes)
    return Tracks(poses, np.array([person_id]), np.array([0]))


def grey() -> np.ndarray:
    return np.full((300, 200, 3), 90, np.uint8)


def test_draws_on_a_copy():
    picture = grey()
    drawn = draw(picture, one_person())
    assert (picture == 90).all()
    assert (drawn != 90).any()


def test_nobody_leaves_the_picture_as_it_is():
    picture = grey()
    assert (draw(picture, Tracks.empty()) == picture).all()


def test_a_limb_has_the_persons_colour_at_its_middle():
    drawn = draw(grey(), one_person(person_id=2), Style(ids=False, line_width=3))
    shoulders = drawn[80, 100]  # the line from shoulder to shoulder belongs to neither side
    assert tuple(shoulders) == PALETTE[1]


def test_left_and_right_are_told_apart():
    drawn = draw(grey(), one_person(), Style(ids=False, by_limb=True)).astype(int)
    left_thigh, right_thigh = drawn[185, 112], drawn[185, 88]
    assert left_thigh[0] > left_thigh[2] + 60  # warm
    assert right_thigh[2] > right_thigh[0] + 60  # cold


def test_joints_below_the_threshold_are_not_drawn():
    unsure = one_person(score=0.25)
    assert (draw(grey(), unsure, Style(ids=False))[60:250, 65:135] == 90).all()
    assert (draw(grey(), unsure, Style(ids=False, min_score=0.2))[60:250, 65:135] != 90).any()


def test_somebody_without_sure_joints_is_shown_by_his_box():
    drawn = draw(grey(), one_person(person_id=3, score=0.1), Style(ids=False))
    assert np.abs(drawn[150, 60].astype(int) - PALETTE[2]).max() < 30  # antialiasing may pale a thin line


def test_black_hides_the_picture():
    drawn = draw(grey(), one_person(), Style(black=True))
    assert (drawn[290, 5] == 0).all()


@pytest.mark.parametrize("style", [Style(boxes=True), Style(names=True), Style(scores=True), Style(ids=True)])
def test_every_switch_shows(style: Style):
    plain = draw(grey(), one_person(), Style(ids=False))
    assert (draw(grey(), one_person(), style) != plain).any()


def test_trails_follow_and_fade():
    trails = Trails(seconds=1.0)
    for step in range(40):
        trails.add(one_person(offset=step), step / 10)
    line = trails.lines()[1]
    assert 10 <= len(line) <= 11  # one second at ten frames a second
    assert line[-1][0] == pytest.approx(139)
    trails.add(Tracks.empty(), 9.0)
    assert trails.lines() == {}


def test_a_seek_backwards_does_not_draw_the_future():
    trails = Trails(seconds=1.0)
    trails.add(one_person(), 5.0)
    trails.add(one_person(), 2.0)
    assert len(trails.lines()[1]) == 1


def test_the_first_hundred_ids_have_visible_colours():
    colours = [person_colour(person_id) for person_id in range(1, 101)]
    assert len(set(colours[: 3 * len(PALETTE)])) == 3 * len(PALETTE)
    assert all(max(colour) > 100 for colour in colours)


@settings(max_examples=60, deadline=None)
@given(
    points=arrays.arrays(np.float32, (2, 17, 2), elements=st.floats(width=32, allow_nan=True, allow_infinity=True)),
    box=arrays.arrays(np.float32, (2, 4), elements=st.floats(-1e6, 1e6, width=32)),
    size=st.tuples(st.integers(1, 40), st.integers(1, 40)),
)
def test_any_coordinates_can_be_drawn(points: np.ndarray, box: np.ndarray, size: tuple[int, int]):
    tracks = Tracks(
        Poses(points, np.ones((2, 17), np.float32), Boxes(box, np.ones(2, np.float32))), np.array([1, 9]), np.arange(2)
    )
    picture = np.zeros((*size, 3), np.uint8)
    style = Style(boxes=True, names=True, scores=True)
    assert draw(picture, tracks, style).shape == picture.shape


def test_the_last_people_of_a_network_of_other_joints_keep_their_number_alone():
    captioned = Style(names=True, scores=True)
    drawn = draw(grey(), one_person(), captioned, skeleton=MPII)
    assert (drawn[140:270] == 90).all()
    assert (drawn[:60] != 90).any()
