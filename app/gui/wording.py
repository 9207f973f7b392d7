"""What went wrong, in the window's language."""

from __future__ import annotations

from PyQt6.QtCore import QCoreApplication

from engine.errors import SkelterError


def in_words(error: Exception | None) -> str:
    """The sentence, in English where it has no translation; empty where nobody foresaw the error."""
    if not isinstance(error, SkelterError):
        return ""
    sentence = QCoreApplication.translate("Skelter", error.sentence)
    values = [in_words(value) if isinstance(value, SkelterError) else value for value in error.values]
    return sentence.format(*values) if values else sentence
