"""Gold annotations to reproduce: the fixtures' own, and PolNeAR's straight from its brat files."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import cycle
from pathlib import Path
from typing import Final

from annotator.domain.model import Annotation, Fragment
from annotator.domain.records import annotation_from_record
from annotator.domain.scheme import Scheme

ROOT: Final = Path(__file__).resolve().parent.parent.parent
FIXTURES: Final = ROOT / "fixtures"

_TEXT_BOUND: Final = re.compile(r"(T\d+)\t[\w-]+ (\d+ \d+(?:;\d+ \d+)*)(?:\t|$)")
_EVENT: Final = re.compile(r"E\d+\t(\S.*)")
_ARGUMENT: Final = re.compile(r"(Source|Cue|Content)\d*:(T\d+)")


@dataclass(frozen=True, slots=True)
class GoldArticle:
    """A text and what the robot has to bring about on it."""

    name: str
    text: str
    annotations: tuple[Annotation, ...]


def polnear_folder(part: str = "train") -> Path | None:
    """A part of PolNeAR below `$ANNOTATOR_SHARED`, or None where it is not."""
    shared = Path(os.environ.get("ANNOTATOR_SHARED", ROOT.parent / "shared"))
    folder = shared / "corpora" / "polnear" / part
    return folder if (folder / "text").is_dir() else None


def _claims(name: str, ann: str) -> Iterator[Annotation]:
    """Every `E` event with a role, as a claim; offsets count each character of the file."""
    bounds: dict[str, list[tuple[int, int]]] = {}
    events: list[str] = []
    for line in ann.split("\n"):
        if found := _TEXT_BOUND.match(line):
            pairs = (pair.split() for pair in found[2].split(";"))
            bounds[found[1]] = [(int(a), int(b)) for a, b in pairs]
        elif found := _EVENT.match(line):
            events.append(found[1])
    for number, event in enumerate(events):
        fragments: list[Fragment] = []
        spans: dict[str, int] = {}
        for role, target in _ARGUMENT.findall(event):
            span = spans[role] = spans.get(role, -1) + 1
            fragments += [Fragment(role.lower(), a, b, span) for a, b in bounds[target] if a < b]
        if fragments:
            yield Annotation(f"{name}-{number:03}", "claim", name, "gold", tuple(fragments))


def polnear(limit: int | None = None, part: str = "train") -> list[GoldArticle]:
    """PolNeAR articles with their first reading, spread evenly over the sorted files.

    Raises:
        FileNotFoundError: when the corpus is not there (see `polnear_folder`).
    """
    folder = polnear_folder(part)
    if folder is None:
        raise FileNotFoundError("PolNeAR is not below $ANNOTATOR_SHARED")
    readings: dict[str, Path] = {}
    for path in sorted((folder / "attributions").glob("*.ann")):
        readings.setdefault(path.stem.rpartition("_")[0], path)
    names = sorted(readings)
    if limit is not None:
        names = names[:: max(1, len(names) // limit)][:limit]
    out: list[GoldArticle] = []
    for name in names:
        # Bytes, because read_text would turn CRLF into LF and shift every offset.
        text = (folder / "text" / f"{name}.txt").read_bytes().decode("utf-8")
        ann = readings[name].read_bytes().decode("utf-8")
        out.append(GoldArticle(name, text, tuple(_claims(name, ann))))
    return out


def labelled(article: GoldArticle, scheme: Scheme) -> GoldArticle:
    """Give every claim the required labels, in turn, where the corpus has none of its own."""
    turns = [
        (a.name, cycle([v.name for v in a.values]))
        for a in scheme.of_layer("claim")
        if a.required and not a.text
    ]
    claims = tuple(
        replace(c, attributes={name: next(values) for name, values in turns})
        for c in article.annotations
    )
    return replace(article, annotations=claims)


def fixture_names() -> list[str]:
    """The articles that have gold, sorted."""
    return sorted(p.stem for p in (FIXTURES / "gold").glob("*.json"))


def fixture(name: str, text: str) -> GoldArticle:
    """Read the gold of one fixture; `text` is what the program's readers make of its file."""
    record = json.loads((FIXTURES / "gold" / f"{name}.json").read_text(encoding="utf-8"))
    found: list[Annotation] = []
    for item in record["annotations"]:
        for f in item["fragments"]:
            # The words stand in the file for people to read; they have to be the text's.
            words = f.pop("text", None)
            if words is not None and words != text[f["start"] : f["end"]]:
                raise ValueError(f"{name}: {item['id']}: {words!r} is not what the text says")
        found.append(annotation_from_record(item, name))
    return GoldArticle(name, text, tuple(found))
