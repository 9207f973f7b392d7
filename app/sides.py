"""Left and right that were taken for each other for a moment, found in a recording and put as corrections over it."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from app.analysis import MIN_SCORE, trajectories
from app.changes import ExchangeSides
from app.results import Recording
from engine.types import Bools
from trackers.sides import short_exchanges


def exchanged_for_moments(
    recording: Recording,
    *,
    min_score: float = MIN_SCORE,
    only: int | None = None,
    within: tuple[int, int] | None = None,
) -> list[ExchangeSides]:
    """A correction for each person of whom `trackers.sides` finds such moments, or for `only` this one, by number.

    min_score  joints scored below count as not found
    within     first and last frame in which a moment must lie

    A joint put in place by hand stays on its side.
    """
    start, stop = within or (0, recording.indices[-1] if len(recording) else 0)
    changes = []
    for person_id, person in trajectories(recording, min_score=min_score).items():
        if only is None or person_id == only:
            fixed = _by_hand(recording, person_id, person.indices.tolist())
            found = short_exchanges(person.points, person.times_s, recording.header.skeleton, fixed=fixed)
            runs = [(*one.pair, int(person.indices[one.first]), int(person.indices[one.last])) for one in found]
            runs = [run for run in runs if start <= run[2] and run[3] <= stop]
            if runs:
                changes.append(ExchangeSides(person_id, tuple(runs)))
    return changes


def frames_of(changes: Iterable[ExchangeSides]) -> int:
    """On how many frames joints change places by corrections that have an end."""
    runs = [run for change in changes for run in change.runs]
    return len({frame for _, _, first, last in runs if last is not None for frame in range(first, last + 1)})


def _by_hand(recording: Recording, person: int, indices: list[int]) -> Bools:
    """Which joints of a person were put in place by hand on these frames, on which he is, [T, K]."""
    fixed = np.zeros((len(indices), len(recording.header.skeleton)), np.bool_)
    for place, index in enumerate(indices):
        record = recording[index]
        if record is not None and record.edited is not None:
            fixed[place] = record.edited[record.tracks.ids == person].any(0)
    return fixed
