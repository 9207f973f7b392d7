"""What holds for all tests: Hypothesis tries the same examples every time, and a busy machine is no fault of theirs."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
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


# These run beside all others, in the time for which those leave a processor idle, and so add little: how much they
# yield to the others, the window above all, and what they are. What a command is given seconds for comes first.
_BESIDE = {
    "app": (5, ["tests/app"]),
    "training": (19, ["-n", "2", "tests/training"]),
    "trackers": (19, ["tests/trackers"]),
    "faults": (19, ["tests/faults", "tests/test_architecture.py", "tests/test_docs.py", "tests/test_packaging.py"]),
}
_WAITS_FOR_THEM = "test_what_runs_beside_all_others"


def _is_everything(config: pytest.Config) -> bool:
    """Whether no folder, file or name was chosen."""
    return config.args_source is pytest.Config.ArgsSource.TESTPATHS and not config.option.keyword


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    is_beside = any(collection_path == config.rootpath / name for _, names in _BESIDE.values() for name in names)
    return True if is_beside and _is_everything(config) else None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: item.name.startswith(_WAITS_FOR_THEM))  # for their end: last


@pytest.fixture(scope="session", autouse=True)
def _begin_early(request: pytest.FixtureRequest) -> None:
    alone = "PYTEST_XDIST_WORKER" not in os.environ  # else each worker would
    if alone and any(item.name.startswith(_WAITS_FOR_THEM) for item in request.session.items):
        request.getfixturevalue("beside")


@pytest.fixture(scope="session")
def beside(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, tuple[subprocess.Popen[bytes], Path]]]:
    """What runs beside, with one thread each: their networks are too small for more. Of each where it says what."""
    running = {}
    with ExitStack() as open_ones:
        for name, (yields, arguments) in _BESIDE.items():
            said = tmp_path_factory.mktemp(name) / "said.txt"
            command = [sys.executable, "-m", "tests.beside", "-q", "-ra", "-m", "not slow",
                       "-o", "addopts=--strict-markers", "-o", "timeout=1200", *arguments]  # fmt: skip
            own = {"OMP_NUM_THREADS": "1", "PYTEST_ADDOPTS": ""}  # which may name a folder that it would empty
            output = open_ones.enter_context(said.open("wb"))
            process = open_ones.enter_context(subprocess.Popen(
                command, cwd=Path(__file__).parents[1], env=os.environ | own, stdin=subprocess.PIPE, stdout=output,
                stderr=subprocess.STDOUT,
            ))  # fmt: skip
            psutil.Process(process.pid).nice(yields if sys.platform != "win32" else psutil.IDLE_PRIORITY_CLASS)
            running[name] = process, said
        yield running  # then their standard inputs are closed, which ends them: beside.py
