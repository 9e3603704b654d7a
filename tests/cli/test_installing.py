"""`make demo` says what it does while pip works."""

from __future__ import annotations

import io
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tools import installing
from tools.installing import Progress, Teller

ROOT = Path(__file__).parents[2]
RECORDED = """\
Obtaining file:///srv/annotator
  Installing build dependencies: started
  Getting requirements to build editable: started
Collecting textual<9,>=8.2.8
  Downloading textual-8.2.8-py3-none-any.whl.metadata (9.1 kB)
Collecting spacy<4,>=3.8
  Using cached spacy-3.8.14-cp311-cp311-manylinux2014_x86_64.whl (33.1 MB)
Requirement already satisfied: pip in ./.venv
Downloading textual-8.2.8-py3-none-any.whl (730 kB)
Installing collected packages: wasabi, textual, spacy
Successfully installed spacy-3.8.14 textual-8.2.8 wasabi-1.1.3
"""


def test_what_pip_says_becomes_one_line() -> None:
    progress, large, lines = Progress(), [], []
    for line in RECORDED.splitlines():
        progress.hear(line.strip())
        lines.append(progress.line(7.4))
        if progress.large:
            large.append(progress.large)
    assert lines[0] == "looking for what is needed, 7 s"
    assert lines[2] == "building what comes as source, 7 s"
    assert lines[6] == "2 packages, 33 MB; fetching spacy, 7 s"
    assert lines[-1] == "2 packages, 34 MB; writing 3 packages, 7 s"
    assert large == ["spacy (33 MB)"]


class Screen(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize("live", [True, False])
def test_nothing_is_silent_for_long(live: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(installing, "TICK_SECONDS", 0.01)
    monkeypatch.setattr(installing, "QUIET_SECONDS", 0.05)
    stream = Screen() if live else io.StringIO()
    with Teller(stream) as teller:
        teller.hear("Collecting spacy<4,>=3.8")
        until = time.monotonic() + 20
        while stream.getvalue().count("fetching spacy") < 2 and time.monotonic() < until:
            time.sleep(0.01)
        teller.hear("Downloading spacy-3.8.14-cp311.whl (33.1 MB)")
    said = stream.getvalue()
    assert said.count("fetching spacy") >= 2
    assert ("\r" in said) is live
    assert ("spacy (33 MB)" in said) is not live
    assert said.endswith(" s\n")


def test_where_pip_fails_its_own_words_are_shown(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tools.installing", "installing nothing", str(tmp_path / "none")],
        capture_output=True, text=True, cwd=ROOT, check=False,
    )  # fmt: skip
    assert done.returncode == 1
    assert done.stderr.startswith("installing nothing\n")
    assert "ERROR" in done.stderr
