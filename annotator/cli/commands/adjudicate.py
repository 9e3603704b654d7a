"""`annotator adjudicate`: decide, reading by reading, what the annotators disagree about."""

from __future__ import annotations

from fractions import Fraction
from typing import Annotated, Final

import typer

from annotator.cli.context import Call
from annotator.cli.output import counted, emit_json, emit_table, say
from annotator.cli.screens import need_terminal
from annotator.domain.readers import GOLD

app = typer.Typer(rich_markup_mode=None)

NOTHING_SHARED: Final = "no article was annotated by two annotators"


def judge(call: Call) -> str:
    """Whose decisions they become: --as NAME, "gold" without."""
    return call.name or GOLD


@app.command()
def adjudicate(
    ctx: typer.Context,
    article: Annotated[
        str | None,
        typer.Argument(metavar="ARTICLE", help="Number, name or uid; default: first open case."),
    ] = None,
    anonymous: Annotated[
        bool, typer.Option("--anonymous", help="Do not say who the annotators are.")
    ] = False,
    progress: Annotated[
        bool, typer.Option("--progress", help="Only say how far every article is decided.")
    ] = False,
    identical: Annotated[
        bool, typer.Option("--identical", help="Accept what everybody reads alike, and end.")
    ] = False,
    majority: Annotated[
        bool,
        typer.Option(
            "--majority", help="Accept that, and merge what most of the readers have, and end."
        ),
    ] = False,
    at_least: Annotated[
        str | None,
        typer.Option(
            metavar="N/M", help="With --majority: by N of M readers. [default: more than half]"
        ),
    ] = None,
    json: Annotated[
        bool, typer.Option("--json", help="Progress, or what was decided, as JSON.")
    ] = False,
) -> None:
    """Compare the readings of an article side by side and decide, case by case.

    Decisions become annotations of the annotator "gold" (or --as NAME), which export like any
    other's. When a reading changes later, the cases it touches are open again.

    --identical and --majority decide without a screen, in ARTICLE or in all: one action, one undo.
    What no majority of those who read the article has, or where no majority agrees on a label,
    stays open.
    """
    call = Call.of(ctx)
    if at_least is not None and not majority:
        raise typer.BadParameter("--at-least goes with --majority")
    if identical or majority:
        share = None if at_least is None else _share(at_least)
        _decide(call, article, share, identical=identical and not majority, json=json)
        return
    if progress or json:
        _progress(call, json=json)
        return
    need_terminal()
    from annotator.tui.agree.app import run

    settings = call.settings
    run(
        call.path,
        judge(call),
        article,
        anonymous=anonymous,
        theme=settings.theme,
        emoji=settings.emoji,
        keymap=settings.keys,
    )


def _share(text: str) -> Fraction:
    """N/M as a share of the readers, above 0 and at most 1."""
    parts = text.split("/")
    if len(parts) == 2 and all(p.isascii() and p.isdigit() and len(p) < 5 for p in parts):
        n, m = map(int, parts)
        if 0 < n <= m:
            return Fraction(n, m)
    raise typer.BadParameter("two whole numbers are wanted, as in 2/3", param_hint="--at-least")


def _decide(
    call: Call, article: str | None, share: Fraction | None, *, identical: bool, json: bool
) -> None:
    """Decide what needs no discussion, as one action, and say how much of it there was."""
    with call.open() as project:
        uids = None if article is None else [project.resolve(article)]
        told = project.adjudicate(judge(call)).decide(uids, share=share, identical=identical)
    cases = told.cases
    kinds = (
        ("identical",) if identical else ("identical", "merged", "no majority", "tie", "changed")
    )
    if json:
        emit_json({"articles": told.shared, **{k.replace(" ", "_"): cases[k] for k in kinds}})
    elif not told.shared:
        say(NOTHING_SHARED)
    else:
        what = f"{counted(told.decided, 'case')} decided in {counted(told.touched, 'article')}"
        say(f"{what}: {cases['identical']:,} identical, {cases['merged']:,} merged")
        if not identical:
            say(
                f"left open: {cases['no majority']:,} that no majority of the readers has,"
                f" {cases['tie']:,} without a majority on a label,"
                f" {cases['changed']:,} changed since"
            )


def _progress(call: Call, *, json: bool) -> None:
    """One row per article that two annotators have read."""
    with call.read() as project:
        rows = project.adjudicate(judge(call)).progress()
    if json:
        emit_json(
            [
                {
                    "number": number,
                    "uid": uid,
                    "cases": p.cases,
                    "open": p.open,
                    "decided": p.decided,
                    "reopened": p.reopened,
                    "identical": p.identical,
                }
                for number, uid, p in rows
            ]
        )
        return
    headings = ("#", "cases", "open", "decided", "changed since", "identical, open")
    emit_table(
        headings,
        ((n, p.cases, p.open, p.decided, p.reopened, p.identical) for n, _, p in rows),
        right=range(6),
    )
    if not rows:
        say(NOTHING_SHARED)
