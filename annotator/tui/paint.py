"""What the article view is told to paint, made from the session's state and cached by change."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain

from annotator.domain.model import Annotation
from annotator.domain.scheme import Scheme
from annotator.domain.session import Session
from annotator.domain.session.suggesting import Suggestions
from annotator.domain.suggestion import StoredSuggestion
from annotator.tui.article.state import PaintedSpan, PaintLayer, SentenceMark, ViewState


def gutter_key(annotation: Annotation, scheme: Scheme) -> str:
    """The characters that stand for an annotation in the gutter: its label keys, `?` for each due.

    At most two cells: the required attributes of a claim in the scheme's order, "b" for a mark.
    """
    if annotation.layer == "mark":
        return "b?" if scheme.missing(annotation) else "b"
    keys = ""
    for attribute in scheme.of_layer("claim"):
        if attribute.required:
            value = attribute.value(annotation.attributes.get(attribute.name, ""))
            keys += (value.key or value.name[:1]) if value else "?"
    if any(r.required and not annotation.role(r.name) for r in scheme.roles):
        keys = "?" + keys[1:]
    return keys[:2]


class Painter:
    """Keeps the painted form of every annotation and makes again only what changed."""

    def __init__(self, session: Session, suggestions: Suggestions, *, brackets: bool) -> None:
        self._session = session
        self.suggestions = suggestions
        self.brackets = brackets
        self._spans: dict[str, tuple[PaintedSpan, ...]] = {}
        self._active_id: str | None = None
        self._seen = 0
        """How much of the index's log is in the spans."""
        self._key: tuple[int, str | None, int, float] | None = None
        self._proposals: dict[str, tuple[PaintedSpan, ...]] = {}
        self._painted: Sequence[PaintedSpan] = ()
        self._marks: dict[int, SentenceMark] = {}

    def state(self) -> ViewState:
        """The view's state now; equal parts are the same objects as before."""
        s = self._session
        return ViewState(
            cursor=s.page.token(s.cursor),
            sentence=self._sentence_range(),
            selection=s.selection.range if s.selection else None,
            spans=self._all_spans(),
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

    def _all_spans(self) -> Sequence[PaintedSpan]:
        """Every span; after a change only what changed is a new object, in any length of text."""
        s = self._session
        key = (s.index.generation, s.active_id, id(self.suggestions), self.suggestions.least)
        if key != self._key:
            stale = (
                list(s.index.by_id)
                if self._key is None
                else [change.subject.id for change in s.index.log[self._seen :]]
            )
            self._seen = len(s.index.log)
            for id_ in (*stale, self._active_id, s.active_id):
                if id_ is not None:
                    self._settle(id_, s.index.by_id.get(id_))
            self._key, self._active_id = key, s.active_id
            spans = list(chain.from_iterable(self._spans.values()))
            for p in self.suggestions.pending():
                spans += self._proposed(p.suggestion)
            self._painted = spans
        return self._painted

    def _proposed(self, suggestion: StoredSuggestion) -> tuple[PaintedSpan, ...]:
        known = self._proposals.get(suggestion.id)
        if known is None:
            known = tuple(
                PaintedSpan(f.start, f.end, f.role, suggestion.id, False, "suggestion", "'")
                for f in suggestion.fragments
            )
            self._proposals[suggestion.id] = known
        return known

    def _settle(self, id_: str, annotation: Annotation | None) -> None:
        """Make the spans of one claim or mark anew, or forget them."""
        if annotation is None or annotation.layer not in ("claim", "mark"):
            self._spans.pop(id_, None)
            return
        key = gutter_key(annotation, self._session.scheme)
        layer: PaintLayer = "mark" if annotation.layer == "mark" else "claim"
        active = id_ == self._session.active_id
        self._spans[id_] = tuple(
            PaintedSpan(f.start, f.end, f.role, id_, active, layer, key)
            for f in annotation.fragments
        )

    def _sentence_marks(self) -> dict[int, SentenceMark]:
        """Marks by sentence; a new mapping when any changed, made from the sentences touched."""
        s = self._session
        if s.index.touched:
            marks = dict(self._marks)
            for i in s.index.touched:
                tag = s.index.sentence_tag(i)
                skipped = s.page.sentences[i].kind not in s.scheme.review_kinds
                flagged = any(a.flagged for a in s.index.in_sentence(i))
                if tag or skipped or flagged or i in s.index.open:
                    reviewed = bool(tag and tag.reviewed)
                    marks[i] = SentenceMark(reviewed=reviewed, flagged=flagged, skipped=skipped)
                else:
                    marks.pop(i, None)
            s.index.touched.clear()
            self._marks = marks
        return self._marks
