"""Doing again what a manifest tells: with the same networks, of the same source, and what is not as it was."""

from __future__ import annotations

from app import __version__
from app.engines import Choice, Engines
from app.manifest import ModelFacts, Run, files_of, sha256_of, versions
from engine.cards import Task
from engine.errors import ModelError, SkelterError, UsageError
from engine.models import find_model
from engine.video import Source


def choice_of(run: Run) -> Choice:
    """What to run with so that the same comes out. Raises ModelError where a network is not to be had."""
    networks = run.detector, run.pose
    same = networks[0].device == networks[1].device and networks[0].precision == networks[1].precision
    return Choice(
        _model(run.detector, Task.DETECTOR),
        _model(run.pose, Task.POSE),
        run.tracker,
        run.detector.device if same else "auto",
        run.detector.precision if same else None,
        run.detector.threshold,
        run.detect_every,
        run.smooth,
        flip=run.flip,
        far=run.far,
    )


def _model(facts: ModelFacts, task: Task) -> str:
    """The name or the file of the very network."""
    for where in (facts.name, facts.file):
        try:
            if find_model(where, task).sha256 == facts.sha256:
                return where
        except SkelterError:
            continue
    raise ModelError(
        f"The manifest's {task} {facts.name} (SHA-256 {facts.sha256[:12]}…) is not on this machine; "
        f"get it and import it under that name, or put it at {facts.file}."
    )


def source_of(run: Run) -> str | None:
    """The path of the source of a run; None for a camera or stream. Raises UsageError where it is an address."""
    where = run.source.path
    if where is not None and "://" in where:
        raise UsageError(f"The manifest is of {where}, which is no path; give a copy of it as SOURCE.")
    return where


def check_source(run: Run, source: Source) -> None:
    """Raises UsageError where `source` is not what the manifest's run was made of."""
    files = files_of(source)
    if run.source.sha256 is None or not files:
        raise UsageError(f"The manifest is of {run.source.name}, live pictures that nobody can see again.")
    if sha256_of(files) != run.source.sha256:
        raise UsageError(
            f"{source.info.name} is not the source of the manifest: its SHA-256 is not {run.source.sha256[:12]}…; "
            "give the one that it was made of."
        )


def differences(run: Run, engines: Engines) -> list[str]:
    """What is not as it was, in words; each may change the last digits of joints, or more."""
    told = []
    if run.interrupted:
        frames = f"{run.frames} {'frame' if run.frames == 1 else 'frames'}"
        told.append(f"it was interrupted after {frames}, and this goes to the end")
    if run.skelter != __version__:
        told.append(f"Skelter {run.skelter} then, {__version__} now")
    now = versions()
    told += [
        f"{name} {version} then, {now.get(name, 'none')} now"
        for name, version in run.libraries.items()
        if now.get(name) != version
    ]
    for network, facts in ((engines.detector, run.detector), (engines.pose, run.pose)):
        if (network.device, network.precision) != (facts.device, facts.precision):
            told.append(
                f"{facts.name} on {facts.device} {facts.precision} then, {network.device} {network.precision} now"
            )
    return told
