"""What every part of `Project` stands on: the store, and who annotates."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from annotator.domain.errors import AnnotatorError, InputError

if TYPE_CHECKING:
    from annotator.store import Store


def refuse_text(values: object, what: str) -> None:
    """Raise InputError for one text where several are meant: its letters would be taken."""
    if isinstance(values, str):
        raise InputError(f"{what}: one text where several are meant", f"write [{values!r}]")


class Base:
    """A project's store, which only modules of `annotator.project` use, and its annotator."""

    def __init__(self, store: Store, annotator: str | None = None) -> None:
        self._store = store
        self.annotator = annotator
        """Who annotates; None where that was not said."""

    @property
    def path(self) -> Path:
        """The database file."""
        return Path(self._store.path)

    @property
    def name(self) -> str:
        """What the file is called, without its ending."""
        return self.path.stem

    @property
    def migrated_from(self) -> Path | None:
        """The backup that was made, when opening the file brought it up to date."""
        return self._store.migrated_from

    def _resolved(self, which: str | int) -> str:
        return self._store.resolve(str(which))

    def _resolved_each(self, articles: Iterable[str | int]) -> list[str]:
        """The uids of some articles; InputError for one that is left out (`excluded`)."""
        refuse_text(articles, "articles")
        uids = [self._resolved(a) for a in articles]
        wanted = set(uids)
        for article in self._store.excluded() if uids else ():
            if article.uid in wanted:
                raise InputError(
                    f"article {article.number} is left out: {article.reason}",
                    f"`annotator article include {article.number}` takes it in again",
                )
        return uids

    def who(self, annotator: str | None = None) -> str:
        """The annotator named, or else the project's own.

        Raises:
            AnnotatorError: when neither is known.
        """
        found = annotator or self.annotator
        if not found:
            raise AnnotatorError(
                "nobody is named as the annotator", 'say who: open(..., annotator="anna")'
            )
        return found
