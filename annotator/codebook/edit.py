"""A scheme's source after a step: edited where it changes, so that comments and order survive."""

from __future__ import annotations

from collections.abc import Callable, Iterable, MutableMapping, Sequence
from typing import Any, Final

import tomlkit
from tomlkit.items import AoT
from tomlkit.items import Table as TomlTable

from annotator.codebook.parts import Named
from annotator.domain.errors import SchemeError
from annotator.domain.ids import new_id
from annotator.domain.scheme import ENGINE_ROLES, Scheme
from annotator.domain.scheme_steps import MARK, SchemeStep
from annotator.domain.terms import terms

Table = MutableMapping[str, Any]
"""A table of the source; tomlkit's remember how they were written."""

_TABLES: Final = {"role": "role", "span": "span", "relation": "relation", "attribute": "attribute"}
_CONDITIONS: Final = ("only_if", "required_unless")


def after(scheme: Scheme, step: SchemeStep, guideline: str = "") -> str:
    """The TOML source of a scheme after a step, which is written down at its end.

    Args:
        guideline: Of what a merge makes; without, that of the label that is there already, or
            all of them one after the other.
    """
    source = _Source(scheme)
    source.say_engine_words(step)
    match step.part:
        case "value":
            source.values(step, guideline)
        case "attribute":
            source.rename_attribute(step)
        case "span":
            source.rename_span_layer(step)
        case _:
            source.rename_table(step, guideline)
    source.remember(step)
    return source.text()


def archived(scheme: Scheme, part: Named) -> str:
    """The TOML source of a scheme that does not offer a part any more; its key is free."""
    source = _Source(scheme)
    source.archive(part)
    return source.text()


class _Source:
    """The source of a scheme while it is edited."""

    def __init__(self, scheme: Scheme) -> None:
        self.scheme = scheme
        self.document = tomlkit.parse(scheme.toml)
        self._gone: list[str] = []
        """The marks of tables that are to be taken out."""
        self._end = ""

    def text(self) -> str:
        toml = tomlkit.dumps(self.document)
        for mark in self._gone:
            toml = _without(toml, mark)
        return f"{toml.rstrip()}\n{self._end}" if self._end else toml

    # ------------------------------------------------------------------------------ looking

    def tables(self, name: str) -> Sequence[Table]:
        """The tables of a name ("role"), in order."""
        found: Sequence[Table] = self.document.get(name, ())
        return found

    def one(self, name: str, called: str) -> Table:
        """The table of a role, span layer or relation."""
        return next(t for t in self.tables(name) if _same(t["name"], called))

    def attribute(self, layer: str, name: str) -> Table:
        """The table of an attribute."""
        return next(
            t
            for t in self.tables("attribute")
            if _same(t["name"], name) and _same(t.get("layer", "claim"), layer)
        )

    # ------------------------------------------------------------------------------ steps

    def remember(self, step: SchemeStep) -> None:
        """Write a step down at the end."""
        fields: dict[str, Any] = {
            "since": step.since,
            "change": step.change,
            "part": step.part,
            "layer": step.layer,
            "attribute": step.attribute,
            "several": step.several,
            "old": list(step.old),
            "new": list(step.new),
        }
        written = {name: value for name, value in fields.items() if value}
        history = self.document.get("history")
        if history is None or isinstance(history, AoT):
            self._end = f"\n{tomlkit.dumps({'history': [written]})}"
        else:
            history.append(written)

    def values(self, step: SchemeStep, guideline: str) -> None:
        """Values renamed, merged or split, wherever they are named."""
        table = self.attribute(step.layer, step.attribute)
        items = table["values"]
        if step.change == "split":
            self._split(items, step)
        elif step.change == "rename":
            place = _place(items, step.old[0])
            _give(items, place, "name", step.new[0])
            self._keep_engine_name(table, items, place, step.old[0])
        else:
            self._merge(table, items, step, guideline)
        _change_names(table, "ordered", _mapping(step))
        self._name_in_conditions(step)
        self._name_in_ends(step)

    def _split(self, items: Any, step: SchemeStep) -> None:
        place = _place(items, step.old[0])
        there = {_name(item) for item in items}
        for name in reversed([n for n in step.new if n not in there]):
            new: Any = name
            if isinstance(items, AoT):
                new = tomlkit.table()
                new["name"] = name
            items.insert(place + 1, new)
        self._retire(items, place)

    def _merge(self, table: Table, items: Any, step: SchemeStep, guideline: str) -> None:
        into, old = step.new[0], [n for n in step.old if n != step.new[0]]
        there = any(_name(item) == into for item in items)
        if not there:
            place = _place(items, old[0])
            words = [_words(items[_place(items, n)]) for n in old]
            merged = guideline or " ".join(dict.fromkeys(w for w in words if w))
            _give(items, place, "name", into)
            if merged:
                _give(items, place, "guideline", merged)
            self._keep_engine_name(table, items, place, old[0])
            old = old[1:]
        elif guideline:
            _give(items, _place(items, into), "guideline", guideline)
        _give_live(items, _place(items, into))
        for name in old:
            self._take_out(items, _place(items, name))

    def _keep_engine_name(self, table: Table, items: Any, place: int, old: str) -> None:
        """An engine goes on to call a value what it called it."""
        item = items[place]
        if "from" in table and not (isinstance(item, MutableMapping) and "from" in item):
            _give(items, place, "from", old)

    def rename_attribute(self, step: SchemeStep) -> None:
        """An attribute, and the conditions that name it."""
        old, new = step.old[0], step.new[0]
        table = self.attribute(step.layer, old)
        table["name"] = new
        for other in self.tables("attribute"):
            if _same(other.get("layer", "claim"), step.layer):
                for condition in (other[c] for c in _CONDITIONS if c in other):
                    if old in condition:
                        condition[new] = condition.pop(old)

    def rename_span_layer(self, step: SchemeStep) -> None:
        """A span layer, its attributes, and the relations that can end in it."""
        old, new = step.old[0], step.new[0]
        declared = [t for t in self.tables("span") if _same(t["name"], old)]
        if declared:
            declared[0]["name"] = new
        elif new != MARK:  # the one layer that need not be declared
            table = tomlkit.table()
            table["name"] = new
            spans = self.document.get("span")
            if spans is None:
                spans = tomlkit.aot()
                self.document["span"] = spans
            spans.append(table)
        for attribute in self.tables("attribute"):
            if _same(attribute.get("layer", "claim"), old):
                _put(attribute, "layer", new)

        def end(name: str) -> list[str]:
            layer, dot, label = name.partition(".")
            return [f"{new}{dot}{label}" if layer == old else name]

        self._ends(end)

    def rename_table(self, step: SchemeStep, guideline: str) -> None:
        """Roles or relations renamed or merged."""
        name = _TABLES[step.part]
        into, old = step.new[0], [n for n in step.old if n != step.new[0]]
        there = any(_same(t["name"], into) for t in self.tables(name))
        if not there:
            table = self.one(name, old[0])
            words = [str(self.one(name, n).get("guideline", "")).strip() for n in old]
            table["name"] = into
            merged = guideline or " ".join(dict.fromkeys(w for w in words if w))
            if step.change == "merge" and merged:
                _put(table, "guideline", merged)
            old = old[1:]
        elif guideline:
            _put(self.one(name, into), "guideline", guideline)
        kept = self.one(name, into)
        kept.pop("archived", None)
        if any(self.one(name, n).get("required", False) for n in old):
            _put(kept, "required", True)
        if step.part == "relation" and step.change == "merge":
            self._join_ends(kept, step)
        for gone in old:
            self._take_out(self.tables(name), _place(self.tables(name), gone))

    def _join_ends(self, kept: Table, step: SchemeStep) -> None:
        """What several relations went between, their one goes between."""
        merged = [r for n in (*step.old, *step.new) if (r := self.scheme.relation(n))]
        heads, tails = [r.heads for r in merged], [r.tails for r in merged]
        if any(r.symmetric for r in merged):  # what either end could be
            heads = tails = [*heads, *tails]
        for side, ends in (("from", heads), ("to", tails)):
            if all(ends):
                _put(kept, side, list(dict.fromkeys(e for named in ends for e in named)))
            else:  # where one named none, it can be anything
                kept.pop(side, None)

    def _take_out(self, items: Any, place: int) -> None:
        if isinstance(items, AoT):
            mark = f"gone {len(self._gone)} {new_id()}"
            self._gone.append(mark)
            _empty(items[place], mark)
        else:
            del items[place]

    # ------------------------------------------------------------------------------ archiving

    def archive(self, part: Named) -> None:
        """Mark a part as not offered any more."""
        if part.part == "value":
            items = self.attribute(part.layer, part.attribute)["values"]
            self._retire(items, _place(items, part.name))
            return
        if part.part == "attribute":
            table = self.attribute(part.layer, part.name)
        else:
            declared = [t for t in self.tables(_TABLES[part.part]) if _same(t["name"], part.name)]
            if not declared:
                raise SchemeError(
                    f"{part} is not declared in the scheme, so it cannot be archived",
                    "archive its labels: they are all there is of it",
                )
            table = declared[0]
        for key in ("key", "new_key"):
            table.pop(key, None)
        _put(table, "archived", True)
        for value in table.get("values", ()) if part.part == "attribute" else ():
            if isinstance(value, MutableMapping):
                value.pop("key", None)

    def _retire(self, items: Any, place: int) -> None:
        _give(items, place, "archived", True)
        items[place].pop("key", None)

    # ------------------------------------------------------------------------------ references

    def _name_in_conditions(self, step: SchemeStep) -> None:
        for other in self.tables("attribute"):
            if _same(other.get("layer", "claim"), step.layer):
                for condition in (other[c] for c in _CONDITIONS if c in other):
                    _change_names(condition, step.attribute, _mapping(step, split=True))

    def _name_in_ends(self, step: SchemeStep) -> None:
        """Relations whose ends are named by a label: `entity.PER`."""
        label = self.scheme.label_attribute(step.layer)
        if label is None or label.name != step.attribute:
            return
        names = _mapping(step, split=True)

        def end(name: str) -> list[str]:
            layer, dot, value = name.partition(".")
            return (
                [f"{layer}{dot}{n}" for n in names(value)]
                if layer == step.layer and dot
                else [name]
            )

        self._ends(end)

    def _ends(self, names: Callable[[str], list[str]]) -> None:
        for relation in self.tables("relation"):
            for side in ("from", "to"):
                _change_names(relation, side, names)

    def say_engine_words(self, step: SchemeStep) -> None:
        """Where the names of a scheme are the engine's, say so before one of them changes."""
        scheme = self.scheme
        by_name = not any(r.suggests for r in scheme.roles)
        if step.part not in ("role", "attribute", "value") or not by_name or terms(scheme) is None:
            return
        for role in self.tables("role"):
            if str(role["name"]) in ENGINE_ROLES:
                _put(role, "suggests", str(role["name"]))
        claims = [t for t in self.tables("attribute") if _same(t.get("layer", "claim"), "claim")]
        if not any("from" in t for t in claims):
            for attribute in claims:
                _put(attribute, "from", str(attribute["name"]))


# ---------------------------------------------------------------------------------- small parts


def _put(table: Table, field: str, value: object) -> None:
    """Set a field; a new one stands after the last, before comments that are the next table's."""
    if field in table or not isinstance(table, TomlTable):
        table[field] = value
        return
    body = table.value.body
    between = []
    while body and body[-1][0] is None:
        between.append(body.pop())
    table[field] = value
    body.extend(reversed(between))


def _same(value: object, name: str) -> bool:
    return str(value).strip() == name


def _name(item: Any) -> str:
    return str(item["name"] if isinstance(item, MutableMapping) else item).strip()


def _words(item: Any) -> str:
    return str(item.get("guideline", "") if isinstance(item, MutableMapping) else "").strip()


def _place(items: Iterable[Any], name: str) -> int:
    return next(i for i, item in enumerate(items) if _name(item) == name)


def _give(items: Any, place: int, field: str, value: object) -> None:
    """Set a field of a value; one that is a bare name becomes a table where it must."""
    item = items[place]
    if not isinstance(item, MutableMapping):
        if field == "name":
            items[place] = value
            return
        table = tomlkit.inline_table()
        table["name"] = str(item)
        items[place] = table
        item = items[place]
    _put(item, field, value)


def _give_live(items: Any, place: int) -> None:
    """What labels are merged into is offered."""
    item = items[place]
    if isinstance(item, MutableMapping):
        item.pop("archived", None)


def _mapping(step: SchemeStep, *, split: bool = False) -> Callable[[str], list[str]]:
    """What a name becomes in a list of names: one, or (a split) itself and all that follow it."""

    def names(name: str) -> list[str]:
        if name not in step.old:
            return [name]
        if step.change == "split":
            return [name, *step.new] if split else [name]
        return [step.new[0]]

    return names


def _change_names(table: Table, field: str, names: Callable[[str], list[str]]) -> None:
    """Change the names that a field of a table has, one or a list; each stands once."""
    found = table.get(field)
    if not isinstance(found, Sequence):
        return
    old = [str(found)] if isinstance(found, str) else [str(n) for n in found]
    new = list(dict.fromkeys(n for name in old for n in names(name)))
    if new != old:
        table[field] = new[0] if isinstance(found, str) and len(new) == 1 else new


def _empty(table: Table, mark: str) -> None:
    """Leave nothing in a table but a mark, by which its lines are found."""
    for field in [f for f in table if f != "name"]:
        del table[field]
    table["name"] = mark


def _without(toml: str, mark: str) -> str:
    """A source without the table that was emptied; comments after it are the next one's, and stay.

    tomlkit counts them to the table before them, and would take them along.
    """
    rows = toml.splitlines(keepends=True)
    name = next(i for i, row in enumerate(rows) if mark in row)
    header = next(i for i in range(name, -1, -1) if rows[i].lstrip().startswith("[["))
    start = header
    while start and not rows[start - 1].strip():
        start -= 1
    return "".join([*rows[:start], *rows[header + 1 : name], *rows[name + 1 :]])
