"""What went wrong, and what sources are called, in the window's language."""

from __future__ import annotations

import re

from PyQt6.QtCore import QCoreApplication

from engine.addresses import CameraAddress, ScreenAddress
from engine.errors import SkelterError

LONGEST = 40
"""Letters of a word that is not broken."""


def in_words(error: Exception | None) -> str:
    """The sentence, in English where it has no translation; empty where nobody foresaw the error."""
    if not isinstance(error, SkelterError):
        return ""
    sentence = translated(error.sentence)
    values = [in_words(value) if isinstance(value, SkelterError) else value for value in error.values]
    return sentence.format(*values) if values else sentence


def source_name(name: str, address: str) -> str:
    """What a person would call the source at `address`, whose own name is `name`."""
    tr = translated  # by this name scripts/translations.py finds what is to be translated
    if (camera := CameraAddress.parse(address)) is not None:
        return tr("Camera {0}").format(camera.index)
    if (screen := ScreenAddress.parse(address)) is not None:
        return tr("Screen {0}").format(screen.number) if screen.region is None else tr("Part of the screen")
    return name


def left_out(name: str) -> str:
    """Why somebody who is left out by hand is not measured."""
    tr = translated  # by this name scripts/translations.py finds what is to be translated
    return tr("{0} is left out, so not measured. Press H to take that back.").format(shortened(name))


def shortened(name: str) -> str:
    """A name that leaves room for a sentence, however large the letters."""
    return name if len(name) <= LONGEST else f"{name[: LONGEST // 2]}…{name[-LONGEST // 2 + 1 :]}"


def breakable(sentence: str) -> str:
    """With places where long names may be broken: Qt breaks no word, and the window would become as wide."""
    return re.sub(rf"(\S{{{LONGEST}}})(?=\S)", "\\1\u200b", sentence)


def translated(words: str) -> str:
    """`words` in the window's language, as far as they have a translation."""
    try:
        return QCoreApplication.translate("Skelter", words)
    except UnicodeEncodeError:  # it names a file whose name is no text, as disks may have them
        return words
