"""Whether people are so small on the pictures that many are missed, and looks at parts would find more of them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.types import Boxes

SMALL = 0.1
"""Of the picture's longer side: of people from 0.08 to that the embedded detector finds 0.39, with parts 0.72; the
larger they are, the smaller is the difference (docs/benchmarks.md, People far away)."""


@dataclass(slots=True)
class Distance:
    """How many people were seen, each on every frame, and how many of them `SMALL`."""

    seen: int = 0
    small: int = 0

    def note(self, boxes: Boxes, size_wh: tuple[int, int]) -> None:
        """Count the people of a frame, whose boxes are in pixels of a picture of that size."""
        sides = (boxes.xyxy[:, 2:] - boxes.xyxy[:, :2]).max(axis=1, initial=0)
        self.seen += len(boxes)
        self.small += int(np.count_nonzero(sides < SMALL * max(size_wh)))

    @property
    def is_far(self) -> bool:
        """Whether most of them were small."""
        return self.small * 2 > self.seen
