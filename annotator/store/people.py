"""Who annotates, and under which scheme: the part of the store that is about people and labels."""

from __future__ import annotations

import sqlite3
from contextlib import AbstractContextManager
from pathlib import Path

from annotator.domain.errors import AnnotatorError, NotFoundError
from annotator.domain.model import Batch
from annotator.domain.scheme import Scheme
from annotator.domain.scheme_file import parse_scheme
from annotator.domain.times import now
from annotator.session.actions import reserved_keys
from annotator.store import database, journal, outside, record_states
from annotator.store.outside import Outside
from annotator.store.sql import query


def check_name(name: str) -> None:
    """Raise AnnotatorError for an empty name or one with characters that cannot be shown."""
    if not name.strip() or not name.isprintable() or len(name) > 100:
        raise AnnotatorError(
            f"{name[:120]!r} cannot be the name of an annotator",
            "use 1 to 100 characters that can be shown: --as anna",
        )


class PeopleAndSchemes:
    """Annotators, the scheme in force and those before it; `Store` is one."""

    _conn: sqlite3.Connection
    path: Path | str
    _scheme: Scheme | None = None

    def transaction(self) -> AbstractContextManager[None]:
        """All or nothing (see `Store`)."""
        raise NotImplementedError

    def text_of(self, uid: str) -> str:
        """The text of an article (see `Store`)."""
        raise NotImplementedError

    def add_annotator(self, name: str) -> None:
        """Make sure that an annotator of this name exists.

        Raises:
            AnnotatorError: for an empty name or one with characters that cannot be shown.
        """
        check_name(name)
        with database.explained(self.path):
            if self._conn.execute("SELECT 1 FROM annotator WHERE name = ?", (name,)).fetchone():
                return
        with self.transaction():
            self._conn.execute(
                "INSERT INTO annotator (name, created_at) VALUES (?, ?) ON CONFLICT DO NOTHING",
                (name, now()),
            )

    def annotators(self) -> list[str]:
        """The names of all annotators."""
        with database.explained(self.path):
            return [r[0] for r in self._conn.execute("SELECT name FROM annotator ORDER BY name")]

    def scheme(self, version: str | None = None) -> Scheme:
        """The scheme in force, or an older version that annotations were made under."""
        wanted = version or self.scheme_version()
        # The one in force is asked for at every key press, and read once.
        if self._scheme is not None and self._scheme.version == wanted:
            return self._scheme
        with database.explained(self.path):
            row = self._conn.execute(
                "SELECT toml FROM scheme WHERE version = ?", (wanted,)
            ).fetchone()
        if row is None:
            raise NotFoundError(f"no scheme {wanted} in this database".replace("  ", " "))
        # Keys are checked when a scheme is set; a stored one must stay readable whatever they are.
        scheme = parse_scheme(row[0], {})
        if version is None:
            self._scheme = scheme
        return scheme

    def scheme_version(self) -> str:
        """The version of the scheme in force, which another program may have changed."""
        with database.explained(self.path):
            row = self._conn.execute("SELECT value FROM setting WHERE name = 'scheme'").fetchone()
        return str(row[0]) if row else ""

    def outside(self) -> list[Outside]:
        """What annotations hold that the scheme in force does not have, counted by kind."""
        with database.explained(self.path):
            return list(outside.counted(self._conn, self.scheme()))

    def schemes(self) -> list[tuple[str, str, str, str]]:
        """version, name, TOML and time of every scheme stored here."""
        with database.explained(self.path):
            return list(
                self._conn.execute(
                    "SELECT version, name, toml, created_at FROM scheme ORDER BY 4, 1"
                )
            )

    def scheme_use(self) -> list[tuple[str, str, int]]:
        """(annotator, "name version", annotations) where the work was done under several schemes.

        Empty where there is only one scheme: then nothing needs counting.
        """
        with database.explained(self.path):
            (stored,) = self._conn.execute("SELECT count(*) FROM scheme").fetchone()
            if stored < 2:
                return []
            rows = self._conn.execute(query("scheme_use")).fetchall()
        used = [(who, f"{name} {version}".strip(), n) for who, version, name, n in rows if version]
        return used if len({name for _, name, _ in used}) > 1 else []

    def put_scheme(self, toml: str, created_at: str | None = None) -> Scheme:
        """Store a scheme beside the one in force (an import brings it along)."""
        scheme = parse_scheme(toml, {})
        self._conn.execute(
            "INSERT INTO scheme (version, name, toml, created_at) VALUES (?, ?, ?, ?)"
            " ON CONFLICT DO NOTHING",
            (scheme.version, scheme.name, toml, created_at or now()),
        )
        return scheme

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
        with self.transaction():
            outside.must_be_in_force(self.scheme_version(), under)
            self.put_scheme(toml)
            journal.apply(self._conn, batch, self.text_of)

    def set_scheme(self, toml: str) -> Scheme:
        """Put a scheme in force, as it is set up; SchemeError when its keys clash.

        Whoever changes it later does so by an action (`change_scheme`).
        """
        scheme = parse_scheme(toml, reserved_keys())
        with self.transaction():
            self.put_scheme(toml)
            state = {"version": scheme.version}
            record_states.project_record(self._conn, "scheme", record_states.IN_FORCE, state)
        return scheme
