"""Golden clips, each made once per test run."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from tests.clips import Recipe, Sound, even_times, make_clip

_RNG = np.random.default_rng(5)
UNEVEN = np.cumsum(np.r_[0.0, _RNG.uniform(0.01, 0.2, 39)]).round(4).tolist()
QUIET_X265 = {"x265-params": "log-level=none"}
B_FRAMES = {"bf": "3", "b-pyramid": "normal", "b-adapt": "0"}

GOLDEN: dict[str, tuple[str, Recipe]] = {
    "plain": ("plain.mp4", Recipe()),
    "uneven": ("uneven.mp4", Recipe(times=UNEVEN)),
    "uneven-matroska": ("uneven.mkv", Recipe(times=UNEVEN, ticks=1000, codec_options=B_FRAMES)),
    "b-frames": ("b.mp4", Recipe(codec_options=B_FRAMES)),
    "open-gop": ("open.mp4", Recipe(codec_options=B_FRAMES | {"x264-params": "open-gop=1"})),
    "open-gop-matroska": ("open.mkv", Recipe(codec_options=B_FRAMES | {"x264-params": "open-gop=1"}, ticks=1000)),
    "intra-refresh": ("refresh.mp4", Recipe(times=even_times(80), codec_options={"x264-params": "intra-refresh=1"})),
    "hevc": ("hevc.mp4", Recipe(codec="libx265", codec_options={"x265-params": "log-level=none:bframes=3:open-gop=1"})),
    "one-keyframe": ("long-gop.mp4", Recipe(times=even_times(80), gop=1000, codec_options=B_FRAMES)),
    "rotated-90": ("r90.mp4", Recipe(rotation=90)),
    "rotated-180": ("r180.mp4", Recipe(rotation=180)),
    "rotated-270": ("r270.mp4", Recipe(rotation=-90, codec_options=B_FRAMES)),
    "mirrored": ("mirrored.mp4", Recipe(mirrored=True)),
    "odd-size": ("odd.mkv", Recipe(size=(161, 97), codec="ffv1", pix_fmt="yuv444p", ticks=1000)),
    "odd-size-420": ("odd.webm", Recipe(size=(161, 97), codec="libvpx-vp9", ticks=1000)),
    "ten-bit": (
        "ten.mp4",
        Recipe(codec="libx265", pix_fmt="yuv420p10le", codec_options={"x265-params": "log-level=none"}),
    ),
    "late-sound": ("late.mp4", Recipe(sound=Sound(start_s=0.3, duration_s=1.5))),
    "late-pictures": ("later.mkv", Recipe(times=even_times(40, start_s=0.6), ticks=1000, sound=Sound(duration_s=2.2))),
    "one-frame": ("one.mp4", Recipe(times=[0.0])),
    "non-ascii": ("Läufer 走る 🏃.mp4", Recipe()),
    "transport-stream": ("t.ts", Recipe(codec_options=B_FRAMES)),
    "avi": ("a.avi", Recipe(codec="mpeg4", ticks=25)),
    "vp8": ("v.webm", Recipe(codec="libvpx", ticks=1000, codec_options={"auto-alt-ref": "1", "lag-in-frames": "16"})),
    "fragments": ("f.mp4", Recipe(codec_options=B_FRAMES, muxer_options={"movflags": "frag_keyframe+empty_moov"})),
    "no-duration": ("pipe.mkv", Recipe(ticks=1000, muxer_options={"live": "1"})),
    "raw": ("raw.h264", Recipe(ticks=25)),
    "animation": ("a.gif", Recipe(codec="gif", pix_fmt="rgb8", ticks=100)),
}
WIDE = Recipe(aspect=Fraction(4, 3))

ClipMaker = Callable[[str], Path]


@pytest.fixture(scope="session")
def golden(tmp_path_factory: pytest.TempPathFactory) -> ClipMaker:
    """Gives the clip of a name in GOLDEN."""
    folder = tmp_path_factory.mktemp("golden")

    def clip(name: str) -> Path:
        file, recipe = GOLDEN[name]
        path = folder / file
        return path if path.exists() else make_clip(path, recipe)

    return clip
