"""Makes the slow things the player needs: sources and engines. Tests of the window pass a quicker one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from app.pipeline import Detects, Estimates
    from app.results import Header
    from engine.video import Source, SourceInfo
    from trackers import Tracker


def is_camera(address: str) -> bool:
    """Whether an address means a camera of this machine, which one may want to see as in a mirror."""
    return address.isdecimal() or address.startswith("/dev/video")


class EngineSet(Protocol):
    """What the window needs of app.engines.Engines."""

    @property
    def detector(self) -> Detects: ...

    @property
    def pose(self) -> Estimates: ...

    @property
    def tracker(self) -> Tracker: ...

    def header(self, info: SourceInfo) -> Header: ...

    def close(self) -> None: ...


class Toolbox(Protocol):
    """Both methods are slow and are called in worker threads; they raise SkelterError."""

    def open(self, address: str) -> Source: ...

    def engines(self) -> EngineSet: ...


@dataclass(frozen=True, slots=True)
class DefaultToolbox:
    """The real ones. Everything heavy is imported when asked for, after the window shows."""

    detector: str | None = None
    pose: str | None = None
    device: str = "auto"

    def open(self, address: str) -> Source:
        from engine.video import open_source

        return open_source(address)

    def engines(self) -> EngineSet:
        from app.engines import Choice, Engines

        default = Choice()
        return Engines.load(
            Choice(
                detector=self.detector or default.detector,
                pose=self.pose or default.pose,
                device=self.device,
            )
        )
