"""Makes the pictures that the window shows: a frame, its people as corrected, drawn in the style chosen. Qt-free."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from app.figures import figures
from app.gui import events
from app.gui.enlarging import enlarged, enlarged_size, scaled
from app.gui.moment import Moment
from app.gui.reduction import reduced
from app.overlay import Lettering, Trails, draw
from engine.heat import Heat
from engine.skeletons import COCO, Skeleton
from engine.types import U8, Tracks

if TYPE_CHECKING:
    from app.edits import Edits
    from app.results import FrameRecord
    from app.style import Style


def trails_of(
    records: Iterable[FrameRecord], shown: Callable[[FrameRecord], FrameRecord], style: Style, skeleton: Skeleton
) -> Trails:
    """Where everybody came from."""
    trails = Trails(style.trail_s, skeleton, style.min_score)
    for record in records:
        trails.add(shown(record).shown(), record.time_s)
    return trails


def paint(
    moment: Moment,
    style: Style,
    edits: Edits,
    *,
    shown: Callable[[FrameRecord], FrameRecord] | None = None,
    session: int,
    pace: events.Pace,
    lately: Iterable[FrameRecord] = (),
    skeleton: Skeleton = COCO,
    mirror: bool = False,
    view_size: tuple[int, int] | None = None,
    lettering: Lettering | None = None,
    heat: Heat | None = None,
) -> events.Picture:
    """The picture of a moment.

    shown      a record as it is to be drawn; None: as `edits` correct it
    lately     the frames up to it, for trails
    view_size  what it is shown at
    """
    frame, shown = moment.frame, shown or edits.shown
    record = shown(moment.record) if moment.record is not None else None
    trails = trails_of(lately, shown, style, skeleton) if style.trails else None
    seen = _Seen(frame.image, record.shown() if record is not None else Tracks.empty(), trails, heat)
    if mirror:
        seen = seen.mirrored()
    tracks, size = seen.tracks, enlarged_size((frame.width, frame.height), view_size)
    if size is not None:
        seen = seen.enlarged(size)
    picture = draw(
        seen.image,
        seen.tracks,
        style,
        skeleton=skeleton,
        trails=seen.trails,
        names=edits.names,
        edited=record.edited if record is not None else None,
        lettering=lettering,
        heat=seen.heat,
        in_place=size is not None,
    )
    return events.Picture(
        session,
        reduced(picture, view_size),
        frame.index,
        frame.time_s,
        (frame.width, frame.height),
        None if record is None else _with_joints_found(tracks, record),
        skeleton,
        mirror,
        pace,
        _tops(tracks, style, skeleton),
        steady=record is not None and record.smoothed is not None,
    )


@dataclass(frozen=True, eq=False, slots=True)
class _Seen:
    """An image, and in its pixels what is drawn into it."""

    image: U8
    tracks: Tracks
    trails: Trails | None
    heat: Heat | None

    def mirrored(self) -> _Seen:
        width = self.image.shape[1]
        trails = None if self.trails is None else self.trails.mirrored(width)
        heat = None if self.heat is None else self.heat.mirrored(width)
        return _Seen(np.ascontiguousarray(self.image[:, ::-1]), self.tracks.mirrored(width), trails, heat)

    def enlarged(self, size: tuple[int, int]) -> _Seen:
        """`size` is width and height."""
        across, down = size[0] / self.image.shape[1], size[1] / self.image.shape[0]
        trails = None if self.trails is None else self.trails.scaled(across, down)
        heat = None if self.heat is None else self.heat.scaled(across, down)
        return _Seen(enlarged(self.image, size), scaled(self.tracks, across, down), trails, heat)


def _tops(tracks: Tracks, style: Style, skeleton: Skeleton) -> dict[int, float]:
    if not style.ids:
        return {}
    people = figures(tracks, skeleton, style.min_score)
    return {int(tracks.ids[figure.row]): float(figure.extent[1]) for figure in people}


def _with_joints_found(tracks: Tracks, record: FrameRecord) -> Tracks:
    """`tracks`, as `record` is drawn, but for the scores of who was not seen: no joint of his can be put elsewhere."""
    if record.bridged is None:
        return tracks
    unseen = ~np.isnan(record.bridged[:, -1:])
    scores = np.where(unseen, record.tracks.poses.scores, tracks.poses.scores)
    return replace(tracks, poses=replace(tracks.poses, scores=scores))
