"""Where sentences begin: hard cases as data, one paragraph a line."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path

import pytest

from annotator.text.sentences import sentence_starts

CASES = [
    line
    for line in (Path(__file__).parent / "sentence_cases.txt").read_text("utf-8").split("\n")
    if line and not line.startswith("#")
]


def split(text: str) -> list[str]:
    bounds = [0, *sentence_starts(text, 0, len(text)), len(text)]
    return [text[a:b].strip() for a, b in pairwise(bounds)]


def test_there_are_enough_cases() -> None:
    assert len(CASES) >= 120
    assert len(set(CASES)) == len(CASES)


@pytest.mark.parametrize("case", CASES)
def test_case(case: str) -> None:
    assert split(case.replace("⏎", "")) == [part.strip() for part in case.split("⏎")]


@pytest.mark.parametrize("case", CASES)
def test_a_hard_wrap_changes_nothing(case: str) -> None:
    """A line break instead of a space is white space all the same."""
    text = case.replace("⏎", "")
    wrapped = re.sub(r"\. (?=[\w“„(])", ".\n", text)
    if ". . ." in text:
        pytest.skip("the spaces of a spaced ellipsis belong to it")
    assert [s.replace("\n", " ") for s in split(wrapped)] == split(text)


@pytest.mark.parametrize("case", CASES[::3])
def test_offsets_are_those_of_the_whole_text(case: str) -> None:
    text = case.replace("⏎", "")
    around = "Before. It.\n\n" + text + "\n\nAfter. It."
    start = len("Before. It.\n\n")
    expected = [start + s for s in sentence_starts(text, 0, len(text))]
    assert sentence_starts(around, start, start + len(text)) == expected
