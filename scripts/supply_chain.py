"""What comes with the wheel: a bill of materials (CycloneDX), and whether any of it has a known weakness.

    python -m scripts.supply_chain [--sbom skelter.cdx.json] [--no-audit]

Needs `build`, and the network: the wheel is built and installed with all it depends on into an empty environment, which
`cyclonedx-py` lists and `pip-audit` looks up. The exit status is that of pip-audit.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from scripts.check_wheel import installed, run


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sbom", type=Path, default=Path("skelter.cdx.json"))
    parser.add_argument("--no-audit", action="store_true")
    options = parser.parse_args()
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "VIRTUAL"))}
    with tempfile.TemporaryDirectory(prefix="skelter-supply-") as name:
        folder = Path(name)
        python = installed(folder, None, environment).with_name("python")
        tools = folder / "tools"
        run(sys.executable, "-m", "venv", tools, cwd=folder, environment=environment)
        binaries = tools / ("Scripts" if os.name == "nt" else "bin")
        run(binaries / "python", "-m", "pip", "install", "--quiet", "cyclonedx-bom", "pip-audit", cwd=folder,
            environment=environment)  # fmt: skip
        sbom = options.sbom.resolve()
        run(
            binaries / "cyclonedx-py", "environment", python, "--output-file", sbom, cwd=folder, environment=environment
        )
        print(f"{sbom}: {len(json.loads(sbom.read_text())['components'])} components")
        if options.no_audit:
            return 0
        site = run(python, "-c", "import site; print(site.getsitepackages()[0])", cwd=folder, environment=environment)
        audit = [binaries / "pip-audit", "--path", site.strip(), "--progress-spinner", "off"]
        return subprocess.run(audit, cwd=folder, env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
