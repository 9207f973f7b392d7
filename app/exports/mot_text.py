"""MOTChallenge text: boxes with ids, as TrackEval and the benchmark's own tools read results. Never ends in .mot."""

from __future__ import annotations

from pathlib import Path

from app.exports.writer import FileWriter, Options
from app.results import FrameRecord, Header


class MotWriter(FileWriter):
    """`frame,id,left,top,width,height,conf,-1,-1,-1`; frames and pixels count from 1."""

    def __init__(self, path: Path, header: Header, options: Options) -> None:
        super().__init__(path)

    def write(self, record: FrameRecord) -> None:
        boxes = record.shown().poses.boxes
        rows = zip(record.tracks.ids.tolist(), boxes.xyxy.tolist(), boxes.scores.tolist(), strict=True)
        for person_id, (left, top, right, bottom), score in rows:
            box = f"{left + 1:.3f},{top + 1:.3f},{right - left:.3f},{bottom - top:.3f}"
            self._file.write(f"{record.index + 1},{person_id},{box},{score:.5f},-1,-1,-1\n".encode())
