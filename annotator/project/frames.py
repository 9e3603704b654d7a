"""Articles, claims, marks and labels as tables, for pandas and Arrow (extra "frames")."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any, Final, Literal, get_args

from annotator.domain.errors import InputError
from annotator.domain.extras import missing
from annotator.domain.model import RELATION_TYPE, SPAN_ROLE, Annotation, Article

if TYPE_CHECKING:
    from annotator.project.data import ProjectData

Table = Literal["articles", "claims", "marks", "relations", "spans", "labels"]
TABLES: Final[tuple[Table, ...]] = get_args(Table)
Columns = dict[str, list[Any]]
"""Column -> its values, all of one length."""
_JOIN: Final = " … "
"""Between the pieces of a discontinuous span."""
_NUMBERS: Final = (
    *("article", "span", "piece", "start", "end", "tokens"),
    *("head_article", "tail_article"),
)
_FLAGS: Final = ("flagged", "reviewed")


def to_arrow(project: ProjectData, table: Table, annotator: str | None = None) -> Any:
    """A table as a `pyarrow.Table`; see `Project.to_arrow`."""
    try:
        import pyarrow as pa
    except ImportError as error:
        raise missing("tables need the package pyarrow", "frames") from error
    columns = columns_of(project, table, annotator)
    return pa.table({n: pa.array(c, _kind(n, c, pa)) for n, c in columns.items()})


def to_pandas(project: ProjectData, table: Table, annotator: str | None = None) -> Any:
    """A table as a `pandas.DataFrame`; see `Project.to_pandas`."""
    try:
        import pandas as pd
    except ImportError as error:
        raise missing("data frames need the package pandas", "frames") from error
    return pd.DataFrame(columns_of(project, table, annotator))


def _kind(name: str, values: list[Any], pa: Any) -> Any:
    """The type of a column: that of its values; where it has none, that of its name."""
    if any(isinstance(v, str) for v in values):
        return pa.string()
    if name in _FLAGS:
        return pa.bool_()
    number = name in _NUMBERS or name.endswith(("_start", "_end"))
    return pa.int64() if number else pa.string()


def columns_of(project: ProjectData, table: Table, annotator: str | None = None) -> Columns:
    """The columns of a table, in the order in which they are shown.

    Raises:
        InputError: when there is no such table.
    """
    if table not in TABLES:
        raise InputError(f"no table {table!r}", f"there are {', '.join(TABLES)}")
    if table == "articles":
        return _columns(_FIRST["articles"], map(_article, project.articles()))
    rows: dict[str, Callable[[], Iterator[dict[str, Any]]]] = {
        "claims": lambda: _whole(project, "claim", annotator),
        "marks": lambda: _whole(project, "mark", annotator),
        "relations": lambda: _relations(project, annotator),
        "spans": lambda: _spans(project, annotator),
        "labels": lambda: _labels(project, annotator),
    }
    first = list(_FIRST[table])
    if table in ("claims", "marks", "relations"):
        first += _declared(project, table)
    return _columns(first, rows[table]())


_ANNOTATION: Final = ("id", "article", "uid", "annotator")
_REST: Final = ("parent", "provenance", "flagged", "note", "scheme", "created_at", "updated_at")
_METADATA: Final = ("name", "title", "byline", "outlet", "published", "url", "language", "origin")
_END_COLUMNS: Final = tuple(
    f"{end}{of}" for end in ("head", "tail") for of in ("", "_article", "_layer", "_text")
)
"""Of each end of a relation: its id, the number of its article, its layer, its words."""
_FIRST: Final[dict[str, tuple[str, ...]]] = {
    "articles": ("article", "uid", *_METADATA, "split", "tokens", "text"),
    "claims": (*_ANNOTATION, *_REST),
    "marks": (*_ANNOTATION, "layer", "start", "end", "text", *_REST),
    "relations": (*_ANNOTATION, "type", *_END_COLUMNS, *_REST),
    "spans": (*_ANNOTATION, "layer", "role", "span", "piece", "start", "end", "text"),
    "labels": (*_ANNOTATION, "layer", "start", "end", "attribute", "value"),
}
"""The columns that a table always has."""


def _declared(project: ProjectData, table: Table) -> Iterator[str]:
    """The columns of the roles and labels that the scheme in force declares."""
    scheme = project.scheme()
    if table == "claims":
        for role in scheme.roles:
            yield from _of_role(role.name)
    layers = ["claim"] if table == "claims" else [layer.name for layer in scheme.span_layers]
    for layer in layers:
        for attribute in scheme.of_layer(layer):
            yield _label(attribute.name, table.removesuffix("s"), [r.name for r in scheme.roles])


def _of_role(name: str) -> tuple[str, str, str]:
    """The columns of a role: words, start, end; `role_` before them where that name is taken."""
    if name == SPAN_ROLE:
        return "text", "start", "end"
    taken = {*_FIRST["claims"], *_FIRST["marks"]}
    shown = f"role_{name}" if name in taken else name
    return shown, f"{shown}_start", f"{shown}_end"


def _label(name: str, layer: str, roles: Iterable[str]) -> str:
    """The column of an attribute: its name, with `label_` before it where that is taken."""
    taken = {*_FIRST[f"{layer}s"]}
    if layer == "claim":
        taken.update(column for role in roles for column in _of_role(role))
    return f"label_{name}" if name in taken else name


def _columns(first: Iterable[str], rows: Iterable[dict[str, Any]]) -> Columns:
    """Columns from rows, which may bring further ones: None where a row has no value."""
    out: Columns = {name: [] for name in first}
    for size, row in enumerate(rows):
        for name in row:
            if name not in out:
                out[name] = [None] * size
        for name, column in out.items():
            column.append(row.get(name))
    return out


def _article(article: Article) -> dict[str, Any]:
    split = article.meta.get("split")
    return {
        "article": article.number,
        "uid": article.uid,
        **{name: getattr(article, name) for name in _METADATA},
        "split": None if split is None else str(split),
        "tokens": len(article.layout.token_starts),
        "text": article.text,
    }


def _each(
    project: ProjectData, annotator: str | None
) -> Iterator[tuple[Annotation, dict[str, Any], str]]:
    """Every annotation in reading order, with what all tables say of it, and the text."""
    for number, uid in project.numbers().items():
        found = project.annotations(uid, annotator)
        text = project.text_of(uid) if found else ""
        for a in found:
            yield a, {"id": a.id, "article": number, "uid": uid, "annotator": a.annotator}, text


def _whole(project: ProjectData, layer: str, annotator: str | None) -> Iterator[dict[str, Any]]:
    """A row for each claim or mark."""
    declared = [r.name for r in project.scheme().roles]
    for a, row, text in _each(project, annotator):
        if a.layer != layer:
            continue
        roles = list(dict.fromkeys(f.role for f in a.fragments))
        if layer == "mark":
            row["layer"] = a.layer_name
        for name in roles:
            pieces = a.role(name)
            # The role of a mark is the name of its span layer, which has a column of its own.
            words, start, end = _of_role(SPAN_ROLE if layer == "mark" else name)
            row[words] = _JOIN.join(text[f.start : f.end] for f in pieces)
            row[start] = min(f.start for f in pieces)
            row[end] = max(f.end for f in pieces)
        for name in _REST:
            row[name] = getattr(a, name)
        for name, value in sorted(a.attributes.items()):
            row[_label(name, layer, [*declared, *roles])] = value
        yield row


def _relations(project: ProjectData, annotator: str | None) -> Iterator[dict[str, Any]]:
    """A row for each relation, with the words of its ends, which may be of other articles."""
    numbers = {uid: number for number, uid in project.numbers().items()}
    scheme = project.scheme()
    for a, row, _ in _each(project, annotator):
        if a.layer != "relation":
            continue
        row["type"] = a.attributes.get(RELATION_TYPE)
        for name, id_ in (("head", a.head), ("tail", a.tail)):
            end = project.annotation(id_ or "")
            row[name] = id_
            if end is not None:
                text = project.text_of(end.article)
                row[f"{name}_article"] = numbers.get(end.article)
                row[f"{name}_layer"] = end.layer_name
                row[f"{name}_text"] = _JOIN.join(text[f.start : f.end] for f in scheme.anchor(end))
        for name in _REST:
            row[name] = getattr(a, name)
        for name, value in sorted(a.attributes.items()):
            if name != RELATION_TYPE:
                row[_label(name, "relation", ())] = value
        yield row


def _spans(project: ProjectData, annotator: str | None) -> Iterator[dict[str, Any]]:
    """A row for each unbroken piece of each annotation."""
    for a, row, text in _each(project, annotator):
        for i, f in enumerate(a.fragments):
            yield {
                **row,
                "layer": a.layer_name,
                "role": f.role,
                "span": f.span,
                "piece": i,
                "start": f.start,
                "end": f.end,
                "text": text[f.start : f.end],
            }


def _labels(project: ProjectData, annotator: str | None) -> Iterator[dict[str, Any]]:
    """A row for each label of each annotation."""
    for a, row, _ in _each(project, annotator):
        place = {"start": a.start, "end": a.end} if a.fragments else {}
        for name, value in sorted(a.attributes.items()):
            yield {**row, "layer": a.layer_name, **place, "attribute": name, "value": value}
