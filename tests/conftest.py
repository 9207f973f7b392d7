"""What holds for all tests: Hypothesis tries the same examples every time, and a busy machine is no fault of theirs."""

from __future__ import annotations

from hypothesis import HealthCheck, settings

# `pytest --hypothesis-profile=default` looks for new examples, at another speed limit than this
settings.register_profile("steady", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("steady")
