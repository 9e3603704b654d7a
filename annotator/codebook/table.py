"""A codebook as a table (CSV), a row for each layer, role, label, value and relation; and back."""

from __future__ import annotations

import csv
import io
import tomllib
from collections.abc import Iterator, Mapping
from typing import Any, Final

from annotator.codebook.lost import PARTS, count_lost
from annotator.domain.errors import InputError
from annotator.domain.losses import Losses
from annotator.domain.scheme import MANY, Scheme
from annotator.domain.toml_text import toml_of

COLUMNS: Final = (
    *("part", "layer", "attribute", "name", "title", "key", "guideline", "archived", "kind"),
    *("required", "spans", "new_key", "suggests", "from", "to", "symmetric", "ordered"),
)
"""`part` is scheme, layer, role, attribute, value or relation; `layer` and `attribute` say of what
a label or a value is one. `from`, `to` and `ordered` name several divided by "|"."""
_SHOWN: Final = {"span": "layer"}
_PART: Final = {"layer": "span"}
_FLAGS: Final = ("archived", "required", "symmetric")
_FIELDS: Final[Mapping[str, tuple[str, ...]]] = {
    "role": (
        *("name", "key", "guideline", "archived", "required", "spans", "new_key", "suggests"),
    ),
    "span": ("name", "title", "guideline", "archived"),
    "attribute": (
        *("name", "layer", "title", "guideline", "archived", "kind", "text", "required", "from"),
        *("ordered", "values"),
    ),
    "relation": ("name", "title", "key", "guideline", "archived", "from", "to", "symmetric"),
    "value": ("name", "key", "guideline", "archived", "from"),
}
_TOP: Final = ("name", "title")


def table_of(scheme: Scheme, losses: Losses) -> str:
    """The table of a scheme; what it has no column for is counted."""
    count_lost(scheme, _FIELDS, losses, top=_TOP)
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, COLUMNS, lineterminator="\n", restval="")
    writer.writeheader()
    source: dict[str, Any] = tomllib.loads(scheme.toml)
    writer.writerow({"part": "scheme", "name": scheme.name, "title": scheme.title})
    for part in ("span", "role", "attribute", "relation"):
        for item in source.get(part, ()):
            layer = str(item.get("layer", "claim")) if part == "attribute" else ""
            said = dict(_cells(part, item))
            writer.writerow({"part": _SHOWN.get(part, part), **said, "layer": layer})
            for value in item.get("values", ()):
                given = value if isinstance(value, dict) else {"name": value}
                cells = dict(_cells("value", given))
                of = {"layer": layer, "attribute": str(item.get("name", ""))}
                writer.writerow({"part": "value", **of, **cells})
    return out.getvalue()


def _cells(part: str, item: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for name in _FIELDS[part]:
        value = item.get(name)
        if name == "text" and value:
            yield "kind", "text"
        elif name in COLUMNS and value is not None:
            match value:
                case bool():
                    yield name, "yes" if value else ""
                case list():
                    yield name, MANY.join(map(str, value))
                case _:
                    yield name, harmless(str(value).strip())


def harmless(value: str) -> str:
    """A cell that no spreadsheet calculates: an apostrophe before what begins a formula."""
    return f"'{value}" if value.lstrip("'")[:1] in tuple("=+-@\t\r\n＝＋－＠") else value


def _plain(value: str) -> str:
    formula = value.startswith("'") and value.lstrip("'")[:1] in tuple("=+-@\t\r\n＝＋－＠")
    return value[1:] if formula else value


def scheme_of_table(text: str, name: str, losses: Losses) -> str:
    """The source (TOML) of the scheme that a table describes.

    Args:
        text: The table.
        name: What the scheme is called where the table does not say.
        losses: Counts columns that mean nothing here.

    Raises:
        InputError: naming the lines that cannot be used.
    """
    reader = csv.DictReader(io.StringIO(text, newline=""), strict=True)
    scheme: dict[str, Any] = {"name": name, "title": name}
    parts: dict[str, list[dict[str, Any]]] = {p: [] for p in PARTS}
    faults: list[str] = []
    try:
        columns = reader.fieldnames or []
        if not {"part", "name"} <= set(columns):
            raise InputError(
                "no codebook: it has no columns part and name", f"columns: {', '.join(COLUMNS)}"
            )
        for row in reader:
            said = {k: _plain((v or "").strip()) for k, v in row.items() if isinstance(v, str)}
            if not any(said.values()):
                continue
            for extra in said.keys() - set(COLUMNS):
                if said[extra]:
                    losses.add(f"column {extra}", f"line {reader.line_num}")
            if None in row:
                losses.add("cell beyond the columns", f"line {reader.line_num}")
            fault = _row(said, scheme, parts)
            if fault:
                faults.append(f"line {reader.line_num}: {fault}")
    except csv.Error as error:
        raise InputError(f"line {reader.line_num}: no table ({error})") from error
    if faults:
        raise InputError(
            "\n".join(faults), "`annotator scheme export FILE.csv` writes such a table"
        )
    return toml_of(scheme | {p: found for p, found in parts.items() if found})


def _row(
    said: Mapping[str, str], scheme: dict[str, Any], parts: Mapping[str, list[dict[str, Any]]]
) -> str:
    """Take a row in; what is wrong with it, or ""."""
    part = _PART.get(said["part"], said["part"])
    if part == "scheme":
        scheme |= {k: said[k] for k in _TOP if said.get(k)}
        return ""
    if part not in _FIELDS or said["part"] in _SHOWN:
        return f"part {said['part']!r} is none of scheme, layer, role, attribute, value, relation"
    table: dict[str, Any] = {}
    for name in _FIELDS[part]:
        value = said.get(name, "")
        if not value or name in ("values", "text"):
            continue
        if name in _FLAGS:
            if value.lower() not in ("yes", "no", "true", "false", "1", "0"):
                return f"{name} {value!r} is neither yes nor no"
            if value.lower() in ("yes", "true", "1"):
                table[name] = True
        elif name == "ordered":
            table[name] = True if value == "yes" else value.split(MANY)
        elif part == "relation" and name in ("from", "to"):
            table[name] = value.split(MANY)
        else:
            table[name] = value
    if part != "value":
        parts[part].append(table)
        return ""
    layer, name = said.get("layer") or "claim", said.get("attribute", "")
    for attribute in parts["attribute"]:
        if (attribute.get("layer", "claim"), attribute.get("name")) == (layer, name):
            attribute.setdefault("values", []).append(table)
            return ""
    return f"a value of {layer}.{name}, which stands in no row above it"
