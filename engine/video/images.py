"""A folder of pictures, a pattern or a single picture as a source."""

from __future__ import annotations

import glob
import os
import re
import struct
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

import cv2
import numpy as np

from engine.errors import MissingFileError, SourceBrokenOff, SourceError, reason_of
from engine.types import U8, Frame
from engine.video import SourceInfo
from engine.video.fitting import fitted

FPS = 30.0  # as many follow each other in a second where nobody says how many
PICTURE_SUFFIXES = frozenset(
    {".png", ".jpg", ".jpeg", ".jpe", ".bmp", ".tif", ".tiff", ".webp", ".ppm", ".pgm", ".jp2"}
)

_PNG = b"\x89PNG\r\n\x1a\n"
_WEBP_ANIMATED = 0x02  # RFC 9649 §2.7.1.1
_NEW_SUBFILE_TYPE, _REDUCED, _MASK = 254, 1, 4  # TIFF 6.0, page 36
_MOST_COPIES = 64  # that are looked at; a pyramid has some ten


def is_picture_spec(path: Path) -> bool:
    """Whether `path` means pictures: a folder, one picture, or a pattern that is not the name of a file.

    An animation (PNG, WebP) is a video by another name.
    """
    if os.path.isfile(path):
        return path.suffix.lower() in PICTURE_SUFFIXES and not _is_animation(path)
    return os.path.isdir(path) or _is_pattern(path) or path.suffix.lower() in PICTURE_SUFFIXES


def is_one_picture(path: Path) -> bool:
    """Whether `path` is the file of a picture that is no animation."""
    return os.path.isfile(path) and is_picture_spec(path)


def natural_key(name: str) -> list[tuple[int, int, str]]:
    """Sorts `shot2` before `shot10`."""
    return [(0, int(part), "") if part.isdecimal() else (1, 0, part.casefold()) for part in re.split(r"(\d+)", name)]


class ImagesSource:
    """Pictures in natural order of their names as a SeekableSource; EXIF's orientation is applied.

    All frames have the size of the first picture. Pictures of another size are fitted into it with black bars, so that
    nothing is cut off or distorted and a video can be made of them. One that cannot be read is passed over, its index
    is left out; after the last picture SourceBrokenOff says how many those were.

    path  a pattern only as a str; a Path is a file or a folder, whatever its name
    fps   so many follow each other in a second; None: nobody knows, `FPS` is assumed
    Raises MissingFileError or SourceError where there is no picture, and SourceError where none can be read.
    """

    def __init__(self, path: str | Path, *, fps: float | None = None) -> None:
        self.path = Path(path)
        self._files = _pictures(self.path, is_pattern=isinstance(path, str) and _is_pattern(self.path))
        self._next = 0
        self._closed = False
        self._unread: dict[int, SourceError] = {}
        self._fitted: set[int] = set()
        first = self._first_readable()
        self._info = SourceInfo(
            name=self.path.name or str(self.path.resolve()),
            width=first.shape[1],
            height=first.shape[0],
            fps=FPS,
            duration_s=len(self._files) / FPS,
            frame_count=len(self._files),
            live=False,
            has_audio=False,
            assumed=len(self._files) > 1,
        )
        if fps is not None:
            self.pace(fps)

    @property
    def info(self) -> SourceInfo:
        return self._info

    @property
    def _fps(self) -> float:
        return self._info.fps or FPS

    @property
    def files(self) -> list[Path]:
        """The pictures in their order."""
        return list(self._files)

    def __iter__(self) -> Iterator[Frame]:
        while self._next < len(self._files) and not self._closed:
            index = self._next
            self._next = index + 1
            try:
                image = _read(self._files[index])
            except SourceError as error:
                self._unread[index] = error
                continue
            if image.shape[1::-1] != (self._info.width, self._info.height):
                self._fitted.add(index)
            yield Frame(fitted(image, self._info.width, self._info.height), index, index / self._fps)
        if self._unread and not self._closed:
            raise self._account()

    def pace(self, fps: float) -> None:
        """From now on so many follow each other in a second, and that is no guess."""
        self._info = replace(self._info, fps=fps, duration_s=len(self._files) / fps, assumed=False)

    def original(self, frame: Frame) -> U8:
        """The picture of a frame in its own size. Raises SourceError."""
        return _read(self._files[frame.index]) if frame.index in self._fitted else frame.image

    def _first_readable(self) -> U8:
        for index, file in enumerate(self._files):
            try:
                return _read(file)
            except SourceError as error:
                self._unread[index] = error
        raise self._unread[0]

    def _account(self) -> SourceBrokenOff:
        left_out, count, first = len(self._unread), len(self._files), self._unread[min(self._unread)]
        last_s = (count - 1) / self._fps
        if left_out == 1:
            return SourceBrokenOff("One of {0} pictures was left out: {1}", count, first, time_s=last_s)
        return SourceBrokenOff(
            "{0} of {1} pictures were left out. The first: {2}", left_out, count, first, time_s=last_s
        )

    def seek(self, index: int) -> None:
        """The next frame given is picture `index`. Raises IndexError where there is none."""
        if not 0 <= index < len(self._files):
            raise IndexError(f"{self._info.name} has {len(self._files)} pictures, there is no picture {index}")
        self._next = index

    def index_at(self, time_s: float) -> int:
        """The index of the picture shown at `time_s`."""
        return max(0, min(int(time_s * self._fps + 1e-6), len(self._files) - 1))

    def times(self) -> list[float]:
        """When each picture is shown, seconds."""
        return [index / self._fps for index in range(len(self._files))]

    def end_of(self, index: int) -> float | None:
        """Until when picture `index` is shown, seconds, where it is the last; else None."""
        return len(self._files) / self._fps if index == len(self._files) - 1 else None

    def close(self) -> None:
        self._closed = True

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _is_pattern(path: Path) -> bool:
    """Whether it has signs of a pattern, and its ending lets pictures fit: downloaded videos have brackets in their
    names, as in `Dance [dQw4w9WgXcQ].mp4`."""
    if not _has_signs(str(path)):
        return False
    ending = path.suffix.lower()
    return ending in PICTURE_SUFFIXES or _has_signs(ending) or (not ending and "*" in path.name)


def _has_signs(text: str) -> bool:
    return any(sign in text for sign in "*?[")


def _is_animation(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            head = file.read(21)
            if head[:4] == b"RIFF" and head[8:16] == b"WEBPVP8X":
                return bool(head[20] & _WEBP_ANIMATED)
            return head[:8] == _PNG and _animates(file)
    except (OSError, IndexError):  # whoever reads it will say what is wrong
        return False


def _animates(png: BinaryIO) -> bool:
    """Whether a chunk acTL before the first picture tells of more (PNG, third edition, §11.3.6.1)."""
    at = len(_PNG)
    while True:
        png.seek(at)
        head = png.read(8)
        if len(head) < 8 or head[4:] in (b"IDAT", b"IEND"):
            return False
        if head[4:] == b"acTL":
            return int.from_bytes(png.read(4), "big") > 1
        at += 12 + int.from_bytes(head[:4], "big")


def _pictures(path: Path, *, is_pattern: bool) -> list[Path]:
    try:
        if path.is_file():
            return [path]
        matches = glob.glob(str(path)) if is_pattern else []
        found = list(path.iterdir()) if path.is_dir() else [Path(name) for name in matches]
    except OSError as error:
        raise SourceError("{0} cannot be looked into ({1}); check its permissions.", path, reason_of(error)) from error
    if not path.is_dir() and not is_pattern:
        raise MissingFileError("{0} does not exist; check the name and the folder.", path)
    files = [file for file in found if file.suffix.lower() in PICTURE_SUFFIXES and not file.name.startswith(".")]
    if not files:
        kinds = ", ".join(sorted(PICTURE_SUFFIXES))
        if path.is_dir():
            raise SourceError("There is no picture in {0}; give a folder with pictures ({1}).", path, kinds)
        raise SourceError("No picture fits the pattern {0}; give a pattern of pictures ({1}).", path, kinds)
    return sorted(files, key=lambda file: natural_key(file.name))


def _has_pages(data: U8) -> bool:
    """Whether it is a TIFF of more than one picture; smaller copies of one, and masks, do not count."""
    whole = (kind for kind in islice(_tiff_kinds(data), _MOST_COPIES) if not kind & (_REDUCED | _MASK))
    return len(list(islice(whole, 2))) > 1


def _tiff_kinds(data: U8) -> Iterator[int]:
    """The NewSubfileType of each picture in a TIFF, as far as they can be read; of other files none."""
    order = {b"II*\0": "<", b"MM\0*": ">"}.get(data[:4].tobytes())
    if order is None:
        return
    entry = np.dtype([("tag", order + "u2"), ("type", order + "u2"), ("count", order + "u4"), ("value", order + "u4")])
    view, at = data.data, 4
    try:
        while directory := struct.unpack_from(order + "I", view, at)[0]:
            (count,) = struct.unpack_from(order + "H", view, directory)
            entries = np.frombuffer(view, entry, count, directory + 2)
            yield int(entries["value"][entries["tag"] == _NEW_SUBFILE_TYPE].sum())
            at = directory + 2 + entries.nbytes
    except (struct.error, ValueError):  # whoever decodes it will say what is wrong
        return


def _read(file: Path) -> U8:
    """uint8 [H, W, 3] RGB, right way up; grey becomes RGB, transparency is dropped, 16 bits become 8."""
    try:
        data = np.fromfile(file, np.uint8)  # not cv2.imread: on Windows that takes no names outside the code page
    except OSError as error:
        raise SourceError(
            "{0} cannot be read ({1}); check it or take it out of the folder.", file, reason_of(error)
        ) from error
    try:
        image = cv2.imdecode(data, cv2.IMREAD_COLOR_RGB) if len(data) else None
    except cv2.error as error:  # the limit in engine/__init__.py
        raise SourceError(
            "{0} says that it is larger than any picture; replace it or take it out of the folder.", file
        ) from error
    if image is not None and _has_pages(data):
        raise SourceError("{0} has several pages; save each of them as a picture of its own.", file)
    if image is None:
        raise SourceError("{0} is not a picture that can be read; replace it or take it out of the folder.", file)
    return np.asarray(image, np.uint8)
