"""The comparison of relations as tables, for the page and the screen, and as rows of CSV."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from annotator.project.relation_agreement import RelationReport
from annotator.report.render.tables import Table

TITLE: Final = "Relations"
_PAIRS: Final = (
    *("annotators", "n", "n of the other", "both", "F1", "connected by both"),
    *("alike", "end missing"),
)
_DIFFERENCES: Final = ("#", "only", "not", "type", "head", "tail")


def relation_tables(found: RelationReport) -> tuple[Table, ...]:
    """Two annotators at a time, and then which relations only one of two has."""
    if not found.any:
        return ()
    notes = ["The same: between aligned ends, that way round, of the same type."]
    notes.append("Alike: of the pairs that both connect, the share that both connect alike.")
    if found.left_out:
        notes.append(f"Left out: {found.left_out} with an end in an article not read by both.")
    rows = tuple(
        (
            " and ".join(p.annotators),
            *map(str, p.relations),
            str(p.both),
            _share(p.f1),
            str(p.connected),
            _share(p.same_type),
            str(p.without_counterpart),
        )
        for p in found.pairs
    )
    pairs = Table(TITLE, _PAIRS, rows, frozenset(range(1, len(_PAIRS))), tuple(notes))
    listed = tuple(difference_rows(found))[1:]
    many = (f"{len(listed)} that only one of two has.",)
    return pairs, Table("Which only one of two has", _DIFFERENCES, listed, frozenset({0}), many)


def difference_rows(found: RelationReport) -> Iterator[tuple[str, ...]]:
    """Every relation that one of two annotators has and the other has not, the headings first."""
    yield _DIFFERENCES
    for d in found.differences:
        yield str(d.article), d.annotator, d.other, d.type, d.head, d.tail


def relation_numbers(found: RelationReport) -> Iterator[tuple[str, ...]]:
    """Every number as a row under the headings of `number_rows`; no intervals are computed."""
    if not found.any:
        return
    for p in found.pairs:
        what, names = " and ".join(p.annotators), " ".join(p.annotators)
        total = sum(p.relations)
        for measure, value, n, unit in (
            *((f"relations of {who}", str(k), k, "relations")
              for who, k in zip(p.annotators, p.relations, strict=True)),
            ("relations of both", str(p.both), total, "relations"),
            ("F1", _plain(p.f1), total, "relations"),
            ("same type where both connect", _plain(p.same_type), p.connected, "pairs"),
            ("end that the other has not", str(p.without_counterpart), total, "relations"),
        ):  # fmt: skip
            yield "relations", what, measure, value, "", "", str(n), unit, "", names, "", ""
    left = str(found.left_out)
    yield "relations", "all", "left out", left, "", "", left, "relations", "", "", "", ""


def _share(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"


def _plain(value: float | None) -> str:
    return "" if value is None else f"{value:.6f}"
