"""What holds for all tests: Hypothesis tries the same examples every time, and a busy machine is no fault of theirs."""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterator

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
