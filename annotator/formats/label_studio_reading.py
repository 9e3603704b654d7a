"""Reading Label Studio's JSON, ours and that of its own projects.

A region with several labels is one piece for each. What is said of a region becomes attributes of
its pieces; what is said of the task, attributes of the article. The text is the field of `data`
that the regions name, or `text`, or the only one; a page of HTML is read as its text.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

from annotator.domain.errors import InputError
from annotator.domain.exchange import BadRecord, Document, Item
from annotator.domain.losses import Losses
from annotator.domain.model import Annotation
from annotator.formats.hypertext import Page
from annotator.formats.support.article_fields import METADATA
from annotator.formats.support.base import Option, Options
from annotator.formats.support.foreign import ArticleLabels, article_from, count_rest
from annotator.formats.support.grouping import claims_from_pieces
from annotator.formats.support.jsonio import Fields, whole
from annotator.formats.support.linking import Link, relation_lost
from annotator.formats.support.piece import Piece

OURS: Final = "annotator"
"""Key of a region's `meta` that says which claim the piece belongs to."""
TEXT_KEY: Final = Option("text-key", "", "reading: the field of `data` that holds the text")
_REGIONS: Final = ("labels", "hypertextlabels")
_ENTRIES: Final = ("annotations", "completions", "predictions")
_PLAIN: Final = frozenset({"choices", "textarea", "rating", "number", "datetime"})
_ID: Final = 26
"""Length of our ids."""


def read(path: Path, options: Options, losses: Losses) -> Iterator[Item]:
    """Read an export of Label Studio, or of ours: a list of tasks."""
    tasks = whole(path, options)
    if isinstance(tasks, dict):
        tasks = [tasks]
    if not isinstance(tasks, list):
        raise InputError(f"{path}: not a list of tasks")
    for i, value in enumerate(tasks):
        where = f"{path.name}[{i}]"
        try:
            yield _document(Fields(value, where), options.text(TEXT_KEY.name), losses)
        except InputError as error:
            yield BadRecord(where, error.message.removeprefix(f"{where}: "))


def _document(task: Fields, key: str, losses: Losses) -> Document:
    if "data" not in task.value:
        raise InputError(
            f"{task.where}: no task with `data`; export as JSON, not as JSON-MIN or CSV"
        )
    data = Fields(task.table("data"), f"{task.where}: data")
    entries = [(kind, e) for kind in _ENTRIES for e in _entries(task, kind, losses)]
    results = [r for _, e in entries for r in _results(e)]
    key = _text_key(data, key, results)
    page = None
    if any(isinstance(_value(r).get("start"), str) for r in results):
        page = Page(data.text(key))
    text = page.text if page else data.text(key)
    made: list[tuple[Annotation, ...]] = []
    for kind, entry in entries:
        found = tuple(_Entry(entry, key, data, text, page, losses).annotations())
        if kind == "predictions":
            found = tuple(replace(a, provenance="suggested") for a in found)
        elif entry.flag("ground_truth", False):
            found = tuple(replace(a, provenance="adjudicated") for a in found)
        made.append(found)
    for draft in task.items("drafts", []):
        losses.add("draft", task.where, len(Fields(draft, task.where).items("result", [])) or 1)
    for commented in [task, *(e for _, e in entries)]:
        for _ in filter(None, commented.items("comments", [])):
            losses.add("comment", commented.where)
    given = task.table("meta", {}) | data.value
    given = {k: v for k, v in given.items() if k not in (key, "uid")}
    return Document(article_from(text, given), _apart(made), task.where)


def _entries(task: Fields, kind: str, losses: Losses) -> Iterator[Fields]:
    for i, value in enumerate(task.items(kind, [])):
        where = f"{task.where}: {kind}[{i}]"
        if isinstance(value, int):
            losses.add(f"{kind} given by number only", where)
            continue
        entry = Fields(value, where)
        if entry.flag("was_cancelled", False):
            losses.add("cancelled annotation", where)
        else:
            yield entry


def _results(entry: Fields) -> Iterator[Fields]:
    for i, value in enumerate(entry.items("result")):
        yield Fields(value, f"{entry.where}: result[{i}]")


def _value(item: Fields) -> dict[str, Any]:
    value = item.value.get("value")
    return value if isinstance(value, dict) else {}


def _text_key(data: Fields, given: str, results: list[Fields]) -> str:
    """The field of `data` that the regions are about."""
    texts = [k for k, v in data.value.items() if isinstance(v, str)]
    named = [str(r.value["to_name"]) for r in results if r.value.get("to_name")]
    first = (k for k in (given, *named, "text") if k in texts)
    plain = [k for k in texts if k not in METADATA and k != "uid"]
    key = next(first, plain[0] if len(plain) == 1 else "")
    if given and key != given:
        raise InputError(f"{data.where}: no text {given!r}")
    if not key and plain:
        raise InputError(
            f"{data.where}: which of {', '.join(plain)} is the text? (-o {TEXT_KEY.name}=NAME)"
        )
    return key or "text"


def _apart(entries: list[tuple[Annotation, ...]]) -> tuple[Annotation, ...]:
    """Ids of foreign entries count from the start in each; make them unique in the task."""
    out: list[Annotation] = []
    seen: set[str] = set()
    for i, found in enumerate(entries):
        clash = any(a.id in seen for a in found)
        for a in found:
            seen.add(a.id)
            parent = f"{i}:{a.parent}" if clash and a.parent else a.parent
            out.append(replace(a, id=f"{i}:{a.id}", parent=parent) if clash else a)
    return tuple(out)


def _who(entry: Fields) -> str:
    by = entry.value.get("completed_by")
    if isinstance(by, dict):
        by = by.get("email") or by.get("id")
    return entry.loose(OURS) or entry.loose("model_version") or ("" if by is None else str(by))


def _said(kind: str, value: Fields) -> str | None:
    """What a result that is no region says, as one string; None for a kind that says nothing."""
    match kind, value.value.get({"textarea": "text"}.get(kind, kind)):
        case ("choices" | "textarea", [*several]):
            return "; ".join(str(v) for v in several)
        case ("taxonomy", [*several]):
            paths = (p if isinstance(p, list) else [p] for p in several)
            return "; ".join(" > ".join(str(step) for step in path) for path in paths)
        case (
            "choices" | "textarea" | "rating" | "number" | "datetime",
            str() | int() | float() as v,
        ):
            return str(v)
    return None


@dataclass(slots=True)
class _Entry:
    """One annotation or prediction of a task."""

    entry: Fields
    key: str
    data: Fields
    text: str
    page: Page | None
    losses: Losses
    found: list[Piece] = field(default_factory=list)
    places: dict[str, list[int]] = field(default_factory=dict)
    """Id of a region -> its pieces."""
    said: list[tuple[Fields, str, str, str]] = field(default_factory=list)
    """Result, id, name, value of what is no region."""
    relations: list[Fields] = field(default_factory=list)

    def annotations(self) -> Iterator[Annotation]:
        """Read the results, and make what they say."""
        for number, item in enumerate(_results(self.entry)):
            self._result(item, number)
        if self.entry.value.get("score") is not None:
            self.losses.add("score", self.entry.where)
        tags: dict[str, ArticleLabels] = {}
        for item, id_, name, value in self.said:
            if id_ in self.places:
                for i in self.places[id_]:
                    self._attribute(i, name, value, item.where)
            elif "start" in _value(item):
                self.losses.add(f"{name} of a region that is not taken over", item.where)
            else:
                tag = id_ if len(id_) == _ID else "article"
                tags.setdefault(tag, ArticleLabels(self.losses, item.where)).add(name, value)
        links = list(self._links())
        who = _who(self.entry)
        yield from claims_from_pieces(self.found, who, self.losses, links, self.entry.where)
        for id_, labels in tags.items():
            yield from labels.annotations(who, id_)

    def _result(self, item: Fields, number: int) -> None:
        kind = item.text("type")
        if item.value.get("score") is not None:
            self.losses.add("score", item.where)
        if kind == "relation":
            self.relations.append(item)
            return
        value = Fields(item.table("value", {}), item.where)
        about = item.loose("to_name")
        if about != self.key and isinstance(self.data.value.get(about), str):
            self.losses.add(f"result on the text {about}", item.where)
        elif kind in _REGIONS:
            id_ = item.loose("id", f"result {number}")
            # One by one: each piece is known by its position among those before it.
            for piece in self._pieces(item, value, kind):
                self.places.setdefault(id_, []).append(len(self.found))
                self.found.append(piece)
        elif (said := _said(kind, value)) is not None:
            self.said.append((item, item.loose("id"), item.loose("from_name") or kind, said))
        else:
            self.losses.add(f"result of type {kind}", item.where)

    def _attribute(self, i: int, name: str, value: str, where: str) -> None:
        piece = self.found[i]
        known: dict[str, str] = piece.whole.get("attributes", {})
        if known.get(name, value) != value:
            self.losses.add(f"second {name} of a region", where)
            return
        whole = piece.whole | {"attributes": known | {name: value}}
        self.found[i] = replace(piece, whole=whole)

    def _links(self) -> Iterator[Link]:
        for item in self.relations:
            kinds = [str(k) for k in item.items("labels", [])] or [""]
            ends = [self._end(item.loose(name)) for name in ("from_id", "to_id")]
            for kind in kinds:
                if ends[0] is None or ends[1] is None:
                    why = "to what is no region here"
                    relation_lost(kind, self.losses, item.where, why)
                else:
                    yield Link(ends[0], ends[1], kind)

    def _end(self, id_: str) -> int | None:
        """The piece that a relation means: of several labels the one that is a role."""
        pieces = self.places.get(id_, [])
        roles = (i for i in pieces if self.found[i].layer == "claim")
        return next(roles, pieces[0] if pieces else None)

    def _pieces(self, item: Fields, value: Fields, kind: str) -> Iterator[Piece]:
        labels = [str(v) for v in value.items(kind, []) if v not in (None, "")]
        if not labels:
            self.losses.add("region without a label", item.where)
            return
        meta = Fields(item.table("meta", {}), item.where)
        ours = meta.value.get(OURS)
        data: dict[str, object] = dict(ours) if isinstance(ours, dict) else {}
        note = meta.value.get("text")
        notes = [str(n) for n in note if n] if isinstance(note, list) else [note] if note else []
        if notes:
            data["note"] = "\n".join(str(n) for n in notes)
        count_rest(meta, (OURS, "text"), self.losses, "region's field")
        if item.value.get("parentID"):
            self.losses.add("region within a region", item.where)
        place = self._place(item, value, labels)
        if place is None:
            return
        for i, label in enumerate(labels):
            # Ours have one label; a further one was given in Label Studio.
            fields = Fields(data if i == 0 else {}, item.where)
            yield Piece.read(fields, len(self.found), label, *place, len(self.text))

    def _place(self, item: Fields, value: Fields, labels: list[str]) -> tuple[int, int] | None:
        if self.page:
            place = self.page.place(value)
            if place is None:
                for label in labels:
                    self.losses.add(f"region {label} whose place is not found", item.where)
            return place
        start, end = value.number("start"), value.number("end")
        if start == end:
            for label in labels:
                self.losses.add(f"region {label} of no words", item.where)
            return None
        words = value.value.get("text")
        # Label Studio leaves the words out now and then; where they are, they must fit.
        fits = 0 <= start < end <= len(self.text)
        if fits and isinstance(words, str) and words.split() != self.text[start:end].split():
            raise InputError(
                f"{item.where}: [{start}, {end}) is {self.text[start:end][:60]!r} in the text, not"
                f" {words[:60]!r}"
            )
        return start, end
