"""Makes the slow things the player needs: sources and engines. Tests of the window pass a quicker one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from app.pipeline import Detects, Estimates
    from app.results import Header
    from engine.heat import Heat
    from engine.skeletons import Skeleton
    from engine.types import U8, Poses
    from engine.video import LiveState, Source, SourceInfo
    from engine.video.camera import Camera
    from engine.video.camera_modes import CameraMode
    from engine.video.screen import Screen
    from trackers import Tracker


class EngineSet(Protocol):
    """What the window needs of app.engines.Engines."""

    @property
    def detector(self) -> Detects: ...

    @property
    def pose(self) -> Estimates: ...

    @property
    def tracker(self) -> Tracker: ...

    def header(self, info: SourceInfo) -> Header: ...

    def could_look_farther(self, info: SourceInfo) -> bool: ...

    def close(self) -> None: ...


class Heats(Protocol):
    """What the window needs of engine.heat.HeatEstimator."""

    @property
    def skeleton(self) -> Skeleton: ...

    def heat(self, image: U8, poses: Poses, joint: int) -> Heat: ...

    def close(self) -> None: ...


@dataclass(frozen=True, slots=True)
class EngineChoice:
    """What to run with; None: the default, or what the backend thinks best."""

    detector: str | None = None
    pose: str | None = None
    device: str = "auto"
    precision: str | None = None
    tracker: str = "oks"
    flip: bool = False
    far: bool = False


@dataclass(frozen=True, slots=True)
class EngineOptions:
    """What there is to choose from here.

    devices  name → why it cannot be used here, empty where it can
    """

    detectors: tuple[str, ...]
    poses: tuple[str, ...]
    devices: dict[str, str]
    precisions: tuple[str, ...]
    trackers: tuple[str, ...]


class Toolbox(Protocol):
    """The methods are slow and are called in worker threads; they raise SkelterError."""

    @property
    def choice(self) -> EngineChoice:
        """What to begin with."""
        ...

    def open(self, address: str, on_state: Callable[[LiveState], None]) -> Source:
        """`on_state` is told, from another thread, how a camera or stream fares."""
        ...

    def engines(self, choice: EngineChoice) -> EngineSet: ...

    def heats(self, choice: EngineChoice) -> Heats:
        """What gives the heat of a joint as that pose network sees it."""
        ...

    def options(self) -> EngineOptions: ...

    def cameras(self) -> list[Camera]:
        """Those that are plugged in now."""
        ...

    def camera_modes(self, index: int) -> list[CameraMode]:
        """The sizes and rates of one, the largest first."""
        ...

    def camera_backends(self) -> list[str]:
        """By what cameras can be opened, the usual first."""
        ...

    def why_no_screen(self) -> str:
        """Why the screen cannot be a source here, in a sentence; empty where it can."""
        ...

    def screens(self) -> list[Screen]:
        """What every screen shows now."""
        ...


@dataclass(frozen=True, slots=True)
class DefaultToolbox:
    """The real ones. Everything heavy is imported when asked for, after the window shows."""

    choice: EngineChoice = EngineChoice()

    def open(self, address: str, on_state: Callable[[LiveState], None]) -> Source:
        from engine.video.opening import open_source

        return open_source(address, on_state=on_state)

    def engines(self, choice: EngineChoice) -> EngineSet:
        from app.engines import Choice, Engines

        default = Choice()
        return Engines.load(
            Choice(
                detector=choice.detector or default.detector,
                pose=choice.pose or default.pose,
                tracker=choice.tracker,
                device=choice.device,
                precision=choice.precision,
                flip=choice.flip,
                far=choice.far,
            )
        )

    def heats(self, choice: EngineChoice) -> Heats:
        from engine.heat import load_heat
        from engine.models import DEFAULT_POSE

        return load_heat(choice.pose or DEFAULT_POSE)

    def options(self) -> EngineOptions:
        from engine.backends.select import BACKENDS
        from engine.cards import Task
        from engine.models import list_models
        from trackers import TRACKERS

        models = list_models()
        return EngineOptions(
            tuple(card.name for card in models if card.task is Task.DETECTOR),
            tuple(card.name for card in models if card.task is Task.POSE),
            {"auto": ""} | {name: backend.available().reason for name, backend in BACKENDS.items()},
            ("f32", "bf16", "f16"),
            tuple(TRACKERS),
        )

    def cameras(self) -> list[Camera]:
        from engine.video.camera import list_cameras

        return list_cameras()

    def camera_modes(self, index: int) -> list[CameraMode]:
        from engine.video.camera_modes import camera_modes

        return camera_modes(index)

    def camera_backends(self) -> list[str]:
        from engine.video.camera_modes import camera_backends

        return camera_backends()

    def why_no_screen(self) -> str:
        from engine.video.screen import why_not

        return why_not()

    def screens(self) -> list[Screen]:
        from engine.video.screen import screens

        return screens()
