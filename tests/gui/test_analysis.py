"""The analysis strip: a curve of the person chosen, tied to the video, in degrees or metres, copied and saved."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PyQt6.QtCore import QPoint, Qt
from PyQt6.QtGui import QColor, QGuiApplication, QKeySequence
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.exports import open_writer
from app.gui import messages as say
from app.gui.people_model import SEEN
from app.gui.series import Kind, Measure, Series, measure_series
from app.gui.toolbox import EngineChoice
from app.gui.window import MainWindow
from app.results import FrameRecord, Header, SourceRecord
from engine.skeletons import COCO
from engine.types import Boxes, Poses, Tracks
from tests.gui.clips import FPS, HEIGHT, WIDTH, GreenEngines, OtherEngines, make_clip
from tests.gui.conftest import OpenWindow
from tests.gui.test_live import CameraToolbox, live, tools  # noqa: F401 - fixtures
from tests.gui.test_window import SLOW_MS, open_analysed, wait_for_frame

if TYPE_CHECKING:
    from app.gui.plot import Plot
    from app.gui.video_view import VideoView

SQUATS, FRAMES = 3, 60


def squat(index: int) -> FrameRecord:
    """Somebody seen from his right side whose left knee bends to 90° and back, `SQUATS` times in `FRAMES` frames."""
    bend = np.radians(45 * (1 - np.cos(2 * np.pi * SQUATS * index / FRAMES)))
    points = np.full((1, 17, 2), 100.0, np.float32)
    place = {name: number for number, name in enumerate(COCO.keypoints)}
    knee = np.array([160.0, 130.0])
    points[0, place["left_ankle"]] = knee + np.array([0, 40])
    points[0, place["left_knee"]] = knee
    points[0, place["left_hip"]] = knee + 40 * np.array([-np.sin(bend), -np.cos(bend)])
    poses = Poses.of(points, np.ones((1, 17)), Boxes.of([[90, 60, 180, 180]], [0.9]))
    return FrameRecord(index, index / FPS, Tracks(poses, np.array([7]), np.array([0])))


@pytest.fixture
def squats(qtbot: QtBot, window: MainWindow, clip: Path, tmp_path: Path) -> MainWindow:
    """A clip with known data, paused on frame 10, number 7 chosen, the strip open."""
    writer = open_writer(tmp_path / "squats.json", Header(SourceRecord("numbered.mp4", WIDTH, HEIGHT, float(FPS), 2.4)))
    for index in range(FRAMES):
        writer.write(squat(index))
    writer.close()
    window.stage.transport.faster(9)
    window.open_source(str(clip), tmp_path / "squats.json")
    qtbot.waitUntil(lambda: window.people.rowCount() == 1, timeout=SLOW_MS)
    wait_for_frame(qtbot, window, 59)
    qtbot.waitUntil(lambda: not window.playing, timeout=SLOW_MS)
    window.stage.timeline.sought.emit(10)
    wait_for_frame(qtbot, window, 10)
    qtbot.keyClick(window, Qt.Key.Key_A)
    assert "Choose a person" in window.stage.analysis.hint.text()
    qtbot.keyClick(window, Qt.Key.Key_P)
    qtbot.waitUntil(lambda: window.stage.analysis.has_plot, timeout=SLOW_MS)
    qtbot.waitUntil(lambda: window.stage.analysis.series is not None, timeout=SLOW_MS)
    return window


def choose(window: MainWindow, kind: Kind, name: str) -> None:
    panel = window.stage.analysis
    panel.kind.setCurrentIndex(panel.kind.findData(kind))
    panel.what.setCurrentIndex(panel.what.findData(name))


def test_squats_are_counted_and_the_value_is_the_frame_s(qtbot: QtBot, squats: MainWindow) -> None:
    panel = squats.stage.analysis
    qtbot.waitUntil(lambda: panel.counted.text().startswith(f"{SQUATS} repetitions"), timeout=SLOW_MS)
    assert panel.value.text() == "90°"
    assert panel.who.text() == "Person 7"
    qtbot.keyClick(squats, Qt.Key.Key_Home)
    qtbot.waitUntil(lambda: panel.value.text() == "0°", timeout=SLOW_MS)


def middle_of(plot: Plot) -> tuple[QPoint, float]:
    """Where on the curve's widget its middle is, and the time there."""
    box = plot._item.getViewBox()
    at = plot._widget.mapFromScene(box.mapViewToScene(box.mapToView(box.boundingRect().center())))
    return at, box.mapSceneToView(plot._widget.mapToScene(at)).x()


def test_the_cursor_follows_the_video_and_a_click_leads_there(qtbot: QtBot, squats: MainWindow) -> None:
    plot = squats.stage.analysis._plot
    assert plot.cursor_s() == pytest.approx(10 / FPS)
    squats.stage.timeline.sought.emit(30)
    wait_for_frame(qtbot, squats, 30)
    qtbot.waitUntil(lambda: plot.cursor_s() == pytest.approx(30 / FPS), timeout=SLOW_MS)
    qtbot.waitUntil(plot.isVisible, timeout=SLOW_MS)
    at, time_s = middle_of(plot)
    qtbot.mouseClick(plot._widget.viewport(), Qt.MouseButton.LeftButton, pos=at)
    wait_for_frame(qtbot, squats, round(time_s * FPS))


def test_frames_that_come_unevenly_are_found_at_their_times(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    times_ms = [*range(0, 2000, 100), *range(2000, 3000, 40)]  # ten a second, then twenty-five
    window.stage.transport.faster(9)
    window.open_source(str(make_clip(tmp_path / "uneven.mkv", times_ms=times_ms)))
    qtbot.waitUntil(lambda: window.player.lanes.view().analysed == ((0, 44),), timeout=SLOW_MS)
    qtbot.waitUntil(lambda: not window.playing, timeout=SLOW_MS)
    qtbot.waitUntil(lambda: window.people.data(window.people.index(0, SEEN)) == "0:03.00", timeout=SLOW_MS)
    qtbot.keyClick(window, Qt.Key.Key_Home)
    wait_for_frame(qtbot, window, 0)
    for key, index in (
        ("Shift+Right", 10), ("Shift+Right", 20), ("Shift+Left", 10), ("End", 44), ("Shift+Left", 20), ("Left", 19)
    ):  # fmt: skip
        QTest.keySequence(window, QKeySequence(key))
        wait_for_frame(qtbot, window, index)
    timeline, preview = window.stage.timeline, window.hovering.preview
    qtbot.mouseMove(timeline, QPoint(round(timeline._x(20)), 12))
    qtbot.waitUntil(preview.isVisible, timeout=SLOW_MS)
    assert preview.words.text().startswith("0:02.00 · Frame 21")
    qtbot.keyClick(window, Qt.Key.Key_P)
    qtbot.keyClick(window, Qt.Key.Key_A)
    qtbot.waitUntil(lambda: window.stage.analysis.series is not None, timeout=SLOW_MS)
    plot = window.stage.analysis._plot
    qtbot.waitUntil(plot.isVisible, timeout=SLOW_MS)
    at, time_s = middle_of(plot)
    qtbot.mouseClick(plot._widget.viewport(), Qt.MouseButton.LeftButton, pos=at)
    wait_for_frame(qtbot, window, round(time_s * 10))
    assert window.shown.time_s == pytest.approx(time_s, abs=0.05)


def test_one_second_on_is_one_frame_at_least(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    window.open_source(str(make_clip(tmp_path / "slow.mkv", times_ms=range(0, 50_000, 2500))))
    qtbot.waitUntil(lambda: window.playing, timeout=SLOW_MS)
    qtbot.keyClick(window, Qt.Key.Key_Space)
    qtbot.keyClick(window, Qt.Key.Key_Home)
    wait_for_frame(qtbot, window, 0)
    for key, index in ((Qt.Key.Key_Right, 1), (Qt.Key.Key_Right, 2), (Qt.Key.Key_Left, 1)):
        qtbot.keyClick(window, key, Qt.KeyboardModifier.ShiftModifier)
        wait_for_frame(qtbot, window, index)


def test_a_known_length_gives_metres(qtbot: QtBot, squats: MainWindow) -> None:
    choose(squats, Kind.SPEED, "left_hip")
    panel, view = squats.stage.analysis, squats.stage.view
    qtbot.waitUntil(lambda: panel.series is not None and panel.series.unit == "px/s", timeout=SLOW_MS)
    pixels = np.nanmax(panel.series.values)
    squats.commands.questions.length = lambda: 2.0
    qtbot.mouseClick(panel.scale, Qt.MouseButton.LeftButton)
    draw_line(qtbot, view)
    qtbot.waitUntil(lambda: panel.series is not None and panel.series.unit == "m/s", timeout=SLOW_MS)
    assert np.nanmax(panel.series.values) == pytest.approx(pixels / 100, rel=0.02)
    assert panel.value.text().endswith(" m/s")
    assert squats.editing.chosen == 7, "drawing the line chose nobody else"
    assert panel.scale.text() == "100 px = 1 m"
    qtbot.mouseClick(panel.no_scale, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: panel.series is not None and panel.series.unit == "px/s", timeout=SLOW_MS)
    assert panel.scale.text() == "Set scale…"
    assert not panel.no_scale.isVisible()


def draw_line(qtbot: QtBot, view: VideoView) -> None:
    """Two hundred pixels of the frame long."""
    start, end = view.from_frame(60, 100).toPoint(), view.from_frame(260, 100).toPoint()
    qtbot.mousePress(view, Qt.MouseButton.LeftButton, pos=start)
    qtbot.mouseMove(view, (start + end) / 2)
    qtbot.mouseMove(view, end)
    qtbot.mouseRelease(view, Qt.MouseButton.LeftButton, pos=end)


def test_a_click_is_no_line_and_nobody_is_asked_how_long_it_is(qtbot: QtBot, squats: MainWindow) -> None:
    panel, view, asked = squats.stage.analysis, squats.stage.view, []
    squats.commands.questions.length = lambda: asked.append(1) or 4.0
    qtbot.mouseClick(panel.scale, Qt.MouseButton.LeftButton)
    qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=view.from_frame(60, 100).toPoint())
    assert not asked
    assert "too short" in squats.banner.sentence
    draw_line(qtbot, view)
    assert asked
    assert panel.scale.text() == "50 px = 1 m"
    assert not panel.scale.isChecked()


@pytest.mark.parametrize("by", ["its key", "its button", "another video"])
def test_measuring_is_left(qtbot: QtBot, squats: MainWindow, by: str) -> None:
    panel, view = squats.stage.analysis, squats.stage.view
    squats.commands.questions.length = lambda: pytest.fail("asked, though measuring was left")
    qtbot.mouseClick(panel.scale, Qt.MouseButton.LeftButton)
    assert panel.scale.isChecked()
    assert "Draw a line" in squats.banner.sentence
    match by:
        case "its key":
            qtbot.keyClick(squats, Qt.Key.Key_Escape)
        case "its button":
            qtbot.mouseClick(panel.scale, Qt.MouseButton.LeftButton)
        case _:
            before = squats.open_session
            squats.open_source(squats.address)
            qtbot.waitUntil(lambda: squats.open_session > before and squats.shown is not None, timeout=SLOW_MS)
    assert not panel.scale.isChecked()
    assert squats.banner.sentence == ""
    draw_line(qtbot, view)


def test_escape_leaves_measuring_before_it_leaves_the_camera(qtbot: QtBot, live: MainWindow) -> None:  # noqa: F811
    live.actions_["scale"].trigger()
    qtbot.keyClick(live, Qt.Key.Key_Escape)
    assert live.banner.sentence == ""
    assert live.info is not None
    qtbot.keyClick(live, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: live.info is None, timeout=SLOW_MS)


def test_the_curve_of_another_video_is_seen_from_its_beginning_to_its_end(
    qtbot: QtBot, window: MainWindow, clip: Path, tmp_path: Path
) -> None:
    panel = window.stage.analysis
    open_analysed(qtbot, window, clip)
    qtbot.keyClick(window, Qt.Key.Key_A)
    qtbot.keyClick(window, Qt.Key.Key_P)
    qtbot.waitUntil(lambda: panel.series is not None, timeout=SLOW_MS)
    window.open_source(str(make_clip(tmp_path / "longer.mp4", frames=90)))
    wait_for_frame(qtbot, window, 89)
    qtbot.keyClick(window, Qt.Key.Key_P)
    qtbot.waitUntil(lambda: panel.series is not None and panel.series.indices[-1] > FRAMES, timeout=SLOW_MS)
    assert panel.series.person == 1, "as in the first"
    assert shown_s(panel._plot) == pytest.approx((0, 90 / FPS), abs=0.2)


def shown_s(plot: Plot) -> tuple[float, ...]:
    """From when to when the curve is seen."""
    return tuple(plot._item.viewRange()[0])


def test_what_is_enlarged_stays_so_as_long_as_it_is_the_same_video(qtbot: QtBot, qapp: QApplication) -> None:
    from app.gui.plot import Plot

    plot, colour = Plot(), QColor("white")
    qtbot.addWidget(plot)
    series = measure_series(map(squat, range(FRAMES)), 7, Measure(Kind.ANGLE, "left_knee"), COCO, height=HEIGHT)
    plot.show_series(series, colour, 2.4, 1)
    plot._item.setXRange(0.5, 1.0, padding=0)
    plot.show_series(series, colour, 2.4, 1)
    assert shown_s(plot) == pytest.approx((0.5, 1.0))
    plot.show_series(series, colour, 2.4, 2)
    assert shown_s(plot) == pytest.approx((0, 2.4), abs=0.1)


def test_a_joint_at_rest_is_a_quiet_curve(qtbot: QtBot, qapp: QApplication) -> None:
    from app.gui.plot import Plot

    plot = Plot()
    qtbot.addWidget(plot)
    knee = Measure(Kind.ANGLE, "left_knee")
    trembling = Series(7, knee, "°", [0, 1, 2], np.arange(3) / FPS, np.array([177.5, 177.6, 177.5]))
    plot.show_series(trembling, QColor("white"), 2.4, 1)
    low, high = plot._item.viewRange()[1]
    assert high - low >= 5
    assert low < 177.5 < high


def test_the_curve_is_copied_and_saved(qtbot: QtBot, squats: MainWindow, tmp_path: Path) -> None:
    panel, clipboard = squats.stage.analysis, QGuiApplication.clipboard()
    qtbot.mouseClick(panel.copy, Qt.MouseButton.LeftButton)
    assert clipboard is not None
    lines = clipboard.text().splitlines()
    assert lines[0].split("\t") == ["frame", "time_s", "left_knee angle (°)"]
    assert squats.stage.transport.frame.text().startswith("Frame 11 ")
    assert lines[11].split("\t") == ["11", "0.4000", "90.000"], "called what the window calls it"
    squats.commands.questions.target = lambda suggestion, kinds: str(tmp_path / suggestion.name)
    qtbot.mouseClick(panel.export, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: "numbered-7-left_knee.csv" in squats.banner.sentence, timeout=SLOW_MS)
    assert (tmp_path / "numbered-7-left_knee.csv").read_text().splitlines()[11] == "11,0.4000,90.000"


def test_a_joint_moved_by_hand_moves_the_curve(qtbot: QtBot, squats: MainWindow) -> None:
    panel, view = squats.stage.analysis, squats.stage.view
    knee = squats.shown.tracks.poses.keypoints[0, COCO.keypoints.index("left_knee")]
    start = view.from_frame(float(knee[0]), float(knee[1])).toPoint()
    qtbot.mousePress(view, Qt.MouseButton.LeftButton, pos=start)
    qtbot.mouseMove(view, start + QPoint(20, 0))
    qtbot.mouseMove(view, start + QPoint(40, 0))
    qtbot.mouseRelease(view, Qt.MouseButton.LeftButton, pos=start + QPoint(40, 0))
    qtbot.waitUntil(lambda: panel.value.text() not in ("", "90°"), timeout=SLOW_MS)


def test_a_camera_has_a_curve_too(qtbot: QtBot, live: MainWindow, tools: CameraToolbox) -> None:  # noqa: F811
    qtbot.waitUntil(lambda: live.people.rowCount() == 1, timeout=SLOW_MS)
    qtbot.keyClick(live, Qt.Key.Key_A)
    qtbot.keyClick(live, Qt.Key.Key_P)
    panel = live.stage.analysis
    qtbot.waitUntil(lambda: panel.series is not None and len(panel.series.indices) > 5, timeout=SLOW_MS)
    before = len(panel.series.indices)
    qtbot.waitUntil(lambda: len(panel.series.indices) > before, timeout=SLOW_MS)
    qtbot.waitUntil(lambda: panel.value.text().endswith("°"), timeout=SLOW_MS)


def test_measures_of_nobody_are_empty() -> None:
    for kind, name in ((Kind.ANGLE, "left_knee"), (Kind.SPEED, "nose"), (Kind.HEIGHT, "nose"), (Kind.PLACE, "nose")):
        series = measure_series([], 1, Measure(kind, name), COCO, height=100)
        assert series.indices == []
        assert series.value_at(0) is None
        assert len(series.table().splitlines()) == 1


def test_heights_count_up_from_the_border_and_places_from_the_left() -> None:
    records = [squat(index) for index in range(5)]
    ankle = Measure(Kind.HEIGHT, "left_ankle")
    series = measure_series(records, 7, ankle, COCO, height=HEIGHT, metres_per_pixel=0.5)
    assert series.values.tolist() == [pytest.approx((HEIGHT - 1 - 170) / 2)] * 5
    assert series.unit == "m"
    across = measure_series(records, 7, Measure(Kind.PLACE, "left_ankle"), COCO, height=HEIGHT)
    assert across.values.tolist() == [160.0] * 5


def test_a_camera_s_curve_begins_anew_with_other_joints(qtbot: QtBot, open_window: OpenWindow) -> None:
    class Tools(CameraToolbox):
        def engines(self, choice: EngineChoice) -> GreenEngines:
            return OtherEngines(choice) if choice.pose == "stick-fine" else super().engines(choice)

    window = open_window(Tools())
    panel = window.stage.analysis
    window.open_source("0")
    qtbot.waitUntil(lambda: window.status.people.text() == "1 person", timeout=SLOW_MS)
    window.editing.choose(1)
    qtbot.keyClick(window, Qt.Key.Key_A)
    qtbot.waitUntil(lambda: panel.series is not None and bool(panel.series.indices), timeout=SLOW_MS)
    window.player.send(say.UseEngines(EngineChoice(pose="stick-fine")))
    qtbot.waitUntil(lambda: not panel.series.indices or bool(window.banner.sentence), timeout=SLOW_MS)
    assert window.banner.sentence == ""
    qtbot.waitUntil(lambda: 2 in window.people.ids(), timeout=SLOW_MS)  # with other joints he is somebody new
    window.editing.choose(2)
    qtbot.waitUntil(lambda: panel.series.person == 2 and bool(panel.series.indices), timeout=SLOW_MS)
