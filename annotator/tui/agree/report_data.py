"""What the report on the screen reads from the database: everything once, then what changed."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from annotator.store import Store, journal

if TYPE_CHECKING:
    from annotator.report.questions import Topics


@dataclass(frozen=True, eq=False)
class Reading:
    """What is compared, and the last event of the journal when it was read."""

    topics: Topics
    last: int


def read(path: Path | str, articles: int) -> Reading:
    """Read everything, on connections of its own, so that any thread may.

    Args:
        path: The database.
        articles: How many articles it has.

    Raises:
        DatabaseError: when it cannot be read.
    """
    # Imported here, as numpy is: the screen is painted before.
    from annotator.report import gather
    from annotator.report.questions import Topics
    from annotator.store import articles as stored
    from annotator.store import clusters
    from annotator.store.columns import read_articles

    with Store.open(path, readonly=True) as store:
        # Asked first: what is written from here on is read again next time.
        last = journal.last_event(store.conn)
        listed, found = read_articles(store)
        copies = [(group, n, i) for group, n, i, _ in clusters.repeated(store.conn)]
        corpus = gather(
            listed, found, store.scheme(), unread=articles - len(listed), copies=copies,
            alike=stored.alike_groups(store.conn), scheme_use=store.scheme_use(),
        )  # fmt: skip
    return Reading(Topics(corpus), last)


def read_decisions(path: Path | str, before: Reading, judge: str) -> Reading | None:
    """Read what `judge` has decided since, and keep all else: claims are not matched again.

    Returns:
        None when anything that is compared has changed: then everything is to be read.

    Raises:
        DatabaseError: when the database cannot be read.
    """
    corpus = before.topics.corpus
    with Store.open(path, readonly=True) as store:
        last = journal.last_event(store.conn)
        changed = journal.changed_since(store.conn, before.last)
        if judge in corpus.people or any(who != judge for _, who in changed):
            return None
        touched = {uid for uid, _ in changed}
        gold = [a for a in corpus.gold if a.annotator != judge or a.article not in touched]
        for uid in touched & corpus.by_uid.keys():
            gold += store.annotations(uid, judge)
    return Reading(before.topics.with_gold(sorted(gold, key=lambda a: a.id)), last)
