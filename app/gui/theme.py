"""The two looks of the window, dark and light: palettes for Qt's Fusion style and one style sheet over them.

Our own, because the desktop's palette cannot be had everywhere; which of the two follows the desktop where Qt can tell.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from PyQt6.QtCore import Qt
from PyQt6.QtGui import QColor, QGuiApplication, QIcon, QPalette
from PyQt6.QtWidgets import QApplication

from app.gui.icons import icon


class Look(StrEnum):
    """What the user chose."""

    SYSTEM = "system"
    DARK = "dark"
    LIGHT = "light"
    CONTRAST = "contrast"


@dataclass(frozen=True, slots=True)
class Colours:
    """One look. `stage` is what surrounds the video, `track` the groove of sliders."""

    window: str
    surface: str
    raised: str
    hover: str
    border: str
    text: str
    muted: str
    faint: str
    accent: str
    on_accent: str
    stage: str
    track: str
    warning: str
    error: str


DARK = Colours(
    window="#17191d", surface="#1e2126", raised="#282c33", hover="#323740", border="#363b44", text="#e8ebef",
    muted="#a3abb8", faint="#666e7b", accent="#56b4e9", on_accent="#0b1a24", stage="#0d0e10", track="#3a404a",
    warning="#e0a53a", error="#f0716b",
)  # fmt: skip
LIGHT = Colours(
    window="#f3f4f6", surface="#ffffff", raised="#ffffff", hover="#e8ebf0", border="#d3d7de", text="#1a1d22",
    muted="#5a6370", faint="#9aa2ae", accent="#0b6cb5", on_accent="#ffffff", stage="#e3e5e9", track="#cdd2da",
    warning="#8f5f00", error="#b3261e",
)  # fmt: skip

CONTRAST = Colours(
    window="#000000", surface="#000000", raised="#000000", hover="#303030", border="#ffffff", text="#ffffff",
    muted="#ffffff", faint="#b0b0b0", accent="#ffe600", on_accent="#000000", stage="#000000", track="#6a6a6a",
    warning="#ffb000", error="#ffa0a0",
)  # fmt: skip
"""White and yellow on black: every word has at least 9:1 against what it stands on (WCAG 2.2 asks for 7:1)."""


def colours(look: Look) -> Colours:
    """The colours of a look; of the system's where Qt knows it, else dark, as becomes a program for video."""
    if look is Look.SYSTEM:
        hints = QGuiApplication.styleHints()
        light = hints is not None and hints.colorScheme() == Qt.ColorScheme.Light
        return LIGHT if light else DARK
    return {Look.LIGHT: LIGHT, Look.CONTRAST: CONTRAST}.get(look, DARK)


def current() -> Colours:
    """The colours in use."""
    window = QGuiApplication.palette().color(QPalette.ColorRole.Window)
    if window == QColor(CONTRAST.window):
        return CONTRAST
    return DARK if window.lightness() < 128 else LIGHT


def themed_icon(name: str) -> QIcon:
    """An icon in the colours in use."""
    palette = current()
    return icon(name, QColor(palette.text), QColor(palette.faint))


def apply(app: QApplication, look: Look) -> None:
    """Give every window the look."""
    chosen = colours(look)
    app.setPalette(_palette(chosen))
    app.setStyleSheet(_STYLE.format(**{name: getattr(chosen, name) for name in Colours.__dataclass_fields__}))


def _palette(c: Colours) -> QPalette:
    role, group = QPalette.ColorRole, QPalette.ColorGroup
    palette = QPalette()
    for where, colour in (
        (role.Window, c.window), (role.WindowText, c.text), (role.Base, c.surface), (role.AlternateBase, c.raised),
        (role.Text, c.text), (role.PlaceholderText, c.muted), (role.Button, c.raised), (role.ButtonText, c.text),
        (role.BrightText, c.error), (role.ToolTipBase, c.raised), (role.ToolTipText, c.text), (role.Link, c.accent),
        (role.Highlight, c.accent), (role.HighlightedText, c.on_accent), (role.Accent, c.accent),
        (role.Light, c.hover), (role.Midlight, c.raised), (role.Mid, c.border), (role.Dark, c.stage),
        (role.Shadow, "#000000"),
    ):  # fmt: skip
        palette.setColor(where, QColor(colour))
    for where in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(group.Disabled, where, QColor(c.faint))
    palette.setColor(group.Disabled, role.Highlight, QColor(c.track))
    return palette


_STYLE = """
QToolTip {{ background: {raised}; color: {text}; border: 1px solid {border}; padding: 4px 6px; }}
QMenuBar {{ background: {window}; padding: 2px 4px; }}
QMenuBar::item {{ padding: 5px 10px; border-radius: 5px; background: transparent; }}
QMenuBar::item:selected {{ background: {hover}; }}
QMenu {{ background: {surface}; border: 1px solid {border}; padding: 5px; }}
QMenu::item {{ padding: 6px 26px 6px 12px; border-radius: 4px; }}
QMenu::item:selected {{ background: {hover}; color: {text}; }}
QMenu::item:disabled {{ color: {faint}; }}
QMenu::icon {{ padding-left: 8px; }}
QMenu::indicator {{ width: 16px; height: 16px; left: 8px; }}
QMenu::separator {{ height: 1px; background: {border}; margin: 5px 8px; }}

QToolBar {{ background: {window}; border: none; border-bottom: 1px solid {border}; padding: 5px 8px; spacing: 4px; }}
QToolBar::separator {{ width: 1px; background: {border}; margin: 5px 6px; }}
QToolButton {{ border: 1px solid transparent; border-radius: 6px; padding: 5px 9px; color: {text}; }}
QToolButton:hover {{ background: {hover}; }}
QToolButton:pressed, QToolButton:checked {{ background: {raised}; border-color: {border}; }}
QToolButton:focus {{ border-color: {accent}; }}
QToolButton:disabled {{ color: {faint}; background: transparent; border-color: transparent; }}
QToolButton#compact {{ padding: 4px; }}
QToolButton#compact::menu-indicator {{ image: none; }}
QToolButton#play {{ background: {accent}; border-radius: 20px; padding: 0; }}
QToolButton#play:hover {{ background: {text}; }}
QToolButton#play:focus {{ border: 3px solid {text}; }}
QToolButton#play:disabled {{ background: {track}; }}

QPushButton {{ background: {raised}; border: 1px solid {border}; border-radius: 6px; padding: 5px 14px;
    color: {text}; }}
QPushButton:hover {{ background: {hover}; }}
QPushButton:focus, QPushButton:checked {{ border-color: {accent}; }}
QPushButton:disabled {{ color: {faint}; }}

QComboBox {{ background: {raised}; border: 1px solid {border}; border-radius: 6px; padding: 4px 8px; }}
QComboBox:hover {{ background: {hover}; }}
QComboBox:focus {{ border-color: {accent}; }}
QComboBox QAbstractItemView {{ background: {surface}; border: 1px solid {border}; selection-background-color: {hover};
    selection-color: {text}; }}

QStatusBar {{ background: {window}; border-top: 1px solid {border}; color: {muted}; }}
QStatusBar::item {{ border: none; }}
QStatusBar QLabel {{ color: {muted}; padding: 3px 8px; }}
QStatusBar QLabel#people {{ color: {text}; font-weight: 600; }}
QStatusBar QLabel#slow {{ color: {warning}; }}

QScrollArea, QScrollArea > QWidget > QWidget#panel {{ background: {surface}; border: none; }}
QWidget#panel {{ background: {surface}; }}
QFrame#side {{ background: {surface}; border: none; }}
QSplitter#split::handle {{ background: {border}; }}
QSplitter#split::handle:hover {{ background: {accent}; }}
QToolButton#section {{ border: 1px solid transparent; font-weight: 600; padding: 3px 6px 3px 2px;
    background: transparent; }}
QToolButton#section:focus {{ border-color: {accent}; }}
QLabel#section {{ color: {muted}; font-weight: 600; }}
QLabel#recording {{ color: {error}; font-weight: 600; padding-left: 8px; }}
QLabel#wrong {{ color: {error}; }}
QLabel#hint, QLabel#value {{ color: {muted}; }}
QFrame#line {{ background: {border}; max-height: 1px; min-height: 1px; border: none; }}
QFrame#controls {{ background: {window}; border: none; border-top: 1px solid {border}; }}

QCheckBox {{ spacing: 9px; padding: 3px 2px; border-radius: 4px; }}
QCheckBox:focus {{ color: {accent}; }}
QCheckBox::indicator {{ width: 30px; height: 16px; border-radius: 8px; background: {track}; }}

QSlider#plain::groove:horizontal {{ height: 4px; border-radius: 2px; background: {track}; }}
QSlider#plain::sub-page:horizontal {{ height: 4px; border-radius: 2px; background: {accent}; }}
QSlider#plain::handle:horizontal {{ width: 14px; height: 14px; margin: -5px 0; border-radius: 7px;
    background: {text}; }}
QSlider#plain::handle:horizontal:focus {{ background: {accent}; }}

QTextBrowser {{ background: {surface}; border: 1px solid {border}; border-radius: 6px; padding: 6px; }}
QDialog QLineEdit {{ background: {surface}; border: 1px solid {border}; border-radius: 6px; padding: 4px 8px; }}
QTableView QLineEdit {{ background: {surface}; border: 1px solid {border}; border-radius: 4px; padding: 0 4px; }}
QDialog QLineEdit:focus, QTableView QLineEdit:focus {{ border-color: {accent}; }}

QTableView {{ background: {surface}; border: none; gridline-color: transparent; selection-background-color: {hover};
    selection-color: {text}; }}
QTableView::item {{ padding: 2px 6px; }}
QHeaderView::section {{ background: {surface}; color: {muted}; border: none; border-bottom: 1px solid {border};
    padding: 4px 6px; font-weight: 400; }}

QListWidget {{ background: {surface}; border: 1px solid {border}; border-radius: 6px; padding: 4px; outline: none; }}
QListWidget::item {{ padding: 7px 8px; border-radius: 4px; }}
QListWidget::item:selected {{ background: {hover}; color: {text}; }}

QProgressBar {{ background: {track}; border: none; border-radius: 3px; max-height: 6px; min-height: 6px; }}
QProgressBar::chunk {{ background: {accent}; border-radius: 3px; }}

QFrame#preview {{ background: {raised}; border: 1px solid {border}; border-radius: 6px; }}

QFrame#banner {{ background: {raised}; border: 1px solid {border}; border-left: 4px solid {error};
    border-radius: 6px; }}
QFrame#banner[kind="warning"] {{ border-left-color: {warning}; }}
QFrame#banner[kind="done"], QFrame#banner[kind="hint"] {{ border-left-color: {accent}; }}

QWidget#welcome {{ background: {window}; }}
QLabel#title {{ font-size: 26px; font-weight: 600; }}
QLabel#subtitle {{ font-size: 14px; color: {muted}; }}
QPushButton#door {{ background: {surface}; border: 1px solid {border}; border-radius: 12px; text-align: left;
    padding: 0; }}
QPushButton#door:hover {{ border-color: {accent}; background: {raised}; }}
QPushButton#door:focus {{ border: 2px solid {accent}; }}
QLabel#door-title {{ font-size: 16px; font-weight: 600; background: transparent; }}
QLabel#door-text {{ color: {muted}; background: transparent; }}
QLabel#door-key {{ color: {muted}; background: transparent; }}
QPushButton#link {{ background: transparent; border: 1px solid transparent; padding: 4px 8px; color: {accent};
    text-align: left; }}
QPushButton#link:hover {{ background: {hover}; }}
QPushButton#link:focus {{ border-color: {accent}; }}

QScrollBar:vertical {{ background: transparent; width: 10px; margin: 0; }}
QScrollBar::handle:vertical {{ background: {track}; border-radius: 4px; min-height: 30px; margin: 1px 2px; }}
QScrollBar::add-line:vertical, QScrollBar::sub-line:vertical {{ height: 0; }}
"""
