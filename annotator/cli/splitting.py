"""What ties articles of a database together, and an export that refuses to part them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from annotator.cli.output import say
from annotator.cli.selecting import known_annotators
from annotator.domain.errors import AnnotatorError, InputError

if TYPE_CHECKING:
    from annotator.phrases.split import Leak, Text
    from annotator.store import Store
    from annotator.store.readings import Readings


def texts_of(store: Store) -> list[Text]:
    """Every article as splitting needs it."""
    from annotator.phrases.split import Text

    revised = {a.uid: a.revision_of for a in store.summaries()}
    return [Text(uid, text, revised[uid]) for uid, _, _, _, text in store.texts()]


class Chosen(NamedTuple):
    """The articles to divide, and which were left out."""

    uids: frozenset[str]
    readings: Readings


def chosen_articles(store: Store, by: Sequence[str]) -> Chosen | None:
    """What an export for training would take; None for all, while nobody has finished any.

    Raises:
        InputError: when none of those named has finished any.
    """
    from annotator.store import transfer
    from annotator.store.readings import Finished

    whose = known_annotators(store, by)
    done = Finished(store, whose)
    uids = frozenset(transfer.exported(store, transfer.Selection(finished=done)))
    if not uids and not by:
        say("no article is finished by anybody yet: all of them are divided")
        return None
    if not uids:
        raise InputError(
            f"no article is finished by {done.readings.who}, so there is nothing to divide",
            "--unfinished divides every article",
        )
    return Chosen(uids, done.readings)


def ties(store: Store, texts: list[Text]) -> list[Leak]:
    """Everything that ties articles together: 8-grams, clusters of sentences, revisions."""
    from annotator.phrases import split as splits
    from annotator.store import clusters

    uids = {store.number_of(t.uid): t.uid for t in texts}
    sentences = splits.shared_sentences(
        (
            (group, uids[number], size)
            for group, number, _, size in clusters.repeated(store.conn)
            if number in uids
        ),
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
