"""ULIDs: the right shape, unique, and in the order of making."""

from __future__ import annotations

import re
import threading
import time

import pytest

from annotator.domain.ids import new_id

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def milliseconds(ulid: str) -> int:
    """The time that a ULID tells, read by the specification's own rule."""
    value = 0
    for ch in ulid[:10]:
        value = value * 32 + ALPHABET.index(ch)
    return value


def test_the_shape_is_the_specifications() -> None:
    assert re.fullmatch(f"[0-7][{ALPHABET}]{{25}}", new_id())


def test_the_time_is_in_the_first_ten_characters() -> None:
    before = time.time_ns() // 1_000_000
    made = milliseconds(new_id())
    # Ids made in one millisecond count on from each other, which may run ahead of the clock.
    assert before <= made <= time.time_ns() // 1_000_000 + 1


def test_ids_increase_from_any_thread() -> None:
    made: list[list[str]] = [[] for _ in range(4)]

    def make(out: list[str]) -> None:
        out.extend(new_id() for _ in range(2000))

    threads = [threading.Thread(target=make, args=(out,)) for out in made]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(out == sorted(out) for out in made)
    assert len({i for out in made for i in out}) == 8000


def test_a_clock_set_back_does_not_turn_the_order_round(monkeypatch: pytest.MonkeyPatch) -> None:
    first = new_id()
    monkeypatch.setattr(time, "time_ns", lambda: 1_000_000_000)
    assert new_id() > first
