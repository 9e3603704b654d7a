"""CoNLL columns: every tag scheme says the same spans, spaCy's converter reads them."""

from __future__ import annotations

import re
from array import array
from pathlib import Path
from typing import TYPE_CHECKING, cast

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from annotator import formats
from annotator.domain.errors import InputError
from annotator.domain.exchange import BadRecord, Document
from annotator.domain.losses import Losses
from annotator.domain.model import Fragment, Layout, Paragraph, Sentence
from annotator.formats.support.token_rows import Entity, entities, tags
from tests.formats.support import (
    article_of,
    claim,
    find,
    read_back,
    stored_documents,
    written,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from spacy.tokens import Doc


@st.composite
def flat(draw: st.DrawFn) -> tuple[int, list[Entity]]:
    out, at = [], 0
    for _ in range(draw(st.integers(0, 6))):
        first = at + draw(st.integers(0, 2))
        at = first + draw(st.integers(1, 3))
        out.append(Entity(first, at, draw(st.sampled_from(("A", "B-1", "c")))))
    return at + draw(st.integers(0, 2)), out


@pytest.mark.parametrize("scheme", ["iob1", "iob2", "bilou"])
@given(flat())
def test_tags_say_exactly_the_spans(scheme: str, case: tuple[int, list[Entity]]) -> None:
    size, found = case
    assert list(entities(tags(size, found, scheme))) == found


def test_the_three_schemes_look_as_they_should() -> None:
    found = [Entity(0, 2, "A"), Entity(2, 3, "A"), Entity(3, 4, "B")]
    assert tags(5, found, "iob1") == ["I-A", "I-A", "B-A", "I-B", "O"]
    assert tags(5, found, "iob2") == ["B-A", "I-A", "B-A", "B-B", "O"]
    assert tags(5, found, "bilou") == ["B-A", "L-A", "U-A", "U-B", "O"]
    assert list(entities(["B-A", "E-A", "S-A", "S-B", "O"])) == found
    # Broken sequences are read as conlleval reads them.
    assert list(entities(["O", "I-A", "I-B", "L-B", "I-B"])) == [
        Entity(1, 2, "A"),
        Entity(2, 4, "B"),
        Entity(4, 5, "B"),
    ]


TEXT = "“It is late,” Ana said 😀. “Go home.”\nHe nodded and agreed."


def sample() -> Document:
    article = article_of(TEXT)
    first = claim(
        article,
        find(TEXT, "“It is late,”", "content"),
        find(TEXT, "“Go home.”", "content"),
        find(TEXT, "Ana", "source"),
        find(TEXT, "said", "cue"),
        attributes={"stance": "favor"},
    )
    overlapping = claim(article, find(TEXT, "is late", "content"))
    crossing = claim(article, find(TEXT, "home.”\nHe nodded", "content"))
    mark = claim(article, find(TEXT, "nodded", "span"), layer="mark", attributes={"type": "a b"})
    return Document(article, (first, overlapping, crossing, mark))


def test_a_file_for_each_role(tmp_path: Path) -> None:
    report = written("conll", [sample()], tmp_path / "out")
    assert sorted(f.name for f in report.files) == [
        "addressee.conll",
        "content.conll",
        "cue.conll",
        "mark.conll",
        "source.conll",
        "via.conll",
    ]
    source = (tmp_path / "out" / "source.conll").read_text(encoding="utf-8")
    assert source.startswith("-DOCSTART- -X- O O\n\n“ -X- _ O\nIt -X- _ O\n")
    assert "Ana -X- _ B-SOURCE\n" in source
    assert "nodded -X- _ B-a_b\n" in (tmp_path / "out" / "mark.conll").read_text(encoding="utf-8")
    assert {loss.kind: loss.count for loss in report.losses} == {
        "overlapping span, left out": 2,
        "piece, now a span of its own": 1,
        "span over several sentences, cut": 1,
        "attribute stance": 1,
        "grouping of pieces into claims": 1,
        "white space in a label, now _": 1,
    }


def test_the_label_can_be_a_value(tmp_path: Path) -> None:
    written("conll", [sample()], tmp_path / "out", label_by="stance", roles="cue")
    text = (tmp_path / "out" / "cue.conll").read_text(encoding="utf-8")
    assert "said -X- _ B-favor\n" in text


@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(stored_documents(layers=("claim", "mark")), st.sampled_from(("iob1", "iob2", "bilou")))
def test_what_is_written_is_read(
    tmp_path_factory: pytest.TempPathFactory, found: list[Document], scheme: str
) -> None:
    """Export, import, export again: the very same files."""
    target = tmp_path_factory.mktemp("conll")
    spoken = [d for d in found if d.stored.layout.token_starts]
    written("conll", spoken, target / "a", scheme=scheme)
    if not spoken:
        return
    back: list[Document] = []
    for item in read_back("conll", target / "a"):
        assert isinstance(item, Document)
        text = item.article.text
        layout = by_white_space(text)
        back.append(Document(article_of(text, layout=layout), item.annotations))
    report = written("conll", back, target / "b", scheme=scheme)
    assert not report.losses
    for role in ("content", "cue", "source", "mark"):
        name = f"{role}.conll"
        assert (target / "b" / name).read_bytes() == (target / "a" / name).read_bytes()


def by_white_space(text: str) -> Layout:
    """A sentence a line, tokens between spaces."""
    lines = [Paragraph(*m.span()) for m in re.finditer(r"[^\n]+", text)]
    words = [m.span() for m in re.finditer(r"[^ \n]+", text)]
    return Layout(
        lines,
        [Sentence(*p, i) for i, p in enumerate(lines)],
        array("I", [s for s, _ in words]),
        array("I", [e for _, e in words]),
        "spaces",
    )


def test_spacys_converter_reads_it(tmp_path: Path) -> None:
    from spacy.training.converters.conll_ner_to_docs import conll_ner_to_docs

    convert = cast("Callable[..., Iterator[Doc]]", conll_ner_to_docs)
    written("conll", [sample()], tmp_path / "out")
    text = (tmp_path / "out" / "content.conll").read_text(encoding="utf-8")
    docs = list(convert(text, n_sents=0, no_print=True))
    assert [e.text for d in docs for e in d.ents if e.label_ == "CONTENT"][:2] == [
        "“ It is late , ”",
        "“ Go home . ”",
    ]


def test_one_file_of_the_2003_kind_is_read(tmp_path: Path) -> None:
    (tmp_path / "x.txt").write_text(
        "-DOCSTART- -X- O O\n\nEU NNP B-NP I-ORG\nrejects VBZ B-VP O\n\nGerman JJ B-NP I-MISC\n"
    )
    (document,) = read_back("conll", tmp_path / "x.txt")
    assert isinstance(document, Document)
    assert document.article.text == "EU rejects\nGerman"
    found = [(a.attributes["type"], a.fragments[0][1:3]) for a in document.annotations]
    assert found == [("ORG", (0, 2)), ("MISC", (11, 17))]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"word X _ NOTAG\n", "'NOTAG' is no tag"),
        (b"word\n", "too few columns"),
        (b"\xff\xfe B-X\n", "not UTF-8"),
    ],
)
def test_a_wrong_article_is_named_and_the_next_one_read(
    tmp_path: Path, content: bytes, told: str
) -> None:
    (tmp_path / "x.conll").write_bytes(content + b"-DOCSTART-\n\nfine X _ O\n")
    bad, fine = read_back("conll", tmp_path / "x.conll")
    assert isinstance(bad, BadRecord)
    assert told in bad.message
    assert isinstance(fine, Document)


def test_files_over_different_words_are_named(tmp_path: Path) -> None:
    (tmp_path / "content.conll").write_text("one -X- _ O\n")
    (tmp_path / "cue.conll").write_text("two -X- _ O\n")
    (bad,) = read_back("conll", tmp_path)
    assert isinstance(bad, BadRecord)
    (tmp_path / "sub").mkdir()
    with pytest.raises(InputError):
        read_back("conll", tmp_path / "sub")


# --------------------------------------------------------------------------- as others write them

FOREIGN = Path(__file__).parent / "foreign"


def reading(path: Path, **options: str) -> tuple[list[object], dict[str, int]]:
    """What is read of a file, and what was counted."""
    losses = Losses()
    given = {k.replace("_", "-"): v for k, v in options.items()}
    items: list[object] = list(formats.read(formats.get("conll"), path, given, losses))
    return items, {x.kind: x.count for x in losses}


def labels(items: list[object]) -> list[tuple[str, str]]:
    (document,) = items
    assert isinstance(document, Document)
    text = document.article.text
    return [(text[a.start : a.end], a.attributes["type"]) for a in document.annotations]


def test_comments_are_no_tokens_and_numbers_no_words() -> None:
    items, counted = reading(FOREIGN / "conll_comment.conll")
    assert labels(items) == []
    assert counted == {"label of column 2 (-o column=2)": 1}
    items, counted = reading(FOREIGN / "conll_comment.conll", column="2,3")
    assert (labels(items), counted) == ([("Paris", "LOC")], {})
    assert items[0].article.text == "Paris"  # type: ignore[attr-defined]


def test_a_number_sign_may_be_a_token(tmp_path: Path) -> None:
    (tmp_path / "x.conll").write_text(
        "# id = 1\n# text = # now O\n# O\nnow B-T\n\n#\n# 2\nhere O\n", encoding="utf-8"
    )
    items, counted = reading(tmp_path / "x.conll")
    assert (labels(items), counted) == ([("now", "T")], {})
    assert items[0].article.text == "# now\nhere"  # type: ignore[attr-defined]


def test_an_odd_line_costs_its_sentence_alone(tmp_path: Path) -> None:
    good = "".join(f"Ana{i} B-PER\nsaid O\n\n" for i in range(50))
    for odd, told in (
        (b"odd\n", "too few columns"),
        (b"odd NO-TAG\n", "'NO-TAG' is no tag"),
        (b"\xff O\n", "not UTF-8"),
    ):
        (tmp_path / "x.conll").write_bytes(good.encode() + b"Bo B-PER\n" + odd + b"\nNo O\n")
        items, _ = reading(tmp_path / "x.conll")
        bad = items.pop(0)
        assert isinstance(bad, BadRecord)
        assert (bad.where, told in bad.message) == ("x.conll:152", True)
        assert len(labels(items)) == 50
        assert items[0].article.text.endswith("Ana49 said\nNo")  # type: ignore[attr-defined]


def test_files_over_the_same_words_lose_the_same_sentence(tmp_path: Path) -> None:
    (tmp_path / "cue.conll").write_text("Ana O\nsaid B-CUE\n\nBo O\nodd\n\nIt O\n")
    (tmp_path / "source.conll").write_text("Ana B-SOURCE\nsaid O\n\nBo O\nodd O\n\nIt O\n")
    items, _ = reading(tmp_path)
    assert [type(i) for i in items] == [BadRecord, Document]
    assert items[1].article.text == "Ana said\nIt"  # type: ignore[attr-defined]
    assert len(items[1].annotations) == 2  # type: ignore[attr-defined]


def test_a_piece_of_white_space_is_counted_as_left_out(tmp_path: Path) -> None:
    article = article_of("Farmers cheered. Others wept.")
    pieces = (Fragment("span", 0, 7), Fragment("span", 16, 17), Fragment("span", 17, 23))
    mark = claim(article, *pieces, layer="mark", attributes={"type": "gain"})
    report = written("conll", [Document(article, (mark,))], tmp_path / "x")
    told = {x.kind: x.count for x in report.losses}
    assert told["span of white space alone, left out"] == 1
    assert told["piece, now a span of its own"] == 1


@pytest.mark.parametrize("tag", ["B-", "I-", "E-", "S-", "L-", "U-", "X-A", "o", "-A", "BA"])
def test_what_is_no_tag_costs_its_sentence(tmp_path: Path, tag: str) -> None:
    text = f"Ana B-PER\nsaid O\n\nBo {tag}\n\nNo B-X\n"
    (tmp_path / "x.conll").write_text(text, encoding="utf-8")
    items, _ = reading(tmp_path / "x.conll")
    bad = items.pop(0)
    assert isinstance(bad, BadRecord)
    assert (bad.where, bad.message) == ("x.conll:4", f"{tag!r} is no tag")
    assert labels(items) == [("Ana", "PER"), ("No", "X")]


def test_a_sentence_of_the_one_word_1_is_no_count_of_words(tmp_path: Path) -> None:
    path = tmp_path / "x.conll"
    path.write_text("EU NNP I-NP I-ORG\n\n1 CD I-NP O\n", encoding="utf-8")
    (document,) = read_back("conll", path)
    assert isinstance(document, Document)
    assert document.article.text == "EU\n1"
    path.write_text("# x\n1 EU NNP B-ORG\n2 1 CD O\n\n1 Ja _ O\n", encoding="utf-8")
    (document,) = read_back("conll", path)
    assert isinstance(document, Document)
    assert document.article.text == "EU 1\nJa"
