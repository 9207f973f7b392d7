"""What is made of pictures once: people cut out, with what a teacher sees in them, and small JPEGs of whole scenes.

A crop shows the person's box grown to 3 : 4 and by 1.75, i.e. room for every augmentation that zooms out by up to 1.4.
It is 240 × 320 pixels, or for inputs above 192 × 256 a quarter more than these: about what they would see of a picture
that is large enough. The teacher's heatmaps belong to its own crop (UDP rule, 192 × 256, padding 1.25), averaged with
those of the mirrored crop.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from multiprocessing import get_context
from pathlib import Path
from typing import cast

import cv2
import numpy as np

from engine.crops import PADDING, PixelRule, affines, centres_and_sizes, cut
from engine.errors import SkelterError
from engine.files import held_alone, refusal
from engine.skeletons import COCO
from engine.types import F32, F64, I64, U8, Bools
from training.data.people import BROKEN, DatasetError, Person, Picture, Skips, read_picture
from training.data.teachers import MoveNet, SecondTeacher, Teacher, both_teachers

CROP_WH = (240, 320)
CROP_INPUT_HEIGHT = 256  # up to which that is enough
CROP_PADDING = PADDING * 1.4
TEACHER_WH = (192, 256)
TEACHER_MAP_WH = (48, 64)

DONE = "rows.json"  # in the folder of a cache
WAIT_S = 0.5  # between looks whether another process has made it

PEOPLE_PER_PART = 200  # more than a process takes to start; few enough that none waits long for another's slow ones

SURE = 0.3  # a teacher's peak from which on it says where a joint is
AT_LABEL = 0.3  # of its peak: what its heatmap has 1.5 sigma away

STORED_SIDE = 448  # the longer side of a stored scene …
STORED_SHARE = 1.4  # … or, where that is more, so many times the input's: room to show a part of it larger
JPEG_QUALITY = 92

_MEAN = np.array([123.675, 116.28, 103.53], np.float32)
_STD = np.array([58.395, 57.12, 57.375], np.float32)


@dataclass(frozen=True, eq=False)
class CropCache:
    """Crops of the people that `rows` names, on disk.

    rows     which of the given people each row shows; -1 where the picture is broken
    affines  float64 [N, 2, 3], source pixels → crop pixels
    to_maps  float64 [N, 2, 3], source pixels → heatmap cells of the teacher
    """

    folder: Path
    rows: list[int]
    affines: F64
    to_maps: F64

    @cached_property
    def crops(self) -> U8:
        """uint8 [N, H, W, 3], RGB, memory-mapped."""
        return cast(U8, np.load(self.folder / "crops.npy", mmap_mode="r"))

    @cached_property
    def maps(self) -> U8 | None:
        """uint8 [N, 64, 48, K], the teacher's heatmaps × 255, memory-mapped; None without a teacher."""
        path = self.folder / "maps.npy"
        return cast(U8, np.load(path, mmap_mode="r")) if path.exists() else None

    def __getstate__(self) -> dict[str, object]:
        """What a loader's process is given: it maps the arrays itself, or they would be copied to it."""
        return {name: value for name, value in self.__dict__.items() if name not in ("crops", "maps")}


def teacher_affines(xyxy: F32) -> F64:
    """Source pixels → the teacher's heatmap cells, float64 [N, 2, 3]."""
    centres, sizes = centres_and_sizes(xyxy, TEACHER_WH)
    return affines(centres, sizes, TEACHER_MAP_WH, rule=PixelRule.UDP)


def contradictions(cache: CropCache, people: Sequence[Person]) -> Bools:
    """Which labelled joints the teacher is sure to see elsewhere, bool [N, K] in the order of the cache's rows.

    Elsewhere: where the label is, its heatmap has less than `AT_LABEL` of a peak of at least `SURE`. A teacher that
    hardly sees a joint contradicts nobody: it says how visible the joint is.
    """
    assert cache.maps is not None
    found = np.zeros((len(cache.rows), cache.maps.shape[3]), bool)
    for row, who in enumerate(cache.rows):
        if who < 0:
            continue
        maps, person, affine = cache.maps[row], people[who], cache.to_maps[row]
        x, y = np.rint(person.keypoints @ affine[:, :2].T + affine[:, 2]).astype(int).T
        height, width, joints = maps.shape
        within = (x >= 0) & (x < width) & (y >= 0) & (y < height)
        at_label = np.where(within, maps[y.clip(0, height - 1), x.clip(0, width - 1), np.arange(joints)], 0)
        peaks = maps.max((0, 1))
        found[row] = (person.weights > 0) & (peaks >= SURE * 255) & (at_label < AT_LABEL * peaks)
    return found


def cached_crops(
    people: Sequence[Person],
    folder: Path,
    teacher: Callable[[], Teacher] | None,
    skips: Skips,
    *,
    input_height: int = CROP_INPUT_HEIGHT,
    taught_by: str = "",
    second: SecondTeacher | None = None,
) -> CropCache:
    """The cache of these people in `folder`, made where it is not there yet; broken pictures are counted in `skips`.

    A picture whose file has changed since is another one. `input_height` is of the largest input that is trained.
    `teacher` opens the teacher's network, in each process that fills the cache (so it is pickled); that happens only
    where the cache is yet to be made. `taught_by` names it: another teacher's heatmaps are another cache. `second` is
    asked about some of them too.
    """
    boxes = np.stack([person.xyxy for person in people])
    size_wh = crop_wh(input_height)
    made_of = (_as_they_are([person.picture for person in people]), size_wh, CROP_PADDING, taught_by)
    key = hashlib.sha256(boxes.tobytes() + str(made_of).encode()).hexdigest()[:16]
    target = folder / f"{key}{'-taught' if teacher else ''}"
    _made_once(target, lambda part: _fill(people, part, size_wh, teacher, second))
    rows = json.loads((target / DONE).read_text())
    for _ in range(rows.count(-1)):
        skips.add(BROKEN)
    centres, sizes = centres_and_sizes(boxes[rows], size_wh, padding=CROP_PADDING)
    return CropCache(
        folder=target,
        rows=rows,
        affines=affines(centres, sizes, size_wh),
        to_maps=teacher_affines(boxes[rows]),
    )


def crop_wh(input_height: int) -> tuple[int, int]:
    """Width and height of the crops for inputs of up to so many pixels."""
    width, height = (side * max(input_height, CROP_INPUT_HEIGHT) // CROP_INPUT_HEIGHT for side in CROP_WH)
    return width, height


def _as_they_are(pictures: Sequence[Picture]) -> list[tuple[str, tuple[int, int] | None, tuple[int, int] | None]]:
    """Path, labelled size, and the file's bytes and time of writing, which tell whether it is still the same."""
    stamps = {picture.path: _stamp(picture.path) for picture in pictures}
    return [(str(picture.path), picture.size_wh, stamps[picture.path]) for picture in pictures]


def _stamp(path: Path) -> tuple[int, int] | None:
    try:
        about = path.stat()
    except OSError:  # it will be found out, and counted, when it is read
        return None
    return about.st_size, about.st_mtime_ns


def _made_once(target: Path, fill: Callable[[Path], list[int]]) -> None:
    """Makes the folder `target` by `fill`, which gives its rows, whole or not at all.

    Of several processes that want it one makes it, the others wait for it. Raises SinkError.
    """
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        while not (target / DONE).is_file():
            with held_alone(target.with_name(f"{target.name}.lock")) as ours:
                if ours and not (target / DONE).is_file():
                    _make(target, fill)
            if not ours:
                time.sleep(WAIT_S)
    except SkelterError:  # a file that is missing is an OSError too
        raise
    except OSError as error:
        raise refusal(target, error) from error


def _make(target: Path, fill: Callable[[Path], list[int]]) -> None:
    # elsewhere first: what carries its name is never written to again, for others map it into their memory
    for left_behind in target.parent.glob(f"{target.name}.part-*"):
        shutil.rmtree(left_behind)
    part = target.with_name(f"{target.name}.part-{os.getpid()}")
    part.mkdir()
    try:
        (part / DONE).write_text(json.dumps(fill(part)))
        shutil.rmtree(target, ignore_errors=True)  # begun and not finished, by a version that filled it in place
        part.rename(target)
    except BaseException:
        shutil.rmtree(part, ignore_errors=True)
        raise


def _fill(
    people: Sequence[Person],
    target: Path,
    size_wh: tuple[int, int],
    teacher: Callable[[], Teacher] | None,
    second: SecondTeacher | None,
) -> list[int]:
    """Fill the arrays in `target` by as many processes as there are processors; the person of each row."""
    order = sorted(range(len(people)), key=lambda index: people[index].image_id)
    crops = (len(people), size_wh[1], size_wh[0], 3)
    maps = (len(people), TEACHER_MAP_WH[1], TEACHER_MAP_WH[0], len(COCO))
    np.lib.format.open_memmap(target / "crops.npy", "w+", np.uint8, crops)
    if teacher is not None:
        np.lib.format.open_memmap(target / "maps.npy", "w+", np.uint8, maps)
    ordered = [people[index] for index in order]
    parts = len(people) // PEOPLE_PER_PART
    workers = min(os.cpu_count() or 1, parts)
    if workers < 2:
        readable = _fill_part(ordered, 0, target, teacher, second)
    else:
        cuts = np.linspace(0, len(people), parts + 1).astype(int).tolist()
        # spawned, not forked: a forked process would inherit the threads of PyTorch and OpenVINO as dead locks
        with ProcessPoolExecutor(workers, get_context("spawn")) as pool:
            filled = [pool.submit(_fill_part, ordered[a:b], a, target, teacher, second) for a, b in pairwise(cuts)]
            readable = [good for part in filled for good in part.result()]
    return [index if good else -1 for index, good in zip(order, readable, strict=True)]


def _fill_part(
    people: Sequence[Person],
    first_row: int,
    target: Path,
    open_teacher: Callable[[], Teacher] | None,
    second: SecondTeacher | None,
) -> list[bool]:
    """Fill the rows from `first_row` on; whether the picture of each person could be read."""
    crops = np.load(target / "crops.npy", mmap_mode="r+")
    size_wh = (crops.shape[2], crops.shape[1])
    teacher = open_teacher() if open_teacher is not None else None
    maps = np.load(target / "maps.npy", mmap_mode="r+") if teacher is not None else None
    movenet = MoveNet(second.path) if second is not None else None
    good: list[bool] = []
    last: tuple[Picture, U8 | None] | None = None
    for row, person in enumerate(people, first_row):
        if last is None or last[0] != person.picture:
            # counted from the rows, each time they are read
            last = person.picture, picture_or_none(person.picture, Skips())
        image = last[1]
        good.append(image is not None)
        if image is None:
            continue
        matrix = affines(*centres_and_sizes(person.xyxy, size_wh, padding=CROP_PADDING), size_wh)
        crops[row] = cut(image, matrix, size_wh)[0]
        if teacher is not None and maps is not None:
            maps[row] = taught(image, person.xyxy, teacher)
            if second is not None and movenet is not None and person.source in second.sources:
                joints, turned = movenet.keypoints(image, person)
                maps[row] = both_teachers(maps[row], joints, turned, teacher_affines(person.xyxy[None])[0])
    return good


def picture_or_none(picture: Picture, skips: Skips) -> U8 | None:
    """The picture uint8 [H, W, 3] RGB; None where it is broken, which is counted in `skips`."""
    try:
        return read_picture(picture)
    except DatasetError:
        skips.add(BROKEN)
        return None


def taught(image: U8, xyxy: F32, teacher: Teacher) -> U8:
    """The teacher's heatmaps × 255 of who is in the box [4], uint8 [64, 48, K]: the mean with the mirrored crop's."""
    matrix = affines(*centres_and_sizes(xyxy, TEACHER_WH), TEACHER_WH, rule=PixelRule.UDP)
    crop = (cut(image, matrix, TEACHER_WH)[0].astype(np.float32) - _MEAN) / _STD
    both = teacher(np.ascontiguousarray(np.stack([crop, crop[:, ::-1]]).transpose(0, 3, 1, 2)))
    mirrored = both[1][COCO.mirrored, :, ::-1]
    heat = (both[0] + mirrored) / 2
    return np.asarray(np.clip(np.rint(heat.transpose(1, 2, 0) * 255), 0, 255), np.uint8)


@dataclass(frozen=True, eq=False, slots=True)
class StoredPictures:
    """Pictures made small, as JPEG, all in one array.

    rows     which of the given pictures each one is (broken ones are left out)
    encoded  uint8 [bytes], the files one after another; `ends` int64 [N], where each ends
    factors  float64 [N], how much each was scaled
    """

    rows: list[int]
    encoded: U8
    ends: I64
    factors: F64

    def __getitem__(self, index: int) -> tuple[U8, float]:
        """The picture uint8 [H, W, 3] RGB and its scale."""
        start = self.ends[index - 1] if index else 0
        image = cv2.imdecode(self.encoded[start : self.ends[index]], cv2.IMREAD_COLOR)
        return np.asarray(image, np.uint8), float(self.factors[index])


def stored_pictures(
    pictures: Sequence[Picture], folder: Path | None, skips: Skips, *, input_side: int = 0
) -> StoredPictures:
    """The pictures, kept in `folder` (None: in memory); broken ones are counted in `skips`.

    `input_side` is the longest of the inputs that are trained.
    """
    side = max(STORED_SIDE, round(STORED_SHARE * input_side))
    if folder is None:
        return _stored(pictures, side, skips)
    key = hashlib.sha256(str((_as_they_are(pictures), side)).encode()).hexdigest()[:16]
    target = folder / f"{key}-scenes"
    _made_once(target, lambda part: _store(pictures, side, part))
    rows = json.loads((target / DONE).read_text())
    for _ in range(len(pictures) - len(rows)):
        skips.add(BROKEN)
    encoded = np.load(target / "encoded.npy", mmap_mode="r")
    return StoredPictures(rows, encoded, np.load(target / "ends.npy"), np.load(target / "factors.npy"))


def _store(pictures: Sequence[Picture], side: int, target: Path) -> list[int]:
    made = _stored(pictures, side, Skips())  # counted from the rows, each time they are read
    np.save(target / "encoded.npy", made.encoded)
    np.save(target / "ends.npy", made.ends)
    np.save(target / "factors.npy", made.factors)
    return made.rows


def _stored(pictures: Sequence[Picture], side: int, skips: Skips) -> StoredPictures:
    rows: list[int] = []
    encoded: list[U8] = []
    factors: list[float] = []
    for row, picture in enumerate(pictures):
        image = picture_or_none(picture, skips)
        if image is None:
            continue
        factor = min(1.0, side / max(image.shape[:2]))
        if factor < 1:
            size = (round(image.shape[1] * factor), round(image.shape[0] * factor))
            image = np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA), np.uint8)
        # encoded with red and blue exchanged, and decoded so: no pixel is turned round
        encoded.append(np.asarray(cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY])[1], np.uint8))
        rows.append(row)
        factors.append(factor)
    ends = np.cumsum([len(data) for data in encoded], dtype=np.int64)
    joined = np.concatenate([np.zeros(0, np.uint8), *encoded])
    return StoredPictures(rows, joined, ends, np.array(factors))
