"""Maps the shared libraries of heavy packages into memory before Python imports them, so that the window never waits.

Importing a compiled module holds Python's lock while the system maps and links its libraries, tens of milliseconds for
some, and the window hangs as long. A call through ctypes does the same work without the lock; the import after it finds
everything there. Qt-free.
"""

from __future__ import annotations

import ctypes
import importlib.util
import os
import sys
from pathlib import Path


def map_libraries(*packages: str) -> None:
    """Map what of these packages is installed; a library that cannot be mapped so is left to its import."""
    if sys.platform == "win32":  # LoadLibrary looks for neighbours elsewhere, and may then tell the user of it
        return
    link = ctypes.CDLL(None).dlopen
    link.restype, link.argtypes = ctypes.c_void_p, [ctypes.c_char_p, ctypes.c_int]
    for package in packages:
        spec = importlib.util.find_spec(package)
        for folder in (spec.submodule_search_locations or ()) if spec is not None else ():
            for library in sorted(Path(folder).rglob("*.so")):
                link(os.fsencode(library), os.RTLD_NOW | os.RTLD_LOCAL)
