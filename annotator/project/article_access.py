"""Reading articles, people and schemes; setting a scheme: the part of `Project` about these."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, cast

from annotator.project.base import Base

if TYPE_CHECKING:
    from annotator.domain.left_out import Excluded
    from annotator.domain.model import Article, Batch
    from annotator.domain.occurrence import ArticleHead
    from annotator.domain.scheme import Scheme
    from annotator.store.articles import AnnotatorProgress, ArticleSummary
    from annotator.store.order import Order
    from annotator.store.outside import Outside

Row = dict[str, object]
"""A row of a query, by the names of its columns."""


class ArticleAccess(Base):
    """Articles, annotators and the scheme. Everything may raise DatabaseError."""

    # ------------------------------------------------------------------------------ articles

    def articles(self) -> Iterator[Article]:
        """Every article that is not left out, with text and layout, in the order added."""
        return map(self.article, self.uids())

    def article(self, which: str | int) -> Article:
        """An article with its text and layout.

        Args:
            which: Its uid, or what `resolve` takes.

        Raises:
            NotFoundError: when there is none, or more than one answers to it.
        """
        from annotator.domain.errors import NotFoundError

        if isinstance(which, str):
            try:
                return self._store.article(which)
            except NotFoundError:
                pass
        return self._store.article(self.resolve(which))

    def resolve(self, which: str | int, *, included: bool = False) -> str:
        """The uid of the article that a person means by its number, name, uid or a uid's start.

        Args:
            which: What the person says.
            included: Refuse one that is left out (`excluded`).

        Raises:
            NotFoundError: when there is none, or more than one answers to it.
            InputError: when it is left out, and one that is not was asked for.
        """
        return self._resolved_each([which])[0] if included else self._resolved(which)

    def uids(self) -> list[str]:
        """The uid of every article that is not left out, in the order added."""
        return self._store.uids()

    def numbers(self) -> dict[int, str]:
        """Number -> uid of every article that is not left out, in the order added."""
        return self._store.numbers()

    def excluded(self) -> list[Excluded]:
        """The articles that are left out (`exclude`): number, uid, name, title, reason."""
        return self._store.excluded()

    def article_names(self) -> list[tuple[int, str, str]]:
        """Number, uid and name of every article, those that are left out too."""
        return self._store.article_names()

    def article_state(self, uid: str) -> dict[str, object]:
        """What of an article can be put right: its metadata, `meta`, and why it is `excluded`.

        Raises:
            NotFoundError: when there is no such article.
        """
        return self._store.article_state(uid)

    def number_of(self, uid: str) -> int:
        """The number of an article in this database; NotFoundError when it is not there."""
        return self._store.number_of(uid)

    def has_articles(self) -> bool:
        """Whether there is any article."""
        return self._store.has_articles()

    def has_text(self, text: str) -> str | None:
        """The uid of the article with exactly this text; None when there is none."""
        return self._store.has_text(text)

    def text_of(self, uid: str) -> str:
        """The text of an article; NotFoundError when it is not there."""
        return self._store.text_of(uid)

    def texts(
        self, numbers: Iterable[int] | None = None
    ) -> Iterator[tuple[str, int, str, str, str]]:
        """uid, number, name, title and text of the articles of some numbers (None: all)."""
        return self._store.texts(numbers)

    def heads(self, numbers: Iterable[int] | None = None) -> Iterator[ArticleHead]:
        """What tells the articles of some numbers (None: all) from others, without their texts."""
        return self._store.heads(numbers)

    def annotated(self, annotator: str | None = None) -> set[int]:
        """The numbers of the articles that an annotator (None: anybody) has annotated."""
        return self._store.annotated(annotator)

    def titles(self) -> Iterator[tuple[str, str]]:
        """uid and title (or name) of every article."""
        return self._store.titles()

    def order(self, uids: Sequence[str] | None = None) -> Order:
        """Articles in an order, without reading them: these, or all as they were added."""
        if uids is None:
            return self._store.order()
        from annotator.store.order import ListedArticle

        return ListedArticle(uids)

    def titled(self, words: str) -> Order:
        """The articles with all these words, or parts of words, in title, name or outlet."""
        return self._store.titled(words)

    def summaries(
        self, annotator: str | None = None, uids: Sequence[str] | None = None
    ) -> list[ArticleSummary]:
        """Articles (None: all, in the order added) with the annotator's progress.

        Args:
            annotator: Whose progress; None for the project's own annotator's.
            uids: Which articles.
        """
        return self._store.summaries(annotator or self.annotator or "", uids)

    def progress(self, annotator: str | None = None) -> AnnotatorProgress:
        """How far an annotator (None: the project's own) is with all articles."""
        return self._store.progress(self.who(annotator))

    def actions(self, annotator: str | None = None) -> list[Row]:
        """What an annotator (None: the project's own) did by hand, in order: `at`, `claims`.

        `claims` is how many more there were after an action, a negative number for fewer.
        """
        return self._store.rows("actions", annotator=self.who(annotator))

    def alike_groups(self) -> list[list[int]]:
        """The numbers of the articles that read alike, group by group, in the order added."""
        return self._store.alike_groups()

    # ------------------------------------------------------------------------------ people

    def annotators(self) -> list[str]:
        """The names of all annotators."""
        return self._store.annotators()

    def add_annotator(self, name: str) -> None:
        """Make sure that an annotator of this name exists.

        Raises:
            AnnotatorError: for an empty name or one with characters that cannot be shown.
        """
        self._store.add_annotator(name)

    def readers(self) -> list[Row]:
        """Who has annotated which article: `article`, `annotator`, `adjudicated`."""
        return self._store.rows("readers")

    def shared_with(self, annotator: str, others: Iterable[str]) -> list[str]:
        """The uids of the articles that an annotator and one of some others have annotated."""
        rows = self._store.rows("shared_with", annotator=annotator, others=json.dumps(list(others)))
        return [str(r["uid"]) for r in rows]

    def stats(self) -> list[Row]:
        """What every annotator did: articles, claims, marks, reviewed, flagged, actions, last."""
        return self._store.rows("stats")

    def label_counts(self) -> list[Row]:
        """How often each label was given: `annotator`, `layer`, `name`, `value`, `n`."""
        return self._store.rows("label_counts")

    # ------------------------------------------------------------------------------ scheme

    def scheme(self, version: str | None = None) -> Scheme:
        """The scheme in force, or an older version that annotations were made under."""
        return self._store.scheme(version)

    def scheme_version(self) -> str:
        """The version of the scheme in force, which another program may have changed."""
        return self._store.scheme_version()

    def scheme_use(self) -> list[tuple[str, str, int]]:
        """(annotator, "name version", annotations) where work was done under several schemes."""
        return self._store.scheme_use()

    def schemes(self) -> list[tuple[str, str, str, str]]:
        """version, name, TOML and time of every scheme that is stored, the first one first."""
        return self._store.schemes()

    def labels_by_version(self) -> list[tuple[str, str, str, str | None, int]]:
        """What each version of the scheme was used for, and how many annotations hold it.

        Version, layer, name, value (None of a role, or of a mark's span layer), annotations.
        """
        return [
            cast("tuple[str, str, str, str | None, int]", tuple(row.values()))
            for row in self._store.rows("labels_by_version")
        ]

    def change_scheme(self, batch: Batch, toml: str, under: str) -> None:
        """Write an action that puts a scheme in force, or brings annotations to it.

        Args:
            batch: The action.
            toml: The source of the scheme that is in force afterwards.
            under: The version of the scheme that was in force when it was decided.

        Raises:
            SchemeChangedError: when another scheme than `under` is in force now.
            ConflictError: when an annotation has changed in the meantime.
        """
        self._store.change_scheme(batch, toml, under)

    def outside(self) -> list[Outside]:
        """What annotations hold that the scheme in force does not have, counted by kind."""
        return self._store.outside()

    def engines(self) -> dict[str, int]:
        """What laid the articles out -> how many articles."""
        rows = self._store.rows("engines")
        return {str(r["engine"]): cast("int", r["articles"]) for r in rows}
