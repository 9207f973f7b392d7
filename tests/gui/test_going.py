"""Going to a frame by its number and to a time."""

from __future__ import annotations

from pathlib import Path

import pytest
from PyQt6.QtCore import QPoint, Qt
from PyQt6.QtWidgets import QDialogButtonBox
from pytestqt.qtbot import QtBot

from app.gui.going import GoingBox, place_in
from app.gui.window import MainWindow
from tests.gui.clips import FPS
from tests.gui.test_window import SLOW_MS, open_paused, wait_for_frame


@pytest.mark.parametrize(
    ("written", "place"),
    [
        ("4711", 4711),
        (" 0 ", 0),
        ("1:23.4", 83.4),
        ("83.4", 83.4),
        ("0:05", 5.0),
        ("４７", 47),  # full-width, as Chinese and Korean keyboards write
        ("１：２３", 83.0),
        ("", None),
        ("-5", None),
        ("ten", None),
        ("12 s", None),
        ("4 711", None),
    ],
)
def test_a_number_is_a_frame_and_what_has_a_sign_in_it_a_time(written: str, place: float | None) -> None:
    found = place_in(written)
    assert found == (None if place is None else pytest.approx(place))
    assert type(found) is type(place)


def ask(qtbot: QtBot, window: MainWindow) -> GoingBox:
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow, timeout=SLOW_MS)
    qtbot.keyClick(window, Qt.Key.Key_G, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: bool(window.findChildren(GoingBox)), timeout=SLOW_MS)
    return window.findChildren(GoingBox)[0]


def answer(qtbot: QtBot, box: GoingBox, text: str) -> None:
    box.place.clear()
    qtbot.keyClicks(box.place, text)
    qtbot.mouseClick(box.buttons.button(QDialogButtonBox.StandardButton.Ok), Qt.MouseButton.LeftButton)


def test_it_goes_where_it_was_told(qtbot: QtBot, window: MainWindow, clip: Path) -> None:
    assert not window.actions_["to-place"].isEnabled(), "there is nowhere to go"
    open_paused(qtbot, window, clip)
    for text, index in (("47", 46), (f"0:{5 / FPS}", 5), ("4711", 59), ("7:00", 59), ("1", 0)):
        answer(qtbot, ask(qtbot, window), text)
        wait_for_frame(qtbot, window, index)
        qtbot.waitUntil(lambda: not window.findChildren(GoingBox), timeout=SLOW_MS)
    assert window.stage.transport.frame.text() == "Frame 1 of 60"


def test_what_is_neither_is_said_and_may_be_written_again(qtbot: QtBot, window: MainWindow, clip: Path) -> None:
    open_paused(qtbot, window, clip)
    label = window.stage.transport.time
    qtbot.mousePress(label, Qt.MouseButton.LeftButton)
    qtbot.mouseRelease(label, Qt.MouseButton.LeftButton, pos=QPoint(5, -40))  # who lets go elsewhere thought better
    assert not window.findChildren(GoingBox)
    qtbot.mouseClick(label, Qt.MouseButton.LeftButton)  # asks too
    qtbot.waitUntil(lambda: bool(window.findChildren(GoingBox)), timeout=SLOW_MS)
    box = window.findChildren(GoingBox)[0]
    answer(qtbot, box, "soon")
    assert "such as 4711" in box.wrong.text()
    answer(qtbot, box, "0")
    assert "count from 1" in box.wrong.text()
    assert window.shown.index == 10
    answer(qtbot, box, "21")
    wait_for_frame(qtbot, window, 20)
