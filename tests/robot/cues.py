"""Claims that a cue proposes, in plans: what `R` reads there, and what is to be put right in it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from annotator.domain.model import Annotation, Fragment
from annotator.session.proposing import propose
from tests.robot.ground import Way
from tests.robot.hand import Hand

READ: Final = 3
"""How often the key is pressed for the next cue of a sentence."""


@dataclass(frozen=True, slots=True)
class CueFirst:
    """A way to a proposed claim and through it.

    Attributes:
        way: To the cue, or to the first word of its sentence.
        presses: Of the key that proposes.
        proposed: What it proposes.
        put: Fragments that are selected and given their role's key before it is taken.
        left_out: Roles of one piece that are left out.
        cost: Keys up to the claim with its pieces, in estimate.
    """

    way: Way
    presses: int
    proposed: tuple[Fragment, ...]
    put: tuple[Fragment, ...]
    left_out: tuple[str, ...]
    cost: int


class CueReader:
    """Asks a hand of its own what a cue proposes; nothing is annotated in it."""

    def __init__(self, hand: Hand) -> None:
        self._session = hand.session
        self._known: dict[int, list[tuple[Fragment, ...]]] = {}

    def readings(self, token: int) -> list[tuple[Fragment, ...]]:
        """What is proposed at a token by the first, second ... press of the key."""
        if token not in self._known:
            self._known[token] = list(self._read(token))
        return self._known[token]

    def _read(self, token: int) -> Iterator[tuple[Fragment, ...]]:
        s = self._session
        s.cursor, s.selection, s.proposal = token, None, None
        for _ in range(READ):
            if propose(s, ()):
                break
            proposal = self._session.proposal
            if proposal is not None:
                yield proposal.claim.fragments
        s.proposal = None


def ranges(fragments: Sequence[Fragment], role: str) -> list[tuple[int, int, int]]:
    """The pieces of a role, with the number of their span."""
    return sorted((f.start, f.end, f.span) for f in fragments if f.role == role)


def placed(claim: Annotation) -> set[tuple[str, int, int]]:
    """The pieces that a claim has, whatever spans they are of."""
    return {(f.role, f.start, f.end) for f in claim.fragments}
