"""One table of keys: no two actions share one, every action can be reached without a chord."""

from __future__ import annotations

import re

import pytest

from annotator.domain.errors import AnnotatorError
from annotator.domain.scheme import DEFAULT_SCHEME
from annotator.domain.scheme_file import parse_scheme
from annotator.session.actions import ACTIONS, Action, reserved_keys
from annotator.tui.keymap import check_unique, key_character, key_name, remapped, shown_key


def test_no_two_actions_of_a_context_share_a_key() -> None:
    check_unique(ACTIONS)
    keys = [(a.context, k) for a in ACTIONS for k in a.keys]
    assert len(keys) == len(set(keys))


def test_ids_are_unique_and_dotted() -> None:
    ids = [a.id for a in ACTIONS]
    assert len(ids) == len(set(ids))
    assert all(re.fullmatch(r"[a-z]+\.[a-z_]+", i) for i in ids)


def test_no_action_needs_alt_or_a_chord_that_terminals_swallow() -> None:
    same_as_another_key = {"ctrl+i", "ctrl+m", "ctrl+h", "ctrl+left_square_bracket", "ctrl+j"}
    for action in ACTIONS:
        assert action.keys, action.id
        assert not any(k.startswith(("alt+", "super+", "meta+")) for k in action.keys)
        assert not same_as_another_key & set(action.keys)
        # Control keys are aliases only; quitting is the exception, and Escape twice quits too.
        if action.id != "app.quit":
            assert any(not k.startswith("ctrl+") for k in action.keys), action.id


def test_the_default_schemes_labels_take_no_key_of_the_table() -> None:
    scheme = parse_scheme(DEFAULT_SCHEME.read_text(encoding="utf-8"), reserved_keys())
    labels = set(scheme.label_keys()) | set(scheme.role_keys())
    labels |= {k.upper() for k in scheme.role_keys()}
    assert labels
    assert not labels & set(reserved_keys())


@pytest.mark.parametrize("character", list("abzAZ019.,;:!?'\"/\\|[]{}()<>@#$%^&*-_=+`~ "))
def test_characters_and_key_names_go_both_ways(character: str) -> None:
    assert key_character(key_name(character)) == character


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("full_stop", "."),
        ("ctrl+down", "Ctrl+↓"),
        ("f4", "F4"),
        ("j", "j"),
        ("J", "J"),
        ("shift+tab", "Shift+Tab"),
        ("space", "Space"),
        ("ctrl+q", "Ctrl+Q"),
        ("plus", "+"),
    ],
)
def test_keys_are_shown_as_people_read_them(name: str, shown: str) -> None:
    if name.startswith("ctrl+") and len(name) == 6:
        shown = f"Ctrl+{name[-1]}"
    assert shown_key(name) == shown


def test_a_users_keys_replace_those_of_the_table() -> None:
    table = {a.id: a for a in remapped({"claim.undo": "u, backspace", "nav.search": "ö"})}
    assert table["claim.undo"].keys == ("u", "backspace")
    assert table["nav.search"].keys == ("ö",)
    assert table["nav.next"] == next(a for a in ACTIONS if a.id == "nav.next")
    assert "ö" in reserved_keys(table.values())
    assert "/" not in {
        k for k, owner in reserved_keys(table.values()).items() if "nav.search" in owner
    }


def test_a_comma_can_be_a_key() -> None:
    table = {a.id: a for a in remapped({"claim.nest": "comma,f11"})}
    assert table["claim.nest"].keys == (",", "f11")


@pytest.mark.parametrize(
    ("keymap", "named"),
    [
        ({"claim.fly": "f"}, "claim.fly"),
        ({"claim.undo": ""}, "claim.undo"),
        ({"claim.undo": " , "}, "claim.undo"),
        ({"claim.undo": "j"}, "nav.next"),
        ({"select.keep": "l"}, "select.right"),
    ],
)
def test_a_key_map_that_cannot_work_is_refused_with_names(
    keymap: dict[str, str], named: str
) -> None:
    with pytest.raises(AnnotatorError) as caught:
        remapped(keymap)
    assert named in caught.value.message


def test_both_owners_of_a_key_are_named() -> None:
    one = Action("a.one", ("x",), "article", "Group", "one")
    two = Action("a.two", ("y", "x"), "article", "Group", "two")
    with pytest.raises(AnnotatorError, match=r"'x'.*a\.one.*a\.two"):
        check_unique([one, two])
    check_unique([one, Action("a.two", ("x",), "list", "Group", "two")])
