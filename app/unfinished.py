"""What a run that was killed, or whose disk was full, left under an unfinished name, and what of it can be used."""

from __future__ import annotations

import glob
from collections.abc import Iterable
from pathlib import Path

from engine.errors import SkelterError
from engine.files import finished_folder_name, finished_name, folders_left_behind, left_behind
from engine.video.sink import SUFFIXES

_QUICKLY_READ = 200_000_000  # bytes of a video, to count its seconds, or of text, to count its lines
_QUICKLY_PARSED = 20_000_000  # bytes of JSON, to count its frames


def told(outputs: Iterable[Path]) -> list[str]:
    """A sentence for every unfinished file or folder of these outputs that no running program writes."""
    return [_sentence(part) for output in outputs for part in (*files_of(output), *_folders_left_behind(output))]


def files_of(output: Path) -> list[Path]:
    """The unfinished files of an output, those of each person with it, that no running program writes."""
    return [part for target in (output, *_of_each_person(output)) for part in left_behind(target)]


def finished(path: Path) -> Path:
    """What an unfinished file or folder was to become; of any other the path itself."""
    return path.with_name(finished_folder_name(path) if path.is_dir() else finished_name(path))


def contents(part: Path) -> str | None:
    """What an unfinished file or folder holds, in words; None where nothing of it can be read."""
    from app.exports import format_of

    try:
        if part.is_dir():
            return _files_of(part)
        size = part.stat().st_size
        if not size:
            return None
        if part.suffix.lower() in SUFFIXES:
            return _seconds_of(part, size)
        if _is_recording(part):
            return _frames_of(part, size)
        match format_of(Path(finished_name(part))):
            case "parquet":  # its table of contents is written last
                return None
            case None:
                return _bytes(size)
        lines = part.read_bytes().count(b"\n") if size <= _QUICKLY_READ else 0
    except OSError:
        return None
    return _count(lines, "line") if lines else _bytes(size)


def _of_each_person(output: Path) -> list[Path]:
    """NAME-p3.trc … where something unfinished is called so."""
    from app.exports import FOR_EACH_PERSON, format_of
    from app.exports.each_person import names_of

    if format_of(output) not in FOR_EACH_PERSON:
        return []
    begun = {finished_name(path) for path in output.parent.glob(f"{glob.escape(output.stem)}-p*.part*")}
    return [output.with_name(name) for name in sorted(begun) if names_of(output).fullmatch(name)]


def _folders_left_behind(output: Path) -> list[Path]:
    from app.job import format_name
    from app.picture_folder import FORMAT

    return folders_left_behind(output) if format_name(output) in ("openpose", FORMAT) else []


def _files_of(folder: Path) -> str | None:
    from app.exports.openpose_folder import FILE_NAME
    from app.picture_folder import NAMES

    for names, kind in ((FILE_NAME, "frame"), (NAMES, "picture")):
        if count := sum(names.fullmatch(path.name) is not None for path in folder.iterdir()):
            return _count(count, kind)
    return None


def _is_recording(part: Path) -> bool:
    from app.exports import format_of

    return format_of(Path(finished_name(part))) in ("json", "jsonl")


def _seconds_of(part: Path, size: int) -> str | None:
    import av
    from av.error import FFmpegError

    try:
        with av.open(str(part)) as container:
            if size > _QUICKLY_READ:
                next(container.decode(video=0))
                return f"{_bytes(size)} of video"
            times = [p.pts * p.time_base for p in container.demux(video=0) if p.pts is not None and p.time_base]
    except (FFmpegError, StopIteration, IndexError):  # of the last: no video in it
        return None
    return f"{float(max(times) - min(times)):.1f} s of video" if times else None


def _frames_of(part: Path, size: int) -> str | None:
    from app.exports.skelter_json import read

    if size > _QUICKLY_PARSED:
        return _bytes(size)
    try:
        return _count(len(read(part, cut_off=True)), "frame")
    except SkelterError:
        return None


def _bytes(size: int) -> str:
    return f"{size / 1e6:.0f} MB" if size >= 1_000_000 else _count(size, "byte")


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"


def _sentence(part: Path) -> str:
    found = contents(part)
    if found is None:
        return f"{part} is of a run that was ended, and nothing in it can be read; remove it."
    remedy = "Rename it to keep it"
    if _is_recording(part):  # under a name of its own, as that of the outputs is the coming run's
        remedy = f"`skelter export {part} -o NAME.json` makes a whole file of it"
    return f"{part} is of a run that was ended; it holds {found}. {remedy}, or remove it."
