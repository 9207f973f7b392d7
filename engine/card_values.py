"""What the values in a model card may be: each function reads one as TOML gives it, or raises TypeError, ValueError."""

from __future__ import annotations

import math
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from engine.skeletons import SKELETONS

_LONGEST_FILE_NAME = 255  # bytes, on every usual disk
_LONGEST_NAME = 180  # bytes of a model's: its engines are called by it too, with what they are for
_LEAST_SIDE, _MOST_SIDE = 16, 4096  # pixels of a network's input


def can_be_input(size_wh: tuple[int, int]) -> bool:
    """Whether a network's input may be of this size, pixels."""
    return min(size_wh) >= _LEAST_SIDE and max(size_wh) <= _MOST_SIDE


def can_be_name(name: str) -> bool:
    """Whether files can be called by it: cards, models and engines."""
    return len(os.fsencode(name)) <= _LONGEST_NAME


def text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r} is no text")
    return value


def number(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError(f"{value!r} is no number")
    if not math.isfinite(given := float(value)):
        raise ValueError(f"{given} is no number to reckon with")
    return given


def divisor(value: object) -> float:
    if (given := number(value)) <= 0:
        raise ValueError(f"{given} is not above 0")
    return given


def whole(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise TypeError(f"{value!r} is no whole number")
    return value


def several(value: object, read: Callable[[object], Any], count: int | None = None) -> tuple[Any, ...]:
    if not isinstance(value, list) or (count is not None and len(value) != count):
        raise TypeError(f"{value!r} is no list{f' of {count}' if count else ''}")
    return tuple(read(item) for item in value)


def score(value: object) -> float:
    if not 0 <= (given := number(value)) <= 1:
        raise ValueError(f"{given} is not between 0 and 1")
    return given


def size(value: object) -> tuple[int, int]:
    width, height = several(value, whole, 2)
    if not can_be_input((width, height)):
        raise ValueError(f"{width} × {height} is no size of a network's input")
    return width, height


def skeleton(value: object) -> str:
    if value not in SKELETONS:
        raise ValueError(f"{value!r} is none of {', '.join(SKELETONS)}")
    return str(value)


def file_name(value: object) -> str:
    given = text(value)
    if given in ("", "..") or Path(given).name != given:
        raise ValueError(f"{given!r} is not the name of a file in the card's folder")
    if (length := len(os.fsencode(given))) > _LONGEST_FILE_NAME:
        raise ValueError(f"{length} bytes are too many for the name of a file")
    return given


def name(value: object) -> str:
    """Files are called by it."""
    given = file_name(value)
    if not given.isprintable():
        raise ValueError(f"{given!r} cannot be a model's name")
    return given
