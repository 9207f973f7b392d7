"""Manifests where there may be one already: what that tells of is told of still, or it is said that it is not."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app import manifest
from app.session import edits_of
from engine.errors import SkelterError, UsageError
from engine.files import being_written, one_at_a_time

if TYPE_CHECKING:
    from app.results import Header, Recording
    from engine.video import Source


def write_run(told: manifest.Manifest, path: Path) -> list[str]:
    """Write the manifest of a run; returns what files beside it are of the earlier run that the one there told of.

    What the same run wrote with the same settings is told of still, where it is as it was. Raises SinkError.
    """
    with one_at_a_time(path.parent):
        known = _known(path)
        left = _others(known, told.outputs) if known is not None else []
        left = [output for output in left if path.with_name(output.name).exists()]
        if known is not None and _is_same(known.run, told.run):
            kept = [output for output in left if _is_as_told(path.with_name(output.name), output)]
            told = replace(told, outputs=(*told.outputs, *kept))
            left = [output for output in left if output not in kept]
        _write(told, path)
    return [output.name for output in left]


def check_replaceable(
    outputs: list[Path],
    source: Source,
    options: dict[str, Any],
    is_same: Callable[[manifest.Run], bool],
    remedy: str,
) -> None:
    """Raises UsageError, with the `remedy`, where `outputs` that nobody named would replace anything but what such a
    run gave before: of the source as it is, and by what `is_same` says and its `options`; it can be made again."""
    there = lying_at(outputs)
    known = _known(manifest.path_beside(outputs[0])) if there else None
    told = {output.name: output for output in known.outputs if is_written_so(output, options)} if known else {}
    is_again = known is not None and known.run is not None and _is_of(known.run, source) and is_same(known.run)
    for path in there:
        if not is_again or path.name not in told or not _is_as_told(path, told[path.name]):
            raise UsageError("{0} is there already, and not of the same video, part and settings; {1}", path, remedy)


def check_own(paths: Iterable[Path], remedy: str) -> None:
    """Raises UsageError, with the `remedy`, where anything lies at `paths`, which nobody named, of which no manifest
    tells that Skelter wrote it as it is: another program's files, or what was worked on."""
    others = [str(path) for path in paths if path.exists() and not any(_told_of(path))]
    if others:
        raise UsageError(
            "There already, and no manifest here tells that Skelter wrote it so: {0}; {1}", ", ".join(others), remedy
        )


def check_free(outputs: list[Path]) -> None:
    """Raises UsageError where `outputs` of a camera or stream would take the place of anything, their files for each
    person too, or another program writes them: it may be a take, which cannot be had again."""
    for path in lying_at(outputs):
        is_empty = path.stat().st_size == 0 if path.is_file() else path.is_dir() and not any(path.iterdir())
        if not is_empty:
            raise UsageError(
                "{0} is there already, and what a camera or stream showed cannot be had again; give another name, or "
                "move it first.", path,
            )  # fmt: skip
    for path in outputs:
        if (part := being_written(path)) is not None:
            raise UsageError(
                "Another program is writing {0} ({1}); give another name, or remove that where none is.",
                path,
                part.name,
            )


def lying_at(outputs: list[Path]) -> list[Path]:
    """What there is of `outputs`, and under the names of their files for each person."""
    from app.exports import FOR_EACH_PERSON, format_of
    from app.exports.each_person import lying_beside

    of_people = [path for output in outputs if format_of(output) in FOR_EACH_PERSON for path in lying_beside(output)]
    return [path for path in outputs if path.exists()] + of_people


def _told_of(path: Path) -> Iterator[manifest.OutputFacts]:
    """What the manifests in its folder tell of what lies at `path`, known by its hash: it, and they, may be called
    otherwise since."""
    sha256 = manifest.hash_of(path)
    for beside in path.parent.glob(f"*{manifest.ENDING}"):
        with suppress(OSError, SkelterError):
            data = beside.read_bytes()
            if sha256.encode() in data:  # of the thousands that a folder may have few are worth parsing
                told = manifest.parse(data)
                yield from (one for one in (*told.outputs, *told.earlier) if one.sha256 == sha256)


def check_redrawn(path: Path, result: Path, source: Source, options: dict[str, Any]) -> None:
    """Raises UsageError where `path`, which nobody named, would replace anything but what was drawn before of the same
    saved `result`, told by its hash, on the same `source`, with the same options."""
    if not path.exists():
        return
    made_from = manifest.hash_of(result)
    for output in _told_of(path):
        given = {name: said for name, said in output.options.items() if name != "interrupted"}
        if (output.made_from, given) == (made_from, options):
            # where none is told, it was drawn on what the result is of, or on a copy
            on = _is_source(output.drawn_on, source) if output.drawn_on else is_source_of(result, source)
            if on:
                return
    raise UsageError(
        "{0} is there already, and not of the same result, video, part and settings; "
        "give another name with -o, or this one to replace it.",
        path,
    )


def is_source_of(result: Path, source: Source) -> bool | None:
    """Whether a saved result was made of just this `source`, by hash; None where no manifest beside it tells."""
    sha256 = manifest.hash_of(result)
    for beside in _names_beside(result):
        known = _known(result.with_name(beside))
        if known is not None and _tells_of(known, sha256):
            of = known.run or known.origin
            return _is_source(of.source, source) if of is not None else None
    return None


def _is_source(facts: manifest.SourceFacts, source: Source) -> bool | None:
    """Whether `source` is what these facts tell of; None where they or it are of no files. Hashes only what has its
    size and another name or date: what is moved, and much that is copied, keeps all three."""
    files = manifest.files_of(source)
    if facts.sha256 is None or not files:
        return None
    now = manifest.source_facts(source)
    if now.bytes != facts.bytes:
        return False
    if (now.name, now.modified_ns) == (facts.name, facts.modified_ns):
        return True
    return manifest.sha256_of(files) == facts.sha256


def _names_beside(result: Path) -> tuple[str, str, str]:
    """What the manifest of a result may be called: of a batch all are called after the video, and what is called after
    its file in full was put beside another's."""
    return manifest.path_beside(result).name, result.stem + manifest.ENDING, result.name + manifest.ENDING


def _tells_of(told: manifest.Manifest, sha256: str | None) -> bool:
    """Whether it is of what has this hash, or of what was made from that."""
    return any(sha256 in (output.sha256, output.made_from) for output in told.outputs)


def is_written_so(output: manifest.OutputFacts, options: dict[str, Any]) -> bool:
    """Whether an output was written with these options of a run, as far as its format heeds them."""
    from app.exports import FORMATS
    from app.style import Style

    # the look says nothing of data, nor the least score of most
    known = FORMATS.get(output.format)
    look = {field.name for field in fields(Style)} - set(known.heeds) if known else set()
    one, other = ({name: told for name, told in said.items() if name not in look} for said in (output.options, options))
    return one == other


def _is_of(run: manifest.Run, source: Source) -> bool:
    """Whether a run was of the source as it is now, wherever the folder it lies in was then."""
    facts = manifest.source_facts(source)
    return replace(run.source, path=facts.path, sha256=None) == facts


def _is_same(one: manifest.Run | None, other: manifest.Run | None) -> bool:
    """Whether two runs gave the same: of the same content, by the same networks, settings and versions. Whole pictures
    look the same by whatever number of threads they were decoded."""
    if one is None or other is None or one.source.sha256 is None:
        return False
    source = replace(one.source, name=other.source.name, path=other.source.path,
                     modified_ns=other.source.modified_ns, version=other.source.version)  # fmt: skip
    threads = one.threads if one.damaged or one.broken_off else other.threads
    return replace(one, source=source, seconds=other.seconds, threads=threads) == other


def _is_as_told(path: Path, output: manifest.OutputFacts) -> bool:
    try:
        return manifest.hash_of(path) == output.sha256
    except OSError:
        return False


def add_converted(path: Path, result: Path, recording: Recording, outputs: list[manifest.OutputFacts]) -> Path:
    """Note in the manifest at `path` what was converted from the saved `result`, which holds this; returns where.

    The run that made the result is told where its manifest lies beside it. One that tells of something else is left:
    then the manifest is called after the first output in full. Raises SinkError.
    """
    header, source = recording.header, recording.header.source
    facts = manifest.SourceFacts(
        source.name, None, None, None, None, source.width, source.height, source.fps, source.duration_s,
        slowed=source.slowed,
    )  # fmt: skip
    edited = bool(header.names) or len(edits_of(result)) > 0 or any(record.edited is not None for record in recording)
    found = manifest.Manifest(manifest.now(), None, (), manifest.Origin(facts, header.models, header.smoothing, edited))

    def is_of_result(one: manifest.Manifest) -> bool:
        return _tells_of(one, outputs[0].made_from)

    with one_at_a_time(path.parent):
        place = _place_for(path, outputs, is_of_result)
        for known in (place, *(result.with_name(name) for name in _names_beside(result))):
            earlier = _known(known)
            if earlier and is_of_result(earlier):
                found = earlier if known == place else replace(earlier, outputs=())
                break
        _write(_with(found, outputs), place)
    return place


def add_from_window(
    path: Path, source: Source, header: Header, outputs: list[manifest.OutputFacts], *, edited: bool
) -> Path:
    """Note in the manifest at `path` what the window exported of a file; returns where, as `add_converted`. Raises
    SinkError, and OSError where the file cannot be read any more."""
    origin = manifest.Origin(manifest.hashed_facts(source), header.models, header.smoothing, edited)
    with one_at_a_time(path.parent):
        place = _place_for(path, outputs, lambda one: one.origin == origin)
        known = _known(place)
        is_same = known is not None and known.origin == origin
        found = known if known and is_same else manifest.Manifest(manifest.now(), None, (), origin)
        _write(_with(found, outputs), place)
    return place


def _place_for(path: Path, outputs: list[manifest.OutputFacts], is_own: Callable[[manifest.Manifest], bool]) -> Path:
    """Where to tell of the outputs: at `path`, or where that tells of others, too, beside it. Raises SinkError."""
    known = _known(path)
    if known is None or is_own(known):
        return path
    others = _others(known, outputs)
    if not (others and known.run) and not any(path.with_name(output.name).exists() for output in others):
        return path
    if len(others) < len(known.outputs):  # they are not what it tells of any more
        manifest.write(replace(known, outputs=tuple(others)), path)
    first = outputs[0]
    in_full = path.with_name(first.name + manifest.ENDING)
    # a folder has no ending that would tell the two apart
    return path.with_name(f"{first.name}.{first.format}{manifest.ENDING}") if in_full == path else in_full


def _known(path: Path) -> manifest.Manifest | None:
    try:
        return manifest.read(path)
    except SkelterError:
        return None


def _others(told: manifest.Manifest, outputs: Iterable[manifest.OutputFacts]) -> list[manifest.OutputFacts]:
    """What it tells of but these."""
    names = {output.name for output in outputs}
    return [output for output in told.outputs if output.name not in names]


def _with(told: manifest.Manifest, outputs: list[manifest.OutputFacts]) -> manifest.Manifest:
    """It with these outputs, too, in the place of those of the same names."""
    return replace(told, made=manifest.now(), outputs=(*_others(told, outputs), *outputs))


def _write(told: manifest.Manifest, path: Path) -> None:
    """Write it at `path`. What the one there tells of besides, also of another state of a result, stays told of as
    `earlier`, as long as it is there. Raises SinkError."""
    known = _known(path)
    earlier = {output.name: output for output in (*known.earlier, *known.outputs)} if known else {}
    names = {output.name for output in told.outputs}
    kept = [one for name, one in earlier.items() if name not in names and path.with_name(name).exists()]
    manifest.write(replace(told, earlier=tuple(kept)), path)
