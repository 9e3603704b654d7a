"""What every part of `Project` stands on: the store, and who annotates."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from annotator.domain.errors import AnnotatorError

if TYPE_CHECKING:
    from annotator.store import Store


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
