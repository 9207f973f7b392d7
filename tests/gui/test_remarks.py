"""What is to be known of a file that was read or written is told in the window, in its language."""

from __future__ import annotations

import logging
import threading
from pathlib import Path

import numpy as np
import pytest
from PyQt6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.exports import open_writer
from app.gui.languages import speak
from app.gui.remarks import Remarks, all_of, as_sentence
from app.gui.window import MainWindow
from app.gui.wording import in_words
from app.results import Header, SourceRecord
from tests.gui.clips import FPS, HEIGHT, WIDTH
from tests.gui.test_analysis import FRAMES, open_known
from tests.gui.test_in_vain import FIRST, LAST, guest
from tests.gui.test_window import SLOW_MS


def test_what_an_export_leaves_beside_it_is_told(qtbot: QtBot, pair: MainWindow, tmp_path: Path) -> None:
    (tmp_path / "take-p9.trc").write_text("of somebody else")
    pair.commands.questions.target = lambda suggestion, kinds: str(tmp_path / "take.trc")
    pair.actions_["export-data"].trigger()
    words = "Saved take-p1.trc, take-p2.trc. Not of this run: take-p9.trc."
    qtbot.waitUntil(lambda: pair.banner.sentence == words, timeout=SLOW_MS)
    assert pair.banner._frame.property("kind") == "warning"


def test_what_an_export_puts_into_gaps_and_that_angles_have_no_signs_is_told(
    qtbot: QtBot, window: MainWindow, clip: Path, tmp_path: Path
) -> None:
    seen = {index: guest(index) for index in range(FRAMES)}
    seen[20] = seen[20][np.empty(0, np.intp)]
    open_known(qtbot, window, clip, tmp_path, seen.values())
    window.commands.questions.target = lambda suggestion, kinds: str(tmp_path / "take.mot")
    window.actions_["export-data"].trigger()
    qtbot.waitUntil(lambda: "take-p7.mot" in window.banner.sentence, timeout=SLOW_MS)
    assert f"on so many of the frames: p7 1/{LAST - FIRST + 1}." in window.banner.sentence
    assert "The angles of p7 are sizes without signs" in window.banner.sentence


def test_a_result_of_a_longer_video_is_opened_with_a_word(
    qtbot: QtBot, window: MainWindow, clip: Path, tmp_path: Path
) -> None:
    result = tmp_path / "other.json"
    open_writer(result, Header(SourceRecord("other.mp4", WIDTH, HEIGHT, float(FPS), 5.0))).close()
    window.open_source(str(clip), result)
    told = "other.json was made of other.mp4 (5.0 s, 25 frames/s), not of numbered.mp4"
    qtbot.waitUntil(lambda: window.banner.sentence.startswith(told), timeout=SLOW_MS)


def test_only_this_thread_s_warnings_of_readers_and_writers_are_kept_each_once() -> None:
    with Remarks() as remarks:
        for _ in range(2):
            logging.getLogger("app.exports.each_person").warning("Not of this run: %s.", "a.trc")
        logging.getLogger("engine.backends").warning("slow")
        logging.getLogger("app.exports").info("fine")
        other = threading.Thread(target=lambda: logging.getLogger("app.exports").warning("of another export"))
        other.start()
        other.join()
    logging.getLogger("app.exports").warning("later")
    assert str(all_of(remarks.told)) == "Not of this run: a.trc."
    assert all_of([]) is None


@pytest.mark.parametrize(
    ("language", "words"), [("ko", "이번에 쓴 파일이 아님: a.trc."), ("en", "Not of this run: a.trc.")]
)
def test_it_is_told_in_the_window_s_language(qapp: QApplication, language: str, words: str) -> None:
    speak(qapp, language)
    with Remarks() as remarks:
        logging.getLogger("app.exports").warning("Not of this run: %s.", "a.trc")
    assert in_words(all_of(remarks.told)) == words
    speak(qapp, "en")


def test_places_of_values_are_those_of_sentences() -> None:
    assert as_sentence("%s and %d, after %.1f s").format("a", 2, 0.25) == "a and 2, after 0.2 s"
