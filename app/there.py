"""Whether a file or folder is there, and what the system says where it does not do what was asked of it."""

from __future__ import annotations

from pathlib import Path

from engine.errors import SourceError


def is_there(path: Path) -> bool:
    """Raises SourceError where that cannot be found out."""
    try:
        return path.exists()
    except OSError as error:  # a folder on the way that may not be entered, a name that is too long
        raise SourceError(f"{path} cannot be read ({reason_of(error)}); check its name and permissions.") from error


def reason_of(error: OSError) -> str:
    """In the system's words, within a sentence."""
    return (error.strerror or str(error)).lower()
