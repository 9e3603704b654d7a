"""Typed fields taken out of a scheme's tables, and what is wrong in them, with its line."""

from __future__ import annotations

from typing import cast

from annotator.domain.errors import SchemeError
from annotator.domain.records import FIELDS
from annotator.domain.scheme import LabelCondition
from annotator.domain.scheme_lines import SchemeLines


class Faults:
    """What is wrong in a scheme file: all of it is found before any of it is told."""

    def __init__(self, lines: SchemeLines) -> None:
        self.found: dict[str, str] = {}
        """Message -> hint."""
        self._lines = lines

    def add(self, message: str, hint: str = "", *, at: str = "") -> None:
        """Note a fault; `at` is its table, where the message begins with that table's line."""
        line = self._lines.of(at) if at else 0
        self.found.setdefault(f"line {line}: {message}" if line else message, hint)

    def refuse(self) -> None:
        """Raise SchemeError with every fault, when there are any."""
        if not self.found:
            return
        messages = list(self.found)
        hints = "; ".join(dict.fromkeys(h for h in self.found.values() if h))
        if len(messages) == 1:
            raise SchemeError(messages[0], hints)
        raise SchemeError("\n".join([f"{len(messages)} faults in the scheme:", *messages]), hints)


class FieldReader:
    """Takes typed fields out of a TOML table; what is wrong goes to `faults` with its place."""

    def __init__(self, table: object, where: str, faults: Faults) -> None:
        if not isinstance(table, dict):
            faults.add(f"{where}: expected a table", at=where)
            table = None
        self.broken = table is None
        self.table = cast("dict[str, object]", table or {})
        self.where = self.table_at = where
        self.faults = faults
        self.seen: set[str] = set()

    def fault(self, message: str, hint: str = "") -> None:
        self.faults.add(f"{self.where}: {message}", hint, at=self.table_at)

    def text(self, name: str, default: str | None = None) -> str:
        self.seen.add(name)
        value = self.table.get(name, default)
        if not isinstance(value, str):
            if not self.broken:
                self.fault(f"{name!r} is {'missing' if value is None else 'not a string'}")
            return default or ""
        if name in {"name", "key", "title"} and not value.isprintable():
            self.fault(f"{name!r} has characters that cannot be shown")
            return default or ""
        return value.strip()

    def flag(self, name: str) -> bool:
        self.seen.add(name)
        value = self.table.get(name, False)
        if not isinstance(value, bool):
            self.fault(f"{name!r} must be true or false")
            return False
        return value

    def items(self, name: str) -> list[object]:
        self.seen.add(name)
        value = self.table.get(name, [])
        if not isinstance(value, list):
            self.fault(f"{name!r} must be a list")
            return []
        return cast("list[object]", value)

    def identifier(self) -> str:
        name = self.text("name")
        given = isinstance(self.table.get("name"), str)
        if given and (not name.isidentifier() or name in FIELDS):
            self.fault(
                f"{name!r} cannot be a name",
                "use letters, digits and underscores, and no field of a record such as 'id' or"
                " 'note'",
            )
        return name

    def key(self, name: str) -> str:
        """One printable character that a keyboard types, or "" where there is none."""
        key = self.text(name, "")
        if len(key) > 1 or not key.isprintable():
            self.fault(f"{name} {key!r} must be one character")
            return ""
        return key

    def names(self, name: str) -> tuple[str, ...]:
        """A list of names, or one."""
        found = self.table.get(name, [])
        self.seen.add(name)
        listed = [found] if isinstance(found, str) else found
        if not isinstance(listed, list) or not all(isinstance(v, str) and v for v in listed):
            self.fault(f"{name!r} must be a name or a list of names")
            return ()
        return tuple(cast("list[str]", listed))

    def condition(self, name: str) -> LabelCondition | None:
        """`{ label = "value", other = ["a", "b"] }`: each label has one of its values."""
        self.seen.add(name)
        table = self.table.get(name)
        if table is None:
            return None
        if not isinstance(table, dict) or not table:
            self.fault(f"{name!r} must be a table", f'such as {name} = {{ form = "direct" }}')
            return None
        inner = FieldReader(table, f"{self.where}.{name}", self.faults)
        inner.table_at = self.table_at
        return LabelCondition(tuple((label, inner.names(label)) for label in table))

    def finish(self) -> None:
        for name in sorted(self.table.keys() - self.seen):
            self.fault(f"unknown field {name!r}", f"known here: {', '.join(sorted(self.seen))}")
