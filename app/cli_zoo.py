"""`skelter models list`, `pull`, `remove`: what runs by name here, what could be fetched, which engines there are."""

from __future__ import annotations

import json
import re
import textwrap
from typing import Annotated, Any

import typer
from rich.cells import cell_len
from rich.console import Console
from rich.markup import escape
from rich.table import Column, Table

from app.cli_build import build_and_tell
from app.cli_job import console
from app.fetching import fetch

_TITLES = ("name", "for", "from", "size", "licence", "accuracy")
_GAP = 2
_CACHES = {"timing": "timings", "runtime": "kernels", "compiled": "compiled models"}


def register(commands: typer.Typer) -> None:
    """Make the functions below commands of `skelter models`."""
    commands.command("list")(list_models)
    commands.command()(pull)
    commands.command()(remove)


def list_models(
    fetchable: Annotated[bool, typer.Option("--all", help="Also what `skelter models pull` could fetch.")] = False,
    prune: Annotated[
        bool,
        typer.Option(
            "--prune",
            help="Remove engines and caches that are of no use any more, unfinished downloads, and all that OpenVINO "
            "compiled (which it does again at the next start).",
        ),
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Machine-readable.")] = False,
) -> None:
    """List the models that run by name, and the engines built of them."""
    from app.inventory import prune as remove_useless
    from app.inventory import take

    removed = remove_useless() if prune else []
    report = take(with_fetchable=fetchable)
    if as_json:
        typer.echo(json.dumps(report | {"removed": removed}, indent=2))
        return
    for path in removed:
        console.print(f"Removed {path}", markup=False, soft_wrap=True)
    _print(report)


def pull(
    name: Annotated[str, typer.Argument(help="A name from `skelter models list --all`.")],
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Accept the model's licence without being asked.")] = False,
    replace: Annotated[bool, typer.Option("--replace", help="Fetch it again even if it is there.")] = False,
    build: Annotated[bool, typer.Option("--build", help="Then build an engine for this machine.")] = False,
) -> None:
    """Fetch a network that others published, and make it run by name."""
    card = fetch(name, yes=yes, replace=replace)
    if build:
        build_and_tell(card)


def remove(name: Annotated[str, typer.Argument(help="A model that was pulled or imported.")]) -> None:
    """Remove a model of one's own, and the engines built of it."""
    from app.inventory import remove as remove_model

    for path in remove_model(name):
        typer.echo(f"Removed {path}")


def _figure(accuracy: str) -> str:
    """What can be compared of a card's sentence: its first average precision, else how it begins."""
    found = re.search(r"AP(50)? \d+(\.\d+)?", accuracy)
    return found[0] if found else textwrap.shorten(accuracy.split(";")[0].split(" (")[0], 30, placeholder="…")


def _print(report: dict[str, Any]) -> None:
    from app.inventory import told

    out = Console(highlight=False, emoji=False)
    if not out.is_terminal:
        out.width = 1000  # a line each, for those who search them
    terms: list[str] = []
    table, left_out = _table([_cells(model, terms) for model in report["models"]], out.width)
    out.print(table)
    for line in told(terms) if "licence" not in left_out else ():
        out.print(line, markup=False, soft_wrap=not out.is_terminal)
    if left_out:
        out.print(f"\nNot shown for want of room: {', '.join(left_out)}.")
    if report["broken"]:
        out.print("\n[bold]Broken[/] (`skelter models remove NAME` removes one)")
    for model in report["broken"]:
        out.print(f"{model['name']}: {model['reason']}", markup=False, soft_wrap=True)
    if report["engines"]:
        _print_engines(out, report["engines"])
    else:
        out.print("\nNo engines are built: `skelter build MODEL` makes one.")
    if report["caches"]:
        _print_caches(out, report["caches"])


def _cells(model: dict[str, Any], terms: list[str]) -> dict[str, str]:
    """A line of the table, by the columns' titles; what there is to say of licences is added to `terms`."""
    from app.inventory import licence_in_short

    return {
        "name": model["name"],
        "for": model["task"],
        "from": model["origin"],
        "size": f"{model['bytes'] / 1e6:.0f} MB" if model["bytes"] else "",
        "licence": licence_in_short(str(model["licence"]), terms),
        "accuracy": _figure(str(model["accuracy"])),
    }


def _table(rows: list[dict[str, str]], width: int) -> tuple[Table, list[str]]:
    """The columns for which there is room, the most needed first, and the titles of the others.

    Cells are broken between words only, names nowhere: they have to be typed.
    """
    room, columns = width, {}
    for title in ("name", "for", "licence", "accuracy", "from", "size"):
        texts = [title, *(row[title] for row in rows)]
        is_name, needed = title == "name", max(map(cell_len, texts))
        if is_name or max(cell_len(word) for text in texts for word in text.split()) <= room:
            taken = needed if is_name else min(needed, room)
            columns[title] = Column(title, width=taken, no_wrap=is_name, overflow="ignore")
            room -= taken + _GAP
    shown = [title for title in _TITLES if title in columns]
    table = Table(*(columns[title] for title in shown), box=None, padding=(0, _GAP, 0, 0), pad_edge=False)
    for row in rows:
        table.add_row(*(escape(row[title]) for title in shown))
    return table, [title for title in _TITLES if title not in columns]


def _print_engines(out: Console, engines: list[dict[str, Any]]) -> None:
    out.print("\n[bold]Engines[/]")
    table = Table("model", "backend", "precision", "size", "built", "state", box=None, padding=(0, 2, 0, 0))
    for engine in engines:
        cells = (engine["model"], engine["library"], engine["precision"], f"{engine['bytes'] / 1e6:.0f} MB")
        table.add_row(*(escape(text) for text in (*cells, engine["built"], engine["state"])))
    out.print(table)


def _print_caches(out: Console, caches: list[dict[str, Any]]) -> None:
    out.print("\n[bold]Caches[/] (made anew where they are missing)")
    table = Table("of", "what", "model", "size", "state", box=None, padding=(0, 2, 0, 0))
    for cache in caches:
        cells = (cache["library"], _CACHES[cache["kind"]], cache["model"], f"{cache['bytes'] / 1e6:.1f} MB")
        table.add_row(*(escape(text) for text in (*cells, cache["state"])))
    out.print(table)
