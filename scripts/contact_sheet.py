"""Do people keep their numbers in a clip? One picture with the clip's frames side by side, numbers drawn, to look at.

    python -m scripts.contact_sheet CLIP … -o FOLDER [--every 1] [--detector MODEL] [--tracker oks]

Also prints when each number was seen first and last, and in how many frames.
"""

from __future__ import annotations

import argparse
from contextlib import closing
from pathlib import Path

import cv2
import numpy as np

from app import pipeline
from app.engines import Choice, Engines
from app.overlay import Style, draw
from engine.types import U8
from engine.video import open_source

TILE = 400  # px, width of a frame on the sheet
ACROSS = 5


def sheet(clip: Path, engines: Engines, every_s: float) -> tuple[U8, dict[int, list[float]]]:
    """The frames of `clip` at every `every_s` seconds, and the times at which each number was seen."""
    engines.tracker.reset()
    tiles: list[U8] = []
    seen: dict[int, list[float]] = {}
    with open_source(str(clip)) as source:
        results = pipeline.run(
            source, engines.detector, engines.pose, engines.tracker, detect_every=engines.choice.detect_every
        )
        with closing(results):
            for result in results:
                time_s, tracks = result.frame.time_s, result.tracks
                for who in tracks.ids.tolist():
                    seen.setdefault(who, []).append(time_s)
                if time_s >= len(tiles) * every_s - 1e-3:
                    picture = draw(result.frame.image, tracks, Style(), skeleton=engines.pose.skeleton)
                    tiles.append(_tile(picture, f"{time_s:.1f} s"))
    return _together(tiles), seen


def _tile(picture: U8, label: str) -> U8:
    high = round(picture.shape[0] * TILE / picture.shape[1])
    small = cv2.resize(picture, (TILE, high), interpolation=cv2.INTER_AREA)
    for colour, thick in (((0, 0, 0), 3), ((255, 255, 255), 1)):
        cv2.putText(small, label, (6, high - 8), cv2.FONT_HERSHEY_SIMPLEX, 0.5, colour, thick, cv2.LINE_AA)
    return np.asarray(small, np.uint8)


def _together(tiles: list[U8]) -> U8:
    empty = np.zeros_like(tiles[0])
    rows = [tiles[first : first + ACROSS] for first in range(0, len(tiles), ACROSS)]
    return np.concatenate([np.concatenate(row + [empty] * (ACROSS - len(row)), axis=1) for row in rows])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("clips", type=Path, nargs="+")
    parser.add_argument("-o", "--output", type=Path, required=True, help="folder for CLIP.jpg")
    parser.add_argument("--every", type=float, default=1.0, help="seconds between two pictures")
    parser.add_argument("--detector", default=Choice().detector)
    parser.add_argument("--pose", default=Choice().pose)
    parser.add_argument("--tracker", default=Choice().tracker)
    parser.add_argument("--detect-every", default="auto")
    options = parser.parse_args()
    every = options.detect_every if options.detect_every == "auto" else int(options.detect_every)
    options.output.mkdir(parents=True, exist_ok=True)
    with Engines.load(Choice(options.detector, options.pose, options.tracker, detect_every=every)) as engines:
        for clip in options.clips:
            picture, seen = sheet(clip, engines, options.every)
            cv2.imwrite(str(options.output / f"{clip.stem}.jpg"), cv2.cvtColor(picture, cv2.COLOR_RGB2BGR))
            spans = (f"{who}: {times[0]:.1f}–{times[-1]:.1f} s × {len(times)}" for who, times in seen.items())
            print(f"{clip.name}: {'; '.join(spans)}", flush=True)


if __name__ == "__main__":
    main()
