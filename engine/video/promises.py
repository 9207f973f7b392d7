"""Does a file hold all that its own table of contents promises? Tells a copy that was cut off from one that is whole.

A container's duration is an estimate (sound may be longer than the picture, rates vary), so it is not asked. MP4 and
QuickTime list every picture, Matroska and AVI say how many bytes they take: all are exact. Others promise nothing.
"""

from __future__ import annotations

from pathlib import Path

from av.container import InputContainer
from av.video.stream import VideoStream

_SEGMENT = bytes.fromhex("18538067")  # RFC 8794 (EBML), RFC 9559 (Matroska)
_NEVER_CLOSED = 0xFFFF_0000  # from here up, what recorders write before they know the size


def ends_early(path: Path, container: InputContainer, stream: VideoStream, last_dts: int | None) -> bool:
    """Whether pictures are missing after the one with `last_dts`, the last that could be read."""
    if "mp4" in container.format.name:
        entries = stream.index_entries
        return len(entries) > 0 and (last_dts is None or last_dts < entries[len(entries) - 1].timestamp)
    promised: int | None = None
    try:
        if "matroska" in container.format.name:
            promised = matroska_size(path)
        elif container.format.name == "avi":
            promised = avi_size(path)
        return promised is not None and path.stat().st_size < promised
    except OSError:  # removed meanwhile: what was opened is read to its end all the same
        return False


def avi_size(path: Path) -> int | None:
    """Where the pictures of an AVI file end by its own word, in bytes; None where it was never closed.

    Its index comes after them, and may be missing: the pictures are there all the same.
    """
    with path.open("rb") as file:
        at, size = 12, path.stat().st_size  # after "RIFF", a size and "AVI "
        while at < size:
            file.seek(at)
            head = file.read(12)
            length = int.from_bytes(head[4:8], "little")
            if head[:4] == b"LIST" and head[8:] == b"movi":
                return at + 8 + length if 4 < length < _NEVER_CLOSED else None
            at += 8 + length + length % 2
    return None


def matroska_size(path: Path) -> int | None:
    """The bytes that a Matroska file says it has; None where it does not say (a recording that never closed)."""
    with path.open("rb") as file:
        head = file.read(4096)
    at = 4
    try:
        length, at = _ebml_number(head, at)
        if length is None:
            return None
        at += length
        if head[at : at + 4] != _SEGMENT:
            return None
        length, at = _ebml_number(head, at + 4)
    except IndexError:
        return None
    return None if length is None else at + length


def _ebml_number(data: bytes, at: int) -> tuple[int | None, int]:
    """The variable-size number at `at` (None: all ones, unknown), and where the next byte is."""
    size = 9 - data[at].bit_length()
    value = int.from_bytes(data[at : at + size], "big") & ((1 << 7 * size) - 1)
    return (None if value == (1 << 7 * size) - 1 else value), at + size
