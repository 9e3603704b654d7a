"""Reading brat's standoff: events become claims, other text-bound annotations become marks.

Written for corpora as they are: offsets of texts with carriage returns are counted in either way
(the one that fits the words is taken), and a text column may run over several lines.
"""

from __future__ import annotations

import csv
import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from annotator.domain.errors import InputError
from annotator.domain.exchange import BadRecord, Document, Item
from annotator.domain.losses import Losses
from annotator.domain.model import SPAN_ROLE, Annotation, ArticleDraft, Fragment
from annotator.formats.base import Options
from annotator.formats.jsonio import FILE_LIMIT, MEGABYTE

EVENT: Final = "Attribution"
NO_SOURCE: Final = "Attribution-no-source"
DISCUSS: Final = "Discuss"
"""PolNeAR's label for what the annotators wanted to talk over: a flag."""
MARK: Final = "Mark"
PARENT: Final = "Parent"
TRIGGER: Final = "trigger"
"""The role of a trigger that is not the cue (nor the content, where there is no cue)."""
METADATA: Final = (
    "compartment",
    "filename",
    "annotators",
    "publisher",
    "publication_date",
    "author",
    "title",
    "url",
    "language",
)
"""Columns of metadata.tsv; PolNeAR's own has others besides, which are kept in `meta`."""
_LINE: Final = re.compile(r"(?:[TEARMN]\d+|#\d*|\*)\t")
_ARGUMENT: Final = re.compile(r"(.*?)([2-9]\d*|1\d+)?:([TE]\d+)")

Ranges = tuple[tuple[int, int], ...]
GAP: Final = re.compile(r"\s*[\r\n\t]\s*")
"""What lies between two fragments that are one piece: a fragment holds no line break and no TAB."""


class Newlines:
    """Between offsets of the stored text and of the text as brat sees it.

    brat opens texts with universal newlines: a carriage return with a line feed counts as one.
    """

    def __init__(self, text: str) -> None:
        self.view = text.replace("\r\n", "\n").replace("\r", "\n")
        # Where the second half of each CRLF lies in the stored text.
        self._dropped = [m.start() + 1 for m in re.finditer("\r\n", text)] if "\r" in text else []
        self._after = [at - i for i, at in enumerate(self._dropped)]

    def to_brat(self, offset: int) -> int:
        """An offset of the stored text as one of brat's."""
        return offset - bisect_left(self._dropped, offset) if self._dropped else offset

    def from_brat(self, offset: int) -> int:
        """The other way round; never between the halves of a CRLF."""
        return offset + bisect_right(self._after, offset) if self._dropped else offset


@dataclass(slots=True)
class _Bound:
    """A T line."""

    id: str
    label: str
    ranges: Ranges
    words: str
    used: bool = False


class _Reading:
    """One .ann file over its text."""

    def __init__(self, text: str, lines: Iterable[str], where: str) -> None:
        self.text, self.where = text, where
        self.bounds: dict[str, _Bound] = {}
        self.bad: list[BadRecord] = []
        self.made: dict[str, Annotation] = {}
        self._owner: dict[str, str] = {}
        rows = [line.split("\t", 2) for line in lines]
        for row in rows:
            if row[0][0] == "T":
                self._guard(self._bound, row)
        self._place()
        for row in rows:
            if row[0][0] == "E":
                self._guard(self._event, row)
        for bound in self.bounds.values():
            if not bound.used:
                self._mark(bound)
        for row in rows:
            if row[0][0] not in "TE":
                self._guard(self._property, row)

    def _guard(self, do: Callable[[list[str]], None], row: list[str]) -> None:
        try:
            do(row)
        except (InputError, ValueError) as error:
            self.bad.append(BadRecord(f"{self.where}: {row[0]}", str(error)))

    def _bound(self, row: list[str]) -> None:
        if row[0] in self.bounds:
            raise InputError("stands twice")
        label, _, places = row[1].partition(" ")
        ranges = tuple((int(s), int(e)) for s, e in (p.split() for p in places.split(";")))
        self.bounds[row[0]] = _Bound(row[0], label, ranges, row[2] if len(row) > 2 else "")

    def _place(self) -> None:
        """Turn the ranges into ours, and drop the T lines whose words are not there."""
        newlines = Newlines(self.text)
        if "\r" in self.text:
            fits = sum(self._fits(b.ranges, b.words, newlines.view) for b in self.bounds.values())
            raw = sum(self._fits(b.ranges, b.words, self.text) for b in self.bounds.values())
            if raw > fits:
                newlines = Newlines("")
                newlines.view = self.text
        for bound in list(self.bounds.values()):
            if not self._fits(bound.ranges, bound.words, newlines.view):
                found = " ".join(newlines.view[s:e] for s, e in bound.ranges)
                self.bad.append(
                    BadRecord(
                        f"{self.where}: {bound.id}",
                        f"{bound.words[:60]!r} does not stand at {bound.ranges}: {found[:60]!r}",
                    )
                )
                del self.bounds[bound.id]
                continue
            pairs = [(newlines.from_brat(s), newlines.from_brat(e)) for s, e in bound.ranges]
            bound.ranges = self._joined(pairs)

    @staticmethod
    def _fits(ranges: Ranges, words: str, view: str) -> bool:
        if not all(0 <= s < e <= len(view) for s, e in ranges):
            return False
        found = " ".join(view[s:e] for s, e in ranges)
        return not words.strip() or found.split() == words.split()

    def _joined(self, pairs: list[tuple[int, int]]) -> Ranges:
        """Unite what was split at line breaks, or at tabs, and trimmed there."""
        out: list[tuple[int, int]] = []
        for start, end in pairs:
            if out and out[-1][1] < start and GAP.fullmatch(self.text[out[-1][1] : start]):
                out[-1] = (out[-1][0], end)
            else:
                out.append((start, end))
        return tuple(out)

    def _event(self, row: list[str]) -> None:
        kind, *rest = row[1].split()
        arguments = [_ARGUMENT.fullmatch(a) for a in (kind, *rest)]
        names: list[tuple[str, int, str]] = []
        for argument in arguments:
            if argument is None:
                raise InputError(f"cannot be read: {row[1][:80]!r}")
            name, number, target = argument.groups()
            names.append((name, int(number) - 1 if number else 0, target))
        missing = [t for _, _, t in names if t[0] == "T" and t not in self.bounds]
        if missing:
            raise InputError(f"{missing[0]} is not there, or is wrong")
        # An event type may end in a digit; only arguments are numbered.
        kind = kind.rpartition(":")[0]
        fragments: list[Fragment] = []
        spans: dict[str, Ranges] = {}
        for name, span, target in names[1:]:
            if target[0] == "E":
                if target in self._owner:
                    raise InputError(f"{target} has two parents")
                self._owner[target] = row[0]
                continue
            role = name.lower() if name[:1].isupper() else name
            bound = self.bounds[target]
            spans.setdefault(role, bound.ranges)
            fragments += [Fragment(role, s, e, span) for s, e in bound.ranges]
        trigger = self.bounds[names[0][2]].ranges
        stand_in = spans.get("cue") or spans.get("content") or next(iter(spans.values()), None)
        if trigger != stand_in:
            fragments += [Fragment(TRIGGER, s, e) for s, e in trigger]
        for _, _, target in names:
            if target[0] == "T":
                self.bounds[target].used = True
                self._owner.setdefault(target, row[0])
        attributes = {"event": kind}
        if kind == NO_SOURCE:
            attributes = {"source_type": "implicit"}
        self._add(row[0], "claim", fragments, {} if kind == EVENT else attributes)

    def _mark(self, bound: _Bound) -> None:
        fragments = [Fragment(SPAN_ROLE, s, e) for s, e in bound.ranges]
        self._add(bound.id, "mark", fragments, {} if bound.label == MARK else {"type": bound.label})
        if bound.label == DISCUSS:
            self.made[bound.id] = replace(self.made[bound.id], flagged=True)

    def _add(
        self, id_: str, layer: str, fragments: list[Fragment], attributes: dict[str, str]
    ) -> None:
        if id_ in self.made:
            raise InputError("stands twice")
        self.made[id_] = Annotation(
            id=id_,
            layer="claim" if layer == "claim" else "mark",
            article="",
            annotator="",
            fragments=tuple(fragments),
            attributes=attributes,
            provenance="imported",
        )

    def _property(self, row: list[str]) -> None:
        kind = row[0][0]
        head = row[1].split(" ", 2)
        if kind in "AM":
            self._attribute(head[0], head[1] if len(head) > 1 else "", " ".join(head[2:]))
        elif kind == "#":
            target = self._target(head[1] if len(head) > 1 else "")
            text = row[2] if len(row) > 2 else ""
            if head[0] == "AnnotatorNotes":
                old = self.made[target]
                self.made[target] = replace(old, note="\n".join(n for n in (old.note, text) if n))
            else:
                self._set(target, head[0], text)
        elif kind == "R" and head[0] == PARENT and len(head) == 3:
            child, parent = (a.partition(":")[2] for a in head[1:])
            child, parent = self._target(child), self._target(parent)
            self.made[child] = replace(self.made[child], parent=parent)
        else:
            raise InputError(f"{row[1][:60]!r} cannot be held (relation, normalisation or equiv)")

    def _target(self, id_: str) -> str:
        """What a property is about: the event itself, or the one that a T line belongs to."""
        id_ = id_ if id_ in self.made else self._owner.get(id_, id_)
        if id_ not in self.made:
            raise InputError(f"{id_ or 'its target'} is not there, or is wrong")
        return id_

    def _attribute(self, name: str, target: str, value: str) -> None:
        target = self._target(target)
        if name == "flagged" and not value:
            self.made[target] = replace(self.made[target], flagged=True)
        else:
            self._set(target, name, value or "yes")

    def _set(self, target: str, name: str, value: str) -> None:
        if name in self.made[target].attributes:
            raise InputError(f"a second {name!r} for {target}")
        self.made[target] = self.made[target].with_attribute(name, value)

    def annotations(self) -> Iterator[Annotation]:
        for id_, annotation in self.made.items():
            parent = self._owner.get(id_)
            if parent in self.made and annotation.layer == "claim" and annotation.parent is None:
                yield replace(annotation, parent=parent)
            else:
                yield annotation


def _logical_lines(content: str) -> Iterator[str]:
    """Lines by their ids: what does not begin with one goes on from the line before."""
    line = ""
    for piece in content.split("\n"):
        if _LINE.match(piece):
            if line:
                yield line.rstrip("\n")
            line = piece.removesuffix("\r")
        elif line:
            line += "\n" + piece
        elif piece.strip():
            yield f"?\t{piece}"
    if line:
        yield line.rstrip("\n")


def _content(path: Path, limit: int) -> str:
    if path.stat().st_size > limit:
        raise InputError(f"larger than {limit // MEGABYTE} MB (-o max-file-mb=N)")
    try:
        with path.open(encoding="utf-8", newline="") as stream:
            return stream.read()
    except UnicodeDecodeError as error:
        raise InputError(f"not UTF-8 at byte {error.start}") from error


def _metadata(folder: Path, limit: int) -> dict[str, dict[str, str]]:
    """Article's file name -> its row of metadata.tsv here or one folder up."""
    for place in (folder, folder.parent):
        path = place / "metadata.tsv"
        if path.is_file():
            rows = csv.DictReader(_content(path, limit).splitlines(), dialect="excel-tab")
            return {r["filename"]: r for r in rows if r.get("filename")}
    return {}


def _draft(text: str, name: str, origin: str, row: dict[str, str]) -> ArticleDraft:
    meta = {k: v for k, v in row.items() if k and k not in METADATA and v and v != "None"}
    if row.get("compartment"):
        meta["split"] = row["compartment"]
    return ArticleDraft(
        text=text,
        name=name,
        title=row.get("title") or "",
        byline=row.get("author") or "",
        outlet=row.get("publisher") or "",
        published=row.get("publication_date") or "",
        url=row.get("url") or "",
        language=row.get("language") or "",
        origin=origin,
        meta=meta,
    )


def _folders(root: Path) -> Iterator[tuple[Path, Path, Path]]:
    """Every (folder, its texts, its annotations) under a root, sorted."""
    for folder in sorted({root, *(p for p in root.rglob("*") if p.is_dir())}):
        apart = (folder / "attributions", folder / "metadata.tsv")
        if (folder / "text").is_dir() and any(p.exists() for p in apart):
            yield folder, folder / "text", folder / "attributions"
        elif folder.name not in ("text", "attributions") and any(folder.glob("*.ann")):
            yield folder, folder, folder


def read(path: Path, options: Options, losses: Losses) -> Iterator[Item]:
    """Read a folder with everything below it, or one .ann file with its text beside it."""
    limit = options.number(FILE_LIMIT.name) * MEGABYTE
    root = path if path.is_dir() else path.parent
    found = 0
    for folder, texts_in, readings_in in _folders(root):
        texts = {p.stem: p for p in sorted(texts_in.glob("*.txt"), key=lambda p: p.stem)}
        found += len(texts) if texts_in != folder else 0
        readings: dict[str, list[tuple[str, Path]]] = {stem: [] for stem in texts}
        for reading in sorted(readings_in.glob("*.ann")):
            if path.is_file() and reading != path:
                continue
            found += 1
            stem = reading.stem
            while stem not in texts and "_" in stem:
                stem = stem.rpartition("_")[0]
            if stem in texts:
                readings[stem].append((reading.stem[len(stem) + 1 :], reading))
            else:
                yield BadRecord(reading.name, "there is no text beside it")
        rows = _metadata(folder, limit)
        for stem, files in readings.items():
            if files or not path.is_file():
                yield from _article(texts[stem], files, rows.get(stem, {}), options, root)
    if not found:
        raise InputError(f"{path}: no .ann files", "name a folder with .txt and .ann files")


def _article(
    text_file: Path,
    files: list[tuple[str, Path]],
    row: dict[str, str],
    options: Options,
    root: Path,
) -> Iterator[Item]:
    limit = options.number(FILE_LIMIT.name) * MEGABYTE
    try:
        text = _content(text_file, limit)
    except InputError as error:
        yield BadRecord(text_file.name, error.message)
        return
    annotations: list[Annotation] = []
    for suffix, file in files:
        try:
            reading = _Reading(text, _logical_lines(_content(file, limit)), file.name)
        except InputError as error:
            yield BadRecord(file.name, error.message)
            continue
        yield from reading.bad
        who = suffix if options.text("annotator-from") == "suffix" else ""
        # Ids are unique in a file; those of several readings are told apart by the file.
        mark = f"{file.stem}:" if len(files) > 1 else ""
        for a in reading.annotations():
            parent = f"{mark}{a.parent}" if a.parent else None
            annotations.append(replace(a, id=f"{mark}{a.id}", annotator=who, parent=parent))
    origin = text_file.relative_to(root).as_posix()
    yield Document(_draft(text, text_file.stem, origin, row), tuple(annotations), text_file.name)
