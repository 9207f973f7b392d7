"""The curve as a picture: on the clipboard and in a file, with a title, axes and words; by keys, buttons and menus."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtGui import QColor, QFont, QGuiApplication, QImage, QKeySequence
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QApplication, QMenu, QWidget
from pytestqt.qtbot import QtBot

from app.gui.curve_picture import EDGE, HEIGHT, PAPER, SHARPNESS, WIDTH, CurvePicture
from app.gui.curve_style import pens
from app.gui.series import Kind, Measure, Series
from app.gui.theme import Look
from app.gui.window import MainWindow
from tests.gui.clips import FPS
from tests.gui.test_analysis import SQUATS, choose, middle_of, squats  # noqa: F401 - fixture
from tests.gui.test_both_sides import KNEE, both_shown, lunges, series_of  # noqa: F401 - fixture
from tests.gui.test_window import SLOW_MS

AXIS = 90
"""In pixels of the picture: left of it are the words of the axis."""
HEAD = 170
"""Above it are title, legend and notes."""
NOTES = slice(138, HEAD)
"""In these rows: where it was measured, and what does not count."""


def pixels(image: QImage) -> np.ndarray:
    """uint8 [H, W, 3], RGB."""
    rgb = image.convertToFormat(QImage.Format.Format_RGB888)
    size = rgb.height(), rgb.bytesPerLine()
    rows = np.frombuffer(rgb.constBits().asstring(rgb.sizeInBytes()), np.uint8).reshape(size)
    return rows[:, : rgb.width() * 3].reshape(rgb.height(), rgb.width(), 3)


def like(picture: np.ndarray, colour: QColor) -> np.ndarray:
    """Where the picture has this colour, bool [H, W]."""
    return (np.abs(picture.astype(int) - colour.getRgb()[:3]) < 12).all(axis=2)


def crossings(picture: np.ndarray, colour: QColor) -> int:
    """How often a curve crosses the height at which it is half bent."""
    plot = like(picture[HEAD:, AXIS:], colour)
    rows = np.flatnonzero(plot.any(axis=1))
    row = plot[(rows[0] + rows[-1]) // 2]
    return 1 + int((np.diff(np.flatnonzero(row)) > 20).sum())


def copied() -> QImage:
    clipboard = QGuiApplication.clipboard()
    assert clipboard is not None
    return clipboard.image()


def drawn(qtbot: QtBot, series: Series, seen_s: tuple[float, float], source: str = "clip.mp4") -> np.ndarray:
    """The picture of a part of a curve."""
    owner = QWidget()
    qtbot.addWidget(owner)
    image = CurvePicture(owner).image_of(series, "Ada", source, seen_s)
    assert image is not None
    return pixels(image)


def legend(picture: np.ndarray) -> np.ndarray:
    """What it says of the lines."""
    return picture[70 : NOTES.start].copy()


@pytest.mark.parametrize("look", [Look.DARK, Look.LIGHT])
def test_the_curve_is_copied_as_a_picture_on_white(qtbot: QtBot, lunges: MainWindow, look: Look) -> None:  # noqa: F811
    lunges.set_look(look)
    lunges.stage.analysis.both.click()
    qtbot.waitUntil(lambda: both_shown(lunges), timeout=SLOW_MS)
    QTest.keySequence(lunges, QKeySequence("Ctrl+I"))
    assert "on the clipboard" in lunges.banner.sentence
    picture = pixels(copied())
    assert picture.shape == (HEIGHT * SHARPNESS, WIDTH * SHARPNESS, 3)
    assert (picture[0, 0] == 255).all()
    left, right = (pen.color() for pen in pens(lunges.stage.analysis.series, PAPER.window))
    for colour in (left, right):
        assert like(picture[:HEAD], colour).any(), "in the legend"
        assert like(picture[HEAD:], colour).any(), "in the plot"
    assert crossings(picture, left) == 2 * SQUATS
    words = like(picture[:HEAD], QColor(PAPER.text))
    assert words[:70].any(), "a title"
    assert words[70:].any(), "and what the lines are"


def test_the_person_and_the_measure_are_in_the_title(qtbot: QtBot, squats: MainWindow) -> None:  # noqa: F811
    def head() -> np.ndarray:
        squats.actions_["curve-copy"].trigger()
        return pixels(copied())[:70].copy()

    panel, before = squats.stage.analysis, head()
    assert (head() == before).all()
    squats.people.renamed.emit(7, "Ada")
    qtbot.waitUntil(lambda: panel.who.text() == "Ada", timeout=SLOW_MS)
    named = head()
    assert (named != before).any()
    choose(squats, Kind.HEIGHT, "left_knee")
    qtbot.waitUntil(lambda: panel.series.measure.kind is Kind.HEIGHT, timeout=SLOW_MS)
    assert (head() != named).any()


@pytest.mark.parametrize("measure", [KNEE, Measure(Kind.HEIGHT, "left_hip")])
def test_the_axes_have_numbers_however_wide_they_are(qtbot: QtBot, qapp: QApplication, measure: Measure) -> None:
    ink = like(drawn(qtbot, series_of(measure), (0.0, 2.4)), QColor(PAPER.muted))
    assert ink[HEAD:-60, :AXIS].any(), "values at the left"
    assert ink[-60:, 200:].any(), "times below"


def test_a_marked_range_fills_the_picture(qtbot: QtBot, squats: MainWindow) -> None:  # noqa: F811
    squats.stage.timeline.set_loop((20, 40))
    squats.actions_["curve-copy"].trigger()
    colour = pens(squats.stage.analysis.series, PAPER.window)[0].color()
    picture = pixels(copied())
    assert crossings(picture, colour) == 2, "one squat"
    _, columns = np.nonzero(like(picture[HEAD:, AXIS:], colour))
    assert np.ptp(columns) > 0.9 * (picture.shape[1] - AXIS), "as wide as there is room"


def test_a_marked_range_has_files_of_its_own(qtbot: QtBot, squats: MainWindow) -> None:  # noqa: F811
    suggested: list[str] = []
    squats.commands.questions.target = lambda suggestion, kinds: suggested.append(suggestion.name) or ""
    for frames in ((20, 40), (41, 59)):
        squats.stage.timeline.set_loop(frames)
        squats.stage.analysis.export_wanted.emit()
        squats.actions_["curve-save"].trigger()
    begins = "numbered-7-left_knee-angle-"
    assert suggested == [f"{begins}{part}" for part in ("21-41.csv", "21-41.png", "42-60.csv", "42-60.png")]


def test_what_is_enlarged_is_what_the_picture_shows(qtbot: QtBot, squats: MainWindow) -> None:  # noqa: F811
    squats.stage.analysis._plot.see((0.0, 0.8))
    squats.actions_["curve-copy"].trigger()
    colour = pens(squats.stage.analysis.series, PAPER.window)[0].color()
    assert crossings(pixels(copied()), colour) == 2


def test_a_part_is_as_high_as_the_picture(qtbot: QtBot, squats: MainWindow) -> None:  # noqa: F811
    squats.stage.timeline.set_loop((0, 4))  # where the knee is not bent by more than 31°
    squats.actions_["curve-copy"].trigger()
    colour = pens(squats.stage.analysis.series, PAPER.window)[0].color()
    rows = np.flatnonzero(like(pixels(copied())[HEAD:], colour).any(axis=1))
    assert rows[0] < 100
    assert rows[-1] > HEIGHT * SHARPNESS - HEAD - 150


def test_the_extents_on_paper_are_those_of_what_is_in_view(qtbot: QtBot) -> None:
    series, seen_s = series_of(both=False), (0.0, 0.2)
    picture = drawn(qtbot, series, seen_s)
    assert (legend(picture) != legend(drawn(qtbot, series, (0.0, 2.4)))).any()
    assert (legend(picture) == legend(drawn(qtbot, series.within((0, 5)), seen_s))).all(), "as where that is marked"


def test_what_does_not_count_on_paper_is_said_there(qtbot: QtBot) -> None:
    steady = series_of(both=False)
    plain, told = (
        like(drawn(qtbot, series, (0.0, 2.4))[NOTES], QColor(PAPER.muted))
        for series in (steady, replace(steady, told=steady.values))
    )
    assert told.sum() > 2 * plain.sum()


def test_two_videos_are_told_apart_on_paper(qtbot: QtBot, squats: MainWindow) -> None:  # noqa: F811
    one, another = (drawn(qtbot, series_of(), (0.0, 2.4), source)[NOTES] for source in ("one.mp4", "two.mp4"))
    assert (one != another).any()
    squats.actions_["curve-copy"].trigger()
    on_paper = pixels(copied())[NOTES]
    shown, seen_s = squats.stage.analysis.series, squats.stage.analysis.seen_s
    assert (on_paper == drawn(qtbot, shown, seen_s, squats.source_name)[NOTES]).all()
    assert (on_paper != drawn(qtbot, shown, seen_s, "another.mp4")[NOTES]).any()


@pytest.mark.parametrize("action", ["curve-copy", "curve-save"])
def test_nothing_in_view_is_no_picture_but_a_sentence(
    qtbot: QtBot,
    squats: MainWindow,  # noqa: F811
    action: str,
) -> None:
    clipboard = QGuiApplication.clipboard()
    assert clipboard is not None
    clipboard.setText("before")
    squats.commands.questions.target = lambda suggestion, kinds: pytest.fail("asked for a file")
    squats.stage.analysis._plot.see((50.0, 60.0))
    squats.actions_[action].trigger()
    assert "no picture" in squats.banner.sentence
    assert clipboard.text() == "before"


def test_a_document_takes_the_picture_as_wide_as_a_page(squats: MainWindow) -> None:  # noqa: F811
    squats.actions_["curve-copy"].trigger()
    picture = copied()
    assert 20 < 100 * picture.width() / picture.dotsPerMeterX() < 28
    assert picture.dotsPerMeterX() == picture.dotsPerMeterY()


def test_the_letters_on_paper_are_not_those_of_the_desktop(qtbot: QtBot, qapp: QApplication) -> None:
    font = qapp.font()
    larger = QFont(font)
    larger.setPointSize(24)
    pictures = []
    try:
        for one in (font, larger):
            qapp.setFont(one)
            pictures.append(drawn(qtbot, series_of(), (0.0, 2.4)))
    finally:
        qapp.setFont(font)
    assert (pictures[0] == pictures[1]).all()


@pytest.mark.parametrize("place", [15, 29])
def test_a_range_of_which_one_frame_is_seen_has_one_dot_at_its_time(qtbot: QtBot, place: int) -> None:
    whole = series_of(both=False)
    values = whole.values.copy()
    values[10:place] = values[place + 1 : 30] = np.nan  # beyond the range it goes on
    picture = drawn(qtbot, replace(whole, values=values, repetitions=[]).within((10, 29)), (10 / FPS, 29 / FPS))
    _, columns = np.nonzero(like(picture[HEAD:], pens(whole, PAPER.window)[0].color()))
    assert 4 <= np.ptp(columns) <= 20, "a dot, and no line"
    across = (columns.mean() - AXIS) / (SHARPNESS * (WIDTH - EDGE / 2) - AXIS)
    assert across == pytest.approx((place - 10) / 19, abs=0.02), "the range is in view from its beginning to its end"


@pytest.mark.parametrize("ending", [".png", ".jpg"])
def test_a_picture_is_saved_and_opens(
    qtbot: QtBot,
    squats: MainWindow,  # noqa: F811
    tmp_path: Path,
    ending: str,
) -> None:
    suggested: list[str] = []

    def target(suggestion: Path, kinds: list[tuple[str, str]]) -> str:
        suggested.append(suggestion.name)
        assert [kind for _, kind in kinds] == [".png", ".jpg"]
        return str(tmp_path / f"curve{ending}")

    squats.commands.questions.target = target
    QTest.keySequence(squats, QKeySequence("Ctrl+Shift+I"))
    qtbot.waitUntil(lambda: f"curve{ending}" in squats.banner.sentence, timeout=SLOW_MS)
    assert suggested == ["numbered-7-left_knee-angle.png"]
    picture = QImage(str(tmp_path / f"curve{ending}"))
    assert (picture.width(), picture.height()) == (WIDTH * SHARPNESS, HEIGHT * SHARPNESS)
    assert (pixels(picture) != 255).any()


def test_no_file_is_written_where_none_is_named(qtbot: QtBot, squats: MainWindow, tmp_path: Path) -> None:  # noqa: F811
    squats.commands.questions.target = lambda suggestion, kinds: ""
    before = squats.banner.sentence
    squats.actions_["curve-save"].trigger()
    assert squats.banner.sentence == before


def test_without_a_curve_there_is_no_picture_of_one(qtbot: QtBot, squats: MainWindow) -> None:  # noqa: F811
    actions = [squats.actions_[name] for name in ("curve-copy", "curve-save")]
    panel = squats.stage.analysis

    def enabled() -> set[bool]:
        return {panel.picture.isEnabled(), *(action.isEnabled() for action in actions)}

    assert enabled() == {True}
    squats.editing.choose(None)
    qtbot.waitUntil(lambda: enabled() == {False}, timeout=SLOW_MS)
    squats.editing.choose(7)
    qtbot.waitUntil(lambda: enabled() == {True}, timeout=SLOW_MS)
    qtbot.keyClick(squats, Qt.Key.Key_A)
    assert not any(action.isEnabled() for action in actions)


@pytest.fixture
def menu(qtbot: QtBot, lunges: MainWindow) -> Iterator[QMenu]:  # noqa: F811
    """That of the curve, by a right click."""
    panel = lunges.stage.analysis
    qtbot.waitUntil(panel._plot.isVisible, timeout=SLOW_MS)
    at, _ = middle_of(panel._plot)
    qtbot.mouseClick(panel._plot._widget.viewport(), Qt.MouseButton.RightButton, pos=at)
    found = [one for one in panel.findChildren(QMenu) if one.isVisible()]
    assert len(found) == 1
    yield found[0]
    found[0].close()


def test_a_right_click_on_the_curve_offers_what_can_be_done_with_it(lunges: MainWindow, menu: QMenu) -> None:  # noqa: F811
    entries = {action.text().replace("&", ""): action for action in menu.actions() if action.text()}
    assert list(entries) == [
        "Copy values", "Save table…", "Both sides", "Copy picture of curve", "Save picture of curve…",
    ]  # fmt: skip
    entries["Copy values"].trigger()
    clipboard = QGuiApplication.clipboard()
    assert clipboard is not None
    assert clipboard.text().startswith("frame\ttime_s")
    entries["Copy picture of curve"].trigger()
    assert not copied().isNull()


def test_the_button_with_the_camera_has_a_menu_of_both(squats: MainWindow) -> None:  # noqa: F811
    menu = squats.stage.analysis.picture.menu()
    assert menu is not None
    assert menu.actions() == [squats.actions_["curve-copy"], squats.actions_["curve-save"]]
