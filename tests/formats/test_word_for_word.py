"""What every text format writes, reads back and complains about, word for word.

The stored texts are what was looked at and found right; `--snapshot-update` renews them, and the
difference is to be read like code. Files are spoilt one value or one line at a time: what is said
of each is part of what users see.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Final

import pytest
from syrupy.assertion import SnapshotAssertion

from annotator import formats
from annotator.domain.exchange import Dataset, SchemeRecord
from annotator.domain.scheme import DEFAULT_SCHEME
from tests.formats.spoiling import by_outcome, outcome, sample, spoilt, spoilt_line
from tests.formats.support import export_given

FOREIGN: Final = Path(__file__).parent / "foreign"
JSON: Final = ("jsonl", "prodigy", "doccano", "label-studio", "gate", "w3c", "citron")
LINES: Final = ("brat", "conll", "webanno", "csv", "tsv", "semeval")


def export(name: str, target: Path) -> formats.ExportReport:
    scheme = SchemeRecord("v", "news", DEFAULT_SCHEME.read_text(encoding="utf-8"), "", True)
    form = formats.get(name)
    return export_given(
        form, target, {}, documents=sample, dataset=Dataset((scheme,)), force=True, manifest=False
    )


def contents(target: Path) -> dict[str, list[str]]:
    """Every file below a path, by lines."""
    files = [target] if target.is_file() else sorted(p for p in target.rglob("*") if p.is_file())
    return {
        "" if p == target else p.relative_to(target).as_posix(): p.read_text("utf-8").split("\n")
        for p in files
        if p.suffix not in (".txt", ".toml") and p.name != "manifest.json"
    }


@pytest.mark.parametrize("name", [*JSON, *LINES, "uima", "german-quotations"])
def test_what_is_written_and_read_back(
    tmp_path: Path, snapshot: SnapshotAssertion, name: str
) -> None:
    target = tmp_path / f"out{formats.get(name).suffix}"
    report = export(name, target)
    told = [f"{x.kind}: {x.count} ({', '.join(x.examples)})" for x in report.losses]
    written = {} if name == "uima" else contents(target)
    assert (written, told, outcome(name, target)) == snapshot


@pytest.mark.parametrize("name", ["brat", "parquet"])
def test_the_card_and_the_manifest(tmp_path: Path, snapshot: SnapshotAssertion, name: str) -> None:
    scheme = SchemeRecord("v", "news", "name = 'news'", "", True)
    export_given(
        formats.get(name), tmp_path / "out", {}, documents=sample, dataset=Dataset((scheme,)),
        force=True, manifest=True, card=True, command="annotator export",
    )  # fmt: skip
    card, manifest = (
        next((tmp_path).rglob(found)).read_text(encoding="utf-8")
        for found in ("README.md", "*manifest*.json")
    )
    said = json.loads(manifest)
    kept = {k: said[k] for k in sorted(said) if k not in ("program_version", "files")}
    assert (card.split("\n"), sorted(said), kept) == snapshot


@pytest.mark.parametrize("path", sorted(FOREIGN.iterdir()), ids=lambda p: str(p.name))
def test_how_foreign_files_are_read(snapshot: SnapshotAssertion, path: Path) -> None:
    prefixes = {"brat": "brat", "conll": "conll", "doccano": "doccano", "ls": "label-studio",
                "prodigy": "prodigy", "recogito": "w3c"}  # fmt: skip
    name = prefixes.get(path.name.partition("_")[0])
    for each in [name] if name else ["doccano", "prodigy", "label-studio", "w3c"]:
        assert outcome(each, path) == snapshot(name=f"{path.name} {each}")


@pytest.mark.parametrize("name", JSON)
def test_what_is_said_of_a_spoilt_value(
    tmp_path: Path, snapshot: SnapshotAssertion, name: str
) -> None:
    target = tmp_path / f"out{formats.get(name).suffix}"
    export(name, target)
    file = target if target.is_file() else sorted(target.rglob("*.*js*"))[0]
    whole, content = outcome(name, target), file.read_text(encoding="utf-8")
    lined = file.suffix == ".jsonl"
    records = [json.loads(x) for x in content.splitlines()] if lined else [json.loads(content)]
    found = []
    for change, records_ in spoilt(records):
        text = "\n".join(json.dumps(r, ensure_ascii=False) for r in records_)
        file.write_text(text + "\n", encoding="utf-8")
        found.append((change, outcome(name, target)))
    assert by_outcome(found, whole) == snapshot


@pytest.mark.parametrize("name", LINES)
def test_what_is_said_of_a_spoilt_line(
    tmp_path: Path, snapshot: SnapshotAssertion, name: str
) -> None:
    target = tmp_path / f"out{formats.get(name).suffix}"
    export(name, target)
    file = target
    if target.is_dir():
        files = sorted(p for p in target.rglob("*") if p.is_file() and p.suffix != ".txt")
        file = max(files, key=lambda p: p.stat().st_size)
    whole = outcome(name, target)
    lines = file.read_text(encoding="utf-8").split("\n")
    found = []
    for i, line in enumerate(lines):
        for change, changed in spoilt_line(line) if line else ():
            file.write_text("\n".join([*lines[:i], changed, *lines[i + 1 :]]), encoding="utf-8")
            found.append((f"{i + 1}: {change}", outcome(name, target)))
    assert by_outcome(found, whole) == snapshot
