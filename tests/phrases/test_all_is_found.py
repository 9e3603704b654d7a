"""Whatever stands in a stored sentence is found: by `search`, by the phrase index, at its place."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotator.phrases.matches import search
from annotator.store import Store
from annotator.text.normal import literal, normalise, places
from tests.phrases.support import corpus, fixtures, index

HERE = Path(__file__).parent
TABLE = " ".join(f"row {i} of the pump list 1,{i:03} t" for i in range(700))
SENTENCES = (
    (HERE / "f21_search.txt").read_text("utf-8"),
    (HERE / "f22_long_sentence.txt").read_text("utf-8"),
    *((HERE / f"f23_a{i}.txt").read_text("utf-8") for i in (1, 2, 3)),
    f"{TABLE} and the pump house burned down, {TABLE}",
    "The mayor’s office (the “Red House”) said: “We won't pay the $5 million, or 45 %!”",
    "L'eau de l'usine n'est pas potable, a dit la mairie d’Évreux à l\u2019AFP.",
    "The fl\u00adood rose to \u221212.5 \u00b0C \u2013 said Zoe\u0308 \u200bM\u00fcller.",
    "Die Straße nach Köln ist gesperrt, sagte die Polizei; DIE STRASSE bleibt zu.",
    "上海の橋は五月まで閉鎖される、と市長は言った。",
    "وقال الرئيس إن الجسر مغلق حتى شهر مايو",
    "او گفت که نمی\u200cخواهم بروم",
    "मंत्री ने कहा कि पुल बंद रहेगा",
    "no no no, and no again: no no.",
    "he said in a statement that he said in a statement that he said it",
)


@cache
def stored() -> tuple[Store, list[tuple[str, str, int, int]]]:
    store = corpus(*SENTENCES)
    fixtures(store)
    found = []
    for uid in store.uids():
        article = store.article(uid)
        found += [(uid, article.text, s.start, s.end) for s in article.layout.sentences]
    return store, found


def borders(sentence: str) -> list[int]:
    form = normalise(sentence)
    cuts = {i for m in re.finditer(r"\S+", sentence) for i in m.span()}
    return sorted(cuts | set(form.starts) | set(form.ends))


@settings(max_examples=300)
@given(st.data())
def test_any_part_of_any_sentence_is_found_where_it_stands(data: st.DataObject) -> None:
    store, sentences = stored()
    uid, text, start, end = data.draw(st.sampled_from(sentences))
    cuts = st.sampled_from(borders(text[start:end]))
    low, high = sorted(data.draw(st.tuples(cuts, cuts)))
    part = text[start + low : start + high]
    form = normalise(part)
    if not form.words:
        return
    first, last = start + low + form.starts[0], start + low + form.ends[-1]
    # (Of places that overlap one another, as "no no" in "no no no", the first is found.)
    assert any(s < last and first < e for s, e in places(literal(part), text))
    found = [m for m in search(index(store), part).found if m.article == uid]
    there = [m for m in found if m.start < last and first < m.end]
    assert there
    for m in there:
        assert m.score == 100
        assert m.text == text[m.start : m.end]
        # Nothing more than the words asked for, but for marks around them.
        assert normalise(m.text).words == form.words


@pytest.mark.parametrize(
    "part",
    ["the pump house burned down in the night", "the pump house burned down", "row 699 of the"],
)
def test_the_end_of_a_long_sentence_is_indexed(part: str) -> None:
    store, _ = stored()
    found = search(index(store), part, 100).found
    assert found
    assert all(m.text == part for m in found)


def test_a_near_copy_deep_in_a_long_sentence_is_found() -> None:
    store, _ = stored()
    found = search(index(store), "and the old pump house burned down").found
    assert any(m.kind == "contained" and "pump house burned down" in m.text for m in found)


def test_every_place_in_one_sentence_counts() -> None:
    store, _ = stored()
    found = [m for m in search(index(store), "he said in a statement").found if m.score == 100]
    assert [m.start for m in found if m.text.startswith("he said in a statement")] == [0, 28]


@pytest.mark.parametrize(
    ("phrase", "stands"),
    [
        ("rose to −12.5 °C", "−12.5 °C"),
        ("the $5 million", "the $5 million"),
        ("or 45 %", "or 45 %"),
        ("$5 million, or 45 %!”", "$5 million, or 45 %!”"),
        ("−12.5 °", "−12.5 °"),
    ],
)
def test_signs_belong_to_the_match(phrase: str, stands: str) -> None:
    store, _ = stored()
    assert any(m.text.endswith(stands) for m in search(index(store), phrase).found)
