"""What an import brought, and why one was refused."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from annotator.domain.errors import InputError
from annotator.domain.exchange import BadRecord
from annotator.domain.losses import Losses

NAMED: Final = 1000
"""How many bad records are kept by name; all are counted."""


class ImportRefusedError(InputError):
    """An import with bad records, none of which was to be passed over; nothing was written."""

    def __init__(self, bad: list[BadRecord], count: int, versions: Counter[str]) -> None:
        told = [f"{b.where}: {b.message}" for b in bad[:20]]
        more = [f"... and {count - len(told)} more"] if count > len(told) else []
        hint = "mend the file, or import the others with --skip-bad"
        if versions:
            whose = ", ".join(f"{n} of {name}'s" for name, n in sorted(versions.items()))
            name = min(versions)
            hint = (
                f"{whose} annotations are here with other content: this is another version of the"
                f" same work, and versions are not merged yet. --apart 2 keeps it apart, as"
                f" {name}-2's; --skip-bad keeps what is here and adds what is new"
            )
        super().__init__(
            "\n".join(
                [
                    f"{count} record{'' if count == 1 else 's'} cannot be imported; nothing was:",
                    *told,
                    *more,
                ]
            ),
            hint,
        )
        self.bad = bad
        self.count = count


class Alike(NamedTuple):
    """An article that was added, and one that was here and reads the same."""

    article: int
    other: int
    where: str


@dataclass(slots=True)
class Imported:
    """What an import brought."""

    articles: int = 0
    """Added."""
    known: int = 0
    """Texts that were there already; their annotations were added to them."""
    annotations: int = 0
    spans: int = 0
    unchanged: int = 0
    """Annotations that were there already, exactly as in the file."""
    by_annotator: Counter[str] = field(default_factory=Counter)
    batch: str | None = None
    """The action that undo takes back; None when no annotation was added."""
    scheme: str = ""
    """The version of the scheme that the action put in force; "" where it changed none."""
    beside: Counter[str] = field(default_factory=Counter)
    """Annotations added to articles on which their annotator had others before, by annotator."""
    before: Counter[str] = field(default_factory=Counter)
    """How many others those were."""
    absent: Counter[str] = field(default_factory=Counter)
    """Of annotators of whom the file repeats some annotations: those here that it does not have."""
    versions: Counter[str] = field(default_factory=Counter)
    """Annotations that are here with other content, by annotator; they are bad records."""
    alike: list[Alike] = field(default_factory=list)
    bad: list[BadRecord] = field(default_factory=list)
    """The first of the records that were passed over."""
    bad_count: int = 0
    losses: Losses = field(default_factory=Losses)
    """What of the files is not taken over."""

    def note_bad(self, where: str, message: str) -> None:
        """Count a record that cannot be used."""
        self.bad_count += 1
        if len(self.bad) < NAMED:
            self.bad.append(BadRecord(where, message))
