"""`annotator formats`: what can be exported and imported."""

from __future__ import annotations

from typing import Annotated

import typer

from annotator.cli.output import emit, emit_json, emit_table

app = typer.Typer(rich_markup_mode=None)


@app.command()
def formats(
    json: Annotated[bool, typer.Option("--json", help="One JSON array on stdout.")] = False,
) -> None:
    """List the formats of export and import: what each holds, what it loses, its options."""
    from annotator import formats as registry

    found = registry.every()
    if json:
        emit_json(
            [
                {
                    "name": f.name,
                    "title": f.title,
                    "export": f.write is not None,
                    "import": f.read is not None,
                    "holds": f.holds,
                    "loses": f.loses,
                    "offsets": f.unit,
                    "extra": f.extra,
                    "options": [
                        {
                            "name": o.name,
                            "default": o.default,
                            "choices": list(o.choices),
                            "help": o.help,
                        }
                        for o in f.options
                    ],
                }
                for f in found
            ]
        )
        return
    emit_table(
        ("format", "in", "out", "offsets", "title", "holds", "loses"),
        (
            (
                f.name,
                "x" if f.read else "",
                "x" if f.write else "",
                f.unit,
                f.title,
                f.holds,
                f.loses or "-",
            )
            for f in found
        ),
        wrap=(4, 5, 6),
    )
    for f in found:
        if f.options:
            emit()
            emit(f"{f.name}: options (-o NAME=VALUE)")
            emit_table(
                ("name", "default", "values", "what it does"),
                ((o.name, o.default, " ".join(o.choices), o.help) for o in f.options),
                wrap=(2, 3),
            )
