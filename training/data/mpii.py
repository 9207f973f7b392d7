"""MPII Human Pose (Andriluka et al., CVPR 2014) in the JSON form of the HRNet release, with the official head sizes.

`annot/train.json`, `annot/valid.json`: a list of people, each with `image`, `center`, `scale`, and `joints` [16, 2],
`joints_vis` [16] (0 or 1). Places count from 1 there, from 0 here. `gt_valid.mat`: the truth PCKh is measured against,
one column a person, in the order of valid.json.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from engine.errors import WRONG_CONTENT, MissingFileError, in_short
from engine.skeletons import MPII
from engine.types import F32, Bools
from training.data.people import NO_NUMBER, DatasetError, Person, Picture, Skips, drop_missing_pictures, placed_joints

UNIT = 200.0  # pixels: a person of scale 1 is so high
LOWERED = 15.0  # the crop's centre lies so many scales under the annotated one (HRNet, mpii.py)
HEAD_SHARE = 0.6  # of the diagonal of a head's box is its size (the benchmark's SC_BIAS)
_ORDER = {"rank": 0, "head": 9, "lwri": 15}  # where gt_valid.mat must name these joints


@dataclass(frozen=True, eq=False, slots=True)
class Heads:
    """What PCKh needs of N people.

    points  float32 [N, 16, 2], pixels from 0
    known   bool [N, 16], which joints are annotated
    sizes   float32 [N], pixels
    """

    points: F32
    known: Bools
    sizes: F32

    def __len__(self) -> int:
        return len(self.sizes)

    def rows(self, which: Sequence[int]) -> Heads:
        rows = np.asarray(which, np.int64)
        return Heads(self.points[rows], self.known[rows], self.sizes[rows])


def load_mpii(folder: Path, files: Sequence[str]) -> tuple[list[Person], Skips]:
    """The people of `files` (under `folder`, whose `images` holds the pictures), in order.

    Raises MissingFileError or DatasetError with the remedy.
    """
    people: list[Person] = []
    skips = Skips()
    place = 0
    for name in files:
        for record in _records(folder / name):
            try:
                person = _person(folder, record, place)
            except WRONG_CONTENT as error:
                raise DatasetError(
                    f"Person {place} in {folder / name} is not one of MPII ({in_short(error)}): "
                    "download the file again."
                ) from error
            if person is None:
                skips.add(NO_NUMBER)
            elif person.weights.any():
                people.append(person)
            else:
                skips.add("person without labelled joints")
            place += 1
    drop_missing_pictures(people, skips)
    return people, skips


def read_heads(path: Path) -> Heads:
    """The truth in gt_valid.mat; raises MissingFileError or DatasetError with the remedy."""
    from scipy.io import loadmat
    from scipy.io.matlab import MatReadError

    try:
        content = loadmat(str(path))
        missing = np.asarray(content["jnt_missing"], np.float64)  # [16, N]
        points = np.asarray(content["pos_gt_src"], np.float64).transpose(2, 0, 1) - 1  # [16, 2, N]
        boxes = np.asarray(content["headboxes_src"], np.float64)  # [2, 2, N]
        sizes = HEAD_SHARE * np.linalg.norm(boxes[1] - boxes[0], axis=0)
        names = [str(np.asarray(cell).item()) for cell in np.asarray(content["dataset_joints"]).ravel()]
    except FileNotFoundError:
        raise MissingFileError(f"{path} is missing: it comes with the annotations of the HRNet release.") from None
    except (MatReadError, KeyError, ValueError, TypeError, IndexError, NotImplementedError, OSError) as error:
        raise DatasetError(f"{path} is not MPII's gt_valid.mat ({type(error).__name__}: {error}).") from error
    if points.shape[1:] != (len(MPII), 2) or missing.shape != (len(MPII), len(points)) or len(sizes) != len(points):
        raise DatasetError(f"{path} is not MPII's gt_valid.mat: its joints are {points.shape}, heads {sizes.shape}.")
    if any(name not in names or names.index(name) != place for name, place in _ORDER.items()):
        raise DatasetError(f"{path} orders the joints otherwise than MPII's gt_valid.mat: {', '.join(names)}.")
    return Heads(points.astype(np.float32), missing.T == 0, sizes.astype(np.float32))


def _records(path: Path) -> list[dict[str, Any]]:
    try:
        content = json.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        raise MissingFileError(
            f"The annotation file {path} is missing: unpack MPII in the HRNet release's form there, or correct "
            "`data.folder` and `data.files` in the recipe (of `eval` --data and --annotations)."
        ) from None
    except ValueError as error:
        raise DatasetError(f"{path} is not a JSON file ({error}): unpack or download it again.") from error
    if not isinstance(content, list):
        raise DatasetError(f"{path} is not a list of people as the HRNet release has it: is it a COCO file?")
    return content


def _person(folder: Path, record: dict[str, Any], place: int) -> Person | None:
    """None where a place is not a number; raises one of WRONG_CONTENT."""
    scale = float(record["scale"])
    centre = np.asarray(record["center"], np.float64).reshape(2)
    places = np.asarray(record["joints"], np.float32).reshape(len(MPII), 2) - 1
    seen = np.asarray(record["joints_vis"], np.float32).reshape(len(MPII), 1)
    joints = placed_joints(np.concatenate([places, seen], axis=1))
    if joints is None or not np.isfinite([scale, *centre]).all():
        return None
    # the crop is a square of 1.25 · 200 · scale around the lowered centre; the 1.25 is `engine.crops`' own padding
    middle = centre + np.array([0, LOWERED * scale]) - 1
    half = UNIT * scale / 2
    return Person(
        picture=Picture(folder / "images" / str(record["image"])),
        image_id=place,
        annotation_id=place + 1,
        source="mpii",
        xyxy=np.concatenate([middle - half, middle + half]).astype(np.float32),
        keypoints=joints[:, :2].copy(),
        weights=(joints[:, 2] > 0).astype(np.float32),
        absent=np.zeros(len(MPII), np.float32),
        sampling=1.0,
    )
