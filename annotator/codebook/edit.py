"""A scheme's source after a step: edited where it changes, so that comments and order survive."""

from __future__ import annotations

from collections.abc import Callable, MutableMapping, Sequence
from typing import Any, Final

import tomlkit
from tomlkit.items import AoT

from annotator.codebook.parts import Named
from annotator.codebook.toml_tables import (
    Table,
    change_names,
    emptied,
    give,
    guideline_of,
    is_called,
    key_of,
    name_of,
    offer,
    place_of,
    put,
    without,
)
from annotator.domain.errors import SchemeError
from annotator.domain.ids import new_id
from annotator.domain.scheme import ENGINE_ROLES, Scheme
from annotator.domain.scheme_file import parse_scheme
from annotator.domain.scheme_steps import MARK, SchemeStep
from annotator.domain.terms import terms

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
            source.keep_content(step)
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
            toml = without(toml, mark)
        return f"{toml.rstrip()}\n{self._end}" if self._end else toml

    # ------------------------------------------------------------------------------ looking

    def tables(self, name: str) -> Sequence[Table]:
        """The tables of a name ("role"), in order."""
        found: Sequence[Table] = self.document.get(name, ())
        return found

    def one(self, name: str, called: str) -> Table:
        """The table of a role, span layer or relation."""
        return next(t for t in self.tables(name) if is_called(t["name"], called))

    def attribute(self, layer: str, name: str) -> Table:
        """The table of an attribute."""
        return next(
            t
            for t in self.tables("attribute")
            if is_called(t["name"], name) and is_called(t.get("layer", "claim"), layer)
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
            place = place_of(items, step.old[0])
            give(items, place, "name", step.new[0])
            self._keep_engine_name(table, items, place, step.old[0])
        else:
            self._merge(table, items, step, guideline)
        change_names(table, "ordered", _mapping(step))
        self._name_in_conditions(step)
        self._name_in_ends(step)

    def _split(self, items: Any, step: SchemeStep) -> None:
        place = place_of(items, step.old[0])
        there = {name_of(item) for item in items}
        for name in reversed([n for n in step.new if n not in there]):
            new: Any = name
            if isinstance(items, AoT):
                new = tomlkit.table()
                new["name"] = name
            items.insert(place + 1, new)
        self._retire(items, place)

    def _merge(self, table: Table, items: Any, step: SchemeStep, guideline: str) -> None:
        into, old = step.new[0], [n for n in step.old if n != step.new[0]]
        there = any(name_of(item) == into for item in items)
        if not there:
            place = place_of(items, old[0])
            words = [guideline_of(items[place_of(items, n)]) for n in old]
            merged = guideline or " ".join(dict.fromkeys(w for w in words if w))
            give(items, place, "name", into)
            if merged:
                give(items, place, "guideline", merged)
            self._keep_engine_name(table, items, place, old[0])
            old = old[1:]
        elif guideline:
            give(items, place_of(items, into), "guideline", guideline)
        offer(items, place_of(items, into))
        keys = [key_of(items[place_of(items, name)]) for name in (into, *old)]
        if not keys[0] and any(keys):
            give(items, place_of(items, into), "key", next(filter(None, keys)))
        for name in old:
            self._take_out(items, place_of(items, name))

    def _keep_engine_name(self, table: Table, items: Any, place: int, old: str) -> None:
        """An engine goes on to call a value what it called it."""
        item = items[place]
        if "from" in table and not (isinstance(item, MutableMapping) and "from" in item):
            give(items, place, "from", old)

    def rename_attribute(self, step: SchemeStep) -> None:
        """An attribute, and the conditions that name it."""
        old, new = step.old[0], step.new[0]
        table = self.attribute(step.layer, old)
        table["name"] = new
        for other in self.tables("attribute"):
            if is_called(other.get("layer", "claim"), step.layer):
                for condition in (other[c] for c in _CONDITIONS if c in other):
                    if old in condition:
                        condition[new] = condition.pop(old)

    def rename_span_layer(self, step: SchemeStep) -> None:
        """A span layer, its attributes, and the relations that can end in it."""
        old, new = step.old[0], step.new[0]
        declared = [t for t in self.tables("span") if is_called(t["name"], old)]
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
            if is_called(attribute.get("layer", "claim"), old):
                put(attribute, "layer", new)

        def end(name: str) -> list[str]:
            layer, dot, label = name.partition(".")
            return [f"{new}{dot}{label}" if layer == old else name]

        self._ends(end)

    def rename_table(self, step: SchemeStep, guideline: str) -> None:
        """Roles or relations renamed or merged."""
        name = _TABLES[step.part]
        into, old = step.new[0], [n for n in step.old if n != step.new[0]]
        there = any(is_called(t["name"], into) for t in self.tables(name))
        if not there:
            table = self.one(name, old[0])
            words = [str(self.one(name, n).get("guideline", "")).strip() for n in old]
            table["name"] = into
            merged = guideline or " ".join(dict.fromkeys(w for w in words if w))
            if step.change == "merge" and merged:
                put(table, "guideline", merged)
            old = old[1:]
        elif guideline:
            put(self.one(name, into), "guideline", guideline)
        kept = self.one(name, into)
        kept.pop("archived", None)
        if any(self.one(name, n).get("required", False) for n in old):
            put(kept, "required", True)
        keyed = [t for t in (kept, *(self.one(name, n) for n in old)) if key_of(t)][:1]
        for table in keyed if keyed != [kept] else ():
            for field in ("key", "new_key"):
                if field in table:
                    put(kept, field, str(table[field]))
        said = [t["suggests"] for t in (kept, *(self.one(name, n) for n in old)) if "suggests" in t]
        if said and "suggests" not in kept:
            put(kept, "suggests", str(said[0]))
        if step.part == "relation" and step.change == "merge":
            self._join_ends(kept, step)
        for gone in old:
            self._take_out(self.tables(name), place_of(self.tables(name), gone))

    def keep_content(self, step: SchemeStep) -> None:
        """What is claimed stays what is claimed, also where a name or its place told so."""
        content = self.scheme.content
        if step.part != "role" or content is None:
            return
        name = step.new[0] if content.name in step.old else content.name
        if parse_scheme(self.text(), {}).content_name != name:
            put(self.one("role", name), "suggests", "content")

    def _join_ends(self, kept: Table, step: SchemeStep) -> None:
        """What several relations went between, their one goes between."""
        merged = [r for n in (*step.old, *step.new) if (r := self.scheme.relation(n))]
        heads, tails = [r.heads for r in merged], [r.tails for r in merged]
        if any(r.symmetric for r in merged):  # what either end could be
            heads = tails = [*heads, *tails]
        for side, ends in (("from", heads), ("to", tails)):
            if all(ends):
                put(kept, side, list(dict.fromkeys(e for named in ends for e in named)))
            else:  # where one named none, it can be anything
                kept.pop(side, None)

    def _take_out(self, items: Any, place: int) -> None:
        if isinstance(items, AoT):
            mark = f"gone {len(self._gone)} {new_id()}"
            self._gone.append(mark)
            emptied(items[place], mark)
        else:
            del items[place]

    # ------------------------------------------------------------------------------ archiving

    def archive(self, part: Named) -> None:
        """Mark a part as not offered any more."""
        if part.part == "value":
            items = self.attribute(part.layer, part.attribute)["values"]
            self._retire(items, place_of(items, part.name))
            return
        if part.part == "attribute":
            table = self.attribute(part.layer, part.name)
        else:
            declared = [
                t for t in self.tables(_TABLES[part.part]) if is_called(t["name"], part.name)
            ]
            if not declared:
                raise SchemeError(
                    f"{part} is not declared in the scheme, so it cannot be archived",
                    "archive its labels: they are all there is of it",
                )
            table = declared[0]
        for key in ("key", "new_key"):
            table.pop(key, None)
        put(table, "archived", True)
        for value in table.get("values", ()) if part.part == "attribute" else ():
            if isinstance(value, MutableMapping):
                value.pop("key", None)

    def _retire(self, items: Any, place: int) -> None:
        give(items, place, "archived", True)
        items[place].pop("key", None)

    # ------------------------------------------------------------------------------ references

    def _name_in_conditions(self, step: SchemeStep) -> None:
        for other in self.tables("attribute"):
            if is_called(other.get("layer", "claim"), step.layer):
                for condition in (other[c] for c in _CONDITIONS if c in other):
                    change_names(condition, step.attribute, _mapping(step, split=True))

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
                change_names(relation, side, names)

    def say_engine_words(self, step: SchemeStep) -> None:
        """Where the names of a scheme are the engine's, say so before one of them changes."""
        scheme = self.scheme
        by_name = not any(r.suggests for r in scheme.roles)
        if step.part not in ("role", "attribute", "value") or not by_name or terms(scheme) is None:
            return
        for role in self.tables("role"):
            if str(role["name"]) in ENGINE_ROLES:
                put(role, "suggests", str(role["name"]))
        claims = [
            t for t in self.tables("attribute") if is_called(t.get("layer", "claim"), "claim")
        ]
        if not any("from" in t for t in claims):
            for attribute in claims:
                put(attribute, "from", str(attribute["name"]))


def _mapping(step: SchemeStep, *, split: bool = False) -> Callable[[str], list[str]]:
    """What a name becomes in a list of names: one, or (a split) itself and all that follow it."""

    def names(name: str) -> list[str]:
        if name not in step.old:
            return [name]
        if step.change == "split":
            return [name, *step.new] if split else [name]
        return [step.new[0]]

    return names
