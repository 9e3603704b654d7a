"""Annotations as rows of a table for people: a whole claim, or a whole plain span, in one row.

A column for each role and each label of the scheme in force, whatever it calls them, and what is
known of the article beside it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from annotator.domain.column_names import (
    COMPUTED,
    END,
    START,
    ColumnNames,
    column_names,
    field_columns,
)
from annotator.domain.exchange import Dataset, Document
from annotator.domain.model import Annotation, Article, Fragment
from annotator.domain.scheme import Attribute, Scheme
from annotator.domain.scheme_file import parse_scheme
from annotator.domain.terms import form_label, value_said
from annotator.formats.support.article_fields import METADATA
from annotator.text.reported import form_of, quoted_ranges

Cell = str | int | bool | None
"""None: nothing to say, an empty cell."""
What = Literal["claim", "mark"]

HEAD: Final = ("id", "article_number", "article_name", "annotator")
"""The first columns; a table of spans has OF_SPANS after them."""
OF_SPANS: Final = ("layer", "words")
NOTES: Final = ("note", "flagged")
"""Follow the columns of roles and labels."""
ARTICLE: Final = ("article_uid", *(f"article_{name}" for name in METADATA if name != "name"))
"""Then what is known of the article, its further fields, and where the roles are."""
TAIL: Final = (
    *("start", "end", "pieces", "parent", "provenance", "scheme", "created_at", "updated_at"),
    "outside",
)
"""The last columns. `pieces` holds [role, start, end, span] of each piece, and `outside` the roles
and labels that have no column, both as JSON."""
_NUMBERS: Final = ("article_number", "start", "end")

PIECE: Final = " … "
"""Between the pieces of a span."""
SPAN: Final = " | "
"""Between the spans of a role."""


def scheme_in_force(dataset: Dataset) -> Scheme | None:
    """The scheme whose roles and labels get columns; None without one."""
    found = (parse_scheme(record.toml, {}) for record in dataset.schemes if record.in_force)
    return next(found, None)


def words(text: str, fragments: Sequence[Fragment]) -> str:
    """The words of some fragments: the pieces of a span in their order, span by span."""
    spans: dict[int, list[str]] = {}
    for f in sorted(fragments, key=lambda f: (f.span, f.start, f.end)):
        spans.setdefault(f.span, []).append(text[f.start : f.end])
    return SPAN.join(PIECE.join(pieces) for pieces in spans.values())


@dataclass(slots=True)
class RowCounts:
    """What whoever reads the table should know, counted while the rows pass."""

    computed: int = 0
    """Labels that the quotation marks said, and no annotator."""
    outside: int = 0
    """Rows with something in the column `outside`."""
    empty: int = 0
    """Articles without a row."""


class WholeRows:
    """The rows of a table of claims, or of plain spans.

    Args:
        what: Which of the two.
        dataset: With the scheme in force and the further fields of articles.
    """

    def __init__(self, what: What, dataset: Dataset) -> None:
        self.what = what
        self.counted = RowCounts()
        scheme = scheme_in_force(dataset)
        layers = ["claim"] if what == "claim" else []
        if scheme and what == "mark":
            layers = [layer.name for layer in scheme.span_layers]
        labels = [a.name for layer in layers for a in (scheme.of_layer(layer) if scheme else ())]
        roles = [r.name for r in scheme.roles] if scheme and what == "claim" else []
        self._content = roles[0] if roles else ""
        self._form = form_label(scheme) if scheme and roles else None
        self._names, self._fields = _named(roles, labels, dataset.fields)
        self.columns = self._columns()
        """Each column with the kind of its cells: str, int or bool; any may be empty."""

    @property
    def computed(self) -> str:
        """The column of what the quotation marks say; "" where the scheme has no label for it."""
        return f"{self._names.labels[self._form.name]}{COMPUTED}" if self._form else ""

    def _columns(self) -> dict[str, type]:
        roles = self._names.roles.values()
        ends = [f"{column}{end}" for column in roles for end in (START, END)]
        order = [
            *(*HEAD, *(OF_SPANS if self.what == "mark" else ()), *roles),
            *(*self._names.labels.values(), *([self.computed] if self.computed else []), *NOTES),
            *(*ARTICLE, *self._fields.values(), *ends, *TAIL),
        ]
        kinds: dict[str, type] = dict.fromkeys(order, str)
        return kinds | dict.fromkeys((*ends, *_NUMBERS), int) | {"flagged": bool}

    def of(self, documents: Iterable[Document]) -> Iterator[list[Cell]]:
        """The rows, in the order of the documents, whose annotations are all of this layer."""
        for document in documents:
            self.counted.empty += not document.annotations
            about = self._of_article(document.stored)
            quoted: list[tuple[int, int]] | None = None
            for a in document.annotations:
                row = about | self._of_annotation(a, document.stored.text)
                if self._form and not a.attributes.get(self._form.name):
                    if quoted is None:
                        quoted = quoted_ranges(document.stored.text)
                    row[self.computed] = self._said(self._form, a, document.stored.text, quoted)
                    self.counted.computed += row[self.computed] is not None
                self.counted.outside += "outside" in row
                yield [None if row.get(name) == "" else row.get(name) for name in self.columns]

    def _said(
        self, form: Attribute, a: Annotation, text: str, quoted: Sequence[tuple[int, int]]
    ) -> str | None:
        """What the quotation marks over the content say, in the scheme's word for it."""
        found = form_of(text, [(f.start, f.end) for f in a.role(self._content)], quoted)
        return value_said(form, found) if found else None

    def _of_article(self, article: Article) -> dict[str, Cell]:
        row: dict[str, Cell] = {"article_number": article.number, "article_uid": article.uid}
        row |= {f"article_{name}": getattr(article, name) for name in METADATA}
        return row | {column: _field(article.meta.get(f)) for f, column in self._fields.items()}

    def _of_annotation(self, a: Annotation, text: str) -> dict[str, Cell]:
        row: dict[str, Cell] = {
            **{name: getattr(a, name) for name in ("id", "annotator", "parent", "provenance")},
            **{name: getattr(a, name) for name in ("scheme", "created_at", "updated_at")},
            **{name: getattr(a, name) for name in NOTES},
            "pieces": _json([[f.role, f.start, f.end, f.span] for f in a.fragments]),
        }
        if a.fragments:
            row |= {"start": a.start, "end": a.end}
        if self.what == "mark":
            row |= {"layer": a.layer_name, "words": words(text, a.fragments)}
        for name, column in self._names.roles.items():
            if pieces := a.role(name):
                row[column] = words(text, pieces)
                row[f"{column}{START}"] = min(f.start for f in pieces)
                row[f"{column}{END}"] = max(f.end for f in pieces)
        for name, column in self._names.labels.items():
            row[column] = a.attributes.get(name) or None
        if strange := self._outside(a, text):
            row["outside"] = _json(strange)
        return row

    def _outside(self, a: Annotation, text: str) -> dict[str, dict[str, str]]:
        """Roles with their words, and labels, that have no column.

        An empty cell is no label, so that an empty value stands here too.
        """
        names = self._names
        roles = dict.fromkeys(f.role for f in a.fragments) if self.what == "claim" else {}
        said = {
            "roles": {r: words(text, a.role(r)) for r in roles if r not in names.roles},
            "labels": {
                n: v for n, v in sorted(a.attributes.items()) if n not in names.labels or not v
            },
        }
        return {what: held for what, held in said.items() if held}


def _named(
    roles: Iterable[str], labels: Iterable[str], fields: Iterable[str]
) -> tuple[ColumnNames, Mapping[str, str]]:
    taken = {*HEAD, *OF_SPANS, *NOTES, *ARTICLE, *TAIL}
    names = column_names(roles, labels, taken)
    taken |= {f"{column}{end}" for column in names.roles.values() for end in ("", START, END)}
    taken |= {f"{column}{end}" for column in names.labels.values() for end in ("", COMPUTED)}
    return names, field_columns(fields, taken)


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _field(value: object) -> Cell:
    """A further field of an article: text as it is, anything else as JSON."""
    return value if value is None or isinstance(value, str) else _json(value)
