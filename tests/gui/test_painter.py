"""The pictures that the window shows: small ones are drawn at the size of the view, with all at its place."""

from __future__ import annotations

import numpy as np
import pytest
from PyQt6.QtGui import QImage
from pytestqt.qtbot import QtBot

from app.changes import Rename
from app.edits import Edits
from app.gui import events
from app.gui.enlarging import ENOUGH_PIXELS
from app.gui.moment import Moment
from app.gui.painter import paint
from app.gui.video_view import VideoView
from app.results import FrameRecord
from app.style import Style, person_colour
from engine.heat import Heat
from engine.types import Boxes, Frame, Poses, Tracks

SIZE = (426, 240)
JOINT = (200.0, 150.0)


def somebody(x: float = JOINT[0], shown: int = 1) -> Tracks:
    """All joints but `shown` are unknown, and the box is a point."""
    scores = np.zeros((1, 17), np.float32)
    scores[0, 5 : 5 + shown] = 0.9
    points = np.full((1, 17, 2), (x, JOINT[1]), np.float32)
    boxes = Boxes.of([[x - 8, JOINT[1] - 60, x + 8, JOINT[1] + 20]], [0.9])
    return Tracks(Poses.of(points, scores, boxes), np.array([2]), np.array([0]))


def shown(view_size: tuple[int, int] | None, style: Style, **how: object) -> events.Picture:
    frame = Frame(np.full((SIZE[1], SIZE[0], 3), 90, np.uint8), 0, 1.0)
    moment = Moment(frame, FrameRecord(0, 1.0, somebody()))
    pace = events.Pace(0.0, 1.0, None, None, 0)
    return paint(moment, style, Edits(), session=0, pace=pace, view_size=view_size, **how)  # type: ignore[arg-type]


def middle(picture: np.ndarray) -> np.ndarray:
    """Of what is drawn, in parts of the picture."""
    rows, columns = np.nonzero((picture != 90).any(axis=2))
    return (np.array([columns.mean(), rows.mean()]) + 0.5) / picture.shape[1::-1]


BARE = Style(ids=False)


@pytest.mark.parametrize(
    ("view_size", "drawn_at"),
    [
        ((1278, 900), (1278, 720)),
        ((2130, 1200), (2130, 1200)),
        ((600, 338), SIZE),  # hardly larger
        (None, SIZE),
        ((213, 120), (213, 120)),
    ],
)
def test_a_small_picture_is_drawn_at_the_size_it_is_shown_at(
    view_size: tuple[int, int] | None, drawn_at: tuple[int, int]
) -> None:
    picture = shown(view_size, BARE)
    assert picture.image.shape[1::-1] == drawn_at
    assert picture.size == SIZE
    assert picture.tracks is not None
    assert picture.tracks.poses.keypoints[0, 5].tolist() == list(JOINT)


def test_a_view_enlarged_beyond_a_screen_costs_no_more_than_a_large_picture() -> None:
    height, width = shown((SIZE[0] * 16, SIZE[1] * 16), BARE).image.shape[:2]
    assert height * width == pytest.approx(ENOUGH_PIXELS, rel=0.01)


def test_people_stay_where_they_are() -> None:
    small, large = (middle(shown(size, BARE).image) for size in (None, (1278, 720)))
    assert large == pytest.approx(small, abs=0.5 / SIZE[0])


def test_lines_are_not_blocks() -> None:
    colour = person_colour(2)
    image = shown((1278, 720), Style(ids=False, skeleton=False, boxes=True)).image
    line = (np.abs(image.astype(int) - colour).max(axis=2) < 8)[300]  # a row through both sides of the box
    assert 2 <= line.sum() <= 6


def test_trails_and_heat_are_enlarged_too() -> None:
    lately = [FrameRecord(step, (step + 1) / 30, somebody(100 + step)) for step in range(30)]
    way = Style(ids=False, skeleton=False, trails=True)
    small, large = (middle(shown(size, way, lately=lately).image) for size in (None, (1278, 720)))
    assert large == pytest.approx(small, abs=0.5 / SIZE[0])

    bump = np.zeros((1, 9, 9), np.float32)
    bump[0, 4, 4] = 1.0
    heat = Heat(bump, np.array([[[2.0, 0.0, 100.0], [0.0, 2.0, 50.0]]]))
    hidden = Style(ids=False, skeleton=False)
    small, large = (middle(shown(size, hidden, heat=heat).image) for size in (None, (1278, 720)))
    assert large == pytest.approx(small, abs=0.5 / SIZE[0])
    assert small == pytest.approx((np.array([108, 58]) + 0.5) / SIZE, abs=0.5 / SIZE[0])


def test_the_corners_of_the_person_chosen_leave_his_name_readable(qtbot: QtBot) -> None:
    rng = np.random.default_rng(0)
    points = rng.uniform((195, 80), (230, 200), (1, 17, 2)).astype(np.float32)
    somebody = Poses.of(points, np.ones((1, 17)), Boxes.of([[190, 60, 235, 205]], [0.9]))
    moment = Moment(
        Frame(np.full((SIZE[1], SIZE[0], 3), 90, np.uint8), 0, 1.0),
        FrameRecord(0, 1.0, Tracks(somebody, np.array([2]), np.array([0]))),
    )
    edits, pace = Edits((Rename(2, "Anna-Katharina Miller"),)), events.Pace(0.0, 1.0, None, None, 0)
    view = VideoView()
    qtbot.addWidget(view)
    view.resize(*SIZE)
    view.show_picture(paint(moment, Style(skeleton=False), edits, session=0, pace=pace))

    def seen() -> np.ndarray:
        image = view.grab().toImage().convertToFormat(QImage.Format.Format_RGB888)
        rows = np.frombuffer(image.constBits().asarray(image.sizeInBytes()), np.uint8).reshape(image.height(), -1)
        return rows[:, : 3 * image.width()].reshape(image.height(), image.width(), 3).astype(int)

    before = seen()
    view.choose(2)
    rows, columns = np.nonzero(np.abs(seen() - before).max(axis=2) > 8)
    assert len(rows), "the corners"
    name = (np.abs(before - person_colour(2)).max(axis=2) < 8).nonzero()
    assert columns.min() > name[1].min(), "the name is wider than he is"
    assert rows.min() > name[0].max()
