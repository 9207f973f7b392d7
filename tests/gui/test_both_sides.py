"""Left and right in one plot: the curve, words and column of the other side, beside those of the side chosen."""

from __future__ import annotations

from dataclasses import replace
from itertools import cycle
from pathlib import Path

import numpy as np
import pytest
from PyQt6.QtCore import QPoint, QPointF, Qt
from PyQt6.QtGui import QColor, QGuiApplication, QPen
from PyQt6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from app.analysis import angles_of
from app.gui.analysis_panel import AnalysisPanel
from app.gui.curve_style import MOST_DASHED, pens
from app.gui.curve_words import CurveWords
from app.gui.series import Kind, Measure, Series, measure_series
from app.gui.settings import Settings
from app.gui.theme import CONTRAST, DARK, LIGHT, Colours, Look
from app.gui.window import MainWindow
from app.results import FrameRecord
from app.style import contrast
from engine.skeletons import COCO
from engine.types import Poses
from tests.gui.clips import FPS, HEIGHT, GreenToolbox
from tests.gui.conftest import OpenWindow
from tests.gui.test_analysis import (  # noqa: F401 - fixtures
    FRAMES,
    KNEE,
    SQUATS,
    UNTIL_S,
    choose,
    near_words,
    open_known,
    plot,
    squat,
)
from tests.gui.test_live import CameraToolbox, live, tools  # noqa: F401 - fixtures
from tests.gui.test_window import SLOW_MS


def uneven(index: int) -> FrameRecord:
    """A squat whose right knee bends by a half of what the left one does."""
    record, other = squat(index), squat(index, most=45.0)
    poses = record.tracks.poses
    points = poses.keypoints.copy()
    for part in ("hip", "knee", "ankle"):
        left, right = (COCO.keypoints.index(f"{side}_{part}") for side in ("left", "right"))
        points[0, right] = other.tracks.poses.keypoints[0, left]
    return replace(record, tracks=replace(record.tracks, poses=Poses(points, poses.scores, poses.boxes)))


def series_of(measure: Measure = KNEE, *, both: bool = True) -> Series:
    records = (replace(record, smoothed=record.tracks.poses.keypoints) for record in map(uneven, range(FRAMES)))
    return measure_series(records, 7, measure, COCO, height=HEIGHT, both=both)


@pytest.fixture
def lunges(qtbot: QtBot, window: MainWindow, clip: Path, tmp_path: Path) -> MainWindow:
    """Known data of somebody who spares his right leg, paused on frame 10, the left knee chosen."""
    return open_known(qtbot, window, clip, tmp_path, map(uneven, range(FRAMES)))


def right_values(window: MainWindow) -> np.ndarray:
    """What is drawn of the other side."""
    _, values = window.stage.analysis._plot._other.getData()
    return np.array([]) if values is None else values


def both_shown(window: MainWindow) -> bool:
    series = window.stage.analysis.series
    return series is not None and series.other is not None


def test_the_other_side_is_shown_and_hidden(qtbot: QtBot, lunges: MainWindow) -> None:
    panel = lunges.stage.analysis
    assert not panel.both.isChecked()
    assert len(right_values(lunges)) == 0
    assert panel.value.text() == "90°"
    qtbot.mouseClick(panel.both, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: both_shown(lunges), timeout=SLOW_MS)
    assert right_values(lunges).max() == pytest.approx(45, abs=0.1)
    assert (panel.value.text(), panel.words.other.value.text()) == ("Left 90°", "Right 45°")
    assert panel.words.other.value.isVisible()
    assert panel.counted.text().startswith(f"{SQUATS} swings"), "of the side chosen"
    assert f"Right knee: {SQUATS} swings" in panel.counted.toolTip()
    assert "Right knee: 1° to 44°" in panel.words.other.value.toolTip()
    assert f"{SQUATS} swings" in panel.words.main.value.toolTip(), "their number may give way"
    choose(lunges, Kind.ANGLE, "right_knee")
    qtbot.waitUntil(lambda: panel.value.text() == "Right 45°", timeout=SLOW_MS)
    assert panel.words.other.value.text() == "Left 90°"
    qtbot.keyClick(lunges, Qt.Key.Key_A, Qt.KeyboardModifier.ShiftModifier)
    qtbot.waitUntil(lambda: not both_shown(lunges), timeout=SLOW_MS)
    assert not panel.both.isChecked()
    assert panel.value.text() == "45°"
    assert not panel.words.other.isVisible()
    assert len(right_values(lunges)) == 0


@pytest.mark.parametrize(
    ("kind", "name", "has_sides"),
    [
        (Kind.ANGLE, "trunk", False),
        (Kind.ANGLE, "hips", False),
        (Kind.ANGLE, "right_elbow", True),
        (Kind.SPEED, "nose", False),
        (Kind.HEIGHT, "left_ankle", True),
    ],
)
def test_what_has_no_sides_has_none_to_show(
    qtbot: QtBot, lunges: MainWindow, kind: Kind, name: str, has_sides: bool
) -> None:
    panel = lunges.stage.analysis
    panel.both.click()
    choose(lunges, kind, name)
    assert panel.both.isEnabled() == lunges.actions_["both-sides"].isEnabled() == has_sides
    assert panel.both.isChecked(), "it is of the next measure"
    qtbot.waitUntil(lambda: panel.series is not None and panel.series.measure.name == name, timeout=SLOW_MS)
    assert both_shown(lunges) == has_sides


def test_both_sides_are_of_the_strip(qtbot: QtBot, lunges: MainWindow) -> None:
    assert lunges.actions_["both-sides"].isEnabled()
    qtbot.keyClick(lunges, Qt.Key.Key_A)
    assert not lunges.actions_["both-sides"].isEnabled()


def test_a_new_start_remembers_it(open_window: OpenWindow, toolbox: GreenToolbox, settings: Settings) -> None:
    first = open_window(toolbox)
    assert not first.actions_["both-sides"].isChecked()
    first.stage.analysis.both.click()
    first.close()
    assert settings.both_sides
    again = open_window(GreenToolbox())
    assert again.actions_["both-sides"].isChecked()
    assert again.stage.analysis.both.isChecked()


def test_the_other_side_has_a_column(qtbot: QtBot, lunges: MainWindow, tmp_path: Path) -> None:
    panel, clipboard = lunges.stage.analysis, QGuiApplication.clipboard()
    panel.both.click()
    qtbot.waitUntil(lambda: both_shown(lunges), timeout=SLOW_MS)
    lunges.stage.timeline.set_loop((5, 20))
    panel.copy.click()
    lines = [line.split("\t") for line in clipboard.text().splitlines()]
    assert lines[0] == ["frame", "time_s", "Person 7: left_knee angle (°)", "Person 7: right_knee angle (°)"]
    assert len(lines) == 1 + 16, "in the marked range"
    assert lines[6] == ["11", "0.4000", "90.000", "45.000"]
    lunges.commands.questions.target = lambda suggestion, kinds: str(tmp_path / suggestion.name)
    panel.export.click()
    qtbot.waitUntil(lambda: "left_knee-angle-6-21.csv" in lunges.banner.sentence, timeout=SLOW_MS)
    saved = tmp_path / "numbered-7-left_knee-angle-6-21.csv"
    assert saved.read_text("utf-8-sig").splitlines()[6] == "11,0.4000,90.000,45.000"


def test_where_one_side_is_not_known_its_cell_is_empty() -> None:
    series = measure_series(map(squat, range(3)), 7, Measure(Kind.ANGLE, "right_knee"), COCO, height=HEIGHT, both=True)
    assert series.table("Ada", "excel").splitlines()[1] == "1,0.0000,,0.000"


def test_the_side_chosen_may_be_the_one_that_is_not_seen(panel: AnalysisPanel) -> None:
    right = Measure(Kind.ANGLE, "right_knee")
    for both in (True, False):
        panel.show_series(measure_series(map(squat, range(9)), 7, right, COCO, height=HEIGHT, both=both), "Ada", 9.0, 1)
        panel.set_cursor(8, 0.3, live=False)
        assert panel._plot.isVisible() == panel.copy.isEnabled() == both
    panel.show_series(measure_series(map(squat, range(9)), 7, right, COCO, height=HEIGHT, both=True), "Ada", 9.0, 1)
    panel.set_cursor(0, 0.0, live=False)
    assert (panel.value.text(), panel.words.other.value.text()) == ("Right –", "Left 0°")


def test_in_a_narrow_strip_the_extents_give_way_and_the_values_stay(qtbot: QtBot, panel: AnalysisPanel) -> None:
    panel.show_series(series_of(), "Somebody with a long name", UNTIL_S, 1)
    main, other = panel.words.main, panel.words.other
    qtbot.waitUntil(lambda: main.extent.isVisible() and other.extent.isVisible(), timeout=SLOW_MS)
    panel.resize(520, 220)
    qtbot.waitUntil(lambda: not other.extent.isVisible(), timeout=SLOW_MS)
    panel.set_cursor(10, 0.4, live=False)
    assert main.value.isVisible()
    right = other.value.mapTo(panel, other.value.rect().topRight()).x()
    assert right <= panel.width(), "it is whole"
    assert other.value.width() >= other.value.sizeHint().width()
    panel.resize(1200, 220)
    qtbot.waitUntil(lambda: other.extent.isVisible(), timeout=SLOW_MS)


def test_the_other_s_extent_gives_way_before_that_of_the_side_chosen(qtbot: QtBot, qapp: QApplication) -> None:
    strip = QWidget()
    qtbot.addWidget(strip)
    words = CurveWords(strip)
    words.show_series(series_of(), "Ada")
    strip.show()
    seen = []
    for width in range(900, 100, -5):
        words.resize(width, words.height())
        seen.append(tuple(not part.isHidden() for part in (words.other.extent, words.main.extent, words.counted)))
    stages = [now for before, now in zip([None, *seen], seen, strict=False) if now != before]
    assert stages == [(True, True, True), (False, True, True), (False, False, True), (False, False, False)]


def test_the_words_beside_both_values_stand_still(panel: AnalysisPanel) -> None:
    panel.show_series(series_of(), "Ada", UNTIL_S, 1)
    places = set()
    for index in (0, 10, FRAMES):
        panel.set_cursor(index, index / FPS, live=False)
        QApplication.sendPostedEvents()
        places.add((panel.words.other.x(), panel.counted.x(), panel.counted.width()))
    assert len(places) == 1


def test_the_mouse_tells_both_values(qtbot: QtBot, plot) -> None:  # noqa: F811
    plot.show_series(series_of(), UNTIL_S, 1)
    box, viewport, heights = plot._item.getViewBox(), plot._widget.viewport(), cycle((30.0, 60.0))

    def says(time_s: float) -> str:
        qtbot.mouseMove(viewport, plot._widget.mapFromScene(box.mapViewToScene(QPointF(time_s, next(heights)))))
        return near_words(plot)

    qtbot.waitUntil(lambda: says(0.4) == "0.40 s  Left 90°  Right 45°", timeout=SLOW_MS)


def test_both_curves_are_in_view_however_far_one_of_them_goes(plot) -> None:  # noqa: F811
    plot.show_series(series_of(Measure(Kind.ANGLE, "right_knee")), UNTIL_S, 1)
    low, high = plot._item.viewRange()[1]
    assert low < 0
    assert high > 90, "the left one's"


@pytest.mark.parametrize("colours", [DARK, LIGHT, CONTRAST])
@pytest.mark.parametrize("name", ["left_knee", "right_knee"])
def test_left_and_right_keep_their_colours_and_stand_out(colours: Colours, name: str) -> None:
    main, other = pens(series_of(Measure(Kind.ANGLE, name)), colours.window)
    left, right = (main, other) if name == "left_knee" else (other, main)
    assert left.color().red() > left.color().blue(), "orange, as in the picture"
    assert right.color().blue() > right.color().red()
    ground = QColor(colours.window).getRgb()[:3]
    for pen in (main, other):
        assert contrast(pen.color().getRgb()[:3], ground) >= 3
    assert main.style() == Qt.PenStyle.SolidLine
    assert other.style() == Qt.PenStyle.CustomDashLine, "told apart in grey too"


def test_a_long_curve_of_the_other_side_is_thin_as_dashes_take_too_long() -> None:
    short = series_of()
    long = replace(short, indices=list(range(MOST_DASHED + 1)))
    main, other = pens(long, DARK.window)
    assert other.style() == Qt.PenStyle.SolidLine
    assert other.widthF() < main.widthF()


def test_a_long_curve_of_which_little_is_in_view_is_dashed(panel: AnalysisPanel) -> None:
    count = MOST_DASHED + 1
    short = series_of()

    def long(series: Series) -> Series:
        values = np.resize(series.values, count)
        return replace(series, indices=list(range(count)), times_s=np.arange(count) / FPS, values=values)

    panel.show_series(replace(long(short), other=long(short.other)), "Ada", count / FPS, 1)

    def styles() -> set[Qt.PenStyle]:
        return {panel.words.other.sample.pen.style(), panel._plot._other.opts["pen"].style()}

    assert styles() == {Qt.PenStyle.SolidLine}
    panel._plot.see((0.0, 2.0))
    assert styles() == {Qt.PenStyle.CustomDashLine}
    panel._plot.show_all()
    assert styles() == {Qt.PenStyle.SolidLine}


def test_a_value_that_stands_alone_is_a_dot(plot) -> None:  # noqa: F811
    series = series_of(both=False)
    values = series.values.copy()
    values[[9, 11, 20, 21]] = np.nan
    plot.show_series(replace(series, values=values), UNTIL_S, 1)
    times_s, heights = plot._dots.getData()
    assert times_s.tolist() == [series.times_s[10]]
    assert heights.tolist() == [values[10]]


HALF = replace(COCO, keypoints=tuple("half_knee" if name == "right_knee" else name for name in COCO.keypoints))
"""A skeleton of which the left leg alone has a knee."""


@pytest.mark.parametrize("kind", [Kind.ANGLE, Kind.SPEED])
def test_what_the_skeleton_has_on_one_side_alone_has_no_other(panel: AnalysisPanel, kind: Kind) -> None:
    measure = Measure(kind, "left_knee")
    series = measure_series(map(uneven, range(FRAMES)), 7, measure, HALF, height=HEIGHT, both=True)
    assert series.is_known
    assert series.other is None
    panel.set_skeleton(HALF, [angle.name for angle in angles_of(HALF)])
    panel.kind.setCurrentIndex(panel.kind.findData(kind))
    panel.what.setCurrentIndex(panel.what.findData("left_knee"))
    assert not panel.both.isEnabled()
    panel.what.setCurrentIndex(panel.what.findData("left_shoulder"))
    assert panel.both.isEnabled()


def test_the_lines_take_the_look_s_colours(qtbot: QtBot, lunges: MainWindow) -> None:
    panel = lunges.stage.analysis

    def drawn() -> list[QPen]:
        return [panel.words.main.sample.pen, panel._plot._curve.opts["pen"]]

    panel.both.click()
    qtbot.waitUntil(lambda: both_shown(lunges), timeout=SLOW_MS)
    dark = drawn()
    lunges.set_look(Look.LIGHT)
    light = drawn()
    assert dark[0].color() == dark[1].color() != light[0].color() == light[1].color()
    assert light[0].color().lightness() < dark[0].color().lightness()


def test_a_joint_of_the_other_side_moved_by_hand_moves_its_curve(qtbot: QtBot, lunges: MainWindow) -> None:
    panel, view = lunges.stage.analysis, lunges.stage.view
    choose(lunges, Kind.ANGLE, "right_knee")
    panel.both.click()
    qtbot.waitUntil(lambda: panel.words.other.value.text() == "Left 90°", timeout=SLOW_MS)
    knee = lunges.shown.tracks.poses.keypoints[0, COCO.keypoints.index("left_knee")]
    start = view.from_frame(float(knee[0]), float(knee[1])).toPoint()
    qtbot.mousePress(view, Qt.MouseButton.LeftButton, pos=start)
    for way in (20, 40):
        qtbot.mouseMove(view, start + QPoint(way, 0))
    qtbot.mouseRelease(view, Qt.MouseButton.LeftButton, pos=start + QPoint(40, 0))
    qtbot.waitUntil(lambda: panel.words.other.value.text() not in ("Left 90°", "Left –"), timeout=SLOW_MS)


def test_a_camera_has_both_sides_too(qtbot: QtBot, live: MainWindow, tools: CameraToolbox) -> None:  # noqa: F811
    qtbot.waitUntil(lambda: live.people.rowCount() == 1, timeout=SLOW_MS)
    qtbot.keyClick(live, Qt.Key.Key_A)
    qtbot.keyClick(live, Qt.Key.Key_P)
    live.stage.analysis.both.click()
    qtbot.waitUntil(lambda: both_shown(live) and len(live.stage.analysis.series.indices) > 5, timeout=SLOW_MS)
    qtbot.waitUntil(lambda: live.stage.analysis.words.other.value.text().startswith("Right "), timeout=SLOW_MS)
