"""What `make mutants` stands on: rooms are there, samples can be drawn again, shares are sound."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.mutants import (
    APART,
    ROOMS,
    ROOT,
    Ending,
    Figures,
    Mutant,
    modules,
    sample,
    to_run,
    wilson,
)


def test_rooms_and_their_tests_are_where_the_table_says() -> None:
    for name, room in ROOMS.items():
        assert all(modules(code, ROOT) for code in room.code), name
        assert all((ROOT / test).exists() for test in room.tests), name
    for test in APART:
        path, _, function = test.partition("::")
        assert f"def {function}(" in (ROOT / path).read_text(encoding="utf-8")


@given(st.lists(st.text("ab", max_size=4), unique=True), st.integers(0, 9), st.integers(0, 3))
def test_a_sample_can_be_drawn_again(names: list[str], size: int, seed: int) -> None:
    drawn = sample(names, size, str(seed))
    assert drawn == sample(reversed(names), size, str(seed)) == sorted(set(drawn))
    assert len(drawn) == min(size, len(names))
    assert set(drawn) <= set(names)
    assert sample(names, None, str(seed)) == sorted(names)


# Wilson's interval by the formula solved for p: |p - share| = z * sqrt(p * (1 - p) / n).
@pytest.mark.parametrize(("hits", "total"), [(0, 1), (1, 1), (5, 10), (90, 100), (170, 200)])
def test_the_interval_holds_the_shares_that_the_sample_does_not_rule_out(
    hits: int, total: int
) -> None:
    low, high = wilson(hits, total)
    share = hits / total
    assert 0 <= low <= share <= high <= 1
    for p in (low, high):
        if 0 < p < 1:
            assert abs(p - share) == pytest.approx(1.959964 * (p * (1 - p) / total) ** 0.5)
    assert wilson(0, 0) == (0, 1)


def test_only_what_is_not_known_or_lived_before_a_change_is_run() -> None:
    mutants = [Mutant(name, "annotator/x.py", "new") for name in "abcdef"]
    known = {
        "a": Ending("killed", "new", "before"),
        "b": Ending("killed", "old", "now"),
        "c": Ending("survived", "new", "now"),
        "d": Ending("survived", "new", "before"),
        "e": Ending("timed out", "new", "before"),
    }
    assert [m.name for m in to_run(mutants, known, "now", again=False)] == ["b", "d", "f"]
    assert to_run(mutants, known, "now", again=True) == mutants


def test_what_timed_out_was_noticed_and_what_no_test_reaches_was_not() -> None:
    counts = Counter({"killed": 3, "timed out": 2, "survived": 1, "not reached": 4})
    assert Figures(100, 10, counts).killed == 5
