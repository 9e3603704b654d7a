"""Notes and labels of foreign files bring no control characters in; what is changed is counted."""

from __future__ import annotations

import json
import unicodedata
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from annotator.domain.exchange import Document
from annotator.domain.losses import Losses
from annotator.domain.model import Annotation, ArticleDraft
from annotator.formats.support.cleaning import shown_as_symbols
from annotator.store import Store
from tests.cli.conftest import Call, cli, project

__all__ = ["cli", "project"]

NOTE = "look \x1b]52;c;cm0gLXJm\x07 \x9b31m \x85 end\nline two"
KEPT = "look ␛]52;c;cm0gLXJm␇ \ufffd31m ␤ end\nline two"


def document(note: str, labels: dict[str, str]) -> Document:
    annotation = Annotation("a", "claim", "", "", attributes=labels, note=note)
    return Document(ArticleDraft("Text."), (annotation,), "file:1")


def controls(text: str) -> int:
    return sum(unicodedata.category(c) == "Cc" and c not in "\t\n\r" for c in text)


@given(st.text(), st.dictionaries(st.text(), st.text(), max_size=3))
def test_no_control_is_left_and_each_change_is_counted(note: str, labels: dict[str, str]) -> None:
    losses = Losses()
    before = document(note, labels)
    after = shown_as_symbols(before, losses)
    assert isinstance(after, Document)
    (kept,) = after.annotations
    words = [kept.note, *kept.attributes, *kept.attributes.values()]
    assert sum(map(controls, words)) == 0
    assert len(kept.note) == len(note)
    had = (controls(note) > 0) + (sum(map(controls, [*labels, *labels.values()])) > 0)
    assert losses.total == had
    if not had:
        assert after == before


def test_an_import_says_so_and_keeps_the_rest(cli: Call, project: Path, tmp_path: Path) -> None:
    assert cli("export", "jsonl", tmp_path / "out.jsonl").code == 0
    lines = (tmp_path / "out.jsonl").read_text(encoding="utf-8").splitlines()
    changed = tmp_path / "changed.jsonl"
    with changed.open("w", encoding="utf-8") as stream:
        for line in lines:
            print(line.replace('"note":""', f'"note":{json.dumps(NOTE)}'), file=stream)
    done = cli("--db", tmp_path / "new.db", "import", "jsonl", changed, "--json")
    assert done.code == 0
    assert "control characters in notes (now symbols): 3" in done.err
    assert done.json["losses"][0]["count"] == 3
    with Store.open(tmp_path / "new.db") as store:
        assert {a.note for a in store.annotations()} == {KEPT}
