"""Names of other tools become names of a scheme, and are told back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.formats.support.names import TAKEN, identifier, original

PIECES = (
    "a",
    "x",
    "_",
    "-",
    " ",
    "2d",
    "5f",
    "note",
    "span",
    "é",
    "²",
    "·",
    "字",
    "😀",
    "1",
    ".",
    "\n",
)


@given(st.lists(st.sampled_from(PIECES), max_size=8).map("".join) | st.text(max_size=8))
def test_any_name_becomes_one_of_a_scheme_and_is_told_back(name: str) -> None:
    spelled = identifier(name)
    assert spelled.isidentifier()
    assert spelled not in TAKEN
    assert original(spelled) == name


@given(st.sampled_from(("type", "slot", "type_", "type__", "kind", "note")))
def test_names_that_are_taken_somewhere_are_told_back_there(name: str) -> None:
    spelled = identifier(name, ("type", "slot"))
    assert spelled not in {"type", "slot", "note"}
    assert original(spelled, ("type", "slot")) == name


@pytest.mark.parametrize(
    ("name", "spelled"),
    [
        ("label", "label"),
        ("NamedEntity", "NamedEntity"),
        ("ner-labels", "ner_x2d_labels"),
        ("note", "note_"),
        ("claim", "claim_"),
        ("2nd", "_x32_nd"),
        ("_x2d-", "_x5f_x2d_x2d_"),
    ],
)
def test_most_names_stay_as_they_are(name: str, spelled: str) -> None:
    assert identifier(name) == spelled
