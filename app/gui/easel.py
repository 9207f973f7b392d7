"""How the player's pictures are to look: style, mirror, size. Qt-free."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.gui import events
from app.gui import messages as say

if TYPE_CHECKING:
    from app.gui.corrections import Corrections
    from app.gui.file_playback import FilePlayback
    from app.gui.live import LiveFeed
    from app.gui.moment import Moment
    from app.gui.steadying import Steadying
    from app.gui.tempo import Tempo
    from app.overlay import Lettering
    from app.results import Header
    from app.style import Style
    from engine.heat import Heat


class Easel:
    """Makes pictures of moments in the way that was chosen last."""

    def __init__(self, style: Style, *, mirror: bool, lettering: Lettering | None) -> None:
        self.style = style
        self.mirror = mirror
        self.view_size: tuple[int, int] | None = None
        """Larger pictures than this are not needed."""
        self._lettering = lettering

    def obey(self, command: say.SetStyle | say.SetViewSize | say.SetMirror) -> None:
        match command:
            case say.SetStyle(style):
                self.style = style
            case say.SetViewSize(width, height):
                self.view_size = width, height
            case say.SetMirror(on):
                self.mirror = on

    def picture(
        self,
        moment: Moment,
        feed: FilePlayback | LiveFeed | None,
        corrections: Corrections | None,
        header: Header | None,
        tempo: Tempo,
        heat: Heat | None,
        steadying: Steadying,
        *,
        session: int,
        full_size: bool = False,
    ) -> events.Picture:
        """The picture of a moment of `feed`, its people as corrected and steadied."""
        from functools import partial

        from app.edits import Edits
        from app.gui.file_playback import FilePlayback
        from app.gui.live import LiveFeed
        from app.gui.painter import paint
        from engine.skeletons import COCO

        style, edits = self.style, corrections.edits if corrections is not None else Edits()
        known = feed.recording if isinstance(feed, FilePlayback) else None
        return paint(
            moment,
            style,
            edits,
            shown=partial(steadying.shown, edits=edits, known=known),
            session=session,
            pace=events.Pace(tempo.fps, tempo.speed, moment.timings, moment.latency_ms, moment.dropped),
            lately=feed.before(moment, style.trail_s) if feed is not None and style.trails else (),
            skeleton=header.skeleton if header is not None else COCO,
            mirror=isinstance(feed, LiveFeed) and self.mirror and feed.is_camera,
            view_size=None if full_size else self.view_size,
            lettering=self._lettering,
            heat=heat,
        )
