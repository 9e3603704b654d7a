"""Reading Web Annotations: our pages with their text, and others' with the text that is here.

The annotations of others are about a text that the file does not bring. It is the article in the
database that the file names or whose words fit, or the file of `-o text=FILE`.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Final

from annotator.domain.errors import InputError
from annotator.domain.exchange import BadRecord, Document, Item, Unbound
from annotator.domain.losses import Losses
from annotator.domain.model import LAYERS, PROVENANCES, SPAN_ROLE, Annotation, Fragment
from annotator.formats.support.article_fields import draft_of
from annotator.formats.support.base import Option, Options
from annotator.formats.support.jsonio import FILE_LIMIT, MEGABYTE, Fields, lines, parse, whole
from annotator.formats.w3c_foreign import (
    Note,
    Reader,
    annotations_in,
    listed,
    made,
    selectors,
    who_of,
)

ULID: Final = "urn:ulid:"
TEXT: Final = Option(
    "text", "", "reading: the file of the text, where the annotations do not bring it"
)


def anchor(text: str, place: tuple[int, int] | None, quote: Fields | None) -> tuple[int, int]:
    """Where a target lies: at its position if the words are there, else where the quotation is.

    Raises:
        InputError: when the words are nowhere, or at several places that fit equally well.
    """
    if quote is None:
        if place is None or not 0 <= place[0] < place[1] <= len(text):
            raise InputError(f"{place} does not fit a text of {len(text)} characters")
        return place
    exact = quote.text("exact")
    if place is not None and text[place[0] : place[1]] == exact and exact:
        return place
    prefix, suffix = quote.text("prefix", ""), quote.text("suffix", "")
    best: list[tuple[int, int]] = []
    at = text.find(exact) if exact else -1
    while at >= 0:
        before, after = text[:at], text[at + len(exact) :]
        score = _common(before[::-1], prefix[::-1]) + _common(after, suffix)
        best.append((score, at))
        at = text.find(exact, at + 1)
    best.sort(reverse=True)
    if not best or (len(best) > 1 and best[0][0] == best[1][0]):
        many = "at several places" if best else "nowhere"
        raise InputError(f"{quote.where}: {exact[:60]!r} stands {many} in the text")
    return best[0][1], best[0][1] + len(exact)


def _common(one: str, other: str) -> int:
    """How many characters two strings begin with alike."""
    count = 0
    for a, b in zip(one, other, strict=False):
        if a != b:
            break
        count += 1
    return count


def read(path: Path, options: Options, losses: Losses) -> Iterator[Item]:
    """Read pages that bring their text, and annotations that do not; each wrong one is named."""
    notes: dict[str, list[Note]] = {}
    for item in _values(path, options):
        if isinstance(item, BadRecord):
            yield item
            continue
        where, value = item
        if isinstance(value, dict) and isinstance(value.get("text"), str) and "items" in value:
            try:
                yield from _page(Fields(value, where), losses)
            except InputError as error:
                yield BadRecord(where, error.message.removeprefix(f"{where}: "))
            continue
        for note in _notes(list(annotations_in(value)), where, losses):
            if isinstance(note, BadRecord):
                yield note
            else:
                notes.setdefault(note.source, []).append(note)
    given = _given(options)
    if given is not None and len([source for source in notes if source]) > 1:
        yield from _without_words(notes)
    for source, found in notes.items():
        if not found:
            continue
        quotes = tuple(t.quote.loose("exact") for n in found for t in n.targets if t.quote)
        bind = partial(_bound, found, source, losses)
        if given is None:
            yield Unbound(source, quotes, bind, path.name)
        else:
            document, bad = bind(given)
            yield from bad
            yield document


def _without_words(notes: dict[str, list[Note]]) -> Iterator[BadRecord]:
    """Take out places that no words confirm: any text fits them, and the file is about several."""
    for source, found in notes.items():
        for note in found:
            if any(t.quote is None for t in note.targets) or not note.targets:
                why = f"is about {source or 'an unnamed text'} without its words, which may not be"
                yield BadRecord(note.where, f"{why} the text of -o {TEXT.name}=FILE")
        found[:] = [n for n in found if n.targets and all(t.quote for t in n.targets)]


def _values(path: Path, options: Options) -> Iterator[tuple[str, object] | BadRecord]:
    """The lines of a file of lines, or the whole of one that is a single value."""
    with path.open("rb") as stream:
        first = stream.readline(MEGABYTE).strip()
    try:
        parse(first.removeprefix(b"\xef\xbb\xbf"))
    except ValueError:
        # A long first line is a page of ours; a short one that is no JSON begins a list.
        if len(first) < MEGABYTE and first[:1] in (b"[", b"{"):
            try:
                yield path.name, whole(path, options)
            except InputError:
                yield from lines(path, options)
            return
    yield from lines(path, options)


def _given(options: Options) -> str | None:
    """The text of `-o text=FILE`, unchanged."""
    name = options.text(TEXT.name)
    if not name:
        return None
    path = Path(name)
    limit = options.number(FILE_LIMIT.name)
    try:
        if path.stat().st_size > limit * MEGABYTE:
            raise InputError(f"{path}: larger than {limit} MB (-o max-file-mb=N)")
        with path.open(encoding="utf-8", newline="") as stream:
            return stream.read()
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror})") from error
    except UnicodeDecodeError as error:
        raise InputError(f"{path}: not UTF-8 at byte {error.start}") from error


def _notes(found: list[object], where: str, losses: Losses) -> Iterator[Note | BadRecord]:
    ids = {str(a["id"]) for a in found if isinstance(a, dict) and a.get("id")}
    reader = Reader(ids, losses)
    for i, value in enumerate(found):
        place = f"{where}: annotation {i + 1}" if len(found) > 1 else where
        try:
            item = Fields(value, place)
            if "target" not in item.value:
                raise InputError(f"{place}: no Web Annotation: it has no target")
            note = reader.note(item, i)
        except InputError as error:
            yield BadRecord(place, error.message.removeprefix(f"{place}: "))
        else:
            if note is not None:
                yield note


def _bound(
    found: list[Note], source: str, losses: Losses, text: str
) -> tuple[Document, tuple[BadRecord, ...]]:
    """The notes of one text, placed in it."""
    good: list[Annotation] = []
    bad: list[BadRecord] = []
    for note in found:
        try:
            places = [anchor(text, *target.taken()) for target in note.targets]
            good += made(note, places, len(text), losses)
        except InputError as error:
            bad.append(BadRecord(note.where, error.message.removeprefix(f"{note.where}: ")))
    url = source if source.startswith(("http://", "https://")) else ""
    return Document(draft_of(text, {"url": url}), tuple(good), found[0].where), tuple(bad)


def _page(page: Fields, losses: Losses) -> Iterator[Item]:
    text = page.text("text")
    metadata = {k: str(v) for k, v in page.table("metadata", {}).items()}
    good: list[Annotation] = []
    items = page.items("items")
    for i, value in enumerate(items):
        where = f"{page.where}: items[{i}]"
        try:
            item = Fields(value, where)
            if "layer" in item.value:
                good.append(_ours(item, text))
        except InputError as error:
            yield BadRecord(page.where, error.message.removeprefix(f"{page.where}: "))
    others: list[object] = [v for v in items if isinstance(v, dict) and "layer" not in v]
    notes: list[Note] = []
    for note in _notes(others, page.where, losses):
        if isinstance(note, BadRecord):
            yield note
        else:
            notes.append(note)
    if notes:
        added, bad = _bound(notes, "", losses, text)
        yield from bad
        good += added.annotations
    yield Document(draft_of(text, metadata), tuple(good), page.where)


def _ours(item: Fields, text: str) -> Annotation:
    """An annotation as this program writes it."""
    layer = item.text("layer", "claim")
    provenance = item.text("provenance", "imported")
    if layer not in LAYERS or provenance not in PROVENANCES:
        raise InputError(f"{item.where}: unknown layer or provenance")
    targets = item.value.get("target")
    found = targets if isinstance(targets, list) else [targets] if targets else []
    fragments: list[Fragment] = []
    for i, value in enumerate(found):
        if isinstance(value, str):
            continue  # the whole text
        target = Fields(value, f"{item.where}.target[{i}]")
        role = target.text("role", SPAN_ROLE if layer != "claim" else "content")
        start, end = anchor(text, *selectors(target).taken())
        fragments.append(Fragment(role, start, end, target.number("span", 0)))
    said = [Fields(b, item.where) for b in listed(item.value.get("body")) if isinstance(b, dict)]
    notes = [b.text("value") for b in said if b.loose("purpose") == "commenting"]
    tags = {k: str(v) for k, v in item.table("attributes", {}).items()}
    parent = item.loose("parent").removeprefix(ULID)
    return Annotation(
        id=item.text("id").removeprefix(ULID),
        layer=layer,
        article="",
        annotator=who_of(item.value.get("creator")),
        fragments=tuple(fragments),
        attributes=tags,
        parent=parent or None,
        provenance=provenance,
        scheme=item.text("scheme", ""),
        reviewed=item.flag("reviewed", False),
        flagged=item.flag("flagged", False),
        note="\n".join(notes),
        created_at=item.text("created", ""),
        updated_at=item.text("modified", ""),
        head=item.loose("head").removeprefix(ULID) or None,
        tail=item.loose("tail").removeprefix(ULID) or None,
    )
