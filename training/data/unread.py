"""What a training does about pictures that turn out to be unreadable while it goes on: others stand in, or it ends."""

from __future__ import annotations

import logging
import zlib
from collections.abc import Callable, Sequence
from typing import TypeVar

import torch

from training.data.people import DatasetError

log = logging.getLogger(__name__)

WINDOW = 512  # samples that are looked back on
FEWEST = 64  # from which on they say something
MOST_UNREAD = 0.25  # of them; labels that fit no picture, or half a disk that is gone, are no accident
MOST_TOLD = 20  # pictures that are named
GOES_ON = "What was saved before is good, and the same command goes on from there."

Sample = TypeVar("Sample")


class Unread:
    """Which of the last samples could not be read, in all loaders of a training process together.

    Each loader is a process of its own with a copy of the data set. The two arrays lie in memory that they share, and a
    sample has a cell of its own by its place in the stream, so that nobody has to wait for anybody.
    """

    def __init__(self) -> None:
        # of each sample 1 where it was read and 2 where another stood in; which warnings were given, by their hash
        self._recent = torch.zeros(WINDOW, dtype=torch.uint8).share_memory_()  # type: ignore[no-untyped-call]
        self._told = torch.zeros(4096, dtype=torch.bool).share_memory_()  # type: ignore[no-untyped-call]

    def first_read(self, place: int, items: Sequence[int], make: Callable[[int], Sample]) -> Sample:
        """The sample that `make` gives of the first of the items whose picture can be read.

        place  in the endless stream of samples. Raises DatasetError where none can be read, or where too many of the
        last samples could not: before such a training is saved.
        """
        self._tell_share(place)
        last = None
        for item in items:
            try:
                sample = make(item)
            except DatasetError as error:
                self._recent[place % WINDOW] = 2
                self._tell(error)
                self._check(error)
                last = error
                continue
            if last is None:
                self._recent[place % WINDOW] = 1
            return sample
        assert last is not None
        raise DatasetError(f"{last} Nor can any that was to stand in for it be used. {GOES_ON}") from last

    def _counts(self) -> tuple[int, int]:
        """How many of the last samples could not be read, and how many of them there are."""
        return int((self._recent == 2).sum()), int((self._recent > 0).sum())

    def _check(self, error: DatasetError) -> None:
        missed, seen = self._counts()
        if seen >= FEWEST and missed > MOST_UNREAD * seen:
            raise DatasetError(
                f"Of the last {seen} samples {missed} lie in pictures that cannot be used, such as this one: {error} "
                f"{GOES_ON}"
            ) from error

    def _tell(self, error: DatasetError) -> None:
        cell = zlib.crc32(str(error).encode()) % len(self._told)
        if not self._told[cell] and int(self._told.sum()) < MOST_TOLD:
            self._told[cell] = True
            log.warning("%s Others stand in for what it should show.", error)

    def _tell_share(self, place: int) -> None:
        missed, seen = self._counts() if place % WINDOW == 0 else (0, 0)
        if missed:
            log.warning("of the last %d samples %d could not be read; others stood in for them", seen, missed)
