"""Which messages go by themselves, and which stay."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PyQt6.QtWidgets import QLineEdit, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from app.gui import banner as module
from app.gui.banner import Banner
from engine.errors import SourceError
from engine.video import LiveState, Loss
from tests.gui.test_window import SLOW_MS


@pytest.fixture
def banner(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> Iterator[Banner]:
    """One that is in no hurry where a button goes with the message."""
    monkeypatch.setattr(module, "DONE_MS", 40)
    monkeypatch.setattr(module, "OFFER_MS", 60_000)
    window = QWidget()
    qtbot.addWidget(window)
    column = QVBoxLayout(window)
    column.addWidget(QLineEdit())  # which has the focus
    column.addWidget(made := Banner())
    window.show()
    yield made
    window.close()


def test_what_is_done_goes_and_what_is_to_be_known_stays(qtbot: QtBot, banner: Banner) -> None:
    banner.tell("Saved walk.mp4.", kind="done")
    assert banner.isVisible()
    qtbot.waitUntil(lambda: not banner.isVisible(), timeout=SLOW_MS)
    assert banner.sentence == ""
    banner.tell("Saved walk.mp4.", kind="done")
    for kind in ("error", "warning", "hint"):
        banner.tell(f"An {kind}.", kind=kind)  # right after one that goes
        qtbot.wait(60)
        assert banner.sentence == f"An {kind}."
    banner.tell("Saved walk.mp4.", kind="done", action=("Show in folder", lambda: None))
    qtbot.wait(60)
    assert banner.isVisible()


def test_what_is_to_be_done_is_not_ticked_off(banner: Banner) -> None:
    marks = {}
    for kind in ("done", "hint", "error"):
        banner.tell("A line.", kind=kind)
        marks[kind] = banner._mark.pixmap().toImage()
    assert marks["hint"] not in (marks["done"], marks["error"])


def test_it_stays_as_long_as_the_mouse_is_on_it(qtbot: QtBot, banner: Banner, monkeypatch: pytest.MonkeyPatch) -> None:
    is_over = True
    monkeypatch.setattr(banner, "underMouse", lambda: is_over)
    banner.tell("Saved walk.mp4.", kind="done")
    qtbot.wait(100)
    assert banner.isVisible()
    is_over = False
    qtbot.waitUntil(lambda: not banner.isVisible(), timeout=SLOW_MS)


def test_a_loss_does_not_take_the_place_of_what_was_told_since_and_comes_back_after_it(
    qtbot: QtBot, banner: Banner
) -> None:
    def lose(retry_s: float) -> None:
        why = SourceError("There is no camera 0; plug it in.")
        banner.tell_state(LiveState("camera 0", Loss.NOT_OPENED, retry_s, why), "Camera 0")

    lose(1)
    lose(2)
    assert banner.sentence == "Camera 0 was lost. There is no camera 0; plug it in. It is tried again in 2 s."
    banner.tell("Saved walk.mp4.", kind="done")
    lose(4)
    assert banner.sentence == "Saved walk.mp4."
    qtbot.waitUntil(lambda: "tried again in 4 s" in banner.sentence, timeout=SLOW_MS)
    banner._close.click()
    assert not banner.isVisible()
    banner.tell("Saved walk.mp4.", kind="done", action=("Show in folder", lambda: None))
    lose(8)
    assert banner.sentence == "Saved walk.mp4."
    banner.tell_state(LiveState("camera 0"), "Camera 0")
    assert banner.sentence == "Saved walk.mp4."
    banner._close.click()
    assert not banner.isVisible(), "the camera is back"
