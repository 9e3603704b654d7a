"""What two annotators disagree about, claim by claim: the slow way that the report is held against.

The kinds are additive: every difference between two lists of claims is listed once, under one
kind, and the counts sum to all disagreements.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from annotator.alignment.inputs import Claim, ComparedText
from annotator.alignment.matching import ANCHORS, SUPPORT, Group, align
from annotator.report.kinds import KINDS, STANCE, Kind, format_ranges, overlapping


@dataclass(frozen=True, slots=True)
class Match:
    """Two claims about the same thing. `overlap` is the Dice overlap of the anchor roles."""

    document: str
    first: Claim
    second: Claim
    overlap: float


@dataclass(frozen=True, slots=True)
class Matching:
    """The claims of two annotators side by side, over the documents that both read."""

    matches: tuple[Match, ...]
    only_first: tuple[tuple[str, Claim], ...]
    only_second: tuple[tuple[str, Claim], ...]


def match(
    documents: Iterable[ComparedText],
    first: str,
    second: str,
    *,
    anchors: Sequence[str] = ANCHORS,
    support: Sequence[str] = SUPPORT,
) -> Matching:
    """The alignment of two annotators alone, as pairs."""
    both = [d for d in documents if {first, second} <= d.claims.keys()]
    groups = align(both, [first, second], anchors=anchors, support=support).groups
    order = {(d.name, c): i for d in both for i, c in enumerate(map(id, d.claims[first]))}
    pairs = [
        Match(g.document, g.claims[first], g.claims[second], _dice(g, anchors))
        for g in groups
        if len(g.claims) == 2
    ]
    names = [d.name for d in both]
    pairs.sort(key=lambda m: (names.index(m.document), order[m.document, id(m.first)]))

    def alone(who: str) -> tuple[tuple[str, Claim], ...]:
        mine = {id(g.claims[who]) for g in groups if len(g.claims) == 1 and who in g.claims}
        return tuple((d.name, c) for d in both for c in d.claims[who] if id(c) in mine)

    return Matching(tuple(pairs), alone(first), alone(second))


def _dice(group: Group, anchors: Sequence[str]) -> float:
    one, other = (
        {(role, i) for role in anchors for a, b in c.role(role) for i in range(a, b)}
        for c in group.claims.values()
    )
    return 2 * len(one & other) / (len(one) + len(other))


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
        matching: What was compared with what.
    """

    first: str
    second: str
    items: tuple[Disagreement, ...]
    counts: Mapping[Kind, int]
    identical: int
    matching: Matching


def decompose(
    documents: Iterable[ComparedText],
    first: str,
    second: str,
    *,
    kinds: Mapping[str, Kind] = STANCE,
    attributes: Sequence[str] | None = None,
    anchors: Sequence[str] = ANCHORS,
    support: Sequence[str] = SUPPORT,
) -> Decomposition:
    """Split what two annotators disagree about into kinds.

    Args:
        documents: Those that both read are used.
        first, second: Annotators.
        kinds: Attribute -> kind; attributes not named are of kind "type".
        attributes: Which to compare; all that either of two matched claims has without.
        anchors: As for `match`.
        support: As for `match`.
    """
    listed = [d for d in documents if {first, second} <= d.claims.keys()]
    matching = match(listed, first, second, anchors=anchors, support=support)
    links = _Links(listed, first, second, matching)
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
    counts = Counter(item.kind for item in items)
    return Decomposition(
        first,
        second,
        tuple(items),
        {kind: counts[kind] for kind in KINDS},
        identical,
        matching,
    )


def _spans(one: Match) -> Iterable[Disagreement]:
    """Roles whose fragments differ: a boundary where they overlap, a link where they do not."""
    for role in sorted(one.first.roles.keys() | one.second.roles.keys()):
        ours, theirs = one.first.role(role), one.second.role(role)
        if ours != theirs:
            kind: Kind = "boundary" if overlapping(ours, theirs) else "link"
            values = (format_ranges(ours), format_ranges(theirs))
            yield Disagreement(kind, one.document, one.first, one.second, role, values)


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

    def __init__(
        self, documents: Iterable[ComparedText], first: str, second: str, matching: Matching
    ) -> None:
        sides = (first, second)
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
