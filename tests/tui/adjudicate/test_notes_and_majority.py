"""What annotators noted is shown to whoever decides; a merge needs most of all who read."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from annotator.domain.ids import new_id
from annotator.domain.model import SPAN_ROLE, Annotation, ArticleDraft, Fragment
from annotator.store import Store
from annotator.tui.adjudicate.tables import ShownNames
from tests.phrases.support import AT, apply, claim
from tests.session.build import layout
from tests.tui.adjudicate.test_adjudicate import gold, opened, shown

TEXT = "The board said the dam is safe.\n\nThe mayor called it a lie. A day later it rained.\n"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "three.db"
    with Store.create(path) as store:
        uid = store.add_article(ArticleDraft(TEXT, name="dam"), layout(TEXT)).uid
        for who in ("anna", "ben", "cleo"):
            store.add_annotator(who)
        note = "Is \x1b[31mthis\x1b[0m a claim?\nAsk Ed."
        for who, words, noted in (
            ("anna", "the dam is safe", note),
            ("ben", "the dam is safe", ""),
            ("cleo", "a lie", ""),
        ):
            made = claim(store, uid, words, annotator=who, save=False, stance="neutral")
            apply(store, [replace(made, note=noted)])
        start = TEXT.index("The mayor")
        tag = Annotation(
            *(new_id(), "sentence", uid, "ben"),
            (Fragment(SPAN_ROLE, start, TEXT.index(" A day")),),
            reviewed=True,
            note="no attribution, see guideline 4.2",
            created_at=AT,
            updated_at=AT,
        )
        apply(store, [tag])
    return path


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_notes_of_annotators_are_shown(path: Path, size: tuple[int, int]) -> None:
    async with opened(path, size=size) as (pilot, app):
        readings = shown(app, "readings")
        assert "note" in readings
        assert "Is ␛" in readings
        assert "\x1b" not in readings
        # Notes are nobody's decision, so they are no difference.
        assert "≠note" not in readings
        await pilot.press("j", "j", "space")
        assert "notes are not decided" in shown(app, "foot")
        assert "Is ␛[31mthis␛[0m a claim? Ask Ed." in shown(app, "readings")
        await pilot.press("J")
        beside = shown(app, "readings")
        assert "note beside, on the sentence The mayor called it a lie." in beside
        assert "no attribution, see guideline 4.2" in beside
        await pilot.press("o")
        hidden = shown(app, "readings")
        assert "ben" not in hidden
        number = ShownNames(app.project.uids()[0], ["anna", "ben", "cleo"], anonymous=True).of(
            ["ben"]
        )
        assert number in hidden.split("note beside")[1]


async def test_a_claim_that_two_of_three_left_unmarked_is_not_merged(path: Path) -> None:
    async with opened(path, size=(80, 24)) as (pilot, app):
        (uid,) = app.project.uids()
        await pilot.press("m")
        assert "merged (2 of 3 readers have this)" in shown(app, "foot")
        assert len(gold(app, uid)) == 1
        await pilot.press("n", "m")
        assert "not merged: 1 of 3 readers has it" in shown(app, "foot")
        assert len(shown(app, "foot").rstrip()) <= 80
        assert len(gold(app, uid)) == 1
        assert "open 1" in shown(app, "head")
        await pilot.press("1")
        assert len(gold(app, uid)) == 2
