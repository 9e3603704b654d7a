"""The files of a brat folder, also in PolNeAR's layout: texts, their readings, metadata.tsv."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Final

from annotator.domain.errors import InputError
from annotator.domain.exchange import BadRecord, Document, Item
from annotator.domain.losses import Losses
from annotator.domain.model import Annotation, ArticleDraft
from annotator.domain.vocabulary import DeclaredLabel, DeclaredRelation, Vocabulary
from annotator.formats.brat_conf import CONF, OWN_LINES, vocabulary
from annotator.formats.brat_lines import BYTE_ORDER_MARK, logical_lines
from annotator.formats.brat_reading import BratText
from annotator.formats.support.base import Options
from annotator.formats.support.jsonio import FILE_LIMIT, MEGABYTE
from annotator.formats.support.span_layers import in_layers

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
_PARTS: Final = (".a1", ".a2")
"""The files of one reading in two: spans, and the events between them (BioNLP's shared tasks)."""
Reading = tuple[str, tuple[Path, ...]]
"""What the file's name ends with, and the files."""


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
            content = _content(path, limit).removeprefix(BYTE_ORDER_MARK)
            rows = csv.DictReader(content.splitlines(), dialect="excel-tab")
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
        elif folder.name not in ("text", "attributions") and any(
            any(folder.glob(f"*{end}")) for end in (".ann", *_PARTS)
        ):
            yield folder, folder, folder


def read(path: Path, options: Options, losses: Losses) -> Iterator[Item]:
    """Read a folder with everything below it, or one .ann file with its text beside it."""
    root = path if path.is_dir() else path.parent
    run = _Run(root, options, losses)
    found = 0
    for folder, texts_in, readings_in in _folders(root):
        texts = {p.stem: p for p in sorted(texts_in.glob("*.txt"), key=lambda p: p.stem)}
        found += len(texts) if texts_in != folder else 0
        readings: dict[str, list[Reading]] = {stem: [] for stem in texts}
        for reading in sorted(readings_in.glob("*.ann")):
            if path.is_file() and reading != path:
                continue
            found += 1
            stem = reading.stem
            while stem not in texts and "_" in stem:
                stem = stem.rpartition("_")[0]
            if stem in texts:
                readings[stem].append((reading.stem[len(stem) + 1 :], (reading,)))
            else:
                yield BadRecord(reading.name, "there is no text beside it")
        for stem, text in texts.items() if path.is_dir() else ():
            parts = tuple(p for p in map(text.with_suffix, _PARTS) if p.is_file())
            found += len(parts)
            readings[stem] += [("", parts)] if parts else []
        rows = _metadata(folder, run.limit)
        for stem, files in readings.items():
            if files or not path.is_file():
                yield from run.article(texts[stem], files, rows.get(stem, {}))
        yield from run.declared(folder)
    if not found:
        raise InputError(f"{path}: no .ann files", "name a folder with .txt and .ann files")
    yield from run.noticed()


class _Run:
    """One reading of a folder."""

    def __init__(self, root: Path, options: Options, losses: Losses) -> None:
        self.root, self.losses = root, losses
        self.limit = options.number(FILE_LIMIT.name) * MEGABYTE
        self.layers = in_layers(options)
        self.suffixes = options.text("annotator-from") == "suffix"
        self._equal: set[str] = set()
        self._bare: set[tuple[str, str]] = set()
        self._valued: set[tuple[str, str]] = set()
        self._confs: set[Path] = set()

    def article(self, text_file: Path, files: list[Reading], row: dict[str, str]) -> Iterator[Item]:
        """One text with its readings."""
        try:
            text = _content(text_file, self.limit)
        except InputError as error:
            yield BadRecord(text_file.name, error.message)
            return
        annotations: list[Annotation] = []
        for suffix, parts in files:
            name = parts[0].name
            try:
                content = "\n".join(
                    _content(p, self.limit).removeprefix(BYTE_ORDER_MARK) for p in parts
                )
                lines = logical_lines(content)
                reading = BratText(text, lines, name, self.losses, layers=self.layers)
            except InputError as error:
                yield BadRecord(name, error.message)
                continue
            yield from reading.bad
            self._equal |= reading.equal
            self._bare |= reading.bare
            self._valued |= reading.valued
            # Ids are unique in a file; those of several readings are told apart by the file.
            mark = f"{parts[0].stem}:" if len(files) > 1 else ""
            annotations += [
                replace(
                    a,
                    id=f"{mark}{a.id}",
                    annotator=suffix if self.suffixes else "",
                    parent=a.parent and f"{mark}{a.parent}",
                    head=a.head and f"{mark}{a.head}",
                    tail=a.tail and f"{mark}{a.tail}",
                )
                for a in reading.annotations()
            ]
        origin = text_file.relative_to(self.root).as_posix()
        draft = _draft(text, text_file.stem, origin, row)
        yield Document(draft, tuple(annotations), text_file.name)

    def declared(self, folder: Path) -> Iterator[Vocabulary]:
        """What the annotation.conf of a folder, or of one above it, declares; each once."""
        if not self.layers:
            return
        above = [folder, *(p for p in folder.parents if p.is_relative_to(self.root))]
        conf = next((p / CONF for p in (*above, self.root.parent) if (p / CONF).is_file()), None)
        if conf is not None and conf not in self._confs:
            self._confs.add(conf)
            yield vocabulary(_content(conf, self.limit))

    def noticed(self) -> Iterator[Vocabulary]:
        """What the lines themselves say: attributes with "yes" as a value, relations of equals."""
        if not self.layers:
            return
        yield OWN_LINES
        for layer, name in sorted(self._bare & self._valued):
            self.losses.add(f"attribute {name} of {layer} with and without a value")
        chosen = sorted(self._valued - self._bare)
        yield Vocabulary(
            labels=tuple(DeclaredLabel(*key, "one") for key in chosen),
            relations=tuple(DeclaredRelation(name, symmetric=True) for name in sorted(self._equal)),
        )
