"""Joints of a COCO-format file put where COCO has them, by the names that the file's `categories` give them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from engine.skeletons import COCO
from training.data.people import DatasetError

SHOWN = 3  # of the joints that a file names otherwise


def coco_places(names: object, path: Path) -> list[int]:
    """Which of COCO's joints each of the file's is, by its name however spelt; a file may leave some out.

    Raises DatasetError where it names others, or one twice: they would be learnt for what they are not.
    """
    given = [str(name) for name in names] if isinstance(names, list) else [str(names)]
    ours = [_plain(name) for name in COCO.keypoints]
    plain = [_plain(name) for name in given]
    other = [name for name in given if _plain(name) not in ours]
    twice = [name for n, name in enumerate(given) if plain[n] in plain[:n]]
    if not other and not twice:
        return [ours.index(name) for name in plain]
    wrong = other or twice
    shown = ", ".join(wrong[:SHOWN]) + (f" and {len(wrong) - SHOWN} more" if len(wrong) > SHOWN else "")
    raise DatasetError(
        f"The joints that `categories` of {path} names for people are not COCO's ({shown}{'' if other else ' twice'}): "
        f"Skelter trains COCO's {len(COCO)}, in any order and some of them left out, or MPII's and PoseTrack18's by "
        f"`data.format`. Take the others out of the file, or call them as COCO does: {', '.join(COCO.keypoints)}."
    )


def _plain(name: str) -> str:
    return "".join(filter(str.isalnum, name)).lower()


def in_coco_order(annotation: Mapping[str, Any], places: Sequence[int]) -> dict[str, Any]:
    """An annotation of joints at `places` with all of COCO's, the others not labelled; raises one of WRONG_CONTENT."""
    laid = dict(annotation)
    for name, each in (("keypoints", 3), ("confidence", 1)):
        given = annotation.get(name)
        if given is None:
            continue
        if len(given) != each * len(places):
            raise ValueError(f"`{name}` has {len(given)} numbers for the {len(places)} joints that `categories` names")
        laid[name] = [0] * (each * len(COCO))
        for n, place in enumerate(places):
            laid[name][each * place : each * (place + 1)] = given[each * n : each * (n + 1)]
    if annotation.get("absent"):
        laid["absent"] = [dict(enumerate(places))[joint] for joint in annotation["absent"]]
    return laid
