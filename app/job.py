"""A job: follow everyone in a source and write what was asked for; shared by the commands and the window."""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager, nullcontext, suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from app import picture_folder, pipeline, provenance
from app.certainty import MIN_SCORE
from app.drawer import Drawer
from app.engines import Engines
from app.exports import FORMATS, Options, Writer, format_of, open_writer
from app.footage import from_its_start
from app.overlay import Lettering, Style
from app.picture_folder import PictureFolder, is_picture_folder
from app.results import FrameRecord, Header, Result, SourceRecord
from app.streams import Streams
from app.summary import Summary
from engine.errors import SinkError, SkelterError, SourceBrokenOff, SourceError, UsageError
from engine.files import check_writable, one_at_a_time
from engine.types import Frame
from engine.video import Ending, Source, ending
from engine.video.images import ImagesSource, is_one_picture, is_picture_spec
from engine.video.picture_sink import SUFFIXES as PICTURE_SUFFIXES
from engine.video.picture_sink import PictureSink
from engine.video.sink import SUFFIXES as VIDEO_SUFFIXES
from engine.video.sink import VideoSink
from trackers.smoothing import LiveSmoother

_log = logging.getLogger(__name__)
# format → ending of what is drawn, beside those of app.exports
VIDEO_ENDINGS = {suffix[1:]: suffix for suffix in VIDEO_SUFFIXES}
DRAWN_ENDINGS = VIDEO_ENDINGS | {suffix[1:]: suffix for suffix in PICTURE_SUFFIXES}


def ending_of(format: str) -> str:
    """What files of a format, of data or drawn, end in."""
    return DRAWN_ENDINGS.get(format) or FORMATS[format].ending


def format_name(path: Path) -> str:
    """The format, of data or drawn, that an output's name means."""
    return format_of(path) or (picture_folder.FORMAT if is_picture_folder(path) else path.suffix[1:].lower())


class PartlyWritten(SinkError):
    """Something could not be written; what is whole is named."""

    @classmethod
    def of(cls, first: SkelterError, written: Sequence[tuple[Path, str]]) -> PartlyWritten:
        """Because of `first`; what is `written`, as (path, format), is whole."""
        return cls("{0} Written and whole: {1}.", first, ", ".join(path.name for path, _ in written))


class VideoWriter:
    """The annotated video of a job, or picture, as its path ends.

    `lettering` names the joints, and writes names that are not plain Latin.
    """

    def __init__(
        self,
        path: Path,
        header: Header,
        style: Style,
        *,
        audio_from: Path | None,
        lettering: Lettering | None = None,
    ) -> None:
        source = header.source
        self._sink = (
            PictureSink(path)
            if path.suffix.lower() in PICTURE_SUFFIXES
            else VideoSink(
                path, width=source.width, height=source.height, fps=source.fps, audio_from=audio_from,
                slowed=source.slowed,
            )
        )  # fmt: skip
        self.paths = [path]
        self._drawer = Drawer(header, style, lettering)

    def write(self, frame: Frame, record: FrameRecord, names: Mapping[int, str] | None = None) -> None:
        """`names`: what people are called now, where that may be something else than at the start."""
        self._sink.write(self._drawer.draw(frame.image, record, frame.time_s, names=names), frame.time_s)

    def end_with(self, ending: Ending) -> None:
        """Says how the video ends."""
        self._sink.end_with(ending)

    def close(self) -> None:
        self._sink.close()

    def abort(self) -> None:
        self._sink.abort()


Drawing = VideoWriter | PictureFolder


def check_outputs(outputs: list[Path], source: str, *, with_data: bool = True) -> None:
    """Raises UsageError or SinkError before anything slow is done: an unknown ending, one picture for many, the source
    itself, no right. Of data it speaks only `with_data`."""
    known = (*DRAWN_ENDINGS.values(), *(data.ending for data in FORMATS.values() if with_data))
    for path in outputs:
        is_folder = format_name(path) == picture_folder.FORMAT and is_picture_spec(Path(source))
        if not is_folder and os.path.isdir(path) and format_of(path) is None:
            raise UsageError("{0} is a folder; give the name of a file to write.", path)
        if not is_folder and path.suffix.lower() not in DRAWN_ENDINGS.values() and format_of(path) is None:
            raise UsageError("{0}: no output ends in {1!r}; use one of {2}.", path.name, path.suffix, ", ".join(known))
        if path.suffix.lower() in PICTURE_SUFFIXES and not is_one_picture(Path(source)):
            raise UsageError(
                "{0} would be a single picture, and {1} is none; end the name in .mp4 for an annotated video.",
                path.name, source,
            )  # fmt: skip
        with suppress(OSError):
            if path.exists() and Path(source).exists() and path.samefile(source):
                raise UsageError("{0} is the source itself; choose another name.", path)
        if path.name.endswith(".manifest.json"):
            raise UsageError("{0} is the name of the manifest of another output; choose another one.", path)
        if is_folder:
            picture_folder.check_free(path)
        elif format_of(path) is None:
            check_writable(path)
        else:
            open_writer(path, Header(SourceRecord(source, 1, 1))).abort()
    if len({path.resolve() for path in outputs}) < len(outputs):
        raise UsageError("Two outputs have the same name; give each its own.")


def run(
    source: Source,
    engines: Engines,
    outputs: Sequence[Path | tuple[Path, str]],
    *,
    style: Style | None = None,
    audio_from: Path | None = None,
    watch: Callable[[Iterator[Result]], Iterator[Result]] = iter,
    each: Callable[[FrameRecord], None] | None = None,
    streams: Streams | None = None,
    summary: Summary | None = None,
) -> Summary:
    """Follow everyone from the source's position to its end (or until `watch`, which the results go through, ends).

    `outputs` are paths, whose names mean their formats, or (path, format).

    Each output appears under its name when it is whole; on an error on the way none does, but of a live source, which
    cannot be had again, all that was followed until then. One that its disk refuses takes no other with it: that is
    logged at once, and PartlyWritten at the end says which are written. A source that breaks off is no error here: the
    outputs hold all that was read, and the summary says at which second it ended.

    `summary` is filled in the place of a new one: whatever ends the job, it tells which outputs have their names.
    """
    header = engines.header(source.info)
    smoother = LiveSmoother() if engines.choice.smooth else None
    style = style or Style()
    summary = summary or Summary()
    summary.options = options_of(style)
    summary.could_look_farther = engines.could_look_farther(source.info)
    pictures = source if isinstance(source, ImagesSource) else None
    with _alone(outputs) if source.info.live else nullcontext():
        opened = Outputs(outputs, header, style, audio_from=audio_from, pictures=pictures)
    with opened as written:
        results = pipeline.run(
            source, engines.detector, engines.pose, engines.tracker, detect_every=engines.choice.detect_every
        )

        def write(result: Result) -> None:
            frame, tracks = result.frame, result.tracks
            smoothed = None if smoother is None else smoother.step(tracks, frame.time_s, least_score=MIN_SCORE)
            record = FrameRecord(frame.index, frame.time_s, tracks, smoothed)
            written.write(record, frame)
            if streams is not None:
                streams.offer(result, record)
            if each is not None:
                each(record)

        with closing(results):
            numbered = from_its_start(results, header.source) if source.info.live else results
            write_all(watch(numbered), write, source, written, summary)
    return summary


@contextmanager
def _alone(outputs: Sequence[Path | tuple[Path, str]]) -> Iterator[None]:
    """A block in which no other program begins takes in the folders of these, of which there is and grows none yet: of
    two that are begun at the same moment the later would take the name of the other. Raises UsageError."""
    paths = [output[0] if isinstance(output, tuple) else output for output in outputs]
    with ExitStack() as folders:
        for folder in sorted({path.parent.resolve() for path in paths}):
            folders.enter_context(one_at_a_time(folder))
        provenance.check_free(paths)
        yield


def write_all(
    results: Iterator[Result], write: Callable[[Result], None], source: Source, written: Outputs, summary: Summary
) -> None:
    """Hand each of `results` to `write` and count it, then finish what is `written`; as `run` says it ends."""
    begun = time.perf_counter()
    summary.written = written.whole

    def finish() -> None:
        written.end_with(ending(source, summary.last_index))
        try:
            written.finish()
        finally:
            summary.seconds = time.perf_counter() - begun

    try:
        for result in results:
            write(result)
            summary.count(result)
    except SourceBrokenOff as broken:
        if summary.frames == 0:
            raise
        summary.broken_off = str(broken)
    except Exception as error:
        if source.info.live and summary.frames:  # what a camera showed cannot be had again
            summary.broken_off = str(error) or type(error).__name__
            with suppress(SkelterError):
                finish()
        raise
    if summary.frames == 0:
        raise SourceError("{0} holds no frames; give another source.", source.info.name)
    finish()


def options_of(style: Style) -> dict[str, Any]:
    """What a manifest tells of how outputs in this style are written."""
    look = {name: True for name in ("boxes", "trails", "angles", "black", "by_limb") if getattr(style, name)}
    return {"min_score": style.min_score} | look


class Outputs:
    """Videos and data of one job, written side by side. Left by an error, the block leaves none of them behind.

    One that its disk refuses is given up, and the others go on. Joints too unsure for the `style` are not known in
    markers and angles either.

    whole  (path, format) of what has its name: none before `finish`
    """

    def __init__(
        self,
        outputs: Sequence[Path | tuple[Path, str]],
        header: Header,
        style: Style,
        *,
        audio_from: Path | None = None,
        pictures: ImagesSource | None = None,
        lettering: Lettering | None = None,
    ) -> None:
        """`outputs` as for `run`; a folder of pictures needs the `pictures`, names that are not plain Latin a
        `lettering`. Raises UsageError, SinkError."""
        self._videos: list[Drawing] = []
        self._writers: list[Writer] = []
        self._formats: dict[Drawing | Writer, str] = {}
        self._failed: list[SkelterError] = []
        self.whole: list[tuple[Path, str]] = []
        options = Options(min_score=style.min_score)
        with ExitStack() as opened:
            opened.callback(self._abort)
            for output in outputs:
                path, format = output if isinstance(output, tuple) else (output, format_name(output))
                writer: Drawing | Writer
                if format in FORMATS:
                    writer = open_writer(path, header, format, options=options)
                    self._writers.append(writer)
                else:
                    if format == picture_folder.FORMAT and pictures is not None:
                        writer = PictureFolder(path, header, style, pictures, lettering)
                    else:
                        writer = VideoWriter(path, header, style, audio_from=audio_from, lettering=lettering)
                    self._videos.append(writer)
                self._formats[writer] = format
            opened.pop_all()

    @property
    def _all(self) -> list[Drawing | Writer]:
        return [*self._videos, *self._writers]

    @property
    def need_pictures(self) -> bool:
        return bool(self._videos)

    def write(self, record: FrameRecord, frame: Frame | None) -> None:
        """A frame's people, and its picture where videos need one. Raises SinkError where no output is left."""
        if frame is not None:
            for video in list(self._videos):
                try:
                    video.write(frame, record)
                except SinkError as error:
                    self._videos.remove(video)
                    self._give_up(video, error)
        for writer in list(self._writers):
            try:
                writer.write(record)
            except SinkError as error:
                self._writers.remove(writer)
                self._give_up(writer, error)

    def end_with(self, ending: Ending) -> None:
        """Says how the videos end."""
        for video in self._videos:
            video.end_with(ending)

    def _give_up(self, output: Drawing | Writer, error: SinkError) -> None:
        output.abort()
        self._failed.append(error)
        if not self._all:
            raise error
        _log.warning("%s The other outputs go on.", error)

    def finish(self) -> list[tuple[Path, str]]:
        """Close them all; what is whole then. Raises SinkError after the last where one failed, PartlyWritten where
        others are whole."""
        self._close(iter(self._all))
        if self._failed and self.whole:
            raise PartlyWritten.of(self._failed[0], self.whole) from self._failed[0]
        if self._failed:
            raise SinkError("{0} Nothing else was written.", self._failed[0]) from self._failed[0]
        return self.whole

    def _close(self, outputs: Iterator[Drawing | Writer]) -> None:
        """Where somebody breaks off meanwhile, no other gets its name."""
        for output in outputs:
            try:
                output.close()
            except SkelterError as error:
                output.abort()
                self._failed.append(error)
            except Exception:  # nobody foresaw it, and the others are good all the same
                self._close(outputs)
                raise
            else:
                self.whole += [(path, self._formats[output]) for path in output.paths]

    def _abort(self) -> None:
        for output in self._all:
            output.abort()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is not None:
            self._abort()
