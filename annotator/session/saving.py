"""How changes of one article are made: seen by the annotator, written, then shown.

Every edit is stored by `write` before the session itself changes, so that what the screen shows
is what the database holds; when `write` raises, nothing has happened.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from annotator.domain.ids import new_id
from annotator.domain.model import (
    Annotation,
    Article,
    Batch,
    Change,
    Fragment,
    Layer,
    Provenance,
)
from annotator.domain.scheme import Attribute, Scheme
from annotator.domain.wording import shown_label
from annotator.session.navigation import Navigator
from annotator.session.proposal import ProposedClaim
from annotator.session.relation_begun import OtherEnd, Relating
from annotator.session.shown import OffScreenError, OffScreenPart, unseen
from annotator.session.source_memory import SourceMemory
from annotator.text.speech_words import COMMON, SpeechWords

Write = Callable[[Batch], Batch | None]
"""Stores a batch and returns when it is on the disk: what was written, where that is more than was
asked for (the relations of what is removed go with it); raises AnnotatorError otherwise."""


class Said(NamedTuple):
    """What the last key did, in words; `lost`: it took something away that undo brings back."""

    text: str
    lost: bool = False


class GivenLabel(NamedTuple):
    """A label as it was given to a claim or mark."""

    attribute: Attribute
    value: str

    def __str__(self) -> str:
        return shown_label(self.attribute, self.value)


class Saving(Navigator):
    """A navigator whose changes are stored, and refused where the annotator cannot see them.

    Args:
        article, annotations, scheme, quotations, position, words: As for `Navigator`.
        annotator: Who decides.
        write: Stores a batch (see `Write`).
        clock: The time as ISO 8601 UTC.
    """

    def __init__(
        self,
        article: Article,
        annotations: Iterable[Annotation],
        annotator: str,
        scheme: Scheme,
        write: Write,
        clock: Callable[[], str],
        quotations: Callable[[], Sequence[tuple[int, int]]],
        position: int = 0,
        words: Callable[[], SpeechWords] = lambda: COMMON,
    ) -> None:
        super().__init__(article, annotations, scheme, quotations, position, words)
        self.annotator = annotator
        self.last_labels: dict[str, str] = {}
        """What the claim or mark labelled last was given: what the repeat key gives again."""
        self.last_layer = "claim"
        """Of which layer that was."""
        self.interchanged: tuple[str, str] | None = None
        """The claim whose roles were interchanged last, and the role that its content had."""
        self.sources = SourceMemory(self.index, article.text, scheme)
        """What each source was called before."""
        self.proposal: ProposedClaim | None = None
        """A claim that was read from its cue and waits to be taken."""
        self.last_given: GivenLabel | None = None
        """The label that a claim or mark was given last."""
        self.sticky: GivenLabel | None = None
        """The label that each new claim or mark is given, while there is one."""
        self.relating: Relating | None = None
        """A relation that was begun and waits for its other end."""
        self.relation_id: str | None = None
        """Which relation of the annotation at work the next keys are about."""
        self.other_end: Callable[[str], OtherEnd | None] = lambda _: None
        """An annotation of another article, by its id; who opens articles replaces it."""
        self.said = Said("")
        """What the last key did."""
        self._write = write
        self._clock = clock

    def new(self, layer: Layer, fragments: tuple[Fragment, ...]) -> Annotation:
        """An annotation that is not saved yet."""
        made = Annotation(
            new_id(),
            layer,
            self.article.uid,
            self.annotator,
            fragments,
            scheme=self.scheme.version,
            created_at=self._clock(),
        )
        return replace(made, attributes=self.stuck(made.layer_name, {}))

    def remember(self, labelled: Annotation) -> None:
        """Keep the labels of a claim or mark for the repeat key."""
        self.last_labels, self.last_layer = dict(labelled.attributes), labelled.layer_name

    def stuck(self, layer: str, attributes: Mapping[str, str]) -> dict[str, str]:
        """The labels that something new of that layer has: the sticky one where it has none."""
        sticky = self.sticky
        if sticky is None or sticky.attribute.layer != layer:
            return dict(attributes)
        return {sticky.attribute.name: sticky.value, **attributes}

    def _with_sticky(self, said: Said, batch: Batch) -> Said:
        """What is said of a batch, and of the sticky label where something new was given it."""
        sticky = self.sticky
        if sticky is None or str(sticky) in said.text:
            return said
        given = any(
            c.before is None
            and c.subject.layer_name == sticky.attribute.layer
            and c.subject.attributes.get(sticky.attribute.name) == sticky.value
            for c in batch.changes
        )
        return said._replace(text=f"{said.text}; {sticky} (sticky)") if given else said

    def save(
        self,
        label: str,
        *pairs: tuple[Annotation | None, Annotation | None],
        said: Said | None = None,
        along: Iterable[tuple[Annotation, Annotation]] = (),
        provenance: Provenance | None = "human",
    ) -> None:
        """Write changes as one action, then bring them into the session.

        What a person changed is a person's, wherever it came from (the journal keeps what it was);
        only what is accepted as it stands has another `provenance`.

        Args:
            label: What the journal and undo call it.
            pairs: Annotations before and after; None stands for "does not exist".
            said: What the screen says of it; the label when it is left out.
            along: What changes with them and need not be in view: claims that were nested.
            provenance: Of what comes into being; None where each has its own.

        Raises:
            OffScreenError: when one of `pairs` is not on the screen.
            AnnotatorError: when it cannot be written. Either way nothing has happened.
        """
        for before, after in pairs:
            if before != after:
                self._must_see(Change(before, after))
        at = self._clock()
        changes = [Change(b, replace(a, updated_at=at)) for b, a in along]
        changes += [
            Change(
                before,
                after
                and replace(
                    after,
                    updated_at=at,
                    scheme=self.scheme.version,
                    provenance=provenance or after.provenance,
                ),
            )
            for before, after in pairs
            if before != after
        ]
        self.said = said or Said(label)
        if not changes:
            return
        asked = Batch(new_id(), self.annotator, at, "edit", label, tuple(changes))
        batch = self._write(asked) or asked
        self.said = self._with_sticky(self.said, batch)
        gone = len(batch.changes) - len(asked.changes)
        if gone:
            self.said = Said(f"{self.said.text}, with {pluralise(gone, 'relation')}", lost=True)
        self._bring_in(batch.changes)

    def _bring_in(self, changes: Iterable[Change]) -> None:
        for change in changes:
            self.index.put(change)
            start = self.relating.start.id if self.relating else None
            if change.after is None and change.subject.id == start:
                self.relating = None  # what it was begun at is gone

    def must_see(self, annotation: Annotation) -> None:
        """Raise OffScreenError unless something of the annotation is on the screen."""
        self._must_see(Change(annotation, annotation))

    def _must_see(self, change: Change) -> None:
        hidden = unseen(change, self.shown())
        if hidden is not None:
            raise self.off_screen(change.subject, hidden)

    def off_screen(self, subject: Annotation, hidden: Fragment) -> OffScreenError:
        """Which of the things that a key may be about is out of view."""
        place: OffScreenPart = "cursor"
        selected = self.selection.range if self.selection else None
        if subject.id == self.active_id and not self.active_in_view:
            place = "at work"
        elif selected == hidden[1:3]:
            place = "selection"
        elif subject.id == self.active_id:
            place = "piece"
        elif not subject.touches(*self.page.token(self.cursor)):
            place = "elsewhere"
        title = self.scheme.layer_title(subject.layer_name)
        return OffScreenError(place, title, self.page.sentence_at(hidden.start))

    def apply_external(self, batch: Batch) -> bool:
        """Bring in a batch that the store has written (undo, redo); show what it changed.

        Returns:
            False when the batch is about other articles only.
        """
        mine = [c for c in batch.changes if self._is_here(c.subject)]
        self._bring_in(mine)
        if mine:
            self.selection = self._focus = None
            self.relation_id = None
            whole = ("article", "relation")
            shown = next((c.after for c in mine if c.after and c.after.layer not in whole), None)
            subject = shown or mine[0].subject
            if subject.layer == "relation":
                shown = self.index.by_id.get(subject.head or "") or self.index.by_id.get(
                    subject.tail or ""
                )
                subject = shown or subject
            self.active_id = shown.id if shown and shown.layer in ("claim", "mark") else None
            if subject.fragments:
                self.go(min(f.start for f in self.scheme.anchor(subject)))
        return bool(mine)

    def _is_here(self, subject: Annotation) -> bool:
        """Whether it is of this article, or a relation with an end in it."""
        known = self.index.by_id
        return subject.article == self.article.uid or (
            subject.layer == "relation"
            and bool({subject.id, subject.head, subject.tail} & {*known})
        )


def pluralise(number: int, what: str) -> str:
    """A number with its noun: "1 claim", "2 claims"."""
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def short(words: str, limit: int = 40, *, end: bool = False) -> str:
    """Words in a message, cut after their beginning, or before their end when that matters."""
    flat = " ".join(words.split())
    if len(flat) > limit:
        flat = "…" + flat[1 - limit :] if end else flat[: limit - 1] + "…"
    return f"“{flat}”"
