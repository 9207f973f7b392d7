"""The command line in the test's own process, quicker than one each time, where nothing is killed; live streams."""

from __future__ import annotations

import subprocess
import threading
from collections.abc import Callable, Iterator

import pytest

from app.cli import main
from app.streams import Streams
from tests.app.streaming import HEADER, keep_sending

Command = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def command(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Command:
    """Runs `skelter` with the arguments given."""
    monkeypatch.setenv("COLUMNS", "200")

    def run(*arguments: object) -> subprocess.CompletedProcess[str]:
        capsys.readouterr()
        status = main([str(argument) for argument in arguments])
        said = capsys.readouterr()
        return subprocess.CompletedProcess(arguments, status, said.out, said.err)

    return run


@pytest.fixture
def streams() -> Iterator[Streams]:
    with Streams(["ws://127.0.0.1:0"], HEADER, live=True) as opened:
        yield opened
    assert not [thread.name for thread in threading.enumerate() if "skelter stream" in thread.name]


@pytest.fixture
def running(streams: Streams) -> Iterator[Streams]:
    """Streams with a frame every five milliseconds."""
    stop = threading.Event()
    thread = threading.Thread(target=keep_sending, args=(streams, stop))
    thread.start()
    yield streams
    stop.set()
    thread.join()
