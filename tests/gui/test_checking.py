"""The window leads through the moments at which a result may be wrong, and each is answered by one key."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtGui import QColor
from PyQt6.QtWidgets import QToolButton
from pytestqt.qtbot import QtBot

from app.changes import Change, Confirm, ExchangeSides, Hide, HideOthers, Merge, MoveJoint, MoveJoints, Split, Swap
from app.doubts import Doubt, Kind, Looks
from app.exports import open_writer
from app.gui import doubtful, events, theme
from app.gui.still_open import still_open
from app.gui.window import MainWindow
from app.results import FrameRecord, Header, SourceRecord
from engine.skeletons import COCO
from engine.types import Boxes, Poses, Tracks
from tests.gui.clips import FPS, HEIGHT, WIDTH
from tests.gui.test_analysis import FRAMES
from tests.gui.test_live import live, tools  # noqa: F401 - fixtures
from tests.gui.test_window import SLOW_MS, wait_for_frame
from tests.trackers.test_sides import walker

SHIFT, CTRL = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier
NEXT, CORRECT, RIGHT = Qt.Key.Key_R, Qt.Key.Key_U, Qt.Key.Key_O
WRIST = COCO.keypoints.index("left_wrist")
SAME = "Is Person 2 the same person as Person 1, who went out of sight 0.4 s before?"
BRIEF = "Is Person 9 anybody? Seen for 0.2 s only."
LEAP = "Left wrist of Person 2 leaps away here. Put it back between before and after, or drag it."


def walk(pieces: dict[int, range], *, brief: range = range(0), leap: int | None = None) -> Iterator[FrameRecord]:
    """Somebody who walks, by the numbers he has on these frames; number 9, who is nobody, on those of `brief`; on frame
    `leap` a wrist is elsewhere."""
    joints = np.clip(0.5 * walker(np.arange(FRAMES) / FPS) - [0, 60], 2, None).astype(np.float32)
    if leap is not None:
        joints[leap, WRIST] += (70, -40)
    for index in range(FRAMES):
        who = [number for number, frames in pieces.items() if index in frames]
        points, scores = [joints[index]] * len(who), [0.8] * len(who)
        if index in brief:
            who, points, scores = [*who, 9], [*points, joints[0] * 0.4 + [220, 20]], [*scores, 0.35]
        shape = len(who), len(COCO)
        points_ = np.array(points, np.float32).reshape(*shape, 2)
        boxes = Boxes.of(np.concatenate([points_.min(1), points_.max(1)], axis=1).reshape(-1, 4), [0.9] * len(who))
        poses = Poses.of(points_, np.repeat(np.array(scores, np.float32), len(COCO)).reshape(shape), boxes)
        yield FrameRecord(index, index / FPS, Tracks(poses, np.array(who, np.int64), np.arange(len(who))))


@pytest.fixture
def broken(qtbot: QtBot, window: MainWindow, clip: Path, tmp_path: Path) -> MainWindow:
    """One who is two: 1 up to frame 20, 2 from frame 30 on; somebody who is nobody on frames 40 to 44."""
    return open_walk(qtbot, window, clip, tmp_path, walk({1: range(21), 2: range(30, FRAMES)}, brief=range(40, 45)))


def open_walk(
    qtbot: QtBot, window: MainWindow, clip: Path, tmp_path: Path, records: Iterator[FrameRecord]
) -> MainWindow:
    """A clip with these data, paused on its first frame."""
    window.stage.transport.faster(9)
    window.open_source(str(clip), write_walk(tmp_path, records))
    wait_for_frame(qtbot, window, FRAMES - 1)
    qtbot.waitUntil(lambda: not window.playing, timeout=SLOW_MS)
    window.stage.timeline.sought.emit(0)
    wait_for_frame(qtbot, window, 0)
    qtbot.waitUntil(lambda: window.people.rowCount() > 0, timeout=SLOW_MS)
    return window


def write_walk(folder: Path, records: Iterable[FrameRecord]) -> Path:
    writer = open_writer(folder / "walk.json", Header(SourceRecord("numbered.mp4", WIDTH, HEIGHT, float(FPS), 2.4)))
    for record in records:
        writer.write(record)
    writer.close()
    return folder / "walk.json"


def press(
    qtbot: QtBot,
    window: MainWindow,
    key: Qt.Key,
    told: str,
    frame: int | None = None,
    keys: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier,
) -> None:
    """Press a key, an answer as soon as it is seen what is asked, and wait for what is told then, on which frame."""
    if key in (CORRECT, RIGHT):
        qtbot.waitUntil(lambda: window.checking.is_seen, timeout=SLOW_MS)
    qtbot.keyClick(window, key, keys)
    wait_for_words(qtbot, window, told)
    if frame is not None:
        wait_for_frame(qtbot, window, frame)


def wait_for_words(qtbot: QtBot, window: MainWindow, told: str) -> None:
    def is_told() -> None:
        assert window.banner.sentence == told

    qtbot.waitUntil(is_told, timeout=SLOW_MS)


def check_button(window: MainWindow) -> QToolButton:
    """That of the panel."""
    buttons = window.people_list.findChildren(QToolButton)
    return next(button for button in buttons if button.defaultAction() is window.actions_["next-moment"])


def test_every_moment_is_asked_about_and_none_again_also_in_the_session(
    qtbot: QtBot, broken: MainWindow, tmp_path: Path
) -> None:
    assert not broken.actions_["moment-right"].isEnabled()
    qtbot.mouseClick(check_button(broken), Qt.MouseButton.LeftButton)
    wait_for_words(qtbot, broken, f"1 of 2: {SAME}")
    wait_for_frame(qtbot, broken, 30)
    assert broken.editing.chosen == 2
    assert check_button(broken).text() == "Check 2 moments"
    press(qtbot, broken, CORRECT, f"2 of 2: {BRIEF}")
    assert broken.editing.edits.changes == (Merge(1, 2),)
    assert check_button(broken).text() == "Check 1 moment"
    (moment,) = broken.stage.timeline._moments
    wait_for_frame(qtbot, broken, moment)
    assert broken.editing.chosen == 9
    press(qtbot, broken, RIGHT, "Everything was looked at: 1 corrected, 1 left as found.")
    assert broken.editing.edits.changes == (Merge(1, 2), Confirm("brief", (9,), moment))
    assert not broken.actions_["moment-right"].isEnabled()
    assert check_button(broken).text() == "Nothing to check"

    broken.commands.questions.target = lambda suggestion, kinds: str(tmp_path / "work.skelter")
    qtbot.keyClick(broken, Qt.Key.Key_S, CTRL)
    qtbot.waitUntil(lambda: "work.skelter" in broken.banner.sentence, timeout=SLOW_MS)
    before = broken.open_session
    broken.open_source(str(tmp_path / "work.skelter"))
    qtbot.waitUntil(lambda: broken.open_session != before and broken.shown is not None, timeout=SLOW_MS)
    qtbot.waitUntil(lambda: broken.people.rowCount() == 2, timeout=SLOW_MS)
    press(qtbot, broken, NEXT, "There is nothing to check.")
    press(qtbot, broken, Qt.Key.Key_Z, f"Undone: the moment on frame {moment + 1} is right as it is.", keys=CTRL)
    press(qtbot, broken, NEXT, f"1 of 1: {BRIEF}", moment)


def test_a_key_that_is_held_down_answers_one_question(qtbot: QtBot, broken: MainWindow) -> None:
    press(qtbot, broken, NEXT, f"1 of 2: {SAME}", 30)
    assert not broken.actions_["moment-right"].autoRepeat()
    assert not broken.actions_["moment-correct"].autoRepeat()
    broken.checking.confirm()
    broken.checking.confirm()
    wait_for_words(qtbot, broken, f"2 of 2: {BRIEF}")
    assert len(broken.editing.edits.changes) == 1


@pytest.mark.parametrize("slow_s", [60.0, 0.0])
def test_an_answer_that_is_taken_back_is_asked_for_next(
    qtbot: QtBot, broken: MainWindow, monkeypatch: pytest.MonkeyPatch, slow_s: float
) -> None:
    """Also where a search takes so long that none is made after an answer."""
    monkeypatch.setattr(doubtful, "SLOW_S", slow_s)
    press(qtbot, broken, NEXT, f"1 of 2: {SAME}", 30)
    broken.people.renamed.emit(1, "Anna")
    same = f"1 of 2: {SAME.replace('Person 1', 'Anna')}"
    wait_for_words(qtbot, broken, same)
    qtbot.keyClick(broken, Qt.Key.Key_Z, CTRL)
    assert not broken.actions_["moment-correct"].isEnabled(), "who is who may be otherwise by then"
    qtbot.waitUntil(lambda: broken.editing.can_redo, timeout=SLOW_MS)
    qtbot.keyClick(broken, Qt.Key.Key_Y, CTRL)
    qtbot.waitUntil(lambda: not broken.editing.can_redo, timeout=SLOW_MS)
    press(qtbot, broken, NEXT, same, 30)
    qtbot.mouseClick(broken.banner._action, Qt.MouseButton.LeftButton)
    wait_for_words(qtbot, broken, f"2 of 2: {BRIEF}")
    press(qtbot, broken, Qt.Key.Key_Z, "Undone: Anna and Person 2 are one.", keys=CTRL)
    assert not broken.actions_["moment-correct"].isEnabled(), "what is asked cannot be read any more"
    assert not broken.actions_["moment-right"].isEnabled()
    press(qtbot, broken, NEXT, same, 30)
    press(qtbot, broken, NEXT, f"2 of 2: {BRIEF}")
    press(qtbot, broken, NEXT, f"That was the last one; on from the first. {same}", 30)
    press(qtbot, broken, NEXT, f"That was the first one; on from the last. 2 of 2: {BRIEF}", keys=SHIFT)
    press(qtbot, broken, CORRECT, f"That was the last one; on from the first. {same.replace('1 of 2', '2 of 2')}", 30)
    assert broken.editing.edits.changes[-1] == Hide(9, True)


def test_in_a_marked_range_only_what_touches_it_is_asked_about(qtbot: QtBot, broken: MainWindow) -> None:
    broken.stage.timeline.set_loop((38, 50))
    press(qtbot, broken, NEXT, f"1 of 1 in the marked range: {BRIEF}")
    press(qtbot, broken, RIGHT, "Everything in the marked range was looked at: 0 corrected, 1 left as found.")
    broken.stage.timeline.set_loop((50, 58))
    press(qtbot, broken, NEXT, "There is nothing to check in the marked range.")
    broken.stage.timeline.set_loop(None)
    press(qtbot, broken, NEXT, f"That was the last one; on from the first. 2 of 2: {SAME}", 30)


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """While it is not set, no search for moments ends: as with an hour's result."""
    goes_on, doubts = threading.Event(), doubtful._doubts

    def wait_and_find(work: events.Work, address: str, looks: Looks | None) -> tuple[list[Doubt], Looks]:
        goes_on.wait(SLOW_MS / 1000)
        return doubts(work, address, looks)

    monkeypatch.setattr(doubtful, "_doubts", wait_and_find)
    yield goes_on
    goes_on.set()


def test_an_answer_waits_for_no_search_and_goes_on_with_the_numbers_of_now(
    qtbot: QtBot, window: MainWindow, clip: Path, tmp_path: Path, held: threading.Event
) -> None:
    pieces = {1: range(16), 2: range(22, 38), 3: range(44, FRAMES)}
    open_walk(qtbot, window, clip, tmp_path, walk(pieces))
    asked = "{} of {}: Is Person {} the same person as Person {}, who went out of sight 0.3 s before?".format
    press(qtbot, window, NEXT, "Looking for moments to check …")
    held.set()
    wait_for_words(qtbot, window, asked(1, 2, 2, 1))
    press(qtbot, window, NEXT, asked(2, 2, 3, 2), 44)
    held.clear()
    window.editing.choose(1)
    window.editing.merge(2)  # by hand, while something else is asked about
    wait_for_words(qtbot, window, asked(1, 1, 3, 1))
    qtbot.keyClick(window, CORRECT)
    qtbot.waitUntil(lambda: len(window.editing.edits) == 2, timeout=SLOW_MS)
    held.set()
    qtbot.waitUntil(lambda: window.banner.sentence.startswith("Everything was looked at: 1"), timeout=SLOW_MS)
    assert window.people.ids() == [1]


def test_a_joint_that_leaps_is_put_in_its_place_by_hand(
    qtbot: QtBot, window: MainWindow, clip: Path, tmp_path: Path
) -> None:
    open_walk(qtbot, window, clip, tmp_path, walk({2: range(FRAMES)}, leap=45))
    press(qtbot, window, NEXT, f"1 of 1: {LEAP}", 45)
    mark = QColor(theme.current().warning)
    picture, x = window.stage.timeline.grab().toImage(), round(window.stage.timeline._x(45))
    assert any(picture.pixelColor(x, y) == mark for y in range(4))
    assert "Person 2: a joint that leaps?" in window.stage.timeline.words_at(45)
    assert "leaps" not in window.stage.timeline.words_at(20)
    window.banner.tell("Saved.", kind="done")
    assert not window.actions_["moment-right"].isEnabled(), "it cannot be seen what would be answered"
    press(qtbot, window, NEXT, f"1 of 1: {LEAP}", 45)
    window.editing.move_joint(45, 2, WRIST, 100.0, 90.0)
    wait_for_words(qtbot, window, "This moment is corrected.")
    qtbot.mouseClick(window.banner._action, Qt.MouseButton.LeftButton)
    done = "Everything was looked at: 1 corrected, 0 left as found."
    wait_for_words(qtbot, window, done)
    qtbot.keyClick(window, Qt.Key.Key_Z, CTRL)
    press(qtbot, window, NEXT, f"1 of 1: {LEAP}", 45)
    away = window.shown.tracks.poses.keypoints[0, WRIST].copy()
    press(qtbot, window, CORRECT, done)
    qtbot.waitUntil(lambda: abs(window.shown.tracks.poses.keypoints[0, WRIST] - away).max() > 30, timeout=SLOW_MS)


def test_where_nothing_is_doubtful_it_is_told_of_how_many_frames_that_holds(
    qtbot: QtBot, window: MainWindow, clip: Path, tmp_path: Path
) -> None:
    window.stage.transport.faster(-9)  # it stands before what is not analysed yet
    window.open_source(str(clip), write_walk(tmp_path, list(walk({1: range(FRAMES)}))[:40]))
    qtbot.waitUntil(lambda: window.playing and window.people.rowCount() == 1, timeout=SLOW_MS)
    qtbot.keyClick(window, Qt.Key.Key_Space)
    told = "There is nothing to check. That holds for the 40 of 60 frames that are analysed so far."
    press(qtbot, window, NEXT, told)


def test_a_camera_has_no_moments_to_go_to(qtbot: QtBot, live: MainWindow) -> None:  # noqa: F811
    qtbot.waitUntil(lambda: live.people.rowCount() == 1, timeout=SLOW_MS)
    for name in ("next-moment", "last-moment", "moment-right", "moment-correct"):
        assert not live.actions_[name].isEnabled()


PUT_BACK = MoveJoints(4, ((30, WRIST, 5.0, 5.0),))


def doubt(kind: Kind, people: tuple[int, ...], remedy: Change, joint: int | None = None) -> Doubt:
    return Doubt(kind, 30, 20, 40, people, remedy, 0.4, 0.5, joint)


def test_a_joint_that_was_dragged_is_not_asked_about_any_more() -> None:
    two = doubt(Kind.LEAP, (4,), MoveJoints(4, (*PUT_BACK.places, (31, 1, 2.0, 2.0))), WRIST)
    (left,) = still_open([two], [MoveJoint(30, 4, WRIST, 1.0, 1.0)])
    assert (left.joint, left.frame, left.remedy) == (1, 31, MoveJoints(4, ((31, 1, 2.0, 2.0),)))


@pytest.mark.parametrize(
    ("found", "change", "people"),
    [
        (doubt(Kind.SAME, (1, 2), Merge(1, 2)), Merge(1, 2), None),
        (doubt(Kind.SAME, (1, 2), Merge(1, 2)), Merge(2, 5), (1, 2)),
        (doubt(Kind.SAME, (2, 3), Merge(2, 3)), Merge(1, 2), (1, 3)),
        (doubt(Kind.SAME, (1, 2), Merge(1, 2)), Swap(2, 4, 25), (1, 4)),
        (doubt(Kind.SAME, (1, 2), Merge(1, 2)), Swap(2, 4, 50), (1, 2)),
        (doubt(Kind.SAME, (1, 2), Merge(1, 2)), Confirm("same", (2, 1), 3), None),
        (doubt(Kind.SAME, (1, 2), Merge(1, 2)), Confirm("brief", (2,), 30), (1, 2)),
        (doubt(Kind.SAME, (1, 2), Merge(1, 2)), HideOthers(1, (2, 3)), None),
        (doubt(Kind.EXCHANGED, (1, 2), Swap(1, 2, 30)), Swap(2, 1, 31), None),
        (doubt(Kind.EXCHANGED, (1, 2), Swap(1, 2, 30)), Split(2, 10, 7), (1, 7)),
        (doubt(Kind.BRIEF, (4,), Hide(4, True)), Hide(4, True), None),
        (doubt(Kind.BRIEF, (4,), Hide(4, True)), Hide(4, False), (4,)),
        (doubt(Kind.BRIEF, (4,), Hide(4, True)), Merge(1, 4), None),
        (doubt(Kind.LEAP, (4,), PUT_BACK, WRIST), MoveJoint(30, 4, WRIST, 1.0, 1.0), None),
        (doubt(Kind.LEAP, (4,), PUT_BACK, WRIST), MoveJoint(30, 5, WRIST, 1.0, 1.0), (4,)),
        (doubt(Kind.LEAP, (4,), PUT_BACK, WRIST), MoveJoint(30, 4, WRIST + 1, 1.0, 1.0), (4,)),
        (doubt(Kind.LEAP, (4,), MoveJoints(4, (*PUT_BACK.places, (31, 1, 2.0, 2.0))), WRIST), PUT_BACK, (4,)),
        (doubt(Kind.LEAP, (4,), PUT_BACK, WRIST), Swap(3, 4, 20), (3,)),
        (doubt(Kind.LEAP, (4,), PUT_BACK, WRIST), Swap(3, 4, 21), None),
        (doubt(Kind.LEAP, (4,), PUT_BACK, WRIST), Swap(3, 5, 21), (4,)),
        (doubt(Kind.SIDES, (4,), ExchangeSides(4, ((5, 6, 20, 40),))), ExchangeSides(4, ((5, 6, 38, None),)), None),
        (doubt(Kind.SIDES, (4,), ExchangeSides(4, ((5, 6, 20, 40),))), ExchangeSides(4, ((5, 6, 41, 50),)), (4,)),
        (doubt(Kind.SIDES, (4,), ExchangeSides(4, ((5, 6, 20, 40),))), ExchangeSides(4, ((11, 12, 20, 40),)), (4,)),
        (doubt(Kind.SIDES, (4,), ExchangeSides(4, ((5, 6, 20, 40),))), Confirm("sides", (4,), 30, 11), (4,)),
        (doubt(Kind.SIDES, (4,), ExchangeSides(4, ((5, 6, 20, 40),))), Merge(1, 4), (1,)),
    ],
)
def test_what_corrections_leave_open(found: Doubt, change: Change, people: tuple[int, ...] | None) -> None:
    left = still_open([found], [change])
    assert [one.people for one in left] == ([] if people is None else [people])
    for one in left:
        match one.remedy:
            case Merge(kept, gone):
                assert (kept, gone) == one.people
            case Swap(first, other):
                assert (first, other) == one.people
            case Hide(person) | ExchangeSides(person) | MoveJoints(person):
                assert (person,) == one.people
