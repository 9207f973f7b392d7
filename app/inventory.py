"""Everything on the disk that has to do with models: which there are, which engines, and what of it can go."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import platformdirs

from engine import store
from engine.backends.select import BACKENDS
from engine.cards import ModelCard
from engine.errors import MissingFileError, UsageError
from engine.files import refusal
from engine.models import EMBEDDED, list_models, user_models
from engine.zoo import catalogue

IN_USE, DAMAGED = "in use", "damaged, or not built here"


def take(*, with_fetchable: bool = False) -> dict[str, Any]:
    """`models` and `engines` as plain data (JSON can hold it)."""
    cards = list_models()
    models = [_model(card) for card in cards]
    if with_fetchable:
        here = {card.name for card in cards}
        models += [
            {
                "name": entry.name,
                "task": str(entry.task),
                "origin": "can be fetched" if entry.urls else "by hand",
                "path": None,
                "bytes": None,
                "licence": entry.licence,
                "data": entry.data,
                "accuracy": entry.accuracy,
            }
            for entry in catalogue()
            if entry.name not in here
        ]
    good, bad = store.stored()
    hashes = {card.name: card.sha256 for card in cards}
    engines = [
        {
            "model": engine.key.model,
            "backend": engine.key.backend,
            "library": engine.key.library,
            "device": engine.key.device,
            "precision": engine.key.precision,
            "bytes": engine.size,
            "built": engine.built,
            "check": dict(engine.check),
            "state": state_of(engine, hashes),
            "path": str(engine.path),
        }
        for engine in good
    ]
    engines += [
        {
            "model": path.stem, "backend": "", "library": "", "device": "", "precision": "",
            "bytes": path.stat().st_size, "built": "", "check": {}, "state": DAMAGED, "path": str(path),
        }
        for path in bad
    ]  # fmt: skip
    return {"models": models, "engines": engines}


def state_of(engine: store.StoredEngine, hashes: dict[str, str]) -> str:
    """`in use`, or why the engine is of no use any more; `hashes` are those of the models there are, by name."""
    key = engine.key
    if hashes.get(key.model) != key.model_sha256:
        return "its model is gone" if key.model not in hashes else "its model has changed"
    backend = BACKENDS.get(key.backend)
    if backend is None or not backend.available().usable:
        return f"{key.backend} cannot be used here"
    for library, device in backend.fingerprints():
        if (library, device) == (key.library, key.device):
            return IN_USE
    return f"built by {key.library} for {key.device}"


def prune() -> list[str]:
    """Remove the engines that are of no use, what is left of downloads; returns the paths. Raises SinkError."""
    hashes = {card.name: card.sha256 for card in list_models()}
    good, bad = store.stored()
    useless = [engine.path for engine in good if state_of(engine, hashes) != IN_USE] + bad
    downloads = platformdirs.user_cache_path("skelter", appauthor=False) / "downloads"
    return _delete(useless + sorted(downloads.glob("*")))


def remove(name: str) -> list[str]:
    """Remove a model of the user's own with its engines; returns the paths.

    Raises UsageError for an embedded model, MissingFileError where there is none of that name, SinkError.
    """
    if (EMBEDDED / f"{name}.toml").exists():
        raise UsageError(f"{name} comes with Skelter and cannot be removed.")
    files = [path for suffix in (".toml", ".onnx") if (path := user_models() / f"{name}{suffix}").exists()]
    if Path(name).name != name or not files:
        raise MissingFileError(f"There is no model called {name} of yours; `skelter models list` shows what there is.")
    engines = [engine.path for engine in store.stored()[0] if engine.key.model == name]
    return _delete(files + engines)


def _model(card: ModelCard) -> dict[str, Any]:
    return {
        "name": card.name,
        "task": str(card.task),
        "origin": "Skelter" if card.path.parent == EMBEDDED else "yours",
        "path": str(card.path),
        "bytes": card.path.stat().st_size,
        "licence": card.licence,
        "data": card.data,
        "accuracy": card.accuracy,
    }


def _delete(paths: list[Path]) -> list[str]:
    for path in paths:
        try:
            path.unlink()
        except OSError as error:
            raise refusal(path, error) from error
    return [str(path) for path in paths]
