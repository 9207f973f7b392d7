"""Data out: one module a format, chosen by name or by the file's ending. docs/formats.md describes them all."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app import kinds
from app.exports.angle_csv import AngleWriter
from app.exports.bridged import BridgedScores
from app.exports.coco_results import CocoWriter
from app.exports.mot_text import MotWriter
from app.exports.openpose_folder import OpenPoseWriter
from app.exports.opensim_mot import OpenSimWriter
from app.exports.parquet import ParquetWriter
from app.exports.posetrack_json import PoseTrackWriter
from app.exports.skelter_json import JsonLinesWriter, JsonWriter
from app.exports.speed_csv import SpeedWriter
from app.exports.summary import SummaryWriter
from app.exports.tidy_csv import TidyCsvWriter
from app.exports.trc import TrcWriter
from app.exports.wide_csv import CsvWriter
from app.exports.writer import OnePerson, OnlyFrames, Options, Writer
from app.results import FrameRecord, Header, Recording
from engine.errors import UsageError

__all__ = [
    "FORMATS", "FOR_EACH_PERSON", "LOSS_FREE", "Format", "Options", "Writer", "format_of", "heeded", "open_writer",
    "stem_of", "write",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Format:
    """A data format: what its files are called (NAME + `ending`), what it is for, and what writes it.

    by_scores  its readers know by scores alone what is there: bridged joints get some (`bridged.py`)
    heeds      which fields of Options it understands, beside the person and the frames
    looks_around  frames around those that it writes tell of them, and it is to be given them too, in any order
    at_end     nothing of it can be read before it is closed: all is known only then, or its table of contents
    """

    ending: str
    about: str
    open: Callable[[Path, Header, Options], Writer]
    by_scores: bool = False
    heeds: tuple[str, ...] = ()
    looks_around: bool = False
    at_end: bool = False


_ANGLES = ("min_score", "facing")
_SCALED = ("min_score", "metres_per_pixel", "height_m")
FORMATS: dict[str, Format] = {
    "json": Format(".json", "Skelter JSON, loss-free", JsonWriter),
    "jsonl": Format(".jsonl", "Skelter JSON lines", JsonLinesWriter),
    "csv": Format(".csv", "a row for each person in each frame", CsvWriter),
    "tidy": Format("-tidy.csv", "a row for each keypoint", TidyCsvWriter),
    "angles": Format(
        "-angles.csv",
        "joint angles in degrees, a row for each person in each frame",
        AngleWriter,
        heeds=_ANGLES,
        at_end=True,
    ),
    "summary": Format(
        "-summary.csv",
        "range of motion and repetitions, a row for each joint angle",
        SummaryWriter,
        heeds=_ANGLES,
        looks_around=True,
        at_end=True,
    ),
    "speeds": Format(
        "-speeds.csv",
        "speeds of body and joints, a row for each person in each frame",
        SpeedWriter,
        heeds=_SCALED,
        looks_around=True,
        at_end=True,
    ),
    "parquet": Format(".parquet", "table for pandas and others (Parquet)", ParquetWriter, at_end=True),
    "coco": Format("-coco.json", "COCO keypoint results", CocoWriter, by_scores=True),
    "posetrack": Format("-posetrack.json", "PoseTrack18 JSON", PoseTrackWriter, by_scores=True),
    "openpose": Format("-openpose", "a folder of OpenPose BODY_25 files", OpenPoseWriter, by_scores=True),
    "trc": Format(".trc", "markers, a file for each person", TrcWriter, heeds=_SCALED, at_end=True),
    "mot": Format(".txt", "MOTChallenge text", MotWriter, by_scores=True),
    "opensim": Format(
        ".mot", "OpenSim motion, a file for each person", OpenSimWriter, heeds=(*_SCALED, "facing"), at_end=True
    ),
}


LOSS_FREE = ("json", "jsonl")
"""Skelter's own results, of which everything else can be made."""

FOR_EACH_PERSON = frozenset(name for name, known in FORMATS.items() if known.ending in kinds.FOR_EACH_PERSON)
"""Those with a file for each person."""


def heeded(format: str, options: Options) -> dict[str, Any]:
    """What a manifest tells of `options`: those that were said and that the format, of data or drawn, heeds."""
    heeds = ("person", *(FORMATS[format].heeds if format in FORMATS else ("min_score",)))
    return {name: value for name in heeds if (value := getattr(options, name)) is not None}


def format_of(path: Path) -> str | None:
    """The name of the format that a file's name means: the one with the longest ending that it has."""
    name = path.name.lower()
    fitting = [key for key, known in FORMATS.items() if name.endswith(known.ending)]
    return max(fitting, key=lambda key: len(FORMATS[key].ending), default=None)


def stem_of(path: Path) -> str:
    """NAME of a file called NAME.mp4, NAME.json, NAME-coco.json …, or of a folder NAME or NAME-openpose."""
    own = format_of(path)
    if path.is_dir() and own != "openpose":  # what follows a dot in it is no ending
        return path.name
    if own is not None:
        return path.name[: -len(FORMATS[own].ending)] or path.name
    return path.stem if path.suffix else path.name


def open_writer(path: Path, header: Header, format: str | None = None, *, options: Options | None = None) -> Writer:
    """A writer of `format`, or of the one that the file's name means. Raises UsageError, SinkError."""
    name = format or format_of(path)
    if name is None:
        endings = ", ".join(known.ending for known in FORMATS.values())
        raise UsageError("{0}: no data format ends in {1!r}; use one of {2}.", path.name, path.suffix, endings)
    if name not in FORMATS:
        raise UsageError("There is no data format {0!r}; choose one of {1}.", name, ", ".join(FORMATS))
    options = options or Options()
    writer = FORMATS[name].open(path, header, options)
    if FORMATS[name].by_scores:
        writer = BridgedScores(writer)
    if options.frames is not None and not FORMATS[name].looks_around:
        writer = OnlyFrames(writer, options.frames)
    return writer if options.person is None else OnePerson(writer, options.person)


def write(
    recording: Recording | Iterable[FrameRecord],
    path: Path,
    format: str | None = None,
    *,
    header: Header | None = None,
    options: Options | None = None,
) -> list[Path]:
    """Write a recording (or its records in order, with the `header` to put before them); returns what was written.

    Nothing is left where it fails. Raises UsageError, SinkError.
    """
    if header is None:
        if not isinstance(recording, Recording):
            raise ValueError("records alone need a header")
        header = recording.header
    writer = open_writer(path, header, format, options=options)
    try:
        for record in recording:
            writer.write(record)
        writer.close()
    except BaseException:
        writer.abort()
        raise
    return writer.paths
