"""Feed every reader a line of 1 GB, and the program what an attacker would; watch its memory.

    python -m tests.benchmarks.formats.check_hostile [MEGABYTES [tables]]

A line for each attempt: exit code, peak memory of the process, and what it said. Faults (exit 1
here): a traceback, an exit code that is no refusal, more memory than the limits of the readers
allow, or anything left in the database's folder.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Final

from annotator import formats

BOUND: Final = 700
"""Megabytes: a line of 64 MB as bytes, as text and as values, and the program itself."""
PROGRAM: Final = (sys.executable, "-c", "from annotator.cli.start import main; main()")
BOMB: Final = (
    '<?xml version="1.0"?>\n<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">'
    + "".join(f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefgh", "bcdefghi"))  # noqa: B905
    + "]>\n<x>&i;</x>"
)


def attempt(label: str, folder: Path, *command: str) -> bool:
    """Run the program; whether it did what it should."""
    out = folder / "said.txt"
    with out.open("wb") as said:
        child = subprocess.Popen([*PROGRAM, *command], cwd=folder, stdout=said, stderr=said)
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
    told = out.read_text(encoding="utf-8", errors="replace").strip()
    out.unlink()
    left = sorted(p.name for p in folder.iterdir() if p.name.startswith("annotations"))
    peak = usage.ru_maxrss / 1024
    lines = told.splitlines() or [""]
    good = child.returncode == 1 and "Traceback" not in told and peak < BOUND and not left
    mark = "" if good else f"  FAULT {left}"
    print(
        f"{label:<34}{child.returncode:>3} {peak:7.0f} MB  {lines[-2:][0][:90]}{mark}", flush=True
    )
    return good


def giant(path: Path, head: bytes, tail: bytes, megabytes: int) -> None:
    with path.open("wb") as stream:
        stream.write(head)
        for _ in range(megabytes):
            stream.write(b"a" * (1 << 20))
        stream.write(tail)


def main() -> None:
    megabytes = int(sys.argv[1]) if len(sys.argv) > 1 else 1024
    good = True
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        source = folder / "giant.jsonl"
        giant(source, b'{"text":"', b'","label":[[0,1,"source"]]}\n', megabytes)
        for form in [] if "tables" in sys.argv else formats.every():
            if form.read is not None:
                command = ("import", form.name, str(source), "--as", "anna")
                good &= attempt(f"{megabytes} MB line: {form.name}", folder, *command)
        good &= attempt(f"{megabytes} MB line: add", folder, "add", str(source))
        source.unlink()
        giant(folder / "giant.csv", b'article,annotation,layer,start,end\n"', b'"\n', megabytes)
        good &= attempt(
            f"{megabytes} MB cell: csv", folder, *("import", "csv", "giant.csv", "--as", "anna")
        )
        (folder / "giant.csv").unlink()
        with (folder / "open.csv").open("wb") as stream:
            stream.write(b'article,annotation,layer,start,end\n"')
            stream.writelines((b"a" * 1000 + b"\n") * 1000 for _ in range(megabytes))
        good &= attempt(
            f"{megabytes} MB open quote: csv",
            folder,
            *("import", "csv", "open.csv", "--as", "anna"),
        )
        (folder / "open.csv").unlink()
        (folder / "cas").mkdir()
        for name in ("TypeSystem.xml", "a.xmi"):
            (folder / "cas" / name).write_text(BOMB)
        good &= attempt("billion laughs: uima", folder, "import", "uima", "cas", "--as", "anna")
        deep = "[" * 1_000_000
        (folder / "deep.jsonl").write_text(deep)
        for name in ("doccano", "label-studio", "gate", "w3c"):
            command = ("import", name, "deep.jsonl", "--as", "anna")
            good &= attempt(f"1,000,000 brackets: {name}", folder, *command)
    sys.exit(not good)


if __name__ == "__main__":
    main()
