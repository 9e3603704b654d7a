"""Paragraphs under every convention of line breaks."""

from __future__ import annotations

import textwrap

import pytest

from annotator.text.paragraphs import paragraphs


def split(text: str) -> list[str]:
    return [text[start:end] for start, end in paragraphs(text)]


LONG = (
    "The council met on Monday to decide about the bridge, which has been closed since a lorry hit "
    "one of its pillars, and nobody expected that the vote would be as close as it was in the end."
)
OTHER = (
    "Nobody spoke for a while after the result was read; then the mayor, who had wanted to keep "
    "the bridge open, asked for a second vote, and the chair refused, citing the rules."
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        (" \n\t\r\n \u00a0", []),
        ("\u200b\n\ufeff", []),
        ("One.", ["One."]),
        ("One.\n\nTwo.", ["One.", "Two."]),
        ("One.\r\n\r\nTwo.\r\n", ["One.", "Two."]),
        ("One.\rTwo.", ["One.", "Two."]),
        ("One.\nTwo.\nThree.", ["One.", "Two.", "Three."]),
        ("One.\u2028Two.\u2029Three.\u0085Four.\vFive.\fSix.",
         ["One.", "Two.", "Three.", "Four.", "Five.", "Six."]),
        ("  One.  \n \n   Two.\t", ["One.", "Two."]),
        ("\u00a0One.\u00a0\n\u3000Two.", ["One.", "Two."]),
        ("Head\n\u200b\nBody.", ["Head", "Body."]),
        ("A title; \nA deck.\n\nBody.", ["A title;", "A deck.", "Body."]),
        ("- one\n- two\n- three", ["- one", "- two", "- three"]),
        ("apples\npears\nplums", ["apples", "pears", "plums"]),
        ("Roses are red\nviolets are blue\nsugar is sweet\nand so are you",
         ["Roses are red", "violets are blue", "sugar is sweet", "and so are you"]),
    ],
)  # fmt: skip
def test_breaks(text: str, expected: list[str]) -> None:
    assert split(text) == expected


@pytest.mark.parametrize("width", [60, 72, 80, 100])
@pytest.mark.parametrize("gap", ["\n\n", "\r\n\r\n"])
def test_hard_wrapped_lines_are_joined(width: int, gap: str) -> None:
    newline = gap[: len(gap) // 2]
    wrapped = [newline.join(textwrap.wrap(p, width)) for p in (LONG, OTHER, LONG)]
    assert split(gap.join(wrapped)) == wrapped


def test_hard_wrapped_without_blank_lines() -> None:
    """The short last line and the indent of the next paragraph part them."""
    wrapped = [textwrap.fill(p, 72, initial_indent="    ") for p in (LONG, OTHER)]
    assert split("\n".join(wrapped)) == [w.strip() for w in wrapped]


def test_hard_wrapped_with_a_title_and_a_list() -> None:
    text = "A title\n" + textwrap.fill(LONG, 72) + "\n- one\n- two\n\n" + textwrap.fill(OTHER, 72)
    assert split(text) == ["A title", textwrap.fill(LONG, 72), "- one", "- two",
                           textwrap.fill(OTHER, 72)]  # fmt: skip


def test_chinese_wrapped_at_a_column() -> None:
    sentence = (
        "部长星期一在会议上说没有人知道桥梁为什么关闭也没有人知道什么时候重新开放这让居民感到不安"
    )
    text = "\n".join(sentence[i : i + 20] for i in range(0, len(sentence), 20))
    assert split(text) == [text]


def test_long_lines_are_paragraphs() -> None:
    assert split(f"{LONG}\n{OTHER}\n{LONG}") == [LONG, OTHER, LONG]


def test_a_stray_break_in_the_middle_of_a_sentence_is_joined() -> None:
    broken = LONG.replace("closed since", "closed\nsince")
    assert split(f"{OTHER}\n{broken}\n{OTHER}") == [OTHER, broken, OTHER]


def test_a_line_that_introduces_stays_apart() -> None:
    text = "The spokesman said in a long statement on Monday:\nwe never knew."
    assert len(split(text)) == 2
