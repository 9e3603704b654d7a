"""The SQLite file: the only part that reads or writes it."""

from annotator.store.store import Store

__all__ = ["Store"]
