"""A claim that is proposed and not saved: what it would be, and which role of it is at hand."""

from __future__ import annotations

from dataclasses import dataclass

from annotator.domain.model import Annotation, Fragment


@dataclass(frozen=True, slots=True)
class ProposedClaim:
    """A claim that is not saved, and the role of it that is at hand.

    `read` are its fragments as they were proposed, `suggestion` the id of the suggestion that they
    are from; "" where the sentence's words alone were read.
    """

    claim: Annotation
    role: str
    read: tuple[Fragment, ...]
    suggestion: str = ""
    origin: int = 0
    """Where the cursor was before (code point): where it is again when the claim is dropped."""

    @property
    def as_read(self) -> bool:
        """Whether nothing of it was corrected."""
        return self.claim.fragments == self.read

    def holds(self, role: str, start: int, end: int) -> bool:
        """Whether a piece of a role shares a code point with `[start, end)`."""
        return any(f.start < end and start < f.end for f in self.claim.role(role))

    @property
    def roles(self) -> list[str]:
        """The roles that it has pieces of, in the order of the text."""
        return list(dict.fromkeys(f.role for f in sorted(self.claim.fragments, key=_start)))


def _start(f: Fragment) -> int:
    return f.start
