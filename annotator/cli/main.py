"""The `annotator` program: find the command, import it, run it, turn errors into messages."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any, Final

import typer
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command

from annotator.cli.context import DB_VARIABLE, NAME_VARIABLE, Call
from annotator.cli.guard import guarded, steady_streams
from annotator.cli.output import say, say_error
from annotator.version import __version__

COMMANDS: Final = {
    "init": "Make a new, empty database.",
    "add": "Add articles: files, folders, globs, or - for stdin.",
    "annotate": "Annotate in the terminal (what a bare `annotator` does).",
    "list": "List the articles, with how far you got.",
    "article": "Put right what is known of articles; leave articles out, take them in.",
    "show": "Show an article: text, sentences, annotations.",
    "search": "Find words in every article, in their context.",
    "concordance": "Find places by words and by what is annotated there (KWIC).",
    "phrases": "Find repeated phrases; check, cluster and follow them.",
    "export": "Write the annotations in another format.",
    "import": "Read annotations of another format.",
    "worksheet": "Write an article and your claims as plain text; read it back.",
    "split": "Put articles into train, dev and test sets that share no text.",
    "formats": "List the formats of export and import.",
    "agree": "Say how far the annotators agree, and where they do not.",
    "adjudicate": "Decide what the annotators disagree about, side by side.",
    "status": "Say how far you are, how fast, and how far you agree with others.",
    "stats": "Count what was done, by annotator and label.",
    "log": "Show the journal: who did what, and when.",
    "undo": "Take back your last action, whenever it was.",
    "redo": "Do again what was undone last.",
    "replay": "Rebuild the state from the journal in a new file, and compare.",
    "scheme": "Show, check or change the label scheme.",
    "keys": "Print the key sheet.",
    "suggest": "Let the engine propose claims for the articles.",
    "learn": "Train a model on accepted claims; switch it on or off.",
    "evaluate": "Score the engine, a model or a database against gold claims.",
    "doctor": "Check database, terminal, pipeline and configuration.",
    "demo": "Open sample articles in a scratch database.",
}
"""Every command with the line that `annotator --help` shows for it."""


def module_of(command: str) -> str:
    """The module of a command; some names are keywords or would hide a builtin."""
    hidden = {"import", "list"}
    return f"annotator.cli.commands.{command}{'_' if command in hidden else ''}"


def _take_db(ctx: typer.Context, value: Path | None) -> Path | None:
    if value is not None:
        Call.of(ctx).db = value
    return value


def _take_name(ctx: typer.Context, value: str | None) -> str | None:
    if value is not None:
        if not value.strip():
            raise typer.BadParameter("a name must not be empty")
        Call.of(ctx).name = value
    return value


def _show_version(value: bool) -> None:
    if value:
        print(f"annotator {__version__}")
        raise typer.Exit


DbOption = Annotated[
    Path | None,
    typer.Option(
        "--db",
        metavar="FILE",
        callback=_take_db,
        expose_value=False,
        help=f"The database. [{DB_VARIABLE}; default: annotations.db]",
    ),
]
NameOption = Annotated[
    str | None,
    typer.Option(
        "--as",
        metavar="NAME",
        callback=_take_name,
        expose_value=False,
        help=f"The annotator. [{NAME_VARIABLE}, or name in the configuration]",
    ),
]


def _everywhere(db: DbOption = None, name: NameOption = None) -> None:
    """Only its options are used: they are added to every command."""


class LazyCommand(TyperCommand):
    """Stands for a command in the list; its module is imported when it is run or asked for help."""

    def make_context(
        self, info_name: str | None, args: list[str], parent: Any = None, **extra: Any
    ) -> Any:
        """Hand over to the real command, with the global options added to it."""
        app: typer.Typer = import_module(module_of(str(self.name))).app
        app._add_completion = False
        command = get_command(app)
        command.name = self.name
        holders = [command]
        if isinstance(command, TyperGroup):
            holders += command.commands.values()
        shared = typer.Typer(add_completion=False)
        shared.command()(_everywhere)
        for holder in holders:
            holder.params = [*holder.params, *get_command(shared).params]
        return command.make_context(info_name, args, parent, **extra)


class LazyGroup(TyperGroup):
    """The program: global options, and a table of commands."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        for name, help_ in COMMANDS.items():
            self.add_command(LazyCommand(name=name, help=help_))


app = typer.Typer(
    name="annotator",
    cls=LazyGroup,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)


@app.callback(invoke_without_command=True)
def program(
    ctx: typer.Context,
    db: DbOption = None,
    name: NameOption = None,
    version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_show_version, is_eager=True, help="Print the version and exit."
        ),
    ] = False,
) -> None:
    """Mark who is the source of each claim in the news, and where the wording is biased.

    Without a command: annotate in ./annotations.db, or offer a demonstration when there is none.
    """
    Call.of(ctx)
    if ctx.invoked_subcommand is None:
        from annotator.cli.bare import annotate_here

        annotate_here(Call.of(ctx))


def _parse_and_run(arguments: Sequence[str] | None) -> int:
    try:
        result = get_command(app).main(
            args=list(sys.argv[1:] if arguments is None else arguments),
            prog_name="annotator",
            standalone_mode=False,
        )
    except typer.TyperException as error:
        context = getattr(error, "ctx", None)
        path = context.command_path if context is not None else "annotator"
        say_error(error.format_message().strip().rstrip("."), f"{path} --help")
        return error.exit_code
    except SystemExit as end:
        if isinstance(end.__context__, BrokenPipeError):
            # Typer makes exit code 1 of it; what it means is said in one place.
            raise end.__context__ from None
        raise
    except typer.Abort:
        say_error("stopped before the end")
        return 1
    if result == 130:
        say("interrupted")
    return result if isinstance(result, int) else 0


def run(arguments: Sequence[str] | None = None) -> int:
    """Run the program and return its exit code: 0, 1 for a failure, 2 for wrong usage."""
    return guarded(lambda: _parse_and_run(arguments))


def main() -> None:
    """The program with its command line parsed."""
    steady_streams()
    sys.exit(run())


if __name__ == "__main__":
    main()
