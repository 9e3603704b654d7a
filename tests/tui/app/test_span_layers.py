"""A scheme of spans without claims: every label by one key, seen and edited on the screen."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import replace

import pytest
from textual.pilot import Pilot

from annotator.domain.ids import new_id
from annotator.domain.model import Annotation, ArticleDraft, Batch, Change, Fragment
from annotator.project import Project
from annotator.session.actions import ACTIONS
from annotator.store import Store
from annotator.tui.adjudicate.screen import AdjudicateScreen
from annotator.tui.agree.app import AgreementApp
from annotator.tui.annotate.labelling import OF_CLAIMS
from annotator.tui.app import AnnotatorApp
from annotator.tui.keymap import key_name
from annotator.tui.options import ScreenOptions
from annotator.tui.widgets.lines import Lines
from tests.session.build import layout
from tests.tui.app.conftest import app_of
from tests.tui.app.test_snapshots import pressed

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


async def test_carrying_without_a_mark_says_how_one_is_made(ner: Store) -> None:
    async with annotating(ner) as pilot:
        for keys in (("asterisk",), ("v", "l", "asterisk")):
            await pilot.press(*keys)
            assert (
                "no mark here: a label's key makes one"
                in app_of(pilot).screen_annotate.footer.plain()
            )


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


# ------------------------------------------------------------------------------ pictures

MARKING = [
    *("j", "v", "l", "p", "l", "l", "l", "l", "l", "q"),  # Ana Ruiz; Madrid
    *("l", "l", "l", "v", "l", "p"),  # George Bush
    *("l", "l", "l", "v", "l", "o", "l", "l", "b", "escape"),  # United Nations; Monday, no label
    *("j", "v", "l", "q", "v", "l", "o"),  # New York; York University, which overlaps
    *("l", "l", "p", "l", "p"),  # Li and Wei: two of one label, with a blank between
    *("j", "j", "l", "a", "l", "l", "q"),  # attack; Paris
    *("escape", "k", "k", "l"),
]
LOOKS = [("textual-dark", ""), ("textual-light", ""), ("textual-dark", "1")]


@pytest.mark.parametrize("size", [(80, 24), (120, 40)], ids=["80x24", "120x40"])
@pytest.mark.parametrize(("theme", "no_color"), LOOKS, ids=["dark", "light", "none"])
def test_looks(
    ner: Store,
    snap_compare: Callable[..., bool],
    monkeypatch: pytest.MonkeyPatch,
    size: tuple[int, int],
    theme: str,
    no_color: str,
) -> None:
    """Marks of several labels, touching and overlapping, with the one under the cursor told."""
    if no_color:
        monkeypatch.setenv("NO_COLOR", no_color)
    monkeypatch.setattr(
        "annotator.tui.annotate.controller.now", lambda *_: "2026-01-01T12:00:00.000Z"
    )
    app = AnnotatorApp(Project(ner, "ann"), ScreenOptions(theme=theme))
    assert snap_compare(app, run_before=pressed(*MARKING), terminal_size=size)


KINDS = """
[[attribute]]
name = "topics"
layer = "entity"
kind = "several"
values = ["war", "trade", "sport"]
[[attribute]]
name = "age"
layer = "entity"
kind = "number"
only_if = { type = "PER" }
[[attribute]]
name = "founded"
layer = "entity"
kind = "date"
only_if = { type = "ORG" }
[[attribute]]
name = "born"
layer = "entity"
kind = "date"
required_unless = { type = "ORG" }
[[attribute]]
name = "alive"
layer = "entity"
kind = "yes_no"
"""


async def test_every_kind_of_label_is_given_in_the_form(ner: Store) -> None:
    ner.set_scheme(NER + KINDS)
    async with annotating(ner) as pilot:
        await pilot.press("j", "p", "t", *"1951-02-30", "enter")
        assert marks(ner) == [("entity", "Ana", {"type": "PER"})]
        await pilot.press("backspace", "backspace", *"28", "enter")
        await pilot.press("tab", "1", "3", "tab", *"75", "enter", "1", "escape")
        labels = {"type": "PER", "born": "1951-02-28", "topics": "war|sport", "age": "75",
                  "alive": "yes"}  # fmt: skip
        assert marks(ner) == [("entity", "Ana", labels)]
        assert "PER · war, sport · 75 · 1951-02-28 · yes" in strip_of(pilot)
        await pilot.press(*"uuuuu")
        assert marks(ner) == [("entity", "Ana", {"type": "PER"})]


@pytest.mark.parametrize("theme", ["textual-dark", "textual-light"])
def test_the_form_of_an_entity_looks(
    ner: Store, snap_compare: Callable[..., bool], monkeypatch: pytest.MonkeyPatch, theme: str
) -> None:
    """Two of several topics, what is asked of a person only, a date that is none."""
    ner.set_scheme(NER + KINDS)
    monkeypatch.setattr(
        "annotator.tui.annotate.controller.now", lambda *_: "2026-01-01T12:00:00.000Z"
    )
    app = AnnotatorApp(Project(ner, "ann"), ScreenOptions(theme=theme))
    keys = ["j", "p", "t", "tab", "tab", "1", "3", "tab", *"75", "enter"]
    keys += ["up"] * 4 + [*"29.2.", "enter"]
    assert snap_compare(app, run_before=pressed(*keys), terminal_size=(80, 24))


# ------------------------------------------------------------------------------ other screens


def reading(who: str, layer: str, words: str, **labels: str) -> Change:
    """A mark of the article by somebody."""
    start = TEXT.index(words)
    piece = Fragment(layer, start, start + len(words))
    return Change(None, Annotation(new_id(), "mark", "", who, (piece,), labels))


async def test_a_case_is_of_one_layer_and_called_by_its_name(ner: Store) -> None:
    uid = ner.resolve("1")
    for who, label in (("ann", "PER"), ("ben", "ORG")):
        ner.add_annotator(who)
        made = [
            reading(who, "entity", "Ana Ruiz", type=label),
            *([reading(who, "event", "Ana Ruiz", kind="attack")] if who == "ben" else []),
        ]
        changes = tuple(Change(None, replace(c.subject, article=uid)) for c in made)
        ner.apply(Batch(new_id(), who, "2026-01-01T00:00:00.000Z", "edit", "marked", changes))
    ner.add_annotator("gold")
    app = AgreementApp(Project(ner, "gold"), report=False)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        assert isinstance(app.screen, AdjudicateScreen)
        cases = app.screen.desk.board.cases
        assert sorted(case.layer_name for case in cases) == ["entity", "event"]
        assert all(len({r.layer_name for r in c.readings.values()}) == 1 for c in cases)
        said = []
        for _ in cases:
            readings = app.screen.query_one("#readings", Lines).plain()
            assert "words" in readings
            said.append(readings.splitlines()[0].split(":")[0].strip())
            await pilot.press("J")
        assert sorted(said) == ["Event", "Named entity"]
        await pilot.press("K", "K", "2")
    gold = [a for a in ner.annotations() if a.annotator == "gold" and a.layer == "mark"]
    assert [(a.layer_name, a.provenance) for a in gold] == [("entity", "adjudicated")]
