"""Whose results a folder holds, by their manifest: those of another video called alike are never written over."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from app import manifest
from app.addresses import place_of
from app.batch import places
from engine.errors import SinkError, SkelterError

if TYPE_CHECKING:
    from app.batch.videos import Video


_UNTOLD = manifest.SourceFacts("which their manifest does not tell", None, None, None, None, 0, 0, None, None)
"""Of results whose manifest cannot be read: they may be anybody's."""


def owner_in(video: Video) -> manifest.SourceFacts | None:
    """The source of the finished results that lie where those of `video` are to go; None where there are none."""
    where = places.join(video.folder, video.stem + manifest.ENDING)
    found = places.read(where)
    if found is None:
        return None if places.size_of(where) is None else _UNTOLD
    try:
        known = manifest.parse(found)
    except SkelterError:
        return _UNTOLD
    told = known.run or known.origin
    return told.source if told is not None else _UNTOLD


def is_at(facts: manifest.SourceFacts, video: Video) -> bool:
    """Whether the source of a manifest was the video at this address, changed since or not."""
    if facts.path is None:  # it was made of a saved result, which knows the name alone
        return facts.name == places.name_of(video.address)
    return facts.path == place_of(video.address)


def is_unchanged(facts: manifest.SourceFacts, video: Video) -> bool:
    """Whether the video is the one of a manifest still: by address, size and date, or else, wherever it is, by hash."""
    if is_as_it_was(facts, video):
        return True
    if places.is_remote(video.address):
        return False
    try:
        stamp = manifest.stamp_of([Path(video.address)])
        return facts.bytes == stamp[0] and facts.sha256 == _sha256_of(video.address, *stamp)
    except OSError:
        return False


def is_as_it_was(facts: manifest.SourceFacts, video: Video) -> bool:
    """Whether the video is the one of a manifest still by address, size and date; elsewhere by its version, where its
    storage tells of any."""
    if not is_at(facts, video):
        return False
    if places.is_remote(video.address):
        return facts.bytes == video.bytes and places.version_of(video.address) in (None, facts.version)
    try:
        return (facts.bytes, facts.modified_ns) == manifest.stamp_of([Path(video.address)])
    except OSError:
        return False


@lru_cache(maxsize=64)
def _sha256_of(address: str, size: int | None, modified_ns: int | None) -> str:
    return manifest.sha256_of([Path(address)])


def is_anothers(facts: manifest.SourceFacts | None, video: Video) -> bool:
    """Whether the source of a manifest is neither at the address of the video nor the same as it."""
    return facts is not None and not is_at(facts, video) and not is_unchanged(facts, video)


def check_free(video: Video) -> None:
    """Raises SinkError where the results of another video lie where those of this one are to go."""
    facts = owner_in(video)
    if facts is not None and is_anothers(facts, video):
        raise SinkError(
            "{0} holds the results of another video, {1}; give another folder (--out) for those of {2}.",
            video.folder, facts.path or facts.name, video.address,
        )  # fmt: skip
