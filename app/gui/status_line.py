"""The line at the bottom: what runs, how fast, how many people; in words that need no manual."""

from __future__ import annotations

from itertools import takewhile
from typing import TYPE_CHECKING

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QLabel, QStatusBar, QWidget

from app.gui.eliding_label import GREED, ElidingLabel
from app.gui.events import Pace

if TYPE_CHECKING:
    from app.results import Header, Timings

MARGINS = 24
SLOW = 0.9
"""Played at less than this part of the speed asked for, it is said why."""


class StatusLine(QStatusBar):
    """Labels for what changes; each explains itself in its tool tip."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizeGripEnabled(False)
        self.source = self._label(self.tr("What is open"), ElidingLabel(), left=True)
        self.activity = self._label(self.tr("What takes a moment just now"), left=True)
        self.slow = self._label(
            self.tr(
                "Finding people takes longer than a frame lasts here. What has been analysed once plays at full speed."
            ),
            left=True,
        )
        self.slow.setObjectName("slow")
        self.people = self._label(self.tr("People on the frame shown who are followed"), sample="00 people")
        self.people.setObjectName("people")
        self.fps = self._label(self.tr("Pictures shown per second"), sample="000 pictures/s")
        self.analysis = self._label(
            self.tr("Time to find the people and their joints on one frame"), sample="000 ms per frame"
        )
        self.latency = self._label(self.tr("How old the picture is when you see it"), sample="000 ms behind")
        self.dropped = self._label(
            self.tr("Frames of the camera that were skipped to stay up to date"), sample="000 skipped"
        )
        self.engine = self._label("", ElidingLabel(cut=Qt.TextElideMode.ElideRight))

    def set_source(self, words: str) -> None:
        _say(self.source, words)
        if not words:
            self.clear_figures()

    def clear_figures(self) -> None:
        """Nothing goes on."""
        for label in (self.slow, self.people, self.fps, self.analysis, self.latency, self.dropped):
            _say(label, "")

    def set_activity(self, words: str) -> None:
        """What takes a moment just now."""
        _say(self.activity, words)

    def set_people(self, people: tuple[int, ...] | None) -> None:
        if people is None:
            _say(self.people, self.tr("looking for people …"))
        else:
            _say(self.people, self.tr("%n people", "", len(people)) if people else self.tr("nobody"))

    def set_pace(self, pace: Pace, *, playing: bool, wanted: float | None) -> None:
        """`wanted` is the speed asked for, None where there is none (live)."""
        _say(self.fps, self.tr("{0:.0f} pictures/s").format(pace.fps) if pace.fps and playing else "")
        timings = pace.timings
        inference_ms = timings.inference_ms if timings is not None else 0.0  # none where no engine could be loaded
        _say(self.analysis, self.tr("{0:.0f} ms per frame").format(inference_ms) if inference_ms else "")
        if timings is not None:
            self.analysis.setToolTip(self._stages(timings))
        live = pace.latency_ms is not None
        _say(self.latency, self.tr("{0:.0f} ms behind").format(pace.latency_ms) if live else "")
        _say(self.dropped, self.tr("{0} skipped").format(pace.dropped) if live else "")
        slow = playing and wanted is not None and pace.speed is not None and pace.speed < wanted * SLOW
        _say(self.slow, self.tr("analysing: {0:.2g}× speed").format(pace.speed) if slow else "")

    def _stages(self, timings: Timings) -> str:
        """What each stage took, a line each."""
        detect = timings.detect_ms
        return "\n".join(
            (
                self.tr("Time to find the people and their joints on one frame"),
                self.tr("Decoding: {0:.1f} ms").format(timings.decode_ms),
                self.tr("Finding people: {0:.1f} ms").format(detect)
                if detect is not None
                else self.tr("Finding people: not on this frame; where they were going was enough"),
                self.tr("Placing joints: {0:.1f} ms").format(timings.pose_ms),
                self.tr("Telling people apart: {0:.1f} ms").format(timings.track_ms),
            )
        )

    def set_engines(self, header: Header) -> None:
        described = {part: words for part, words in header.models.items() if part in ("detector", "pose")}
        _say(self.engine, _together([_runs_on(words) for words in described.values()]))
        lines = [self.tr("What finds the people and their joints here:")]
        lines += [f"{part}: {words}" for part, words in header.models.items()]
        self.engine.setToolTip("\n".join(lines))

    def _label(self, tip: str, name: ElidingLabel | None = None, *, left: bool = False, sample: str = "") -> QLabel:
        """A label as wide as `sample`, so that its neighbours stay where they are when its number changes; or `name`,
        which takes what they leave."""
        label = name or QLabel()
        label.setToolTip(tip)
        label.setAccessibleDescription(tip)
        if name is None:
            label.setMinimumWidth(label.fontMetrics().horizontalAdvance(sample) + MARGINS)
        stretch = GREED if name is not None else 0
        if left:
            self.addWidget(label, stretch)
        else:
            self.addPermanentWidget(label, stretch)
        label.hide()
        return label


def _say(label: QLabel, words: str) -> None:
    """What is empty takes no room."""
    label.setText(words)
    label.setVisible(bool(words))


def _runs_on(description: str) -> str:
    """Of `skelter-pose-s, OpenVINO 2026.4 on CPU, bf16` what comes after the model's name."""
    return description.partition(", ")[2] or description


def _together(runs: list[str]) -> str:
    """What several run on, in one: what all begin with is said once where that is a backend with its precision."""
    parts = [run.split(", ") for run in runs]
    head = [same[0] for same in takewhile(lambda same: len(set(same)) == 1, zip(*parts, strict=False))]
    if len(head) < 2:
        return " + ".join(sorted(set(runs)))
    return ", ".join([*head, *(part for each in parts for part in each[len(head) :])])
