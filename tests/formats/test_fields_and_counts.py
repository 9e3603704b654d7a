"""Fields of articles go through whole and one by one; counts, cards and refusals say what is so."""

from __future__ import annotations

import json
import re
import tempfile
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator import formats
from annotator.domain.errors import InputError
from annotator.domain.exchange import Dataset, Document
from annotator.domain.left_out import Unfinished
from annotator.domain.model import Annotation
from annotator.formats.support.article_fields import METADATA
from annotator.formats.support.base import Options
from annotator.formats.support.overwriting import kind_of, refuse_file, refuse_folder
from annotator.formats.tables import rows as rows_of_tables
from annotator.store.transfer import rows
from tests.formats.support import (
    Given,
    article_of,
    claim,
    export_given,
    filled,
    find,
    generated,
    read_back,
    stored_documents,
    through,
    written,
)

TEXT: Final = "Ana said so."
BOTH: Final = [f.name for f in formats.every() if f.read and f.write]
SPLITS: Final = ("train", "dev", "a b", "a_b", "")


def one(**fields: str) -> Document:
    article = replace(article_of(TEXT, name="", language=""), **fields)  # type: ignore[arg-type]
    words = find(TEXT, "Ana", "span"), find(TEXT, "so", "content")
    mark = claim(
        article, words[0], layer="mark", attributes={"type": "x", "technique": "loaded_language"}
    )
    return Document(article, (mark, claim(article, words[1], attributes={"form": "direct"})))


def fields_of(name: str, document: Document) -> dict[str, str]:
    (back,) = through(name, [document])
    return {field: getattr(back.article, field) for field in METADATA}


@pytest.mark.parametrize("name", BOTH)
def test_a_field_of_an_article_goes_through_alone_as_with_the_others(name: str) -> None:
    told = [field for field in METADATA if field != "name"]  # many formats have it of the file
    whole = {field: f"{field} 1" for field in told} | {"language": "de"}
    plain, all_ = fields_of(name, one()), fields_of(name, one(**whole))
    for field in told:
        alone = fields_of(name, one(**{field: whole[field]}))
        kept = all_[field] == whole[field]
        assert alone == plain | ({field: whole[field]} if kept else {})


NAMES: Final = ("article7", "7", "été", "a.b", "a b", "articlearticle")


@pytest.mark.parametrize("name", BOTH)
def test_what_was_read_is_written_under_its_name_again(name: str) -> None:
    named = [one(name=given) for given in NAMES]
    first = [through(name, [d])[0].article.name for d in named]
    again = [through(name, [one(name=given)])[0].article.name for given in first]
    # A format that numbers articles, or says where it was read, has no name to keep.
    if len(set(first)) == len(NAMES):
        assert again == first


@generated(40)
@given(found=stored_documents(), from_rows=st.booleans())
def test_manifest_card_and_report_count_what_went_in(
    found: list[Document], from_rows: bool
) -> None:
    all_ = [a for d in found for a in d.annotations]
    with tempfile.TemporaryDirectory() as folder, filled(found) as store:
        path = Path(folder) / "x.jsonl"
        report = export_given(
            formats.get("jsonl"), path, documents=lambda: found, dataset=Dataset(), card=True,
            rows=(lambda: rows(store)) if from_rows else None, command="annotator export x",
        )  # fmt: skip
        manifest = json.loads((path.parent / "x.jsonl.manifest.json").read_text("utf-8"))
        card = (path.parent / "x.jsonl.README.md").read_text(encoding="utf-8")
    pieces = sum(len(a.fragments) for a in all_)
    layers = Counter(a.layer for a in all_)
    assert (report.articles, report.annotations, report.spans) == (len(found), len(all_), pieces)
    assert (manifest["articles"], manifest["annotations"]) == (len(found), len(all_))
    assert (manifest["spans"], manifest["layers"]) == (pieces, layers)
    assert manifest["annotators"] == Counter(a.annotator for a in all_)
    assert manifest["command"] == "annotator export x"
    assert card.startswith("---\nlanguage:\n- en\ntags:\n")
    assert f"- articles: {len(found)}\n- annotations: {len(all_)}\n" in card
    assert f"- spans (unbroken pieces): {pieces}\n" in card
    assert Counter(dict(re.findall(r"- (\w+) annotations: (\d+)\n", card))) == {
        layer: str(n) for layer, n in layers.items()
    }
    assert f"- annotators: {len({a.annotator for a in all_})}\n" in card


@generated(20)
@given(splits=st.lists(st.sampled_from(SPLITS), min_size=1, max_size=8))
def test_the_card_of_parquet_names_every_file_once(splits: list[str]) -> None:
    found = []
    for number, split in enumerate(splits, 1):
        article = article_of(f"{TEXT} {number}", number, meta={"split": split} if split else {})
        found.append(Document(article, (claim(article, find(TEXT, "Ana", "source")),)))
    with tempfile.TemporaryDirectory() as folder:
        written("parquet", found, Path(folder) / "out")
        card = (Path(folder) / "out" / "README.md").read_text(encoding="utf-8")
        files = sorted(
            p.relative_to(Path(folder) / "out").as_posix()
            for p in (Path(folder) / "out").rglob("*.parquet")
        )
    told = [json.loads(value) for value in re.findall(r"^    path: (.+)$", card, re.MULTILINE)]
    assert sorted(p for t in told for p in (t if isinstance(t, list) else [t])) == files
    assert not any(isinstance(t, list) and len(t) == 1 for t in told)


def test_an_export_by_splits_that_are_none_is_refused_with_the_way_out(tmp_path: Path) -> None:
    with pytest.raises(InputError) as refused:
        export_given(
            formats.get("jsonl"), tmp_path / "out", documents=lambda: [one()], dataset=Dataset(),
            by_split=True,
        )  # fmt: skip
    told = "no exported article is in a split, so that there is nothing to divide by"
    assert refused.value.message == told
    assert refused.value.hint == "`annotator split` makes train, dev and test of what is exported"
    assert not any(tmp_path.iterdir())


@pytest.mark.parametrize("missing", [True, False])
def test_the_manifest_says_what_was_left_out(tmp_path: Path, missing: bool) -> None:
    given = Given(lambda: [one()], Dataset())
    given.left_out = Unfinished(articles={3: "c"}) if missing else None
    formats.export(formats.get("jsonl"), tmp_path / "x.jsonl", given)
    manifest = json.loads((tmp_path / "x.jsonl.manifest.json").read_text(encoding="utf-8"))
    assert manifest.get("left_out") == (given.left_out.record() if given.left_out else None)


def test_a_long_text_over_several_rows_says_what_the_article_is_once() -> None:
    document = one(title="T", outlet="Post")
    head, *found = rows_of_tables(
        [document], Dataset(), Options(formats.get("xlsx").options, {}), piece=5
    )
    texts = [row for row in found if row[head.index("layer")] == "text"]
    assert "".join(str(row[head.index("words")]) for row in texts) == TEXT
    assert len(texts) == 3
    assert [row[head.index("title")] for row in texts] == ["T", "", ""]
    assert [row[head.index("outlet")] for row in texts] == ["Post", "", ""]


# ------------------------------------------------------------------- what stands there already
KINDS: Final = {
    b"%PDF-1.7\n": "a PDF",
    b"PK\x03\x04rest": "a ZIP archive, or a document in one",
    b"\x1f\x8b\x08": "a gzip archive",
    b"\x89PNG\r\n": "a picture",
    b"\xff\xd8\xff\xe0": "a picture",
    b"a\0b": "a file",
    b"Dear diary": "a text",
}


@pytest.mark.parametrize("content", KINDS, ids=repr)
def test_what_is_not_ours_is_named_and_not_written_over(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "x.jsonl"
    path.write_bytes(content)
    assert kind_of(path) == KINDS[content]
    with pytest.raises(InputError) as refused:
        refuse_file(path, None, force=False)
    size = f"({len(content)} bytes)"
    assert refused.value.message == (
        f"{path}: is {KINDS[content]} that annotator did not write {size}"
    )
    assert refused.value.hint == "name another file, or write over it with --force"
    with pytest.raises(InputError) as refused:
        refuse_file(path, {"x.jsonl": "0" * 64}, force=False)
    assert refused.value.message == f"{path}: was changed since annotator wrote it {size}"
    refuse_file(path, None, force=True)
    assert path.read_bytes() == content


def test_files_added_to_an_export_are_named(tmp_path: Path) -> None:
    out = tmp_path / "out"
    written("brat", [one(name="a")], out)
    refuse_folder(out, force=False)
    for name in "edcb":
        (out / name).write_text("x", encoding="utf-8")
    with pytest.raises(InputError) as refused:
        refuse_folder(out, force=False)
    assert refused.value.message == (
        f"{out}: holds what annotator did not write, or what was changed since: b, c, d and 1 more"
    )
    assert refused.value.hint == (
        "name a new folder, or replace this one, with these files, with --force"
    )
    refuse_folder(out, force=True)
    again = [one(name="a")]
    with pytest.raises(InputError, match="and 1 more"):
        export_given(formats.get("brat"), out, documents=lambda: again, dataset=Dataset())
    written("brat", again, out)  # with --force
    assert not (out / "b").exists()


# ------------------------------------------------------------------------------- values of others
@pytest.mark.parametrize("attitude", ["internal", "neutral"])
@pytest.mark.parametrize("form", ["direct", "indirect"])
def test_german_quotations_lose_what_their_medium_does_not_say(
    tmp_path: Path, attitude: str, form: str
) -> None:
    article = article_of(TEXT)
    given_ = {"form": form, "cue_attitude": attitude}
    made = claim(article, find(TEXT, "so", "content"), attributes=given_)
    report = written("german-quotations", [Document(article, (made,))], tmp_path / "out")
    (back,) = read_back("german-quotations", tmp_path / "out" / "a1.json")
    assert isinstance(back, Document)
    held = back.annotations[0].attributes
    lost = [x.kind for x in report.losses]
    assert lost == [f"attribute {k}" for k, v in given_.items() if held.get(k) != v]
    assert ("cue_attitude" in held) is (attitude == "internal")


@pytest.mark.parametrize("uid", ["0123456789abcdef", "X123456789abcdeX", "xx" * 8, "1234"])
def test_only_a_text_under_our_own_number_is_checked_against_it(tmp_path: Path, uid: str) -> None:
    path = tmp_path / "x.csv"
    path.write_text(
        "article,annotation,layer,role,start,end,words\n"
        f"{uid},,text,,0,12,{TEXT}\n{uid},a,mark,span,0,3,Ana\n",
        encoding="utf-8",
    )
    found = read_back("csv", path)
    assert len(found) == 1
    ours = re.fullmatch("[0-9a-f]{16}", uid) is not None
    assert isinstance(found[0], Document) is not ours
    if isinstance(found[0], Document):
        draft = found[0].article
        assert {field: getattr(draft, field) for field in METADATA} == dict.fromkeys(METADATA, "")
        marks: list[Annotation] = list(found[0].annotations)
        assert [(m.start, m.end) for m in marks] == [(0, 3)]


@pytest.mark.parametrize("who", ["name", "nickname", "nick", "email", "id"])
def test_who_made_a_web_annotation_under_any_name(tmp_path: Path, who: str) -> None:
    note = {"id": "#1", "creator": {"type": "Person", who: "kim"}, "target": {"selector": {
        "type": "TextPositionSelector", "start": 0, "end": 3}}}  # fmt: skip
    wrapped = [note, [note], {"items": [note]}, {"first": {"items": [note]}}, {"@graph": [note]},
               {"rows": [note]}, {"annotations": [note]}, {"resources": [note]},
               note | {"items": [{"id": "#2"}]}]  # fmt: skip
    (tmp_path / "t.txt").write_text(TEXT, encoding="utf-8")
    for value in wrapped:
        path = tmp_path / "x.json"
        path.write_text(json.dumps(value), encoding="utf-8")
        (found,) = read_back("w3c", path, text=str(tmp_path / "t.txt"))
        assert isinstance(found, Document)
        assert [(a.annotator, a.start, a.end) for a in found.annotations] == [("kim", 0, 3)]
