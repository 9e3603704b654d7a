"""Web annotations as other programs write them: Recogito, Annotorious, Hypothes.is and others.

They bring no text, come in a list or a container, and say what they say in bodies: tags are labels,
comments are notes, links are attributes. Each is read as far as it goes without a text.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from annotator.domain.errors import InputError
from annotator.domain.losses import Losses
from annotator.domain.model import Annotation, Fragment
from annotator.formats.support.foreign import ArticleLabels
from annotator.formats.support.jsonio import Fields
from annotator.formats.support.linking import relation_lost
from annotator.formats.support.piece import CLAIM_ROLES, MARK, Piece

_CHARS: Final = re.compile("(?:.*#)?char=([0-9]{1,12}),([0-9]{1,12})(?:;.*)?")
"""A place by characters as RFC 5147 writes it in an address."""
_TAGS: Final = frozenset({"tagging", "classifying"})
_NOTES: Final = frozenset({"commenting", "replying", "describing", "questioning", "assessing"})
_LINKS: Final = frozenset({"identifying", "linking", "geotagging"})
_LISTS: Final = ("items", "@graph", "rows", "annotations", "resources")


class Selectors(NamedTuple):
    """What a target says of its place."""

    place: tuple[int, int] | None
    quote: Fields | None
    others: tuple[str, ...]
    """Kinds of selectors that are not read."""

    def taken(self) -> tuple[tuple[int, int] | None, Fields | None]:
        """Position and quotation; InputError when there is neither."""
        if self.place is None and self.quote is None:
            raise InputError("no selector of a text")
        return self.place, self.quote


@dataclass(slots=True)
class Note:
    """An annotation of a file, without the text that it is about."""

    id: str
    where: str
    source: str
    targets: list[Selectors]
    """Empty for the whole text."""
    who: str
    tags: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    attributes: dict[str, str] = field(default_factory=dict)
    created: str = ""
    modified: str = ""


def listed(value: object) -> list[object]:
    """One or several of something, as JSON-LD has them."""
    return value if isinstance(value, list) else [] if value is None else [value]


def who_of(creator: object) -> str:
    """The name of whoever made something."""
    first = next(iter(listed(creator)), None)
    if isinstance(first, dict):
        names = (first.get(k) for k in ("name", "nickname", "nick", "email", "id"))
        first = next((n for n in names if n), None)
    return "" if first is None else str(first)


def annotations_in(value: object) -> Iterator[object]:
    """The annotations of a list or container, however it is nested."""
    if isinstance(value, list):
        for inner in value:
            yield from annotations_in(inner)
    elif isinstance(value, dict):
        inside = [value[name] for name in _LISTS if isinstance(value.get(name), list)]
        if isinstance(value.get("first"), dict):
            inside.append(value["first"])
        if inside and "target" not in value:
            for inner in inside:
                yield from annotations_in(inner)
        else:
            yield value
    else:
        yield value


def selectors(target: Fields) -> Selectors:
    """The selectors of a target, in any order; those that refine another are quotations only."""
    place: tuple[int, int] | None = None
    quote: Fields | None = None
    others: list[str] = []
    waiting = [(s, False) for s in listed(target.value.get("selector"))]
    while waiting:
        value, refining = waiting.pop(0)
        selector = Fields(value, f"{target.where}.selector")
        kind = selector.loose("type") or selector.loose("@type") or "without a type"
        chars = _CHARS.fullmatch(selector.loose("value"))
        if kind == "TextPositionSelector" and not refining:
            place = selector.number("start"), selector.number("end")
        elif kind == "TextQuoteSelector":
            quote = selector
        elif kind == "FragmentSelector" and chars and not refining:
            place = int(chars[1]), int(chars[2])
        else:
            others.append(kind)
        waiting += [(s, True) for s in listed(selector.value.get("refinedBy"))]
    return Selectors(place, quote, tuple(others))


def _label(body: Fields) -> str:
    """What a body says: its value, or the name or address of what it points to."""
    for name in ("value", "source", "label", "id", "@id"):
        value = body.value.get(name)
        if isinstance(value, dict):
            inner = (value.get(k) for k in ("label", "value", "name", "id", "uri"))
            value = next((v for v in inner if isinstance(v, (str, int, float))), None)
        if isinstance(value, (str, int, float)) and str(value).strip():
            return str(value)
    return ""


class Reader:
    """Reads the annotations of one file."""

    def __init__(self, ids: Collection[str], losses: Losses) -> None:
        self.ids, self.losses = ids, losses
        """Ids of all annotations of the file: what has them as targets is a relation."""

    def note(self, item: Fields, number: int) -> Note | None:
        """An annotation; None for one that has no place here, which is counted."""
        id_ = item.loose("id") or item.loose("@id") or f"#{number}"
        bodies = listed(item.value.get("body"))
        note = Note(id_, item.where, "", [], who_of(item.value.get("creator")))
        note.who = note.who or item.loose("user").removeprefix("acct:")
        note.created = item.loose("created")
        note.modified = item.loose("modified") or item.loose("updated")
        for body in bodies:
            self._body(note, body, item)
        for tag in listed(item.value.get("tags")):  # Hypothes.is
            note.tags.append(str(tag))
        note.notes += [t for t in (item.loose("bodyValue"), item.loose("text")) if t]
        if not self._targets(note, item):
            return None
        return note

    def _body(self, note: Note, value: object, item: Fields) -> None:
        if not isinstance(value, dict):
            value = {"value": value}  # what it is for, the annotation says
        body = Fields(value, f"{item.where}.body")
        note.who = note.who or who_of(body.value.get("creator"))
        purposes = listed(body.value.get("purpose")) or listed(item.value.get("motivation"))
        purpose = str(next(iter(purposes), "commenting")).rpartition(":")[2]
        said = _label(body)
        if not said:
            self.losses.add(f"body for {purpose} that says nothing", body.where)
        elif purpose in _TAGS:
            note.tags.append(said)
        elif purpose in _NOTES or "purpose" not in body.value:
            note.notes.append(said)
        elif purpose in _LINKS and note.attributes.setdefault(purpose, said) == said:
            pass
        else:
            self.losses.add(f"body for {purpose}", body.where)

    def _targets(self, note: Note, item: Fields) -> bool:
        """Read what the annotation is about; whether that is (a part of) a text."""
        targets = listed(item.value.get("target"))
        about = [t if isinstance(t, str) else _id(t) for t in targets]
        whole = [not isinstance(t, dict) or "selector" not in t for t in targets]
        if about and all(
            a in self.ids or (w and a.startswith("#")) for a, w in zip(about, whole, strict=True)
        ):
            relation_lost(next(iter(note.tags), ""), self.losses, item.where)
            return False
        for value in targets:
            if isinstance(value, str):
                chars = _CHARS.fullmatch(value)
                note.source = note.source or value.partition("#")[0]
                if chars:
                    place = int(chars[1]), int(chars[2])
                    note.targets.append(Selectors(place, None, ()))
                continue
            target = Fields(value, f"{item.where}.target")
            note.source = note.source or _id(target.value.get("source")) or _id(value)
            found = selectors(target)
            if found.place is None and found.quote is None and found.others:
                self.losses.add(f"place by {found.others[0]} alone", target.where)
                return False
            if found.place or found.quote:
                note.targets.append(found)
        note.source = note.source or item.loose("uri")
        return True


def _id(value: object) -> str:
    if isinstance(value, dict):
        value = value.get("id") or value.get("@id")
    return value if isinstance(value, str) else ""


def made(
    note: Note, places: list[tuple[int, int]], size: int, losses: Losses
) -> Iterator[Annotation]:
    """The annotations that a note is: one for each tag, over all of its places."""
    if not places:
        labels = ArticleLabels(losses, note.where)
        for tag in note.tags:
            labels.category(tag)
        for name, value in note.attributes.items():
            labels.add(name, value)
        labels.notes += note.notes
        yield from labels.annotations(note.who, note.id)
        return
    for number, tag in enumerate(note.tags or [MARK]):
        fields = Fields({"attributes": dict(note.attributes)}, note.where)
        pieces = [Piece.read(fields, 0, tag, start, end, size) for start, end in places]
        first = pieces[0]
        yield Annotation(
            id=f"{note.id}/{number}" if number else note.id,
            layer="claim" if tag.lower() in CLAIM_ROLES else "mark",
            article="",
            annotator=note.who,
            fragments=tuple(Fragment(p.role, p.start, p.end) for p in pieces),
            attributes=first.whole.get("attributes", {}),
            provenance="imported",
            note="" if number else "\n".join(note.notes),
            created_at=note.created,
            updated_at=note.modified,
        )
