"""Splits: no text shared across them, the sizes asked for, the same every time."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.domain.errors import InputError
from annotator.phrases.split import (
    Leak,
    Text,
    crossing,
    revisions,
    shared_runs,
    shared_sentences,
    split,
)
from annotator.text.normal import words

SHARES = {"train": 0.8, "dev": 0.1, "test": 0.1}


def texts(count: int, seed: int = 1) -> list[Text]:
    """Articles of 60 words; every fifth begins with 20 words of the one before."""
    rng = random.Random(seed)
    out: list[Text] = []
    for i in range(count):
        body = [f"w{rng.randrange(5000)}" for _ in range(60)]
        if i % 5 == 4:
            body[:20] = out[-1].text.split()[:20]
        out.append(Text(f"u{i:04}", " ".join(body)))
    return out


def brute(items: list[Text]) -> set[tuple[str, str]]:
    def grams(text: str) -> set[tuple[str, ...]]:
        found = words(text)
        return {tuple(found[i : i + 8]) for i in range(len(found) - 7)}

    held = {t.uid: grams(t.text) for t in items}
    return {
        (a.uid, b.uid)
        for i, a in enumerate(items)
        for b in items[i + 1 :]
        if held[a.uid]
        and held[b.uid]
        and len(held[a.uid] & held[b.uid]) >= 0.05 * min(len(held[a.uid]), len(held[b.uid]))
    }


def test_shared_runs_are_those_of_brute_force() -> None:
    items = [*texts(80), Text("short", "w1 w2"), Text("empty", "")]
    found = {(t.first, t.second) for t in shared_runs(items)}
    assert found == brute(items)
    assert len(found) >= 16
    assert shared_runs([]) == shared_runs([Text("a", "b c")]) == []


def test_no_leak_and_the_sizes_asked_for() -> None:
    items = texts(300)
    result = split(items, shared_runs(items), SHARES, 7)
    assert result.leaks() == []
    sizes = result.sizes()
    assert sizes.total() == 300
    for name, share in SHARES.items():
        assert abs(sizes[name] / 300 - share) <= 0.01
    naive = {t.uid: ("train", "dev", "test")[i % 3] for i, t in enumerate(items)}
    assert len(crossing(result.ties, naive)) > 10


def test_the_same_whatever_the_order_and_another_for_another_seed() -> None:
    items = texts(100)
    ties = shared_runs(items)
    again = random.Random(2).sample(items, len(items))
    assert split(items, ties, SHARES, 3).of == split(again, ties, SHARES, 3).of
    assert split(items, ties, SHARES, 3).of != split(items, ties, SHARES, 4).of


def test_a_group_larger_than_its_share_stays_whole() -> None:
    items = [Text(f"u{i}", f"text {i}") for i in range(20)]
    ties = [Leak(f"u{i}", f"u{i + 1}", 0.5, "test") for i in range(17)]
    result = split(items, ties, SHARES, 1)
    assert (result.largest, result.groups) == (18, 3)
    assert len({result.of[f"u{i}"] for i in range(18)}) == 1
    assert result.leaks() == []


def test_shares_that_are_none() -> None:
    with pytest.raises(InputError, match=r"1\.1"):
        split(texts(3), [], {"train": 0.9, "dev": 0.2}, 1)
    assert set(split(texts(9), [], {"train": 1.0, "dev": 0.0}, 1).of.values()) == {"train"}


def test_revisions_and_repeated_sentences_tie() -> None:
    items = [Text("a", "x"), Text("b", "y", revision_of="a")]
    assert [(t.first, t.second) for t in revisions(items)] == [("a", "b")]
    sizes = dict.fromkeys("abcdefghijklmnopqrstuvwxyz", 1000)
    repeated = [(1, "a", 60), (1, "b", 60), (2, "c", 20), (2, "d", 20)]
    repeated += [(3, uid, 500) for uid in sizes]  # boilerplate of every article
    found = shared_sentences(repeated, sizes)
    assert [(t.first, t.second) for t in found] == [("a", "b")]


@given(
    st.integers(1, 40),
    st.lists(st.tuples(st.integers(0, 39), st.integers(0, 39)), max_size=30),
    st.integers(0, 5),
)
def test_ties_never_cross(count: int, pairs: list[tuple[int, int]], seed: int) -> None:
    items = [Text(f"u{i}", "") for i in range(count)]
    ties = [Leak(f"u{a}", f"u{b}", 1.0, "test") for a, b in pairs]
    result = split(items, ties, SHARES, seed)
    assert result.leaks() == []
    assert set(result.of) == {t.uid for t in items}
