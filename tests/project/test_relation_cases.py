"""Relations as cases: what readers have alike becomes gold, the rest is counted, undo restores."""

from __future__ import annotations

import tempfile
from collections import Counter
from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotator import Annotation, Fragment, Project
from annotator.domain.errors import AnnotatorError
from annotator.domain.ids import new_id
from annotator.domain.model import Batch, Change
from annotator.session.adjudication import Adjudication
from annotator.session.adjudication_cases import Case
from tests.phrases.support import AT

SCHEME = """
name = "r"
[[role]]
name = "said"
[[relation]]
name = "answers"
[[relation]]
name = "knows"
symmetric = true
[[attribute]]
name = "strength"
layer = "relation"
values = [{ name = "weak" }, { name = "strong" }]
"""
PLACES = {"a": ("one", 0, 4), "b": ("one", 5, 10), "c": ("one", 23, 29), "d": ("two", 0, 7)}
PEOPLE = ("ann", "ben", "cleo")
Said = tuple[str, str, str, str]
"""Type, head, tail, strength ("" for none)."""

pair = st.sampled_from([*combinations("abcd", 2), *(t[::-1] for t in combinations("abcd", 2))])
relation = st.builds(
    lambda kind, ends, strength: (kind, *ends, strength),
    st.sampled_from(["answers", "knows"]),
    pair,
    st.sampled_from(["", "weak", "strong"]),
)
few: st.SearchStrategy[Said] = st.sampled_from(
    [("answers", "a", "b", ""), ("knows", "b", "c", "weak"), ("knows", "c", "b", "weak")]
)
"""What several readers have alike, as people do."""
reading = st.tuples(
    st.frozensets(st.sampled_from("abcd"), min_size=1),
    st.lists(few | relation, max_size=4, unique=True),
)
everybody = st.lists(reading, min_size=2, max_size=3)


def built(where: Path) -> Project:
    (where / "one.txt").write_text("Some words stand here. Others stand there.", "utf-8")
    (where / "two.txt").write_text("Another text is here.", "utf-8")
    project = Project.create(where / "p.db", annotator="ann")
    project.add(where / "one.txt", where / "two.txt")
    project.set_scheme(SCHEME)
    project.add_annotator("gold")
    return project


def read(project: Project, who: str, marked: frozenset[str] | str, said: list[Said]) -> list[Said]:
    """Claims and relations of a reader; only relations whose ends they have, each of them once."""
    made = [
        Annotation(n, "claim", PLACES[n][0], "", (Fragment("said", *PLACES[n][1:]),))
        for n in sorted(marked)
    ]
    kept = {one_way(s): s for s in said if {s[1], s[2]} <= set(marked)}
    for kind, head, tail, strength in kept.values():
        labels = {"type": kind, **({"strength": strength} if strength else {})}
        made.append(
            Annotation("", "relation", PLACES[head][0], "", (), labels, head=head, tail=tail)
        )
    project.annotate(made, who)
    return list(kept.values())


def one_way(said: Said) -> Said:
    kind, head, tail, strength = said
    return (kind, tail, head, strength) if kind == "knows" and tail < head else said


def relations_of(project: Project, who: str) -> list[Said]:
    """The relations of somebody, by the names of the places at their ends."""
    name = {}
    for uid in project.uids():
        found = project.annotations(uid, who)
        article = project.article(uid).name.removesuffix(".txt")
        for a in found:
            if a.layer == "claim":
                name[a.id] = next(n for n, p in PLACES.items() if p == (article, a.start, a.end))
    return sorted(
        one_way(
            (a.attributes["type"], name[a.head], name[a.tail], a.attributes.get("strength", ""))
        )
        for a in project.relations(None, who)
        if a.head is not None and a.tail is not None
    )


def everything(project: Project) -> dict[str, Annotation]:
    return {a.id: a for uid in project.uids() for a in project.annotations(uid)}


def boards(project: Project) -> list[Adjudication]:
    adjudicator = project.adjudicate()
    return [adjudicator.board(uid) for uid in adjudicator.shared]


def cases(project: Project) -> list[Case]:
    return [case for board in boards(project) for case in board.cases]


@settings(max_examples=60, deadline=None)
@given(everybody, st.booleans())
def test_what_all_have_alike_is_gold_the_rest_is_open_and_undo_restores(
    readings: list[tuple[frozenset[str], list[Said]]], identical: bool
) -> None:
    with tempfile.TemporaryDirectory() as where:
        project = built(Path(where))
        who = PEOPLE[: len(readings)]
        said = {n: read(project, n, *r) for n, r in zip(who, readings, strict=True)}
        marked = {n: r[0] for n, r in zip(who, readings, strict=True)}
        before = everything(project)

        # Every relation is in one case, or counted apart: none is lost, none is there twice.
        found = boards(project)
        held = [r.id for b in found for c in b.cases for r in c.readings.values()]
        apart = [r.id for b in found for r in b.apart]
        shared = {b.article for b in found}
        mine = [r for r in before.values() if r.layer == "relation"]
        assert max(Counter([*held, *apart]).values(), default=1) == 1
        for r in mine:
            ends = {before[r.head or ""].article, before[r.tail or ""].article}
            assert (r.id in held) <= (ends <= shared)
            assert r.id in [*held, *apart] or r.article not in shared

        all_cases = cases(project)
        told = project.adjudicate().decide(identical=identical)
        assert told.decided + len(told.left) + told.before == len(all_cases)
        after = cases(project)
        assert len(after) == len(all_cases)
        states = Counter(c.state for c in after)
        assert (states["decided"], states["open"]) == (told.decided, len(told.left))
        assert all(f.problems == () for f in project.findings())

        # Against a count by hand: all who have read both articles have the relation, and its ends.
        def readers(place: str) -> set[str]:
            return {n for n in who if any(PLACES[m][0] == PLACES[place][0] for m in marked[n])}

        gold = relations_of(project, "gold")
        alike = []
        for one in {one_way(s) for of in said.values() for s in of}:
            have = {n for n in who if one in map(one_way, said[n])}
            ends_alike = all({n for n in who if e in marked[n]} == readers(e) for e in one[1:3])
            if len(have) > 1 and have == readers(one[1]) & readers(one[2]):
                if ends_alike:
                    alike.append(one)
                if not identical and all(
                    2 * sum(e in marked[n] for n in who) > len(readers(e)) for e in one[1:3]
                ):
                    assert one in gold
        if identical:
            assert gold == sorted(alike)
        else:
            assert not Counter(alike) - Counter(gold)
        # The second time nothing is decided; one undo takes all of it back.
        assert project.adjudicate().decide(identical=identical).decided == 0
        if told.decided:
            project.undo("gold")
        assert everything(project) == before
        project.close()


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["", "answers", "knows"]),
            st.booleans(),
            st.sampled_from(["", "weak", "strong"]),
        ),
        min_size=3,
        max_size=3,
    )
)
def test_a_majority_decides_a_relation_as_it_decides_the_rest(
    votes: list[tuple[str, bool, str]],
) -> None:
    """Three readers with the same claims, each with one relation between two of them or none."""
    with tempfile.TemporaryDirectory() as where:
        project = built(Path(where))
        said = []
        for who, (kind, turned, strength) in zip(PEOPLE, votes, strict=True):
            ends = ("b", "a") if turned else ("a", "b")
            one = [(kind, *ends, strength)] if kind else []
            said += read(project, who, "ab", one)
        told = project.adjudicate().decide()
        gold = relations_of(project, "gold")
        if len(said) < 2:
            assert (gold, told.left) == ([], ())
            return
        if len({s[0] for s in said}) > 1:
            # Which way round one without a direction goes is nobody's vote for the others.
            assert all(s[0] == Counter(s[0] for s in said).most_common(1)[0][0] for s in gold)
            assert bool(told.left) == (not gold)
            return
        most = [Counter(of).most_common(1)[0] for of in zip(*map(one_way, said), strict=True)]
        agreed = all(2 * count > len(said) for _, count in most)
        assert gold == ([one_way(tuple(value for value, _ in most))] if agreed else [])
        assert {c.why for c in told.left} <= {"label", "direction"}
        assert bool(told.left) == (not agreed)
        project.close()


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return built(tmp_path)


def board(project: Project) -> Adjudication:
    return project.adjudicate().board(project.resolve("one"))


def the_case(board: Adjudication) -> Case:
    (case,) = (c for c in board.cases if c.layer == "relation")
    return case


def test_a_relation_waits_for_its_ends_and_says_so(project: Project) -> None:
    read(project, "ann", "ab", [("answers", "a", "b", "")])
    read(project, "ben", "ab", [("answers", "b", "a", "weak")])
    here = board(project)
    assert [c.layer for c in here.cases] == ["claim", "claim", "relation"]
    assert (here.progress.cases, here.progress.open) == (3, 3)
    with pytest.raises(AnnotatorError, match="the relation waits"):
        here.take(the_case(here), 0)
    assert project.annotations("one", "gold") == []
    for _ in range(2):
        here.take(here.cases[here.next_open(-1) or 0], 0)
    here.take(the_case(here), 0)
    assert relations_of(project, "gold") == [("answers", "a", "b", "")]
    assert here.progress.open == 0
    here.take(the_case(here), 1)
    assert relations_of(project, "gold") == [("answers", "b", "a", "weak")]
    here.none(the_case(here))
    assert (relations_of(project, "gold"), here.progress.open) == ([], 0)


def test_a_gold_relation_removed_by_hand_does_not_come_back(project: Project) -> None:
    for who in ("ann", "ben"):
        read(project, who, "abc", [("answers", "a", "b", "")])
    here = board(project)
    for _ in range(2):
        here.take(here.cases[here.next_open(-1) or 0], 0)
    here.take(the_case(here), 0)
    (made,) = project.relations(None, "gold")
    batch = Batch(new_id(), "gold", AT, "edit", "removed", (Change(made, None),))
    project.apply(batch, project.scheme().version)
    project.adjudicate().decide()
    assert relations_of(project, "gold") == []
    assert board(project).progress.open == 0


def test_an_end_decided_for_nothing_takes_the_relation_along_and_opens_its_case(
    project: Project,
) -> None:
    for who in ("ann", "ben"):
        read(project, who, "ab", [("answers", "a", "b", "")])
    project.adjudicate().decide()
    here = board(project)
    here.none(here.cases[0])
    assert relations_of(project, "gold") == []
    assert (the_case(here).state, here.progress.open) == ("reopened", 1)
    # Even as it was the end is another annotation now, and nobody decided about a relation of it.
    here.take(here.cases[0], 0)
    assert the_case(here).state == "reopened"
    project.undo("gold")
    project.undo("gold")
    assert relations_of(project, "gold") == [("answers", "a", "b", "")]
    assert board(project).progress.open == 0


def test_between_two_articles_it_is_one_case_whichever_way_round(project: Project) -> None:
    read(project, "ann", "ad", [("answers", "a", "d", "")])
    read(project, "ben", "ad", [("answers", "d", "a", "")])
    found = [c for c in cases(project) if c.layer == "relation"]
    assert [sorted(c.readings) for c in found] == [["ann", "ben"]]
    told = project.adjudicate().decide()
    assert (told.decided, [c.why for c in told.left]) == (2, ["direction"])
    (here,) = (b for b in boards(project) if any(c.layer == "relation" for c in b.cases))
    for place in (0, 1):
        here.take(the_case(here), place)
        kept = the_case(here).variants[place].annotators
        gold = relations_of(project, "gold")
        assert gold == relations_of(project, kept[0])
        assert all(f.problems == () for f in project.findings())
    assert {c.state for c in cases(project)} == {"decided"}


def test_what_the_scheme_does_not_allow_between_gold_ends_is_left_and_named(
    project: Project,
) -> None:
    project.set_scheme(
        SCHEME.replace('name = "answers"\n', 'name = "answers"\nfrom = ["claim.yes"]\n')
        + '[[attribute]]\nname = "sure"\nlayer = "claim"\n'
        + 'values = [{ name = "yes", key = "3" }, { name = "no", key = "4" }]\n'
    )
    for who, sure in (
        ("ann", "yes"),
        ("ben", "yes"),
        ("cleo", "no"),
        ("dora", "no"),
        ("eve", "no"),
    ):
        made = [
            Annotation(n, "claim", "one", "", (Fragment("said", *PLACES[n][1:]),), {"sure": sure})
            for n in "ab"
        ]
        if sure == "yes":
            made.append(
                Annotation("", "relation", "one", "", (), {"type": "answers"}, head="a", tail="b")
            )
        project.annotate(made, who)
    here = board(project)
    for _ in range(2):
        here.merge(here.cases[here.next_open(-1) or 0])
    case = the_case(here)
    with pytest.raises(AnnotatorError, match="does not allow"):
        here.take(case, 0)
    assert relations_of(project, "gold") == []
