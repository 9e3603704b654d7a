"""The painted spans by place, kept up to date by what changed, and the lanes of claims."""

from __future__ import annotations

from heapq import heappop, heappush
from typing import Final, NamedTuple

from annotator.tui.article.state import PaintedSpan, SpanSet

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


def _order(extent: Extent) -> tuple[int, int, str]:
    """By start, the longer first, so that what encloses gets the outer lane."""
    return extent.start, -extent.end, extent.owner


def _buckets(start: int, end: int) -> range:
    return range(start >> _BUCKET_BITS, ((max(end, start + 1) - 1) >> _BUCKET_BITS) + 1)


class SpanIndex:
    """Spans and the extents of their annotations, asked line by line.

    A label given to one claim must not cost more in a long article, so `update` touches only
    what changed, and lanes are worked out only where somebody looks.
    """

    def __init__(self) -> None:
        self._source = SpanSet()
        self._seen = 0
        """How much of the source's log is in the index."""
        self._own: dict[str, tuple[PaintedSpan, ...]] = {}
        self._span_buckets: dict[int, dict[int, PaintedSpan]] = {}
        self._extents: dict[str, Extent] = {}
        self._extent_buckets: dict[int, dict[str, Extent]] = {}
        self._lanes: dict[str, int] = {}

    def update(self, spans: SpanSet) -> None:
        """Catch up with a set of spans; what is the same as at the last look costs nothing."""
        owners = set(spans.log[self._seen :])
        if spans is not self._source:
            owners = {*self._own, *spans.of_owner}
        self._source, self._seen = spans, len(spans.log)
        if not owners:
            return
        for owner in owners:
            self._settle_owner(owner, spans.of_owner.get(owner, ()))
        self._lanes.clear()

    def _settle_owner(self, owner: str, spans: tuple[PaintedSpan, ...]) -> None:
        """Replace the spans of one annotation, and work out its extent anew."""
        for span in self._own.pop(owner, ()):
            for number in _buckets(span.start, span.end):
                self._span_buckets[number].pop(id(span), None)
        old = self._extents.pop(owner, None)
        if old is not None:
            for number in _buckets(old.start, old.end):
                self._extent_buckets[number].pop(owner, None)
        if not spans:
            return
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
