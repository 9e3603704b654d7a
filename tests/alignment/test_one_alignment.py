"""The report and the case list give one answer to "which annotations are about the same thing"."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cache
from itertools import islice
from random import Random

import numpy as np
import pytest

from annotator.alignment.annotations import group_annotations
from annotator.alignment.claim_table import ClaimTable, canonical_pieces
from annotator.alignment.matching import Alignment, align_layer
from annotator.domain.model import Annotation, Batch, Fragment
from annotator.domain.same import canonical_roles
from annotator.domain.spans import canonical
from annotator.domain.times import now
from annotator.report import Corpus, gather
from annotator.report.disagreement_list import differences
from annotator.report.questions import Questions
from annotator.session.adjudication import Adjudication
from annotator.session.adjudication_cases import Case, cases_of
from tests.alignment.layouts import NOTE, article, readings
from tests.session.build import SCHEME

ROUNDS = range(int(os.environ.get("ANNOTATOR_ROUNDS", "10")))
"""Fewer where the tests are run for each of many mutants (tools/mutants.py)."""
ARTICLES = 250
"""Random layouts in each round."""


@cache
def layouts(seed: int) -> tuple[Corpus, Questions, Mapping[str, Sequence[Annotation]]]:
    """A corpus of many random articles, and what was marked in each."""
    rng = Random(seed)
    names = "abcd"[: 2 + seed % 3]
    articles = [article(i) for i in range(1, ARTICLES + 1)]
    found = {a.uid: readings(rng, a.uid, names) for a in articles}
    corpus = gather(articles, [r for mine in found.values() for r in mine], SCHEME)
    return corpus, Questions(corpus), found


def ids(groups: Iterable[Mapping[str, Annotation]]) -> set[frozenset[str]]:
    return {frozenset(a.id for a in group.values()) for group in groups}


def aligned(alignment: Alignment, uid: str) -> set[frozenset[str]]:
    """The groups of an article in the report's alignment, by the ids of their annotations."""
    table = alignment.table
    groups: dict[int, set[str]] = {}
    for i in np.flatnonzero(table.document == table.names.index(uid)).tolist():
        groups.setdefault(int(alignment.group[i]), set()).add(table.ids[i])
    return set(map(frozenset, groups.values()))


def cases(found: Sequence[Annotation]) -> tuple[Case, ...]:
    return cases_of(found, sorted({a.annotator for a in found}), scheme=SCHEME)


@pytest.mark.parametrize("seed", ROUNDS)
def test_the_cases_are_the_groups_of_the_report(seed: int) -> None:
    corpus, questions, found = layouts(seed)
    assert len(corpus.articles) > ARTICLES * 0.9
    for one in corpus.articles:
        listed = cases(found[one.uid])
        for layer, alignment in (("claim", questions.claims), ("mark", questions.marks("mark"))):
            mine = [c for c in listed if c.layer == layer]
            notes = [c for c in mine if any(r.attributes == NOTE for r in c.readings.values())]
            # The report leaves notes out; in the case list they are apart from what is asked.
            assert all(r.attributes == NOTE for c in notes for r in c.readings.values())
            compared = {frozenset(c.about) for c in mine if c not in notes}
            assert compared == aligned(alignment, one.uid)
        held = [id_ for c in listed for id_ in c.about]
        assert len(held) == len(set(held))
        said = {a.id for a in found[one.uid] if a.layer != "sentence" or a.attributes}
        assert set(held) == said


@pytest.mark.parametrize("seed", ROUNDS)
def test_a_row_of_the_report_opens_the_case_of_exactly_its_annotations(seed: int) -> None:
    corpus, questions, found = layouts(seed)
    boards = {
        uid: Adjudication(uid, mine, corpus.readers[uid], [], "gold", SCHEME, lambda _: None, now)
        for uid, mine in found.items()
        if uid in corpus.readers
    }
    rows = differences(questions, None).rows
    assert len(rows) > ARTICLES
    for row in rows:
        board = boards[row.article]
        place = board.place_of(row.ids)
        assert place is not None
        case = board.cases[place]
        mine = list(case.readings.values())
        if row.layer == "sentences":
            # A row is about one label; the case holds those too who gave the sentence others.
            mine = [a for a in mine if row.subject in a.attributes]
        assert {a.id for a in mine} == set(row.ids)


def saying(annotation: Annotation) -> tuple[object, ...]:
    """What an annotation says, without its id and annotator."""
    labels = sorted(annotation.attributes.items())
    return annotation.layer, canonical_roles(annotation.fragments), labels


def said(groups: Iterable[Mapping[str, Annotation]]) -> list[list[str]]:
    return sorted(sorted(f"{n} {saying(a)}" for n, a in g.items()) for g in groups)


@pytest.mark.parametrize("seed", ROUNDS)
def test_the_order_of_storage_makes_no_difference(seed: int) -> None:
    """Neither the order of the list, nor that of the ids, which is the order in a database."""
    rng = Random(seed)
    _, _, found = layouts(seed)
    for mine in islice(found.values(), 100):
        shuffled = rng.sample(mine, len(mine))
        renumbered = [
            replace(a, id=id_)
            for a, id_ in zip(mine, rng.sample([a.id for a in mine], len(mine)), strict=True)
        ]
        for layer in ("claim", "mark", "sentence"):
            groups = group_annotations(mine, layer)
            assert ids(group_annotations(shuffled, layer)) == ids(groups)
            assert said(group_annotations(renumbered, layer)) == said(groups)


@pytest.mark.parametrize("seed", ROUNDS)
def test_names_decide_nothing_but_between_equals(seed: int) -> None:
    """Where no two overlaps are equal, whoever is called what is grouped with the same."""
    rng = Random(seed)
    names = "abcd"[: 2 + seed % 3]
    for _ in range(200):
        mine = [
            Annotation(f"{who}{i}", "claim", "uid", who, (Fragment("content", at, at + size),))
            for who in names
            for i in range(4)
            for at, size in [(rng.randrange(10**6), rng.randrange(10**5, 10**6))]
        ]
        renamed = dict(zip(names, rng.sample("wxyz", len(names)), strict=True))
        other = [replace(a, annotator=renamed[a.annotator]) for a in mine]
        assert ids(group_annotations(mine, "claim")) == ids(group_annotations(other, "claim"))


@pytest.mark.parametrize("seed", ROUNDS)
def test_an_article_is_grouped_as_it_is_among_all_others(seed: int) -> None:
    corpus, questions, _ = layouts(seed)
    for document in corpus.documents("claim")[:50]:
        alone = align_layer(ClaimTable.from_documents([document]), "claim")
        assert aligned(alone, document.name) == aligned(questions.claims, document.name)


def test_tags_of_a_sentence_are_one_thing_and_an_earlier_one_comes_after() -> None:
    def tag(id_: str, who: str, start: int) -> Annotation:
        pieces = (Fragment("span", start, start + 9),)
        return Annotation(id_, "sentence", "uid", who, pieces, {"biased": "yes"})

    listed = [tag("1", "a", 0), tag("2", "a", 0), tag("3", "b", 0), tag("4", "b", 9)]
    groups = ids(group_annotations(listed, "sentence"))
    assert groups == {frozenset("23"), frozenset("4"), frozenset("1")}
    whole = [Annotation(w, "article", "uid", w, (), {"slant": "left"}) for w in "abc"]
    assert ids(group_annotations(whole, "article")) == {frozenset("abc")}


def test_who_marks_nothing_is_alone() -> None:
    empty = [Annotation(w, "claim", "uid", w, (), {"stance": "favor"}) for w in "ab"]
    assert ids(group_annotations(empty, "claim")) == {frozenset("a"), frozenset("b")}


# --------------------------------------------------------------------------------------- decisions
def moved(rng: Random, a: Annotation) -> Annotation | None:
    """A later change of a reading: other boundaries, other labels, or none at all."""
    kind = rng.choice(["stays", "stays", "moves", "label", "deleted"])
    if kind == "moves":
        shift = rng.randint(-8, 8)
        pieces = (f._replace(start=max(0, f.start + shift), end=f.end + 8) for f in a.fragments)
        return replace(a, fragments=tuple(pieces))
    if kind == "label":
        return a.with_attribute("stance", rng.choice(["favor", "against", "neutral"]))
    return a if kind == "stays" else None


@pytest.mark.parametrize("seed", ROUNDS)
def test_a_decision_is_about_one_case_whatever_changes_later(seed: int) -> None:
    rng = Random(seed)
    _, _, found = layouts(seed)
    reopened = 0
    for uid, mine in islice(found.items(), 40):
        names = sorted({a.annotator for a in mine})
        batches: list[Batch] = []
        board = Adjudication(uid, mine, names, [], "gold", SCHEME, batches.append, now)
        wanted = rng.sample(range(len(board.cases)), len(board.cases) // 2)
        for place in wanted:
            board.none(board.cases[place])
        gold = [c.after for b in batches for c in b.changes if c.after is not None]
        before = {c.decision.verdict.id: c for c in board.cases if c.decision}
        assert len(before) == len(wanted)
        later = [new for a in mine if (new := moved(rng, a)) is not None]
        after = cases_of(later, names, gold)
        held = [c.decision.verdict.id for c in after if c.decision]
        # None is lost, and none is the decision of two cases.
        assert sorted(held) == sorted(before)
        unchanged = {a.id for a in later} & {a.id for a in mine if a in later}
        for case in after:
            if case.decision is None:
                continue
            was = before[case.decision.verdict.id]
            assert was.about & case.about
            if case.readings.keys() == was.readings.keys() and case.about == was.about <= unchanged:
                assert case.state == "decided"
            reopened += case.state == "reopened"
    assert reopened > 10


@pytest.mark.parametrize("seed", ROUNDS)
def test_a_row_is_decided_where_its_case_is_whatever_changes_later(seed: int) -> None:
    rng = Random(seed)
    corpus, _, found = layouts(seed)
    later: dict[str, list[Annotation]] = {}
    gold: dict[str, list[Annotation]] = {}
    for one in corpus.articles[:40]:
        mine, batches = found[one.uid], list[Batch]()
        names = corpus.readers[one.uid]
        board = Adjudication(one.uid, mine, names, [], "gold", SCHEME, batches.append, now)
        for place in rng.sample(range(len(board.cases)), len(board.cases) * 2 // 3):
            board.none(board.cases[place])
        gold[one.uid] = [c.after for b in batches for c in b.changes if c.after is not None]
        # One that another is nested in cannot go away by itself.
        free = [a for a in mine if a.id not in {b.parent for b in mine}]
        changing = rng.sample(free, min(3, len(free)))
        later[one.uid] = [
            new for a in mine if (new := moved(rng, a) if a in changing else a) is not None
        ]
    everything = [a for listed in (*later.values(), *gold.values()) for a in listed]
    now_read = gather(corpus.articles[:40], everything, SCHEME, judges={"gold"})
    boards = {
        uid: Adjudication(uid, later[uid], names, gold[uid], "gold", SCHEME, lambda _: None, now)
        for uid, names in now_read.readers.items()
    }
    rows = differences(Questions(now_read), None).rows
    states = Counter[tuple[str, bool]]()
    for row in rows:
        board = boards[row.article]
        at = board.place_of(row.ids)
        assert at is not None
        states[board.cases[at].state, row.decided] += 1
    assert set(states) == {("open", False), ("reopened", False), ("decided", True)}


def test_of_two_decisions_about_a_case_the_one_that_is_about_it_alone_stands() -> None:
    def claim(id_: str, who: str, start: int) -> Annotation:
        return Annotation(id_, "claim", "uid", who, (Fragment("content", start, start + 10),))

    def decided(*readings: Annotation) -> list[Annotation]:
        batches: list[Batch] = []
        board = Adjudication("uid", readings, "ab", [], "gold", SCHEME, batches.append, now)
        board.none(board.cases[0])
        return [c.after for b in batches for c in b.changes if c.after is not None]

    one, other = claim("1", "a", 0), claim("2", "b", 0)
    both, alone = decided(one, other), decided(one)
    apart = [one, claim("2", "b", 40)]
    for gold in ([*both, *alone], [*alone, *both]):
        assert [c.state for c in cases_of(apart, "ab", gold)] == ["decided", "reopened"]


def test_what_was_grouped_otherwise_keeps_its_decision_with_most_of_its_readings() -> None:
    """As an older version of the program may have done: the decision is there, to be looked at."""

    def claim(id_: str, who: str, start: int) -> Annotation:
        return Annotation(id_, "claim", "uid", who, (Fragment("content", start, start + 10),))

    mine = [claim("1", "a", 0), claim("2", "b", 0), claim("3", "c", 0), claim("4", "c", 40)]
    board = Adjudication("uid", mine, "abc", [], "gold", SCHEME, lambda _: None, now)
    board.none(board.cases[0])
    decision = board.cases[0].decision
    assert decision is not None
    rests_on = {"1": "x", "2": "x", "4": "x"}
    old = replace(
        decision.verdict,
        attributes={
            **decision.verdict.attributes,
            "based_on": " ".join(f"{id_}:{was}" for id_, was in rests_on.items()),
        },
    )
    first, second = cases_of(mine, "abc", [old])
    assert first.about == {"1", "2", "3"}
    assert first.state == "reopened"
    assert second.state == "open"


@pytest.mark.parametrize("seed", ROUNDS)
def test_arrays_have_the_same_canonical_form_as_ranges(seed: int) -> None:
    rng = Random(seed)
    for _ in range(200):
        claims = [
            [(at, at + rng.randint(1, 9)) for at in rng.choices(range(40), k=rng.randint(1, 6))]
            for _ in range(rng.randint(1, 4))
        ]
        rows = [(i, *piece) for i, mine in enumerate(claims) for piece in mine]
        columns = np.array(rng.sample(rows, len(rows)), dtype=np.int64).T
        claim, start, end = canonical_pieces(*columns)
        for i, mine in enumerate(claims):
            own = claim == i
            united = zip(start[own].tolist(), end[own].tolist(), strict=True)
            assert tuple(united) == canonical(mine)
