"""Reported speech apart from wants, plans and attitudes, by the project's own list of verbs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from annotator.attribution.result import Suggestion
from annotator.attribution.rules.candidates import Candidate
from annotator.attribution.rules.lexicon import words

_ALWAYS: Final = frozenset(("no-cue", "according", "colon"))
"""Quotations and introductions that need no verb."""
_WITH_WORDS: Final = frozenset(
    ("quote", "that", "ccomp", "inverted", "inserted", "last", "xcomp", "gerund", "learned")
)
"""Patterns in which a verb of speaking has the words said, or a clause of them, beside it: not
"criticised the plan", "spoke about the budget"."""


def is_reported(candidate: Candidate) -> bool:
    """Whether a candidate reports what somebody said, told or asked."""
    if candidate.pattern in _ALWAYS:
        return True
    spoken = candidate.lemma in words("speech") or candidate.lemma in words("telling")
    return spoken and candidate.pattern.removeprefix("pass-") in _WITH_WORDS


def reported_only(claims: Sequence[Suggestion]) -> list[Suggestion]:
    """The claims that report speech; one nested in a claim that goes is nested further out."""
    place: dict[int, int] = {}
    for index, claim in enumerate(claims):
        if claim.reported:
            place[index] = len(place)
    return [replace(c, parent=_outer(claims, c, place)) for c in claims if c.reported]


def _outer(claims: Sequence[Suggestion], claim: Suggestion, place: dict[int, int]) -> int | None:
    at = claim.parent
    for _ in claims:
        if at is None or at in place:
            break
        at = claims[at].parent
    return None if at is None else place.get(at)
