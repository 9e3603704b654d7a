"""The UIMA types that INCEpTION and WebAnno know our pieces by, for CAS files and their tables.

A piece of a claim, or a mark, is a `webanno.custom.Span`; a `webanno.custom.ClaimRole` is a
relation from the first piece of a claim to each of its others.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any, Final

from annotator.domain.errors import InputError, SchemeError
from annotator.domain.exchange import Dataset
from annotator.domain.scheme import MARK, Scheme
from annotator.domain.scheme_file import parse_scheme
from annotator.formats.support.base import Option
from annotator.formats.support.jsonio import Fields, parse
from annotator.formats.support.piece import Piece

SPAN: Final = "webanno.custom.Span"
RELATION: Final = "webanno.custom.ClaimRole"
ARTICLE: Final = "webanno.custom.Article"
SENTENCE: Final = "de.tudarmstadt.ukp.dkpro.core.api.segmentation.type.Sentence"
WORD: Final = "de.tudarmstadt.ukp.dkpro.core.api.segmentation.type.Token"
TYPES: Final = "TypeSystem.xml"
LAYOUT: Final = frozenset(
    {SENTENCE, WORD, "uima.tcas.DocumentAnnotation"}
    | {"de.tudarmstadt.ukp.dkpro.core.api.metadata.type.DocumentMetaData"}
    | {"de.tudarmstadt.ukp.dkpro.core.api.segmentation.type.Paragraph"}
    | {"de.tudarmstadt.ukp.clarin.webanno.api.type.CASMetadata"}
)
"""Types that say nothing but where words and sentences are, or what the file is."""
FURTHER_TYPES: Final = Option(
    "types", "", "reading: further types or layers to read as marks, by their full names"
)
FLAGGED: Final = "flagged"
TEXTS: Final = ("label", "claim", "layer", "role", "parent", "note", "annotator", "attributes")
NUMBERS: Final = ("piece", "span")
"""Features of a piece that are whole numbers; TEXTS are strings, FLAGGED is true or false."""


class Wanted:
    """Which types are annotations to read: custom ones, named entities, and those asked for.

    Others are linguistic analysis, or of name spaces whose meaning nobody here knows.
    """

    def __init__(self, further: Iterable[str]) -> None:
        self._further = frozenset(further)

    def __call__(self, kind: str) -> bool:
        custom = kind.startswith("webanno.custom.") or kind.endswith(".NamedEntity")
        return custom or kind in self._further


def short(kind: str) -> str:
    """The name of a type without its name space."""
    return kind.rpartition(".")[2]


def scheme_of(dataset: Dataset) -> Scheme | None:
    """The scheme in force, where it can be read."""
    for record in dataset.schemes:
        if record.in_force:
            try:
                return parse_scheme(record.toml, {})
            except SchemeError:  # of another time: then there is none to go by
                return None
    return None


def has_claims(scheme: Scheme | None) -> bool:
    """Whether a scheme has claims, or marks that are of no layer of the user's own."""
    return scheme is None or bool(scheme.roles) or scheme.span_layer(MARK) is not None


def attributes_of(dataset: Dataset) -> list[str]:
    """The attributes of the data set's schemes that can be features of their own."""
    names: set[str] = set()
    for record in dataset.schemes:
        try:
            layers = ("claim", "mark", "sentence", "article")
            names |= {a.name for a in parse_scheme(record.toml, {}).attributes if a.layer in layers}
        except SchemeError:  # of another time; its attributes go into the common feature
            continue
    taken = {*TEXTS, *NUMBERS, FLAGGED, "begin", "end", "sofa", "type", "self"}
    return sorted(n for n in names - taken if n.isascii() and n.isidentifier())


def features_of(piece: Piece, annotator: str, attributes: Iterable[str]) -> dict[str, Any]:
    """The features of a piece; attributes that have none of their own are one JSON string."""
    out: dict[str, Any] = {"annotator": annotator, "label": piece.label}
    out |= {"claim": piece.annotation, "layer": piece.layer, "role": piece.role}
    out |= {"piece": piece.order, "span": piece.span}
    whole = dict(piece.whole)
    given: dict[str, str] = whole.pop("attributes", {})
    known = set(attributes)
    # A feature that is empty is none: an empty value is told in the JSON.
    others = {k: v for k, v in given.items() if k not in known or not v}
    out |= whole | {k: v for k, v in given.items() if k not in others}
    if others:
        out["attributes"] = json.dumps(others, ensure_ascii=False)
    return out


def role_links(found: Iterable[Piece]) -> Iterator[tuple[int, int]]:
    """The first piece of each claim with each of its others, by position: what ClaimRole says."""
    first: dict[str, int] = {}
    for i, piece in enumerate(found):
        if piece.layer == "claim" and first.setdefault(piece.annotation, i) != i:
            yield first[piece.annotation], i


def _number(value: float) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _further(text: str) -> dict[str, Any]:
    """The attributes that have no feature of their own, from the JSON that holds them."""
    try:
        found = parse(text) if text else {}
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise InputError("attributes is not a JSON object")
    return found


def read_piece(
    kind: str,
    features: dict[str, Any],
    place: tuple[int, int],
    size: int,
    number: int,
    where: str,
    role: str = "",
) -> Piece:
    """A piece as its type and features tell.

    Args:
        kind: The UIMA type. Of foreign ones the feature `value`, or the type's name, is the label.
        place: `[start, end)` in code points.
        size: Code points of the text.
        number: Position among the pieces of the file.
        role: What a slot or link of the file calls it, for pieces whose label is no role.

    Raises:
        InputError: when the features do not fit together, or the place does not fit the text.
    """
    said = {k: v for k, v in features.items() if isinstance(v, str) and v}
    if kind != SPAN:
        numbers = {k: v for k, v in features.items() if isinstance(v, (int, float))}
        said |= {k: _number(v) for k, v in numbers.items()}
        label = said.pop("value", short(kind))
        data: dict[str, object] = {"attributes": said} if said else {}
        return Piece.read(Fields(data, where), number, role or label, *place, size)
    attributes = {k: v for k, v in said.items() if k not in TEXTS}
    attributes |= _further(said.get("attributes", ""))
    data = {k: v for k, v in features.items() if k in (*TEXTS, *NUMBERS) and v is not None}
    data["attributes"] = attributes or None
    if features.get(FLAGGED):
        data[FLAGGED] = True
    return Piece.read(Fields(data, where), number, said.get("label", "Span"), *place, size)
