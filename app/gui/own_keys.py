"""Keys that belong to the widget which has the focus, though the window has a shortcut for them."""

from __future__ import annotations

from collections.abc import Container

from PyQt6.QtCore import QEvent, Qt
from PyQt6.QtGui import QKeyEvent

_WITH_LETTERS = Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier


def takes_key(event: QEvent | None, keys: Container[int], *, letters: bool = False) -> bool:
    """Called with every event of a widget: whether this one asks for a key of its own, which is answered with yes.

    `letters`: those too, and figures and signs, as in lists where they look for an entry; Space stays the window's.
    """
    if not isinstance(event, QKeyEvent) or event.type() != QEvent.Type.ShortcutOverride:
        return False
    writes = event.text().isprintable() and event.text().strip() and not event.modifiers() & ~_WITH_LETTERS
    if event.key() in keys or (letters and writes):
        event.accept()
        return True
    return False
