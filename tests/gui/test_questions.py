"""What is asked, when, where it stands, and what Enter answers."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PyQt6.QtCore import QPoint, QPointF, Qt, QTimer
from PyQt6.QtWidgets import QApplication, QFileDialog, QInputDialog, QLabel, QMenu, QMessageBox, QToolButton
from pytestqt.qtbot import QtBot

from app.changes import Hide
from app.exports import FORMATS, write, writer
from app.gui import messages as say
from app.gui import questions
from app.gui.hits import box_of
from app.gui.questions import Leaving, metres_in
from app.gui.window import MainWindow
from app.results import FrameRecord, Header, Recording, SourceRecord
from engine.types import Boxes, Poses, Tracks
from tests.gui.clips import make_clip
from tests.gui.pairs import click_person, name_person
from tests.gui.test_exporting import exported_frames
from tests.gui.test_window import SLOW_MS, open_paused


def answer_by_key(qtbot: QtBot, ask: Callable[[], object], key: Qt.Key) -> object:
    """What comes of a question where this key is pressed."""

    def press() -> None:
        box = QApplication.activeModalWidget()
        assert isinstance(box, QMessageBox)
        qtbot.keyClick(box, key)

    QTimer.singleShot(0, press)
    return ask()


@pytest.mark.parametrize("name", ["stop_export", "analyse_again", "give_up_saving"])
def test_enter_takes_back_nothing(qtbot: QtBot, window: MainWindow, name: str) -> None:
    ask = getattr(window.commands.questions, name)
    assert answer_by_key(qtbot, ask, Qt.Key.Key_Return) is False
    assert answer_by_key(qtbot, ask, Qt.Key.Key_Y) is True


@pytest.mark.parametrize(
    ("written", "metres"),
    [
        ("1.75", 1.75), ("1,75", 1.75), (" 1,755 m", 1.755), ("2", 2.0), ("１．７５", 1.75), ("0.001", 0.001),
        ("1.000,5", None), ("1,000.5", None), ("1 000", None), ("1000", None), ("0", None), ("0,0004", None),
        ("-1", None), ("175 cm", None), ("", None),
    ],
)  # fmt: skip
def test_a_length_has_decimals_after_either_sign_and_no_thousands(written: str, metres: float | None) -> None:
    assert metres_in(written) == metres


def write_each(monkeypatch: pytest.MonkeyPatch, *answers: str | None) -> list[tuple[str, str]]:
    """Answer one question after the other so, None: cancel; what is asked and what stands there come into the list."""
    asked: list[tuple[str, str]] = []
    left = iter(answers)

    def answer(dialog: QInputDialog) -> bool:
        asked.append((dialog.labelText(), dialog.textValue()))
        text = next(left)
        dialog.setTextValue(text or "")
        return text is not None

    monkeypatch.setattr(QInputDialog, "exec", answer)
    return asked


def test_a_length_that_is_none_is_asked_for_again(window: MainWindow, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = write_each(monkeypatch, "a", "1,75", None)
    assert window.commands.questions.length() == 1.75
    assert "in metres?" in asked[0][0]
    assert ("from 0.001 to 999.999" in asked[1][0], asked[1][1]) == (True, "a"), "what was written can be mended"
    assert window.commands.questions.length() is None


def test_a_height_that_is_nobody_s_is_asked_for_again(window: MainWindow, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = write_each(monkeypatch, "175", "1,75", None)
    assert window.commands.questions.height("Ada") == 1.75
    assert "How tall is Ada" in asked[0][0]
    assert ("at most 3" in asked[1][0], asked[1][1]) == (True, "175")
    assert window.commands.questions.height("Ada") is None
    assert questions.TALLEST_M == writer.TALLEST_M


NAME = "<b>Ada</b> & Bob <img> " + "Wolfeschlegelsteinhausenbergerdorff" * 4


@pytest.mark.parametrize(
    "ask",
    [
        lambda questions: questions.height(NAME),
        lambda questions: questions.model_name(NAME, may_replace=True),
        lambda questions: questions.leave(NAME),
        lambda questions: questions.one_of([NAME, "Bo"], f"{NAME} is the same as …", QPoint(20, 20)),
    ],
    ids=["height", "model", "leave", "person"],
)
def test_names_are_shown_as_they_are_and_fit_on_a_screen(
    qtbot: QtBot, window: MainWindow, ask: Callable[[object], object]
) -> None:
    seen: list[tuple[Qt.TextFormat, str, int]] = []

    def look() -> None:
        box = QApplication.activePopupWidget() or QApplication.activeModalWidget()
        assert box is not None
        (label,) = [label for label in box.findChildren(QLabel) if "Ada" in label.text()]
        shown = label.text()
        if label.buddy() is not None:  # which makes a key of one "&", and shows one of two
            shown = re.sub("&(.)", r"\1", shown)
        seen.append((label.textFormat(), shown, box.sizeHint().width()))  # no screen of the tests is wider than 800
        box.close()

    QTimer.singleShot(50, look)
    ask(window.commands.questions)
    ((kind, words, width),) = seen
    assert kind is Qt.TextFormat.PlainText, "no name is taken for HTML"
    assert "<b>Ada</b> & Bob <img> Wolf" in words
    assert width <= 800


def close_with_an_export_and_a_correction(qtbot: QtBot, window: MainWindow, folder: Path) -> None:
    """As far as closing asks."""
    long_clip = make_clip(folder / "long.mp4", frames=900)
    open_paused(qtbot, window, long_clip)
    questions = window.commands.questions
    questions.target = lambda suggestion, kinds: str(folder / f"out{kinds[0][1]}")
    window.actions_["export"].trigger()
    qtbot.waitUntil(lambda: exported_frames(window) > 0, timeout=SLOW_MS)
    window.player.send(say.MakeEdit(Hide(1, True), session=window.open_session))
    qtbot.waitUntil(window.isWindowModified, timeout=SLOW_MS)


def test_closing_asks_about_an_export_once(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    close_with_an_export_and_a_correction(qtbot, window, tmp_path)
    asked: list[str] = []
    questions = window.commands.questions
    questions.stop_export = lambda: asked.append("export") or True
    questions.leave = lambda name: asked.append("session") or Leaving.STAY
    window.close()
    assert window.export_bar.running
    questions.leave = lambda name: asked.append("session") or Leaving.SAVE
    window.close()
    qtbot.waitUntil(lambda: not window.isVisible(), timeout=SLOW_MS)
    assert asked == ["export", "session"] * 2, "who stayed is asked again, and nobody twice for one closing"
    assert (tmp_path / "out.skelter").exists()
    assert not (tmp_path / "out.mp4").exists()


def two_people() -> Recording:
    recording = Recording(Header(SourceRecord("two", 320, 192, 25.0)))
    boxes = Boxes.of([[10, 10, 60, 160], [110, 10, 160, 160]], [0.9, 0.9])
    rng = np.random.default_rng(3)
    poses = Poses.of(rng.uniform(10, 150, (2, 17, 2)), np.full((2, 17), 0.9), boxes)
    for index in range(3):
        recording.add(FrameRecord(index, index / 25, Tracks(poses, np.array([1, 2]), np.array([0, 1]))))
    return recording


def test_whatever_data_are_written_anew_somebody_was_asked(
    window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    recording, asked = two_people(), []

    def refuse(box: QMessageBox) -> QMessageBox.StandardButton:
        asked.append(box.text())
        return QMessageBox.StandardButton.No

    monkeypatch.setattr(QMessageBox, "exec", refuse)
    for known in FORMATS.values():
        target, other = tmp_path / f"a{known.ending}", tmp_path / f"b{known.ending}"
        names, kind = iter([str(target), str(other)]), f"{known.about} (*{known.ending})"
        monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_, names=names, kind=kind: (next(names), kind))
        written = write(recording, target)
        (tmp_path / f"a-p1-old{known.ending}").touch()
        chosen = window.commands.questions.target(target, [(known.about, known.ending)])
        if written == [target]:
            assert (chosen, asked) == (str(target), []), "the dialog asks about a name as it is"
        else:
            files = f"a-p1{known.ending}, a-p2{known.ending}"
            words = f"{files} are there already. Those of people who are in this export are replaced. Go on?"
            assert (chosen, asked.pop()) == (str(other), words)


@pytest.mark.parametrize(
    ("key", "sentence"),
    [(Qt.Key.Key_J, "Ada is the same as …"), (Qt.Key.Key_X, "From here on, Ada is exchanged with …")],
)
def test_a_list_of_people_says_what_it_is_for(
    qtbot: QtBot,
    pair: MainWindow,
    key: Qt.Key,
    sentence: str,
) -> None:
    name_person(qtbot, pair, 0, "Ada")
    name_person(qtbot, pair, 1, "Bo & Co")
    click_person(qtbot, pair, 1)
    told: list[tuple[str, list[str], list[str]]] = []

    def take_the_first() -> None:
        menu = QApplication.activePopupWidget()
        assert isinstance(menu, QMenu)
        heads = [label.text() for label in menu.findChildren(QLabel)]
        told.append((menu.accessibleName(), heads, [entry.text() for entry in menu.actions() if entry.text()]))
        qtbot.keyClick(menu, Qt.Key.Key_Return)
        menu.close()

    QTimer.singleShot(0, take_the_first)
    qtbot.keyClick(pair, key)
    assert told == [(sentence, [sentence], ["Bo && Co"])]
    qtbot.waitUntil(lambda: len(pair.editing.edits) == 3, timeout=SLOW_MS)


def test_join_and_swap_ask_at_the_button_or_the_person_wherever_the_mouse_is(
    qtbot: QtBot,
    pair: MainWindow,
) -> None:
    places: list[QPoint] = []
    pair.commands.questions.one_of = lambda names, sentence, place: places.append(place)
    click_person(qtbot, pair, 2)
    view, buttons = pair.stage.view, pair.people_list.findChildren(QToolButton)
    for key, verb in ((Qt.Key.Key_J, "merge"), (Qt.Key.Key_X, "swap")):
        qtbot.keyClick(pair, key)
        (button,) = [button for button in buttons if button.defaultAction() is pair.actions_[verb]]
        assert places.pop() == button.mapToGlobal(button.rect().bottomLeft())
    pair.actions_["panel"].trigger()
    qtbot.waitUntil(lambda: not pair.side.isVisible(), timeout=SLOW_MS)
    qtbot.keyClick(pair, Qt.Key.Key_J)
    _, top, right, _ = box_of(pair.shown.tracks, 2)
    assert places.pop() == view.mapToGlobal(view.from_frame(right, top).toPoint())
    view.zoom_by(16.0, QPointF(0.0, 0.0))
    qtbot.keyClick(pair, Qt.Key.Key_J)
    assert places.pop() == view.mapToGlobal(view.rect().center()), "the person is outside of what is seen"
