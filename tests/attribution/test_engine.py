"""What the rules propose, on texts with the shapes that are hard in real news."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from spacy.language import Language

from annotator.attribution import engine
from annotator.attribution.engine import (
    NO_PIPELINE,
    attribute,
    attribute_parse,
    attribute_with,
    quotations_only,
)
from annotator.attribution.parse import Parse, parse_text, parse_texts
from annotator.attribution.result import ROLES, Suggestion, Suggestions
from annotator.domain.errors import MissingExtraError
from annotator.domain.spans import check_span

from .counting import calls_of
from .shapes import HARBOUR

Claim = tuple[list[str], list[str], list[str]]


def words(text: str, claim: Suggestion) -> Claim:
    source, cue, content = ([text[a:b] for a, b in claim.ranges(role)] for role in ROLES)
    return source, cue, content


def claims(text: str, nlp: Language, *, outer: bool = False) -> list[Claim]:
    found = attribute_with(text, nlp).claims
    return [words(text, c) for c in found if not (outer and c.parent is not None)]


def one(text: str, nlp: Language) -> Claim:
    found = claims(text, nlp, outer=True)
    assert len(found) == 1, found
    return found[0]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("“We won,” Ana Ruiz said.", (["Ana Ruiz"], ["said"], ["“We won,”"])),
        ("“We won,” said Ana Ruiz.", (["Ana Ruiz"], ["said"], ["“We won,”"])),
        ('Ana Ruiz said: "We won."', (["Ana Ruiz"], ["said:"], ['"We won."'])),
        ("''We won,'' she said.", (["she"], ["said"], ["''We won,''"])),
        (
            "“We won,” she said. “It was late.”",
            (["she"], ["said"], ["“We won,”", "“It was late.”"]),
        ),
        (
            "“We won,” she said, “and it was late.”",
            (["she"], ["said"], ["“We won,”", "“and it was late.”"]),
        ),
        (
            "The mayor said that the bridge would close on Monday.",
            (["The mayor"], ["said"], ["that the bridge would close on Monday"]),
        ),
        (
            "The bridge will close on Monday, the mayor said.",
            (["the mayor"], ["said"], ["The bridge will close on Monday"]),
        ),
        (
            "The bridge will close, according to a report by the city.",
            (["a report by the city"], ["according to"], ["The bridge will close"]),
        ),
        (
            "Mary Hall, the chair of the board, denied that money was lost.",
            (["Mary Hall, the chair of the board,"], ["denied"], ["that money was lost"]),
        ),
        (
            "Hall: the board must resign before the end of the year",
            (["Hall"], [":"], ["the board must resign before the end of the year"]),
        ),
        (
            "“They never asked any of us about it.” ―Ana Ruiz",
            (["Ana Ruiz"], ["―"], ["“They never asked any of us about it.”"]),
        ),
        (
            "He has not said whether the bridge will close.",
            (["He"], ["has not said"], ["whether the bridge will close"]),
        ),
    ],
)
def test_one_claim(text: str, expected: Claim, nlp: Language) -> None:
    assert one(text, nlp) == expected


class TestHarbour:
    """Every attribution of the text whose shapes follow the seed articles."""

    @pytest.fixture(scope="class")
    def result(self, nlp: Language) -> Suggestions:
        return attribute_with(HARBOUR, nlp)

    @pytest.fixture(scope="class")
    def by_content(self, result: Suggestions) -> dict[str, tuple[Suggestion, Claim]]:
        return {words(HARBOUR, c)[2][0]: (c, words(HARBOUR, c)) for c in reversed(result.claims)}

    @pytest.mark.parametrize(
        ("start", "source", "cue"),
        [
            (
                "they would cooperate",
                "Mayor Ruth Calder and Governor Ian Poole",
                "said",
            ),
            ("“Every year, ghost", "Calder", "said"),
            ("“A special unit", "Calder", "said"),
            ("that “we will deepen", "Poole", "stating"),
            ("“On the question of fees", "she", "stated"),
            ("“[Ian Poole] is committed", "Whitlow", "said"),
            (
                "“Before I came",
                "Victor Almeida, the former harbour master from 2007 to 2013,",
                "told",
            ),
            ("More than 75,000 containers", "official state data", "according to"),
            (
                "the decision to list containers as “a publicity stunt",
                "researchers at the Coastal Policy Institute",
                "described",
            ),
            ("that the port did not", "The researchers", "added"),
            ("“In leaked letters", "the researchers", "said"),
            ("that the port owned them", "companies [that sold crates]", "boasted"),
            ("that the board “remains", "A harbour board spokesperson", "told"),
            ("that the board may", "The agreement", "signals"),
        ],
    )
    def test_found(
        self,
        by_content: dict[str, tuple[Suggestion, Claim]],
        start: str,
        source: str,
        cue: str,
    ) -> None:
        found = [claim for content, (_, claim) in by_content.items() if content.startswith(start)]
        assert found, start
        assert (found[0][0], found[0][1]) == ([source], [cue])

    def test_two_paragraphs_are_one_content(
        self, by_content: dict[str, tuple[Suggestion, Claim]]
    ) -> None:
        _, claim = next(v for k, v in by_content.items() if k.startswith("“Before I came"))
        assert len(claim[2]) == 2
        assert claim[2][1].startswith("“There was never")
        assert claim[2][1].endswith("raise it.”")

    def test_quotation_without_a_cue(self, by_content: dict[str, tuple[Suggestion, Claim]]) -> None:
        suggestion, claim = by_content["“going to be looking very hard at it.”"]
        assert claim[:2] == (["She and Poole"], [])
        assert suggestion.confidence < 0.5

    def test_nesting(self, result: Suggestions) -> None:
        boasted = next(c for c in result.claims if words(HARBOUR, c)[1] == ["boasted"])
        assert boasted.parent is not None
        outer = words(HARBOUR, result.claims[boasted.parent])
        assert outer[0] == ["the researchers"]
        stated = next(c for c in result.claims if words(HARBOUR, c)[1] == ["stated"])
        assert stated.parent is not None
        assert words(HARBOUR, result.claims[stated.parent])[0] == ["a transcript"]

    def test_no_claims_in_bylines_captions_credits(self, result: Suggestions) -> None:
        for silent in ("By Lena Marsh", "Dana Whitlow speaks", "Seized crates"):
            lo = HARBOUR.index(silent)
            hi = HARBOUR.index("\n", lo)
            assert not [f for c in result.claims for f in c.fragments if lo <= f.start < hi]

    def test_titles_and_headings_are_no_claims(self, result: Suggestions) -> None:
        for title in ("‘Cargo Wars’", "Port Authority Struggles"):
            lo = HARBOUR.index(title)
            assert not [
                f for c in result.claims for f in c.fragments if lo <= f.start < lo + len(title)
            ]

    def test_missed(self, by_content: dict[str, tuple[Suggestion, Claim]]) -> None:
        """Known gaps, named: when one of these is found, this test says so."""
        assert not [c for _, c in by_content.values() if c[1] == ["admission of"]]

    def test_attributes(self, by_content: dict[str, tuple[Suggestion, Claim]]) -> None:
        def of(start: str) -> tuple[str, str, str]:
            found = next(s for k, (s, _) in by_content.items() if k.startswith(start))
            return (
                found.attributes["form"],
                found.attributes["source_type"],
                found.attributes["cue_attitude"],
            )

        assert of("“Every year") == ("direct", "named_person", "neutral")
        assert of("that “we will") == ("mixed", "named_person", "neutral")
        assert of("that the port owned") == ("direct", "unnamed_group", "charged")
        assert of("that the board “remains")[:2] == ("fragment", "unnamed_person")
        assert of("More than 75,000")[:2] == ("indirect", "data")
        assert of("“going to be")[2] == "none"

    def test_offsets_are_whole_characters(self, result: Suggestions) -> None:
        for claim in result.claims:
            for fragment in claim.fragments:
                check_span(HARBOUR, fragment.start, fragment.end)


def test_two_runs_agree(nlp: Language) -> None:
    assert attribute_with(HARBOUR, nlp) == attribute_with(HARBOUR, nlp)


def test_sentence_kinds_are_respected(nlp: Language) -> None:
    text = "“We won,” she said.\n“We lost,” he said."
    kinds = [(0, text.index("\n"), "caption")]
    found = attribute_with(text, nlp, kinds).claims
    assert [words(text, c)[0] for c in found] == [["he"]]


def test_without_a_pipeline(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing() -> Language:
        raise MissingExtraError("no spaCy pipeline found")

    monkeypatch.setattr(engine, "load_pipeline", missing)
    text = "“We won it in the end,” she said. A “term” is none."
    result = attribute(text)
    assert [words(text, c) for c in result.claims] == [([], [], ["“We won it in the end,”"])]
    assert result.notes
    assert "quotations" in result.engine
    assert result == quotations_only(text, NO_PIPELINE)


def test_document_without_a_parse(nlp: Language) -> None:
    doc = nlp.make_doc("“We won it in the end,” she said.")
    assert attribute(doc).notes


def repeated(parse: Parse, times: int, *, one_line: bool) -> Parse:
    """The same analysis several times over, as separate lines or as one endless sentence."""
    n, size, lines = len(parse), len(parse.text), parse.line_of[-1] + 1
    text = (parse.text + ("" if one_line else "\n")) * times
    step = len(text) // times
    out = Parse(text, engine="test")
    for k in range(times):
        out.starts += [s + k * step for s in parse.starts]
        out.ends += [e + k * step for e in parse.ends]
        for name in ("words", "lemmas", "tags", "pos", "deps", "entities"):
            getattr(out, name).extend(getattr(parse, name))
        out.heads += [h + k * n for h in parse.heads]
        out.line_of += [0 if one_line else line + k * lines for line in parse.line_of]
        out.sentence_of += [s + k * len(parse.sentences) for s in parse.sentence_of]
        out.sentences += [(a + k * n, b + k * n) for a, b in parse.sentences]
    out.children = [[] for _ in out.heads]
    for child, head in enumerate(out.heads):
        if child != head:
            out.children[head].append(child)
    assert size <= step
    return out


@pytest.mark.parametrize("one_line", [False, True])
@pytest.mark.parametrize(
    "text",
    [
        HARBOUR,
        "“We won,” she said. ",
        "“We won and they said that he said “no ",
        "He said she said they claimed it was said that ",
    ],
)
def test_linear(text: str, one_line: bool, nlp: Language) -> None:
    parse = parse_text(text.replace("\n", " ") if one_line else text, nlp)
    times = max(4, 3000 // len(parse))
    small = repeated(parse, times, one_line=one_line)
    large = repeated(parse, 3 * times, one_line=one_line)
    attribute_parse(small)
    ratio = calls_of(lambda: attribute_parse(large)) / calls_of(lambda: attribute_parse(small))
    assert ratio < 3.4


PIECES = (
    "“|”|\"|''|‘|’|«|»|said|that|he|according to|Poole|the report|,|.|:|—|\n|\n\n|(|)|[|]|told|by"
    "|“”|AP|’s|is|asked|whether|to|go|\u00a0|🙂|é|\r\n|-|―|―Ana|said:|“Q:|A:|claims|admission of"
)
BROKEN = st.lists(st.sampled_from(PIECES.split("|")), max_size=40).map(" ".join)


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(text=BROKEN | st.text(max_size=60))
def test_any_text(text: str, nlp: Language) -> None:
    check_sound(text, attribute_with(text, nlp))


def check_sound(text: str, result: Suggestions) -> None:
    """Contents, confidences and offsets within bounds; no claim above itself; in order."""
    for index, claim in enumerate(result.claims):
        assert claim.ranges("content")
        assert 0.0 <= claim.confidence <= 1.0
        for fragment in claim.fragments:
            assert 0 <= fragment.start < fragment.end <= len(text)
        seen = {index}
        while claim.parent is not None:
            assert claim.parent not in seen
            seen.add(claim.parent)
            claim = result.claims[claim.parent]
    starts = [claim.start for claim in result.claims]
    assert all(a <= b for a, b in itertools.pairwise(starts))


@pytest.mark.parametrize("cut", range(0, 400, 37))
def test_cut_anywhere(cut: int, nlp: Language) -> None:
    """A piece of the article gives what the whole gives for the paragraphs that are whole in it."""

    def found(text: str, before: int) -> set[tuple[tuple[str, int, int], ...]]:
        result = attribute_with(text, nlp)
        check_sound(text, result)
        return {
            tuple((f.role, f.start + before, f.end + before) for f in claim.fragments)
            for claim in result.claims
        }

    end = cut + 700
    first, last = HARBOUR.index("\n", cut) if cut else 0, HARBOUR.rindex("\n", 0, end)
    kept = {
        claim for claim in found(HARBOUR, 0) if all(first <= a and b <= last for _, a, b in claim)
    }
    assert len(kept) > 5
    assert kept <= found(HARBOUR[cut:end], cut)


def test_texts_parsed_in_one_stream_are_as_parsed_alone(nlp: Language) -> None:
    texts = [HARBOUR, "", "\n\n", "“No,” she said.\nHe left.", "x"]
    for text, parse in zip(texts, parse_texts(texts, nlp), strict=True):
        alone = parse_text(text, nlp)
        assert (parse.text, parse.words, parse.heads) == (text, alone.words, alone.heads)
        assert parse.sentences == alone.sentences
