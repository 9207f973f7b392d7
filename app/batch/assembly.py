"""Pieces of a video on disk, and the whole that is made of them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path

from app import job, manifest, provenance, slow_motion
from app.batch import owners, places
from app.batch.pieces import Piece, Section, joined
from app.batch.videos import Video
from app.batch.work import Outcome, Settings, Wanted, clear_unfinished, outputs_of
from app.engines import Engines
from app.exports.skelter_json import read
from app.results import FrameRecord, Recording
from app.stderr import naming
from app.style import Style
from app.summary import Summary
from engine.errors import SkelterError, SourceBrokenOff, SourceError
from engine.types import Frame
from engine.video import Source, ending
from engine.video.file import FileSource
from engine.video.packets import FrameTable


@dataclass(frozen=True, slots=True)
class Plan:
    """How a video is cut; `table` is None where it is one piece."""

    pieces: tuple[Piece, ...]
    table: FrameTable | None = None


def pieces_folder(video: Video) -> str:
    """Where the pieces of a video lie until they are joined."""
    return places.join(video.folder, f"{video.stem}.pieces")


def _name(piece: Piece) -> str:
    """Called after its frames, so that a batch cut in another way takes none for its own."""
    return f"{piece.begin}-{piece.first}-{'end' if piece.end is None else piece.end}"


def is_piece_done(video: Video, piece: Piece, wanted: Wanted) -> bool:
    """Whether the piece lies there, made with the same settings of the same video, unchanged."""
    folder = pieces_folder(video)
    found = places.read(places.join(folder, _name(piece) + manifest.ENDING))
    if found is None:
        return False
    try:
        known = manifest.parse(found)
    except SkelterError:
        return False
    return (
        known.run is not None
        and wanted.is_same(known.run)
        and owners.is_as_it_was(known.run.source, video)
        and all(places.size_of(places.join(folder, output.name)) == output.bytes for output in known.outputs)
    )


def follow_piece(video: Video, piece: Piece, table: FrameTable | None, settings: Settings, engines: Engines) -> int:
    """Follow everyone in a piece and leave the result in the folder of the pieces; returns how many frames.

    Raises SkelterError.
    """
    engines.tracker.reset()
    version = places.version_of(video.address)
    with places.at_hand(video.address) as path, places.workplace(pieces_folder(video)) as folder:
        part = folder / f"{_name(piece)}.jsonl"
        with FileSource(
            path, threads=settings.threads or 0, table=table, recorded_at=settings.recorded_at
        ) as source:  # fmt: skip
            section = Section(source, piece.begin, piece.end)
            try:
                summary = job.run(section, engines, [(part, "jsonl")])
            except SourceError:
                if piece.number == 0:
                    raise
                # the video is damaged before this piece: the one before it says so
                summary = Summary(broken_off=f"{source.info.name} ends before frame {piece.begin}.")
                _write_nothing(part, engines, source)
            # hashed once, when the pieces are joined
            with manifest.Notary(
                engines, source, address=video.address, version=version, threads=settings.threads, is_hashed=False
            ) as notary:
                told = notary.manifest(summary, [(part, "jsonl")], interrupted=False)
            manifest.write(told, folder / f"{_name(piece)}{manifest.ENDING}")
    return summary.frames


def _write_nothing(path: Path, engines: Engines, source: FileSource) -> None:
    from app.exports import write

    write([], path, "jsonl", header=engines.header(source.info))


def assemble(video: Video, plan: Plan, settings: Settings) -> Outcome:
    """Join the pieces of a video into its outputs, with their manifest, and remove them. Raises SkelterError."""
    owners.check_free(video)
    folder = pieces_folder(video)
    runs = [_run_of(folder, piece) for piece in plan.pieces]
    if not all(owners.is_as_it_was(run.source, video) for run in runs):
        raise SourceError(f"{video.address} was changed while it was followed; run the batch again.")
    broken = next((run.broken_off for run in runs if run.broken_off), None)
    with naming(video.address), places.at_hand(video.address) as path, places.workplace(video.folder) as results:
        outputs = outputs_of(results, video.stem, settings.formats)
        manifest_path = results / (video.stem + manifest.ENDING)
        clear_unfinished([*(path for path, _ in outputs), manifest_path])
        frames, damaged, people, written, slow = _write(path, folder, plan, outputs, settings)
        source = replace(runs[0].source, sha256=manifest.sha256_of([path]))
        seconds = round(sum(run.seconds for run in runs), 3)
        run = replace(
            runs[0], source=source, frames=frames, damaged=damaged, people=len(people), broken_off=broken,
            seconds=seconds,
        )  # fmt: skip
        left = provenance.write_run(manifest.of(run, written, job.options_of(settings.style)), manifest_path)
    places.remove(folder)
    return Outcome(video, "done", broken, frames, seconds, tuple(left), damaged=damaged, slow=slow)


def _write(
    path: Path, folder: str, plan: Plan, outputs: list[tuple[Path, str]], settings: Settings
) -> tuple[int, int, set[int], list[tuple[Path, str]], str]:
    """Write the joined records; how many frames, how many damaged between them, which ids, (path, format) of what
    was written, and what the video says of its being slow motion."""
    parts = _recordings(folder, plan)
    first = next(parts)
    frames, damaged, people, last_index = 0, 0, set[int](), -1
    with (
        FileSource(path, recorded_at=settings.recorded_at) as source,
        _outputs(path, source, outputs, first[1], settings.style) as writing,
    ):
        slow = slow_motion.offer(source.info, "skelter batch")
        pictures = iter(source) if writing.need_pictures else iter(())
        for record, picture in _paired(joined(chain([first], parts)), pictures):
            writing.write(record, picture)
            damaged += record.index - last_index - 1 if frames else 0  # as Summary counts them
            frames += 1
            people.update(record.tracks.ids.tolist())
            last_index = record.index
        writing.end_with(ending(source, last_index, _next_s(pictures)))
        written = writing.finish()
    return frames, damaged, people, written, slow


def _next_s(following: Iterator[Frame]) -> float | None:
    """When the next frame is shown; None where the file ends or breaks off."""
    with suppress(SourceBrokenOff):
        return next((frame.time_s for frame in following), None)
    return None


def _outputs(
    path: Path, source: Source, outputs: list[tuple[Path, str]], recording: Recording, style: Style
) -> job.Outputs:
    audio = path if source.info.has_audio else None
    return job.Outputs(outputs, recording.header, style, audio_from=audio)


def _recordings(folder: str, plan: Plan) -> Iterator[tuple[Piece, Recording]]:
    for piece in plan.pieces:
        with places.at_hand(places.join(folder, f"{_name(piece)}.jsonl")) as path:
            recording = read(path)
        yield piece, recording


def _run_of(folder: str, piece: Piece) -> manifest.Run:
    found = places.read(places.join(folder, _name(piece) + manifest.ENDING))
    if found is None:
        raise SourceError(f"A piece has gone from {folder}; run the batch again.")
    run = manifest.parse(found, folder).run
    assert run is not None  # follow_piece writes none without
    return run


def _paired(records: Iterator[FrameRecord], pictures: Iterator[Frame]) -> Iterator[tuple[FrameRecord, Frame | None]]:
    """Each record with its picture; None where there is none of that index."""
    frame: Frame | None = None
    for record in records:
        while frame is None or frame.index < record.index:
            frame = next(pictures, None)
            if frame is None:
                break
        yield record, frame if frame is not None and frame.index == record.index else None
