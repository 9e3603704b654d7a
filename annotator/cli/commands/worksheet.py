"""`annotator worksheet`: an article and its claims as a text file, out and back."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from annotator.cli.context import Call
from annotator.cli.output import counted, emit, emit_json, say
from annotator.domain.errors import InputError
from annotator.domain.records import annotation_record

if TYPE_CHECKING:
    from annotator.project.worksheets import Applied

app = typer.Typer(rich_markup_mode=None)

_EPILOG = (
    "For example: `annotator worksheet 3 three.txt` writes article 3; change it in any editor;"
    " `annotator worksheet --apply three.txt --dry-run` says what would change; without --dry-run"
    " it is stored; `annotator undo` takes it back."
)


def _read(source: str) -> bytes:
    if source == "-":
        return sys.stdin.buffer.read()
    try:
        return Path(source).read_bytes()
    except OSError as error:
        raise InputError(f"{source}: {error.strerror or error}", "name a worksheet") from None


def _write(target: str, sheet: str, *, force: bool) -> None:
    from annotator.formats.support.output import Output

    path = Path(target)
    if target != "-" and not force and path.is_file() and path.stat().st_size:
        raise InputError(
            f"{target}: is there already, and may hold changes that are not stored",
            "name another file, give it back first (--apply), or write over it with --force",
        )
    with Output(target, force=force) as out, out.open() as stream:
        stream.write(sheet.encode("utf-8", "replace"))


def _tell(found: Applied, source: str, *, json: bool) -> None:
    if json:
        emit_json(
            {
                "article": found.article,
                "annotator": found.annotator,
                "stored": found.stored,
                "kept": found.kept,
                "changes": [
                    {
                        "before": c.before and annotation_record(c.before),
                        "after": c.after and annotation_record(c.after),
                    }
                    for c in found.changes
                ],
            }
        )
    else:
        for line in found.told:
            emit(line)
    what = counted(len(found.told), "change")
    if not found.told:
        say(f"{source}: nothing was changed")
    elif found.stored:
        say(f"{source}: {what} stored; `annotator undo` takes all of it back")
    else:
        say(f"{source}: {what} to be made; nothing is stored (--dry-run)")
    if found.kept:
        say(
            f"{counted(found.kept, 'annotation')} changed or made elsewhere since the worksheet was"
            " written: kept as they are"
        )


@app.command(epilog=_EPILOG)
def worksheet(
    ctx: typer.Context,
    article: Annotated[
        str | None,
        typer.Argument(
            metavar="ARTICLE", help="Its number, name, or uid (or its start).", show_default=False
        ),
    ] = None,
    file: Annotated[str, typer.Argument(metavar="FILE", help="Where to write; - is stdout.")] = "-",
    apply: Annotated[
        str | None,
        typer.Option(
            "--apply", metavar="FILE", help="Store what was changed in a worksheet; - is stdin."
        ),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="With --apply: only say what would change.")
    ] = False,
    renew: Annotated[
        bool,
        typer.Option(
            "--renew",
            help="With --apply: write FILE anew afterwards, to go on in it; your own remarks in it"
            " are not kept.",
        ),
    ] = False,
    force: Annotated[
        bool,
        typer.Option("--force", help="Write over a file that is there; never over a database."),
    ] = False,
    json: Annotated[
        bool, typer.Option("--json", help="With --apply: one JSON object on stdout.")
    ] = False,
) -> None:
    """Write an article and your work on it as plain text, and read it back.

    The text has one fact on a line, for screen readers and any editor; its first lines say how to
    change it. What is given back is stored as one action, or refused with every line that is wrong.
    Claims whose lines were left alone stay as they are.
    """
    call = Call.of(ctx)
    if apply is None:
        if article is None:
            raise typer.BadParameter("name an article, or give a worksheet back with --apply FILE")
        for option, given in (("--dry-run", dry_run), ("--renew", renew), ("--json", json)):
            if given:
                raise typer.BadParameter(f"{option}: only with --apply FILE")
        name = call.annotator()
        with call.read() as project:
            sheet = project.worksheet(article, name)
            related = len(project.relations(article, name))
        _write(file, sheet, force=force)
        if related:
            say(f"{counted(related, 'relation')} not in the worksheet: kept with their ends")
        if file != "-":
            say(f"{file}: written; give it back with `annotator worksheet --apply {file}`")
        return
    if file != "-":
        raise typer.BadParameter(f"{file}: --apply FILE names the file")
    if renew and (apply == "-" or dry_run):
        raise typer.BadParameter("--renew: only with --apply of a file, and without --dry-run")
    data = _read(apply)
    name = call.annotator()
    with call.read() if dry_run else call.open() as project:
        found = project.apply_worksheet(
            data, name, article=article, dry_run=dry_run, name="stdin" if apply == "-" else apply
        )
        sheet = project.worksheet(found.article, name) if renew else ""
    # What is stored is told before the file is written, which may fail.
    _tell(found, "stdin" if apply == "-" else apply, json=json)
    if renew:
        _write(apply, sheet, force=True)
        say(f"{apply}: written anew")
