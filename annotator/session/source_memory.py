"""What a source was called before: the labels last given to a claim with the same source words.

They are proposed, never given: a key takes them. Who labelled "a spokesperson" once need not decide
again what kind of source that is, and sees it when the decision was another one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from annotator.domain.model import Annotation, Fragment
from annotator.domain.scheme import Scheme
from annotator.domain.terms import role_said, source_words
from annotator.session.annotation_index import AnnotationIndex

SEPARATOR: Final = " … "
Known = dict[str, dict[str, str]]
"""Source words, as `same_words` has them -> labels."""


def joined(text: str, pieces: Iterable[Fragment]) -> str:
    """The words of some pieces in reading order."""
    ordered = sorted(pieces, key=lambda f: f.start)
    return SEPARATOR.join(text[f.start : f.end] for f in ordered)


def same_words(words: str) -> str:
    """What two sources must have alike: their words, not how they are written or spaced."""
    return " ".join(words.casefold().split())


def labels_of_sources(scheme: Scheme) -> tuple[str, ...]:
    """The labels that are a source's: the one the scheme says is, else all that have values."""
    label = source_words(scheme)[1]
    if label:
        return (label,)
    return tuple(a.name for a in scheme.of_layer("claim") if a.values)


class SourceMemory:
    """The labels of the sources of one article's claims, and of those of other articles.

    Args:
        index: The article's annotations, as they are now.
        text: The article's text.
        scheme: The labels in force.
    """

    def __init__(self, index: AnnotationIndex, text: str, scheme: Scheme) -> None:
        self._index = index
        self._text = text
        self._scheme = scheme
        self._role = role_said(scheme, "source")
        self._labels = labels_of_sources(scheme)
        self.elsewhere: Mapping[str, Mapping[str, str]] = {}
        """What is known from other articles; who opens the article replaces it."""
        self._of_words: dict[str, dict[str, None]] = {}
        """Source words -> the claims with them, the last changed last."""
        self._seen: int | None = None
        """How much of the index's log is in it; None before it was asked first."""

    def _words(self, claim: Annotation) -> str:
        return same_words(joined(self._text, claim.role(self._role))) if self._role else ""

    def _note(self, claim: Annotation | None) -> None:
        if claim is not None and claim.layer == "claim" and (words := self._words(claim)):
            self._of_words.setdefault(words, {})[claim.id] = None

    def _catch_up(self) -> None:
        if self._seen is None:
            for claim in sorted(self._index.by_id.values(), key=lambda a: a.updated_at):
                self._note(claim)
            self._seen = len(self._index.log)
        for before, after in self._index.log[self._seen :]:
            if before is not None and before.layer == "claim":
                self._of_words.get(self._words(before), {}).pop(before.id, None)
            self._note(after)
        self._seen = len(self._index.log)

    def proposed(self, claim: Annotation) -> dict[str, str]:
        """The labels that a claim lacks and that its source had last, in this article or another.

        Empty for a claim without a source, and for values that the scheme no longer has.
        """
        self._catch_up()
        words = self._words(claim)
        lacking = [name for name in self._labels if name not in claim.attributes]
        if not words or not lacking or claim.layer != "claim":
            return {}
        others = [id_ for id_ in reversed(self._of_words.get(words, {})) if id_ != claim.id]
        known = [self._index.by_id[id_].attributes for id_ in others]
        known.append(self.elsewhere.get(words, {}))
        found: dict[str, str] = {}
        for name in lacking:
            value = next(
                (k[name] for k in (*known, self.elsewhere.get(words, {})) if name in k), None
            )
            if value is not None and not self._scheme.fault_of("claim", name, value):
                found[name] = value
        return found

    def known(self) -> Known:
        """The labels of each source of the article: what the next article's memory is told."""
        self._catch_up()
        found: Known = {}
        for words, ids in self._of_words.items():
            for id_ in ids:
                attributes = self._index.by_id[id_].attributes
                given = {n: attributes[n] for n in self._labels if n in attributes}
                found.setdefault(words, {}).update(given)
        return found
