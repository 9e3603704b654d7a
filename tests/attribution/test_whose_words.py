"""Nobody's words in another's mouth: properties of what the rules propose, over many wordings."""

from __future__ import annotations

import textwrap

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from spacy.language import Language

from annotator.attribution.engine import attribute_with
from annotator.attribution.result import ROLES, Suggestion, overlaps
from annotator.attribution.rules.pairs import pairs_of
from annotator.text.flow import flowing
from annotator.text.quotations import quotations

from .speakers import (
    AGENCIES,
    CITIES,
    CLAUSES,
    DASHES,
    LABELS,
    MARKS,
    PEOPLE,
    QUOTED,
    Said,
    capital,
    rivals,
    sampled,
    second_predicates,
    tagged,
)

many = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def found(text: str, nlp: Language) -> tuple[Suggestion, ...]:
    return attribute_with(text, nlp, language="en").claims


def words(text: str, claim: Suggestion, role: str) -> list[str]:
    return [" ".join(text[a:b].split()) for a, b in claim.ranges(role)]


def shown(text: str, claims: tuple[Suggestion, ...]) -> list[tuple[list[str], ...]]:
    return [tuple(words(text, c, role) for role in ROLES) for c in claims]


def sources_of(text: str, claims: tuple[Suggestion, ...], said: str) -> list[list[str]]:
    """The sources of the outermost claims that have these words in their content."""
    return [
        words(text, c, "source")
        for c in claims
        if c.parent is None and any(said in piece for piece in words(text, c, "content"))
    ]


def check_balanced(text: str, claims: tuple[Suggestion, ...]) -> None:
    """No fragment holds one half of a pair of marks or brackets."""
    flow = flowing(text).text
    pairs = pairs_of(flow, quotations(flow))
    for claim in claims:
        for lo, hi in (span for role in ROLES for span in claim.ranges(role)):
            for pair in pairs:
                halves = (lo <= pair.opens < hi) + (lo <= pair.last < hi)
                assert halves != 1, (text[lo:hi], text[pair.opens : pair.ends])


RESIDENTS = Said(
    text="“The pumps were switched off at noon,” added residents.",
    claims=((("“The pumps were switched off at noon,”",), "residents"),),
)
"""Read as when it was added, by the parser."""


@many
@example(said=RESIDENTS)
@given(said=tagged())
def test_a_tag_is_one_claim_with_the_comma_on_either_side(said: Said, nlp: Language) -> None:
    claims = [c for c in found(said.text, nlp) if c.parent is None]
    ((pieces, who),) = said.claims
    assert len(claims) == 1, shown(said.text, tuple(claims))
    assert words(said.text, claims[0], "content") == list(pieces)
    assert [s.lower() for s in words(said.text, claims[0], "source")] == [who.lower()]


@many
@given(
    who=sampled(PEOPLE),
    marks=st.sampled_from(MARKS),
    parts=st.lists(sampled(QUOTED), min_size=2, max_size=2, unique=True),
    outside=st.booleans(),
)
def test_a_split_quotation_is_one_claim(
    who: str, marks: tuple[str, str], parts: list[str], outside: bool, nlp: Language
) -> None:
    left, right = marks
    name = who.split(",")[0]
    first = f"{left}{parts[0]}{right}," if outside else f"{left}{parts[0]},{right}"
    last = f"{left}{parts[1]}{right}." if outside else f"{left}{parts[1]}.{right}"
    text = f"{first} said {name}. {last}"
    claims = tuple(c for c in found(text, nlp) if c.parent is None)
    assert [c.evidence for c in claims] == ["quote"], shown(text, claims)
    assert len(claims[0].ranges("content")) == 2
    assert words(text, claims[0], "source") == [name]


@many
@given(said=rivals())
def test_the_words_of_one_are_never_in_the_mouth_of_another(said: Said, nlp: Language) -> None:
    claims = found(said.text, nlp)
    for pieces, who in said.claims:
        for source in sources_of(said.text, claims, pieces[0].rstrip('.,"”')):
            assert source in ([], [who]), shown(said.text, claims)
    # No outermost content holds a word that another's cue stands before.
    outer = [c for c in claims if c.parent is None]
    for one in outer:
        for other in outer:
            if one is not other:
                assert not overlaps(one.ranges("content"), other.ranges("cue"))
                assert not overlaps(one.ranges("content"), other.ranges("content"))


@many
@given(said=second_predicates())
def test_a_second_predicate_is_the_same_persons(said: Said, nlp: Language) -> None:
    claims = tuple(c for c in found(said.text, nlp) if c.parent is None)
    (first, who), (second, _) = said.claims
    for source in sources_of(said.text, claims, second[0]):
        assert source == [who], shown(said.text, claims)
    for content in (words(said.text, c, "content") for c in claims):
        assert not any(first[0] in piece and second[0] in piece for piece in content), content


@many
@given(
    city=sampled(CITIES),
    agency=sampled(AGENCIES),
    dash=sampled(DASHES),
    said=st.one_of(tagged(), rivals(), second_predicates()),
)
def test_a_dateline_is_nobodys_words(
    city: str, agency: str, dash: str, said: Said, nlp: Language
) -> None:
    place = f"{city}{agency}{dash}"
    text = place + capital(said.text)
    alone = found(capital(said.text), nlp)
    claims = found(text, nlp)
    for claim in claims:
        assert claim.start >= len(place.rstrip()), shown(text, claims)
    assert shown(text, claims) == shown(capital(said.text), alone)


@many
@given(label=sampled(LABELS), said=st.one_of(tagged(), rivals(), second_predicates()))
def test_a_label_is_no_source(label: str, said: Said, nlp: Language) -> None:
    text = f"{label}: {capital(said.text)}"
    for claim in found(text, nlp):
        assert claim.start > len(label), shown(text, (claim,))


@many
@given(
    said=st.lists(st.one_of(tagged(), rivals(), second_predicates()), min_size=4, max_size=7),
    width=st.integers(50, 90),
)
def test_wrapped_text_gives_the_same_claims(said: list[Said], width: int, nlp: Language) -> None:
    paragraphs = [
        " ".join([capital(one.text), capital(two.text)])
        for one, two in zip(said[::2], [*said[1::2], said[0]], strict=False)
    ]
    plain = "\n\n".join(paragraphs)
    wrapped = "\n\n".join(textwrap.fill(p, width, break_on_hyphens=False) for p in paragraphs)
    if flowing(wrapped).text.count("\n") != plain.count("\n"):
        # Too few lines for a column to show: the layout keeps them apart too.
        return
    assert shown(wrapped, found(wrapped, nlp)) == shown(plain, found(plain, nlp))


@many
@given(
    who=sampled(PEOPLE),
    other=sampled(PEOPLE),
    clause=sampled(CLAUSES),
    parts=st.lists(sampled(QUOTED), min_size=2, max_size=2, unique=True),
    apart=st.sampled_from((" ", "\n\n")),
)
def test_a_quotation_without_a_verb_is_the_nearest_speakers(
    who: str, other: str, clause: str, parts: list[str], apart: str, nlp: Language
) -> None:
    first, second = who.split(",")[0], other.split(",")[0]
    if first == second:
        return
    text = f"“{parts[0]},” said {first}.{apart}{capital(second)} said {clause}. “{parts[1]}.”"
    claims = found(text, nlp)
    for source in sources_of(text, claims, parts[1]):
        assert source in ([], [capital(second)]), shown(text, claims)


@many
@given(
    who=sampled(PEOPLE),
    words_=sampled(QUOTED),
    intro=st.sampled_from(
        ("Here is a line from {}:", "A note from {}:", "In the words of {}:", "A reply by {}:")
    ),
    before=tagged(),
)
def test_a_line_from_somebody_is_theirs(
    who: str, words_: str, intro: str, before: Said, nlp: Language
) -> None:
    name = who.split(",")[0]
    if words_ in before.text:
        return
    text = f"{before.text}\n\n{intro.format(name)} “{words_}.”"
    claims = found(text, nlp)
    assert sources_of(text, claims, words_) == [[name]], shown(text, claims)


@many
@given(
    who=sampled(PEOPLE),
    nick=st.sampled_from(("“Pepper.”", '“Pepper."', "“Pepper”", "(the elder)", "[sic]")),
    words_=sampled(QUOTED),
    inner=st.lists(sampled(("wait", "trust us", "go home", "not now")), min_size=2, unique=True),
)
def test_no_half_of_a_pair(
    who: str, nick: str, words_: str, inner: list[str], nlp: Language
) -> None:
    quoted = " and ".join(f"‘{w}’" for w in inner[:-1]) + f" and then ‘{inner[-1]},’"
    stop = "" if nick[-2] == "." else "."
    text = (
        f"“{words_},” said {who.split(',')[0]}, who is known to customers as {nick}{stop}\n\n"
        f"“They said {quoted}” Brandt said.\n\n"
        f"Brandt said the board (which met in May) “was told in June,” not in May.\n"
    )
    claims = found(text, nlp)
    assert claims
    check_balanced(text, claims)
