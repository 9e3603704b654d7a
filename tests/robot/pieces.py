"""The shortest way from a cursor to a selected range: move, begin a selection, adjust its ends."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

from annotator.session import Selection
from annotator.text.normal import literal, places
from annotator.tui.keymap import key_name
from tests.robot.ground import Ground, Side, Way
from tests.robot.hand import SELECT_MOVES, TYPE, Hand
from tests.robot.jumps import Jumps

NEVER: Final = 10_000
"""More keys than any way has."""
SPREAD: Final = 3
"""Tokens this many keys farther than the piece's own are tried as places to select from."""
NEAR: Final = 12
"""Tokens so close to the first or the last of a piece are tried as places to jump to."""
SEARCHED: Final = 14
"""Longest words that are searched for (characters)."""


class Piece(NamedTuple):
    """How a range gets selected, and where the cursor is afterwards."""

    way: Way
    cursor: int


class PieceFinder:
    """Finds ways on one article; they are tried on the hand's session before they are given."""

    def __init__(self, hand: Hand, ground: Ground, jumps: Jumps) -> None:
        self._hand = hand
        self._jumps = jumps
        self._ground = ground
        self._page = hand.session.page
        self._known: dict[tuple[int, int, int], Piece] = {}
        self._tails: dict[tuple[int, int, int], Piece | None] = {}
        self._phrased: dict[int, list[tuple[str, list[int], int]]] = {}

    def on(self, hand: Hand) -> None:
        """Work for another hand on the same article from here on."""
        self._hand = hand
        self._known.clear()

    def forget(self) -> None:
        """Call it when annotations changed: other sentences are open now."""
        self._known.clear()

    def look(self, cursor: int) -> None:
        """Jump no more once the cursor has left the view, which has scrolled then."""
        if not self._jumps.sees(cursor):
            self._jumps.see(None)

    def find(self, cursor: int, start: int, end: int) -> Piece:
        """The shortest way found from a cursor (token) to the range `[start, end)`.

        Raises:
            LookupError: when no way leads there.
        """
        key = (cursor, start, end)
        if key not in self._known:
            best = self._by_moving(cursor, start, end)
            for way, token in self._searches(cursor, start, end):
                tail = self._tail(token, start, end)
                if tail and (best is None or len(way) + len(tail.way) < len(best.way)):
                    best = Piece((*way, *tail.way), tail.cursor)
            for piece in self._jumping(cursor, start, end):
                if best is None or len(piece.way) < len(best.way):
                    best = piece
            if best is None:
                raise LookupError(f"no keys select [{start}, {end})")
            self._known[key] = best
        return self._known[key]

    def way_to(self, cursor: int, tokens: range) -> Way:
        """The shortest way to any of some tokens."""
        jumps = [w for t in tokens if (w := self._jumps.way(cursor, t)) is not None]
        jump = min(jumps, key=len, default=None)
        for token, distance, reach in self._ground.reach(cursor, self._open()):
            if jump is not None and len(jump) <= distance:
                return jump
            if token in tokens:
                return reach.way(token)
        raise LookupError(f"no keys lead to {tokens}")

    # ------------------------------------------------------------------------------ options

    def _open(self) -> list[int]:
        return sorted(self._hand.session.index.open)

    def _by_moving(self, cursor: int, start: int, end: int) -> Piece | None:
        page = self._page
        goals = (page.token_at(start), page.token_before(end))
        near = self._near(start, end)
        limit = NEVER
        best: Piece | None = None
        for token, distance, reach in self._ground.reach(cursor, self._open()):
            if distance > limit or (best and distance >= len(best.way)):
                break
            if token not in near:
                continue
            if limit == NEVER and token in goals:
                limit = distance + SPREAD
            tail = self._tail(token, start, end)
            if tail and (best is None or distance + len(tail.way) < len(best.way)):
                best = Piece((*reach.way(token), *tail.way), tail.cursor)
        return best

    def _near(self, start: int, end: int) -> range:
        """Tokens of the paragraphs that a range touches."""
        sentences = self._page.sentences
        if not sentences:
            return range(0)
        first, last = self._page.sentence_at(start), self._page.sentence_at(end - 1)
        low = self._page.article.layout.paragraphs[sentences[first].paragraph].start
        high = self._page.article.layout.paragraphs[sentences[last].paragraph].end
        return range(self._page.token_at(low), self._page.token_before(high) + 1)

    def _tail(self, token: int, start: int, end: int) -> Piece | None:
        """The shortest way from a token under the cursor to a range; it has been tried."""
        key = (token, start, end)
        if key not in self._tails:
            best = Piece((), token) if self._page.token(token) == (start, end) else None
            for begun in self._ground.starts(token):
                selection = begun.selection
                moves = (selection.end != end) + 2 * (selection.start != start)
                room = (len(best.way) if best else NEVER) - len(begun.actions)
                if not (selection.start < end and start < selection.end) or moves >= room:
                    continue
                for tail in self._adjusted(selection, start, end, room):
                    if best and len(begun.actions) + len(tail) >= len(best.way):
                        continue
                    # What an end does near the other one is not in the graphs: trying it decides.
                    made = selection
                    for action in tail:
                        made = self._ground.reshaped(made, action)
                    if made.range == (start, end):
                        cursor = self._page.token_at(made.head)
                        best = Piece((*begun.actions, *tail), cursor)
            self._tails[key] = best or self._by_characters(token, start, end)
        return self._tails[key]

    def _by_characters(self, token: int, start: int, end: int) -> Piece | None:
        """Part of a word, an end after the other: words' ways there lead past what is left."""
        made = Selection(*self._page.token(token))
        if not (made.start <= start and end <= made.end):
            return None
        way = ["span.start"]
        for side, action in (("end", "select.char_left"), ("start", "select.char_right")):
            goal = end if side == "end" else start
            if (made.end if side == "end" else made.start) != goal and made.moving != side:
                way.append("select.swap")
                made = self._ground.reshaped(made, "select.swap")
            while (made.end if side == "end" else made.start) != goal:
                moved = self._ground.reshaped(made, action)
                if moved.range == made.range:
                    return None
                way.append(action)
                made = moved
        return Piece(tuple(way), self._page.token_at(made.head))

    def _adjusted(self, selection: Selection, start: int, end: int, room: int) -> Iterator[Way]:
        """Ways that bring both ends where they belong: one end, then the other."""
        if selection.range == (start, end):
            yield ()
            return
        ends = self._moved(selection, "end", end, room)
        for way, state in ends:
            for more, _ in self._moved(state, "start", start, room - len(way)):
                yield (*way, *more)
        if selection.start != start and selection.end != end:
            for way, state in self._moved(selection, "start", start, room):
                for more, _ in self._moved(state, "end", end, room - len(way)):
                    yield (*way, *more)

    def _moved(
        self, selection: Selection, side: Side, target: int, room: int
    ) -> Iterator[tuple[Way, Selection]]:
        """Ways that move one end and leave the other, with what the selection is then."""
        here, other = (
            (selection.end, selection.start) if side == "end" else (selection.start, selection.end)
        )
        if here == target:
            yield (), selection
            return
        states: list[tuple[Way, Selection]] = [((), selection)]
        if selection.moving != side:
            # What turns to the other end: the key for it, or one that moves it at the same time.
            jump = "select.sentence_end" if side == "end" else "select.sentence_start"
            turns = ("select.swap", jump, *(SELECT_MOVES if self._single(selection) else ()))
            states = [((a,), self._ground.reshaped(selection, a)) for a in turns]
        for way, state in states:
            at, kept = (state.end, state.start) if side == "end" else (state.start, state.end)
            if state.moving != side or kept != other:
                continue
            limit = room - len(way)
            more = self._ground.side_way(side, at, target, limit) if limit >= 0 else None
            if more is not None:
                ends = (kept, target) if side == "end" else (target, kept)
                yield (*way, *more), Selection(*ends, moving=side)

    def _single(self, selection: Selection) -> bool:
        return self._page.token_at(selection.start) == self._page.token_before(selection.end)

    # ------------------------------------------------------------------------------ jumping

    def _jumping(self, cursor: int, start: int, end: int) -> Iterator[Piece]:
        """Ways that jump: to where a selection is begun, to its end, or both."""
        page = self._page
        first, last = page.token_at(start), page.token_before(end)
        for token in {*self._near_tokens(first), *self._near_tokens(last)}:
            way = self._jumps.way(cursor, token)
            tail = self._tail(token, start, end) if way is not None else None
            if way is None or tail is None:
                continue
            begun = tail.way[:1] == ("span.start",)
            selecting = self._jumps.way(cursor, token, select=True) if begun else None
            yield Piece((*(selecting or way), *tail.way[1 if selecting else 0 :]), tail.cursor)
        if page.starts[first] != start or page.ends[last] != end or first == last:
            return
        selection = Selection(*page.token(first))
        reach = self._jumps.way(first, last, selection)
        if reach is None or selection.to_range(page, *page.token(last)).range != (start, end):
            return
        landing = self._jumps.way(cursor, first, select=True)
        if cursor == first:
            yield Piece(("span.start", *reach), last)
        elif landing is not None:
            yield Piece((*landing, *reach), last)
        else:
            way = self.way_to(cursor, range(first, first + 1))
            if self._jumps.sees(first):
                yield Piece((*way, "span.start", *reach), last)

    def _near_tokens(self, token: int) -> range:
        return range(max(0, token - NEAR), min(self._page.token_count, token + NEAR + 1))

    # ------------------------------------------------------------------------------ searching

    def _searches(self, cursor: int, start: int, end: int) -> Iterator[tuple[Way, int]]:
        """Searches that land on a piece, and Esc, so that keys mean the same again."""
        here = self._page.token(cursor)[0]
        for token in {self._page.token_at(start), self._page.token_before(end)}:
            best: Way | None = None
            for words, hits, found in self._phrases(token):
                at = next((i for i, h in enumerate(hits) if h > here), 0)
                forward, back = (found - at) % len(hits), (at - found) % len(hits)
                turns = ("search.next",) * forward if forward <= back else ("search.prev",) * back
                typed = (f"{TYPE}{key_name(c)}" for c in words)
                way = ("nav.search", *typed, f"{TYPE}enter", *turns, "view.back")
                if best is None or len(way) < len(best):
                    best = way
            if best:
                yield best, token

    def _phrases(self, token: int) -> list[tuple[str, list[int], int]]:
        """Words that stand at a token, where they are found, and which of these it is."""
        if token not in self._phrased:
            text = self._page.text
            start = self._page.token(token)[0]
            out: list[tuple[str, list[int], int]] = []
            for length in range(2, SEARCHED + 1):
                words = text[start : start + length]
                if len(words) < length or not all(" " <= c <= "~" for c in words):
                    break
                hits = [at for at, _ in places(literal(words), text)]
                if start in hits:
                    out.append((words, hits, hits.index(start)))
                if len(hits) == 1:
                    break
            self._phrased[token] = out
        return self._phrased[token]
