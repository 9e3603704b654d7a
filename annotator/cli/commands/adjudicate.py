"""`annotator adjudicate`: decide, reading by reading, what the annotators disagree about."""

from __future__ import annotations

import re
from collections import Counter
from fractions import Fraction
from typing import TYPE_CHECKING, Annotated, Final

import typer

from annotator.cli.context import Call
from annotator.cli.output import counted, emit_json, emit_table, say
from annotator.cli.screens import need_terminal
from annotator.cli.selecting import tell_excluded
from annotator.domain.readers import GOLD
from annotator.session.majority import WHY

if TYPE_CHECKING:
    from annotator.project.adjudicating import Decided

app = typer.Typer(rich_markup_mode=None)

_WORDS: Final = 60
"""Code points of a case that are shown."""
_HOW: Final = (
    ("identical", "that all read alike"),
    ("take", "as most read it"),
    ("merge", "of what most marked"),
    ("none", "nothing here"),
)
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
    majority: Annotated[
        bool, typer.Option("--majority", help="Accept what enough annotators agree on, and end.")
    ] = False,
    at_least: Annotated[
        str | None,
        typer.Option(
            metavar="SHARE",
            help="With --majority: how many are enough, as 2/3 or 75%. [default: more than half]",
        ),
    ] = None,
    identical: Annotated[
        bool,
        typer.Option(
            "--identical",
            help="Accept what everybody reads alike, and end. With --majority: what enough do.",
        ),
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only say what would be decided, and what left.")
    ] = False,
    json: Annotated[
        bool, typer.Option("--json", help="Progress, or what was decided and left, as JSON.")
    ] = False,
) -> None:
    """Compare the readings of an article side by side and decide, case by case.

    Decisions become annotations of the annotator "gold" (or --as NAME), which export like any
    other's. When a reading changes later, the cases it touches are open again.

    --majority and --identical decide without a screen, in ARTICLE or in all: one action, which one
    undo takes back. More than half of those who read an article, or --at-least SHARE of them,
    decide whether there is something or nothing; those who have it decide by the same share which
    words (character by character), which labels, and what it is nested in. Whoever has not read so
    far does not say that there is nothing. All else stays open and is listed with why; what was
    decided before is not touched.
    """
    call = Call.of(ctx)
    if at_least is not None and not majority:
        raise typer.BadParameter("--at-least goes with --majority")
    if dry_run and not (majority or identical):
        raise typer.BadParameter("--dry-run goes with --majority or --identical")
    if identical or majority:
        share = None if at_least is None else _share(at_least)
        _decide(call, article, share, majority, identical, dry_run, json=json)
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
        layout=settings.layout,
    )


def _share(text: str) -> Fraction:
    """N/M or N% as a share of the readers, above one half and at most 1."""
    number = re.fullmatch(
        r"([1-9][0-9]{0,3})/([1-9][0-9]{0,3})|([0-9]{1,3}(?:\.[0-9]{1,4})?)%", text
    )
    if number is None:
        raise typer.BadParameter("a share is wanted, as in 2/3 or 75%", param_hint="--at-least")
    n, m, percent = number.groups()
    share = Fraction(percent) / 100 if percent else Fraction(int(n), int(m))
    if not Fraction(1, 2) < share <= 1:
        raise typer.BadParameter(
            f"{text} is not a majority: more than 1/2 is, and at most 1", param_hint="--at-least"
        )
    return share


def _decide(
    call: Call,
    article: str | None,
    share: Fraction | None,
    majority: bool,
    identical: bool,
    dry_run: bool,
    *,
    json: bool,
) -> None:
    """Decide what needs no discussion, as one action; say what of it, and what is left and why."""
    with call.read() if dry_run else call.open() as project:
        tell_excluded(project)
        uids = None if article is None else [project.resolve(article)]
        adjudicator = project.adjudicate(judge(call))
        own = adjudicator.own_readings
        told = adjudicator.decide(
            uids,
            share=share,
            whole=identical,
            identical=identical and not majority,
            dry_run=dry_run,
        )
    if own:
        would = "would not be" if dry_run else "are not"
        say(
            f"{judge(call)} has read {counted(own, 'article')}: who decides is no reader, so these"
            f" readings {would} compared any more; --as NAME decides as somebody else"
        )
    if json:
        emit_json(_record(told, dry_run=dry_run))
        return
    if not told.shared:
        say(NOTHING_SHARED)
        return
    if told.left:
        emit_table(
            ("#", "case", "words", "left open because", "about"),
            ((c.number, c.case, c.words[:_WORDS], WHY[c.why], c.about) for c in told.left),
            right=(0, 1),
        )
    said = "would be decided" if dry_run else "decided"
    by = ", ".join(f"{told.cases[how]:,} {words}" for how, words in _HOW)
    say(f"{counted(told.decided, 'case')} {said} in {counted(told.touched, 'article')}: {by}")
    why = Counter(c.why for c in told.left)
    rest = "".join(f"; {why[w]:,} {w}" for w in WHY if why[w])
    say(f"{counted(len(told.left), 'case')} left open{rest}")
    if told.before:
        say(f"{counted(told.before, 'case')} decided before, not touched")
    if told.relations:
        where = ", ".join(f"{n:,} in article {a}" for a, n in told.relations.items())
        say(
            f"{counted(sum(told.relations.values()), 'relation')} of readers compared with nobody's"
            f" ({where}): of those who have read that article, fewer than two have read the other"
        )
    say("enough: " + ", ".join(f"{k} of {n} readers" for n, k in told.enough.items()))
    if told.decided and not dry_run:
        say(f"one action: annotator undo --as {judge(call)} takes it back")


def _record(told: Decided, *, dry_run: bool) -> dict[str, object]:
    """What was decided and left, for --json."""
    why = Counter(c.why for c in told.left)
    return {
        "dry_run": dry_run,
        "articles": told.shared,
        "touched": told.touched,
        "cases": told.decided + told.before + len(told.left),
        "decided": {how: told.cases[how] for how, _ in _HOW},
        "decided_before": told.before,
        "left_open": {w.replace(" ", "_"): why[w] for w in WHY},
        "relations_left": {str(a): n for a, n in told.relations.items()},
        "enough": {str(n): k for n, k in told.enough.items()},
        "left": [
            {
                "number": c.number,
                "uid": c.uid,
                "case": c.case,
                "start": c.start,
                "end": c.end,
                "why": c.why.replace(" ", "_"),
                "about": c.about,
            }
            for c in told.left
        ],
    }


def _progress(call: Call, *, json: bool) -> None:
    """One row per article that two annotators have read."""
    with call.read() as project:
        tell_excluded(project)
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
