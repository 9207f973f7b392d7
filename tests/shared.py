"""Where the team's pictures and clips lie; tests that need them skip where they are absent."""

from pathlib import Path

import pytest

SHARED = Path(__file__).resolve().parents[2] / "shared"
VIDEO = SHARED / "data" / "video"

needs_shared = pytest.mark.skipif(
    not SHARED.exists(), reason="the shared folder with clips and pictures is not beside the repository"
)
