"""A table as TOML: what a scheme needs of it, in the shape that people write schemes in."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping


def toml_of(table: Mapping[str, object]) -> str:
    """The source of a table: its values, then its tables, then its lists of tables.

    Values are strings, true and false, numbers, lists, and tables within lists (written in one
    line). `tomllib.loads(toml_of(table)) == table`.
    """
    plain = {k: v for k, v in table.items() if not isinstance(v, dict) and not _tables(v)}
    out = _fields(plain)
    for name, value in table.items():
        if isinstance(value, dict):
            out += ["", f"[{_key(name)}]", *_fields(value)]
        elif isinstance(value, list) and _tables(value):
            for item in value:
                out += ["", f"[[{_key(name)}]]", *_fields(item)]
    return "\n".join(out).strip("\n") + "\n"


def _tables(value: object) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(v, dict) for v in value)


def _fields(table: Mapping[str, object]) -> list[str]:
    return [f"{_key(name)} = {_value(value, deep=False)}" for name, value in table.items()]


def _value(value: object, *, deep: bool) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case str():
            return _string(value, deep=deep)
        case list():
            items = [_value(v, deep=True) for v in value]
            if deep or not _tables(value):
                return f"[{', '.join(items)}]"
            return "".join(["[\n", *(f"  {item},\n" for item in items), "]"])
        case dict():
            return f"{{ {_pairs(value.items())} }}" if value else "{}"
        case _:
            return str(value)


def _pairs(pairs: Iterable[tuple[str, object]]) -> str:
    return ", ".join(f"{_key(name)} = {_value(value, deep=True)}" for name, value in pairs)


def _string(text: str, *, deep: bool) -> str:
    lines = text.split("\n")
    if not deep and len(lines) > 1:
        body = "\n".join(map(_escaped, lines)).replace('""', '"\\"')
        return f'"""\n{body[:-1]}\\""""' if body.endswith('"') else f'"""\n{body}"""'
    return '"' + "\\n".join(_escaped(line).replace('"', '\\"') for line in lines) + '"'


def _escaped(line: str) -> str:
    """What may not stand in a TOML string as it is; quotation marks are left to the caller."""
    plain = json.dumps(line, ensure_ascii=False)[1:-1].replace('\\"', '"')
    return "".join(f"\\u{ord(c):04X}" if c == "\x7f" else c for c in plain)


def _key(name: str) -> str:
    bare = name.isascii() and name.replace("-", "_").replace("_", "a").isalnum()
    return name if bare else _string(name, deep=True)
