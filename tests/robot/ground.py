"""Where each key leads from each place of an article, found with the session itself and kept.

Moving depends on the cursor alone, and an end of a selection (almost) on that end alone, so the
ways of an article are a graph of tokens and two graphs of offsets, and the shortest way is a
breadth-first search. What depends on more than that is checked by pressing the keys (`Hand`).
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

from annotator.session import Selection, Session
from tests.robot.hand import SELECT_MOVES, Hand, reshaped

MOVES: Final = (
    "nav.next",
    "nav.prev",
    "nav.token_next",
    "nav.token_prev",
    "nav.paragraph_next",
    "nav.paragraph_prev",
    "nav.top",
    "nav.bottom",
)
GROWTHS: Final = 5
"""How often growing is tried, one after the other."""
QUOTATIONS: Final = 3
OBJECTS: Final = 2

WINDOW: Final = 120
"""An end is moved from at most so many tokens away (or as many sentences as below)."""
SENTENCES: Final = 12
CLOSE: Final = 20
"""... and from any character that is so close."""

Side = Literal["start", "end"]
Way = tuple[str, ...]
"""Action ids, in the order in which they are done."""


@dataclass(frozen=True, slots=True)
class Start:
    """A selection that some actions make at a token."""

    actions: Way
    selection: Selection


@dataclass(slots=True)
class Reach:
    """Tokens and the shortest way to each from one cursor, found as far as asked for."""

    distances: dict[int, int] = field(default_factory=dict)
    before: dict[int, tuple[int, str]] = field(default_factory=dict)

    def way(self, token: int) -> Way:
        """The actions that lead to a token."""
        actions: list[str] = []
        while token in self.before:
            token, action = self.before[token]
            actions.append(action)
        return tuple(reversed(actions))


class Ground:
    """The graphs of one article; every edge is what the session does, asked for once."""

    def __init__(self, hand: Hand) -> None:
        self._hand = hand
        self._session: Session = hand.session
        self.page = hand.session.page
        self._moves: dict[int, tuple[tuple[str, int], ...]] = {}
        self._ends: dict[tuple[Side, int], tuple[tuple[str, int], ...]] = {}
        self._starts: dict[int, tuple[Start, ...]] = {}
        self._shapes: dict[tuple[int, int, Side, str], Selection] = {}
        self._ways: dict[tuple[Side, int], dict[int, tuple[str, int]]] = {}

    # ------------------------------------------------------------------------------ moving

    def _edges(self, token: int) -> tuple[tuple[str, int], ...]:
        if token not in self._moves:
            found: list[tuple[str, int]] = []
            for action in MOVES:
                self._session.cursor = token
                self._hand.act(action)
                if self._session.cursor != token:
                    found.append((action, self._session.cursor))
            self._moves[token] = tuple(found)
        return self._moves[token]

    def reach(self, cursor: int, open_sentences: Sequence[int]) -> Iterator[tuple[int, int, Reach]]:
        """Yield (token, number of keys, the ways so far), the nearest first.

        `open_sentences`: sorted; the keys for the next and the previous open sentence lead there.
        """
        found = Reach({cursor: 0})
        queue = deque([cursor])
        while queue:
            token = queue.popleft()
            yield token, found.distances[token], found
            for action, target in (*self._edges(token), *self._open(token, open_sentences)):
                if target not in found.distances:
                    found.distances[target] = found.distances[token] + 1
                    found.before[target] = token, action
                    queue.append(target)

    def _open(self, token: int, open_sentences: Sequence[int]) -> Iterator[tuple[str, int]]:
        here = self.page.sentence_of_token(token)
        after = bisect_right(open_sentences, here)
        if after < len(open_sentences):
            yield "nav.next_open", self.page.first_token(open_sentences[after])
        before = bisect_left(open_sentences, here) - 1
        if before >= 0:
            yield "nav.prev_open", self.page.first_token(open_sentences[before])

    # ------------------------------------------------------------------------------ selecting

    def starts(self, token: int) -> tuple[Start, ...]:
        """The selections that begin at a token: it and what it grows to, quotations, sentence."""
        if token not in self._starts:
            self._starts[token] = (
                *self._repeated(token, "span.start", "select.grow", GROWTHS),
                *self._repeated(token, "span.quotation", "span.quotation", QUOTATIONS),
                *self._repeated(token, "span.sentence", "", 0),
                *self._repeated(token, "span.noun_phrase", "span.noun_phrase", OBJECTS),
                *self._repeated(token, "span.clause", "span.clause", OBJECTS),
            )
        return self._starts[token]

    def _repeated(self, token: int, first: str, more: str, times: int) -> Iterator[Start]:
        """What an action selects at a token, and the same or another one after it."""
        self._session.cursor, self._session.selection = token, None
        actions: Way = ()
        before: tuple[int, int] | None = None
        for action in (first, *(more,) * times):
            self._hand.act(action)
            actions = (*actions, action)
            selection = self._selection()
            if selection is None or selection.range == before:
                break
            before = selection.range
            yield Start(actions, selection)
        self._session.selection = None

    def _selection(self) -> Selection | None:
        return self._session.selection

    # ------------------------------------------------------------------------------ the two ends

    def reshaped(self, selection: Selection, action: str) -> Selection:
        """What a selection becomes by an action that changes its ends."""
        key = (selection.start, selection.end, selection.moving, action)
        if key not in self._shapes:
            self._shapes[key] = reshaped(self._session, selection, action)
        return self._shapes[key]

    def _side_edges(self, side: Side, at: int) -> tuple[tuple[str, int], ...]:
        key = (side, at)
        if key not in self._ends:
            text_end = len(self.page.text)
            here = Selection(at, text_end, side) if side == "start" else Selection(0, at, side)
            jump = "select.sentence_end" if side == "end" else "select.sentence_start"
            found: list[tuple[str, int]] = []
            for action in (*SELECT_MOVES, jump):
                moved = reshaped(self._session, here, action)
                to = moved.end if side == "end" else moved.start
                if to != at and moved.moving == side:
                    found.append((action, to))
            self._ends[key] = tuple(found)
        return self._ends[key]

    def side_way(self, side: Side, at: int, target: int, limit: int) -> Way | None:
        """The fewest actions that move an end to another offset; None beyond `limit` or far off."""
        ways = self._ways_to(side, target)
        actions: list[str] = []
        while at != target:
            if at not in ways or len(actions) == limit:
                return None
            action, at = ways[at]
            actions.append(action)
        return tuple(actions)

    def _ways_to(self, side: Side, target: int) -> dict[int, tuple[str, int]]:
        """From each place around an offset: the next action towards it, and where that leads."""
        key = (side, target)
        if key not in self._ways:
            into: dict[int, list[tuple[int, str]]] = {}
            for place in self._places(side, target):
                for action, to in self._side_edges(side, place):
                    into.setdefault(to, []).append((place, action))
            ways: dict[int, tuple[str, int]] = {}
            queue = deque([target])
            while queue:
                to = queue.popleft()
                for place, action in into.get(to, ()):
                    if place != target and place not in ways:
                        ways[place] = action, to
                        queue.append(place)
            self._ways[key] = ways
        return self._ways[key]

    def _places(self, side: Side, target: int) -> set[int]:
        """Where an end may be on its way: ends of tokens and sentences, characters close by."""
        page = self.page
        bounds = page.starts if side == "start" else page.ends
        at = bisect_left(bounds, target)
        places = set(bounds[max(0, at - WINDOW) : at + WINDOW])
        places |= set(range(max(0, target - CLOSE), min(len(page.text), target + CLOSE) + 1))
        number = page.sentence_at(target)
        for sentence in page.sentences[max(0, number - SENTENCES) : number + SENTENCES]:
            places.add(sentence.start if side == "start" else sentence.end)
        return places
