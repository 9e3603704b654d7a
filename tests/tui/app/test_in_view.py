"""No sequence of keys changes an annotation that is not on the screen; and every change is said."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import replace

import pytest
from textual.pilot import Pilot

from annotator.domain.ids import new_id
from annotator.domain.model import Annotation, Batch, Change, Fragment
from annotator.domain.suggestion import StoredSuggestion
from annotator.domain.times import now
from annotator.session.actions import ACTIONS
from annotator.store import Store
from annotator.tui.annotate.screen import AnnotateScreen
from annotator.tui.keymap import key_name
from annotator.tui.options import ScreenOptions
from tests.robot.drive import press
from tests.tui.app.conftest import LONG, Opened, app_of

ELSEWHERE = {
    *("app.quit", "view.palette", "view.articles", "view.keys", "view.guidelines"),
    *("phrase.carry", "phrase.lineage", "phrase.lint", "phrase.clusters", "suggestion.errors"),
    "phrase.concordance",
    *("nav.article_next", "nav.article_prev"),
}
"""What leads to other screens or articles."""
SIZES = [(80, 24), (120, 40), (64, 16), (80, 24), (50, 10)]


def keys(scheme_keys: list[str]) -> list[str]:
    """A key for every action of the article, the selection and the search, and every label."""
    acting = [
        key_name(a.keys[0])
        for a in ACTIONS
        if a.context in ("article", "selection", "search") and a.id not in ELSEWHERE
    ]
    # What changes something comes more often than what moves, or little would be tried.
    return [*acting, *(key_name(k) for k in scheme_keys), *["x", "X", "comma", "a", "1", "e"] * 2]


def claims_of(store: Store, uid: str) -> list[Annotation]:
    """A claim in every fifth part of the text, one of them in two far pieces, two nested."""
    made = []
    for i in range(0, 60, 5):
        a = LONG.index(f"Words of part {i},")
        fragments = [Fragment("content", a, a + 12), Fragment("source", a + 20, a + 23)]
        if i == 10:
            b = LONG.index("Words of part 40,")
            fragments[1:] = [Fragment("content", b, b + 12)]
        made.append(
            Annotation(new_id(), "claim", uid, "ann", tuple(fragments), {"stance": "favor"})
        )
    parent = made[2].id
    made[4] = Annotation(new_id(), "claim", uid, "ann", made[4].fragments, {}, parent=parent)
    store.apply(Batch(new_id(), "ann", now(), "edit", "made", tuple(Change(None, a) for a in made)))
    return made


def suggestions_of(store: Store, uid: str) -> None:
    """A suggestion in every seventh part."""
    found = []
    for i in range(1, 60, 7):
        a = LONG.index(f"Sentence one of part {i},")
        pieces = (Fragment("content", a, a + 8), Fragment("source", a + 22, a + 24))
        found.append(StoredSuggestion(new_id(), uid, "e1", 0.9, pieces, {"stance": "favor"}))
    store.put_suggestions(uid, "e1", found)


def touches(annotation: Annotation | None, shown: tuple[int, int]) -> bool:
    """Whether a piece of it lies in a range."""
    return annotation is not None and annotation.touches(*shown)


def unseen(
    before: Mapping[str, Annotation],
    after: Mapping[str, Annotation],
    views: list[tuple[int, int]],
) -> list[str]:
    """What changed and lies in none of the views."""
    out = []
    gone = before.keys() - after.keys()
    for id_ in before.keys() | after.keys():
        was, becomes = before.get(id_), after.get(id_)
        if was == becomes or (was or becomes).layer == "article":  # type: ignore[union-attr]
            continue
        if (
            was
            and becomes
            and was.parent in gone
            and replace(was, parent=None)
            == replace(becomes, parent=None, updated_at=was.updated_at, scheme=was.scheme)
        ):
            continue  # A nested claim follows when the claim around it is removed on the screen.
        seen = was if was is not None else becomes
        if not any(touches(seen, view) for view in views):
            out.append(f"{was} -> {becomes}")
    return out


def everything(store: Store) -> dict[str, Annotation]:
    return {a.id: a for a in store.annotations()}


async def leave(pilot: Pilot[None]) -> None:
    """Finish a dialog that a key opened."""
    app = app_of(pilot)
    for _ in range(4):
        if app.screen is app.screen_annotate:
            break
        await press(app, ["n", "enter"])
        await pilot.pause()


@pytest.mark.parametrize("seed", range(8))
async def test_what_is_not_on_the_screen_is_never_changed(
    store: Store, opened: Opened, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    monkeypatch.setattr("annotator.tui.annotate.suggesting.Suggesting.propose", lambda *_: None)
    uid = store.resolve("2")
    claims_of(store, uid)
    suggestions_of(store, uid)
    rng = random.Random(seed)
    async with opened(
        size=SIZES[seed % 2], first="2", options=ScreenOptions(suggest=True)
    ) as pilot:
        app = app_of(pilot)
        screen = app.screen_annotate
        pool = keys([*app.scheme.label_keys(), *app.scheme.role_keys(), "E", "W"])
        changed = 0
        for _ in range(220):
            roll = rng.random()
            if roll < 0.02:
                await pilot.resize_terminal(*rng.choice(SIZES))
                await pilot.pause()
            elif roll < 0.06:
                screen.view.scroll_to(y=rng.randrange(150), animate=False)
            key = rng.choice(pool)
            if (key == "escape" and screen.escaped) or (
                key in ("u", "U") and screen.has_class("-low")
            ):
                continue
            before = everything(store)
            shown = screen.view.visible_range() if screen.view.display else (0, 0)
            await press(app, [key])
            views = [shown]
            overlaid = screen.overlay is not None or app.screen is not screen
            if overlaid:
                if screen.view.display:  # a box opens over what it is about, brought into view
                    views.append(screen.view.visible_range())
                await pilot.pause()
                # What a box is about came into view when it opened.
                shown = screen.view.visible_range() if screen.view.display else (0, 0)
                await press(app, rng.sample(["1", "2", "3", "enter"], 2))
                await leave(pilot)
                if screen.overlay:
                    screen.overlay.close()
            after = everything(store)
            if key in ("u", "U"):
                # Undo goes to what it changed.
                views = [shown, screen.view.visible_range()]
                hidden = unseen(before, after, views)
                ids = before.keys() | after.keys()
                changes = sum(before.get(i) != after.get(i) for i in ids)
                assert not changes or len(hidden) < changes
            else:
                assert unseen(before, after, views) == [], key
            if before != after:
                changed += 1
                assert overlaid or screen._flash, f"{key} changed something and said nothing"
            assert isinstance(app.screen, AnnotateScreen)
        assert changed > 15


async def test_the_claim_at_work_two_screens_above_is_left_alone(
    store: Store, opened: Opened
) -> None:
    uid = store.resolve("2")
    first = claims_of(store, uid)[0]
    async with opened(size=(80, 24), first="2") as pilot:
        app = app_of(pilot)
        screen = app.screen_annotate
        await press(app, ["g", "J", "f"])
        assert "stance: favor already" in screen.footer.plain()
        for key in (
            *("a", "x", "X", "m", "comma", "L", "H", "less_than_sign", "greater_than_sign"),
            *("full_stop", "plus", "w", "t", "underscore", "c", "delete", "f", "1"),
        ):
            await press(app, ["g", "J", "G", key])
            assert everything(store)[first.id] == first, key
            assert app.screen is screen, key
            assert screen.overlay is None, key
            said = screen.footer.plain()
            assert "the claim at work is in sentence" in said, key
            assert "Enter returns to it" in said, key
        await press(app, ["enter"])
        assert touches(first, screen.view.visible_range())
        await press(app, ["a"])
        assert "stance: favor -> against" in screen.footer.plain()
        assert everything(store)[first.id].attributes == {"stance": "against"}


async def test_a_piece_out_of_view_is_left_alone_too(store: Store, opened: Opened) -> None:
    """A claim in two far pieces is at work; the keys that change a piece mean the one made last."""
    uid = store.resolve("2")
    far = claims_of(store, uid)[2]
    async with opened(size=(80, 24), first="2") as pilot:
        app = app_of(pilot)
        screen = app.screen_annotate
        await press(app, ["g", "J", "J", "J", "j", "j", "l"])
        assert screen.session.active_id == far.id
        for key in ("X", "L", "less_than_sign", "plus"):
            await press(app, [key])
            assert everything(store)[far.id] == far, key
            assert "off the screen" in screen.footer.plain()
        await press(app, ["a"])
        assert everything(store)[far.id].attributes == {"stance": "against"}


async def test_k_looks_from_where_the_eye_is(store: Store, opened: Opened) -> None:
    made = claims_of(store, store.resolve("2"))
    async with opened(size=(80, 24), first="2") as pilot:
        app = app_of(pilot)
        await press(app, ["g", "J", "G", "K"])
        assert app.screen_annotate.session.active_id == made[-1].id


async def test_a_kept_selection_out_of_view_becomes_no_claim(store: Store, opened: Opened) -> None:
    async with opened(size=(80, 24), first="2") as pilot:
        app = app_of(pilot)
        await press(app, ["g", "v", "l", "enter", "G", "e"])
        assert store.annotations() == []
        assert "the selection is in sentence 1" in app.screen_annotate.footer.plain()
        await press(app, ["v", "enter", "e"])
        assert len(store.annotations()) == 1


async def test_pieces_two_screens_apart_make_one_claim(store: Store, opened: Opened) -> None:
    """The selection is kept, Enter goes back to the claim, and the role takes the selection."""
    async with opened(size=(80, 24), first="2") as pilot:
        app = app_of(pilot)
        footer = app.screen_annotate.footer
        await press(app, ["g", "E", "G", "v", "w"])
        assert "in sentence 1: Enter keeps the selection, again returns" in footer.plain()
        await press(app, ["enter", "enter", "w"])
        assert "source “.” added to the claim" in footer.plain()
        (claim,) = store.annotations()
        assert [f.role for f in claim.fragments] == ["content", "source"]
        assert claim.end == len(LONG)
