"""Two videos side by side: whatever is done to the first, the second shows the moment that belongs to it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest
from PyQt6.QtCore import QPoint, Qt
from PyQt6.QtGui import QGuiApplication
from PyQt6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.gui.events import Picture
from app.gui.hovering import Preview
from app.gui.mailbox import Mailbox
from app.gui.second import Second
from app.gui.toolbox import EngineChoice
from app.gui.window import MainWindow
from app.session import read_session
from engine.video import LiveState, Source
from tests.gui.clips import HEIGHT, WIDTH, GreenToolbox, OtherJointsToolbox, make_clip, number_in
from tests.gui.conftest import OpenWindow
from tests.gui.test_window import SLOW_MS, number_shown, open_paused, turn_wheel, wait_for_frame


@pytest.fixture(scope="module")
def other(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Forty frames, two people."""
    return make_clip(tmp_path_factory.mktemp("clips") / "other.mp4", frames=40, people=2)


@pytest.fixture
def pair(qtbot: QtBot, window: MainWindow, clip: Path, other: Path) -> Iterator[MainWindow]:
    """A window that shows frame 10 of the one and of the other."""
    open_paused(qtbot, window, clip)
    window.commands.questions.video = lambda folder: str(other)
    window.actions_["compare"].trigger()
    wait_for_second(qtbot, window, 10)
    return window


def second_of(window: MainWindow) -> Second:
    second = window.comparing.second
    assert second is not None
    return second


def test_a_video_is_compared_with_though_one_asked_for_before_cannot_be_opened(
    qtbot: QtBot, window: MainWindow, clip: Path, tmp_path: Path
) -> None:
    open_paused(qtbot, window, clip)
    (tmp_path / "bad.mp4").write_bytes(b"no video")
    window.comparing.begin(str(tmp_path / "bad.mp4"))
    window.comparing.begin(str(clip))
    qtbot.waitUntil(lambda: number_beside(window) is not None, timeout=SLOW_MS)
    assert window.comparing.address == str(clip)


def number_beside(window: MainWindow) -> int | None:
    pixels = second_of(window).panel.view.pixels
    return number_in(pixels) if pixels is not None else None


def wait_for_second(qtbot: QtBot, window: MainWindow, index: int) -> None:
    qtbot.waitUntil(lambda: number_beside(window) == index, timeout=SLOW_MS)


def test_both_are_seen_each_with_its_own_people(qtbot: QtBot, pair: MainWindow) -> None:
    panel = second_of(pair).panel
    assert panel.view.isVisible()
    assert abs(panel.view.width() - pair.stage.view.width()) < 30
    assert panel.name.text() == "Right: other.mp4"
    qtbot.waitUntil(lambda: len(second_of(pair).shown.people or ()) == 2, timeout=SLOW_MS)
    assert pair.shown.people == (1,)


def test_a_picture_shows_both(qtbot: QtBot, pair: MainWindow, tmp_path: Path) -> None:
    pair.stage.timeline.sought.emit(31)
    wait_for_second(qtbot, pair, 31)
    pair.commands.questions.target = lambda suggestion, kinds: str(tmp_path / "both.png")
    pair.actions_["snapshot"].trigger()
    qtbot.waitUntil(lambda: "both.png" in pair.banner.sentence, timeout=SLOW_MS)
    both = cv2.imread(str(tmp_path / "both.png"))
    height, width = both.shape[:2]
    assert (width, height) == (2 * WIDTH, HEIGHT)
    assert [number_in(np.ascontiguousarray(half[..., ::-1])) for half in np.split(both, 2, axis=1)] == [31, 31]
    pair.actions_["copy"].trigger()
    qtbot.waitUntil(lambda: "clipboard" in pair.banner.sentence, timeout=SLOW_MS)
    assert QGuiApplication.clipboard().image().width() == 2 * WIDTH


def test_sought_and_stepped_together(qtbot: QtBot, pair: MainWindow) -> None:
    pair.stage.timeline.sought.emit(31)
    wait_for_second(qtbot, pair, 31)
    qtbot.keyClick(pair, Qt.Key.Key_Right)
    wait_for_frame(qtbot, pair, 32)
    wait_for_second(qtbot, pair, 32)
    qtbot.keyClick(pair, Qt.Key.Key_Left)
    wait_for_second(qtbot, pair, 31)
    pair.stage.timeline.sought.emit(55)  # the other one is over by then
    wait_for_second(qtbot, pair, 39)


def made_from_now_on(pair: MainWindow) -> list[tuple[int, int]]:
    """Which of the two, its frame: in the order in which the players make them."""
    seen: list[tuple[int, int]] = []

    def note(which: int, box: Mailbox[Picture]) -> None:
        put = box.put

        def noted(picture: Picture) -> None:
            seen.append((which, picture.index))
            put(picture)

        box.put = noted

    note(0, pair.pictures)
    note(1, second_of(pair)._pictures)
    return seen


def test_played_together_neither_a_picture_ahead_and_on_where_the_shorter_one_ends(
    qtbot: QtBot, pair: MainWindow
) -> None:
    seen = made_from_now_on(pair)
    qtbot.keyClick(pair, Qt.Key.Key_Space)
    wait_for_frame(qtbot, pair, 59)
    at, apart, begun = [10, 10], [], False
    for which, index in seen:
        at[which], begun = index, begun or which == 1  # until the window has heard that it plays, the first plays alone
        if begun:
            apart.append(abs(at[0] - at[1]))
        if max(at) >= 39:
            break
    assert len(apart) > 8
    assert max(apart) <= 3, "one is ahead, either paints one, and the window follows"
    assert number_beside(pair) == 39
    qtbot.waitUntil(lambda: not pair.playing, timeout=SLOW_MS)


def test_a_window_that_paints_slowly_does_not_set_the_second_back(
    qtbot: QtBot, pair: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    show = pair.stage.view.show_picture

    def show_slowly(picture: Picture) -> None:
        time.sleep(0.1)
        show(picture)

    monkeypatch.setattr(pair.stage.view, "show_picture", show_slowly)
    seen = made_from_now_on(pair)
    qtbot.keyClick(pair, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: (1, 38) in seen, timeout=SLOW_MS)
    of_second = [index for which, index in seen if which == 1]
    assert of_second == sorted(of_second)


def test_a_range_is_played_over_and_over_on_both(qtbot: QtBot, pair: MainWindow) -> None:
    pair.stage.timeline.set_loop((5, 20))
    qtbot.keyClick(pair, Qt.Key.Key_Space)
    for _ in range(2):
        qtbot.waitUntil(lambda: (number_shown(pair) or 0) > 15 and (number_beside(pair) or 0) > 13, timeout=SLOW_MS)
        qtbot.waitUntil(lambda: (number_shown(pair) or 99) < 12 and (number_beside(pair) or 99) < 14, timeout=SLOW_MS)
    assert pair.playing


def test_the_moment_that_belongs_together_is_marked_by_moving_the_second(qtbot: QtBot, pair: MainWindow) -> None:
    panel = second_of(pair).panel
    for _ in range(3):
        before = number_beside(pair)
        qtbot.mouseClick(panel.on, Qt.MouseButton.LeftButton)
        wait_for_second(qtbot, pair, before + 1)
    assert number_shown(pair) == 10
    qtbot.waitUntil(lambda: panel.offset.text() == "0.12 s later than the first", timeout=SLOW_MS)
    pair.stage.timeline.sought.emit(20)
    wait_for_second(qtbot, pair, 23)
    qtbot.mouseClick(panel.timeline, Qt.MouseButton.LeftButton, pos=QPoint(round(panel.timeline._x(5)), 12))
    wait_for_second(qtbot, pair, 5)
    qtbot.waitUntil(lambda: panel.offset.text() == "0.60 s earlier than the first", timeout=SLOW_MS)
    pair.stage.timeline.sought.emit(8)  # before the other one begins
    wait_for_second(qtbot, pair, 0)
    qtbot.mouseClick(panel.align, Qt.MouseButton.LeftButton)
    wait_for_second(qtbot, pair, 8)
    assert panel.offset.text() == "same time in both"


def test_the_wheel_on_its_timeline_moves_the_second_alone(qtbot: QtBot, pair: MainWindow) -> None:
    turn_wheel(second_of(pair).panel.timeline, 1)
    wait_for_second(qtbot, pair, 10 + QApplication.wheelScrollLines())
    assert number_shown(pair) == 10
    qtbot.waitUntil(lambda: second_of(pair).panel.offset.text() == "0.12 s later than the first", timeout=SLOW_MS)


def test_a_shifted_second_waits_for_its_beginning(qtbot: QtBot, pair: MainWindow) -> None:
    pair.stage.timeline.sought.emit(30)
    wait_for_second(qtbot, pair, 30)
    second_of(pair).panel.timeline.sought.emit(5)  # twenty-five frames earlier
    wait_for_second(qtbot, pair, 5)
    pair.stage.timeline.sought.emit(0)
    wait_for_second(qtbot, pair, 0)
    seen = made_from_now_on(pair)
    qtbot.keyClick(pair, Qt.Key.Key_Space)
    wait_for_frame(qtbot, pair, 59)
    begins = seen.index((1, 1))
    assert (1, 0) not in seen[begins:], "once begun, it goes on"
    assert max(index for which, index in seen[:begins] if which == 0) >= 22, "the first is ahead by 25"
    qtbot.waitUntil(lambda: not pair.playing, timeout=SLOW_MS)
    wait_for_second(qtbot, pair, 34)


def test_tab_comes_to_the_second_before_the_timeline_of_the_first(qtbot: QtBot, pair: MainWindow) -> None:
    panel = second_of(pair).panel
    panel.back.setFocus(Qt.FocusReason.TabFocusReason)
    for stop in (panel.on, panel.align, panel.close_button, panel.timeline, pair.stage.timeline):
        qtbot.keyClick(pair.focusWidget(), Qt.Key.Key_Tab)
        assert pair.focusWidget() is stop


def test_closing_it_leaves_the_first_as_it_is(qtbot: QtBot, pair: MainWindow) -> None:
    thread = second_of(pair).player._thread
    qtbot.mouseClick(second_of(pair).panel.close_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not thread.is_alive(), timeout=SLOW_MS)
    assert number_shown(pair) == 10
    assert not pair.actions_["compare-stop"].isEnabled()
    qtbot.keyClick(pair, Qt.Key.Key_Space)
    wait_for_frame(qtbot, pair, 59)


def test_what_cannot_be_opened_is_told_and_the_first_stays(qtbot: QtBot, window: MainWindow, clip: Path) -> None:
    open_paused(qtbot, window, clip)
    window.commands.questions.video = lambda folder: str(clip.with_name("gone.mp4"))
    window.actions_["compare"].trigger()
    qtbot.waitUntil(lambda: "gone.mp4" in window.banner.sentence, timeout=SLOW_MS)
    assert window.comparing.second is None
    assert number_shown(window) == 10


def test_the_second_timeline_has_small_pictures_too(qtbot: QtBot, pair: MainWindow) -> None:
    timeline, preview = second_of(pair).panel.timeline, second_of(pair).hover.preview
    qtbot.mouseMove(timeline, QPoint(round(timeline._x(30)), 12))
    qtbot.waitUntil(lambda: preview.isVisible() and preview.picture.isEnabled(), timeout=SLOW_MS)
    assert "Frame 31" in preview.words.text()
    pair.actions_["compare-stop"].trigger()
    assert not preview.isVisible()


def test_closing_the_window_ends_both(qtbot: QtBot, pair: MainWindow) -> None:
    second = second_of(pair)
    qtbot.keyClick(pair, Qt.Key.Key_Space)
    pair.close()
    assert not second.player._thread.is_alive()


def test_a_shift_beyond_the_end_takes_the_last_frame_and_they_stay_in_step(qtbot: QtBot, pair: MainWindow) -> None:
    timeline = second_of(pair).panel.timeline
    timeline.set_length(90, 25.0)  # as a container tells that is mistaken
    timeline.sought.emit(80)
    wait_for_second(qtbot, pair, 39)
    qtbot.waitUntil(lambda: timeline.maximum() == 39, timeout=SLOW_MS)
    assert second_of(pair).panel.offset.text() == "1.16 s later than the first"
    pair.stage.timeline.sought.emit(2)
    wait_for_second(qtbot, pair, 31)


def save_shifted(qtbot: QtBot, pair: MainWindow, target: Path) -> None:
    """Save a session in which the second is five frames later, and leave."""
    second_of(pair).panel.timeline.sought.emit(15)
    wait_for_second(qtbot, pair, 15)
    qtbot.waitUntil(lambda: second_of(pair).panel.offset.text() == "0.20 s later than the first", timeout=SLOW_MS)
    pair.commands.questions.target = lambda suggestion, kinds: str(target)
    qtbot.keyClick(pair, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: target.name in pair.banner.sentence, timeout=SLOW_MS)
    pair.close()


def test_a_session_brings_both_back_as_far_apart_as_they_were(
    qtbot: QtBot, pair: MainWindow, open_window: OpenWindow, toolbox: GreenToolbox, tmp_path: Path
) -> None:
    save_shifted(qtbot, pair, tmp_path / "work.skelter")
    again = open_window(toolbox)
    again.open_source(str(tmp_path / "work.skelter"))
    wait_for_frame(qtbot, again, 10)
    wait_for_second(qtbot, again, 15)
    assert second_of(again).panel.offset.text() == "0.20 s later than the first"
    qtbot.keyClick(again, Qt.Key.Key_Right)
    wait_for_second(qtbot, again, 16)


def test_a_session_whose_second_video_is_gone_opens_the_first(
    qtbot: QtBot, pair: MainWindow, other: Path, open_window: OpenWindow, toolbox: GreenToolbox, tmp_path: Path
) -> None:
    save_shifted(qtbot, pair, tmp_path / "work.skelter")
    away = other.rename(other.with_name("away.mp4"))
    again = open_window(toolbox)
    again.open_source(str(tmp_path / "work.skelter"))
    qtbot.waitUntil(lambda: "without the video it was compared with" in again.banner.sentence, timeout=SLOW_MS)
    away.rename(other)
    assert f"{other} does not exist" in again.banner.sentence
    assert again.comparing.second is None
    wait_for_frame(qtbot, again, 10)


def test_a_second_video_that_is_away_is_remembered_until_comparing_is_stopped(
    qtbot: QtBot, pair: MainWindow, other: Path, open_window: OpenWindow, toolbox: GreenToolbox, tmp_path: Path
) -> None:
    session = tmp_path / "work.skelter"
    save_shifted(qtbot, pair, session)
    saved = read_session(session).notes
    assert (saved.compared, round(saved.offset_s, 3)) == (str(other), 0.2)
    away = other.rename(other.with_name("away.mp4"))
    again = open_window(toolbox)
    again.open_source(str(session))
    qtbot.waitUntil(lambda: "without the video it was compared with" in again.banner.sentence, timeout=SLOW_MS)
    away.rename(other)
    wait_for_frame(qtbot, again, 10)
    save_again(qtbot, again)
    assert read_session(session).notes == saved
    again.actions_["compare-stop"].trigger()
    assert not again.actions_["compare-stop"].isEnabled()
    save_again(qtbot, again)
    assert read_session(session).notes.compared == ""


def save_again(qtbot: QtBot, window: MainWindow) -> None:
    window.banner.dismiss()
    window.actions_["save"].trigger()
    qtbot.waitUntil(lambda: "Saved work.skelter" in window.banner.sentence, timeout=SLOW_MS)


def test_a_remembered_second_that_fails_as_nobody_foresaw_is_told_in_whole_sentences(
    qtbot: QtBot, pair: MainWindow, other: Path, open_window: OpenWindow, tmp_path: Path
) -> None:
    class Fragile(GreenToolbox):
        def open(self, address: str, on_state: Callable[[LiveState], None]) -> Source:
            if address == str(other):
                raise ZeroDivisionError
            return super().open(address, on_state)

    save_shifted(qtbot, pair, tmp_path / "work.skelter")
    again = open_window(Fragile())
    again.open_source(str(tmp_path / "work.skelter"))
    qtbot.waitUntil(
        lambda: again.banner.sentence.endswith(
            "compared with: Something unexpected went wrong. You can go on working."
        ),
        timeout=SLOW_MS,
    )


def test_both_are_analysed_again_by_a_network_of_other_joints(
    qtbot: QtBot, open_window: OpenWindow, clip: Path, other: Path
) -> None:
    window = open_window(OtherJointsToolbox())
    open_paused(qtbot, window, clip)
    window.comparing.begin(str(other))
    qtbot.waitUntil(lambda: joints_shown(window) == (17, 17), timeout=SLOW_MS)
    window.engines.use(EngineChoice(pose="stick-fine"))
    qtbot.waitUntil(lambda: window.engines.choice.pose == "stick-fine", timeout=SLOW_MS)
    window.engines._panel.again.click()
    qtbot.waitUntil(lambda: joints_shown(window) == (16, 16), timeout=SLOW_MS)


def joints_shown(window: MainWindow) -> tuple[int | None, ...]:
    """How many joints the people of the first have, and those of the second."""
    tracks = [shown.tracks if shown is not None else None for shown in (window.shown, second_of(window).shown)]
    return tuple(each.poses.keypoints.shape[1] if each is not None and len(each) else None for each in tracks)


def test_what_was_compared_with_does_not_stay(qtbot: QtBot, pair: MainWindow) -> None:
    for _ in range(3):
        before = second_of(pair)
        pair.actions_["compare"].trigger()
        qtbot.waitUntil(lambda before=before: second_of(pair) is not before, timeout=SLOW_MS)
        wait_for_second(qtbot, pair, 10)
    qtbot.waitUntil(lambda: all(one.wait(0) for one in pair.comparing._ended), timeout=SLOW_MS)
    pair.comparing.stop()
    qtbot.waitUntil(lambda: len(pair.findChildren(Second)) <= 1, timeout=SLOW_MS)
    qtbot.waitUntil(lambda: len(pair.findChildren(Preview)) <= 2, timeout=SLOW_MS)


def test_a_file_that_cannot_be_opened_leaves_what_was_compared_with(
    qtbot: QtBot, pair: MainWindow, tmp_path: Path
) -> None:
    broken, before = tmp_path / "broken.mp4", second_of(pair)
    broken.write_bytes(bytes(5000))
    pair.commands.questions.video = lambda folder: str(broken)
    pair.actions_["compare"].trigger()
    qtbot.waitUntil(lambda: "broken.mp4" in pair.banner.sentence, timeout=SLOW_MS)
    assert second_of(pair) is before
    assert before.panel.view.isVisible()
    assert not before.panel.view._notice.isVisible()
    pair.stage.timeline.sought.emit(20)
    wait_for_second(qtbot, pair, 20)


def test_what_was_compared_with_is_seen_until_the_next_one_is_open(
    qtbot: QtBot, open_window: OpenWindow, clip: Path, other: Path, tmp_path: Path
) -> None:
    third, gate = make_clip(tmp_path / "third.mp4", frames=30), threading.Event()

    class Slow(GreenToolbox):
        def open(self, address: str, on_state: Callable[[LiveState], None]) -> Source:
            if address == str(third):
                assert gate.wait(60)
            return super().open(address, on_state)

    window = open_window(Slow())
    open_paused(qtbot, window, clip)
    window.comparing.begin(str(other))
    wait_for_second(qtbot, window, 10)
    try:
        window.comparing.begin(str(third))
        assert second_of(window).panel.view._notice.text() == "Opening …"
        window.stage.timeline.sought.emit(20)
        wait_for_second(qtbot, window, 20)
        assert second_of(window).panel.name.text() == "Right: other.mp4"
    finally:
        gate.set()
    qtbot.waitUntil(lambda: second_of(window).panel.name.text() == "Right: third.mp4", timeout=SLOW_MS)
    wait_for_second(qtbot, window, 20)
    assert window.stage.views.count() == 2
