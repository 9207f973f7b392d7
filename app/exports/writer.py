"""What every data format shares: the Writer protocol, the options, and the two ways a writer works."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np

from app.certainty import MIN_SCORE
from app.results import FrameRecord, Header, Recording
from engine.errors import UsageError
from engine.files import WholeFile, check_writable
from engine.skeletons import Skeleton
from engine.types import F64

TALLEST_M = 3.0  # nobody is; a larger number is of another unit
_MOST_FRAMES = 10_000_000  # more are no video's: 92 hours at 30 frames a second


@dataclass(frozen=True, slots=True)
class Options:
    """What a format may be asked for beside the data; a format takes what it understands.

    person            write this id only; None: everybody
    min_score         keypoints scored below are not known, in tables of angles, speeds and markers
    metres_per_pixel  scale for markers and positions; None: by `height_m`, or in pixels where that is None too
    height_m          how tall `person` is, or whoever is seen longest
    facing            1: people look to the right of the picture, -1: to the left, 0: to neither; None: told for each
    frames            first and last frame to write; None: all. What others tell of them counts (docs/angles.md)
    """

    person: int | None = None
    min_score: float = MIN_SCORE
    metres_per_pixel: float | None = None
    height_m: float | None = None
    facing: int | None = None
    frames: tuple[int, int] | None = None

    def __post_init__(self) -> None:
        """Raises UsageError for what makes no sense."""
        scale, height = self.metres_per_pixel, self.height_m
        if scale is not None and not 0 < scale < 1e4:
            raise UsageError("A scale of {0:g} m makes no sense; give a number above 0.", scale)
        if height is not None and not 0 < height <= TALLEST_M:
            raise UsageError("A height of {0:g} m makes no sense; heights are metres, such as 1.8.", height)
        if scale is not None and height is not None:
            raise UsageError("The scale is given twice, by metres per pixel and by a height; give one of them.")


class Writer(Protocol):
    """Takes the frames of a recording in order. Nothing stands under the final name until `close`."""

    @property
    def paths(self) -> list[Path]:
        """The files, or the folder, that `close` wrote."""
        ...

    def write(self, record: FrameRecord) -> None: ...

    def close(self) -> None: ...

    def abort(self) -> None:
        """Leave nothing behind; a no-op after `close`."""
        ...


class FileWriter:
    """Base of the writers of one file that grows with every frame."""

    def __init__(self, path: Path) -> None:
        self._file = WholeFile(path, keep_part=True)
        self.paths = [path]

    def close(self) -> None:
        self._file.commit()

    def abort(self) -> None:
        self._file.abort()


class WholeWriter(ABC):
    """Base of the writers that must have seen everything before they can write their first line.

    `_contents` gives what to write, as (path, pieces of its text). `_recording` may hold frames around those that are
    to be written, in formats that look around (`app.exports.Format`).
    """

    def __init__(self, path: Path, header: Header, options: Options) -> None:
        check_writable(path)
        self.paths: list[Path] = []
        self._path, self._options = path, options
        self._recording = Recording(header)
        self._files: list[WholeFile] = []

    def write(self, record: FrameRecord) -> None:
        self._recording.add(record)

    def close(self) -> None:
        for path, pieces in self._contents():
            file = WholeFile(path)
            self._files.append(file)
            for piece in pieces:
                file.write(piece.encode())
        for file in self._files:  # together, when all are written
            file.commit()
            self.paths.append(file.target)

    def abort(self) -> None:
        for file in self._files:
            file.abort()

    @abstractmethod
    def _contents(self) -> Iterator[tuple[Path, Iterator[str]]]: ...


class OnePerson:
    """A writer to which only one person gets through."""

    def __init__(self, writer: Writer, person_id: int) -> None:
        self._writer, self._person_id = writer, person_id
        self.close, self.abort = writer.close, writer.abort

    @property
    def paths(self) -> list[Path]:
        return self._writer.paths

    def write(self, record: FrameRecord) -> None:
        self._writer.write(record[np.flatnonzero(record.tracks.ids == self._person_id)])


class OnlyFrames:
    """A writer to which only some frames get through, first to last."""

    def __init__(self, writer: Writer, frames: tuple[int, int]) -> None:
        self._writer, self._frames = writer, frames
        self.close, self.abort = writer.close, writer.abort

    @property
    def paths(self) -> list[Path]:
        return self._writer.paths

    def write(self, record: FrameRecord) -> None:
        first, last = self._frames
        if first <= record.index <= last:
            self._writer.write(record)


def check_followed(header: Header, format_name: str) -> None:
    """Raises UsageError where the same number is somebody else in each picture: what moves between them is nobody."""
    if header.is_one_by_one:
        raise UsageError(
            "{0}: these people were looked for in each picture anew; analyse pictures that follow one another with a "
            "tracker, such as --tracker oks, or choose another format.",
            format_name,
        )  # fmt: skip


def check_number(last: int, name: object) -> None:
    """Raises UsageError where a frame is numbered as no video's are: something for each before it fills the disk."""
    if last > _MOST_FRAMES:
        raise UsageError("{0} numbers its pictures up to {1}; these are no frames of one video.", name, last)


MARK = "\ufeff"
"""At the beginning of a CSV file it tells spreadsheets that names in it are UTF-8."""


def name_column(header: Header) -> list[str]:
    """The last column of tables, which is there where people were given names."""
    return ["name"] if header.names else []


def title_row(columns: Iterable[str], header: Header) -> str:
    """The first line of a CSV file: its columns, with that of the names."""
    mark = MARK if header.names else ""
    return mark + ",".join([*columns, *name_column(header)]) + "\r\n"


def name_cell(header: Header, person_id: int) -> list[str]:
    """The cell of `name_column` in CSV; empty for who has no name."""
    if not header.names:
        return []
    name = header.names.get(person_id, "")
    return ['"' + name.replace('"', '""') + '"'] if any(mark in name for mark in ',"\r\n') else [name]


def person_table(
    recording: Recording,
    columns: Iterable[str],
    facts: Mapping[int, object],
    values: Mapping[int, F64],
    *,
    digits: int,
) -> Iterator[str]:
    """The lines of a CSV table with a row for each person in each frame: where and who, his fact, his values.

    columns  what the fact is called, then each of the V values
    values   float64 [T, V] of each person in the frames in which he is; NaN is an empty cell
    """
    header = recording.header
    rows = {person_id: iter(theirs) for person_id, theirs in values.items()}
    yield title_row(["index", "time_s", "id", *columns], header)
    for record in recording:
        for person_id in record.tracks.ids.tolist():
            cells = ["" if np.isnan(value) else f"{value:.{digits}f}" for value in next(rows[person_id])]
            begin = f"{record.index},{record.time_s!r},{person_id},{facts[person_id]},"
            yield begin + ",".join([*cells, *name_cell(header, person_id)]) + "\r\n"


Group = tuple[str, ...]  # names of keypoints whose middle is meant; () is what no skeleton has


def middles(points: F64, scores: F64, skeleton: Skeleton, groups: tuple[Group, ...]) -> tuple[F64, F64]:
    """The middle of each of G groups of keypoints, [..., G, 2], and its score, [..., G]: the least of the group's.

    points [..., K, 2], scores [..., K]. A group that the skeleton lacks, or that misses a point, is NaN and scores 0.
    """
    place = skeleton.place
    where = np.full((*points.shape[:-2], len(groups), 2), np.nan)
    sure = np.zeros(where.shape[:-1])
    for column, group in enumerate(groups):
        if group and set(group) <= place.keys():
            rows = [place[name] for name in group]
            where[..., column, :] = points[..., rows, :].mean(axis=-2)
            known = np.isfinite(where[..., column, :]).all(axis=-1)
            sure[..., column] = np.where(known, scores[..., rows].min(axis=-1), 0.0)
    return where, sure


def columns_of(skeleton: Skeleton, names: tuple[str, ...], format_name: str) -> list[int]:
    """Where a skeleton has the keypoints that a format is made of. Raises UsageError where it lacks one."""
    missing = [name for name in names if name not in skeleton.keypoints]
    if missing:
        raise UsageError(
            "{0} needs the keypoint {1}, which the skeleton {2} does not have; choose another format.",
            format_name, missing[0], skeleton.name,
        )  # fmt: skip
    return [skeleton.keypoints.index(name) for name in names]
