"""Moves the index of a finished MP4 or MOV to its beginning: whoever downloads it can play what has come so far.

FFmpeg's `+faststart` refuses the fragments in which the sink writes (`+hybrid_fragmented`), and copying the streams by
another muxer changes some: the names of tracks, the length of PCM and E-AC-3. Here not one byte of them changes.
"""

from __future__ import annotations

import io
import shutil
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import numpy as np

from engine.errors import SinkError
from engine.files import WholeFile

_CHUNK = 1 << 20
_PARENTS = frozenset({b"trak", b"mdia", b"minf", b"stbl"})  # on the way from the index to where its chunks lie
_OFFSETS = {b"stco": ">u4", b"co64": ">u8"}  # ISO/IEC 14496-12 §8.7.5


def write_with_index_first(whole: Path, target: Path) -> bool:
    """Writes the video in `whole`, which has its index at the end, as `target` with the index first.

    False where that was not done, and nothing is left of it: the file is laid out otherwise, or the disk has no room
    for both and as much again, which other files that end beside it may need.
    """
    try:
        if shutil.disk_usage(target.parent).free < 2 * whole.stat().st_size:
            return False
        with whole.open("rb") as source:
            (first, _, media_at), *_, (last, index_at, end) = _boxes(source, 0, whole.stat().st_size)
            if (first, last) != (b"ftyp", b"moov"):
                return False
            index = bytearray(_read(source, index_at, end))
            _shift_chunks(index, by=len(index))
            _write(source, target, media_at, index, index_at)
    except (OSError, SinkError, ValueError, struct.error):
        return False
    return True


def _write(source: BinaryIO, target: Path, media_at: int, index: bytearray, index_at: int) -> None:
    """A chunk at a time, whatever the length. Raises OSError, SinkError."""
    file = WholeFile(target)
    try:
        file.write(_read(source, 0, media_at))
        file.write(bytes(index))
        for at in range(media_at, index_at, _CHUNK):
            file.write(_read(source, at, min(at + _CHUNK, index_at)))
        file.commit()
    finally:
        file.abort()


def _shift_chunks(index: bytearray, *, by: int) -> None:
    """Adds to where every chunk of every track lies. Raises ValueError where that is beyond its numbers."""
    for kind, at, _ in list(_inside(io.BytesIO(index), 8, len(index))):
        (count,) = struct.unpack_from(">I", index, at + 12)  # after size, kind, version and flags
        offsets = np.frombuffer(index, _OFFSETS[kind], count, at + 16)
        if count and int(offsets.max()) + by > np.iinfo(offsets.dtype).max:
            raise ValueError("beyond 4 GiB")
        offsets += by


def _inside(file: BinaryIO, at: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """The boxes of chunk offsets between two places."""
    for kind, begin, stop in _boxes(file, at, end):
        if kind in _PARENTS:
            yield from _inside(file, begin + 8, stop)
        elif kind in _OFFSETS:
            yield kind, begin, stop


def _boxes(file: BinaryIO, at: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """Kind, beginning and end of the boxes that follow one another between two places (ISO/IEC 14496-12 §4.2).

    Raises ValueError where they do not."""
    while at < end:
        size, kind, long_size = struct.unpack(">I4sQ", _read(file, at, min(at + 16, end)).ljust(16, b"\0"))
        size = long_size if size == 1 else size
        if not 8 <= size <= end - at:
            raise ValueError("no box")
        yield kind, at, at + size
        at += size


def _read(file: BinaryIO, at: int, end: int) -> bytes:
    """Raises ValueError where the file ends before."""
    file.seek(at)
    data = file.read(end - at)
    if len(data) < end - at:
        raise ValueError("cut off")
    return data
