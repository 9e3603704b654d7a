"""Source and cue strings: the same words in other claims, and how those were labelled."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from typing import NamedTuple

from annotator.domain.occurrence import RoleText
from annotator.text.normal import normal


class SameString(NamedTuple):
    """The other claims in which a string plays the same role."""

    text: str
    claims: tuple[RoleText, ...]
    labels: Counter[str]
    """Value of the attribute -> claims that have it; "" for those without one."""

    def different(self, value: str) -> int:
        """How many of the claims have another value (none is no other one)."""
        return sum(n for v, n in self.labels.items() if v not in ("", value))

    def tell(self, value: str = "", shown: Callable[[str], str] = str) -> str:
        """For people: "in 31 other claims, 2 labelled differently"; `shown` says a value."""
        n = len(self.claims)
        said = f"in {n:,} other claim{'' if n == 1 else 's'}"
        if value:
            different = self.different(value)
            return said + (f", {different:,} labelled differently" if different else "")
        known = ", ".join(f"{shown(v)} {c:,}" for v, c in self.labels.most_common(3) if v)
        return said + (f": {known}" if known else "")


class Strings:
    """The strings of one role (source, cue) in many claims, by their normal form."""

    def __init__(self, found: Iterable[RoleText], attribute: str = "source_type") -> None:
        self.attribute = attribute
        self.by_form: dict[str, list[RoleText]] = {}
        for item in found:
            self.by_form.setdefault(normal(item.text), []).append(item)

    def same(self, text: str, without: str = "", annotator: str | None = None) -> SameString:
        """The claims in which this string stands in the role.

        Args:
            text: The string; case and marks do not count.
            without: Id of a claim to leave out: the one that asks.
            annotator: Only this annotator's claims (blind mode).
        """
        claims = tuple(
            item
            for item in self.by_form.get(normal(text), ())
            if item.claim != without and annotator in (None, item.annotator)
        )
        labels = Counter(item.attributes.get(self.attribute, "") for item in claims)
        return SameString(text, claims, labels)


def same_source(
    found: Iterable[RoleText],
    text: str,
    without: str = "",
    annotator: str | None = None,
    attribute: str = "source_type",
) -> SameString:
    """Shorthand for one look-up among sources; keep a `Strings` for more than one."""
    return Strings(found, attribute).same(text, without, annotator)
