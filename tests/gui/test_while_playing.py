"""What is done while the video plays is done on the frame that was seen."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PyQt6.QtCore import QPoint, Qt
from PyQt6.QtGui import QContextMenuEvent
from PyQt6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.gui.window import MainWindow
from tests.gui.clips import FPS, make_clip, number_in
from tests.gui.pairs import people_shown, place_of
from tests.gui.test_known_data import known
from tests.gui.test_live import live, tools  # noqa: F401 - fixtures
from tests.gui.test_window import SLOW_MS, number_shown

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
