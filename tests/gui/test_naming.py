"""A name that is being written is given by whatever is done next, and what is done next is done."""

from __future__ import annotations

from pathlib import Path

from PyQt6.QtCore import QPoint, Qt
from PyQt6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from app.gui.questions import Leaving
from app.gui.window import MainWindow
from app.session import read_session
from tests.gui.pairs import click_person
from tests.gui.test_window import SLOW_MS


def begin_to_name(qtbot: QtBot, window: MainWindow, person: int, letters: str) -> QLineEdit:
    window.editing.choose(person)
    qtbot.keyClick(window, Qt.Key.Key_F2)
    editor = QApplication.focusWidget()
    assert isinstance(editor, QLineEdit)
    qtbot.keyClicks(editor, letters)
    return editor


def wait_for_names(qtbot: QtBot, window: MainWindow, *names: str) -> None:
    """Until the first people have these."""
    qtbot.waitUntil(lambda: window.editing.edits.names == dict(enumerate(names, 1)), timeout=SLOW_MS)


def press_key(qtbot: QtBot, key: Qt.Key) -> None:
    """Where the keyboard's focus is."""
    qtbot.keyClick(QApplication.focusWidget(), key)


def test_a_click_in_the_picture_or_on_the_timeline_gives_the_name(qtbot: QtBot, pair: MainWindow) -> None:
    begin_to_name(qtbot, pair, 1, "Ann")
    click_person(qtbot, pair, 2)
    wait_for_names(qtbot, pair, "Ann")
    press_key(qtbot, Qt.Key.Key_H)
    qtbot.waitUntil(lambda: pair.editing.hidden == {2}, timeout=SLOW_MS)
    begin_to_name(qtbot, pair, 2, "Bob")
    qtbot.mouseClick(pair.stage.timeline, Qt.MouseButton.LeftButton, pos=QPoint(100, 10))
    wait_for_names(qtbot, pair, "Ann", "Bob")
    press_key(qtbot, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: pair.playing, timeout=SLOW_MS)
    begin_to_name(qtbot, pair, 1, "Eve")
    pair.actions_["next-person"].trigger()
    wait_for_names(qtbot, pair, "Eve", "Bob")


def test_saving_and_closing_take_the_name_along(qtbot: QtBot, pair: MainWindow, tmp_path: Path) -> None:
    target, asked = tmp_path / "work.skelter", []

    def stay(name: str) -> Leaving:
        asked.append(name)
        return Leaving.STAY

    pair.commands.questions.target = lambda suggestion, kinds: str(target)
    pair.commands.questions.leave = stay
    editor = begin_to_name(qtbot, pair, 1, "Ann")
    qtbot.keyClick(editor, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: "work.skelter" in pair.banner.sentence, timeout=SLOW_MS)
    assert read_session(target).edits.names == {1: "Ann"}
    assert not pair.isWindowModified()
    editor = begin_to_name(qtbot, pair, 2, "Bob")
    qtbot.keyClick(editor, Qt.Key.Key_W, Qt.KeyboardModifier.ControlModifier)
    assert asked == ["two.mp4"]
    wait_for_names(qtbot, pair, "Ann", "Bob")
    begin_to_name(qtbot, pair, 1, "Eve")
    pair.close()
    assert asked == ["two.mp4"] * 2
    wait_for_names(qtbot, pair, "Eve", "Bob")
