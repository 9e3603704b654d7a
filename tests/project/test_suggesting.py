"""Suggestions for many articles: in order, by kind, the same in several processes, once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from annotator.domain.errors import AnnotatorError
from annotator.domain.model import ArticleDraft
from annotator.project import Project
from annotator.project.suggesting import suggestions_for, unsure_first
from tests.attribution.test_documents import article


@pytest.mark.usefixtures("nlp")
def test_in_order_and_by_kind() -> None:
    found = dict(suggestions_for([article(), article(kind="caption")]))
    assert list(found) == ["uid-body", "uid-caption"]
    assert found["uid-body"].claims
    assert not found["uid-caption"].claims


def test_several_processes_find_the_same() -> None:
    articles = [article(), article(kind="caption"), article()]
    assert list(suggestions_for(articles, processes=2)) == list(suggestions_for(articles))


TEXTS = (
    "“We won the whole thing,” she said.\n",
    "The council said the bridge would stay shut. “Nobody wanted this,” Ana Ruiz told us.\n",
    "Nothing happened in town.\n",
)


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    """Three short articles."""
    with Project.create(tmp_path / "p.db") as made:
        made.add(*(ArticleDraft(text, name=str(i)) for i, text in enumerate(TEXTS)))
        yield made


@pytest.mark.usefixtures("nlp")
def test_what_is_proposed_is_what_is_stored(project: Project) -> None:
    proposals = {p.article: p for p in project.propose()}
    assert not any(project.suggestions(uid) for uid in project.uids())
    told: list[tuple[int, int]] = []
    found = project.suggest(progress=lambda *done: told.append(done))
    assert told == [(0, 3), (1, 3), (2, 3), (3, 3)]
    assert found.articles == 3
    assert found.suggestions == sum(len(p.suggestions) for p in proposals.values()) > 2
    for uid, proposal in proposals.items():
        stored = project.suggestions(uid)
        assert [s.fragments for s in stored] == [s.fragments for s in proposal.suggestions]
        assert {s.engine for s in stored} <= {found.engine}


@pytest.mark.usefixtures("nlp")
def test_an_article_is_read_once_by_an_engine(project: Project) -> None:
    assert project.suggest([2]).articles == 1
    assert [p.article for p in project.propose()] == [project.resolve(1), project.resolve(3)]
    assert list(project.propose([2])) == []
    assert [p.article for p in project.propose([2], again=True)] == [project.resolve(2)]
    assert project.suggest().articles == 2
    assert project.suggest().articles == 0
    speech = project.suggest(speech=True)
    assert speech.articles == 3
    assert speech.speech_only
    assert project.speech_only()


@pytest.mark.usefixtures("nlp")
def test_unsure_first_is_by_entropy(project: Project) -> None:
    with pytest.raises(AnnotatorError, match="no suggestions yet"):
        unsure_first(project)
    project.suggest()
    rows = project.uncertainties()
    assert sorted(r.article for r in rows) == [1, 2, 3]
    assert [r.bits for r in rows] == sorted((r.bits for r in rows), reverse=True)
    assert unsure_first(project) == [r.uid for r in rows]
    assert [r.article for r in project.uncertainties([3])] == [3]
