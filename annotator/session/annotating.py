"""One article being annotated by one person: what each edit does, written before it is shown."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

from annotator.domain.model import RELATION_TYPE, SPAN_ROLE, Annotation, Fragment
from annotator.domain.scheme import Attribute, Role, kind_of
from annotator.domain.spans import trimmed
from annotator.domain.wording import shown_label, shown_value
from annotator.session import edits
from annotator.session.form_rows import FLAG, NOTE
from annotator.session.marking import Marking
from annotator.session.navigation import Step
from annotator.session.saving import GivenLabel, Said, pluralise, short
from annotator.session.selection import Selection
from annotator.session.shown import in_view


class Session(Marking):
    """The state machine behind the annotation screen; it knows neither terminal nor database."""

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
        words = f"{role.name} {short(self.article.text[start:end])}"
        if before is None:
            said = f"new claim: {words}"
        elif after.fragments == claim.fragments:
            said = f"{words} is in it already"
        elif len(after.fragments) <= len(claim.fragments):
            said = f"{words} united with the piece it overlaps"
        else:
            said = f"{words} added to the claim"
        over = [f.role for f in claim.fragments if f.start < end and start < f.end]
        others = [name for name in dict.fromkeys(over) if name != role.name]
        if others:
            said += f", over its {' and '.join(others)}"
        self.save(words, (before, replace(after, provenance="human")), said=Said(said))
        self.active_id, self.selection = claim.id, None
        self._focus = next((f for f in after.role(role.name) if f.start <= start < f.end), None)

    def label(self, attribute: Attribute, value: str) -> None:
        """Give a label by its key to what is at hand of its layer.

        The same one again confirms it: it is a person's now.
        """
        subject = self._subject_of(attribute.layer)
        if subject is None:
            return
        given = subject.attributes.get(attribute.name)
        if attribute.kind == "several" and given:
            value = attribute.join([*attribute.split(given), value])
        self._set(subject, attribute, value)
        if not self.scheme.applies(attribute, self.index.by_id[subject.id]):
            only = f"{self.said.text} (asked only where {attribute.only_if})"
            self.said = self.said._replace(text=only)
        if subject.layer in ("claim", "mark"):
            if subject.id != self.active_id:
                self._focus = None
            self.active_id, self.selection = subject.id, None
            self.remember(self.index.by_id[subject.id])

    def _subject_of(self, layer: str) -> Annotation | None:
        """What the key of a label of a layer is about; an unsaved annotation where it is new."""
        match kind_of(layer):
            case "claim":
                return self._label_target()
            case "mark":
                return self.mark_target(layer)
            case "sentence":
                return self.sentence_subject() if self.page.sentences else None
            case "article":
                return self.article_subject()
            case _:
                return None

    def _label_target(self) -> Annotation | None:
        """The claim a label key is about: active, selected, under the cursor, or the sentence."""
        active = self.active if self.active and self.active.layer == "claim" else None
        role = self.scheme.content
        if self.selection is not None and role is not None:
            claim = active or self.new("claim", ())
            return edits.with_span(claim, role, *self.selection.range)
        if active is not None:
            return active
        here = next((a for a in self.at_cursor() if a.layer == "claim"), None)
        if here is not None or role is None or not self.page.sentences:
            return here
        s = self.page.sentences[self.sentence]
        span = Fragment(role.name, *trimmed(self.article.text, s.start, s.end))
        return self.new("claim", (span,))

    def toggle_sticky(self) -> None:
        """Give the label given last to each new claim or mark from now on; again: no longer."""
        if self.sticky is not None:
            self.said = Said(f"{self.sticky} is given to nothing more by itself")
            self.sticky = None
        elif self.last_given is None:
            self.said = Said("no label given yet: the last one given is what becomes sticky")
        else:
            self.sticky = self.last_given
            layer = self.scheme.layer_title(self.sticky.attribute.layer)
            self.said = Said(f"{self.sticky}: each new {layer} is given it")

    def take_sticky(self, before: Session) -> None:
        """Go on with the sticky label of another article, where the scheme still has it."""
        for name in ("sticky", "last_given"):
            label: GivenLabel | None = getattr(before, name)
            if label is not None:
                found = self.scheme.attribute(label.attribute.layer, label.attribute.name)
                if found and (found.text or found.value(label.value)):
                    setattr(self, name, GivenLabel(found, label.value))

    def repeat(self) -> bool:
        """Give the labels of the claim or mark that was labelled last; False: there are none.

        What its source was called before goes before what the last claim's source was called.
        """
        claim = self._subject_of(self.last_layer)
        known = self.sources.proposed(claim) if claim else {}
        given = {**self.last_labels, **known}
        if claim is None or not given:
            return False
        before = self.index.by_id.get(claim.id)
        layer = claim.layer_name
        shown = {n: shown_value(self.scheme.attribute(layer, n), v) for n, v in given.items()}
        others = [said for name, said in shown.items() if name not in known]
        parts = [f"labels repeated: {', '.join(others)}"] if others else []
        again = ", ".join(shown[name] for name in known)
        parts += [f"{again} as for this source before"] if known else []
        after = replace(claim, attributes={**claim.attributes, **given}, provenance="human")
        self.must_see(before or after)
        self.save("labels repeated", (before, after), said=Said("; ".join(parts)))
        self.active_id, self.selection = claim.id, None
        return True

    def set_attribute(
        self, annotation: Annotation, attribute: Attribute, value: str | None
    ) -> None:
        """Set or (None) take away an attribute: on any layer."""
        now = self.index.by_id.get(annotation.id, annotation)
        had = now.attributes.get(attribute.name)
        if value is not None:
            self._set(now, attribute, value)
        elif had is None:
            self.said = Said(f"{attribute.title}: there is none")
        else:
            said = Said(f"{shown_label(attribute, had)} taken away", lost=True)
            label = f"{attribute.title}: none"
            self._save_or_drop(label, now.with_attribute(attribute.name, None), said)
        if annotation.layer in ("claim", "mark") and annotation.id in self.index.by_id:
            self.remember(self.index.by_id[annotation.id])

    def fill(self, annotation: Annotation, attribute: Attribute, value: str | None) -> None:
        """Set or (None) take away what a row of the form is: a label, the note or the flag."""
        if attribute.name == NOTE:
            self.set_note(annotation, value or "")
        elif attribute.name == FLAG:
            self.set_flag(annotation, value is not None)
        elif annotation.layer == "relation" and attribute.name == RELATION_TYPE:
            self.said = Said("what a relation is stays: remove it, and make another")
        else:
            self.set_attribute(annotation, attribute, value)

    def subject(self) -> Annotation:
        """What a note or flag is about: the active claim, one under the cursor, or the sentence.

        In an article without a sentence it is the article.
        """
        if self.active:
            return self.active
        here = self.at_cursor()
        if here:
            return here[0]
        return self.sentence_subject() if self.page.sentences else self.article_subject()

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
        said = Said(f"note on the {self.name_of(now)}: {short(note)}") if note else None
        label = "note" if note else "note removed"
        lost = None if note or not now.note else Said("note removed", lost=True)
        self._save_or_drop(label, replace(now, note=note), said or lost)

    def set_flag(self, annotation: Annotation, flagged: bool) -> None:
        """Flag a claim, mark, sentence or article for discussion, or take the flag away."""
        now = self.index.by_id.get(annotation.id, annotation)
        label = "flagged" if flagged else "flag removed"
        name = self.name_of(now)
        said = f"{name} flagged for discussion" if flagged else f"flag of the {name} removed"
        self._save_or_drop(label, replace(now, flagged=flagged), Said(said))

    def toggle_flag(self) -> bool:
        """Flag what a note would be about, or take the flag away; whether it is flagged now."""
        subject = self.subject()
        self.set_flag(subject, not subject.flagged)
        return not subject.flagged

    def _save_or_drop(self, label: str, after: Annotation, said: Said | None = None) -> None:
        bare = after.layer in ("sentence", "article") and edits.is_bare(after)
        before = self.index.by_id.get(after.id)
        self.save(label, (before, None if bare else after), said=said)

    def review(self) -> bool:
        """The sentence is done with; go to the next open one. False: none is left below."""
        if not self.page.sentences:
            return False
        tag = self.sentence_subject()
        number = self.sentence + 1
        self.said = Said(f"sentence {number} was reviewed already")
        if not tag.reviewed:
            pair = (self.index.by_id.get(tag.id), replace(tag, reviewed=True))
            self.save("reviewed", pair, said=Said(f"sentence {number} reviewed"))
        self.selection = self.active_id = self._focus = None
        return self.move_open(1)

    # ------------------------------------------------------------------------------ editing

    def piece_at_work(self, claim: Annotation) -> Fragment | None:
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
        piece = self.piece_at_work(claim) if claim else None
        if claim is None or piece is None:
            return False
        moved = Selection(piece.start, piece.end, moving=side).moved(self.page, "word", step)
        if moved.moving != side or moved.range == (piece.start, piece.end):
            return False
        after = edits.with_boundary(claim, piece, *moved.range)
        words = short(self.article.text[moved.start : moved.end], end=side == "end")
        self.save(f"{piece.role} {words}", (claim, after))
        self._focus = piece._replace(start=moved.start, end=moved.end)
        self.go(moved.end - 1 if side == "end" else moved.start)
        return True

    def drop_fragment(self) -> bool:
        """Remove the active claim's piece under the cursor; with the last one goes the claim."""
        claim = self.active
        piece = self.piece_at_work(claim) if claim else None
        if claim is None or piece is None:
            return False
        rest = edits.without(claim.fragments, [piece])
        if rest:
            words = short(self.article.text[piece.start : piece.end])
            said = Said(f"{piece.role} {words} removed", lost=True)
            pair = (claim, replace(claim, fragments=rest))
            self.save(f"{piece.role} removed", pair, said=said)
            self._focus = None
        else:
            self._remove(claim, f"{self.name_of(claim)} removed")
        return True

    def join(self) -> bool:
        """Make the active claim's piece a further fragment of another span, or one of its own.

        Returns:
            False when the role has no other piece, so that there is nothing to choose.
        """
        claim = self.active
        piece = self.piece_at_work(claim) if claim else None
        if claim is None or piece is None or len(claim.role(piece.role)) < 2:
            return False
        if not in_view([piece], self.shown()):
            raise self.off_screen(claim, piece)
        after = edits.respanned(claim, piece)
        at = claim.fragments.index(piece)
        others = [f for f in after.role(piece.role) if f.span == after.fragments[at].span]
        words = short(self.article.text[piece.start : piece.end])
        with_ = (
            f"of one span with {len(others) - 1} more" if len(others) > 1 else "a span of its own"
        )
        self.save(f"{piece.role} joined anew", (claim, after), said=Said(f"{words}: {with_}"))
        self._focus = after.fragments[at]
        return True

    def claim_here(self) -> Annotation | None:
        """The claim at work, else the smallest one under the cursor."""
        if self.active is not None:
            return self.active if self.active.layer == "claim" else None
        return next((a for a in self.at_cursor() if a.layer == "claim"), None)

    def delete(self) -> bool:
        """Remove the active claim or mark, or else the one under the cursor."""
        here = self.active or next(iter(self.at_cursor()), None)
        if here is None:
            return False
        self._remove(here, f"{self.name_of(here)} removed")
        return True

    def _remove(self, annotation: Annotation, label: str) -> None:
        # Claims nested in the removed one move up to its own parent.
        orphans = [
            (c, replace(c, parent=annotation.parent)) for c in self.index.children(annotation.id)
        ]
        up = f"; {pluralise(len(orphans), 'claim')} nested in it moved up" if orphans else ""
        self.save(label, (annotation, None), said=Said(label + up, lost=True), along=orphans)
        self.active_id = self.selection = self._focus = None

    def nest(self) -> Annotation | None:
        """Nest the claim at work in the one around it; again: the next larger one, then none.

        Without one at work it is the smallest under the cursor, which is at work from then on.

        Returns:
            The parent it has now; None when it stands alone.
        """
        claim = self.claim_here()
        if claim is None:
            return None
        self.must_see(claim)
        around = self.index.around(*edits.hull(self.scheme.anchor(claim)))
        options = [a.id for a in edits.parents_of(claim, around, self.index.by_id, self.scheme)]
        turn: list[str | None] = [None, *options]
        here = turn.index(claim.parent) if claim.parent in turn else 0
        parent = turn[(here + 1) % len(turn)]
        above = self.index.by_id[parent] if parent else None
        if above is not None:
            said = f"nested in {short(self.words(above))}"
        elif claim.parent:
            said = "stands alone now"
        else:
            said = "stands alone: there is no claim around it"
        pair = (claim, replace(claim, parent=parent))
        self.save("nested" if parent else "not nested", pair, said=Said(said))
        if self.active_id != claim.id:
            self.activate(claim.id)
        return above

    def words(self, annotation: Annotation) -> str:
        """The words of a claim's content, or of all it has, in reading order."""
        pieces = self.scheme.anchor(annotation)
        text = self.article.text
        return " … ".join(text[f.start : f.end] for f in sorted(pieces, key=lambda f: f.start))

    def copied_text(self) -> str:
        """The words of the selection, of the active claim, or of the sentence."""
        text = self.article.text
        if self.selection:
            return text[self.selection.start : self.selection.end]
        if self.active:
            return self.words(self.active)
        if not self.page.sentences:
            return ""
        s = self.page.sentences[self.sentence]
        return text[s.start : s.end].strip()
