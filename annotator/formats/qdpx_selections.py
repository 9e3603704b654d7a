"""The selections of a REFI-QDA source and their codings, as annotations.

Codings with codes of ours make the claims and marks that they were made of. Each other coding is
a mark of its own, of whoever coded: a passage with three codes is three marks, so that coders are
compared code by code. A selection without a coding is a mark without a label.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, NamedTuple

from annotator.codebook.refi import FLAG, TYPE, Code, Node, child, children, guid_of, one_of
from annotator.domain.errors import InputError
from annotator.domain.losses import Losses
from annotator.domain.model import Annotation, Fragment, Layer, span_role
from annotator.domain.scheme import MANY, kind_of
from annotator.formats.qdpx_notes import Notes, ProjectNote
from annotator.formats.qdpx_positions import SelectionPlace

SAME_SPAN: Final = "continued"
OTHER_SPAN: Final = "span"
PARENT: Final = "parent"
"""What links of ours say: a further piece of a span, another span, a claim within a claim."""
_WHOLE: Final = "code"
"""The label of an article that says which codes the whole of it has."""


class Tie(NamedTuple):
    """What a piece is tied to."""

    kind: str
    origin: str


@dataclass(slots=True)
class CodedMade:
    """An annotation under way; its fragments are in positions of the file."""

    annotation: Annotation
    source: int
    """Which of the sources it is in."""
    notes: list[str] = field(default_factory=list)
    at: dict[str, Fragment] = field(default_factory=dict)
    """Selection -> the piece that it is."""

    def add(self, fragment: Fragment) -> None:
        """A further piece."""
        known = self.annotation
        self.annotation = replace(known, fragments=(*known.fragments, fragment))

    def label(self, name: str, value: str) -> None:
        """A label; a second value of one stands beside the first."""
        had = self.annotation.attributes.get(name)
        value = value if had is None else f"{had}{MANY}{value}"
        self.annotation = self.annotation.with_attribute(name, value)

    def flag(self) -> None:
        """Whoever made it wants to look at it again."""
        self.annotation = replace(self.annotation, flagged=True)

    def parent(self, id_: str) -> None:
        """Nest it in another."""
        self.annotation = replace(self.annotation, parent=id_)


@dataclass(slots=True)
class CodedSource:
    """A text with what is coded in it."""

    node: Node
    name: str
    where: str
    guid: str
    fault: str = ""
    made: list[CodedMade] = field(default_factory=list)
    places: list[SelectionPlace] = field(default_factory=list)
    nodes: list[Node] = field(default_factory=list)
    """The elements that say something of it."""


@dataclass(slots=True)
class _Coding:
    guid: str
    code: Code
    annotator: str
    notes: list[ProjectNote]


class Selections:
    """Makes annotations of sources, one after the other."""

    def __init__(
        self,
        codes: Mapping[str, Code],
        people: Mapping[str, str],
        notes: Notes,
        ties: Mapping[str, Tie],
        losses: Losses,
        layer: str,
        *,
        layered: bool,
    ) -> None:
        self._codes, self._people, self._notes, self._ties = codes, people, notes, ties
        self._losses, self._layer, self._layered = losses, layer, layered
        self.at: dict[str, list[CodedMade]] = {}
        """Selection, or coding of a whole text -> the annotations there."""
        self.several: set[tuple[str, str]] = set()
        """(layer, label) of which an annotation has several values."""
        self._source = -1

    def take(self, source: CodedSource, named: Node) -> None:
        """Take a source in; `named` is the element that says what is known of it."""
        self._source += 1
        source.nodes = [source.node] if named is source.node else [named, source.node]
        waiting = children(source.node, "PlainTextSelection")
        while waiting:
            # A piece that is tied to one of which nothing was seen yet comes after it.
            later = [s for s in waiting if not self._selection(s, source, patient=True)]
            if len(later) == len(waiting):
                for selection in later:
                    self._selection(selection, source, patient=False)
                break
            waiting = later
        self._whole(source)

    # ------------------------------------------------------------------------------ passages

    def _selection(self, node: Node, source: CodedSource, *, patient: bool) -> bool:
        at = guid_of(node.get("guid"))
        tie = self._ties.get(at)
        if patient and tie is not None and tie.origin not in self.at:
            return False
        place = _place(node)
        who = self._who(node)
        described = child(node, "Description")
        note = (described.text or "") if described is not None else ""
        notes = [n.text for n in self._notes.of(node, source.where)]
        notes = [note, *notes] if note.strip() else notes
        if place.start == place.end:
            count = max(1, len(children(node, "Coding")))
            self._losses.add("selection of no words", source.where, count)
            return True
        source.places.append(place)
        codings = list(self._codings(node, who, source))
        found = [
            *self._ours(at, place, codings, tie, source),
            *(self._theirs(at, place, c, source) for c in codings),
        ]
        if not found:
            found = [self._mark(at, place, who, "", source)]
        if notes:
            self._first(found, who).notes.extend(notes)
        self.at.setdefault(at, []).extend(m for m in found)
        return True

    def _who(self, node: Node, otherwise: str = "") -> str:
        who = guid_of(node.get("creatingUser") or node.get("modifyingUser"))
        return self._people.get(who, "") or otherwise

    @staticmethod
    def _first(found: Sequence[CodedMade], who: str) -> CodedMade:
        return next((m for m in found if m.annotation.annotator == who), found[0])

    def _codings(self, node: Node, who: str, source: CodedSource) -> Iterator[_Coding]:
        for coding in children(node, "Coding"):
            ref = child(coding, "CodeRef")
            code = self._codes.get(guid_of(ref.get("targetGUID"))) if ref is not None else None
            if code is None:
                self._losses.add("coding with a code that is not there", source.where)
                continue
            notes = self._notes.of(coding, source.where)
            yield _Coding(guid_of(coding.get("guid")), code, self._who(coding, who), notes)

    def _ours(
        self,
        at: str,
        place: SelectionPlace,
        codings: list[_Coding],
        tie: Tie | None,
        source: CodedSource,
    ) -> Iterator[CodedMade]:
        """What codings with codes of ours make; they are taken out of `codings`."""
        groups: dict[tuple[str, str], list[_Coding]] = {}
        for c in codings:
            match c.code.part:
                case ("role", _):
                    groups.setdefault((c.annotator, "claim"), []).append(c)
                case ("layer" | "attribute" | "value", layer, *_) if layer not in (
                    *("article", "relation"),
                ):
                    groups.setdefault((c.annotator, layer), []).append(c)
        for (who, layer), group in groups.items():
            roles = [c.code.part[1] for c in group if c.code.part and c.code.part[0] == "role"]
            if layer == "claim" and not roles:
                continue  # a label of claims where nothing is claimed: a code like any other
            made = self._piece(at, place, who, layer, roles or [span_role(_span(layer))], tie)
            if made.source == self._source and made not in source.made:
                source.made.append(made)
            for c in group:
                codings.remove(c)
                self._label(made, c, source)
            flags = [c for c in codings if c.code.part == FLAG and c.annotator == who]
            for c in flags:
                codings.remove(c)
                made.flag()
            yield made

    def _piece(
        self,
        at: str,
        place: SelectionPlace,
        who: str,
        layer: str,
        roles: Sequence[str],
        tie: Tie | None,
    ) -> CodedMade:
        """The annotation that a piece belongs to, with it."""
        made, tied = None, None
        for known in self.at.get(tie.origin, ()) if tie else ():
            if (known.annotation.annotator, known.annotation.layer_name) == (who, layer):
                made, tied = known, known.at.get(tie.origin) if tie else None
                break
        if made is None:
            kind: Layer = kind_of(layer)
            made = CodedMade(
                Annotation(
                    id=f"{self._source} {at} {who} {layer}",
                    layer=kind,
                    article="",
                    annotator=who,
                    provenance="imported",
                ),
                self._source,
            )
        for role in roles:
            same = tie is not None and tie.kind == SAME_SPAN and tied is not None
            if same and tied is not None and tied.role == role:
                number = tied.span
            else:
                spans = [f.span for f in made.annotation.fragments if f.role == role]
                number = max(spans, default=-1) + 1
            fragment = Fragment(role, place.start, place.end, number)
            made.add(fragment)
            made.at.setdefault(at, fragment)
        return made

    def _label(self, made: CodedMade, coding: _Coding, source: CodedSource) -> None:
        match coding.code.part:
            case ("attribute", layer, name):
                if not coding.notes:
                    self._losses.add(f"label {name} without a value", source.where)
                for note in coding.notes:
                    self._say(made, layer, name, note.text)
                return
            case ("value", layer, name, value):
                self._say(made, layer, name, value)
        made.notes.extend(n.text for n in coding.notes)

    def _say(self, made: CodedMade, layer: str, name: str, value: str) -> None:
        if name in made.annotation.attributes:
            self.several.add((layer, name))
        made.label(name, value)

    def _theirs(
        self, at: str, place: SelectionPlace, coding: _Coding, source: CodedSource
    ) -> CodedMade:
        made = self._mark(coding.guid or at, place, coding.annotator, coding.code.label, source)
        made.notes.extend(n.text for n in coding.notes)
        return made

    def _mark(
        self, at: str, place: SelectionPlace, who: str, label: str, source: CodedSource
    ) -> CodedMade:
        """A mark with a code of another program."""
        made = CodedMade(
            Annotation(
                id=f"{self._source} {at} {len(source.made)}",
                layer="mark",
                article="",
                annotator=who,
                fragments=(Fragment(span_role(self._layer), place.start, place.end),),
                attributes={TYPE: label} if label else {},
                provenance="imported",
            ),
            self._source,
        )
        source.made.append(made)
        return made

    # ------------------------------------------------------------------------------ whole texts

    def _whole(self, source: CodedSource) -> None:
        """The codings and notes of a whole text: one annotation of each annotator."""
        made: dict[str, CodedMade] = {}

        def of(who: str) -> CodedMade:
            if who not in made:
                id_ = f"{self._source} article {who}"
                made[who] = CodedMade(
                    Annotation(
                        id=id_, layer="article", article="", annotator=who, provenance="imported"
                    ),
                    self._source,
                )
                source.made.append(made[who])
            return made[who]

        for node in source.nodes:
            for c in self._codings(node, self._who(node), source):
                whole = of(c.annotator)
                self.at.setdefault(c.guid, []).append(whole)
                match c.code.part:
                    case ("attribute" | "value", "article", *_):
                        self._label(whole, c, source)
                        continue
                    case ("flag",):
                        whole.flag()
                    case ("layer", "article"):
                        pass
                    case _:
                        self._say(whole, "article", _WHOLE, one_of(c.code.label))
                whole.notes.extend(n.text for n in c.notes)
            for note in self._notes.of(node, source.where):
                if not note.places:
                    of(note.annotator).notes.append(note.text)
                for found in note.places:
                    place = _place(found)
                    source.places.append(place)
                    at = guid_of(found.get("guid"))
                    mark = self._mark(at, place, note.annotator, "", source)
                    mark.notes.append(note.text)
                    self.at.setdefault(at, []).append(mark)


def _span(layer: str) -> str:
    """The layer whose role its pieces have: those of sentences have that of marks."""
    return "mark" if layer == "sentence" else layer


def _place(node: Node) -> SelectionPlace:
    """Where a selection is, as the file counts."""
    found = []
    for name in ("startPosition", "endPosition"):
        value = (node.get(name) or "").strip()
        if not value.isascii() or not value.removeprefix("-").isdigit():
            raise InputError(f"a selection has no {name}: {value!r}")
        found.append(int(value))
    return SelectionPlace(found[0], found[1], node.get("name") or "")
