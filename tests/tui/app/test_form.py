"""The form on the screen: what it shows is what the database holds, at every key and click."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from textual import events
from textual.geometry import Offset
from textual.pilot import Pilot

from annotator.domain.ids import new_id
from annotator.domain.model import Batch, Change
from annotator.domain.times import now
from annotator.session.commands import Do
from annotator.store import Store
from annotator.tui.dialogs.entry import TextEntry
from annotator.tui.dialogs.form import FormBox
from annotator.tui.options import ScreenOptions
from annotator.tui.widgets.lines import RowClick
from tests.tui.app.conftest import Opened, app_of


def box_of(pilot: Pilot[None]) -> FormBox:
    box = app_of(pilot).screen_annotate.overlay
    assert isinstance(box, FormBox)
    return box


def closed(pilot: Pilot[None]) -> bool:
    return app_of(pilot).screen_annotate.overlay is None


async def test_a_mark_with_four_labels_costs_six_keys(store: Store, opened: Opened) -> None:
    async with opened(size=(80, 24)) as pilot:
        await pilot.press("l")
        keys = ("b", "1", "2", "3", "1", "escape")
        assert len(keys) <= 6
        await pilot.press(*keys)
        assert closed(pilot)
    (mark,) = store.annotations()
    assert mark.attributes == {
        "type": "lexical",
        "polarity": "negative",
        "aim": "via_opponent",
        "owner": "reporter",
    }


@pytest.mark.parametrize("size", [(80, 24), (60, 14), (120, 40), (200, 50)])
async def test_it_shows_what_is_stored_after_every_key(
    store: Store, opened: Opened, size: tuple[int, int]
) -> None:
    async with opened(size=size) as pilot:
        await pilot.press("l", "b")
        for key in ("1", "2", "3", "escape", "t", "up", "f2", "f3", "_", *"doubt", "enter", "f2"):
            await pilot.press(key)
            await pilot.pause()
            stored = {a.id: a.attributes for a in store.annotations()}
            if closed(pilot):
                continue
            (subject,) = box_of(pilot).form.subjects
            assert stored[subject.id] == dict(subject.attributes)
            shown = box_of(pilot).plain()
            for value in subject.attributes.values():
                assert f"*{value.replace('_', ' ')}" in shown
            assert shown.count("*") == len(subject.attributes)
            assert len(shown.splitlines()) <= box_of(pilot).size.height


async def test_every_choice_is_said_saved_and_one_action(store: Store, opened: Opened) -> None:
    async with opened() as pilot:
        await pilot.press("e", "t")
        before = len(list(store.log()))
        await pilot.press("2", "1")
        assert len(list(store.log())) == before + 2
        assert re.search(r"stance: favor, saved \d\d:\d\d:\d\d", box_of(pilot).plain())
        await pilot.press("f2", "f2")
        assert store.annotations()[0].attributes == {}
        assert "undone: source type: unnamed person" in box_of(pilot).plain()
        await pilot.press("f2")
        await pilot.pause()
        assert closed(pilot)
        assert store.annotations() == []


async def test_text_note_and_flag_are_written_in_it(store: Store, opened: Opened) -> None:
    async with opened(size=(80, 24)) as pilot:
        app = app_of(pilot)
        await pilot.press("e", "t", *["shift+tab"] * 3, *"tax cuts", "enter", "enter")
        app.post_message(events.Paste("two\nlines"))
        await pilot.press("enter", "1", "escape")
        assert closed(pilot)
        (claim,) = store.annotations()
        assert (claim.attributes, claim.note, claim.flagged) == (
            {"target": "tax cuts"}, "two lines", True,
        )  # fmt: skip
        await pilot.press("t", *["shift+tab"] * 3, "x")
        assert closed(pilot) is False


async def test_sentence_and_article_in_one_form(store: Store, opened: Opened) -> None:
    async with opened(size=(80, 24)) as pilot:
        await pilot.press("j", "T", "1", "2", *"left", "enter", "escape")
        assert closed(pilot)
        found = {a.layer: a.attributes for a in store.annotations()}
        assert found == {
            "sentence": {"biased": "yes", "factuality": "mixed"},
            "article": {"slant": "left"},
        }
        await pilot.press("T", "up", "_")
        await pilot.press("escape")


async def test_a_label_is_taken_away_and_undo_brings_it_back(store: Store, opened: Opened) -> None:
    async with opened() as pilot:
        screen = app_of(pilot).screen_annotate
        await pilot.press("e", "1", "f", "underscore", "underscore")
        assert store.annotations()[0].attributes == {"stance": "favor"}
        assert "taken away" in box_of(pilot).plain()
        await pilot.press("escape", "u")
        assert store.annotations()[0].attributes == {
            "source_type": "named_person",
            "stance": "favor",
        }
        await pilot.press("u", "u", "underscore")
        assert closed(pilot)
        assert "no label to take away" in screen.footer.plain()


async def test_clicks_choose_too_and_one_beside_it_closes(store: Store, opened: Opened) -> None:
    async with opened(size=(120, 40)) as pilot:
        await pilot.press("l", "b")
        await pilot.pause()

        async def click(words: str) -> None:
            box = box_of(pilot)
            lines = box.plain().splitlines()
            y = next(i for i, line in enumerate(lines) if words in line)
            at = Offset(lines[y].index(words) + 2, y + 1)
            await pilot.click(box, offset=at)
            await pilot.pause()

        for words in ("negative", "epistemic", "loaded language"):
            await click(words)
        assert store.annotations()[0].attributes == {
            "polarity": "negative",
            "type": "epistemic",
            "technique": "loaded_language",
        }
        await click("target")
        await pilot.press("x")
        await pilot.click("#status", offset=(0, 0))
        assert closed(pilot)
        assert store.annotations()[0].attributes["target"] == "x"
        assert all(isinstance(c, RowClick) for c in [RowClick(0)])


async def test_the_text_at_work_is_in_view_where_there_is_room(opened: Opened) -> None:
    async with opened(size=(120, 40)) as pilot:
        screen = app_of(pilot).screen_annotate
        for moves in ([], ["j"] * 3):
            await pilot.press(*moves, "l", "b")
            await pilot.pause()
            box = box_of(pilot)
            row = screen.view.row_in_view(screen.session.offset)
            assert row is not None
            assert not box.region.contains(20, screen.view.region.y + row)
            await pilot.press("escape", "x")


async def test_what_another_program_changed_meanwhile_is_said_and_not_overwritten(
    store: Store, opened: Opened
) -> None:
    async with opened() as pilot:
        await pilot.press("e", "t")
        (claim,) = store.annotations()
        with Store.open(store.path) as other:
            change = Change(claim, claim.with_attribute("stance", "against"))
            other.apply(Batch(new_id(), "ann", now(), "edit", "elsewhere", (change,)))
        await pilot.press("1")
        await pilot.pause()
        assert store.annotations()[0].attributes == {"stance": "against"}
        if not closed(pilot):
            assert "*against" in box_of(pilot).plain()


OWN = """
name = "own"
[[role]]
name = "content"
key = "e"
[[attribute]]
name = "topic"
layer = "claim"
required = true
values = [VALUES]
"""


@pytest.mark.parametrize("size", [(80, 24), (60, 14)])
async def test_an_own_scheme_with_many_values_is_found_by_typing(
    store: Store, opened: Opened, size: tuple[int, int]
) -> None:
    names = [f"topic_{chr(97 + i // 10)}{'abcdefghij'[i % 10]}" for i in range(90)]
    store.set_scheme(OWN.replace("VALUES", ", ".join(f'"{n}"' for n in names)))
    async with opened(size=size) as pilot:
        await pilot.press("e", "t", *"topic ic")
        await pilot.pause()
        assert "topic ic" in box_of(pilot).plain()
        await pilot.press("enter", "escape")
    assert [a.attributes for a in store.annotations()] == [{"topic": "topic_ic"}]


async def test_a_scheme_without_labels_of_marks_marks_and_asks_nothing(
    store: Store, opened: Opened
) -> None:
    store.set_scheme(OWN.replace("VALUES", '"one"'))
    async with opened() as pilot:
        await pilot.press("l", "b")
        assert closed(pilot)
    assert [a.layer for a in store.annotations()] == ["mark"]


async def test_opening_and_filling_costs_little(opened: Opened) -> None:
    """No screen is pushed: the screens on the stack are what they were."""
    async with opened() as pilot:
        app = app_of(pilot)
        stack: Callable[[], int] = lambda: len(app.screen_stack)  # noqa: E731
        before = stack()
        await pilot.press("e", "t", "1", "c")
        assert stack() == before


async def test_a_sticky_label_is_in_view_while_it_lasts_and_spares_the_form(
    store: Store, opened: Opened
) -> None:
    async with opened(size=(80, 24)) as pilot:
        screen = app_of(pilot).screen_annotate
        await pilot.press("l", "b", "2", "escape", "tilde")
        assert "~ type: informati" in screen.status.plain()
        assert "each new mark is given it" in screen.footer.plain()
        await pilot.press("l", "b")
        assert closed(pilot)
        assert "(sticky)" in screen.footer.plain()
        await pilot.press("f8")
        assert "~ type" in screen.status.plain()
        await pilot.press("b")
        assert [a.attributes for a in store.annotations()] == [{"type": "informational"}] * 3
        await pilot.press("tilde")
        assert "~" not in screen.status.plain()
        await pilot.press("l", "l", "b")
        assert not closed(pilot)


@pytest.mark.parametrize(
    ("layout", "keys", "attributes"),
    [
        ("azerty", ["ampersand", "1"], {"source_type": "named_person", "stance": "favor"}),
        ("ru", ["2", "а"], {"source_type": "unnamed_person", "stance": "favor"}),
        ("", ["2", "а", "escape"], {"source_type": "unnamed_person"}),
    ],
)
async def test_values_are_chosen_by_the_place_of_a_key_on_other_keyboards(
    store: Store, opened: Opened, layout: str, keys: list[str], attributes: dict[str, str]
) -> None:
    async with opened(options=ScreenOptions(layout=layout)) as pilot:
        await pilot.press("e" if layout != "ru" else "у")
        app_of(pilot).screen_annotate.do(Do("claim.attributes"))
        await pilot.press(*keys)
    assert [a.attributes for a in store.annotations()] == [attributes]


async def test_a_question_above_the_form_stays_and_so_do_the_words(
    store: Store, opened: Opened, tmp_path: Path
) -> None:
    """The file is gone while a free text is written: asked where to go on, and nothing is lost."""
    async with opened() as pilot:
        screen = app_of(pilot).screen_annotate
        await pilot.press("e", "t", *["shift+tab"] * 3, *"tax cuts")
        (tmp_path / "project.db").unlink()
        box_of(pilot).leave()  # a click beside it
        await pilot.pause()
        assert isinstance(screen.overlay, TextEntry)
        await pilot.press("escape")
        assert "tax cuts" in box_of(pilot).plain()
        await pilot.press("enter")
        assert isinstance(screen.overlay, TextEntry)
        await pilot.press("enter")  # go on in the file that is named
        await pilot.pause()
        await pilot.press("enter", "escape")
        found = app_of(pilot).project.annotations()
    assert [a.attributes for a in found] == [{"target": "tax cuts"}]


@pytest.mark.parametrize(("keys", "form"), [(("j", '"', "e"), "direct"), (("l", "e"), "indirect")])
async def test_enter_takes_the_form_that_the_quotation_marks_show(
    store: Store, opened: Opened, keys: tuple[str, ...], form: str
) -> None:
    async with opened(size=(120, 40)) as pilot:
        await pilot.press(*keys, "1", "s", "t")
        box = box_of(pilot)
        assert box.form.row.attribute.name == "form"
        assert f"take {form}" in box.plain()
        assert f"?{form}" in box.plain()
        assert not [a for a in store.annotations() if "form" in a.attributes]
        await pilot.press("enter")
        (claim,) = [a for a in store.annotations() if a.layer == "claim"]
        assert claim.attributes["form"] == form
        assert not closed(pilot)
        assert "take " not in box.plain().replace("take away", "")
        await pilot.press("f2", "escape")
        assert closed(pilot)
    (claim,) = [a for a in store.annotations() if a.layer == "claim"]
    assert "form" not in claim.attributes
