"""Whether a file or folder is there, where that cannot be found out either."""

from __future__ import annotations

from pathlib import Path

from engine.errors import SourceError


def is_there(path: Path) -> bool:
    """Raises SourceError where that cannot be found out."""
    try:
        return path.exists()
    except OSError as error:  # a folder on the way that may not be entered, a name that is too long
        reason = (error.strerror or str(error)).lower()
        raise SourceError(f"{path} cannot be read ({reason}); check its name and permissions.") from error
