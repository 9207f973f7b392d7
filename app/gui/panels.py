"""The panels of the side, one in each section."""

from __future__ import annotations

from PyQt6.QtWidgets import QWidget

from app.gui.actions import Actions
from app.gui.engine_panel import EnginePanel
from app.gui.overlay_panel import OverlayPanel
from app.gui.people_list import PeopleList
from app.gui.people_model import PeopleModel
from app.gui.recording import RecordingPanel
from app.gui.settings import Settings
from app.gui.side_panel import Section, SidePanel


class Panels(SidePanel):
    """People, recording (of what is live), overlay, engines (folded at first: they are seldom changed)."""

    def __init__(
        self, actions: Actions, people: PeopleModel, settings: Settings, parent: QWidget | None = None
    ) -> None:
        self.people = PeopleList(people, actions)
        self.recording = RecordingPanel(settings)
        self.overlay = OverlayPanel(actions, settings.style)
        self.engines = EnginePanel()
        tr = self.overlay.tr
        self._recording_section = Section(tr("Recording"), self.recording)
        people_section, overlay = Section(tr("People"), self.people), Section(tr("Overlay"), self.overlay)
        sections = [people_section, self._recording_section, overlay, Section(tr("Engines"), self.engines)]
        super().__init__(sections, parent)
        self.wanted_width = settings.panel_width or self.wanted_width
        as_left = settings.unfolded
        self.unfolded = as_left if len(as_left) == len(sections) else (True, True, True, False)

    def set_live(self, live: bool) -> None:
        """Show what belongs to a camera, or hide it."""
        self._recording_section.setVisible(live)
