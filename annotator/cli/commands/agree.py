"""`annotator agree`: how far the annotators agree, and where they do not."""

from __future__ import annotations

import csv
import io
import re
import sys
from collections.abc import Iterable
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from annotator.cli.context import Call
from annotator.cli.output import emit, emit_long_json, emit_table, say, say_error, say_left_behind
from annotator.cli.progress import phases
from annotator.cli.selecting import tell_excluded
from annotator.cli.writing import Force
from annotator.domain.errors import AnnotatorError

if TYPE_CHECKING:
    from annotator.project.relation_agreement import RelationReport
    from annotator.report import Corpus, Report
    from annotator.report.render.tables import Table

app = typer.Typer(rich_markup_mode=None)

LayerChoice = Literal["claims", "spans", "sentences", "marks", "all"]
CsvChoice = Literal["disagreements", "pairs", "numbers", "relations"]
TOP = 15
_WORDS = 40
"""Rows of each list in the text if nothing else is said."""
_CONDITION = re.compile(r"(?:(?P<what>.+):)?(?P<measure>[^:=]+)=(?P<value>-?[0-9]*\.?[0-9]+)")


def listed(value: str | None) -> list[str]:
    """The parts of "a,b", without blanks."""
    return [part.strip() for part in (value or "").split(",") if part.strip()]


@app.command()
def agree(
    ctx: typer.Context,
    layer: Annotated[
        LayerChoice, typer.Option(help="What to compare: claims and their labels, spans, ...")
    ] = "all",
    annotators: Annotated[
        str | None, typer.Option(metavar="A,B", help="Whom to compare; default: everybody.")
    ] = None,
    articles: Annotated[
        str | None, typer.Option(metavar="1-4,7", help="Which articles; default: all.")
    ] = None,
    finished: Annotated[
        bool,
        typer.Option("--finished", help="Leave out articles with sentences not reviewed yet."),
    ] = False,
    rounds: Annotated[
        list[str] | None,
        typer.Option("--round", metavar="1-4", help="Articles of a round; once for each round."),
    ] = None,
    resamples: Annotated[
        int, typer.Option(min=100, max=100_000, help="Resamples of articles for the intervals.")
    ] = 1000,
    seed: Annotated[int, typer.Option(min=0, help="Of the resampling.")] = 0,
    gamma: Annotated[
        bool, typer.Option("--gamma", help="Compute gamma however many spans there are.")
    ] = False,
    top: Annotated[
        int | None,
        typer.Option(
            min=0,
            show_default=False,
            help="Rows of each list (text: 15), disagreements in --json (1,000); 0: all.",
        ),
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="One JSON object on stdout.")] = False,
    csv_: Annotated[
        CsvChoice | None, typer.Option("--csv", help="One table as CSV on stdout.")
    ] = None,
    html: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write one self-contained page.")
    ] = None,
    force: Force = False,
    tui: Annotated[
        bool, typer.Option("--tui", help="On the screen; Enter on a disagreement adjudicates it.")
    ] = False,
    fail_under: Annotated[
        list[str] | None,
        typer.Option(
            metavar="[WHAT:]MEASURE=VALUE",
            help="Exit 1 when a value of part 2 is lower or undefined: alpha=.67, stance:alpha=.5.",
        ),
    ] = None,
) -> None:
    """Say how far the annotators agree, on what, and where they do not.

    Every number comes with how many units it rests on and an interval from resampling whole
    articles, or with the reason why it is undefined. Decisions of `annotator adjudicate` are not
    compared; --annotators a,gold compares one annotator with them.
    """
    if tui:
        show_report(Call.of(ctx))
        return
    from annotator.project.agreement import articles_named

    if html is not None:
        from annotator.formats.support.output import refuse_target, write_page

        refuse_target(html, force=force)
    conditions = [_condition(text) for text in fail_under or ()]
    with Call.of(ctx).read() as project, phases("reading") as progress:
        tell_excluded(project)
        report, corpus = project.agree(
            listed(annotators),
            None if articles is None else articles_named(project, articles),
            layers=None if layer == "all" else [layer],
            finished=finished,
            rounds=[articles_named(project, part) for part in rounds or ()],
            resamples=resamples,
            seed=seed,
            gamma=gamma,
            progress=progress,
        )
        left_behind = project.left_behind()
        related = project.relation_agreement(corpus)
    say_left_behind(left_behind)
    if html is not None:
        from annotator.project.relation_tables import relation_tables
        from annotator.report.render.html import page

        write_page(html, page(report, corpus, relations=relation_tables(related)), force=force)
        say(f"wrote {html}")
    if json:
        from annotator.report.render.json import LISTED, report_record

        record = report_record(report, corpus, LISTED if top is None else top or None)
        emit_long_json({**record, "relations": related.record()} if related.any else record)
    elif csv_ is not None:
        _emit_csv(report, corpus, related, csv_)
    elif html is None:
        _emit_text(report, corpus, TOP if top is None else top)
        if related.any:
            _emit_relations(related, TOP if top is None else top)
    if _failed(report, conditions):
        raise typer.Exit(1)


def show_report(call: Call) -> None:
    """The report as a screen; decisions made from it are the gold annotator's."""
    from annotator.cli.commands.adjudicate import judge
    from annotator.cli.screens import need_terminal

    need_terminal()
    from annotator.tui.agree.app import run

    settings = call.settings
    run(
        call.path,
        judge(call),
        report=True,
        theme=settings.theme,
        emoji=settings.emoji,
        keymap=settings.keys,
        layout=settings.layout,
    )


def _emit_text(report: Report, corpus: Corpus, top: int) -> None:
    """All parts as tables, the long ones cut."""
    from annotator.report.render.tables import TITLES, tables

    for number, (name, found) in enumerate(tables(report, corpus).items(), start=1):
        emit(f"{number}. {TITLES[name]}")
        emit()
        shown = found[:top] if top and name == "guidelines" else found
        for table in shown:
            rows = table.rows
            if top and name in ("labels", "confusions", "documents", "disagreements", "merges"):
                rows = rows[:top]
            if len(found) > 1:
                emit(table.title)
            # What the numbers of a layer mean is read first; elsewhere notes explain a table.
            if name == "layers":
                _emit_notes(table)
                emit()
            if rows:
                emit_table(table.headings, rows, right=table.right)
            if len(rows) < len(table.rows):
                emit(f"... {len(table.rows) - len(rows)} more: --top 0, --csv or --html")
            if name != "layers":
                _emit_notes(table)
            emit()
        if not found:
            emit("nothing")
            emit()
        if len(shown) < len(found):
            emit(f"... {len(found) - len(shown)} more: --top 0")


def _emit_relations(found: RelationReport, top: int) -> None:
    """Relations between what was aligned, two annotators at a time, and where they differ."""
    emit("Relations")
    emit()
    emit_table(
        ("annotators", "n", "n", "both", "F1", "connected by both", "alike", "end missing"),
        (
            (
                " and ".join(p.annotators),
                *p.relations,
                p.both,
                "-" if p.f1 is None else f"{p.f1:.3f}",
                p.connected,
                "-" if p.same_type is None else f"{p.same_type:.3f}",
                p.without_counterpart,
            )
            for p in found.pairs
        ),
        right=range(1, 8),
    )
    emit("- The same: between aligned ends, that way round, of the same type.")
    if found.left_out:
        emit(f"- Left out: {found.left_out} with an end in an article that not both have read.")
    emit()
    listed_ = found.differences[:top] if top else found.differences
    if listed_:
        emit_table(
            ("#", "only", "not", "type", "head", "tail"),
            (
                (d.article, d.annotator, d.other, d.type, d.head[:_WORDS], d.tail[:_WORDS])
                for d in listed_
            ),
            right=(0,),
        )
    if len(listed_) < len(found.differences):
        emit(f"... {len(found.differences) - len(listed_)} more: --top 0, --json")
    emit()


def _emit_notes(table: Table) -> None:
    for note in table.notes:
        emit(f"- {note}")


def _emit_csv(report: Report, corpus: Corpus, related: RelationReport, what: CsvChoice) -> None:
    from annotator.formats.tables import harmless
    from annotator.project.relation_tables import difference_rows, relation_numbers
    from annotator.report.render.json import disagreement_rows, number_rows

    rows: Iterable[tuple[str, ...]]
    match what:
        case "disagreements":
            rows = disagreement_rows(report, corpus)
        case "relations":
            rows = difference_rows(related)
        case "pairs":
            rows = number_rows(report, part="pairs")
        case _:
            rows = chain(number_rows(report), relation_numbers(related))
    for row in rows:
        line = io.StringIO()
        csv.writer(line, lineterminator="").writerow(
            [c if _is_number(c) else harmless(c) for c in row]
        )
        sys.stdout.write(line.getvalue() + "\n")


def _is_number(cell: str) -> bool:
    return re.fullmatch(r"-?\d+(\.\d+)?", cell) is not None


def _condition(text: str) -> tuple[str, str, float]:
    found = _CONDITION.fullmatch(text.strip())
    if found is None:
        raise AnnotatorError(
            f"--fail-under {text!r} is no condition", "write alpha=.67 or stance:alpha=.5"
        )
    return found["what"] or "", found["measure"], float(found["value"])


def _failed(report: Report, conditions: list[tuple[str, str, float]]) -> bool:
    """Say which values of part 2 are under their limits.

    Raises:
        AnnotatorError: when a condition is about no number of the report.
    """
    from annotator.report.render.formatting import NAMES, number, why

    failed = False
    for what, measure, limit in conditions:
        wanted = [
            (line.title, r)
            for line in report.layers
            for r in line.results
            if measure in (r.measure, NAMES.get(r.measure)) and what in ("", line.title)
        ]
        if not wanted:
            known = sorted({r.measure for line in report.layers for r in line.results})
            raise AnnotatorError(
                f"--fail-under: no {measure}{f' of {what}' if what else ''} in the report",
                f"measures here: {', '.join(known) or 'none'}",
            )
        for title, r in wanted:
            if r.value is None or r.value < limit:
                reason = f" ({why(r)})" if r.value is None else ""
                say_error(f"{title}: {measure} is {number(r.value)}{reason}, below {limit}")
                failed = True
    return failed
