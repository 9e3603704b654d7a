"""Gold claims from PolNeAR's and PARC's brat layout (`E` events over text-bound roles).

A folder holds either `NAME.txt` with `NAME.ann`, or `text/` and `attributions/` as PolNeAR ships
them; several readings of one text (`NAME_4b22.ann`) are several documents. Offsets count `\\r`, a
surface may contain a newline and notes run over several lines, so lines are told apart by their
ids alone, after `split("\\n")`.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from annotator.attribution.result import AttributedText, Suggestion
from annotator.domain.errors import InputError
from annotator.domain.model import Fragment

_TEXT_BOUND: Final = re.compile(r"T\d+\t\w[\w-]* \d+ \d+(;\d+ \d+)*(\t|$)")
_EVENT: Final = re.compile(r"E\d+\t\S")
_ROLE: Final = re.compile(r"(Source|Cue|Content)\d*")
_PUBLISHER: Final = re.compile(r"([a-z][a-z-]*)_\d{4}-\d\d-\d\d_")


def read_gold(folder: Path) -> list[AttributedText]:
    """Read a brat folder, sorted by name.

    Raises:
        InputError: when the folder holds no annotations, or an annotation lacks its text.
    """
    texts_in = folder / "text" if (folder / "text").is_dir() else folder
    readings_in = folder / "attributions" if (folder / "attributions").is_dir() else folder
    texts = {path.stem: path for path in sorted(texts_in.glob("*.txt"))}
    publishers = _publishers(folder)
    out: list[AttributedText] = []
    for reading in sorted(readings_in.glob("*.ann")):
        stem = reading.stem
        while stem not in texts and "_" in stem:
            stem = stem.rpartition("_")[0]
        if stem not in texts:
            raise InputError(f"{reading.name}: no text beside it", f"expected {stem}.txt")
        text = _read(texts[stem])
        named = _PUBLISHER.match(stem)
        publisher = publishers.get(stem, named.group(1) if named else "")
        claims = tuple(_claims(_read(reading), text))
        out.append(AttributedText(reading.stem, text, claims, publisher))
    if not out:
        raise InputError(
            f"{folder}: no .ann files", "name a folder with .txt and .ann, or text/ + attributions/"
        )
    return out


def _read(path: Path) -> str:
    try:
        with path.open(encoding="utf-8", newline="") as file:
            return file.read()
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path.name}: cannot be read ({error})", "expected UTF-8") from error


def _publishers(folder: Path) -> dict[str, str]:
    for place in (folder, folder.parent):
        table = place / "metadata.tsv"
        if table.is_file():
            rows = csv.DictReader(_read(table).split("\n"), delimiter="\t", quoting=csv.QUOTE_NONE)
            return {
                row["filename"]: row["publisher"]
                for row in rows
                if row.get("filename") and row.get("publisher")
            }
    return {}


def _claims(annotations: str, text: str) -> Iterator[Suggestion]:
    bounds: dict[str, list[tuple[int, int]]] = {}
    events: list[str] = []
    for line in annotations.split("\n"):
        if _TEXT_BOUND.match(line):
            name, label, *_ = line.split("\t")
            spans = label.split(" ", 1)[1].split(";")
            bounds[name] = [
                (int(lo), int(hi)) for lo, hi in (span.split() for span in spans) if lo != hi
            ]
        elif _EVENT.match(line):
            events.append(line.rstrip("\r").split("\t")[1])
    for event in events:
        fragments: list[Fragment] = []
        seen: dict[str, int] = {}
        for argument in event.split()[1:]:
            label, _, target = argument.partition(":")
            role = _ROLE.fullmatch(label)
            if role is None or target not in bounds:
                continue
            name = role.group(1).lower()
            span = seen.get(name, 0)
            seen[name] = span + 1
            for lo, hi in bounds[target]:
                if hi <= len(text):
                    fragments.append(Fragment(name, lo, hi, span))
        if fragments:
            yield Suggestion(tuple(fragments), evidence="gold")
