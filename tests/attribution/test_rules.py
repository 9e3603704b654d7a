"""Single rules: sentence kinds, source types, attitudes, addressees, the lexicon."""

from __future__ import annotations

import pytest
from spacy.language import Language

from annotator.attribution.engine import attribute_with
from annotator.attribution.evaluation.counting import count, fingerprint, without
from annotator.attribution.parse import lines_of, parse_text
from annotator.attribution.result import AttributedText, Suggestion
from annotator.attribution.rules.kinds import line_kind
from annotator.attribution.rules.lexicon import Lexicon, load_lexicon, parse_counts
from annotator.attribution.rules.syntax import Tree
from annotator.domain.model import Fragment
from annotator.text.quotations import quotations

ATTITUDES = {"neutral", "endorsing", "distancing", "charged", "internal"}


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("By Lena Marsh, The Harbour Courier", "byline"),
        ("Authored by Lena Marsh via The Courier", "byline"),
        ("March 4, 2021 Updated: March 6, 2021", "byline"),
        ("By Friday, she said, the bridge would be open.", "body"),
        ("Mayor Calder speaks at the old customs house on July 18, 2020. Kim/AFP", "caption"),
        ("A crate at the pier. Kim Soren/ Pool/AFP via Getty Images", "caption"),
        ("Photo by Kim Soren", "credit"),
        ("Follow Lena on Twitter: @lena", "footer"),
        ("Copyright 2021 The Courier. All rights reserved.", "footer"),
        ("“We follow the law,” she said on Twitter.", "body"),
        ("The plan was approved by the Associated Press and others last week.", "body"),
        ("", "body"),
    ],
)
def test_line_kind(line: str, kind: str) -> None:
    assert line_kind(line) == kind


@pytest.mark.parametrize(
    ("source", "kind"),
    [
        ("Ana Ruiz", "named_person"),
        ("He", "named_person"),
        ("A spokesman", "unnamed_person"),
        ("The committee", "unnamed_group"),
        ("Officials", "unnamed_group"),
        ("Experts", "unnamed_group"),
        ("The report", "document"),
        ("The lawsuit", "document"),
        ("A new poll", "data"),
        ("The newspaper", "media"),
        ("CNN", "media"),
        ("The Labour Party", "named_group"),
    ],
)
def test_source_type(source: str, kind: str, nlp: Language) -> None:
    [claim] = attribute_with(f"{source} said that the bridge was closed.", nlp).claims
    assert claim.attributes["source_type"] == kind


@pytest.mark.parametrize(
    ("verb", "attitude"),
    [
        ("said", "neutral"),
        ("claimed", "distancing"),
        ("boasted", "charged"),
        ("acknowledged", "endorsing"),
        ("believed", "internal"),
        ("admitted", "charged"),
    ],
)
def test_attitude(verb: str, attitude: str, nlp: Language) -> None:
    [claim] = attribute_with(f"The mayor {verb} that the bridge was closed.", nlp).claims
    assert claim.attributes["cue_attitude"] == attitude


@pytest.mark.parametrize(
    ("text", "role", "words"),
    [
        ("She told reporters that the bridge was closed.", "addressee", "reporters"),
        ("“We have won the case,” Ruiz told CNN on Friday.", "via", "CNN"),
        ("He asked the committee to resign.", "addressee", "the committee"),
    ],
)
def test_addressee(text: str, role: str, words: str, nlp: Language) -> None:
    [claim] = [c for c in attribute_with(text, nlp).claims if c.parent is None]
    assert [text[a:b] for a, b in claim.ranges(role)] == [words]


def test_lexicon_is_sound() -> None:
    lexicon = load_lexicon()
    assert set(lexicon.attitudes.values()) == ATTITUDES
    assert lexicon.probability("say", "that") > 0.95
    assert lexicon.probability("eat", "dobj") < 0.1
    assert lexicon.probability("never-seen", "that") > lexicon.probability("never-seen", "dobj")
    for row in lexicon.counts.values():
        assert all(0 <= hits <= seen for hits, seen in row.values())
    assert set(lexicon.calibration.curves) >= {
        "quote",
        "clause",
        "phrase",
        "no-cue",
        "phrase, no source",
    }
    for curve in lexicon.calibration.curves.values():
        assert [score for score, _ in curve] == sorted(score for score, _ in curve)
        assert [share for _, share in curve] == sorted(share for _, share in curve)


def test_counts_are_read_back() -> None:
    assert parse_counts("# x\nsay\tthat=2/3 prep:of=1/1\n") == {
        "say": {"that": (2, 3), "prep:of": (1, 1)}
    }


def test_counts_without_an_article(nlp: Language) -> None:
    text = "She grumphed that it was late. He ate a pear."
    at = text.index("grumphed")
    claim = Suggestion((Fragment("cue", at, at + 8), Fragment("content", at + 9, at + 25)))
    document = AttributedText("one", text, (claim,))
    tree = Tree(parse_text(text, nlp), quotations(text))
    base = load_lexicon()
    counts = count([(document, tree)], base, min_articles=1)
    lemma = next(name for name in counts if name.startswith("grumph"))
    assert counts[lemma]["that"] == (1, 1)
    counted = frozenset((fingerprint(text),))
    lexicon = Lexicon(counts, base.attitudes, base.words, counted=counted)
    assert without(lexicon, document, tree).counts[lemma]["that"] == (0, 0)
    unknown = Lexicon(counts, base.attitudes, base.words)
    assert without(unknown, document, tree) is unknown


def test_over_long_lines_are_cut() -> None:
    text = "word " * 20_000
    pieces = list(lines_of(text))
    assert "".join(text[a:b] for a, b in pieces) == text
    assert max(b - a for a, b in pieces) <= 20_000
    assert list(lines_of("x" * 50_000))[-1][1] == 50_000


def test_signature_bar_is_a_token_of_its_own(nlp: Language) -> None:
    parse = parse_text("“So it is.” ―Ana Ruiz", nlp)
    assert parse.words[-3:] == ["―", "Ana", "Ruiz"]
    assert all(
        parse.text[a:b] == w for a, b, w in zip(parse.starts, parse.ends, parse.words, strict=True)
    )
    assert parse.tensor is not None
    assert len(parse.tensor) == len(parse)


def test_clause_far_from_its_verb(nlp: Language) -> None:
    text = "The mayor tweeted in the early hours of the day that the bridge was a disgrace."
    [claim] = [c for c in attribute_with(text, nlp).claims if c.parent is None]
    assert [text[a:b] for a, b in claim.ranges("content")] == ["that the bridge was a disgrace"]


def test_quotation_introduced_in_the_paragraph_before(nlp: Language) -> None:
    text = "The mayor added:\n\n“The bridge will never be closed.”"
    [claim] = attribute_with(text, nlp).claims
    assert [text[a:b] for a, b in claim.ranges("source")] == ["The mayor"]
    assert [text[a:b] for a, b in claim.ranges("content")] == ["“The bridge will never be closed.”"]
