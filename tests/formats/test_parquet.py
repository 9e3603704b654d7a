"""Parquet loses nothing of articles and annotations; its token labels are named in the file."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings

from annotator.domain.errors import InputError
from annotator.domain.exchange import BadRecord, Document
from tests.formats.support import (
    article_of,
    claim,
    find,
    read_back,
    stored_documents,
    through,
    written,
)


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(stored_documents())
def test_everything_comes_back(found: list[Document]) -> None:
    back = {d.article.text: d for d in through("parquet", found)}
    assert len(back) == len(found)
    for ours in found:
        theirs = back[ours.article.text]
        assert theirs.article == ours.article
        assert sorted(theirs.annotations, key=lambda a: a.id) == list(ours.annotations)


TEXT = "Ana said 😀 it is late."


def sample(split: str, number: int) -> Document:
    article = article_of(f"{TEXT} {number}", number, meta={"split": split} if split else {})
    one = claim(
        article,
        find(TEXT, "it is late", "content"),
        find(TEXT, "said", "cue"),
        find(TEXT, "Ana", "source"),
        find(TEXT, "is late", "content", 1),
    )
    return Document(article, (one,))


def test_configurations_and_splits_are_named_in_the_card(tmp_path: Path) -> None:
    found = [sample("train", 1), sample("dev", 2), sample("", 3)]
    report = written("parquet", found, tmp_path / "out")
    card = (tmp_path / "out" / "README.md").read_text(encoding="utf-8")
    assert card.startswith("---\nlanguage:\n- en\n")
    assert (
        "configs:\n- config_name: spans\n  data_files:\n"
        '  - split: "validation"\n    path: "spans/dev.parquet"\n'
        '  - split: "train"\n    path: "spans/train.parquet"\n'
        "- config_name: token_classification\n"
    ) in card
    assert {loss.kind: loss.count for loss in report.losses} == {"overlapping span, left out": 3}
    table = pq.read_table(tmp_path / "out" / "token_classification" / "dev.parquet")
    features = json.loads(table.schema.metadata[b"huggingface"])["info"]["features"]
    names = features["ner_tags"]["feature"]["names"]
    row = table.to_pylist()[0]
    tags = [names[tag] for tag in row["ner_tags"]]
    assert list(zip(row["tokens"], tags, strict=True))[:6] == [
        ("Ana", "B-SOURCE"),
        ("said", "B-CUE"),
        ("😀", "O"),
        ("it", "B-CONTENT"),
        ("is", "I-CONTENT"),
        ("late", "I-CONTENT"),
    ]


def test_long_exports_are_written_in_row_groups(tmp_path: Path) -> None:
    found = [Document(article_of(f"Number {i}.", i)) for i in range(1, 601)]
    written("parquet", found, tmp_path / "out")
    file = pq.ParquetFile(tmp_path / "out" / "spans" / "train.parquet")
    assert file.metadata.num_row_groups == 3
    assert len(read_back("parquet", tmp_path / "out")) == 600


def test_wrong_rows_and_files_are_named(tmp_path: Path) -> None:
    fragment = {"role": "content", "start": 0, "end": 99, "span": 0}
    span = {"id": "x", "annotator": "a", "layer": "claim", "fragments": [fragment]}
    pq.write_table(
        pa.Table.from_pylist([{"text": "abc", "spans": [span]}, {"text": "fine", "spans": []}]),
        tmp_path / "x.parquet",
    )
    bad, *good = read_back("parquet", tmp_path / "x.parquet")
    assert isinstance(bad, BadRecord)
    assert "does not fit a text of 3" in bad.message
    assert [type(g) for g in good] == [Document, Document]
    (tmp_path / "y.parquet").write_bytes(b"PAR1 no")
    with pytest.raises(InputError, match="not a Parquet file"):
        read_back("parquet", tmp_path / "y.parquet")
    pq.write_table(pa.table({"a": [1]}), tmp_path / "z.parquet")
    with pytest.raises(InputError, match="no column"):
        read_back("parquet", tmp_path / "z.parquet")
