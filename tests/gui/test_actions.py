"""Every action is in a menu, has a key of its own, and is on the cheat sheet."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from PyQt6.QtCore import QSize, Qt, qVersion
from PyQt6.QtGui import QImage
from PyQt6.QtWidgets import QApplication, QLabel, QLineEdit, QMenu, QMenuBar, QScrollArea, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from app.gui.about import AboutBox
from app.gui.actions import shown
from app.gui.cheat_sheet import CheatSheet
from app.gui.choice_box import ChoiceBox
from app.gui.languages import LANGUAGES
from app.gui.settings import Settings
from app.gui.theme import CONTRAST, DARK, LIGHT, Colours, Look, current
from app.gui.window import MainWindow
from app.gui.wording import translated
from tests.gui.clips import GreenToolbox
from tests.gui.conftest import OpenWindow
from tests.gui.test_window import SLOW_MS, open_analysed, open_paused


def test_ids_and_shortcuts_are_unique(window: MainWindow) -> None:
    specs = window.actions_.specs
    assert len({spec.id for spec in specs}) == len(specs)
    keys = [keys for spec in specs for keys in spec.shortcuts]
    assert len(set(keys)) == len(keys)


def test_every_action_is_in_a_menu_and_explains_itself(window: MainWindow) -> None:
    in_menus = {action.objectName() for menu in window.menus.values() for action in menu.actions()}
    for spec in window.actions_.specs:
        assert spec.id in in_menus
        assert spec.tip
        assert spec.tip[0].isupper()


def letters(menu: QMenu | QMenuBar) -> list[str]:
    """By which its entries are chosen, each by another."""
    found = re.findall(r"&(\w)", " ".join(action.text() for action in menu.actions()).lower())
    assert len(set(found)) == len(found), [action.text() for action in menu.actions()]
    return found


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_letter_of_a_menu_is_of_one_entry(
    open_window: OpenWindow, settings: Settings, toolbox: GreenToolbox, language: str
) -> None:
    settings.language = language
    window = open_window(toolbox)
    for menu in (window.menuBar(), *window.menus.values()):
        letters(menu)
    assert len(letters(window.menus[translated("File")])) == len(
        [action for action in window.menus[translated("File")].actions() if not action.isSeparator()]
    )


def test_the_menu_shows_what_is_in_force(open_window: OpenWindow, settings: Settings, toolbox: GreenToolbox) -> None:
    settings.look, settings.language = Look.LIGHT, "en"
    window = open_window(toolbox)

    def ticked() -> set[str]:
        return {action.objectName() for action in window.menus["View"].actions() if action.isChecked()}

    assert ticked() == {"panel", "look-light", "language-en"}
    window.actions_["look-contrast"].trigger()
    window.actions_["language-ko"].trigger()
    window.actions_["analysis"].setChecked(True)
    assert ticked() == {"panel", "analysis", "look-contrast", "language-ko"}
    window.actions_["look-contrast"].trigger()
    window.set_look(Look.DARK)
    assert ticked() == {"panel", "analysis", "look-dark", "language-ko"}
    for menu in window.menus.values():
        for action in menu.actions():
            assert not (action.isCheckable() and action.isIconVisibleInMenu()), "it would stand where the tick is"


@pytest.mark.parametrize("language", LANGUAGES)
def test_f1_lists_every_shortcut(
    qtbot: QtBot, open_window: OpenWindow, settings: Settings, toolbox: GreenToolbox, language: str
) -> None:
    settings.language = language
    window = open_window(toolbox)
    qtbot.waitUntil(window.isActiveWindow, timeout=SLOW_MS)
    qtbot.keyClick(window, Qt.Key.Key_F1)
    qtbot.waitUntil(lambda: bool(window.findChildren(CheatSheet)), timeout=SLOW_MS)
    sheet = window.findChildren(CheatSheet)[0]
    words = " ".join(label.text() for label in sheet.findChildren(QLabel))
    for spec in window.actions_.specs:
        for keys in spec.shortcuts:
            assert shown(keys) in words, keys
    assert translated("Set scale") in words, "for which there are no keys"
    sheet.close()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("room", [QSize(1280, 720), QSize(1024, 600), QSize(640, 480)])
def test_the_list_of_keys_fits_on_a_small_screen(
    qtbot: QtBot, open_window: OpenWindow, settings: Settings, toolbox: GreenToolbox, language: str, room: QSize
) -> None:
    settings.language = language
    window = open_window(toolbox)
    sheet = CheatSheet(window.actions_, window, room=room)
    sheet.show()
    qtbot.waitExposed(sheet)
    assert sheet.width() < room.width()
    assert sheet.height() < room.height()
    (scroll,) = sheet.findChildren(QScrollArea)

    def can_be_read(label: QLabel) -> bool:
        scroll.ensureWidgetVisible(label)
        return label.visibleRegion().boundingRect().width() == label.width()

    for label in sheet.findChildren(QLabel):
        qtbot.waitUntil(lambda label=label: can_be_read(label), timeout=SLOW_MS)
    sheet.close()


def test_the_about_box_tells_versions_and_terms(qtbot: QtBot, window: MainWindow) -> None:
    window.actions_["about"].trigger()
    qtbot.waitUntil(lambda: bool(window.findChildren(AboutBox)), timeout=SLOW_MS)
    box = window.findChildren(AboutBox)[0]
    words = box.text.toPlainText()
    for part in (qVersion(), "PyQt", "GPL-3.0", "FFmpeg", "x264", "openvino", "skelter-pose-s", "research use", "COCO"):
        assert part in words
    box.close()


@pytest.fixture
def unhurried(qapp: QApplication) -> Iterator[None]:
    """Letters that follow one another belong together, however late they come on a machine under load."""
    before = qapp.keyboardInputInterval()
    qapp.setKeyboardInputInterval(10_000)
    yield
    qapp.setKeyboardInputInterval(before)


@pytest.mark.usefixtures("unhurried")
def test_letters_look_for_an_entry_in_the_list_that_has_the_focus(qtbot: QtBot, window: MainWindow, clip: Path) -> None:
    open_analysed(qtbot, window, clip)
    heat, style = window.overlay.heat, window.settings.style
    heat.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.keyClicks(heat, "le")  # both are shortcuts of the window
    assert heat.currentText() == "Left eye"
    qtbot.keyClick(heat, Qt.Key.Key_Home)
    assert heat.currentIndex() == 0
    assert window.shown.index == 10, "the video stays where it is"
    assert (window.settings.style, window.playing) == (style, False)
    qtbot.keyClick(heat, Qt.Key.Key_B, Qt.KeyboardModifier.ControlModifier)
    assert not window.side.isVisible(), "keys with Ctrl are the window's"
    window.setFocus()
    qtbot.keyClick(window, Qt.Key.Key_L)
    assert window.settings.style.by_limb


def test_space_plays_though_a_list_to_choose_from_has_the_focus(qtbot: QtBot, window: MainWindow, clip: Path) -> None:
    open_paused(qtbot, window, clip)
    boxes = [box for box in window.findChildren(ChoiceBox) if box.isVisible() and box.isEnabled()]
    assert window.overlay.heat in boxes
    for box in boxes:
        box.setFocus(Qt.FocusReason.TabFocusReason)
        playing = window.playing
        qtbot.keyClick(box, Qt.Key.Key_Space)
        qtbot.waitUntil(lambda playing=playing: window.playing is not playing, timeout=SLOW_MS)
        assert QApplication.activePopupWidget() is None


def test_letters_in_the_list_of_people_are_about_who_is_chosen(qtbot: QtBot, window: MainWindow, clip: Path) -> None:
    open_analysed(qtbot, window, clip)
    qtbot.waitUntil(lambda: window.people.rowCount() == 1, timeout=SLOW_MS)
    table = window.people_list.table
    table.setFocus(Qt.FocusReason.TabFocusReason)
    table.selectRow(0)
    qtbot.keyClick(table, Qt.Key.Key_H)
    qtbot.waitUntil(lambda: window.editing.can_undo, timeout=SLOW_MS)
    qtbot.keyClick(table, Qt.Key.Key_F2)
    editor = table.findChild(QLineEdit)
    assert editor is not None
    qtbot.keyClicks(editor, "Hal S")
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: window.people.data(window.people.index(0, 0)) == "Hal S", timeout=SLOW_MS)
    assert window.settings.style.skeleton
    assert not window.playing


def test_every_control_has_a_name_and_a_tip(window: MainWindow) -> None:
    kinds = (QToolButton, *(type(switch) for switch in window.overlay.switches.values()))
    for control in window.findChildren(QWidget):
        if isinstance(control, kinds) and not control.objectName().startswith("qt_"):
            assert control.accessibleName() or control.text(), control
    for switch in window.overlay.switches.values():
        assert switch.toolTip()


def test_the_space_bar_turns_a_switch_only_for_who_came_by_tab(qtbot: QtBot, window: MainWindow) -> None:
    switch = window.overlay.switches["boxes"]
    window.side.show()
    qtbot.mouseClick(switch, Qt.MouseButton.LeftButton)
    assert switch.isChecked()
    assert not switch.hasFocus()
    window.activateWindow()
    switch.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.keyClick(switch, Qt.Key.Key_Space)
    assert not switch.isChecked()


def test_the_look_changes_at_once_and_is_kept(window: MainWindow) -> None:
    window.actions_["look-light"].trigger()
    assert current() is LIGHT
    assert window.grab().toImage().pixelColor(5, 5).lightness() > 200
    assert window.settings.look is Look.LIGHT
    window.actions_["look-dark"].trigger()
    assert current() is DARK
    assert window.grab().toImage().pixelColor(5, 5).lightness() < 60
    window.actions_["look-contrast"].trigger()
    assert current() is CONTRAST


@pytest.mark.parametrize("kind", ["error", "warning", "done"])
def test_a_message_takes_the_colours_of_a_new_look(window: MainWindow, kind: str) -> None:
    banner = window.banner

    def marks() -> list[QImage]:
        return [banner._close.icon().pixmap(16).toImage(), banner._mark.pixmap().toImage()]

    window.set_look(Look.DARK)
    banner.tell("Something is to be known.", kind=kind)
    dark = marks()
    window.set_look(Look.LIGHT)
    light = marks()
    assert all(before != now for before, now in zip(dark, light, strict=True))
    banner.tell("Something is to be known.", kind=kind)
    assert marks() == light


def luminance(colour: str) -> float:
    """WCAG 2.2, relative luminance."""
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize(("look", "least"), [(DARK, 4.5), (LIGHT, 4.5), (CONTRAST, 9.0)])
def test_words_can_be_read(look: Colours, least: float) -> None:
    for ink, ground in (
        (look.text, look.window), (look.text, look.raised), (look.text, look.hover), (look.muted, look.surface),
        (look.muted, look.window), (look.on_accent, look.accent), (look.error, look.window),
        (look.warning, look.window),
    ):  # fmt: skip
        bright, dark = sorted((luminance(ink), luminance(ground)), reverse=True)
        assert (bright + 0.05) / (dark + 0.05) >= least, (ink, ground)


def test_what_was_opened_lately_is_in_the_menu(window: MainWindow, clip: Path) -> None:
    window.settings.add_recent(clip)
    menu = window.menus["File"]
    menu.aboutToShow.emit()
    inner = next(part for part in menu.findChildren(QMenu) if part.actions())
    assert [entry.text() for entry in inner.actions()] == ["numbered.mp4"]
