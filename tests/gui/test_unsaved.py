"""What counts as work that is not saved: corrections, the scale; in a session the range and the second video too."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

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
    qtbot.waitUntil(opened.isWindowModified, timeout=SLOW_MS)
    save(qtbot, opened, tmp_path / "work.skelter")
    opened.actions_["undo"].trigger()
    qtbot.waitUntil(opened.isWindowModified, timeout=SLOW_MS)


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
