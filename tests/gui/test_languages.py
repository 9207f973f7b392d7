"""The window speaks Korean and Simplified Chinese: every text, with its numbers and names in it."""

from __future__ import annotations

import re
import threading
from pathlib import Path

import pytest
from PyQt6.QtCore import QCoreApplication
from PyQt6.QtGui import QFontDatabase
from PyQt6.QtWidgets import QApplication, QLabel, QPushButton
from pytestqt.qtbot import QtBot

from app import writing
from app.gui.languages import LANGUAGES, of_system, speak
from app.gui.lettering import letters_of_window
from app.gui.settings import Settings
from app.gui.window import MainWindow
from app.gui.wording import in_words
from engine.backends.select import check_names
from engine.errors import SinkError, UsageError
from engine.skeletons import COCO, HALPE, MPII, POSETRACK
from scripts import translations
from tests.clips import cut
from tests.gui.clips import GreenToolbox, make_clip
from tests.gui.conftest import OpenWindow
from tests.gui.test_known_data import write_data
from tests.gui.test_window import SLOW_MS

OTHERS = ("ko", "zh_CN")


@pytest.fixture(scope="module")
def texts() -> dict[str, translations.Text]:
    return translations.texts()


def placeholders(text: str) -> list[str]:
    return sorted(re.findall(r"\{[^}]*\}|%n", text))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_in_the_code_is_translated_and_no_other(language: str, texts: dict[str, translations.Text]) -> None:
    wanted = {text.source for text in texts.values() if text.counted or language != "en"}
    assert set(translations.read(language)) == wanted, "run `python -m scripts.translations update`"
    assert translations.missing(language) == [], "run `python -m scripts.translations missing`"


@pytest.mark.parametrize("language", OTHERS)
def test_placeholders_and_mnemonics_survive(language: str, texts: dict[str, translations.Text]) -> None:
    for source, forms in translations.read(language).items():
        for form in forms:
            assert placeholders(form) == placeholders(source), source
            assert ("&" in form) == ("&" in source), source
            assert source.endswith("…") <= form.endswith("…"), source


@pytest.mark.parametrize("language", OTHERS)
def test_the_compiled_file_says_what_the_other_does(qapp: QApplication, language: str) -> None:
    speak(qapp, language)
    for source, forms in translations.read(language).items():
        said = QCoreApplication.translate("AnyClass", source, "", 3 if "%n" in source else -1)
        assert said == forms[0].replace("%n", "3"), "run `python -m scripts.translations compile`"
    speak(qapp, "en")


@pytest.mark.parametrize(
    ("wanted", "spoken"),
    [
        (["ko-KR", "ko"], "ko"),
        (["zh-Hans-CN", "zh-CN", "zh"], "zh_CN"),
        (["zh"], "zh_CN"),
        (["zh-Hant-TW", "zh-TW"], "en"),
        (["zh-HK"], "en"),
        (["de-DE", "ko-KR"], "ko"),
        (["en-GB"], "en"),
        ([], "en"),
    ],
)
def test_the_system_s_language_is_spoken(wanted: list[str], spoken: str) -> None:
    assert of_system(wanted) == spoken


@pytest.mark.parametrize(
    ("language", "one", "two", "menu"),
    [("en", "1 person", "2 people", "File"), ("ko", "1명", "2명", "파일"), ("zh_CN", "1 人", "2 人", "文件")],
)
def test_the_window_counts_people_in_its_language(
    qtbot: QtBot,
    open_window: OpenWindow,
    settings: Settings,
    tmp_path: Path,
    language: str,
    one: str,
    two: str,
    menu: str,
) -> None:
    settings.language = language
    window = open_window(GreenToolbox())
    assert menu in window.menus
    for people, words in ((1, one), (2, two)):
        window.open_source(str(make_clip(tmp_path / f"{people}.mp4", frames=12, people=people)))
        qtbot.waitUntil(lambda words=words: window.status.people.text() == words, timeout=SLOW_MS)


@pytest.mark.parametrize("language", OTHERS)
def test_nothing_on_the_window_is_left_in_english(
    qtbot: QtBot, open_window: OpenWindow, settings: Settings, clip: Path, language: str
) -> None:
    settings.language = language
    window = open_window(GreenToolbox())
    window.open_source(str(clip))
    qtbot.waitUntil(lambda: bool(window.shown and window.shown.people), timeout=SLOW_MS)
    words = [action.text() for menu in window.menus.values() for action in menu.actions()]
    words += [label.text() for label in window.findChildren(QLabel)]
    english = [word for word in words if re.search(r"[A-Za-z]{3,} [A-Za-z]{2,}", re.sub(r"Pencil.*|Skelter", "", word))]
    assert english == []
    letters = [link.text() for link in window.welcome.findChildren(QPushButton) if re.search(r"\(\w\)", link.text())]
    assert letters == [], "those of menus"


@pytest.mark.parametrize(("language", "words"), [("ko", "없는 파일입니다"), ("zh_CN", "不存在")])
def test_errors_are_told_in_the_window_s_language(
    qtbot: QtBot, open_window: OpenWindow, settings: Settings, tmp_path: Path, language: str, words: str
) -> None:
    settings.language = language
    window = open_window(GreenToolbox())
    window.open_source(str(tmp_path / "gone.mp4"))
    qtbot.waitUntil(lambda: words in window.banner.sentence, timeout=SLOW_MS)
    assert str(tmp_path / "gone.mp4") in window.banner.sentence
    assert "gone.mp4 does not exist; check the name" in window.banner._details, "a report is in English"


@pytest.mark.parametrize(
    ("language", "words"), [("ko", "'openvin'(이)라는 장치나"), ("zh_CN", "没有名为 'openvin' 的")]
)
def test_what_engines_say_is_told_in_the_window_s_language(qapp: QApplication, language: str, words: str) -> None:
    with pytest.raises(UsageError) as caught:
        check_names("openvin")

    speak(qapp, language)
    said = in_words(caught.value)
    speak(qapp, "en")

    assert said.startswith(words)
    assert "openvino" in said
    assert str(caught.value) == "there is no device or backend called 'openvin': did you mean openvino?"


@pytest.mark.parametrize(("language", "words"), [("en", "left shoulder"), ("ko", "왼쪽 어깨"), ("zh_CN", "左肩")])
def test_joints_are_called_on_pictures_as_in_lists(
    qtbot: QtBot,
    open_window: OpenWindow,
    settings: Settings,
    clip: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    language: str,
    words: str,
) -> None:
    drawn: set[tuple[str, int]] = set()
    caption = writing._caption

    def drawers() -> int:
        return sum(word == words for word, _thread in drawn)

    def seen(pen: writing.Pen, captions: list[str]) -> writing._Caption:
        drawn.update((word, threading.get_ident()) for word in captions)
        return caption(pen, captions)

    monkeypatch.setattr(writing, "_caption", seen)
    settings.language = language
    window = open_window(GreenToolbox())
    window.open_source(str(clip), write_data(tmp_path / "numbered.json", frames=9))
    window.overlay.switches["names"].click()
    qtbot.waitUntil(lambda: window.shown is not None and drawers() == 1, timeout=SLOW_MS)
    window.stage.timeline.set_loop((1, 2))
    window.exporting.export_to(tmp_path / "out.mp4")
    qtbot.waitUntil(lambda: "out.mp4" in window.banner.sentence, timeout=SLOW_MS)
    assert drawers() == 2, "the player and the export"


@pytest.mark.parametrize(
    ("language", "script"),
    [("ko", QFontDatabase.WritingSystem.Korean), ("zh_CN", QFontDatabase.WritingSystem.SimplifiedChinese)],
)
def test_every_letter_of_a_joint_is_one_of_the_fonts(
    qapp: QApplication, language: str, script: QFontDatabase.WritingSystem
) -> None:
    if not QFontDatabase.families(script):
        pytest.skip("no font of this script is installed")
    speak(qapp, language)
    letters = letters_of_window()
    speak(qapp, "en")
    assert {*COCO.keypoints, *HALPE.keypoints, *MPII.keypoints, *POSETRACK.keypoints} <= letters.joints.keys()
    signs = set("".join(letters.joints.values())) - {" "}
    pictures = {letters(sign, 30).tobytes() for sign in signs}
    assert len(pictures) == len(signs), "no sign is a box, as what has no letter is"


def test_an_error_in_an_error_is_told_too(qapp: QApplication) -> None:
    full = SinkError("The disk is full, {0} could not be written; free some space and start again.", "a{b}.mp4")
    error = SinkError("{0} What was written before is {1}.", full, "a{b}.part.mp4")
    assert in_words(error) == str(error)
    speak(qapp, "ko")
    assert in_words(error).startswith("디스크가 가득 차서 a{b}.mp4")
    assert in_words(error).endswith("a{b}.part.mp4에 있습니다.")
    assert in_words(SinkError("{nobody} has translated this.")) == "{nobody} has translated this."
    assert in_words(ValueError("unforeseen")) == ""
    speak(qapp, "en")


def test_results_that_are_none_and_exports_that_break_off_are_told_in_korean(
    qtbot: QtBot, open_window: OpenWindow, settings: Settings, tmp_path: Path
) -> None:
    settings.language = "ko"
    window = open_window(GreenToolbox())
    (tmp_path / "bad.json").write_text("{}")
    window.open_source(str(tmp_path / "bad.json"))
    qtbot.waitUntil(lambda: "bad.json: Skelter JSON이 아닙니다" in window.banner.sentence, timeout=SLOW_MS)
    window.open_source(str(cut(make_clip(tmp_path / "whole.mkv"), 0.6)))
    qtbot.waitUntil(lambda: bool(window.shown and window.shown.people), timeout=SLOW_MS)
    window.exporting.export_to(tmp_path / "out.csv")
    qtbot.waitUntil(lambda: "out.csv" in window.banner.sentence, timeout=SLOW_MS)
    assert "cut-whole.mkv" in window.banner.sentence
    assert "초에서 끊기고 나머지는" in window.banner.sentence


def test_a_language_is_chosen_in_the_menu_for_the_next_start(window: MainWindow, settings: Settings) -> None:
    window.actions_["language-ko"].trigger()
    assert "started again" in window.banner.sentence
    assert settings.language == "ko"
    window.actions_["language-system"].trigger()
    assert settings.language == ""
