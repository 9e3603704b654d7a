"""Keys set and say what they did; what is open in a sentence or an article is said and counted."""

from __future__ import annotations

import pytest
from textual.widgets import DataTable

from annotator.domain.ids import new_id
from annotator.domain.model import Annotation, Batch, Change, Fragment
from annotator.domain.suggestion import StoredSuggestion
from annotator.domain.times import now
from annotator.store import Store
from annotator.tui.app import AnnotatorApp
from annotator.tui.keymap import key_name
from annotator.tui.options import ScreenOptions
from annotator.tui.results.lists import ResultList, result_list
from annotator.tui.results.screen import RowsScreen
from tests.robot.drive import press
from tests.session.build import TEXT
from tests.tui.app.conftest import Opened, app_of
from tests.tui.app.test_suggestions import on, suggested

__all__ = ["on"]

OWN = """
name = "own"
[[role]]
name = "content"
key = "e"
[[role]]
name = "speaker"
key = "w"
required = true
[[attribute]]
name = "worth"
required = true
[[attribute.values]]
name = "high"
key = "1"
[[attribute.values]]
name = "low"
key = "2"
"""


def said(app: AnnotatorApp) -> str:
    return app.screen_annotate.footer.plain()


def place(store: Store, words: str, role: str = "content") -> Fragment:
    start = TEXT.index(words)
    return Fragment(role, start, start + len(words))


def put(store: Store, *made: Annotation) -> None:
    batch = Batch(new_id(), "ann", now(), "import", "x", tuple(Change(None, a) for a in made))
    store.apply(batch)


def claim(store: Store, words: str, provenance: str = "human", **labels: str) -> Annotation:
    made = Annotation(
        new_id(),
        "claim",
        store.resolve("1"),
        "ann",
        (place(store, words),),
        labels,
        provenance=provenance,  # type: ignore[arg-type]
    )
    put(store, made)
    return made


@pytest.mark.parametrize("provenance", ["suggested", "imported", "propagated", "adjudicated"])
async def test_the_same_label_confirms_and_is_a_persons(
    store: Store, opened: Opened, provenance: str
) -> None:
    claim(store, "Farmers protested", provenance, stance="against")
    async with opened() as pilot:
        app = app_of(pilot)
        await press(app, ["J", "a"])
        assert "stance: against confirmed" in said(app)
        (found,) = store.annotations()
        assert (found.attributes, found.provenance) == ({"stance": "against"}, "human")
        batches = len(list(store.log()))
        await press(app, ["a", "a"])
        assert "stance: against already" in said(app)
        assert len(list(store.log())) == batches
        await press(app, ["f"])
        assert "stance: against -> favor" in said(app)


async def test_a_confirming_key_keeps_what_a_suggestion_says(
    store: Store, opened: Opened, on: ScreenOptions
) -> None:
    uid = store.resolve("1")
    pieces = (place(store, "Farmers protested on Monday"),)
    labels = {"source_type": "named_person"}
    store.put_suggestions(uid, "e1", [StoredSuggestion("S", uid, "e1", 0.9, pieces, labels)])
    async with opened(options=on) as pilot:
        app = app_of(pilot)
        await press(app, ["apostrophe", "enter", "1"])
        assert "source type: named person confirmed" in said(app)
    made = next(a for a in store.annotations() if a.layer == "claim")
    assert (made.attributes, made.provenance) == (labels, "human")


async def test_taking_away_is_an_act_of_its_own(store: Store, opened: Opened) -> None:
    claim(store, "Farmers protested", stance="against", source_type="data", form="direct")
    async with opened() as pilot:
        app = app_of(pilot)
        await press(app, ["J", "underscore", "tab", "underscore"])
        await pilot.pause()
        box = app.screen_annotate.overlay
        assert box is not None
        assert "stance: against taken away" in box.plain()
        await press(app, ["escape"])
        assert store.annotations()[0].attributes == {"source_type": "data", "form": "direct"}
        await press(app, ["u"])
        assert store.annotations()[0].attributes["stance"] == "against"
        await press(app, ["underscore", "escape", "x"])
        assert "claim removed, u brings it back" in said(app)
        await press(app, ["u", "underscore", "tab", "tab", "underscore", "escape"])
        assert "form" not in store.annotations()[0].attributes


async def test_every_change_says_what_it_did(store: Store, opened: Opened) -> None:
    async with opened(size=(80, 24)) as pilot:
        app = app_of(pilot)
        for keys, words in (
            ("j l v l e", "new claim: content “We never”"),
            ("f", "stance: favor"),
            ("L", "content “We never wrote”"),
            ("l w", "source “that” added to the claim"),
            ("m", "claim flagged for discussion"),
            ("m", "flag of the claim removed"),
            ("c o k enter", "note on the claim: “ok”"),
            ("comma", "stands alone: there is no claim around it"),
            ("X", "source “that” removed, u brings it back"),
            ("full_stop", "labels repeated: favor"),
            ("x", "claim removed, u brings it back"),
            ("b escape", "mark “that”"),
            ("escape space", "sentence 2 reviewed"),
        ):
            await press(app, keys.split())
            assert words in said(app), (keys, said(app))


async def test_space_says_first_what_is_undecided(
    store: Store, opened: Opened, on: ScreenOptions
) -> None:
    suggested(store)
    async with opened(options=on) as pilot:
        app = app_of(pilot)
        session = app.screen_annotate.session
        await press(app, ["j", "space"])
        assert "1 suggestion undecided: Enter accepts, r rejects, Space again leaves it" in said(
            app
        )
        assert (session.sentence, store.annotations()) == (1, [])
        # Any other key between, and it is said again.
        await press(app, ["l", "space"])
        assert "1 suggestion undecided" in said(app)
        await press(app, ["space"])
        assert "sentence 2 reviewed, with 1 suggestion undecided" in said(app)
        assert [a.reviewed for a in store.annotations()] == [True]


async def test_r_stays_and_r_space_reviews_its_own_sentence(
    store: Store, opened: Opened, on: ScreenOptions
) -> None:
    suggested(store)
    async with opened(options=on) as pilot:
        app = app_of(pilot)
        session = app.screen_annotate.session
        await press(app, ["apostrophe", "r"])
        assert session.sentence == 1
        assert "suggestion rejected" in said(app)
        await press(app, ["space"])
    (tag,) = [a for a in store.annotations() if a.layer == "sentence"]
    assert tag.start == session.page.sentences[1].start


@pytest.mark.parametrize("steps", range(8))
async def test_enter_takes_the_first_of_the_sentence_wherever_its_first_word_lies(
    store: Store, opened: Opened, on: ScreenOptions, steps: int
) -> None:
    """Two suggestions, one within the other; the cursor comes by Space, j or n."""
    uid = store.resolve("1")
    whole = TEXT.index("Ana Ruiz, the mayor, told")
    pieces = {
        "outer": (
            Fragment("content", whole + steps, whole + 40),
            Fragment("cue", whole, whole + 3),
        ),
        "inner": (Fragment("content", whole + 14, whole + 19), Fragment("cue", whole, whole + 3)),
    }
    if steps == 0:
        del pieces["inner"]
    found = [StoredSuggestion(k, uid, "e1", 0.9, p, {}) for k, p in pieces.items()]
    store.put_suggestions(uid, "e1", found)
    for way in (["j"] * 4, ["n"] * 4, ["space"] * 4):
        async with opened(options=on) as pilot:
            app = app_of(pilot)
            await press(app, ["g", *way])
            offered = app.screen_annotate.suggestions.offered()
            assert offered is not None
            assert offered.suggestion.id == "outer"
            await press(app, ["apostrophe"])
            offered = app.screen_annotate.suggestions.offered()
            assert offered is not None
            assert offered.suggestion.id == ("inner" if steps else "outer")
            await press(app, ["apostrophe", "enter"])
            made = next(a for a in store.annotations() if a.layer == "claim")
            assert made.fragments == pieces["outer"]
            while store.undo("ann"):
                pass


async def test_enter_does_not_ask_for_the_word(
    store: Store, opened: Opened, on: ScreenOptions
) -> None:
    """The first word of the sentence is not in the suggestion: it is offered all the same."""
    *_, third = suggested(store)
    async with opened(options=on) as pilot:
        app = app_of(pilot)
        await press(app, ["j", "j", "j"])
        assert app.screen_annotate.session.sentence == 3
        assert "85% sure" in app.screen_annotate.side.plain()
        await press(app, ["enter"])
    assert next(a for a in store.annotations() if a.layer == "claim").fragments == third.fragments


@pytest.mark.parametrize("by_hand", [True, False])
async def test_a_nested_suggestion_stays_when_the_claim_around_it_loses_a_piece(
    store: Store, opened: Opened, on: ScreenOptions, by_hand: bool
) -> None:
    uid = store.resolve("1")
    outer = (
        place(store, "Those networks"),
        place(store, "were positioning themselves"),
        place(store, "said", "cue"),
    )
    inner = (place(store, "positioning themselves"), place(store, "were", "cue"))
    found = [StoredSuggestion("inner", uid, "e1", 0.8, inner, {}, None if by_hand else "outer")]
    if not by_hand:
        found.append(StoredSuggestion("outer", uid, "e1", 0.9, outer, {}))
    store.put_suggestions(uid, "e1", found)
    if by_hand:
        put(store, Annotation(new_id(), "claim", uid, "ann", outer))
    async with opened(options=on) as pilot:
        app = app_of(pilot)
        screen = app.screen_annotate
        await press(app, ["J"] if by_hand else ["apostrophe", "enter"])
        assert [p.suggestion.id for p in screen.suggestions.pending()] == ["inner"]
        screen.session.go(outer[0].start)
        await press(app, ["X"])
        assert [p.suggestion.id for p in screen.suggestions.pending()] == ["inner"]


@pytest.mark.parametrize("scheme", ["", OWN])
async def test_incomplete_claims_are_counted_and_found(
    store: Store, opened: Opened, scheme: str
) -> None:
    if scheme:
        store.set_scheme(scheme)
    first, second = claim(store, "never wrote"), claim(store, "It is late")
    complete = {"worth": "high"} if scheme else {"source_type": "data", "stance": "favor"}
    role = "speaker" if scheme else "source"
    full = (place(store, "Farmers"), place(store, "Monday", role))
    put(store, Annotation(new_id(), "claim", first.article, "ann", full, complete))
    async with opened(size=(80, 24)) as pilot:
        app = app_of(pilot)
        session = app.screen_annotate.session
        assert "incomplete 2" in app.screen_annotate.status.plain()
        for expected in (first.id, second.id, first.id):
            await press(app, [key_name(")")])
            assert session.active_id == expected
            assert "still due: " in said(app)
        await press(app, [key_name("(")])
        assert session.active_id == second.id
        await press(app, ["escape", "g", *["space"] * 8])
        assert session.index.open == set()
        assert "2 claims incomplete" in said(app)
        assert "article done" not in said(app)
        await press(app, ["f10"])
        await app.workers.wait_for_complete()
        await pilot.pause()
        rows = app.screen.query_one("#rows").plain().splitlines()  # type: ignore[attr-defined]
        assert "done" not in rows[0]
        assert "2" in rows[0].split()
        assert "incomplete" in app.screen.query_one("#columns").plain()  # type: ignore[attr-defined]
        totals = app.screen.query_one("#totals").plain()  # type: ignore[attr-defined]
        assert "0/3 done  3 open  2 incomplete  0 flagged  3 claims" in totals
    assert store.summaries("ann")[0].incomplete == 2


async def test_a_scheme_no_longer_in_force_saves_nothing(store: Store, opened: Opened) -> None:
    async with opened() as pilot:
        app = app_of(pilot)
        await press(app, ["e", "f"])
        before = store.annotations()
        with Store.open(store.path) as other:
            new = other.set_scheme(OWN)
        await press(app, ["a"])
        await pilot.pause()
        assert store.annotations() == before
        assert any("scheme in force is" in n.title for n in app._notifications)
        assert app.scheme.version == new.version
        # From here on the keys are those of the new one.
        await press(app, ["enter", "2"])
        (made,) = store.annotations()
        assert made.attributes == {"stance": "favor", "worth": "low"}
        assert made.scheme == new.version


async def test_a_note_that_was_refused_is_not_lost(store: Store, opened: Opened) -> None:
    async with opened() as pilot:
        app = app_of(pilot)
        await press(app, ["e", "f", "c", *"why so"])
        with Store.open(store.path) as other:
            other.set_scheme(OWN)
        await press(app, ["enter"])
        await pilot.pause()
        assert [a.note for a in store.annotations()] == [""]
        await press(app, ["c", "enter"])
        await pilot.pause()
        assert [a.note for a in store.annotations()] == ["why so"]


async def test_the_head_of_a_list_says_that_the_rows_are_there(
    store: Store, opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The rows may come before the screen is drawn for the first time."""
    monkeypatch.setattr("annotator.tui.results.queries.cluster_rows", lambda _: [])
    async with opened() as pilot:
        app = app_of(pilot)
        await press(app, ["percent_sign"])
        screen = app.screen
        assert isinstance(screen, RowsScreen)
        screen._filled([])
        await app.workers.wait_for_complete()
        await pilot.pause(0.2)
        assert "reading the corpus" not in screen.query_one("#head").plain()  # type: ignore[attr-defined]


async def test_one_suggestion_is_not_several(
    store: Store, opened: Opened, on: ScreenOptions
) -> None:
    suggested(store)
    async with opened(options=on) as pilot:
        app = app_of(pilot)
        await press(app, ["apostrophe", "r", "A"])
        assert "1 suggestion accepted; u takes it back" in said(app)


async def test_a_mark_is_not_said_to_take_pieces(opened: Opened) -> None:
    async with opened() as pilot:
        footer = app_of(pilot).screen_annotate.footer
        await pilot.press("l", "b", "escape")
        await pilot.pause()
        assert "new claim  t more labels" in footer.plain()
        await pilot.press("l", "v")
        assert "new claim" in footer.plain()
        await pilot.press("e")
        assert "new claim: content" in footer.plain()


@pytest.mark.parametrize("what", ["lint", "clusters", "lineage", "errors"])
@pytest.mark.parametrize("size", [(60, 14), (80, 24), (120, 40)])
async def test_an_empty_list_says_why_and_what_to_press(
    opened: Opened, size: tuple[int, int], what: ResultList
) -> None:
    async with opened(size=size) as pilot:
        app = app_of(pilot)
        app.push_screen(result_list(app, what, "words that stand nowhere", lambda _: None))
        await pilot.pause()
        screen = app.screen
        assert isinstance(screen, RowsScreen)
        await app.workers.wait_for_complete()
        await pilot.pause()
        head = screen.query_one("#head").plain()  # type: ignore[attr-defined]
        assert len(head) <= size[0]
        assert head.rstrip().endswith("none")
        said = screen.query_one("#empty").plain()  # type: ignore[attr-defined]
        assert "Esc goes back" in " ".join(said.split())
        assert max(map(len, said.split("\n"))) <= size[0]
        assert not screen.query_one(DataTable).display


@pytest.mark.parametrize("width", [60, 64, 80, 120])
async def test_the_time_of_the_last_save_is_not_cut(opened: Opened, width: int) -> None:
    async with opened(size=(width, 16), first="2") as pilot:
        app = app_of(pilot)
        await press(app, ["e", "m"])
        await pilot.pause()
        status = app.screen_annotate.status.plain()
        assert len(status) <= width
        assert "incomplete 1" in status
        assert status.endswith(f"saved {app.screen_annotate.saved}")


async def test_at_sixty_columns_what_is_cut_says_so(opened: Opened) -> None:
    async with opened(size=(60, 14)) as pilot:
        app = app_of(pilot)
        app.screen_annotate.flash("1 suggestion undecided: " + "Enter accepts, " * 5)
        footer = app.screen_annotate.footer.plain()
        assert len(footer) <= 60
        assert footer.endswith("…")
        await press(app, ["f10"])
        await press(app, ["slash", *"late", "enter"])
        await pilot.pause(0.2)
        head = app.screen.query_one("#head").plain()  # type: ignore[attr-defined]
        assert "filter: late" in head
        assert len(head) <= 60


async def test_one_escape_too_many_does_not_begin_to_quit(opened: Opened) -> None:
    async with opened() as pilot:
        screen = app_of(pilot).screen_annotate
        await pilot.press("v", "escape", "escape")
        assert "nothing is left to leave" in screen.footer.plain()
        assert not screen.escaped
        await pilot.press("escape")
        assert "Esc again to quit" in screen.footer.plain()
        await pilot.press("j", "escape")
        assert "Esc again to quit" in screen.footer.plain()
        await pilot.press("escape")
        assert app_of(pilot).leaving
