"""CSV, one row for each person in each frame: index, time_s, id, score, the box, x, y, score of every keypoint."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from app.results import FrameRecord, Header
from engine.files import WholeFile


class CsvWriter:
    """Writes the table as it comes; numbers by the fewest digits that read back to the same float32."""

    def __init__(self, path: Path, header: Header) -> None:
        self._file = WholeFile(path)
        columns = ["index", "time_s", "id", "score", "x1", "y1", "x2", "y2"]
        columns += [f"{name}_{part}" for name in header.skeleton.keypoints for part in ("x", "y", "score")]
        self._is_smoothed = header.smoothing is not None
        if self._is_smoothed:
            columns += [f"{name}_smoothed_{axis}" for name in header.skeleton.keypoints for axis in ("x", "y")]
        self._file.write((",".join(columns) + "\r\n").encode())  # RFC 4180, and what Excel expects

    def write(self, record: FrameRecord) -> None:
        poses = record.tracks.poses
        count, joints = poses.scores.shape
        parts = [poses.boxes.scores[:, None], poses.boxes.xyxy]
        parts.append(np.concatenate([poses.keypoints, poses.scores[:, :, None]], axis=2).reshape(count, joints * 3))
        if self._is_smoothed and record.smoothed is not None:
            parts.append(record.smoothed.reshape(count, joints * 2))
        numbers = np.concatenate(parts, axis=1)
        for person_id, row in zip(record.tracks.ids.tolist(), numbers.astype(str), strict=True):
            line = f"{record.index},{record.time_s!r},{person_id},{','.join(row)}\r\n"
            self._file.write(line.replace("nan", "").encode())

    def close(self) -> None:
        self._file.commit()

    def abort(self) -> None:
        self._file.abort()
