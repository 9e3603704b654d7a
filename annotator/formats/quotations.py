"""What corpora of quotations in JSON files have in common."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from annotator.domain.errors import InputError
from annotator.domain.exchange import BadRecord, Item
from annotator.domain.losses import Losses
from annotator.domain.model import Annotation, Fragment
from annotator.formats.support.base import Options
from annotator.formats.support.jsonio import Fields, whole
from annotator.formats.support.overwriting import MANIFEST


def _files(path: Path) -> list[Path]:
    if not path.is_dir():
        return [path]
    found = sorted(p for p in path.rglob("*.json") if p.name != MANIFEST)
    if not found:
        raise InputError(f"{path}: no .json files")
    return found


def each_file(
    path: Path,
    options: Options,
    losses: Losses,
    document: Callable[[Fields, str, Losses], Iterator[Item]],
) -> Iterator[Item]:
    """Read every file below a folder; a file that is no such document is a BadRecord."""
    for file in _files(path):
        try:
            yield from document(Fields(whole(file, options), file.name), file.stem, losses)
        except InputError as error:
            yield BadRecord(file.name, error.message.removeprefix(f"{file.name}: "))


def fragment(role: str, span: int, start: int, end: int, text: str, words: str | None) -> Fragment:
    """A piece, checked against the text and the words that the file gives for it."""
    if not 0 <= start < end <= len(text):
        raise InputError(f"{role} [{start}, {end}) does not fit a text of {len(text)} characters")
    if words is not None and text[start:end] != words:
        found = text[start:end]
        raise InputError(
            f"{role} [{start}, {end}) is {found[:60]!r} in the text, not {words[:60]!r}"
        )
    return Fragment(role, start, end, span)


def claim(id_: str, fragments: Iterable[Fragment], **attributes: str) -> Annotation:
    """A claim of these pieces, with the attributes that are not empty."""
    given = {k: v for k, v in attributes.items() if v}
    return Annotation(id_, "claim", "", "", tuple(fragments), given, provenance="imported")
