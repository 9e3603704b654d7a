"""One annotator's annotations of one article, found by id and by place, counted as they change."""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections.abc import Callable, Iterable, Iterator

from annotator.domain.model import Annotation, Change
from annotator.session.text_index import TextIndex


class AnnotationIndex:
    """The annotations of an open article; adding or removing one costs the sentences it touches.

    A sentence is *open* while its kind waits for review, nobody reviewed it, and no claim or mark
    touches it. A claim or mark is *incomplete* while something that the scheme requires is missing.

    Args:
        page: The article's layout.
        annotations: What is there already.
        waits: (sentence, its own annotation) -> whether its kind waits for review.
        missing: What the scheme still requires of an annotation.
    """

    def __init__(
        self,
        page: TextIndex,
        annotations: Iterable[Annotation],
        waits: Callable[[int, Annotation | None], bool],
        missing: Callable[[Annotation], tuple[str, ...]],
    ) -> None:
        self._page = page
        self._waits = waits
        self._missing = missing
        self.by_id: dict[str, Annotation] = {}
        self._at: dict[int, dict[str, None]] = {}
        """Sentence -> what has a piece in it."""
        self._over: dict[int, dict[str, None]] = {}
        """Sentence -> the claims that reach over it, from their first to their last piece."""
        self._of_article: dict[str, None] = {}
        self._children: dict[str, dict[str, None]] = {}
        self._related: dict[str, dict[str, None]] = {}
        """Of an annotation the relations that it is an end of."""
        self._order: list[tuple[int, str]] = []
        """(start, id) of every claim and mark, in reading order."""
        self.incomplete: list[tuple[int, str]] = []
        """The same of those that lack something required."""
        self.open: set[int] = set()
        self.touched: set[int] = set(range(len(page.sentences)))
        """Sentences changed since somebody emptied this set: what must be drawn again."""
        self.log: list[Change] = []
        """Every change since the article was opened: who reads on knows what to make anew."""
        for annotation in annotations:
            self._insert(annotation)
        self.open = {i for i in range(len(page.sentences)) if self._is_open(i)}

    def _places(self, annotation: Annotation) -> Iterator[int]:
        seen: set[int] = set()
        for f in annotation.fragments:
            for i in self._page.sentences_touching(f.start, f.end):
                if i not in seen:
                    seen.add(i)
                    yield i

    def _reach(self, annotation: Annotation) -> range:
        """The sentences from an annotation's first to its last piece."""
        last = max(annotation.start, annotation.end - 1)
        return range(self._page.sentence_at(annotation.start), self._page.sentence_at(last) + 1)

    def _insert(self, annotation: Annotation) -> None:
        self.by_id[annotation.id] = annotation
        if annotation.layer == "article":
            self._of_article[annotation.id] = None
            return
        if annotation.layer == "relation":
            for end in (annotation.head or "", annotation.tail or ""):
                self._related.setdefault(end, {})[annotation.id] = None
            return
        for i in self._places(annotation):
            self._at.setdefault(i, {})[annotation.id] = None
        if annotation.layer in ("claim", "mark"):
            insort(self._order, (annotation.start, annotation.id))
            if self._missing(annotation):
                insort(self.incomplete, (annotation.start, annotation.id))
        if annotation.layer == "claim":
            for i in self._reach(annotation):
                self._over.setdefault(i, {})[annotation.id] = None
            if annotation.parent is not None:
                self._children.setdefault(annotation.parent, {})[annotation.id] = None

    def _remove(self, annotation: Annotation) -> None:
        if self.by_id.pop(annotation.id, None) is None:
            return
        self._of_article.pop(annotation.id, None)
        for end in (annotation.head or "", annotation.tail or ""):
            self._related.get(end, {}).pop(annotation.id, None)
        for i in self._places(annotation):
            self._at.get(i, {}).pop(annotation.id, None)
        if annotation.layer in ("claim", "mark"):
            for ordered in (self._order, self.incomplete):
                at = bisect_left(ordered, (annotation.start, annotation.id))
                if ordered[at : at + 1] == [(annotation.start, annotation.id)]:
                    del ordered[at]
        if annotation.layer == "claim":
            for i in self._reach(annotation):
                self._over.get(i, {}).pop(annotation.id, None)
            self._children.get(annotation.parent or "", {}).pop(annotation.id, None)

    def _is_open(self, sentence: int) -> bool:
        own: Annotation | None = None
        for id_ in self._at.get(sentence, ()):
            annotation = self.by_id[id_]
            if annotation.layer == "sentence":
                own = annotation
                if annotation.reviewed:
                    return False
            elif annotation.layer in ("claim", "mark"):
                return False
        return self._waits(sentence, own)

    def put(self, change: Change) -> None:
        """Bring one change into the index."""
        touched: set[int] = set()
        if change.before is not None:
            touched.update(self._places(change.before))
            self._remove(change.before)
        if change.after is not None:
            touched.update(self._places(change.after))
            self._insert(change.after)
        for i in touched:
            (self.open.add if self._is_open(i) else self.open.discard)(i)
        self.touched |= touched
        self.log.append(change)

    def in_sentence(self, sentence: int) -> list[Annotation]:
        """Everything that touches a sentence, in the order it was made."""
        return [self.by_id[i] for i in self._at.get(sentence, ())]

    def sentence_tag(self, sentence: int) -> Annotation | None:
        """The annotation of the sentence itself."""
        return next((a for a in self.in_sentence(sentence) if a.layer == "sentence"), None)

    def article_tag(self) -> Annotation | None:
        """The annotation of the article as a whole, the one made first."""
        return next((self.by_id[i] for i in self._of_article), None)

    def at(self, start: int, end: int) -> list[Annotation]:
        """Claims and marks that touch a range, in the sentences it touches; the smallest first."""
        found: dict[str, Annotation] = {}
        for i in self._page.sentences_touching(start, end):
            for a in self.in_sentence(i):
                if a.layer in ("claim", "mark") and a.touches(start, end):
                    found[a.id] = a
        return sorted(found.values(), key=lambda a: (_size(a), a.id))

    def beside(
        self, start: int, id_: str, step: int, *, incomplete: bool = False
    ) -> Annotation | None:
        """The claim or mark after (step 1) or before (-1) a place in reading order.

        With `incomplete` of those only, and round the end of the article.
        """
        ordered = self.incomplete if incomplete else self._order
        if step > 0:
            at = bisect_right(ordered, (start, id_))
        else:
            at = bisect_left(ordered, (start, id_)) - 1
        if incomplete and ordered:
            at %= len(ordered)
        return self.by_id[ordered[at][1]] if 0 <= at < len(ordered) else None

    def is_incomplete(self, annotation: Annotation) -> bool:
        """Whether a claim or mark lacks something required."""
        at = bisect_left(self.incomplete, (annotation.start, annotation.id))
        return self.incomplete[at : at + 1] == [(annotation.start, annotation.id)]

    def children(self, id_: str) -> list[Annotation]:
        """Claims that are nested directly in this one."""
        return [self.by_id[i] for i in self._children.get(id_, ())]

    def relations_of(self, id_: str) -> list[Annotation]:
        """The relations that an annotation is an end of, in the order they were made."""
        return [self.by_id[i] for i in self._related.get(id_, ())]

    def around(self, start: int, end: int) -> list[Annotation]:
        """Claims that reach from `start` or before it to `end` or beyond."""
        over = self._over.get(self._page.sentence_at(start), ())
        found = (self.by_id[i] for i in over)
        return [a for a in found if a.start <= start and end <= a.end]


def _size(annotation: Annotation) -> int:
    return sum(f.end - f.start for f in annotation.fragments)
