"""Two analyses of one video, each with numbers of its own, brought together: who is whom in them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from itertools import combinations

import numpy as np

from app.results import FrameRecord, Recording
from engine.boxes import box_iou
from engine.types import Tracks
from trackers.assignment import assign

SAME_PERSON_IOU = 0.5


def same_people(found: Tracks, known: Tracks) -> list[tuple[int, int]]:
    """Whoever is in both of two analyses of one frame, by the ids (in `found`, in `known`)."""
    overlap = box_iou(found.poses.boxes.xyxy.astype(np.float64), known.poses.boxes.xyxy.astype(np.float64))
    similar = overlap.astype(np.float32)
    rows, columns = assign(1 - similar, similar >= SAME_PERSON_IOU, 1 - SAME_PERSON_IOU)
    return list(zip(found.ids[rows].tolist(), known.ids[columns].tolist(), strict=True))


def reunited(own: Recording, other: Recording) -> tuple[dict[int, int], dict[int, int]]:
    """Who the people of `other` are in `own`, and who of `own` turn out to be older ones there, as `other` saw them go
    over from one to the next: two maps of ids, of those alone of whom that is known.

    The frames that both hold decide, by how often two are the same person on them. Nobody becomes one with somebody
    who was ever seen beside him.
    """
    apart_own, apart_other = _seen_together(own), _seen_together(other)
    groups: dict[tuple[str, int], tuple[frozenset[int], frozenset[int]]] = {}  # whoever: all he is in own, in other
    for (theirs, ours), _ in _meetings(own, other).most_common():
        here, there = groups.get(("own", ours)), groups.get(("other", theirs))
        ours_all = (here[0] if here else frozenset({ours})) | (there[0] if there else frozenset())
        theirs_all = (here[1] if here else frozenset()) | (there[1] if there else frozenset({theirs}))
        if _any_pair(ours_all, apart_own) or _any_pair(theirs_all, apart_other):
            continue
        for side, ids in (("own", ours_all), ("other", theirs_all)):
            groups.update({(side, person): (ours_all, theirs_all) for person in ids})
    known = {person: min(ours_all) for (side, person), (ours_all, _) in groups.items() if side == "other"}
    renamed = {person: min(ours_all) for (side, person), (ours_all, _) in groups.items() if side == "own"}
    return known, {before: person for before, person in renamed.items() if before != person}


def with_ids(record: FrameRecord, ids: Mapping[int, int]) -> FrameRecord:
    """The record with other ids, in ascending order of them; whoever is not in the map keeps his."""
    tracks, before = record.tracks, record.tracks.ids.tolist()
    new = [ids.get(old, old) for old in before]
    if new == before:
        return record
    renamed = replace(record, tracks=Tracks(tracks.poses, np.array(new, np.int64), tracks.rows))
    return renamed[np.argsort(new)]


def _meetings(own: Recording, other: Recording) -> Counter[tuple[int, int]]:
    """On how many frames somebody of `other` and somebody of `own` are the same person."""
    meetings: Counter[tuple[int, int]] = Counter()
    for theirs in other:
        ours = own[theirs.index]
        if ours is theirs:  # found once, before the two parted
            meetings.update((person, person) for person in ours.tracks.ids.tolist())
        elif ours is not None:
            meetings.update(same_people(theirs.tracks, ours.tracks))
    return meetings


def _seen_together(recording: Recording) -> set[tuple[int, int]]:
    """Everybody who was on a frame with somebody else, the lower id first."""
    crowds = {tuple(sorted(record.tracks.ids.tolist())) for record in recording}
    return {pair for crowd in crowds for pair in combinations(crowd, 2)}


def _any_pair(people: Iterable[int], pairs: set[tuple[int, int]]) -> bool:
    return any(pair in pairs for pair in combinations(sorted(people), 2))
