"""A search that is typed: each line finds what it alone would find, and leaving brings all back."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from annotator.session.searching import Search
from annotator.text.normal import literal, places
from tests.session.build import TEXT, Bench

KEYS = st.lists(
    st.sampled_from([*"laest id.", "backspace", "left", "home", "ctrl+w", "delete", "ctrl+u"]),
    max_size=25,
)


def typed(search: Search, keys: list[str]) -> None:
    for key in keys:
        if search.line.key(key, key if len(key) == 1 else ""):
            search.look()


@given(KEYS, st.integers(0, 60), st.sampled_from(["", "late", "said", "e", "zzz"]))
def test_what_is_found_depends_on_the_line_alone_and_leaving_restores(
    keys: list[str], cursor: int, earlier: str
) -> None:
    s = Bench().session
    if earlier:
        s.search(earlier)
    s.cursor = min(cursor, s.page.token_count - 1)
    before = s.cursor, list(s.hits), s.hit, s.selection, s.active_id
    search = Search(s)
    at = s.offset
    typed(search, keys)
    words = search.line.text
    if words.strip():
        found = places(literal(words), TEXT)
        assert s.hits == found
        below = [i for i, (start, _) in enumerate(found) if start > at]
        assert s.hit == ((below or [0])[0] if found else None)
        assert search.wrapped == (bool(found) and not below)
        if s.hit is not None:
            wrap = ", from the top" if not below else ""
            assert search.counted() == f"{s.hit + 1} of {len(found)}{wrap}"
            assert s.cursor == s.page.token_at(found[s.hit][0])
        else:
            assert search.counted() == "nowhere"
            assert s.cursor == before[0]
    else:
        assert (s.cursor, list(s.hits), s.hit) == before[:3]
        assert search.counted() == ""
    search.leave()
    assert (s.cursor, list(s.hits), s.hit, s.selection, s.active_id) == before


@given(KEYS, st.integers(0, 60))
def test_taking_every_letter_back_is_as_if_nothing_had_been_typed(
    keys: list[str], cursor: int
) -> None:
    s = Bench().session
    s.cursor = min(cursor, s.page.token_count - 1)
    before = s.cursor, s.hits, s.hit
    search = Search(s)
    typed(search, keys)
    typed(search, ["end", "ctrl+u"])
    assert search.empty
    assert (s.cursor, s.hits, s.hit) == before


def test_arrows_step_through_the_places_and_round() -> None:
    b = Bench()
    b.at("said")
    search = Search(b.session)
    typed(search, list("said"))
    assert search.counted() == "2 of 2"
    search.step(1)
    assert search.counted() == "1 of 2, from the top"
    search.step(-1)
    assert search.counted() == "2 of 2"
    typed(search, list("x"))
    search.step(1)
    assert search.counted() == "nowhere"
