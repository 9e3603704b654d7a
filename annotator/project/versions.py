"""What the database is: the version of its schema, and SQLite's own."""

from annotator.store.database import SCHEMA_VERSION, sqlite_version

__all__ = ["SCHEMA_VERSION", "sqlite_version"]
