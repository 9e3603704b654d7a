"""Noun phrases, clauses and quotations as text objects: on sentences, and counted on PolNeAR."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.attribution.rules.word_forms import known_words
from annotator.domain.model import Annotation
from annotator.session.text_index import TextIndex
from annotator.session.text_objects import TextObjects, without_marks
from annotator.text.engine import load_engine
from annotator.text.flow import flowing
from annotator.text.quotations import chains
from annotator.text.quotations import quotations as quotations_in
from annotator.text.speech_words import COMMON, SpeechWords
from tests.robot.gold import polnear, polnear_folder
from tests.session.build import Bench, article, quotations


def objects(text: str, words: SpeechWords | None = None) -> TextObjects:
    known = words or known_words()
    return TextObjects(TextIndex(article(text)), lambda: quotations(text), lambda: known)


def picked(text: str, word: str, kind: str) -> list[str]:
    """The readings at the first place of a word."""
    found = objects(text)
    page = TextIndex(article(text))
    token = page.token_at(text.index(word))
    ranges = found.noun_phrases(token) if kind == "M" else found.clauses(token)
    return [text[a:b] for a, b in ranges]


@pytest.mark.parametrize(
    ("text", "word", "phrase"),
    [
        ("The finance minister said so.", "minister", "The finance minister"),
        ("He said so.", "He", "He"),
        ("“No,” said Ana Ruiz, the mayor of Oslo.", "Ana", "Ana Ruiz, the mayor of Oslo"),
        (
            "Ana Ruiz, a mayor of the city, told them that.",
            "Ruiz",
            "Ana Ruiz, a mayor of the city,",
        ),
        ("Miller and some voters say so.", "Miller", "Miller and some voters"),
        ("A number of studies have shown it.", "studies", "A number of studies"),
        ("According to exit polls, he won.", "exit", "exit polls"),
        ("The task force announced it.", "task", "The task force"),
        ("Only 49 percent of voters say so.", "Only", "Only 49 percent of voters"),
        ("They rejected his view of it.", "his", "his"),
        ("Trump, who is away, said so.", "Trump", "Trump"),
    ],
)
def test_the_noun_phrase_is_who_said_it(text: str, word: str, phrase: str) -> None:
    assert picked(text, word, "M")[0] == phrase


@pytest.mark.parametrize(
    ("text", "word", "clause"),
    [
        ("Ruiz said that it was late.", "said", "that it was late"),
        ("Ruiz said that it was late.", "that", "that it was late"),
        ("It was late, Ruiz said.", "said", "It was late"),
        ("It was late, said Ana Ruiz.", "said", "It was late"),
        ("It was late, he said, and went.", "It", "It was late"),
        ("“It is late,” Ruiz told them.", "told", "“It is late,”"),
        ("“It is late,” Ruiz told them.", "“", "“It is late,”"),
        ("Ruiz told reporters on Monday that it was late.", "told", "that it was late"),
        ("Prices fell, according to Ruiz.", "according", "Prices fell"),
        ("According to the poll, prices fell.", "According", "prices fell"),
        ("But prices fell, he said.", "said", "prices fell"),
        (
            "“In papers, firms boasted that they were exempt,” she said.",
            "firms",
            "firms boasted that they were exempt",
        ),
    ],
)
def test_the_clause_is_what_was_said(text: str, word: str, clause: str) -> None:
    assert picked(text, word, "C")[0] == clause


@given(st.text(alphabet="ab A.,“”said thew n't-'\n", max_size=60), st.booleans())
def test_every_reading_is_a_range_of_whole_tokens_and_the_phrase_holds_its_token(
    text: str, read: bool
) -> None:
    found = objects(text, known_words() if read else COMMON)
    page = TextIndex(article(text))
    for token in range(page.token_count):
        phrases, clauses = found.noun_phrases(token), found.clauses(token)
        assert phrases
        assert clauses
        for start, end in [*phrases, *clauses]:
            assert 0 <= start < end <= len(text)
            assert start in page.starts
        for start, end in phrases:
            assert start <= page.starts[token] < end
        for inner, outer in pairwise(phrases):
            assert outer[0] <= inner[0]
            assert inner[1] <= outer[1]
        assert len(set(clauses)) == len(clauses)


def test_again_takes_the_next_reading_round_all_of_them() -> None:
    b = Bench("A number of studies taken in May showed that it was late.")
    s = b.session
    b.at("number")
    seen = []
    reading, many = s.select_object("noun phrase")
    assert (reading, many >= 2) == (1, True)
    for _ in range(many):
        seen.append(b.selected())
        s.select_object("noun phrase")
    assert seen[0] == "A number of studies"
    assert len(set(seen)) == many
    assert b.selected() == seen[0]  # round
    assert s.selection is not None
    s.change_selection(s.selection.smaller())  # V shrinks to the word it came from
    assert b.selected() == "number"


def test_in_another_language_a_phrase_is_a_run_between_function_words_and_signs() -> None:
    text = (
        "Der Sprecher der Regierung sagte am Montag, dass die neuen Preise nicht gestiegen sind."
        " Die Opposition und die Gewerkschaften haben das in einem Brief bestritten."
    )
    assert picked(text, "Preise", "M")[0] == "neuen Preise"
    assert picked(text, "Sprecher", "M")[0] == "Sprecher"
    assert picked(text, "dass", "C") == ["dass die neuen Preise nicht gestiegen sind"]


@pytest.mark.parametrize(
    ("quotation", "bare"),
    [
        ("“so,”", "so,"),
        ('"so"', "so"),
        ("« so »", "so"),
        ("„so“", "so"),
        ("“so", "so"),
        ("''so''", "so"),
        ("“”", "“”"),
    ],
)
def test_a_quotation_without_its_marks(quotation: str, bare: str) -> None:
    text = f"He said {quotation} twice"
    start = text.index(quotation)
    low, high = without_marks(text, (start, start + len(quotation)))
    assert text[low:high] == bare


def _spans(claim: Annotation, role: str) -> list[list[tuple[int, int]]]:
    spans: dict[int, list[tuple[int, int]]] = {}
    for f in claim.fragments:
        if f.role == role:
            spans.setdefault(f.span, []).append((f.start, f.end))
    return list(spans.values())


@pytest.mark.slow
@pytest.mark.skipif(polnear_folder() is None, reason="PolNeAR is not below $ANNOTATOR_SHARED")
def test_how_often_the_gold_is_met_at_the_first_press() -> None:
    """Measured on all 840 articles of the training part: 84 % of sources by M from their first
    word; of contents 66 % by C from their first word, and 63 % of claims by C on a known cue."""
    engine, words = load_engine(), known_words()
    sources, contents, cues = [], [], []
    for gold in polnear(60):
        layout = engine.layout(gold.text)
        found = quotations_in(flowing(gold.text).text)
        ranges = sorted({(found[c[0]].start, found[c[-1]].end) for c in chains(found)})
        page = TextIndex(replace(article(""), text=gold.text, layout=layout))
        own = TextObjects(page, lambda ranges=ranges: ranges, lambda: words)  # type: ignore[misc]
        for claim in gold.annotations:
            for span in _spans(claim, "source"):
                start = page.token_at(span[0][0])
                sources.append(own.noun_phrases(start)[0] == span[0] and len(span) == 1)
            wanted = [f[1:3] for f in claim.role("content")]
            for piece in wanted:
                contents.append(own.clauses(page.token_at(piece[0]))[0] == piece)
            for cue in claim.role("cue"):
                tokens = range(page.token_at(cue.start), page.token_before(cue.end) + 1)
                known = [t for t in tokens if gold.text[slice(*page.token(t))] in words.cues]
                if known and wanted:
                    cues.append(own.clauses(known[0])[0] in wanted)
    shares = [sum(hits) / len(hits) for hits in (sources, contents, cues)]
    assert [len(hits) > 1000 for hits in (sources, contents, cues)] == [True, True, True]
    assert shares[0] > 0.80, shares
    assert shares[1] > 0.62, shares
    assert shares[2] > 0.58, shares
