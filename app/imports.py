"""Results of others, read as recordings: OpenPose folders, COCO keypoint results, AlphaPose's; and Skelter's own."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import numpy as np
import orjson

from app.belonging import check_belongs
from app.exports.openpose_folder import BODY_25, FILE_NAME
from app.exports.writer import check_number
from app.footage import laid_on
from app.result_clip import ToldClip
from app.results import FrameRecord, Header, Recording, SourceRecord
from app.session import SUFFIX as SESSION
from app.session import corrected
from app.smoothing import as_found
from engine.errors import WRONG_CONTENT, MissingFileError, SkelterError, UsageError, in_short, reason_of
from engine.files import is_unfinished
from engine.skeletons import COCO, HALPE, Skeleton
from engine.types import F32, F64, Boxes, Poses, Tracks
from trackers.observations import extents
from trackers.smoothing import TICK_S

if TYPE_CHECKING:
    from engine.video import SeekableSource, Source

_log = logging.getLogger(__name__)

USUAL_FPS = 30.0
_COCO_18 = (*range(8), *range(9, 19))  # OpenPose's older layout: BODY_25 without the middle of the hips and the feet
_BEGIN_AS_COCO = (17, 26, 133, 136)  # COCO's own, Halpe's body, COCO-WholeBody, Halpe's whole body
_BEGIN_AS_HALPE = (26, 136)
_FIRST_OF_FEET = HALPE.keypoints.index("left_big_toe")
_BODY_25_OF = {"neck": ("left_shoulder", "right_shoulder"), "hip": ("left_hip", "right_hip")}  # Halpe's joints there
_LONGEST_BLANK = 4096  # bytes before the first sign of a JSON file
_MARGIN = 0.1  # of its size, by which a box round joints is grown: the joints lie inside the body
_LARGEST_ID = 2**63 - 1  # of those that are kept, also where all are moved by one


@dataclass(frozen=True, eq=False, slots=True)
class _People:
    """The N people of a frame as a file has them, in COCO's joints or Halpe's; missing joints are NaN, an id is None
    where it has none."""

    poses: Poses
    ids: list[int | None]


def read_result(
    path: Path,
    *,
    clip: Path | None = None,
    fps: float | None = None,
    first_frame: int | None = None,
    recorded_at: float | None = None,
) -> Recording:
    """The recording in a file or folder, told by its content.

    clip  the video it was made of: gives the frames' times, their size and number, where the result does not know them
          (Skelter's own do, but for those imported without a clip)
    fps   frames a second, where neither a clip nor the result tells them, or the clip is a folder of pictures
    recorded_at  so many frames of the clip were taken a second; None: as many as it shows in one
    first_frame  the number that another program gave to the first frame; None: 0, and a line says where 1 is likely

    People without ids are followed by the `oks` tracker. A session gives what it holds, as corrected. A file under an
    unfinished name (`o.part.json`) is read as far as it goes. Raises MissingFileError, SourceError, and SkelterError
    where the file is none of the formats or contradicts itself.
    """
    if recorded_at is not None and clip is None:
        raise UsageError(
            "--recorded-at says how fast the frames of --clip were taken; give that, or the rate by --fps."
        )
    of = ToldClip(clip, fps, recorded_at)
    if path.is_dir():
        return _recording(path, _from_first(path, _openpose(path), first_frame, of_files=True), of, "OpenPose")
    if path.suffix.lower() == SESSION or not _is_list(path):
        if first_frame is not None:
            raise UsageError("{0} counts its frames from 0 as the video does; leave --first-frame out.", path.name)
        return _own(path, of)
    try:
        rows = orjson.loads(path.read_bytes())
        of_files = any(isinstance(row["image_id"], str) for row in rows)
        frames = _from_first(path, _coco(rows), first_frame, of_files=of_files)
        return _recording(path, frames, of, "COCO results")
    except WRONG_CONTENT as error:
        raise SkelterError("{0} cannot be read as COCO keypoint results ({1}).", path, in_short(error)) from error


def recording_of(source: Source, address: str, result: Path) -> Recording:
    """What `result` knows of `source`, opened from `address`, on the frames of that.

    Raises UsageError where they do not belong together, and what `read_result` does.
    """
    recording = read_result(result, clip=Path(address))
    keep_pace(source, recording.header)
    check_belongs(recording, source, result)
    return on_its_frames(recording, source)


def on_its_frames(recording: Recording, source: Source) -> Recording:
    """`recording` on the frames of the video `source`, where it is of a camera and not yet.

    It comes at the pace of `recording`: pictures of which nobody knew how many follow each other in a second, too.
    """
    keep_pace(source, recording.header)
    if recording.header.source.live and (times_s := cast("SeekableSource", source).times()):
        return laid_on(recording, times_s, SourceRecord.of(source.info))
    return recording


def keep_pace(source: Source, header: Header) -> None:
    """Has a file give the times of a recording of it, which may know that it is slow motion; and pictures come at the
    rate of one, where it is known there and not of themselves."""
    from engine.video.file import FileSource
    from engine.video.images import ImagesSource

    if isinstance(source, FileSource):
        source.retime(header.source.slowed)
    fps = header.source.fps
    if isinstance(source, ImagesSource) and source.info.assumed and not header.source.assumed and fps:
        source.pace(fps)


def _from_first(
    path: Path, frames: dict[int, _People], first_frame: int | None, *, of_files: bool
) -> dict[int, _People]:
    """Frames counted from 0. Raises UsageError where one has a number below that of the first.

    Numbers `of_files` are likely those of pictures, which ffmpeg counts from 1.
    """
    least = min(frames, default=0)
    if first_frame is None:
        if least == 1 and of_files:
            _log.warning(
                "%s begins with frame 1: where that is the first of the video, --first-frame 1 puts people on it, who "
                "are a frame late otherwise.", path.name,
            )  # fmt: skip
        return frames
    if least < first_frame:
        raise UsageError("{0} has a frame {1}; --first-frame is the least there can be.", path, least)
    return {index - first_frame: people for index, people in frames.items()}


def _is_list(path: Path) -> bool:
    """Whether the file is a JSON list, told without reading it whole."""
    try:
        with path.open("rb") as file:
            return file.read(_LONGEST_BLANK).lstrip()[:1] == b"["
    except FileNotFoundError as error:
        raise MissingFileError("{0} does not exist; check the name.", path) from error
    except OSError as error:
        raise SkelterError("{0} cannot be read ({1}).", path, reason_of(error)) from error


def _openpose(folder: Path) -> dict[int, _People]:
    """The people of each frame. Raises SkelterError where the folder holds no or two videos' files, or a bad one."""
    found: dict[str, dict[int, Path]] = {}
    for file in folder.iterdir():
        if name := FILE_NAME.fullmatch(file.name):
            found.setdefault(name["stem"], {})[int(name["index"])] = file
    if not found:
        raise SkelterError(
            "{0} holds no OpenPose files (NAME_000000000000_keypoints.json); give a folder with those of one video.",
            folder,
        )
    if len(found) > 1:
        raise SkelterError("{0} holds files of {1} videos; give a folder with those of one video.", folder, len(found))
    frames = {}
    for index, file in sorted(next(iter(found.values())).items()):
        try:
            frames[index] = _openpose_people(orjson.loads(file.read_bytes()))
        except WRONG_CONTENT as error:
            raise SkelterError("{0} is no file of OpenPose's ({1}).", file, in_short(error)) from error
    has_feet = any((people.poses.scores[:, _FIRST_OF_FEET:] > 0).any() for people in frames.values())
    return frames if has_feet else {index: _narrowed(people) for index, people in frames.items()}


def _narrowed(people: _People) -> _People:
    """The people in COCO's joints, with which Halpe's begin."""
    poses = people.poses
    kept = Poses(poses.keypoints[:, : len(COCO)], poses.scores[:, : len(COCO)], poses.boxes)
    return replace(people, poses=kept)


def _openpose_people(document: dict[str, Any]) -> _People:
    """In Halpe's joints, of which OpenPose has all but the top of the head."""
    people = document["people"]
    ids = [_id_of(person.get("person_id")) for person in people]
    triplets = np.full((len(people), len(HALPE), 3), np.nan, np.float32)
    for row, person in enumerate(people):
        values = np.array(person["pose_keypoints_2d"], np.float32).reshape(-1, 3)
        if len(values) not in (len(BODY_25), len(_COCO_18)):
            raise ValueError(f"{len(values)} keypoints are neither BODY_25 nor COCO's 18")
        names = BODY_25 if len(values) == len(BODY_25) else [BODY_25[place] for place in _COCO_18]
        for column, name in enumerate(HALPE.keypoints):
            group = _BODY_25_OF.get(name, (name,))
            if group in names:
                triplets[row, column] = values[names.index(group)]
    points, scores = _known(triplets)
    of_body = scores[:, : len(COCO)]
    means = of_body.sum(axis=1) / np.maximum((of_body > 0).sum(axis=1), 1)
    boxes = Boxes.of(_around(points), means)
    return _People(Poses(points, scores, boxes), ids)


def _coco(rows: list[dict[str, Any]]) -> dict[int, _People]:
    """The people of each frame that has some. AlphaPose's variant has file names, `idx` and `box`."""
    by_frame: dict[int, list[dict[str, Any]]] = {}
    names: dict[int, int | str] = {}
    for row in rows:
        index = _frame_index(row["image_id"])
        if (name := names.setdefault(index, row["image_id"])) != row["image_id"]:
            raise ValueError(f"the pictures {name!r} and {row['image_id']!r} have the same number, {index}")
        by_frame.setdefault(index, []).append(row)
    has_feet = bool(rows) and all(len(row["keypoints"]) in [3 * count for count in _BEGIN_AS_HALPE] for row in rows)
    joints = len(HALPE) if has_feet else len(COCO)
    frames = {}
    for index, people in by_frame.items():
        points, scores = _known(np.stack([_body(row["keypoints"], joints) for row in people]))
        given = [row.get("bbox", row.get("box")) for row in people]
        boxes = np.array([around if box is None else box for box, around in zip(given, _around(points), strict=True)])
        is_given = np.array([box is not None for box in given])
        boxes[is_given, 2:] += boxes[is_given, :2]
        ranks = np.clip([float(row.get("box_score", row["score"])) for row in people], 0.0, 1.0)
        ids = [_id_of(row.get("track_id", row.get("idx"))) for row in people]
        frames[index] = _People(Poses(points, scores, Boxes.of(boxes, ranks)), ids)
    return frames


def _id_of(told: Any) -> int | None:
    """The id in a whole number from 0, alone or in lists; None where there is none. AlphaPose lists those of all the
    boxes that it took for one person: of these the least."""
    numbers = [one for one in _flat(told) if isinstance(one, int | float) and 0 <= one < _LARGEST_ID]
    return int(min(numbers)) if numbers and float(min(numbers)).is_integer() else None


def _flat(told: Any) -> Iterator[Any]:
    """What lists, and lists in them, hold, which need not be of one length: AlphaPose's are as it merged people."""
    if not isinstance(told, list):
        yield told
        return
    for one in told:
        yield from _flat(one)


def _body(keypoints: Any, count: int) -> F32:
    """x, y, score [count, 3] of the joints with which the larger sets of AlphaPose begin. Raises ValueError."""
    values = np.array(keypoints, np.float32).ravel()
    if len(values) not in [3 * count for count in _BEGIN_AS_COCO]:
        raise ValueError(
            f"a person's keypoints are {len(values)} numbers; three each are read for COCO's 17, Halpe's 26 and 136 "
            "and COCO-WholeBody's 133"
        )
    return values[: 3 * count].reshape(count, 3)


def _frame_index(image_id: int | str) -> int:
    """The number of a frame, also out of a name such as `clip_000123.jpg`."""
    digits = re.findall(r"\d+", Path(str(image_id)).stem)
    if not digits:
        raise ValueError(f"image_id {image_id!r} has no number")
    return int(digits[-1])


def _known(triplets: F32) -> tuple[F32, F32]:
    """Points and scores out of x, y, score [N, 17, 3]; a joint at 0, 0 with no score is not there."""
    points, scores = triplets[:, :, :2].copy(), np.clip(triplets[:, :, 2], 0.0, 1.0)
    missing = ((triplets == 0).all(axis=2)) | ~np.isfinite(triplets).all(axis=2)
    points[missing], scores[missing] = np.nan, 0.0
    return points, scores


def _around(points: F32) -> F64:
    """Boxes [N, 4] round the joints that are there, grown a little; without a joint they have no size."""
    tight: F64 = np.nan_to_num(extents(points, np.asarray(np.isfinite(points).all(axis=2))))
    margin: F64 = _MARGIN * (tight[:, 2:] - tight[:, :2])
    return np.asarray(tight + np.concatenate([-margin, margin], axis=1))


def _recording(path: Path, frames: dict[int, _People], of: ToldClip, origin: str) -> Recording:
    last, fps = max(frames, default=-1), of.fps
    check_number(last, path)
    if of.path is None:
        times = [index / (fps or USUAL_FPS) for index in range(last + 1)]
        length_s = len(times) / (fps or USUAL_FPS)
        source = SourceRecord(path.stem, *_extent(frames), fps or USUAL_FPS, length_s, assumed=True)
    else:
        times, source = of.frames(path, last)
    has_ids = _are_known(frames, path)
    models = {"pose": f"{origin}, imported from {path.name}", "tracker": "imported" if has_ids else "oks"}
    skeleton = _skeleton_of(frames)
    recording = Recording(Header(source, models, skeleton))
    tracks_of = _with_ids(frames) if has_ids else _followed()
    nobody = _People(Poses.empty(len(skeleton)), [])
    for index, time_s in enumerate(times):
        recording.add(FrameRecord(index, time_s, tracks_of(frames.get(index, nobody), time_s)))
    return recording


def _skeleton_of(frames: dict[int, _People]) -> Skeleton:
    counts = {people.poses.keypoints.shape[1] for people in frames.values()}
    return HALPE if counts == {len(HALPE)} else COCO


def _own(path: Path, of: ToldClip) -> Recording:
    """A result in Skelter's own format, or a session; where its size and times are assumed with those of `clip`, or
    times by its rate.

    Joints that were smoothed by other times go, and a warning says so. Raises UsageError for a rate where the result
    knows its times.
    """
    from app.exports.skelter_json import read

    is_session = path.suffix.lower() == SESSION
    recording = corrected(path) if is_session else read(path, cut_off=is_unfinished(path))
    source, last = recording.header.source, max(recording.indices, default=-1)
    for option, rate in (("--fps", of.fps), ("--recorded-at", of.recorded_at)):
        if rate is not None and not source.assumed:
            raise UsageError("{0} knows when its frames are; leave {1} out.", path.name, option)
    if not source.assumed or (of.path is None and of.fps is None):
        return recording
    if of.path is not None:
        of_clip, source = of.frames(path, last)
        times = {index: of_clip[index] for index in recording.indices}
    else:
        rate = of.fps or USUAL_FPS
        source = replace(source, fps=rate, duration_s=(last + 1) / rate, assumed=not recording.header.is_analysed)
        times = {index: index / rate for index in recording.indices}
    if recording.header.smoothing and any(abs(record.time_s - times[record.index]) > TICK_S for record in recording):
        _log.warning("%s was smoothed by other times: that is left out; `skelter smooth` smooths anew.", path.name)
        recording = as_found(recording)
    retimed = Recording(replace(recording.header, source=source))
    for record in recording:
        retimed.add(replace(record, time_s=times[record.index]))
    return retimed


def _extent(frames: dict[int, _People]) -> tuple[int, int]:
    """Width and height of a picture that holds every box."""
    corners = [people.poses.boxes.xyxy[:, 2:] for people in frames.values()]
    most = np.concatenate([np.ones((1, 2)), *corners]).max(axis=0)
    return int(np.ceil(most[0])), int(np.ceil(most[1]))


def _are_known(frames: dict[int, _People], path: Path) -> bool:
    """Whether everybody has an id, and nobody that of another in his frame; where only some do, a line says so."""
    ids = [one for people in frames.values() for one in people.ids]
    if None in ids:
        reason = "not everybody has one" if any(one is not None for one in ids) else None
    else:
        twice = (index for index, people in frames.items() if len(set(people.ids)) < len(people.ids))
        if (index := next(twice, None)) is None:
            return True
        reason = f"frame {index} has one twice"
    if reason:
        _log.warning("The ids in %s are not used, because %s: people are followed instead.", path.name, reason)
    return False


def _with_ids(frames: dict[int, _People]) -> Callable[[_People, float], Tracks]:
    """Takes the ids of the file; where they count from 0, all are moved to begin at 1."""
    shift = int(any(0 in people.ids for people in frames.values()))

    def taken(people: _People, time_s: float) -> Tracks:
        ids = np.array(people.ids, np.int64) + shift
        order = np.argsort(ids)
        return Tracks(people.poses[order], ids[order], order)

    return taken


def _followed() -> Callable[[_People, float], Tracks]:
    """Gives ids by following poses from frame to frame."""
    from trackers.oks import OksTracker

    tracker = OksTracker()
    return lambda people, time_s: tracker.update(people.poses, time_s)


def is_result(path: Path) -> bool:
    """Whether what is called so is a result and no video: a `.json` or `.jsonl`, or a folder of OpenPose's files."""
    if path.is_dir():
        with suppress(OSError):  # who reads it will say that it cannot be read
            return any(FILE_NAME.fullmatch(file.name) for file in path.iterdir())
    return path.is_file() and path.suffix.lower() in (".json", ".jsonl")


def clip_of(result: Path) -> Path | None:
    """The video that a result was made of, where the manifest beside it or the result itself tells of one that is
    there; a video that was moved is found beside its result. Raises SkelterError where the result cannot be read."""
    from app import manifest

    told: list[Path] = []
    try:
        known = manifest.read(manifest.path_beside(result))
    except SkelterError:  # it has none
        told.append(Path(read_result(result).header.source.name))
    else:
        for facts in (known.run, known.origin):
            if facts is not None:
                told += [Path(facts.source.path or facts.source.name), Path(facts.source.name)]
    found = (result.absolute().parent / one for one in told)
    return next((path for path in found if path.is_file() or (path.is_dir() and not is_result(path))), None)
