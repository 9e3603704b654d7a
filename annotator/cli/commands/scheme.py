"""`annotator scheme`: show, check and change the label scheme."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from annotator.cli.commands import codebook, codebook_files
from annotator.cli.commands.init import read_text
from annotator.cli.context import Call
from annotator.cli.output import emit, emit_json, emit_table, say, say_outside
from annotator.domain.scheme import DEFAULT_SCHEME, Scheme
from annotator.domain.scheme_file import parse_scheme
from annotator.session.actions import reserved_keys
from annotator.text.safe import toml_safe

app = typer.Typer(
    rich_markup_mode=None,
    help="Show, check or change the label scheme.",
)

FileArgument = Annotated[Path, typer.Argument(metavar="FILE", help="A label scheme in TOML.")]


def _record(scheme: Scheme) -> dict[str, object]:
    return {
        "name": scheme.name,
        "title": scheme.title,
        "version": scheme.version,
        "review_kinds": sorted(scheme.review_kinds),
        "roles": [
            {
                "name": r.name,
                "key": r.key,
                "required": r.required,
                "suggests": r.suggests,
                "spans": "many" if r.many else "one",
                "guideline": r.guideline,
                "archived": r.archived,
            }
            for r in scheme.roles
        ],
        "span_layers": [
            {
                "name": s.name,
                "title": s.title,
                "guideline": s.guideline,
                "archived": s.archived,
            }
            for s in scheme.span_layers
        ],
        "relations": [
            {
                "name": r.name,
                "title": r.title,
                "key": r.key,
                "from": list(r.heads),
                "to": list(r.tails),
                "symmetric": r.symmetric,
                "guideline": r.guideline,
                "archived": r.archived,
            }
            for r in scheme.relations
        ],
        "attributes": [
            {
                "name": a.name,
                "layer": a.layer,
                "title": a.title,
                "required": a.required,
                "text": a.text,
                "kind": a.kind,
                "archived": a.archived,
                "ordered": list(a.scale),
                "from": a.taken_from,
                "guideline": a.guideline,
                "values": [
                    {
                        "name": v.name,
                        "key": v.key,
                        "guideline": v.guideline,
                        "archived": v.archived,
                    }
                    for v in a.values
                ],
            }
            for a in scheme.attributes
        ],
        "history": [asdict(step) for step in scheme.history],
    }


def _said(guideline: str, archived: bool) -> str:
    """A guideline, and that what it is of is not offered any more."""
    return f"(archived) {guideline}".rstrip() if archived else guideline


def _print(scheme: Scheme) -> None:
    emit(f"{scheme.title} ({scheme.name}, version {scheme.version})")
    emit()
    if scheme.roles:
        emit_table(
            ("role", "key", "required", "spans", "guideline"),
            (
                (
                    r.name,
                    r.key,
                    "yes" if r.required else "",
                    "many" if r.many else "one",
                    _said(r.guideline, r.archived),
                )
                for r in scheme.roles
            ),
            wrap=(4,),
        )
    if scheme.span_layers:
        emit()
        emit_table(
            ("span layer", "guideline"),
            ((s.name, _said(s.guideline, s.archived)) for s in scheme.span_layers),
            wrap=(1,),
        )
    if scheme.relations:
        emit()
        emit_table(
            ("relation", "key", "from", "to", "guideline"),
            (
                (
                    r.name,
                    r.key,
                    ", ".join(r.heads) or "anything",
                    ", ".join(r.tails) or "anything",
                    _said(r.guideline, r.archived),
                )
                for r in scheme.relations
            ),
            wrap=(4,),
        )
    for a in scheme.attributes:
        emit()
        needed = ", required" if a.required else ""
        emit(f"{a.title} [{a.layer}.{a.name}{needed}] {_said(a.guideline, a.archived)}")
        if a.text:
            emit("free text" if a.kind == "text" else f"a {a.kind}")
        else:
            emit_table(
                ("value", "key", "guideline"),
                ((v.name, v.key, _said(v.guideline, v.archived)) for v in a.values),
                wrap=(2,),
            )


@app.command()
def show(
    ctx: typer.Context,
    toml: Annotated[
        bool, typer.Option("--toml", help="Its source, as it is: a start for your own.")
    ] = False,
    default: Annotated[
        bool, typer.Option("--default", help="The scheme that comes with the program.")
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="One JSON object on stdout.")] = False,
) -> None:
    """Show the scheme in force: roles, labels, keys and guidelines."""
    if default:
        scheme = parse_scheme(DEFAULT_SCHEME.read_text(encoding="utf-8"), {})
    else:
        with Call.of(ctx).read() as project:
            scheme = project.scheme()
    if json:
        emit_json(_record(scheme))
    elif toml:
        print(toml_safe(scheme.toml), end="")
    else:
        _print(scheme)


@app.command()
def check(ctx: typer.Context, file: FileArgument) -> None:
    """Check a scheme file: its syntax, its fields, and that no two meanings share a key."""
    actions = Call.of(ctx).settings.actions
    scheme = parse_scheme(read_text(file), reserved_keys(actions))
    values = sum(len(a.values) for a in scheme.attributes)
    emit(
        f"{file}: {scheme.name} {scheme.version} is sound: {len(scheme.roles)} roles,"
        f" {len(scheme.attributes)} attributes, {values} values,"
        f" {len(scheme.label_keys()) + len(scheme.role_keys())} keys"
    )


@app.command(name="set")
def set_scheme(ctx: typer.Context, file: FileArgument) -> None:
    """Put a scheme in force. What was annotated before keeps the version it was made under.

    `annotator undo` takes it back. To change names in what is annotated too: `annotator scheme
    rename`, `merge` and `migrate`.
    """
    call = Call.of(ctx)
    source = read_text(file)
    parse_scheme(source, reserved_keys(call.settings.actions))
    with call.open() as project:
        before = project.scheme()
        who = call.annotator() if project.last_event() else call.known_name
        after = project.set_scheme(source, who)
        strangers = project.outside()
    say(f"{call.path}: {before.name} {before.version} -> {after.name} {after.version}")
    say_outside(strangers)


codebook.register(app)
codebook_files.register(app)
