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
from annotator.formats.brat_reading import BratText, logical_lines
from annotator.formats.support.base import Options
from annotator.formats.support.jsonio import FILE_LIMIT, MEGABYTE

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


_MARK: Final = "\ufeff"
"""A byte order mark. At the beginning of a text it is a character that brat's offsets count."""


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
            content = _content(path, limit).removeprefix(_MARK)
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
                yield from _article(texts[stem], files, rows.get(stem, {}), options, root, losses)
    if not found:
        raise InputError(f"{path}: no .ann files", "name a folder with .txt and .ann files")


def _article(
    text_file: Path,
    files: list[tuple[str, Path]],
    row: dict[str, str],
    options: Options,
    root: Path,
    losses: Losses,
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
            lines = logical_lines(_content(file, limit).removeprefix(_MARK))
            reading = BratText(text, lines, file.name, losses)
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
