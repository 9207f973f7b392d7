"""Times as people write them: `83.4`, `1:23.4`, `1:00:23,4`."""

from __future__ import annotations

import re
import unicodedata
from typing import Literal

_TIME = re.compile(
    r"(?:(?P<hours>\d{1,4}):(?=\d{1,2}:))?"
    r"(?:(?P<minutes>\d{1,5}):(?=\d{1,2}(?:\D|$)))?"
    r"(?P<seconds>\d{1,7})(?:[.,](?P<part>\d{0,9}))?",
    re.ASCII,
)
_DASH = re.compile("[-~\u2010-\u2015\u2212\u301c]")  # of any width; the last is what Japanese keyboards write for ~


def plain(text: str) -> str:
    """The text without spaces around it, full-width signs, as Chinese and Korean keyboards write, as usual ones."""
    return unicodedata.normalize("NFKC", text).strip()


def seconds_of(text: str) -> float | None:
    """The seconds of `83.4`, `1:23.4` or `1:00:23.4`; None for anything else, `1:75` too.

    A point and a comma both stand before decimals, whatever is usual where one lives.
    """
    told = _TIME.fullmatch(plain(text))
    if told is None or beyond_59(text) is not None:
        return None
    hours, minutes, seconds = (int(told[name] or 0) for name in ("hours", "minutes", "seconds"))
    return hours * 3600 + minutes * 60 + float(f"{seconds}.{told['part'] or 0}")


def beyond_59(text: str) -> Literal["minutes", "seconds"] | None:
    """Which part of a text is more than 59, for which alone it is no time."""
    told = _TIME.fullmatch(plain(text))
    if told is None:
        return None
    if told["hours"] and int(told["minutes"]) > 59:
        return "minutes"
    return "seconds" if told["minutes"] and int(told["seconds"]) > 59 else None


def between_dashes(text: str) -> list[str]:
    """The parts of a text between dashes, of those that keyboards and word processors write: `-`, `–`, `~`, `～` …"""
    return [part.strip() for part in _DASH.split(plain(text))]
