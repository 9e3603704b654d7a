"""Real readings: four articles of PolNeAR, each read by six annotators, from brat to the page."""

from __future__ import annotations

import json
import os
import re
from dataclasses import replace
from pathlib import Path

import pytest

from annotator.agreement.alpha import alpha
from annotator.agreement.span_table import BY_ROLE, SpanTable
from annotator.agreement.tokens import token_units
from annotator.cli.main import run
from annotator.report import gather
from annotator.store import Store
from annotator.store.columns import annotation_columns

SHARED = Path(os.environ.get("ANNOTATOR_SHARED", Path(__file__).parents[3] / "shared"))
FOLDER = SHARED / "corpora" / "polnear" / "annotator-training"


def token_alpha_between_blanks(db: str) -> float | None:
    """Token alpha where a token is what stands between blanks, as PolNeAR's readers know words."""
    with Store.open(db, readonly=True) as store:
        articles = [store.article(uid) for uid in store.uids()]
        corpus = gather(articles, annotation_columns(store), store.scheme())
    words = [[m.span() for m in re.finditer(r"\S+", a.text)] for a in articles]
    found = [
        replace(d, token_starts=[a for a, _ in w], token_ends=[b for _, b in w])
        for d, w in zip(corpus.documents("claim"), words, strict=True)
    ]
    layer = SpanTable.from_documents(found, ["source", "cue", "content"], BY_ROLE)
    return alpha(token_units(layer), resampling=None).value


@pytest.mark.skipif(not FOLDER.is_dir(), reason=f"no corpus at {FOLDER}: set ANNOTATOR_SHARED")
def test_two_commands_from_brat_to_the_page(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    db, target = str(tmp_path / "polnear.db"), tmp_path / "report.html"
    source = [
        "import",
        "brat",
        str(FOLDER),
        "-o",
        "annotator-from=suffix",
        "--pipeline",
        "blank:en",
    ]
    assert run(["--db", db, "--as", "importer", *source]) == 0
    assert run(["--db", db, "agree", "--resamples", "200", "--json", "--html", str(target)]) == 0
    record = json.loads(capsys.readouterr().out)
    header = record["header"]
    assert [len(a["read_by"]) for a in header["articles"]] == [6, 6, 6, 6]
    lines = {line["what"]: {r["measure"]: r for r in line["results"]} for line in record["layers"]}
    # The corpus publishes token alpha .754 and agr .923 over all its articles.
    assert 0.7 < lines["all roles"]["alpha_nominal"]["value"] < 0.9
    assert 0.8 < lines["all roles"]["agr_mean"]["value"] < 0.95
    assert lines["all roles"]["alpha_nominal"]["value"] == pytest.approx(0.809, abs=0.002)
    # What a token is makes the difference: without punctuation marks of their own it is .801.
    assert token_alpha_between_blanks(db) == pytest.approx(0.801, abs=0.002)
    assert lines["stance"]["alpha_nominal"]["undefined"] == "no annotations"
    assert len(record["pairs"][0]["cells"]) == 30
    assert target.stat().st_size > 50_000
