"""The tables over the whole corpus: its phrases, their clusters, the splits; `Store` has them."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING

from annotator.domain.left_out import Excluded
from annotator.store import articles, clusters, database, journal, record_states
from annotator.store.clusters import ClusterRow

if TYPE_CHECKING:
    from annotator.domain.occurrence import ArticleHead, RoleText
    from annotator.store.phrases import PhraseIndex


class CorpusTables:
    """What is known of all articles together; every error of SQLite is translated."""

    _conn: sqlite3.Connection
    path: Path | str

    def transaction(self) -> AbstractContextManager[None]:
        """All or nothing (see `Store`)."""
        raise NotImplementedError

    def heads(self, numbers: Iterable[int] | None = None) -> Iterator[ArticleHead]:
        """The articles of some numbers (None: all) without their texts, streamed."""
        with database.explained(self.path):
            yield from articles.heads(self._conn, numbers)

    def annotated(self, annotator: str | None = None) -> set[int]:
        """The numbers of the articles with annotations, of one annotator or any."""
        with database.explained(self.path):
            return articles.annotated(self._conn, annotator)

    def excluded(self) -> list[Excluded]:
        """The articles that are left out, in the order added."""
        with database.explained(self.path):
            return articles.excluded(self._conn)

    def article_names(self) -> list[tuple[int, str, str]]:
        """Number, uid and name of every article, those that are left out too."""
        with database.explained(self.path):
            return self._conn.execute(
                "SELECT number, uid, name FROM article ORDER BY number"
            ).fetchall()

    def article_state(self, uid: str) -> dict[str, object]:
        """What of an article can be put right, as the journal holds it (`record_states`)."""
        with database.explained(self.path):
            return record_states.read_record(self._conn, "article", uid)

    # `store.phrases` is slow to import, and opening an article needs none of it.

    def phrase_index(self) -> PhraseIndex:
        """The index of phrases; DatabaseError when another version built it."""
        from annotator.store.phrases import PhraseIndex

        with database.explained(self.path):
            return PhraseIndex(self._conn, self.path)

    def phrases_indexed(self) -> bool:
        """Whether the index of phrases is this version's."""
        from annotator.store.phrases import is_current

        with database.explained(self.path):
            return is_current(self._conn)

    def reindex_phrases(self) -> int:
        """Build the index of phrases anew; returns how many articles were indexed."""
        from annotator.store.phrases import reindex

        with self.transaction():
            return reindex(self._conn)

    def settle_phrases(self, added: int) -> None:
        """Merge the pieces of the inverted index, where a good part of the articles is new."""
        from annotator.store.phrases import settle

        with self.transaction():
            settle(self._conn, added)

    def role_texts(self, role: str, annotator: str | None = None) -> Iterator[RoleText]:
        """Every span of a role of the claims (of one annotator), streamed in reading order."""
        from annotator.store.phrases import role_texts

        with database.explained(self.path):
            yield from role_texts(self._conn, role, annotator)

    def distinct_phrases(self) -> tuple[list[int], list[str]]:
        """Every distinct phrase: ids, and normal forms."""
        with database.explained(self.path):
            return clusters.phrases(self._conn)

    def clusters(self, limit: int = -1) -> list[ClusterRow]:
        """The clusters of near-identical phrases, those with most places first; -1 for all."""
        with database.explained(self.path):
            return clusters.largest(self._conn, limit)

    def cluster_parameters(self) -> dict[str, object] | None:
        """How the clusters were made; None when there are none yet."""
        with database.explained(self.path):
            return clusters.parameters(self._conn)

    def put_clusters(
        self, members: Iterable[tuple[int, int, float]], parameters: Mapping[str, object]
    ) -> None:
        """Keep clusters (phrase, medoid, score) in place of the earlier ones."""
        with self.transaction():
            clusters.put(self._conn, members, parameters)

    def repeated_sentences(self) -> Iterator[tuple[int, int, int, int]]:
        """Sentences that stand in several articles, or have a near copy.

        Group, number of the article, place of the sentence, characters of its normal form.
        """
        with database.explained(self.path):
            yield from clusters.repeated(self._conn)

    def splits(self) -> dict[str, str]:
        """uid -> split, of the articles that have one."""
        with database.explained(self.path):
            return clusters.splits(self._conn)

    def alike_groups(self) -> list[list[int]]:
        """The numbers of the articles that read alike, group by group, in the order added."""
        with database.explained(self.path):
            return articles.alike_groups(self._conn)

    def last_event(self) -> int:
        """The number of the newest event of the journal; equal numbers mean equal annotations."""
        with database.explained(self.path):
            return journal.last_event(self._conn)

    def changed_since(self, event: int) -> set[tuple[str, str]]:
        """(article, annotator) of the annotations that were touched after an event."""
        with database.explained(self.path):
            return journal.changed_since(self._conn, event)

    def writes(self) -> int:
        """How many rows this connection has written: the same number, and nothing was saved."""
        with database.explained(self.path):
            return self._conn.total_changes
