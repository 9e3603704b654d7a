"""Relations where readings are compared: taken over where all have the same, counted where not."""

from __future__ import annotations

from pathlib import Path

import pytest

from annotator import Annotation, Fragment, Project

SCHEME = """
name = "r"
[[role]]
name = "said"
[[relation]]
name = "answers"
[[relation]]
name = "knows"
symmetric = true
"""


@pytest.fixture
def project(tmp_path: Path) -> Project:
    (tmp_path / "one.txt").write_text("Some words stand here. Others stand there.", "utf-8")
    project = Project.create(tmp_path / "p.db", annotator="ann")
    project.add(tmp_path / "one.txt")
    project.set_scheme(SCHEME)
    return project


def reads(project: Project, who: str, *relations: tuple[str, str, str]) -> None:
    """Three claims, the same for everybody, and relations between them."""
    places = {"a": (0, 4), "b": (5, 10), "c": (23, 29)}
    made = [Annotation(n, "claim", "one", "", (Fragment("said", *p),)) for n, p in places.items()]
    made += [
        Annotation("", "relation", "one", "", (), {"type": kind}, head=head, tail=tail)
        for kind, head, tail in relations
    ]
    project.annotate(made, who)


def gold(project: Project) -> list[tuple[str, str, str]]:
    found = {a.id: a for a in project.annotations("one", "gold")}
    text = project.text_of(project.resolve("one"))

    def words(id_: str | None) -> str:
        end = found[id_ or ""]
        return text[end.start : end.end]

    return sorted(
        (a.attributes["type"], words(a.head), words(a.tail))
        for a in found.values()
        if a.layer == "relation"
    )


def test_what_all_have_alike_is_taken_over_with_its_ends_and_undone_with_them(
    project: Project,
) -> None:
    reads(project, "ann", ("answers", "a", "b"), ("knows", "c", "b"), ("answers", "b", "c"))
    reads(project, "ben", ("answers", "a", "b"), ("knows", "b", "c"), ("answers", "c", "b"))
    told = project.adjudicate().decide(identical=True)
    # Three claims, two relations alike; the third is between the same ends the other way round.
    assert (told.decided, [c.why for c in told.left]) == (5, ["not alike"])
    taken = gold(project)
    assert [t[0] for t in taken] == ["answers", "knows"]
    assert taken[0] == ("answers", "Some", "words")
    assert {taken[1][1], taken[1][2]} == {"words", "Others"}
    assert [c.words for c in told.left] == ["words answers Others"]
    assert all(f.problems == () for f in project.findings())
    # The second time nothing is added.
    again = project.adjudicate().decide()
    assert (again.decided, gold(project)) == (0, taken)
    project.undo("gold")
    assert project.annotations("one", "gold") == []


def test_a_claim_that_is_decided_for_nothing_takes_its_gold_relations_along(
    project: Project,
) -> None:
    for who in ("ann", "ben"):
        reads(project, who, ("answers", "a", "b"))
    project.adjudicate().decide(identical=True)
    assert gold(project) == [("answers", "Some", "words")]
    board = project.adjudicate().board(project.resolve("one"))
    board.none(board.cases[0])
    assert gold(project) == []
    assert [c.state for c in board.cases if c.layer == "relation"] == ["reopened"]
    project.undo("gold")
    assert gold(project) == [("answers", "Some", "words")]


def test_agreement_counts_the_same_between_aligned_ends_and_lists_the_rest(
    project: Project,
) -> None:
    reads(project, "ann", ("answers", "a", "b"), ("knows", "c", "b"), ("answers", "b", "c"))
    reads(project, "ben", ("answers", "a", "b"), ("knows", "b", "c"), ("answers", "c", "b"))
    extra = [
        Annotation("x", "claim", "one", "", (Fragment("said", 30, 35),)),
        Annotation("y", "claim", "one", "", (Fragment("said", 36, 41),)),
        Annotation("", "relation", "one", "", (), {"type": "answers"}, head="x", tail="y"),
    ]
    project.annotate(extra, "ben")
    _, corpus = project.agree()
    found = project.relation_agreement(corpus)
    (pair,) = found.pairs
    # Direction counts, except where the scheme has none: 2 of 3 and 4 are the same.
    assert (pair.relations, pair.both, pair.f1) == ((3, 4), 2, 4 / 7)
    assert (pair.connected, pair.alike, pair.same_type) == (2, 1, 0.5)
    assert (pair.without_counterpart, found.left_out) == (1, 0)
    assert [(d.annotator, d.type, d.head, d.tail) for d in found.differences] == [
        ("ann", "answers", "words", "Others"),
        ("ben", "answers", "Others", "words"),
        ("ben", "answers", "stand", "there"),
    ]


def test_relations_to_an_article_that_only_one_has_read_are_left_out_and_counted(
    project: Project, tmp_path: Path
) -> None:
    (tmp_path / "two.txt").write_text("Another text is here.", "utf-8")
    project.add(tmp_path / "two.txt")
    reads(project, "ben")
    reads(project, "ann")
    far = [
        Annotation("far", "claim", "two", "", (Fragment("said", 0, 7),)),
        Annotation("near", "claim", "one", "", (Fragment("said", 36, 41),)),
        Annotation("", "relation", "one", "", (), {"type": "answers"}, head="near", tail="far"),
    ]
    project.annotate(far, "ann")
    _, corpus = project.agree()
    found = project.relation_agreement(corpus)
    assert (found.pairs[0].relations, found.pairs[0].f1, found.left_out) == ((0, 0), None, 1)
    assert found.any
    told = project.adjudicate().decide()
    assert dict(told.relations) == {1: 1}
