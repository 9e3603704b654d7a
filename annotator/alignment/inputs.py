"""Spans and claims of one document as several annotators marked them: plain types, no numpy.

A mark, a sentence tag or any labelled span is a claim with the one role "span". Offsets are code
points, half-open, over the document's text.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import Final, TypeAlias

from annotator.domain.errors import SpanError
from annotator.domain.spans import canonical

Range: TypeAlias = tuple[int, int]
SPAN: Final = "span"
LABEL: Final = "label"


@dataclass(frozen=True, slots=True)
class Claim:
    """One claim, mark or labelled span of one annotator.

    Attributes:
        roles: Role -> its fragments. They are brought into canonical form, so the order in which
            an annotator marked the pieces never makes a disagreement. Empty roles are dropped.
        attributes: Attribute -> value.
        id: Of the annotation it was made from; `parent` is the id of the claim it is nested in.

    Raises:
        SpanError: when a range is empty or starts before 0, or there is none.
    """

    roles: Mapping[str, tuple[Range, ...]]
    attributes: Mapping[str, str] = field(default_factory=dict)
    id: str = ""
    parent: str | None = None

    def __post_init__(self) -> None:
        for start, end in chain.from_iterable(self.roles.values()):
            if not 0 <= start < end:
                raise SpanError(f"[{start}, {end}) is no span", "a span has start < end, from 0")
        roles = {name: canonical(ranges) for name, ranges in self.roles.items() if ranges}
        if not roles:
            raise SpanError(f"claim {self.id or '(no id)'} has no span", "mark at least one role")
        object.__setattr__(self, "roles", dict(sorted(roles.items())))

    def role(self, name: str) -> tuple[Range, ...]:
        """The fragments of a role, sorted; empty when the claim does not have it."""
        return self.roles.get(name, ())

    @property
    def start(self) -> int:
        """The first code point of any role."""
        return min(ranges[0][0] for ranges in self.roles.values())

    @property
    def end(self) -> int:
        """The code point after the last one of any role."""
        return max(ranges[-1][1] for ranges in self.roles.values())


@dataclass(frozen=True, slots=True)
class ComparedText:
    """One document and what each annotator who read it marked.

    Attributes:
        name: Unique among the documents that are compared.
        length: Of the text, in code points.
        claims: Annotator -> claims. One who read the document and marked nothing has an empty
            sequence; one who did not read it is not in the mapping.
        token_starts: Where each token starts, sorted; empty when token measures are not needed.
        token_ends: The code point after each token; as long as `token_starts`.

    Raises:
        SpanError: when a claim reaches beyond the text.
    """

    name: str
    length: int
    claims: Mapping[str, Sequence[Claim]]
    token_starts: Sequence[int] = field(default=(), repr=False)
    token_ends: Sequence[int] = field(default=(), repr=False)

    def __post_init__(self) -> None:
        if len(self.token_starts) != len(self.token_ends):
            raise SpanError(f"{self.name}: as many token starts as token ends are needed")
        for annotator, claims in self.claims.items():
            for claim in claims:
                if claim.end > self.length:
                    raise SpanError(
                        f"{self.name}: a claim of {annotator} ends at {claim.end}, "
                        f"the text at {self.length}"
                    )

    @staticmethod
    def from_spans(
        name: str,
        length: int,
        spans: Mapping[str, Iterable[tuple[str, int, int]]],
        token_starts: Sequence[int] = (),
        token_ends: Sequence[int] = (),
    ) -> ComparedText:
        """Build a document from annotator -> (label, start, end)."""
        claims = {
            annotator: tuple(Claim({SPAN: ((s, e),)}, {LABEL: label}) for label, s, e in found)
            for annotator, found in spans.items()
        }
        return ComparedText(name, length, claims, token_starts, token_ends)


def annotators_of(documents: Iterable[ComparedText]) -> tuple[str, ...]:
    """The names of all who read at least one of the documents, sorted."""
    return tuple(sorted({name for document in documents for name in document.claims}))
