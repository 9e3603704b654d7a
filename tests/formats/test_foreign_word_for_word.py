"""What becomes of files of other programs, whole and with one thing wrong, word for word.

As in `test_word_for_word.py`: the stored texts were looked at and found right;
`--snapshot-update` renews them, and the difference is to be read like code.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import pytest
from syrupy.assertion import SnapshotAssertion

from tests.formats import rich
from tests.formats.spoiling import by_outcome, outcome, spoilt, spoilt_line

JSON: Final[dict[str, tuple[str, str, Any]]] = {
    "doccano": ("doccano", "x.jsonl", rich.DOCCANO),
    "prodigy": ("prodigy", "x.jsonl", rich.PRODIGY),
    "label-studio": ("label-studio", "x.json", rich.LABEL_STUDIO),
    "page": ("label-studio", "page.json", rich.PAGE),
    "gate": ("gate", "x.bdocjs", rich.GATE),
    "w3c": ("w3c", "x.json", rich.W3C),
    "citron": ("citron", "x.json", rich.CITRON),
}
LINES: Final = {
    "brat": ("brat", "x.ann", rich.BRAT),
    "conll": ("conll", "x.conll", rich.CONLL),
    "semeval": ("semeval", "article1.labels", rich.SEMEVAL),
    "webanno": ("webanno", "x.tsv", rich.WEBANNO),
}


@pytest.fixture
def read(tmp_path: Path) -> Callable[..., list[str]]:
    """What comes of a file of this name and content, in a folder where its text is too."""
    (tmp_path / "in").mkdir()
    for name in ("x.txt", "article1.txt"):
        (tmp_path / "in" / name).write_text(rich.TEXT, encoding="utf-8")

    def found(form: str, name: str, content: str, **given: str) -> list[str]:
        path = tmp_path / "in" / name
        path.write_text(content, encoding="utf-8", newline="")
        options = {k.replace("_", "-"): v for k, v in given.items()}
        options |= {"text": str(tmp_path / "in" / "x.txt")} if form == "w3c" else {}
        source = path.parent if form == "semeval" else path
        return [line.replace(str(tmp_path), "TMP") for line in outcome(form, source, options)]

    return found


Read = Callable[..., list[str]]


@pytest.mark.parametrize("which", JSON)
def test_files_of_records(read: Read, snapshot: SnapshotAssertion, which: str) -> None:
    form, name, record = JSON[which]
    whole = read(form, name, json.dumps(record))
    assert whole == snapshot(name=f"{which} whole")
    found = [(change, read(form, name, json.dumps(value))) for change, value in spoilt(record)]
    assert by_outcome(found, whole) == snapshot(name=f"{which} spoilt")


@pytest.mark.parametrize("which", LINES)
def test_files_of_lines(read: Read, snapshot: SnapshotAssertion, which: str) -> None:
    form, name, content = LINES[which]
    whole, lines = read(form, name, content), content.split("\n")
    assert whole == snapshot(name=f"{which} whole")
    found = []
    for i, line in enumerate(lines):
        for change, changed in spoilt_line(line) if line else ():
            text = "\n".join([*lines[:i], changed, *lines[i + 1 :]])
            found.append((f"{i + 1}: {change}", read(form, name, text)))
    assert by_outcome(found, whole) == snapshot(name=f"{which} spoilt")


OPTIONS: Final = [
    ("conll", {"column": "3"}),
    ("conll", {"column": "-1,3"}),
    ("conll", {"word_column": "2", "column": "4"}),
    ("conll", {"column": "9"}),
    ("webanno", {"types": "de.Part"}),
    ("webanno", {"types": "de.Part,webanno.custom.Claim,de.Chain"}),
    ("brat", {"annotator_from": "importer"}),
]


@pytest.mark.parametrize(("which", "options"), OPTIONS, ids=str)
def test_files_read_with_options(
    read: Read, snapshot: SnapshotAssertion, which: str, options: dict[str, str]
) -> None:
    assert read(*LINES[which], **options) == snapshot


@pytest.mark.parametrize("key", ["content", "title", "gone"])
def test_the_text_of_a_task_by_its_key(read: Read, snapshot: SnapshotAssertion, key: str) -> None:
    form, name, record = JSON["label-studio"]
    assert read(form, name, json.dumps(record), text_key=key) == snapshot


@pytest.mark.parametrize("end", ["\r\n", "\ufeff"], ids=["CRLF", "BOM"])
@pytest.mark.parametrize("which", LINES)
def test_line_ends_and_a_mark_at_the_beginning_change_nothing(
    read: Read, which: str, end: str
) -> None:
    form, name, content = LINES[which]
    other = end + content if end == "\ufeff" else content.replace("\n", end)
    assert read(form, name, other) == read(form, name, content)


@pytest.mark.parametrize("which", JSON)
def test_records_with_a_mark_at_the_beginning(read: Read, which: str) -> None:
    form, name, record = JSON[which]
    plain = json.dumps(record)
    assert read(form, name, f"\ufeff{plain}\r\n") == read(form, name, plain)
