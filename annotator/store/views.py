"""The views `claim` and `mark`: a column for each role and label of the scheme in force.

For people who read SQL. They are made anew when a scheme is put in force, in the same transaction.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from typing import Final

from annotator.domain.column_names import column_names
from annotator.domain.scheme import Scheme

_HEAD: Final = ("id", "article_number", "article_name", "annotator")
_PLACE: Final = ("layer", "start", "end", "words")
_ARTICLE: Final = ("title", "outlet", "published", "excluded")
_REST: Final = ("parent", "provenance", "flagged", "note", "scheme", "created_at", "updated_at")
_MOST: Final = 1_000
"""Columns of roles and labels; SQLite knows 2,000. What has none is in `attributes` and `span`."""


def follow(conn: sqlite3.Connection, scheme: Scheme) -> None:
    """Make the views what a scheme says; the caller holds the transaction."""
    roles = [r.name for r in scheme.roles]
    claim_labels = [a.name for a in scheme.of_layer("claim")]
    mark_labels = [a.name for s in scheme.span_layers for a in scheme.of_layer(s.name)]
    for name, kind, own_roles, labels in (
        ("claim", "claim", roles, claim_labels),
        ("mark", "mark", [], mark_labels),
    ):
        conn.execute(f"DROP VIEW IF EXISTS {name}")
        conn.execute(_view(name, kind, own_roles, labels))


def _view(name: str, layer: str, roles: Iterable[str], labels: Iterable[str]) -> str:
    marks = layer == "mark"
    article = [f"article_{field}" for field in _ARTICLE]
    names = column_names(roles, labels, {*_HEAD, *_PLACE, *article, *_REST, "attributes"})
    columns = ["n.id", "a.number AS article_number", "a.name AS article_name", "n.annotator"]
    if marks:
        columns.append(
            "coalesce((SELECT iif(f.role = 'span', 'mark', f.role) FROM fragment f\n"
            "         WHERE f.annotation = n.id ORDER BY f.ord LIMIT 1), 'mark') AS layer"
        )
    columns += [
        f"(SELECT {what}({column}) FROM fragment f"  # noqa: S608 - fixed names
        f" WHERE f.annotation = n.id) AS {column}"
        for what, column in (("min", "start"), ("max", "end"))
    ]
    if marks:
        columns.append(_words("", "words"))
    said = [_words(f"AND s.role = {_text(r)}", c) for r, c in names.roles.items()]
    said += [
        "(SELECT value FROM attribute t WHERE t.annotation = n.id"  # noqa: S608 - quoted
        f" AND t.name = {_text(label)}) AS {_name(column)}"
        for label, column in names.labels.items()
    ]
    columns += said[:_MOST]
    columns.append(
        "(SELECT json_group_object(name, value) FROM attribute t WHERE t.annotation = n.id)"
        " AS attributes"
    )
    columns += [f"a.{field} AS article_{field}" for field in _ARTICLE]
    columns += [f"n.{field}" for field in _REST if not (marks and field == "parent")]
    selected = ",\n       ".join(columns)
    return (
        f"CREATE VIEW {name} AS\nSELECT {selected}\n"
        f"FROM annotation n\nJOIN article a ON a.uid = n.article\nWHERE n.layer = '{layer}'"
    )


def _words(condition: str, column: str) -> str:
    """The words of fragments: the pieces of a span in their order, span by span."""
    return (
        "(SELECT group_concat(words, ' | ') FROM (\n"  # noqa: S608 - quoted
        "         SELECT group_concat(words, ' … ') AS words FROM (\n"
        "           SELECT s.span, s.words FROM span s\n"
        f"           WHERE s.annotation = n.id {condition} ORDER BY s.span, s.start)\n"
        f"         GROUP BY span ORDER BY span)) AS {_name(column)}"
    )


def _name(column: str) -> str:
    """A column's name as SQL writes it."""
    return '"' + column.replace('"', '""') + '"'


def _text(value: str) -> str:
    """A text as SQL writes it."""
    return "'" + value.replace("'", "''") + "'"
