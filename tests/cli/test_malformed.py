"""1,000 malformed inputs: no traceback, an honest exit code, and no change by what was refused."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections import Counter
from pathlib import Path

import pytest

from annotator import formats
from annotator.store import Store
from tests.cli.conftest import Call
from tests.cli.malformed import case
from tests.store.support import problems

CASES = 1000
BATCHES = 10
FORMS = [name for name in formats.names() if formats.get(name).read is not None]


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.mark.parametrize("batch", range(BATCHES))
def test_malformed_input_is_refused_and_changes_nothing(
    cli: Call, project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, batch: int
) -> None:
    assert cli("export", "jsonl", "-").code == 0
    export = cli("export", "jsonl", "-").out.encode()
    good = tmp_path / "good.db"
    shutil.copyfile(project, good)
    before = digest(good)
    codes: Counter[int] = Counter()
    for seed in range(batch, CASES, BATCHES):
        made = case(seed, export, FORMS)
        where = tmp_path / "cases" / str(seed)
        where.mkdir(parents=True)
        monkeypatch.chdir(where)
        db = where / "annotations.db"
        shutil.copyfile(good, db)
        made.lay()
        options = ["--db", str(db), "--pipeline", "blank:en", "--json"]
        at = 1  # after the command, before any "--"
        arguments = [*made.arguments[:at], *options, *made.arguments[at:]]
        result = cli(*arguments, stdin=made.stdin)
        told = f"case {seed}, {made.kind}: {result.err[:300]}"
        codes[result.code] += 1
        assert result.code in (0, 1, 2), told
        if result.code:
            assert "error: " in result.err, told
        assert not set(result.err) & set("\x1b\x07\x9b\u202e\x00"), told
        assert not set(result.out) & set("\x1b\x07\x9b\u202e\x00"), told
        refused = result.code != 0
        if made.arguments[0] == "add" and result.out:
            # One bad record among good ones: those are added, and the exit code says 1.
            refused = not json.loads(result.out)["added"]
        if refused:
            assert digest(db) == before, told
        else:
            with Store.open(db) as store:
                assert problems(store) == [], told
        shutil.rmtree(where)
    assert codes.total() == CASES // BATCHES
    # Most of it cannot be used at all; a part is odd but honest text.
    assert codes[1] > codes[0]


def test_one_bad_file_among_many_is_named_and_the_others_are_added(cli: Call) -> None:
    for i in range(5):
        Path(f"good{i}.txt").write_text(f"Article {i}.\n\nShe said so.", encoding="utf-8")
    Path("bad.txt").write_bytes(b"\x00\x01\x02" * 100)
    Path("empty.txt").write_bytes(b"")
    result = cli("add", ".", "--pipeline", "blank:en", "--json")
    assert result.code == 1
    assert len(result.json["added"]) == 5
    assert sorted(f["origin"] for f in result.json["failed"]) == ["bad.txt", "empty.txt"]
    assert "error: bad.txt" in result.err
    assert len(cli("list", "--json").json) == 5
    assert cli("doctor").code == 0


def test_a_database_made_for_nothing_is_removed(cli: Call) -> None:
    Path("bad.txt").write_bytes(b"\x00\x01\x02" * 100)
    assert cli("add", "bad.txt").code == 1
    assert [p.name for p in Path().iterdir()] == ["bad.txt"]
