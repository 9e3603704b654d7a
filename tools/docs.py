"""Write what the documents show from the program itself: `make docs`; tests keep it true.

- db/schema.sql: the schema as the migrations leave it
- docs/example.jsonl: the first sample article with its gold annotations
- docs/commands.md: the help of every command
- docs/keys.md: the key sheet
- docs/architecture.md: the table of rooms and their imports
- README.md, docs/*.md: what stands under the `$ ` lines of a console block is what they print
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import re
import shlex
import subprocess
import sys
import tempfile
from importlib import import_module
from itertools import groupby
from pathlib import Path
from typing import Final, cast

import typer

from annotator.cli.commands.keys import key_lines
from annotator.cli.main import COMMANDS, module_of, run
from annotator.domain.records import annotation_from_record
from annotator.domain.scheme import DEFAULT_SCHEME
from annotator.domain.scheme_file import parse_scheme
from annotator.formats import native
from annotator.formats.native_writer import LISTS, annotation_line, rows_of_annotation
from annotator.session.actions import ACTIONS
from annotator.store import Store
from annotator.store.database import schema_sql
from tools import rooms

ROOT: Final = Path(__file__).resolve().parent.parent
_NOTE: Final = "<!-- Written by `make docs`; do not edit by hand. -->"
_CONSOLE: Final = re.compile(r"(?<=```console\n).*?(?=```)", re.DOTALL)


def schema() -> str:
    """The content of db/schema.sql."""
    with Store.create(":memory:") as store:
        return schema_sql(store._conn)


def sub_commands(command: str) -> list[str]:
    """The names of a command's own commands; none for most."""
    app: typer.Typer = import_module(module_of(command)).app
    found = app.registered_commands
    return [str(c.name or c.callback.__name__) for c in found if c.callback] if found[1:] else []


def example() -> str:
    """The content of docs/example.jsonl: the first sample article with its gold annotations."""
    source = json.loads((ROOT / "fixtures/gold/01-harbour-bridge.json").read_text("utf-8"))
    text = (ROOT / "fixtures/articles/01-harbour-bridge.txt").read_bytes().decode()
    record: dict[str, object] = {
        "record": "article",
        "name": source["article"],
        "title": "Port Ellery Bridge Delayed Again",
        "byline": "Hanne Osterley",
        "outlet": "The Ellery Courier",
        "published": "2031-03-04",
        "language": "en",
        "text": text,
    }
    for item in source["annotations"]:
        fragments = [{k: f[k] for k in ("role", "start", "end", "span")} for f in item["fragments"]]
        made = annotation_from_record({**item, "fragments": fragments, "annotator": "anna"})
        place = cast("list[object]", record.setdefault(LISTS[made.layer], []))
        place.append(json.loads(annotation_line(*rows_of_annotation(made), text)))
    lines = [native.HEADER, {"record": "annotator", "name": "anna"}, record]
    return "".join(json.dumps(x, ensure_ascii=False) + "\n" for x in lines)


def help_of(*command: str) -> str:
    """What `annotator COMMAND --help` prints on a terminal of 80 columns."""
    os.environ["COLUMNS"] = "80"
    shown = io.StringIO()
    with contextlib.redirect_stdout(shown):
        run([*command, "--help"])
    return "\n".join(line.rstrip() for line in shown.getvalue().strip().splitlines())


def commands() -> str:
    """The content of docs/commands.md."""
    out = [
        "# Commands",
        "",
        _NOTE,
        "",
        "stdout is data, stderr is talk. Exit codes: 0, 1 for a failure (`error:` and `hint:` say"
        " what and how to mend it), 2 for wrong usage, 130 after Ctrl-C. Every command that reads"
        " has `--json`; `--db FILE` (or `ANNOTATOR_DB`) and `--as NAME` (or `ANNOTATOR_NAME`) may"
        " stand before or after the command.",
        "",
        *(f"- [`{name}`](#annotator-{name}): {help_}" for name, help_ in COMMANDS.items()),
        "",
        "```text",
        help_of(),
        "```",
    ]
    for name in COMMANDS:
        out += ["", f"## `annotator {name}`", "", "```text", help_of(name), "```"]
        for sub in sub_commands(name):
            out += ["", f"### `annotator {name} {sub}`", "", "```text", help_of(name, sub), "```"]
    return "\n".join(out) + "\n"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("`", "\\`")


def keys() -> str:
    """The content of docs/keys.md."""
    scheme = parse_scheme(DEFAULT_SCHEME.read_text(encoding="utf-8"), {})
    out = [
        "# Keys",
        "",
        _NOTE,
        "",
        "`annotator keys` prints this sheet with your own key map and your project's labels; `?`"
        " shows it on the screen. Every key of the first column can be changed: see"
        " [configuration](configuration.md). The labels' keys come from the [scheme](scheme.md).",
    ]
    for group, lines in groupby(key_lines(ACTIONS, scheme), key=lambda line: line.group):
        out += ["", f"## {group[0].upper()}{group[1:]}", "", "| keys | what it does | id |"]
        out += ["|---|---|---|"]
        out += [f"| {_cell(x.keys)} | {_cell(x.does)} | `{x.id}` |" for x in lines]
    return "\n".join(out) + "\n"


def architecture() -> str:
    """The content of docs/architecture.md, with the table of rooms as the imports are now."""
    text = (ROOT / "docs/architecture.md").read_text(encoding="utf-8")
    start, end = "<!-- rooms: written by `make docs` -->\n", "<!-- end of rooms -->"
    before, _, rest = text.partition(start)
    return f"{before}{start}\n{rooms.table()}\n{end}{rest.partition(end)[2]}"


def replay_console(markdown: str) -> str:
    """Run the `$ ` lines of every console block, in order, and put what they print under them.

    They run in bash, in a new folder that holds this checkout's `fixtures` and `docs`.
    """
    with tempfile.TemporaryDirectory() as scratch:
        work, tools = Path(scratch, "work"), Path(scratch, "bin")
        work.mkdir()
        tools.mkdir()
        for name in ("fixtures", "docs"):
            (work / name).symlink_to(ROOT / name)
        shim = tools / "annotator"
        shim.write_text(
            f"#!/bin/sh\nPYTHONPATH={shlex.quote(str(ROOT))} exec {shlex.quote(sys.executable)}"
            ' -m annotator "$@"\n'
        )
        shim.chmod(0o755)
        environment = {k: v for k, v in os.environ.items() if not k.startswith("ANNOTATOR_")} | {
            "PATH": f"{tools}{os.pathsep}{os.environ['PATH']}",
            "ANNOTATOR_CONFIG": str(Path(scratch, "config.toml")),
            "COLUMNS": "100",
            "LC_ALL": "C.UTF-8",
        }

        def rerun(block: re.Match[str]) -> str:
            out = ""
            for line in block[0].splitlines():
                if line.startswith("$ "):
                    done = subprocess.run(
                        ["bash", "-c", line[2:]],
                        cwd=work,
                        env=environment,
                        stdin=subprocess.DEVNULL,
                        stdout=subprocess.PIPE,
                        stderr=subprocess.STDOUT,
                        text=True,
                    )
                    out += f"{line}\n" + "".join(
                        f"{x.rstrip()}\n" for x in done.stdout.splitlines()
                    )
            return out

        return _CONSOLE.sub(rerun, markdown)


def console_documents() -> list[Path]:
    """The documents with console blocks."""
    found = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
    return [p for p in found if "```console\n" in p.read_text(encoding="utf-8")]


def main() -> None:
    """Write everything."""
    for name, content in (
        ("db/schema.sql", schema()),
        ("docs/example.jsonl", example()),
        ("docs/commands.md", commands()),
        ("docs/keys.md", keys()),
        ("docs/architecture.md", architecture()),
    ):
        (ROOT / name).write_text(content, encoding="utf-8")
    for path in console_documents():
        path.write_text(replay_console(path.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()
