"""Relations by keys alone: made, followed elsewhere, turned, labelled, removed, undone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from textual.pilot import Pilot

from annotator.domain.model import Annotation, ArticleDraft
from annotator.domain.scheme import DEFAULT_SCHEME, Attribute
from annotator.store import Store
from annotator.tui.annotate.screen import AnnotateScreen
from annotator.tui.options import ScreenOptions
from tests.session.build import TEXT, layout
from tests.store.support import problems
from tests.tui.app.conftest import LONG, Opened, app_of

RELATIONS = """
[[relation]]
name = "supports"
from = ["claim"]
to = ["claim"]
[[relation]]
name = "answers"
key = "`"
from = ["claim"]
to = ["claim", "mark"]
[[relation]]
name = "same_topic"
title = "same topic"
symmetric = true
[[attribute]]
layer = "relation"
name = "strength"
values = [{ name = "weak" }, { name = "strong" }]
"""
SIZES = [(80, 24), (120, 40)]
QUIET = ScreenOptions(suggest=False)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.create(tmp_path / "project.db") as made:
        for title, text in {"Minister": TEXT, "Long read": LONG}.items():
            made.add_article(ArticleDraft(text, name=title[:4], title=title), layout(text))
        made.set_scheme(DEFAULT_SCHEME.read_text(encoding="utf-8") + RELATIONS)
        made.add_annotator("ann")
        yield made


def screen_of(pilot: Pilot[None]) -> AnnotateScreen:
    return app_of(pilot).screen_annotate


def related(store: Store) -> list[tuple[str, str, str]]:
    """Every relation: type, and the first words of its ends."""
    by_id = {a.id: a for a in store.annotations()}

    def words(id_: str | None) -> str:
        end = by_id[id_ or ""]
        return store.text_of(end.article)[end.start : end.end].split()[0]

    found = [a for a in by_id.values() if a.layer == "relation"]
    return sorted((a.attributes["type"], words(a.head), words(a.tail)) for a in found)


def relations(store: Store) -> list[Annotation]:
    return [a for a in store.annotations() if a.layer == "relation"]


async def two_claims(pilot: Pilot[None]) -> None:
    """One on the first word of the second sentence, one on that of the third; none at work."""
    await pilot.press("j", "l", "E", "escape", "j", "E", "escape")


@pytest.mark.parametrize("size", SIZES)
async def test_a_relation_is_a_key_a_digit_a_move_and_enter(
    store: Store, opened: Opened, size: tuple[int, int]
) -> None:
    async with opened(size=size, options=QUIET) as pilot:
        screen = screen_of(pilot)
        await two_claims(pilot)
        await pilot.press("D")
        told = (screen.strip if size == SIZES[0] else screen.side).plain()
        assert "1 supports" in told
        assert "3 same topic" in told
        assert "not saved" in told
        await pilot.press("1")
        assert "supports from “Farmers”: where to?" in screen.footer.plain()
        await pilot.press("k", "l", "enter")
        assert related(store) == [("supports", "Farmers", "We")]
        assert "supports: “Farmers” -> “We”" in screen.footer.plain()
        assert screen.session.relating is None
        assert screen.saved
        if size == SIZES[1]:
            assert "supports -> “We”" in _shown(screen, size)
        await pilot.press("u")
        assert related(store) == []
        await pilot.press("U")
        assert related(store) == [("supports", "Farmers", "We")]
    assert problems(store) == []


async def test_a_letter_over_a_claim_takes_it_and_the_types_own_key_begins_one(
    store: Store, opened: Opened
) -> None:
    async with opened(size=SIZES[0], options=QUIET) as pilot:
        screen = screen_of(pilot)
        await two_claims(pilot)
        await pilot.press("grave_accent", "z")
        jump = screen.motions.waiting
        assert jump is not None
        (letter,) = [
            label
            for label, target in jump.labels.items()  # type: ignore[union-attr]
            if TEXT[target.start : target.end] == "We"
        ]
        await pilot.press(letter)
        assert related(store) == [("answers", "Farmers", "We")]
        # The same once more says so, and writes nothing.
        await pilot.press("grave_accent", "k", "l", "enter")
        assert "there already" in screen.footer.plain()
        assert len(relations(store)) == 1
        await pilot.press("enter", "escape")
        assert "nothing was saved" in screen.footer.plain()
        assert screen.session.relating is None


@pytest.mark.parametrize("size", SIZES)
async def test_a_relation_to_another_article_is_followed_and_undone_from_there(
    store: Store, opened: Opened, size: tuple[int, int]
) -> None:
    async with opened(size=size, options=QUIET) as pilot:
        screen = screen_of(pilot)
        await two_claims(pilot)
        await pilot.press("D", "1", "f8", "E", "enter")
        assert related(store) == [("supports", "Farmers", "Sentence")]
        (made,) = relations(store)
        assert made.article == store.resolve("1")
        assert screen.session.article.number == 2
        # From its tail to its head, and back: Enter each time.
        await pilot.press("D", "D")
        assert "supports <- “Farmers” (article 1)" in _shown(screen, size)
        await pilot.press("enter")
        assert screen.session.article.number == 1
        assert "supports -> “Sentence” (article 2)" in _shown(screen, size)
        await pilot.press("enter")
        assert screen.session.article.number == 2
        # Its tail is removed here; the relation goes with it, and one undo brings back both.
        await pilot.press("escape", "x")
        assert "claim removed, with 1 relation" in screen.footer.plain()
        assert relations(store) == []
        await pilot.press("u")
        assert relations(store) == [made]
        # Undone from the other end, its making too.
        await pilot.press("f7", "u")
        assert relations(store) == []
    assert problems(store) == []


def _shown(screen: AnnotateScreen, size: tuple[int, int]) -> str:
    if size == SIZES[0]:
        return screen.strip.plain()
    return " ".join(" ".join(screen.side.plain().replace("▸ ", "").split()).split())


async def test_a_relation_is_turned_labelled_and_removed(store: Store, opened: Opened) -> None:
    async with opened(size=SIZES[0], options=QUIET) as pilot:
        screen = screen_of(pilot)
        await two_claims(pilot)
        await pilot.press("D", "1", "I", "k", "l", "enter")
        assert related(store) == [("supports", "We", "Farmers")]
        await pilot.press("D", "3", "k", "l", "enter", "D", "D")
        assert "relation 1 of 2" in screen.strip.plain()
        await pilot.press("I")
        assert related(store)[1] == ("supports", "Farmers", "We")
        await pilot.press("tab", "I")
        assert "same topic has no direction" in screen.footer.plain()
        await pilot.press("t")
        await pilot.press("right", "enter", "escape")
        assert [r.attributes.get("strength") for r in relations(store)].count("weak") == 1
        assert "strength weak" in screen.strip.plain()
        # What it is stays: its type is no label to take away.
        before = related(store)
        kind = Attribute("type", "relation", "type", "", False, "text", ())
        for value in (None, "hates"):
            screen.session.fill(relations(store)[0], kind, value)
            assert related(store) == before
        await pilot.press("x")
        assert related(store) == [("supports", "Farmers", "We")]
        assert "u brings it back" in screen.footer.plain()
        await pilot.press("x")
        assert related(store) == []
        await pilot.press("D", "D")
        assert "no relations yet" in screen.footer.plain()
        await pilot.press("u", "u")
        assert len(related(store)) == 2
    assert problems(store) == []


async def test_what_cannot_be_related_is_said(store: Store, opened: Opened) -> None:
    async with opened(size=SIZES[0], options=QUIET) as pilot:
        screen = screen_of(pilot)
        await pilot.press("D")
        assert "no claim or mark here" in screen.footer.plain()
        await two_claims(pilot)
        await pilot.press("D", "9")
        assert "not so many" in screen.footer.plain()
        await pilot.press("1", "enter")
        # Nothing is related to itself: Enter on where it begins takes the claim beside it.
        assert related(store) != [("supports", "Farmers", "Farmers")]
        await pilot.press("escape")
    assert problems(store) == []


async def test_merged_claims_keep_their_relations(store: Store, opened: Opened) -> None:
    async with opened(size=SIZES[0], options=QUIET) as pilot:
        await two_claims(pilot)
        await pilot.press("j", "j", "E", "D", "1", "k", "k", "enter")
        assert related(store) == [("supports", "Ana", "Farmers")]
        await pilot.press("escape", "k", "k", "k", "l", "enter", "ampersand")
        assert related(store) == [("supports", "Ana", "We")]
        await pilot.press("u")
        assert related(store) == [("supports", "Ana", "Farmers")]
    assert problems(store) == []


async def test_a_scheme_without_relations_says_so(
    tmp_path: Path, opened: Opened, store: Store
) -> None:
    store.set_scheme(DEFAULT_SCHEME.read_text(encoding="utf-8"))
    async with opened(options=QUIET) as pilot:
        await pilot.press("j", "l", "E", "D")
        assert "the scheme has no relations" in screen_of(pilot).footer.plain()
