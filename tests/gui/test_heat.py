"""The heat of a joint in the window: chosen, seen on the joint and nowhere else, on paused pictures too."""

from __future__ import annotations

import threading
from pathlib import Path

import numpy as np
import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.gui.languages import speak
from app.gui.toolbox import DefaultToolbox, EngineChoice
from app.gui.window import MainWindow
from engine.errors import ModelError
from engine.skeletons import COCO, HALPE
from tests.gui.clips import Bumps, GreenToolbox
from tests.gui.conftest import OpenWindow
from tests.gui.test_window import SLOW_MS, VIDEO, open_analysed, wait_for_frame
from tests.shared import needs_shared


def hottest(before: np.ndarray, after: np.ndarray) -> np.ndarray:
    """The middle of what has become reddest, x and y."""
    redder = (after.astype(int) - before)[..., 0] - (after.astype(int) - before)[..., 2]
    rows, columns = np.nonzero(redder >= np.sort(redder.ravel())[-12])
    return np.array([columns.mean(), rows.mean()])


@pytest.mark.parametrize(("language", "heel"), [("en", "Left heel"), ("ko", "왼쪽 발뒤꿈치"), ("zh_CN", "左脚跟")])
def test_the_joints_of_the_feet_have_words(window: MainWindow, qapp: QApplication, language: str, heel: str) -> None:
    speak(qapp, language)
    window.overlay.set_skeleton(HALPE.keypoints)
    words = [window.overlay.heat.itemText(place) for place in range(1, window.overlay.heat.count())]
    assert words[HALPE.keypoints.index("left_heel")] == heel
    assert [word for word in words if word.lower() == word and word.isascii()] == [], "names for programs"
    assert len(set(words)) == len(HALPE)


def test_it_lies_on_the_joint_that_was_chosen(qtbot: QtBot, window: MainWindow, clip: Path) -> None:
    open_analysed(qtbot, window, clip)
    view = window.stage.view
    for name in ("skeleton", "ids"):
        plain = view.pixels.copy()
        window.actions_[name].trigger()
        qtbot.waitUntil(lambda plain=plain: not np.array_equal(view.pixels, plain), timeout=SLOW_MS)
    plain = view.pixels.copy()
    for _ in range(10):
        qtbot.keyClick(window.overlay.heat, Qt.Key.Key_Down)
    assert window.overlay.heat.currentText() == "Left wrist"
    wrist = window.shown.tracks.poses.keypoints[0, COCO.keypoints.index("left_wrist")]
    scale = plain.shape[1] / window.shown.size[0]
    qtbot.waitUntil(lambda: np.abs(hottest(plain, view.pixels) / scale - wrist).max() < 2, timeout=SLOW_MS)

    wrist_only = view.pixels.copy()
    qtbot.keyClick(window, Qt.Key.Key_E)
    assert window.overlay.heat.currentText() == "Right wrist"
    qtbot.waitUntil(lambda: not np.array_equal(view.pixels, wrist_only), timeout=SLOW_MS)
    window.overlay.heat.setCurrentIndex(0)
    qtbot.waitUntil(lambda: np.array_equal(view.pixels, plain), timeout=SLOW_MS)


def test_a_network_without_heatmaps_is_told_once_and_the_video_goes_on(
    qtbot: QtBot, open_window: OpenWindow, clip: Path
) -> None:
    class NoHeat(GreenToolbox):
        tried = 0

        def heats(self, choice: EngineChoice) -> Bumps:
            self.tried += 1
            raise ModelError("stick has no heatmaps to show: choose a pose network that finds joints by them.")

    tools = NoHeat()
    window = open_window(tools)
    open_analysed(qtbot, window, clip)
    qtbot.keyClick(window, Qt.Key.Key_E)
    qtbot.waitUntil(lambda: "stick has no heatmaps" in window.banner.sentence, timeout=SLOW_MS)
    window.banner.dismiss()
    qtbot.keyClick(window, Qt.Key.Key_E)
    qtbot.keyClick(window, Qt.Key.Key_Right)
    wait_for_frame(qtbot, window, 11)  # which is drawn after both
    qtbot.waitUntil(lambda: not any(t.name == "skelter heat" for t in threading.enumerate()), timeout=SLOW_MS)
    assert (window.banner.sentence, tools.tried) == ("", 1)


def test_heat_that_comes_after_the_end_is_closed(qtbot: QtBot, open_window: OpenWindow, clip: Path) -> None:
    gate, closed = threading.Event(), threading.Event()

    class Late(Bumps):
        def close(self) -> None:
            closed.set()

    class SlowHeat(GreenToolbox):
        def heats(self, choice: EngineChoice) -> Bumps:
            gate.wait(60)
            return Late()

    window = open_window(SlowHeat())
    open_analysed(qtbot, window, clip)
    qtbot.keyClick(window, Qt.Key.Key_E)
    qtbot.waitUntil(lambda: any(t.name == "skelter heat" for t in threading.enumerate()), timeout=SLOW_MS)
    window.close()
    gate.set()
    assert closed.wait(60)


@needs_shared
def test_the_deployed_network_shows_its_own(qtbot: QtBot, open_window: OpenWindow) -> None:
    class OnlyHeat(GreenToolbox):
        """Boxes of the green kind would find nobody in a real picture: the real networks."""

        def engines(self, choice: EngineChoice):  # type: ignore[no-untyped-def]
            return DefaultToolbox().engines(choice)

        def heats(self, choice: EngineChoice):  # type: ignore[no-untyped-def]
            return DefaultToolbox().heats(choice)

    window = open_window(OnlyHeat())
    window.open_source(str(VIDEO / "webcam-1.mkv"))
    qtbot.waitUntil(lambda: window.playing, timeout=SLOW_MS)  # a picture may come before the news that it plays
    qtbot.waitUntil(lambda: window.status.people.text() == "1 person", timeout=SLOW_MS)
    qtbot.keyClick(window, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: not window.playing and window.shown.tracks is not None, timeout=SLOW_MS)
    plain = window.stage.view.pixels.copy()
    qtbot.keyClick(window.overlay.heat, Qt.Key.Key_Down)
    assert window.overlay.heat.currentText() == "Nose"
    nose = window.shown.tracks.poses.keypoints[0, 0]
    box = window.shown.tracks.poses.boxes.xyxy[0]
    scale = plain.shape[1] / window.shown.size[0]
    near = 0.06 * (box[3] - box[1])
    qtbot.waitUntil(
        lambda: np.abs(hottest(plain, window.stage.view.pixels) / scale - nose).max() < near, timeout=SLOW_MS
    )
