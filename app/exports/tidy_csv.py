"""Tidy CSV, one row for each keypoint of each person in each frame: what pandas, R and plotting libraries like best."""

from __future__ import annotations

from pathlib import Path

from app.exports.writer import FileWriter, Options, name_cell, title_row
from app.results import FrameRecord, Header


class TidyCsvWriter(FileWriter):
    """Numbers by the fewest digits that read back to the same float32; an unknown coordinate is an empty cell."""

    def __init__(self, path: Path, header: Header, options: Options) -> None:
        super().__init__(path)
        self._header, self._keypoints = header, header.skeleton.keypoints
        self._is_smoothed = header.smoothing is not None
        more = ["smoothed_x", "smoothed_y", "filled"] if self._is_smoothed else []
        columns = ["index", "time_s", "id", "keypoint", "x", "y", "score", *more]
        self._file.write(title_row(columns, header).encode())

    def write(self, record: FrameRecord) -> None:
        poses = record.tracks.poses
        lines = []
        for row, person_id in enumerate(record.tracks.ids.tolist()):
            name = name_cell(self._header, person_id)
            begin = f"{record.index},{record.time_s!r},{person_id},"
            points, scores = poses.keypoints[row].astype(str), poses.scores[row].astype(str)
            smooth = record.smoothed[row].astype(str) if self._is_smoothed and record.smoothed is not None else None
            for joint, keypoint in enumerate(self._keypoints):
                cells = [keypoint, points[joint, 0], points[joint, 1], scores[joint]]
                if smooth is not None:
                    is_filled = record.filled is not None and bool(record.filled[row, joint])
                    cells += [smooth[joint, 0], smooth[joint, 1], str(int(is_filled))]
                elif self._is_smoothed:  # found after the others were smoothed
                    cells += ["", "", "0"]
                lines.append(begin + ",".join(["" if cell == "nan" else cell for cell in cells] + name) + "\r\n")
        self._file.write("".join(lines).encode())
