"""CSV, one row for each person in each frame: index, time_s, id, score, the box, x, y, score of every keypoint."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from app.exports.writer import FileWriter, Options, name_cell, title_row
from app.results import FrameRecord, Header
from engine.types import F32, Bools


def number_columns(header: Header) -> list[str]:
    """The names of the columns after index, time_s and id that are float32."""
    names = header.skeleton.keypoints
    columns = ["score", "x1", "y1", "x2", "y2", *(f"{name}_{part}" for name in names for part in ("x", "y", "score"))]
    if header.smoothing is not None:
        columns += [f"{name}_smoothed_{axis}" for name in names for axis in ("x", "y")]
    return columns


def numbers(record: FrameRecord, header: Header) -> F32:
    """The values of `number_columns` for the N people of a frame, float32 [N, ...]."""
    poses = record.tracks.poses
    count, joints = poses.scores.shape
    parts = [poses.boxes.scores[:, None], poses.boxes.xyxy]
    parts.append(np.concatenate([poses.keypoints, poses.scores[:, :, None]], axis=2).reshape(count, joints * 3))
    if header.smoothing is not None:
        smoothed = np.full((count, joints, 2), np.nan, np.float32) if record.smoothed is None else record.smoothed
        parts.append(smoothed.reshape(count, joints * 2))
    return np.concatenate(parts, axis=1)


def flag_columns(header: Header) -> list[str]:
    """The names of the columns after those that are yes or no: which smoothed joints only bridge a gap."""
    return [] if header.smoothing is None else [f"{name}_filled" for name in header.skeleton.keypoints]


def flags(record: FrameRecord, header: Header) -> Bools:
    """The values of `flag_columns` for the N people of a frame, bool [N, ...]."""
    if header.smoothing is None:
        return np.zeros((len(record.tracks), 0), np.bool_)
    nothing = np.zeros(record.tracks.poses.scores.shape, np.bool_)
    return nothing if record.filled is None else record.filled


class CsvWriter(FileWriter):
    """Writes the table as it comes; numbers by the fewest digits that read back to the same float32."""

    def __init__(self, path: Path, header: Header, options: Options) -> None:
        super().__init__(path)
        self._header = header
        columns = ["index", "time_s", "id", *number_columns(header), *flag_columns(header)]
        self._file.write(title_row(columns, header).encode())  # RFC 4180, and what Excel expects

    def write(self, record: FrameRecord) -> None:
        told = flags(record, self._header).astype(np.int8).astype(str)
        cells = np.concatenate([numbers(record, self._header).astype(str), told], axis=1)
        for person_id, row in zip(record.tracks.ids.tolist(), cells, strict=True):
            line = f"{record.index},{record.time_s!r},{person_id},{','.join(row)}".replace("nan", "")
            self._file.write((",".join([line, *name_cell(self._header, person_id)]) + "\r\n").encode())
