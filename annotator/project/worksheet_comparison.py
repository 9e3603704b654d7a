"""What a worksheet changes: each annotation as it was written, as it says now, as it is stored now.

Of what was changed on one side alone, that side holds; what was changed on both, and not to the
same, is refused, naming the line.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from annotator.domain.ids import new_id
from annotator.domain.migration import in_order
from annotator.domain.model import Annotation, Article, Change
from annotator.domain.times import now
from annotator.domain.wording import TYPED
from annotator.worksheet import syntax
from annotator.worksheet.facts import Facts
from annotator.worksheet.lines import Fault, Known, WorksheetError, WorksheetLines
from annotator.worksheet.places import Places
from annotator.worksheet.reading import Part, label_line, piece_line, read

if TYPE_CHECKING:
    from annotator.domain.scheme import Scheme
    from annotator.project.data import ProjectData


@dataclass(slots=True)
class _Sides:
    """One annotation: as it was written, as the worksheet says now, as the database has it now."""

    id: str
    handle: str
    then: Known | None = None
    part: Part | None = None
    here: Annotation | None = None
    facts: Facts | None = field(default=None)
    """What the worksheet says, with the parent's id."""


class WorksheetComparison:
    """A worksheet against the database as it is now: what changes, what stays, what is refused."""

    def __init__(
        self,
        project: ProjectData,
        lines: WorksheetLines,
        article: Article,
        scheme: Scheme,
        annotator: str,
    ) -> None:
        self.lines, self.article, self.scheme, self.annotator = lines, article, scheme, annotator
        self.at = now()
        self._kept = 0
        self.faults: list[Fault] = []
        everybody = project.annotations(article.uid)
        self.everybody = {a.id: a for a in everybody}
        parts = {p.handle: p for p in read(lines, article, scheme, self.faults)}
        known = lines.end.known
        ids = {handle: k.id for handle, k in known.items()}
        ids.update((handle, new_id()) for handle in parts if handle not in ids)
        self.sides = [
            _Sides(ids[h], h, known.get(h), parts.get(h), self.everybody.get(ids[h]))
            for h in (*parts, *(h for h in known if h not in parts))
        ]
        for side in self.sides:
            if side.part is not None:
                parent = ids.get(side.part.inside, side.part.inside) or None
                side.facts = replace(side.part.facts, parent=parent)
        missing = {s.id for s in self.sides if s.then is not None and s.here is None}
        self.removed = missing & _in_journal(project, article.uid, missing)
        """What was in the worksheet and was removed here since; others never were here."""
        mine = {s.id for s in self.sides}
        self.since = [
            a
            for a in everybody
            if a.annotator == annotator and a.id not in mine and a.layer in syntax.HEADS
        ]
        """What the annotator made here since the worksheet was written."""
        self.places = Places(article)

    def changes(self) -> tuple[tuple[Change, ...], tuple[str, ...]]:
        """What is to be written, and each of it in words.

        Raises:
            WorksheetError: with everything that is wrong.
        """
        found: list[tuple[_Sides, Change]] = []
        for side in self.sides:
            change = self._change(side)
            if change is not None:
                found.append((side, change))
        after = {**self.everybody, **{c.subject.id: c.after for _, c in found}}
        for side, change in found:
            if change.after is not None and side.part is not None:
                self._check(side.part, change.before, change.after, after)
        if self.faults:
            raise WorksheetError(self.lines.name, self.faults)
        told = [f"{_name(s)}: {'; '.join(self._told(c))}" for s, c in found]
        orphans = self._orphans([c for _, c in found])
        told += [
            f"a claim nested in a removed one moves up: {self._words(c.subject)}" for c in orphans
        ]
        # Removed ones last: what was nested in them has moved by then.
        ordered = sorted((c for _, c in found), key=lambda c: c.after is None)
        return (*orphans, *ordered), tuple(told)

    @property
    def kept(self) -> int:
        """How many annotations were made, changed or removed elsewhere since, and stay so."""
        return self._kept + len(self.since)

    # ------------------------------------------------------------------------------ three sides

    def _change(self, side: _Sides) -> Change | None:
        """What becomes of one annotation; None when it stays as the database has it."""
        here = Facts.of(side.here) if side.here is not None else None
        said = side.facts
        if side.then is None:
            return None if said is None else self._new(side, said)
        as_written = side.then.digest
        if said is not None and said.digest() == as_written:
            if here is None and side.id not in self.removed:
                return Change(None, self._made(side, said))
            self._kept += here is None or here.digest() != as_written
            return None
        if said is not None and side.part is not None and side.part.is_tag and said.is_bare:
            said = None  # nothing is said below the sentence any more
        if side.here is not None and side.here.annotator != self.annotator:
            self._conflict(side, "is somebody else's now")
            return None
        unchanged_here = here is not None and here.digest() == as_written
        if said is None:
            if here is None:
                return None
            if not unchanged_here:
                self._conflict(side, "was changed elsewhere since, and is removed here")
                return None
            return Change(side.here, None)
        if here is not None and here.digest() == said.digest():
            return None
        if side.id in self.removed:
            self._conflict(side, "was removed elsewhere since, and is changed here")
            return None
        if here is not None and not unchanged_here:
            self._conflict(side, "was changed elsewhere since, and is changed here too")
            return None
        return Change(side.here, self._made(side, said))

    def _new(self, side: _Sides, said: Facts) -> Change | None:
        """A new annotation; a tag may have come to a sentence elsewhere since."""
        if side.part is not None and side.part.is_tag:
            for a in self.since:
                if (a.layer, a.fragments, a.parent) == (said.layer, said.fragments, None):
                    self.since.remove(a)
                    if Facts.of(a).digest() != said.digest():
                        self._conflict(side, "was labelled elsewhere since, and is labelled here")
                    return None
        return Change(None, self._made(side, said))

    def _conflict(self, side: _Sides, what: str) -> None:
        line = side.part.line if side.part else self.lines.end.line
        self.faults.append(
            Fault(
                line,
                f"{side.handle} {what}",
                "write the worksheet anew, and make this change in that one",
            )
        )

    def _made(self, side: _Sides, said: Facts) -> Annotation:
        """The annotation as the worksheet says, a person's."""
        start = side.here or Annotation(
            side.id, said.layer, self.article.uid, self.annotator, created_at=self.at
        )
        return replace(
            in_order(said.put_into(start), self.scheme),
            provenance="human",
            scheme=self.scheme.version,
            updated_at=self.at,
        )

    def _orphans(self, found: Iterable[Change]) -> list[Change]:
        """Claims that are not in the worksheet and nested in one that goes: they move up."""
        gone = {c.subject.id: c.subject.parent for c in found if c.after is None}
        touched = {c.subject.id for c in found}
        out = []
        for a in self.everybody.values():
            parent = a.parent
            if a.id in touched or parent not in gone:
                continue
            while parent in gone:
                parent = gone[parent]
            out.append(Change(a, replace(a, parent=parent, updated_at=self.at)))
        return out

    # ------------------------------------------------------------------------------ soundness

    def _check(
        self,
        part: Part,
        before: Annotation | None,
        after: Annotation,
        all_after: Mapping[str, Annotation | None],
    ) -> None:
        """Fault what the store would refuse, or no screen would make; what was so may stay so."""
        if not self._is_as_written(part):
            self._check_pieces(part, before, after)
            news = after.reviewed and not (before is not None and before.reviewed)
            if news and after.layer in ("claim", "mark"):
                self._fault(
                    part.line_of(syntax.REVIEWED),
                    f"a {after.layer} is not reviewed, a sentence is",
                    "write it directly below the sentence's line",
                )
        self._check_scheme(part, before, after)
        self._check_parent(part, after, all_after)

    def _check_pieces(self, part: Part, before: Annotation | None, after: Annotation) -> None:
        had = before.fragments if before is not None else None
        empty = not after.fragments and had != () and not part.unread
        if after.layer in ("claim", "mark") and empty:
            name = self.scheme.content_name if after.layer == "claim" else after.layer_name
            self._fault(
                part.line,
                f"{part.handle.partition(',')[0]} has no words",
                f'write a line such as {name}: s1 "the words"; to remove it, delete all its lines',
            )
        for piece in dict.fromkeys(after.fragments):
            count = after.fragments.count(piece)
            if count > max(1, had.count(piece) if had else 0):
                self._fault(
                    part.line_of(piece_line(piece)),
                    f"these words are the {piece.role} twice",
                    "delete one of the two lines",
                )

    def _is_as_written(self, part: Part) -> bool:
        """Whether it comes from another database, as it was there."""
        then = self.lines.end.known.get(part.handle)
        side = next(s for s in self.sides if s.part is part)
        return then is not None and side.facts is not None and side.facts.digest() == then.digest

    def _check_scheme(self, part: Part, before: Annotation | None, after: Annotation) -> None:
        had = set(self.scheme.faults(before)) if before else set()
        roles = list(dict.fromkeys(f.role for f in after.fragments))
        if after.layer == "claim":
            for role in roles:
                fault = self.scheme.fault_of(after.layer, role)
                if fault and fault not in had:
                    self._unknown(part.line_of(role), fault, after)
        elif after.layer == "mark" and len(roles) > 1:
            self._fault(
                part.line_of(roles[1]), f"a mark is one of {', '.join(roles)}", "make two of it"
            )
        elif after.layer == "mark":
            fault = self.scheme.fault_of(after.layer_name, after.layer_name)
            if fault and fault not in had:
                self._unknown(part.line_of(roles[0]), fault, after)
        for name, value in after.attributes.items():
            fault = self.scheme.fault_of(after.layer_name, name, value)
            if fault and fault not in had:
                self._unknown(part.line_of(label_line(name)), fault, after, name)

    def _unknown(self, line: int, fault: str, after: Annotation, label: str = "") -> None:
        attribute = self.scheme.attribute(after.layer_name, label) if label else None
        if attribute is not None and attribute.text:
            self._fault(line, fault, f"{label} is {TYPED[attribute.kind]}")
            return
        if attribute is not None:
            known = [v.name for v in attribute.values]
            what = "values"
        else:
            roles = syntax.roles_of(self.scheme, after.layer)
            known = [*roles, *syntax.labels_of(self.scheme, after.layer), *syntax.RESERVED]
            what = "names"
        self._fault(line, f"the scheme has no {fault}", f"{what} here: {', '.join(known)}")

    def _check_parent(
        self, part: Part, after: Annotation, all_after: Mapping[str, Annotation | None]
    ) -> None:
        if after.parent is None:
            return
        line = part.line_of(syntax.PARENT)
        above = all_after.get(after.parent)
        if above is None:
            self._fault(
                line, "the claim that it is nested in is not there", "name another, or delete this"
            )
            return
        seen = {after.id}
        at: str | None = after.parent
        while at is not None:
            if at in seen:
                self._fault(line, "it is nested in itself, over other claims", "name another claim")
                return
            seen.add(at)
            found = all_after.get(at)
            at = found.parent if found else None

    def _fault(self, line: int, message: str, hint: str) -> None:
        self.faults.append(Fault(line, message, hint))

    # ------------------------------------------------------------------------------ in words

    def _words(self, a: Annotation) -> str:
        shown = self.scheme.anchor(a)
        words = " … ".join(self.places.shown[f.start : f.end] for f in shown)
        return f"“{words if len(words) < 60 else words[:57] + '…'}”"

    def _told(self, change: Change) -> list[str]:
        before, after = change
        if change.subject.layer in ("sentence", "article"):  # nothing but its labels
            nothing = replace(change.subject, attributes={}, reviewed=False, flagged=False, note="")
            return list(self._differences(before or nothing, after or nothing))
        if before is None or after is None:
            what = "removed" if after is None else "new"
            words = f" {self._words(change.subject)}" if change.subject.fragments else ""
            return [f"{what}{words}"]
        return list(self._differences(before, after))

    def _differences(self, before: Annotation, after: Annotation) -> Iterable[str]:
        for role in dict.fromkeys(f.role for f in (*before.fragments, *after.fragments)):
            if before.role(role) != after.role(role):
                yield f"{role}: {self._pieces(before, role)} -> {self._pieces(after, role)}"
        if before.fragments != after.fragments and sorted(before.fragments) == sorted(
            after.fragments
        ):
            yield "the order of its pieces"
        for name in sorted({*before.attributes, *after.attributes}):
            old, new = before.attributes.get(name, "none"), after.attributes.get(name, "none")
            if old != new:
                yield f"{name}: {old} -> {new}"
        if before.parent != after.parent:
            yield "nested" if after.parent else "stands alone"
        for name in ("reviewed", "flagged"):
            if getattr(before, name) != getattr(after, name):
                yield f"{name}: {'yes' if getattr(after, name) else 'no'}"
        if before.note != after.note:
            yield f"note: {after.note or 'none'}"

    def _pieces(self, a: Annotation, role: str) -> str:
        words = " … ".join(self.places.shown[f.start : f.end] for f in a.role(role))
        return f"“{words}”" if words else "none"


def _name(side: _Sides) -> str:
    return side.handle.partition(",")[0] if side.then is None else side.handle


def _in_journal(project: ProjectData, uid: str, ids: set[str]) -> set[str]:
    """Which of some annotations of an article were ever in this database."""
    if not ids:
        return set()
    found: set[str] = set()
    for entry in project.log(article=uid):
        found |= ids & {c.subject.id for c in project.changes(entry.id)}
        if found == ids:
            break
    return found
