"""Suggestions in a session: which are still to be decided, and what deciding does.

A decision is a verdict in the journal, in one action with what it makes: accepting adds a claim of
provenance "suggested"; whatever a person then changes makes it "human". What was decided does not
come back, also when another version of the engine moved its boundaries: `domain.same` says when two
proposals are one.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final, Literal

from annotator.domain.model import Annotation, Provenance
from annotator.domain.same import resembles, same_claim, same_proposal
from annotator.domain.suggestion import StoredSuggestion
from annotator.domain.terms import offered, role_said
from annotator.session.annotating import Session
from annotator.session.saving import pluralise

Decision = Literal["accepted", "rejected"]
Order = Literal["reading", "surest", "least sure"]
ORDERS: Final[tuple[Order, ...]] = ("reading", "surest", "least sure")
"""In which order `next` goes: down the text, or by confidence."""
NONE: Final = 2.0
"""The level that no confidence reaches: all suggestions are hidden."""
LEVELS: Final = (0.0, 0.3, 0.5, 0.8, NONE)
"""Confidences below which suggestions are hidden, from one press of the key to the next."""
SURE: Final = 0.8
"""Confidence from which a suggestion is called sure, and "accept all" takes it."""
LIKELY: Final = 0.5
"""Confidence below which it is called a guess."""


@dataclass(frozen=True, slots=True)
class Pending:
    """A suggestion that waits for a decision; `again`: one that resembles it is decided."""

    suggestion: StoredSuggestion
    again: bool


class SuggestionReview:
    """The suggestions of a session's article that nobody decided about yet."""

    def __init__(
        self,
        session: Session,
        stored: Iterable[StoredSuggestion],
        *,
        least: float = 0.0,
        order: Order = "reading",
    ) -> None:
        self._session = session
        self.stored = sorted(offered(session.scheme, stored), key=lambda s: (s.start, -s.end, s.id))
        self.least = least
        """Suggestions less sure than this are hidden."""
        self.order = order
        page = session.page
        self._content = session.scheme.content_name
        said = (role_said(session.scheme, name) for name in ("cue", "source"))
        self._told = tuple(name for name in said if name)
        self._in_sentence: dict[int, list[int]] = {}
        """Sentence -> places in `stored`."""
        self._of_key: dict[str, list[int]] = {}
        for i, found in enumerate(self.stored):
            self._of_key.setdefault(found.key, []).append(i)
            for sentence in page.sentences_touching(found.start, found.end):
                self._in_sentence.setdefault(sentence, []).append(i)
        self._place_of = {found.id: i for i, found in enumerate(self.stored)}
        self._verdicts: dict[int, dict[str, Annotation]] = {}
        """Sentence -> the verdicts on what touches it, by id."""
        self._made: dict[str, str] = {}
        """Id of a claim -> key of the suggestion that it was accepted from."""
        for a in session.index.by_id.values():
            if a.layer == "verdict":
                self._judge(a)
        self._seen = len(session.index.log)
        self._states = [self._state(s) for s in self.stored]
        self._waiting = [i for i, state in enumerate(self._states) if state]
        """Places in `stored` of those that wait, in reading order."""
        self._led: tuple[str, int] | None = None
        """The suggestion that a key led to, and the cursor then."""
        self.touch()

    def _judge(self, verdict: Annotation) -> None:
        for sentence in self._session.page.sentences_touching(verdict.start, verdict.end):
            self._verdicts.setdefault(sentence, {})[verdict.id] = verdict
        claim = verdict.attributes.get("claim")
        if claim:
            self._made[claim] = verdict.attributes.get("suggestion", "")

    def _state(self, found: StoredSuggestion) -> Pending | None:
        """The suggestion while it waits; None once it is decided or a claim says the same."""
        judged = self._judged(found)
        if any(self._decides(verdict, found) for verdict in judged):
            return None
        claims = self._session.index.at(found.start, found.end)
        related = self._related(found)
        made = (c for c in claims if self._made.get(c.id) not in related)
        if any(same_claim(found.fragments, claim.fragments, self._content) for claim in made):
            return None
        # Rivals of one run stand beside each other anyway; what came back is worth a word.
        gone = (v for v in judged if v.attributes.get("suggestion") not in self._of_key)
        return Pending(
            found, any(resembles(found.fragments, v.fragments, self._content) for v in gone)
        )

    def _judged(self, found: StoredSuggestion) -> list[Annotation]:
        """The verdicts on suggestions in the sentences that this one touches."""
        touched = self._session.page.sentences_touching(found.start, found.end)
        near = {id_: v for i in touched for id_, v in self._verdicts.get(i, {}).items()}
        return list(near.values())

    def _decides(self, verdict: Annotation, found: StoredSuggestion) -> bool:
        """Whether a verdict is about a suggestion, also of another version of the engine.

        About exactly what was decided where that is still offered: it may have rivals on the same
        words. Otherwise about the same claim, whose boundaries may have moved.
        """
        key = verdict.attributes.get("suggestion", "")
        if key in self._of_key:
            return key == found.key
        return same_proposal(found.fragments, verdict.fragments, self._content, self._told)

    @property
    def left_out(self) -> int:
        """How many suggestions are not offered because one like them, not just them, is decided."""
        return sum(
            not any(v.attributes.get("suggestion") == found.key for v in judged)
            and any(self._decides(v, found) for v in judged)
            for found in self.stored
            if (judged := self._judged(found))
        )

    def _related(self, found: StoredSuggestion) -> set[str]:
        """Keys of the suggestions that this one is nested in: a claim made of them is not it."""
        keys: set[str] = set()
        place = self._place_of.get(found.parent or "")
        while place is not None and self.stored[place].key not in keys:
            above = self.stored[place]
            keys.add(above.key)
            place = self._place_of.get(above.parent or "")
        return keys

    def _catch_up(self) -> None:
        """Look again at the suggestions that the changes since the last look are about."""
        log = self._session.index.log
        stale: set[int] = set()
        for change in log[self._seen :]:
            for a in (change.before, change.after):
                if a is None:
                    continue
                if a.layer == "verdict":
                    for sentence in self._session.page.sentences_touching(a.start, a.end):
                        self._verdicts.get(sentence, {}).pop(a.id, None)
                    stale.update(self._near(a.start, a.end))
                elif a.layer == "claim":
                    stale.update(self._near(a.start, a.end))
            if change.after and change.after.layer == "verdict":
                self._judge(change.after)
        self._seen = len(log)
        for i in stale:
            self._states[i] = self._state(self.stored[i])
            at = bisect_left(self._waiting, i)
            waited = self._waiting[at : at + 1] == [i]
            if self._states[i] and not waited:
                insort(self._waiting, i)
            elif waited and not self._states[i]:
                del self._waiting[at]
        self._touched |= stale

    def touch(self) -> None:
        """Let the next `touched` name all of them."""
        self._touched = set(range(len(self.stored)))

    def touched(self) -> list[tuple[StoredSuggestion, bool]]:
        """What may have changed since the last call, and whether it waits for a decision now.

        All of them at the first call: who draws suggestions need only draw these anew.
        """
        self._catch_up()
        found = [(self.stored[i], self._states[i] is not None) for i in self._touched]
        self._touched.clear()
        return found

    @property
    def waiting(self) -> int:
        """How many wait for a decision, hidden or not."""
        self._catch_up()
        return len(self._waiting)

    def waits(self, found: StoredSuggestion) -> bool:
        """Whether one of the suggestions waits for a decision now."""
        self._catch_up()
        place = self._place_of.get(found.id)
        return place is not None and self._states[place] is not None

    def _near(self, start: int, end: int) -> set[int]:
        """Places in `stored` of the suggestions in the sentences that a range touches."""
        sentences = self._session.page.sentences_touching(start, end)
        return {i for sentence in sentences for i in self._in_sentence.get(sentence, ())}

    def pending(self) -> list[Pending]:
        """What waits for a decision, in reading order."""
        self._catch_up()
        return self._shown(self._waiting)

    def _shown(self, places: Iterable[int]) -> list[Pending]:
        """Of some places in `stored` what waits and is sure enough not to be hidden."""
        found = (self._states[i] for i in places)
        return [p for p in found if p and p.suggestion.confidence >= self.least]

    def within(self, start: int, end: int) -> list[Pending]:
        """What waits for a decision and has a piece in a range, in reading order."""
        self._catch_up()
        near = self._shown(sorted(self._near(start, end)))
        return [
            p for p in near if any(f.start < end and start < f.end for f in p.suggestion.fragments)
        ]

    def in_sentence(self) -> list[Pending]:
        """What waits for a decision in the sentence of the cursor, in reading order."""
        s = self._session
        if not s.page.sentences:
            return []
        here = s.page.sentences[s.sentence]
        return self.within(here.start, here.end)

    def offered(self) -> Pending | None:
        """The suggestion that Enter accepts: none while a claim or mark is at work or proposed.

        The one that a key led to, while the cursor stays there; or the smallest under the cursor;
        or, unless a claim is under it, the first of the sentence: also where the cursor has just
        come to the sentence, whatever its first word is in.
        """
        self._catch_up()
        s = self._session
        if s.active is not None or s.proposal is not None:
            return None
        if self._led and self._led[1] == s.cursor and self._led[0] in self._place_of:
            led = self._shown([self._place_of[self._led[0]]])
            if led:
                return led[0]
        here = self.in_sentence()
        if not here:
            return None
        under = self.within(*s.page.token(s.cursor))
        if s.cursor == s.page.first_token(s.sentence) and (under or not s.at_cursor()):
            return here[0]
        if under:
            return min(under, key=lambda p: p.suggestion.end - p.suggestion.start)
        return None if s.at_cursor() else here[0]

    def lead_to(self, found: Pending) -> None:
        """Put the cursor on a suggestion, which is offered from now on; leave what was at work."""
        s = self._session
        s.activate(None)
        s.selection = None
        content = found.suggestion.ranges(self._content)
        s.go(content[0][0] if content else found.suggestion.start)
        self._led = found.suggestion.id, s.cursor

    def hide_more(self) -> tuple[int, int]:
        """Hide what is less sure than the next of `LEVELS`, in the end all; then nothing again.

        Returns:
            How many wait for a decision and are shown, and how many wait in all.
        """
        self.least = next((level for level in LEVELS if level > self.least), LEVELS[0])
        return len(self.pending()), len(self._waiting)

    def turn(self) -> Order:
        """Let `next` go in the next of `ORDERS`."""
        self.order = ORDERS[(ORDERS.index(self.order) + 1) % len(ORDERS)]
        return self.order

    def _place(self, found: StoredSuggestion) -> tuple[float, int, int]:
        """What `next` sorts by."""
        sign = {"reading": 0, "surest": -1, "least sure": 1}[self.order]
        return sign * found.confidence, found.start, -found.end

    def next(self) -> Pending | None:
        """Go to the suggestion after the one offered in the order chosen, then round to the first.

        Where none is offered, to the first of this sentence or after it.
        """
        here = self.offered()
        found = self._after(here) if self.order == "reading" else self._ranked(here)
        if found is not None:
            self.lead_to(found)
        return found

    def _after(self, here: Pending | None) -> Pending | None:
        s = self._session
        waiting = self._waiting
        if here is not None:
            at = bisect_right(waiting, self._place_of[here.suggestion.id])
        else:
            start = s.page.sentences[s.sentence].start if s.page.sentences else 0
            at = bisect_left(waiting, start, key=lambda i: self.stored[i].start)
        turn = (waiting[(at + k) % len(waiting)] for k in range(len(waiting)))
        return next((p for i in turn for p in self._shown([i])), None)

    def _ranked(self, here: Pending | None) -> Pending | None:
        pending = sorted(self.pending(), key=lambda p: self._place(p.suggestion))
        later = pending
        if here is not None:
            key = self._place(here.suggestion)
            later = [p for p in pending if self._place(p.suggestion) > key]
        return next(iter(later or pending), None)

    def verdict(
        self, found: StoredSuggestion, decision: Decision, claim: Annotation | None = None
    ) -> Annotation:
        """What is stored of a decision about a suggestion, and the claim that became of it."""
        return replace(
            self._session.new("verdict", found.fragments),
            provenance="suggested",
            attributes={
                "verdict": decision,
                "suggestion": found.key,
                "engine": found.engine,
                "confidence": f"{found.confidence:.3f}",
                **({"claim": claim.id} if claim else {}),
            },
        )

    def decide(self, decision: Decision, *pending: Pending) -> list[Annotation]:
        """Accept or reject suggestions as one action; returns the claims that were made."""
        s = self._session
        claims: dict[str, Annotation] = {}
        verdicts: list[Annotation] = []
        for p in pending:
            found = p.suggestion
            # With a label besides those proposed it is not accepted as it stands.
            labels = s.stuck("claim", found.attributes)
            whose: Provenance = "suggested" if labels == dict(found.attributes) else "human"
            claim = replace(s.new("claim", found.fragments), attributes=labels, provenance=whose)
            if decision == "accepted":
                claims[found.id] = claim
            verdicts.append(
                self.verdict(found, decision, claim if decision == "accepted" else None)
            )
        for p in pending:
            # A nested suggestion keeps its parent when that was accepted with it.
            parent = claims.get(p.suggestion.parent or "")
            if parent and p.suggestion.id in claims:
                claims[p.suggestion.id] = replace(claims[p.suggestion.id], parent=parent.id)
        many = "suggestion" if len(pending) == 1 else pluralise(len(pending), "suggestion")
        made = list(claims.values())
        s.save(
            f"{many} {decision}",
            *((None, a) for a in (*made, *verdicts)),
            provenance=None,
        )
        if len(made) == 1:
            s.activate(made[0].id)
            s.remember(made[0])
        return [s.index.by_id[a.id] for a in made]
