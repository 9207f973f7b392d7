"""The small parts without a window: mailbox, lanes, tempo, clock, people table."""

from __future__ import annotations

import itertools
import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PyQt6.QtCore import QRect, Qt
from PyQt6.QtGui import QImage
from PyQt6.QtWidgets import QApplication
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from app.gui.frame_times import FrameTimes
from app.gui.lanes import Lanes, LaneView, PersonLane, Runs
from app.gui.mailbox import Mailbox
from app.gui.people_model import PeopleModel
from app.gui.tempo import Tempo
from app.gui.timeline import GAP, GROOVE, LANE, MARGIN, MOST_ROWS, Timeline, clock, rows


def test_the_newest_wins_and_one_wake_is_enough() -> None:
    wakes: list[int] = []
    box: Mailbox[int] = Mailbox(lambda: wakes.append(1))
    for item in range(5):
        box.put(item)
    assert (box.take(), box.take(), len(wakes), box.skipped) == (4, None, 1, 4)
    box.put(9)
    assert (box.take(), len(wakes)) == (9, 2)


def test_nothing_newer_is_lost_between_threads() -> None:
    seen: list[int] = []
    woken = threading.Event()
    box: Mailbox[int] = Mailbox(woken.set)
    sender = threading.Thread(target=lambda: [box.put(item) for item in range(2000)], name="skelter sender")
    sender.start()
    while not seen or seen[-1] < 1999:
        assert woken.wait(60)
        woken.clear()
        item = box.take()
        if item is not None:
            seen.append(item)
    sender.join()
    assert seen == sorted(seen)


@given(st.lists(st.integers(0, 40)))
def test_runs_are_the_set_of_what_was_added(indices: list[int]) -> None:
    runs = Runs()
    for index in indices:
        runs.add(index)
    pairs = runs.pairs()
    assert {i for first, last in pairs for i in range(first, last + 1)} == set(indices)
    assert len(runs) == len(set(indices))
    assert all(last + 1 < first for (_, last), (first, _) in itertools.pairwise(pairs))


def test_lanes_tell_who_was_there_when() -> None:
    lanes = Lanes()
    for index, ids in enumerate([[1], [1, 2], [], [2]]):
        lanes.add(index, ids)
    view = lanes.view()
    assert view.analysed == ((0, 3),)
    assert view.people == (PersonLane(1, ((0, 1),), 2), PersonLane(2, ((1, 1), (3, 3)), 2))
    lanes.rebuild([(7, [5])])
    assert lanes.view().people == (PersonLane(5, ((7, 7),), 1),)
    assert lanes.version > view.version


def test_people_share_a_row_where_they_do_not_meet() -> None:
    people = [PersonLane(i, ((start, start + 9),), 10) for i, start in enumerate([0, 5, 10, 20], start=1)]
    assert [[lane.id for lane in row] for row in rows(people)] == [[1, 3, 4], [2]]
    crowd = [PersonLane(i, ((0, 9),), 10) for i in range(1, 20)]
    assert len(rows(crowd)) == MOST_ROWS
    assert rows([]) == []


def test_who_is_chosen_has_a_row_however_many_there_are() -> None:
    crowd = [PersonLane(i, ((0, 9),), 10) for i in range(1, 10)]
    assert [[lane.id for lane in row] for row in rows(crowd, 8)] == [[1], [2], [3], [4], [8]]
    assert rows(crowd, 2) == rows(crowd, None) == rows(crowd, 99)
    assert rows([*crowd, PersonLane(10, (), 0)], 10) == rows(crowd), "who is nowhere has none"


def test_nothing_crosses_the_words_under_the_rows(qtbot: QtBot) -> None:
    timeline = Timeline()
    qtbot.addWidget(timeline)
    timeline.resize(600, timeline.height())
    timeline.set_length(100, 25.0)
    timeline.set_lanes(LaneView(((0, 99),), tuple(PersonLane(i, ((0, 99),), 100) for i in range(1, 10))))

    def picture_of(top: int) -> QImage:
        return timeline.grab(QRect(0, top, timeline.width(), timeline.height() - top)).toImage()

    words = MARGIN + GROOVE + MOST_ROWS * (LANE + GAP) + GAP * 2
    before, rows_before = picture_of(words), picture_of(words - GAP - LANE)
    timeline.setValue(5)  # whose line is among the words
    assert picture_of(words - GAP - LANE) != rows_before, "it crosses all rows"
    timeline.set_loop((3, 12))
    assert picture_of(words) == before


def test_a_video_keeps_its_own_time() -> None:
    tempo = Tempo()
    assert tempo.due(5.0, 100.0) == 100.0, "the first picture is due at once"
    tempo.showed(5.0, 100.0)
    assert tempo.due(5.04, 100.01) == pytest.approx(100.04)
    tempo.showed(5.04, 100.06)  # a little late: the next one makes up for it
    assert tempo.due(5.08, 100.06) == pytest.approx(100.08)
    tempo.showed(5.08, 101.0)  # much too late: from here on, slower, not faster
    assert tempo.due(5.12, 101.0) == pytest.approx(101.04)
    tempo.factor = 0.5
    tempo.restart()
    tempo.showed(6.0, 200.0)
    assert tempo.due(6.04, 200.0) == pytest.approx(200.08)


def test_the_pace_is_measured() -> None:
    tempo = Tempo()
    assert tempo.fps is None
    for step in range(21):
        tempo.showed(step * 0.04, 10 + step * 0.08)
    assert tempo.fps == pytest.approx(12.5, rel=0.1)
    assert tempo.speed == pytest.approx(0.5, rel=0.1)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0, "0:00.00"), (9.996, "0:10.00"), (61.5, "1:01.50"), (3599.999, "1:00:00.00"), (3723.25, "1:02:03.25")],
)
def test_times_are_written_as_people_read_them(seconds: float, text: str) -> None:
    assert clock(seconds) == text


def test_frames_are_found_by_time_and_runs_are_as_long_as_they_are_on() -> None:
    times = FrameTimes([0.0, 1.0, 1.5, 4.0])
    found = [times.nearest(time_s) for time_s in (-1, 0, 0.4, 0.6, 1.2, 2.7, 2.8, 4.0, 9.0)]
    assert found == [0, 0, 0, 1, 1, 2, 3, 3, 3]
    assert times.seconds([(0, 0), (2, 2)]) == 3.5
    assert times.seconds([(0, 3)]) == 6.5, "the last as long as the one before"
    assert times.seconds([]) == 0
    alone = FrameTimes([0.0])
    assert (alone.nearest(3.0), alone.at(5), alone.seconds([(0, 0)])) == (0, 0.0, 0.0)


def test_the_people_table_is_a_good_model(qapp: QApplication, qtmodeltester: ModelTester) -> None:
    model = PeopleModel()
    lanes = Lanes()
    model.set_fps(10)
    qtmodeltester.check(model)
    for index in range(12):
        lanes.add(index, [1] if index < 5 else [1, 2])
        model.set_lanes(lanes.view())
        model.set_here({1: 0.8})
    qtmodeltester.check(model)
    assert [model.data(model.index(row, 1)) for row in range(2)] == ["0:01.20", "0:00.70"]
    assert model.data(model.index(0, 0), Qt.ItemDataRole.FontRole).bold()
    assert model.data(model.index(1, 0), Qt.ItemDataRole.FontRole) is None
    lanes.rebuild([(0, [3])])
    model.set_lanes(lanes.view())
    assert model.rowCount() == 1
