"""How names are said to people. Data, commands and exports keep the names themselves."""

from __future__ import annotations


def shown_name(name: str) -> str:
    """A role, label or value as people read it: "named_person" -> "named person"."""
    return name.replace("_", " ").strip() or name
