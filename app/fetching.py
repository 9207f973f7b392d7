"""Fetching a published network on the command line: its licence agreed to, under a progress bar."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import typer
from rich import progress as bars

from app.cli_job import console
from app.hints import hint
from engine.errors import MissingFileError, ModelError, UsageError

if TYPE_CHECKING:
    from engine.cards import ModelCard
    from engine.zoo import Entry


def fetch(name: str, *, yes: bool, replace: bool = False) -> ModelCard:
    """The card of a network of the zoo, which is fetched unless it is here, or `replace` says so; tells what it does.

    Raises UsageError where the licence is not accepted (by `yes`, else by whom it asks), MissingFileError where nobody
    published a network of that name, DownloadError, ModelError, SinkError.
    """
    from engine.models import find_model
    from engine.zoo import pull

    entry = _entry(name)
    if not replace and _is_here(name):
        typer.echo(f"{name} is there already: skelter track CLIP --{entry.task} {name}")
        return find_model(name)
    typer.echo(f"{name}: {entry.licence}; trained on {entry.data}. {entry.accuracy}.")
    if entry.binds_user and not yes and not _agrees(entry):
        raise UsageError(f"{name} was not fetched: its licence was not accepted (--yes accepts it).")
    with _progress_bar() as progress:
        task = progress.add_task(entry.file, total=None)
        card = pull(
            entry,
            progress=lambda done, total: progress.update(task, completed=done, total=total),
            import_checkpoint=_import_checkpoint,
        )
    typer.echo(f"Fetched {card.name}: skelter track CLIP --{card.task} {card.name}")
    return card


def _is_here(name: str) -> bool:
    """Whether it is there, and whole: what is damaged is fetched again."""
    from engine.cards import read_card
    from engine.models import user_models

    try:
        read_card(user_models() / f"{name}.toml")
    except (ModelError, MissingFileError):
        return False
    return True


def _entry(name: str) -> Entry:
    from engine.cards import is_there
    from engine.models import EMBEDDED
    from engine.zoo import catalogue

    entries = {entry.name: entry for entry in catalogue()}
    if name in entries:
        return entries[name]
    if is_there(EMBEDDED / f"{name}.toml"):
        raise UsageError(f"{name} comes with Skelter: there is nothing to fetch.")
    meant = hint(name, entries, "`skelter models list --all` shows what there is.")
    raise MissingFileError(f"There is no model called {name} to fetch; {meant}")


def _agrees(entry: Entry) -> bool:
    if not sys.stdin.isatty():
        raise UsageError(f"{entry.name} is under {entry.licence}: read that licence, then say --yes.")
    return typer.confirm(f"{entry.licence} binds programs and services that use this model. Do you accept it?")


def _import_checkpoint(file: Path, target: Path, entry: Entry) -> None:
    from app.model_files import import_fetched

    for line in import_fetched(file, target, entry):
        typer.echo(line)


def _progress_bar() -> bars.Progress:
    return bars.Progress(
        bars.TextColumn("{task.description}", markup=False),
        bars.BarColumn(),
        bars.DownloadColumn(),
        bars.TransferSpeedColumn(),
        bars.TimeRemainingColumn(),
        console=console,
        disable=not console.is_terminal,
        transient=True,
    )
