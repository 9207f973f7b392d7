"""How long until the window shows, until the first skeleton of a clip, until it is closed; and how long it ever hung.

    python scripts/bench_window.py CLIP [--runs 5] [--json]

Every run is a fresh process, timed from before Python starts. `QT_QPA_PLATFORM=offscreen` where there is no screen.
"""

from __future__ import annotations

import argparse
import json
import platform
import statistics
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
ROWS = {
    "window_s": "process start → window painted, s",
    "picture_s": "file opened → first picture, s",
    "skeleton_s": "file opened → first skeleton, s",
    "hang_ms": "longest time the window did not answer, ms",
    "close_s": "close → everything ended, s",
}
WATCH_S = 3.0
BEAT_MS = 2


def child(clip: str, begun: float) -> None:
    """One run; prints its figures as JSON."""
    from PyQt6.QtCore import QEvent, QObject, QTimer

    from app.gui.application import start
    from app.gui.settings import Settings
    from app.gui.toolbox import DefaultToolbox

    class Painted(QObject):
        def eventFilter(self, watched: QObject | None, event: QEvent | None) -> bool:
            if event is not None and event.type() == QEvent.Type.Paint and "window_s" not in figures:
                figures["window_s"] = time.time() - begun
                QTimer.singleShot(0, open_clip)
            return False

    figures: dict[str, float] = {}
    opened = 0.0
    last_beat = time.perf_counter()

    def open_clip() -> None:
        nonlocal opened, last_beat
        opened = last_beat = time.perf_counter()
        heart.start()
        window.open_source(clip)

    def beat() -> None:
        nonlocal last_beat
        now = time.perf_counter()
        figures["hang_ms"] = max(figures.get("hang_ms", 0.0), (now - last_beat) * 1e3 - BEAT_MS)
        last_beat = now

    def look() -> None:
        picture = window.shown
        if picture is not None and "picture_s" not in figures:
            figures["picture_s"] = time.perf_counter() - opened
        if picture is not None and picture.people and "skeleton_s" not in figures:
            figures["skeleton_s"] = time.perf_counter() - opened
            QTimer.singleShot(int(WATCH_S * 1000), finish)

    def finish() -> None:
        heart.stop()
        before = time.perf_counter()
        window.close()
        figures["close_s"] = time.perf_counter() - before
        app.quit()

    app, window = start(DefaultToolbox(), Settings())
    painted = Painted()
    window.pages.currentWidget().installEventFilter(painted)  # type: ignore[union-attr]
    window.picture_came.connect(look)
    heart = QTimer()
    heart.setInterval(BEAT_MS)
    heart.timeout.connect(beat)
    app.exec()
    sys.stdout.write(json.dumps(figures) + "\n")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("clip")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--child", type=float, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child is not None:
        child(options.clip, options.child)
        return
    runs = []
    for _ in range(options.runs):
        command = [sys.executable, __file__, options.clip, "--child", repr(time.time())]
        done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT, env=_environment())
        runs.append(json.loads(done.stdout.splitlines()[-1]))
    if options.json:
        print(json.dumps(runs, indent=2))
        return
    print(f"{Path(options.clip).name}, {options.runs} fresh processes, Python {platform.python_version()}")
    print(f"{'':48}{'median':>8}{'worst':>8}")
    for key, words in ROWS.items():
        values = [run[key] for run in runs]
        print(f"{words:48}{statistics.median(values):8.2f}{max(values):8.2f}")


def _environment() -> dict[str, str]:
    import os

    return {**os.environ, "PYTHONPATH": str(ROOT)}


if __name__ == "__main__":
    main()
