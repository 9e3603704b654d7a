"""Adjudication of one article: the readings of several annotators side by side, and decisions.

Readings that are about the same thing make a case. A decision makes (or withholds) an annotation of
the gold annotator with provenance "adjudicated", and a verdict in the journal that says what it
rests on: the ids and contents of the readings. When one of them changes later, exactly that case is
open again; when the change is undone, it is decided again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Literal, NamedTuple

from annotator.domain.errors import AnnotatorError
from annotator.domain.ids import new_id
from annotator.domain.model import (
    SPAN_ROLE,
    Annotation,
    Batch,
    Change,
    Fragment,
    Sentence,
)
from annotator.domain.scheme import Scheme
from annotator.session.adjudication_cases import (
    Case,
    CaseProgress,
    How,
    cases_of,
    decided_by_hand,
    decisions,
    is_same_thing,
    progress_of,
)
from annotator.session.adjudication_ends import between_gold, waiting_for
from annotator.session.adjudication_merging import MergeOutcome, merged
from annotator.session.adjudication_relations import (
    NOWHERE,
    Elsewhere,
    fault_between,
    with_gold_ends,
)
from annotator.session.finished import has_come_to
from annotator.session.majority import EVERYBODY, MOST, Left, Rule, Verdict, verdict
from annotator.session.saving import Write


class Accepted(NamedTuple):
    """What became of each case when all were asked for what enough annotators agree on."""

    decided: Counter[str]
    """How (see `Agreed.how`) -> how many cases were decided now."""
    left: tuple[tuple[int, Left], ...]
    """The places of the cases that stay open, and why."""
    before: int
    """Cases that were decided before, and were not touched."""

    @property
    def cases(self) -> int:
        """All cases: those decided now and before, and those left."""
        return self.decided.total() + len(self.left) + self.before


class Adjudication:
    """The cases of one article, and what deciding does; every decision is one undoable batch."""

    def __init__(
        self,
        article: str,
        readings: Iterable[Annotation],
        readers: Sequence[str],
        gold: Iterable[Annotation],
        name: str,
        scheme: Scheme,
        write: Write,
        clock: Callable[[], str],
        sentences: Callable[[], Sequence[Sentence]] = tuple,
        elsewhere: Elsewhere = NOWHERE,
    ) -> None:
        """Open the article `article` (uid); `name` decides, under that scheme.

        `readings` and `gold` hold relations of the cases of this article also where they are kept
        with another; `elsewhere` are their ends there.

        `sentences` are the article's, asked for when it matters whether a reader has come so far;
        without them everybody is taken to have read all.
        """
        self.article = article
        self.name = name
        self._readings = [r for r in readings if r.annotator != name]
        self.readers = tuple(r for r in readers if r != name)
        self._gold = {a.id: a for a in gold}
        self._scheme = scheme
        self._write = write
        self._clock = clock
        self._sentences = sentences
        self._elsewhere = elsewhere
        self.cases = self._cases(self._gold)
        self._beside: dict[int, list[Annotation]] | None = None

    def _cases(self, gold: Mapping[str, Annotation]) -> tuple[Case, ...]:
        ends, who = self._elsewhere
        return cases_of(self._readings, self.readers, gold.values(), self._scheme, ends, who)

    @property
    def progress(self) -> CaseProgress:
        """How far the article is decided."""
        return progress_of(self.cases)

    def next_open(self, after: int, step: Literal[1, -1] = 1) -> int | None:
        """The next case that needs a decision; None when all is decided.

        Identical ones come after those, and relations that wait for their ends last.
        """
        total = len(self.cases)
        turn = [(after + step * i) % total for i in range(1, total + 1)] if total else []
        waiting = [i for i in turn if self.cases[i].state != "decided"]

        def rank(place: int) -> int:
            case = self.cases[place]
            return 2 if waiting_for(case) else 1 if case.identical else 0

        return min(waiting, key=rank, default=None)

    def place_of(self, readings: Collection[str]) -> int | None:
        """The case that holds these readings (ids), or most of them; None when none does.

        From a row of the report it is the case of exactly that row: both are grouped by
        `alignment`.
        """
        wanted = set(readings)
        held = [len(wanted & case.about) for case in self.cases]
        most = max(held, default=0)
        return held.index(most) if most else None

    def notes(self, place: int) -> list[Annotation]:
        """What readers noted or flagged beside a case: at no reading, and nearest to this case."""
        if self._beside is None:
            known = {r.id for case in self.cases for r in case.readings.values()}
            self._beside = {}
            for a in self._readings:
                if (a.note or a.flagged) and a.layer != "verdict" and a.id not in known:
                    self._beside.setdefault(self._nearest(a), []).append(a)
        return self._beside.get(place, [])

    def _nearest(self, noted: Annotation) -> int:
        def distance(i: int) -> int:
            start, end = self.cases[i].range
            return max(0, start - noted.end, noted.start - end)

        return min(range(len(self.cases)), key=distance, default=0)

    # ------------------------------------------------------------------------------ deciding

    def take(self, case: Case, variant: int, reason: str = "") -> None:
        """Decide for one of the readings (its place among `case.variants`); none is one of them.

        Raises:
            AnnotatorError: when there are not so many readings.
        """
        if not 0 <= variant < len(case.variants):
            raise AnnotatorError(f"there are {len(case.variants)} readings here, not {variant + 1}")
        reading = case.variants[variant].reading
        if reading is None:
            self.none(case, reason)
            return
        self._decide([(case, "take", reading, [reading.id])], "reading taken", reason)

    def none(self, case: Case, reason: str = "") -> None:
        """Decide that there is nothing to annotate here."""
        self._decide([(case, "none", None, [])], "nothing here", reason)

    def merge(self, case: Case, reason: str = "") -> MergeOutcome:
        """Unite the boundaries of all readings, when most of those who read the article have one.

        Labels are those of most annotators. What most left unmarked is not merged: that is decided
        by taking a reading, or for nothing.

        Args:
            case: With two readings at least for a merge to mean anything.
            reason: Goes with the decision.
        """
        self._need_readings(case)
        outcome, made = merged(case)
        if outcome.done:
            sources = [v.reading.id for v in case.variants if v.reading is not None]
            self._decide([(case, "merge", made, sources)], "readings merged", reason)
        return outcome

    # ------------------------------------------------------------------------------ by majority

    def verdict(self, case: Case, rule: Rule = MOST) -> Verdict:
        """What enough annotators agree on in a case, as `accept` asks of those that are open."""
        if case.state == "reopened" or not case.readings:
            return Left("changed")
        hand = decided_by_hand(self._gold.values(), case.layer)
        if any(is_same_thing(case, a, self._scheme) for a in hand):
            return Left("by hand")
        found = verdict(case, rule, self._unread(case))
        if case.layer != "relation" or isinstance(found, Left) or found.reading is None:
            return found
        made = with_gold_ends(found.reading, case.ends)
        if made is None:
            ends = waiting_for(case)
            return Left("ends", "" if all(e.decided for e in ends) else "not decided yet")
        fault = fault_between(made, case.ends, self._scheme)
        return Left("not allowed", fault) if fault else found

    def accept(self, rule: Rule = MOST) -> Accepted:
        """Decide, as one batch, every open case in which enough annotators agree.

        What a person decided is never touched: neither a case that was decided before, nor one of
        which a reading has changed since, nor one that the gold annotator has by hand.
        """
        were = self.cases
        left: list[tuple[int, Left]] = []
        decided: Counter[str] = Counter()
        after, at = dict(self._gold), self._clock()

        def decide(cases: Sequence[Case], *, relations: bool) -> None:
            for place, case in enumerate(cases):
                if case.state == "decided" or (case.layer == "relation") != relations:
                    continue
                found = self.verdict(case, rule)
                if isinstance(found, Left):
                    left.append((place, found))
                else:
                    decided[found.how] += 1
                    self._make(after, (case, found.how, found.reading, found.taken_from), "", at)

        decide(self.cases, relations=False)
        if any(case.layer == "relation" for case in self.cases):
            # Between what has just become gold; which readings are about one thing has not changed.
            decide(self._cases(after), relations=True)
        count = decided.total()
        if count:
            how = "alike" if rule == EVERYBODY else "by majority"
            plural = "" if count == 1 else "s"
            self._write_gold(after, f"{count} case{plural} decided {how}", at)
        return Accepted(decided, tuple(left), len(were) - len(left) - count)

    def _unread(self, case: Case) -> list[str]:
        """The readers without a reading here who have not come to this place yet."""
        missing = case.everybody - case.readings.keys()
        if not missing:
            return []
        place = case.range if case.layer != "article" else None
        return [
            name
            for name in missing
            if not has_come_to(
                place,
                self._sentences,
                self._scheme.review_kinds,
                [r for r in self._readings if r.annotator == name],
            )
        ]

    def own(self, case: Case, decided: Annotation, reason: str = "") -> None:
        """Decide for something that nobody said as a whole: pieces and labels of `decided`."""
        kept = case.decision
        sources = list(kept.taken_from) if kept else []
        if not sources and case.readings:
            sources = [next(iter(case.readings.values())).id]
        why = reason or (kept.reason if kept else "")
        self._decide([(case, "own", decided, sources)], "own decision", why)

    def explain(self, case: Case, reason: str) -> None:
        """Write the reason of a decision that was taken.

        Raises:
            AnnotatorError: when the case is not decided yet.
        """
        if case.decision is None:
            raise AnnotatorError("there is no decision yet to give a reason for", "decide first")
        before = case.decision.verdict
        at = self._clock()
        self._save("reason", [Change(before, replace(before, note=reason, updated_at=at))], at)

    def draft(self, case: Case) -> Annotation:
        """What an own decision starts from: the gold annotation, or the most frequent reading."""
        if case.decision and case.decision.claim:
            return case.decision.claim
        self._need_readings(case)
        first = case.variants[0].reading
        first = first if first is not None else next(iter(case.readings.values()))
        # A relation between gold ends, where they are there: compared with it is what it becomes.
        return with_gold_ends(first, case.ends) or first

    @staticmethod
    def _need_readings(case: Case) -> None:
        if not case.readings:
            raise AnnotatorError("all readings of this case were deleted", "decide for nothing: x")

    # ------------------------------------------------------------------------------ writing

    def _decide(self, made: Sequence[_Made], label: str, reason: str) -> None:
        at = self._clock()
        after = dict(self._gold)
        for one in made:
            self._make(after, one, reason, at)
        self._write_gold(after, label, at)

    def _make(self, after: dict[str, Annotation], made: _Made, reason: str, at: str) -> None:
        """Put a decision, and the annotation that it makes or takes away, among the gold."""
        case, how, reading, sources = made
        old = case.decision
        claim = None
        if reading is not None:
            if case.layer == "relation":
                reading = between_gold(case, reading, self._scheme)
            id_ = old.claim.id if old and old.claim else new_id()
            created = old.claim.created_at if old and old.claim else at
            claim = replace(
                reading,
                id=id_,
                annotator=self.name,
                parent=None,
                provenance="adjudicated",
                scheme=self._scheme.version,
                flagged=False,
                note=old.claim.note if old and old.claim else "",
                created_at=created,
                updated_at=at,
            )
            after[id_] = claim
        elif old and old.claim:
            after.pop(old.claim.id)
        verdict = self._verdict(case, how, claim, sources, reason, at)
        after[verdict.id] = verdict

    def _write_gold(self, after: dict[str, Annotation], label: str, at: str) -> None:
        self._link(after)
        changes = [
            Change(self._gold.get(id_), after.get(id_))
            for id_ in dict.fromkeys([*after, *self._gold])
            if self._gold.get(id_) != after.get(id_)
        ]
        self._save(label, changes, at)

    def _verdict(
        self,
        case: Case,
        how: How,
        claim: Annotation | None,
        sources: Sequence[str],
        reason: str,
        at: str,
    ) -> Annotation:
        start, end = case.range
        attributes = {
            "adjudication": how,
            "based_on": " ".join(f"{id_}:{said}" for id_, said in sorted(case.based_on.items())),
            "from": " ".join(sources),
        }
        if claim is not None:
            attributes["claim"] = claim.id
        if case.layer == "relation":
            attributes["about"] = "relation"
            attributes["ends"] = " ".join(sorted(case.gold_ends)) if claim else ""
            there = {e.annotation.article for e in case.ends.values() if not e.is_here}
            attributes["other_article"] = " ".join(there)
        old = case.decision.verdict if case.decision else None
        return Annotation(
            old.id if old else new_id(),
            "verdict",
            self.article,
            self.name,
            (Fragment(SPAN_ROLE, start, end),) if start < end else (),
            {k: v for k, v in attributes.items() if v},
            provenance="adjudicated",
            scheme=self._scheme.version,
            note=reason,
            created_at=old.created_at if old else at,
            updated_at=at,
        )

    def _link(self, gold: dict[str, Annotation]) -> None:
        """Nest gold claims as the readings that they were made from are nested."""
        readings = {r.id: r for r in self._readings}
        taken = decisions(gold.values())
        gold_of = {id_: d.claim.id for d in taken if d.claim for id_ in d.based_on}
        for d in taken:
            if d.claim is None or d.claim.provenance != "adjudicated":
                continue
            parents = [readings[i].parent for i in d.taken_from if i in readings]
            found = next((gold_of[p] for p in parents if p in gold_of), None)
            if found != d.claim.parent and not _holds(gold, d.claim.id, found):
                gold[d.claim.id] = replace(d.claim, parent=found)

    @property
    def apart(self) -> list[Annotation]:
        """The readers' relations that are in no case: an end is nowhere compared."""
        known = {r.id for case in self.cases for r in case.readings.values()}
        return [r for r in self._readings if r.layer == "relation" and r.id not in known]

    @property
    def waits_elsewhere(self) -> bool:
        """Whether an open relation waits for an end in another article."""
        return any(
            not end.is_here for c in self.cases if c.state == "open" for end in waiting_for(c)
        )

    def _save(self, label: str, changes: Sequence[Change], at: str) -> None:
        if not changes:
            return
        batch = Batch(new_id(), self.name, at, "adjudicate", label, tuple(changes))
        batch = self._write(batch) or batch
        for change in batch.changes:
            if change.after is None:
                self._gold.pop(change.subject.id)
            else:
                self._gold[change.subject.id] = change.after
        self.cases = self._cases(self._gold)
        self._beside = None


def _holds(gold: dict[str, Annotation], id_: str, inner: str | None) -> bool:
    """Whether an annotation is another, or is around it: nested in that one it would go round."""
    seen: set[str] = set()
    while inner is not None and inner not in seen:
        if inner == id_:
            return True
        seen.add(inner)
        inner = gold[inner].parent if inner in gold else None
    return False


_Made = tuple[Case, How, Annotation | None, Sequence[str]]
"""A decision to write: about what, how, the reading that becomes gold, made from which readings."""


def with_role_of(draft: Annotation, role: str, reading: Annotation | None) -> Annotation:
    """The draft with one role's pieces as in a reading (none when it is None)."""
    pieces = reading.role(role) if reading else ()
    kept = tuple(f for f in draft.fragments if f.role != role)
    return replace(draft, fragments=(*kept, *pieces))
