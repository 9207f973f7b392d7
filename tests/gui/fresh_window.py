"""A window in a process where nothing is loaded yet: prints how long its thread worked in one go, and what it imported.

By phase, in ms of that thread's processor time; imports are waited for where another thread is at them, so those of
libraries are listed. In a test's own process everything is loaded already.
"""

from __future__ import annotations

import json
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

from PyQt6.QtCore import QEventLoop, QSettings, QTimer

from app.gui.application import start
from app.gui.settings import Settings
from app.gui.toolbox import DefaultToolbox, EngineChoice, EngineSet


class Imports:
    """Stands first in sys.meta_path and finds nothing; remembers which libraries the window's thread asked for."""

    def __init__(self) -> None:
        self.libraries: set[str] = set()

    def find_spec(self, name: str, path: object = None, target: object = None) -> None:
        package = name.partition(".")[0]
        known = sys.stdlib_module_names | {"app", "engine", "trackers", "PyQt6"}
        if threading.current_thread() is threading.main_thread() and package not in known:
            self.libraries.add(package)


class Tools(DefaultToolbox):
    """The real sources; quick engines, loaded as late as the real ones."""

    def engines(self, choice: EngineChoice) -> EngineSet:
        from tests.gui.clips import GreenEngines

        return GreenEngines(choice)


def main(clip: str, target: str) -> None:
    folder = Path(tempfile.mkdtemp())
    settings = Settings(QSettings(str(folder / "s.ini"), QSettings.Format.IniFormat), folder / "recovery")
    _app, window = start(Tools(), settings)
    worst: dict[str, float] = {}
    phase, last = "start", time.thread_time()

    def beat() -> None:
        nonlocal last
        now = time.thread_time()
        worst[phase], last = max(worst.get(phase, 0.0), (now - last) * 1e3), now

    def until(done: Callable[[], object]) -> None:
        loop = QEventLoop()
        look = QTimer()
        look.timeout.connect(lambda: loop.quit() if done() else None)
        look.start(20)
        QTimer.singleShot(30_000, loop.quit)
        loop.exec()
        look.stop()
        if not done():
            raise TimeoutError(f"in 30 s nothing came of it: {phase}")

    heart = QTimer()
    heart.timeout.connect(beat)
    heart.start(2)
    until(lambda: window.isActiveWindow())
    imports = Imports()
    sys.meta_path.insert(0, imports)  # type: ignore[arg-type]
    phase, last = "load", time.thread_time()
    window.open_source(clip)
    until(lambda: window.shown is not None and window.shown.people)
    phase = "analysis strip"
    window.editing.choose(1)
    window.actions_["analysis"].setChecked(True)
    until(lambda: window.stage.analysis.series is not None and window.stage.analysis.has_plot)
    phase = "export"
    window.commands.questions.target = lambda suggestion, kinds: target  # type: ignore[method-assign]
    window.actions_["export"].trigger()
    until(lambda: Path(target).name in window.banner.sentence)
    phase = "cameras"
    window.actions_["choose-camera"].trigger()
    until(lambda: (chooser := window.commands.cameras.chooser) is not None and chooser.backend.count())
    heart.stop()
    window.close()
    sys.stdout.write(json.dumps({"worst_ms": worst, "imported": sorted(imports.libraries)}) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
