"""The program as a whole: global options, exit codes, where data and talk go, no tracebacks."""

from __future__ import annotations

import os
import pty
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from annotator.cli import start as start_up
from annotator.cli.main import COMMANDS
from annotator.version import __version__
from tests.cli.conftest import Call

ROOT = Path(__file__).parents[2]


def start(
    *arguments: str, cwd: Path, env: dict[str, str] | None = None, stdout: int = subprocess.PIPE
) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "annotator", *arguments],
        cwd=cwd,
        stdout=stdout,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT), **(env or {})},
    )


def test_version_and_help(cli: Call) -> None:
    assert cli("--version").out == f"annotator {__version__}\n"
    shown = cli("--help")
    assert shown.code == 0
    for name, help_ in COMMANDS.items():
        assert name in shown.out
        assert help_.split()[0] in shown.out


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself_and_takes_the_global_options(
    cli: Call, command: str
) -> None:
    shown = cli(command, "--help")
    assert shown.code == 0
    assert "--db FILE" in shown.out
    assert "--as NAME" in shown.out
    assert shown.err == ""


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["frobnicate"], "No such command 'frobnicate'"),
        (["lst"], "Did you mean 'list'"),
        (["--frobnicate"], "No such option"),
        (["list", "--frobnicate"], "No such option"),
        (["show"], "Missing argument"),
        (["list", "surplus"], "unexpected extra argument"),
        (["--db"], "requires an argument"),
        (["list", "--as", ""], "must not be empty"),
        (["log", "--limit", "many"], "limit"),
        (["log", "--limit", "-1"], "limit"),
        (["search", " "], "nothing to search for"),
        (["scheme"], "Missing command"),
        (["scheme", "frobnicate"], "No such command"),
    ],
)
def test_wrong_usage_is_two_lines_and_exit_code_2(
    cli: Call, arguments: list[str], said: str
) -> None:
    result = cli(*arguments)
    assert result.code == 2
    assert result.out == ""
    error, hint = result.err.splitlines()
    assert error.startswith("error: ")
    assert said in error
    assert hint.startswith("hint: annotator ")
    assert hint.endswith("--help")


@pytest.mark.parametrize(
    "command", [["list"], ["show", "1"], ["stats"], ["log"], ["search", "x"], ["undo", "--as", "a"]]
)
def test_no_database_is_a_failure_with_a_hint(cli: Call, command: list[str]) -> None:
    result = cli(*command)
    assert result.code == 1
    assert result.out == ""
    assert result.err.splitlines()[0] == "error: annotations.db: no such file"
    assert result.err.splitlines()[1].startswith("hint: ")
    assert not Path("annotations.db").exists()


def test_global_options_stand_before_or_after_the_command(
    cli: Call, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.rename("other.db")
    expected = cli("--db", "other.db", "--as", "anna", "list", "--json").out
    assert expected.startswith("[")
    assert cli("list", "--db", "other.db", "--json", "--as=anna").out == expected
    assert cli("--db=other.db", "list", "--as", "anna", "--json").out == expected
    # The later one counts.
    assert cli("--db", "nowhere.db", "list", "--db", "other.db", "--as", "anna", "--json").out == (
        expected
    )
    monkeypatch.setenv("ANNOTATOR_DB", "other.db")
    monkeypatch.setenv("ANNOTATOR_NAME", "anna")
    assert cli("list", "--json").out == expected
    assert cli("--db", "nowhere.db", "list").code == 1
    assert cli("list", "--as", "ben", "--json").out != expected


def test_sub_commands_take_the_global_options_too(cli: Call, project: Path) -> None:
    project.rename("other.db")
    assert cli("scheme", "show", "--db", "other.db").code == 0
    assert cli("scheme", "--db", "other.db", "show").code == 0
    assert cli("--db", "other.db", "scheme", "show").code == 0


def test_the_name_comes_from_the_configuration_when_nothing_else_says(
    cli: Call, project: Path, configure: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "nobody is named" in cli("undo").err
    configure('name = "ben"')
    assert cli("undo").code == 0
    monkeypatch.setenv("ANNOTATOR_NAME", "anna")
    assert cli("undo", "--json").json["annotator"] == "anna"
    assert cli("undo", "--as", "zoe").err.startswith("error: zoe has nothing to undo")


def test_a_closed_pipe_is_no_traceback(project: Path) -> None:
    run = start("keys", cwd=Path.cwd())
    assert run.stdout is not None
    assert run.stderr is not None
    run.stdout.close()
    said = run.stderr.read()
    run.stderr.close()
    run.wait()
    assert said == ""


def test_a_full_device_is_reported(project: Path) -> None:
    if not Path("/dev/full").exists():
        pytest.skip("this system has no /dev/full")
    with Path("/dev/full").open("w") as full:
        run = start("keys", cwd=Path.cwd(), stdout=full.fileno())
        _, said = run.communicate()
    assert run.returncode == 1
    assert said.startswith("error: ")
    assert "Traceback" not in said


def test_ctrl_c_is_no_traceback(project: Path) -> None:
    # The pipe stays open, so the command waits for more until it is interrupted.
    run = subprocess.Popen(
        [sys.executable, "-m", "annotator", "add", "-"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        # Tests that a shell runs in the background ignore SIGINT, and so would the command.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    assert run.stdin is not None
    # More than a pipe holds: when this returns, the command is reading.
    run.stdin.write(b"x" * 1_000_000)
    run.stdin.flush()
    run.send_signal(signal.SIGINT)
    _, said = run.communicate()
    assert run.returncode == 130, said
    assert said.splitlines() == [b"0 added; 0 there already, 0 failed", b"interrupted"]


@pytest.mark.parametrize(
    ("arguments", "place"),
    [([], "annotator.cli.start.annotate"), (["list"], "annotator.cli.main.main")],
)
def test_ctrl_c_during_the_start_is_no_traceback(
    monkeypatch: pytest.MonkeyPatch, arguments: list[str], place: str
) -> None:
    def interrupted() -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(place, interrupted)
    monkeypatch.setattr("sys.argv", ["annotator", *arguments])
    with pytest.raises(SystemExit) as caught:
        start_up.main()
    assert caught.value.code == 130


@pytest.mark.parametrize("locale", ["C", "POSIX"])
def test_an_odd_locale_loses_nothing(project: Path, locale: str) -> None:
    env = {"LC_ALL": locale, "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}
    run = start("show", "bridge", cwd=Path.cwd(), env=env)
    out, said = run.communicate()
    assert run.returncode == 0, said
    assert "“Nobody wanted this,”" in out


def in_terminal(*arguments: str, env: dict[str, str] | None = None) -> str:
    """What the program writes to a terminal of 80 columns."""
    master, slave = pty.openpty()
    run = subprocess.Popen(
        [sys.executable, "-m", "annotator", *arguments],
        stdin=slave,
        stdout=slave,
        stderr=slave,
        env={
            **os.environ,
            "PYTHONPATH": str(ROOT),
            "TERM": "xterm-256color",
            "COLUMNS": "80",
            **(env or {}),
        },
    )
    os.close(slave)
    shown = b""
    while True:
        try:
            piece = os.read(master, 65536)
        except OSError:  # the other end is closed
            break
        if not piece:
            break
        shown += piece
    run.wait()
    os.close(master)
    return shown.decode()


def test_a_terminal_gets_a_table_and_a_pipe_gets_plain_text(cli: Call, project: Path) -> None:
    plain = cli("list").out
    assert "\x1b" not in plain
    assert plain.splitlines()[0].split() == [
        "NO",
        "NAME",
        "DONE",
        "CLAIMS",
        "INCOMPLETE",
        "FLAGS",
        "PUBLISHED",
        "TITLE",
    ]
    drawn = in_terminal("list")
    assert "─" in drawn
    assert "bridge" in drawn
    assert "\x1b[1m" in drawn
    bare = in_terminal("list", env={"NO_COLOR": "1"})
    assert "\x1b[3" not in bare


def test_a_bare_call_without_a_terminal_says_what_to_do(cli: Call, project: Path) -> None:
    result = cli()
    assert result.code == 1
    assert "needs a terminal" in result.err
    assert cli("annotate").code == 1
    assert cli("demo").code == 1


def test_the_name_is_asked_for_once(project: Path, tmp_path: Path) -> None:
    config = tmp_path / "asked" / "config.toml"
    env = {**os.environ, "PYTHONPATH": str(ROOT), "ANNOTATOR_CONFIG": str(config)}
    master, slave = pty.openpty()
    run = subprocess.Popen(
        [sys.executable, "-m", "annotator", "undo"],
        stdin=slave,
        stderr=slave,
        stdout=subprocess.PIPE,
        env=env,
        text=True,
    )
    os.close(slave)
    asked = b""
    while b":" not in asked:
        asked += os.read(master, 1024)
    os.write(master, b"anna\n")
    out, _ = run.communicate()
    os.close(master)
    assert b"Your name" in asked
    assert out == "undone: content (1 change, article 1)\n"
    assert config.read_text(encoding="utf-8") == 'name = "anna"\n'
    again = subprocess.run(
        [sys.executable, "-m", "annotator", "undo"], env=env, capture_output=True, text=True
    )
    assert again.stdout == "undone: stance: against (1 change, article 1)\n"
