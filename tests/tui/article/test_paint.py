"""What lies over a line, and what its gutter says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.tui.article.gutter import WIDTH, Cell, gutter
from annotator.tui.article.index import SpanIndex
from annotator.tui.article.layout import WrappedLine
from annotator.tui.article.paint import (
    ACTIVE,
    CURRENT_HIT,
    CURSOR,
    HEADING,
    HIT,
    MARK_OVER,
    MARK_START,
    OFFERED,
    QUIET,
    SELECTION,
    SENTENCE,
    SUGGESTION,
    KindRanges,
    brackets,
    mark_bit,
    role_bit,
    runs,
    suggested_bit,
)
from annotator.tui.article.state import PaintedSpan, SentenceMark, SpanSet, ViewState
from tests.tui.article.build import span

CONTENT, SOURCE, CUE, ROLE = map(role_bit, range(4))
RED = mark_bit(7)
NO_KINDS = KindRanges(())


def bits_of(line: WrappedLine, state: ViewState, kinds: KindRanges = NO_KINDS) -> list[int]:
    """The bits of each code point of a line."""
    found = runs(line, state, [s for s in state.spans if s.start < line.end], kinds)
    ends = [*(run.start for run in found[1:]), line.end]
    return [run.bits for run, end in zip(found, ends, strict=True) for _ in range(run.start, end)]


def test_everything_lies_over_the_line_at_once() -> None:
    state = ViewState(
        cursor=(2, 4),
        sentence=(0, 8),
        selection=(3, 6),
        spans=SpanSet([PaintedSpan(1, 5, 0, "a"), PaintedSpan(4, 7, 2, "b")]),
        hits=[(5, 6), (9, 10)],
        current_hit=(9, 10),
    )
    assert bits_of(WrappedLine(0, 10), state) == [
        SENTENCE,
        SENTENCE | CONTENT,
        SENTENCE | CONTENT | CURSOR,
        SENTENCE | CONTENT | CURSOR | SELECTION,
        SENTENCE | CONTENT | CUE | SELECTION,
        SENTENCE | CUE | SELECTION | HIT,
        SENTENCE | CUE,
        SENTENCE,
        0,
        HIT | CURRENT_HIT,
    ]


def test_the_active_claim_hides_the_roles_of_others_but_no_mark() -> None:
    state = ViewState(
        spans=SpanSet(
            [
                PaintedSpan(0, 4, 1, "a", active=True),
                PaintedSpan(2, 6, 2, "b"),
                PaintedSpan(1, 5, 7, "m", layer="mark"),
                PaintedSpan(5, 7, 3, "b"),
            ]
        )
    )
    assert bits_of(WrappedLine(0, 8), state) == [
        ACTIVE | SOURCE,
        ACTIVE | SOURCE | RED,
        ACTIVE | SOURCE | RED,
        ACTIVE | SOURCE | RED,
        RED | CUE,
        CUE | ROLE,
        ROLE,
        0,
    ]


@given(
    st.integers(1, 8),
    st.integers(0, 9),
    st.integers(1, 8),
    st.sampled_from([(7, 7), (7, 1)]),
    st.sampled_from(["", "a", "b"]),
)
def test_two_marks_that_touch_or_overlap_do_not_run_into_each_other(
    first: int, start: int, second: int, colours: tuple[int, int], at_work: str
) -> None:
    """Whatever their labels: where each begins and ends is seen, also with a blank between them.

    Only what lies within the one at work is not: that one reads unbroken.
    """
    marks = {"a": (0, first), "b": (start, start + second)}
    spans = [
        PaintedSpan(*marks[name], colour, name, name == at_work, "mark")
        for name, colour in zip("ab", colours, strict=True)
    ]
    seen = [0, *bits_of(WrappedLine(0, 20), ViewState(spans=SpanSet(spans)))]
    for name, ends in marks.items():
        low, high = marks["ab".replace(name, "")]
        for end in ends:
            if at_work not in ("", name) and low <= end <= high:
                continue
            assert seen[end] != seen[end + 1], (name, end)
    if not at_work:
        over = [bool(bits & MARK_OVER) for bits in seen[1:]]
        assert over == [start <= i < min(first, start + second) for i in range(20)]


def test_where_marks_begin_is_shown_only_beside_others() -> None:
    spans = [PaintedSpan(a, b, 7, str(a), layer="mark") for a, b in ((0, 3), (5, 7), (8, 9))]
    found = bits_of(WrappedLine(0, 10), ViewState(spans=SpanSet(spans)))
    assert [i for i, bits in enumerate(found) if bits & MARK_START] == [8]


def test_suggested_roles_stand_beside_those_of_claims_and_the_one_offered_reads_unbroken() -> None:
    spans = [
        PaintedSpan(0, 6, 0, "claim"),
        PaintedSpan(2, 4, 1, "rival", layer="suggestion"),
        PaintedSpan(3, 8, 2, "offered", True, "suggestion"),
    ]
    offered = suggested_bit(2) | OFFERED
    assert bits_of(WrappedLine(0, 9), ViewState(spans=SpanSet(spans))) == [
        *[CONTENT] * 2,
        CONTENT | suggested_bit(1),
        *[CONTENT | offered] * 3,
        *[offered] * 2,
        0,
    ]
    assert suggested_bit(1) & suggested_bit(2) == SUGGESTION
    active = PaintedSpan(0, 6, 0, "claim", active=True)
    found = bits_of(WrappedLine(0, 6), ViewState(spans=SpanSet([active, *spans[1:]])))
    assert found == [CONTENT | ACTIVE] * 6


def test_headings_are_bold_and_captions_quiet() -> None:
    kinds = KindRanges([(0, 3, HEADING), (5, 9, QUIET)])
    assert bits_of(WrappedLine(2, 6), ViewState(), kinds) == [HEADING, 0, 0, QUIET]
    assert bits_of(WrappedLine(10, 12), ViewState(), kinds) == [0, 0]


@given(
    st.lists(
        st.tuples(st.integers(0, 60), st.integers(1, 30), st.sampled_from([0, 2, 3])),
        max_size=8,
    ),
    st.integers(0, 50),
    st.integers(1, 20),
)
def test_runs_say_for_each_code_point_what_is_over_it(
    spans: list[tuple[int, int, int]], start: int, length: int
) -> None:
    painted = [PaintedSpan(a, a + n, role, str(i)) for i, (a, n, role) in enumerate(spans)]
    line = WrappedLine(start, start + length)
    for offset, bits in zip(
        range(*line), bits_of(line, ViewState(spans=SpanSet(painted))), strict=True
    ):
        expected = 0
        for s in painted:
            if s.start <= offset < s.end:
                expected |= role_bit(s.role)
        assert bits == expected


TEXT = "He said “yes, we did” on Monday. "


@pytest.mark.parametrize(
    ("words", "role", "signs"),
    [
        ("“yes, we did”", "content", [(7, "‹"), (21, "›")]),
        ("yes", "content", []),
        ("He", "source", [(-1, "["), (2, "]")]),
        ("said", "cue", [(2, "{"), (7, "}")]),
        ("Monday.", "via", [(24, "<"), (32, ">")]),
        (TEXT, "content", [(-1, "‹")]),
    ],
)
def test_brackets_stand_in_blanks_only(words: str, role: str, signs: list[tuple[int, str]]) -> None:
    line = WrappedLine(0, len(TEXT))
    active = span(TEXT, words, role, active=True)
    found = brackets(TEXT, line, [active])
    if words == TEXT:
        signs = [*signs, (32, "›")]
    assert list(found) == signs
    assert brackets(TEXT, line, [span(TEXT, words, role)]) == ()


def test_neighbours_share_a_bracket_and_a_span_over_lines_has_one_at_each_end() -> None:
    text = "He said yes and no"
    spans = [span(text, "He", "source", active=True), span(text, "said", "cue", active=True)]
    assert brackets(text, WrappedLine(0, 18), spans) == ((-1, "["), (2, "|"), (7, "}"))
    long = [span(text, "said yes and", active=True)]
    assert brackets(text, WrappedLine(0, 8), long) == ((2, "‹"),)
    assert brackets(text, WrappedLine(8, 18), long) == ((15, "›"),)


# The gutter


def drawn(
    line: WrappedLine,
    spans: list[PaintedSpan],
    *,
    starts: tuple[int, ...] = (),
    marks: Mapping[int, SentenceMark] | None = None,
    sentence: tuple[int, int] = (0, 0),
) -> str:
    return "".join(cell.sign for cell in cells(line, spans, starts, marks or {}, sentence))


def cells(
    line: WrappedLine,
    spans: list[PaintedSpan],
    starts: tuple[int, ...] = (),
    marks: Mapping[int, SentenceMark] | None = None,
    sentence: tuple[int, int] = (0, 0),
) -> tuple[Cell, ...]:
    index = SpanIndex()
    index.update(SpanSet(spans))
    extents = [(e, index.lane(e) if e.claim else -1) for e in index.extents(*line)]
    return gutter(line, starts, marks or {}, sentence, extents, index.spans(*line))


LINES = [WrappedLine(n * 10, n * 10 + 10) for n in range(5)]


def test_a_claim_has_its_key_where_it_starts_and_a_lane_to_its_end() -> None:
    claim = [
        PaintedSpan(3, 14, 0, "a", key="2f"),
        PaintedSpan(32, 36, 0, "a", key="2f"),
    ]
    assert [drawn(line, claim) for line in LINES] == [
        "  2f╭   ",
        "    │   ",
        "    ┆   ",  # nothing of the claim is here
        "    ╰   ",
        "        ",
    ]


def test_the_active_claim_is_heavy_and_its_key_wins() -> None:
    spans = [
        PaintedSpan(1, 25, 0, "a", key="1a"),
        PaintedSpan(4, 15, 0, "b", key="?", active=True),
    ]
    assert [drawn(line, spans) for line in LINES[:3]] == ["   ?╭┏  ", "    │┗  ", "    ╰   "]
    assert [cell.owner for cell in cells(LINES[0], spans)] == [
        None,
        None,
        "b",
        "b",
        "a",
        "b",
        None,
        None,
    ]


def test_one_line_one_sign_and_the_next_claim_has_a_rail_of_its_own() -> None:
    one = PaintedSpan(2, 4, 0, "a", key="1")
    two = PaintedSpan(5, 13, 0, "b", key="2")
    three = PaintedSpan(14, 18, 0, "c", key="3")
    assert drawn(LINES[0], [one]) == "   1[   "
    assert [drawn(line, [one, two, three]) for line in LINES[:2]] == ["   1[╭  ", "   3 ╰[ "]
    assert [cell.owner for cell in cells(LINES[0], [one, two])[4:6]] == ["a", "b"]


def test_where_all_lanes_are_taken_a_rail_shows_an_end_and_a_beginning() -> None:
    around = [PaintedSpan(0, 40, 0, "x"), PaintedSpan(1, 39, 0, "y")]
    one, two = PaintedSpan(2, 4, 0, "a"), PaintedSpan(5, 13, 0, "b")
    assert drawn(LINES[0], [*around, one, two]) == "    ╭╭╞ "
    assert cells(LINES[0], [*around, one, two])[6].owner == "b"
    active = PaintedSpan(2, 4, 0, "a", active=True)
    assert drawn(LINES[0], [*around, active, two]) == "    ╭╭╠ "
    assert cells(LINES[0], [*around, active, two])[6].owner == "a"


def test_a_third_lane_and_more_never_touch_the_text() -> None:
    spans = [PaintedSpan(n, 30 - n, 0, str(n)) for n in range(3)]
    assert drawn(LINES[1], spans) == "    │││ "
    spans.append(PaintedSpan(4, 25, 0, "4"))
    assert drawn(LINES[1], spans) == "    ││+ "
    assert cells(LINES[1], spans)[6].owner == "4"


def test_marks_have_a_key_but_no_lane() -> None:
    mark = PaintedSpan(2, 4, 0, "m", layer="mark", key="l")
    claim = PaintedSpan(5, 6, 0, "a", key="2f")
    assert drawn(LINES[0], [mark]) == "   l    "
    assert drawn(LINES[0], [mark, claim]) == "  2f[   "


def test_the_letters_of_all_marks_of_a_line_stand_where_no_claim_is() -> None:
    marks = [PaintedSpan(n, n + 1, 7, str(n), layer="mark", key="plo?xyz"[n]) for n in range(6)]
    assert drawn(LINES[0], marks[:3]) == "  plo   "
    assert drawn(LINES[0], [replace(m, key=f"{m.key}?") for m in marks[:2]]) == "  p?l?  "
    assert drawn(LINES[0], marks) == "  plo?+ "
    assert [c.owner for c in cells(LINES[0], marks[:2])][2:4] == ["0", "1"]
    claim = PaintedSpan(0, 6, 0, "a", key="2f")
    assert drawn(LINES[0], [*marks, claim]) == "  2f[   "


@pytest.mark.parametrize(
    ("key", "shown"),
    [("2f", "2f"), ("?", " ?"), ("", "  "), ("abc", "a…"), ("東", "東"), ("\x1b", " ␛")],
)
def test_keys_fill_two_cells(key: str, shown: str) -> None:
    line = drawn(LINES[0], [PaintedSpan(2, 4, 0, "a", key=key)])
    assert line[2 : 2 + len(shown)] == shown


@pytest.mark.parametrize(
    ("marks", "shown"),
    [
        ({1: SentenceMark()}, "▶·"),
        ({1: SentenceMark(reviewed=True)}, "▶✓"),
        ({1: SentenceMark(reviewed=True), 2: SentenceMark()}, "▶·"),
        ({1: SentenceMark(skipped=True)}, "▶ "),
        ({1: SentenceMark(skipped=True), 2: SentenceMark(reviewed=True)}, "▶✓"),
        ({1: SentenceMark(flagged=True)}, "▶!"),
        ({}, "▶ "),
    ],
)
def test_sentences_that_start_on_the_line_have_a_mark(
    marks: dict[int, SentenceMark], shown: str
) -> None:
    assert drawn(LINES[0], [], starts=(1, 2), marks=marks, sentence=(3, 12))[:2] == shown


def test_the_cursor_goes_on_and_a_flag_stands_where_it_is_not() -> None:
    assert drawn(LINES[1], [], sentence=(3, 12))[:2] == "┊ "
    assert drawn(LINES[2], [], sentence=(3, 12))[:2] == "  "
    marks = {4: SentenceMark(reviewed=True, flagged=True)}
    assert drawn(LINES[2], [], starts=(4,), marks=marks, sentence=(3, 12))[:2] == "!✓"


def test_the_gutter_is_always_as_wide() -> None:
    assert len(cells(LINES[0], [])) == WIDTH == 8
