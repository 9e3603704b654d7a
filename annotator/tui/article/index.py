"""The painted spans by place, kept up to date by what changed, and the lanes of claims."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from heapq import heappop, heappush
from itertools import compress, count
from operator import is_not
from typing import Final, NamedTuple, TypeVar

from annotator.tui.article.state import PaintedSpan

_BUCKET_BITS: Final = 10
"""Spans are kept in buckets of 1,024 code points: a dozen lines."""

T = TypeVar("T")


class Extent(NamedTuple):
    """From the first to the last code point of one annotation."""

    start: int
    end: int
    owner: str
    key: str
    active: bool
    claim: bool
    """Whether it is a claim and so has a lane in the gutter; marks have none."""


def _order(extent: Extent) -> tuple[int, int, str]:
    """By start, the longer first, so that what encloses gets the outer lane."""
    return extent.start, -extent.end, extent.owner


def _buckets(start: int, end: int) -> range:
    return range(start >> _BUCKET_BITS, ((max(end, start + 1) - 1) >> _BUCKET_BITS) + 1)


def _first_difference(old: Iterable[T], new: Iterable[T], shorter: int) -> int:
    """How many items two iterables share at their beginning, compared by identity."""
    return next(compress(count(), map(is_not, old, new)), shorter)


def changed(old: Sequence[T], new: Sequence[T]) -> tuple[Sequence[T], Sequence[T]]:
    """Return what of `old` went away and what of `new` came, by identity.

    Costs a few nanoseconds per item that both share at the beginning and at the end.
    """
    shorter = min(len(old), len(new))
    head = _first_difference(old, new, shorter)
    tail = _first_difference(reversed(old), reversed(new), shorter)
    tail = min(tail, shorter - head)
    gone, come = old[head : len(old) - tail], new[head : len(new) - tail]
    stayed = {id(item) for item in gone} & {id(item) for item in come}
    if stayed:
        gone = [item for item in gone if id(item) not in stayed]
        come = [item for item in come if id(item) not in stayed]
    return gone, come


class SpanIndex:
    """Spans and the extents of their annotations, asked line by line.

    A label given to one claim must not cost more in a long article, so `update` touches only
    what changed, and lanes are worked out only where somebody looks.
    """

    def __init__(self) -> None:
        self._spans: Sequence[PaintedSpan] = ()
        self._span_buckets: dict[int, dict[int, PaintedSpan]] = {}
        self._of_owner: dict[str, dict[int, PaintedSpan]] = {}
        self._extents: dict[str, Extent] = {}
        self._extent_buckets: dict[int, dict[str, Extent]] = {}
        self._lanes: dict[str, int] = {}

    def update(self, spans: Sequence[PaintedSpan]) -> None:
        """Take over another sequence of spans; those that are the same objects cost nothing."""
        gone, come = changed(self._spans, spans)
        self._spans = spans
        if not gone and not come:
            return
        for span in gone:
            for number in _buckets(span.start, span.end):
                self._span_buckets[number].pop(id(span), None)
            self._of_owner[span.owner].pop(id(span), None)
        for span in come:
            for number in _buckets(span.start, span.end):
                self._span_buckets.setdefault(number, {})[id(span)] = span
            self._of_owner.setdefault(span.owner, {})[id(span)] = span
        for owner in {span.owner for span in (*gone, *come)}:
            self._settle_owner(owner)
        self._lanes.clear()

    def _settle_owner(self, owner: str) -> None:
        """Work out the extent of one annotation anew."""
        old = self._extents.pop(owner, None)
        if old is not None:
            for number in _buckets(old.start, old.end):
                self._extent_buckets[number].pop(owner, None)
        spans = sorted(self._of_owner[owner].values(), key=lambda span: span.start)
        if not spans:
            del self._of_owner[owner]
            return
        extent = Extent(
            spans[0].start,
            max(span.end for span in spans),
            owner,
            next((span.key for span in spans if span.key), ""),
            any(span.active for span in spans),
            any(span.layer == "claim" for span in spans),
        )
        self._extents[owner] = extent
        for number in _buckets(extent.start, extent.end):
            self._extent_buckets.setdefault(number, {})[owner] = extent

    def spans(self, start: int, end: int) -> list[PaintedSpan]:
        """The spans that share a code point with `[start, end)`, by start."""
        found = {
            key: span
            for number in _buckets(start, end)
            for key, span in self._span_buckets.get(number, {}).items()
            if span.start < end and start < span.end
        }
        return sorted(found.values(), key=lambda span: (span.start, -span.end))

    def extents(self, start: int, end: int) -> list[Extent]:
        """The annotations that reach into `[start, end)`, by start, the longer first."""
        found = {
            owner: extent
            for number in _buckets(start, end)
            for owner, extent in self._extent_buckets.get(number, {}).items()
            if extent.start < end and start < extent.end
        }
        return sorted(found.values(), key=_order)

    def lane(self, extent: Extent) -> int:
        """The lane of a claim: 0, 1, 2, ..., never that of another claim that it overlaps.

        Lanes are given in order of start, so they depend only on claims before, back to the
        nearest place where no claim is open.
        """
        lane = self._lanes.get(extent.owner)
        if lane is None:
            self._assign_lanes(extent)
            lane = self._lanes[extent.owner]
        return lane

    def _assign_lanes(self, extent: Extent) -> None:
        start = extent.start
        while start > 0:
            before = [e.start for e in self.extents(start - 1, start) if e.claim and e.end > start]
            if not before:
                break
            start = min(before)
        busy: list[tuple[int, int]] = []  # (end, lane) of the claims that are open
        free: list[int] = []
        lanes = 0
        for claim in self.extents(start, extent.start + 1):
            if not claim.claim or claim.start < start:
                continue
            while busy and busy[0][0] <= claim.start:
                heappush(free, heappop(busy)[1])
            if free:
                lane = heappop(free)
            else:
                lane, lanes = lanes, lanes + 1
            heappush(busy, (claim.end, lane))
            self._lanes[claim.owner] = lane
