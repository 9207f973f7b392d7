"""What cannot be opened, or is given up while it opens, leaves open what was; and meanwhile that one is meant."""

from __future__ import annotations

import json
import os
import shutil
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from PyQt6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.gui.events import Picture
from app.gui.questions import Leaving
from app.gui.window import MainWindow
from engine.errors import SourceError
from engine.video import LiveState, Source
from tests.gui.clips import GreenToolbox
from tests.gui.conftest import OpenWindow
from tests.gui.test_known_data import known
from tests.gui.test_window import SLOW_MS, number_shown, open_paused, wait_for_frame


class SilentStream(GreenToolbox):
    """Files open as usual; an address of the network answers nothing until it may."""

    def __init__(self) -> None:
        super().__init__()
        self.may_answer = threading.Event()

    def open(self, address: str, on_state: Callable[[LiveState], None]) -> Source:
        if "://" in address:
            self.may_answer.wait(60)
            raise SourceError("{0} cannot be opened; check the address.", address)
        return super().open(address, on_state)


def test_closing_while_something_else_opens_closes_what_is_open(
    qtbot: QtBot, open_window: OpenWindow, clip: Path
) -> None:
    toolbox = SilentStream()
    window = open_window(toolbox)
    open_paused(qtbot, window, clip)
    window.open_source("rtsp://127.0.0.1:9/a")
    qtbot.waitUntil(lambda: "Opening" in window.status.activity.text(), timeout=SLOW_MS)
    qtbot.keyClick(window, Qt.Key.Key_W, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: window.pages.currentWidget() is window.welcome, timeout=SLOW_MS)
    toolbox.may_answer.set()


def test_a_video_plays_on_where_another_cannot_be_opened(
    qtbot: QtBot, window: MainWindow, clip: Path, tmp_path: Path
) -> None:
    open_paused(qtbot, window, clip)
    qtbot.keyClick(window, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: window.playing, timeout=SLOW_MS)
    window.open_source(str(tmp_path / "gone.mp4"))
    qtbot.waitUntil(lambda: "gone.mp4" in window.banner.sentence, timeout=SLOW_MS)
    wait_for_frame(qtbot, window, 59)


def test_a_result_of_another_video_leaves_the_open_one(
    qtbot: QtBot, window: MainWindow, clip: Path, tmp_path: Path
) -> None:
    open_paused(qtbot, window, clip)
    result = tmp_path / "poses.json"
    source = {"name": "other.mp4", "width": 64, "height": 48, "fps": 25, "duration_s": 1}
    skeleton = {"name": "coco", "keypoints": ["nose"], "edges": []}
    result.write_text(
        json.dumps({"format": "skelter/1", "source": source, "models": {}, "skeleton": skeleton, "frames": []})
    )
    window.open_source(str(result))
    qtbot.waitUntil(lambda: "poses.json" in window.banner.sentence, timeout=SLOW_MS)
    assert "belong together" in window.banner.sentence
    assert number_shown(window) == 10
    assert window.status.people.text() == "1 person"
    qtbot.keyClick(window, Qt.Key.Key_Right)
    wait_for_frame(qtbot, window, 11)


@pytest.mark.parametrize("name", ["poses.csv", "poses-p1.trc"])
def test_a_table_is_no_bad_video_but_of_a_kind_that_is_not_read(
    qtbot: QtBot, window: MainWindow, tmp_path: Path, name: str
) -> None:
    (tmp_path / name).write_text("index,time_s,id\n")
    window.open_source(str(tmp_path / name))
    qtbot.waitUntil(lambda: name in window.banner.sentence, timeout=SLOW_MS)
    assert "writes and does not read" in window.banner.sentence


def test_corrections_given_up_for_what_cannot_be_opened_are_unsaved_again(
    qtbot: QtBot, window: MainWindow, clip: Path, tmp_path: Path
) -> None:
    open_paused(qtbot, window, clip)
    window.people.renamed.emit(1, "Anna")
    qtbot.waitUntil(window.isWindowModified, timeout=SLOW_MS)
    window.commands.questions.leave = lambda name: Leaving.DISCARD
    window.open_source(str(tmp_path / "gone.mp4"))
    qtbot.waitUntil(lambda: "gone.mp4" in window.banner.sentence, timeout=SLOW_MS)
    assert window.people.name(1) == "Anna"
    assert window.isWindowModified()
    recovery = window.settings.recovery
    qtbot.waitUntil(lambda: any(".part" not in path.name for path in recovery.glob("*.skelter")), timeout=SLOW_MS)


@pytest.mark.skipif(sys.platform != "linux", reason="names that are no text exist on Linux only")
def test_names_that_are_no_text_can_be_told(qtbot: QtBot, window: MainWindow, clip: Path, tmp_path: Path) -> None:
    odd = tmp_path / os.fsdecode(b"caf\xe9.mp4")
    shutil.copy(clip, odd)
    open_paused(qtbot, window, odd)
    window.exporting.export_to(odd)
    qtbot.waitUntil(lambda: "is the source itself" in window.banner.sentence, timeout=SLOW_MS)
    assert not window.export_bar.running


class SlowDisk(GreenToolbox):
    """What is called slow.mp4 opens once it may."""

    def __init__(self) -> None:
        super().__init__()
        self.may_open = threading.Event()

    def open(self, address: str, on_state: Callable[[LiveState], None]) -> Source:
        if address.endswith("slow.mp4"):
            self.may_open.wait(60)
        return super().open(address, on_state)


def hide(window: MainWindow, folder: Path) -> None:
    window.editing.hide_or_show(1)


def save(window: MainWindow, folder: Path) -> None:
    window.sessions.document = folder / "mine.skelter"
    window.actions_["save"].trigger()


def export(window: MainWindow, folder: Path) -> None:
    window.exporting.export_to(folder / "mine.json")


def save_picture(window: MainWindow, folder: Path) -> None:
    window.commands.questions.target = lambda suggestion, kinds: str(folder / "mine.png")
    window.actions_["snapshot"].trigger()


def with_another_opening(
    qtbot: QtBot, open_window: OpenWindow, clip: Path, tmp_path: Path, *, playing: bool = False
) -> tuple[MainWindow, SlowDisk]:
    """The clip, paused or playing, while slow.mp4 opens, which lasts until the disk `may_open`."""
    toolbox = SlowDisk()
    window = open_window(toolbox)
    open_paused(qtbot, window, clip)
    if playing:
        qtbot.keyClick(window, Qt.Key.Key_Space)
        qtbot.waitUntil(lambda: window.playing, timeout=SLOW_MS)
    window.open_source(str(shutil.copy(clip, tmp_path / "slow.mp4")))
    qtbot.waitUntil(lambda: "Opening" in window.status.activity.text(), timeout=SLOW_MS)
    return window, toolbox


@pytest.mark.parametrize(
    ("ask", "words"),
    [
        (hide, "nothing was done"),
        (save, "mine.skelter was not written"),
        (export, "mine.json was not written"),
        (save_picture, "nothing was done"),
    ],
)
def test_what_is_asked_for_while_another_opens_does_not_hit_that_one(
    qtbot: QtBot,
    open_window: OpenWindow,
    clip: Path,
    tmp_path: Path,
    ask: Callable[[MainWindow, Path], None],
    words: str,
) -> None:
    window, toolbox = with_another_opening(qtbot, open_window, clip, tmp_path)
    (tmp_path / "mine.skelter").write_bytes(b"what was saved before")
    ask(window, tmp_path)
    toolbox.may_open.set()
    qtbot.waitUntil(lambda: words in window.banner.sentence, timeout=SLOW_MS)
    qtbot.waitUntil(lambda: window.status.people.text() == "1 person", timeout=SLOW_MS)
    assert window.source_name == "slow.mp4"
    assert (tmp_path / "mine.skelter").read_bytes() == b"what was saved before"
    assert not (tmp_path / "mine.json").exists()
    assert not (tmp_path / "mine.png").exists()
    assert not window.sessions.unsaved
    assert window.editing.hidden == frozenset()


def mark_a_range(qtbot: QtBot, window: MainWindow) -> None:
    window.stage.timeline.set_loop((30, 40))


def seek(qtbot: QtBot, window: MainWindow) -> None:
    window.stage.timeline.sought.emit(40)


def step(qtbot: QtBot, window: MainWindow) -> None:
    qtbot.keyClick(window, Qt.Key.Key_Right)


def leap(qtbot: QtBot, window: MainWindow) -> None:
    qtbot.keyClick(window, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)


def pause(qtbot: QtBot, window: MainWindow) -> None:
    qtbot.keyClick(window, Qt.Key.Key_Space)


@pytest.mark.parametrize("move", [mark_a_range, seek, step, leap, pause])
def test_whoever_moves_about_while_another_opens_does_not_move_that_one(
    qtbot: QtBot, open_window: OpenWindow, clip: Path, tmp_path: Path, move: Callable[[QtBot, MainWindow], None]
) -> None:
    window, toolbox = with_another_opening(qtbot, open_window, clip, tmp_path, playing=True)
    move(qtbot, window)
    played: list[int] = []
    enough, put = threading.Event(), window.pictures.put

    def note(picture: Picture) -> None:
        if picture.session == window.session and not enough.is_set():
            played.append(picture.index)
            if picture.index >= 5:
                enough.set()
        put(picture)

    window.pictures.put = note
    toolbox.may_open.set()
    assert enough.wait(SLOW_MS / 1000)  # before the window hears of it, and takes the range away
    assert max(played) < 20, "it plays, and from its beginning"
    qtbot.waitUntil(lambda: window.source_name == "slow.mp4", timeout=SLOW_MS)
    assert window.stage.timeline.loop is None
    assert window.banner.sentence == ""


def test_a_menu_that_made_one_video_wait_does_not_start_the_next(
    qtbot: QtBot, window: MainWindow, clip: Path, tmp_path: Path
) -> None:
    open_paused(qtbot, window, clip)
    save(window, tmp_path)
    qtbot.waitUntil(lambda: "mine.skelter" in window.banner.sentence, timeout=SLOW_MS)
    qtbot.keyClick(window, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: window.playing, timeout=SLOW_MS)
    menu = window.menus["People"]
    menu.popup(window.pos())
    window.open_source(str(tmp_path / "mine.skelter"))  # as saved: it waits at frame 10
    qtbot.waitUntil(lambda: window.open_session == window.session, timeout=SLOW_MS)
    menu.close()
    assert not known(qtbot, window).edits.names  # it has heard of everything
    assert not window.playing
    wait_for_frame(qtbot, window, 10)
