"""The line at the bottom: what runs, how fast, how many people; in words that need no manual."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PyQt6.QtWidgets import QLabel, QStatusBar, QWidget

from app.gui.messages import Pace

if TYPE_CHECKING:
    from app.results import Header

SLOW = 0.9
"""Played at less than this part of the speed asked for, it is said why."""


class StatusLine(QStatusBar):
    """Labels for what changes; each explains itself in its tool tip."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizeGripEnabled(False)
        self.source = self._label(self.tr("What is open"), left=True)
        self.activity = self._label(self.tr("What takes a moment just now"), left=True)
        self.slow = self._label(
            self.tr(
                "Finding people takes longer than a frame lasts here. What has been analysed once plays at full speed."
            ),
            left=True,
        )
        self.slow.setObjectName("slow")
        self.people = self._label(self.tr("People on the frame shown who are followed"))
        self.people.setObjectName("people")
        self.fps = self._label(self.tr("Pictures shown per second"))
        self.analysis = self._label(self.tr("Time to find the people and their joints on one frame"))
        self.latency = self._label(self.tr("How old the picture is when you see it"))
        self.dropped = self._label(self.tr("Frames of the camera that were skipped to stay up to date"))
        self.engine = self._label("")

    def set_source(self, words: str) -> None:
        self.source.setText(words)
        if not words:
            for label in (self.slow, self.people, self.fps, self.analysis, self.latency, self.dropped):
                label.setText("")

    def set_activity(self, words: str) -> None:
        """What takes a moment just now."""
        self.activity.setText(words)

    def set_people(self, people: tuple[int, ...] | None) -> None:
        if people is None:
            self.people.setText(self.tr("looking for people …"))
        elif len(people) == 1:
            self.people.setText(self.tr("1 person"))
        else:
            self.people.setText(self.tr("{0} people").format(len(people)) if people else self.tr("nobody"))

    def set_pace(self, pace: Pace, *, playing: bool, wanted: float | None) -> None:
        """`wanted` is the speed asked for, None where there is none (live)."""
        self.fps.setText(self.tr("{0:.0f} pictures/s").format(pace.fps) if pace.fps and playing else "")
        analysis = self.tr("{0:.0f} ms per frame").format(pace.inference_ms) if pace.inference_ms else ""
        self.analysis.setText(analysis)
        live = pace.latency_ms is not None
        self.latency.setText(self.tr("{0:.0f} ms behind").format(pace.latency_ms) if live else "")
        self.dropped.setText(self.tr("{0} skipped").format(pace.dropped) if live else "")
        slow = playing and wanted is not None and pace.speed is not None and pace.speed < wanted * SLOW
        self.slow.setText(self.tr("analysing: {0:.2g}× speed").format(pace.speed) if slow else "")

    def set_engines(self, header: Header) -> None:
        described = {part: words for part, words in header.models.items() if part in ("detector", "pose")}
        runs = sorted({_inside(words) for words in described.values()})
        self.engine.setText(" + ".join(runs))
        lines = [self.tr("What finds the people and their joints here:")]
        lines += [f"{part}: {words}" for part, words in header.models.items()]
        self.engine.setToolTip("\n".join(lines))

    def _label(self, tip: str, *, left: bool = False) -> QLabel:
        label = QLabel()
        label.setToolTip(tip)
        label.setAccessibleDescription(tip)
        if left:
            self.addWidget(label)
        else:
            self.addPermanentWidget(label)
        return label


def _inside(words: str) -> str:
    """Of `name (name, OpenVINO 2026.4 on CPU, bf16; why)` what runs it: `OpenVINO 2026.4 on CPU, bf16`."""
    name, _, rest = words.partition(" (")
    return rest.removesuffix(")").removeprefix(f"{name}, ").partition(";")[0] or words
