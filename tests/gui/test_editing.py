"""Corrections in the window, by mouse and keys, and what becomes of them in pictures, exports and sessions."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

import av
import numpy as np
import pytest
from PyQt6.QtCore import QPoint, Qt
from PyQt6.QtGui import QAction, QColor, QContextMenuEvent
from PyQt6.QtWidgets import QApplication, QFileDialog, QLineEdit, QMessageBox
from pytestqt.qtbot import QtBot

import app.session
from app.changes import Change, Confirm, ExchangeSides, Hide, HideOthers, Merge, Rename, Split, Swap
from app.exports.skelter_json import read
from app.gui.lanes import Lanes, LaneView, PersonLane
from app.gui.people_model import NAME, SHOWN
from app.gui.questions import Leaving
from app.gui.settings import Settings
from app.gui.stage import MOST_LIVE
from app.gui.window import MainWindow
from app.style import person_colour
from tests.clips import make_clip as make_other_size
from tests.gui.clips import FPS, GreenToolbox, make_clip, number_in
from tests.gui.conftest import OpenWindow
from tests.gui.test_aftermath import look, press
from tests.gui.test_known_data import known
from tests.gui.test_live import live, tools  # noqa: F401 - fixtures
from tests.gui.test_window import SLOW_MS, number_shown, open_paused, wait_for_frame


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Forty frames of two people."""
    return make_clip(tmp_path_factory.mktemp("clips") / "two.mp4", frames=40, people=2)


@pytest.fixture
def pair(qtbot: QtBot, window: MainWindow, two: Path) -> MainWindow:
    """Two people, all frames analysed, standing on frame 10."""
    return open_pair(qtbot, window, two)


def open_pair(qtbot: QtBot, window: MainWindow, path: Path) -> MainWindow:
    window.stage.transport.faster(9)
    window.open_source(str(path))
    qtbot.waitUntil(lambda: window.address == str(path) and window.shown is not None, timeout=SLOW_MS)
    qtbot.waitUntil(lambda: window.player.lanes.view().analysed == ((0, 39),), timeout=SLOW_MS)
    qtbot.waitUntil(lambda: not window.playing, timeout=SLOW_MS)
    window.stage.timeline.sought.emit(10)
    wait_for_frame(qtbot, window, 10)
    qtbot.waitUntil(lambda: people_shown(window) == (1, 2), timeout=SLOW_MS)
    qtbot.waitUntil(lambda: window.people.rowCount() == 2, timeout=SLOW_MS)
    return window


def people_shown(window: MainWindow) -> tuple[int, ...] | None:
    return window.shown.people if window.shown is not None else None


def place_of(window: MainWindow, person: int, joint: int | None = None) -> QPoint:
    """Where in the view a person's box has its middle, or a joint is."""
    tracks = window.shown.tracks
    row = tracks.ids.tolist().index(person)
    box = tracks.poses.boxes.xyxy[row]
    x, y = ((box[0] + box[2]) / 2, (box[1] + box[3]) / 2) if joint is None else tracks.poses.keypoints[row, joint]
    return window.stage.view.from_frame(float(x), float(y)).toPoint()


def click_person(qtbot: QtBot, window: MainWindow, person: int) -> None:
    qtbot.mouseClick(window.stage.view, Qt.MouseButton.LeftButton, pos=place_of(window, person))
    assert window.editing.chosen == person


def left_of(window: MainWindow, person: int) -> float:
    tracks = window.shown.tracks
    return float(tracks.poses.boxes.xyxy[tracks.ids.tolist().index(person), 0])


def test_a_click_chooses_in_picture_list_and_timeline(qtbot: QtBot, pair: MainWindow) -> None:
    before = pair.stage.view.grab().toImage()
    assert not pair.actions_["follow"].isEnabled()
    click_person(qtbot, pair, 2)
    assert pair.stage.view.grab().toImage() != before, "the person is marked in the picture"
    assert [index.row() for index in pair.people_list.table.selectedIndexes()][:1] == [1]
    assert pair.actions_["follow"].isEnabled()
    qtbot.mouseClick(pair.stage.view, Qt.MouseButton.LeftButton, pos=QPoint(3, 3))
    assert pair.editing.chosen is None
    assert pair.people_list.table.selectedIndexes() == []


def test_a_row_chooses_too_and_p_goes_on(qtbot: QtBot, pair: MainWindow) -> None:
    table = pair.people_list.table
    rect = table.visualRect(pair.people.index(1, NAME))
    qtbot.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=rect.center())
    assert pair.editing.chosen == 2
    qtbot.keyClick(pair, Qt.Key.Key_P)
    assert pair.editing.chosen == 1
    qtbot.keyClick(pair, Qt.Key.Key_H)
    qtbot.waitUntil(lambda: people_shown(pair) == (2,), timeout=SLOW_MS)
    pair.actions_["nobody"].trigger()
    qtbot.keyClick(pair, Qt.Key.Key_P)
    assert pair.editing.chosen == 2, "who is not in the picture comes last"
    pair.commands.questions.leave = lambda name: Leaving.DISCARD


def test_a_name_is_written_in_the_list_and_drawn(qtbot: QtBot, pair: MainWindow) -> None:
    click_person(qtbot, pair, 1)
    before = pair.stage.view.pixels
    qtbot.keyClick(pair, Qt.Key.Key_F2)
    qtbot.waitUntil(lambda: bool(pair.people_list.table.findChildren(QLineEdit)), timeout=SLOW_MS)
    editor = pair.people_list.table.findChildren(QLineEdit)[0]
    assert (editor.placeholderText(), editor.accessibleName()) == ("Person 1", "Name of person 1")
    edge, inside = (editor.grab().toImage().pixelColor(place, editor.height() // 2) for place in (0, 3))
    assert edge != inside, "it has a frame"
    qtbot.keyClicks(editor, "Anna")
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: pair.people.data(pair.people.index(0, NAME)) == "Anna", timeout=SLOW_MS)
    qtbot.waitUntil(lambda: not np.array_equal(pair.stage.view.pixels, before), timeout=SLOW_MS)
    assert "Anna" in pair.stage.timeline.words_at(10)
    assert pair.isWindowModified()


def write_name(qtbot: QtBot, window: MainWindow, name: str) -> None:
    """Write the name of the first of the list, with pictures coming between the letters."""
    window.editing.choose(window.people.ids()[0])
    qtbot.keyClick(window, Qt.Key.Key_F2)
    editor = window.people_list.table.findChild(QLineEdit)
    for letter in name:
        qtbot.keyClicks(editor, letter)
        with qtbot.waitSignal(window.people.dataChanged, timeout=SLOW_MS):
            pass
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: window.people.data(window.people.index(0, NAME)) == name, timeout=SLOW_MS)


def test_a_name_is_written_while_the_video_is_analysed(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    window.stage.transport.faster(-9)  # so that there is always more to come
    window.open_source(str(make_clip(tmp_path / "long.mp4", frames=200)))
    qtbot.waitUntil(lambda: window.people.rowCount() == 1, timeout=SLOW_MS)
    write_name(qtbot, window, "Ada")
    assert window.playing


def test_a_name_is_written_while_a_camera_is_watched(qtbot: QtBot, live: MainWindow) -> None:  # noqa: F811
    qtbot.waitUntil(lambda: live.people.rowCount() == 1, timeout=SLOW_MS)
    write_name(qtbot, live, "Ada")


def test_a_name_is_written_while_somebody_joins_the_list(qtbot: QtBot, window: MainWindow) -> None:
    table, model, lanes = window.people_list.table, window.people, Lanes()
    lanes.add(0, [2])
    model.set_lanes(lanes.view())
    table.edit(model.index(0, NAME))
    qtbot.keyClicks(table.findChild(QLineEdit), "Bo")
    lanes.add(1, [1, 2, 3])
    model.set_lanes(lanes.view())
    with qtbot.waitSignal(model.renamed, timeout=SLOW_MS) as renamed:
        qtbot.keyClick(table.findChild(QLineEdit), Qt.Key.Key_Return)
    assert renamed.args == [2, "Bo"]


def test_the_list_of_a_camera_stays_short_and_who_is_chosen_in_it(qtbot: QtBot, live: MainWindow) -> None:  # noqa: F811
    qtbot.waitUntil(lambda: live.people.rowCount() == 1, timeout=SLOW_MS)
    table, lanes = live.people_list.table, live.player.lanes
    lanes.add(0, [2, 3])
    live.stage.look_at_lanes()
    live.editing.choose(2)
    table.edit(live.people.index(1, NAME))
    qtbot.keyClicks(table.findChild(QLineEdit), "Bo")
    for second in range(2, MOST_LIVE + 20):
        lanes.add(second, [second + 2])
        live.stage.look_at_lanes()
    assert live.people.rowCount() <= MOST_LIVE + 1
    assert {2, second + 2} < set(live.people.ids())
    assert 3 not in live.people.ids()
    assert live.editing.chosen == 2
    with qtbot.waitSignal(live.people.renamed, timeout=SLOW_MS) as renamed:
        qtbot.keyClick(table.findChild(QLineEdit), Qt.Key.Key_Return)
    assert renamed.args == [2, "Bo"]


def test_who_leaves_the_list_is_chosen_no_more_and_nobody_in_his_place(qtbot: QtBot, pair: MainWindow) -> None:
    pair.editing.choose(1)
    pair.people.set_lanes(LaneView(people=(PersonLane(2, ((0, 3),), 4),)))
    assert pair.editing.chosen is None
    assert not pair.people_list.table.selectionModel().selectedRows()


def test_the_eye_leaves_somebody_out(qtbot: QtBot, pair: MainWindow) -> None:
    table = pair.people_list.table
    rect = table.visualRect(pair.people.index(0, SHOWN))
    qtbot.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=rect.center())
    qtbot.waitUntil(lambda: people_shown(pair) == (2,), timeout=SLOW_MS)
    assert pair.people.rowCount() == 2, "the list keeps them, or nobody could bring them back"
    qtbot.keyClick(pair, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: people_shown(pair) == (1, 2), timeout=SLOW_MS)


def test_the_timeline_says_who_has_no_line_and_the_chosen_one_has_one(qtbot: QtBot, pair: MainWindow) -> None:
    timeline = pair.stage.timeline
    low = timeline.height()
    crowd = tuple(PersonLane(i, ((0, 39),), 40) for i in range(1, 10))

    def bright_rows() -> int:
        """How many lines are in a colour that is not dimmed."""
        picture, x = timeline.grab().toImage(), timeline.width() // 2
        return sum(picture.pixelColor(x, y) == QColor(*person_colour(8)) for y in range(picture.height()))

    timeline.set_lanes(LaneView(((0, 39),), crowd, 1))
    assert "+4 without a line" in timeline.accessibleDescription()
    assert timeline.height() > low + 20, "there is room for the rows and the words"
    assert bright_rows() == 0
    timeline.choose(8)
    assert bright_rows() >= 4
    timeline.set_lanes(LaneView(((0, 39),), crowd[:2], 2))
    assert "+" not in timeline.accessibleDescription()
    assert timeline.height() == low


def test_the_row_of_whoever_is_chosen_is_scrolled_into_view_by_no_more_than_it_takes(window: MainWindow) -> None:
    table = window.people_list.table
    bar = table.verticalScrollBar()

    def set_people(*people: int) -> None:
        window.people.set_lanes(LaneView(((0, 39),), tuple(PersonLane(i, ((0, 39),), 40) for i in people)))

    set_people(*range(1, 21))
    window.editing.choose(5)
    assert bar.value() == 0, "it is in view"
    window.editing.choose(12)
    assert table.visualRect(window.people.index(11, NAME)).bottom() == table.viewport().rect().bottom()
    window.editing.choose(10)
    assert bar.value() == 4, "it is in view still"
    window.editing.choose(2)
    assert table.visualRect(window.people.index(1, NAME)).top() == 0
    bar.setValue(12)
    set_people(*range(1, 20))
    assert bar.value() > 8, "nobody was chosen anew"
    bar.setSliderDown(True)
    window.editing.choose(1)
    assert bar.value() > 8, "the user is scrolling"
    bar.setSliderDown(False)


def test_everybody_else_is_left_out_at_once_and_comes_back_at_once(qtbot: QtBot, pair: MainWindow) -> None:
    assert not pair.actions_["hide-others"].isEnabled(), "than whom?"
    click_person(qtbot, pair, 2)
    qtbot.keyClick(pair, Qt.Key.Key_H, Qt.KeyboardModifier.ShiftModifier)
    qtbot.waitUntil(lambda: people_shown(pair) == (2,), timeout=SLOW_MS)
    assert pair.editing.hidden == {1}
    qtbot.keyClick(pair, Qt.Key.Key_H, Qt.KeyboardModifier.ShiftModifier)  # there is nothing left to do
    qtbot.keyClick(pair, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: people_shown(pair) == (1, 2), timeout=SLOW_MS)
    assert not pair.editing.can_undo


def test_swap_split_merge_undo_and_redo(qtbot: QtBot, pair: MainWindow) -> None:
    pair.commands.questions.one_of = lambda names, *_: 0
    lefts = left_of(pair, 1), left_of(pair, 2)
    click_person(qtbot, pair, 1)
    qtbot.keyClick(pair, Qt.Key.Key_X)
    qtbot.waitUntil(lambda: left_of(pair, 1) == lefts[1], timeout=SLOW_MS)
    qtbot.keyClick(pair, Qt.Key.Key_Left)
    wait_for_frame(qtbot, pair, 9)
    qtbot.waitUntil(lambda: left_of(pair, 1) < left_of(pair, 2), timeout=SLOW_MS)
    pair.actions_["undo"].trigger()
    pair.stage.timeline.sought.emit(20)
    wait_for_frame(qtbot, pair, 20)
    qtbot.waitUntil(lambda: people_shown(pair) == (1, 2) and left_of(pair, 1) < left_of(pair, 2), timeout=SLOW_MS)
    qtbot.keyClick(pair, Qt.Key.Key_D)
    qtbot.waitUntil(lambda: people_shown(pair) == (2, 3), timeout=SLOW_MS)

    def runs() -> dict[int, tuple[tuple[int, int], ...]]:
        return {lane.id: lane.runs for lane in pair.people.lanes()}

    qtbot.waitUntil(lambda: runs().get(3) == ((20, 39),) and runs()[1][-1][1] == 19, timeout=SLOW_MS)
    pair.commands.questions.one_of = lambda names, *_: names.index("Person 3")
    qtbot.keyClick(pair, Qt.Key.Key_J)
    qtbot.waitUntil(lambda: people_shown(pair) == (1, 2), timeout=SLOW_MS)
    for _ in range(2):
        pair.actions_["undo"].trigger()
    qtbot.waitUntil(lambda: not pair.actions_["undo"].isEnabled(), timeout=SLOW_MS)
    for _ in range(2):
        pair.actions_["redo"].trigger()
    qtbot.waitUntil(lambda: not pair.actions_["redo"].isEnabled(), timeout=SLOW_MS)
    qtbot.waitUntil(lambda: people_shown(pair) == (1, 2), timeout=SLOW_MS)


def test_whoever_is_no_more_after_an_undo_is_not_chosen_any_more(qtbot: QtBot, pair: MainWindow) -> None:
    click_person(qtbot, pair, 1)
    qtbot.keyClick(pair, Qt.Key.Key_D)
    qtbot.waitUntil(lambda: people_shown(pair) == (2, 3), timeout=SLOW_MS)
    click_person(qtbot, pair, 3)
    qtbot.keyClick(pair, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: people_shown(pair) == (1, 2), timeout=SLOW_MS)
    assert pair.editing.chosen is None
    qtbot.keyClick(pair, Qt.Key.Key_D)
    qtbot.wait(100)
    assert len(pair.editing.edits) == 0
    qtbot.keyClick(pair, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    qtbot.waitUntil(lambda: people_shown(pair) == (2, 3), timeout=SLOW_MS)
    click_person(qtbot, pair, 2)
    qtbot.keyClick(pair, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: people_shown(pair) == (1, 2), timeout=SLOW_MS)
    assert [index.row() for index in pair.people_list.table.selectedIndexes()][:1] == [1], "who is still there stays"


def drag_joint(qtbot: QtBot, window: MainWindow, joint: int, by: QPoint) -> None:
    view, start = window.stage.view, place_of(window, 1, joint)
    qtbot.mousePress(view, Qt.MouseButton.LeftButton, pos=start)
    qtbot.mouseMove(view, start + by / 2)
    qtbot.mouseMove(view, start + by)
    qtbot.mouseRelease(view, Qt.MouseButton.LeftButton, pos=start + by)


def test_a_joint_is_dragged_and_exported_as_edited(qtbot: QtBot, pair: MainWindow, tmp_path: Path) -> None:
    click_person(qtbot, pair, 1)
    before = pair.shown.tracks.poses.keypoints[0, 5].copy()
    drag_joint(qtbot, pair, 5, QPoint(40, -24))
    scale = pair.stage.view._scale()
    qtbot.waitUntil(lambda: abs(pair.shown.tracks.poses.keypoints[0, 5, 0] - before[0]) > 1, timeout=SLOW_MS)
    after = pair.shown.tracks.poses.keypoints[0, 5]
    assert after - before == pytest.approx([40 / scale, -24 / scale], abs=1.0)
    pair.commands.questions.target = lambda suggestion, kinds: str(tmp_path / "out.json")
    pair.actions_["export-data"].trigger()
    qtbot.waitUntil(lambda: "out.json" in pair.banner.sentence, timeout=SLOW_MS)
    recording = read(tmp_path / "out.json")
    edited = {record.index: np.argwhere(record.edited).tolist() for record in recording if record.edited is not None}
    assert edited == {10: [[0, 5]]}
    assert recording[10].tracks.poses.keypoints[0, 5] == pytest.approx(after)


def test_what_is_undone_and_redone_elsewhere_is_told_and_can_be_gone_to(qtbot: QtBot, pair: MainWindow) -> None:
    pair.editing.choose(1)
    drag_joint(qtbot, pair, 5, QPoint(40, -24))
    qtbot.waitUntil(lambda: pair.editing.can_undo, timeout=SLOW_MS)
    qtbot.keyClick(pair, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: pair.editing.can_redo, timeout=SLOW_MS)
    assert pair.banner.sentence == "", "it is seen"
    pair.stage.timeline.sought.emit(30)
    wait_for_frame(qtbot, pair, 30)
    qtbot.keyClick(pair, Qt.Key.Key_Y, Qt.KeyboardModifier.ControlModifier)
    joint = "Left shoulder of Person 1 on frame 11"
    qtbot.waitUntil(lambda: pair.banner.sentence == f"Redone: {joint}.", timeout=SLOW_MS)
    qtbot.keyClick(pair, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: pair.banner.sentence == f"Undone: {joint}.", timeout=SLOW_MS)
    qtbot.mouseClick(pair.banner._action, Qt.MouseButton.LeftButton)
    wait_for_frame(qtbot, pair, 10)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (Rename(2, "Bo"), "the name of Person 2"),
        (Hide(2, True), "Person 2 is left out"),
        (Hide(2, False), "Person 2 is no longer left out"),
        (HideOthers(1, (2,)), "everybody but Person 1 is left out"),
        (Merge(1, 2), "Person 1 and Person 2 are one"),
        (Split(2, 20, 3), "Person 2 is somebody else from frame 21 on"),
        (Swap(1, 2, 20), "Person 1 and Person 2 are exchanged from frame 21 on"),
        (
            ExchangeSides(1, ((5, 6, 20, 22), (7, 8, 18, None))),
            "left and right of Person 1 are exchanged, as of frame 19",
        ),
        (Confirm("brief", (2,), 20), "the moment on frame 21 is right as it is"),
    ],
)
def test_every_correction_that_is_undone_has_words(qtbot: QtBot, pair: MainWindow, change: Change, words: str) -> None:
    pair.editing.make(change)
    qtbot.waitUntil(lambda: pair.editing.can_undo, timeout=SLOW_MS)
    pair.actions_["undo"].trigger()
    qtbot.waitUntil(lambda: pair.banner.sentence == f"Undone: {words}.", timeout=SLOW_MS)
    assert pair.banner._action.isVisible() is ("frame" in words)


def test_a_joint_that_is_not_drawn_is_not_taken_by_the_mouse(
    qtbot: QtBot, open_window: OpenWindow, toolbox: GreenToolbox, settings: Settings, two: Path
) -> None:
    settings.style = replace(settings.style, min_score=0.95)  # as it was left; all joints are 90 % sure
    window = open_pair(qtbot, open_window(toolbox), two)
    window.editing.choose(1)
    drag_joint(qtbot, window, 5, QPoint(40, -24))
    window.editing.make(Rename(2, "Bo"))  # comes after it
    qtbot.waitUntil(lambda: bool(window.editing.edits and window.editing.edits.changes), timeout=SLOW_MS)
    assert window.editing.edits.changes == (Rename(2, "Bo"),)


def test_corrections_reach_video_and_data(qtbot: QtBot, pair: MainWindow, tmp_path: Path) -> None:
    click_person(qtbot, pair, 2)
    qtbot.keyClick(pair, Qt.Key.Key_H)
    qtbot.waitUntil(lambda: people_shown(pair) == (1,), timeout=SLOW_MS)
    pair.people.setData(pair.people.index(0, NAME), "민수")
    qtbot.waitUntil(lambda: pair.people.name(1) == "민수", timeout=SLOW_MS)
    for name in ("out.json", "out.mp4"):
        pair.commands.questions.target = lambda suggestion, kinds, name=name: str(tmp_path / name)
        pair.actions_["export-data" if name.endswith("json") else "export"].trigger()
        qtbot.waitUntil(lambda name=name: name in pair.banner.sentence, timeout=SLOW_MS)
    recording = read(tmp_path / "out.json")
    assert recording.header.names == {1: "민수"}
    assert {person for record in recording for person in record.tracks.ids.tolist()} == {1}
    assert people_shown(pair) == (1,)


def test_a_session_holds_everything(
    qtbot: QtBot, pair: MainWindow, open_window: OpenWindow, toolbox: GreenToolbox, tmp_path: Path
) -> None:
    click_person(qtbot, pair, 1)
    drag_joint(qtbot, pair, 5, QPoint(30, 20))
    pair.people.setData(pair.people.index(1, NAME), "Bo")
    qtbot.waitUntil(lambda: pair.people.name(2) == "Bo", timeout=SLOW_MS)
    pair.stage.timeline.set_loop((5, 25))
    target = tmp_path / "work.skelter"
    pair.commands.questions.target = lambda suggestion, kinds: str(target)
    qtbot.keyClick(pair, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: "work.skelter" in pair.banner.sentence, timeout=SLOW_MS)
    assert not pair.isWindowModified()
    suggested: list[Path] = []
    pair.commands.questions.target = lambda suggestion, kinds: suggested.append(suggestion) or ""
    pair.actions_["save-as"].trigger()
    assert suggested == [target], "not the video's folder and name"
    point = pair.shown.tracks.poses.keypoints[0, 5].copy()
    pair.close()
    made = len(toolbox.made)
    other = open_window(toolbox)
    other.open_source(str(target))
    wait_for_frame(qtbot, other, 10)
    qtbot.waitUntil(lambda: people_shown(other) == (1, 2), timeout=SLOW_MS)
    assert other.windowTitle() == "work.skelter[*] – Skelter"
    assert other.shown.tracks.poses.keypoints[0, 5] == pytest.approx(point)
    assert other.people.name(2) == "Bo"
    assert other.stage.timeline.loop == (5, 25)
    assert not other.playing
    assert len(toolbox.made) == made, "nothing needed to be analysed again"


class SlowDisk:
    """Sessions are written as always, once they may be."""

    def __init__(self) -> None:
        self.may_write = threading.Event()
        self.writing = threading.Event()
        self._really = app.session.write_session

    def write(self, path: Path, session: app.session.Session) -> None:
        self.writing.set()
        assert self.may_write.wait(60)
        self._really(path, session)


@pytest.fixture
def slow_disk(monkeypatch: pytest.MonkeyPatch) -> Iterator[SlowDisk]:
    disk = SlowDisk()
    monkeypatch.setattr(app.session, "write_session", disk.write)
    yield disk
    disk.may_write.set()


def name_person(qtbot: QtBot, window: MainWindow, row: int, name: str) -> None:
    window.people.setData(window.people.index(row, NAME), name)
    qtbot.waitUntil(lambda: window.people.data(window.people.index(row, NAME)) == name, timeout=SLOW_MS)


@pytest.mark.parametrize("leaves", [False, True])
def test_what_is_corrected_while_the_session_is_written_is_not_saved_yet(
    qtbot: QtBot, pair: MainWindow, slow_disk: SlowDisk, tmp_path: Path, *, leaves: bool
) -> None:
    target, asked = tmp_path / "work.skelter", []
    pair.commands.questions.target = lambda suggestion, kinds: str(target)
    pair.commands.questions.leave = lambda name: Leaving.SAVE
    name_person(qtbot, pair, 0, "Ada")
    if leaves:
        pair.close()
    else:
        pair.actions_["save"].trigger()
    qtbot.waitUntil(slow_disk.writing.is_set, timeout=SLOW_MS)
    name_person(qtbot, pair, 1, "Bob")

    def stay(name: str) -> Leaving:
        asked.append(name)
        return Leaving.STAY

    pair.commands.questions.leave = stay
    slow_disk.may_write.set()
    qtbot.waitUntil(lambda: "work.skelter" in pair.banner.sentence, timeout=SLOW_MS)
    assert app.session.read_session(target).edits.names == {1: "Ada"}
    assert pair.isVisible()
    assert pair.isWindowModified(), "Bob is in no file"
    assert asked == (["two.mp4"] if leaves else [])
    pair.actions_["save"].trigger()
    qtbot.waitUntil(lambda: not pair.isWindowModified(), timeout=SLOW_MS)
    assert app.session.read_session(target).edits.names == {1: "Ada", 2: "Bob"}


@pytest.fixture
def endless(clip: Path, tmp_path: Path) -> Path:
    """The clip as a browser records it: nothing in the file says how long it is."""
    path = tmp_path / "endless.webm"
    # nowhere to go back to, so that no length can be put in at the end
    with path.open("wb") as file, av.open(str(clip)) as before:
        pipe = OneWay(file)
        with av.open(pipe, "w", format="matroska") as container:
            stream = container.add_stream_from_template(before.streams.video[0])
            for packet in before.demux(video=0):
                if packet.dts is not None:
                    packet.stream = stream
                    container.mux(packet)
    return path


class OneWay:
    """A file that can only be written on."""

    def __init__(self, file: BinaryIO) -> None:
        self.write = file.write


def test_a_file_that_does_not_tell_its_length_keeps_the_range_of_its_session(
    qtbot: QtBot, window: MainWindow, endless: Path, tmp_path: Path
) -> None:
    open_paused(qtbot, window, endless)
    assert window.info.frame_count is None
    qtbot.keyClick(window, Qt.Key.Key_End)
    wait_for_frame(qtbot, window, 59)
    window.stage.timeline.set_loop((20, 35))
    window.stage.timeline.sought.emit(10)
    wait_for_frame(qtbot, window, 10)
    for name in ("first.skelter", "second.skelter"):
        window.commands.questions.target = lambda suggestion, kinds, name=name: str(tmp_path / name)
        window.actions_["save-as"].trigger()
        qtbot.waitUntil(lambda name=name: name in window.banner.sentence, timeout=SLOW_MS)
        assert app.session.read_session(tmp_path / name).notes.loop == (20, 35)
        window.open_source(str(tmp_path / name))
        qtbot.waitUntil(lambda: window.open_session == window.session, timeout=SLOW_MS)
        wait_for_frame(qtbot, window, 10)
        assert window.stage.timeline.loop == (20, 35)
        qtbot.waitUntil(lambda: window.stage.timeline.maximum() == 59, timeout=SLOW_MS)


def test_closing_waits_for_the_session_that_is_being_saved(
    qtbot: QtBot, pair: MainWindow, slow_disk: SlowDisk, tmp_path: Path
) -> None:
    target, asked = tmp_path / "work.skelter", []
    pair.commands.questions.target = lambda suggestion, kinds: str(target)
    pair.commands.questions.give_up_saving = lambda: asked.append("again")
    pair.actions_["save"].trigger()
    pair.close()  # before the player has even told what there is to save
    assert pair.isVisible()
    assert "Saving" in pair.status.activity.text()
    assert asked == []
    pair.close()
    assert asked == ["again"], "a disk that does not answer must not keep the window open for ever"
    assert pair.isVisible()
    slow_disk.may_write.set()
    qtbot.waitUntil(lambda: not pair.isVisible(), timeout=SLOW_MS)
    assert len(app.session.read_session(target).recording) == 40


def test_corrections_survive_a_crash(
    qtbot: QtBot, pair: MainWindow, open_window: OpenWindow, toolbox: GreenToolbox, settings: Settings
) -> None:
    click_person(qtbot, pair, 1)
    qtbot.keyClick(pair, Qt.Key.Key_H)

    def kept() -> bool:
        return any(settings.recovery.glob("*.skelter"))

    qtbot.waitUntil(kept, timeout=SLOW_MS)
    pair.sessions._lock.unlock()  # as the system does when a program dies
    other = open_window(toolbox)
    look(qtbot, other, settings.reports)
    press(qtbot, other, "Open them")
    qtbot.waitUntil(lambda: people_shown(other) == (2,), timeout=SLOW_MS)
    assert other.isWindowModified(), "they are not saved yet"
    other.commands.questions.leave = lambda name: Leaving.DISCARD
    other.close()
    assert not list(settings.recovery.glob("*.skelter"))


def test_corrections_that_were_saved_are_not_offered_after_a_crash_in_another_video(
    qtbot: QtBot, pair: MainWindow, open_window: OpenWindow, toolbox: GreenToolbox, slow_disk: SlowDisk, clip: Path,
    settings: Settings, tmp_path: Path,
) -> None:  # fmt: skip
    questions, kept = pair.commands.questions, pair.sessions._own
    slow_disk.may_write.set()
    pair.sessions._timer.setInterval(0)
    name_person(qtbot, pair, 0, "Ada")
    qtbot.waitUntil(kept.exists, timeout=SLOW_MS)
    slow_disk.may_write.clear()
    slow_disk.writing.clear()
    questions.target = lambda suggestion, kinds: str(tmp_path / "work.skelter")
    questions.give_up_saving = lambda: True  # waiting for it, that is
    pair.actions_["save"].trigger()
    qtbot.waitUntil(slow_disk.writing.is_set, timeout=SLOW_MS)
    for _ in range(2):
        pair.open_source(str(clip))
    qtbot.waitUntil(lambda: pair.source_name == "numbered.mp4", timeout=SLOW_MS)
    slow_disk.may_write.set()
    qtbot.waitUntil(lambda: "work.skelter" in pair.banner.sentence, timeout=SLOW_MS)
    pair.sessions._lock.unlock()  # as the system does when a program dies
    other = open_window(toolbox)
    look(qtbot, other, settings.reports)
    assert not other.banner.sentence


def test_kept_corrections_outlive_a_video_that_is_not_there(
    qtbot: QtBot, open_window: OpenWindow, toolbox: GreenToolbox, settings: Settings, tmp_path: Path
) -> None:
    video, elsewhere = make_clip(tmp_path / "two.mp4", frames=40, people=2), tmp_path / "elsewhere.mp4"
    first = open_window(toolbox)
    open_pair(qtbot, first, video)
    click_person(qtbot, first, 1)
    qtbot.keyClick(first, Qt.Key.Key_H)

    def all_kept() -> list[Path]:
        return [path for path in settings.recovery.glob("*.skelter") if ".part" not in path.name]

    qtbot.waitUntil(lambda: len(all_kept()) == 1, timeout=SLOW_MS)
    first.sessions._lock.unlock()  # as the system does when a program dies
    (kept,) = all_kept()
    video.rename(elsewhere)
    other = open_window(toolbox)

    def open_them() -> None:
        other.banner.dismiss()
        look(qtbot, other, settings.reports)
        press(qtbot, other, "Open them")

    open_them()
    qtbot.waitUntil(lambda: "The corrections stay kept" in other.banner.sentence, timeout=SLOW_MS)
    assert str(kept) in other.banner.sentence
    assert str(video) in other.banner.sentence
    open_pair(qtbot, other, elsewhere)
    click_person(qtbot, other, 1)
    qtbot.keyClick(other, Qt.Key.Key_H)  # what is kept of this is another matter
    qtbot.waitUntil(lambda: len(all_kept()) == 2, timeout=SLOW_MS)
    other.commands.questions.leave = lambda name: Leaving.DISCARD
    other.close()
    assert all_kept() == [kept]
    make_other_size(video)
    other = open_window(toolbox)
    open_them()
    qtbot.waitUntil(lambda: "open the two that belong together" in other.banner.sentence, timeout=SLOW_MS)
    other.close()
    assert len(all_kept()) == 1
    elsewhere.replace(video)
    other = open_window(toolbox)
    open_them()
    qtbot.waitUntil(lambda: people_shown(other) == (2,), timeout=SLOW_MS)


@pytest.mark.parametrize(
    ("action", "written", "becomes"),
    [
        ("save", "clip", "clip.skelter"),
        ("save", "clip.v2", "clip.v2.skelter"),
        ("export-data", "clip-poses.json", "clip-poses.csv"),
    ],
)
def test_a_file_that_an_ending_leads_to_is_replaced_only_when_asked(
    qtbot: QtBot,
    pair: MainWindow,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    action: str,
    written: str,
    becomes: str,
) -> None:
    (tmp_path / becomes).write_text("of somebody else")
    asked: list[str] = []
    names = iter([str(tmp_path / written), ""])  # then it is asked for again, and cancelled

    def dialog(parent: object, title: str, suggestion: str, filters: str) -> tuple[str, str]:
        return next(names), next(kind for kind in filters.split(";;") if becomes.endswith(kind.split("(*")[1][:-1]))

    def no(box: QMessageBox) -> QMessageBox.StandardButton:
        asked.append(box.text())
        return QMessageBox.StandardButton.No

    monkeypatch.setattr(QFileDialog, "getSaveFileName", dialog)
    monkeypatch.setattr(QMessageBox, "exec", no)
    pair.actions_[action].trigger()
    assert asked == [f"There is a file called {becomes} already. Replace it?"]
    assert list(names) == []
    qtbot.wait(200)
    assert (tmp_path / becomes).read_text() == "of somebody else"


@pytest.mark.parametrize("answer", list(Leaving))
def test_leaving_unsaved_corrections_asks(qtbot: QtBot, pair: MainWindow, tmp_path: Path, answer: Leaving) -> None:
    click_person(qtbot, pair, 1)
    qtbot.keyClick(pair, Qt.Key.Key_H)
    qtbot.waitUntil(lambda: pair.sessions.unsaved, timeout=SLOW_MS)
    target = tmp_path / "kept.skelter"
    pair.commands.questions.target = lambda suggestion, kinds: str(target)
    pair.commands.questions.leave = lambda name: answer
    pair.close()
    if answer is Leaving.STAY:
        assert pair.isVisible()
    else:
        qtbot.waitUntil(lambda: not pair.isVisible(), timeout=SLOW_MS)
    assert target.exists() == (answer is Leaving.SAVE)


def test_a_marked_range_is_played_over_and_over_and_exported_alone(
    qtbot: QtBot, pair: MainWindow, tmp_path: Path
) -> None:
    timeline = pair.stage.timeline
    middle, shift = timeline.height() // 2, Qt.KeyboardModifier.ShiftModifier
    qtbot.mousePress(timeline, Qt.MouseButton.LeftButton, shift, QPoint(round(timeline._x(12)), middle))
    qtbot.mouseMove(timeline, QPoint(round(timeline._x(20)), middle))
    qtbot.mouseRelease(timeline, Qt.MouseButton.LeftButton, shift, QPoint(round(timeline._x(16)), middle))
    assert timeline.loop == (12, 16)
    seen: list[int] = []
    qtbot.keyClick(pair, Qt.Key.Key_Space)

    def twice_round() -> bool:
        seen.append(number_shown(pair) or 0)
        return sum(later < earlier for earlier, later in itertools.pairwise(seen)) >= 3

    qtbot.waitUntil(twice_round, timeout=SLOW_MS)
    assert set(seen) - {10} <= set(range(12, 17))
    qtbot.keyClick(pair, Qt.Key.Key_Space)
    pair.commands.questions.target = lambda suggestion, kinds: str(tmp_path / suggestion.name)
    pair.actions_["export-data"].trigger()
    qtbot.waitUntil(lambda: "two-13-17-poses.json" in pair.banner.sentence, timeout=SLOW_MS)
    assert read(tmp_path / "two-13-17-poses.json").indices == [12, 13, 14, 15, 16]
    pair.actions_["loop-off"].trigger()
    assert timeline.loop is None


def test_a_new_range_is_marked_after_and_before_an_old_one(qtbot: QtBot, pair: MainWindow) -> None:
    begin, end = Qt.Key.Key_BracketLeft, Qt.Key.Key_BracketRight

    def mark(key: Qt.Key, index: int) -> tuple[int, int] | None:
        pair.stage.timeline.sought.emit(index)
        wait_for_frame(qtbot, pair, index)
        qtbot.keyClick(pair, key, Qt.KeyboardModifier.ControlModifier)
        return pair.stage.timeline.loop

    pair.stage.timeline.set_loop((5, 10))
    assert mark(begin, 20) == (20, 39)
    assert mark(end, 30) == (20, 30)
    assert mark(begin, 25) == (25, 30), "what lies within the range makes it shorter"
    assert mark(end, 8) == (0, 8)
    assert mark(begin, 3) == (3, 8)


def test_a_range_of_one_frame_is_told_of_and_leaves_the_old_one(qtbot: QtBot, pair: MainWindow) -> None:
    begin, end = pair.actions_["loop-from"], pair.actions_["loop-to"]

    def mark(action: QAction, index: int) -> tuple[int, int] | None:
        pair.banner.dismiss()
        pair.stage.timeline.sought.emit(index)
        wait_for_frame(qtbot, pair, index)
        action.trigger()
        return pair.stage.timeline.loop

    pair.stage.timeline.set_loop((5, 10))
    for action, index in ((begin, 39), (end, 0), (begin, 10), (end, 5)):
        assert mark(action, index) == (5, 10)
        assert pair.banner.sentence == "A range has two frames at least; nothing was changed."
    pair.stage.timeline.set_loop(None)
    assert mark(begin, 20) == (20, 39)
    assert mark(end, 20) == (20, 39), "not all that is before it"
    assert mark(end, 21) == (20, 21)
    assert pair.banner.sentence == ""


def test_follow_keeps_somebody_in_the_middle(qtbot: QtBot, pair: MainWindow) -> None:
    click_person(qtbot, pair, 2)
    view = pair.stage.view
    qtbot.keyClick(pair, Qt.Key.Key_F)
    assert pair.actions_["follow"].isChecked()
    at = place_of(pair, 2)
    assert abs(at.x() - view.width() / 2) < view.width() * 0.2
    assert view._zoom > 1.2
    pair.stage.timeline.sought.emit(35)
    wait_for_frame(qtbot, pair, 35)
    for _ in range(3):
        pair.actions_["step-on"].trigger()
    wait_for_frame(qtbot, pair, 38)
    assert abs(place_of(pair, 2).x() - view.width() / 2) < view.width() * 0.25
    qtbot.keyClick(pair, Qt.Key.Key_F)
    assert view._zoom == 1.0


def test_g_goes_to_where_somebody_is(qtbot: QtBot, pair: MainWindow) -> None:
    click_person(qtbot, pair, 1)
    pair.stage.timeline.sought.emit(30)
    wait_for_frame(qtbot, pair, 30)
    qtbot.waitUntil(lambda: people_shown(pair) == (1, 2), timeout=SLOW_MS)
    qtbot.keyClick(pair, Qt.Key.Key_D)
    qtbot.waitUntil(lambda: people_shown(pair) == (2, 3), timeout=SLOW_MS)
    qtbot.waitUntil(lambda: {lane.id: lane.runs for lane in pair.people.lanes()}[1][-1][1] == 29, timeout=SLOW_MS)
    qtbot.keyClick(pair, Qt.Key.Key_F)
    assert pair.stage.view._zoom == 1.0, "not seen here"
    qtbot.keyClick(pair, Qt.Key.Key_G)
    wait_for_frame(qtbot, pair, 29)
    qtbot.waitUntil(lambda: pair.stage.view._zoom > 1.0, timeout=SLOW_MS)


def test_who_is_followed_is_followed_on_when_he_is_joined_with_somebody(qtbot: QtBot, pair: MainWindow) -> None:
    pair.editing.choose(2)
    pair.editing.follow(True)
    pair.editing.merge(1)
    qtbot.waitUntil(lambda: people_shown(pair) == (1,), timeout=SLOW_MS)
    assert pair.stage.view.followed == 1


def test_f_goes_over_to_another_who_was_chosen(qtbot: QtBot, pair: MainWindow) -> None:
    click_person(qtbot, pair, 1)
    qtbot.keyClick(pair, Qt.Key.Key_F)
    assert pair.stage.view.followed == 1
    pair.editing.choose(2)
    qtbot.keyClick(pair, Qt.Key.Key_F)
    assert pair.stage.view.followed == 2
    qtbot.keyClick(pair, Qt.Key.Key_F)
    assert pair.stage.view.followed is None


def test_the_tip_of_a_name_tells_all_of_it(qtbot: QtBot, pair: MainWindow) -> None:
    name = "Anna-Katharina von und zu Schmidt"
    pair.people.renamed.emit(2, name)
    tip = Qt.ItemDataRole.ToolTipRole
    qtbot.waitUntil(lambda: name in pair.people.data(pair.people.index(1, NAME), tip), timeout=SLOW_MS)


Playing = tuple[MainWindow, Callable[[], None]]


@pytest.fixture
def playing(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> Playing:
    """A window that plays two hundred frames of two people, the first chosen; and what lets a few more be shown."""
    window.open_source(str(make_clip(tmp_path / "long.mp4", frames=200, people=2)))
    qtbot.waitUntil(lambda: window.people.rowCount() == 2, timeout=SLOW_MS)
    qtbot.waitUntil(lambda: people_shown(window) == (1, 2), timeout=SLOW_MS)
    window.editing.choose(1)

    def play_on() -> None:
        before = window.shown.index
        qtbot.waitUntil(lambda: window.shown.index > before + 3, timeout=SLOW_MS)

    return window, play_on


def test_the_picture_saved_while_playing_is_the_one_that_its_name_says(
    qtbot: QtBot, playing: Playing, tmp_path: Path
) -> None:
    from PyQt6.QtGui import QImage

    window, play_on = playing
    made: list[int] = []  # what the player had made when it was asked where to write; the screen may be behind

    def choose_slowly(suggestion: Path, kinds: object) -> str:
        made.append(round(window.player.tempo.at_s * FPS))
        qtbot.waitUntil(lambda: window.shown.index >= made[0], timeout=SLOW_MS)
        play_on()
        return str(tmp_path / suggestion.name)

    window.commands.questions.target = choose_slowly
    seen = window.shown.index
    qtbot.keyClick(window, Qt.Key.Key_P, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: "Saved" in window.banner.sentence, timeout=SLOW_MS)
    (saved,) = tmp_path.glob("*.png")
    image = QImage(str(saved)).convertToFormat(QImage.Format.Format_RGB888)
    pixels = np.frombuffer(image.constBits().asarray(image.sizeInBytes()), np.uint8)
    number = number_in(pixels.reshape(image.height(), image.bytesPerLine())[:, : 3 * 320].reshape(-1, 320, 3))
    assert saved.name == f"long-{number + 1}.png"
    assert seen <= number <= made[0]


def wait_until_still(qtbot: QtBot, window: MainWindow, index: int) -> None:
    """Until the player has done what it was told, which is to stand still on that frame, and the window shows it."""
    known(qtbot, window)
    qtbot.waitUntil(lambda: window.shown.index == index and not window.playing, timeout=SLOW_MS)


def test_a_joint_taken_while_playing_is_moved_on_its_frame(qtbot: QtBot, playing: Playing) -> None:
    window, _ = playing
    frame, start, away = window.shown.index, place_of(window, 1, 5), QPoint(30, 20)
    qtbot.mousePress(window.stage.view, Qt.MouseButton.LeftButton, pos=start)
    wait_until_still(qtbot, window, frame)
    qtbot.mouseMove(window.stage.view, start + away)
    qtbot.mouseRelease(window.stage.view, Qt.MouseButton.LeftButton, pos=start + away)
    qtbot.waitUntil(lambda: len(window.editing.edits) == 1, timeout=SLOW_MS)
    (moved,) = window.editing.edits.changes
    assert (moved.frame, moved.person, moved.joint) == (frame, 1, 5)
    wait_until_still(qtbot, window, frame)  # so that one sees what one did
    assert number_shown(window) == frame


def test_the_video_waits_while_the_menu_of_people_is_open(qtbot: QtBot, playing: Playing) -> None:
    window, play_on = playing
    menu, frame = window.menus["People"], window.shown.index
    at = place_of(window, 1)
    QApplication.sendEvent(
        window.stage.view,
        QContextMenuEvent(QContextMenuEvent.Reason.Mouse, at, window.stage.view.mapToGlobal(at)),
    )
    assert menu.isVisible()
    wait_until_still(qtbot, window, frame)
    split = menu.actionGeometry(window.actions_["split"]).center()
    qtbot.mouseMove(menu, split)
    qtbot.mouseClick(menu, Qt.MouseButton.LeftButton, pos=split)
    qtbot.waitUntil(lambda: len(window.editing.edits) == 1, timeout=SLOW_MS)
    assert window.editing.edits.changes[0].frame == frame
    play_on()


def answered_slowly(qtbot: QtBot, playing: Playing, keys: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> int:
    """The frame on which X asked, while the video plays on until the first answer is given."""
    window, play_on = playing
    asked_at: list[int] = []

    def answer(names: list[str], *_: object) -> int:
        asked_at.append(window.shown.index)
        play_on()
        return 0

    window.commands.questions.one_of = answer
    qtbot.keyClick(window, Qt.Key.Key_X, keys)
    qtbot.waitUntil(lambda: len(window.editing.edits) == 1, timeout=SLOW_MS)
    (frame,) = asked_at
    return frame


def test_a_swap_begins_where_it_was_asked_for(qtbot: QtBot, playing: Playing) -> None:
    frame = answered_slowly(qtbot, playing)
    assert [change.frame for change in playing[0].editing.edits.changes] == [frame]


def test_the_picture_is_saved_in_full_size(qtbot: QtBot, pair: MainWindow, tmp_path: Path) -> None:
    from PyQt6.QtGui import QImage

    pair.resize(700, 420)
    pair.commands.questions.target = lambda suggestion, kinds: str(tmp_path / suggestion.name)
    pair.actions_["snapshot"].trigger()
    qtbot.waitUntil(lambda: "two-11.png" in pair.banner.sentence, timeout=SLOW_MS)
    image = QImage(str(tmp_path / "two-11.png"))
    assert (image.width(), image.height()) == (320, 192)
