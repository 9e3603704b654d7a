"""The concordance finds what a look at every word finds, and counts all of it."""

from __future__ import annotations

from typing import TypeAlias

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotator.domain.graphemes import is_boundary
from annotator.domain.ids import new_id
from annotator.domain.model import SPAN_ROLE, Annotation, ArticleDraft, Fragment
from annotator.phrases.corpus_query import QueryWord, WordSequence
from annotator.phrases.query_parsing import QueryError, in_quotes, parse
from annotator.project import Project
from annotator.project.concordance import ORDERS, concordance
from annotator.project.searching import search
from annotator.store import Store
from annotator.text.normal import normal, normalise, words
from tests.phrases.support import apply, corpus
from tests.phrases.test_narrow import cut_anywhere, texts
from tests.store.support import layout_of

OUTLETS = ("The Post", "Courier", "")
DATES = ("2024-03-01", "2024-11", "2023-01-31", "")
Query: TypeAlias = tuple[object, ...]
Ranges: TypeAlias = set[tuple[int, int]]


class Brute:
    """An article, and what a query means in it: every word and every annotation is looked at."""

    def __init__(self, text: str, outlet: str, published: str, made: list[Annotation]) -> None:
        self.form = normalise(text)
        self.outlet, self.published = outlet, published
        self.made = made

    def range(self, first: int, last: int) -> tuple[int, int]:
        return self.form.starts[first], self.form.ends[last - 1]

    def runs(self, query: Query) -> set[tuple[int, int]]:
        there = self.form.words
        match query:
            case ("words", list(wanted)):
                n = len(wanted)
                return {
                    (i, i + n)
                    for i in range(len(there) - n + 1)
                    if all(
                        there[i + k].startswith(w) if begun else there[i + k] == w
                        for k, (w, begun) in enumerate(wanted)
                    )
                }
            case ("near", first, second, int(n)):
                others = self.runs(second)  # type: ignore[arg-type]
                return {
                    (a, b)
                    for a, b in self.runs(first)  # type: ignore[arg-type]
                    for c, d in others
                    if 0 <= c - b < n or 0 <= a - d < n
                }
        raise AssertionError(query)

    def is_so(self, condition: Query, a: Annotation) -> bool:
        match condition:
            case ("label", str(name), str(value)):
                return name in a.attributes and value in ("", a.attributes[name])
            case ("mark", str(value)):
                return a.layer == "mark" and (value == "*" or value in a.attributes.values())
            case ("by", str(name)):
                return a.annotator == name
            case ("is", str(word)):
                return a.provenance == {"hand": "human", "suggested": "suggested"}[word]
        raise AssertionError(condition)

    def places(self, query: Query) -> Ranges:
        """The places of: words, NEAR, OR of these, or words AND/NOT others with conditions."""
        match query:
            case ("or", list(sides)):
                return set().union(*(self.places(s) for s in sides))
            case ("and", list(sides), list(nots), list(conditions), list(without)):
                found = [self.places(s) for s in sides]
                if not all(found) or any(self.places(n) for n in nots):
                    return set()
                out = set().union(*found)
                for kind, value in (c for c in conditions if c[0] in ("outlet", "date")):
                    own = self.outlet.lower() if kind == "outlet" else self.published
                    if (kind == "outlet" and value not in own) or (
                        kind == "date" and own[: len(value)] != value
                    ):
                        return set()
                about = [c for c in conditions if c[0] not in ("outlet", "date")]
                return {(s, e) for s, e in out if self.fulfilled(s, e, about, without)}
            case _:
                return {self.range(*run) for run in self.runs(query)}

    def fulfilled(self, s: int, e: int, about: list[Query], without: list[Query]) -> bool:
        here = [a for a in self.made if any(f.start < e and s < f.end for f in a.fragments)]
        if about:
            return any(
                all(self.is_so(c, a) for c in about) and not any(self.is_so(c, a) for c in without)
                for a in here
            )
        return not any(self.is_so(c, a) for a in here for c in without)


def typed(query: Query) -> str:
    """A query as a person types it."""
    match query:
        case ("words", list(wanted)):
            return " ".join(f"{w.upper()}*" if b else w for w, b in wanted)
        case ("near", first, second, n):
            return f"{typed(first)} NEAR/{n} {typed(second)}"  # type: ignore[arg-type]
        case ("or", list(sides)):
            return " OR ".join(f"({typed(s)})" for s in sides)
        case ("and", list(sides), list(nots), list(conditions), list(without)):
            return " ".join(
                [
                    " AND ".join(f"({typed(s)})" for s in sides),
                    *(f"NOT ({typed(n)})" for n in nots),
                    *(condition(c) for c in conditions),
                    *(f"NOT {condition(c)}" for c in without),
                ]
            )
    raise AssertionError(query)


def condition(c: Query) -> str:
    if c[0] == "label":
        return f"label:{c[1]}={c[2]}" if c[2] else f"label:{c[1]}"
    return f'{c[0]}:"{c[1]}"' if c[0] == "outlet" else f"{c[0]}:{c[1]}"


@st.composite
def queries(draw: st.DrawFn, known: list[str]) -> Query:
    one = st.sampled_from([*known, "said", "nowhere"])

    def wanted() -> Query:
        rows = draw(st.lists(st.tuples(one, st.booleans()), min_size=1, max_size=2))
        if draw(st.booleans()) and len(known) > 1:
            at = draw(st.integers(0, len(known) - 2))
            rows = [(known[at], False), (known[at + 1], False)]
        return "words", [(w[: draw(st.integers(1, len(w)))] if b else w, b) for w, b in rows]

    def places() -> Query:
        if draw(st.booleans()):
            return wanted()
        return "near", wanted(), wanted(), draw(st.integers(1, 5))

    about = st.sampled_from(
        [
            ("label", "stance", "favor"),
            ("label", "stance", ""),
            ("mark", "*"),
            ("mark", "lexical"),
            ("by", "anna"),
            ("is", "hand"),
            ("is", "suggested"),
        ]
    )
    article = st.sampled_from([("outlet", "post"), ("date", "2024"), ("date", "2024-03")])

    def every() -> Query:
        return (
            "and",
            [places() for _ in range(draw(st.integers(1, 2)))],
            [places() for _ in range(draw(st.integers(0, 1)))],
            draw(st.lists(about | article, max_size=2)),
            draw(st.lists(about, max_size=1)),
        )

    if draw(st.booleans()):
        return every()
    return "or", [every() for _ in range(draw(st.integers(2, 3)))]


@st.composite
def annotated(draw: st.DrawFn, uid: str, text: str) -> list[Annotation]:
    edges = [i for i in range(len(text) + 1) if is_boundary(text, i)]
    made = []
    for _ in range(draw(st.integers(0, 3))):
        a, b = sorted(draw(st.lists(st.sampled_from(edges), min_size=2, max_size=2, unique=True)))
        layer = draw(st.sampled_from(["claim", "mark"]))
        labels = (
            {"stance": draw(st.sampled_from(["favor", "against"]))}
            if layer == "claim"
            else {"type": draw(st.sampled_from(["lexical", "epistemic"]))}
        )
        if draw(st.booleans()):
            labels = {}
        made.append(
            Annotation(
                new_id(),
                layer,  # type: ignore[arg-type]
                uid,
                draw(st.sampled_from(["anna", "ben"])),
                (Fragment("content" if layer == "claim" else SPAN_ROLE, a, b),),
                labels,
                provenance=draw(st.sampled_from(["human", "suggested"])),
            )
        )
    return made


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_what_is_found_is_what_a_look_at_every_word_finds(data: st.DataObject) -> None:
    drawn = [t for t in data.draw(st.lists(texts, min_size=1, max_size=4)) if len(t) > 1]
    with corpus() as store:
        brutes: dict[str, Brute] = {}
        known: list[str] = []
        for text in dict.fromkeys(drawn):
            cuts = data.draw(st.sets(st.integers(1, 60), max_size=4))
            layout = cut_anywhere(text, cuts, data.draw(st.booleans()))
            if data.draw(st.booleans()):
                layout = layout_of(text)
            outlet, published = (
                data.draw(st.sampled_from(OUTLETS)),
                data.draw(st.sampled_from(DATES)),
            )
            draft = ArticleDraft(text, outlet=outlet, published=published)
            uid = store.add_article(draft, layout).uid
            made = data.draw(annotated(uid, text))
            for a in made:
                apply(store, [a])
            brutes[uid] = Brute(text, outlet, published, made)
            known += words(text)
        project = Project(store)
        for _ in range(5):
            query = data.draw(queries(known or ["the"]))
            expected = {(uid, *r) for uid, b in brutes.items() for r in b.places(query)}
            order = data.draw(st.sampled_from(ORDERS))
            found = concordance(project, typed(query), order=order, limit=0)
            places = [(x.article, x.start, x.end) for x in found.lines]
            assert set(places) == expected, typed(query)
            assert len(places) == len(set(places)) == found.places
            assert found.hits == len({uid for uid, *_ in places})
            assert found.articles == len(brutes)
            for x in found.lines:
                text = store.text_of(x.article)
                assert x.text == text[x.start : x.end]
                assert text[: x.start].endswith(x.before)
                assert text[x.end :].startswith(x.after)
            limit = data.draw(st.integers(1, 4))
            cut = concordance(project, typed(query), order=order, limit=limit)
            assert cut.lines == found.lines[:limit]
            assert (cut.places, cut.hits) == (found.places, found.hits)


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=30) | st.from_regex(r"[a-z*\"() :/ANDORTE\-']{0,24}", fullmatch=True))
def test_whatever_is_typed_is_read_or_refused_with_a_place(query: str) -> None:
    with corpus("The mayor said so.") as store:
        refused: QueryError | None = None
        try:
            found = concordance(Project(store), query)
        except QueryError as error:
            refused = error
        if refused is None:
            assert found.places == len(found.lines)
        else:
            assert 0 <= refused.at <= len(query)
            assert f"character {refused.at + 1}:" in refused.message


@given(texts | st.text(max_size=40))
def test_any_words_of_a_text_can_be_looked_for_as_they_stand(text: str) -> None:
    """Quotation marks of any style, stars and operators among them: they are only words."""
    there = words(text)
    if there:
        assert parse(in_quotes(text)) == WordSequence(tuple(map(QueryWord, there)), 0)
    else:
        with pytest.raises(QueryError, match="no word"):
            parse(in_quotes(text))


@pytest.mark.parametrize("word", ["cafe\u0301", "हिन्दी", "كتابٌ", "tax\u00ad", "中"])
def test_accents_and_vowel_signs_may_stand_before_the_star(word: str) -> None:
    node = parse(f"{word}*")
    assert isinstance(node, WordSequence)
    assert [w.text for w in node.found] == words(word)
    assert node.found[-1].begun


@pytest.mark.parametrize(
    ("query", "at", "what"),
    [
        ("", 0, "nothing to search for"),
        ("tax AND", 7, "missing at the end"),
        ("AND tax", 0, "missing before AND"),
        ("tax OR OR cut", 7, "missing before OR"),
        ("(tax", 0, "not closed"),
        ("tax)", 3, "not opened"),
        ('say "tax', 4, "not closed"),
        ("t*x", 0, "end of a word"),
        ("tax NEAR/0 cut", 4, "number of words"),
        ("tax NEAR/x cut", 4, "number of words"),
        ("tax NEAR (cut AND rise)", 9, "between words"),
        ("NOT tax", 0, "what to look for"),
        ("outlet:post", 0, "what to look for"),
        ("colour:red", 0, "no condition"),
        ("label:=x tax", 0, "needs a name"),
        ("by: tax", 0, "needs a value"),
        ("date:March tax", 0, "no date"),
        ("date:2024-13 tax", 0, "no date"),
        ("date:٢٠٢٤ tax", 0, "no date"),
        ("tax date:2024-06..2024-03", 4, "ends before it begins"),
        ("tax NEAR/0001000999 cut", 4, "number of words"),
        ("is:odd", 0, "none of"),
        ("— …", 0, "no word"),
        ("tax (by:anna OR outlet:post)", 5, "OR cannot join"),
        ("tax OR NOT cut", 0, "no place by itself"),
        ("tax label:stanse=favor", 4, "no label stanse=favor"),
        ("tax label:stance=fovor", 4, "no label stance=fovor"),
        ("tax in:contend", 4, "not there"),
        ("tax by:carl", 4, "not there"),
        ("tax mark:loxical", 4, "not there"),
        ("tax source:nobody", 4, "not there"),
        ("(" * 60 + "tax", 40, "levels deep"),
    ],
)
def test_an_error_says_where_and_what(query: str, at: int, what: str) -> None:
    with corpus("Tax cuts.") as store, pytest.raises(QueryError) as raised:
        concordance(Project(store), query)
    assert what in raised.value.message
    assert raised.value.at == at


def test_where_nobody_annotated_yet_the_error_says_so() -> None:
    with Store.create(":memory:") as store, pytest.raises(QueryError) as raised:
        concordance(Project(store), "by:anna")
    assert raised.value.hint == "there is none yet"


def test_the_examples_of_the_page() -> None:
    """Words, phrases, beginnings, case, typography, hyphens; operators only in capitals."""
    text = "The Co-operative’s ministers said: tax cuts and tax exemptions. “AND” what, cafe\u0301?"
    with corpus(text) as store:
        project = Project(store)

        def found(query: str) -> list[str]:
            return [x.text for x in concordance(project, query).lines]

        assert found("co-operative's") == ["Co-operative’s"]
        assert found('"tax exem*"') == ["tax exemptions"]
        assert found('"tax exem"*') == ["tax exemptions"]
        assert found("tax* cuts") == ["tax cuts"]
        assert found("and") == ["and", "AND"]
        assert found('"AND"') == ["and", "AND"]
        assert found("CAFÉ") == ["cafe\u0301"]
        assert found("said tax") == ["said: tax"]
        assert found("tax NEAR/1 said") == ["tax"]
        assert found("tax NEAR/4 said") == ["tax", "tax"]
        assert found("(tax OR cafe*) NEAR/2 what") == []
        assert found("(tax OR café) NEAR/2 what") == ["cafe\u0301"]


def test_a_word_that_is_begun_and_a_plain_search_agree(tmp_path: object) -> None:
    """`search` finds the words as typed, `concordance` whole words: of these, the same places."""
    with corpus("The mayor said so. Mayors say so.", "No mayor.") as store:
        project = Project(store)
        whole = concordance(project, "mayor*")
        plain = search(project, "mayor")
        assert [(x.number, x.start) for x in whole.lines] == [
            (x.number, x.start) for x in plain.lines
        ]
        assert whole.told == plain.told == "3 places in 2 of 2 articles"


def test_places_of_annotations_without_words(tmp_path: object) -> None:
    with corpus("Officials said the gate stuck. The regime fell.") as store:
        (uid,) = store.uids()
        text = store.text_of(uid)

        def piece(role: str, what: str, span: int = 0) -> Fragment:
            return Fragment(role, text.index(what), text.index(what) + len(what), span)

        claim = Annotation(
            new_id(), "claim", uid, "anna",
            (piece("content", "the gate"), piece("content", "stuck"), piece("source", "Officials")),
            {"stance": "favor", "source_type": "unnamed_group"},
        )  # fmt: skip
        mark = Annotation(new_id(), "mark", uid, "ben", (piece(SPAN_ROLE, "regime"),))
        apply(store, [claim])
        apply(store, [mark])
        project = Project(store)

        def found(query: str, whose: str | None = None) -> list[str]:
            return [x.text for x in concordance(project, query, whose=whose).lines]

        assert found("label:stance=favor") == ["the gate"]
        assert found("source:unnamed_group in:source") == ["Officials"]
        assert found("in:content OR mark:*") == ["the gate", "regime"]
        assert found("claim:favor by:anna") == ["the gate"]
        assert found("claim:favor by:ben") == []
        assert found("by:ben NOT label:stance") == ["regime"]
        assert found("gate in:content") == ["gate"]
        assert found("gate in:source") == []
        assert found("(gate OR regime) NOT mark:*") == ["gate"]
        assert found("mark:*", whose="anna") == []
        (line,) = concordance(project, "gate claim:*").lines
        assert line.annotations == (claim.id,)


def test_articles_without_a_date_are_counted() -> None:
    with Store.create(":memory:") as store:
        dates = ("2024-03-01", "2025-01-01", "", "March 1999", "1.2.2024", "2024-3-1")
        for i, date in enumerate((*dates, "2024-05-01T09:00Z")):
            text = f"Paper {i} on tax."
            draft = ArticleDraft(text, published=date, outlet="Courier" if i else "The Post")
            store.add_article(draft, layout_of(text))
        project = Project(store)

        def found(query: str) -> tuple[list[str], int]:
            told = concordance(project, query)
            return [x.published for x in told.lines], told.undated

        assert found("tax date:2024..2024-06") == (["2024-03-01", "2024-05-01T09:00Z"], 4)
        # What is no date stands neither after nor before one.
        assert found("tax date:2025..") == (["2025-01-01"], 4)
        assert found("tax date:..2024-04") == (["2024-03-01"], 4)
        # Only those are counted that the date alone left out.
        assert found("tax date:2024 outlet:post") == (["2024-03-01"], 0)
        assert found("tax NOT date:2024")[1] == 0


def test_only_the_articles_that_may_hold_it_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    texts_ = [f"Paper {i}. The council met on day{i}." for i in range(60)]
    with corpus(*texts_) as store:
        read: list[str] = []
        real = type(store).text_of

        def counted(self: Store, uid: str) -> str:
            read.append(uid)
            return real(self, uid)

        monkeypatch.setattr(type(store), "text_of", counted)
        project = Project(store)
        for query, places, texts_read in (
            ("day7", 1, 1),
            ("council AND day7", 2, 1),
            ("day7 NEAR met", 1, 1),
            ("day5* OR day7", 12, 12),
            ("nowhere", 0, 0),
            ("council met", 60, 60),
        ):
            read.clear()
            assert concordance(project, query).places == places, query
            assert len(read) == texts_read, query


def test_every_text_is_read_where_the_index_is_of_another_version() -> None:
    with corpus("The mayor said so.", "Nobody.") as store:
        from tests.store.support import connection

        connection(store).execute("UPDATE setting SET value = '0' WHERE name = 'phrase_index'")
        connection(store).execute("DELETE FROM phrase_frequency")
        assert concordance(Project(store), "mayor").told == "1 place in 1 of 2 articles"


def test_a_phrase_is_its_words(tmp_path: object) -> None:
    assert normal("“Tax-cuts”") == "tax cuts"
    assert parse('"Tax-cuts"') == parse("tax cuts")
