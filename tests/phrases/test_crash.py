"""A process that is killed while it adds articles leaves index and text in step."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest

from annotator.store import Store
from annotator.store.phrase_check import problems
from tests.store.support import connection

ROOT = Path(__file__).parents[2]
ADD = """
import sys
from annotator.store import Store
from tests.phrases.support import add
with Store.open(sys.argv[1]) as store:
    for i in range(100_000):
        told = (f"Sentence {i * 7 + j} tells of word{i} and word{j}." for j in range(40))
        add(store, " ".join(told))
        if i == 5:
            print("going", flush=True)
"""


@pytest.mark.parametrize("wait", [0.0, 0.05, 0.11])
def test_killed_while_adding(tmp_path: Path, wait: float) -> None:
    path = tmp_path / "a.db"
    Store.create(path).close()
    with subprocess.Popen(
        [sys.executable, "-c", ADD, str(path)], stdout=subprocess.PIPE, cwd=ROOT
    ) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == b"going\n"
        time.sleep(wait)
        child.kill()
    with Store.open(path) as store:
        counted, wrong = problems(connection(store))
        assert wrong == []
        assert counted >= 6 * 40
        assert [p for f in store.findings() for p in f.problems] == []
