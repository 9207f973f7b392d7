"""Whether a window could be shown: found out before Qt starts, which ends the whole process where it cannot."""

from __future__ import annotations

import ctypes
import importlib.util
import os
import re
import socket
import sys
from pathlib import Path

_NONE = "There is no display for the window"
_XCB = "libxcb.so.1"


def trouble() -> str | None:
    """Why no window can be shown, the beginning of a sentence; None where one can."""
    if sys.platform in ("win32", "darwin"):
        return None
    # what somebody asked for, several with semicolons between them, each perhaps with options
    asked = [kind.partition(":")[0] for kind in os.environ.get("QT_QPA_PLATFORM", "").split(";") if kind]
    if any(not kind.startswith(("wayland", "xcb")) for kind in asked):
        return None  # offscreen, vnc, eglfs …: without a display
    found = [
        answer() for kind, answer in (("wayland", _wayland), ("xcb", _x))
        if not asked or any(each.startswith(kind) for each in asked)
    ]  # fmt: skip
    return None if None in found else next(filter(None, found), _NONE)


def _wayland() -> str | None:
    """Why no Wayland compositor shows a window: no words where none is named; None where one does."""
    if os.environ.get("WAYLAND_SOCKET"):  # a connection that is open already
        return _lacking("libqwayland.so")
    name = os.environ.get("WAYLAND_DISPLAY")
    if not name:
        return ""
    with socket.socket(socket.AF_UNIX) as line:
        try:
            line.connect(os.path.join(os.environ.get("XDG_RUNTIME_DIR", ""), name))
        except OSError:
            return f"{_NONE}: WAYLAND_DISPLAY is {name}, where nothing answers"
    return _lacking("libqwayland.so")


def _x() -> str | None:
    """Why no X server shows a window: no words where none is named; None where one does."""
    name = os.environ.get("DISPLAY")
    if not name:
        return ""
    try:
        xcb = ctypes.CDLL(_XCB)
    except OSError:
        return _install(_XCB)
    xcb.xcb_connect.restype = ctypes.c_void_p
    xcb.xcb_connection_has_error.argtypes = xcb.xcb_disconnect.argtypes = [ctypes.c_void_p]
    connection = xcb.xcb_connect(None, None)  # as Qt does, so with the same rights
    is_refused = xcb.xcb_connection_has_error(connection)
    xcb.xcb_disconnect(connection)
    return f"{_NONE}: DISPLAY is {name}, where nothing answers" if is_refused else _lacking("libqxcb.so")


def _lacking(plugin: str) -> str | None:
    """Which library of the system one of Qt's plugins lacks; None where it has them all."""
    package = importlib.util.find_spec("PyQt6")
    for folder in (package.submodule_search_locations or ()) if package is not None else ():
        path = Path(folder, "Qt6", "plugins", "platforms", plugin)
        if path.exists():  # else Qt is the system's own, and came with what it needs
            try:
                ctypes.CDLL(str(path))
            except OSError as error:
                return _install(str(error).partition(":")[0])
    return None


def _install(library: str) -> str:
    return f"The window needs {missing(library)}"


def missing(library: str) -> str:
    """That a library of the system is missing, and which package has it: the end of a sentence."""
    name, _, version = Path(library).name.partition(".so.")
    name = re.sub(r"^lib(?:glib|gthread)-", "libglib", name)  # the one package that is not called after the file
    package = name.lower() + ("-" if re.search(r"\d$", name) else "") + version
    return f"{library}, which is missing; install {package} (so Debian and Ubuntu call it)"
