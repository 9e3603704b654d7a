"""`annotator keys`: the key sheet, from the table of keys, the user's map and the scheme."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby
from typing import Annotated, NamedTuple

import typer

from annotator.cli.context import Call
from annotator.cli.output import emit, emit_json, emit_table
from annotator.domain.scheme import DEFAULT_SCHEME, Scheme
from annotator.domain.scheme_file import parse_scheme
from annotator.session.actions import Action, taken_keys
from annotator.tui.keymap import shown_key, taken_by_scheme

app = typer.Typer(rich_markup_mode=None)


class KeyLine(NamedTuple):
    """One line of the key sheet."""

    group: str
    keys: str
    does: str
    id: str


def key_lines(actions: Iterable[Action], scheme: Scheme) -> list[KeyLine]:
    """The key sheet: labels of the scheme first, then every action in the order of the table."""
    lines = [
        KeyLine(
            "Roles (capital: in a new claim)",
            f"{role.key} {role.new_key}".rstrip(),
            role.name,
            f"role.{role.name}",
        )
        for role in scheme.role_keys().values()
    ]
    lines += [
        KeyLine(attribute.title, value.key, value.name, f"{attribute.name}.{value.name}")
        for attribute, value in scheme.label_keys().values()
    ]
    actions = tuple(actions)
    taken = taken_keys(actions, scheme)
    for action in actions:
        lost = taken.get(action.id, ())
        keys = " ".join(shown_key(key) for key in action.keys if key not in lost)
        does = f"{action.title}{taken_by_scheme(lost, keys)}"
        lines.append(KeyLine(action.group, keys or "-", does, action.id))
    return lines


@app.command()
def keys(
    ctx: typer.Context,
    json: Annotated[bool, typer.Option("--json", help="One JSON array on stdout.")] = False,
) -> None:
    """Print the key sheet: your own key map, and the labels of the database's scheme.

    The ids in the last column are what the [keys] table of the configuration names.
    """
    call = Call.of(ctx)
    if call.path.is_file():
        with call.read() as project:
            scheme = project.scheme()
    else:
        scheme = parse_scheme(DEFAULT_SCHEME.read_text(encoding="utf-8"), {})
    lines = key_lines(call.settings.actions, scheme)
    if json:
        emit_json([line._asdict() for line in lines])
        return
    for group, members in groupby(lines, key=lambda line: line.group):
        emit(group)
        emit_table(("keys", "what it does", "id"), ((m.keys, m.does, m.id) for m in members))
        emit()
