"""A line that is typed: what went in is what is there, whatever was moved and removed between."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.domain.graphemes import is_boundary
from annotator.session.line_editor import LineEditor

MOVES = ("left", "right", "home", "end", "ctrl+a", "ctrl+e", "ctrl+left", "ctrl+right")
REMOVES = (*("backspace", "delete", "ctrl+w", "ctrl+backspace", "ctrl+delete", "ctrl+u", "ctrl+k"),)
LINES = st.text(st.sampled_from("ab, .é👩\u200d👧e\u0301한東\u202e\t"), max_size=12)


def at(text: str, offset: int) -> LineEditor:
    line = LineEditor(text)
    line.at = offset
    return line


@given(st.lists(st.sampled_from([*MOVES, *REMOVES, *"xyz -", "漢"]), max_size=40), LINES)
def test_moving_changes_nothing_and_removing_takes_one_run_beside_the_cursor(
    keys: list[str], text: str
) -> None:
    line = LineEditor(text)
    for key in keys:
        before, cursor = line.text, line.at
        assert line.key(key, key if len(key) == 1 else "")
        assert 0 <= line.at <= len(line.text)
        if key in MOVES:
            assert line.text == before
        elif key in REMOVES:
            gone = len(before) - len(line.text)
            assert before[: line.at] + before[line.at + gone :] == line.text
            assert line.at in (cursor, cursor - gone)
        else:
            assert line.text == before[:cursor] + key + before[cursor:]
            assert line.at == cursor + 1


@given(LINES, LINES, LINES)
def test_what_is_typed_comes_off_again(left: str, right: str, typed: str) -> None:
    line = at(left + right, len(left))
    line.insert(typed)
    assert (line.text, line.at) == (left + typed + right, len(left + typed))
    while line.at > len(left):
        line.key("backspace", "")
    assert left.startswith(line.text[: line.at])
    assert line.text[line.at :] == right


@given(LINES, st.sampled_from(MOVES[:4]))
def test_the_cursor_never_stands_within_a_character(text: str, key: str) -> None:
    line = at(text, 0)
    for _ in range(len(text) + 1):
        line.key(key, "")
        assert is_boundary(text, line.at)
        line.key("right", "")
        assert is_boundary(text, line.at)


@pytest.mark.parametrize(
    ("text", "cursor", "key", "found", "then"),
    [
        ("so be it", 8, "ctrl+w", "so be ", 6),
        ("so be it", 6, "ctrl+backspace", "so it", 3),
        ("so be it", 3, "ctrl+delete", "so  it", 3),
        ("so be it", 3, "ctrl+k", "so ", 3),
        ("so be it", 3, "ctrl+u", "be it", 0),
        ("so be it", 3, "ctrl+right", "so be it", 5),
        ("so be it", 5, "ctrl+left", "so be it", 3),
        ("a👩\u200d👧b", 4, "backspace", "ab", 1),
        ("e\u0301x", 0, "delete", "x", 0),
    ],
)
def test_keys(text: str, cursor: int, key: str, found: str, then: int) -> None:
    line = at(text, cursor)
    assert line.key(key, "")
    assert (line.text, line.at) == (found, then)


@pytest.mark.parametrize("key", ["f5", "escape", "enter", "tab", "down", "ctrl+z"])
def test_other_keys_mean_nothing_in_a_line(key: str) -> None:
    line = at("words", 2)
    assert not line.key(key, "")
    assert (line.text, line.at) == ("words", 2)


def test_controls_are_not_typed() -> None:
    line = LineEditor()
    assert not line.key("ctrl+c", "\x03")
    assert line.text == ""
