"""TrackEval, the field's reference for tracking figures, without the libraries it names but does not need here.

Installed the usual way it brings the full OpenCV wheel, whose files and Qt plugins would replace the headless ones.
"""

from __future__ import annotations

import importlib
import subprocess
import sys
from types import ModuleType

import platformdirs
import pytest

VERSION = "1.3.0"


def load_trackeval() -> ModuleType:
    """The module, fetched once into the cache folder; skips the test module where it can be had nowhere."""
    folder = platformdirs.user_cache_path("skelter") / "tests" / f"trackeval-{VERSION}"
    if not (folder / "trackeval").is_dir():
        command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--target", str(folder)]
        done = subprocess.run([*command, f"trackeval=={VERSION}"], capture_output=True, text=True, check=False)
        if done.returncode:
            pytest.skip(f"TrackEval {VERSION} cannot be fetched: {done.stderr[-200:]}", allow_module_level=True)
    if str(folder) not in sys.path:
        sys.path.append(str(folder))
    return importlib.import_module("trackeval")
