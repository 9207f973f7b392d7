"""Who is on which frame, as columns: of an hour there are too many sightings for an object each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np

from app.results import FrameRecord
from engine.types import I64


@dataclass(frozen=True, eq=False, slots=True)
class Sightings:
    """Everybody of some records, S in all: one record after the other.

    ids     int64 [S]
    places  int64 [S], of the record that he is in among all, 0, 1, 2 …
    """

    ids: I64
    places: I64

    @classmethod
    def of(cls, records: Sequence[FrameRecord]) -> Self:
        counts = np.array([len(record.tracks) for record in records], np.int64)
        ids = np.concatenate([np.zeros(0, np.int64), *(record.tracks.ids for record in records)])
        return cls(ids, np.repeat(np.arange(len(records)), counts))

    def __len__(self) -> int:
        return len(self.ids)

    def of_each(self) -> Iterator[tuple[int, I64]]:
        """Everybody by ascending id, and which of the sightings are his."""
        order = np.argsort(self.ids, kind="stable")
        people, firsts = np.unique(self.ids[order], return_index=True)
        yield from zip(people.tolist(), np.split(order, firsts[1:]), strict=False)
