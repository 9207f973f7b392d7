"""`skelter eval-tracking`: how good a tracking result is, against the truth."""

from __future__ import annotations

import json
import math
import os
from collections.abc import Mapping
from enum import StrEnum
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from app.there import is_there
from engine.errors import MissingFileError, UsageError

if TYPE_CHECKING:
    from trackers.metrics import Figures, PoseTrack
    from trackers.sequences import Sequence

Pairs = list[tuple["Sequence", "Sequence"]]
Table = Mapping[str, Mapping[str, float | None]]
TOGETHER = "all"  # sequences, in the table
PERCENT = ("MOTA", "MOTP", "recall", "precision", "IDF1", "IDP", "IDR", "HOTA", "DetA", "AssA", "LocA")


class Metric(StrEnum):
    """A family of figures."""

    clear = "clear"
    identity = "identity"
    hota = "hota"
    posetrack = "posetrack"


def eval_tracking(
    truth: Annotated[
        Path,
        typer.Argument(metavar="GT", help="The truth: a file, or a folder with one a sequence.", show_default=False),
    ],
    result: Annotated[
        Path,
        typer.Argument(
            metavar="RESULT",
            help="The result: a file, or a folder whose files have the same names. MOTChallenge .txt, PoseTrack18 "
            ".json, Skelter .json or .jsonl.",
            show_default=False,
        ),
    ],
    metric: Annotated[
        list[Metric] | None,
        typer.Option("--metric", "-m", help="What to count; repeatable. All that the truth allows if not given."),
    ] = None,
    similarity: Annotated[
        Literal["auto", "oks", "iou"],
        typer.Option(help="How alike people are: by pose (oks), by box (iou), auto: by pose where both have joints."),
    ] = "auto",
    threshold: Annotated[
        float, typer.Option(min=0.01, max=1.0, help="Similarity that makes a match for clear and identity.")
    ] = 0.5,
    joint_threshold: Annotated[
        float, typer.Option(min=0.0, max=1.0, help="PoseTrack: leave joints scored below out; raises MOTA, lowers AP.")
    ] = 0.0,
    poseval: Annotated[
        bool,
        typer.Option("--poseval", help="PoseTrack: leave out each sequence's last frame in MOTA, as poseval does."),
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the figures as JSON, 0 to 1.")] = False,
) -> None:
    """Compare a tracking result with the truth: CLEAR, identity and HOTA figures, PoseTrack's AP and MOTA."""
    from trackers.metrics import Figures, evaluate, evaluate_posetrack

    pairs = _read_pairs(truth, result)
    has_joints = all(true.joints and found.joints for true, found in pairs)
    by: Literal["oks", "iou"] = similarity if similarity != "auto" else ("oks" if has_joints else "iou")
    wanted = metric or [family for family in Metric if family != Metric.posetrack or (has_joints and _has_heads(pairs))]
    families = [family for family in Metric if family in wanted and family != Metric.posetrack]

    tables: dict[str, Table] = {}
    if families:
        parts = {true.name: evaluate(true, found, by, threshold) for true, found in pairs}
        if len(parts) > 1:
            parts[TOGETHER] = Figures.total(parts.values())
        tables = {family: {name: _row(part, family) for name, part in parts.items()} for family in families}
    if Metric.posetrack in wanted:
        joints = evaluate_posetrack(pairs, joint_threshold=joint_threshold, as_poseval=poseval)
        tables["posetrack"] = _posetrack(joints)
    if as_json:
        typer.echo(json.dumps({"similarity": by, **tables}, indent=1))
        return
    how = "poses (OKS)" if by == "oks" else "boxes (IoU)"
    conditions = {family.value: f"people matched by {how}" for family in families}
    conditions["clear"] = conditions["identity"] = f"people matched by {how} from {threshold:g}"
    conditions["posetrack"] = f"joints within half a head{_conditions(joint_threshold, poseval)}"
    for family, table in tables.items():
        typer.echo(f"{family}: {conditions[family]}; figures in %\n{_layout(table, family == 'posetrack')}\n")


def _read_pairs(truth: Path, result: Path) -> Pairs:
    """(truth, result) of each sequence. Raises UsageError where the two do not go together."""
    from trackers.reading import read_sequence

    if os.path.isdir(truth) != os.path.isdir(result):
        raise UsageError(f"{truth} and {result} should both be files or both be folders.")
    if not os.path.isdir(truth):
        paths = [(truth, result)]
    else:
        paths = [(path, _namesake(path, result)) for path in _sequence_files(truth)]
    pairs = [(read_sequence(true, truth=True), read_sequence(found)) for true, found in paths]
    return [
        (true, found if true.complete or found.complete else _in_step(found, true, found_path, true_path))
        for (true_path, found_path), (true, found) in zip(paths, pairs, strict=True)
    ]


def _in_step(found: Sequence, true: Sequence, found_path: Path, true_path: Path) -> Sequence:
    """What was found, in the order of the truth's images: by their ids where these are the same, else as it is."""
    if true.length != found.length:
        raise UsageError(
            f"{found_path} has {found.length} images but {true_path} has {true.length}; "
            "a PoseTrack result lists every image of the truth."
        )
    by_id = found.in_order_of(true.images)
    if by_id is None:
        typer.echo(f"{found_path.name} has other image ids than {true_path.name}: taken in the same order.", err=True)
    return by_id or found


def _sequence_files(folder: Path) -> list[Path]:
    """The files of a folder of sequences, which are called after them. Raises MissingFileError where there are none,
    UsageError where two are of one name, or one of that which the table has for all."""
    from app.manifest import ENDING

    files = sorted(
        path for path in folder.iterdir()
        if path.suffix.lower() in (".txt", ".json", ".jsonl") and not path.name.endswith(ENDING)
    )  # fmt: skip
    if not files:
        raise MissingFileError(f"{folder} holds no .txt, .json or .jsonl file; give the folder of the truth files.")
    for one, other in pairwise(sorted(files, key=lambda path: path.stem)):
        if one.stem == other.stem:
            raise UsageError(
                f"{one.name} and {other.name} in {folder} are both of the sequence {one.stem}; leave one of them."
            )
    for path in files if len(files) > 1 else ():
        if path.stem == TOGETHER:
            raise UsageError(f"{path.name} in {folder}: {TOGETHER} is what they are called together; rename it.")
    return files


def _namesake(path: Path, folder: Path) -> Path:
    for ending in (path.suffix, ".json", ".jsonl", ".txt"):
        if is_there(folder / (path.stem + ending)):
            return folder / (path.stem + ending)
    raise MissingFileError(f"{folder} has no result for {path.name}; name it {path.stem}{path.suffix}.")


def _has_heads(pairs: Pairs) -> bool:
    return all(bool((people.heads == people.heads).all()) for true, _ in pairs for people in true.frames.values())


def _row(figures: Figures, family: Metric) -> dict[str, float]:
    clear, identity, hota = figures.clear, figures.identity, figures.hota
    match family:
        case Metric.clear:
            return {
                "MOTA": clear.MOTA, "MOTP": clear.MOTP, "recall": clear.recall, "precision": clear.precision,
                "switches": clear.IDSW, "fragments": clear.Frag, "misses": clear.FN, "false": clear.FP,
                "tracked": clear.MT, "partly": clear.PT, "lost": clear.ML,
            }  # fmt: skip
        case Metric.identity:
            return {"IDF1": identity.IDF1, "IDP": identity.IDP, "IDR": identity.IDR}
        case _:
            return {"HOTA": hota.HOTA, "DetA": hota.DetA, "AssA": hota.AssA, "LocA": hota.LocA}


def _posetrack(joints: PoseTrack) -> Table:
    """The rows of PoseTrack's table; None for a figure that does not exist."""
    from trackers.posetrack import columns

    names = ("AP", "MOTA", "MOTP", "precision", "recall")
    figures = {name: columns(getattr(joints, name)) for name in names}
    return {name: {key: None if math.isnan(v) else v for key, v in row.items()} for name, row in figures.items()}


def _conditions(joint_threshold: float, poseval: bool) -> str:
    scored = f", joints scored {joint_threshold:g} or more" if joint_threshold else ""
    return scored + (", MOTA without each last frame" if poseval else "")


def _layout(table: Table, percent: bool) -> str:
    """Rows under their names, columns aligned to the right."""
    lines = [["", *next(iter(table.values()))]]
    for name, row in table.items():
        lines.append([name, *(_cell(value, percent or column in PERCENT) for column, value in row.items())])
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    aligned = [[line[0].ljust(widths[0]), *map(str.rjust, line[1:], widths[1:])] for line in lines]
    return "\n".join("  ".join(line) for line in aligned)


def _cell(value: float | None, percent: bool) -> str:
    if value is None:
        return "–"
    return f"{100.0 * value:.2f}" if percent else str(value)
