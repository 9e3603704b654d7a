"""The parts of an export for training: made of what is exported, leak-safe; or the project's."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from annotator.domain.errors import AnnotatorError, InputError
from annotator.domain.model import Annotation, ArticleDraft, Fragment
from annotator.project import Project
from annotator.project.splitting import texts_of, ties

SHARED = (
    "The harbour board said on Monday that nobody had asked for the second pier to be built"
    " before the winter storms come back."
)


@pytest.fixture
def ten(tmp_path: Path) -> Path:
    """Ten finished articles with a claim each; the first two share most of their text."""
    path = tmp_path / "ten.db"
    with Project.create(path, "anna") as project:
        for n in range(10):
            text = SHARED if n < 2 else f"Number{n} is word{n} and thing{n}."
            text += f" Ana{n} said that item{n} was late."
            project.add(ArticleDraft(text, name=f"a{n}"), pipeline="blank:en")
            start = text.index(f"that item{n}")
            end = len(text) - 1
            spans = (Fragment("content", start, end), Fragment("source", start - 10, start - 6))
            labels = {"stance": ("against", "favor")[n % 2]}
            project.annotate([Annotation("", "claim", str(n + 1), "", spans, labels)])
    return path


def parts(folder: Path) -> dict[str, set[str]]:
    """Part -> uids in its rows."""
    out = {}
    for part in ("train", "validation", "test"):
        lines = (folder / f"{part}.jsonl").read_text("utf-8").splitlines()
        out[part] = {json.loads(line)["id"].partition(":")[0] for line in lines}
    return out


def test_no_two_parts_share_text(ten: Path, tmp_path: Path) -> None:
    with Project.open(ten, readonly=True) as project:
        report = project.export_train(tmp_path / "out", "setfit", finished=False)
        tied = ties(project, texts_of(project))
        assert project.splits() == {}  # an export writes nothing into the project
    assert report.articles == {"train": 8, "validation": 1, "test": 1}
    found = parts(tmp_path / "out")
    assert sum(map(len, found.values())) == 10
    assert tied
    for tie in tied:
        first, second = ({p for p in found if uid in found[p]} for uid in tie[:2])
        assert first == second
    assert "made for this export (seed 1): 10 articles in 9 groups" in report.told[0]


def test_every_part_has_an_article_where_there_are_three(ten: Path, tmp_path: Path) -> None:
    with Project.open(ten, readonly=True) as project:
        for few in (3, 4, 6):
            chosen = project.select(articles=range(5 - few // 3, 5 - few // 3 + few))
            report = project.export_train(
                tmp_path / str(few), "setfit", selection=chosen, finished=False
            )
            assert all(report.articles.values()), few
            assert sum(report.articles.values()) == few


def test_a_whole_split_of_the_project_is_used(ten: Path, tmp_path: Path) -> None:
    with Project.open(ten) as project:
        project.split({"train": 0.6, "dev": 0.2, "test": 0.2}, unfinished=True)
        of = project.splits()
        report = project.export_train(tmp_path / "out", "setfit", finished=False)
        assert report.articles == {"train": 6, "validation": 2, "test": 2}
        found = parts(tmp_path / "out")
        assert found["validation"] == {uid for uid, name in of.items() if name == "dev"}
        assert "the split of the project" in report.told[0]
        new = project.export_train(tmp_path / "new", "setfit", {"split": "new"}, finished=False)
        assert new.articles == {"train": 8, "validation": 1, "test": 1}


def test_a_split_that_is_not_whole_is_made_anew_and_that_is_said(ten: Path, tmp_path: Path) -> None:
    with Project.open(ten) as project:
        of = dict.fromkeys(project.uids()[:6], "train")
        project.put_splits(of)
        report = project.export_train(tmp_path / "out", "setfit", finished=False)
        said = "the split of the project was not used: 4 of 10 exported articles are in none"
        assert report.told[0] == said
        assert said in (tmp_path / "out" / "README.md").read_text("utf-8")
        with pytest.raises(InputError, match="not whole: 4 of 10"):
            project.export_train(tmp_path / "b", "setfit", {"split": "project"}, finished=False)
        assert not (tmp_path / "b").exists()


def test_a_split_that_leaks_is_refused(ten: Path, tmp_path: Path) -> None:
    with Project.open(ten) as project:
        uids = project.uids()
        names = ["train", "test", "dev", *["train"] * 7]
        project.put_splits(dict(zip(uids, names, strict=True)))
        with pytest.raises(AnnotatorError, match="parts: 1, such as"):
            project.export_train(tmp_path / "out", "setfit", finished=False)
        report = project.export_train(tmp_path / "out", "setfit", finished=False, allow_leaks=True)
        assert any(
            "it leaks: pairs of articles that share text across the parts: 1" in told
            for told in report.told
        )


def test_gold_alone_is_taken_where_there_is_gold(ten: Path, tmp_path: Path) -> None:
    with Project.open(ten, "ben") as project:
        first = project.claims(1, "anna")[0]
        other = replace(first, annotator="", attributes={"stance": "neutral"})
        project.annotate([other])
        report = project.export_train(tmp_path / "both", "setfit", finished=False)
        assert "articles with several readings, each a document of its own: 1" in report.told
        rows = [
            json.loads(x)
            for p in ("train", "validation", "test")
            for x in (tmp_path / "both" / f"{p}.jsonl").read_text("utf-8").splitlines()
        ]
        assert len(rows) == 11
        project.annotate(
            [replace(other, annotator="gold", provenance="adjudicated")], annotator="gold"
        )
        report = project.export_train(tmp_path / "gold", "setfit", finished=False)
    told = "left out beside an adjudicated reading of the same article: anna 1, ben 1"
    assert told in report.told
    assert sum(report.labels["claim.stance"][p].get("neutral", 0) for p in report.articles) == 1


def test_the_card_says_how_far_people_agree(ten: Path, tmp_path: Path) -> None:
    with Project.open(ten, "ben") as project:
        alone = project.export_train(tmp_path / "alone", "setfit", finished=False)
        for n in (3, 4, 5, 6):
            theirs = project.claims(n, "anna")[0]
            labels = {"stance": "favor"} if n > 4 else theirs.attributes
            project.annotate([replace(theirs, annotator="", attributes=labels)])
        report = project.export_train(tmp_path / "out", "setfit", finished=False)
        agreed = project.agree(articles=[3, 4, 5, 6]).record()
    assert alone.labels.keys() == report.labels.keys()
    lonely = (tmp_path / "alone" / "README.md").read_text("utf-8")
    assert "No exported article was read by two people." in lonely
    card = (tmp_path / "out" / "README.md").read_text("utf-8")
    (row,) = [x for x in card.splitlines() if x.startswith("| claims: stance |")]
    found = [r for r in _results(agreed) if r.get("measure") == "alpha_nominal"]
    value = next(r["value"] for r in found if r["unit"] == "matched claims" and r["n"] == 4)
    assert f"| alpha_nominal | {value:.2f} (" in row
    assert row.endswith("| 4 matched claims |")


def _results(found: object) -> Iterator[dict[str, Any]]:
    """Every result in a report."""
    if isinstance(found, dict):
        if "measure" in found:
            yield found
        for value in found.values():
            yield from _results(value)
    elif isinstance(found, list | tuple):
        for value in found:
            yield from _results(value)


def test_what_is_excluded_is_left_out_and_that_is_said(ten: Path, tmp_path: Path) -> None:
    with Project.open(ten, "anna") as project:
        project.exclude([10], "not about the topic")
        report = project.export_train(tmp_path / "out", "setfit", finished=False)
    assert sum(report.articles.values()) == 9
    assert "articles that are left out (excluded): 1" in report.told
    card = (tmp_path / "out" / "README.md").read_text("utf-8")
    assert "- articles that were excluded from the project: 1" in card


def test_a_project_of_which_nothing_is_left_is_refused(ten: Path, tmp_path: Path) -> None:
    with Project.open(ten, "anna") as project:
        project.exclude(range(1, 11), "off topic")
        with pytest.raises(InputError, match="no article to train on") as refused:
            project.export_train(tmp_path / "out", "setfit", finished=False)
        assert "--excluded" in refused.value.hint
    assert not (tmp_path / "out").exists()


def test_nothing_finished_is_refused_as_in_any_export_for_training(ten: Path) -> None:
    with (
        Project.open(ten, readonly=True) as project,
        pytest.raises(InputError, match="no article is finished by anybody: 10 articles left out"),
    ):
        project.export_train(ten.parent / "out", "setfit")
    assert not (ten.parent / "out").exists()
