"""`annotator adjudicate`: decide, reading by reading, what the annotators disagree about."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from typing import TYPE_CHECKING, Annotated, Final

import typer

from annotator.cli.context import Project
from annotator.cli.output import counted, emit_json, emit_table, say
from annotator.cli.screens import need_terminal

if TYPE_CHECKING:
    from annotator.store import Store

app = typer.Typer(rich_markup_mode=None)

GOLD: Final = "gold"


def judge(project: Project) -> str:
    """Whose decisions they become: --as NAME, "gold" without."""
    return project.name or GOLD


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
    project = Project.of(ctx)
    if at_least is not None and not majority:
        raise typer.BadParameter("--at-least goes with --majority")
    if identical or majority:
        share = None if at_least is None else _share(at_least)
        _decide(project, article, share, identical=identical and not majority, json=json)
        return
    if progress or json:
        _progress(project, json=json)
        return
    need_terminal()
    from annotator.tui.agree.app import run

    settings = project.settings
    run(
        project.path,
        judge(project),
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


def _readers(store: Store, name: str) -> dict[str, list[str]]:
    """Article uid -> who has annotated it; who has ever adjudicated is not among them."""
    from annotator.domain.second_pass import first_pass

    found = store.rows("readers")
    judges = {r["annotator"] for r in found if r["adjudicated"]} | {name}
    readers: dict[str, list[str]] = {}
    for row in found:
        if row["annotator"] not in judges and not first_pass(str(row["annotator"])):
            readers.setdefault(str(row["article"]), []).append(str(row["annotator"]))
    return readers


def _decide(
    project: Project, article: str | None, share: Fraction | None, *, identical: bool, json: bool
) -> None:
    """Decide what needs no discussion, as one action, and say how much of it there was."""
    from annotator.domain.ids import new_id
    from annotator.domain.model import Batch, Change
    from annotator.domain.times import now
    from annotator.session.adjudication import Adjudication

    name = judge(project)
    told: Counter[str] = Counter()
    changes: list[Change] = []
    touched = 0
    with project.open() as store:
        readers = _readers(store, name)
        uids = store.uids() if article is None else [store.resolve(article)]
        shared = [uid for uid in uids if len(readers.get(uid, ())) > 1]
        for uid in shared:
            annotations = store.annotations(uid)
            written: list[Batch] = []
            board = Adjudication(
                uid,
                [a for a in annotations if a.annotator in readers[uid]],
                readers[uid],
                [a for a in annotations if a.annotator == name],
                name,
                store.scheme().version,
                written.append,
                now,
            )
            if identical:
                told["identical"] += board.accept_identical()
            else:
                told += board.accept_majority(share)
            changes += [change for batch in written for change in batch.changes]
            touched += bool(written)
        decided = told["identical"] + told["merged"]
        if changes:
            store.add_annotator(name)
            label = f"{counted(decided, 'case')} decided {'alike' if identical else 'by majority'}"
            store.apply(Batch(new_id(), name, now(), "adjudicate", label, tuple(changes)))
    kinds = (
        ("identical",) if identical else ("identical", "merged", "no majority", "tie", "changed")
    )
    if json:
        emit_json({"articles": len(shared), **{k.replace(" ", "_"): told[k] for k in kinds}})
    elif not shared:
        say("no article was annotated by two annotators")
    else:
        what = f"{counted(decided, 'case')} decided in {counted(touched, 'article')}"
        say(f"{what}: {told['identical']:,} identical, {told['merged']:,} merged")
        if not identical:
            say(
                f"left open: {told['no majority']:,} that no majority of the readers has,"
                f" {told['tie']:,} without a majority on a label, {told['changed']:,} changed since"
            )


def _progress(project: Project, *, json: bool) -> None:
    """One row per article that two annotators have read."""
    from annotator.session.adjudication_cases import cases_of, progress_of

    name = judge(project)
    with project.read() as store:
        readers = _readers(store, name)
        rows = []
        for uid in store.uids():
            people = readers.get(uid, [])
            if len(people) > 1:
                annotations = store.annotations(uid)
                readings = [a for a in annotations if a.annotator in people]
                gold = [a for a in annotations if a.annotator == name]
                rows.append(
                    (store.number_of(uid), uid, progress_of(cases_of(readings, people, gold)))
                )
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
        say("no article was annotated by two annotators")
