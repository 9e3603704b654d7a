"""Folding: what typography may not hide, and the way back to the stored text."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from annotator.domain.graphemes import is_boundary
from annotator.domain.spans import check_span
from annotator.text.normal import Folded, fold, literal, normalise, places, words

ODD = st.lists(
    st.sampled_from(
        "aeIiİßſΣςσﬁﬂﬀ\u0301\u0308\u0345\u00ad\u200b\u200d\ufe0f\u2060\ufeff’'\"“—-–´`ŉ½²"
        "가각\u1100\u1161\u11a8ﾊ\u09c7\u09be\u0dd9\u0dcf  \n\t\u00a0\u2003É\u1fb3ẞ㍿❤👨🏴🇩🇪"
        "12,.3क\u093f"
    ),
    max_size=20,
).map("".join)
TEXTS = st.one_of(st.text(max_size=20), ODD)


@given(TEXTS)
def test_the_form_of_the_parts_is_the_form_of_the_whole(text: str) -> None:
    assert Folded(text).text == fold(text)
    assert fold(fold(text)) == fold(text)
    assert list(normalise(text).words) == words(text)


@given(TEXTS, st.data())
def test_every_part_is_found_where_it_stands_however_it_is_typed(
    text: str, data: st.DataObject
) -> None:
    # Half-width voicing marks are letters to the program's graphemes.
    cuts = [
        i for i in range(len(text) + 1) if is_boundary(text, i) and text[i : i + 1] not in ("ﾞ", "ﾟ")
    ]
    start, end = sorted(data.draw(st.tuples(st.sampled_from(cuts), st.sampled_from(cuts))))
    part = text[start:end]
    assume(fold(part).split())
    found = places(literal(part), text)
    assert any(s < end and start < e for s, e in found)
    for s, e in found:
        check_span(text, s, e)
        assert " ".join(fold(part).split()) in " ".join(fold(text[s:e]).split())
    assert found == sorted(found)
    for form in ("NFC", "NFD"):
        assert places(literal(unicodedata.normalize(form, part)), text) == found


@pytest.mark.parametrize(
    ("query", "text", "found"),
    [
        ("first of five", "the \ufb01rst of \ufb01ve.", "\ufb01rst of \ufb01ve"),
        ("caf\u00e9 owner", "a cafe\u0301 owner", "cafe\u0301 owner"),
        ("cafe\u0301 owner", "a caf\u00e9 owner", "caf\u00e9 owner"),
        ("flood", "the fl\u00adood\u00ad came", "fl\u00adood"),
        ("flood water", "flood\u200b \u2060water", "flood\u200b \u2060water"),
        ("می\u200cخواهم", "او میخواهم گفت", "میخواهم"),
        ("STRASSE", "die Straße hier", "Straße"),
        ("straße", "DIE STRASSE", "STRASSE"),
        ("ΟΔΟΣ", "η οδός, οδος", "οδος"),
        ("İZMİR", "i̇zmi̇r", "i̇zmi̇r"),
        ("10 km", "10\u00a0km", "10\u00a0km"),
        ("don't", "they don’t say", "don’t"),
        ('"no"', "„no“", "„no“"),
        ("co-op", "the co\u2011op", "co\u2011op"),
        ("한국", "한국어".encode().decode(), "한국"),
        ("가", "\u1100\u1161 나", "\u1100\u1161"),
        ("ハ", "ﾊ", "ﾊ"),
        ("fi", "\ufb03", "\ufb03"),
        ("👨", "x 👨\u200d👩\u200d👧", "👨\u200d👩\u200d👧"),
        ("❤", "❤\ufe0f", "❤\ufe0f"),
    ],
)
def test_what_is_alike_to_a_reader_is_found(query: str, text: str, found: str) -> None:
    assert [text[s:e] for s, e in places(literal(query), text)] == [found]


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("cafe", "caf\u00e9"),
        ("1200", "1,200"),
        ("dont", "don't"),
        ("\u200b", "a b"),
        ("a.s", "abs"),
    ],
)
def test_what_a_reader_tells_apart_is_not(query: str, text: str) -> None:
    assert places(literal(query), text) == []


def test_half_a_ligature_stands_where_the_whole_does_and_once() -> None:
    assert places(literal("f"), "o\ufb00er") == [(1, 2)]


def test_an_apostrophe_parts_words() -> None:
    assert words("L’eau isn't Anna’s") == ["l", "eau", "isn", "t", "anna", "s"]
