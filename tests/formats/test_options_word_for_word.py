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
from pathlib import Path
from typing import Any, Final

import pytest
from syrupy.assertion import SnapshotAssertion

from annotator import formats
from annotator.domain.exchange import Dataset, SchemeRecord
from annotator.domain.scheme import DEFAULT_SCHEME
from tests.formats.spoiling import by_outcome, outcome, sample, spoilt, spoilt_line
from tests.formats.support import export_given

SCHEME: Final = SchemeRecord("v", "news", DEFAULT_SCHEME.read_text(encoding="utf-8"), "", True)
GIVEN: Final = {
    "label-by": ("stance", "stance,form"),
    "roles": ("content,cue", "span"),
    "spans-key": ("other",),
    "around": ("0", "3"),
    "column": ("1", "0"),
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
        target = tmp_path / f"{number}" / f"out{formats.get(name).suffix}"
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


READERS: Final = [name for name in WRITERS if formats.get(name).read]


@pytest.mark.parametrize("name", READERS)
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
