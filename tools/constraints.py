"""Write constraints.txt: the exact versions that a fresh install of every extra resolves to.

Run by `make constraints`. Names and versions only, no addresses, so that any index can serve them.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
HEADER = (
    "# Exact versions for a reproducible set-up (`pip install -c constraints.txt ...`).\n"
    "# Written by `make constraints`; do not edit by hand.\n"
)


def main() -> None:
    """Install the project with all extras into a scratch environment and freeze it."""
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([sys.executable, "-m", "venv", folder], check=True)
        python = Path(folder, "Scripts" if sys.platform == "win32" else "bin", "python")
        subprocess.run(
            [python, "-m", "pip", "install", "-q", f"{ROOT}[dev,mutants,nlp-model,encoder]"],
            check=True,
        )
        frozen = subprocess.run(
            [python, "-m", "pip", "freeze", "--exclude", "news-annotator"],
            check=True,
            capture_output=True,
            text=True,
        ).stdout
    lines = [line for line in frozen.splitlines() if "==" in line and " @ " not in line]
    lines.sort(key=str.lower)
    Path(ROOT, "constraints.txt").write_text(HEADER + "\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
