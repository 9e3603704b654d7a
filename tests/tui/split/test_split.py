"""The places of a split label: a key decides one and goes on to the next."""

from __future__ import annotations

from pathlib import Path

import pytest

from annotator.domain.model import Annotation, ArticleDraft, Fragment
from annotator.project import Project, codebook
from annotator.project.splits import places, split_of
from annotator.store import Store
from annotator.tui.split.app import SplitApp
from annotator.tui.split.screen import SplitScreen
from tests.codebook.test_names import SOURCE
from tests.store.support import layout_of

SENTENCE = "The bridge will stay shut, the council said on Friday."


def prepared(path: Path, count: int) -> Project:
    """A project with so many places of a label that was split into two."""
    store = Store.create(path)
    store.set_scheme(SOURCE)
    text = "\n".join(f"{SENTENCE} {i}" for i in range(count))
    store.add_article(ArticleDraft(text, title="A [red] title"), layout_of(text))
    store.add_annotator("anna")
    project = Project(store, "anna")
    starts = [text.index(f"{SENTENCE} {i}") + 4 for i in range(count)]
    project.annotate(
        [
            Annotation(
                "", "claim", "1", "", (Fragment("statement", at, at + 6),), {"view": "unclear"}
            )
            for at in starts
        ]
    )
    codebook.carry_out(project, codebook.split(project, "view=unclear", ["open", "mixed"]), "anna")
    return project


def opened(project: Project) -> SplitApp:
    split = split_of(project, "view=unclear")
    return SplitApp(project, split, places(project, split, "anna"))


def shown(app: SplitApp, part: str) -> str:
    return str(app.screen.query_one(f"#{part}").plain())  # type: ignore[attr-defined]


async def test_two_hundred_places_are_two_hundred_keys(tmp_path: Path) -> None:
    project = prepared(tmp_path / "p.db", 200)
    app = opened(project)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        assert "200 to decide" in shown(app, "head")
        await pilot.press(*["1", "2"] * 100)
        await pilot.pause()
        assert "0 to decide" in shown(app, "head")
        assert "all are decided" in shown(app, "said")
    views = [a.attributes["view"] for a in project.claims(1)]
    assert views == ["open", "mixed"] * 100  # each at its own place, in reading order
    assert places(project, split_of(project, "view=unclear")) == []
    assert [f for f in project.findings() if f.problems] == []
    project.close()


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (60, 14)])
async def test_a_place_is_shown_in_its_sentence_and_a_decision_is_taken_back(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    project = prepared(tmp_path / "p.db", 3)
    app = opened(project)
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        assert "The [bridge] will stay shut" in shown(app, "place")
        assert "A [red] title" in shown(app, "place")
        foot = shown(app, "foot")
        assert "1 open" in foot
        assert "2 mixed" in foot
        await pilot.press("j", "2")
        assert isinstance(app.screen, SplitScreen)
        assert app.screen.cursor == 2
        assert "mixed" in shown(app, "rows").splitlines()[1]
        # A decided place is not decided again by a key that is pressed twice.
        await pilot.press("k", "1")
        assert "decided already: mixed" in shown(app, "said")
        assert [a.attributes["view"] for a in project.claims(1)] == ["unclear", "mixed", "unclear"]
        await pilot.press("u")
        assert "undone: view: mixed" in shown(app, "said")
        assert "3 to decide" in shown(app, "head")
        await pilot.press("u")
        assert "nothing decided here is left" in shown(app, "said")
        assert project.scheme().history  # the split itself is not undone from here
        await pilot.press("x", "9", "1", "1", "1")
        assert {a.attributes["view"] for a in project.claims(1)} == {"open"}
        await pilot.press("1", "escape")
    project.close()


async def test_what_another_changed_meanwhile_is_said_and_left(tmp_path: Path) -> None:
    project = prepared(tmp_path / "p.db", 2)
    app = opened(project)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        with Project.open(project.path, "ben") as other:
            codebook.carry_out(other, codebook.rename(other, "view=open", "undecided"), "ben")
        await pilot.press("1")
        assert "not saved: the scheme changed" in shown(app, "said")
        assert "2 to decide" in shown(app, "head")
        assert {a.attributes["view"] for a in project.claims(1)} == {"unclear"}
        # It goes on under the labels of now.
        assert "1 undecided" in shown(app, "foot")
        await pilot.press("1")
        assert "1 to decide" in shown(app, "head")
        with Project.open(project.path, "ben") as other:
            codebook.carry_out(other, codebook.rename(other, "view=unclear", "vague"), "ben")
        await pilot.press("1", "1")
        assert "open the list again" in shown(app, "said")
    assert [a.attributes["view"] for a in project.claims(1)] == ["undecided", "vague"]
    project.close()
