"""What enough annotators agree on in a case; or why the case is left to a person.

Everybody who has read the article decides whether there is something, and nothing. Those who have
it decide among themselves what it is: its words, character by character in each role, its labels
and what it is nested in, each by the same share. With a share above one half no two answers can
both have enough, so what comes out does not depend on any order.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from typing import Final, Literal, NamedTuple, TypeAlias

from annotator.domain.model import Annotation, Fragment
from annotator.domain.same import canonical_roles
from annotator.domain.spans import canonical
from annotator.session.adjudication_cases import Case, How, Variant
from annotator.session.adjudication_merging import label_votes, pieces_of

Why = Literal[
    "changed",
    "by hand",
    "no majority",
    "unread",
    "not alike",
    "words",
    "label",
    "nesting",
    "direction",
    "ends",
    "not allowed",
]
WHY: Final[dict[Why, str]] = {
    "changed": "a reading changed since it was decided",
    "by hand": "the gold annotator has it already, by hand",
    "no majority": "neither enough readers have it, nor enough nothing",
    "unread": "not all have read this place who have nothing here",
    "not alike": "not enough readings are alike",
    "words": "no majority on which words",
    "label": "no majority on a label",
    "nesting": "no majority on what it is nested in",
    "direction": "no majority on the direction of a relation",
    "ends": "an end of the relation has no gold annotation",
    "not allowed": "the scheme does not allow the relation between what is gold",
}
"""Why a case is left open, in the order in which it is asked."""


class Rule(NamedTuple):
    """What is enough."""

    share: Fraction | None = None
    """At least this share, which is more than one half; None for more than half."""
    whole: bool = False
    """Only readings that are alike as a whole count, word for word and label for label."""

    def enough(self, votes: int, of: int) -> bool:
        """Whether so many of so many decide."""
        return 2 * votes > of if self.share is None else votes >= self.share * of


MOST: Final = Rule()
EVERYBODY: Final = Rule(Fraction(1), whole=True)
"""Only what everybody reads alike."""


class Agreed(NamedTuple):
    """What a case is decided for."""

    how: How
    """identical: as all read it; take: as some do; merge: as nobody does as a whole; none."""
    reading: Annotation | None
    taken_from: tuple[str, ...]
    """Ids of the readings that it was made from."""


class Left(NamedTuple):
    """Why a case is left open."""

    why: Why
    about: str = ""
    """The roles or labels that are disputed, or who has not read the place."""


Verdict: TypeAlias = Agreed | Left


def verdict(case: Case, rule: Rule = MOST, unread: Collection[str] = ()) -> Verdict:
    """What enough annotators agree on.

    Args:
        case: With a reading at least.
        rule: What is enough.
        unread: Those of the readers without a reading here who have not come to this place yet:
            they do not say that there is nothing.
    """
    readers, have = len(case.everybody), len(case.readings)
    if case.identical:
        return Agreed("identical", case.variants[0].reading, _ids(case, case.variants[0]))
    if rule == EVERYBODY:
        return Left("not alike")
    if not rule.enough(have, readers):
        if not rule.enough(readers - have, readers):
            return Left("no majority")
        if not rule.enough(readers - have - len(unread), readers):
            return Left("unread", ", ".join(sorted(unread)))
        return Agreed("none", None, ())
    if rule.whole:
        most = case.variants[0]
        if most.reading is None or not rule.enough(len(most.annotators), readers):
            return Left("not alike")
        return Agreed("take", most.reading, _ids(case, most))
    return _composed(case, rule)


def _composed(case: Case, rule: Rule) -> Verdict:
    """The words, labels and nesting that enough of those agree on who have a reading."""
    variants = [v for v in case.variants if v.reading is not None]
    readings = [case.readings[name] for v in variants for name in v.annotators]
    fragments, disputed = _words(readings, rule)
    if disputed or (not fragments and any(r.fragments for r in readings)):
        return Left("words", ", ".join(disputed))
    attributes: dict[str, str] = {}
    tied: list[str] = []
    for name, votes in label_votes(case).items():
        ((value, count),) = votes.most_common(1)
        if not rule.enough(count, len(readings)):
            tied.append(name)
        elif value:
            attributes[name] = value
    if tied:
        return Left("label", ", ".join(tied))
    tied_to = Counter(case.tie(name) for name in case.readings)
    ((tie, count),) = tied_to.most_common(1)
    if not rule.enough(count, len(readings)):
        return Left("direction" if case.layer == "relation" else "nesting")
    alike = [v for v in variants if case.tie(v.annotators[0]) == tie]
    made = replace(_first(alike), fragments=fragments, attributes=attributes)
    for variant in alike:
        if variant.reading and _said(variant.reading) == _said(made):
            return Agreed("take", variant.reading, _ids(case, variant))
    return Agreed("merge", made, tuple(v.reading.id for v in alike if v.reading))


def _first(variants: Sequence[Variant]) -> Annotation:
    return next(v.reading for v in variants if v.reading is not None)


def _words(readings: Sequence[Annotation], rule: Rule) -> tuple[tuple[Fragment, ...], list[str]]:
    """The pieces that enough readings mark, and the roles about which they do not agree."""
    fragments: list[Fragment] = []
    disputed: list[str] = []
    marked = [dict(canonical_roles(r.fragments)) for r in readings]
    for role in dict.fromkeys(f.role for r in readings for f in r.fragments):
        ranges = [one.get(role, ()) for one in marked]
        have = sum(map(bool, ranges))
        if rule.enough(len(readings) - have, len(readings)):
            continue
        agreed = _shared(ranges, rule)
        if not rule.enough(have, len(readings)) or not agreed:
            disputed.append(role)
            continue
        # Cut into pieces as by a reading that marks just these words, where there is one.
        same = next((r for r, mine in zip(readings, ranges, strict=True) if mine == agreed), None)
        fragments += same.role(role) if same else pieces_of(role, agreed, readings)
    return tuple(fragments), disputed


def _shared(marked: Sequence[Sequence[tuple[int, int]]], rule: Rule) -> tuple[tuple[int, int], ...]:
    """The characters that enough of several sets of ranges hold."""
    edges = sorted({edge for ranges in marked for one in ranges for edge in one})
    return canonical(
        (a, b)
        for a, b in pairwise(edges)
        if rule.enough(sum(any(s <= a < e for s, e in one) for one in marked), len(marked))
    )


def _said(reading: Annotation) -> tuple[object, dict[str, str]]:
    return canonical_roles(reading.fragments), dict(reading.attributes)


def _ids(case: Case, variant: Variant) -> tuple[str, ...]:
    return tuple(case.readings[name].id for name in variant.annotators)
