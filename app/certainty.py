"""How sure a keypoint must be to be known, for whoever must know it before anything heavy is loaded."""

from __future__ import annotations

MIN_SCORE = 0.3
