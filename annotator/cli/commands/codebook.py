"""`annotator scheme diff|rename|merge|split|archive|migrate`: a codebook that changes.

Each command says what it would do (`--dry-run`), or does it as one action that one undo takes back.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING, Annotated, Final

import typer

from annotator.cli.commands.init import read_text
from annotator.cli.context import Call
from annotator.cli.output import counted, emit, emit_json, emit_table, say
from annotator.domain.errors import AnnotatorError
from annotator.domain.scheme import Scheme
from annotator.domain.scheme_file import parse_scheme
from annotator.session.actions import reserved_keys

if TYPE_CHECKING:
    from annotator.project import Project
    from annotator.project.codebook import ChangedPlace, Migration
    from annotator.project.splits import Undecided
    from annotator.report.label_merging import MergeEffect

SHOWN: Final = 10
"""Places that are listed on the screen; `--json` has all."""

_WHAT = "stance=favor, a label, role:NAME, span:NAME, relation:NAME."
What = Annotated[str, typer.Argument(metavar="WHAT", help=f"What is meant: {_WHAT}")]
Several = Annotated[list[str], typer.Argument(metavar="WHAT...", help=f"What is meant: {_WHAT}")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Only say what would change.")]
Json = Annotated[bool, typer.Option("--json", help="One JSON object on stdout.")]


def register(app: typer.Typer) -> None:
    """Add the commands to those of `annotator scheme`."""
    for command in (diff, rename, merge, split, archive, migrate):
        app.command()(command)


# ---------------------------------------------------------------------------------- looking


def diff(
    ctx: typer.Context,
    old: Annotated[
        str | None,
        typer.Argument(metavar="[OLD]", help="A file or a version; without: the version before."),
    ] = None,
    new: Annotated[
        str | None,
        typer.Argument(metavar="[NEW]", help="A file or a version; without: the one in force."),
    ] = None,
    json: Json = False,
) -> None:
    """Say what two versions of the scheme differ in, and how many annotations that is about.

    With one FILE: the scheme in force and the file. Names that were changed by `rename` and `merge`
    are followed; what was renamed by hand is something removed and something added.
    """
    from annotator.codebook.difference import differences
    from annotator.project.codebook import uses

    with Call.of(ctx).read() as project:
        before, after = _two(project, old, new)
        found = differences(before, after)
        used = uses(project, before) if found else {}
    rows = [
        (d.sort, d.what, d.detail, sum(used.get(p, 0) for p in d.parts) if d.parts else 0)
        for d in found
    ]
    if json:
        emit_json(
            {
                "old": {"name": before.name, "version": before.version},
                "new": {"name": after.name, "version": after.version},
                "differences": [
                    {"sort": s, "what": w, "detail": d, "annotations": n} for s, w, d, n in rows
                ],
            }
        )
        return
    if rows:
        emit_table(
            ("change", "what", "detail", "annotations"),
            [(s, w, d, n or "") for s, w, d, n in rows],
            right=(3,),
            wrap=(2,),
        )
    same = "" if rows else ": nothing differs but comments and order"
    if before.version == after.version:
        same = ": the same"
    say(f"{before.name} {before.version} -> {after.name} {after.version}{same}")


def _two(project: Project, old: str | None, new: str | None) -> tuple[Scheme, Scheme]:
    """The versions that are meant: each a file, or a version that is stored here."""
    now = project.scheme()
    if old is None:
        earlier = [v for v, *_ in project.schemes() if v != now.version]
        if now.history and now.history[-1].since in earlier:
            return project.scheme(now.history[-1].since), now
        if not earlier:
            raise AnnotatorError(
                "there is no earlier version of the scheme here", "annotator scheme diff FILE"
            )
        return project.scheme(earlier[-1]), now
    first = _scheme(project, old)
    if new is not None:
        return first, _scheme(project, new)
    return (now, first) if _is_file(old) else (first, now)


def _is_file(name: str) -> bool:
    return not re.fullmatch("[0-9a-f]{12}", name) or Path(name).exists()


def _scheme(project: Project, name: str) -> Scheme:
    return parse_scheme(read_text(Path(name)), {}) if _is_file(name) else project.scheme(name)


# ---------------------------------------------------------------------------------- changing


def rename(
    ctx: typer.Context,
    what: What,
    new: Annotated[str, typer.Argument(metavar="NEW", help="What it is called from now on.")],
    dry_run: DryRun = False,
    json: Json = False,
) -> None:
    """Give a value, label, role, span layer or relation another name, in the scheme and everywhere.

    Everybody's annotations are changed with the scheme, in one action: one undo takes it back.
    """
    from annotator.project import codebook

    _change(ctx, lambda p: codebook.rename(p, what, new), dry_run=dry_run, json=json)


def merge(
    ctx: typer.Context,
    what: Several,
    into: Annotated[
        str, typer.Option("--into", metavar="NAME", help="One of theirs, or a new name.")
    ],
    guideline: Annotated[
        str, typer.Option(metavar="TEXT", help="What the scheme says of it from now on.")
    ] = "",
    dry_run: DryRun = False,
    json: Json = False,
) -> None:
    """Make one of several values, roles or relations, in the scheme and everywhere.

    Says alpha before and after where annotators are compared. Which of the old labels a place had
    is in the journal alone: one undo brings it back.
    """
    from annotator.project import codebook

    _change(ctx, lambda p: codebook.merge(p, what, into, guideline), dry_run=dry_run, json=json)


def archive(ctx: typer.Context, what: What, dry_run: DryRun = False, json: Json = False) -> None:
    """Offer a part of the scheme no more: what has it keeps it, and its key is free."""
    from annotator.project import codebook

    _change(ctx, lambda p: codebook.archive(p, what), dry_run=dry_run, json=json)


def migrate(
    ctx: typer.Context,
    file: Annotated[
        Path | None,
        typer.Argument(metavar="[FILE]", help="A scheme that goes on from the one in force."),
    ] = None,
    dry_run: DryRun = False,
    json: Json = False,
) -> None:
    """Bring annotations of earlier versions to the scheme in force, or to FILE, put in force.

    Without FILE: those that an import or an undo left with names that were changed since. With it:
    the steps that its `[[history]]` has beyond the scheme in force are done.
    """
    from annotator.project import codebook

    reserved = reserved_keys(Call.of(ctx).settings.actions)
    toml = None if file is None else read_text(file)
    _change(
        ctx,
        lambda p: codebook.planned(
            p, toml, "" if toml else "annotations brought to the version in force", reserved
        ),
        dry_run=dry_run,
        json=json,
    )


def split(
    ctx: typer.Context,
    what: What,
    into: Annotated[
        list[str] | None,
        typer.Option("--into", metavar="NAME", help="What it is split into; twice or more."),
    ] = None,
    everyone: Annotated[
        bool, typer.Option("--everyone", help="Decide other annotators' places too.")
    ] = False,
    dry_run: DryRun = False,
    json: Json = False,
) -> None:
    """Put several values in place of one, then decide each place that has it: a key for each.

    With --into the scheme is changed: the new values are there, the old one is archived, and stays
    where it is until it is decided. Without, the list of your places opens on the screen; each
    decision is saved at once and is one undo. --json lists them.
    """
    from annotator.project import codebook

    if into:
        _change(ctx, lambda p: codebook.split(p, what, into), dry_run=dry_run, json=json)
        if not (dry_run or json):
            _say_places(Call.of(ctx), what)
        return
    if json or dry_run:
        _list_places(Call.of(ctx), what, everyone=everyone, json=json)
        return
    from annotator.cli.screens import need_terminal

    need_terminal()
    call = Call.of(ctx)
    name = call.annotator()
    from annotator.tui.split.app import run

    settings = call.settings
    run(
        call.path,
        name,
        what,
        everyone=everyone,
        theme=settings.theme,
        emoji=settings.emoji,
        keymap=settings.keys,
        layout=settings.layout,
    )


def _waiting(call: Call, what: str, *, everyone: bool) -> list[Undecided]:
    from annotator.project.splits import places, split_of

    with call.read() as project:
        return places(project, split_of(project, what), None if everyone else call.annotator())


def _say_places(call: Call, what: str) -> None:
    n = len(_waiting(call, what, everyone=True))
    if n:
        say(f"{counted(n, 'place')} to decide, a key each: annotator scheme split {quote(what)}")


def _list_places(call: Call, what: str, *, everyone: bool, json: bool) -> None:
    found = _waiting(call, what, everyone=everyone)
    if json:
        emit_json(
            [
                {
                    "id": p.id,
                    "article": p.number,
                    "start": p.start,
                    "annotator": p.annotator,
                    "text": p.words,
                }
                for p in found
            ]
        )
        return
    emit_table(
        ("no", "annotator", "words"), ((p.number, p.annotator, p.words) for p in found), right=(0,)
    )
    say(f"{counted(len(found), 'place')} to decide")


# ---------------------------------------------------------------------------------- the frame


def _change(
    ctx: typer.Context, plan: Callable[[Project], Migration], *, dry_run: bool, json: bool
) -> None:
    """Plan a change, say what it does, and do it."""
    from annotator.project import codebook

    call = Call.of(ctx)
    with call.read() if dry_run else call.open() as project:
        migration = plan(project)
        name = "" if dry_run else call.annotator()
        found = codebook.places(project, migration, None if json else SHOWN)
        effect = codebook.agreement(project, migration)
        if not dry_run and not migration.nothing:
            codebook.carry_out(project, migration, name)
    if json:
        emit_json(_record(migration, found, effect, dry_run=dry_run))
        return
    _show(call, migration, found, effect, dry_run=dry_run)


def _show(
    call: Call,
    migration: Migration,
    found: list[ChangedPlace],
    effect: MergeEffect | None,
    *,
    dry_run: bool,
) -> None:
    for step in migration.steps:
        emit(str(step))
    if found:
        emit_table(
            ("no", "annotator", "was", "becomes", "words"),
            ((p.number, p.annotator, p.was, p.becomes, p.words) for p in found),
            right=(0,),
        )
        more = len(migration.changes) - len(found)
        if more:
            emit(f"... and {more:,} more (--json lists all)")
    if effect is not None:
        now, then = (
            f"{x:.3f}" if x is not None else "undefined" for x in (effect.now, effect.then)
        )
        emit(
            f"alpha of {effect.title}: {now} -> {then} ({counted(effect.units, 'shared unit')};"
            f" {counted(effect.confused, 'pair')} told apart by these labels alone)"
        )
    for what, n in migration.lost.items():
        emit(f"would be outside the scheme: {what}: {n}")
    people = ", ".join(f"{who} {n}" for who, n in migration.annotators.items())
    n = len(migration.changes)
    of = f" in {counted(migration.articles, 'article')} ({people})" if n else ""
    would = "would change" if dry_run else "changed"
    before, after = migration.before, migration.after
    if migration.nothing:
        say("nothing to change: every annotation is in the words of the scheme in force")
        return
    versions = "" if before.version == after.version else f" {before.version} -> {after.version}"
    undo = "" if dry_run else "; `annotator undo` takes it back"
    say(f"{call.path}: {would}: scheme{versions}, {counted(n, 'annotation')}{of}{undo}")


def _record(
    migration: Migration, found: list[ChangedPlace], effect: MergeEffect | None, *, dry_run: bool
) -> dict[str, object]:
    return {
        "dry_run": dry_run,
        "old": migration.before.version,
        "new": migration.after.version,
        "steps": [
            {"change": s.change, "part": s.part, "layer": s.layer, "attribute": s.attribute,
             "old": list(s.old), "new": list(s.new)}
            for s in migration.steps
        ],
        "annotations": len(migration.changes),
        "articles": migration.articles,
        "annotators": migration.annotators,
        "outside": dict(migration.lost),
        "alpha": None
        if effect is None
        else {"of": effect.title, "now": effect.now, "then": effect.then,
              "confused": effect.confused, "units": effect.units},
        "places": [
            {"article": p.number, "start": p.start, "annotator": p.annotator, "was": p.was,
             "becomes": p.becomes, "text": p.words}
            for p in found
        ],
    }  # fmt: skip
