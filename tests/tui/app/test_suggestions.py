"""Suggestions on the screen: offered, accepted, rejected, changed, undone."""

from __future__ import annotations

from dataclasses import replace

import pytest

from annotator.domain.ids import new_id
from annotator.domain.model import Fragment
from annotator.domain.result_row import ResultRow
from annotator.domain.suggestion import StoredSuggestion
from annotator.store import Store
from annotator.tui.annotate.screen import AnnotateScreen
from annotator.tui.options import ScreenOptions
from annotator.tui.results.screen import RowsScreen
from tests.session.build import TEXT
from tests.tui.app.conftest import Opened, app_of


def suggested(store: Store, engine: str = "e1") -> list[StoredSuggestion]:
    """Three suggestions for the first article, the middle one unsure."""
    uid = store.resolve("1")
    found = []
    for words, source, sure in (
        ("“We never wrote that,”", "a spokesperson", 0.9),
        ("Farmers protested on Monday", "Farmers", 0.3),
        ("were positioning themselves", "he said", 0.85),
    ):
        a, b = TEXT.index(words), TEXT.index(source)
        found.append(
            StoredSuggestion(
                new_id(),
                uid,
                engine,
                sure,
                (Fragment("content", a, a + len(words)), Fragment("source", b, b + len(source))),
                {"form": "direct"},
            )
        )
    store.put_suggestions(uid, engine, found)
    return found


@pytest.fixture
def on(monkeypatch: pytest.MonkeyPatch) -> ScreenOptions:
    """Suggestions on, without running the engine itself (it loads spaCy)."""
    monkeypatch.setattr("annotator.tui.annotate.suggesting.Suggesting.propose", lambda *_: None)
    return ScreenOptions(suggest=True)


async def test_accept_reject_and_undo(store: Store, opened: Opened, on: ScreenOptions) -> None:
    first, second, third = suggested(store)
    async with opened(options=on) as pilot:
        screen = app_of(pilot).screen_annotate
        await pilot.press("apostrophe")
        assert "90% sure" in screen.side.plain()
        await pilot.press("enter")
        claim = next(a for a in store.annotations() if a.layer == "claim")
        assert (claim.provenance, claim.fragments) == ("suggested", first.fragments)
        await pilot.press("escape", "apostrophe", "r")
        verdicts = [a.attributes["verdict"] for a in store.annotations() if a.layer == "verdict"]
        assert sorted(verdicts) == ["accepted", "rejected"]
        assert [p.suggestion.id for p in screen.suggestions.pending()] == [third.id]
        await pilot.press("u", "u")
        assert store.annotations() == []
        assert [p.suggestion.id for p in screen.suggestions.pending()] == [
            first.id,
            second.id,
            third.id,
        ]
    assert all(f.problems == () for f in store.findings())


async def test_rejecting_goes_on_to_what_is_nested_in_a_claim_of_the_sentence(
    store: Store, opened: Opened, on: ScreenOptions
) -> None:
    first, *_ = suggested(store)
    uid, start = first.article, TEXT.index("We never")
    nested = [
        replace(first, id=new_id(), fragments=(Fragment("content", start + a, start + b),))
        for a, b in ((0, 2), (9, 19))
    ]
    store.put_suggestions(uid, "e1", [first, *nested])
    async with opened(options=on) as pilot:
        screen = app_of(pilot).screen_annotate
        await pilot.press("apostrophe", "enter", "r")
        assert "a claim is at work: Esc leaves it first" in screen.footer.plain()
        await pilot.press("space")
        assert "2 suggestions undecided" in screen.footer.plain()
        await pilot.press("r")
        assert "1 more in this sentence" in screen.footer.plain()
        assert screen.suggestions.offered() is not None
        await pilot.press("r")
        assert screen.suggestions.pending() == []


async def test_a_label_key_accepts_with_a_change(
    store: Store, opened: Opened, on: ScreenOptions
) -> None:
    suggested(store)
    async with opened(options=on) as pilot:
        await pilot.press("apostrophe", "2")
    claim = next(a for a in store.annotations() if a.layer == "claim")
    assert claim.attributes == {"form": "direct", "source_type": "unnamed_person"}
    assert claim.provenance == "human"


async def test_the_form_accepts_what_is_offered_and_labels_it(
    store: Store, opened: Opened, on: ScreenOptions
) -> None:
    suggested(store)
    async with opened(options=on) as pilot:
        await pilot.press("apostrophe", "t", "2", "f", "escape")
    claim = next(a for a in store.annotations() if a.layer == "claim")
    assert claim.attributes == {
        "form": "direct",
        "source_type": "unnamed_person",
        "stance": "favor",
    }


async def test_all_sure_ones_in_view_are_one_action(
    store: Store, opened: Opened, on: ScreenOptions
) -> None:
    suggested(store)
    async with opened(options=on) as pilot:
        await pilot.press("A")
        assert sum(a.layer == "claim" for a in store.annotations()) == 2
        await pilot.press("u")
        assert store.annotations() == []


@pytest.mark.parametrize("engine", ["e1", "e2"])
@pytest.mark.parametrize("role", ["content", "source"])
@pytest.mark.parametrize(("start", "end"), [(0, 0), (1, 0), (0, -1), (-1, 1), (2, -3)])
async def test_a_rejected_one_does_not_come_back_with_its_boundaries_moved(
    store: Store, opened: Opened, on: ScreenOptions, engine: str, role: str, start: int, end: int
) -> None:
    first, *others = suggested(store)
    async with opened(options=on) as pilot:
        await pilot.press("apostrophe", "r")
    moved = tuple(
        Fragment(f.role, max(0, f.start + start), f.end + end) if f.role == role else f
        for f in first.fragments
    )
    changed = [replace(s, id=new_id(), engine=engine) for s in (first, *others)]
    changed[0] = replace(changed[0], fragments=moved)
    store.put_suggestions(first.article, engine, changed)
    async with opened(options=on) as pilot:
        screen = app_of(pilot).screen_annotate
        pending = screen.suggestions.pending()
        assert {p.suggestion.id for p in pending} == {s.id for s in changed[1:]}
        assert not any(p.again for p in pending)
        await pilot.press(*["minus"] * 5)
        said = "1 like decided ones are left out"
        assert (said in screen.footer.plain()) == (moved != first.fragments)
        # Taken back, it is offered again.
        await pilot.press("u")
        assert len(screen.suggestions.pending()) == 3


async def test_another_claim_on_the_same_words_is_offered_though_one_was_rejected(
    store: Store, opened: Opened, on: ScreenOptions
) -> None:
    first, second, third = suggested(store)
    async with opened(options=on) as pilot:
        await pilot.press("apostrophe", "r")
    content = next(f for f in first.fragments if f.role == "content")
    source = next(f for f in first.fragments if f.role == "source")
    bare = replace(first, id="bare", fragments=(content,))
    elsewhere = replace(
        first, id="else", fragments=(content, Fragment("source", source.end + 1, source.end + 5))
    )
    half = Fragment("content", content.start, content.start + (content.end - content.start) // 3)
    shorter = replace(first, id="shorter", fragments=(half, source))
    second, third = replace(second, id="second"), replace(third, id="third")
    found = [replace(s, engine="e3") for s in (bare, elsewhere, shorter, second, third)]
    store.put_suggestions(first.article, "e3", found)
    async with opened(options=on) as pilot:
        pending = app_of(pilot).screen_annotate.suggestions.pending()
        assert {p.suggestion.id: p.again for p in pending} == {
            "bare": False, "else": False, "shorter": True, "second": False, "third": False,
        }  # fmt: skip


async def test_a_claim_made_by_hand_hides_its_suggestion(
    store: Store, opened: Opened, on: ScreenOptions
) -> None:
    suggested(store)
    async with opened(options=on) as pilot:
        screen = app_of(pilot).screen_annotate
        assert len(screen.suggestions.pending()) == 3
        await pilot.press("j", "quotation_mark", "e")
        assert len(screen.suggestions.pending()) == 2


async def test_sorted_and_hidden_by_confidence(
    store: Store, opened: Opened, on: ScreenOptions
) -> None:
    first, second, third = suggested(store)
    async with opened(options=on) as pilot:
        screen = app_of(pilot).screen_annotate

        async def visited(*keys: str) -> list[str]:
            out = []
            for key in keys:
                await pilot.press(key)
                here = screen.suggestions.offered()
                assert here is not None
                out.append(here.suggestion.id)
            return out

        ways = ["apostrophe"] * 3
        assert await visited(*ways) == [first.id, second.id, third.id]
        await pilot.press("S")
        await pilot.press("g")
        assert await visited(*ways) == [first.id, third.id, second.id]
        await pilot.press("S")
        await pilot.press("g")
        assert await visited(*ways) == [second.id, third.id, first.id]
        await pilot.press("minus", "minus")
        assert [p.suggestion.id for p in screen.suggestions.pending()] == [first.id, third.id]
        assert "2 of 3" in screen.footer.plain()
        # What was chosen holds in the next article too.
        await pilot.press("f8", "f7")
        assert len(screen.suggestions.pending()) == 2
        await pilot.press("minus", "minus")
        assert "all suggestions hidden: 3; - shows them" in screen.footer.plain()
        assert screen.suggestions.pending() == []
        await pilot.press("minus")
        assert "all suggestions shown: 3" in screen.footer.plain()
        assert len(screen.suggestions.pending()) == 3


async def test_articles_in_another_order(store: Store, opened: Opened) -> None:
    order = tuple(reversed(store.uids()))
    async with opened(first="", options=ScreenOptions(order=order)) as pilot:
        app = app_of(pilot)
        seen = [app.screen_annotate.session.article.uid]
        for _ in order[1:]:
            await pilot.press("f8")
            seen.append(app.screen_annotate.session.article.uid)
        assert seen == list(order)
        assert app.position_of(order[0])[0] == 1


async def test_errors_lead_to_their_places(store: Store, opened: Opened) -> None:
    uid = store.resolve("1")
    places = tuple(
        ResultRow(("1", "missed", "content", words), uid, TEXT.index(words))
        for words in ("Farmers protested", "were positioning")
    )
    async with opened(options=ScreenOptions(errors=places)) as pilot:
        app = app_of(pilot)
        for turn, keys in enumerate((["enter"], ["exclamation_mark", "down", "enter"])):
            if turn:
                await pilot.press(*keys[:1])
            await app.workers.wait_for_complete()
            assert [type(s) for s in app.screen_stack] == [AnnotateScreen, RowsScreen]
            await pilot.press(*keys[turn:])
            assert [type(s) for s in app.screen_stack] == [AnnotateScreen]
            assert app.screen_annotate.session.offset == places[turn].offset


OWN = """
name = "own"
[[role]]
name = "content"
key = "e"
[[role]]
name = "speaker"
key = "w"
{takes}
[[attribute]]
name = "worth"
values = [{{ name = "high", key = "1" }}]
"""


async def test_an_own_scheme_is_offered_only_what_it_has_words_for(
    store: Store, opened: Opened, on: ScreenOptions
) -> None:
    suggested(store)
    store.set_scheme(OWN.format(takes=""))
    async with opened(options=on) as pilot:
        screen = app_of(pilot).screen_annotate
        assert screen.suggestions.pending() == []
        await pilot.press("apostrophe")
        assert "has no words for what engines propose" in screen.footer.plain()
        await pilot.press("enter", "A")
    assert store.annotations() == []
    toml = OWN.format(takes='suggests = "source"').replace(
        '"content"', '"content"\nsuggests = "content"'
    )
    scheme = store.set_scheme(toml)
    async with opened(options=on) as pilot:
        await pilot.press("apostrophe", "enter")
    claims = [a for a in store.annotations() if a.layer == "claim"]
    assert [[f.role for f in a.fragments] for a in claims] == [["content", "speaker"]]
    assert all(scheme.faults(a) == () for a in claims)


@pytest.mark.parametrize("keys", ["enter", "2", "2 a", "tab L enter", "tab L 2", "full_stop"])
async def test_a_suggestion_taken_from_its_cue_is_decided_however_it_was_put_right(
    store: Store, opened: Opened, on: ScreenOptions, keys: str
) -> None:
    plain, *others = suggested(store)
    at = TEXT.index("a spokesperson said") + len("a spokesperson ")
    pieces = (*plain.fragments, Fragment("cue", at, at + len("said")))
    first = replace(plain, fragments=pieces)
    store.put_suggestions(first.article, "e1", [first, *others])
    async with opened(options=on) as pilot:
        screen = app_of(pilot).screen_annotate
        screen.session.last_labels = {"stance": "favor"}
        screen.session.go(at)
        before = len(screen.suggestions.pending())
        await pilot.press("R")
        proposal = screen.session.proposal
        assert proposal is not None
        assert proposal.suggestion == first.id
        await pilot.press(*keys.split())
        assert "claim taken" in screen.footer.plain() or keys in ("enter", "2 a")
        claims = [a for a in store.annotations() if a.layer == "claim"]
        verdicts = [a for a in store.annotations() if a.layer == "verdict"]
        assert len(claims) == len(verdicts) == 1
        assert verdicts[0].attributes["verdict"] == "accepted"
        assert verdicts[0].attributes["suggestion"] == first.key
        assert verdicts[0].attributes["claim"] == claims[0].id
        assert verdicts[0].provenance == "suggested"
        assert claims[0].provenance == ("suggested" if keys == "enter" else "human")
        assert len(screen.suggestions.pending()) == before - 1 == len(others)
        await pilot.press(*["u"] * (2 if keys == "2 a" else 1))
        assert store.annotations() == []
        assert len(screen.suggestions.pending()) == before
