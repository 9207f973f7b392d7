"""What holds for all tests: Hypothesis tries the same examples every time, and a busy machine is no fault of theirs."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from hypothesis import HealthCheck, settings

# `pytest --hypothesis-profile=default` looks for new examples, at another speed limit than this
settings.register_profile("steady", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("steady")


@pytest.fixture
def heeds_hangups() -> Iterator[None]:
    """The end of a terminal means what it usually means, though the tests may run under nohup."""
    if sys.platform == "win32":
        yield
        return
    before = signal.signal(signal.SIGHUP, signal.SIG_DFL)
    yield
    signal.signal(signal.SIGHUP, before)


# The tests of training run beside all others, in the time for which those leave a processor idle, and so add little.
_OF_TRAINING = "test_the_training_pipeline"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: item.name == _OF_TRAINING)  # it waits for their end: last


@pytest.fixture(scope="session", autouse=True)
def _begin_early(request: pytest.FixtureRequest) -> None:
    alone = "PYTEST_XDIST_WORKER" not in os.environ  # else each worker would
    if alone and any(item.name == _OF_TRAINING for item in request.session.items):
        request.getfixturevalue("training_tests")


@pytest.fixture(scope="session")
def training_tests(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[subprocess.Popen[bytes], Path]]:
    """tests/training, run two at a time with one thread each: their networks are too small for more."""
    said = tmp_path_factory.mktemp("training") / "said.txt"
    command = [sys.executable, "-m", "tests.beside", "-q", "-ra", "-m", "not slow", "-o", "addopts=--strict-markers",
               "-o", "timeout=1200", "-n", "2", "tests/training"]  # fmt: skip
    own = {"OMP_NUM_THREADS": "1", "PYTEST_ADDOPTS": ""}  # which may name a folder that it would empty
    with said.open("wb") as output, subprocess.Popen(
        command, cwd=Path(__file__).parents[1], env=os.environ | own, stdin=subprocess.PIPE, stdout=output,
        stderr=subprocess.STDOUT,
    ) as process:  # fmt: skip
        psutil.Process(process.pid).nice(19 if sys.platform != "win32" else psutil.IDLE_PRIORITY_CLASS)
        yield process, said  # then its standard input is closed, which ends it: beside.py
