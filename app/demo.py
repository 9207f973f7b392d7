"""The demonstration clip: fetched once from the BSD-licensed `sports2d` distribution, checked, kept in the cache."""

from __future__ import annotations

import hashlib
import importlib.util
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from platformdirs import user_cache_path

from engine.errors import SkelterError, reason_of
from engine.files import WholeFile, sha256_of

PACKAGE = "sports2d==0.8.34"
MEMBER = "Sports2D/Demo/demo.mp4"
SHA256 = "d9a66417185647b112304b57093f0c180f37a768e6a14daca75ca541f3b78039"
CREDIT = "Clip: Sports2D demonstration video (sports2d 0.8.34, BSD-3-Clause, © 2023 David Pagnon and contributors)"


def demo_clip() -> Path:
    """The clip in the cache folder, fetched if it is not there. Raises SkelterError."""
    clip = user_cache_path("skelter", appauthor=False) / "demo" / "runner.mp4"
    if clip.is_file() and sha256_of(clip) == SHA256:
        return clip
    try:
        clip.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise SkelterError(
            "The folder {0} for the demonstration clip cannot be made ({1}); mend its permissions, or try a clip of "
            "your own (`skelter demo CLIP`).",
            clip.parent,
            reason_of(error),
        ) from error
    with tempfile.TemporaryDirectory(prefix="skelter-demo-") as folder:
        _install(Path(folder))
        try:
            data = (Path(folder) / MEMBER).read_bytes()
        except OSError as error:
            raise SkelterError(
                "{0} does not hold the demonstration clip; try a clip of your own (`skelter demo CLIP`).", PACKAGE
            ) from error
    if hashlib.sha256(data).hexdigest() != SHA256:
        raise SkelterError(
            "The demonstration clip in {0} is not the one expected; try a clip of your own (`skelter demo CLIP`).",
            PACKAGE,
        )
    file = WholeFile(clip)
    file.write(data)
    file.commit()
    return clip


def _install(folder: Path) -> None:
    """Put the package that holds the clip into `folder`, by whatever installs packages here. Raises SkelterError."""
    command = [*_installer(), "install", "--no-deps", "--quiet", "--target", str(folder), PACKAGE]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    except subprocess.TimeoutExpired as error:
        raise SkelterError(
            "Downloading {0} took longer than five minutes; check the network and try again.", PACKAGE
        ) from error
    if done.returncode:
        last = (done.stderr.strip() or "no message").splitlines()[-1]
        raise SkelterError(
            "{0}, which holds the demonstration clip, cannot be fetched ({1}); check the network and try again, or try "
            "a clip of your own (`skelter demo CLIP`).",
            PACKAGE,
            last,
        )


def _installer() -> list[str]:
    """pip of this Python; or uv, whose environments have no pip; or the pip of another. Raises SkelterError."""
    is_frozen = getattr(sys, "frozen", False)  # one folder with everything: sys.executable is Skelter, no Python
    if not is_frozen and importlib.util.find_spec("pip") is not None:
        return [sys.executable, "-m", "pip", "--disable-pip-version-check"]
    if uv := shutil.which("uv"):
        return [uv, "pip"]
    if pip := shutil.which("pip3") or shutil.which("pip"):
        return [pip, "--disable-pip-version-check"]
    raise SkelterError(
        "The demonstration clip is fetched by pip or uv, and neither is here; try a clip of your own "
        "(`skelter demo CLIP`)."
    )
