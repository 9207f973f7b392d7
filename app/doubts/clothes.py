"""Who is who by what people wear, looked up in the pictures before and after a doubtful moment.

The tracker compares clothes too, but with what it has seen by then; here all that came after counts.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

import numpy as np

from app.doubts.doubt import Doubt, Kind
from app.doubts.paths import Path
from app.results import FrameRecord, Recording
from engine.types import F32, I64, Frame
from engine.video import SeekableSource
from trackers.observations import Shapes, observe
from trackers.wardrobe import ClothesSettings, Wardrobe

Pictures = Callable[[Sequence[int]], Iterator[Frame]]
"""Gives the frames of these indices, ascending."""
AROUND_S = 3.0
"""So long before and after a moment somebody is looked at ..."""
LOOKS = 5
"""... and so often."""
CLEAR = 0.25
"""Score from which a joint bounds what is looked at, as for trackers."""
MOST_ODDS = 6.0
LIT_OTHERWISE = -1.0
"""Odds by which other clothes speak at most against somebody who comes up where one was lost: out of the sun, or turned
round, he looks different, and of somebody else it would have to be told where he came from."""
PASSED_BY = 30
"""So many frames are rather passed by than sought."""


def pictures_of(source: SeekableSource) -> Pictures:
    """Those of an open file; of one that is damaged as many as can be read."""

    def give(indices: Sequence[int]) -> Iterator[Frame]:
        at = -1  # the frame given last
        for index in indices:
            if not at < index <= at + PASSED_BY:
                try:
                    source.seek(index)
                except IndexError:  # the length that the container tells is only an estimate
                    return
            frame = next((frame for frame in iter(source) if frame.index >= index), None)
            if frame is None:
                return
            at = frame.index
            if at == index:
                yield frame

    return give


class Looks:
    """What people wear on single frames of one video, looked up when first asked for, and kept.

    for_s  so long it looks at a time; what it has not got to by then, clothes do not tell. None: however long it takes
    """

    def __init__(self, pictures: Pictures, *, for_s: float | None = None) -> None:
        self._pictures, self._for_s = pictures, for_s
        self._known: dict[int, dict[bytes, tuple[F32, F32]]] = {}  # by frame, and by his box there, as ids change

    def worn(self, wanted: list[tuple[int, I64]], recording: Recording) -> Wardrobe:
        """What each of the wanted (person, frames) wears, together: a row each."""
        wardrobe = Wardrobe(ClothesSettings(), len(recording.header.skeleton))
        wardrobe.join(len(wanted))
        self._look_at({frame for _, frames in wanted for frame in frames.tolist()}, wardrobe, recording)
        for row, (person, frames) in enumerate(wanted):
            for frame in frames.tolist():
                record = recording[frame]
                assert record is not None  # it is of somebody's path
                box = record.tracks.poses.boxes.xyxy[record.tracks.ids == person][0]
                if (seen := self._known.get(frame, {}).get(box.tobytes())) is not None:
                    wardrobe.add(np.array([row]), *seen)
        return wardrobe

    def _look_at(self, frames: set[int], wardrobe: Wardrobe, recording: Recording) -> None:
        begun = time.monotonic()
        for frame in self._pictures(sorted(frames - self._known.keys())):
            record = recording[frame.index]
            if record is not None:
                self._known[frame.index] = dict(_seen_on(frame, record, wardrobe))
            if self._for_s is not None and time.monotonic() - begun > self._for_s:
                return


def _seen_on(frame: Frame, record: FrameRecord, wardrobe: Wardrobe) -> Iterator[tuple[bytes, tuple[F32, F32]]]:
    seen = observe(record.tracks.poses, least_score=CLEAR, most=100)
    hiders = Shapes(seen.points, seen.weights > 0, seen.boxes, seen.sizes)
    looks, shares = wardrobe.seen_on(frame.image, seen, hiders)
    for place, row in enumerate(seen.rows.tolist()):
        box = record.tracks.poses.boxes.xyxy[row].tobytes()
        yield box, (looks[place : place + 1], shares[place : place + 1])


def judged(doubts: list[Doubt], paths: list[Path], recording: Recording, looks: Looks) -> list[tuple[Doubt, bool]]:
    """Doubts about who is who, with what clothes tell in their weights, and whether they tell anything."""
    by_person = {path.person: path for path in paths}
    sights: list[tuple[int, I64]] = []
    for doubt in doubts:
        for after in (False, True):
            sights += [(person, _frames(by_person[person], doubt, after=after)) for person in doubt.people]
    wardrobe = looks.worn(sights, recording)
    told = []
    for place, doubt in enumerate(doubts):
        rows = 4 * place + np.arange(4)
        odds, compared = wardrobe.odds(rows[:2], rows[2:])  # [2, 2], of each of the two before with each after
        if doubt.kind is Kind.SAME:
            clothes, is_told = float(np.clip(odds[0, 1], LIT_OTHERWISE, MOST_ODDS)), bool(compared[0, 1])
            weight = min(doubt.weight * float(np.exp(clothes)), 1.0)
        else:
            turned = odds[0, 1] + odds[1, 0] - odds[0, 0] - odds[1, 1]
            logit = np.log(doubt.weight / (1 - doubt.weight)) + np.clip(turned, -MOST_ODDS, MOST_ODDS)
            weight, is_told = float(1 / (1 + np.exp(-logit))), bool(compared.any())
        told.append((replace(doubt, weight=weight), is_told))
    return told


def _frames(path: Path, doubt: Doubt, *, after: bool) -> I64:
    """On which frames somebody is looked at before or after a moment."""
    if after:
        return _near(path, int(np.searchsorted(path.indices, doubt.last)), after=True)
    return _near(path, int(np.searchsorted(path.indices, doubt.first + 1)) - 1, after=False)


def _near(path: Path, place: int, *, after: bool) -> I64:
    """Some frames of a path from a place of it on, or up to it."""
    places = np.arange(place, len(path)) if after else np.arange(place + 1)
    if not len(places):
        return path.indices[:0]
    near = places[np.abs(path.times_s[places] - path.times_s[place]) <= AROUND_S]
    chosen: I64 = path.indices[np.unique(np.linspace(near[0], near[-1], LOOKS).astype(np.int64))]
    return chosen
