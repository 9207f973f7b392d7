"""The manifest beside an export: what was analysed, by what, with which settings; enough to do it again.

`"format": "skelter-manifest/1"`; docs/formats.md describes it. Addresses stand in it without user and password, those
of cameras, streams and the web also without query.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import os
import platform
import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import MISSING, asdict, dataclass, field, fields, replace
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType, UnionType
from typing import TYPE_CHECKING, Any, Literal, Self, TypeVar, Union, cast, get_args, get_origin, get_type_hints

import orjson

from app import __version__
from app.addresses import place_of
from app.names import in_text, out_of_text
from app.part import ALL, Part
from engine.errors import WRONG_CONTENT, MissingFileError, SkelterError, in_short, reason_of
from engine.files import OF_SYSTEMS, WholeFile
from engine.files import sha256_of as digest_of

if TYPE_CHECKING:
    from app.engines import Engines
    from app.summary import Summary
    from engine.detector import Detector
    from engine.pose import PoseEstimator
    from engine.video import Source

FORMAT = "skelter-manifest/1"
ENDING = ".manifest.json"
_LIBRARIES = ("numpy", "opencv-python-headless", "av", "onnxruntime", "openvino", "tensorrt", "lap", "scipy")

_Facts = TypeVar("_Facts")


@dataclass(frozen=True, slots=True)
class SourceFacts:
    """The source. `path`, `sha256`, `bytes` and `modified_ns` (Unix time, the newest) are None for cameras and streams;
    of pictures they are of all together. `version`, in the place of `modified_ns` elsewhere: what the storage tells, a
    hash or a date. `slowed`: how many times slower it shows what happened, of which rate and length are."""

    name: str
    path: str | None
    sha256: str | None
    bytes: int | None
    modified_ns: int | None
    width: int
    height: int
    fps: float | None
    duration_s: float | None
    version: str | None = None
    slowed: float = 1.0


@dataclass(frozen=True, slots=True)
class ModelFacts:
    """A network as it ran: `device` and `precision` as `--device` and `--precision` take them."""

    name: str
    file: str
    sha256: str
    device: str
    precision: str
    threshold: float


@dataclass(frozen=True, slots=True)
class Run:
    """One analysis. `broken_off`: why the source, or what followed it live, ended before its end. `interrupted`:
    somebody ended it. `threads`: how many decoded, of which it depends how a damaged picture looks; None for cameras
    and streams. `damaged`: frames between others that could not be decoded. `first_frame` and `last_frame` (None: the
    source's last) are what was asked for. `dropped`: frames of a live source skipped to keep up; `lost_s`: how long it
    was away."""

    source: SourceFacts
    detector: ModelFacts
    pose: ModelFacts
    tracker: str
    detect_every: int | Literal["auto"]
    smooth: bool
    frames: int
    people: int
    seconds: float
    broken_off: str | None
    interrupted: bool
    skelter: str
    python: str
    system: str
    libraries: dict[str, str]
    flip: bool = False
    threads: int | None = None
    damaged: int = 0
    first_frame: int = 0
    last_frame: int | None = None
    dropped: int = 0
    lost_s: float = 0.0
    far: bool = False


@dataclass(frozen=True, slots=True)
class OutputFacts:
    """A file or folder written: in the manifest's folder, so by its name alone.

    options  of its format, where some were given; `made_from` the saved result that it was converted from, by hash;
    `drawn_on` the video that this was drawn on
    """

    name: str
    format: str
    bytes: int
    sha256: str
    options: dict[str, Any] = field(default_factory=dict)
    made_from: str | None = None
    drawn_on: SourceFacts | None = None


@dataclass(frozen=True, slots=True)
class Origin:
    """What is known of a result that was not made in one run from end to end: saved and converted, or of the window,
    where parts are analysed as they are looked at, and corrected by hand (`edited`). `models` is for people to read."""

    source: SourceFacts
    models: dict[str, str]
    smoothing: str | None
    edited: bool


@dataclass(frozen=True, slots=True)
class Manifest:
    """Of a `run`, which can be done again; or, where that is None, of an `origin`, which only tells. `earlier`: what
    earlier runs left beside it, as they told of it; by that alone it is known for Skelter's own."""

    made: str
    run: Run | None
    outputs: tuple[OutputFacts, ...]
    origin: Origin | None = None
    earlier: tuple[OutputFacts, ...] = ()


class Notary:
    """Notes what a job is about to do; `Manifest` comes out when it is done. Hashes a file while the job runs."""

    def __init__(
        self,
        engines: Engines,
        source: Source,
        *,
        address: str | None = None,
        version: str | None = None,
        threads: int | None = None,
        part: Part = ALL,
        is_hashed: bool = True,
    ) -> None:
        """`address`: where the source is to be had, if that is not where it is read from, in this `version`. `threads`:
        as many as it was opened with; None or 0: as many as FFmpeg took."""
        files = files_of(source)
        self._source = source_facts(source, address, version)
        self._threads = None if source.info.live else threads or usual_threads()
        self._engines, self._part = engines, part
        self._tracker = engines.tracker_on(source.info)
        self._sha256: str | None = None
        self._hashing = threading.Thread(
            target=self._hash, args=(files if is_hashed else [],), name="skelter hashing", daemon=True
        )

    def __enter__(self) -> Self:
        self._hashing.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self._hashing.join()

    def _hash(self, files: list[Path]) -> None:
        try:
            self._sha256 = sha256_of(files) if files else None
        except OSError:  # it was there a moment ago; its results are good all the same
            self._sha256 = None

    def manifest(
        self, summary: Summary, outputs: Iterable[tuple[Path, str]], *, interrupted: bool, lost_s: float = 0.0
    ) -> Manifest:
        """What was done; `outputs` are (path, format)."""
        self._hashing.join()
        choice = self._engines.choice
        run = Run(
            replace(self._source, sha256=self._sha256),
            _model_facts(self._engines.detector), _model_facts(self._engines.pose),
            self._tracker, choice.detect_every, choice.smooth,
            summary.frames, len(summary.people), round(summary.seconds, 3), summary.broken_off, interrupted,
            __version__, platform.python_version(), platform.platform(), versions(),
            choice.flip, self._threads, summary.damaged, self._part.first, self._part.last,
            summary.dropped, round(lost_s, 1), far=choice.far,
        )  # fmt: skip
        return of(run, outputs, summary.options)


def usual_threads() -> int:
    """How many threads FFmpeg decodes with where nobody says it (frame_thread_init in its pthread_frame.c)."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(cores + 1, 16) if cores > 1 else 1


def source_facts(source: Source, address: str | None = None, version: str | None = None) -> SourceFacts:
    """All but the hash."""
    info = source.info
    size, modified_ns = stamp_of(files_of(source))
    if address is not None and "://" in address:
        modified_ns = None  # of the copy that was fetched
    return SourceFacts(
        info.name, _place_of(source, address), None, size, modified_ns,
        info.width, info.height, info.fps, info.duration_s, version, info.slowed,
    )  # fmt: skip


def hashed_facts(source: Source) -> SourceFacts:
    """All of them. Raises OSError."""
    files = files_of(source)
    return replace(source_facts(source), sha256=sha256_of(files) if files else None)


def of(run: Run, outputs: Iterable[tuple[Path, str]], options: Mapping[str, Any] | None = None) -> Manifest:
    """The manifest of a run whose `outputs`, (path, format), are written, with these options of their formats."""
    return Manifest(now(), run, tuple(output_facts(path, name, options=dict(options or {})) for path, name in outputs))


def output_facts(path: Path, format: str, **more: Any) -> OutputFacts:
    """What there is to say of a file or folder written."""
    size = sum(file.stat().st_size for file in _files_at(path))
    return OutputFacts(path.name, format, size, hash_of(path), **more)


def hash_of(path: Path) -> str:
    """SHA-256 of a file, or of the files in a folder. Raises OSError."""
    return sha256_of(_files_at(path))


def _files_at(path: Path) -> list[Path]:
    """A file; or those in a folder, but for what systems put there when somebody looks into it."""
    if not path.is_dir():
        return [path]
    return sorted(file for file in path.iterdir() if file.name not in OF_SYSTEMS)


def files_of(source: Source) -> list[Path]:
    """The files of a source that is one or several; none for a camera or stream."""
    if source.info.live:
        return []
    several = getattr(source, "files", None)
    path = getattr(source, "path", None)
    return list(several) if several is not None else ([Path(path)] if path is not None else [])


def _place_of(source: Source, address: str | None) -> str | None:
    """Where to find a source again; None for a camera or stream."""
    path = address or getattr(source, "path", None)
    return None if source.info.live or path is None else place_of(str(path))


def stamp_of(files: list[Path]) -> tuple[int | None, int | None]:
    """Their size in bytes and the newest time at which one was changed, nanoseconds; None, None for no files."""
    if not files:
        return None, None
    stats = [path.stat() for path in files]
    return sum(stat.st_size for stat in stats), max(stat.st_mtime_ns for stat in stats)


def _model_facts(network: Detector | PoseEstimator) -> ModelFacts:
    card = network.card
    return ModelFacts(
        card.name, str(card.path), card.sha256, network.device, network.precision, float(network.threshold)
    )  # fmt: skip


def versions() -> dict[str, str]:
    found = {}
    for name in _LIBRARIES:
        try:
            found[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            continue
    return found


def now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def sha256_of(files: list[Path]) -> str:
    """SHA-256 of a file; of several, that of a list of their names and hashes, in this order. Raises OSError."""
    hashes = [digest_of(path) for path in files]
    if len(files) == 1:
        return hashes[0]
    listed = "".join(f"{digest}  {path.name}\n" for digest, path in zip(hashes, files, strict=True))
    return hashlib.sha256(listed.encode(errors="surrogateescape")).hexdigest()


def path_beside(output: Path) -> Path:
    """Where the manifest of `output` lies: NAME.manifest.json for NAME.mp4, NAME.json, NAME-coco.json …"""
    from app.exports import stem_of

    return output.with_name(stem_of(output) + ENDING)


def write(manifest: Manifest, path: Path) -> None:
    """Raises SinkError."""
    fields = _each_text({"format": FORMAT, **asdict(manifest)}, in_text)
    data = orjson.dumps(fields, option=orjson.OPT_INDENT_2, default=str) + b"\n"
    file = WholeFile(path)
    file.write(data)
    file.commit()


def _each_text(value: Any, change: Callable[[str], str]) -> Any:
    """The same fields with every text in them changed: any may hold the name of a file."""
    match value:
        case str():
            return change(value)
        case dict():
            return {key: _each_text(inner, change) for key, inner in value.items()}
        case list() | tuple():
            return [_each_text(inner, change) for inner in value]
    return value


def read(path: Path) -> Manifest:
    """Raises MissingFileError, and SkelterError where it is no manifest."""
    try:
        return parse(path.read_bytes(), str(path))
    except FileNotFoundError as error:
        raise MissingFileError(f"{path} does not exist; check the name.") from error
    except OSError as error:
        raise SkelterError(f"{path} cannot be read ({reason_of(error)}).") from error


def parse(data: bytes, path: str = "This") -> Manifest:
    """The manifest in the contents of a file. Raises SkelterError, which names `path`, where it is none."""
    try:
        given = _each_text(orjson.loads(data), out_of_text)
        if given["format"] != FORMAT:
            raise ValueError(f"its format is {given['format']!r}, not {FORMAT!r}")
        run = given["run"]
        if run is not None:
            parts = {"source": SourceFacts, "detector": ModelFacts, "pose": ModelFacts}
            run = _facts(Run, run | {key: _facts(kind, run[key]) for key, kind in parts.items()})
        outputs, earlier = (
            tuple(_output(output) for output in listed) for listed in (given["outputs"], given.get("earlier", []))
        )
        origin = given["origin"]
        if origin is not None:
            origin = _facts(Origin, origin | {"source": _facts(SourceFacts, origin["source"])})
        return Manifest(str(given["made"]), run, outputs, origin, earlier)
    except WRONG_CONTENT as error:  # no JSON is a ValueError as well
        raise SkelterError(f"{path} is no manifest that can be followed ({in_short(error)}).") from error


def _output(given: Mapping[str, Any]) -> OutputFacts:
    drawn_on = given.get("drawn_on")
    return _facts(OutputFacts, {**given, "drawn_on": drawn_on and _facts(SourceFacts, drawn_on)})


def _facts(kind: type[_Facts], given: Mapping[str, Any]) -> _Facts:
    """A dataclass of its fields in JSON; what a later version may have added is passed over,
    what an earlier one did not tell is as by default. Raises TypeError."""
    hints = get_type_hints(kind)
    expected = fields(cast(Any, kind))
    values = {part.name: given[part.name] for part in expected if part.name in given or part.default is MISSING}
    for name, value in values.items():
        if not _fits(value, hints[name]):
            raise TypeError(f"{name} is {value!r}")
    return kind(**values)


def _fits(value: object, hint: Any) -> bool:
    """Whether a value is what a field of the classes above says."""
    if get_origin(hint) is Literal:
        return value in get_args(hint)
    if get_origin(hint) in (Union, UnionType):
        return any(_fits(value, one) for one in get_args(hint))
    if hint in (int, float) and isinstance(value, bool):
        return False
    return isinstance(value, (int, float) if hint is float else get_origin(hint) or hint)
