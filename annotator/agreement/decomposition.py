"""What two annotators disagree about: missed, boundary, type, stance or link.

The kinds are additive: every difference between two lists of claims is listed once, under one
kind, and the counts sum to all disagreements.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal, get_args

import numpy as np

from annotator.agreement.bootstrap import DEFAULT, Resampling, with_interval
from annotator.agreement.result import Result, Statistic, ratio, small_n
from annotator.alignment.arrays import Floats
from annotator.alignment.inputs import Claim, Document, Range
from annotator.alignment.matching import ANCHORS, SUPPORT, Match, Matching, match

Kind = Literal["missed", "boundary", "type", "stance", "link"]
KINDS: Final[tuple[Kind, ...]] = get_args(Kind)
STANCE: Final[Mapping[str, Kind]] = {"stance": "stance"}


@dataclass(frozen=True, slots=True)
class Disagreement:
    """One difference between two annotators.

    Attributes:
        kind: "missed": only one has the claim. "boundary": a role's fragments overlap but differ.
            "link": a role lies elsewhere or only one of them has it (another source, no cue), or
            the claims are nested in different claims. "type", "stance": an attribute differs.
        document: Its name.
        first, second: The claims; None for the one who missed it.
        subject: The role or attribute, "parent", or "claim" when it was missed.
        values: What either says: the attribute's value or text ranges; "" for nothing.
    """

    kind: Kind
    document: str
    first: Claim | None
    second: Claim | None
    subject: str
    values: tuple[str, str]

    @property
    def start(self) -> int:
        """The first code point of either claim, to jump to."""
        return min(claim.start for claim in (self.first, self.second) if claim is not None)


@dataclass(frozen=True, slots=True)
class Decomposition:
    """All disagreements of two annotators over the documents that both read.

    Attributes:
        items: In the order of documents, then of positions.
        counts: Of each kind, also those that are 0; they sum to `len(items)`.
        identical: Matched claims without any difference.
        shares: Each kind's share of all disagreements, with an interval over documents.
        matching: What was compared with what.
    """

    first: str
    second: str
    items: tuple[Disagreement, ...]
    counts: Mapping[Kind, int]
    identical: int
    shares: tuple[Result, ...]
    matching: Matching


def decompose(
    documents: Iterable[Document],
    first: str,
    second: str,
    *,
    kinds: Mapping[str, Kind] = STANCE,
    attributes: Sequence[str] | None = None,
    anchors: Sequence[str] = ANCHORS,
    support: Sequence[str] = SUPPORT,
    resampling: Resampling | None = DEFAULT,
) -> Decomposition:
    """Split what two annotators disagree about into kinds.

    Args:
        documents: Those that both read are used.
        first, second: Annotators.
        kinds: Attribute -> kind; attributes not named are of kind "type".
        attributes: Which to compare; all that either of two matched claims has without.
        anchors: As for `match`.
        support: As for `match`.
        resampling: Of documents, for the shares.
    """
    listed = [d for d in documents if {first, second} <= d.claims.keys()]
    matching = match(listed, first, second, anchors=anchors, support=support)
    links = _Links(listed, matching)
    items: list[Disagreement] = []
    identical = 0
    for one in matching.matches:
        found = [*_spans(one), *links.differing(one), *_attributes(one, kinds, attributes)]
        items.extend(found)
        identical += not found
    items.extend(
        Disagreement("missed", d, c, None, "claim", ("", "")) for d, c in matching.only_first
    )
    items.extend(
        Disagreement("missed", d, None, c, "claim", ("", "")) for d, c in matching.only_second
    )
    place = {d.name: i for i, d in enumerate(listed)}
    items.sort(key=lambda item: (place[item.document], item.start, KINDS.index(item.kind)))
    rows = np.zeros((len(listed), len(KINDS)))
    for item in items:
        rows[place[item.document], KINDS.index(item.kind)] += 1
    counts = Counter(item.kind for item in items)
    return Decomposition(
        first,
        second,
        tuple(items),
        {kind: counts[kind] for kind in KINDS},
        identical,
        tuple(
            _share(rows, i, tuple(place), (first, second), resampling) for i in range(len(KINDS))
        ),
        matching,
    )


def _spans(one: Match) -> Iterable[Disagreement]:
    """Roles whose fragments differ: a boundary where they overlap, a link where they do not."""
    for role in sorted(one.first.roles.keys() | one.second.roles.keys()):
        ours, theirs = one.first.role(role), one.second.role(role)
        if ours != theirs:
            kind: Kind = "boundary" if overlapping(ours, theirs) else "link"
            values = (written(ours), written(theirs))
            yield Disagreement(kind, one.document, one.first, one.second, role, values)


def overlapping(ours: Sequence[Range], theirs: Sequence[Range]) -> bool:
    """Whether any two ranges share a character."""
    return any(a < d and c < b for a, b in ours for c, d in theirs)


def written(ranges: Sequence[Range]) -> str:
    """Ranges as people read them: "10-20 30-35"."""
    return " ".join(f"{start}-{end}" for start, end in ranges)


def _attributes(
    one: Match, kinds: Mapping[str, Kind], wanted: Sequence[str] | None
) -> Iterable[Disagreement]:
    ours, theirs = one.first.attributes, one.second.attributes
    for name in sorted(ours.keys() | theirs.keys()) if wanted is None else wanted:
        values = (ours.get(name, ""), theirs.get(name, ""))
        if values[0] != values[1]:
            kind = kinds.get(name, "type")
            yield Disagreement(kind, one.document, one.first, one.second, name, values)


class _Links:
    """Whether matched claims are nested in claims that are matched as well."""

    def __init__(self, documents: Iterable[Document], matching: Matching) -> None:
        sides = (matching.first, matching.second)
        self.known = {
            (document.name, side, claim.id): claim
            for document in documents
            for side, name in enumerate(sides)
            for claim in document.claims[name]
            if claim.id
        }
        # Two claims may be equal, so they are told apart by identity.
        self.partner = {id(one.first): one.second for one in matching.matches}

    def differing(self, one: Match) -> Iterable[Disagreement]:
        """The link to the parent, when the two are nested in different claims."""
        ours = self.known.get((one.document, 0, one.first.parent or ""))
        theirs = self.known.get((one.document, 1, one.second.parent or ""))
        expected = None if ours is None else self.partner.get(id(ours))
        if (ours is None) != (theirs is None) or expected is not theirs:
            values = tuple("" if p is None else f"{p.start}-{p.end}" for p in (ours, theirs))
            yield Disagreement(
                "link", one.document, one.first, one.second, "parent", (values[0], values[1])
            )


def _share(
    rows: Floats,
    kind: int,
    documents: tuple[str, ...],
    annotators: tuple[str, str],
    resampling: Resampling | None,
) -> Result:
    statistic = Statistic(rows, lambda sums: ratio(sums[:, kind], sums.sum(axis=1)), documents)
    value = statistic.value()
    n = int(rows.sum())
    reason = ""
    if np.isnan(value):
        reason = "no disagreement" if documents else "no document was read by both"
    result = Result(
        "share_of_disagreement",
        None if reason else value,
        reason,
        n,
        "disagreements",
        len(documents),
        annotators,
        warnings=small_n(n, "disagreements"),
        subject=KINDS[kind],
        statistic=statistic,
    )
    return with_interval(result, resampling)
