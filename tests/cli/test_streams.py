"""Streams that are closed, full or left by their reader; databases that would keep nothing."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import Call

PROGRAM = f"'{sys.executable}' -m annotator"
unix = pytest.mark.skipif(sys.platform == "win32", reason="about a Unix shell")


def shell(line: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a line of bash with pipefail, `annotator` in it being this checkout's."""
    return subprocess.run(
        ["bash", "-o", "pipefail", "-c", line.replace("annotator", PROGRAM)],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
        capture_output=True,
        text=True,
    )


@pytest.fixture
def folder(project: Path) -> Path:
    """The folder of a small project, with a text that is long enough to fill a pipe."""
    here = project.resolve().parent
    (here / "long.txt").write_text("A sentence of a long text, she said.\n\n" * 20_000)
    return here


@unix
@pytest.mark.parametrize("command", [
    "list", "list --json", "show 1", "show 1 --json", "export jsonl -", "search the", "log",
    "formats", "keys", "stats", "scheme show --toml", "--help",
])  # fmt: skip
def test_a_reader_that_has_enough_is_a_success(folder: Path, command: str) -> None:
    for reader in ("head -1", "true"):
        done = shell(f"annotator {command} | {reader}", folder)
        assert (done.returncode, done.stderr.count("error")) == (0, 0), done.stderr


@unix
def test_what_is_longer_than_a_pipe_too(folder: Path) -> None:
    assert shell("annotator add long.txt", folder).returncode == 0
    done = shell("annotator show long --json | head -c 10", folder)
    assert (done.returncode, done.stderr) == (0, "")


@unix
@pytest.mark.parametrize("closing", ["1>&-", "2>&-", "0<&-", "1>&- 2>&-", "0<&- 1>&- 2>&-"])
@pytest.mark.parametrize("command", ["list", "stats --json", "--version", "add long.txt", "add -"])
def test_a_closed_stream_is_no_traceback(folder: Path, command: str, closing: str) -> None:
    done = shell(f"annotator {command} {closing}", folder)
    said = done.stdout + done.stderr
    assert "Traceback" not in said
    prints = command in ("list", "stats --json", "--version")
    assert done.returncode == (1 if (prints and "1>" in closing) or command == "add -" else 0)
    if prints and closing == "1>&-":
        assert "error: standard output is closed" in done.stderr
    if prints and "1>" not in closing:
        assert done.stdout
    if "2>" in closing:
        assert "error" not in done.stdout, "talk is no data"
    assert shell("annotator doctor", folder).returncode == 0


@unix
def test_talk_that_nobody_hears_does_not_stop_the_work(folder: Path) -> None:
    for i in range(40):
        (folder / f"a{i}.txt").write_text(f"Text number {i}, he said.\n")
    shell("annotator add a*.txt --json 2> >(true) > /dev/null", folder)
    assert len(json.loads(shell("annotator list --json", folder).stdout)) == 42


@pytest.mark.parametrize("command", [("add", "a.txt"), ("list",), ("init",)])
def test_a_database_in_memory_is_refused(cli: Call, command: tuple[str, ...]) -> None:
    Path("a.txt").write_text("A text, he said.\n", encoding="utf-8")
    done = cli("--db", ":memory:", *command)
    assert done.code == 1
    assert "error: a database in memory would keep nothing" in done.err
    assert "made" not in done.err
