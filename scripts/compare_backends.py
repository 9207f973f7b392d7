"""Do two backends find the same after many frames? OpenVINO held against ONNX Runtime, both f32, on whole clips.

    python -m scripts.compare_backends CLIP … [--frames 100]

Every difference counts here, also what grows from frame to frame, because a person's box follows from the joints found
before; `skelter build` compares the networks alone. A joint is sure where its score is above 0.3.
"""

from __future__ import annotations

import argparse
from itertools import islice
from pathlib import Path

import numpy as np

from app import job
from app.engines import Choice, Engines
from app.results import FrameRecord, Recording
from engine.video.opening import open_source

SURE, NEAR_PX = 0.3, 0.5


def followed(clip: Path, device: str, frames: int) -> list[FrameRecord]:
    """The first `frames` of the clip, as `skelter track` sees them."""
    choice = Choice(device=device, precision="f32")
    with open_source(clip) as source, Engines.load(choice) as engines:
        recording = Recording(engines.header(source.info))
        job.run(source, engines, [], each=recording.add, watch=lambda results: islice(results, frames))
        return list(recording)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("clips", nargs="+", type=Path)
    parser.add_argument("--frames", type=int, default=100)
    options = parser.parse_args()
    print("| clip | frames | same ids | sure joints | over 0.5 px | most, px |\n|---|---|---|---|---|---|")
    for clip in options.clips:
        reference = followed(clip, "onnxruntime", options.frames)
        pairs = list(zip(followed(clip, "openvino", options.frames), reference, strict=True))
        same = [one.tracks.ids.tolist() == other.tracks.ids.tolist() for one, other in pairs]
        apart = np.concatenate([
            np.abs(one.tracks.poses.keypoints - other.tracks.poses.keypoints)[other.tracks.poses.scores > SURE].max(1)
            for (one, other), alike in zip(pairs, same, strict=True) if alike
        ])  # fmt: skip
        far, most = int((apart > NEAR_PX).sum()), apart.max(initial=0.0)
        print(f"| {clip.name} | {len(pairs)} | {sum(same)} | {len(apart)} | {far} | {most:.4f} |")


if __name__ == "__main__":
    main()
