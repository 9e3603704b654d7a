"""Every exporter: what the database says = what the file says + what is counted as lost, by name.

Over generated articles with claims in pieces, nested claims, marks, labels of sentences and of
articles, several annotators; under the default scheme and under one without any of its names.
"""

from __future__ import annotations

import csv
import json
import re
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import Final

import pyarrow.parquet as pq
import pytest
from hypothesis import given
from spacy.tokens import DocBin
from spacy.vocab import Vocab

from annotator import formats
from annotator.domain.errors import InputError
from annotator.domain.exchange import BadRecord, Dataset, Document, SchemeRecord
from annotator.domain.model import Annotation
from annotator.domain.scheme import DEFAULT_SCHEME
from tests.formats.support import (
    article_of,
    claim,
    export_given,
    find,
    generated,
    read_back,
    stored_documents,
)

OWN: Final = """
name = "checking"
[[role]]
name = "content"
[[role]]
name = "speaker"
[[role]]
name = "audience"
[[attribute]]
name = "worth"
text = true
[[attribute]]
name = "theme"
text = true
[[attribute]]
name = "device"
layer = "mark"
text = true
[[attribute]]
name = "checked"
layer = "sentence"
text = true
[[attribute]]
name = "tone"
layer = "article"
text = true
"""
SCHEMES: Final = {"news": DEFAULT_SCHEME.read_text(encoding="utf-8"), "own": OWN}
ROLES: Final = {"cue": "speaker", "source": "audience", "via": "speaker"}
NAMES: Final = {
    "news": {
        "claim": ("stance", "source_type", "form", "cue_attitude"),
        "mark": ("type", "polarity", "technique", "target"),
        "sentence": ("biased", "factuality", "kind", "biased"),
        "article": ("slant", "slant", "slant", "slant"),
    },
    "own": {
        "claim": ("worth", "theme", "worth", "theme"),
        "mark": ("device", "device", "device", "device"),
        "sentence": ("checked",) * 4,
        "article": ("tone",) * 4,
    },
}
GENERATED: Final = ("stance", "source_type", "target", "form")


def project(scheme: str) -> Dataset:
    return Dataset((SchemeRecord("v", scheme, SCHEMES[scheme], "", in_force=True),))


def under(scheme: str, found: Iterable[Document]) -> list[Document]:
    """Generated annotations with the roles and labels of a scheme."""
    out = []
    for document in found:
        made: list[Annotation] = []
        for a in document.annotations:
            names = dict(zip(GENERATED, NAMES[scheme][a.layer], strict=True))
            labels = {names[k]: v for k, v in sorted(a.attributes.items())}
            if "technique" in labels:
                labels["technique"] = "loaded_language"
            if labels.get("form"):
                labels["form"] = "direct" if len(labels) % 2 else "mixed"
            pieces = a.fragments
            if scheme == "own":
                pieces = tuple(f._replace(role=ROLES.get(f.role, f.role)) for f in pieces)
            made.append(replace(a, attributes=labels, fragments=tuple(dict.fromkeys(pieces))))
        out.append(replace(document, annotations=tuple(made)))
    return out


def said_by(annotations: Iterable[Annotation]) -> Counter[str]:
    """What annotations say, under the names that losses are counted by."""
    out: Counter[str] = Counter()
    for a in annotations:
        out.update(f"attribute {name}" for name in a.attributes)
        out["parent"] += a.parent is not None
        out["note"] += bool(a.note)
        out["flag"] += a.flagged
        if len(a.fragments) > 1:
            out[f"grouping of pieces into {a.layer}s"] += 1
    return +out


COUNTED: Final = re.compile(r"attribute \w+|parent|note|flag|grouping of pieces into \w+")


def lost_by(report: formats.ExportReport) -> Counter[str]:
    return Counter({x.kind: x.count for x in report.losses if COUNTED.fullmatch(x.kind)})


def told(report: formats.ExportReport, *kinds: str) -> int:
    """How often something of these kinds was counted."""
    return sum(x.count for x in report.losses if x.kind.startswith(kinds))


# ------------------------------------------------------------------------- what stands in the files


def by_reader(name: str) -> Callable[[Path], Counter[str]]:
    """What the format's own reader finds."""

    def inside(path: Path) -> Counter[str]:
        out: Counter[str] = Counter()
        if (
            path.is_dir()
            and not any(p.stat().st_size for p in path.rglob("*.tsv"))
            and (name == "webanno")
        ):
            return out  # no article has words
        for item in read_back(name, path):
            assert not isinstance(item, BadRecord), item
            if isinstance(item, Document):
                out += said_by(item.annotations)
        return out

    return inside


def in_docbin(path: Path) -> Counter[str]:
    out: Counter[str] = Counter()
    roles = {"content", "cue", "source", "via", "speaker", "audience", "mark"}
    for doc in DocBin(store_user_data=True).from_disk(path).get_docs(Vocab()):
        for span in doc.spans["sc"]:
            out["attribute type"] += span.label_ not in roles
        for name, score in doc.cats.items():
            out[f"attribute {name.partition(':')[0]}"] += score == 1.0
    return +out


def in_page(path: Path) -> Counter[str]:
    page = path.read_text(encoding="utf-8")
    out = Counter(f"attribute {n}" for n in re.findall(r"<dd>(\w+): ", page))
    roles = {"content", "cue", "source", "via", "speaker", "audience", "span"}
    out = Counter({k: n for k, n in out.items() if k.removeprefix("attribute ") not in roles})
    out["note"] = out.pop("attribute note", 0)
    out["parent"] = len(re.findall("<dd>nested in: ", page))
    out["flag"] = len(re.findall(", flagged</dt>", page))
    return +out


def in_columns(path: Path) -> Counter[str]:
    """Roles, and the types of marks: more tags than marks where one goes over sentences."""
    return Counter()


def in_table(path: Path) -> Counter[str]:
    """The rows of a table for people: each label in a column of its own or in `outside`."""
    out = Counter[str]()
    names = {name for layers in NAMES.values() for found in layers.values() for name in found}
    with path.open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            told = {n: row.get(f"label_{n}") or row.get(n) for n in names}
            outside = json.loads(row["outside"] or "{}")
            out.update(f"attribute {n}" for n, value in told.items() if value)
            out.update(f"attribute {n}" for n in outside.get("labels", ()))
            out.update(n for n in ("parent", "note") if row[n])
            out["flag"] += row["flagged"] == "yes"
            what = "mark" if "layer" in row else "claim"
            out[f"grouping of pieces into {what}s"] += len(json.loads(row["pieces"])) > 1
    return +out


HOLDING: Final = ("jsonl", "csv", "tsv", "xlsx", "w3c", "parquet")
"""Formats that lose nothing of annotations."""
PIECES: Final = ("prodigy", "doccano", "gate", "uima", "webanno", "label-studio")
OTHERS: Final = ("qdpx", "brat", "german-quotations", "citron", "semeval", "spacy", "html", "conll")
TABLES: Final = ("claims", "spans")
"""Tables of one layer, that say of others how many there are."""
INSIDE: Final = {
    "spacy": in_docbin,
    "html": in_page,
    "conll": in_columns,
    **dict.fromkeys(TABLES, in_table),
}
PAGE_GROUPS = "grouping of pieces into claims"


def check(name: str, scheme: str, found: list[Document], **options: str) -> None:
    form = formats.get(name)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"out{form.suffix}"
        report = export_given(form, path, options, documents=lambda: found, dataset=project(scheme))
        inside = INSIDE.get(name, by_reader(name))(path)
    database = said_by(a for d in found for a in d.annotations if form.layer in (None, a.layer))
    lost = lost_by(report)
    if form.layer is not None:
        others = Counter(a.layer for d in found for a in d.annotations if a.layer != form.layer)
        said = ", ".join(f"{n} of the layer {layer}" for layer, n in sorted(others.items()))
        assert (not others) or any(r.endswith(f": {said}") for r in report.remarks)
    assert not lost - database, "more is lost than there was"
    ids = {i for d in found for i in (d.stored.uid, d.stored.name, *(a.id for a in d.annotations))}
    for loss in report.losses:
        assert loss.examples, f"nobody can find {loss.kind}"
        assert ids.issuperset(loss.examples), loss
    for kind in sorted(database.keys() | inside.keys()):
        there, held = database[kind], inside[kind]
        if name == "html" and kind == PAGE_GROUPS:
            held = there - lost[kind]  # the numbers in the text tell the pieces of each claim
        if name == "conll" and kind == "attribute type":
            assert lost[kind] <= there
            continue
        if name == "german-quotations":
            # Reading says in a note what the scheme has no label for, and a form always.
            held -= told(report, "form ") if kind == "attribute form" else 0
            held = 0 if kind == "note" else held
        if kind.startswith("grouping") and name == "brat":
            # Pieces that became one, or none, are counted as pieces.
            told_of = told(report, "pieces with only", "span of white space", "spans of one mark")
            assert held + lost[kind] <= there <= held + lost[kind] + told_of, kind
            continue
        assert held + lost[kind] == there, (kind, there, held, lost[kind])


EVERY: Final = (*HOLDING, *PIECES, *OTHERS, *TABLES)


def test_every_exporter_is_looked_at() -> None:
    assert {f.name for f in formats.every() if f.write} == set(EVERY)


slow_data = generated(25)


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("name", EVERY)
@slow_data
@given(stored_documents())
def test_labels_relations_and_groupings_are_in_the_file_or_counted(
    name: str, scheme: str, found: list[Document]
) -> None:
    check(name, scheme, under(scheme, found))


@pytest.mark.parametrize(
    ("name", "option", "value"),
    [
        ("spacy", "unit", "sentence"),
        ("spacy", "align", "drop"),
        ("prodigy", "align", "drop"),
        ("prodigy", "align", "contract"),
        ("html", "list", "no"),
        ("conll", "label-by", "worth"),
    ],
)
@slow_data
@given(stored_documents())
def test_with_options_too(name: str, option: str, value: str, found: list[Document]) -> None:
    made = under("own", found)
    if (name, option) in {("spacy", "unit"), ("conll", "label-by")}:
        # A label may stand there more than once: what is not counted must be there at all.
        form = formats.get(name)
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / f"out{form.suffix}"
            report = export_given(
                form, path, {option: value}, documents=lambda: made, dataset=project("own")
            )
        database = said_by(a for d in made for a in d.annotations)
        lost = lost_by(report)
        assert not lost - database
        for kind in ("attribute theme", "attribute tone", "parent", "note", "flag", PAGE_GROUPS):
            assert lost[kind] == database[kind], kind
    else:
        check(name, "own", made, **{option: value})


@pytest.mark.parametrize("name", ["doccano"])
@slow_data
@given(stored_documents(layers=("claim",)))
def test_a_plain_dialect_counts_all_of_it(name: str, found: list[Document]) -> None:
    made = under("own", found)
    with tempfile.TemporaryDirectory() as folder:
        report = export_given(
            formats.get(name),
            Path(folder) / "x.jsonl",
            {"dialect": "labels"},
            documents=lambda: made,
            dataset=project("own"),
        )
    assert lost_by(report) == said_by(a for d in made for a in d.annotations)


# ----------------------------------------------------------------------------------------- examples

TEXT = "Ana Roe said on Monday that it is late. Nobody was there."


def documents() -> list[Document]:
    article = article_of(TEXT)
    one = claim(
        article,
        find(TEXT, "it is late", "content"),
        find(TEXT, "Ana Roe", "speaker"),
        attributes={"worth": "checkable"},
        note="hm",
    )
    two = claim(
        article,
        find(TEXT, "late", "content"),
        attributes={"worth": "opinion", "theme": "time"},
        parent=one.id,
        flagged=True,
    )
    sentence = claim(
        article, find(TEXT, "Nobody was there.", "span"), layer="sentence",
        attributes={"checked": "no"}, reviewed=True,
    )  # fmt: skip
    tone = claim(article, layer="article", attributes={"tone": "calm"})
    mark = claim(article, find(TEXT, "Nobody", "span"), layer="mark", attributes={"device": "x"})
    return [Document(article, (one, two, sentence, tone, mark))]


def exported(name: str, found: list[Document], tmp_path: Path, **options: str) -> dict[str, int]:
    report = export_given(
        formats.get(name),
        tmp_path / f"x{formats.get(name).suffix}",
        {k.replace("_", "-"): v for k, v in options.items()},
        documents=lambda: found,
        dataset=project("own"),
    )
    return {x.kind: x.count for x in report.losses}


def test_labels_of_an_own_scheme_are_lost_by_name(tmp_path: Path) -> None:
    told_of = exported("spacy", documents(), tmp_path)
    assert told_of.items() >= {
        "attribute worth": 2,
        "attribute theme": 1,
        "attribute checked": 1,
        "attribute device": 1,
        "grouping of pieces into claims": 1,
        "parent": 1,
        "note": 1,
        "flag": 1,
    }.items()  # fmt: skip
    kept = exported("spacy", documents(), tmp_path, label_by="worth,theme", config="no")
    assert not kept.keys() & {"attribute worth", "attribute theme"}


@pytest.mark.parametrize(
    "name", ["brat", "prodigy", "doccano", "gate", "uima", "webanno", "html", "conll", "citron"]
)
def test_labels_of_sentences_and_articles_are_lost_by_name(name: str, tmp_path: Path) -> None:
    told_of = exported(name, documents(), tmp_path)
    assert told_of["attribute checked"] == 1
    # doccano has labels of whole texts.
    assert told_of.get("attribute tone", 0) == (name != "doccano")


def test_strict_refuses_what_was_silent(tmp_path: Path) -> None:
    found = [replace(d, annotations=d.annotations[:1]) for d in documents()]
    with pytest.raises(InputError, match="attribute worth: 1"):
        export_given(
            formats.get("spacy"),
            tmp_path / "x.spacy",
            documents=lambda: found,
            dataset=project("own"),
            strict=True,
        )
    assert list(tmp_path.iterdir()) == []


def test_an_article_without_words_takes_nothing_along_unsaid(tmp_path: Path) -> None:
    article = article_of("\n \n")
    one = claim(article, ("content", 0, 1), attributes={"worth": "x"})
    told_of = exported("webanno", [Document(article, (one,))], tmp_path)
    assert told_of["attribute worth"] == 1


def test_what_is_said_of_a_claim_outlives_its_first_piece(tmp_path: Path) -> None:
    """Prodigy's first piece cuts a token and is left out: labels and note go to the next."""
    article = article_of(TEXT)
    one = claim(
        article,
        find(TEXT, "na Roe", "speaker"),
        find(TEXT, "it is late", "content"),
        attributes={"worth": "x"},
        note="n",
    )
    told_of = exported("prodigy", [Document(article, (one,))], tmp_path, align="drop")
    assert "attribute worth" not in told_of
    (back,) = read_back("prodigy", tmp_path / "x.jsonl")
    assert isinstance(back, Document)
    assert (back.annotations[0].attributes, back.annotations[0].note) == ({"worth": "x"}, "n")


def test_token_labels_hold_marks_and_own_roles(tmp_path: Path) -> None:
    told_of = exported("parquet", documents(), tmp_path)
    table = pq.read_table(tmp_path / "x" / "token_classification" / "train.parquet")
    features = json.loads(table.schema.metadata[b"huggingface"])["info"]["features"]
    rows = table.to_pylist()

    def tags(column: str) -> set[str]:
        names = features[column]["feature"]["names"]
        return {names[t] for row in rows for t in row[column]} - {"O"}

    assert tags("speaker_tags") == {"B-SPEAKER", "I-SPEAKER"}
    assert tags("mark_tags") == {"B-mark"}
    assert tags("ner_tags") >= {"B-SPEAKER", "B-CONTENT", "B-mark"}
    assert told_of == {"overlapping span, left out": 1}
