"""Keys that do several things at once, on the real screen: shown, saved in one action, undone."""

from __future__ import annotations

import pytest

from annotator.domain.scheme import DEFAULT_SCHEME
from annotator.store import Store
from annotator.tui.options import ScreenOptions
from tests.tui.app.conftest import Opened, app_of
from tests.tui.app.test_annotating import spoken

SMALL = (80, 24)


async def test_a_broken_quotation_is_one_key_and_one_undo(store: Store, opened: Opened) -> None:
    async with opened(size=SMALL) as pilot:
        await pilot.press("j", "j", "j", "B")
        assert spoken(store) == {
            "content": ["Those networks", "were positioning themselves"],
            "source": ["he"],
            "cue": ["said"],
        }
        assert "one content in two pieces" in app_of(pilot).screen_annotate.footer.plain()
        await pilot.press("vertical_line")
        assert len(store.annotations()) == 2
        await pilot.press("ampersand")
        assert len(store.annotations()) == 1
        await pilot.press("u", "u", "u")
        assert store.annotations() == []


async def test_gestures_say_why_nothing_happened(store: Store, opened: Opened) -> None:
    async with opened() as pilot:
        for key, reason in (
            ("I", "no claim here"), ("ampersand", "no claim here"), ("vertical_line", "no claim"),
            ("Y", "no claim here"), ("B", "nothing breaks a quotation"),
        ):  # fmt: skip
            await pilot.press(key)
            assert reason in app_of(pilot).screen_annotate.footer.plain()
    assert store.annotations() == []


@pytest.mark.parametrize("size", [SMALL, (120, 40)])
async def test_a_claim_proposed_from_its_cue_is_seen_and_saved_by_enter_alone(
    store: Store, opened: Opened, size: tuple[int, int]
) -> None:
    async with opened(size=size, options=ScreenOptions(suggest=False)) as pilot:
        screen = app_of(pilot).screen_annotate
        await pilot.press("j", "R")
        told = (screen.strip if size == SMALL else screen.side).plain()
        assert "proposed" in told.lower()
        assert "not saved" in told
        assert "▸said" in told or "▸ cue" in told
        assert "a spokesperson" in told
        assert store.annotations() == []
        # Its ends are moved where they are; what would change something else is refused.
        await pilot.press("tab", "greater_than_sign")
        assert "spokesperson" in (screen.strip if size == SMALL else screen.side).plain()
        for key in ("space", "u", "b", "x"):
            await pilot.press(key)
            if key != "x":
                assert "a proposed claim waits" in screen.footer.plain()
                assert screen.session.proposal is not None
        assert "dropped; nothing was saved" in screen.footer.plain()
        await pilot.press("R", "enter")
    assert spoken(store) == {
        "content": ["“We never wrote that,”"],
        "source": ["a spokesperson"],
        "cue": ["said"],
    }


async def test_esc_leaves_the_selection_then_the_proposal(store: Store, opened: Opened) -> None:
    async with opened(options=ScreenOptions(suggest=False)) as pilot:
        session = app_of(pilot).screen_annotate.session
        await pilot.press("j", "R", "v", "escape")
        assert session.proposal is not None
        assert session.selection is None
        await pilot.press("escape")
        assert app_of(pilot).screen_annotate.session.proposal is None
        assert not app_of(pilot).screen_annotate.escaped
    assert store.annotations() == []


async def test_a_label_takes_what_is_proposed_in_the_same_action(
    store: Store, opened: Opened
) -> None:
    async with opened(options=ScreenOptions(suggest=False)) as pilot:
        await pilot.press("j", "R", "2")
        (claim,) = store.annotations()
        assert claim.attributes == {"source_type": "unnamed_person"}
        assert len(list(store.log())) == 1
        await pilot.press("u")
        assert store.annotations() == []


async def test_a_proposal_is_told_without_colour(
    store: Store, opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    async with opened(size=SMALL, options=ScreenOptions(suggest=False)) as pilot:
        screen = app_of(pilot).screen_annotate
        await pilot.press("j", "R")
        await pilot.pause()
        rows = [
            "".join(s.text for s in screen.view.render_line(y))
            for y in range(screen.view.size.height)
        ]
        line = next(r for r in rows if "spokesperson" in r)
        assert "?" in line[:7]
        assert any(sign in line for sign in "‹[{<")


async def test_a_scheme_without_a_cue_says_so(store: Store, opened: Opened) -> None:
    own = DEFAULT_SCHEME.read_text(encoding="utf-8")
    for name in ("source", "cue"):
        own = own.replace(f'name = "{name}"', f'name = "my_{name}"').replace(
            f'suggests = "{name}"\n', ""
        )
    store.set_scheme(own)
    async with opened() as pilot:
        await pilot.press("j", "R")
        assert "no role for the cue" in app_of(pilot).screen_annotate.footer.plain()
        assert app_of(pilot).screen_annotate.session.proposal is None


@pytest.mark.parametrize("size", [SMALL, (120, 40)])
async def test_the_same_source_proposes_the_type_it_had_in_any_article_of_any_day(
    store: Store, opened: Opened, size: tuple[int, int]
) -> None:
    wanted = ScreenOptions(suggest=False)
    async with opened(size=size, options=wanted) as pilot:
        screen = app_of(pilot).screen_annotate
        await pilot.press("j", "j", "j", "B", "1", "f")
        # "he" again, in the next article: shown, and taken by Enter alone.
        await pilot.press("right_square_bracket", "R", "enter")
        told = (screen.strip if size == SMALL else screen.side).plain()
        assert "named person? as before" in told
        before = {a.id: a.attributes for a in store.annotations()}
        assert {} in before.values()
        await pilot.press("enter")
        assert "as for “he” before" in screen.footer.plain()
        assert all(a.attributes.get("source_type") for a in store.annotations())
    async with opened(size=size, options=wanted) as pilot:
        screen = app_of(pilot).screen_annotate
        await pilot.app.workers.wait_for_complete()
        await pilot.press("right_square_bracket", "j", "j", "R", "enter")
        told = (screen.strip if size == SMALL else screen.side).plain()
        assert "named person? as before" in told


async def test_what_is_out_of_view_is_named_and_not_said_to_be_there(
    store: Store, opened: Opened
) -> None:
    """Of a proposed claim, and of the claim that a source would go to."""
    async with opened(size=SMALL, first="2", options=ScreenOptions(suggest=False)) as pilot:
        footer = app_of(pilot).screen_annotate.footer
        await pilot.press("R", "G", "enter")
        assert store.annotations() == []
        assert "that claim is in sentence 1, off the screen" in footer.plain()
        await pilot.press("tab", "enter")
        assert len(store.annotations()) == 1
        await pilot.press("escape", "G", "e", "escape", "g", "J", "Y")
        assert "off the screen: go to it first" in footer.plain()
        assert [len(a.role("source")) for a in store.annotations()] == [1, 0]


async def test_a_key_that_has_nothing_to_do_says_so(store: Store, opened: Opened) -> None:
    async with opened(size=SMALL, options=ScreenOptions(suggest=False)) as pilot:
        footer = app_of(pilot).screen_annotate.footer
        await pilot.press("j", "R", "full_stop")
        assert "no labels given yet" in footer.plain()
        assert store.annotations() == []
        await pilot.press("escape", "j", "j", "B")
        (made,) = store.annotations()
        assert "already" not in footer.plain()
        await pilot.press("B")
        assert "in two pieces already" in footer.plain()
        assert store.annotations() == [made]


async def test_a_proposal_stays_where_no_article_follows_and_else_it_is_said_to_be_gone(
    store: Store, opened: Opened
) -> None:
    async with opened(first="2", options=ScreenOptions(suggest=False)) as pilot:
        screen = app_of(pilot).screen_annotate
        await pilot.press("R", "f8")
        assert "proposed claim was left" in screen.footer.plain()
        assert screen.session.proposal is None
        await pilot.press("f7", "f7", "j", "R", "f7")
        now = app_of(pilot).screen_annotate
        assert "this is the first article" in now.footer.plain()
        assert now.session.proposal is not None
    assert store.annotations() == []
