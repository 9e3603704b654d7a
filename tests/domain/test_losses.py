"""What was not kept: all of it is counted, the first of each kind are named."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from annotator.domain.losses import EXAMPLES, Losses

added = st.lists(
    st.tuples(st.sampled_from("abc"), st.sampled_from(["", "x", "y"]), st.integers(1, 3)),
    max_size=80,
)


@given(added)
def test_everything_is_counted_and_the_first_are_named(found: list[tuple[str, str, int]]) -> None:
    losses = Losses()
    for kind, subject, count in found:
        losses.add(kind, subject, count)
    counts: Counter[str] = Counter()
    named: dict[str, list[str]] = {}
    for kind, subject, count in found:
        counts[kind] += count
        named.setdefault(kind, []).extend([subject] if subject else [])
    assert [(x.kind, x.count) for x in losses] == sorted(counts.items())
    assert [x.examples for x in losses] == [named[kind][:EXAMPLES] for kind in sorted(counts)]
    assert (len(losses), losses.total) == (len(counts), counts.total())


def test_twenty_are_named_and_one_is_counted_where_nothing_else_is_said() -> None:
    losses = Losses()
    for number in range(25):
        losses.add("relation", f"r{number}")
    (loss,) = losses
    assert (loss.count, loss.examples) == (25, [f"r{n}" for n in range(20)])
