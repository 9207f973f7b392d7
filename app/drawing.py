"""A saved result, drawn on the video or picture that it was made of; nothing is analysed again."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import numpy as np

from app.exports.bridged import Bridges
from app.handover import Handover, ahead
from app.job import Outputs, options_of, write_all
from app.overlay import Lettering, Style
from app.pipeline import decode
from app.results import FrameRecord, Recording, Result, SourceRecord, Timings
from app.summary import Summary
from engine.types import Frame, Tracks
from engine.video import Source
from engine.video.images import ImagesSource

_AHEAD = 4  # frames


def draw_result(
    source: Source,
    recording: Recording,
    outputs: Sequence[Path],
    *,
    style: Style,
    people: Collection[int] = (),
    audio_from: Path | None = None,
    lettering: Lettering | None = None,
    watch: Callable[[Iterator[Result]], Iterator[Result]] = iter,
    summary: Summary | None = None,
) -> Summary:
    """Draw `recording`, a result of the source, on each of its frames; only `people`, by id, where some are given.

    `lettering` names the joints, and writes names that are not plain Latin. What `watch` passes on is drawn. Ends,
    and fails, as `app.job.run` does, and fills a `summary` as that does.
    """
    header = replace(recording.header, source=SourceRecord.of(source.info))
    records = _Records(recording, people)
    summary = summary or Summary()
    summary.options = options_of(style)
    pictures = source if isinstance(source, ImagesSource) else None
    with Outputs(outputs, header, style, audio_from=audio_from, pictures=pictures, lettering=lettering) as written:

        def write(result: Result) -> None:
            written.write(records.at(result.frame), result.frame)

        with closing(_results(source, records)) as results:
            write_all(watch(results), write, source, written, summary)
    return summary


class _Records:
    """What is to be drawn on each frame: nobody where nothing is known of it."""

    def __init__(self, recording: Recording, people: Collection[int]) -> None:
        self._recording, self._people = recording, list(people)
        self._gaps = Bridges(recording)
        self._nobody = Tracks.empty(len(recording.header.skeleton))

    def at(self, frame: Frame) -> FrameRecord:
        record = self._recording[frame.index]
        if record is None:
            return FrameRecord(frame.index, frame.time_s, self._nobody)
        told = self._gaps.told(record)
        return told[np.flatnonzero(np.isin(told.tracks.ids, self._people))] if self._people else told


def _results(source: Source, records: _Records) -> Generator[Result, None, None]:
    with closing(ahead(decode(source), Handover(_AHEAD), stage="decoding")) as decoded:
        for frame, decode_ms in decoded:
            yield Result(frame, records.at(frame).tracks, Timings(decode_ms, None, 0.0, 0.0), time.monotonic())
