"""Formats from the command line: whose annotations are, verdicts, formats of other packages."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from annotator.domain.ids import new_id
from annotator.store import Store
from tests.cli.conftest import Call
from tests.store.support import batch

PLUG_IN = """
from annotator.formats.support.base import Format


def write(documents, project, out, options, losses):
    with out.open() as stream:
        for document in documents:
            stream.write(f"{document.article.name}: {len(document.annotations)}\\n".encode())


COUNTS = Format("counts", "Counts", ".txt", "counts", "the rest", "none", write=write)
"""


@pytest.mark.parametrize(
    ("where", "whose"), [("field", "kim"), ("suffix", "lee"), ("importer", "zoe"), ("", "kim")]
)
def test_whose_imported_annotations_are(cli: Call, where: str, whose: str) -> None:
    record = {"text": "Ana said it", "label": [[0, 3, "source"]], "username": "kim"}
    Path("batch_lee.jsonl").write_text(json.dumps(record), encoding="utf-8")
    more = ["--annotator-from", where] if where else []
    result = cli("import", "doccano", "batch_lee.jsonl", "--as", "zoe", "--json", *more)
    assert result.json["by_annotator"] == {whose: 1}


def test_whose_a_brat_folder_is(cli: Call) -> None:
    for folder in ("text", "attributions"):
        (Path("corpus") / folder).mkdir(parents=True)
    Path("corpus/text/a.txt").write_text("Ana said it", encoding="utf-8")
    line = "T1\tSource 0 3\tAna\n"
    Path("corpus/attributions/a_lee.ann").write_text(line, encoding="utf-8")
    for more, whose in (((), "lee"), (("--annotator-from", "importer"), "zoe")):
        result = cli("import", "brat", "corpus", "--as", "zoe", "--json", "--new-ids", *more)
        assert result.json["by_annotator"] == {whose: 1}
    assert cli("import", "brat", "corpus", "--as", "zoe", "--annotator-from", "moon").code == 2


def test_an_import_of_others_annotations_needs_no_name(cli: Call) -> None:
    record = {"text": "Ana said it", "label": [[0, 3, "source"]], "username": "kim"}
    Path("theirs.jsonl").write_text(json.dumps(record), encoding="utf-8")
    result = cli("import", "doccano", "theirs.jsonl", "--json")
    assert (result.code, result.json["by_annotator"]) == (0, {"kim": 1})
    assert "import" in cli("log").out
    nobodys = cli("import", "doccano", "theirs.jsonl", "--annotator-from", "importer")
    assert (nobodys.code, "nobody is named" in nobodys.err) == (1, True)


def test_annotations_of_nobody_are_refused_whole(cli: Call) -> None:
    record = {"text": "Ana said it", "label": [[0, 3, "source"]]}
    Path("whose.jsonl").write_text(json.dumps(record), encoding="utf-8")
    result = cli("import", "doccano", "whose.jsonl")
    assert result.code == 1
    assert "--as NAME" in result.err
    assert not Path("annotations.db").exists()


def test_verdicts_are_no_loss_of_formats_that_hold_spans(cli: Call, project: Path) -> None:
    with Store.open(project) as store:
        one = next(a for a in store.annotations() if a.layer == "claim")
        verdict = replace(one, id=new_id(), layer="verdict", provenance="suggested")
        store.apply(batch((None, verdict)))
    done = cli("export", "doccano", "out.jsonl", "--strict")
    assert done.code == 0, done.err
    assert "verdict" not in Path("out.jsonl").read_text(encoding="utf-8")
    assert '"verdict": 1' in cli("export", "jsonl", "all.jsonl").err + Path(
        "all.jsonl.manifest.json"
    ).read_text(encoding="utf-8")
    refused = cli("export", "doccano", "x.jsonl", "--layer", "verdict")
    assert refused.code == 1
    assert "doccano holds no verdicts" in refused.err
    assert "hint: these do: jsonl" in refused.err


def test_an_installed_package_adds_a_format(tmp_path: Path, cli: Call, project: Path) -> None:
    site = tmp_path / "site"
    (site / "theirs-1.dist-info").mkdir(parents=True)
    (site / "theirs.py").write_text(PLUG_IN, encoding="utf-8")
    metadata = "Metadata-Version: 2.1\nName: theirs\nVersion: 1\n"
    (site / "theirs-1.dist-info" / "METADATA").write_text(metadata, encoding="utf-8")
    entry = "[annotator.formats]\ncounts = theirs:COUNTS\n"
    (site / "theirs-1.dist-info" / "entry_points.txt").write_text(entry, encoding="utf-8")
    environment = {**os.environ, "PYTHONPATH": str(site)}
    for command in (("formats",), ("export", "counts", "counts.txt")):
        program = [sys.executable, "-c", "from annotator.cli.start import main; main()", *command]
        done = subprocess.run(program, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        assert command[0] != "formats" or "counts" in done.stdout
    assert Path("counts.txt").read_text() == "bridge: 3\nsecond: 0\n"
