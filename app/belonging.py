"""Whether a video is the one that a saved result was made of, as far as that and the manifest beside it tell."""

from __future__ import annotations

import logging
import re
from pathlib import Path

from app import provenance
from app.results import Recording, SourceRecord
from engine.errors import UsageError
from engine.video import Source, SourceInfo

_log = logging.getLogger(__name__)

_AS_LONG_S = 0.25  # a copy in another format may lack a picture or two at its ends
_SAME_RATE = 0.02  # by how much of it two may differ: by more, numbers of frames mean other moments within seconds


def check_belongs(recording: Recording, source: Source, result: Path) -> None:
    """Raises UsageError where `recording`, read from `result`, cannot have been made of `source`: pictures of another
    size; or another content, as its manifest tells, and no copy of it by rate, length and name.

    People draw on copies, in another format or cut. Where it may be one, or is another video all the same, a line
    says so.
    """
    made_of, info = recording.header.source, source.info
    if (made_of.width, made_of.height) != (info.width, info.height):
        raise UsageError(
            "{0} was made of a video of {1} × {2} pixels, not of {3}; open the two that belong together.",
            result.name, made_of.width, made_of.height, info.name,
        )  # fmt: skip
    if made_of.live or info.live:
        return  # who looks for its frames on those of a video goes by their times
    is_source = provenance.is_source_of(result, source)
    has_rate, is_as_long = _has_rate(made_of, info), _is_as_long(made_of, info)
    if is_source or (is_source is None and has_rate and is_as_long):
        return
    if is_source is False and not has_rate:
        raise UsageError(
            "{0} was made of {1} ({2}), not of {3} ({4}): at another rate frames are of other moments; give the one "
            "that it was made of, or a copy at {5} frames/s.",
            result.name, made_of.name, _told(made_of), info.name, _told(info), f"{made_of.fps:.4g}",
        )  # fmt: skip
    if is_source is False and not (is_as_long or _is_called_after(made_of.name, info.name)):
        raise UsageError(
            "{0} was made of {1} ({2}), and {3} ({4}) is another video; give the one that it was made of, or a copy "
            "that is called after it.",
            result.name, made_of.name, _told(made_of), info.name, _told(info),
        )  # fmt: skip
    if has_rate and is_as_long:
        _log.warning(
            "%s is not the file that %s was made of: joints lie right only on a copy of that.", info.name, result.name
        )
    else:
        _log.warning(
            "%s was made of %s (%s), not of %s (%s): joints lie right only where both begin with the same picture.",
            result.name, made_of.name, _told(made_of), info.name, _told(info),
        )  # fmt: skip


def _has_rate(made_of: SourceRecord, info: SourceInfo) -> bool:
    """Whether the two have the same rate, as far as that is known."""
    if not made_of.fps or not info.fps:
        return True
    of_last = 2 / (made_of.fps * made_of.duration_s) if made_of.duration_s else 0.0  # whose length files tell variously
    return abs(info.fps / made_of.fps - 1) <= _SAME_RATE + of_last


def _is_as_long(made_of: SourceRecord, info: SourceInfo) -> bool:
    """Whether they last as long, as far as that is known."""
    one, other = made_of.duration_s, info.duration_s
    return one is None or other is None or abs(one - other) <= _AS_LONG_S


def _is_called_after(one: str, other: str) -> bool:
    """Whether the name of one has all of the other's in it: `walk (cut).mp4` of `walk.mkv`, and no `walk2.mkv`."""
    stems = sorted((Path(one).stem.casefold(), Path(other).stem.casefold()), key=len)
    return re.search(rf"(?<![^\W_]){re.escape(stems[0])}(?![^\W_])", stems[1]) is not None


def _told(known: SourceRecord | SourceInfo) -> str:
    length = "of unknown length" if known.duration_s is None else f"{known.duration_s:.1f} s"
    return length if known.fps is None else f"{length}, {known.fps:.4g} frames/s"
