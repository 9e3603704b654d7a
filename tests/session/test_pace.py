"""Claims by the hour of work: what counts as work, and what does not."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.session.pace import PAUSE, Pace, TimedAction, of_day, pace_of

START = datetime(2031, 5, 1, 9, 0, tzinfo=UTC)


@given(
    st.lists(st.tuples(st.integers(-100, 900), st.integers(-2, 5)), max_size=40),
)
def test_work_is_the_time_between_actions_but_for_pauses(steps: list[tuple[int, int]]) -> None:
    at, actions, seconds = START, [], 0
    for i, (gap, claims) in enumerate(steps):
        at += timedelta(seconds=gap)
        actions.append(TimedAction(at, claims))
        seconds += gap if i and 0 < gap <= 300 else 0
    pace = pace_of(actions)
    assert pace == (sum(c for _, c in steps), timedelta(seconds=seconds))
    if seconds >= 60:
        assert pace.per_hour == pytest.approx(max(0, pace.claims) * 3600 / seconds)
    else:
        assert pace.per_hour is None


def test_a_pause_as_long_as_allowed_is_work_and_a_longer_one_is_none() -> None:
    def work(gap: timedelta) -> timedelta:
        return pace_of([TimedAction(START, 1), TimedAction(START + gap, 1)]).work

    assert work(PAUSE) == PAUSE
    assert work(PAUSE + timedelta(milliseconds=1)) == timedelta()
    assert Pace(30, timedelta(minutes=30)).per_hour == 60


def test_a_day_is_the_one_of_this_machine() -> None:
    actions = [TimedAction(START + timedelta(hours=12 * i), 1) for i in range(6)]
    days = {a.at.astimezone().date() for a in actions}
    assert sorted(a for day in days for a in of_day(actions, day)) == actions
    assert of_day(actions, START.date() - timedelta(days=9)) == []
