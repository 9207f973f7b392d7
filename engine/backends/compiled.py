"""What OpenVINO compiled of networks, kept to load them faster: a folder for each, the longest unused go first."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

import platformdirs

from engine.files import sha256_of

MOST_BYTES = 1 << 30  # whoever trains scores hundreds of networks, and each stays some twenty megabytes


def compiled_folder() -> Path:
    """Where compiled networks are kept, a folder for each network; it need not exist."""
    return platformdirs.user_cache_path("skelter", appauthor=False) / "openvino"


def folder_of(model: Path) -> Path | None:
    """Where what is compiled of `model` is kept; None where nothing can be written there, on which OpenVINO would fail.

    OpenVINO tells files by path, size and time in whole seconds: a network that took another's place may agree in all.
    """
    try:
        folder = compiled_folder() / sha256_of(model)[:16]
        folder.mkdir(parents=True, exist_ok=True)
        os.utime(folder)  # used just now
        _make_room(folder)
        with tempfile.TemporaryFile(dir=folder):
            return folder
    except OSError:
        return None


def _make_room(keep: Path) -> None:
    """Remove the folders that were not used for the longest, but `keep`, until all take MOST_BYTES at most."""
    folders = sorted((path for path in keep.parent.iterdir() if path.is_dir()), key=_last_use, reverse=True)
    taken = 0
    for folder in [keep, *(each for each in folders if each != keep)]:
        taken += sum(_size(path) for path in folder.iterdir())
        if taken > MOST_BYTES and folder != keep:
            shutil.rmtree(folder, ignore_errors=True)  # Windows keeps what another program has open


def _last_use(folder: Path) -> float:
    try:
        return folder.stat().st_mtime
    except OSError:  # another program makes room too
        return 0.0


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0
