"""What the article view is told to paint, made from the session's state and cached by change."""

from __future__ import annotations

from typing import Final

from annotator.domain.model import Annotation
from annotator.domain.scheme import Scheme
from annotator.domain.suggestion import StoredSuggestion
from annotator.session import Session
from annotator.session.review import LIKELY, SURE, SuggestionReview
from annotator.tui.annotate.label_signs import sign_of
from annotator.tui.article.state import PaintedSpan, PaintLayer, SentenceMark, SpanSet, ViewState


def gutter_key(annotation: Annotation, scheme: Scheme) -> str:
    """The characters that stand for an annotation in the gutter: its label keys, `?` for each due.

    At most two cells: the required attributes of a claim in the scheme's order; of a mark the
    letter of its label.
    """
    if annotation.layer == "mark":
        return sign_of(annotation, scheme).letter + ("?" if scheme.missing(annotation) else "")
    keys = ""
    for attribute in scheme.of_layer("claim"):
        if attribute.required:
            value = attribute.value(annotation.attributes.get(attribute.name, ""))
            keys += (value.key or value.name[:1]) if value else "?"
    if any(r.required and not annotation.role(r.name) for r in scheme.roles):
        keys = "?" + keys[1:]
    return keys[:2]


def suggestion_key(confidence: float) -> str:
    """What stands for a suggestion in the gutter: `'` sure, `'~` less sure, `'?` a guess."""
    return "'" if confidence >= SURE else "'~" if confidence >= LIKELY else "'?"


_PROPOSED: Final = "?"
"""The owner of the spans of a proposed claim: no annotation has this id."""


class Painter:
    """Keeps the painted form of every annotation and makes again only what changed."""

    def __init__(self, session: Session, *, brackets: bool) -> None:
        self._session = session
        self.brackets = brackets
        self._spans = SpanSet()
        self._active_id: str | None = None
        self._seen: int | None = None
        """How much of the index's log is in the spans; None before the first look."""
        self._drawn: tuple[SuggestionReview, float] | None = None
        """The suggestions in the spans, and the confidence below which they are hidden."""
        self._offered: StoredSuggestion | None = None
        """The suggestion that is drawn as the one offered."""
        roles = session.scheme.roles
        self._role_places = {role.name: place for place, role in enumerate(roles)}
        self._beyond = max(3, len(roles))
        """The place of what is no role of the scheme."""
        self._marks: dict[int, SentenceMark] = {}

    def state(self, suggestions: SuggestionReview) -> ViewState:
        """The view's state with what is proposed; equal parts are the same objects as before."""
        s = self._session
        return ViewState(
            cursor=s.page.token(s.cursor),
            sentence=self._sentence_range(),
            selection=s.selection.range if s.selection else None,
            spans=self._all_spans(suggestions),
            marks=self._sentence_marks(),
            hits=s.hits,
            current_hit=None if s.hit is None else s.hits[s.hit],
            brackets=self.brackets,
        )

    def _sentence_range(self) -> tuple[int, int]:
        s = self._session
        if not s.page.sentences:
            return 0, 0
        sentence = s.page.sentences[s.sentence]
        return sentence.start, sentence.end

    def _all_spans(self, suggestions: SuggestionReview) -> SpanSet:
        """Every span; only those of annotations and suggestions that changed are made anew."""
        s = self._session
        stale = (
            set(s.index.by_id)
            if self._seen is None
            else {change.subject.id for change in s.index.log[self._seen :]}
        )
        self._seen = len(s.index.log)
        if self._active_id != s.active_id:
            stale |= {id_ for id_ in (self._active_id, s.active_id) if id_ is not None}
            self._active_id = s.active_id
        for id_ in stale:
            self._settle(id_, s.index.by_id.get(id_))
        self._draw(suggestions)
        self._propose()
        return self._spans

    def _propose(self) -> None:
        """Draw the claim that is proposed and not saved as a suggestion that is offered."""
        proposal = self._session.proposal
        spans = (
            PaintedSpan(f.start, f.end, place, _PROPOSED, True, "suggestion", "?")
            for f in (proposal.claim.fragments if proposal else ())
            for place in [self._role_places.get(f.role, self._beyond)]
        )
        self._spans.put(_PROPOSED, tuple(spans))

    def _draw(self, shown: SuggestionReview) -> None:
        if self._drawn != (shown, shown.least):
            if self._drawn:
                for old in self._drawn[0].stored:
                    self._spans.put(old.id, ())
            self._drawn = shown, shown.least
            self._offered = None
            shown.touch()
        offered = shown.offered()
        before, self._offered = self._offered, offered.suggestion if offered else None
        touched = {found.id: (found, waits) for found, waits in shown.touched()}
        if before != self._offered:
            for found in (before, self._offered):
                if found is not None:
                    touched.setdefault(found.id, (found, shown.waits(found)))
        for found, waits in touched.values():
            active, key = found == self._offered, suggestion_key(found.confidence)
            spans = (
                PaintedSpan(f.start, f.end, place, found.id, active, "suggestion", key)
                for f in found.fragments
                if waits and found.confidence >= shown.least
                for place in [self._role_places.get(f.role, self._beyond)]
            )
            self._spans.put(found.id, tuple(spans))

    def _settle(self, id_: str, annotation: Annotation | None) -> None:
        """Make the spans of one claim or mark anew, or forget them."""
        if annotation is None or annotation.layer not in ("claim", "mark"):
            self._spans.put(id_, ())
            return
        scheme = self._session.scheme
        key = gutter_key(annotation, scheme)
        active = id_ == self._session.active_id
        layer: PaintLayer = "claim"
        places = self._role_places
        if annotation.layer == "mark":
            layer = "mark"
            colour = sign_of(annotation, scheme).colour
            places = {f.role: colour for f in annotation.fragments}
        spans = (
            PaintedSpan(f.start, f.end, place, id_, active, layer, key)
            for f in annotation.fragments
            for place in [places.get(f.role, self._beyond)]
        )
        self._spans.put(id_, tuple(spans))

    def _sentence_marks(self) -> dict[int, SentenceMark]:
        """Marks by sentence, with those made anew that were touched."""
        s = self._session
        for i in s.index.touched:
            tag = s.index.sentence_tag(i)
            skipped = s.page.sentences[i].kind not in s.scheme.review_kinds
            flagged = any(a.flagged for a in s.index.in_sentence(i))
            if tag or skipped or flagged or i in s.index.open:
                reviewed = bool(tag and tag.reviewed)
                self._marks[i] = SentenceMark(reviewed=reviewed, flagged=flagged, skipped=skipped)
            else:
                self._marks.pop(i, None)
        s.index.touched.clear()
        return self._marks
