"""Results of others, read as recordings: OpenPose folders, COCO keypoint results, AlphaPose's; and Skelter's own."""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, cast

import numpy as np
import orjson

from app.belonging import check_belongs
from app.exports.openpose_folder import FILE_NAME
from app.exports.writer import check_number
from app.footage import laid_on
from app.foreign import People, of_coco, of_openpose
from app.results import FrameRecord, Header, Recording, SourceRecord
from app.session import SUFFIX as SESSION
from app.session import corrected
from app.smoothing import as_found
from engine.errors import WRONG_CONTENT, MissingFileError, SkelterError, UsageError, in_short, reason_of
from engine.files import is_unfinished
from engine.skeletons import COCO, HALPE, Skeleton
from engine.types import Poses, Tracks
from trackers.smoothing import TICK_S

if TYPE_CHECKING:
    from engine.video import SeekableSource, Source

_log = logging.getLogger(__name__)

USUAL_FPS = 30.0
_LONGEST_BLANK = 4096  # bytes before the first sign of a JSON file


@dataclass(frozen=True, slots=True)
class _Clip:
    """What is told of the frames that a result is of: a video or pictures, if that; so many `fps` of pictures, or where
    there is no clip; a video's `recorded_at`."""

    path: Path | None
    fps: float | None
    recorded_at: float | None

    def frames(self, result: Path, last: int) -> tuple[list[float], SourceRecord]:
        """The times of a video's frames, and the video; of pictures by `fps`. Raises UsageError where `result` has a
        later frame, `last`, and where one of the rates is not for such a clip."""
        from engine.video.file import FileSource
        from engine.video.opening import open_source

        assert self.path is not None
        with open_source(self.path, fps=self.fps, recorded_at=self.recorded_at) as source:
            times = source.times() if isinstance(source, FileSource) else None
            times, record = times or [frame.time_s for frame in source], SourceRecord.of(source.info)
        if last >= len(times):
            raise UsageError(
                "{0} has a frame {1}, but {2} ends with frame {3}; is it the clip, and are frames counted from 0 (else "
                "--first-frame)?",
                result,
                last,
                self.path,
                len(times) - 1,
            )
        return times, record


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
    of = _Clip(clip, fps, recorded_at)
    if path.is_dir():
        return _recording(path, _from_first(path, of_openpose(path), first_frame, of_files=True), of, "OpenPose")
    if path.suffix.lower() == SESSION or not _is_list(path):
        if first_frame is not None:
            raise UsageError("{0} counts its frames from 0 as the video does; leave --first-frame out.", path.name)
        return _own(path, of)
    try:
        rows = orjson.loads(path.read_bytes())
        of_files = any(isinstance(row["image_id"], str) for row in rows)
        frames = _from_first(path, of_coco(rows), first_frame, of_files=of_files)
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


def _from_first(path: Path, frames: dict[int, People], first_frame: int | None, *, of_files: bool) -> dict[int, People]:
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


def _recording(path: Path, frames: dict[int, People], of: _Clip, origin: str) -> Recording:
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
    nobody = People(Poses.empty(len(skeleton)), [])
    for index, time_s in enumerate(times):
        recording.add(FrameRecord(index, time_s, tracks_of(frames.get(index, nobody), time_s)))
    return recording


def _skeleton_of(frames: dict[int, People]) -> Skeleton:
    counts = {people.poses.keypoints.shape[1] for people in frames.values()}
    return HALPE if counts == {len(HALPE)} else COCO


def _own(path: Path, of: _Clip) -> Recording:
    """A result in Skelter's own format, or a session; where its size and times are assumed with those of `clip`, or
    times by its rate.

    Joints that were smoothed by other times go, and a warning says so. Raises UsageError for a rate where the result
    knows its times.
    """
    from app.exports.skelter_json import read

    is_session = path.suffix.lower() == SESSION
    recording = corrected(path) if is_session else read(path, cut_off=is_unfinished(path))
    source, last = recording.header.source, max(recording.indices, default=-1)
    if of.fps is not None and not source.assumed:
        raise UsageError("{0} knows when its frames are; leave {1} out.", path.name, "--fps")
    if of.recorded_at is not None and not source.assumed:
        raise UsageError(
            "{0} knows when its frames are; give --recorded-at to `skelter track`, or count them anew in the window "
            "(View, Recorded at).", path.name,
        )  # fmt: skip
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


def _extent(frames: dict[int, People]) -> tuple[int, int]:
    """Width and height of a picture that holds every box."""
    corners = [people.poses.boxes.xyxy[:, 2:] for people in frames.values()]
    most = np.concatenate([np.ones((1, 2)), *corners]).max(axis=0)
    return int(np.ceil(most[0])), int(np.ceil(most[1]))


def _are_known(frames: dict[int, People], path: Path) -> bool:
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


def _with_ids(frames: dict[int, People]) -> Callable[[People, float], Tracks]:
    """Takes the ids of the file; where they count from 0, all are moved to begin at 1."""
    shift = int(any(0 in people.ids for people in frames.values()))

    def taken(people: People, time_s: float) -> Tracks:
        ids = np.array(people.ids, np.int64) + shift
        order = np.argsort(ids)
        return Tracks(people.poses[order], ids[order], order)

    return taken


def _followed() -> Callable[[People, float], Tracks]:
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
        told.append(Path(_name_of_source(result)))
    else:
        for facts in (known.run, known.origin):
            if facts is not None:
                told += [Path(facts.source.path or facts.source.name), Path(facts.source.name)]
    found = (result.absolute().parent / one for one in told)
    return next((path for path in found if path.is_file() or (path.is_dir() and not is_result(path))), None)


def _name_of_source(result: Path) -> str:
    """What a result says it was made of, read from its header alone: an hour's frames take seconds. Raises SkelterError
    where it is none."""
    from app.exports.skelter_json import read_header

    return result.stem if result.is_dir() or _is_list(result) else read_header(result).source.name
