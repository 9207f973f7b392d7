"""Session files (`.skelter`): which source, what was found in it, what was corrected by hand, what was marked.

A ZIP archive of `session.json` and `results.jsonl`, which is Skelter JSON as lines; docs/formats.md describes both.
"""

from __future__ import annotations

import io
import math
import os
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import count
from pathlib import Path
from typing import IO, Any, cast

import orjson

from app.changes import Confirm, ExchangeSides, MoveJoint, MoveJoints, Split, Swap
from app.edits import Edits, from_fields, to_fields
from app.exports.skelter_json import counted_from_start, dumps, frame_fields, header_fields, parse_lines
from app.names import in_text, out_of_text, shown
from app.results import Recording
from engine.addresses import is_live
from engine.errors import WRONG_CONTENT, MissingFileError, SkelterError, in_short, reason_of
from engine.files import WholeFile

SUFFIX = ".skelter"
FORMAT = "skelter-session/1"
_LONGEST_S = 86_400.0  # by which the video compared with may be moved: a day
_SMALL = 50_000_000  # bytes, which any machine holds
_DENSEST = 250  # times smaller; zlib's fastest level, which `write_session` takes, makes at most 229 of anything
_LARGEST_HEAD = 200_000_000  # bytes: two million corrections by hand
_LONGEST_LINE = 64_000_000  # bytes: a hundred thousand people in one frame
_LEAST_LEFT = 100_000_000  # bytes of memory, or the system would soon end some program to get more


@dataclass(frozen=True, slots=True)
class Notes:
    """What a person marked: the frame shown, the range, the scale where it was measured, what is compared with.

    compared  the address of the file beside the first; empty: none
    offset_s  the time of a moment in that one, less its time in the first
    slowed    how many times slower that one shows what happened; of the first its results tell
    """

    position: int = 0
    loop: tuple[int, int] | None = None
    metres_per_pixel: float | None = None
    compared: str = ""
    offset_s: float = 0.0
    slowed: float = 1.0


@dataclass(frozen=True, eq=False, slots=True)
class Session:
    """What a session file holds. `source` is an address that `open_source` takes."""

    source: str
    recording: Recording
    edits: Edits = field(default_factory=Edits)
    notes: Notes = field(default_factory=Notes)


def write_session(path: Path, session: Session) -> None:
    """Write it whole or not at all. Raises SinkError."""
    notes = session.notes
    head = {
        "format": FORMAT,
        "source": _place_of(session.source, path),
        "edits": to_fields(session.edits),
        "position": notes.position,
        "loop": notes.loop,
        "metres_per_pixel": notes.metres_per_pixel,
        "compared": _compared_fields(notes, path) if notes.compared else None,
    }
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr("session.json", orjson.dumps(head, option=orjson.OPT_INDENT_2))
        with archive.open("results.jsonl", "w", force_zip64=True) as results:
            results.write(dumps(header_fields(session.recording.header)) + b"\n")
            for record in session.recording:
                results.write(dumps(frame_fields(record)) + b"\n")
    file = WholeFile(path)
    file.write(packed.getvalue())
    file.commit()


def _compared_fields(notes: Notes, path: Path) -> dict[str, Any]:
    slowed = {"slowed": notes.slowed} if notes.slowed != 1 else {}
    return {**_place_of(notes.compared, path), "offset_s": notes.offset_s, **slowed}


def read_session(path: Path) -> Session:
    """Raises SkelterError where it is no session, MissingFileError where it or its video is not there."""
    session = _read(path)
    source = session.source
    if not is_live(source) and os.path.isabs(source) and not os.path.exists(source):
        raise MissingFileError(
            "The video of {0} is not at {1} any more; put it beside the session and open it again.", path.name, source
        )
    return session


def corrected(path: Path) -> Recording:
    """What a session holds, as corrected: what the window shows of it. Its video need not be there.

    That frames get later is not looked at, here or by `read_session`: whoever corrected it can open it all the same.
    Raises SkelterError where it is no session, MissingFileError where it is not there.
    """
    session = _read(path)
    found = numbered(session)
    result = Recording(replace(found.header, names=session.edits.names))
    for record in found:
        result.add(session.edits.shown(record))
    return result


def scale_of(result: Path) -> float | None:
    """Metres a pixel, where `result` was read by `corrected` and they were measured in it."""
    if result.suffix.lower() != SUFFIX or result.is_dir():
        return None
    with zipfile.ZipFile(result) as archive:
        return _notes_of(orjson.loads(archive.read("session.json")), result).metres_per_pixel


def edits_of(result: Path) -> Edits:
    """What was corrected by hand in `result`, which was read before, where that is a session; else nothing."""
    if result.suffix.lower() != SUFFIX or result.is_dir():
        return Edits()
    with zipfile.ZipFile(result) as archive:
        return from_fields(orjson.loads(archive.read("session.json"))["edits"])


def numbered(session: Session) -> Recording:
    """What was found, by numbers that mean something for its video; earlier versions kept a camera's own.

    Those are counted from the first, and may be laid on the video by their times. But whoever corrected a frame saw its
    picture of the video with the people who had its number: then numbers are the video's, and nothing live any more.
    """
    recording, source = session.recording, session.recording.header.source
    of_frames = Split | Swap | MoveJoint | MoveJoints | ExchangeSides | Confirm
    if not source.live or not any(isinstance(change, of_frames) for change in session.edits.changes):
        return counted_from_start(recording)
    settled = Recording(replace(recording.header, source=replace(source, live=False)))
    for record in recording:
        settled.add(record)
    return settled


def _read(path: Path) -> Session:
    try:
        with zipfile.ZipFile(path) as archive:
            _check_sizes(archive)
            head = orjson.loads(archive.read("session.json"))
            if head["format"] != FORMAT:
                raise ValueError(f"its format is {head['format']!r}, not {FORMAT!r}")
            with archive.open("results.jsonl") as results:
                recording = parse_lines(_lines(results))
        notes = _notes_of(head, path)
        edits = from_fields(head["edits"])
        joints = len(recording.header.skeleton)
        if any(joint >= joints for joint in edits.joints):
            raise ValueError(f"a joint was corrected that the {joints} of its skeleton do not hold")
        source = _found(path, head["source"])
    except FileNotFoundError as error:
        raise MissingFileError("{0} does not exist; check the name.", path) from error
    except OSError as error:
        raise SkelterError("{0} cannot be read ({1}).", path, reason_of(error)) from error
    except MemoryError as error:
        raise SkelterError("{0} is too large for this machine's memory; open it on a larger one.", path.name) from error
    except (*WRONG_CONTENT, zipfile.BadZipFile, zlib.error, RuntimeError, EOFError) as error:  # some are of the archive
        raise SkelterError(
            "{0} is not a Skelter session ({1}); give a file that Skelter saved.", path.name, in_short(error)
        ) from error
    return Session(source, recording, edits, notes)


def video_of(path: Path) -> str:
    """The name of a session's video, without what was found in it; the session's own where it does not tell: whoever
    opens it learns why."""
    try:
        with zipfile.ZipFile(path) as archive:
            _check_sizes(archive)
            address = orjson.loads(archive.read("session.json"))["source"]["address"]
    except (OSError, zipfile.BadZipFile, zlib.error, RuntimeError, EOFError, *WRONG_CONTENT):
        return path.name
    return shown(Path(out_of_text(str(address))).name)


def _notes_of(head: dict[str, Any], session: Path) -> Notes:
    loop, scale, compared = head.get("loop"), head.get("metres_per_pixel"), head.get("compared")
    notes = Notes(
        int(head.get("position", 0)),
        (int(loop[0]), int(loop[1])) if loop else None,
        float(scale) if scale else None,
    )
    if not compared:
        return notes
    address, offset_s = _found(session, compared), float(compared["offset_s"])
    if is_live(address):
        raise ValueError("what it compares with is no file")
    if not abs(offset_s) <= _LONGEST_S:  # nor where it is no number
        raise ValueError(f"what it compares with is moved by {offset_s:g} s")
    slowed = float(compared.get("slowed", 1.0))
    if not 0 < slowed < math.inf:
        raise ValueError(f"what it compares with is {slowed:g} times slower")
    return replace(notes, compared=address, offset_s=offset_s, slowed=slowed)


def _check_sizes(archive: zipfile.ZipFile) -> None:
    """Raises ValueError for an archive that no session makes: small on the disk, and more than memory holds."""
    for name in ("session.json", "results.jsonl"):
        part = archive.getinfo(name)
        is_bomb = part.file_size > _SMALL and part.file_size > _DENSEST * part.compress_size
        if is_bomb or (name == "session.json" and part.file_size > _LARGEST_HEAD):
            raise ValueError(f"{name} would be {part.file_size / 1e6:.0f} MB")


def _lines(results: IO[bytes]) -> Iterator[bytes]:
    """Its lines, for as long as memory holds what is made of them. Raises MemoryError."""
    reader = io.BufferedReader(cast(io.RawIOBase, results), 100_000)  # which asks for no more than `readinto`
    for number in count():
        if number % 1000 == 0 and _memory_left() < _LEAST_LEFT:
            raise MemoryError
        line = reader.readline(_LONGEST_LINE)
        if not line:
            return
        yield line


def _memory_left() -> float:
    """How many bytes Linux could still give, which promises any number and ends programs afterwards; other systems
    refuse by themselves: infinity."""
    try:
        told = dict(line.split(":") for line in Path("/proc/meminfo").read_text().splitlines())
        return sum(int(told[kind].split()[0]) * 1024 for kind in ("MemAvailable", "SwapFree"))
    except (OSError, KeyError, ValueError):
        return math.inf


def _place_of(source: str, session: Path) -> dict[str, str | None]:
    """Its address and the way from the session's folder to it, so that both can be moved together."""
    if is_live(source):
        return {"address": source, "beside": None}
    path = Path(source).absolute()
    try:
        beside: str | None = in_text(path.relative_to(session.absolute().parent).as_posix())
    except ValueError:
        beside = None
    return {"address": in_text(str(path)), "beside": beside}


def _found(session: Path, place: dict[str, Any]) -> str:
    """Where it lies: on its way from the session, at its address, or put beside the session; its address if nowhere."""
    folder, beside, address = session.absolute().parent, place.get("beside"), out_of_text(str(place["address"]))
    if beside and os.path.exists(path := folder / out_of_text(str(beside))):
        return str(path)  # not Path.exists, which raises for names that no disk can hold
    if is_live(address) or os.path.exists(address) or not os.path.exists(path := folder / Path(address).name):
        return address
    return str(path)
