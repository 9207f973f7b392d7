"""Skelter JSON, `"format": "skelter/1"`, whole and as lines; docs/formats.md describes it. Read back loss-free."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import cache
from itertools import chain
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import orjson

from app.exports.writer import FileWriter, Options
from app.names import shown
from app.results import FrameRecord, Header, Recording, SourceRecord
from engine.errors import WRONG_CONTENT, MissingFileError, SkelterError, in_short, reason_of
from engine.skeletons import Skeleton
from engine.types import F32, I64, Bools, Boxes, Poses, Tracks

FORMAT = "skelter/1"


def header_fields(header: Header) -> dict[str, Any]:
    """The header as the fields of the format, `frames` left out."""
    source, skeleton = header.source, header.skeleton
    return {
        "format": FORMAT,
        "source": {
            "name": source.name,
            "width": source.width,
            "height": source.height,
            "fps": source.fps,
            "duration_s": source.duration_s,
            **({"assumed": True} if source.assumed else {}),
            **({"live": True} if source.live else {}),
            **({"slowed": source.slowed} if source.slowed != 1 else {}),
        },
        "models": {part: shown(model) for part, model in header.models.items()},
        "skeleton": {"name": skeleton.name, "keypoints": skeleton.keypoints, "edges": skeleton.edges},
        **({"smoothing": header.smoothing} if header.smoothing else {}),
        **({"names": {str(person): name for person, name in header.names.items()}} if header.names else {}),
    }


def frame_fields(record: FrameRecord) -> dict[str, Any]:
    """One frame as the fields of the format."""
    tracks = record.tracks
    keypoints = np.concatenate([tracks.poses.keypoints, tracks.poses.scores[:, :, None]], axis=2)
    boxes = tracks.poses.boxes
    people: list[dict[str, Any]] = [
        {"id": person_id, "box": box, "score": score, "keypoints": points}
        for person_id, box, score, points in zip(tracks.ids.tolist(), boxes.xyxy, boxes.scores, keypoints, strict=True)
    ]
    if record.smoothed is not None:
        for person, points in zip(people, record.smoothed, strict=True):
            person["smoothed"] = points
    if record.filled is not None and record.filled.any():
        for person, joints in zip(people, record.filled, strict=True):
            person["filled"] = np.flatnonzero(joints)
    if record.edited is not None and record.edited.any():
        for person, joints in zip(people, record.edited, strict=True):
            person["edited"] = np.flatnonzero(joints)
    return {"index": record.index, "time_s": record.time_s, "people": people}


def dumps(fields: dict[str, Any]) -> bytes:
    """JSON on one line; float32 by the fewest digits that read back to the same number, NaN as null."""
    return orjson.dumps(fields, option=orjson.OPT_SERIALIZE_NUMPY, default=_plain)


def _plain(value: object) -> object:
    # rows of a float32 array that are not contiguous, which orjson leaves to us
    if isinstance(value, np.ndarray):
        return np.ascontiguousarray(value)
    raise TypeError(f"no JSON for {type(value).__name__}")


class JsonWriter(FileWriter):
    """Writes a recording as one JSON document, frame by frame, so that memory stays flat over its length."""

    def __init__(self, path: Path, header: Header, options: Options) -> None:
        super().__init__(path)
        self._file.write(dumps(header_fields(header))[:-1] + b',"frames":[\n')
        self._first = True

    def write(self, record: FrameRecord) -> None:
        self._file.write((b"" if self._first else b",\n") + dumps(frame_fields(record)))
        self._first = False

    def close(self) -> None:
        self._file.write(b"\n]}\n")
        super().close()


class JsonLinesWriter(FileWriter):
    """Writes a header line, then a line a frame."""

    def __init__(self, path: Path, header: Header, options: Options) -> None:
        super().__init__(path)
        self._file.write(dumps(header_fields(header)) + b"\n")

    def write(self, record: FrameRecord) -> None:
        self._file.write(dumps(frame_fields(record)) + b"\n")


class _BreaksOff(ValueError):
    """The end is missing, as a kill leaves it."""


def read(path: Path, *, cut_off: bool = False) -> Recording:
    """A recording from either form; with `cut_off` also what is whole of a file that breaks off.

    Raises SkelterError where the file is not what it should be.
    """
    with _told_of(path):
        with path.open("rb") as file:
            recording = _parse(file, cut_off=cut_off)
        check_times(recording)
        return counted_from_start(recording)


def read_header(path: Path) -> Header:
    """The header of either form; as we write them the frames are not read for it. Raises SkelterError as `read`."""
    with _told_of(path), path.open("rb") as file:
        try:
            return _header(_head(next(file, b""))[0])
        except orjson.JSONDecodeError:
            file.seek(0)
            return _header(orjson.loads(file.read()))


@contextmanager
def _told_of(path: Path) -> Iterator[None]:
    """Tells in a sentence why what is read here cannot be."""
    try:
        yield
    except FileNotFoundError as error:
        raise MissingFileError("{0} does not exist; check the name.", path) from error
    except OSError as error:
        raise SkelterError("{0} cannot be read ({1}).", path, reason_of(error)) from error
    except _BreaksOff as error:
        raise SkelterError(
            "{0} breaks off, as what a killed run wrote does; call it {1}, and `skelter export` reads it as far as it "
            "goes.",
            path, f"{path.stem}.part{path.suffix}",
        ) from error  # fmt: skip
    except WRONG_CONTENT as error:
        raise SkelterError(
            "{0} is not Skelter JSON ({1}); results are read from that (.json, .jsonl), and by import, export and the "
            "window from OpenPose folders, COCO and AlphaPose results.",
            path, in_short(error),
        ) from error  # fmt: skip


def check_times(recording: Recording) -> None:
    """Raises ValueError where a frame is not later than the one before it: rates and smoothing build on that."""
    times_s = np.array([record.time_s for record in recording])
    wrong = np.flatnonzero(np.diff(times_s) <= 0)
    if wrong.size:
        raise ValueError(f"frame {recording.indices[wrong[0] + 1]} is not later than the one before it")


def counted_from_start(recording: Recording) -> Recording:
    """Data of a camera that kept its own numbers and times, as earlier versions wrote them, counted from the first.

    Those of today begin at 0, or are called after the video of which they have the numbers: its first pictures may not
    have been analysed.
    """
    source = recording.header.source
    is_of_video = source.name.endswith(".mp4") and "://" not in source.name
    if not source.live or is_of_video or not recording.indices or recording.indices[0] == 0:
        return recording
    counted = Recording(recording.header)
    first, first_s = recording.indices[0], next(iter(recording)).time_s
    for record in recording:
        counted.add(replace(record, index=record.index - first, time_s=record.time_s - first_s))
    return counted


def _parse(file: BinaryIO, *, cut_off: bool) -> Recording:
    """A recording from a file of either form. Raises ValueError, KeyError and the like where it is none."""
    try:
        return parse_lines(file, cut_off=cut_off)
    except (orjson.JSONDecodeError, _BreaksOff) as error:
        file.seek(0)
        try:  # perhaps a document whose lines are not as we write them
            document = orjson.loads(file.read())
        except orjson.JSONDecodeError:
            raise error from None
        return _recording(document, document.get("frames", []))


def parse_lines(lines: Iterable[bytes], *, cut_off: bool = False) -> Recording:
    """A recording from the lines of either form, which are never in memory all at once.

    With `cut_off` their end may be missing, as a kill leaves it. Raises ValueError, KeyError and the like where they
    are none.
    """
    rest = iter(lines)
    fields, is_document = _head(next(rest, b""))
    # a document may be a single line; a header alone is a recording of no frames
    return _recording(fields, chain(fields.get("frames", []), _frames(rest, is_document, cut_off)))


def _head(line: bytes) -> tuple[dict[str, Any], bool]:
    """The fields in the first line, and whether more of a document follows. Raises ValueError where there are none."""
    if not line:
        raise ValueError("the file is empty")
    is_document = line.rstrip().endswith(b'"frames":[')
    return orjson.loads(line.rstrip() + b"]}" if is_document else line), is_document


def _recording(fields: dict[str, Any], frames: Iterable[dict[str, Any]]) -> Recording:
    header = _header(fields)
    recording = Recording(header)
    for frame in frames:
        recording.add(_frame(frame, len(header.skeleton), is_smoothed=header.smoothing is not None))
    return recording


def _frames(lines: Iterable[bytes], is_document: bool, cut_off: bool) -> Iterator[dict[str, Any]]:
    """The frames of all lines but the first. Raises _BreaksOff where their end is missing and may not be."""
    is_whole = not is_document
    for line in lines:
        text = line.strip().removesuffix(b",")
        if is_document and text == b"]}":
            is_whole = True
        elif text:
            try:
                frame = orjson.loads(text)
            except orjson.JSONDecodeError:
                if line.endswith(b"\n"):
                    raise
                is_whole = False
            else:
                yield frame
    if not (is_whole or cut_off):
        raise _BreaksOff("its end is missing")


def _header(fields: dict[str, Any]) -> Header:
    if fields["format"] != FORMAT:
        raise ValueError(f"its format is {fields['format']!r}, not {FORMAT!r}")
    return Header(
        _source(fields["source"]),
        {_text(part): _text(model) for part, model in fields["models"].items()},
        _skeleton(fields["skeleton"]),
        None if fields.get("smoothing") is None else _text(fields["smoothing"]),
        {_whole(person): str(name) for person, name in fields.get("names", {}).items()},
    )


def _source(fields: dict[str, Any]) -> SourceRecord:
    fps, duration_s = (None if fields[key] is None else _finite(fields[key]) for key in ("fps", "duration_s"))
    size = _whole(fields["width"]), _whole(fields["height"])
    assumed, live = (bool(fields.get(key, False)) for key in ("assumed", "live"))
    slowed = _finite(fields.get("slowed", 1.0))
    if slowed <= 0:
        raise ValueError(f"the video is {slowed} times slower")
    return SourceRecord(str(fields["name"]), *size, fps, duration_s, assumed, live, slowed)


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r} is no text")
    return value


def _whole(value: Any) -> int:
    if not 0 <= (number := int(value)) < 2**53:
        raise ValueError(f"{number} is no number of a frame, person or pixel")
    return number


def _finite(value: Any) -> float:
    if not math.isfinite(number := float(value)):
        raise ValueError(f"{number} is no time")
    return number


def _skeleton(fields: dict[str, Any]) -> Skeleton:
    from engine.skeletons import SKELETONS

    names = tuple(_text(name) for name in fields["keypoints"])
    known = SKELETONS.get(_text(fields["name"]))
    if known is not None and known.keypoints == names:
        return known
    edges = tuple((int(a), int(b)) for a, b in fields["edges"])
    # a foreign skeleton has no sigmas here; COCO's mean is what OKS uses for joints of unknown exactness
    return Skeleton(fields["name"], names, edges, (), np.full(len(names), 0.07, np.float32))


def _frame(fields: dict[str, Any], keypoint_count: int, *, is_smoothed: bool) -> FrameRecord:
    people = fields["people"]
    values = _numbers(people, "keypoints", keypoint_count, 3)
    boxes = Boxes.of(_numbers(people, "box", 4), _numbers(people, "score"))
    numbers = [_whole(person["id"]) for person in people]
    if len(set(numbers)) < len(numbers):
        raise ValueError(f"two people of frame {fields['index']} have one id")
    ids = np.array(numbers, np.int64)
    poses = Poses.of(np.ascontiguousarray(values[:, :, :2]), np.ascontiguousarray(values[:, :, 2]), boxes)
    tracks = Tracks(poses, ids, _in_order(len(ids)))
    smoothed = filled = None
    edited = _flags(people, "edited", keypoint_count) if any("edited" in person for person in people) else None
    if is_smoothed and (not people or any("smoothed" in person for person in people)):
        smoothed = _numbers(people, "smoothed", keypoint_count, 2)
        filled = _flags(people, "filled", keypoint_count)
    return FrameRecord(_whole(fields["index"]), _finite(fields["time_s"]), tracks, smoothed, filled, edited)


def _numbers(people: list[dict[str, Any]], name: str, *shape: int) -> F32:
    """What is told of each of the people, [N, *shape]."""
    numbers = np.array([person[name] for person in people], np.float32)
    # a view would be an array more on each of an hour's frames
    return numbers if numbers.shape[1:] == shape else numbers.reshape(-1, *shape)


@cache
def _in_order(count: int) -> I64:
    """0 … count - 1, the same for every frame of so many people."""
    rows = np.arange(count)
    rows.flags.writeable = False
    return rows


def _flags(people: list[dict[str, Any]], name: str, keypoint_count: int) -> Bools:
    """Which keypoints [N, K] the lists of their numbers name."""
    flags = np.zeros((len(people), keypoint_count), np.bool_)
    for row, person in enumerate(people):
        flags[row, np.array(person.get(name, []), np.intp)] = True
    return flags
