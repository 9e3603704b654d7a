"""What the field's corpora hold beside spans: raters, spellings, aims, speakers, coreference."""

from __future__ import annotations

import json
import zlib
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from annotator import formats
from annotator.domain.errors import InputError
from annotator.domain.exchange import BadRecord, Document
from annotator.domain.losses import Losses


def reading(
    name: str, path: Path, **options: str
) -> tuple[list[Document], list[BadRecord], dict[str, int]]:
    """Documents, bad records, and what was counted."""
    losses = Losses()
    given = {k.replace("_", "-"): v for k, v in options.items()}
    items = list(formats.read(formats.get(name), path, given, losses))
    documents = [i for i in items if isinstance(i, Document)]
    bad = [i for i in items if isinstance(i, BadRecord)]
    return documents, bad, {x.kind: x.count for x in losses}


def table(path: Path, head: str, *rows: str) -> Path:
    path.write_text("\n".join((head, *rows)) + "\n", encoding="utf-8")
    return path


@pytest.mark.parametrize(
    "column", ["annotator", "annotator_id", "survey_record_id", "Rater ID", "worker-id"]
)
def test_ratings_belong_to_their_raters(tmp_path: Path, column: str) -> None:
    rows = [f"They slammed it,{i}.0,{'Biased' if i % 2 else 'Non-biased'}" for i in range(8)]
    path = table(tmp_path / "x.csv", f"sentence,{column},label_bias", *rows)
    (document,), bad, counted = reading("babe", path)
    assert (bad, counted) == ([], {})
    assert {a.annotator: a.attributes["biased"] for a in document.annotations} == {
        str(i): "yes" if i % 2 else "no" for i in range(8)
    }


def test_ratings_of_nobody_knows_whom_are_refused_by_row(tmp_path: Path) -> None:
    rows = [f"They slammed it,{i},{i % 2}" for i in range(4)]
    path = table(tmp_path / "x.csv", "sentence,who,bias", *rows, rows[0])
    (document,), bad, counted = reading("babe", path)
    assert [b.where for b in bad] == ["x.csv:3", "x.csv:4", "x.csv:5"]
    assert "-o annotator-column=COLUMN" in bad[0].message
    assert len(document.annotations) == 1
    assert counted == {"column who": 1, "row that stands twice": 1}
    (document,), bad, _ = reading("babe", path, annotator_column="who")
    assert (len(document.annotations), bad) == (5, [])
    with pytest.raises(InputError, match="no column 'x'"):
        reading("babe", path, annotator_column="x")


def test_labels_in_any_spelling_and_the_others_counted(tmp_path: Path) -> None:
    bias = {
        **dict.fromkeys(("Biased", "biased", " BIASED ", "1", "1.0", "yes"), "yes"),
        **dict.fromkeys(("Non-biased", "non biased", "Not biased", "unbiased", "0.0"), "no"),
    }
    opinion = {
        **dict.fromkeys(("Entirely factual", "entirely-factual", "0"), "factual"),
        **dict.fromkeys(("somewhat-factual-but-also-opinionated", "1.0"), "mixed"),
        **dict.fromkeys(("Expresses writer’s opinion", "expresses-writers-opinion"), "opinion"),
    }
    rows = [f"b{i},{label},," for i, label in enumerate(bias)]
    rows += [f"o{i},,{label}," for i, label in enumerate(opinion)]
    rows += ["x,No agreement,,nan", "y,No agreement,odd,"]
    found, bad, counted = reading(
        "babe", table(tmp_path / "x.csv", "text,bias,opinion,words", *rows)
    )
    assert bad == []
    said = [next(iter(d.annotations[-1].attributes.values()), None) for d in found]
    assert said == [*bias.values(), *opinion.values(), None, None]
    assert counted == {"bias 'No agreement'": 2, "opinion 'odd'": 1}


@pytest.mark.parametrize("name", ["words", "biased_words", "biased_words4", "Biased Words"])
@pytest.mark.parametrize("cell", ["['slammed', 'it']", "slammed;it", "[slammed, it]"])
def test_biased_words_in_any_column_and_shape(tmp_path: Path, name: str, cell: str) -> None:
    path = table(tmp_path / "x.tsv", f"text\t{name}", f"They slammed it\t{cell}")
    (document,), _, counted = reading("babe", path)
    marks = [a for a in document.annotations if a.layer == "mark"]
    assert [(a.start, a.end) for a in marks] == [(5, 12), (13, 15)]
    assert counted == {}


def test_sentences_of_one_page_are_no_versions_of_each_other(tmp_path: Path) -> None:
    path = table(tmp_path / "x.csv", "text,news_link", "One.,http://x", "Two.,http://x")
    found, _, _ = reading("babe", path)
    assert [(d.article.url, d.article.meta["news_link"]) for d in found] == [("", "http://x")] * 2


def test_basils_aims_speakers_titles_and_answers(tmp_path: Path) -> None:
    aims = {"dir": "direct", "ind_pro": "via_ally", "ind_anti": "via_opponent"}
    aims |= {"ind_general": "general", "ind_ally": "via_ally", "ind_opp": "via_opponent"}
    spans: list[dict[str, Any]] = [
        {"id": "p0", "start": 0, "end": 4, "txt": "They", "bias": "lex", "aim": aim} for aim in aims
    ]
    spans.append(
        {
            "id": "title",
            "start": 2,
            "end": 7,
            "txt": "farce",
            "bias": "odd",
            "quote": "yes",
            "speaker": "Ana Roe",
            "notes": "hm",
            "indirect-target-name": "The board",
            "further": "x",
        }
    )
    record = {
        "title": "A farce",
        "uuid": "u1",
        "body-paragraphs": [["They slammed it."]],
        "phrase-level-annotations": spans,
        "article-level-annotations": {"stance": "left", "entities": [{"a": 1}]},
    }
    (tmp_path / "x.json").write_text(json.dumps(record))
    (document,), bad, counted = reading("basil", tmp_path)
    assert bad == []
    text = document.article.text
    assert text == "A farce\nThey slammed it."
    *direct, titled, answers = document.annotations
    assert [a.attributes["aim"] for a in direct] == list(aims.values())
    assert {text[a.start : a.end] for a in direct} == {"They"}
    assert text[titled.start : titled.end] == "farce"
    assert titled.attributes == {
        "owner": "source",
        "speaker": "Ana Roe",
        "indirect_target": "The board",
    }
    assert titled.note == "hm"
    assert (answers.layer, answers.attributes) == ("article", {"stance": "left"})
    assert document.article.meta == {"uuid": "u1"}
    assert counted == {"bias 'odd'": 1, "field further": 1, "answer entities": 1}


def test_citrons_confidence_is_kept_and_coreference_counted(tmp_path: Path) -> None:
    span = {"start": 0, "end": 3, "text": "Ana"}
    quote = {"cue": span, "confidence": 0.75, "coreferences": [span, span]}
    record = {"text": "Ana said it", "quotes": [quote], "coreference_groups": [[span], [span]]}
    (tmp_path / "x.json").write_text(json.dumps(record))
    (document,), _, counted = reading("citron", tmp_path)
    assert [a.attributes for a in document.annotations] == [{"confidence": "0.75"}]
    assert counted == {"coreference group": 2, "coreference of a quote": 2}


def test_what_gendergaptracker_found_beside_is_kept_or_counted(tmp_path: Path) -> None:
    quote: dict[str, Any] = {"quote": "it", "quote_index": "(9,11)", "quote_type": "Heuristic"}
    quote |= {"speaker": "Ana", "named_entities": ["Ana"]}
    record = {"body": "Ana said it", "quotes": [quote], "outlet": "Post", "genre": "news"}
    (tmp_path / "x.json").write_text(json.dumps(record))
    (document,), _, counted = reading("gendergaptracker", tmp_path)
    assert [a.attributes for a in document.annotations] == [{"quote_type": "Heuristic"}]
    assert (document.article.outlet, document.article.meta) == ("Post", {"genre": "news"})
    assert counted == {"field named_entities": 1, "speaker without its place": 1}


GENDERGAP = '{{"body":"a","quotes":[{{"quote_index":"(0,{})"}}]}}'
BASIL = (
    '{{"body-paragraphs":[["A b."]],"phrase-level-annotations":[{{"id":"p{}","start":0,"end":1}}]}}'
)
SEMEVAL = {"article1.txt": "Words.", "article1.labels": "1\tDoubt\t0\t{}"}


@pytest.mark.parametrize(
    ("name", "files", "told"),
    [
        ("semeval", SEMEVAL, "divided by"),
        ("gendergaptracker", {"x.json": GENDERGAP}, "is not (start,end)"),
        ("basil", {"x.json": BASIL}, "there is no sentence"),
    ],
)
def test_numbers_of_thousands_of_digits_are_bad_records(
    tmp_path: Path, name: str, files: dict[str, str], told: str
) -> None:
    for file, content in files.items():
        (tmp_path / file).write_text(content.format("9" * 5000))
    found, bad, _ = reading(name, tmp_path)
    assert (len(found), len(bad)) == (1, 1)
    assert told in bad[0].message
    assert len(bad[0].message) < 200


def test_a_docbin_that_unpacks_to_too_much_is_refused_unpacked_in_pieces(tmp_path: Path) -> None:
    (tmp_path / "x.spacy").write_bytes(zlib.compress(bytes(5 << 20)))
    with pytest.raises(InputError, match="unpacks to more than 2 MB"):
        reading("spacy", tmp_path / "x.spacy", max_file_mb="2")


def test_categories_of_a_docbin_are_labels_of_the_article(tmp_path: Path) -> None:
    from spacy.tokens import Doc, DocBin, Span
    from spacy.vocab import Vocab

    doc = Doc(Vocab(), words=["Ana", "said", "it"], tags=["N", "V", "P"])
    doc.cats = {"NEWS": 1.0, "SPORT": 0.0, "OPINION": 0.25, "slant:left": 1.0, "slant:right": 0.0}
    doc.spans["sc"] = [Span(doc, 0, 1, label="source")]
    doc.set_ents([Span(doc, 0, 1, label="PER", kb_id="Q1")])
    doc.user_data["x"] = 1
    attrs = ["ORTH", "SPACY", "TAG", "ENT_IOB", "ENT_TYPE", "ENT_KB_ID"]
    DocBin(attrs=attrs, docs=[doc], store_user_data=True).to_disk(tmp_path / "x.spacy")
    (document,), _, counted = reading("spacy", tmp_path / "x.spacy")
    labels = {"NEWS": "yes", "SPORT": "no", "OPINION": "0.25", "slant": "left"}
    assert [(a.layer, a.attributes) for a in document.annotations] == [
        ("claim", {}),
        ("mark", {"type": "PER"}),
        ("article", labels),
    ]
    assert counted == {"TAG of words": 1, "kb_id of a span": 1, "user data x": 1}


def test_a_source_of_two_contents_is_a_source_of_two_claims(tmp_path: Path) -> None:
    text = "Ana said one and two to Bo"
    spans = {"Ana": "source", "said": "cue", "one": "content", "two": "content", "Bo": "source"}
    record = {
        "text": text,
        "entities": [
            {
                "id": i,
                "label": r,
                "start_offset": text.index(w),
                "end_offset": text.index(w) + len(w),
            }
            for i, (w, r) in enumerate(spans.items())
        ],
        "relations": [
            {"from_id": a, "to_id": b, "type": t}
            for a, b, t in (
                (2, 0, "source"),
                (2, 1, "cue"),
                (3, 0, "source"),
                (3, 4, "source"),
                (2, 3, "supports"),
            )
        ],
    }
    (tmp_path / "x.jsonl").write_text(json.dumps(record))
    (document,), _, counted = reading("doccano", tmp_path / "x.jsonl")
    found = [
        Counter((f.role, text[f.start : f.end], f.span) for f in a.fragments)
        for a in document.annotations
        if a.layer == "claim"
    ]
    (supports,) = [a for a in document.annotations if a.layer == "relation"]
    assert dict(supports.attributes) == {"type": "supports"}
    assert found == [
        Counter([("source", "Ana", 0), ("cue", "said", 0), ("content", "one", 0)]),
        Counter([("source", "Ana", 0), ("content", "two", 0), ("source", "Bo", 1)]),
    ]
    assert counted == {}
