"""Claims made by keys alone, saved at each key, undone and done again."""

from __future__ import annotations

from annotator.domain.model import Batch, Change
from annotator.domain.times import now
from annotator.store import Store
from tests.session.build import TEXT
from tests.tui.app.conftest import Opened, app_of


def spoken(store: Store, index: int = 0) -> dict[str, list[str]]:
    """Role -> words of one stored annotation."""
    claim = store.annotations()[index]
    text = store.text_of(claim.article)
    out: dict[str, list[str]] = {}
    for f in claim.fragments:
        out.setdefault(f.role, []).append(text[f.start : f.end])
    return out


async def test_a_split_quotation_by_keys_alone(store: Store, opened: Opened) -> None:
    async with opened() as pilot:
        await pilot.press(*["j", "j", "j", "v", "L", "e"])
        assert spoken(store) == {"content": ["Those networks"]}
        await pilot.press(*["l", "l", "w", "l", "q", "l", "l", "v", "L", "e", "1", "s"])
    assert spoken(store) == {
        "content": ["Those networks", "were positioning themselves"],
        "source": ["he"],
        "cue": ["said"],
    }
    (claim,) = store.annotations()
    assert claim.attributes == {"source_type": "named_person", "stance": "neutral"}
    assert claim.provenance == "human"
    assert all(f.problems == () for f in store.findings())


async def test_a_quotation_over_two_paragraphs_is_one_fragment(
    store: Store, opened: Opened
) -> None:
    async with opened() as pilot:
        await pilot.press("j", "j", "j", "j", "quotation_mark", "e")
    assert spoken(store) == {"content": ["“It is late.\n\n“Very late.”"]}


async def test_every_key_is_on_the_disk_before_the_screen_says_saved(
    store: Store, opened: Opened
) -> None:
    async with opened() as pilot:
        app = app_of(pilot)
        assert "nothing to save yet" in app.screen_annotate.status.plain()
        for expected, key in enumerate(("e", "1", "f", "space"), start=1):
            await pilot.press(key)
            with Store.open(store.path) as other:
                assert len(list(other.log())) == expected
        assert "saved" in app.screen_annotate.status.plain()


async def test_undo_and_redo_cross_articles_and_restarts(store: Store, opened: Opened) -> None:
    async with opened() as pilot:
        await pilot.press("e", "right_square_bracket", "e", "1")
        assert len(store.annotations()) == 2
    async with opened() as pilot:
        app = app_of(pilot)
        await pilot.press("u")
        assert app.screen_annotate.session.article.number == 2
        assert "undone: source type: named person" in app.screen_annotate.footer.plain()
        await pilot.press("u", "u")
        assert app.screen_annotate.session.article.number == 1
        assert store.annotations() == []
        await pilot.press("u")
        assert "nothing to undo" in app.screen_annotate.footer.plain()
        await pilot.press("U", "f3", "ctrl+r")
        assert app.screen_annotate.session.article.number == 2
    assert [a.attributes for a in store.annotations()].count({"source_type": "named_person"}) == 1


async def test_it_resumes_exactly_where_it_stopped(store: Store, opened: Opened) -> None:
    async with opened() as pilot:
        await pilot.press("right_square_bracket", "j", "j", "l", "l")
        session = app_of(pilot).screen_annotate.session
        place = (session.article.uid, session.offset)
    async with opened(first="") as pilot:
        session = app_of(pilot).screen_annotate.session
        assert (session.article.uid, session.offset) == place
        assert session.offset > 0


async def test_a_change_by_another_program_is_noticed_not_overwritten(
    store: Store, opened: Opened
) -> None:
    async with opened() as pilot:
        await pilot.press("e")
        (claim,) = store.annotations()
        with Store.open(store.path) as other:
            change = Change(claim, None)
            other.apply(Batch("01B", "ann", now(), "edit", "removed elsewhere", (change,)))
        await pilot.press("1")
        await pilot.pause()
        assert store.annotations() == []
        assert app_of(pilot).screen_annotate.session.index.by_id == {}
        assert all(f.problems == () for f in store.findings())


async def test_marks_notes_flags_and_sentence_tags(store: Store, opened: Opened) -> None:
    async with opened() as pilot:
        await pilot.press("l", "b", "1", "escape")
        await pilot.press("c", *"why", "enter", "m", "escape")
        await pilot.press("j", "T", "1", "escape")
    by_layer = {a.layer: a for a in store.annotations()}
    mark = by_layer["mark"]
    assert (mark.attributes, mark.note, mark.flagged) == ({"type": "lexical"}, "why", True)
    assert by_layer["sentence"].attributes == {"biased": "yes"}


async def test_search_finds_and_ends(opened: Opened) -> None:
    async with opened() as pilot:
        session = app_of(pilot).screen_annotate.session
        await pilot.press("slash", *"late", "enter")
        assert len(session.hits) == 2
        first = session.offset
        await pilot.press("n")
        assert session.offset > first
        await pilot.press("escape")
        assert session.hits == []
        await pilot.press("slash", *"zzz", "enter")
        assert "not in this article" in app_of(pilot).screen_annotate.footer.plain()


async def test_forty_sentences_are_forty_spaces(store: Store, opened: Opened) -> None:
    async with opened(first="2") as pilot:
        await pilot.press(*["space"] * 40)
    assert sum(a.reviewed for a in store.annotations()) == 40


async def test_escape_twice_quits_and_everything_is_there(store: Store, opened: Opened) -> None:
    async with opened() as pilot:
        await pilot.press("e", "escape", "escape")
        await pilot.press("escape")
        assert "Esc again" in app_of(pilot).screen_annotate.footer.plain()
        await pilot.press("escape")
        await pilot.pause()
        assert not app_of(pilot).is_running
    assert spoken(store) == {"content": [TEXT.split()[0]]}
