"""Which videos: those in a folder and its folders, or those in a list; and where the results of each go."""

from __future__ import annotations

import os
import re
from collections import Counter, defaultdict
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path, PurePosixPath

from app.addresses import place_of
from app.batch import owners, places
from app.kinds import VIDEOS
from app.manifest import ENDING, SourceFacts, parse
from engine.errors import MissingFileError, SkelterError, SourceError, UsageError, reason_of


@dataclass(frozen=True, slots=True)
class Video:
    """A video and the address of the folder of its results, whose files are called `stem`.something."""

    address: str
    folder: str
    stem: str
    bytes: int


def find_videos(where: str, out: str, tell: Callable[[str], None] = lambda unread: None) -> list[Video]:
    """The videos in a folder (each in the same place under `out`), or of a list, a file with an address a line.

    What may not be looked at in the folder, and links to nothing, are passed over and told of, in a sentence each.
    Raises MissingFileError where there are none, SourceError where nothing may be looked at, UsageError where a list
    names one twice.
    """
    path = Path(where)
    try:
        is_folder, is_there = places.is_remote(where) or path.is_dir(), path.exists()
    except OSError as error:
        raise SourceError(f"{where} cannot be looked into ({reason_of(error)}); check its permissions.") from error
    if is_folder:
        if not places.is_remote(where) and Path(out).resolve() == path.resolve():
            raise UsageError(f"{out} is the folder of the videos; give another one for the results.")
        return _in_folder(where, out, tell)
    if not is_there:
        raise MissingFileError(f"{where} does not exist; give a folder of videos, or a text file with one a line.")
    if path.suffix.lower() in VIDEOS:
        return _listed([str(path)], path.parent, out)
    return _in_list(path, out)


def _in_folder(where: str, out: str, tell: Callable[[str], None]) -> list[Video]:
    root = where.rstrip("/")
    own = _inside(root, out)
    unread: list[str] = []
    files = places.files_under(where, unread.append)
    made = _made(files)
    found, has_results = [], False
    for address, size in files:
        name = _relative(root, address)
        # of ._clip.mp4 macOS makes files beside clip.mp4 on disks that are not its own
        if PurePosixPath(name).suffix.lower() not in VIDEOS or places.name_of(address).startswith("._"):
            continue
        if places.is_dangling(address):
            unread.append(f"{address} is a link to {os.readlink(address)}, which does not exist; mend or remove it.")
        elif (address, size) in made or (own is not None and PurePosixPath(name).is_relative_to(own)):
            has_results = True
        else:
            found.append((address, name, size))
    for sentence in unread:
        tell(sentence)
    if not found and not unread:
        if has_results:
            raise MissingFileError(f"{where} holds only videos that Skelter made; give the folder of the originals.")
        raise MissingFileError(f"{where} holds no videos ({' '.join(sorted(VIDEOS))}).")
    return _placed(found, out)


def _made(files: list[tuple[str, int]]) -> set[tuple[str, int]]:
    """The (address, bytes) of what Skelter wrote, by the manifests among the files: its videos are none to follow."""
    found: set[tuple[str, int]] = set()
    for address, _ in files:
        if not address.endswith(ENDING):
            continue
        folder = address.removesuffix(places.name_of(address))
        with suppress(SkelterError):
            told = parse(places.read(address) or b"")
            found.update((folder + output.name, output.bytes) for output in (*told.outputs, *told.earlier))
    return found


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
    # relative to the list, which is where people write them down
    full = [one if places.is_remote(one) else str(path.parent / one) for one in addresses]
    seen: set[tuple[str, ...]] = set()
    for one, address in zip(addresses, full, strict=True):
        if not places.name_of(address).strip("."):
            raise UsageError(f"{path} names {one}, which is no video; give files, or one folder instead of the list.")
        if (parts := _parts_of(address)) in seen:
            raise UsageError(f"{path} names {one} twice; once is enough.")
        seen.add(parts)
    return _listed(full, path.parent, out)


def _size(address: str) -> int:
    """0 where there is no such video: that is told when its turn comes."""
    try:
        return places.size_of(address) or 0
    except SkelterError:
        return 0


def _listed(addresses: list[str], beside: Path, out: str) -> list[Video]:
    """The videos of a list that lies in `beside`, each where its finished results are, or else in a place of its own.

    What else is listed changes, so a place is the video's alone: its name, where no other of the list has that; or else
    its path below the list; or else the whole of its path; whichever is the first that holds no other's results.
    """
    alike = Counter(_stem(address).casefold() for address in addresses)
    there = places.names_in(out)
    numbered: dict[str, list[str]] = defaultdict(list)  # clip.mp4, clip.mp4-2 …, as lists were placed once
    for name in sorted(there):
        numbered[re.sub(r"-\d+$", "", name)].append(name)
    videos: dict[str, Video] = {}  # by folder
    for address in addresses:
        new = _places_for(address, beside, is_only_one=alike[_stem(address).casefold()] == 1)
        earlier: list[tuple[str, ...]] = [(name,) for name in (_stem(address), *numbered[places.name_of(address)])]
        earlier += [place for place in _places_in_folders(address) if place not in new]
        size, choice = _size(address), []
        for parts in dict.fromkeys([*earlier, *new]):
            video = Video(address, places.join(out, *parts), _stem(address), size)
            if video.folder not in videos:
                choice.append((video, owners.owner_in(video) if parts[0] in there else None, parts in new))
        if not any(is_new for *_, is_new in choice):  # another's path below the list is the whole of this one's
            choice.append((replace(video, folder=f"{video.folder}-2"), None, True))
        settled = _settled(choice)
        videos[settled.folder] = settled
    return list(videos.values())


def _settled(choice: list[tuple[Video, SourceFacts | None, bool]]) -> Video:
    """Of places, whose results they hold, and whether they are for new ones: where the video's own are, or may be."""
    own = (video for video, facts, _ in choice if facts is not None and owners.is_at(facts, video))
    free = (video for video, facts, is_new in choice if is_new and not owners.is_anothers(facts, video))
    return next(own, None) or next(free, choice[-1][0])


def _stem(address: str) -> str:
    return PurePosixPath(places.name_of(address)).stem


def _places_for(address: str, beside: Path, *, is_only_one: bool) -> list[tuple[str, ...]]:
    """Where the results of a listed video may go, in parts, the shortest first."""
    found: list[tuple[str, ...]] = [(_stem(address),)] if is_only_one else []
    if not places.is_remote(address):
        path, root = Path(os.path.abspath(address)), Path(os.path.abspath(beside))
        if path.is_relative_to(root):
            found.append(path.relative_to(root).parts)
    return [*found, _parts_of(address)]


def _places_in_folders(address: str) -> list[tuple[str, ...]]:
    """Where the results of a video are of which a folder was followed: any of those that it lies in."""
    begins_above = places.is_remote(address) or Path(os.path.abspath(address)).drive  # by what is no folder
    *folders, name = _parts_of(address)[1 if begins_above else 0 :]
    return [(*folders[at:], last) for at in range(len(folders)) for last in (_stem(address), name)]


def _parts_of(address: str) -> tuple[str, ...]:
    """The whole of an address as the names of folders: one spelling, and no password."""
    if places.is_remote(address):
        scheme, _, rest = place_of(address).partition("://")
        return (scheme, *[part for part in rest.split("/")[:-1] if part.strip(".")], places.name_of(address))
    path = Path(os.path.abspath(address))
    return (*re.findall(r"[^:\\/?]+", path.drive), *path.parts[1:])


def _placed(found: list[tuple[str, str, int]], out: str) -> list[Video]:
    """A folder for each, called as the video without its ending, or with it where two would meet; or where its finished
    results are already by the other of these names."""
    bare = Counter(str(PurePosixPath(name).with_suffix("")) for _, name, _ in found)
    names_in = lru_cache(maxsize=None)(places.names_in)
    taken: Counter[str] = Counter()
    videos = []
    for address, name, size in found:
        stem = str(PurePosixPath(name).with_suffix(""))
        folder, other = (stem, name) if bare[stem] == 1 else (name, stem)
        video, moved = (
            Video(address, places.join(out, *PurePosixPath(one).parts), PurePosixPath(name).stem, size)
            for one in (folder, other)
        )
        is_there = PurePosixPath(other).name in names_in(places.join(out, *PurePosixPath(other).parts[:-1]))
        if is_there and not _has_results(video) and _has_results(moved):
            video, folder = moved, other
        taken[folder] += 1
        if taken[folder] > 1:
            video = replace(video, folder=f"{video.folder}-{taken[folder]}")
        videos.append(video)
    return videos


def _has_results(video: Video) -> bool:
    """Whether finished results of it, as it is or was, lie in its folder."""
    facts = owners.owner_in(video)
    return facts is not None and owners.is_at(facts, video)
