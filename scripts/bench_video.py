"""How fast files are decoded to RGB, sought in, and encoded, and how much of one core each frame takes."""

from __future__ import annotations

import argparse
import random
import tempfile
import time
from importlib.metadata import version
from itertools import islice
from pathlib import Path

from engine.video.file import FileSource
from engine.video.sink import VideoSink

SEEKS = 40


def decoding(path: Path, threads: int) -> tuple[float, float]:
    """Wall and processor milliseconds a frame, RGB out."""
    with FileSource(path, threads=threads) as source:
        wall, processor = time.perf_counter(), time.process_time()
        scale = 1e3 / sum(1 for _ in source)
        return (time.perf_counter() - wall) * scale, (time.process_time() - processor) * scale


def seeking(path: Path) -> tuple[float, list[float]]:
    """Milliseconds to list the frames (once a file), and of each of SEEKS random seeks, picture included."""
    places = random.Random(1)
    with FileSource(path) as source:
        began = time.perf_counter()
        last = source.index_at(1e9)
        listing_ms = 1e3 * (time.perf_counter() - began)
        each_ms = []
        for _ in range(SEEKS):
            began = time.perf_counter()
            source.seek(places.randint(0, last))
            next(iter(source))
            each_ms.append(1e3 * (time.perf_counter() - began))
    return listing_ms, sorted(each_ms)


def encoding(path: Path) -> tuple[float, float]:
    """Wall and processor milliseconds a frame, colour conversion included, sound not."""
    with FileSource(path) as source, tempfile.TemporaryDirectory() as folder:
        frames = list(islice(source, 200))
        wall, processor = time.perf_counter(), time.process_time()
        with VideoSink(
            Path(folder) / "out.mp4", width=source.info.width, height=source.info.height, fps=source.info.fps
        ) as sink:
            for frame in frames:
                sink.write(frame.image, frame.time_s)
        scale = 1e3 / len(frames)
        return (time.perf_counter() - wall) * scale, (time.process_time() - processor) * scale


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("clips", nargs="+", type=Path)
    parser.add_argument("--repeat", type=int, default=3, help="of each figure the best is printed")
    options = parser.parse_args()
    print(f"PyAV {version('av')}, OpenCV {version('opencv-python-headless')}")
    for path in options.clips:
        with FileSource(path) as source:
            print(f"{path.name}: {source.info.width} × {source.info.height}")
        for threads in (1, 2, 0):
            wall_ms, processor_ms = min(decoding(path, threads) for _ in range(options.repeat))
            name = f"{threads or 'auto'} thread(s)"
            print(f"  decode, {name}: {1e3 / wall_ms:.0f} frames/s, {processor_ms:.2f} ms of processor")
        listing_ms, each_ms = seeking(path)
        print(
            f"  seek: listing {listing_ms:.0f} ms once, median {each_ms[SEEKS // 2]:.0f} ms, worst {each_ms[-1]:.0f} ms"
        )
        wall_ms, processor_ms = min(encoding(path) for _ in range(options.repeat))
        print(f"  encode: {wall_ms:.1f} ms a frame, {processor_ms:.1f} ms of processor")


if __name__ == "__main__":
    main()
