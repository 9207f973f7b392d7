"""Corrections in the window, by mouse and keys, and what becomes of them in pictures and exports."""

from __future__ import annotations

import threading
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PyQt6.QtCore import QPoint, Qt
from PyQt6.QtGui import QColor
from PyQt6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from app.changes import Change, Confirm, ExchangeSides, Hide, HideOthers, Merge, Rename, Split, Swap
from app.exports.skelter_json import read
from app.gui import events
from app.gui.lanes import Lanes, LaneView, PersonLane
from app.gui.people_model import NAME, SHOWN
from app.gui.questions import Leaving
from app.gui.settings import Settings
from app.gui.stage import MOST_LIVE
from app.gui.window import MainWindow
from app.style import person_colour
from tests.gui.clips import GreenToolbox, make_clip
from tests.gui.conftest import OpenWindow
from tests.gui.pairs import click_person, drag_joint, left_of, open_pair, people_shown
from tests.gui.test_live import live, tools  # noqa: F401 - fixtures
from tests.gui.test_window import SLOW_MS, wait_for_frame


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
    assert not pair.people_list.table.selectionModel().selectedRows()
    qtbot.waitUntil(lambda: pair.editing.chosen is None, timeout=SLOW_MS)


def test_who_has_another_number_stays_chosen_though_the_list_shows_it_before_that_is_told(
    qtbot: QtBot, pair: MainWindow
) -> None:
    pair.editing.choose(2)
    chosen: list[int | None] = []
    pair.editing.changed.connect(lambda: chosen.append(pair.editing.chosen))

    def renumber() -> None:
        pair.event_came.emit(events.Renumbered({2: 1}))
        pair.player.lanes.rebuild((index, [1]) for index in range(40))

    player = threading.Thread(target=renumber)
    player.start()
    player.join()
    pair.stage.look_at_lanes()
    assert pair.people.ids() == [1]
    qtbot.waitUntil(lambda: chosen == [1], timeout=SLOW_MS)
    assert pair.stage.view.chosen == 1
    assert [index.row() for index in pair.people_list.table.selectionModel().selectedRows()] == [0]


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
    qtbot.waitUntil(lambda: pair.editing.chosen is None, timeout=SLOW_MS)
    qtbot.keyClick(pair, Qt.Key.Key_D)
    qtbot.wait(100)
    assert len(pair.editing.edits) == 0
    qtbot.keyClick(pair, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    qtbot.waitUntil(lambda: people_shown(pair) == (2, 3), timeout=SLOW_MS)
    click_person(qtbot, pair, 2)
    qtbot.keyClick(pair, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: people_shown(pair) == (1, 2), timeout=SLOW_MS)
    assert [index.row() for index in pair.people_list.table.selectedIndexes()][:1] == [1], "who is still there stays"


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


def test_the_tip_of_a_name_tells_all_of_it(qtbot: QtBot, pair: MainWindow) -> None:
    name = "Anna-Katharina von und zu Schmidt"
    pair.people.renamed.emit(2, name)
    tip = Qt.ItemDataRole.ToolTipRole
    qtbot.waitUntil(lambda: name in pair.people.data(pair.people.index(1, NAME), tip), timeout=SLOW_MS)


def test_the_picture_is_saved_in_full_size(qtbot: QtBot, pair: MainWindow, tmp_path: Path) -> None:
    from PyQt6.QtGui import QImage

    pair.resize(700, 420)
    pair.commands.questions.target = lambda suggestion, kinds: str(tmp_path / suggestion.name)
    pair.actions_["snapshot"].trigger()
    qtbot.waitUntil(lambda: "two-11.png" in pair.banner.sentence, timeout=SLOW_MS)
    image = QImage(str(tmp_path / "two-11.png"))
    assert (image.width(), image.height()) == (320, 192)
