"""Makes the pictures that the window shows: a frame, its people as corrected, drawn in the style chosen. Qt-free."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from app.figures import figures
from app.gui import events
from app.gui.enlarging import enlarged, enlarged_size, scaled
from app.gui.live import mirrored
from app.gui.moment import Moment
from app.gui.reduction import reduced
from app.overlay import Lettering, Trails, draw
from engine.heat import Heat
from engine.skeletons import COCO, Skeleton
from engine.types import Tracks

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
    image = frame.image
    tracks = record.shown() if record is not None else Tracks.empty()
    trails = trails_of(lately, shown, style, skeleton) if style.trails else None
    if mirror:
        image, tracks = mirrored(image, tracks)
        trails = None if trails is None else trails.mirrored(frame.width)
        heat = None if heat is None else heat.mirrored(frame.width)
    drawn = tracks
    size = enlarged_size((frame.width, frame.height), view_size)
    if size is not None:
        across, down = size[0] / frame.width, size[1] / frame.height
        image, drawn = enlarged(image, size), scaled(tracks, across, down)
        trails = None if trails is None else trails.scaled(across, down)
        heat = None if heat is None else heat.scaled(across, down)
    picture = draw(
        image,
        drawn,
        style,
        skeleton=skeleton,
        trails=trails,
        names=edits.names,
        edited=record.edited if record is not None else None,
        lettering=lettering,
        heat=heat,
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
    )


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
