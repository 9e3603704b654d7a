"""Which readings an export for training takes, and which it leaves out as not finished."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from annotator.domain.left_out import Unfinished
from annotator.domain.model import Annotation, Sentence
from annotator.session.finished import DONE, State, is_decided, state_of
from annotator.store.store import Store


class Finished:
    """Says who has finished an article.

    Args:
        whose: The annotators whose readings count; None for everybody's.

    Attributes:
        judges: Who has adjudicated anything.
        left_out: What is not finished.
    """

    def __init__(self, store: Store, whose: frozenset[str] | None) -> None:
        self._conn = store._conn
        self._scheme = store.scheme()
        self.judges = frozenset(
            name
            for (name,) in store._conn.execute(
                "SELECT DISTINCT annotator FROM annotation WHERE provenance = 'adjudicated'"
            )
        )
        self.left_out = Unfinished(whose)

    def of(
        self,
        number: int,
        name: str,
        sentences: Sequence[Sentence],
        annotations: Sequence[Annotation],
    ) -> frozenset[str]:
        """The annotators whose finished readings of an article are exported; notes the others."""
        people = {a.annotator for a in annotations if a.layer != "verdict"}
        states = {p: self._state(p, sentences, annotations) for p in people}
        read = {p for p, state in states.items() if state in DONE}
        decided = {
            p
            for p in self.judges
            if is_decided(p, self.judges, annotations, read - self.judges, self._scheme)
        }
        wanted = people if self.left_out.whose is None else self.left_out.whose
        done = frozenset(wanted & (read | decided))
        noted = self.left_out
        if not done:
            noted.articles[number] = name
            return done
        for person in (wanted & people) - done:
            noted.partly.setdefault(person, set()).add(number)
        if any(states.get(p) == "imported" for p in done - decided):
            noted.imported.add(number)
        return done

    def _state(
        self, person: str, sentences: Sequence[Sentence], annotations: Sequence[Annotation]
    ) -> State:
        mine = [a for a in annotations if a.annotator == person]
        return state_of(sentences, self._scheme.review_kinds, mine, self._imported(mine))

    def _imported(self, annotations: Iterable[Annotation]) -> Iterator[bool]:
        """Whether each came into the database by an import."""
        for a in annotations:
            if a.layer != "verdict":
                yield (
                    a.provenance == "imported"
                    or self._conn.execute(
                        "SELECT 1 FROM event e JOIN batch b ON b.id = e.batch"
                        " WHERE e.subject = 'annotation' AND e.subject_id = ?"
                        " AND e.kind = 'create' AND b.kind = 'import'",
                        (a.id,),
                    ).fetchone()
                    is not None
                )
