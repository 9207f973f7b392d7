"""Which samples a run sees, step by step: a function of the recipe's seed alone, whoever asks and however often."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from engine.types import I64
from training.data.poses import Draw
from training.recipe import Phase, Recipe

STAND_INS = 8  # for somebody whose picture cannot be read: all of them unread are no accident


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the plan: its number, where it starts in the stream of samples, and its phase."""

    number: int
    first_image: int
    phase: Phase


def plan(recipe: Recipe) -> list[Step]:
    """All steps of a run, in order."""
    steps: list[Step] = []
    seen = 0
    for phase in recipe.phases:
        for _ in range(max(1, phase.images // phase.batch)):
            steps.append(Step(len(steps), seen, phase))
            seen += phase.batch
    return steps


class SampleOrder:
    """Which item each place in the endless stream of samples shows.

    Each pass draws as many items as there are, by systematic sampling: an item of weight w turns up w / mean(w) times,
    rounded up or down; then the pass is shuffled.
    """

    def __init__(self, weights: np.ndarray[Any, Any], seed: int) -> None:
        self._weights = np.asarray(weights, np.float64) / np.sum(weights)
        self._seed = seed
        self._passes: dict[int, I64] = {}

    def __getitem__(self, place: int) -> int:
        return self.following(place, 1)[0]

    def following(self, place: int, count: int) -> list[int]:
        """The items at a place and after it in its pass, which begins again behind its end."""
        number, offset = divmod(place, len(self._weights))
        if number not in self._passes:
            self._passes = {number: self._drawn(number)}
        there = self._passes[number]
        return [int(there[(offset + n) % len(there)]) for n in range(count)]

    def _drawn(self, number: int) -> I64:
        rng = np.random.default_rng((self._seed, number))
        count = len(self._weights)
        marks = (np.arange(count) + rng.random()) / count
        drawn = np.searchsorted(np.cumsum(self._weights), marks).clip(max=count - 1)
        return rng.permutation(drawn)


class BatchPlan:
    """The draws of each remaining step, for one of `world` processes; a DataLoader's batch sampler."""

    def __init__(self, steps: list[Step], order: SampleOrder, seed: int, rank: int, world: int) -> None:
        self._steps, self._order, self._seed, self._rank, self._world = steps, order, seed, rank, world

    def __len__(self) -> int:
        return len(self._steps)

    def __iter__(self) -> Iterator[list[Draw]]:
        for step in self._steps:
            places = range(step.first_image + self._rank, step.first_image + step.phase.batch, self._world)
            yield [self._draw(place, step.phase.size) for place in places]

    def _draw(self, place: int, size_wh: tuple[int, int]) -> Draw:
        person, *stand_ins = self._order.following(place, 1 + STAND_INS)
        return Draw(person, size_wh, (self._seed, place), tuple(stand_ins))
