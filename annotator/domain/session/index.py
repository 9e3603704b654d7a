"""One annotator's annotations of one article, found by id and by place, counted as they change."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from annotator.domain.model import Annotation, Change
from annotator.domain.session.page import Page


class AnnotationIndex:
    """The annotations of an open article; adding or removing one costs the sentences it touches.

    A sentence is *open* while its kind waits for review, nobody reviewed it, and no claim or mark
    touches it.
    """

    def __init__(
        self,
        page: Page,
        annotations: Iterable[Annotation],
        waits: Callable[[int, Annotation | None], bool],
    ) -> None:
        self._page = page
        self._waits = waits
        """(sentence, its own annotation) -> whether its kind waits for review."""
        self.by_id: dict[str, Annotation] = {}
        self._at: dict[int, dict[str, None]] = {}
        self._of_article: dict[str, None] = {}
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

    def _insert(self, annotation: Annotation) -> None:
        self.by_id[annotation.id] = annotation
        if annotation.layer == "article":
            self._of_article[annotation.id] = None
        else:
            for i in self._places(annotation):
                self._at.setdefault(i, {})[annotation.id] = None

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
            self.by_id.pop(change.before.id, None)
            self._of_article.pop(change.before.id, None)
            for i in touched:
                self._at.get(i, {}).pop(change.before.id, None)
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
        """Claims and marks that touch a range, the smallest first."""
        found: dict[str, Annotation] = {}
        for i in self._page.sentences_touching(start, end):
            for a in self.in_sentence(i):
                if a.layer in ("claim", "mark") and a.touches(start, end):
                    found[a.id] = a
        return sorted(found.values(), key=lambda a: (_size(a), a.id))

    def in_order(self) -> list[Annotation]:
        """Claims and marks by where they start."""
        found = (a for a in self.by_id.values() if a.layer in ("claim", "mark"))
        return sorted(found, key=lambda a: (a.start, a.id))

    def children(self, id_: str) -> list[Annotation]:
        """Claims that are nested directly in this one."""
        return [a for a in self.by_id.values() if a.parent == id_]


def _size(annotation: Annotation) -> int:
    return sum(f.end - f.start for f in annotation.fragments)
