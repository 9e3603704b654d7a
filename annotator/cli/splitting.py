"""What ties articles of a database together, and an export that refuses to part them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from annotator.domain.errors import AnnotatorError

if TYPE_CHECKING:
    from annotator.phrases.split import Leak, Text
    from annotator.store import Store


def texts_of(store: Store) -> list[Text]:
    """Every article as splitting needs it."""
    from annotator.phrases.split import Text

    revised = {a.uid: a.revision_of for a in store.summaries()}
    return [Text(uid, text, revised[uid]) for uid, _, _, _, text in store.texts()]


def ties(store: Store, texts: list[Text]) -> list[Leak]:
    """Everything that ties articles together: 8-grams, clusters of sentences, revisions."""
    from annotator.phrases import split as splits
    from annotator.store import clusters

    uids = {store.number_of(t.uid): t.uid for t in texts}
    sentences = splits.shared_sentences(
        ((group, uids[number], size) for group, number, _, size in clusters.repeated(store.conn)),
        {t.uid: len(t.text) for t in texts},
    )
    return [*splits.shared_runs(texts), *sentences, *splits.revisions(texts)]


def refuse_leaks(store: Store) -> None:
    """Raise AnnotatorError when articles of different splits share text."""
    from annotator.phrases.split import crossing
    from annotator.store import clusters

    leaks = crossing(ties(store, texts_of(store)), clusters.splits(store.conn))
    if leaks:
        first = leaks[0]
        numbers = [store.number_of(uid) for uid in (first.first, first.second)]
        raise AnnotatorError(
            f"the splits leak: {len(leaks):,} pairs of articles share text across them, such as"
            f" articles {numbers[0]} and {numbers[1]} ({first.reason})",
            "`annotator split` makes splits that do not; --allow-leaks writes these all the same",
        )
