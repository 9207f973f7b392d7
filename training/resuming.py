"""Going on with a run: the state of its last checkpoint, and what the recipe of now says otherwise."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

from engine.errors import WRONG_CONTENT, ModelError, UsageError
from training import checkpoints
from training.networks import network_of
from training.recipe import Recipe, recipe_of


def read_state(last: Path) -> dict[str, Any]:
    """What a run saved last; raises ModelError with the remedy."""
    try:
        return checkpoints.load(last)
    except ModelError as error:
        raise ModelError(
            f"{last} is damaged, so the run cannot go on: remove it to begin anew, or choose another folder with -o."
        ) from error


def changes(stored: object, recipe: Recipe, last: Path) -> list[str]:
    """What the recipe sets otherwise than the one `stored` in `last`, such as `optimiser.lr 0.001 → 0.0005`.

    Raises ModelError where it means another network, whose weights may fit all the same.
    """
    try:
        before = recipe_of(stored, last)
        is_same = network_of(before) == network_of(recipe)
    except (UsageError, *WRONG_CONTENT):  # of another version of the program: its weights say whether they fit
        return []
    if not is_same:
        raise ModelError(
            f"{last} is of another network than {recipe.name}'s (`network` or [model] differ): choose another folder "
            "with -o."
        )
    old, new = _flat(asdict(before)), _flat(asdict(recipe))
    names = dict.fromkeys([*old, *new])
    return [
        f"{name} {old.get(name, 'none')} → {new.get(name, 'none')}" for name in names if old.get(name) != new.get(name)
    ]


def scored_otherwise(stored: object, recipe: Recipe, last: Path) -> bool:
    """Whether scores by the recipe `stored` in `last` mean another thing: by other people, or at another size."""
    try:
        return _scoring(recipe_of(stored, last)) != _scoring(recipe)
    except (UsageError, *WRONG_CONTENT):
        return False


def _scoring(recipe: Recipe) -> tuple[object, ...]:
    data = recipe.data
    people = (data.val_folder, data.val_files, data.val_sources, data.format, data.heads, bool(data.split))
    return *people, recipe.phases[-1].size


def check_step(step: int, steps: int, last: Path) -> None:
    """Raises UsageError where the run is beyond its recipe's end."""
    if step > steps:
        raise UsageError(
            f"{last} is at step {step}, and the recipe now ends at step {steps}: lengthen it, or choose another folder "
            "with -o."
        )


def _flat(content: dict[str, Any], where: str = "") -> dict[str, Any]:
    """Settings by their full names; those of the phases by number."""
    flat: dict[str, Any] = {}
    for key, value in content.items():
        name = f"{where}{key}"
        if isinstance(value, list | tuple) and any(isinstance(item, dict) for item in value):
            value = {str(number): item for number, item in enumerate(value, 1)}
        if isinstance(value, dict) and key != "model":
            flat |= _flat(value, f"{name}.")
        elif key not in ("model", "network", "published"):
            flat[name] = value
    return flat
