"""The catalogue: networks of others that can be fetched by name (`zoo.toml`), and what is known of them."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path
from typing import Any

from engine.cards import Colour, Task
from engine.crops import PixelRule
from engine.decoding import Decoding

CATALOGUE = Path(__file__).with_name("zoo.toml")
_ENUMS: dict[str, Callable[[str], StrEnum]] = {
    "pixel_rule": PixelRule, "decoding": Decoding, "colour": Colour,
}  # fmt: skip


class Format(StrEnum):
    """What kind of file an address gives."""

    ONNX = "onnx"
    ZIP = "zip"  # mmdeploy's: one network `…/end2end.onnx` among descriptions
    CHECKPOINT = "checkpoint"  # PyTorch weights: `training.cli.import_checkpoint` reads them
    ULTRALYTICS = "ultralytics"  # a pickled model: only Ultralytics' own code reads it


@dataclass(frozen=True, slots=True)
class Entry:
    """A network that can be fetched.

    urls       where it lies, the publisher's address first; () where only a person can fetch it
    by_hand    the pages from which a person can
    sha256     of the file, in full or its first digits; None where nobody published it
    onnx_sha256  of the network in the file
    input_wh   size of its input, pixels
    card       fields of its card that shapes cannot tell
    """

    name: str
    task: Task
    format: Format
    file: str
    urls: tuple[str, ...]
    by_hand: tuple[str, ...]
    sha256: str | None
    onnx_sha256: str | None
    input_wh: tuple[int, int]
    data: str
    licence: str
    accuracy: str
    card: dict[str, Any] = field(default_factory=dict)

    @property
    def binds_user(self) -> bool:
        """Whether its licence has to be accepted first: it reaches into programs and services that use the model."""
        return self.licence.startswith("AGPL")


def catalogue(path: Path = CATALOGUE) -> list[Entry]:
    """Every network that can be fetched, in the file's order."""
    entries = []
    for group in tomllib.loads(path.read_text(encoding="utf-8"))["group"]:
        shared = {key: value for key, value in group.items() if key != "models"}
        entries += [_entry({**shared, **model}) for model in group["models"]]
    return entries


def find_entry(name: str) -> Entry | None:
    return next((entry for entry in catalogue() if entry.name == name), None)


def _entry(facts: dict[str, Any]) -> Entry:
    height, width = (int(side) for side in facts.pop("input").split("x"))
    file = facts.pop("file")
    places = [facts.pop("at", None), *facts.pop("mirrors", [])]
    measured = facts.pop("measured")
    accuracy = facts.pop("accuracy")
    entry = Entry(
        name=facts.pop("name"),
        task=Task(facts.pop("task")),
        format=Format(facts.pop("format")),
        file=file,
        urls=tuple(f"{place}{file}" for place in places if place),
        by_hand=tuple(facts.pop("by_hand", ())),
        sha256=facts.pop("sha256", None) or _hash_in_name(file),
        onnx_sha256=facts.pop("onnx_sha256", None),
        input_wh=(width, height),
        data=facts.pop("data"),
        licence=facts.pop("licence"),
        accuracy=f"{accuracy} ({measured}; as published, not measured here)",
    )
    given = {key: _ENUMS[key](value) if key in _ENUMS else value for key, value in facts.items()}
    card = {key: tuple(value) if isinstance(value, list) else value for key, value in given.items()}
    return replace(entry, card=card)


def _hash_in_name(file: str) -> str | None:
    """OpenMMLab ends a checkpoint's name with the first eight digits of its SHA-256, and perhaps a date.

    The names of its zip files carry the hash of the checkpoint that they were made of instead: of no use.
    """
    match = re.search(r"[-_]([0-9a-f]{8})(?:_\d{8})?\.pth$", file)
    return match[1] if match and not match[1].isdecimal() else None
