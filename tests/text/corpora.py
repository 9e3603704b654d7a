"""The real articles below `$ANNOTATOR_SHARED`; nothing of them is copied into the project."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

_ROOT = Path(__file__).parents[2]
_RANGE = re.compile(r"(\d+) (\d+)")


class Span(NamedTuple):
    """One fragment of an annotated span, in code points."""

    role: str
    start: int
    end: int


def corpus(name: str) -> Path | None:
    """A folder of the shared corpora, or None where it is not."""
    shared = Path(os.environ.get("ANNOTATOR_SHARED", _ROOT.parent / "shared"))
    folder = shared / "corpora" / name
    return folder if folder.is_dir() else None


def texts(folder: Path) -> Iterator[tuple[str, str]]:
    """Stem and text of each .txt of a folder, sorted by name."""
    for path in sorted(folder.glob("*.txt")):
        yield path.stem, path.read_bytes().decode("utf-8")


def spans(folder: Path, stem: str) -> list[Span]:
    """The spans of a PolNeAR article, from its brat file."""
    found: list[Span] = []
    for path in sorted(folder.glob(f"{stem}_*.ann"))[:1]:
        for line in path.read_bytes().decode("utf-8").split("\n"):
            fields = line.split("\t")
            if line.startswith("T") and len(fields) > 1:
                role, _, ranges = fields[1].partition(" ")
                found += [Span(role, int(a), int(b)) for a, b in _RANGE.findall(ranges)]
    return found
