"""One video of a batch: whether it is finished already, and following it into its folder."""

from __future__ import annotations

import errno
import math
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from app import manifest, provenance, slow_motion, unfinished
from app.batch import owners, places
from app.batch.videos import Video
from app.engines import Choice, Engines
from app.exports import FOR_EACH_PERSON
from app.exports.openpose_folder import FILE_NAME
from app.part import ALL, Part
from app.results import Result
from app.stderr import naming
from app.style import Style
from engine.cards import Task
from engine.errors import SinkError, SkelterError
from engine.files import check_writable, remove_folders_left_behind
from engine.models import find_model
from engine.video.opening import open_source


@dataclass(frozen=True, slots=True)
class Settings:
    """What is done with every video. `formats` are those of app.exports and of what is drawn. `recorded_at`: so many
    frames were taken a second, however many it shows; None: as many."""

    choice: Choice
    formats: tuple[str, ...] = ("json",)
    threads: int | None = None
    style: Style = field(default_factory=Style)
    recorded_at: float | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """How it went. `why`: the reason of a failure, or where a video that is written as far as it goes broke off;
    `skipped`: that was before, on the device and in the precision that `ran_on` tells. `left`: files of an earlier run
    that the manifest tells of no more. `damaged`: how many frames were left out. `ends_all`: nobody else's results can
    be written either. `slow`: what the video says of its being slow motion, where it is not counted so."""

    video: Video
    status: Literal["done", "skipped", "failed"]
    why: str | None = None
    frames: int = 0
    seconds: float = 0.0
    left: tuple[str, ...] = ()
    ran_on: str = ""
    damaged: int = 0
    ends_all: bool = False
    slow: str = ""


def failed(video: Video, error: SkelterError) -> Outcome:
    """Of a video that an error ended; where the disk of the results is full or read-only, it ends all."""
    cause: BaseException | None = error if isinstance(error, SinkError) else None
    while cause is not None and getattr(cause, "errno", None) not in (errno.ENOSPC, errno.EDQUOT, errno.EROFS):
        cause = cause.__cause__
    return Outcome(video, "failed", str(error), ends_all=cause is not None)


def check_places(videos: list[Video]) -> None:
    """Raises SinkError, before anything is loaded, where no results of these can be made; elsewhere it shows later."""
    video = next((video for video in videos if not os.path.exists(video.folder)), videos[0])
    if places.is_remote(video.folder):
        return
    target = Path(video.folder, video.stem + manifest.ENDING)
    while not os.path.exists(target.parent):
        target = target.parent
    check_writable(target)


class Wanted:
    """What makes an earlier result the same: settings, and the networks by their hashes. Raises SkelterError."""

    def __init__(self, settings: Settings) -> None:
        from app.job import options_of

        choice = settings.choice
        detector, pose = find_model(choice.detector, Task.DETECTOR), find_model(choice.pose, Task.POSE)
        self._settings, self._options = settings, options_of(settings.style)
        self._networks = detector.sha256, pose.sha256
        self._threshold = detector.threshold if choice.threshold is None else choice.threshold

    def earlier(self, video: Video) -> Outcome | None:
        """How it went before, where the video's folder has a manifest of just this run, and every output that it tells
        of; None where it is still to be done."""
        found = places.read(places.join(video.folder, video.stem + manifest.ENDING))
        if found is None:
            return None
        try:
            known = manifest.parse(found)
        except SkelterError:
            return None
        run = known.run
        if run is None or run.interrupted or not self.is_same(run) or not owners.is_unchanged(run.source, video):
            return None
        outputs = [output for output in known.outputs if output.made_from is None]
        asked = (output for output in outputs if output.format in self._settings.formats)
        if not all(provenance.is_written_so(output, self._options) for output in asked):
            return None
        formats = {output.format for output in outputs}
        there = all(places.size_of(places.join(video.folder, output.name)) == output.bytes for output in known.outputs)
        # who was nowhere in the video has no file of his own in formats with one for each person
        if not there or not set(self._settings.formats) - formats <= (set() if run.people else FOR_EACH_PERSON):
            return None
        ran_on = " and ".join(dict.fromkeys(f"{facts.device} {facts.precision}" for facts in (run.detector, run.pose)))
        return Outcome(
            video, "skipped", run.broken_off, run.frames, run.seconds, ran_on=ran_on, damaged=run.damaged
        )  # fmt: skip

    def is_same(self, run: manifest.Run, part: Part = ALL) -> bool:
        """Whether a run of this part was made with these networks and settings.

        What is left open may be anything: which backend runs under `auto` and in which precision is another matter on
        each machine of a cluster, and where one failed.
        """
        choice, device = self._settings.choice, run.detector.device
        is_device = {"auto": True, "cpu": device.endswith(":cpu")}.get(choice.device, device.startswith(choice.device))
        return (
            (run.detector.sha256, run.pose.sha256) == self._networks
            and abs(run.detector.threshold - self._threshold) < 1e-6
            and run.tracker in (choice.tracker, "still" if run.frames == 1 else choice.tracker)
            and run.detect_every == choice.detect_every
            and (run.first_frame, run.last_frame) == (part.first, part.last)  # `track` may have written one there
            and (run.smooth, run.flip, run.far) == (choice.smooth, choice.flip, choice.far)
            and self._has_times(run.source)
            and is_device
            and choice.precision in (None, run.detector.precision)
        )

    def _has_times(self, source: manifest.SourceFacts) -> bool:
        """Whether a run counted the times of its video as it is to be done."""
        wanted = self._settings.recorded_at
        return source.slowed == 1 if wanted is None else math.isclose(source.fps or 0.0, wanted, rel_tol=1e-9)


def outputs_of(folder: Path, stem: str, formats: tuple[str, ...]) -> list[tuple[Path, str]]:
    """(path, format) of the files of a video; their names may mean others (`walk-angles.csv` of walk-angles.mp4)."""
    from app.job import ending_of

    return [(folder / (stem + ending_of(name)), name) for name in formats]


def clear_unfinished(targets: list[Path]) -> None:
    """Remove what a killed run left of these files and folders.

    By their names alone: the folder may hold those of other videos, which may be called anything (`day.part2`).
    """
    for target in targets:
        for part in unfinished.files_of(target):
            part.unlink(missing_ok=True)
        remove_folders_left_behind(target, FILE_NAME)


def follow(
    video: Video,
    settings: Settings,
    engines: Engines,
    watch: Callable[[Iterator[Result], int | None], Iterator[Result]] = lambda results, total: results,
) -> Outcome:
    """Follow everyone in a video into its folder; the results go through `watch`, with the number of frames expected.

    Raises SkelterError.
    """
    from app import job

    owners.check_free(video)
    engines.tracker.reset()
    version = places.version_of(video.address)  # before it is fetched: what changes meanwhile counts as changed
    with naming(video.address), places.at_hand(video.address) as path, places.workplace(video.folder) as folder:
        outputs = outputs_of(folder, video.stem, settings.formats)
        manifest_path = folder / (video.stem + manifest.ENDING)
        clear_unfinished([*(path for path, _ in outputs), manifest_path])
        with open_source(path, threads=settings.threads or 0, recorded_at=settings.recorded_at) as source:
            total, slow = source.info.frame_count, slow_motion.offer(source.info, "skelter batch")
            with manifest.Notary(
                engines, source, address=video.address, version=version, threads=settings.threads
            ) as notary:
                summary = job.run(
                    source,
                    engines,
                    outputs,
                    style=settings.style,
                    audio_from=path if source.info.has_audio else None,
                    watch=lambda results: watch(results, total),
                )
            told = notary.manifest(summary, summary.written, interrupted=False)
            left = provenance.write_run(told, manifest_path)
    return Outcome(
        video, "done", summary.broken_off, summary.frames, summary.seconds, tuple(left), damaged=summary.damaged,
        slow=slow,
    )  # fmt: skip
