"""What a notebook may hand to a project: other names, other numbers, one text for several."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import annotator
from annotator import Annotation, ArticleDraft, Fragment, Project
from annotator.domain.errors import DatabaseError, InputError, NotFoundError

TEXT = "“Nobody wanted this,” Ana Ruiz said on Friday."


def claim(start: Any = 0, end: Any = 21, layer: Any = "claim") -> Annotation:
    """A claim of the article "bridge"."""
    return Annotation("", layer, "bridge", "", (Fragment("content", start, end),))


@pytest.fixture
def project() -> Iterator[Project]:
    with annotator.create(":memory:", "anna") as made:
        made.add(ArticleDraft(TEXT, name="bridge"), ArticleDraft(TEXT[::-1], name="other"))
        made.annotate([claim()])
        yield made


def test_annotations_are_found_by_every_name_of_their_article(project: Project) -> None:
    uid = project.resolve("bridge")
    for name in (uid, uid[:8], "bridge", 1, "1"):
        assert len(project.annotations(name)) == len(project.claims(name)) == 1
        assert not project.marks(name)
        assert not project.suggestions(name)
    assert project.claims("other") == []


@pytest.mark.parametrize("name", ["nope", 99, 0, "", 10**30, "9" * 5000])
def test_an_article_that_is_not_there_is_said(project: Project, name: str | int) -> None:
    for reading in (project.annotations, project.claims, project.marks, project.suggestions):
        with pytest.raises(NotFoundError):
            reading(name)


def test_offsets_of_numpy_are_written(project: Project) -> None:
    (made,) = project.annotate([claim(np.int64(0), np.int32(7))])
    assert made.fragments == (Fragment("content", 0, 7),)
    assert made in project.claims()


@pytest.mark.parametrize("odd", [claim(0.0, 7.0), claim("0", "7"), claim(layer="clam")])
def test_an_annotation_that_cannot_be_is_refused_whole(project: Project, odd: Annotation) -> None:
    with pytest.raises(InputError) as refused:
        project.annotate([claim(), odd])
    assert refused.value.hint
    assert len(project.claims()) == 1


@pytest.mark.parametrize(
    "call",
    [
        lambda p: p.suggest("12"),
        lambda p: p.uncertainties("12"),
        lambda p: p.select(articles="12"),
        lambda p: p.select(annotators="anna"),
        lambda p: p.select(layers="claim"),
        lambda p: p.split(by="anna"),
        lambda p: p.agree("anna"),
        lambda p: p.agree(articles="12"),
        lambda p: p.agree(rounds=["1", "2"]),
        lambda p: p.agree(layers="claims"),
        lambda p: p.adjudicate().decide("12"),
    ],
)
def test_one_text_is_not_taken_for_several(
    project: Project, call: Callable[[Project], object]
) -> None:
    with pytest.raises(InputError, match="where several are meant"):
        call(project)


def test_what_is_not_there_is_said(project: Project) -> None:
    odd: Any = "spark"
    with pytest.raises(InputError, match="no engine"):
        project.phrases.cluster(engine=odd)
    with pytest.raises(InputError, match="no layer"):
        project.agree(layers=[odd])
    with pytest.raises(NotFoundError):
        project.adjudicate().decide([99])


def test_a_parent_is_of_the_same_call_or_article(project: Project) -> None:
    (first,) = project.claims()
    inner = replace(claim(1, 7), parent=first.id)
    assert project.annotate([inner])[0].parent == first.id
    with pytest.raises(InputError, match="as a parent"):
        project.annotate([claim(), replace(inner, parent="nobody")])
    with pytest.raises(InputError, match="as a parent"):
        project.annotate([replace(inner, article="other")])
    assert len(project.claims()) == 2


def test_a_closed_project_says_so(tmp_path: Path) -> None:
    project = annotator.create(tmp_path / "x.db", "anna")
    project.close()
    for reading in (project.claims, project.writes, project.stats, project.undo):
        with pytest.raises(DatabaseError, match="was closed") as refused:
            reading()
        assert refused.value.hint


def test_threads_of_one_project_write_one_after_the_other(project: Project) -> None:
    def work(start: int) -> list[str]:
        return [a.id for _ in range(10) for a in project.annotate([claim(start, start + 5)])]

    with ThreadPoolExecutor(4) as pool:
        made = [id_ for ids in pool.map(work, range(1, 5)) for id_ in ids]
    assert len(set(made)) == 40
    assert set(made) <= {a.id for a in project.claims()}
    assert not [f for f in project.findings() if f.problems]
