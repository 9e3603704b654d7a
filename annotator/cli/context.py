"""What every command starts from: which database, which annotator, which configuration."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Final, Self

from annotator.cli.output import ask, say
from annotator.cli.settings import Settings, load_settings, remember_name
from annotator.domain.errors import AnnotatorError, DiskFullError

if TYPE_CHECKING:
    import typer

    from annotator.project import Project

DB_VARIABLE: Final = "ANNOTATOR_DB"
NAME_VARIABLE: Final = "ANNOTATOR_NAME"
DEFAULT_DB: Final = Path("annotations.db")


def may_write(path: Path) -> bool:
    """Whether SQLite can write a file: the file itself, and others beside it."""
    return os.access(path, os.W_OK) and os.access(path.resolve().parent, os.W_OK)


@dataclass
class Call:
    """The global options of one call, with what follows from them."""

    db: Path | None = None
    name: str | None = None

    @classmethod
    def of(cls, ctx: typer.Context) -> Self:
        """The call that a command belongs to."""
        return ctx.ensure_object(cls)

    @cached_property
    def settings(self) -> Settings:
        """The user's configuration, read when first needed."""
        return load_settings()

    @property
    def path(self) -> Path:
        """The database: --db, ANNOTATOR_DB, or annotations.db in the current folder."""
        given = os.environ.get(DB_VARIABLE)
        found = self.db or (Path(given) if given else DEFAULT_DB)
        if str(found) == ":memory:":
            raise AnnotatorError(
                "a database in memory would keep nothing", "name a file: --db annotations.db"
            )
        return found

    @property
    def known_name(self) -> str | None:
        """The annotator where one is known: --as, ANNOTATOR_NAME, the configuration."""
        return self.name or os.environ.get(NAME_VARIABLE) or self.settings.name or None

    def annotator(self, otherwise: str | None = None) -> str:
        """The annotator's name; asked for once, and remembered, when nothing says it.

        Args:
            otherwise: The name where nothing says it and there is no terminal to ask on.

        Raises:
            AnnotatorError: when nothing says it and there is no terminal to ask on.
        """
        known = self.known_name
        if known is not None:
            return known
        if not (sys.stdin.isatty() and sys.stderr.isatty()):
            if otherwise is not None:
                return otherwise
            raise AnnotatorError(
                "nobody is named as the annotator",
                f"say who you are: --as NAME, or {NAME_VARIABLE}, or name in the configuration",
            )
        name = ask("Your name, for the journal:")
        if not name:
            raise AnnotatorError("a name must not be empty", "or give it with --as NAME")
        say(f"remembered in {remember_name(name)}")
        return name

    @contextlib.contextmanager
    def open_or_create(self) -> Iterator[Project]:
        """Open the project, or make it and say so; one made for nothing is removed again."""
        if self.path.exists():
            with self.open() as project:
                yield project
            return
        from annotator.project import Project

        wanted = False
        try:
            with Project.create(self.path) as project:
                try:
                    yield project
                finally:
                    wanted = project.has_articles()
        finally:
            if wanted:
                say(f"made {self.path}")
            else:
                Project.remove(self.path)

    def read(self) -> Project:
        """Open the project for reading, which a file that cannot be written allows too."""
        from annotator.project import Project

        if self.path.is_file() and not may_write(self.path):
            return Project.open(self.path, readonly=True)
        try:
            return self.open()
        except DiskFullError:
            project = Project.open(self.path, readonly=True)
            say(f"{self.path}: the disk is full: it can be read, not written")
            return project

    def open(self) -> Project:
        """Open the project; say so when an older file was backed up and brought up to date."""
        from annotator.project import Project

        project = Project.open(
            self.path,
            upgrading=lambda: say(
                f"{self.path}: from an older version; it is brought up to date, which takes a"
                " minute for each 20,000 articles"
            ),
        )
        if project.migrated_from is not None:
            say(f"{self.path}: brought up to date; the old file is kept as {project.migrated_from}")
        return project
