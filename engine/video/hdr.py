"""HDR pictures (HLG and PQ) to the SDR that windows, encoders and networks expect, by a table that FFmpeg looks up."""

from __future__ import annotations

import os
import tempfile
from fractions import Fraction
from functools import lru_cache
from pathlib import Path
from typing import cast

import cv2
import numpy as np
import numpy.typing as npt
from av.filter import Graph
from av.video.format import VideoFormat
from av.video.frame import VideoFrame
from av.video.plane import VideoPlane
from av.video.reformatter import ColorPrimaries, ColorTrc, VideoReformatter

from engine.types import U8
from engine.video.tones import Gamut, Hdr, shown_as_sdr

_HDR = {ColorTrc.ARIB_STD_B67.value: Hdr.HLG, ColorTrc.SMPTE2084.value: Hdr.PQ}
_GAMUTS = {ColorPrimaries.BT709.value: Gamut.BT709, ColorPrimaries.SMPTE432.value: Gamut.P3}  # others: BT.2020
# Steps of each colour: within two levels of the formulas on what cameras see; the dark parts of BT.709's purest colours
# come out brighter by up to some twenty.
_STEPS = 33
_DEEP = "gbrp16le"  # of lut3d's formats the one of integers for which FFmpeg has wide instructions: a third of the time
_THREADS = min(4, os.cpu_count() or 1)  # for 4K, and for ARM, where FFmpeg has no wide instructions for this


def hdr_of(frame: VideoFrame) -> Hdr | None:
    """What the picture's tags say; None for SDR, and where they say nothing.

    Dolby Vision's profiles 8.1 and 8.4 are PQ and HLG; what stands beside it can be left unread.
    """
    return _HDR.get(frame.color_trc)


class ToSdr:
    """Turns HDR frames into uint8 [height, width, 3] RGB of BT.709. Used by one thread."""

    def __init__(self) -> None:
        self._reformatter = VideoReformatter()
        self._graph: Graph | None = None
        self._made_for: tuple[Hdr, Gamut, int, int] | None = None

    def __call__(self, frame: VideoFrame, hdr: Hdr, width: int, height: int, matrix: int | None) -> U8:
        """`matrix`: of Y'CbCr; None: as the frame says."""
        deep = self._reformatter.reformat(frame, width, height, format=_DEEP, src_colorspace=matrix, threads=1)
        needed = hdr, _GAMUTS.get(frame.color_primaries, Gamut.BT2020), width, height
        if self._graph is None or self._made_for != needed:
            self._graph, self._made_for = _graph(*needed), needed
        self._graph.vpush(deep)
        return _packed(self._graph.vpull())


def _graph(hdr: Hdr, gamut: Gamut, width: int, height: int) -> Graph:
    graph = Graph()
    graph.threads = _THREADS
    begin = graph.add_buffer(width=width, height=height, format=VideoFormat(_DEEP), time_base=Fraction(1, 1000))
    # haldclut would take the table from memory, but FFmpeg 8 exchanges its colours where pictures are planar.
    with tempfile.TemporaryDirectory(prefix="skelter-") as folder:
        file = Path(folder, "table.cube")
        file.write_text(_cube(hdr, gamut), encoding="ascii")
        look_up = graph.add("lut3d", file=str(file), interp="tetrahedral")
    graph.link_nodes(begin, look_up, graph.add("buffersink")).configure()
    return graph


@lru_cache(maxsize=4)
def _cube(hdr: Hdr, gamut: Gamut) -> str:
    """The table as text (Adobe, Cube LUT Specification 1.0): red changes fastest, then green."""
    levels = np.linspace(0.0, 1.0, _STEPS)
    blue, green, red = np.meshgrid(levels, levels, levels, indexing="ij")
    colours = shown_as_sdr(np.stack([red, green, blue], axis=-1), hdr, gamut).reshape(-1, 3)
    lines = map("{:.6f} {:.6f} {:.6f}".format, *colours.T.tolist())
    return "\n".join([f"LUT_3D_SIZE {_STEPS}", *lines, ""])


def _packed(frame: VideoFrame) -> U8:
    """uint8 [H, W, 3] RGB of planes of 16 bits, in an eighth of swscale's time."""
    green, blue, red = (cv2.convertScaleAbs(_levels(plane), alpha=1 / 257) for plane in frame.planes)
    return np.asarray(cv2.merge([red, green, blue]), np.uint8)


def _levels(plane: VideoPlane) -> npt.NDArray[np.uint16]:
    levels = np.frombuffer(cast(memoryview, plane), np.uint16)  # PyAV's stub does not say that it is a buffer
    return levels.reshape(plane.height, -1)[:, : plane.width]
