"""Every text gets a layout that holds what the domain promises."""

from __future__ import annotations

import random

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from annotator.domain.graphemes import is_boundary
from annotator.domain.model import SENTENCE_KINDS, Layout
from annotator.text.characters import is_blank
from annotator.text.engine import LayoutEngine, load_engine

PIECES = [
    *"aZé9.!?…,;:'\"()[]-—@#$",
    " ", "  ", "\n", "\r\n", "\r", "\n\n", "\t", "\u00a0", "\u2028", "\u2029", "\u0085", "\v", "\f",
    "\x01", "\x1b[2J", "\ufeff", "\u200b", "\u200d", "\u200f", "\u202e", "\u0301", "\u0308",
    "\U0001f1e9", "\U0001f1ea", "👨‍👩‍👧‍👦", "👍🏽", "❤️", "각", "\u1100\u1161\u11a8",
    "क्षि", "ำ", "ไทย",
    "他说。", "「はい。」", "コンピュータ",
    "؟", "مرحبا", "۔", "“", "”", "‘", "’", "''", "«", "»", "„",
    "U.S. ", "Mr. ", "a.m. ", "No. 1 ", "Nov. 9 ", "J. K. ", "said. ", "The ", "He asked ", "etc. ",
    "https://a.b/c?d=e ", "3.5 ", "... ", ". . . ", "[…] ", "By ", "Photo: ", "© ", "\ud800",
]  # fmt: skip


@pytest.fixture(scope="module", params=["default", "blank:en", "blank:de", "blank:zh"])
def engine(request: pytest.FixtureRequest) -> LayoutEngine:
    name: str = request.param
    return load_engine(None if name == "default" else name)


@pytest.fixture(scope="module")
def english() -> LayoutEngine:
    return load_engine("blank:en")


def check(text: str, layout: Layout) -> None:
    """Assert every invariant of a layout."""
    starts, ends = layout.token_starts, layout.token_ends
    assert len(starts) == len(ends)
    previous = 0
    for start, end in layout.paragraphs:
        assert previous <= start < end <= len(text)
        assert is_boundary(text, start)
        assert is_boundary(text, end)
        assert not is_blank(text, start, end)
        assert not text[end - 1].isspace()
        assert not text[start].isspace() or not is_boundary(text, start + 1)
        assert is_blank(text, previous, start)
        previous = end
    assert is_blank(text, previous, len(text))

    token = 0
    previous = 0
    for start, end, paragraph, kind in layout.sentences:
        assert kind in SENTENCE_KINDS
        assert previous <= start < end
        assert layout.paragraphs[paragraph].start <= start
        assert end <= layout.paragraphs[paragraph].end
        assert is_blank(text, previous, start)
        assert starts[token] == start
        while token < len(starts) and ends[token] <= end:
            token += 1
        assert token
        assert ends[token - 1] == end
        assert token == len(starts) or starts[token] >= end
        previous = end
    assert token == len(starts)
    paragraphs = [s.paragraph for s in layout.sentences]
    assert sorted(set(paragraphs)) == list(range(len(layout.paragraphs)))
    assert paragraphs == sorted(paragraphs)

    previous = 0
    for start, end in zip(starts, ends, strict=True):
        assert previous <= start < end <= len(text)
        assert is_boundary(text, start)
        assert is_boundary(text, end)
        assert not text[start:end].isspace()
        previous = end
    for paragraph_start, paragraph_end in layout.paragraphs:
        covered = bytearray(paragraph_end - paragraph_start)
        for start, end in zip(starts, ends, strict=True):
            if start >= paragraph_start and end <= paragraph_end:
                covered[start - paragraph_start : end - paragraph_start] = b"\1" * (end - start)
        for offset, there in enumerate(covered):
            assert there or text[paragraph_start + offset].isspace()


@given(st.lists(st.sampled_from(PIECES), max_size=40).map("".join))
@settings(max_examples=400, deadline=None)
@example("")
@example(" \u0301a")
@example("a. \u0301b C")
@example("\u200b")
@example("a\r\n\r\nb")
@example("end.Next\u0301 one")
@example("「はい。」\u0301と言った。いいえ。")
def test_text_made_of_traps(engine: LayoutEngine, text: str) -> None:
    layout = engine.layout(text)
    assert layout.engine == engine.name
    check(text, layout)


@given(st.text(st.characters(exclude_characters="\0"), max_size=200))
@settings(max_examples=300, deadline=None)
def test_any_text(engine: LayoutEngine, text: str) -> None:
    check(text, engine.layout(text))


@given(st.lists(st.sampled_from(PIECES), max_size=30).map("".join))
@settings(max_examples=100, deadline=None)
def test_a_layout_is_the_same_every_time(english: LayoutEngine, text: str) -> None:
    first = english.layout(text)
    assert list(english.layouts([text, "x", text])) == [first, english.layout("x"), first]


def words(layout: Layout, text: str) -> list[str]:
    pairs = zip(layout.token_starts, layout.token_ends, strict=True)
    return [text[start:end] for start, end in pairs]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("We don't know.", ["We", "do", "n't", "know", "."]),
        ("a 👨‍👩‍👧‍👦 b", ["a", "👨‍👩‍👧‍👦", "b"]),
        ("🇩🇪🇫🇷 won", ["🇩🇪", "🇫🇷", "won"]),
        ("café-cafe\u0301", ["café", "-", "cafe\u0301"]),
        ("中国发言人。", ["中", "国", "发", "言", "人", "。"]),
        ("東京のコンピュータ", ["東", "京", "の", "コンピュータ"]),
        ("one\r\ntwo", ["one", "two"]),
        ("a\u00a0b\u2009c", ["a", "b", "c"]),
        ("end.Next one", ["end", ".", "Next", "one"]),
        ("x \u0301y", ["x", " \u0301y"]),
        ("“No,” he said.", ["“", "No", ",", "”", "he", "said", "."]),
        ("''No,'' he said.", ["''", "No", ",", "''", "he", "said", "."]),
        ("ราคา", ["ร", "า", "ค", "า"]),
    ],
)
def test_tokens(english: LayoutEngine, text: str, expected: list[str]) -> None:
    assert words(english.layout(text), text) == expected


def test_a_run_without_spaces_is_still_cut(english: LayoutEngine) -> None:
    text = "他说：“我们在3.5小时内看到了。”" * 200 + " https://example.org/" + "a" * 900
    layout = english.layout(text)
    check(text, layout)
    assert words(layout, text)[:9] == ["他", "说", "：", "“", "我", "们", "在", "3.5", "小"]
    assert len(layout.sentences) == 201


def test_a_text_longer_than_spacys_limit(english: LayoutEngine) -> None:
    rng = random.Random(7)
    sentence = "The minister said on {} that “nobody knew.” Then he left."
    paragraphs = [sentence.format(rng.randrange(10**6)) for _ in range(18_500)]
    text = "\n\n".join(paragraphs)
    assert len(text) > 1_000_000
    layout = english.layout(text)
    assert len(layout.paragraphs) == 18_500
    assert len(layout.sentences) == 37_000
    for i in rng.sample(range(37_000), 300):
        start, end, paragraph, _ = layout.sentences[i]
        assert paragraph == i // 2
        assert text[start:end].startswith(("The minister", "Then he left."))
        assert text[start:end].endswith(("knew.”", "left."))


def test_one_sentence_longer_than_spacys_limit(english: LayoutEngine) -> None:
    text = "word " * 210_000
    layout = english.layout(text)
    assert len(layout.sentences) == 1
    assert len(layout.token_starts) == 210_000


@pytest.mark.parametrize(
    "text",
    [
        "." * 200_000, ". " * 100_000, "(" * 200_000, '!" A ' * 25_000, "\n" * 200_000,
        "a\n" * 20_000,
        "🇩" * 200_000, "a" + "\u0301" * 200_000, "👨\u200d" * 80_000, 'a. "  ' * 20_000,
        "a" * 300_000,
        "“" * 100_000, "a (b. " * 20_000, "published " * 25, "© " + "A" * 118 + "!", "!? " * 60_000,
    ],
    ids=lambda text: repr(text[:6]),
)  # fmt: skip
def test_texts_that_would_make_a_slow_rule_hang(english: LayoutEngine, text: str) -> None:
    """Each takes a few seconds at most; a quadratic rule would not come back for minutes."""
    check_cheaply(text, english.layout(text))


def check_cheaply(text: str, layout: Layout) -> None:
    characters = sum(e - s for s, e in zip(layout.token_starts, layout.token_ends, strict=True))
    assert characters == sum(not c.isspace() for c in text)


def test_memory_zones_do_not_change_the_tokens() -> None:
    """After the warm-up, words are forgotten between texts; the tokens stay what they were."""
    text = "Don't the U.S. networks (he said) cost $3.5bn? Nobody's told us…"
    fresh = load_engine("blank:en").layout(text)
    warm = load_engine("blank:en")
    warm._seen = 10**9
    before = warm._nlp
    assert [warm.layout(text) for _ in range(3)] == [fresh] * 3
    assert warm._nlp is not before  # loaded anew, so that it never grows without end
    warm._seen = 10**8
    assert [warm.layout(text) for _ in range(3)] == [fresh] * 3
