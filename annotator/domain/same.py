"""When two claims, proposed or made, are one: by the words they share, not by exact ends.

`overlap` and `share` measure; everything here stands on them and on one threshold. `same_content`
is the answer to "is this claim there already"; what asks more, or something else, has a name and a
reason of its own: `same_claim`, `same_proposal`, `resembles`, `stands_in`. Which annotations of
*different annotators* are about the same thing is answered by the room `alignment`, which weighs
all claims of an article at once: there any overlap may do, and the best partner is taken.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final, TypeAlias

from annotator.domain.model import Fragment
from annotator.domain.spans import canonical

Ranges = Iterable[tuple[int, int]]
CanonicalRoles: TypeAlias = tuple[tuple[str, tuple[tuple[int, int], ...]], ...]

SAME_CONTENT: Final = 0.5
"""Share (of code points) from which two contents are one, or one stands in the other."""


def overlap(first: Ranges, second: Ranges) -> int:
    """How many code points two sets of ranges have in common; the ranges of each do not overlap."""
    others = list(second)
    return sum(max(0, min(e, f) - max(s, t)) for s, e in first for t, f in others)


def share(first: Ranges, second: Ranges) -> float:
    """Intersection over union of two sets of ranges, 0 to 1; 0 when both are empty."""
    a, b = list(first), list(second)
    common = overlap(a, b)
    total = sum(e - s for s, e in (*a, *b)) - common
    return common / total if total > 0 else 0.0


def same_content(first: Ranges, second: Ranges) -> bool:
    """Whether two contents of an article are the same for the most part, wherever they were cut.

    Asked by `session.review`, through `same_claim` (is the suggestion a claim that was made, or one
    that was decided about?), and by `phrases.propagate` (has the annotator the claim in this place
    already, so that it is not made twice?).
    """
    return share(first, second) >= SAME_CONTENT


def stands_in(content: Ranges, place: Ranges) -> bool:
    """Whether a content stands in a place: the shorter of both lies in the other for the most part.

    Asked by `phrases.lineage`, whose places are sentences as often as phrases: of a sentence the
    content is a part ("..., she said"), so what the longer one holds besides says nothing, and
    `same_content` would miss it.
    """
    a, b = list(content), list(place)
    shorter = min(sum(end - start for start, end in one) for one in (a, b))
    return shorter > 0 and overlap(a, b) >= SAME_CONTENT * shorter


def ranges(fragments: Iterable[Fragment], role: str) -> list[tuple[int, int]]:
    """The ranges of one role, sorted."""
    return sorted((f.start, f.end) for f in fragments if f.role == role)


def canonical_roles(fragments: Iterable[Fragment]) -> CanonicalRoles:
    """Role -> its characters in canonical form, by role: what a reading marks.

    The order in which pieces were marked, and into how many they were cut, makes no difference.
    """
    roles: dict[str, list[tuple[int, int]]] = {}
    for f in fragments:
        roles.setdefault(f.role, []).append((f.start, f.end))
    return tuple((role, canonical(roles[role])) for role in sorted(roles))


def same_claim(first: Sequence[Fragment], second: Sequence[Fragment], content: str) -> bool:
    """Whether two claims of an article are the same: their contents are, for the most part.

    `content` is the role that is one.

    And nothing else in them is somewhere else: one whose cue or source lies in other words is
    another claim about these words, and one whose cue lies in the content of the other is nested
    in it.
    """
    contents = ranges(first, content), ranges(second, content)
    if not same_content(*contents):
        return False
    for role in {f.role for f in (*first, *second)} - {content}:
        a, b = ranges(first, role), ranges(second, role)
        if a and b:
            if not overlap(a, b):
                return False
        elif overlap(a, contents[1]) or overlap(b, contents[0]):
            return False
    return True


def same_proposal(
    first: Sequence[Fragment], second: Sequence[Fragment], content: str, told: Iterable[str]
) -> bool:
    """Whether two engines' claims are one proposal, so that who rejected one rejected the other.

    The same claim, and as much of it: one that now has a source, or a cue (the roles that are
    `told` of it), is a new proposal.
    """
    if {*first} == {*second}:
        return True
    return same_claim(first, second, content) and all(
        bool(ranges(first, role)) == bool(ranges(second, role)) for role in told
    )


def resembles(first: Sequence[Fragment], second: Sequence[Fragment], content: str) -> bool:
    """Whether two claims have some content, and some other role, in common."""
    roles = {f.role for f in first} - {content}
    return overlap(ranges(first, content), ranges(second, content)) > 0 and any(
        overlap(ranges(first, role), ranges(second, role)) for role in roles
    )
