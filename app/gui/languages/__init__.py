"""The languages of the window: chosen by the system's or by the user, read from Qt's translation files.

`scripts/translations.py` takes texts from the code into the .ts files and makes the .qm files of them.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from PyQt6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QTranslator

FOLDER = Path(__file__).parent
CONTEXT = "Skelter"
LANGUAGES = {"en": "English", "ko": "한국어", "zh_CN": "简体中文"}
"""What there is, and what each calls itself."""
_TRADITIONAL = ("hant", "tw", "hk", "mo")


class Translator(QTranslator):
    """Our texts are in one context, whatever class asks: a text means the same wherever it stands."""

    def translate(  # type: ignore[override]
        self, context: str | None, source: str | None, about: str | None = None, n: int = -1
    ) -> str | None:
        # as bytes: PyQt6 takes a str here only where it is ASCII; None: not known, where an empty str would be shown
        return super().translate(CONTEXT, (source or "").encode(), "", n) or None  # type: ignore[arg-type]


def speak(app: QCoreApplication, language: str) -> str:
    """Have the window, and the dialogs that are Qt's own, speak `language` ("": the system's); the one it is."""
    for before in app.findChildren(QTranslator):
        app.removeTranslator(before)
        before.deleteLater()
    chosen = language if language in LANGUAGES else of_system(QLocale.system().uiLanguages())
    for translator, name, folder in (
        (QTranslator(app), f"qtbase_{chosen}", QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)),
        (Translator(app), f"skelter_{chosen}", str(FOLDER)),
    ):
        if translator.load(name, folder):
            app.installTranslator(translator)
    return chosen


def of_system(wanted: Iterable[str]) -> str:
    """The first of the languages `wanted` (BCP 47, the dearest first) that there is; English where there is none."""
    for tag in wanted:
        first, *rest = tag.replace("_", "-").lower().split("-")
        if first in LANGUAGES:
            return first
        if first == "zh" and not any(part in _TRADITIONAL for part in rest):
            return "zh_CN"
    return "en"
