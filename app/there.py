"""Whether a file or folder is there."""

from __future__ import annotations

from pathlib import Path

from engine.errors import SourceError, reason_of


def is_there(path: Path) -> bool:
    """Raises SourceError where that cannot be found out."""
    try:
        return path.exists()
    except OSError as error:  # a folder on the way that may not be entered, a name that is too long
        raise SourceError(f"{path} cannot be read ({reason_of(error)}); check its name and permissions.") from error
