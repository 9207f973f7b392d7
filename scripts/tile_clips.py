"""Several clips beside and below each other in one, for runs on as many people as no single clip has.

    python -m scripts.tile_clips CLIP CLIP CLIP CLIP -o four.mp4 [--size 1280x720] [--seconds 10]

Each is fitted into a cell of a square grid, black round it; those that end begin again. At the rate of the first.
"""

from __future__ import annotations

import argparse
import math
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np

from engine.types import U8
from engine.video.opening import open_source
from engine.video.sink import VideoSink


def over_and_over(clip: Path) -> Iterator[U8]:
    """Its pictures, uint8 [H, W, 3]."""
    while True:
        with open_source(clip) as source:
            for frame in source:
                yield frame.image


def fitted(image: U8, width: int, height: int) -> U8:
    """As large as it can be in uint8 [height, width, 3], in the middle."""
    scale = min(width / image.shape[1], height / image.shape[0])
    wide, high = max(1, int(image.shape[1] * scale)), max(1, int(image.shape[0] * scale))
    cell = np.zeros((height, width, 3), np.uint8)
    top, left = (height - high) // 2, (width - wide) // 2
    cell[top : top + high, left : left + wide] = cv2.resize(image, (wide, high), interpolation=cv2.INTER_AREA)
    return cell


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("clips", nargs="+", type=Path)
    parser.add_argument("-o", "--output", type=Path, required=True)
    parser.add_argument("--size", default="1280x720")
    parser.add_argument("--seconds", type=float, default=10.0)
    given = parser.parse_args()
    width, height = (int(number) for number in given.size.split("x"))
    with open_source(given.clips[0]) as first:
        fps = first.info.fps or 30.0
    side = math.ceil(math.sqrt(len(given.clips)))
    cell_wh = width // side, height // side
    playing = [over_and_over(clip) for clip in given.clips]
    with VideoSink(given.output, width=width, height=height, fps=fps) as sink:
        for index in range(round(given.seconds * fps)):
            whole = np.zeros((height, width, 3), np.uint8)
            for place, pictures in enumerate(playing):
                top, left = place // side * cell_wh[1], place % side * cell_wh[0]
                whole[top : top + cell_wh[1], left : left + cell_wh[0]] = fitted(next(pictures), *cell_wh)
            sink.write(whole, index / fps)


if __name__ == "__main__":
    main()
