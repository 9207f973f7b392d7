"""Choosing engines while a video runs: it never stops for them, and what is running is always said."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtGui import QStandardItemModel
from PyQt6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.gui.engine_room import Changeable
from app.gui.side_panel import Section
from app.gui.status_line import StatusLine
from app.gui.toolbox import EngineChoice
from app.gui.window import MainWindow
from app.results import Header, SourceRecord
from app.session import read_session
from engine.errors import BackendError
from tests.gui.clips import GreenEngines, GreenToolbox, OtherJointsToolbox, frame_picture
from tests.gui.conftest import OpenWindow
from tests.gui.test_live import CameraToolbox, live, tools  # noqa: F401 - fixtures
from tests.gui.test_window import SLOW_MS, number_shown, open_paused


class SlowToolbox(CameraToolbox):
    """Loads other engines than the first ones only when the gate is open; refuses the pose network `stick-fine`."""

    def __init__(self) -> None:
        super().__init__()
        self.gate = threading.Event()

    def engines(self, choice: EngineChoice) -> GreenEngines:
        if self.made:
            self.gate.wait(60)
        if choice.pose == "stick-fine":
            raise BackendError("stick-fine cannot be run here; choose another.")
        return super().engines(choice)


def choose(qtbot: QtBot, window: MainWindow, name: str, value: str | bool) -> None:
    """Choose by the keyboard, as somebody would who came by Tab."""
    box = window.side.findChild(type(window.engines._panel)).boxes[name]
    qtbot.waitUntil(lambda: box.findData(value) >= 0, timeout=SLOW_MS)
    steps = box.findData(value) - box.currentIndex()
    for _ in range(abs(steps)):
        QTest.keyClick(box, Qt.Key.Key_Down if steps > 0 else Qt.Key.Key_Up)


def test_the_camera_goes_on_while_other_engines_load(qtbot: QtBot, open_window: OpenWindow) -> None:
    slow = SlowToolbox()
    window = open_window(slow)
    window.open_source("0")
    qtbot.waitUntil(lambda: window.status.people.text() == "1 person", timeout=SLOW_MS)
    choose(qtbot, window, "precision", "bf16")
    qtbot.waitUntil(lambda: "Changing" in window.status.activity.text(), timeout=SLOW_MS)
    before = window.shown.index
    qtbot.waitUntil(lambda: window.shown.index > before + 10, timeout=SLOW_MS)
    assert not slow.made[0].closed
    slow.gate.set()
    qtbot.waitUntil(lambda: window.status.engine.text() == "Pencil 1.0 on paper, bf16", timeout=SLOW_MS)
    assert slow.made[0].closed
    after = window.shown.index
    qtbot.waitUntil(lambda: window.shown.index > after + 5 and window.shown.people == (1,), timeout=SLOW_MS)


def test_another_tracker_gives_new_numbers_to_a_camera_s_people(qtbot: QtBot, live: MainWindow) -> None:  # noqa: F811
    choose(qtbot, live, "tracker", "iou")
    qtbot.waitUntil(lambda: live.shown is not None and live.shown.people == (2,), timeout=SLOW_MS)
    assert live.engines.choice.tracker == "iou"


@pytest.mark.parametrize("name", ["flip", "far"])
def test_people_are_looked_at_more_closely_where_that_is_chosen(
    name: str,
    qtbot: QtBot,
    live: MainWindow,  # noqa: F811
    tools: CameraToolbox,  # noqa: F811
) -> None:
    choose(qtbot, live, name, True)
    qtbot.waitUntil(lambda: getattr(live.engines.choice, name), timeout=SLOW_MS)
    assert getattr(tools.made[-1].choice, name)


def test_what_cannot_be_loaded_is_told_and_the_old_stays(qtbot: QtBot, open_window: OpenWindow, clip: Path) -> None:
    slow = SlowToolbox()
    slow.gate.set()
    window = open_window(slow)
    open_paused(qtbot, window, clip)
    choose(qtbot, window, "pose", "stick-fine")
    qtbot.waitUntil(lambda: "stick-fine cannot be run here" in window.banner.sentence, timeout=SLOW_MS)
    panel = window.engines._panel
    qtbot.waitUntil(lambda: panel.boxes["pose"].currentData() == "stick", timeout=SLOW_MS)
    window.stage.timeline.sought.emit(40)
    qtbot.waitUntil(lambda: window.shown.index == 40 and len(window.shown.people or ()) == 1, timeout=SLOW_MS)


def test_a_file_is_analysed_again_with_the_new_ones(
    qtbot: QtBot, window: MainWindow, toolbox: GreenToolbox, clip: Path
) -> None:
    open_paused(qtbot, window, clip)
    choose(qtbot, window, "precision", "bf16")
    qtbot.waitUntil(lambda: "bf16" in window.status.engine.text(), timeout=SLOW_MS)
    assert number_shown(window) == 10
    before = toolbox.made[-1].detector.asked
    section = next(part for part in window.side.findChildren(Section) if part.head.text() == "Engines")
    qtbot.mouseClick(section.head, Qt.MouseButton.LeftButton)
    window.resize(1280, 1100)  # or it would lie below, where it must be scrolled to
    qtbot.waitUntil(lambda: not window.engines._panel.again.visibleRegion().isEmpty(), timeout=SLOW_MS)
    qtbot.mouseClick(window.engines._panel.again, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: toolbox.made[-1].detector.asked > before, timeout=SLOW_MS)
    qtbot.waitUntil(lambda: window.shown.people == (1,), timeout=SLOW_MS)
    assert number_shown(window) == 10


def test_joints_of_two_networks_are_never_mixed(
    qtbot: QtBot, open_window: OpenWindow, clip: Path, tmp_path: Path
) -> None:
    window = open_window(OtherJointsToolbox())
    open_paused(qtbot, window, clip)
    window.people.renamed.emit(1, "Anna")
    choose(qtbot, window, "pose", "stick-fine")
    qtbot.waitUntil(lambda: window.engines.choice.pose == "stick-fine", timeout=SLOW_MS)
    window.stage.timeline.sought.emit(50)
    qtbot.waitUntil(lambda: "other joints (mpii16)" in window.banner.sentence, timeout=SLOW_MS)
    assert "known of this video (coco17)" in window.banner.sentence
    assert window.people.name(1) == "Anna", "nothing is forgotten unasked"
    window.banner.dismiss()
    window.exporting.export_to(tmp_path / "refused.json")
    qtbot.waitUntil(lambda: "other joints" in window.banner.sentence, timeout=SLOW_MS)
    assert not (tmp_path / "refused.json").exists()
    window.sessions.document = tmp_path / "kept.skelter"
    window.actions_["save"].trigger()
    qtbot.waitUntil(lambda: "Saved kept.skelter" in window.banner.sentence, timeout=SLOW_MS)
    kept = read_session(tmp_path / "kept.skelter")
    assert kept.recording.header.skeleton.name == "coco17"
    assert kept.edits.names == {1: "Anna"}
    window.commands.questions.analyse_again = lambda: True
    window.engines._panel.again.click()
    qtbot.waitUntil(lambda: window.shown.index == 50 and len(window.shown.people or ()) == 1, timeout=SLOW_MS)
    assert window.shown.tracks.poses.keypoints.shape[1] == 16


def test_what_cannot_be_used_here_says_why(qtbot: QtBot, window: MainWindow, clip: Path) -> None:
    open_paused(qtbot, window, clip)
    box = window.engines._panel.boxes["device"]
    qtbot.waitUntil(lambda: box.count() == 3, timeout=SLOW_MS)
    model = box.model()
    assert isinstance(model, QStandardItemModel)
    assert not model.item(2).isEnabled()
    assert model.item(2).toolTip() == "there is no paint"


def test_closing_while_engines_load_leaves_nothing(qtbot: QtBot, open_window: OpenWindow, clip: Path) -> None:
    slow = SlowToolbox()
    window = open_window(slow)
    open_paused(qtbot, window, clip)
    choose(qtbot, window, "precision", "bf16")
    qtbot.waitUntil(lambda: "Changing" in window.status.activity.text(), timeout=SLOW_MS)
    window.close()
    assert not window.player._thread.is_alive()
    slow.gate.set()
    qtbot.waitUntil(lambda: len(slow.made) == 2 and slow.made[1].closed, timeout=SLOW_MS)


def test_engines_that_are_ready_after_the_video_was_closed_are_kept(
    qtbot: QtBot, open_window: OpenWindow, clip: Path
) -> None:
    slow = SlowToolbox()
    window = open_window(slow)
    open_paused(qtbot, window, clip)
    choose(qtbot, window, "tracker", "iou")
    qtbot.waitUntil(lambda: "Changing" in window.status.activity.text(), timeout=SLOW_MS)
    window.commands.close_source()
    qtbot.waitUntil(lambda: window.info is None, timeout=SLOW_MS)
    slow.gate.set()
    qtbot.waitUntil(lambda: window.settings.engines.tracker == "iou", timeout=SLOW_MS)
    kept = window.settings.engines
    assert window.engines.choice == kept
    window.engines.use(EngineChoice(pose="stick-fine"))
    qtbot.waitUntil(lambda: "stick-fine cannot be run here" in window.banner.sentence, timeout=SLOW_MS)
    qtbot.waitUntil(lambda: window.settings.engines == kept, timeout=SLOW_MS)


def test_people_keep_their_numbers_as_long_as_the_tracker_stays() -> None:
    parts = Changeable(GreenEngines())

    def ids(index: int) -> list[int]:
        picture = frame_picture(index)
        return parts.update(parts.estimate(picture, parts.detect(picture)), index / 25, picture).ids.tolist()

    assert [ids(index) for index in range(6)][-1] == [1]
    parts.change(GreenEngines())
    assert ids(6) == [1]
    parts.change(GreenEngines(EngineChoice(tracker="iou")))
    assert [ids(index) for index in range(7, 14)][-1] == [2]


@pytest.mark.parametrize(
    ("detector", "pose", "shown"),
    [
        ("OpenVINO on CPU, bf16", "OpenVINO on CPU, bf16", "OpenVINO on CPU, bf16"),
        ("OpenVINO on CPU, bf16, far away too", "OpenVINO on CPU, bf16", "OpenVINO on CPU, bf16, far away too"),
        ("OpenVINO on CPU, bf16, far", "OpenVINO on CPU, bf16, mirrored", "OpenVINO on CPU, bf16, far, mirrored"),
        ("OpenVINO on CPU, int8", "OpenVINO on CPU, bf16", "OpenVINO on CPU, bf16 + OpenVINO on CPU, int8"),
        ("ONNX Runtime on CPU, f32", "PyTorch on CPU, f32", "ONNX Runtime on CPU, f32 + PyTorch on CPU, f32"),
    ],
)
def test_the_status_line_says_once_what_both_networks_run_on(
    qtbot: QtBot, detector: str, pose: str, shown: str
) -> None:
    line = StatusLine()
    qtbot.addWidget(line)
    models = {"detector": f"green, {detector}", "pose": f"stick, {pose}", "tracker": "oks"}
    line.set_engines(Header(SourceRecord("clip.mp4", 320, 192), models))
    assert line.engine.text() == shown
    assert f"green, {detector}" in line.engine.toolTip()
