"""Draws records on the pictures of their source one after another: for videos, picture folders and the preview."""

from __future__ import annotations

from collections.abc import Mapping

from app.overlay import draw
from app.results import FrameRecord, Header
from app.style import Style
from app.trails import Trails
from app.writing import Lettering
from engine.types import U8, Tracks


class Drawer:
    """Draws in one look, with the trails of the frames before.

    `lettering` names the joints, and writes names that are not plain Latin.
    """

    def __init__(self, header: Header, style: Style, lettering: Lettering | None = None) -> None:
        self._header, self._style, self._lettering = header, style, lettering
        drawn = style.trails and not header.is_one_by_one
        self._trails = Trails(style.trail_s, header.skeleton, style.min_score) if drawn else None

    def draw(
        self,
        image: U8,
        record: FrameRecord,
        time_s: float,
        *,
        tracks: Tracks | None = None,
        names: Mapping[int, str] | None = None,
    ) -> U8:
        """A copy of `image`, shown at `time_s`, with the people of `record` on it.

        tracks  where they are in this picture, if it is not of the size that the record tells of
        names   what people are called now, where that may be something else than at the start
        """
        tracks = record.shown() if tracks is None else tracks
        if self._trails is not None:
            self._trails.add(tracks, time_s)
        return draw(
            image,
            tracks,
            self._style,
            skeleton=self._header.skeleton,
            trails=self._trails,
            names=self._header.names if names is None else names,
            edited=record.edited,
            lettering=self._lettering,
        )

    def forget(self) -> None:
        """Where people stood in pictures of another size is no place in the next."""
        if self._trails is not None:
            self._trails.clear()
