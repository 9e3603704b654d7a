"""`annotator article`: put right what is known of articles, leave articles out, take them in."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from annotator.cli.commands.export import pairs
from annotator.cli.context import Call
from annotator.cli.output import and_more, counted, emit_json, say
from annotator.domain.errors import AnnotatorError

if TYPE_CHECKING:
    from annotator.project import Project
    from annotator.project.article_records import PutRight

app = typer.Typer(
    rich_markup_mode=None,
    help="Put right what is known of articles; leave articles out, take them in again.",
)

_RANGE = re.compile(r"(\d{1,18})-(\d{1,18})")
Which = Annotated[
    list[str], typer.Argument(metavar="ARTICLE...", help="Numbers, 3-7, names or uids.")
]
Json = Annotated[bool, typer.Option("--json", help="One JSON object on stdout.")]


def _uids(project: Project, given: Sequence[str]) -> list[str]:
    """The articles that are meant, each once; those that are left out can be, too."""
    out: list[str] = []
    for part in given:
        found = _RANGE.fullmatch(part)
        if found is None:
            out.append(project.resolve(part))
            continue
        low, high = int(found[1]), int(found[2])
        inside = [uid for number, uid, _ in project.article_names() if low <= number <= high]
        if not inside:
            raise AnnotatorError(f"there are no articles {part}", "`annotator list` numbers them")
        out += inside
    return list(dict.fromkeys(out))


def _tell(call: Call, done: PutRight, what: str, json: bool) -> None:
    if json:
        emit_json({"changed": done.changed, "same": done.same, "fields": done.fields})
    if done.changed:
        named = and_more([str(n) for n in done.changed], 8)
        say(f"{what}: {counted(len(done.changed), 'article')}: {named}")
    if done.same:
        say(f"as they were: {counted(done.same, 'article')}")
    if done.changed:
        say(f"`annotator undo --as {call.annotator()}` takes it back")


@app.command("set")
def set_fields(
    ctx: typer.Context,
    articles: Annotated[
        list[str] | None,
        typer.Argument(metavar="[ARTICLE...]", help="Numbers, 3-7, names or uids."),
    ] = None,
    title: Annotated[str | None, typer.Option(metavar="TEXT", help="The headline.")] = None,
    byline: Annotated[str | None, typer.Option(metavar="TEXT", help="Who wrote it.")] = None,
    outlet: Annotated[str | None, typer.Option(metavar="TEXT", help="Who published it.")] = None,
    date: Annotated[str | None, typer.Option(metavar="TEXT", help="When, as 2026-11-29.")] = None,
    section: Annotated[str | None, typer.Option(metavar="TEXT", help="Where in it.")] = None,
    url: Annotated[str | None, typer.Option(metavar="TEXT", help="Its address.")] = None,
    language: Annotated[str | None, typer.Option(metavar="CODE", help="Such as en.")] = None,
    field: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME=VALUE", help="A field of your own; repeatable."),
    ] = None,
    table: Annotated[
        Path | None,
        typer.Option(
            "--from",
            metavar="FILE.csv",
            help="A row for each article, by the column number, uid or name; empty cells change"
            " nothing.",
        ),
    ] = None,
    json: Json = False,
) -> None:
    """Put right what is known of articles: title, byline, outlet, date, fields of your own.

    An empty text ("") takes a field away. However many articles it is about, it is one action,
    which one undo takes back. Texts never change: add a changed text as a new article.
    """
    given = {
        "title": title,
        "byline": byline,
        "outlet": outlet,
        "published": date,
        "section": section,
        "url": url,
        "language": language,
    }
    fields = {name: value for name, value in given.items() if value is not None}
    fields |= dict(pairs(field or (), "--field"))
    if (table is None) == (not articles):
        raise typer.BadParameter("name articles, or a table with --from")
    if (table is None) == (not fields):
        raise typer.BadParameter(
            "give a field to change, such as --outlet" if table is None else "--from has the fields"
        )
    from annotator.project.article_records import fields_of_table, set_fields

    call = Call.of(ctx)
    with call.open() as project:
        project.annotator = call.annotator()
        if table is not None:
            changes = fields_of_table(project, table)
        else:
            changes = {uid: dict(fields) for uid in _uids(project, articles or ())}
        done = set_fields(project, changes)
    what = f"changed ({', '.join(done.fields)})"
    _tell(call, done, what, json)


@app.command()
def exclude(
    ctx: typer.Context,
    articles: Which,
    reason: Annotated[
        str, typer.Option("--reason", metavar="TEXT", help="Why; it is kept with the article.")
    ],
    json: Json = False,
) -> None:
    """Leave articles out of lists, exports, agreement, splits, phrases, suggestions, learning.

    They are counted wherever they are left out, and `annotator list --excluded` names them. What
    was annotated in them stays, and counts again once they are taken in (`article include`).
    """
    call = Call.of(ctx)
    with call.open() as project:
        project.annotator = call.annotator()
        done = project.exclude(_uids(project, articles), reason)
    _tell(call, done, "left out", json)


@app.command()
def include(ctx: typer.Context, articles: Which, json: Json = False) -> None:
    """Take articles in again that were left out."""
    call = Call.of(ctx)
    with call.open() as project:
        project.annotator = call.annotator()
        done = project.include(_uids(project, articles))
    _tell(call, done, "taken in", json)
