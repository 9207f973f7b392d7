"""The house: arrows between the packages point down only, no two modules need each other, nothing heavy comes early."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
OURS = ("app", "engine", "trackers", "training", "tests", "scripts")
MAY_IMPORT = {
    "engine": ("engine",),
    "trackers": ("trackers", "engine.types", "engine.boxes", "engine.skeletons", "engine.errors"),
    "training": ("training", "engine"),
    "app": ("app", "trackers", "engine", "training.cli"),  # the command line mounts `train` and `eval`, nothing else
}
# parts of the torch backend, imported when a network is loaded
BEHIND_TORCH = (
    "torch_graph.py",
    "torch_operators.py",
    "torch_fusion.py",
    "torch_kernels.py",
    "torch_lanes.py",
    "torch_runner.py",
    "torch_shapes.py",
)
TRACKERS_NEED_ONLY = {"numpy", "cv2", "lap", "scipy"}


@dataclass(frozen=True)
class Import:
    """One imported module, in which file and line; `is_early`: when the file itself is imported."""

    file: Path
    line: int
    module: str
    is_early: bool

    @property
    def top(self) -> str:
        return self.module.split(".")[0]

    def __str__(self) -> str:
        return f"{self.file.relative_to(ROOT)}:{self.line} imports {self.module}"


def imports_of(package: str) -> list[Import]:
    """Every import in a package, but those for type checkers alone."""
    found = []
    for file in sorted((ROOT / package).rglob("*.py")):
        tree = ast.parse(file.read_text(encoding="utf-8"), str(file))
        found += list(_imports(tree, file, package=_package_of(file), is_early=True))
    assert found, f"{package} has no imports: is the folder right?"
    return found


def _name_of(file: Path) -> str:
    return ".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def _package_of(file: Path) -> str:
    return ".".join(file.relative_to(ROOT).parent.parts)


def _imports(node: ast.AST, file: Path, *, package: str, is_early: bool) -> Iterator[Import]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Import):
            for alias in child.names:
                yield Import(file, child.lineno, alias.name, is_early)
        elif isinstance(child, ast.ImportFrom):
            above = package.split(".")[: len(package.split(".")) - child.level + 1] if child.level else []
            module = ".".join([*above, *([child.module] if child.module else [])])
            # `from engine import types` imports engine.types, or a name of engine: both are judged by the longer one
            for alias in child.names:
                is_module = _is_module(f"{module}.{alias.name}")
                yield Import(file, child.lineno, f"{module}.{alias.name}" if is_module else module, is_early)
        elif isinstance(child, ast.If) and "TYPE_CHECKING" in ast.unparse(child.test):
            continue
        else:
            is_inside = isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
            yield from _imports(child, file, package=package, is_early=is_early and not is_inside)


def _is_module(name: str) -> bool:
    path = ROOT / Path(*name.split("."))
    return path.is_dir() or path.with_suffix(".py").exists()


@pytest.mark.parametrize("package", MAY_IMPORT)
def test_arrows_point_down_only(package: str) -> None:
    allowed = MAY_IMPORT[package]
    wrong = [
        str(found)
        for found in imports_of(package)
        if found.top in OURS
        and not any(found.module == name or found.module.startswith(f"{name}.") for name in allowed)
    ]

    assert wrong == []


def test_no_two_modules_need_each_other() -> None:
    """Late imports count: they hide a circle, they do not break it."""
    needed: dict[str, set[str]] = {}
    for package in MAY_IMPORT:
        for found in imports_of(package):
            needed.setdefault(_name_of(found.file), set()).add(found.module)

    try:
        TopologicalSorter(needed).prepare()
    except CycleError as error:
        pytest.fail(f"each needs the next: {', '.join(error.args[1][::-1])}")


def test_trackers_need_little() -> None:
    allowed = TRACKERS_NEED_ONLY | set(sys.stdlib_module_names) | set(OURS)

    assert [str(found) for found in imports_of("trackers") if found.top not in allowed] == []


@pytest.mark.parametrize("package", ["engine", "trackers", "training"])
def test_qt_lives_in_the_window(package: str) -> None:
    assert [str(found) for found in imports_of(package) if found.top in ("PyQt6", "pyqtgraph", "PySide6")] == []


def test_the_rest_of_the_app_imports_no_qt() -> None:
    window = ROOT / "app" / "gui"
    outside = [found for found in imports_of("app") if window not in found.file.parents]

    assert [str(found) for found in outside if found.is_early and found.top in ("PyQt6", "pyqtgraph")] == []


@pytest.mark.parametrize("package", ["app", "engine", "trackers"])
def test_torch_lives_in_training(package: str) -> None:
    heavy = ("torch", "onnx", "onnxscript", "tensorboard", "pycocotools")

    early = [found for found in imports_of(package) if found.is_early and found.file.name not in BEHIND_TORCH]
    assert [str(found) for found in early if found.top in heavy] == []
    assert [str(found) for found in early if found.module.endswith(tuple(name[:-3] for name in BEHIND_TORCH))] == []


def test_the_reader_of_imports_sees_what_it_must() -> None:
    code = "import torch.nn\nfrom engine import types\ndef late():\n    from app import cli\n"
    seen = list(_imports(ast.parse(code), ROOT / "engine" / "x.py", package="engine", is_early=True))

    assert [(found.module, found.is_early) for found in seen] == [
        ("torch.nn", True),
        ("engine.types", True),
        ("app.cli", False),
    ]


@pytest.mark.parametrize(
    ("modules", "absent"),
    [
        (
            "engine, engine.detector, engine.pose, engine.models, engine.video, engine.backends.select",
            ["PyQt6", "torch", "onnx", "onnxruntime", "openvino"],
        ),
        ("trackers, trackers.oks", ["PyQt6", "torch", "openvino", "onnxruntime", "av"]),
        ("app.cli", ["PyQt6", "pyqtgraph", "torch", "openvino", "onnxruntime"]),
    ],
)
def test_what_is_imported_brings_nothing_heavy(modules: str, absent: list[str]) -> None:
    code = f"import sys, {modules}; print([name for name in {absent} if name in sys.modules])"

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=False)

    assert done.stderr == ""
    assert done.stdout.strip() == "[]"
