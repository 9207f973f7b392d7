"""The zoo: networks of others, fetched by name (`engine.catalogue`), and what becomes of a fetched file.

A fetched file ends as an ONNX file with a card in the user's model folder, beside the ones imported by hand.
"""

from __future__ import annotations

import shutil
import tempfile
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import platformdirs

from engine.cards import ModelCard, read_card, write_card
from engine.catalogue import Entry, Format, catalogue, find_entry
from engine.download import Progress, fetch
from engine.errors import DownloadError, ModelError, UsageError
from engine.files import refusal, sha256_of
from engine.models import import_onnx, user_models

__all__ = ["Entry", "Format", "Importer", "bring_in", "catalogue", "find_entry", "import_as", "pull"]

Importer = Callable[[Path, Path, Entry], None]
"""A checkpoint, the .onnx file to write (with a card beside it), and what is known of it."""


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
    _target(entry)  # where it cannot be, nothing need be fetched
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
    target = _target(entry)
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


def _target(entry: Entry) -> Path:
    """What it will be, in a folder that is there. Raises SinkError."""
    target = user_models() / f"{entry.name}.onnx"
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise refusal(target, error) from error
    return target


def import_as(
    entry: Entry, file: Path, target: Path, *, licence: str | None, data: str | None, **options: Any
) -> ModelCard:
    """Import an ONNX file that somebody calls `entry`; `options` as for `import_onnx`, None: as found or known.

    What is published of `entry` is said of the file only where its hash proves that it is that one. Raises ModelError
    where it disproves it, else as `import_onnx`.
    """
    if entry.onnx_sha256 is None:
        return import_onnx(file, target, like=entry, licence=licence, data=data, **options)
    said = replace(entry, licence=licence or entry.licence, data=data or entry.data)
    return _import(file, target, said, **options)


def _import(onnx: Path, target: Path, entry: Entry, **options: Any) -> ModelCard:
    if entry.onnx_sha256 and sha256_of(onnx) != entry.onnx_sha256:
        raise ModelError("the network in {0} is not the one known (its SHA-256 differs): do not use it.", entry.file)
    import_onnx(onnx, target, like=entry, **options)
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
