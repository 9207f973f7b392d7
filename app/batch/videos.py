"""Which videos: those in a folder and its folders, or those in a list; and where the results of each go."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from app.batch import places
from engine.errors import MissingFileError, SkelterError, UsageError

VIDEO_SUFFIXES = frozenset(
    {".mp4", ".m4v", ".mov", ".mkv", ".webm", ".avi", ".mpg", ".mpeg", ".ts", ".mts", ".m2ts", ".wmv", ".flv", ".3gp",
     ".ogv", ".mxf"}
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Video:
    """A video and the address of the folder of its results, whose files are called `stem`.something."""

    address: str
    folder: str
    stem: str
    bytes: int


def find_videos(where: str, out: str) -> list[Video]:
    """The videos in a folder (each in the same place under `out`), or of a list, a file with an address a line.

    Raises MissingFileError where there are none, UsageError where a list names one twice.
    """
    if places.is_remote(where) or Path(where).is_dir():
        if not places.is_remote(where) and Path(out).resolve() == Path(where).resolve():
            raise UsageError(f"{out} is the folder of the videos; give another one for the results.")
        return _in_folder(where, out)
    path = Path(where)
    if not path.exists():
        raise MissingFileError(f"{where} does not exist; give a folder of videos, or a text file with one a line.")
    if path.suffix.lower() in VIDEO_SUFFIXES:
        return _placed([(str(path), path.name, path.stat().st_size)], out)
    return _in_list(path, out)


def _in_folder(where: str, out: str) -> list[Video]:
    root = where.rstrip("/")
    own = _inside(root, out)
    found = []
    for address, size in places.files_under(where):
        name = _relative(root, address)
        is_result = own is not None and PurePosixPath(name).is_relative_to(own)
        if PurePosixPath(name).suffix.lower() in VIDEO_SUFFIXES and not is_result:
            found.append((address, name, size))
    if not found:
        raise MissingFileError(f"{where} holds no videos ({' '.join(sorted(VIDEO_SUFFIXES))}).")
    return _placed(found, out)


def _relative(root: str, address: str) -> str:
    return address[len(root) :].lstrip("/") if places.is_remote(root) else Path(address).relative_to(root).as_posix()


def _inside(root: str, out: str) -> str | None:
    """Where `out` lies in the folder of the videos; its annotated videos are none to follow."""
    if places.is_remote(root) or places.is_remote(out):
        return _relative(root, out) if out.startswith(f"{root}/") else None
    try:
        return Path(out).resolve().relative_to(Path(root).resolve()).as_posix()
    except ValueError:
        return None


def _in_list(path: Path, out: str) -> list[Video]:
    try:
        lines = [line.strip() for line in path.read_text("utf-8-sig").splitlines()]
    except UnicodeDecodeError as error:
        raise UsageError(f"{path} is no list of videos; give a text file with one a line, or a folder.") from error
    addresses = [line for line in lines if line and not line.startswith("#")]
    if not addresses:
        raise MissingFileError(f"{path} names no videos; write one a line.")
    twice = [address for address, count in Counter(addresses).items() if count > 1]
    if twice:
        raise UsageError(f"{path} names {twice[0]} twice; once is enough.")
    # relative to the list, which is where people write them down
    full = [one if places.is_remote(one) else str(path.parent / one) for one in addresses]
    return _placed([(one, places.name_of(one), _size(one)) for one in full], out)


def _size(address: str) -> int:
    """0 where there is no such video: that is told when its turn comes."""
    try:
        return places.size_of(address) or 0
    except SkelterError:
        return 0


def _placed(found: list[tuple[str, str, int]], out: str) -> list[Video]:
    """A folder for each, called as the video without its ending, or with it where two would meet."""
    bare = Counter(str(PurePosixPath(name).with_suffix("")) for _, name, _ in found)
    taken: Counter[str] = Counter()
    videos = []
    for address, name, size in found:
        stem = str(PurePosixPath(name).with_suffix(""))
        folder = stem if bare[stem] == 1 else name
        taken[folder] += 1
        if taken[folder] > 1:
            folder = f"{folder}-{taken[folder]}"
        videos.append(Video(address, places.join(out, *PurePosixPath(folder).parts), PurePosixPath(name).stem, size))
    return videos
