"""The analysis strip: a curve of the person chosen, tied to the video, in degrees or metres, copied and saved."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import replace
from itertools import cycle
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PyQt6.QtCore import QEvent, QPoint, QPointF, Qt
from PyQt6.QtGui import QGuiApplication, QKeySequence
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.exports import open_writer
from app.gui import messages as say
from app.gui.analysis_panel import AnalysisPanel
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


def squat(index: int, *, most: float = 90.0) -> FrameRecord:
    """Somebody seen from his right side whose left knee bends to 90° and back, `SQUATS` times in `FRAMES` frames."""
    bend = np.radians(most / 2 * (1 - np.cos(2 * np.pi * SQUATS * index / FRAMES)))
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
    return open_known(qtbot, window, clip, tmp_path, map(squat, range(FRAMES)))


def open_known(
    qtbot: QtBot, window: MainWindow, clip: Path, tmp_path: Path, records: Iterable[FrameRecord]
) -> MainWindow:
    writer = open_writer(tmp_path / "squats.json", Header(SourceRecord("numbered.mp4", WIDTH, HEIGHT, float(FPS), 2.4)))
    for record in records:
        writer.write(record)
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
    qtbot.waitUntil(lambda: panel.counted.text().startswith(f"{SQUATS} swings of 30° or more"), timeout=SLOW_MS)
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
    squats.stage.timeline.sought.emit(20)
    wait_for_frame(qtbot, squats, 20)
    qtbot.waitUntil(lambda: plot.cursor_s() == pytest.approx(20 / FPS), timeout=SLOW_MS)
    qtbot.waitUntil(plot.isVisible, timeout=SLOW_MS)
    at, time_s = middle_of(plot)
    assert round(time_s * FPS) != 20, "or the click would lead nowhere"
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


def test_the_line_stays_while_its_length_is_asked_for(qtbot: QtBot, squats: MainWindow) -> None:
    panel, view, seen = squats.stage.analysis, squats.stage.view, []

    def white_on_it() -> bool:
        place = view.from_frame(160, 100).toPoint()
        return view.grab().toImage().pixelColor(place).lightness() > 250

    def length() -> float:
        seen.append((white_on_it(), squats.banner.sentence, view.height()))
        return 2.0

    squats.commands.questions.length = length
    qtbot.mouseClick(panel.scale, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: view.height() != 0 and squats.banner.isVisible(), timeout=SLOW_MS)
    draw_line(qtbot, view)
    assert seen[0][0], "the line is in the picture"
    assert "Draw a line" in seen[0][1], "or the picture would jump"
    assert not white_on_it(), "it was measured"
    assert squats.banner.sentence == "Scale: 100 pixels are one metre."


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


KNEE = Measure(Kind.ANGLE, "left_knee")
UNTIL_S = 4.8
"""The end of the video whose first half the squats are."""


@pytest.fixture
def plot(qtbot: QtBot, qapp: QApplication) -> Plot:
    """The squats' curve alone."""
    from app.gui.plot import Plot

    plot = Plot()
    qtbot.addWidget(plot)
    plot.resize(600, 200)
    plot.show_series(squats_series(), UNTIL_S, 1)
    plot.show()
    return plot


def steady(record: FrameRecord) -> FrameRecord:
    return replace(record, smoothed=record.tracks.poses.keypoints)


def squats_series(*, sharp: bool = False) -> Series:
    most = 90 * (np.arange(FRAMES) % 20 == 10) + 70 * (np.arange(FRAMES) % 20 != 10) if sharp else np.full(FRAMES, 90)
    records = (steady(squat(index, most=most[index])) for index in range(FRAMES))
    return measure_series(records, 7, KNEE, COCO, height=HEIGHT)


def test_what_is_enlarged_stays_so_as_long_as_it_is_the_same_video(plot: Plot) -> None:
    plot._item.setXRange(0.5, 1.0, padding=0)
    plot.show_series(squats_series(), UNTIL_S, 1)
    assert shown_s(plot) == pytest.approx((0.5, 1.0))
    plot.show_series(squats_series(), UNTIL_S, 2)
    assert shown_s(plot) == pytest.approx((0, UNTIL_S), abs=0.1)


def test_a_double_click_shows_the_whole_video_and_leads_nowhere(qtbot: QtBot, plot: Plot) -> None:
    sought: list[float] = []
    plot.sought.connect(sought.append)
    plot._item.setXRange(0.5, 1.0, padding=0)
    at, time_s = middle_of(plot)
    viewport = plot._widget.viewport()
    with qtbot.waitSignal(plot.sought, timeout=SLOW_MS):
        qtbot.mouseClick(viewport, Qt.MouseButton.LeftButton, pos=at)
    assert sought.pop() == pytest.approx(time_s, abs=0.01)
    qtbot.mouseClick(viewport, Qt.MouseButton.LeftButton, pos=at)
    qtbot.mouseDClick(viewport, Qt.MouseButton.LeftButton, pos=at)
    qtbot.mouseRelease(viewport, Qt.MouseButton.LeftButton, pos=at)
    assert shown_s(plot) == pytest.approx((0, UNTIL_S), abs=0.1)
    with qtbot.waitSignal(plot.sought, timeout=SLOW_MS):  # of a click somewhere else, later
        qtbot.mouseClick(viewport, Qt.MouseButton.LeftButton, pos=at + QPoint(50, 0))
    assert len(sought) == 1


def test_a_cursor_in_view_stays_in_view_and_one_that_is_not_comes_back_when_asked_for(plot: Plot) -> None:
    plot.set_cursor(1.0)
    plot._item.setXRange(0.8, 1.2, padding=0)
    plot.set_cursor(1.24)
    left, right = shown_s(plot)
    assert left < 1.24 < right
    assert right - left == pytest.approx(0.4), "as much enlarged as before"
    plot._item.setXRange(3.0, 3.4, padding=0)  # to look at something else meanwhile
    plot.set_cursor(1.28)
    assert shown_s(plot) == pytest.approx((3.0, 3.4))
    plot.show_cursor()
    assert shown_s(plot)[0] < 1.28 < shown_s(plot)[1]
    plot.set_cursor(UNTIL_S)
    assert shown_s(plot) == pytest.approx((UNTIL_S - 0.4, UNTIL_S)), "nothing comes after the end"


def near_words(plot: Plot) -> str:
    """What is said at the mouse: the time and value there."""
    return plot._near.toPlainText() if plot._near.isVisible() else ""


def test_the_value_at_the_mouse_is_said_and_the_axes_have_units(qtbot: QtBot, plot: Plot) -> None:
    box, viewport = plot._item.getViewBox(), plot._widget.viewport()

    heights = cycle((40.0, 60.0))  # a mouse that stands still tells nothing

    def says(time_s: float) -> str:
        """At the mouse there; pyqtgraph looks where it is a hundred times a second."""
        qtbot.mouseMove(viewport, plot._widget.mapFromScene(box.mapViewToScene(QPointF(time_s, next(heights)))))
        return near_words(plot)

    qtbot.waitUntil(lambda: says(0.4) == "0.40 s  90°", timeout=SLOW_MS)
    qtbot.waitUntil(lambda: says(3.6) == "", timeout=SLOW_MS)  # where nothing is known
    qtbot.waitUntil(lambda: says(0.8) == "0.80 s  0°", timeout=SLOW_MS)
    QApplication.sendEvent(plot, QEvent(QEvent.Type.Leave))
    assert near_words(plot) == ""
    seconds, degrees = (plot._item.getAxis(side).tickStrings([0, 50], 1, 50) for side in ("bottom", "left"))
    assert (seconds, degrees) == (["0 s", "50 s"], ["0°", "50°"])


def test_the_words_beside_the_value_stand_still(qtbot: QtBot, panel: AnalysisPanel) -> None:
    panel.show_series(squats_series(), "Ada", UNTIL_S, 1)
    places = set()
    for index in (0, 10, FRAMES):
        panel.set_cursor(index, index / FPS, live=False)
        QApplication.sendPostedEvents()
        places.add((panel.counted.x(), panel.counted.width()))
    assert len(places) == 1


def test_the_dots_stand_on_the_peaks_of_the_curve(plot: Plot) -> None:
    quick = squats_series(sharp=True)
    assert [each.high for each in quick.repetitions] < [75.0] * SQUATS, "the medians that are counted lie lower"
    plot.show_series(quick, UNTIL_S, 1)
    times_s, values = plot._turns.getData()
    assert values.tolist() == pytest.approx([90.0] * SQUATS)
    assert (times_s * FPS).tolist() == pytest.approx([10, 30, 50])


def test_how_far_a_joint_goes_is_told_of_all_and_of_each_swing(panel: AnalysisPanel) -> None:
    panel.show_series(squats_series(), "Ada", UNTIL_S, 1)
    assert panel.extent.text() == "0° to 90°"
    swings = panel.counted.toolTip().splitlines()[-SQUATS:]
    assert [swing.partition(",")[0] for swing in swings] == ["1. 0° – 90°", "2. 0° – 90°", "3. 0° – 90°"]
    panel.show_series(replace(squats_series(), frames=(0, 5)), "Ada", UNTIL_S, 1)
    assert panel.extent.text() == "0° to 45°", "in the marked range"
    height = measure_series(map(steady, map(squat, range(9))), 7, Measure(Kind.HEIGHT, "nose"), COCO, height=HEIGHT)
    panel.show_series(replace(height, values=np.arange(9.0), measure=Measure(Kind.SPEED, "nose")), "Ada", UNTIL_S, 1)
    assert panel.extent.text() == "mean 4 px, highest 8 px"
    panel.say("Nobody is chosen.")
    assert panel.extent.text() == ""


def test_a_joint_that_jumps_for_a_moment_is_not_the_highest_value(panel: AnalysisPanel) -> None:
    def told(records: list[FrameRecord]) -> str:
        panel.show_series(measure_series(records, 7, KNEE, COCO, height=HEIGHT), "Ada", UNTIL_S, 1)
        return panel.extent.text()

    jumping = [squat(index, most=170.0 if index == 28 else 90.0) for index in range(FRAMES)]
    assert told(jumping) == "2° to 88°"
    assert "steady joints" in panel.extent.toolTip()
    assert told([steady(record) for record in jumping]) == "0° to 154°", "what was made steady is told as it is"
    assert "steady joints" not in panel.extent.toolTip()


@pytest.mark.parametrize(("frames", "words"), [(range(24, 27), "31° to 59°"), (range(23, 27), "19° to 59°")])
def test_of_very_few_frames_the_words_are_those_of_the_curve(panel: AnalysisPanel, frames: range, words: str) -> None:
    panel.show_series(measure_series(map(squat, frames), 7, KNEE, COCO, height=HEIGHT), "Ada", UNTIL_S, 1)
    assert panel.extent.text() == words


def test_of_an_angle_whose_sign_cannot_be_told_that_is_said(panel: AnalysisPanel) -> None:
    for name, unsigned in (("left_hip", True), ("left_knee", False), ("hips", False)):
        angle = Measure(Kind.ANGLE, name)
        panel.show_series(measure_series(map(squat, range(9)), 7, angle, COCO, height=HEIGHT), "Ada", UNTIL_S, 1)
        assert panel.extent.text().endswith("(without sign)") == unsigned


@pytest.mark.parametrize(
    ("measure", "words"),
    [(KNEE, "The joints of this angle are not seen"), (Measure(Kind.SPEED, "left_knee"), "This joint is not seen")],
)
def test_of_a_joint_that_is_not_seen_that_is_said_and_nothing_can_be_copied(
    panel: AnalysisPanel, measure: Measure, words: str
) -> None:
    unsure = [replace_scores(squat(index)) for index in range(5)]
    for known in (True, False, True):
        records = map(squat, range(5)) if known else unsure
        panel.show_series(measure_series(records, 7, measure, COCO, height=HEIGHT), "Ada", UNTIL_S, 1)
        assert panel.copy.isEnabled() == panel.export.isEnabled() == panel._plot.isVisible() == known
        assert panel.hint.isHidden() == known
    panel.show_series(measure_series(unsure, 7, measure, COCO, height=HEIGHT), "Ada", UNTIL_S, 1)
    assert panel.hint.text().startswith(words)


def replace_scores(record: FrameRecord, score: float = 0.1) -> FrameRecord:
    """The same person, whom the network is not sure of."""
    poses = record.tracks.poses
    unsure = Poses(poses.keypoints, np.full_like(poses.scores, score), poses.boxes)
    return replace(record, tracks=replace(record.tracks, poses=unsure))


def test_only_the_marked_range_is_counted_copied_and_shaded(qtbot: QtBot, squats: MainWindow) -> None:
    panel, clipboard = squats.stage.analysis, QGuiApplication.clipboard()
    squats.stage.timeline.set_loop((18, 41))
    panel.copy.click()
    lines = clipboard.text().splitlines()
    assert (len(lines), lines[1].split("\t")[0], lines[-1].split("\t")[0]) == (1 + 24, "19", "42"), "at once"
    assert "in the marked range" in squats.banner.sentence
    assert panel._plot._range.isVisible()
    assert panel._plot._range.getRegion() == pytest.approx((18 / FPS, 41 / FPS))
    qtbot.waitUntil(lambda: panel.counted.text().startswith("1 swing of"), timeout=SLOW_MS)
    squats.stage.timeline.set_loop(None)
    assert not panel._plot._range.isVisible()
    qtbot.waitUntil(lambda: panel.counted.text().startswith(f"{SQUATS} swings"), timeout=SLOW_MS)


def test_a_marked_range_counts_whole_swings_and_those_only() -> None:
    records = [squat(index, most=36.0) for index in range(FRAMES)]

    def turns(first: int, last: int) -> list[float]:
        series = measure_series(records, 7, KNEE, COCO, height=HEIGHT, frames=(first, last))
        return [each.turn_s for each in series.repetitions]

    first, second, third = turns(0, FRAMES)
    assert turns(22, 38) == [second], "marked closely: a tenth of the swing is before it and after it"
    assert turns(22, FRAMES) == [second, third]
    assert turns(25, FRAMES) == [third], "of the second only a part is in it"
    assert turns(0, 35) == [first]
    assert turns(FRAMES + 1, FRAMES + 9) == [], "nobody is there"


def test_what_is_told_of_a_marked_range_is_what_is_exported_of_it(
    qtbot: QtBot, squats: MainWindow, tmp_path: Path
) -> None:
    panel = squats.stage.analysis
    squats.stage.timeline.set_loop((22, 38))  # closely: a tenth of the swing is before it and after it
    qtbot.waitUntil(lambda: panel.counted.text().startswith("1 swing of"), timeout=SLOW_MS)
    lowest, _, highest = panel.series.extent()

    def exported(name: str) -> list[dict[str, str]]:
        squats.exporting.export_to(tmp_path / name)
        qtbot.waitUntil(lambda: name in squats.banner.sentence, timeout=SLOW_MS)
        with (tmp_path / name).open(encoding="utf-8-sig") as lines:
            return list(csv.DictReader(lines))

    knee = next(row for row in exported("part-summary.csv") if row["angle"] == "left_knee")
    assert (knee["frames"], knee["repetitions"]) == ("17", "1")
    told = [float(knee[name]) for name in ("lowest_deg", "highest_deg")]
    assert told == pytest.approx([lowest, highest], abs=0.06)
    choose(squats, Kind.SPEED, "left_hip")
    qtbot.waitUntil(lambda: panel.series.measure.kind is Kind.SPEED, timeout=SLOW_MS)
    rows = exported("part-speeds.csv")
    assert [int(row["index"]) for row in rows] == list(range(22, 39))
    assert [float(row["left_hip"]) for row in rows] == pytest.approx(panel.series.values[22:39], abs=0.006)


def test_joints_too_unsure_to_be_drawn_are_in_neither_curve_nor_tables(
    qtbot: QtBot, window: MainWindow, clip: Path, tmp_path: Path
) -> None:
    halves = (replace_scores(squat(index), 0.5) if index % 2 else squat(index) for index in range(FRAMES))
    panel = open_known(qtbot, window, clip, tmp_path, halves).stage.analysis
    for certainty, known in ((30, FRAMES), (60, FRAMES // 2), (40, FRAMES)):
        window.overlay.score.setValue(certainty)
        qtbot.waitUntil(lambda known=known: np.isfinite(panel.series.values).sum() == known, timeout=SLOW_MS)
        table = tmp_path / f"{certainty}-summary.csv"
        window.exporting.export_to(table)
        qtbot.waitUntil(lambda table=table: table.name in window.banner.sentence, timeout=SLOW_MS)
        with table.open(encoding="utf-8-sig") as lines:
            knee = next(row for row in csv.DictReader(lines) if row["angle"] == "left_knee")
        assert int(knee["frames"]) == known
        assert [float(knee[name]) for name in ("lowest_deg", "highest_deg")] == pytest.approx(
            [panel.series.extent()[0], panel.series.extent()[2]], abs=0.06
        )


def test_each_measure_and_person_has_a_table_of_his_own(qtbot: QtBot, squats: MainWindow) -> None:
    panel, names = squats.stage.analysis, []
    squats.commands.questions.target = lambda suggestion, kinds: names.append(suggestion.name) or ""
    squats.people.renamed.emit(7, "A/da: 1")
    qtbot.waitUntil(lambda: panel.who.text() == "A/da: 1", timeout=SLOW_MS)
    for kind in (Kind.SPEED, Kind.HEIGHT):
        choose(squats, kind, "left_knee")
        qtbot.waitUntil(lambda kind=kind: panel.series.measure.kind is kind, timeout=SLOW_MS)
        panel.export.click()
    assert names == ["numbered-7-Ada 1-left_knee-speed.csv", "numbered-7-Ada 1-left_knee-height.csv"]


def test_a_joint_at_rest_is_a_quiet_curve(plot: Plot) -> None:
    knee = Measure(Kind.ANGLE, "left_knee")
    trembling = Series(7, knee, "°", [0, 1, 2], np.arange(3) / FPS, np.array([177.5, 177.6, 177.5]))
    plot.show_series(trembling, 2.4, 1)
    low, high = plot._item.viewRange()[1]
    assert high - low >= 5
    assert low < 177.5 < high


def test_the_curve_is_copied_and_saved(qtbot: QtBot, squats: MainWindow, tmp_path: Path) -> None:
    panel, clipboard = squats.stage.analysis, QGuiApplication.clipboard()
    qtbot.mouseClick(panel.copy, Qt.MouseButton.LeftButton)
    assert clipboard is not None
    lines = clipboard.text().splitlines()
    assert lines[0].split("\t") == ["frame", "time_s", "Person 7: left_knee angle (°)"]
    assert squats.stage.transport.frame.text().startswith("Frame 11 ")
    assert lines[11].split("\t") == ["11", "0.4000", "90.000"], "called what the window calls it"
    squats.commands.questions.target = lambda suggestion, kinds: str(tmp_path / suggestion.name)
    qtbot.mouseClick(panel.export, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: "numbered-7-left_knee-angle.csv" in squats.banner.sentence, timeout=SLOW_MS)
    saved = tmp_path / "numbered-7-left_knee-angle.csv"
    assert saved.read_bytes().startswith(b"\xef\xbb\xbfframe"), "or spreadsheets do not know that ° is UTF-8"
    assert saved.read_text().splitlines()[11] == "11,0.4000,90.000"


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


def test_a_camera_s_steady_joints_are_told_as_they_are(
    qtbot: QtBot,
    open_window: OpenWindow,
    tools: CameraToolbox,  # noqa: F811
) -> None:
    window = open_window(tools)
    window.actions_["steady"].trigger()
    window.open_source("0")
    qtbot.waitUntil(lambda: window.people.rowCount() == 1, timeout=SLOW_MS)
    qtbot.keyClick(window, Qt.Key.Key_A)
    qtbot.keyClick(window, Qt.Key.Key_P)
    panel = window.stage.analysis
    qtbot.waitUntil(lambda: panel.series is not None and len(panel.series.indices) > 5, timeout=SLOW_MS)
    choose(window, Kind.PLACE, "nose")
    qtbot.waitUntil(lambda: panel.series is not None and panel.series.measure.kind is Kind.PLACE, timeout=SLOW_MS)
    assert "steady joints" not in panel.extent.toolTip(), "they are on already"
    values = panel.series.values
    assert panel.series.extent() == pytest.approx((values.min(), values.mean(), values.max()))
    window.actions_["steady"].trigger()
    qtbot.waitUntil(lambda: "steady joints" in panel.extent.toolTip(), timeout=SLOW_MS)


def test_measures_of_nobody_are_empty() -> None:
    for kind, name in ((Kind.ANGLE, "left_knee"), (Kind.SPEED, "nose"), (Kind.HEIGHT, "nose"), (Kind.PLACE, "nose")):
        series = measure_series([], 1, Measure(kind, name), COCO, height=100)
        assert series.indices == []
        assert series.value_at(0) is None
        assert len(series.table("Ada", "excel-tab").splitlines()) == 1


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


def test_a_curve_of_an_hour_is_drawn_no_finer_than_the_screen_and_keeps_its_peaks(panel: AnalysisPanel) -> None:
    frames = 108_000
    values = 60 + 50 * np.sin(np.arange(frames) / 15)
    values[::7] = np.nan  # missed now and then
    values[54_321], values[54_323] = 170.0, -20.0
    series = Series(7, KNEE, "°", list(range(frames)), np.arange(frames) / 30, values)
    panel.show_series(series, "Person 7", 3600.0, 1)
    plot = panel._plot
    assert plot is not None
    times_s, drawn = plot._curve.getData()
    assert len(times_s) < 6 * panel.width()
    assert (np.nanmin(drawn), np.nanmax(drawn)) == (-20.0, 170.0)
    assert np.isfinite(drawn).mean() > 0.99, "whoever is missed now and then has a line all the same"
    assert times_s[np.nanargmax(drawn)] == pytest.approx(54_321 / 30, abs=1.0)

    plot.see((100.0, 110.0))
    times_s, drawn = plot._curve.getData()
    inside = (times_s >= 100) & (times_s <= 110)
    np.testing.assert_array_equal(drawn[inside], values[3000:3301])
