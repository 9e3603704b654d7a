"""The key sheet and the guidelines: all of it in view by scrolling, found by typing, here first."""

from __future__ import annotations

import re

import pytest
from textual.pilot import Pilot
from textual.screen import ModalScreen

from annotator.domain.model import Annotation, Fragment
from annotator.domain.scheme import DEFAULT_SCHEME
from annotator.domain.scheme_file import parse_scheme
from annotator.session.actions import ACTIONS, reserved_keys
from annotator.tui.annotate.labelling import marking_commands
from annotator.tui.dialogs.guidelines import Guidelines, at_work, guidelines
from annotator.tui.dialogs.keysheet import SheetRow, sheet
from annotator.tui.dialogs.reading import ReadingBox
from annotator.tui.keymap import shown_key
from tests.tui.app.conftest import Opened, app_of

SCHEME = parse_scheme(DEFAULT_SCHEME.read_text(encoding="utf-8"), reserved_keys())


def box_of(pilot: Pilot[None]) -> ReadingBox:
    box = app_of(pilot).screen_annotate.overlay
    assert isinstance(box, ReadingBox)
    return box


def test_the_sheet_has_every_action_once_and_those_of_the_situation_first() -> None:
    here = ["Search", "Edit"]
    groups = sheet(ACTIONS, SCHEME, here)
    assert [name for name, _ in groups][:2] == here
    assert sorted(name for name, _ in groups) == sorted(name for name, _ in sheet(ACTIONS, SCHEME))
    rows = [row for _, rows in groups for row in rows]
    for action in ACTIONS:
        keys = " ".join(map(shown_key, action.keys))
        assert rows.count(SheetRow(keys, action.title)) == len(
            [a for a in ACTIONS if (a.keys, a.title) == (action.keys, action.title)]
        )
    assert len(rows) == len(ACTIONS) + len(SCHEME.label_keys()) + len(SCHEME.role_keys())


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 50), (60, 14)])
@pytest.mark.parametrize("key", ["question_mark", "semicolon"])
async def test_all_of_it_can_be_scrolled_into_view(
    opened: Opened, size: tuple[int, int], key: str
) -> None:
    async with opened(size=size) as pilot:
        await pilot.press(key)
        await pilot.pause()
        box = box_of(pilot)
        await pilot.press("home")
        seen = box.plain()
        for _ in range(80):
            last = box.plain()
            await pilot.press("pagedown")
            if box.plain() == last:
                break
            seen += "\n" + box.plain()
        flat = " ".join(re.sub(r"[│╭╰]", " ", seen).split())
        if key == "question_mark":
            for action in ACTIONS:
                words = action.title.split()
                assert words[0] in flat
                assert f"[{action.id}]" not in flat
            assert "nav.token_next" not in flat
        else:
            for entry in guidelines(SCHEME):
                assert entry.name in flat
                if entry.text and size[0] >= 80:
                    assert " ".join(entry.text.split())[-12:].split()[-1] in flat
        assert all(len(line) <= box.size.width for line in box.plain().splitlines())


async def test_the_present_situation_comes_first(opened: Opened) -> None:
    async with opened(size=(80, 24)) as pilot:

        async def first(*keys: str) -> str:
            await pilot.press(*keys, "question_mark")
            await pilot.pause()
            line = box_of(pilot).plain().splitlines()[1]
            await pilot.press("escape")
            return line.split("  ")[0].strip()

        assert await first() in ("Move", "Suggestions")
        assert await first("v") == "Selection"
        assert await first("e") == "Roles"
        assert await first("slash", *"late", "enter") == "Search"


async def test_typing_finds_and_escape_leaves_the_words_then_the_box(opened: Opened) -> None:
    async with opened(size=(80, 24)) as pilot:
        await pilot.press("question_mark", *"undo")
        await pilot.pause()
        box = box_of(pilot)
        assert "u F2" in box.plain()
        assert "next sentence" not in box.plain()
        await pilot.press("escape")
        assert "undo" not in box.plain().splitlines()[0]
        await pilot.press(*"zzz")
        assert "nothing fits" in box.plain()
        await pilot.press("escape", "escape")
        assert app_of(pilot).screen_annotate.overlay is None


async def test_guidelines_open_at_the_label_at_work(opened: Opened) -> None:
    async with opened(size=(80, 24)) as pilot:
        for keys, top in (
            (["semicolon"], "role content"),
            (["e", "semicolon"], "claim: source type"),
            (["2", "semicolon"], "claim: stance"),
            (["f", "semicolon"], "source type: unnamed person"),
        ):
            await pilot.press(*keys)
            await pilot.pause()
            lines = box_of(pilot).plain().splitlines()
            assert top in lines[1], keys
            await pilot.press("escape")
        await pilot.press("semicolon")
        await pilot.pause()
        assert "2*source type: unnamed person" in box_of(pilot).plain()
        await pilot.press(*"poll")
        assert "A poll, vote, database" in box_of(pilot).plain()


def test_where_the_guidelines_open() -> None:
    entries = guidelines(SCHEME)
    bare = Annotation("c", "claim", "uid", "ann", (Fragment("content", 0, 5),))
    assert entries[at_work(entries, SCHEME, None)].name == "role content"
    assert entries[at_work(entries, SCHEME, bare)].name == "claim: source type"
    labelled = bare.with_attribute("source_type", "media")
    assert entries[at_work(entries, SCHEME, labelled)].name == "claim: stance"
    whole = labelled.with_attribute("stance", "favor")
    assert entries[at_work(entries, SCHEME, whole)].name == "source type: media"


async def test_no_screen_is_pushed_for_any_key_but_lists(opened: Opened) -> None:
    async with opened() as pilot:
        app = app_of(pilot)
        await pilot.press("e")
        for key in ("t", "T", "b", "c", "slash", "colon", "question_mark", "semicolon"):
            await pilot.press(key)
            assert len(app.screen_stack) == 1, key
            assert app.screen_annotate.overlay is not None, key
            await pilot.press("escape", "escape")
            if not app.screen_annotate.session.active:
                await pilot.press("enter")
        assert not any(isinstance(screen, ModalScreen) for screen in app.screen_stack)


NAMED = """
name = "named"
[[span]]
name = "entity"
title = "named entity"
guideline = "Who is called by a name."
[[span]]
name = "old"
archived = true
[[attribute]]
name = "type"
layer = "entity"
values = [{ name = "PER", key = "p" }]
[[attribute]]
name = "topics"
layer = "entity"
kind = "several"
values = ["war", "sport"]
[[relation]]
name = "works_for"
title = "works for"
key = "w"
guideline = "Who is paid by whom."
"""


def test_guidelines_and_keys_have_span_layers_and_relations() -> None:
    scheme = parse_scheme(NAMED, {})
    labels = {"type": "PER", "topics": "war|sport"}
    mark = Annotation("1", "mark", "1", "anna", (Fragment("entity", 0, 1),), labels)
    blocks = Guidelines(scheme, mark).blocks((), 80)
    shown = [["".join(part.text for part in line).strip() for line in b] for b in blocks]
    assert ["layer named entity", "Who is called by a name."] in shown
    assert ["w relation: works for", "Who is paid by whom."] in shown
    stars = {block[0] for block in shown if "*" in block[0]}
    assert stars == {"p*type: PER", "*topics: war", "*topics: sport"}
    assert SheetRow("w", "relation: works for") in dict(sheet((), scheme))["Labels"]
    offered = [name for name, _, _ in marking_commands(scheme)]
    assert offered[0] == "mark: named entity"
    assert "mark: old" not in offered
