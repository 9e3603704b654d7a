"""Files of other kinds are refused by name, whatever they are called; articles never are."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotator.text.readers import ReadOptions, ReadResult, read_sources
from annotator.text.readers.prose import check_prose

from .corpora import corpus
from .foreign import MAKERS

SUFFIXES = (".txt", ".html", ".md", ".xyz", ".csv", ".tsv", ".json", ".jsonl")
READ = {
    "web_page": {".html"},
    "fragment": {".html"},
    "fragment_late": {".html", ".md"},
    "front_matter": {".md"},
}
"""Where a reader reads the kind, or, in Markdown, it may stand (and is said)."""
TABLES = {".csv", ".tsv", ".json", ".jsonl"}
"""Their readers may find another fault first."""
LEFT = re.compile(
    r"-->|<[/!?]?[A-Za-z]|\d:\d\d|^[A-Z][\w-]+: |\\[a-z]+|\x1b|\x08|\{\{|\[/", re.MULTILINE
)
WORDS = (
    "The bridge was shut on Monday after an inspector found three cracks, the council said.",
    "“Nobody asked us,” Ines Almeida said.",
    "It will open in June.",
)
PLAIN = st.text("abdeghiklmnoprstuvwyz", min_size=2, max_size=9)
SENTENCES = st.lists(
    st.builds(
        lambda w, end: " ".join(w).capitalize() + end,
        st.lists(PLAIN, min_size=4, max_size=14),
        st.sampled_from([".", "?", ", she said.", "!”", " (in May)."]),
    ),
    min_size=2,
    max_size=8,
)


def read(data: bytes | str, path: Path, *, force: bool = False) -> list[ReadResult]:
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return list(read_sources([path], ReadOptions(force=force)))


@pytest.mark.parametrize("name", MAKERS)
def test_each_kind_is_refused_by_name(tmp_path: Path, name: str) -> None:
    data, said = MAKERS[name](WORDS)
    for suffix in SUFFIXES:
        for result in read(data, tmp_path / f"a{suffix}"):
            if suffix in READ.get(name, ()):
                assert result.draft is not None, suffix
                assert suffix == ".md" or not LEFT.search(result.draft.text)
                continue
            assert result.draft is None, (suffix, result.draft.text[:200])
            assert result.error is not None
            if suffix not in TABLES:
                assert result.error.hint
                assert said in result.error.message or "binary" in result.error.message


@given(words=SENTENCES, name=st.sampled_from(sorted(MAKERS)), suffix=st.sampled_from(SUFFIXES[:4]))
@settings(max_examples=300, deadline=None)
def test_no_mark_up_is_ever_stored(
    tmp_path_factory: pytest.TempPathFactory, words: list[str], name: str, suffix: str
) -> None:
    """What went in comes out as a refusal that names it, or as words alone."""
    data, _ = MAKERS[name](words)
    path = tmp_path_factory.getbasetemp() / f"made{suffix}"
    for result in read(data, path):
        if result.draft is None:
            assert result.error is not None
            assert str(path) in result.error.message
        elif suffix == ".md":
            assert name in READ
            assert name == "front_matter" or any("mark-up" in note for note in result.notes)
        else:
            assert not LEFT.search(result.draft.text), result.draft.text[:300]


@given(words=SENTENCES, ends=st.sampled_from(["\n\n", "\r\n\r\n", "\n"]))
@settings(max_examples=200, deadline=None)
def test_plain_words_are_never_refused(words: list[str], ends: str) -> None:
    text = ends.join(["Bridge shut for repairs", "By Ana Ruiz, The Courier", *words])
    for reader in ("text", "markdown", "page", "record"):
        assert check_prose(text, "a", ReadOptions(), reader) == []


W = " ".join(WORDS)
FRESH = {
    "SRT without milliseconds": ("1\n00:00:01 --> 00:00:03\nHello\n\n2\n", "time codes"),
    "SRT with blanks": ("1\n00 : 00 : 01 , 000 --> 00 : 00 : 03 , 000\nHello\n", "time codes"),
    "times after speakers": (
        "\n\n".join(f"Ana (00:1{i}:34):\n{W}" for i in range(5)),
        "time codes",
    ),
    "times beside speakers": ("\n\n".join(f"Ana  0:1{i}\n{W}" for i in range(5)), "time codes"),
    "a log": ("\n".join(f"2030-03-04 10:42:0{i} INFO it began" for i in range(9)), "time codes"),
    "Apple's mail": (f"1234\nDelivered-To: a@b.c\nReceived: by x\nFrom: a@b.c\n\n{W}", "mail"),
    "two headers": (f"From: Ana <ana@a.example>\nTo: desk@a.example\n\n{W}", "mail"),
    "forwarded": (f"-----Original Message-----\nFrom: Ana\nSent: Monday\n\n{W}", "message"),
    "JATS without front": (
        f'<article article-type="news"><body><p>{W}</p></body></article>',
        "JATS",
    ),
    "one article of Nexis": (f"1 of 1 DOCUMENT\n\nCourier\n\nLENGTH: 9 words\n\n{W}", "Nexis"),
    "text of Europresse": (
        f"Titre\n\n{W}\n\n© 2030 Le Courrier. news·20300304·LC·01",
        "Europresse",
    ),
    "a JSON list": ('["a", "b"]', "JSON"),
    "an unknown header": ("Kopf;Inhalt;Tag\nTor;„Ja“, er.;2031\nTor;„Nein“, sie.;2031\n", "table"),
    "quoted cells": ('nr,kopf,text\n1,"Tor","Ja, er."\n2,"Tor","Nein, sie."\n', "table"),
    "escaped HTML": (f"&lt;p&gt;{W}&lt;/p&gt;&lt;p&gt;{W}&lt;/p&gt;", "escaped"),
    "Org": (f"#+TITLE: Bridge\n#+AUTHOR: Ana\n\n* Head\n{W}", "Org"),
    "a style sheet": ("body { color: red; }\np { margin: 0; }\n" * 3, "style sheet"),
}


@pytest.mark.parametrize("name", FRESH)
def test_other_shapes_of_these_kinds(tmp_path: Path, name: str) -> None:
    text, said = FRESH[name]
    for suffix in (".txt", ".md", ".xyz"):
        (result,) = read(text, tmp_path / f"a{suffix}")
        assert result.error is not None, suffix
        assert said in result.error.message


@pytest.mark.parametrize("name", ["vtt", "mail", "rss", "nexis", "wiki_source", "fragment"])
def test_a_text_of_another_kind_can_be_forced(tmp_path: Path, name: str) -> None:
    data, said = MAKERS[name](WORDS)
    (result,) = read(data, tmp_path / "a.txt", force=True)
    assert result.draft is not None
    assert result.draft.text == (data if isinstance(data, str) else data.decode())
    (note,) = result.notes
    assert said in note
    assert "added as it is" in note


def test_a_binary_file_cannot_be_forced(tmp_path: Path) -> None:
    (result,) = read(MAKERS["docx"](WORDS)[0], tmp_path / "a.txt", force=True)
    assert result.error is not None
    assert "Word" in result.error.message
    assert "--force" not in result.error.hint


def test_kinds_in_the_cells_of_tables(tmp_path: Path) -> None:
    lines = [
        json.dumps({"id": "good", "text": "\n\n".join(WORDS)}),
        json.dumps({"id": "page", "text": MAKERS["fragment"](WORDS)[0]}),
        json.dumps({"id": "film", "text": MAKERS["srt"](WORDS)[0]}),
    ]
    good, page, film = read("\n".join(lines), tmp_path / "a.jsonl")
    assert good.draft is not None
    assert page.error is not None
    assert "a.jsonl:2: is a web page (HTML)" in page.error.message
    assert "column" in page.error.hint
    assert film.error is not None
    assert "time codes" in film.error.message


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("She wrote <b>no</b> to him, the clerk said.", "mark-up in the text, such as '<b>': 2"),
        ("Smith &amp; Sons shut the bridge, it said.", "mark-up in the text, such as '&amp;': 1"),
        ("The caf\ufffd is shut, she said on Monday.", "letters that were lost before (U+FFFD): 1"),
        ("The cafÃ© is shut, she said on Monday.", "look decoded wrongly before, such as 'Ã©': 1"),
        ("The gate\x02 was shut, she said.", "control characters in the text: 1"),
    ],
)
def test_a_little_of_it_is_said(text: str, said: str) -> None:
    (note,) = check_prose(text, "a.txt", ReadOptions())
    assert said in note


@pytest.mark.parametrize(
    "text",
    [
        "From: the sea. To: the hills. The road is open, she said.",
        "TO THE POINT: a column\n\nDear reader: no.",
        "Live: the vote\n\n10:42\n\nThe minister speaks for an hour.\n\nShe left at noon, he said."
        "\n\n10:51\n\nThe minister sits.\n\nNobody asked her anything at all.",
        "Results: 3 < 5 and 7 > 2; a<b, b>c. x -> y --> z.",
        "Q: Why? A: Because.\nQ: Who? A: You.\nQ: When? A: Now.",
        "“{sic}”, he wrote; “[sic]”, she wrote; @ana wrote “#no”.",
        "---\n\nThe gate was shut.\n\n---\n\nIt will open in June.",
        "Date: 4 March 2030\n\nThe bridge was shut.",
        "1 of 3 bridges is shut, said the council. Length: 200 words, she joked.",
        "Roses are red;\nViolets are blue;\nSugar is sweet;\nAnd so are you;",
        "Results\n\nEllery 3:10 Dorn\nAlm 2:14 Au\nDorn 1:10 Alm\nAu 2:12 Ellery\n\nNobody came.",
        "Ana, Bo, and Cy came.\n\nDee, Eve, and Fay left.\n\nGus, Ida, and Jo sat.\n\n"
        "Kim, Lea, and Max ran.\n\nNo, no, no.",
        "From: Ellery\nTo: Dorn\n\nA train ran.",
        "HD television is here. BY the way, PD James wrote it. LP records sell.",
    ],
)
def test_what_only_looks_like_another_kind(text: str) -> None:
    assert check_prose(text, "a", ReadOptions()) == []


@pytest.mark.parametrize(
    "part",
    ["<", "<!--", "<a b='", "<?x", "[[", "{{", "\\a{", "From: ", "a: b\n", "00:01 --> ", "---\n",
     "=E2", "&", "&a", "<!DOCTYPE [", "#\n", "% x\n", "'\\\"\n", " \n", "\t", "A-", "[/b][b=", "Ã"],
)  # fmt: skip
def test_nothing_makes_it_slow(part: str) -> None:
    """A pattern that is quadratic in any of these would take minutes here."""
    for text in (part * 50_000, f"<x {part * 50_000}", f"---\na: b\n{part * 50_000}"):
        for reader in ("text", "html"):
            assert check_prose(text, "a", ReadOptions(force=True), reader) is not None


def _real_texts() -> Iterator[tuple[str, str]]:
    for name in ("polnear", "ptc", "seeds"):
        folder = corpus(name)
        for path in sorted(folder.rglob("*.txt")) if folder else ():
            yield path.name, path.read_bytes().decode("utf-8", "replace")
    folder = corpus("german_wikinews")
    for path in sorted(folder.rglob("*.json")) if folder else ():
        yield path.name, json.loads(path.read_text(encoding="utf-8"))["originalText"]
    folder = corpus("ggt_sources")
    lines = (folder / "articles.jsonl").read_text(encoding="utf-8").split("\n") if folder else []
    yield from ((r["id"], r["text"]) for r in map(json.loads, filter(None, lines)))
    folder = corpus("pages")
    if folder:
        pages = json.loads((folder / "expected.json").read_text(encoding="utf-8"))
        yield from ((name, page["articleBody"]) for name, page in pages.items())


@pytest.mark.slow
@pytest.mark.skipif(corpus("polnear") is None, reason="no corpora below $ANNOTATOR_SHARED")
def test_no_real_article_is_refused() -> None:
    """PolNeAR, the propaganda corpus, the seeds, German Wikinews, GenderGapTracker, web pages."""
    count = 0
    for name, text in _real_texts():
        for reader in ("text", "page"):
            check_prose(text, name, ReadOptions(), reader)
        count += 1
    assert count > 1500


@pytest.mark.parametrize(
    "path", sorted((Path(__file__).parents[2] / "fixtures").glob("articles/*"))
)
def test_no_sample_article_is_refused(path: Path) -> None:
    results = list(read_sources([path]))
    assert [r.error for r in results] == [None] * len(results)
    assert [note for r in results for note in r.notes] == []


def test_standard_input_is_looked_at_too() -> None:
    data = str(MAKERS["srt"](WORDS)[0]).encode()
    (result,) = read_sources(["-"], stdin=io.BytesIO(data))
    assert result.error is not None
    assert result.error.message.startswith("-: is subtitles")
