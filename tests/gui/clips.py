"""Clips whose every frame says which one it is, and engines that see what is drawn on them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

import av
import numpy as np

from app.gui.toolbox import EngineChoice, EngineOptions
from app.results import Header, SourceRecord
from engine.errors import SourceError
from engine.heat import Heat
from engine.skeletons import COCO, MPII
from engine.types import U8, Boxes, Poses
from engine.video import LiveState, Source, SourceInfo
from engine.video.camera import Camera
from engine.video.camera_modes import CameraMode
from engine.video.opening import open_source
from engine.video.screen import Screen
from trackers import TRACKERS

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from app.gui.window import MainWindow

WIDTH, HEIGHT, FPS = 320, 192, 25
BITS, CELL = 10, 24
SLOW_MS = 60_000  # for a machine under load; every wait ends as soon as what it waits for is there


def frame_picture(index: int, *, people: int = 1) -> U8:
    """Grey, the frame's number in black and white cells at the top, bright green people that walk to and fro."""
    picture = np.full((HEIGHT, WIDTH, 3), 90, np.uint8)
    for bit in range(BITS):
        picture[4 : 4 + CELL, 8 + bit * CELL : 8 + (bit + 1) * CELL] = 235 if index >> bit & 1 else 20
    for person in range(people):
        left = 20 + person * 110 + abs((index + 50) % 100 - 50)  # there and back, never jumping
        picture[60:170, left : left + 40] = (40, 220, 60)
    return picture


def number_in(picture: U8) -> int:
    """The number that `frame_picture` wrote, in a picture of any size."""
    scale = picture.shape[1] / WIDTH
    top, bottom = round(12 * scale), round(20 * scale)
    lefts = [8 + bit * CELL + 8 for bit in range(BITS)]
    return sum(
        int(picture[top:bottom, round(left * scale) : round((left + 8) * scale)].mean() > 128) << bit
        for bit, left in enumerate(lefts)
    )


def number_shown(window: MainWindow) -> int | None:
    """The frame number painted in the picture that is on the screen."""
    pixels = window.stage.view.pixels
    return number_in(pixels) if pixels is not None else None


def wait_for_frame(qtbot: QtBot, window: MainWindow, index: int) -> None:
    qtbot.waitUntil(lambda: number_shown(window) == index, timeout=SLOW_MS)


def make_clip(
    path: Path, frames: int = 60, *, people: int = 1, gop: int = 12, times_ms: Sequence[int] | None = None
) -> Path:
    """An H.264 file of `frame_picture`s with B-frames, `FPS` a second or at `times_ms`."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=FPS)
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        stream.codec_context.gop_size = gop
        stream.codec_context.options = {"preset": "ultrafast", "crf": "12", "bf": "2"}
        tick = Fraction(1, FPS) if times_ms is None else Fraction(1, 1000)
        stream.codec_context.time_base = tick
        for index, pts in enumerate(range(frames) if times_ms is None else times_ms):
            frame = av.VideoFrame.from_ndarray(frame_picture(index, people=people), format="rgb24")
            frame.pts, frame.time_base = pts, tick
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    return path


class GreenDetector:
    """Finds the green people; counts how often it was asked."""

    def __init__(self) -> None:
        self.asked = 0

    threshold = 0.5

    def detect(self, image: U8, *, floor: float | None = None, whole: bool = True) -> Boxes:
        self.asked += 1
        green = (image[..., 1].astype(int) > 170) & (image[..., 0].astype(int) < 110)
        columns = np.flatnonzero(green[60:170].mean(axis=0) > 0.5)
        runs = np.split(columns, np.flatnonzero(np.diff(columns) > 1) + 1) if len(columns) else []
        boxes = [(run[0], 60, run[-1], 169) for run in runs if len(run) > 10]
        return Boxes.of(np.array(boxes, np.float32).reshape(-1, 4), np.full(len(boxes), 0.95, np.float32))


class StickPose:
    """A stick figure in every box."""

    def estimate(self, image: U8, boxes: Boxes) -> Poses:
        rng = np.random.default_rng(7)
        places = rng.uniform(0.1, 0.9, (17, 2)).astype(np.float32)
        low, size = boxes.xyxy[:, None, :2], boxes.xyxy[:, None, 2:] - boxes.xyxy[:, None, :2]
        return Poses.of(low + places[None] * size, np.full((len(boxes), 17), 0.9, np.float32), boxes)


class GreenEngines:
    """Stands in for app.engines.Engines: the networks are the window's boundary."""

    def __init__(self, choice: EngineChoice | None = None) -> None:
        self.choice = choice or EngineChoice()
        self.detector, self.pose, self.tracker = GreenDetector(), StickPose(), TRACKERS[self.choice.tracker]()
        self.closed = False

    def could_look_farther(self, info: SourceInfo) -> bool:
        return False

    def header(self, info: SourceInfo) -> Header:
        models = {
            "detector": f"green, Pencil 1.0 on paper, {self.choice.precision or 'f32'}",
            "pose": f"{self.choice.pose or 'stick'}, Pencil 1.0 on paper, {self.choice.precision or 'f32'}",
        }
        return Header(SourceRecord.of(info), models)

    def close(self) -> None:
        self.closed = True


class OtherJoints(StickPose):
    """Stick figures of MPII's joints."""

    skeleton = MPII

    def estimate(self, image: U8, boxes: Boxes) -> Poses:
        poses, count = super().estimate(image, boxes), len(MPII)
        return Poses.of(poses.keypoints[:, :count].copy(), poses.scores[:, :count].copy(), boxes)


class OtherEngines(GreenEngines):
    """Find other joints than GreenEngines."""

    def __init__(self, choice: EngineChoice | None = None) -> None:
        super().__init__(choice)
        self.pose = OtherJoints()

    def header(self, info: SourceInfo) -> Header:
        return replace(super().header(info), skeleton=MPII)


class Bumps:
    """A heatmap that is highest where StickPose puts the joint."""

    skeleton = COCO

    def heat(self, image: U8, poses: Poses, joint: int) -> Heat:
        found = StickPose().estimate(image, poses.boxes)
        rows, columns = np.mgrid[-4:5, -4:5]
        bump = np.exp(-(rows**2 + columns**2) / 4).astype(np.float32)
        to_frame = np.zeros((len(found), 2, 3))
        to_frame[:, 0, 0] = to_frame[:, 1, 1] = 4.0  # four pixels a cell
        to_frame[:, :, 2] = found.keypoints[:, joint] - 16
        return Heat(np.repeat(bump[None], len(found), axis=0), to_frame)

    def close(self) -> None: ...


class GreenToolbox:
    """Real sources, green engines."""

    def __init__(self) -> None:
        self.made: list[GreenEngines] = []
        self.choice = EngineChoice()
        self.plugged: list[Camera] = []

    def open(self, address: str, on_state: Callable[[LiveState], None]) -> Source:
        return open_source(address, on_state=on_state)

    def engines(self, choice: EngineChoice) -> GreenEngines:
        self.made.append(GreenEngines(choice))
        return self.made[-1]

    def heats(self, choice: EngineChoice) -> Bumps:
        return Bumps()

    def options(self) -> EngineOptions:
        devices = {"auto": "", "pencil": "", "brush": "there is no paint"}
        return EngineOptions(("green",), ("stick", "stick-fine"), devices, ("f32", "bf16"), ("oks", "iou"))

    def cameras(self) -> list[Camera]:
        return list(self.plugged)

    def camera_modes(self, index: int) -> list[CameraMode]:
        return [CameraMode(1920, 1080, 30.0), CameraMode(640, 480, 60.0), CameraMode(640, 480, 30.0)]

    def camera_backends(self) -> list[str]:
        return ["v4l2", "gstreamer"]

    def why_no_screen(self) -> str:
        return ""

    def screens(self) -> list[Screen]:
        raise SourceError("There is no screen here.")


class OtherJointsToolbox(GreenToolbox):
    """The pose network stick-fine finds other joints."""

    def engines(self, choice: EngineChoice) -> GreenEngines:
        if choice.pose != "stick-fine":
            return super().engines(choice)
        self.made.append(OtherEngines(choice))
        return self.made[-1]
