"""A correction that would change nothing is not made, and why not is told."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PyQt6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.changes import Split
from app.gui.lanes import LaneView, PersonLane, may_be_on
from app.gui.window import MainWindow
from app.results import FrameRecord
from tests.gui.test_analysis import FRAMES, open_known, squat
from tests.gui.test_window import SLOW_MS, wait_for_frame

PERSON, FIRST, LAST = 7, 5, 40


def guest(index: int) -> FrameRecord:
    """Somebody who squats on some of the frames only."""
    record = squat(index)
    return record if FIRST <= index <= LAST else record[np.empty(0, np.intp)]


@pytest.fixture
def visited(qtbot: QtBot, window: MainWindow, clip: Path, tmp_path: Path) -> MainWindow:
    window = open_known(qtbot, window, clip, tmp_path, map(guest, range(FRAMES)))
    assert window.editing.chosen == PERSON
    return window


def press_at(qtbot: QtBot, window: MainWindow, index: int, action: str) -> str:
    """What the banner tells after an action on a frame."""
    window.banner.dismiss()
    window.stage.timeline.sought.emit(index)
    wait_for_frame(qtbot, window, index)
    window.actions_[action].trigger()
    return window.banner.sentence


def test_where_the_person_is_not_nothing_is_corrected(qtbot: QtBot, visited: MainWindow) -> None:
    asked: list[str] = []
    visited.commands.questions.one_of = lambda names, sentence, place: asked.append(sentence)
    assert press_at(qtbot, visited, LAST + 5, "sides-here") == "Person 7 is not on this frame."
    assert press_at(qtbot, visited, LAST + 5, "sides") == "Person 7 is not seen from this frame on."
    assert press_at(qtbot, visited, LAST + 5, "split") == "Person 7 is not seen from this frame on."
    visited.stage.timeline.set_loop((LAST + 1, LAST + 9))
    assert press_at(qtbot, visited, 20, "sides") == "Person 7 is not in the marked range."
    assert asked == []
    assert not visited.editing.can_undo
    assert not visited.isWindowModified()


def test_on_the_first_frame_of_somebody_there_is_nobody_to_split_from(qtbot: QtBot, visited: MainWindow) -> None:
    told = press_at(qtbot, visited, FIRST, "split")
    assert told == "Person 7 is not seen before this frame: split where somebody else begins."
    assert visited.editing.chosen == PERSON
    assert press_at(qtbot, visited, FIRST + 1, "split") == ""
    qtbot.waitUntil(lambda: visited.editing.can_undo, timeout=SLOW_MS)
    (change,) = visited.editing.edits.changes
    assert isinstance(change, Split)
    assert (change.person, change.frame) == (PERSON, FIRST + 1)


def test_two_who_are_both_gone_are_not_exchanged(qtbot: QtBot, pair: MainWindow) -> None:
    pair.editing.choose(1)
    for _ in range(2):
        qtbot.keyClick(pair, Qt.Key.Key_D)  # from here on they are others
        qtbot.waitUntil(lambda: pair.people.rowCount() > 2, timeout=SLOW_MS)
        pair.editing.choose(2)
    qtbot.waitUntil(lambda: pair.people.rowCount() == 4, timeout=SLOW_MS)
    pair.commands.questions.one_of = lambda names, sentence, place: names.index("Person 1")
    made = len(pair.editing.edits.changes)
    assert press_at(qtbot, pair, 30, "swap") == "Person 2 is not seen from this frame on."
    assert len(pair.editing.edits.changes) == made


@pytest.mark.parametrize(
    ("frames", "may_be"),
    [((0, 4), False), ((0, 5), True), ((9, 30), True), ((12, 19), False), ((12, 20), True), ((31, 40), True)],
)  # from 20 on he is there again, after 30 nothing is analysed
def test_who_may_be_on_frames(frames: tuple[int, int], may_be: bool) -> None:
    view = LaneView(((0, 30),), (PersonLane(3, ((5, 10), (20, 22)), 9),))
    assert may_be_on(view, 3, *frames) is may_be
