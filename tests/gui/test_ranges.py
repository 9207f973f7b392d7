"""A range of the video that is marked: played over and over, and exported alone."""

from __future__ import annotations

import itertools
from pathlib import Path

from PyQt6.QtCore import QPoint, Qt
from PyQt6.QtGui import QAction
from pytestqt.qtbot import QtBot

from app.exports.skelter_json import read
from app.gui.window import MainWindow
from tests.gui.test_live import live, tools  # noqa: F401 - fixtures
from tests.gui.test_window import SLOW_MS, number_shown, wait_for_frame


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
