"""The scale by how tall the person chosen is; that by a known length is in test_analysis.py."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PyQt6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.analysis import height_px
from app.gui.series import Kind
from app.gui.window import MainWindow
from app.results import FrameRecord
from engine.skeletons import COCO
from engine.types import Poses
from tests.gui.test_analysis import FRAMES, choose, draw_line, open_known, squat, squats  # noqa: F401 - fixture
from tests.gui.test_live import CameraToolbox, live, tools  # noqa: F401 - fixtures
from tests.gui.test_window import SLOW_MS

TALL_PX = height_px(np.array([squat(index).tracks.poses.keypoints[0] for index in range(FRAMES)]))


def tell_height(window: MainWindow, metres: float | None) -> list[str]:
    """Answer so where it is asked for; of whom it is asked comes into the list."""
    asked: list[str] = []
    window.commands.questions.height = lambda name: asked.append(name) or metres
    return asked


def test_the_height_of_the_person_chosen_gives_metres(qtbot: QtBot, squats: MainWindow) -> None:  # noqa: F811
    panel, banner, asked = squats.stage.analysis, squats.banner, tell_height(squats, 1.8)
    choose(squats, Kind.HEIGHT, "left_hip")
    qtbot.waitUntil(lambda: panel.series.unit == "px", timeout=SLOW_MS)
    pixels = panel.series.values.max()
    qtbot.mouseClick(panel.scale, Qt.MouseButton.LeftButton)
    assert "Draw a line" in banner.sentence
    assert banner._action.text() == "By the height of Person 7…"
    qtbot.mouseClick(banner._action, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: panel.series.unit == "m", timeout=SLOW_MS)
    assert asked == ["Person 7"]
    assert panel.series.values.max() == pytest.approx(pixels * 1.8 / TALL_PX)
    assert squats.notes()[2] == pytest.approx(1.8 / TALL_PX), "what a session keeps"
    assert f"{TALL_PX / 1.8:.0f} pixels are one metre" in banner.sentence
    assert not panel.scale.isChecked(), "no line is to be drawn any more"
    assert squats.sessions.unsaved
    qtbot.mouseClick(panel.no_scale, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: panel.series.unit == "px", timeout=SLOW_MS)


def test_the_menu_asks_for_the_height_of_whoever_is_chosen(qtbot: QtBot, squats: MainWindow) -> None:  # noqa: F811
    asked, action = tell_height(squats, None), squats.actions_["scale-height"]
    squats.people.renamed.emit(7, "Ada")
    qtbot.waitUntil(lambda: squats.people.name(7) == "Ada", timeout=SLOW_MS)
    action.trigger()
    qtbot.waitUntil(lambda: asked == ["Ada"], timeout=SLOW_MS)
    assert squats.scaling.metres_per_pixel is None, "it was not told"
    squats.editing.choose(None)
    assert not action.isEnabled()
    qtbot.mouseClick(squats.stage.analysis.scale, Qt.MouseButton.LeftButton)
    assert "Draw a line" in squats.banner.sentence
    assert not squats.banner._action.isVisible(), "nobody is chosen whose height could be told"
    squats.scaling.draw(False)


def without_legs(index: int) -> FrameRecord:
    record = squat(index)
    poses, scores = record.tracks.poses, record.tracks.poses.scores.copy()
    scores[0, [COCO.keypoints.index(name) for name in ("left_ankle", "right_ankle")]] = 0.1
    return replace(record, tracks=replace(record.tracks, poses=Poses(poses.keypoints, scores, poses.boxes)))


def test_of_somebody_whose_legs_are_not_seen_no_height_is_asked(
    qtbot: QtBot, window: MainWindow, clip: Path, tmp_path: Path
) -> None:
    open_known(qtbot, window, clip, tmp_path, map(without_legs, range(FRAMES)))
    window.commands.questions.height = lambda name: pytest.fail("asked, though it cannot be measured")
    window.actions_["scale-height"].trigger()
    qtbot.waitUntil(lambda: "cannot be measured" in window.banner.sentence, timeout=SLOW_MS)
    assert "Person 7" in window.banner.sentence
    assert window.scaling.metres_per_pixel is None
    window.commands.questions.length = lambda: 2.0
    qtbot.mouseClick(window.banner._action, Qt.MouseButton.LeftButton)
    draw_line(qtbot, window.stage.view)
    assert window.stage.analysis.scale.text() == "100 px = 1 m"


def test_steadied_joints_are_measured_where_they_are_shown(qtbot: QtBot, squats: MainWindow) -> None:  # noqa: F811
    tell_height(squats, 1.0)
    squats.actions_["scale-height"].trigger()
    qtbot.waitUntil(lambda: squats.scaling.metres_per_pixel is not None, timeout=SLOW_MS)
    before = squats.scaling.metres_per_pixel
    squats.actions_["steady"].trigger()
    qtbot.waitUntil(lambda: squats.stage.analysis.series.told is None, timeout=SLOW_MS)
    squats.actions_["scale-height"].trigger()
    qtbot.waitUntil(lambda: squats.scaling.metres_per_pixel != before, timeout=SLOW_MS)
    squats.actions_["steady"].trigger()


def test_a_camera_has_a_scale_by_height_too(qtbot: QtBot, live: MainWindow, tools: CameraToolbox) -> None:  # noqa: F811
    qtbot.waitUntil(lambda: live.people.rowCount() == 1, timeout=SLOW_MS)
    asked = tell_height(live, 1.8)
    live.editing.choose(live.people.ids()[0])
    qtbot.waitUntil(lambda: len(live.analysing.lately[0]) > 5, timeout=SLOW_MS)
    live.actions_["scale-height"].trigger()
    qtbot.waitUntil(lambda: live.scaling.metres_per_pixel is not None, timeout=SLOW_MS)
    assert asked
    assert live.stage.analysis.scale.text().endswith("px = 1 m")
