"""A selection being made: two ends, one of which moves by character, word, phrase or sentence."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal

from annotator.domain.graphemes import next_boundary, previous_boundary
from annotator.domain.spans import trimmed
from annotator.session.text_index import TextIndex

Unit = Literal["character", "word", "phrase", "sentence"]


@dataclass(frozen=True, slots=True)
class Selection:
    """The range `[start, end)` (code points) and which of its ends the keys move.

    `open` is False once it is kept: keys then move the cursor again, and a role still takes it.
    `grown` remembers the ranges before each growth, so that shrinking goes back the same way.
    """

    start: int
    end: int
    moving: Literal["start", "end"] = "end"
    open: bool = True
    grown: tuple[tuple[int, int], ...] = ()

    @property
    def range(self) -> tuple[int, int]:
        """The selected range."""
        return self.start, self.end

    @property
    def head(self) -> int:
        """An offset inside the selection next to its moving end: where the cursor is shown."""
        return self.end - 1 if self.moving == "end" else self.start

    def swapped(self) -> Selection:
        """The same range with the other end moving."""
        return replace(self, moving="start" if self.moving == "end" else "end")

    def moved(self, page: TextIndex, unit: Unit, step: Literal[1, -1]) -> Selection:
        """Move the moving end by one unit; at its smallest, go on with the other end."""
        to = _end_target if self.moving == "end" else _start_target
        target = to(page, self, unit, step)
        start, end = (self.start, target) if self.moving == "end" else (target, self.end)
        if not 0 <= start < end <= len(page.text):
            return self
        if (start, end) == self.range:
            outward = 1 if self.moving == "end" else -1
            if step == outward or unit == "character":
                return self
            # One word is left: the same key goes on by widening at the other side.
            return self.swapped().moved(page, unit, step)
        return replace(self, start=start, end=end, grown=())

    def to_sentence(self, page: TextIndex, side: Literal["start", "end"]) -> Selection:
        """Take an end to the end or start of the sentence that it lies in."""
        at = page.sentences[page.sentence_at(self.end - 1 if side == "end" else self.start)]
        start, end = trimmed(page.text, at.start, at.end)
        if side == "end":
            return replace(self, end=max(end, self.end), moving="end", grown=())
        return replace(self, start=min(start, self.start), moving="start", grown=())

    def to_range(self, page: TextIndex, start: int, end: int) -> Selection:
        """Take the moving end over a range, and the word at the other end with it.

        Where the range lies on the other side of the end that stays, that end becomes the moving
        one: what is selected goes from the range to the word that stays.
        """
        if self.moving == "end":
            if end > self.start:
                return replace(self, end=end, grown=())
            stays = page.token(page.token_at(self.start))[1]
            return replace(self, start=start, end=stays, moving="start", grown=())
        if start < self.end:
            return replace(self, start=start, grown=())
        stays = page.token(page.token_before(self.end))[0]
        return replace(self, start=stays, end=end, moving="end", grown=())

    def larger(self, page: TextIndex, units: Iterable[tuple[int, int]]) -> Selection:
        """Grow to the next larger unit around the range; the same when there is none.

        Args:
            page: The article: its words, phrases, sentences and paragraphs are units.
            units: Further ones: noun phrases, clauses, quotations.
        """
        found = page.growths(self.start, self.end, units)
        if not found:
            return self
        start, end = found[0]
        return Selection(start, end, self.moving, grown=(*self.grown, self.range))

    def smaller(self) -> Selection:
        """Go back to the range before the last growth."""
        if not self.grown:
            return self
        start, end = self.grown[-1]
        return replace(self, start=start, end=end, grown=self.grown[:-1])


def _end_target(page: TextIndex, sel: Selection, unit: Unit, step: int) -> int:
    last = page.token_count - 1
    if unit == "character":
        if step > 0:
            return next_boundary(page.text, sel.end)
        return max(previous_boundary(page.text, sel.end), next_boundary(page.text, sel.start))
    if unit == "sentence":
        return _sentence_end(page, sel, step)
    token = page.token_before(sel.end)
    if step > 0:
        index = token + 1 if page.ends[token] <= sel.end else token
        while unit == "phrase" and index < last and not page.words_end(index):
            index += 1
        return page.ends[min(index, last)]
    index = token - 1 if page.ends[token] >= sel.end else token
    while unit == "phrase" and index > 0 and not page.words_end(index):
        index -= 1
    # Never past the other end: the first word of the selection stays.
    floor = page.token_at(sel.start)
    return page.ends[index] if index >= floor else min(page.ends[floor], sel.end)


def _start_target(page: TextIndex, sel: Selection, unit: Unit, step: int) -> int:
    if unit == "character":
        if step < 0:
            return previous_boundary(page.text, sel.start)
        return min(next_boundary(page.text, sel.start), previous_boundary(page.text, sel.end))
    if unit == "sentence":
        return _sentence_start(page, sel, step)
    token = page.token_at(sel.start)
    if step < 0:
        index = token - 1 if page.starts[token] >= sel.start else token
        while unit == "phrase" and index > 0 and not page.words_start(index):
            index -= 1
        return page.starts[max(index, 0)]
    index = token + 1 if page.starts[token] <= sel.start else token
    last = page.token_before(sel.end)
    while unit == "phrase" and index < last and not page.words_start(index):
        index += 1
    return page.starts[index] if index <= last else max(page.starts[last], sel.start)


def _sentence_end(page: TextIndex, sel: Selection, step: int) -> int:
    index = page.sentence_at(sel.end - 1)
    ends = [trimmed(page.text, s.start, s.end)[1] for s in page.sentences[index : index + 2]]
    if step > 0:
        return next((e for e in ends if e > sel.end), sel.end)
    before = page.sentences[index - 1].end if index else 0
    return before if before > sel.start else sel.end


def _sentence_start(page: TextIndex, sel: Selection, step: int) -> int:
    index = page.sentence_at(sel.start)
    if step < 0:
        here = page.sentences[index].start
        return here if here < sel.start else page.sentences[max(index - 1, 0)].start
    if index + 1 < len(page.sentences) and page.sentences[index + 1].start < sel.end:
        return page.sentences[index + 1].start
    return sel.start
