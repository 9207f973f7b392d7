"""Left and right of somebody that were taken for each other, put right in the window: where, and of what."""

from __future__ import annotations

import csv
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PyQt6.QtCore import QPoint, Qt, QTimer
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QApplication, QLabel, QMenu
from pytestqt.qtbot import QtBot

from app.changes import ExchangeSides
from app.gui import events
from app.gui.body_parts import names_sides, sides_of_parts
from app.gui.window import MainWindow
from app.imports import read_result
from app.results import FrameRecord
from engine.skeletons import COCO, HALPE, MPII, Skeleton
from engine.types import Poses, Tracks
from tests.gui.clips import FPS, OtherJointsToolbox, make_clip
from tests.gui.conftest import OpenWindow
from tests.gui.pairs import click_person
from tests.gui.test_analysis import FRAMES, open_known
from tests.gui.test_both_sides import uneven
from tests.gui.test_staying import SilentStream
from tests.gui.test_while_playing import Playing, answered_slowly, playing  # noqa: F401 - fixtures
from tests.gui.test_window import SLOW_MS, open_analysed, wait_for_frame
from tests.trackers.test_sides import walker

SHIFT, CTRL = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier
LEGS = COCO.pairs_of("hip", "knee", "ankle")


def exchanged(person: int, pairs: Sequence[tuple[int, int]], first: int, last: int | None) -> ExchangeSides:
    return ExchangeSides(person, tuple((left, right, first, last) for left, right in pairs))


def lunge(index: int) -> FrameRecord:
    """Somebody who bends the left knee to 90°, the right one to 45°; each joint is as sure as no other."""
    record = uneven(index)
    poses = record.tracks.poses
    scores = np.linspace(0.5, 0.9, 17, dtype=np.float32)[None]
    return replace(record, tracks=replace(record.tracks, poses=Poses(poses.keypoints, scores, poses.boxes)))


@pytest.fixture
def lunges(qtbot: QtBot, window: MainWindow, clip: Path, tmp_path: Path) -> MainWindow:
    """Paused on frame 10, the curve of the left knee open."""
    return open_known(qtbot, window, clip, tmp_path, map(lunge, range(FRAMES)))


def answer(window: MainWindow, part: str | None) -> list[str]:
    """Have the part of the body chosen when it is asked for, or none; → what is asked, and the parts told."""
    told: list[str] = []

    def choose() -> None:
        menu = QApplication.activePopupWidget()
        assert isinstance(menu, QMenu)
        told.extend(label.text() for label in menu.findChildren(QLabel))
        told.extend(entry.text() for entry in menu.actions() if entry.text())
        (entry,) = [entry for entry in menu.actions() if entry.text() == part] or [None]
        if entry is not None:
            menu.setActiveAction(entry)
            QTest.keyClick(menu, Qt.Key.Key_Return)
        menu.close()

    QTimer.singleShot(0, choose)
    return told


def press(qtbot: QtBot, window: MainWindow, part: str, keys: Qt.KeyboardModifier = SHIFT) -> list[str]:
    """Shift+X, and the part that is asked for; waits until it is done."""
    count = len(window.editing.edits)
    window.commands.questions.one_of = _one_of(window, part, told := [])
    qtbot.keyClick(window, Qt.Key.Key_X, keys)
    qtbot.waitUntil(lambda: len(window.editing.edits) == count + 1, timeout=SLOW_MS)
    return told


def _one_of(window: MainWindow, part: str, told: list[str]) -> Callable[[list[str], str, QPoint], int]:
    def one_of(names: list[str], sentence: str, _place: QPoint) -> int:
        told.append(sentence)
        return names.index(part)

    return one_of


def mark(qtbot: QtBot, window: MainWindow, first: int, last: int) -> None:
    for frame, key in ((first, Qt.Key.Key_BracketLeft), (last, Qt.Key.Key_BracketRight)):
        window.stage.timeline.sought.emit(frame)
        wait_for_frame(qtbot, window, frame)
        qtbot.keyClick(window, key, CTRL)
    assert window.stage.timeline.loop == (first, last)


def left_knee(window: MainWindow) -> np.ndarray:
    """Its curve, in whole degrees."""
    series = window.stage.analysis.series
    return np.array([]) if series is None else np.round(series.values)


def table(window: MainWindow, qtbot: QtBot, path: Path) -> list[dict[str, str]]:
    window.stage.timeline.set_loop(None)  # all of it
    window.exporting.export_to(path)
    qtbot.waitUntil(lambda: path.name in window.banner.sentence, timeout=SLOW_MS)
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def test_in_a_marked_range_curve_and_table_have_left_and_right_the_other_way_round(
    qtbot: QtBot, lunges: MainWindow, tmp_path: Path
) -> None:
    qtbot.waitUntil(lambda: len(left_knee(lunges)) == FRAMES, timeout=SLOW_MS)
    found, before = left_knee(lunges), table(lunges, qtbot, tmp_path / "before.csv")
    mark(qtbot, lunges, 25, 34)
    told = answer(lunges, "Legs")
    qtbot.keyClick(lunges, Qt.Key.Key_X, SHIFT)
    qtbot.waitUntil(lambda: lunges.editing.can_undo, timeout=SLOW_MS)
    assert told[0] == "Exchange left and right of Person 7 in the marked range:"
    assert lunges.editing.edits.changes == (exchanged(7, LEGS, 25, 34),)
    qtbot.waitUntil(lambda: bool((left_knee(lunges) != found).any()), timeout=SLOW_MS)
    assert left_knee(lunges)[30] == 45, "where the left knee was, the right one is, which bends by a half"
    assert found[30] == 90
    beside = np.r_[0:25, 35:FRAMES]
    assert (left_knee(lunges)[beside] == found[beside]).all()
    score = lunges.shown.tracks.poses.scores[0, COCO.keypoints.index("left_ankle")]
    assert score == pytest.approx(lunge(0).tracks.poses.scores[0, COCO.keypoints.index("right_ankle")])

    after = table(lunges, qtbot, tmp_path / "after.csv")
    assert len(after) == len(before) == FRAMES
    for index, (row, was) in enumerate(zip(after, before, strict=True)):
        for joint, name in enumerate(COCO.keypoints):
            is_exchanged = 25 <= index <= 34 and joint in np.array(LEGS)
            of = COCO.keypoints[COCO.mirrored[joint]] if is_exchanged else name
            for value in ("x", "y", "score"):
                assert row[f"{name}_{value}"] == was[f"{of}_{value}"], (index, name)

    lunges.activateWindow()  # which a menu that closes does where there is a window manager
    qtbot.waitUntil(lunges.isActiveWindow, timeout=SLOW_MS)
    qtbot.keyClick(lunges, Qt.Key.Key_Z, CTRL)
    qtbot.waitUntil(lambda: left_knee(lunges).tolist() == found.tolist(), timeout=SLOW_MS)
    qtbot.keyClick(lunges, Qt.Key.Key_Y, CTRL)
    qtbot.waitUntil(lambda: left_knee(lunges)[30] == 45, timeout=SLOW_MS)


def test_without_a_range_from_the_frame_shown_on_or_on_it_alone(qtbot: QtBot, lunges: MainWindow) -> None:
    assert press(qtbot, lunges, "Knees") == ["Exchange left and right of Person 7 from here on:"]
    assert press(qtbot, lunges, "Whole body", SHIFT | CTRL) == ["Exchange left and right of Person 7 on this frame:"]
    mark(qtbot, lunges, 20, 30)
    assert press(qtbot, lunges, "Arms", SHIFT | CTRL) == ["Exchange left and right of Person 7 on this frame:"]
    assert lunges.editing.edits.changes == (
        exchanged(7, COCO.pairs_of("knee"), 10, None),
        exchanged(7, COCO.flip_pairs, 10, 10),
        exchanged(7, COCO.pairs_of("shoulder", "elbow", "wrist"), 30, 30),
    )


def test_no_answer_exchanges_nothing(qtbot: QtBot, lunges: MainWindow) -> None:
    told = answer(lunges, None)
    qtbot.keyClick(lunges, Qt.Key.Key_X, SHIFT)
    qtbot.waitUntil(lambda: len(told) > 1, timeout=SLOW_MS)
    assert lunges.actions_["sides"].isEnabled()
    lunges.actions_["nobody"].trigger()
    assert not any(lunges.actions_[name].isEnabled() for name in ("sides", "sides-here"))
    qtbot.keyClick(lunges, Qt.Key.Key_X, SHIFT)  # of nobody nothing is asked: it would wait here for an answer
    qtbot.wait(100)
    assert len(lunges.editing.edits) == 0


def test_they_are_exchanged_as_of_the_frame_on_which_it_was_asked(qtbot: QtBot, playing: Playing) -> None:  # noqa: F811
    frame = answered_slowly(qtbot, playing, SHIFT)
    (change,) = playing[0].editing.edits.changes
    assert isinstance(change, ExchangeSides)
    assert {run[2] for run in change.runs} == {frame}


def test_one_person_s_sides_reach_the_session_and_what_is_made_of_it(
    qtbot: QtBot,
    pair: MainWindow,
    tmp_path: Path,
) -> None:
    found = pair.shown.tracks.poses.keypoints.copy()
    click_person(qtbot, pair, 2)
    press(qtbot, pair, "Whole body")
    order = COCO.mirrored
    qtbot.waitUntil(lambda: pair.shown.tracks.poses.keypoints[1].tolist() == found[1, order].tolist(), timeout=SLOW_MS)
    assert pair.shown.tracks.poses.keypoints[0].tolist() == found[0].tolist()
    pair.commands.questions.target = lambda suggestion, kinds: str(tmp_path / "work.skelter")
    qtbot.keyClick(pair, Qt.Key.Key_S, CTRL)
    qtbot.waitUntil(lambda: "work.skelter" in pair.banner.sentence, timeout=SLOW_MS)
    tracks = read_result(tmp_path / "work.skelter")[10].tracks
    assert tracks.poses.keypoints[1].tolist() == pytest.approx(found[1, order], abs=0.01)

    before = pair.open_session
    pair.open_source(str(tmp_path / "work.skelter"))
    qtbot.waitUntil(lambda: pair.open_session != before and pair.shown is not None, timeout=SLOW_MS)
    wait_for_frame(qtbot, pair, 10)
    assert pair.shown.tracks.poses.keypoints[1].tolist() == pytest.approx(found[1, order], abs=0.01)
    qtbot.keyClick(pair, Qt.Key.Key_Z, CTRL)
    qtbot.waitUntil(lambda: np.allclose(pair.shown.tracks.poses.keypoints[1], found[1], atol=0.01), timeout=SLOW_MS)


def test_whoever_is_not_in_the_picture_can_be_put_right_in_a_range(
    qtbot: QtBot, window: MainWindow, clip: Path, tmp_path: Path
) -> None:
    away = FrameRecord(0, 0.0, Tracks.empty())
    records = (replace(away, index=i, time_s=i / FPS) if 20 <= i < 30 else lunge(i) for i in range(FRAMES))
    open_known(qtbot, window, clip, tmp_path, records)
    mark(qtbot, window, 12, 25)
    assert window.shown.people == ()
    press(qtbot, window, "Legs")
    assert window.editing.edits.changes == (exchanged(7, LEGS, 12, 25),)


def test_steady_joints_are_smoothed_after_they_were_put_right(qtbot: QtBot, lunges: MainWindow) -> None:
    mark(qtbot, lunges, 25, 34)
    qtbot.keyClick(lunges, Qt.Key.Key_Y)
    press(qtbot, lunges, "Legs")
    lunges.stage.timeline.sought.emit(30)
    wait_for_frame(qtbot, lunges, 30)
    series = lunges.stage.analysis
    qtbot.waitUntil(lambda: series.series.values[30] == pytest.approx(45, abs=8), timeout=SLOW_MS)
    left = COCO.keypoints.index("left_hip")
    right_as_found = lunge(30).tracks.poses.keypoints[0, COCO.keypoints.index("right_hip")]
    qtbot.waitUntil(
        lambda: np.abs(lunges.shown.tracks.poses.keypoints[0, left] - right_as_found).max() < 8, timeout=SLOW_MS
    )


def walks(exchanged_on: range) -> list[FrameRecord]:
    """Somebody who walks, his legs taken for each other on these frames."""
    found = [lunge(index) for index in range(FRAMES)]
    joints = np.clip(0.5 * walker(np.arange(FRAMES) / FPS) - [0, 60], 2, None).astype(np.float32)
    for index in exchanged_on:
        joints[index, np.array(LEGS)] = joints[index, np.array(LEGS)[:, ::-1]]
    return [
        replace(one, tracks=replace(one.tracks, poses=replace(one.tracks.poses, keypoints=joints[one.index][None])))
        for one in found
    ]


def test_moments_of_exchanged_legs_are_found_and_put_back(
    qtbot: QtBot, window: MainWindow, clip: Path, tmp_path: Path
) -> None:
    open_known(qtbot, window, clip, tmp_path, walks(range(30, 33)))
    qtbot.waitUntil(lambda: len(left_knee(window)) == FRAMES, timeout=SLOW_MS)
    found = left_knee(window)
    qtbot.keyClick(window, Qt.Key.Key_L, SHIFT)
    qtbot.waitUntil(lambda: bool((left_knee(window) != found).any()), timeout=SLOW_MS)
    assert window.banner.sentence == "Left and right of Person 7 are put back on 3 frames."
    assert np.flatnonzero(left_knee(window) != found).tolist() == [30, 31, 32]
    assert np.abs(np.diff(left_knee(window))).max() < np.abs(np.diff(found)).max()
    qtbot.keyClick(window, Qt.Key.Key_L, SHIFT)
    none_left = "Left and right of Person 7 were nowhere taken for each other for a moment so far."
    qtbot.waitUntil(lambda: window.banner.sentence == none_left, timeout=SLOW_MS)
    assert len(window.editing.edits) == 1
    qtbot.keyClick(window, Qt.Key.Key_Z, CTRL)
    qtbot.waitUntil(lambda: left_knee(window).tolist() == found.tolist(), timeout=SLOW_MS)
    mark(qtbot, window, 10, 20)
    qtbot.keyClick(window, Qt.Key.Key_L, SHIFT)
    none_there = "Left and right of Person 7 were nowhere taken for each other for a moment in the marked range."
    qtbot.waitUntil(lambda: window.banner.sentence == none_there, timeout=SLOW_MS)


def test_steady_joints_lie_on_the_right_leg_by_themselves(
    qtbot: QtBot, window: MainWindow, clip: Path, tmp_path: Path
) -> None:
    open_known(qtbot, window, clip, tmp_path, walks(range(30, 33)))
    right = walks(range(0))[31].tracks.poses.keypoints[0, 13]
    window.stage.timeline.sought.emit(31)
    wait_for_frame(qtbot, window, 31)
    assert np.linalg.norm(window.shown.tracks.poses.keypoints[0, 13] - right) > 10
    qtbot.keyClick(window, Qt.Key.Key_Y)
    qtbot.waitUntil(lambda: np.linalg.norm(window.shown.tracks.poses.keypoints[0, 13] - right) < 3, timeout=SLOW_MS)
    assert len(window.editing.edits) == 0, "what was found is as it was"


@pytest.mark.parametrize("joint", [13, 14])
def test_a_joint_dragged_where_sides_were_put_back_is_the_one_taken_hold_of(
    qtbot: QtBot, window: MainWindow, clip: Path, tmp_path: Path, joint: int
) -> None:
    open_known(qtbot, window, clip, tmp_path, walks(range(30, 33)))
    true = walks(range(0))[31].tracks.poses.keypoints[0]
    window.stage.timeline.sought.emit(31)
    wait_for_frame(qtbot, window, 31)
    qtbot.keyClick(window, Qt.Key.Key_Y)

    def off(knee: int) -> float:
        return float(np.linalg.norm(window.shown.tracks.poses.keypoints[0, knee] - true[knee]))

    qtbot.waitUntil(lambda: off(13) < 3, timeout=SLOW_MS)
    window.editing.move_joint(31, 7, joint, float(true[joint, 0]) + 6, float(true[joint, 1]))
    qtbot.waitUntil(lambda: off(joint) == pytest.approx(6, abs=0.1) and off(27 - joint) < 3, timeout=SLOW_MS)
    qtbot.keyClick(window, Qt.Key.Key_Y)  # without smoothing it is the same
    qtbot.waitUntil(lambda: off(joint) == pytest.approx(6, abs=0.1) and off(27 - joint) < 3, timeout=SLOW_MS)
    qtbot.keyClick(window, Qt.Key.Key_Z, CTRL)
    qtbot.waitUntil(lambda: len(window.editing.edits) == 0, timeout=SLOW_MS)


def test_moments_are_put_back_though_another_video_is_asked_for_that_cannot_be_opened(
    qtbot: QtBot, open_window: OpenWindow, clip: Path, tmp_path: Path
) -> None:
    toolbox = SilentStream()
    window = open_known(qtbot, open_window(toolbox), clip, tmp_path, walks(range(30, 33)))
    qtbot.keyClick(window, Qt.Key.Key_L, SHIFT)
    window.open_source("rtsp://127.0.0.1:9/a")
    toolbox.may_answer.set()
    qtbot.waitUntil(lambda: len(window.editing.edits) == 1, timeout=SLOW_MS)


def test_with_steady_joints_an_exchange_by_hand_is_seen(
    qtbot: QtBot, window: MainWindow, clip: Path, tmp_path: Path
) -> None:
    open_known(qtbot, window, clip, tmp_path, walks(range(0)))
    changed: list[events.JointsChanged] = []
    window.heard.connect(lambda event: changed.append(event) if isinstance(event, events.JointsChanged) else None)
    qtbot.keyClick(window, Qt.Key.Key_Y)
    qtbot.waitUntil(lambda: len(changed) == 2, timeout=SLOW_MS)  # it is switched on, and then smoothed
    window.stage.timeline.sought.emit(31)
    wait_for_frame(qtbot, window, 31)
    true = walks(range(0))[31].tracks.poses.keypoints[0]
    press(qtbot, window, "Legs", SHIFT | CTRL)
    qtbot.waitUntil(lambda: len(changed) == 3, timeout=SLOW_MS)
    for frame in (32, 31):  # drawn after that
        window.stage.timeline.sought.emit(frame)
        wait_for_frame(qtbot, window, frame)
    qtbot.waitUntil(lambda: np.linalg.norm(window.shown.tracks.poses.keypoints[0, 13] - true[13]) > 5, timeout=SLOW_MS)


def test_the_parts_are_those_that_the_joints_of_what_is_open_have(
    qtbot: QtBot, open_window: OpenWindow, tmp_path: Path
) -> None:
    toolbox = OtherJointsToolbox()
    toolbox.choice = replace(toolbox.choice, pose="stick-fine")  # MPII's joints: neither eyes nor ears
    window = open_window(toolbox)
    open_analysed(qtbot, window, make_clip(tmp_path / "mpii.mp4"))
    qtbot.keyClick(window, Qt.Key.Key_P)
    press(qtbot, window, "Whole body")
    (change,) = window.editing.edits.changes
    assert isinstance(change, ExchangeSides)
    assert sorted(run[:2] for run in change.runs) == sorted(MPII.flip_pairs)


def test_parts_of_skeletons() -> None:
    parts = sides_of_parts(HALPE)
    assert parts["Whole body"] == HALPE.flip_pairs
    assert set(parts["Legs"]) == {(11, 12), (13, 14), (15, 16), (20, 21), (22, 23), (24, 25)}
    assert set(parts["Ankles and feet"]) == {(15, 16), (20, 21), (22, 23), (24, 25)}
    assert "Wrists" in parts
    nameless = Skeleton("nameless", ("a", "b"), (), (), np.ones(2, np.float32))
    assert not names_sides(nameless)
    assert sides_of_parts(nameless) == {}
    one_sided = Skeleton("half", ("left_knee", "right_knee", "left_wrist"), (), (), np.ones(3, np.float32))
    assert list(sides_of_parts(one_sided)) == ["Whole body", "Legs", "Knees"]
