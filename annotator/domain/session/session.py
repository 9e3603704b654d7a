"""One article being annotated by one person: what each edit does, written before it is shown.

Every edit is stored by `write` before the session itself changes, so that what the screen shows
is what the database holds; when `write` raises, nothing has happened.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Literal

from annotator.domain.ids import new_id
from annotator.domain.model import (
    SPAN_ROLE,
    Annotation,
    Article,
    Batch,
    Change,
    Fragment,
    Layer,
    Provenance,
)
from annotator.domain.scheme import Attribute, Role, Scheme
from annotator.domain.session import edits
from annotator.domain.session.reading import Reading, Step
from annotator.domain.session.selection import Selection
from annotator.domain.spans import trimmed


class Session(Reading):
    """The state machine behind the annotation screen; it knows neither terminal nor database.

    Args:
        article, annotations, scheme, quotations, position: As for `Reading`.
        annotator: Who decides.
        write: Stores a batch and returns when it is on the disk; raises AnnotatorError otherwise.
        clock: The time as ISO 8601 UTC.
    """

    def __init__(
        self,
        article: Article,
        annotations: Iterable[Annotation],
        annotator: str,
        scheme: Scheme,
        write: Callable[[Batch], None],
        clock: Callable[[], str],
        quotations: Callable[[], Sequence[tuple[int, int]]],
        position: int = 0,
    ) -> None:
        super().__init__(article, annotations, scheme, quotations, position)
        self.annotator = annotator
        self.last_labels: dict[str, str] = {}
        self._write = write
        self._clock = clock

    # ------------------------------------------------------------------------------ writing

    def new(self, layer: Layer, fragments: tuple[Fragment, ...]) -> Annotation:
        """An annotation that is not saved yet."""
        return Annotation(
            new_id(),
            layer,
            self.article.uid,
            self.annotator,
            fragments,
            scheme=self.scheme.version,
            created_at=self._clock(),
        )

    def save(
        self,
        label: str,
        *pairs: tuple[Annotation | None, Annotation | None],
        provenance: Provenance = "human",
    ) -> None:
        """Write changes as one action, then bring them into the session.

        What a person changed is a person's, wherever it came from (the journal keeps what it was);
        only what is accepted as it stands has another `provenance`.
        """
        at = self._clock()
        changes = tuple(
            Change(
                before,
                after
                and replace(
                    after, updated_at=at, scheme=self.scheme.version, provenance=provenance
                ),
            )
            for before, after in pairs
            if before != after
        )
        if not changes:
            return
        batch = Batch(new_id(), self.annotator, at, "edit", label, changes)
        self._write(batch)
        for change in batch.changes:
            self.index.put(change)

    def absorb(self, batch: Batch) -> bool:
        """Bring in a batch that the store has written (undo, redo); show what it changed.

        Returns:
            False when the batch is about other articles only.
        """
        mine = [c for c in batch.changes if c.subject.article == self.article.uid]
        for change in mine:
            self.index.put(change)
        if mine:
            self.selection = self._focus = None
            shown = next((c.after for c in mine if c.after and c.after.layer != "article"), None)
            subject = shown or mine[0].subject
            self.active_id = shown.id if shown and shown.layer in ("claim", "mark") else None
            if subject.fragments:
                self.go(min(f.start for f in subject.role("content") or subject.fragments))
        return bool(mine)

    # ------------------------------------------------------------------------------ claims

    def give_role(self, role: Role, *, new: bool = False) -> None:
        """Add the selection, or the word under the cursor, to the active or a new claim."""
        start, end = self.target_range()
        if start >= end:
            return
        before = self.active if not new else None
        if before is not None and before.layer != "claim":
            before = None
        claim = before or self.new("claim", ())
        after = edits.with_span(claim, role, start, end)
        words = _short(self.article.text[start:end])
        if not after.fragments:
            self._remove(claim, f"{role.name} {words} removed, and the claim with it")
            return
        self.save(f"{role.name} {words}", (before, after))
        self.active_id, self.selection = claim.id, None
        self._focus = next((f for f in after.role(role.name) if f.start <= start < f.end), None)

    def label(self, attribute: Attribute, value: str) -> None:
        """Give a claim a label by its key; the same label again takes it away."""
        claim = self._label_target()
        if claim is None:
            return
        before = self.index.by_id.get(claim.id)
        given = None if claim.attributes.get(attribute.name) == value else value
        self.save(
            f"{attribute.title}: {given or 'none'}",
            (before, claim.with_attribute(attribute.name, given)),
        )
        self.active_id, self.selection = claim.id, None
        self.last_labels = dict(self.index.by_id[claim.id].attributes)

    def _label_target(self) -> Annotation | None:
        """The claim a label key is about: active, selected, under the cursor, or the sentence."""
        active = self.active if self.active and self.active.layer == "claim" else None
        role = self.scheme.role("content")
        if self.selection is not None and role is not None:
            claim = active or self.new("claim", ())
            return edits.with_span(claim, role, *self.selection.range, toggle=False)
        if active is not None:
            return active
        here = next((a for a in self.at_cursor() if a.layer == "claim"), None)
        if here is not None or not self.page.sentences:
            return here
        s = self.page.sentences[self.sentence]
        span = Fragment("content", *trimmed(self.article.text, s.start, s.end))
        return self.new("claim", (span,))

    def repeat(self) -> bool:
        """Give the labels of the claim that was labelled last; False when there are none."""
        if not self.last_labels:
            return False
        claim = self._label_target()
        if claim is None:
            return False
        labels = {**claim.attributes, **self.last_labels}
        before = self.index.by_id.get(claim.id)
        self.save("labels repeated", (before, replace(claim, attributes=labels)))
        self.active_id, self.selection = claim.id, None
        return True

    def add_mark(self) -> bool:
        """Mark the selection, or the word under the cursor, as biased wording."""
        start, end = self.target_range()
        if start >= end:
            return False
        mark = self.new("mark", (Fragment(SPAN_ROLE, start, end),))
        self.save(f"mark {_short(self.article.text[start:end])}", (None, mark))
        self.active_id, self.selection, self._focus = mark.id, None, None
        return True

    def set_attribute(
        self, annotation: Annotation, attribute: Attribute, value: str | None
    ) -> None:
        """Set or (None) remove an attribute: what the picker does, on any layer."""
        before = self.index.by_id.get(annotation.id)
        changed = (before or annotation).with_attribute(attribute.name, value)
        self._save_or_drop(f"{attribute.title}: {value or 'none'}", changed)
        if annotation.layer == "claim" and annotation.id in self.index.by_id:
            self.last_labels = dict(self.index.by_id[annotation.id].attributes)

    def subject(self) -> Annotation:
        """What a note or flag is about: the active claim, one under the cursor, or the sentence."""
        if self.active:
            return self.active
        here = self.at_cursor()
        return here[0] if here else self.sentence_subject()

    def sentence_subject(self) -> Annotation:
        """The annotation of the sentence under the cursor; an unsaved one when there is none."""
        s = self.page.sentences[self.sentence]
        return self.index.sentence_tag(self.sentence) or self.new(
            "sentence", (Fragment(SPAN_ROLE, s.start, s.end),)
        )

    def article_subject(self) -> Annotation:
        """The annotation of the article; a new, unsaved one when there is none."""
        return self.article_tag() or self.new("article", ())

    def set_note(self, annotation: Annotation, note: str) -> None:
        """Write a note on a claim, mark, sentence or article; an empty one removes it."""
        now = self.index.by_id.get(annotation.id, annotation)
        self._save_or_drop("note" if note else "note removed", replace(now, note=note))

    def set_flag(self, annotation: Annotation, flagged: bool) -> None:
        """Flag a claim, mark, sentence or article for discussion, or take the flag away."""
        now = self.index.by_id.get(annotation.id, annotation)
        label = "flagged" if flagged else "flag removed"
        self._save_or_drop(label, replace(now, flagged=flagged))

    def toggle_flag(self) -> bool:
        """Flag what a note would be about, or take the flag away; whether it is flagged now."""
        subject = self.subject()
        self.set_flag(subject, not subject.flagged)
        return not subject.flagged

    def _save_or_drop(self, label: str, after: Annotation) -> None:
        bare = after.layer in ("sentence", "article") and edits.is_bare(after)
        self.save(label, (self.index.by_id.get(after.id), None if bare else after))

    def review(self) -> bool:
        """The sentence is done with; go to the next open one. False: none is left below."""
        if not self.page.sentences:
            return False
        tag = self.sentence_subject()
        if not tag.reviewed:
            self.save("reviewed", (self.index.by_id.get(tag.id), replace(tag, reviewed=True)))
        self.selection = self.active_id = self._focus = None
        return self.move_open(1)

    # ------------------------------------------------------------------------------ editing

    def _piece(self, claim: Annotation) -> Fragment | None:
        """The fragment that boundary keys move: under the cursor, else the one made last."""
        start, end = self.page.token(self.cursor)
        here = [f for f in claim.fragments if f.start < end and start < f.end]
        if self._focus in claim.fragments and (not here or self._focus in here):
            return self._focus
        if here:
            return min(here, key=lambda f: f.end - f.start)
        return claim.fragments[-1] if claim.fragments else None

    def move_boundary(self, side: Literal["start", "end"], step: Step) -> bool:
        """Move an end of the active claim's piece by one word; False when it cannot move."""
        claim = self.active
        piece = self._piece(claim) if claim else None
        if claim is None or piece is None:
            return False
        moved = Selection(piece.start, piece.end, moving=side).moved(self.page, "word", step)
        if moved.moving != side or moved.range == (piece.start, piece.end):
            return False
        after = edits.with_boundary(claim, piece, *moved.range)
        words = _short(self.article.text[moved.start : moved.end])
        self.save(f"{piece.role} {words}", (claim, after))
        self._focus = piece._replace(start=moved.start, end=moved.end)
        self.go(moved.end - 1 if side == "end" else moved.start)
        return True

    def drop_fragment(self) -> bool:
        """Remove the active claim's piece under the cursor; with the last one goes the claim."""
        claim = self.active
        piece = self._piece(claim) if claim else None
        if claim is None or piece is None:
            return False
        rest = edits.without(claim.fragments, [piece])
        if rest:
            self.save(f"{piece.role} removed", (claim, replace(claim, fragments=rest)))
            self._focus = None
        else:
            self._remove(claim, f"{claim.layer} removed")
        return True

    def join(self) -> bool:
        """Make the active claim's piece a further fragment of another span, or one of its own.

        Returns:
            False when the role has no other piece, so that there is nothing to choose.
        """
        claim = self.active
        piece = self._piece(claim) if claim else None
        if claim is None or piece is None or len(claim.role(piece.role)) < 2:
            return False
        after = edits.respanned(claim, piece)
        at = claim.fragments.index(piece)
        self.save(f"{piece.role} joined anew", (claim, after))
        self._focus = after.fragments[at]
        return True

    def delete(self) -> bool:
        """Remove the active claim or mark, or else the one under the cursor."""
        here = self.active or next(iter(self.at_cursor()), None)
        if here is None:
            return False
        self._remove(here, f"{here.layer} removed")
        return True

    def _remove(self, annotation: Annotation, label: str) -> None:
        # Claims nested in the removed one move up to its own parent.
        orphans = [
            (c, replace(c, parent=annotation.parent)) for c in self.index.children(annotation.id)
        ]
        self.save(label, *orphans, (annotation, None))
        self.active_id = self.selection = self._focus = None

    def nest(self) -> Annotation | None:
        """Nest the active claim in the claim around it; again: the next larger one, then none.

        Returns:
            The parent it has now; None when it stands alone.
        """
        claim = self.active
        if claim is None or claim.layer != "claim":
            return None
        options = [a.id for a in edits.parents_of(claim, self.index.by_id.values())]
        turn: list[str | None] = [None, *options]
        here = turn.index(claim.parent) if claim.parent in turn else 0
        parent = turn[(here + 1) % len(turn)]
        self.save("nested" if parent else "not nested", (claim, replace(claim, parent=parent)))
        return self.index.by_id[parent] if parent else None

    def copied_text(self) -> str:
        """The words of the selection, of the active claim, or of the sentence."""
        text = self.article.text
        if self.selection:
            return text[self.selection.start : self.selection.end]
        if self.active:
            pieces = self.active.role("content") or self.active.fragments
            return " … ".join(text[f.start : f.end] for f in sorted(pieces, key=lambda f: f.start))
        if not self.page.sentences:
            return ""
        s = self.page.sentences[self.sentence]
        return text[s.start : s.end].strip()


def _short(words: str, limit: int = 40) -> str:
    flat = " ".join(words.split())
    return f"“{flat if len(flat) <= limit else flat[: limit - 1] + '…'}”"
