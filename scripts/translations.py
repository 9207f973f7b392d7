"""The window's texts in other languages: find them in the code, list what lacks a translation, compile.

    python -m scripts.translations update    take new texts into app/gui/languages/*.ts, drop those that are gone
    python -m scripts.translations missing   list what is not translated yet
    python -m scripts.translations compile   make the .qm files that the window reads (needs Qt's lrelease)

All texts are in one context. pylupdate6 finds those inside of classes only, and names a context after each.
"""

from __future__ import annotations

import argparse
import ast
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from app.gui.remarks import as_sentence
from app.model_files import NameTaken, NameUnfit
from engine import errors
from engine.cuda import OutOfDeviceMemory
from engine.errors import SkelterError

ROOT = Path(__file__).parents[1]
CODE = ROOT / "app" / "gui"
FOLDER = CODE / "languages"
CONTEXT = "Skelter"
OF_ERRORS = (
    *(ROOT / "app" / name for name in ("gui", "exports", "belonging.py", "demo.py", "foreign.py", "imports.py")),
    *(ROOT / "app" / name for name in ("job.py", "model_files.py", "session.py", "smoothing.py")),
    ROOT / "engine",
)  # fmt: skip
"""Where errors are raised that a user of the window is likely to see: their sentences are translated too."""
OF_REMARKS = (*(ROOT / "app" / name for name in ("exports", "imports.py", "belonging.py")), ROOT / "engine" / "video")
"""Where it is logged what is to be known of a file that was read or written."""
FORMS = {"en": 2, "ko": 1, "zh_CN": 1}
"""Languages, and how many forms a noun takes with numbers; English has a file for these forms alone."""
LRELEASE = ("lrelease", "lrelease-qt6", "pyside6-lrelease", "/usr/lib/qt6/bin/lrelease", "/usr/lib/qt6/lrelease")


@dataclass(slots=True)
class Text:
    """A text of the window. `counted`: it has a number in it (%n) that decides its form."""

    source: str
    counted: bool
    places: list[str] = field(default_factory=list)


def texts() -> dict[str, Text]:
    """Every text that is marked in the code, by itself. Raises ValueError for one that cannot be read from the code."""
    found: dict[str, Text] = {}
    for path in sorted(CODE.rglob("*.py")):
        for line, source, counted in _marked(ast.parse(path.read_text(encoding="utf-8")), path):
            text = found.setdefault(source, Text(source, counted))
            text.counted |= counted
            text.places.append(f"{path.relative_to(ROOT)}:{line}")
    for line, source, path in (*_of_errors(), *_of_remarks()):
        found.setdefault(source, Text(source, False)).places.append(f"{path.relative_to(ROOT)}:{line}")
    for about in _of_formats():
        found.setdefault(about, Text(about, False, ["app/exports"]))
    return found


def _marked(tree: ast.AST, path: Path) -> Iterator[tuple[int, str, bool]]:
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        if _called(node) != "tr":
            continue
        if not node.args or not isinstance(node.args[0], ast.Constant) or not isinstance(node.args[0].value, str):
            raise ValueError(f"{path}:{node.lineno}: a text to be translated must be written out.")
        yield node.lineno, node.args[0].value, len(node.args) > 2


def _called(node: ast.Call) -> str:
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


def _of_errors() -> Iterator[tuple[int, str, Path]]:
    """The sentences of the errors that are raised where the window opens, writes and fetches."""
    known = (*vars(errors).values(), NameTaken, NameUnfit, OutOfDeviceMemory)
    kinds = {kind.__name__ for kind in known if isinstance(kind, type) and issubclass(kind, SkelterError)}
    for path in sorted(file for place in OF_ERRORS for file in (place.rglob("*.py") if place.is_dir() else [place])):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not (isinstance(node, ast.Call) and _called(node) in kinds and node.args):
                continue
            match node.args[0]:
                case ast.Constant(str(sentence)):
                    yield node.lineno, sentence, path
                case ast.JoinedStr():
                    raise ValueError(f"{path}:{node.lineno}: a sentence to be translated has {{0}} where values go.")


def _of_remarks() -> Iterator[tuple[int, str, Path]]:
    """What readers and writers log of a file."""
    for path in sorted(file for place in OF_REMARKS for file in (place.rglob("*.py") if place.is_dir() else [place])):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and _called(node) == "warning" and isinstance(node.args[0], ast.Constant):
                yield node.lineno, as_sentence(str(node.args[0].value)), path


def _of_formats() -> list[str]:
    """What the kinds of files to export are called: they are known where Qt is not."""
    from app.exports import FORMATS

    return [known.about for known in FORMATS.values()]


def read(language: str) -> dict[str, list[str]]:
    """Text → its translations (one for each form), as far as they are there."""
    path = FOLDER / f"skelter_{language}.ts"
    if not path.exists():
        return {}
    known = {}
    for message in ET.parse(path).getroot().iter("message"):
        translation = message.find("translation")
        forms = [] if translation is None else [form.text or "" for form in translation.findall("numerusform")]
        known[message.findtext("source", "")] = forms or [translation.text or "" if translation is not None else ""]
    return known


def missing(language: str) -> list[Text]:
    """Texts without a translation."""
    known = read(language)
    wanted = [text for text in texts().values() if text.counted or language != "en"]
    return [text for text in wanted if not all(known.get(text.source, [""]))]


def write(language: str, known: dict[str, list[str]]) -> None:
    """Write the language's file: the texts there are now, in the order of the code."""
    root = ET.Element("TS", version="2.1", language=language, sourcelanguage="en")
    context = ET.SubElement(root, "context")
    ET.SubElement(context, "name").text = CONTEXT
    for text in texts().values():
        if language == "en" and not text.counted:
            continue
        forms = known.get(text.source, [])
        message = ET.SubElement(context, "message", {"numerus": "yes"} if text.counted else {})
        ET.SubElement(message, "source").text = text.source
        translation = ET.SubElement(message, "translation")
        if not forms or not all(forms):
            translation.set("type", "unfinished")
        if text.counted:
            for place in range(FORMS[language]):
                ET.SubElement(translation, "numerusform").text = forms[place] if place < len(forms) else ""
        else:
            translation.text = forms[0] if forms else ""
    ET.indent(root, "  ")
    content = ET.tostring(root, encoding="unicode")
    (FOLDER / f"skelter_{language}.ts").write_text(
        f'<?xml version="1.0" encoding="utf-8"?>\n<!DOCTYPE TS>\n{content}\n', encoding="utf-8"
    )


def compile_all() -> None:
    """Raises SystemExit where Qt's compiler is not there or refuses a file."""
    tool = next((found for name in LRELEASE if (found := shutil.which(name))), None)
    if tool is None:
        raise SystemExit("lrelease is not installed: it is in Debian's qt6-l10n-tools, and in pip's PySide6.")
    for language in FORMS:
        source = FOLDER / f"skelter_{language}.ts"
        subprocess.run([tool, "-silent", source, "-qm", source.with_suffix(".qm")], check=True)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("update", "missing", "compile"))
    what = parser.parse_args().what
    if what == "update":
        for language in FORMS:
            write(language, read(language))
    if what == "compile":
        compile_all()
    count = 0
    for language in FORMS:
        for text in missing(language):
            count += 1
            if what == "missing":
                print(f"{language}\t{text.places[0]}\t{text.source}")
    print(f"{count} translations are missing.", file=sys.stderr)
    return 1 if count and what == "missing" else 0


if __name__ == "__main__":
    sys.exit(main())
