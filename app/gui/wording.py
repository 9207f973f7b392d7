"""What went wrong, and what sources are called, in the window's language."""

from __future__ import annotations

from PyQt6.QtCore import QCoreApplication

from engine.addresses import CameraAddress, ScreenAddress
from engine.errors import SkelterError


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


def translated(words: str) -> str:
    """`words` in the window's language, as far as they have a translation."""
    try:
        return QCoreApplication.translate("Skelter", words)
    except UnicodeEncodeError:  # it names a file whose name is no text, as disks may have them
        return words
