"""`annotator adjudicate`: decide, reading by reading, what the annotators disagree about."""

from __future__ import annotations

from typing import Annotated, Final

import typer

from annotator.cli.output import emit_json, emit_table, say
from annotator.cli.project import Project
from annotator.cli.screens import need_terminal

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
    json: Annotated[bool, typer.Option("--json", help="With --progress: as JSON.")] = False,
) -> None:
    """Compare the readings of an article side by side and decide, case by case.

    Decisions become annotations of the annotator "gold" (or --as NAME), which export like any
    other's. When a reading changes later, the cases it touches are open again.
    """
    project = Project.of(ctx)
    if progress or json:
        _progress(project, json=json)
        return
    need_terminal()
    from annotator.tui.agreeing import run

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


def _progress(project: Project, *, json: bool) -> None:
    """One row per article that two annotators have read."""
    from annotator.domain.again import first_pass
    from annotator.domain.session.cases import cases_of, progress_of

    name = judge(project)
    with project.read() as store:
        found = store.rows("readers")
        judges = {r["annotator"] for r in found if r["adjudicated"]} | {name}
        readers: dict[str, list[str]] = {}
        for row in found:
            if row["annotator"] not in judges and not first_pass(str(row["annotator"])):
                readers.setdefault(str(row["article"]), []).append(str(row["annotator"]))
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
