"""`annotator doctor`: is everything sound? Exit code 0 only when it is."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from annotator.cli import environment
from annotator.cli.context import Call, may_write
from annotator.cli.environment import EnvironmentReport
from annotator.cli.output import emit, emit_json, say, say_error, say_left_behind, say_outside
from annotator.cli.settings import Settings, settings_path
from annotator.domain.errors import AnnotatorError
from annotator.session.actions import taken_keys
from annotator.tui.keymap import shown_key

if TYPE_CHECKING:
    from annotator.project.codebook import LeftBehind
    from annotator.project.types import Finding, Outside

app = typer.Typer(rich_markup_mode=None)

SPARE: Final = 100_000_000
"""Bytes that ought to be free on the disk."""


def _file(path: Path) -> EnvironmentReport:
    """The file from outside: where it is, whether it can be written, how much room there is."""
    report = EnvironmentReport({"path": str(path.resolve())})
    if not path.is_file():
        return report
    report.facts["bytes"] = path.stat().st_size
    report.facts["writable"] = may_write(path)
    if not may_write(path):
        report.problems.append(f"{path} or its folder cannot be written")
    free = shutil.disk_usage(path.resolve().parent).free
    report.facts["free_bytes"] = free
    if free < SPARE:
        report.problems.append(f"only {free // 1_000_000} MB are free on its disk")
    return report


def _database(
    call: Call,
) -> tuple[EnvironmentReport, list[Finding], dict[str, int], list[Outside], list[LeftBehind]]:
    """The file from inside: facts, the doctor's checks, the engines of the articles, what lies
    outside the scheme in force, and what has other names in it by now."""
    report = _file(call.path)
    checks: list[Finding] = []
    engines: dict[str, int] = {}
    strangers: list[Outside] = []
    left_behind: list[LeftBehind] = []
    try:
        with call.read() as project:
            report.facts |= project.facts()
            if may_write(call.path) and report.facts["journal_mode"] != "wal":
                report.problems.append(
                    f"the journal mode is {report.facts['journal_mode']}, not wal"
                )
            checks += project.findings()
            engines = project.engines()
            strangers += project.outside()
            left_behind += project.left_behind()
            scheme = project.scheme()
            taken = taken_keys(call.settings.actions, scheme)
            if taken:
                report.facts["keys that the scheme has"] = ", ".join(
                    f"{' '.join(map(shown_key, keys))} ({id_})" for id_, keys in taken.items()
                )
    except AnnotatorError as error:
        report.problems.append(error.message)
        if error.hint:
            report.facts["hint"] = error.hint
    return report, checks, engines, strangers, left_behind


def _configuration(call: Call) -> EnvironmentReport:
    report = EnvironmentReport({"path": str(settings_path())})
    try:
        settings = call.settings
    except AnnotatorError as error:
        report.problems.append(error.message)
        call.settings = Settings()  # the rest of the report goes on without it
        return report
    report.facts |= {
        "found": settings.path is not None,
        "name": settings.name,
        "theme": settings.theme,
        "emoji": settings.emoji,
        "keys_changed": len(settings.keys),
    }
    return report


def _shown(value: object) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{k} ({v})" for k, v in value.items()) or "-"
    if isinstance(value, list):
        return ", ".join(map(str, value)) or "-"
    if value is None:
        return "not installed"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value) or "-"


@app.command()
def doctor(
    ctx: typer.Context,
    json: Annotated[bool, typer.Option("--json", help="One JSON object on stdout.")] = False,
) -> None:
    """Check the database, the terminal, the language pipeline and the configuration.

    The database: SQLite's own integrity and foreign key checks; texts unchanged since they were
    added; sentences and tokens in order; every offset inside its text; the journal whole, and the
    state exactly what the journal leads to. The exit code is 0 only when nothing is wrong.

    Roles and labels that the scheme in force does not have (an import, an earlier scheme) are
    counted and named; they are no damage.
    """
    call = Call.of(ctx)
    configuration = _configuration(call)
    database, checks, engines, strangers, left_behind = _database(call)
    parts = {
        "database": database,
        "configuration": configuration,
        "versions": environment.versions(),
        "terminal": environment.terminal(),
        "pipeline": environment.pipeline(call.settings.pipeline, engines),
    }
    problems = [p for part in parts.values() for p in part.problems]
    problems += [f"{finding.check}: {p}" for finding in checks for p in finding.problems]
    if json:
        emit_json(
            {
                "ok": not problems,
                "problems": problems,
                "checks": [
                    {"check": f.check, "counted": f.counted, "problems": list(f.problems)}
                    for f in checks
                ],
                "outside_scheme": [
                    {"what": o.what, "annotations": o.count, "first_article": o.article}
                    for o in strangers
                ],
                "earlier_names": [
                    {"was": x.was, "now": x.now, "annotations": x.annotations} for x in left_behind
                ],
                **{name: part.facts for name, part in parts.items()},
            }
        )
    else:
        for name, part in parts.items():
            emit(name)
            for fact, value in part.facts.items():
                emit(f"  {fact}: {_shown(value)}")
        emit("checks")
        for finding in checks:
            emit(
                f"  {'WRONG' if finding.problems else 'ok':5}  {finding.check} ({finding.counted})"
            )
    for problem in problems[:50]:
        say_error(problem)
    if problems:
        raise typer.Exit(1)
    for note in (note for finding in checks for note in finding.notes):
        say(note)
    say_outside(strangers)
    say_left_behind(left_behind)
    say("everything is sound" + (", but not all in the scheme in force" if strangers else ""))
