"""The scale by how tall the person chosen is; that by a known length is in test_analysis.py."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from threading import Event

import numpy as np
import pytest
from PyQt6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.analysis import height_px
from app.gui import series
from app.gui.series import Height, Kind, height_of
from app.gui.window import MainWindow
from app.results import FrameRecord
from engine.skeletons import COCO
from engine.types import Poses
from tests.gui.clips import make_clip
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
    assert banner._action.text() == "By a person's height…"
    qtbot.mouseClick(banner._action, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: panel.series.unit == "m", timeout=SLOW_MS)
    assert asked == ["Person 7"]
    assert panel.series.values.max() == pytest.approx(pixels * 1.8 / TALL_PX)
    assert squats.notes().metres_per_pixel == pytest.approx(1.8 / TALL_PX), "what a session keeps"
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
    qtbot.mouseClick(squats.banner._action, Qt.MouseButton.LeftButton)
    assert "Choose a person" in squats.banner.sentence
    assert not squats.stage.analysis.scale.isChecked(), "a click chooses people again"
    squats.editing.choose(7)
    qtbot.mouseClick(squats.banner._action, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: asked == ["Ada", "Ada"], timeout=SLOW_MS)


def growing(index: int) -> FrameRecord:
    """Somebody who comes nearer: twice as large from the middle on."""
    record = squat(index)
    poses = record.tracks.poses
    larger = poses.keypoints * (2 if index >= FRAMES // 2 else 1)
    return replace(record, tracks=replace(record.tracks, poses=Poses(larger, poses.scores, poses.boxes)))


def test_a_marked_range_alone_is_measured_and_on_how_many_frames_is_told(
    qtbot: QtBot, window: MainWindow, clip: Path, tmp_path: Path
) -> None:
    open_known(qtbot, window, clip, tmp_path, map(growing, range(FRAMES)))
    tell_height(window, 1.0)
    for frames, told in (
        (None, f"{FRAMES} frames known so far"),
        ((0, 19), "20 frames known so far in the marked range"),
        ((40, 41), "2 frames known so far in the marked range"),
    ):
        first, last = frames or (0, FRAMES - 1)
        pixels = height_px(np.array([growing(i).tracks.poses.keypoints[0] for i in range(first, last + 1)]))
        window.stage.timeline.set_loop(frames)
        window.banner.dismiss()
        window.actions_["scale-height"].trigger()
        qtbot.waitUntil(lambda: window.banner.sentence != "", timeout=SLOW_MS)
        assert told in window.banner.sentence
        assert 1 / window.scaling.metres_per_pixel == pytest.approx(pixels)


def test_frames_count_by_what_is_seen_least() -> None:
    records = [without_legs(index) if index < 20 else squat(index) for index in range(25)]
    assert height_of(records, 7, COCO, None).count == 5


def test_in_a_range_where_legs_are_not_seen_no_height_is_asked(
    qtbot: QtBot, window: MainWindow, clip: Path, tmp_path: Path
) -> None:
    records = (without_legs(index) if index < 20 else squat(index) for index in range(FRAMES))
    open_known(qtbot, window, clip, tmp_path, records)
    asked = tell_height(window, None)
    window.stage.timeline.set_loop((0, 19))
    window.actions_["scale-height"].trigger()
    qtbot.waitUntil(lambda: "not seen in the marked range" in window.banner.sentence, timeout=SLOW_MS)
    assert asked == []


def test_of_somebody_left_out_it_is_said_that_he_is(qtbot: QtBot, squats: MainWindow) -> None:  # noqa: F811
    panel, asked = squats.stage.analysis, tell_height(squats, 1.8)
    qtbot.keyClick(squats, Qt.Key.Key_H)
    qtbot.waitUntil(lambda: panel.hint.text().startswith("Person 7 is left out"), timeout=SLOW_MS)
    assert panel.hint.isVisible()
    squats.actions_["scale-height"].trigger()
    assert "Person 7 is left out" in squats.banner.sentence
    assert asked == []
    qtbot.keyClick(squats, Qt.Key.Key_H)
    qtbot.waitUntil(lambda: squats.banner.sentence == "", timeout=SLOW_MS)
    qtbot.waitUntil(lambda: panel.series is not None and panel.series.is_known, timeout=SLOW_MS)
    squats.actions_["scale-height"].trigger()
    qtbot.waitUntil(lambda: asked == ["Person 7"], timeout=SLOW_MS)


def test_nothing_is_asked_of_a_video_that_is_closed_meanwhile(
    qtbot: QtBot,
    squats: MainWindow,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    asked, measures, go_on, done = tell_height(squats, 1.8), Event(), Event(), Event()

    def slowly(*given: object) -> Height:
        measures.set()
        go_on.wait(SLOW_MS / 1e3)
        return height_of(*given)

    run = squats.commands.run

    def heard(name: str, work: Callable[[], object], then: Callable[[object], None]) -> None:
        run(name, work, lambda result: (then(result), done.set()))

    monkeypatch.setattr(series, "height_of", slowly)
    monkeypatch.setattr(squats.commands, "run", heard)
    squats.actions_["scale-height"].trigger()
    qtbot.waitUntil(measures.is_set, timeout=SLOW_MS)
    before = squats.open_session
    squats.open_source(str(make_clip(tmp_path / "another.mp4")))
    qtbot.waitUntil(lambda: squats.open_session != before and squats.info is not None, timeout=SLOW_MS)
    go_on.set()
    qtbot.waitUntil(done.is_set, timeout=SLOW_MS)
    assert asked == []
    assert squats.scaling.metres_per_pixel is None


def test_what_is_said_stays_short_however_long_a_name(qtbot: QtBot, squats: MainWindow) -> None:  # noqa: F811
    banner = squats.banner
    squats.people.renamed.emit(7, "Wolfeschlegelsteinhausenbergerdorff & <b>Ada</b> " * 4)
    qtbot.waitUntil(lambda: "&" in squats.people.name(7), timeout=SLOW_MS)
    squats.scaling.draw()
    assert "Wolfe" not in banner._action.text() + banner.sentence
    squats.scaling.draw(False)
    qtbot.keyClick(squats, Qt.Key.Key_H)
    qtbot.waitUntil(lambda: "is left out" in squats.stage.analysis.hint.text(), timeout=SLOW_MS)
    squats.scaling.by_height()
    for words in (banner.sentence, squats.stage.analysis.hint.text()):
        assert words.startswith("Wolfeschlegelsteinh")
        assert len(words) < 110


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
