"""Left and right that were taken for each other for a moment, found in a recording and put as corrections over it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from app.analysis import trajectories
from app.certainty import MIN_SCORE
from app.changes import ExchangeSides
from app.edits import Edits
from app.results import Recording
from engine.types import Bools
from trackers.sides import short_exchanges


def exchanged_for_moments(
    recording: Recording,
    *,
    min_score: float = MIN_SCORE,
    by_hand: Edits | None = None,
    only: int | None = None,
    within: tuple[int, int] | None = None,
) -> list[ExchangeSides]:
    """A correction for each person of whom `trackers.sides` finds such moments, or for `only` this one, by number.

    min_score  joints scored below count as not found
    by_hand    the corrections that are in the recording already
    within     first and last frame that a moment must touch

    Looked at are the joints as they were found, smoothed or not. Limbs with a joint that was put in its place or on its
    side by hand stay as they are.
    """
    start, stop = within or (0, recording.indices[-1] if len(recording) else 0)
    changes = []
    for person_id, person in trajectories(as_found(recording, only), min_score=min_score).items():
        fixed = fixed_by_hand(recording, person_id, person.indices.tolist(), by_hand or Edits())
        found = short_exchanges(person.points, person.times_s, recording.header.skeleton, fixed=fixed)
        runs = [(*one.pair, int(person.indices[one.first]), int(person.indices[one.last])) for one in found]
        runs = [run for run in runs if run[2] <= stop and start <= run[3]]
        if runs:
            changes.append(ExchangeSides(person_id, tuple(runs)))
    return changes


def as_found(recording: Recording, only: int | None = None) -> Recording:
    """The joints as they were found, of everybody or of one person."""
    found = Recording(recording.header)
    for record in recording:
        alone = record if only is None else record[np.flatnonzero(record.tracks.ids == only)]
        found.add(alone if alone.smoothed is None else replace(alone, smoothed=None, filled=None))
    return found


def fixed_by_hand(recording: Recording, person: int, indices: list[int], edits: Edits) -> Bools:
    """Which joints of a person were corrected by hand on these frames, on which he is, [T, K]."""
    fixed = np.zeros((len(indices), len(recording.header.skeleton)), np.bool_)
    for place, index in enumerate(indices):
        record = recording[index]
        if record is not None and record.edited is not None:
            fixed[place] = record.edited[record.tracks.ids == person].any(0)
        fixed[place, list(edits.exchanged_by_hand(person, index))] = True
    return fixed
