"""What somebody may have meant who gave a name that nothing has, or a value that an option does not take."""

from __future__ import annotations

import re
from collections.abc import Iterable
from difflib import get_close_matches


def hint(name: str, known: Iterable[str], otherwise: str) -> str:
    """The end of a sentence: the nearest of the `known` names; `otherwise` where none is near."""
    near = get_close_matches(name, list(known), n=1)
    return f"did you mean {near[0]}?" if near else otherwise


_OF_VALUES = {
    "Value error, ": "", "Input should be greater than or equal to ": "give at least ",
    "Input should be less than or equal to ": "give at most ", "Input should be a valid number.*": "give a number",
    "Input should be a valid integer.*": "give a whole number",
}  # fmt: skip


def in_plain_words(message: str) -> str:
    """What Typer says of a value, without the words of what checks it."""
    for words, plainer in _OF_VALUES.items():
        message = re.sub(words, plainer, message)
    return message
