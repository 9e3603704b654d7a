"""Suggestions in a session: which are still to be decided, and what deciding does.

A decision is a verdict in the journal, in one action with what it makes: accepting adds a claim of
provenance "suggested"; whatever a person then changes makes it "human". A rejected suggestion does
not come back from the same engine; another version may propose it again, and `again` says so.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final, Literal

from annotator.domain.model import Annotation
from annotator.domain.session.session import Session
from annotator.domain.suggestion import StoredSuggestion

Decision = Literal["accepted", "rejected"]
SAME_CONTENT: Final = 0.5
"""Share (intersection over union, code points) from which a claim is what a suggestion proposes."""


@dataclass(frozen=True, slots=True)
class Pending:
    """A suggestion that waits for a decision; `again`: an older engine's was rejected."""

    suggestion: StoredSuggestion
    again: bool


def _overlap(a: Iterable[tuple[int, int]], b: Iterable[tuple[int, int]]) -> int:
    second = list(b)
    return sum(max(0, min(e, f) - max(s, t)) for s, e in a for t, f in second)


def same_content(suggestion: StoredSuggestion, claim: Annotation) -> bool:
    """Whether a claim's content is, for the most part, the suggestion's."""
    mine = suggestion.ranges("content")
    other = [(f.start, f.end) for f in claim.role("content")]
    common = _overlap(mine, other)
    total = sum(e - s for s, e in mine) + sum(e - s for s, e in other) - common
    return total > 0 and common / total >= SAME_CONTENT


class Suggestions:
    """The suggestions of a session's article that nobody decided about yet."""

    def __init__(self, session: Session, stored: Iterable[StoredSuggestion]) -> None:
        self._session = session
        self.stored = sorted(stored, key=lambda s: (s.start, -s.end, s.id))
        self.least = 0.0
        """Suggestions less sure than this are hidden."""
        self._generation = -1
        self._pending: list[Pending] = []

    def pending(self) -> list[Pending]:
        """What waits for a decision, in reading order; made again only after a change."""
        index = self._session.index
        if self._generation != index.generation:
            verdicts: dict[str, set[str]] = {}
            for a in index.by_id.values():
                if a.layer == "verdict":
                    key = a.attributes.get("suggestion", "")
                    verdicts.setdefault(key, set()).add(a.attributes.get("engine", ""))
            self._pending = []
            for s in self.stored:
                engines = verdicts.get(s.key, set())
                claims = index.at(s.start, s.end) if s.engine not in engines else []
                if s.engine in engines or any(same_content(s, c) for c in claims):
                    continue
                self._pending.append(Pending(s, again=bool(engines)))
            self._generation = index.generation
        return [p for p in self._pending if p.suggestion.confidence >= self.least]

    def forget(self) -> None:
        """Count anew (the stored suggestions or the limit changed)."""
        self._generation = -1

    def at_cursor(self) -> Pending | None:
        """The smallest pending suggestion that touches the token under the cursor."""
        start, end = self._session.page.token(self._session.cursor)
        here = [
            p
            for p in self.pending()
            if any(f.start < end and start < f.end for f in p.suggestion.fragments)
        ]
        return min(here, key=lambda p: p.suggestion.end - p.suggestion.start, default=None)

    def next(self) -> Pending | None:
        """Go to the next suggestion after the cursor, or to the first when none is left below."""
        pending = self.pending()
        if not pending:
            return None
        s = self._session
        here = self.at_cursor()
        key = (here.suggestion.start, -here.suggestion.end) if here else (s.offset, 0)
        later = [p for p in pending if (p.suggestion.start, -p.suggestion.end) > key]
        found = (later or pending)[0]
        s.activate(None)
        s.selection = None
        content = found.suggestion.ranges("content")
        s.go(content[0][0] if content else found.suggestion.start)
        return found

    def decide(self, decision: Decision, *pending: Pending) -> list[Annotation]:
        """Accept or reject suggestions as one action; returns the claims that were made."""
        s = self._session
        claims: dict[str, Annotation] = {}
        verdicts: list[Annotation] = []
        for p in pending:
            found = p.suggestion
            claim = replace(s.new("claim", found.fragments), attributes=dict(found.attributes))
            if decision == "accepted":
                claims[found.id] = claim
            verdicts.append(
                replace(
                    s.new("verdict", found.fragments),
                    attributes={
                        "verdict": decision,
                        "suggestion": found.key,
                        "engine": found.engine,
                        "confidence": f"{found.confidence:.3f}",
                        **({"claim": claim.id} if decision == "accepted" else {}),
                    },
                )
            )
        for p in pending:
            # A nested suggestion keeps its parent when that was accepted with it.
            parent = claims.get(p.suggestion.parent or "")
            if parent and p.suggestion.id in claims:
                claims[p.suggestion.id] = replace(claims[p.suggestion.id], parent=parent.id)
        many = f"{len(pending)} suggestions" if len(pending) > 1 else "suggestion"
        made = list(claims.values())
        s.save(
            f"{many} {decision}",
            *((None, a) for a in (*made, *verdicts)),
            provenance="suggested",
        )
        if len(made) == 1:
            s.activate(made[0].id)
            s.last_labels = dict(made[0].attributes)
        return [s.index.by_id[a.id] for a in made]
