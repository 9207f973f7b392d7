"""Makes small HDR videos of known colours."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import numpy.typing as npt
from av.video.reformatter import ColorPrimaries, ColorTrc

from engine.types import F64, U8

SIZE = 192, 96
HLG, PQ = ColorTrc.ARIB_STD_B67, ColorTrc.SMPTE2084
BT2020_NCL = 9  # AVCOL_SPC_BT2020_NCL
LUMA = np.array([0.2627, 0.6780, 0.0593])
# BT.2087 §2: linear BT.709 to BT.2020, as printed
TO_2020 = np.array([[0.6274, 0.3293, 0.0433], [0.0691, 0.9195, 0.0114], [0.0164, 0.0880, 0.8956]])


def hdr_signal(rgb: U8, trc: ColorTrc) -> F64:
    """What BT.2408 §5.1 makes of SDR: its white is 203 cd/m². OETF and inverse OOTF, or inverse EOTF, of BT.2100."""
    light = 203 * (rgb / 255) ** 2.4 @ TO_2020.T
    if trc == PQ:
        power = (light / 10_000) ** 0.1593017578125
        return np.asarray(((0.8359375 + 18.8515625 * power) / (1 + 18.6875 * power)) ** 78.84375)
    scene = light / 1000 * np.maximum(light @ LUMA / 1000, 1e-9)[..., None] ** (1 / 1.2 - 1)
    bright = 0.17883277 * np.log(np.maximum(12 * scene - 0.28466892, 1e-9)) + 0.55991073
    return np.asarray(np.where(scene <= 1 / 12, np.sqrt(3 * scene), bright))


def hdr_clip(path: Path, signals: list[F64], trc: ColorTrc, *, matrix: int = BT2020_NCL, rotation: int = 0) -> Path:
    """10 bits, but for HEVC without loss, of R'G'B' signals [h, w, 3], each enlarged to SIZE, in BT.2020."""
    codec = {".mkv": "ffv1", ".h264": "libx264"}.get(path.suffix, "libx265")
    options = {"libx264": {"qp": "0"}, "libx265": {"x265-params": "log-level=none"}}.get(codec, {})
    with av.open(str(path), "w") as container:
        stream = container.add_stream(codec, rate=25, options=options)
        stream.width, stream.height = SIZE
        stream.pix_fmt = "yuv420p10le"
        stream.codec_context.color_trc, stream.codec_context.color_primaries = trc, ColorPrimaries.BT2020
        stream.codec_context.colorspace, stream.codec_context.color_range = matrix, 1
        if rotation:
            stream.set_display_rotation(rotation)
        container.start_encoding()
        for k, signal in enumerate(signals):
            height, width = signal.shape[:2]
            large = np.repeat(np.repeat(signal, SIZE[1] // height, axis=0), SIZE[0] // width, axis=1)
            deep: npt.NDArray[np.uint16] = np.round(65535 * large).astype(np.uint16)
            frame = av.VideoFrame.from_ndarray(deep, format="rgb48le")
            frame = frame.reformat(format="yuv420p10le", dst_colorspace=BT2020_NCL, dst_color_range=1)
            frame.pts, frame.time_base = k, Fraction(1, 25)
            frame.color_trc, frame.color_primaries, frame.colorspace = trc, ColorPrimaries.BT2020, matrix
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


def greys(*levels: float) -> F64:
    return np.repeat(np.array([levels])[..., None], 3, axis=2)
