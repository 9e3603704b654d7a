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
    RELATION_TYPE,
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
from annotator.session.adjudication_merging import MergeOutcome, merged
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
    ) -> None:
        """Open the article `article` (uid); `name` decides, under that scheme.

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
        self.cases = cases_of(self._readings, self.readers, self._gold.values(), scheme)
        self._beside: dict[int, list[Annotation]] | None = None

    @property
    def progress(self) -> CaseProgress:
        """How far the article is decided."""
        return progress_of(self.cases)

    def next_open(self, after: int, step: Literal[1, -1] = 1) -> int | None:
        """The next case that needs a decision, identical ones last; None when all is decided."""
        total = len(self.cases)
        turn = [(after + step * i) % total for i in range(1, total + 1)] if total else []
        waiting = [i for i in turn if self.cases[i].state != "decided"]
        return next((i for i in waiting if not self.cases[i].identical), next(iter(waiting), None))

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
        return verdict(case, rule, self._unread(case))

    def accept(self, rule: Rule = MOST) -> Accepted:
        """Decide, as one batch, every open case in which enough annotators agree.

        What a person decided is never touched: neither a case that was decided before, nor one of
        which a reading has changed since, nor one that the gold annotator has by hand.
        """
        made: list[_Made] = []
        left: list[tuple[int, Left]] = []
        decided: Counter[str] = Counter()
        for place, case in enumerate(self.cases):
            if case.state == "decided":
                continue
            found = self.verdict(case, rule)
            if isinstance(found, Left):
                left.append((place, found))
            else:
                decided[found.how] += 1
                made.append((case, found.how, found.reading, found.taken_from))
        before = len(self.cases) - len(left) - len(made)
        if made:
            how = "alike" if rule == EVERYBODY else "by majority"
            plural = "" if len(made) == 1 else "s"
            self._decide(made, f"{len(made)} case{plural} decided {how}", "")
        return Accepted(decided, tuple(left), before)

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
        after = replace(before, note=reason, updated_at=self._clock())
        self._save("reason", [Change(before, after)])

    def draft(self, case: Case) -> Annotation:
        """What an own decision starts from: the gold annotation, or the most frequent reading."""
        if case.decision and case.decision.claim:
            return case.decision.claim
        self._need_readings(case)
        first = case.variants[0].reading
        return first if first is not None else next(iter(case.readings.values()))

    @staticmethod
    def _need_readings(case: Case) -> None:
        if not case.readings:
            raise AnnotatorError("all readings of this case were deleted", "decide for nothing: x")

    # ------------------------------------------------------------------------------ writing

    def _decide(self, made: Sequence[_Made], label: str, reason: str) -> None:
        at = self._clock()
        after = dict(self._gold)
        for case, how, reading, sources in made:
            old = case.decision
            claim = None
            if reading is not None:
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
        self._link(after)
        self._relate(after, at)
        changes = [
            Change(self._gold.get(id_), after.get(id_))
            for id_ in dict.fromkeys([*after, *self._gold])
            if self._gold.get(id_) != after.get(id_)
        ]
        self._save(label, changes)

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

    def _relate(self, gold: dict[str, Annotation], at: str) -> None:
        """Take over the relations that everybody has alike between what became gold."""
        there = {self._said(a, {}) for a in gold.values() if a.layer == "relation"}
        for said, by in self._relations(gold).items():
            if said not in there and by.keys() >= set(self.readers):
                first = by[min(by)]
                id_ = new_id()
                gold[id_] = replace(
                    first,
                    id=id_,
                    article=self.article,
                    annotator=self.name,
                    head=said[0],
                    tail=said[1],
                    provenance="adjudicated",
                    scheme=self._scheme.version,
                    flagged=False,
                    note="",
                    created_at=at,
                    updated_at=at,
                )

    def _relations(self, gold: dict[str, Annotation]) -> dict[_Related, dict[str, Annotation]]:
        """What relates two gold annotations -> who says so, by which relation."""
        gold_of = {
            id_: d.claim.id for d in decisions(gold.values()) if d.claim for id_ in d.based_on
        }
        found: dict[_Related, dict[str, Annotation]] = {}
        for a in self._readings:
            if a.layer == "relation" and a.head in gold_of and a.tail in gold_of:
                said = self._said(a, gold_of)
                if said[0] != said[1]:
                    found.setdefault(said, {})[a.annotator] = a
        return found

    def _said(self, relation: Annotation, ids: Mapping[str, str]) -> _Related:
        """The ends of a relation and its labels; of one without a direction in one order."""
        ends = [ids.get(end or "", end or "") for end in (relation.head, relation.tail)]
        kind = self._scheme.relation(relation.attributes.get(RELATION_TYPE, ""))
        if kind is not None and kind.symmetric:
            ends.sort()
        return ends[0], ends[1], tuple(sorted(relation.attributes.items()))

    @property
    def relations_left(self) -> list[Annotation]:
        """The readers' relations that are not taken over.

        Their ends are not decided yet, or in another article, or not everybody has the same.
        """
        there = {self._said(a, {}) for a in self._gold.values() if a.layer == "relation"}
        taken = {
            a.id
            for said, by in self._relations(self._gold).items()
            if said in there
            for a in by.values()
        }
        return [a for a in self._readings if a.layer == "relation" and a.id not in taken]

    def _save(self, label: str, changes: Sequence[Change]) -> None:
        if not changes:
            return
        batch = Batch(new_id(), self.name, self._clock(), "adjudicate", label, tuple(changes))
        batch = self._write(batch) or batch
        for change in batch.changes:
            if change.after is None:
                self._gold.pop(change.subject.id)
            else:
                self._gold[change.subject.id] = change.after
        self.cases = cases_of(self._readings, self.readers, self._gold.values(), self._scheme)
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


_Related = tuple[str, str, tuple[tuple[str, str], ...]]
"""Head, tail and labels of a relation."""
_Made = tuple[Case, How, Annotation | None, Sequence[str]]
"""A decision to write: about what, how, the reading that becomes gold, made from which readings."""


def with_role_of(draft: Annotation, role: str, reading: Annotation | None) -> Annotation:
    """The draft with one role's pieces as in a reading (none when it is None)."""
    pieces = reading.role(role) if reading else ()
    kept = tuple(f for f in draft.fragments if f.role != role)
    return replace(draft, fragments=(*kept, *pieces))
