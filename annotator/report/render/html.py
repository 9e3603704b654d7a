"""The report as one HTML page: no script, nothing from elsewhere, light and dark, printable."""

from __future__ import annotations

from typing import Final

from annotator.agreement.decomposition import KINDS
from annotator.agreement.result import Result
from annotator.report.build import PARTS, Report
from annotator.report.corpus import Corpus
from annotator.report.render.charts import Bar, Point, bars, forest, text_of
from annotator.report.render.formatting import NAMES
from annotator.report.render.json import LISTED
from annotator.report.render.tables import TITLES, Table, tables

SHORT: Final = 24
"""Characters up to which a cell is kept on one line."""
_CHARTED: Final = frozenset({"alpha_nominal", "u_alpha", "f1_whole"})
_STYLE: Final = """
:root { color-scheme: light dark;
  --ink: #1c1e21; --soft: #5b6067; --paper: #fdfdfc; --line: #d9dbde; --head: #f0f1f2;
  --accent: #1f5fa8; --limit: #b4690e;
  --missed: #6b7280; --boundary: #2f6fb5; --type: #b4690e; --stance: #8a3f8f; --link: #2c8460;
  --heat: 31, 95, 168; }
@media (prefers-color-scheme: dark) { :root {
  --ink: #e6e6e4; --soft: #a3a8af; --paper: #17191c; --line: #393d43; --head: #24272b;
  --accent: #7fb2ea; --limit: #e0a458;
  --missed: #9aa1ab; --boundary: #6fa8e6; --type: #e0a458; --stance: #c78acb; --link: #6cc3a0;
  --heat: 111, 168, 230; } }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 1.5rem; max-width: 76rem; background: var(--paper);
  color: var(--ink); font: 15px/1.5 system-ui, sans-serif; }
h1 { font-size: 1.6rem; margin: 0 0 .2rem; } h2 { font-size: 1.2rem; margin: 2.4rem 0 .6rem; }
h3 { font-size: 1rem; margin: 1.4rem 0 .4rem; }
a { color: var(--accent); } nav a { margin-right: 1rem; white-space: nowrap; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; margin: .4rem 0; font-variant-numeric: tabular-nums; }
th, td { text-align: left; vertical-align: top; padding: .25rem .6rem;
  border-bottom: 1px solid var(--line); }
th { background: var(--head); font-weight: 600; } .right { text-align: right; }
.short { white-space: nowrap; }
.group td { border-top: 2px solid var(--line); }
ul.notes { color: var(--soft); padding-left: 1.1rem; margin: .3rem 0; }
svg { display: block; width: 100%; height: auto; margin: .6rem 0; }
svg text { font: 12px system-ui, sans-serif; }
svg text { fill: var(--ink); } svg .tick, svg .none { fill: var(--soft); }
.grid { stroke: var(--line); } .limit { stroke: var(--limit); stroke-dasharray: 4 3; }
.whisker { stroke: var(--accent); stroke-width: 3; opacity: .55; } .dot { fill: var(--accent); }
.kind-missed { fill: var(--missed); } .kind-boundary { fill: var(--boundary); }
.kind-type { fill: var(--type); } .kind-stance { fill: var(--stance); }
.kind-link { fill: var(--link); }
.legend span { display: inline-block; margin-right: 1rem; }
.legend i { display: inline-block; width: .8em; height: .8em; margin-right: .35em; }
details > summary { cursor: pointer; }
@media print { body { max-width: none; } details { display: block; } }
"""


def page(report: Report, corpus: Corpus, title: str = "Agreement") -> str:
    """The whole page. Everything that comes from texts, labels or names is escaped."""
    found = tables(report, corpus)
    parts = [_part(i, name, found[name], report) for i, name in enumerate(PARTS, start=1)]
    links = " ".join(f'<a href="#{name}">{i}. {text_of(TITLES[name])}</a>'
                     for i, name in enumerate(PARTS, start=1))  # fmt: skip
    who = ", ".join(report.header.annotators)
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        # The page asks nobody for anything, and says so to the browser.
        '<meta http-equiv="Content-Security-Policy"'
        " content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
        f"<title>{text_of(title)}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n"
        f"<h1>{text_of(title)}</h1>\n<p>{text_of(who)}; {report.header.articles} shared articles."
        f"</p>\n<nav>{links}</nav>\n{''.join(parts)}</body>\n</html>\n"
    )


def _part(number: int, name: str, found: tuple[Table, ...], report: Report) -> str:
    chart = _CHARTS[name](report) if name in _CHARTS else ""
    # What the numbers of a layer mean is read first; elsewhere notes explain a table.
    first = name == "layers"
    body = "".join(_table(table, named=len(found) > 1, notes_first=first) for table in found)
    if name == "guidelines":
        body = "".join(_folded(table) for table in found)
    return (
        f'<section id="{name}">\n<h2>{number}. {text_of(TITLES[name])}</h2>\n{chart}'
        f"{body or '<p>nothing</p>'}\n</section>\n"
    )


def _folded(table: Table) -> str:
    inner = _table(table, named=False)
    return f"<details><summary>{text_of(table.title)}</summary>{inner}</details>\n"


def _table(table: Table, *, named: bool, notes_first: bool = False) -> str:
    out = [f"<h3>{text_of(table.title)}</h3>\n"] if named else []
    rows = table.rows[:LISTED]
    if rows:
        out.append('<div class="scroll"><table>\n<thead><tr>')
        out += [f"<th{_class(table, i)}>{text_of(h)}</th>" for i, h in enumerate(table.headings)]
        out.append("</tr></thead>\n<tbody>\n")
        for r, row in enumerate(rows):
            heat = table.heat[r] if table.heat else ()
            out.append("<tr>")
            for i, words in enumerate(row):
                value = heat[i] if i < len(heat) else None
                out.append(f"<td{_class(table, i, words)}{_heat(value)}>{text_of(words)}</td>")
            out.append("</tr>\n")
        out.append("</tbody></table></div>\n")
    notes = list(table.notes)
    if len(rows) < len(table.rows):
        notes.append(f"{len(table.rows) - len(rows)} more rows: --csv disagreements has all.")
    if notes:
        items = "".join(f"<li>{text_of(note)}</li>" for note in notes)
        out.insert(0 if notes_first else len(out), f'<ul class="notes">{items}</ul>\n')
    return "".join(out)


def _class(table: Table, column: int, words: str = "") -> str:
    """Numbers on the right; short cells on one line."""
    names = ["right"] if column in table.right else []
    if 0 < len(words) <= SHORT:
        names.append("short")
    return f' class="{" ".join(names)}"' if names else ""


def _heat(value: float | None) -> str:
    """A background as strong as the agreement; the number stands there all the same."""
    if value is None:
        return ""
    return f' style="background: rgba(var(--heat), {max(0.0, min(value, 1.0)) * 0.5:.2f})"'


def _point(name: str, result: Result) -> Point:
    at = result.interval
    if at is None:
        return Point(name, result.value, None, None)
    return Point(name, result.value, at.low, at.high)


def _layer_chart(report: Report) -> str:
    points = [
        _point(f"{line.title}, {NAMES.get(main.measure, main.measure)}", main)
        for line in report.layers
        if (main := line.main) is not None and main.measure in _CHARTED
    ]
    return forest(points, "Agreement by layer with 95 % intervals")


def _kind_chart(report: Report) -> str:
    counts = report.confusions.counts
    rows = [Bar(kind, ((kind, counts[kind]),), str(counts[kind])) for kind in KINDS]
    return bars(rows, "Disagreements by kind")


def _document_chart(report: Report) -> str:
    rows = [
        Bar(
            f"{row.number} {row.title}",
            tuple((kind, row.counts[kind]) for kind in KINDS),
            f"{row.disagreements} ({row.share:.0%})",
        )
        for row in report.documents[:30]
    ]
    legend = "".join(
        f'<span><i style="background: var(--{kind})"></i>{kind}</span>' for kind in KINDS
    )
    chart = bars(rows, "Disagreements by article and kind")
    return f'<p class="legend">{legend}</p>{chart}' if chart else ""


_CHARTS: Final = {
    "layers": _layer_chart,
    "confusions": _kind_chart,
    "documents": _document_chart,
}
