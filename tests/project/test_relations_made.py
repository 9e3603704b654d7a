"""Relations that a program makes: ends named by the ids that the call gave them."""

from __future__ import annotations

from pathlib import Path

import pytest

from annotator import Annotation, Fragment, Project
from annotator.domain.errors import AnnotatorError

SCHEME = 'name = "r"\n[[role]]\nname = "said"\n[[relation]]\nname = "answers"\nfrom = ["claim"]\n'


@pytest.fixture
def project(tmp_path: Path) -> Project:
    for name, text in (("one", "Some words stand here."), ("two", "Others stand there.")):
        (tmp_path / f"{name}.txt").write_text(text, encoding="utf-8")
    project = Project.create(tmp_path / "p.db", annotator="ann")
    project.add(tmp_path / "one.txt", tmp_path / "two.txt")
    project.set_scheme(SCHEME)
    return project


def relation(head: str, tail: str, article: str = "one") -> Annotation:
    return Annotation("", "relation", article, "", (), {"type": "answers"}, head=head, tail=tail)


def test_ends_are_named_by_the_ids_of_the_call_and_seen_from_both_articles(
    project: Project,
) -> None:
    claims = [
        Annotation(name, "claim", name, "", (Fragment("said", 0, 4),)) for name in ("one", "two")
    ]
    first, second, made = project.annotate([*claims, relation("two", "one")])
    assert (made.head, made.tail, made.article) == (second.id, first.id, second.article)
    assert [project.relations(a) for a in ("one", "two", None)] == [[made]] * 3
    assert project.annotation(made.tail or "") == first
    (back,) = project.annotate([relation(first.id, second.id, "two")])
    assert back.article == first.article
    assert len(project.relations("one")) == 2
    assert project.relations("one", "nobody") == []


def test_an_end_that_is_not_there_is_refused_and_nothing_is_written(project: Project) -> None:
    one = Annotation("one", "claim", "one", "", (Fragment("said", 0, 4),))
    with pytest.raises(AnnotatorError, match="tail 'nobody' is not there"):
        project.annotate([one, relation("one", "nobody")])
    with pytest.raises(AnnotatorError, match="only a relation has ends"):
        project.annotate([one, Annotation("", "claim", "one", "", one.fragments, head="one")])
    with pytest.raises(AnnotatorError, match="a relation has a head and a tail"):
        project.annotate([Annotation("", "relation", "one", "", (), {"type": "answers"})])
    assert project.annotations() == []
