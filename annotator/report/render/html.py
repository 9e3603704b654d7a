"""The report as one HTML page: no script, nothing from elsewhere, light and dark, printable."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from annotator.agreement.result import Result
from annotator.pages import render
from annotator.report.build import PARTS, Report
from annotator.report.corpus import Corpus
from annotator.report.kinds import KINDS
from annotator.report.render.charts import ChartBar, Drawing, Point, bars, forest
from annotator.report.render.formatting import NAMES
from annotator.report.render.json import LISTED
from annotator.report.render.tables import TITLES, Table, tables

SHORT: Final = 24
"""Characters up to which a cell is kept on one line."""
_CHARTED: Final = frozenset({"alpha_nominal", "u_alpha", "f1_whole"})


class _Cell(NamedTuple):
    words: str
    look: str
    heat: str = ""


class _Shown(NamedTuple):
    """A table as the page shows it."""

    title: str
    headings: list[_Cell]
    rows: list[list[_Cell]]
    notes: list[str]


class _Part(NamedTuple):
    name: str
    title: str
    tables: list[_Shown]
    chart: Drawing | None
    legend: Sequence[str]
    """The kinds that colour the chart, where it does not name them."""

    @property
    def notes_first(self) -> bool:
        """What the numbers of a layer mean is read first; elsewhere notes explain a table."""
        return self.name == "layers"

    @property
    def folded(self) -> bool:
        return self.name == "guidelines"


def page(
    report: Report, corpus: Corpus, title: str = "Agreement", relations: Sequence[Table] = ()
) -> str:
    """The whole page; with the tables that compare relations, where there are any."""
    found = tables(report, corpus)
    parts = [
        _Part(
            name,
            TITLES[name],
            [_shown(table) for table in found[name]],
            _CHARTS[name](report) if name in _CHARTS else None,
            KINDS if name == "documents" else (),
        )
        for name in PARTS
    ]
    if relations:
        shown = [_shown(table, "relations") for table in relations]
        parts.append(_Part("relations", relations[0].title, shown, None, ()))
    header = report.header
    return render(
        "report", title=title, annotators=header.annotators, articles=header.articles, parts=parts
    )


def _shown(table: Table, csv: str = "disagreements") -> _Shown:
    rows = table.rows[:LISTED]
    notes = list(table.notes)
    if len(rows) < len(table.rows):
        notes.append(f"{len(table.rows) - len(rows)} more rows: --csv {csv} has all.")
    heat = table.heat or ((),) * len(rows)
    cells = [
        [
            _Cell(words, _look(table, i, words), _heat(shares[i] if i < len(shares) else None))
            for i, words in enumerate(row)
        ]
        for row, shares in zip(rows, heat, strict=False)
    ]
    headings = [_Cell(words, _look(table, i)) for i, words in enumerate(table.headings)]
    return _Shown(table.title, headings, cells, notes)


def _look(table: Table, column: int, words: str = "") -> str:
    """Numbers on the right; short cells on one line."""
    short = 0 < len(words) <= SHORT
    return " ".join(["right"] * (column in table.right) + ["short"] * short)


def _heat(share: float | None) -> str:
    """How strong the background is; the number stands there all the same."""
    return "" if share is None else f"{max(0.0, min(share, 1.0)) * 0.5:.2f}"


def _point(name: str, result: Result) -> Point:
    at = result.interval
    if at is None:
        return Point(name, result.value, None, None)
    return Point(name, result.value, at.low, at.high)


def _layer_chart(report: Report) -> Drawing | None:
    points = [
        _point(f"{line.title}, {NAMES.get(main.measure, main.measure)}", main)
        for line in report.layers
        if (main := line.main) is not None and main.measure in _CHARTED
    ]
    return forest(points, "Agreement by layer with 95 % intervals")


def _kind_chart(report: Report) -> Drawing | None:
    counts = report.confusions.counts
    rows = [ChartBar(kind, ((kind, counts[kind]),), str(counts[kind])) for kind in KINDS]
    return bars(rows, "Disagreements by kind")


def _document_chart(report: Report) -> Drawing | None:
    rows = [
        ChartBar(
            f"{row.number} {row.title}",
            tuple((kind, row.counts[kind]) for kind in KINDS),
            f"{row.disagreements} ({row.share:.0%})",
        )
        for row in report.documents[:30]
    ]
    return bars(rows, "Disagreements by article and kind")


_CHARTS: Final = {
    "layers": _layer_chart,
    "confusions": _kind_chart,
    "documents": _document_chart,
}
