"""One annotation or prediction of a task of Label Studio: its regions, and what is said of them.

Regions of layers that keep their names are spans (`label_studio_layers`); others are pieces of
claims, or marks, one for each label.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any, Final

from annotator.domain.errors import InputError
from annotator.domain.losses import Losses
from annotator.domain.model import Annotation
from annotator.formats import label_studio_layers as layers
from annotator.formats.hypertext import Page
from annotator.formats.label_studio_layers import OURS, Controls, Region
from annotator.formats.support.foreign import ArticleLabels, count_rest
from annotator.formats.support.grouping import claims_from_pieces
from annotator.formats.support.jsonio import Fields
from annotator.formats.support.linking import Link, relation_lost
from annotator.formats.support.names import identifier
from annotator.formats.support.offsets import Utf16
from annotator.formats.support.piece import Piece
from annotator.formats.support.spans_read import relation_of

_REGIONS: Final = ("labels", "hypertextlabels")
_ID: Final = 26
"""Length of our ids."""


def results_of(entry: Fields) -> Iterator[Fields]:
    for i, value in enumerate(entry.items("result")):
        yield Fields(value, f"{entry.where}: result[{i}]")


def value_of(item: Fields) -> dict[str, Any]:
    value = item.value.get("value")
    return value if isinstance(value, dict) else {}


def who_of(entry: Fields) -> str:
    by = entry.value.get("completed_by")
    if isinstance(by, dict):
        by = by.get("email") or by.get("id")
    return entry.loose(OURS) or entry.loose("model_version") or ("" if by is None else str(by))


def _notes(meta: Fields) -> list[str]:
    """What people wrote about a region."""
    note = meta.value.get("text")
    notes = note if isinstance(note, list) else [note]
    return [str(n) for n in notes if n]


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
class TaskEntry:
    """One annotation or prediction of a task."""

    entry: Fields
    key: str
    shown: str
    """What the labelling configuration calls the text; "" where nothing tells."""
    data: Fields
    text: str
    page: Page | None
    losses: Losses
    own: bool
    """Whether spans are those of layers."""
    controls: Controls
    found: list[Piece] = field(default_factory=list)
    places: dict[str, list[int]] = field(default_factory=dict)
    """Id of a region -> its pieces."""
    regions: dict[str, Region] = field(default_factory=dict)
    """Id of a region -> the span of its own layer."""
    further: dict[str, str] = field(default_factory=dict)
    """Id of a region that is a further piece of a span -> that of the first piece."""
    said: list[tuple[Fields, str, str]] = field(default_factory=list)
    """Result, id, kind of what is no region."""
    relations: list[Fields] = field(default_factory=list)

    def annotations(self) -> Iterator[Annotation]:
        """Read the results, and make what they say."""
        for number, item in enumerate(results_of(self.entry)):
            self._result(item, number)
        if self.entry.value.get("score") is not None:
            self.losses.add("score", self.entry.where)
        tags: dict[str, ArticleLabels] = {}
        for item, id_, kind in self.said:
            if id_ in self.regions:
                self._asked(self.regions[id_], item, kind)
                continue
            value = _said(kind, Fields(value_of(item), item.where)) or ""
            name = item.loose("from_name") or kind
            if id_ in self.places:
                for i in self.places[id_]:
                    self._attribute(i, name, value, item.where)
            elif "start" in value_of(item):
                self.losses.add(f"{name} of a region that is not taken over", item.where)
            else:
                if self.own:
                    name = layers.attribute_name(item, kind, region=False)
                    control = item.loose("from_name") or kind
                    several = control in self.controls.several
                    value = layers.said(kind, value_of(item), several=several) or ""
                    self.controls.met("article", name, kind, control)
                tag = id_ if len(id_) == _ID else "article"
                tags.setdefault(tag, ArticleLabels(self.losses, item.where)).add(name, value)
        links = list(self._links())
        who = who_of(self.entry)
        for id_, region in self.regions.items():
            yield region.annotation(id_, who)
        yield from claims_from_pieces(self.found, who, self.losses, links, self.entry.where)
        for id_, labels in tags.items():
            yield from labels.annotations(who, id_)
        yield from self._related(who)

    def _result(self, item: Fields, number: int) -> None:
        kind = item.text("type")
        if item.value.get("score") is not None:
            self.losses.add("score", item.where)
        if kind == "relation":
            self.relations.append(item)
            return
        value = Fields(item.table("value", {}), item.where)
        about = item.loose("to_name")
        other = about not in (self.key, self.shown)
        if other and isinstance(self.data.value.get(about), str):
            self.losses.add(f"result on the text {about}", item.where)
        elif kind in _REGIONS and isinstance(value.value.get("start"), float):
            self.losses.add(f"result of type {kind} about a sound", item.where)
        elif kind in _REGIONS and self._keeps_its_name(item, kind):
            self._region(item, value, kind, item.loose("id", f"result {number}"))
        elif kind in _REGIONS:
            id_ = item.loose("id", f"result {number}")
            # One by one: each piece is known by its position among those before it.
            for piece in self._pieces(item, value, kind):
                self.places.setdefault(id_, []).append(len(self.found))
                self.found.append(piece)
        elif _said(kind, value) is not None:
            self.said.append((item, item.loose("id"), kind))
        else:
            self.losses.add(f"result of type {kind}", item.where)

    def _keeps_its_name(self, item: Fields, kind: str) -> bool:
        """Whether a region is a span of its own layer, and no piece of a claim of ours."""
        ours = Fields(item.table("meta", {}), item.where).value.get(OURS)
        if isinstance(ours, dict) and "claim" in ours:
            return False
        return self.own

    def _region(self, item: Fields, value: Fields, kind: str, id_: str) -> None:
        labels = [str(v) for v in value.items(kind, []) if v not in (None, "")]
        meta = Fields(item.table("meta", {}), item.where)
        given = meta.value.get(OURS)
        ours: dict[str, object] = given if isinstance(given, dict) else {}
        if not labels:
            self.losses.add("region without a label", item.where)
            return
        count_rest(meta, (OURS, "text"), self.losses, "region's field")
        if item.value.get("parentID"):
            self.losses.add("region within a region", item.where)
        place = self._place(item, value, labels)
        if place is None:
            return
        if not 0 <= place[0] < place[1] <= len(self.text):
            raise InputError(
                f"{item.where}: [{place[0]}, {place[1]}) does not fit a text of"
                f" {len(self.text)} characters"
            )
        layer = identifier(item.loose("from_name") or kind)
        whole = str(ours.get("span") or id_)
        if whole in self.regions and whole != id_:
            self.regions[whole].places.append(place)
            self.further[id_] = whole
            return
        # A region that two controls gave labels is a span of each, and known by the first.
        key = whole if whole not in self.regions else f"{whole} {layer} {len(self.regions)}"
        name = str(ours.get("label", layers.LABEL))
        control = item.loose("from_name") or kind
        several = control in self.controls.several
        attributes = {name: layers.joined(labels, several=several)} if name else {}
        if name:
            self.controls.met(layer, name, kind, control)
        flagged = bool(ours.get("flagged"))
        self.regions[key] = Region(layer, [place], attributes, _notes(meta), flagged)
        self.further.setdefault(id_, key)

    def _asked(self, region: Region, item: Fields, kind: str) -> None:
        """What is asked of a region."""
        name = layers.attribute_name(item, kind, region=True)
        control = item.loose("from_name") or kind
        several = control in self.controls.several
        value = layers.said(kind, value_of(item), several=several) or ""
        if region.attributes.setdefault(name, value) != value:
            self.losses.add(f"second {name} of a region", item.where)
        self.controls.met(region.layer, name, kind, control)

    def _related(self, who: str) -> Iterator[Annotation]:
        """The relations between spans of layers, and those of ours between anything."""
        for number, item in enumerate(self.relations):
            ends = [self._annotation_of(item, name) for name in ("from_id", "to_id")]
            if ends[0] is None or ends[1] is None:
                continue
            ours = item.value.get(OURS)
            known = str(ours.get("relation", "")) if isinstance(ours, dict) else ""
            direction = item.loose("direction", layers.RIGHT)
            more = {layers.DIRECTION: direction} if direction != layers.RIGHT else {}
            kinds = [str(k) for k in item.items("labels", []) if k] or [layers.UNLABELLED]
            for i, kind in enumerate(kinds):
                id_ = known if known and i == 0 else f"relation {number}.{i}"
                yield relation_of(id_, ends[0], ends[1], kind, more, who)

    def _annotation_of(self, item: Fields, name: str) -> str | None:
        """The annotation that a relation ends at, if it is one that relations can end at here."""
        id_ = item.loose(name)
        if id_ in self.further:
            return self.further[id_]
        pieces = self.places.get(id_, [])
        ours = isinstance(item.value.get(OURS), dict)
        return self.found[pieces[0]].annotation if pieces and ours else None

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
            if all(self._annotation_of(item, name) for name in ("from_id", "to_id")):
                continue  # no part of a claim
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
        if notes := _notes(meta):
            data["note"] = "\n".join(notes)
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
        # Label Studio leaves the words out now and then; where they are, they must fit. Older
        # versions count UTF-16 units, as JavaScript does.
        fits = 0 <= start < end <= len(self.text)
        if isinstance(words, str) and words.split() != self.text[start:end].split():
            units = Utf16(self.text)
            place = units.code_points(start), units.code_points(end)
            if words.split() == self.text[place[0] : place[1]].split():
                return place
        if fits and isinstance(words, str) and words.split() != self.text[start:end].split():
            raise InputError(
                f"{item.where}: [{start}, {end}) is {self.text[start:end][:60]!r} in the text, not"
                f" {words[:60]!r}"
            )
        return start, end
