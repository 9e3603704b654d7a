"""The painted spans by place, kept up to date by what changed, and the lanes of claims."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterable, Sequence
from heapq import heappop, heappush
from typing import Final, NamedTuple, TypeVar

from annotator.tui.article.state import PaintedSpan, SpanSet

LANES: Final = 3
"""Lanes that are drawn; of claims beyond them only that there are more."""
_NEAR: Final = 100
"""Code points within which the next claim is a neighbour: as many as a line of the view has."""
_BUCKET_BITS: Final = 10
"""Spans are kept in buckets of 1,024 code points: a dozen lines."""


class Extent(NamedTuple):
    """From the first to the last code point of one annotation."""

    start: int
    end: int
    owner: str
    key: str
    active: bool
    claim: bool
    """Whether it is a claim and so has a lane in the gutter; marks have none."""
    mark: bool = False


def _order(extent: Extent) -> tuple[int, int, str]:
    """By start, the longer first, so that what encloses gets the outer lane."""
    return extent.start, -extent.end, extent.owner


def _buckets(start: int, end: int) -> range:
    return range(start >> _BUCKET_BITS, ((max(end, start + 1) - 1) >> _BUCKET_BITS) + 1)


class SpanIndex:
    """Spans and the extents of their annotations, asked line by line.

    A label given to one claim must not cost more in a long article, so `update` touches only
    what changed; lanes are worked out anew only where claims overlap one whose extent changed,
    and what was asked for a line is remembered until something in it changes.

    Args:
        paragraphs: Where the paragraphs of the text end, sorted: claims on both sides of an end are
            no neighbours, since a blank row stands between them.
    """

    def __init__(self, paragraphs: Sequence[int] = ()) -> None:
        self._paragraphs = paragraphs
        self._source = SpanSet()
        self._seen = 0
        """How much of the source's log is in the index."""
        self._own: dict[str, tuple[PaintedSpan, ...]] = {}
        self._span_buckets: dict[int, dict[int, PaintedSpan]] = {}
        self._extents: dict[str, Extent] = {}
        self._extent_buckets: dict[int, dict[str, Extent]] = {}
        self._lanes: dict[str, int] = {}
        self._claims: list[tuple[int, int, str]] = []
        """`_order` of every claim, sorted."""
        self._chains: list[tuple[int, int]] = []
        """The stretches in which one claim neighbours the next: lanes of one need no other."""
        self._stale: list[tuple[int, int]] = []
        """Where extents changed since lanes were given."""
        self.lanes_given = 0
        """How often lanes were given: what was drawn with others is to be drawn anew."""
        self._asked_spans: dict[tuple[int, int], list[PaintedSpan]] = {}
        self._asked_extents: dict[tuple[int, int], list[Extent]] = {}

    def update(self, spans: SpanSet) -> None:
        """Catch up with a set of spans; what is the same as at the last look costs nothing."""
        owners = set(spans.log[self._seen :])
        if spans is not self._source:
            owners = {*self._own, *spans.of_owner}
        self._source, self._seen = spans, len(spans.log)
        if not owners:
            return
        changed: list[tuple[int, int]] = []
        for owner in owners:
            changed += self._settle_owner(owner, spans.of_owner.get(owner, ()))
        self._forget(changed)
        if self._stale:
            self._give_lanes()

    def _forget(self, changed: Iterable[tuple[int, int]]) -> None:
        """Forget the answers about lines that reach into what changed."""
        low = min((start for start, _ in changed), default=0)
        high = max((end for _, end in changed), default=0)
        for asked in (self._asked_spans, self._asked_extents):
            for line in [(a, b) for a, b in asked if a < high and low < b]:
                del asked[line]

    def _settle_owner(self, owner: str, spans: tuple[PaintedSpan, ...]) -> list[tuple[int, int]]:
        """Replace the spans of one annotation; returns where it lay and lies."""
        for span in self._own.pop(owner, ()):
            for number in _buckets(span.start, span.end):
                self._span_buckets[number].pop(id(span), None)
        old = self._extents.pop(owner, None)
        if old is not None:
            for number in _buckets(old.start, old.end):
                self._extent_buckets[number].pop(owner, None)
        new = self._insert(owner, spans) if spans else None
        claims = [e for e in (old, new) if e is not None and e.claim]
        if len({_order(e) for e in claims}) > 1 or len(claims) == 1:
            if old is not None and old.claim:
                at = bisect_left(self._claims, _order(old))
                if self._claims[at : at + 1] == [_order(old)]:
                    del self._claims[at]
                self._lanes.pop(owner, None)
            if new is not None and new.claim:
                insort(self._claims, _order(new))
            self._stale += [(e.start, self._reach(e.end)) for e in claims]
        return [(e.start, e.end) for e in (old, new) if e is not None]

    def _insert(self, owner: str, spans: tuple[PaintedSpan, ...]) -> Extent:
        self._own[owner] = spans
        for span in spans:
            for number in _buckets(span.start, span.end):
                self._span_buckets.setdefault(number, {})[id(span)] = span
        first = sorted(spans, key=lambda span: span.start)
        extent = Extent(
            first[0].start,
            max(span.end for span in spans),
            owner,
            next((span.key for span in first if span.key), ""),
            any(span.active for span in spans),
            any(span.layer == "claim" for span in spans),
            all(span.layer == "mark" for span in spans),
        )
        self._extents[owner] = extent
        for number in _buckets(extent.start, extent.end):
            self._extent_buckets.setdefault(number, {})[owner] = extent
        return extent

    def spans(self, start: int, end: int) -> list[PaintedSpan]:
        """The spans that share a code point with `[start, end)`, by start; the same list again."""
        known = self._asked_spans.get((start, end))
        if known is not None:
            return known
        found = {
            key: span
            for number in _buckets(start, end)
            for key, span in self._span_buckets.get(number, {}).items()
            if span.start < end and start < span.end
        }
        ordered = sorted(found.values(), key=lambda span: (span.start, -span.end))
        return _kept(self._asked_spans, (start, end), ordered)

    def extents(self, start: int, end: int) -> list[Extent]:
        """The annotations that reach into `[start, end)`, by start, the longer first."""
        known = self._asked_extents.get((start, end))
        if known is not None:
            return known
        found = {
            owner: extent
            for number in _buckets(start, end)
            for owner, extent in self._extent_buckets.get(number, {}).items()
            if extent.start < end and start < extent.end
        }
        return _kept(self._asked_extents, (start, end), sorted(found.values(), key=_order))

    def lane(self, extent: Extent) -> int:
        """The lane of a claim: 0, 1, 2, ..., never that of another claim that it overlaps.

        Nor that of a claim just before it, as long as one of the `LANES` that are drawn is free:
        two rails that meet would look like one. Lanes are given in order of start, so they depend
        only on claims before, back to the nearest place where none is open or near.
        """
        return self._lanes[extent.owner]

    def _reach(self, end: int) -> int:
        """From where on a claim is no neighbour of one that ends there."""
        at = bisect_left(self._paragraphs, end)
        last = self._paragraphs[at] if at < len(self._paragraphs) else end + _NEAR
        return max(end, min(end + _NEAR, last))

    def _give_lanes(self) -> None:
        """Give lanes anew in the stretches where an extent changed, and in no other."""
        low = min(start for start, _ in self._stale)
        high = max(end for _, end in self._stale)
        self._stale.clear()
        first = bisect_left(self._chains, low, key=lambda chain: chain[1])
        last = bisect_left(self._chains, high, key=lambda chain: chain[0])
        for start, end in self._chains[first:last]:
            low, high = min(low, start), max(high, end)
        at = bisect_left(self._claims, (low,))
        self._chains[first:last] = self._swept(at, high)
        self.lanes_given += 1

    def _swept(self, at: int, high: int) -> list[tuple[int, int]]:
        """Give lanes to the claims from place `at` on that start before `high`; their stretches."""
        chains: list[tuple[int, int]] = []
        busy: list[tuple[int, int]] = []  # (end, lane) of the claims that are open
        near: list[tuple[int, int]] = []  # (reach, lane) of those that ended just before
        free: list[int] = []
        lanes = 0
        while at < len(self._claims) and self._claims[at][0] < high:
            start, minus_end, owner = self._claims[at]
            end = -minus_end
            at += 1
            if not chains or chains[-1][1] <= start:
                chains.append((start, start))
                busy, near, free, lanes = [], [], [], 0
            while busy and busy[0][0] <= start:
                ended, lane = heappop(busy)
                heappush(near, (self._reach(ended), lane))
            while near and near[0][0] <= start:
                heappush(free, heappop(near)[1])
            if free and free[0] < LANES:
                lane = heappop(free)
            elif lanes >= LANES and (near or free):
                lane = heappop(near)[1] if near else heappop(free)
            else:
                lane, lanes = lanes, lanes + 1
            heappush(busy, (end, lane))
            self._lanes[owner] = lane
            chains[-1] = chains[-1][0], max(chains[-1][1], self._reach(end))
        return chains


_Answer = TypeVar("_Answer")
_REMEMBERED: Final = 1024
"""Lines whose answers are kept: many views full."""


def _kept(
    asked: dict[tuple[int, int], list[_Answer]], line: tuple[int, int], found: list[_Answer]
) -> list[_Answer]:
    if len(asked) >= _REMEMBERED:
        asked.clear()
    asked[line] = found
    return found
