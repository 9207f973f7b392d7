"""Takes the rights to a file or folder away, also from root, who may otherwise do anything."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

_NOBODY = 65534


@contextmanager
def without_rights(path: Path) -> Iterator[None]:
    """Within it, `path` can be neither read nor written."""
    if not hasattr(os, "seteuid"):
        pytest.skip("this system has no file permissions of the POSIX kind")
    mode, user = path.stat().st_mode, os.geteuid()
    path.chmod(0)
    if user == 0:
        os.seteuid(_NOBODY)
    try:
        yield
    finally:
        if user == 0:
            os.seteuid(user)
        path.chmod(mode)
