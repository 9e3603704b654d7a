"""What is known of all articles together: phrases, clusters, splits, columns; part of `Project`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from annotator.project.base import Base

if TYPE_CHECKING:
    from annotator.domain.columns import AnnotationColumns
    from annotator.domain.model import Article
    from annotator.domain.occurrence import RoleText
    from annotator.store.clusters import ClusterRow
    from annotator.store.phrases import PhraseIndex


class CorpusAccess(Base):
    """Phrases, clusters and splits. Everything may raise DatabaseError."""

    def phrase_index(self) -> PhraseIndex:
        """The index of phrases; DatabaseError when another version built it."""
        return self._store.phrase_index()

    def phrases_indexed(self) -> bool:
        """Whether the index of phrases is this version's."""
        return self._store.phrases_indexed()

    def reindex_phrases(self) -> int:
        """Build the index of phrases anew; returns how many articles were indexed."""
        return self._store.reindex_phrases()

    def role_texts(self, role: str, annotator: str | None = None) -> Iterator[RoleText]:
        """Every span of a role of the claims (of one annotator), in reading order."""
        return self._store.role_texts(role, annotator)

    def distinct_phrases(self) -> tuple[list[int], list[str]]:
        """Every distinct phrase: ids, and normal forms."""
        return self._store.distinct_phrases()

    def clusters(self, limit: int = -1) -> list[ClusterRow]:
        """The clusters of near-identical phrases, those with most places first; -1 for all."""
        return self._store.clusters(limit)

    def cluster_parameters(self) -> dict[str, object] | None:
        """How the clusters were made; None when there are none yet."""
        return self._store.cluster_parameters()

    def put_clusters(
        self, members: Iterable[tuple[int, int, float]], parameters: Mapping[str, object]
    ) -> None:
        """Keep clusters (phrase, medoid, score) in place of the earlier ones."""
        self._store.put_clusters(members, parameters)

    def repeated_sentences(self) -> Iterator[tuple[int, int, int, int]]:
        """Sentences that stand in several articles, or have a near copy.

        Group, number of the article, place of the sentence, characters of its normal form.
        """
        return self._store.repeated_sentences()

    def splits(self) -> dict[str, str]:
        """uid -> split, of the articles that have one."""
        return self._store.splits()

    def read_columns(
        self, uids: Sequence[str] | None = None, advance: Callable[[int], None] | None = None
    ) -> tuple[list[Article], AnnotationColumns]:
        """Articles (None: all) in which there is any annotation, and the annotations as columns.

        Args:
            uids: Which articles.
            advance: Called with 1 after each of the articles that are wanted.
        """
        from annotator.store.columns import read_articles

        return read_articles(self._store, uids, advance)
