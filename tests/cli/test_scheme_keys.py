"""A project whose scheme has keys that the program came to use goes out, in, and is sound."""

from __future__ import annotations

from pathlib import Path

from annotator.store import Store
from tests.cli.conftest import Call
from tests.tui.app.test_scheme_keys import put


def test_such_a_project_can_be_exported_imported_and_examined(cli: Call, project: Path) -> None:
    with Store.open(project) as store:
        scheme = put(store)
    assert cli("export", "jsonl", "old.jsonl").code == 0
    back = cli("import", "jsonl", "old.jsonl", "--db", "new.db", "--as", "zoe")
    assert back.code == 0, back.err
    with Store.open(Path("new.db")) as store:
        assert store.scheme().version == scheme.version
    found = cli("doctor", "--db", "new.db")
    assert "z (nav.jump)" in found.out + found.err
    assert "already taken" not in found.out + found.err
