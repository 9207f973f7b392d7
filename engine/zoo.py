"""The zoo: networks of others that can be fetched by name (`zoo.toml`), and what becomes of a fetched file.

A fetched file ends as an ONNX file with a card in the user's model folder, beside the ones imported by hand.
"""

from __future__ import annotations

import re
import shutil
import tempfile
import tomllib
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path
from typing import Any

import platformdirs

from engine.cards import Colour, ModelCard, Task, read_card, sha256_of, write_card
from engine.crops import PixelRule
from engine.decoding import Decoding
from engine.download import Progress, fetch
from engine.errors import DownloadError, ModelError, UsageError
from engine.files import refusal
from engine.models import import_onnx, user_models

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


Importer = Callable[[Path, Path, Entry], None]
"""A checkpoint, the .onnx file to write (with a card beside it), and what is known of it."""


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


def pull(
    entry: Entry, *, progress: Progress | None = None, import_checkpoint: Importer | None = None,
    pause_s: float = 1.0,
) -> ModelCard:  # fmt: skip
    """Fetch a network and import it as `entry.name`; its card. What is there of that name already is replaced.

    Raises DownloadError (naming how to bring the file by hand), ModelError where the file is not what it should be,
    SinkError where the disk refuses.
    """
    if not entry.urls:
        raise DownloadError(
            "{0} can be fetched by a person only: open {1}, get {2}, and run `skelter models import {2} --name {0}`.",
            entry.name, " or ".join(entry.by_hand), entry.file,
        )  # fmt: skip
    folder = platformdirs.user_cache_path("skelter", appauthor=False) / "downloads"
    file = folder / entry.file
    sha256 = entry.onnx_sha256 if entry.format is Format.ONNX else entry.sha256
    if not (file.is_file() and sha256 and sha256_of(file).startswith(sha256)):  # else an import broke off after it
        try:
            fetch(entry.urls, file, sha256=sha256, progress=progress, pause_s=pause_s)
        except DownloadError as error:
            raise DownloadError(
                "{0} cannot be fetched ({1}): check the network, or bring {2} by hand and run "
                "`skelter models import {3} --name {0}`.",
                entry.name, error, entry.urls[0], _by_hand_name(entry),
            ) from error  # fmt: skip
    card = bring_in(entry, file, import_checkpoint=import_checkpoint)
    file.unlink(missing_ok=True)
    return card


def bring_in(entry: Entry, file: Path, *, import_checkpoint: Importer | None = None) -> ModelCard:
    """Import a fetched file as `entry` describes it. Raises ModelError, SinkError, UsageError."""
    target = user_models() / f"{entry.name}.onnx"
    target.parent.mkdir(parents=True, exist_ok=True)
    match entry.format:
        case Format.CHECKPOINT:
            if import_checkpoint is None:
                raise UsageError("{0} is a PyTorch checkpoint: import it with `skelter models import`.", entry.file)
            import_checkpoint(file, target, entry)
            return _describe(target, entry)
        case Format.ULTRALYTICS:
            with tempfile.TemporaryDirectory() as folder:
                return _import(export_ultralytics(file, Path(folder)), target, entry)
        case Format.ZIP:
            with tempfile.TemporaryDirectory() as folder:
                return _import(_unpack(file, Path(folder)), target, entry)
        case Format.ONNX:
            return _import(file, target, entry)


def _import(onnx: Path, target: Path, entry: Entry) -> ModelCard:
    if entry.onnx_sha256 and sha256_of(onnx) != entry.onnx_sha256:
        raise ModelError("the network in {0} is not the one known (its SHA-256 differs): do not use it.", entry.file)
    import_onnx(onnx, target, input_size=entry.input_wh, **entry.card)
    return _describe(target, entry)


def _describe(target: Path, entry: Entry) -> ModelCard:
    """The card written by the import, with what the catalogue knows besides."""
    card = replace(
        read_card(target.with_suffix(".toml")), data=entry.data, licence=entry.licence, accuracy=entry.accuracy
    )
    if card.task is not entry.task:
        target.unlink()
        target.with_suffix(".toml").unlink()
        raise ModelError(
            "{0} holds a {1} network, not a {2} network: do not use it.", entry.file, card.task, entry.task
        )
    write_card(card)
    return card


def _unpack(file: Path, folder: Path) -> Path:
    """The one `…end2end.onnx` of mmdeploy's zip; no name in the archive decides where anything is written."""
    try:
        with zipfile.ZipFile(file) as archive:
            names = [name for name in archive.namelist() if Path(name).name == "end2end.onnx"]
            if len(names) != 1:
                raise ModelError("{0} holds {1} files `end2end.onnx`, not one: fetch it again.", file.name, len(names))
            content = archive.read(names[0])
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, ValueError) as error:  # all of damage
        raise ModelError(
            "{0} is no zip file, or a damaged one: fetch it again, and from elsewhere if that does not help.", file.name
        ) from error
    target = folder / f"{file.stem}.onnx"
    try:
        target.write_bytes(content)
    except OSError as error:
        raise refusal(target, error) from error
    return target


def export_ultralytics(file: Path, folder: Path) -> Path:
    """A `.pt` of Ultralytics as ONNX, by their own code, which runs the code inside the file.

    Raises UsageError where the extra is not installed, ModelError where their exporter fails.
    """
    try:
        from ultralytics import YOLO
    except ImportError as error:
        raise UsageError(
            "{0} can only be read by Ultralytics' own code (AGPL-3.0): run `pip install 'skelter[yolo]'` first, or "
            "give the model exported to ONNX.",
            file.name,
        ) from error
    copy = shutil.copy(file, folder / file.name)  # the exporter writes beside what it reads
    try:
        return Path(YOLO(str(copy)).export(format="onnx"))
    except Exception as error:
        raise ModelError(
            "Ultralytics cannot export {0} ({1}): export it to ONNX elsewhere.", file.name, str(error)
        ) from error


def _by_hand_name(entry: Entry) -> str:
    return f"{Path(entry.file).stem}/end2end.onnx" if entry.format is Format.ZIP else entry.file
