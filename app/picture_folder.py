"""Annotated pictures of a folder of pictures: each under its own name, in its own size."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from app.drawer import Drawer
from app.overlay import Lettering, Style
from app.results import FrameRecord, Header
from engine.errors import SkelterError, UsageError
from engine.files import WholeFolder
from engine.types import Frame, Tracks
from engine.video import Ending
from engine.video.fitting import unfitted_points
from engine.video.images import ImagesSource
from engine.video.picture_sink import SUFFIXES, encoded

FORMAT = "pictures"
NAMES = re.compile(r".*\.(jpe?g|png)", re.IGNORECASE)


def is_picture_folder(path: Path) -> bool:
    """Whether an output whose name means no other format is such a folder: it is one, or has no ending."""
    return path.name not in ("", "..") and (os.path.isdir(path) or not path.suffix)


def check_free(folder: Path) -> None:
    """Raises UsageError where `folder` holds what is not of an earlier run, SinkError where it cannot be made."""
    if folder.is_dir() and any(folder.iterdir()) and not _is_ours(folder):
        raise UsageError(
            "{0} holds other files than the annotated pictures of an earlier run; give an empty or a new folder.",
            folder,
        )
    WholeFolder(folder, NAMES).abort()


def _is_ours(folder: Path) -> bool:
    """Whether a manifest beside it, which may be called after another output, tells of just what lies there."""
    from app import manifest

    told = set[str]()
    try:
        for beside in folder.parent.glob(f"*{manifest.ENDING}"):
            with suppress(SkelterError):
                known = manifest.read(beside)
                outputs = (*known.outputs, *known.earlier)
                told |= {output.sha256 for output in outputs if (output.name, output.format) == (folder.name, FORMAT)}
        return bool(told) and manifest.hash_of(folder) in told
    except OSError:
        return False


class PictureFolder:
    """Writes them, with the verbs of a VideoWriter; the folder appears when it is whole. Raises SinkError."""

    def __init__(
        self, folder: Path, header: Header, style: Style, pictures: ImagesSource, lettering: Lettering | None
    ) -> None:
        self.paths = [folder]
        self._pictures, self._drawer = pictures, Drawer(header, style, lettering)
        self._names = _names_of(pictures.files)
        self._folder = WholeFolder(folder, NAMES)
        self._size = 0, 0  # of the last picture

    def write(self, frame: Frame, record: FrameRecord, names: Mapping[int, str] | None = None) -> None:
        """Draws on the picture in its own size; `frame` has that of the first one."""
        image = self._pictures.original(frame)
        size = image.shape[1], image.shape[0]
        tracks = _unfitted(record.shown(), size, (frame.width, frame.height))
        if size != self._size:
            self._drawer.forget()
        self._size = size
        picture = self._drawer.draw(image, record, frame.time_s, tracks=tracks, names=names)
        name = self._names[frame.index]
        self._folder.write(name, encoded(picture, self.paths[0] / name))

    def end_with(self, ending: Ending) -> None:
        """Pictures have no end in time."""

    def close(self) -> None:
        self._folder.commit()

    def abort(self) -> None:
        self._folder.abort()


def _names_of(files: Sequence[Path]) -> list[str]:
    """Their own names, with the ending .jpg where their kind is not written, and no two the same."""
    names: dict[str, str] = {}  # folded → name
    for file in files:
        suffix = file.suffix if file.suffix.lower() in SUFFIXES else SUFFIXES[0]
        name, count = file.stem + suffix, 1
        while name.casefold() in names:
            count += 1
            name = f"{file.stem}-{count}{suffix}"
        names[name.casefold()] = name
    return list(names.values())


def _unfitted(tracks: Tracks, size: tuple[int, int], into: tuple[int, int]) -> Tracks:
    """Where people are in a picture of `size` (width, height) of which it is known in one that it was fitted into."""
    return tracks if size == into else tracks.moved(lambda points: unfitted_points(points, size, into))
