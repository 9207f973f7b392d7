"""Slow motion in the window: told or offered, counted at its true rate at once, and put back as it was."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from PyQt6.QtCore import Qt, QTimer
from PyQt6.QtWidgets import QApplication, QDialogButtonBox, QInputDialog, QLineEdit, QMenu, QPushButton
from pytestqt.qtbot import QtBot

from app.exports import write
from app.exports.skelter_json import read
from app.gui import events
from app.gui.paces import Paces
from app.gui.series import Kind
from app.gui.tempo import Tempo
from app.gui.window import MainWindow
from app.results import FrameRecord, Header, Recording, SourceRecord
from app.session import read_session
from app.smoothing import smooth_recording
from engine.video.file import FileSource
from tests.app.recordings import people
from tests.clips import shown_slower
from tests.gui.clips import FPS, HEIGHT, WIDTH, GreenToolbox, frame_picture, make_clip
from tests.gui.conftest import OpenWindow
from tests.gui.test_analysis import FRAMES, choose, squat
from tests.gui.test_comparing import second_of, wait_for_second
from tests.gui.test_window import SLOW_MS, open_paused, wait_for_frame

SLOWER = 4


@pytest.fixture(scope="module")
def slow(clip: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The clip as it would be slow motion, called the same; the file does not say so."""
    return shown_slower(clip, tmp_path_factory.mktemp("slow") / clip.name, SLOWER)


@pytest.fixture(scope="module")
def phone(clip: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One of a phone, which says that it shows what happened so much slower."""
    return shown_slower(clip, tmp_path_factory.mktemp("phone") / "phone.mp4", 1, f"{SLOWER * FPS}.000000")


def answer(qtbot: QtBot, window: MainWindow, *written: str, action: str = "recorded-at") -> list[str]:
    """Ask from the menu, write one after the other and press OK each time; what is asked comes back."""
    asked: list[str] = []
    left = list(written)

    def write() -> None:
        box = QApplication.activeModalWidget()
        assert isinstance(box, QInputDialog)
        asked.append(box.labelText())
        field = box.findChild(QLineEdit)
        field.selectAll()
        qtbot.keyClicks(field, left.pop(0))
        if left:
            QTimer.singleShot(50, write)
        qtbot.mouseClick(
            box.findChild(QDialogButtonBox).button(QDialogButtonBox.StandardButton.Ok), Qt.MouseButton.LeftButton
        )

    QTimer.singleShot(50, write)
    menu = next(menu for menu in window.findChildren(QMenu) if window.actions_[action] in menu.actions())
    menu.popup(window.mapToGlobal(window.rect().center()))
    qtbot.mouseClick(menu, Qt.MouseButton.LeftButton, pos=menu.actionGeometry(window.actions_[action]).center())
    return asked


def recording_of(qtbot: QtBot, window: MainWindow) -> Recording:
    """What is known of the file that is open."""
    got: list[events.Work | None] = []
    window.share_work(got.append)
    qtbot.waitUntil(lambda: bool(got), timeout=SLOW_MS)
    return got[0].recording


def known(recording: Recording) -> list[tuple[int, float, list[int]]]:
    return [(record.index, record.time_s, record.tracks.ids.tolist()) for record in recording]


def open_squats(qtbot: QtBot, window: MainWindow, clip: Path, result: Path, times: int) -> None:
    """With what is known of it, paused on frame 10, the curve of number 7 shown. Frames last so many times longer."""
    header = Header(SourceRecord(clip.name, WIDTH, HEIGHT, FPS / times, times * FRAMES / FPS), {"tracker": "oks"})
    recording = Recording(header)
    for index in range(FRAMES):
        recording.add(replace(squat(index), time_s=times * index / FPS))
    write(recording, result, "json")
    window.open_source(str(clip), result)
    qtbot.waitUntil(lambda: window.people.rowCount() == 1, timeout=SLOW_MS)
    qtbot.keyClick(window, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: not window.playing, timeout=SLOW_MS)
    window.stage.timeline.sought.emit(10)
    wait_for_frame(qtbot, window, 10)
    window.editing.choose(7)
    window.actions_["analysis"].setChecked(True)
    qtbot.waitUntil(lambda: window.stage.analysis.series is not None, timeout=SLOW_MS)


def test_told_its_rate_it_is_counted_as_the_same_pictures_at_that_rate(
    qtbot: QtBot, open_window: OpenWindow, clip: Path, slow: Path, tmp_path: Path
) -> None:
    true, window = open_window(GreenToolbox()), open_window(GreenToolbox())
    for one, path, times in ((true, clip, 1), (window, slow, SLOWER)):
        open_squats(qtbot, one, path, tmp_path / f"{times}.json", times)
    before = recording_of(qtbot, window)
    asked = answer(qtbot, window, "25")
    assert "shows 6.25 pictures a second. How many a second were recorded?" in asked[0]
    qtbot.waitUntil(lambda: window.info.slowed == SLOWER, timeout=SLOW_MS)
    assert "the video shows it 4 times slower" in window.banner.sentence
    assert "recorded at 25 pictures/s, shown 4× slower" in window.status.source.text()
    found, wanted = recording_of(qtbot, window), recording_of(qtbot, true)
    assert known(found) == [(i, pytest.approx(time_s), ids) for i, time_s, ids in known(wanted)]
    assert (found.header.source.fps, found.header.source.slowed) == (pytest.approx(FPS), SLOWER)
    assert window.stage.transport.time.text() == true.stage.transport.time.text()
    assert window.stage.timeline.words_at(40) == true.stage.timeline.words_at(40)
    for kind, name in ((Kind.SPEED, "left_hip"), (Kind.ANGLE, "left_knee")):
        curves = []
        for one in (true, window):
            choose(one, kind, name)
            qtbot.waitUntil(
                lambda one=one, kind=kind: one.stage.analysis.series.measure.kind is kind
                and one.stage.analysis.series.times_s[-1] < 3, timeout=SLOW_MS,
            )  # fmt: skip
            curves.append(one.stage.analysis.series)
        assert curves[1].times_s == pytest.approx(curves[0].times_s)
        assert curves[1].values == pytest.approx(curves[0].values, nan_ok=True)
    (button,) = [b for b in window.banner.findChildren(QPushButton) if b.text() == "Undo" and b.isVisible()]
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: window.info.slowed == 1, timeout=SLOW_MS)
    again = recording_of(qtbot, window)
    assert known(again) == known(before), "to the last digit"
    assert again.header == before.header
    assert "recorded at" not in window.status.source.text()


def test_a_rate_that_is_none_is_asked_for_again_and_the_shown_one_changes_nothing(
    qtbot: QtBot, window: MainWindow, slow: Path
) -> None:
    open_paused(qtbot, window, slow)
    asked = answer(qtbot, window, "slow", "0", "25,0")
    assert ["as a number from 0.01 to 100000" in words for words in asked] == [False, True, True]
    qtbot.waitUntil(lambda: window.info.slowed == SLOWER, timeout=SLOW_MS)
    assert window.sessions.unsaved, "it is work that would be lost"
    answer(qtbot, window, "6.25")
    qtbot.waitUntil(lambda: window.info.slowed == 1, timeout=SLOW_MS)
    assert "as the video shows them" in window.banner.sentence
    assert not window.sessions.unsaved


def test_a_file_that_says_so_is_offered_and_never_counted_by_itself(
    qtbot: QtBot, window: MainWindow, phone: Path
) -> None:
    window.open_source(str(phone))
    qtbot.waitUntil(lambda: "says that it was recorded at" in window.banner.sentence, timeout=SLOW_MS)
    assert (
        window.banner.sentence == "phone.mp4 says that it was recorded at 100 pictures/s; it shows them 4 times slower."
    )
    wait_for_frame(qtbot, window, 3)
    assert window.info.slowed == 1
    assert window.shown.time_s == pytest.approx(3 / FPS)
    qtbot.mouseClick(window.banner._action, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: window.info.slowed == SLOWER, timeout=SLOW_MS)
    wait_for_frame(qtbot, window, 6)
    assert window.shown.time_s == pytest.approx(6 / SLOWER / FPS)


def test_a_session_keeps_it(
    qtbot: QtBot, window: MainWindow, phone: Path, open_window: OpenWindow, toolbox: GreenToolbox, tmp_path: Path
) -> None:
    open_paused(qtbot, window, phone)
    qtbot.mouseClick(window.banner._action, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: window.info.slowed == SLOWER, timeout=SLOW_MS)
    window.commands.questions.target = lambda suggestion, kinds: str(tmp_path / "work.skelter")
    window.actions_["save"].trigger()
    qtbot.waitUntil(lambda: not window.sessions.unsaved, timeout=SLOW_MS)
    found = known(recording_of(qtbot, window))
    assert known(read_session(tmp_path / "work.skelter").recording) == found
    again = open_window(toolbox)
    again.open_source(str(tmp_path / "work.skelter"))
    wait_for_frame(qtbot, again, 10)
    assert (again.info.slowed, again.sessions.unsaved) == (SLOWER, False)
    assert again.shown.time_s == pytest.approx(10 / SLOWER / FPS)
    assert "recorded at 100 pictures/s, shown 4× slower" in again.status.source.text()
    assert "says that" not in again.banner.sentence
    assert [one for one in known(recording_of(qtbot, again)) if one in found] == found
    answer(qtbot, again, "6.25")
    qtbot.waitUntil(lambda: again.sessions.unsaved, timeout=SLOW_MS)


def test_what_is_exported_has_true_times_and_the_video_its_own_pace(
    qtbot: QtBot, window: MainWindow, slow: Path, tmp_path: Path
) -> None:
    open_paused(qtbot, window, slow)
    answer(qtbot, window, "25")
    qtbot.waitUntil(lambda: window.info.slowed == SLOWER, timeout=SLOW_MS)
    for name in ("out.json", "out.mp4"):
        window.exporting.export_to(tmp_path / name)
        qtbot.waitUntil(lambda name=name: window.banner.sentence.startswith(f"Saved {name}"), timeout=SLOW_MS)
    recording = read(tmp_path / "out.json")
    assert recording.header.source.slowed == SLOWER
    assert [record.time_s for record in recording] == pytest.approx([index / FPS for index in range(60)])
    with FileSource(tmp_path / "out.mp4") as drawn, FileSource(slow) as own:
        assert drawn.times() == pytest.approx(own.times(), abs=1e-4)
        assert drawn.info.duration_s == pytest.approx(own.info.duration_s, abs=0.05)


def test_two_are_paired_by_what_happened(
    qtbot: QtBot, window: MainWindow, clip: Path, slow: Path, open_window: OpenWindow, toolbox: GreenToolbox,
    tmp_path: Path,
) -> None:  # fmt: skip
    open_paused(qtbot, window, slow)
    answer(qtbot, window, "25")
    qtbot.waitUntil(lambda: window.info.slowed == SLOWER, timeout=SLOW_MS)
    window.comparing.begin(str(clip))
    wait_for_second(qtbot, window, 10)
    window.stage.timeline.sought.emit(31)
    wait_for_second(qtbot, window, 31)
    assert second_of(window).panel.offset.text() == "same time in both"


def test_the_second_may_be_the_slow_one_and_a_session_remembers_it(
    qtbot: QtBot, window: MainWindow, clip: Path, slow: Path, open_window: OpenWindow, toolbox: GreenToolbox,
    tmp_path: Path,
) -> None:  # fmt: skip
    open_paused(qtbot, window, clip)
    assert not window.actions_["recorded-at-second"].isEnabled()
    window.comparing.begin(str(slow))
    wait_for_second(qtbot, window, 2)  # 0.4 s into the file
    answer(qtbot, window, "25", action="recorded-at-second")
    wait_for_second(qtbot, window, 10)
    assert window.info.slowed == 1
    assert "recorded at 25 pictures/s, shown 4× slower" in second_of(window).panel.name.text()
    window.commands.questions.target = lambda suggestion, kinds: str(tmp_path / "work.skelter")
    window.actions_["save"].trigger()
    qtbot.waitUntil((tmp_path / "work.skelter").exists, timeout=SLOW_MS)
    assert read_session(tmp_path / "work.skelter").notes.slowed == SLOWER
    again = open_window(toolbox)
    again.open_source(str(tmp_path / "work.skelter"))
    wait_for_frame(qtbot, again, 10)
    qtbot.waitUntil(lambda: again.comparing.second is not None, timeout=SLOW_MS)
    wait_for_second(qtbot, again, 10)
    assert (again.comparing.slowed, again.sessions.unsaved) == (SLOWER, False)


def test_moved_against_each_other_they_stay_together_whichever_is_counted_otherwise(
    qtbot: QtBot, window: MainWindow, clip: Path, slow: Path
) -> None:
    open_paused(qtbot, window, clip)
    window.comparing.begin(str(slow))
    wait_for_second(qtbot, window, 2)
    panel = second_of(window).panel
    panel.timeline.sought.emit(20)
    wait_for_second(qtbot, window, 20)
    qtbot.waitUntil(lambda: panel.offset.text() == "2.80 s later than the first", timeout=SLOW_MS)
    answer(qtbot, window, "25", action="recorded-at-second")
    qtbot.waitUntil(lambda: panel.offset.text() == "0.40 s later than the first", timeout=SLOW_MS)
    answer(qtbot, window, "50")  # the first, which was no slow motion, is one from now on
    qtbot.waitUntil(lambda: panel.offset.text() == "0.60 s later than the first", timeout=SLOW_MS)
    wait_for_second(qtbot, window, 20)
    assert window.shown.index == 10
    answer(qtbot, window, "25")
    qtbot.waitUntil(lambda: panel.offset.text() == "0.40 s later than the first", timeout=SLOW_MS)


def test_a_slow_second_that_says_so_is_offered(qtbot: QtBot, window: MainWindow, clip: Path, phone: Path) -> None:
    open_paused(qtbot, window, clip)
    window.comparing.begin(str(phone))
    qtbot.waitUntil(lambda: "phone.mp4 says that it was recorded" in window.banner.sentence, timeout=SLOW_MS)
    wait_for_second(qtbot, window, 10)
    qtbot.mouseClick(window.banner._action, Qt.MouseButton.LeftButton)
    wait_for_second(qtbot, window, 10 * SLOWER)
    assert window.info.slowed == 1


@pytest.mark.parametrize("counted", [False, True])
def test_what_is_offered_of_a_second_video_goes_with_it(
    qtbot: QtBot, window: MainWindow, clip: Path, phone: Path, *, counted: bool
) -> None:
    open_paused(qtbot, window, clip)
    window.comparing.begin(str(phone))
    qtbot.waitUntil(lambda: "phone.mp4 says that it was recorded" in window.banner.sentence, timeout=SLOW_MS)
    if counted:
        qtbot.mouseClick(window.banner._action, Qt.MouseButton.LeftButton)
        wait_for_second(qtbot, window, 10 * SLOWER)
    window.comparing.begin(str(clip))
    qtbot.waitUntil(lambda: window.comparing.address == str(clip), timeout=SLOW_MS)
    assert window.banner.sentence == ""


def test_pictures_and_cameras_have_no_other_rate(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    import cv2

    for index in range(3):
        cv2.imwrite(str(tmp_path / f"{index}.png"), frame_picture(index))
    assert not window.actions_["recorded-at"].isEnabled()
    window.open_source(str(tmp_path))
    wait_for_frame(qtbot, window, 2)
    assert not window.actions_["recorded-at"].isEnabled()


def test_it_plays_at_the_pace_of_the_file() -> None:
    tempo, own = Tempo(), Tempo()
    tempo.slowed = 8.0
    for index in range(30):
        own.showed(index / 30, index / 30)
        tempo.showed(index / 240, index / 30)
    assert tempo.due(30 / 240, 0.0) == pytest.approx(own.due(1.0, 0.0)) == pytest.approx(1.0)
    assert tempo.speed == pytest.approx(own.speed) == pytest.approx(1.0)


def walking(frames: int) -> Recording:
    recording = Recording(Header(SourceRecord("walk.mp4", 1280, 720, 25.0, frames / 25), {"tracker": "oks"}))
    for index in range(frames):
        recording.add(FrameRecord(index, index / 25, people(index, [1, 2])))
    return recording


def retimed(recording: Recording, *paces: float) -> Recording:
    """Counted so one after the other."""
    known = Paces()
    for slowed in paces:
        recording = known.counted(recording, slowed)
    return recording


def test_smoothed_joints_are_those_of_their_times_and_come_back_with_them() -> None:
    smoothed = smooth_recording(walking(frames=40))
    slow = retimed(smoothed, 7.3)
    assert slow.header.smoothing is None
    assert all(record.smoothed is None for record in slow)
    again = retimed(smoothed, 7.3, 3.0, 1.0)
    assert again.header == smoothed.header
    assert all(one is other for one, other in zip(again, smoothed, strict=True)), "to the last digit"


def test_what_is_found_meanwhile_is_counted_too() -> None:
    recording = walking(frames=40)
    paces, part = Paces(), recording.within((0, 19))
    slow = paces.counted(part, 8.0)
    for record in recording.within((20, 39)):
        slow.add(FrameRecord(record.index, record.time_s / 8, record.tracks))
    again = paces.counted(slow, 1.0)
    assert [record.time_s for record in again] == pytest.approx([record.time_s for record in recording])
    assert [again[index] for index in range(20)] == [part[index] for index in range(20)]


def test_the_menu_has_it_as_soon_as_a_file_is_open(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    window.open_source(str(make_clip(tmp_path / "nobody.mp4", frames=10, people=0)))
    wait_for_frame(qtbot, window, 9)
    assert window.actions_["recorded-at"].isEnabled()
    window.actions_["close"].trigger()
    qtbot.waitUntil(lambda: window.info is None, timeout=SLOW_MS)
    assert not window.actions_["recorded-at"].isEnabled()
