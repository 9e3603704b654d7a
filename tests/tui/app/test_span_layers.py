"""A scheme of spans without claims: every label by one key, seen and edited on the screen."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import pytest
from textual.pilot import Pilot

from annotator.domain.model import Annotation, ArticleDraft
from annotator.project import Project
from annotator.session.actions import ACTIONS
from annotator.store import Store
from annotator.tui.annotate.labelling import OF_CLAIMS
from annotator.tui.app import AnnotatorApp
from annotator.tui.keymap import key_name
from tests.session.build import layout
from tests.tui.app.conftest import app_of

NER = """
name = "ner"
title = "Named entities"
[[span]]
name = "entity"
title = "named entity"
[[span]]
name = "event"
[[attribute]]
name = "type"
layer = "entity"
required = true
values = [{ name = "PER", key = "p" }, { name = "ORG", key = "o" }, { name = "LOC", key = "q" },
  "MISC"]
[[attribute]]
name = "kind"
layer = "event"
values = [{ name = "attack", key = "a" }, "meeting"]
[[attribute]]
name = "tone"
layer = "sentence"
values = [{ name = "calm", key = "1" }, { name = "loud", key = "2" }]
[[attribute]]
name = "desk"
layer = "article"
values = [{ name = "foreign", key = "3" }]
"""
TEXT = (
    "Ana Ruiz met George Bush in Madrid\n\n"
    "Ana Ruiz, the mayor of Madrid, met George Bush of the United Nations on Monday. New York"
    " University sent Li Wei. Nobody answered.\n\n"
    "The attack on Paris was reported by Reuters and the Associated Press. Farmers protested."
)
Opened = Callable[..., AbstractAsyncContextManager[Pilot[None]]]


@pytest.fixture
def ner(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """A project whose scheme has no claims, with one article."""
    made = Store.create(tmp_path_factory.mktemp("ner") / "project.db")
    made.set_scheme(NER)
    made.add_article(ArticleDraft(TEXT, name="ner", title="Entities"), layout(TEXT))
    made.add_annotator("ann")
    return made


@asynccontextmanager
async def annotating(store: Store, size: tuple[int, int] = (80, 24)) -> AsyncIterator[Pilot[None]]:
    """The application on the project."""
    app = AnnotatorApp(Project(store, "ann"))
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        yield pilot


def marks(store: Store) -> list[tuple[str, str, dict[str, str]]]:
    """Layer, words and labels of every mark, in reading order."""
    found = sorted((a for a in store.annotations() if a.fragments), key=lambda a: a.start)
    return [(a.layer_name, _words(a), dict(a.attributes)) for a in found if a.layer == "mark"]


def _words(a: Annotation) -> str:
    return " … ".join(TEXT[f.start : f.end] for f in a.fragments)


def strip_of(pilot: Pilot[None]) -> str:
    """What the strip says."""
    return app_of(pilot).screen_annotate.strip.plain()


async def test_a_labels_key_marks_the_word_or_the_selection_in_one_press(ner: Store) -> None:
    async with annotating(ner) as pilot:
        await pilot.press("j", "p")
        assert marks(ner) == [("entity", "Ana", {"type": "PER"})]
        assert "named entity at work  PER  Ana" in strip_of(pilot)
        await pilot.press("o")
        assert marks(ner) == [("entity", "Ana", {"type": "ORG"})]
        await pilot.press("u", "u")
        assert marks(ner) == []
        await pilot.press("v", "l", "p")
        assert marks(ner) == [("entity", "Ana Ruiz", {"type": "PER"})]
        # Away from the mark at work the key is about the words there.
        await pilot.press("l", "l", "l", "l", "l", "q", "a")
        assert marks(ner) == [
            ("entity", "Ana Ruiz", {"type": "PER"}),
            ("entity", "Madrid", {"type": "LOC"}),
            ("event", "Madrid", {"kind": "attack"}),
        ]
        assert "of 2 here at work  attack  Madrid" in strip_of(pilot)


async def test_labels_of_sentences_and_of_the_article_have_keys_too(ner: Store) -> None:
    async with annotating(ner) as pilot:
        await pilot.press("j", "2", "3")
        found = {a.layer: dict(a.attributes) for a in ner.annotations()}
        assert found == {"sentence": {"tone": "loud"}, "article": {"desk": "foreign"}}
        assert "tone: loud" in "\n".join(b.label for b in ner.log())


async def test_every_layer_is_reached_by_the_palette_and_the_first_by_its_key(ner: Store) -> None:
    async with annotating(ner) as pilot:
        await pilot.press("j", "b")
        await pilot.press("escape", "l", "l", "l", "l", "colon", *"mark: event", "enter")
        await pilot.press("escape", "j", "colon", *"misc", "enter")
        assert marks(ner) == [
            ("entity", "Ana", {}),
            ("event", "mayor", {}),
            ("entity", "New", {"type": "MISC"}),
        ]


async def test_a_scheme_without_claims_hears_every_key_and_says_that_there_are_none(
    ner: Store,
) -> None:
    said: dict[str, str] = {}
    async with annotating(ner) as pilot:
        app = app_of(pilot)
        screen = app.screen_annotate
        await pilot.press("j", "p", "escape")
        for action in ACTIONS:
            if action.context == "article" and action.id not in ("app.quit", "view.back"):
                await pilot.press(key_name(action.keys[-1]))
                said[action.id] = screen.told
                screen.motions.leave()
                while app.screen is not screen or screen.overlay is not None:
                    await pilot.press("escape")
                while screen.session.back():
                    pass
    assert {id_ for id_, words in said.items() if "no claims" in words} == OF_CLAIMS
    assert [a.layer for a in ner.annotations() if a.layer == "claim"] == []
