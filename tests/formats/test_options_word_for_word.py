"""What every option changes, what corpora of others hold, and what is said of their faults.

As in `test_word_for_word.py`: the stored texts were looked at and found right;
`--snapshot-update` renews them. Files that are no text are told by what stands in them.
"""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import Any, Final

import pytest
from syrupy.assertion import SnapshotAssertion

from annotator import formats
from annotator.domain.exchange import Dataset, Document, SchemeRecord
from annotator.domain.model import Annotation, Fragment
from annotator.domain.scheme import DEFAULT_SCHEME
from annotator.store.transfer import rows
from tests.formats.spoiling import by_outcome, outcome, sample, spoilt, spoilt_line
from tests.formats.support import article_of, export_given, filled, find

SCHEME: Final = SchemeRecord("v", "news", DEFAULT_SCHEME.read_text(encoding="utf-8"), "", True)
GIVEN: Final = {
    "label-by": ("stance", "stance,form"),
    "roles": ("content,cue", "span"),
    "spans-key": ("other",),
    "around": ("0", "3"),
    "column": ("1", "0", "x"),
    "word-column": ("0", "1", "x"),
    "types": ("no.such.Type",),
    "text-key": ("text", "title", "gone"),
}
"""Values of options that take any."""


def ways(name: str, *, reading: bool) -> Iterator[dict[str, str]]:
    """The format as it is without options, then each option alone with each of its values."""
    yield {}
    for option in formats.get(name).options:
        told = option.help.startswith("reading")
        if told == reading or not told:
            for value in option.choices or GIVEN.get(option.name, ()):
                if value != option.default:
                    yield {option.name: value}


def export(name: str, target: Path, options: dict[str, str]) -> formats.ExportReport:
    return export_given(
        formats.get(name), target, options, documents=sample, dataset=Dataset((SCHEME,)),
        force=True, manifest=False,
    )  # fmt: skip


def shown(path: Path) -> list[str]:
    """What stands in a file, by lines."""
    match path.suffix:
        case ".spacy":
            return _docs(path)
        case ".parquet":
            return _rows(path)
        case ".xlsx":
            return [repr(row) for row in _cells(path)]
        case ".qdpx":
            with zipfile.ZipFile(path) as packed:
                files = [(i.filename, packed.read(i)) for i in packed.infolist()]
            whole = "\n".join(f"{name}: {data.decode()}" for name, data in files)
            return re.sub('origin="annotator [^"]*"', "", whole).split("\n")
        case ".cfg":
            # What is ours in it; the rest is spaCy's own.
            wanted = re.compile(
                r"spans_key|suggester|_size|_length|pipeline|annotating|lang|spans_"
            )
            return [x for x in path.read_text("utf-8").split("\n") if wanted.search(x)]
        case _:
            return path.read_text("utf-8").split("\n")


def _docs(path: Path) -> list[str]:
    from spacy.tokens import DocBin
    from spacy.vocab import Vocab

    out = []
    for doc in DocBin(store_user_data=True).from_disk(path).get_docs(Vocab()):
        out.append(f"{[t.text_with_ws for t in doc]} {[t.i for t in doc if t.is_sent_start]}")
        for key, group in doc.spans.items():
            out += [f"{key}: {s.start}-{s.end} {s.label_}" for s in group]
        out += [f"ents: {e.start}-{e.end} {e.label_}" for e in doc.ents]
        out += [json.dumps(doc.cats), json.dumps({str(k): v for k, v in doc.user_data.items()})]
    return out


def _rows(path: Path) -> list[str]:
    import pyarrow.parquet as pq

    table = pq.read_table(path)
    told = {k.decode(): v.decode() for k, v in (table.schema.metadata or {}).items()}
    return [f"{table.schema.names} {told}", *map(repr, table.to_pylist())]


def _cells(path: Path) -> list[tuple[object, ...]]:
    from openpyxl import load_workbook

    return [row for sheet in load_workbook(path).worksheets for row in sheet.values]


WRITERS: Final = [name for name in formats.names() if formats.get(name).write]


@pytest.mark.parametrize("name", WRITERS)
def test_what_each_option_writes(tmp_path: Path, snapshot: SnapshotAssertion, name: str) -> None:
    before: set[str] = set()
    for number, options in enumerate(ways(name, reading=False)):
        form = formats.get(name)
        suffix = form.suffix_with(formats.Options(form.options, options))
        target = tmp_path / f"{number}" / f"out{suffix}"
        target.parent.mkdir()
        report = export(name, target, options)
        told = [f"loss {x.kind}: {x.count} ({', '.join(x.examples)})" for x in report.losses]
        told += [f"remark {x}" for x in report.remarks]
        for path in sorted(p for p in target.parent.rglob("*") if p.is_file()):
            if path.suffix not in (".txt", ".toml"):
                inside = path.relative_to(target.parent).as_posix()
                told += [f"{inside}: {line}" for line in shown(path)]
        # Without options everything; with one what was not there before.
        new = [line for line in told if line not in before]
        before |= set(told)
        gone = sorted(line for line in before if line.startswith("loss") and line not in told)
        assert (new, gone) == snapshot(name=f"{name} {options or ''}")


def odd() -> list[Document]:
    """Words before the first sentence, white space at odd places, and annotations of odd shapes."""
    text = "***\n\nAna Roe  said, Bo added and Cy agreed: “So it is.” \r\nNo."
    article = article_of(text, 1, name="../odd name", meta={"n": 1, "list": [1, "x"]})
    first = article.layout.sentences[1].start
    layout = article.layout
    article = replace(
        article,
        layout=replace(layout, sentences=[s for s in layout.sentences if s.start >= first]),
    )
    numbers = count(1)

    def made(layer: str, *pieces: Fragment, **more: Any) -> Annotation:
        return Annotation(
            f"01ARZ3NDEKTSV4RRFFQ69G5F{next(numbers):02}", layer, article.uid,  # type: ignore[arg-type]
            more.pop("annotator", "anna"), pieces, scheme="v", **more,
        )  # fmt: skip

    def at(words: str, role: str, span: int = 0) -> Fragment:
        return find(text, words, role, span)

    outer = made(
        "claim", at("“So it is.”", "content"), at("Ana", "source"), at("Roe", "source", 1),
        at("Bo", "source", 2), at("said", "cue"), at("added", "cue"), at("agreed", "cue", 1),
        at("Cy", "rival"), attributes={"stance": "favor", "odd name": "a|b;c", "empty": ""},
        note="one\r\ntwo\rthree\tfour ", provenance="adjudicated",
    )  # fmt: skip
    return [
        Document(
            article,
            (
                outer,
                made("claim", at("it is", "content"), parent=outer.id, reviewed=True),
                made("claim", at("it is", "content"), parent="elsewhere", annotator="ben"),
                made("claim", at("said", "cue"), at("  said", "content"), annotator="ben"),
                made("claim", attributes={"stance": "against"}, note="no piece"),
                made("mark", at("Ana", "span"), at("Bo", "span", 1), attributes={"type": "a b"}),
                made("mark", at("  ", "span"), flagged=True, attributes={"type": "lexical"}),
                made("mark", at("***", "span"), attributes={"type": "Discuss"}, flagged=True),
                made("mark", at("No", "span")),
                made("sentence", at("No.", "span"), attributes={"biased": "no", "own": "x"}),
                made("article", attributes={"slant": "odd"}, annotator="ben", flagged=True),
                made("verdict", attributes={"choice": "none"}),
            ),
        )
    ]


@pytest.mark.parametrize("name", WRITERS)
def test_what_an_odd_article_becomes(
    tmp_path: Path, snapshot: SnapshotAssertion, name: str
) -> None:
    form = formats.get(name)
    for again in (False, True):  # written over what is there, it is the same
        target = tmp_path / f"out{form.suffix}"
        report = export_given(
            form, target, {}, documents=odd, dataset=Dataset((SCHEME,)), force=again,
            manifest=True,
        )  # fmt: skip
        told = [f"loss {x.kind}: {x.count} ({', '.join(x.examples)})" for x in report.losses]
        told += [f"{report.articles} {report.annotations} {report.spans}"]
        for path in sorted(p for p in tmp_path.rglob("*") if p.is_file()):
            if path.suffix != ".toml" and "manifest" not in path.name:
                inside = path.relative_to(tmp_path).as_posix()
                told += [f"{inside}: {line}" for line in shown(path)]
        back = outcome(name, target) if form.read else []
        assert (told, back) == snapshot(name=name)


def test_rows_of_a_database_are_counted_like_documents(tmp_path: Path) -> None:
    kept = sample()
    with filled(kept) as store:
        report = export_given(
            formats.get("jsonl"), tmp_path / "x.jsonl", documents=lambda: kept,
            rows=lambda: rows(store), dataset=Dataset((SCHEME,)),
        )  # fmt: skip
    found = [a for document in kept for a in document.annotations]
    pieces = sum(len(a.fragments) for a in found)
    assert (report.articles, report.annotations, report.spans) == (2, len(found), pieces)


def test_what_two_pieces_say_of_their_claim_is_kept_once_or_both(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    for second, note in (("look\nagain", "look\nagain"), ("more", "look\nagain\nmore")):
        export("doccano", path, {})
        records = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
        one, other, *_ = (
            e for e in records[0]["entities"] if e["claim"].endswith("02") and "claim" in e
        )
        one["note"], other["note"] = "look\nagain", second
        path.write_text("\n".join(map(json.dumps, records)), encoding="utf-8")
        (document, *_) = (
            i for i in formats.read(formats.get("doccano"), path) if isinstance(i, Document)
        )
        assert note in {a.note for a in document.annotations}


READERS: Final = [name for name in formats.names() if formats.get(name).read]
ODD: Final = {
    "empty": b"", "no text": b"\xff\xfe\x00", "list": b"[]", "object": b"{}", "null": b"null",
    "words": b"Some words.", "number": b"7", "half": b'{"text": "abc', "rows": b"a,b\n1,2\n",
}  # fmt: skip


@pytest.mark.parametrize("name", READERS)
def test_what_is_said_of_odd_files(tmp_path: Path, snapshot: SnapshotAssertion, name: str) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    told = [("empty folder", outcome(name, folder))]
    # As a file of its own, and in a folder where the format looks for files.
    usual = {"brat": "a.ann", "conll": "a.conll", "semeval": "article1.txt", "uima": "a.json",
             "parquet": "a.parquet", "webanno": "a.tsv", "gate": "a.json"}  # fmt: skip
    inside = folder / usual.get(name, "a.json")
    for what, content in ODD.items():
        alone = tmp_path / f"x{formats.get(name).suffix or inside.suffix}"
        alone.write_bytes(content)
        inside.write_bytes(content)
        for path in (alone, inside.parent):
            found = [line.replace(str(tmp_path), "TMP") for line in outcome(name, path)]
            told.append((f"{what} {path.name}", found))
    assert told == snapshot


@pytest.mark.parametrize("name", READERS)
def test_what_is_too_large_is_refused_with_the_option_that_allows_it(
    tmp_path: Path, snapshot: SnapshotAssertion, name: str
) -> None:
    path = tmp_path / f"out{formats.get(name).suffix}"
    if formats.get(name).write:
        export(name, path, {})
    else:
        path = tmp_path / ("x.csv" if name == "babe" else "x.json")
        path.write_text(BABE if name == "babe" else json.dumps(CORPORA[name]), encoding="utf-8")
    limits = [o.name for o in formats.get(name).options if o.name.startswith("max-")]
    assert [outcome(name, path, {limit: "0"}) for limit in limits] == snapshot


@pytest.mark.parametrize("name", [name for name in READERS if name in WRITERS])
def test_what_each_option_reads(tmp_path: Path, snapshot: SnapshotAssertion, name: str) -> None:
    target = tmp_path / f"out{formats.get(name).suffix}"
    export(name, target, {})
    usual = outcome(name, target)
    for options in ways(name, reading=True):
        found = outcome(name, target, options)
        told = found if not options else [x for x in found if x not in usual]
        assert (len(found), told) == snapshot(name=f"{name} {options or ''}")


# -------------------------------------------------------------------------------- others' corpora
BASIL: Final[dict[str, Any]] = {
    "title": "A farce", "source": "nyt", "date": "2013-05-22", "url": "u", "uuid": "7",
    "body-paragraphs": [["They slammed it.", "So it is."], ["“A farce,” he said."]],
    "phrase-level-annotations": [
        {"id": "p0", "start": 5, "end": 12, "txt": "slammed", "bias": "lex", "aim": "ind_opp",
         "polarity": "neg", "target": "It", "quote": "no", "notes": "hm", "more": [1]},
        {"id": "title", "start": 2, "end": 7, "txt": "farce", "bias": "inf", "quote": "yes",
         "speaker": "he", "indirect-target-name": "x"},
        {"id": "p2", "start": 1, "end": 8, "txt": "A farce", "bias": "odd", "aim": "odd"},
    ],
    "article-level-annotations": {
        "stance": "left", "a": {"b": "c", "n": 3}, "list": ["x", 2], "none": None, "odd": [[1]],
    },
    "notes": "short",
}  # fmt: skip
GENDERGAP: Final[dict[str, Any]] = {
    "_id": "x1", "title": "T", "body": "“It is so,” Ana said.", "outlet": "Post", "genre": "news",
    "publishedAt": "2020-01-02",
    "quotes": [
        {"speaker": "Ana", "speaker_index": "(12,15)", "quote": "“It is so,”",
         "quote_index": "(0, 11)", "verb": "said", "verb_index": "(16,20)", "reference": "Ana R",
         "quote_type": "QCQSV", "quote_token_count": 4, "is_floating_quote": False},
        {"speaker": "Bo", "speaker_index": "", "quote": "It", "quote_index": "(1,3)", "odd": 1},
    ],
}  # fmt: skip
GERMAN: Final[dict[str, Any]] = {
    "documentName": "d1", "originalText": "„Ja“, sagte Ana zu Bo. Er nickt.", "more": "x",
    "annotations": [
        {"id": 0, "type": "Direct", "medium": "Speech", "isNested": False, "hasNested": True,
         "quote": {"spans": [{"charBegin": 0, "charEnd": 4}], "text": "„Ja“", "tokenIds": [0]},
         "cue": {"spans": [{"charBegin": 6, "charEnd": 11}], "odd": 1},
         "speaker": {"spans": [{"charBegin": 12, "charEnd": 15}]},
         "addressee": {"spans": [{"charBegin": 19, "charEnd": 21}]}, "frame": {"spans": []}},
        {"id": 1, "type": "Indirect", "medium": "Thought", "isNested": True, "hasNested": False,
         "quote": {"spans": [{"charBegin": 1, "charEnd": 3}]}},
        {"type": "Reported", "isNested": True, "extra": 1,
         "quote": {"spans": [{"charBegin": 23, "charEnd": 25}, {"charBegin": 26, "charEnd": 31}]}},
    ],
}  # fmt: skip
CORPORA: Final = {"basil": BASIL, "gendergaptracker": GENDERGAP, "german-quotations": GERMAN}


@pytest.mark.parametrize("name", CORPORA)
def test_others_corpora_and_their_faults(
    tmp_path: Path, snapshot: SnapshotAssertion, name: str
) -> None:
    path = tmp_path / "x.json"
    path.write_text(json.dumps(CORPORA[name]), encoding="utf-8")
    whole = outcome(name, tmp_path)
    assert whole == snapshot(name="whole")
    found = []
    for change, record in spoilt(CORPORA[name]):
        path.write_text(json.dumps(record), encoding="utf-8")
        found.append((change, outcome(name, tmp_path)))
    assert by_outcome(found, whole) == snapshot(name="spoilt")


def test_annotations_of_basil_in_a_file_of_their_own(
    tmp_path: Path, snapshot: SnapshotAssertion
) -> None:
    marks = {k: v for k, v in BASIL.items() if k.endswith("annotations") or k == "notes"}
    article = {k: v for k, v in BASIL.items() if k not in marks}
    (tmp_path / "a.json").write_text(json.dumps(article), encoding="utf-8")
    (tmp_path / "a_ann.json").write_text(json.dumps(marks | {"odd": 1}), encoding="utf-8")
    (tmp_path / "b_ann.json").write_text(json.dumps(marks), encoding="utf-8")
    (tmp_path / "c.json").write_text("[]", encoding="utf-8")
    assert outcome("basil", tmp_path) == snapshot
    assert outcome("basil", tmp_path / "c.json") == snapshot(name="c")


BABE: Final = """\
sentence,news_link,outlet,topic,type,annotator,label_bias,label_opinion,biased_words,further
They slammed it; hard.,http://x,Post,tax,left,1.0,Biased,Expresses writer’s opinion,slammed;odd,
They slammed it; hard.,http://x,Post,tax,left,2,Non-biased,0,[],x
"Ana, said so.",http://y,,nan,,3,no agreement,somewhat factual but also opinionated,said;Ana,
"""


@pytest.mark.parametrize("options", [{}, {"annotator-column": "type"}], ids=str)
def test_tables_of_ratings_and_their_faults(
    tmp_path: Path, snapshot: SnapshotAssertion, options: dict[str, str]
) -> None:
    path = tmp_path / "x.csv"
    path.write_text(BABE, encoding="utf-8")
    whole = outcome("babe", path, options)
    assert whole == snapshot(name="whole")
    rows = list(csv.reader(io.StringIO(BABE)))
    found = []
    for r, row in enumerate(rows):
        for c, cell in enumerate(row):
            for wrong in ("", "wrong", "1", cell.upper()):
                changed = [list(x) for x in rows]
                changed[r][c] = wrong
                text = io.StringIO()
                csv.writer(text).writerows(changed)
                path.write_text(text.getvalue(), encoding="utf-8")
                found.append((f"{r},{c}={wrong}", outcome("babe", path, options)))
    for i, line in enumerate(BABE.splitlines()):
        for change, text_ in spoilt_line(line):
            changed_ = [*BABE.splitlines()[:i], text_, *BABE.splitlines()[i + 1 :]]
            path.write_text("\n".join(changed_), encoding="utf-8")
            found.append((f"{i}: {change}", outcome("babe", path, options)))
    assert by_outcome(found, whole) == snapshot(name="spoilt")


# -------------------------------------------------------------------------- files that are no text
def test_what_is_said_of_a_spoilt_workbook(tmp_path: Path, snapshot: SnapshotAssertion) -> None:
    from openpyxl import Workbook

    path = tmp_path / "out.xlsx"
    export("xlsx", path, {})
    whole, cells = outcome("xlsx", path), [list(row) for row in _cells(path)]
    found = []
    for r in (0, 1, 5):
        for name in ("article", "annotation", "role", "start", "meta"):
            c = cells[0].index(name)
            for wrong in (None, "wrong", -1):
                changed = [list(row) for row in cells]
                changed[r][c] = wrong
                book = Workbook(write_only=True)
                sheet = book.create_sheet("spans 1")
                for row in changed:
                    sheet.append(row)
                book.save(path)
                found.append((f"{r},{c}={wrong}", outcome("xlsx", path)))
    assert by_outcome(found, whole) == snapshot
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr("x", "no workbook")
    assert outcome("xlsx", path)[0].startswith("error: SOURCE: not a workbook that can be read")


def test_what_is_said_of_spoilt_rows_of_parquet(
    tmp_path: Path, snapshot: SnapshotAssertion
) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    export("parquet", tmp_path / "out", {"tokens": "no"})
    (made,) = (tmp_path / "out" / "spans").glob("*.parquet")
    schema, rows = pq.read_schema(made), pq.read_table(made).to_pylist()
    path = tmp_path / "x.parquet"
    pq.write_table(pa.Table.from_pylist(rows, schema=schema), path)
    whole = outcome("parquet", path)
    found = []
    for change, record in spoilt(rows[0]):
        try:
            table = pa.Table.from_pylist([record, *rows[1:]], schema=schema)
        except (pa.ArrowException, TypeError, ValueError, AttributeError):
            continue  # no table of these columns can hold it
        pq.write_table(table, path)
        found.append((change, outcome("parquet", path)))
    assert by_outcome(found, whole) == snapshot


def test_what_is_said_of_a_spoilt_cas(tmp_path: Path, snapshot: SnapshotAssertion) -> None:
    target = tmp_path / "out"
    export("uima", target, {"tokens": "no"})
    file, second = sorted(target.rglob("*.xmi"))
    second.unlink()
    whole, content = outcome("uima", target), file.read_text(encoding="utf-8")
    found = []
    seen = set()
    for match in re.finditer(r' ([\w:]+)="[^"]*"', content):
        name = match.group(1)
        kind = content[content.rfind("<", 0, match.start()) :].partition(" ")[0]
        # What is ours in the file, each kind of it once.
        if not kind.startswith("<custom:") or ":" in name or (kind, name) in seen:
            continue
        seen.add((kind, name))
        changed = f'{content[: match.start()]} {name}="wrong"{content[match.end() :]}'
        file.write_text(changed, encoding="utf-8")
        found.append((f"{kind} {name}", outcome("uima", target)))
    assert by_outcome(found, whole) == snapshot
