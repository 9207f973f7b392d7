"""The window. Views need Qt; player, clip, analyst, lanes, export job and the messages between them do not.

run_window ─▶ application ─▶ window ─▶ its parts (stage, side panel, banner, …)
                               │
                               └─ player (thread) ─▶ file_playback, live ─▶ app.pipeline, engine, trackers
"""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import Any


def run_window(
    source: str | None = None,
    *,
    detector: str | None = None,
    pose: str | None = None,
    device: str | None = None,
    recording: Path | None = None,
) -> int:
    """Show the window until it is closed, with `source` open if one is given; the exit status.

    detector, pose, device  names or files of models, and what runs them; None: what was chosen in the window before
    recording       Skelter JSON made of `source` before, so that it need not be analysed again
    """
    if sys.platform == "win32":
        # after Qt its library would not load there (microsoft/onnxruntime#26127)
        import onnxruntime  # noqa: F401

    from app.gui.application import run
    from app.gui.settings import Settings
    from app.gui.toolbox import DefaultToolbox

    settings = Settings()
    given: dict[str, Any] = {"detector": detector, "pose": pose, "device": device}
    choice = replace(settings.engines, **{part: words for part, words in given.items() if words is not None})
    return run(DefaultToolbox(choice), settings, source, recording)
