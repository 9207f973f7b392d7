"""The window. Views need Qt; player, clip, analyst, lanes, export job and the messages between them do not.

run_window ─▶ application ─▶ window ─▶ its parts (stage, side panel, banner, …)
                               │
                               └─ player (thread) ─▶ file_playback, live ─▶ app.pipeline, engine, trackers
"""

from __future__ import annotations

import sys
from pathlib import Path


def run_window(source: str | None = None, *, recording: Path | None = None) -> int:
    """Show the window until it is closed, with `source` open if one is given; the exit status.

    recording  Skelter JSON made of `source` before, so that it need not be analysed again
    """
    if sys.platform == "win32":
        # after Qt its library would not load there (microsoft/onnxruntime#26127)
        import onnxruntime  # noqa: F401

    from app.gui.application import run
    from app.gui.settings import Settings
    from app.gui.toolbox import DefaultToolbox

    settings = Settings()
    return run(DefaultToolbox(settings.engines), settings, source, recording)
