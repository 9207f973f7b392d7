"""A headless Chromium that a test can ask things: its DevTools protocol, over a WebSocket."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import time
import urllib.request
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import pytest
from websockets.sync.client import connect

PROGRAM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
needs_chromium = pytest.mark.skipif(  # CI installs it: there its absence is a fault
    PROGRAM is None and "CI" not in os.environ, reason="needs Chromium: apt-get install chromium"
)


class Browser:
    """Opened on one page; `ask` evaluates JavaScript in it."""

    def __init__(self, page: str, folder: Path) -> None:
        assert PROGRAM is not None, "no Chromium"
        self._process = subprocess.Popen(
            [PROGRAM, "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
             "--remote-debugging-port=0", f"--user-data-dir={folder}", page],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        port_file = folder / "DevToolsActivePort"
        deadline = time.monotonic() + 120
        while not (port_file.exists() and port_file.read_text().strip()):
            assert time.monotonic() < deadline, "Chromium does not start"
            time.sleep(0.05)
        port = port_file.read_text().split()[0]
        target = None
        while target is None:
            assert time.monotonic() < deadline, "Chromium opens no page"
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/json/list", timeout=30) as listed:
                target = next((one for one in json.load(listed) if one["url"].startswith(page)), None)
        self._opened = ExitStack()
        self._tools = self._opened.enter_context(connect(target["webSocketDebuggerUrl"], max_size=None))
        self._number = 0

    def ask(self, expression: str) -> Any:
        """The value of an expression, awaited where it is a promise."""
        answer = self._call("Runtime.evaluate", expression=expression, awaitPromise=True, returnByValue=True)
        assert "exceptionDetails" not in answer, answer["exceptionDetails"]
        return answer["result"].get("value")

    def wait_for(self, expression: str) -> None:
        deadline = time.monotonic() + 60
        while not self.ask(expression):
            assert time.monotonic() < deadline, f"never true in the browser: {expression}"
            time.sleep(0.05)

    def _call(self, method: str, **parameters: object) -> dict[str, Any]:
        self._number += 1
        self._tools.send(json.dumps({"id": self._number, "method": method, "params": parameters}))
        while True:
            answer = json.loads(self._tools.recv(timeout=60))
            if answer.get("id") == self._number:
                return dict(answer["result"])

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._opened.close()
        self._process.terminate()
        self._process.wait(60)
