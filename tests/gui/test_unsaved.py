"""What counts as work that is not saved: corrections, the scale; in a session the range and the second video too."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from app.gui import messages as say
from app.gui.questions import Leaving
from app.gui.window import MainWindow
from app.session import read_session
from tests.gui.clips import GreenToolbox
from tests.gui.conftest import OpenWindow
from tests.gui.test_window import SLOW_MS, open_paused, wait_for_frame


@pytest.fixture
def opened(qtbot: QtBot, window: MainWindow, clip: Path) -> MainWindow:
    open_paused(qtbot, window, clip)
    return window


def save(qtbot: QtBot, window: MainWindow, target: Path) -> None:
    window.commands.questions.target = lambda suggestion, kinds: str(target)
    window.actions_["save"].trigger()
    qtbot.waitUntil(lambda: f"Saved {target.name}" in window.banner.sentence, timeout=SLOW_MS)
    window.banner.dismiss()
    assert not window.isWindowModified()
    assert window.windowTitle() == f"{target.name}[*] – Skelter", "where the next save goes"


def kept(window: MainWindow) -> list[Path]:
    return [path for path in window.settings.recovery.glob("*.skelter") if ".part" not in path.name]


def test_a_scale_is_work_of_its_own(qtbot: QtBot, opened: MainWindow) -> None:
    opened.commands.questions.length = lambda: 2.0
    opened.stage.view.line_drawn.emit(10.0, 10.0, 60.0, 10.0)
    assert opened.isWindowModified()
    qtbot.waitUntil(lambda: len(kept(opened)) == 1, timeout=SLOW_MS)
    assert read_session(kept(opened)[0]).notes.metres_per_pixel == pytest.approx(0.04)
    asked: list[str] = []
    opened.commands.questions.leave = lambda name: asked.append(name) or Leaving.STAY
    opened.close()
    assert asked


def test_a_range_is_passing_until_there_is_a_session(
    qtbot: QtBot, opened: MainWindow, open_window: OpenWindow, toolbox: GreenToolbox, tmp_path: Path
) -> None:
    opened.stage.timeline.set_loop((5, 25))
    assert not opened.isWindowModified()
    save(qtbot, opened, tmp_path / "work.skelter")
    opened.stage.timeline.set_loop((5, 30))
    assert opened.isWindowModified()
    opened.stage.timeline.set_loop((5, 25))
    assert not opened.isWindowModified()
    other = open_window(toolbox)
    other.open_source(str(tmp_path / "work.skelter"))
    wait_for_frame(qtbot, other, 10)
    assert not other.isWindowModified()
    other.stage.timeline.set_loop(None)
    assert other.isWindowModified()


def test_what_is_taken_back_is_no_work(qtbot: QtBot, opened: MainWindow, tmp_path: Path) -> None:
    opened.people.renamed.emit(1, "Anna")
    qtbot.waitUntil(opened.isWindowModified, timeout=SLOW_MS)
    qtbot.waitUntil(lambda: len(kept(opened)) == 1, timeout=SLOW_MS)
    opened.actions_["undo"].trigger()
    qtbot.waitUntil(lambda: not opened.isWindowModified(), timeout=SLOW_MS)
    assert kept(opened) == []
    opened.actions_["redo"].trigger()
    qtbot.waitUntil(lambda: len(opened.editing.edits) == 1, timeout=SLOW_MS)
    assert opened.isWindowModified()
    opened.player.send(say.AnalyseAgain(session=opened.open_session))  # which takes everything back for good
    qtbot.waitUntil(lambda: not opened.isWindowModified(), timeout=SLOW_MS)
    assert kept(opened) == []
    opened.people.renamed.emit(1, "Anna")
    qtbot.waitUntil(lambda: len(opened.editing.edits) == 1, timeout=SLOW_MS)
    save(qtbot, opened, tmp_path / "work.skelter")
    opened.actions_["undo"].trigger()
    qtbot.waitUntil(opened.isWindowModified, timeout=SLOW_MS)


def test_what_is_asked_for_while_the_player_is_busy_is_work_already(qtbot: QtBot, opened: MainWindow) -> None:
    busy, asked = threading.Event(), []

    def stay(name: str) -> Leaving:
        asked.append(name)
        return Leaving.STAY

    opened.commands.questions.leave = stay
    opened.player.send(say.ShareWork(lambda _: busy.wait(60), session=opened.open_session))  # as if it loaded networks
    try:
        opened.editing.choose(1)
        opened.actions_["hide"].trigger()
        opened.stage.timeline.set_loop((5, 25))  # passing, and no reason to look at what is saved only as far as known
        opened.close()
        assert asked == ["numbered.mp4"]
        assert opened.editing.hidden == frozenset()
    finally:
        busy.set()
    qtbot.waitUntil(lambda: opened.editing.hidden == {1}, timeout=SLOW_MS)
    opened.actions_["undo"].trigger()
    qtbot.waitUntil(lambda: not opened.isWindowModified(), timeout=SLOW_MS)


def test_a_folder_that_is_gone_is_told_of_and_not_made_again(qtbot: QtBot, opened: MainWindow, tmp_path: Path) -> None:
    stick = tmp_path / "stick"
    stick.mkdir()
    save(qtbot, opened, stick / "work.skelter")
    stick.rename(tmp_path / "elsewhere")
    opened.actions_["save"].trigger()
    qtbot.waitUntil(lambda: "stick does not exist" in opened.banner.sentence, timeout=SLOW_MS)
    assert not stick.exists()


def test_a_second_video_that_is_taken_away_leaves_nothing(
    qtbot: QtBot, opened: MainWindow, clip: Path, tmp_path: Path
) -> None:
    save(qtbot, opened, tmp_path / "work.skelter")
    opened.comparing.begin(str(clip))
    qtbot.waitUntil(lambda: opened.comparing.second.shown is not None, timeout=SLOW_MS)
    opened.comparing.second.panel.stepped.emit(1)
    qtbot.waitUntil(lambda: opened.comparing.offset_s != 0, timeout=SLOW_MS)
    opened.comparing.stop()
    assert not opened.isWindowModified()


def test_a_second_video_is_work_in_a_session(qtbot: QtBot, opened: MainWindow, clip: Path, tmp_path: Path) -> None:
    save(qtbot, opened, tmp_path / "work.skelter")
    opened.comparing.begin(str(clip))
    assert opened.isWindowModified()
    save(qtbot, opened, tmp_path / "work.skelter")
    opened.comparing.stop()
    assert opened.isWindowModified()
