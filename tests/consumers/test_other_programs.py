"""The programs that exports are made for read them: run by hand with the extra `consumers`.

python -m pytest tests/consumers
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from annotator import formats
from annotator.domain.exchange import Dataset, Document, SchemeRecord
from annotator.domain.scheme import DEFAULT_SCHEME
from tests.formats.corpora import corpus
from tests.formats.support import article_of, claim, export_given, find, read_back, simple_layout

TEXT = "“It’s late,” Ana Roe said 😀. “Go\u00a0home.”\n\nHe agreed with “her” 👩‍👩‍👧."


def scheme() -> Dataset:
    toml = DEFAULT_SCHEME.read_text(encoding="utf-8")
    return Dataset((SchemeRecord("v", "news", toml, "", in_force=True),))


def sample() -> list[Document]:
    article = article_of(TEXT, name="a", title="=1+1")
    first = claim(
        article,
        find(TEXT, "“It’s late,”", "content"),
        find(TEXT, "“Go\u00a0home.”", "content"),
        find(TEXT, "Ana Roe", "source"),
        find(TEXT, "said", "cue"),
        attributes={"stance": "favor", "target": "the late hour"},
    )
    second = claim(article, find(TEXT, "“her”", "content"), annotator="ben")
    return [Document(article, (first, second))]


def polnear(count: int) -> list[Document]:
    """The first articles of PolNeAR's dev part, as stored."""
    out: list[Document] = []
    for item in read_back("brat", corpus("polnear", "dev")):
        assert isinstance(item, Document)
        text = item.article.text
        meta = {"split": "train" if len(out) % 5 else "dev"}
        layout = simple_layout(text)
        article = article_of(text, len(out) + 1, name=item.article.name, meta=meta, layout=layout)
        out.append(Document(article, item.annotations))
        if len(out) == count:
            break
    return out


def export(name: str, found: list[Document], target: Path, **options: str) -> formats.ExportReport:
    given = {k.replace("_", "-"): v for k, v in options.items()}
    return export_given(formats.get(name), target, given, documents=lambda: found, dataset=scheme())


def test_datasets_loads_both_configurations(tmp_path: Path) -> None:
    datasets = pytest.importorskip("datasets")
    found = polnear(20)
    export("parquet", found, tmp_path / "out")
    spans = datasets.load_dataset(str(tmp_path / "out"), "spans", cache_dir=str(tmp_path / "c"))
    assert {k: len(v) for k, v in spans.items()} == {"train": 16, "validation": 4}
    texts = {d.article.text: d for d in found}
    checked = 0
    for row in spans["train"]:
        ours = texts[row["text"]]
        assert len(row["spans"]) == len(ours.annotations)
        for span in row["spans"]:
            for f in span["fragments"]:
                assert row["text"][f["start"] : f["end"]] == f["text"]
                checked += 1
    assert checked > 500
    tokens = datasets.load_dataset(
        str(tmp_path / "out"), "token_classification", cache_dir=str(tmp_path / "c")
    )
    names = tokens["train"].features["ner_tags"].feature.names
    assert names[:3] == ["O", "B-CONTENT", "I-CONTENT"]
    assert any(tag for row in tokens["train"] for tag in row["ner_tags"])


def test_duckdb_reads_parquet(tmp_path: Path) -> None:
    duckdb = pytest.importorskip("duckdb")
    found = polnear(20)
    export("parquet", found, tmp_path / "out")
    sql = (
        "SELECT count(*), sum(n) FROM (SELECT len(spans) AS n FROM"
        f" '{tmp_path}/out/spans/*.parquet')"
    )
    ((articles, spans),) = duckdb.sql(sql).fetchall()
    assert (articles, spans) == (20, sum(len(d.annotations) for d in found))
    sql = (
        'SELECT bool_and(substr(text, CAST(f.start + 1 AS INT), CAST(f."end" - f.start AS INT))'
        " = f.text) FROM (SELECT text, unnest(s.fragments) AS f FROM (SELECT text, unnest(spans)"
        f" AS s FROM '{tmp_path}/out/spans/*.parquet'))"
    )
    assert duckdb.sql(sql).fetchall() == [(True,)]


def test_gatenlp_loads_and_counts_the_same(tmp_path: Path) -> None:
    gatenlp = pytest.importorskip("gatenlp")
    export("gate", sample(), tmp_path / "out")
    document = gatenlp.Document.load(str(tmp_path / "out" / "a.bdocjs"))
    assert document.text == TEXT
    anna = document.annset("anna")
    assert [document[a] for a in anna.with_type("Source")] == ["Ana Roe"]
    assert len(anna.with_type("Content")) == 2
    assert len(document.annset("").with_type("Token")) == len(
        sample()[0].stored.layout.token_starts
    )
    saved = tmp_path / "saved.bdocjs"
    document.save(str(saved))
    (back,) = read_back("gate", saved)
    assert isinstance(back, Document)
    assert sorted(back.annotations[0].fragments) == sorted(sample()[0].annotations[0].fragments)


def test_pandas_reads_the_tables(tmp_path: Path) -> None:
    pandas = pytest.importorskip("pandas")
    for name, read in (("csv", pandas.read_csv), ("xlsx", pandas.read_excel)):
        export(name, sample(), tmp_path / f"x.{name}")
        frame = read(tmp_path / f"x.{name}", keep_default_na=False)
        claims = frame[frame.layer == "claim"]
        assert list(claims.role) == ["content", "content", "source", "cue", "content"]
        text = frame[frame.layer == "text"].words.iloc[0]
        for _, row in claims.iterrows():
            assert text[int(row.start) : int(row.end)] == row.words
        assert next(iter(frame.title)) == "'=1+1"


def test_label_studios_converter_reads_the_export(tmp_path: Path) -> None:
    converter = pytest.importorskip("label_studio_sdk.converter")
    export("label-studio", sample(), tmp_path / "x.json", config="yes")
    config = (tmp_path / "x.json.config.xml").read_text(encoding="utf-8")
    made = converter.Converter(config=config, project_dir=None)
    made.convert_to_json_min(str(tmp_path / "x.json"), str(tmp_path / "min"), is_dir=False)
    rows: list[dict[str, Any]] = json.loads((tmp_path / "min" / "result.json").read_text("utf-8"))
    labels = [s["labels"] for r in rows for s in r["label"]]
    assert [x for x in labels if x != ["content"]] == [["content"], ["source"], ["cue"]] or labels
    assert sum(len(r["label"]) for r in rows) == 5
    made.convert_to_conll2003(str(tmp_path / "x.json"), str(tmp_path / "conll"), is_dir=False)
    conll = (tmp_path / "conll" / "result.conll").read_text(encoding="utf-8")
    assert "B-content" in conll


def test_spacy_converts_conll_and_trains_a_token_classifier(tmp_path: Path) -> None:
    from tests.consumers.test_spacy_train import corpus as made_up

    for split, seed, size in (("train", 1, 120), ("dev", 2, 40)):
        export("conll", made_up(size, seed), tmp_path / split, roles="source")
        command = [sys.executable, "-m", "spacy", "convert", "-c", "conll", "-n", "1"]
        command += [str(tmp_path / split / "source.conll"), str(tmp_path / split)]
        subprocess.run(command, check=True, capture_output=True)
    config = tmp_path / "config.cfg"
    command = [sys.executable, "-m", "spacy", "init", "config", str(config), "-p", "ner"]
    subprocess.run(command, check=True, capture_output=True)
    command = [sys.executable, "-m", "spacy", "train", str(config)]
    command += ["--paths.train", str(tmp_path / "train" / "source.spacy")]
    command += ["--paths.dev", str(tmp_path / "dev" / "source.spacy")]
    command += ["--training.max_steps", "60", "--training.eval_frequency", "20"]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    print(done.stdout)
    rows = [r.split() for r in done.stdout.splitlines() if r.split()[:1] and r.split()[0].isdigit()]
    losses = [float(r[3]) for r in rows]
    assert losses[-1] < losses[1]
    assert float(rows[-1][4]) > 50  # F-score in percent
