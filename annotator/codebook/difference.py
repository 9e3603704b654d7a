"""What two versions of a scheme differ in: names, what is offered, and what is said of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

from annotator.codebook.parts import Named, attribute_of, everything, through
from annotator.domain.migration import steps_between
from annotator.domain.scheme import LabelCondition, Scheme
from annotator.domain.scheme_steps import SchemeStep

Sort = Literal["rename", "merge", "split", "added", "removed", "archived", "offered", "changed"]
_SHOWN: Final = 60
"""Code points of a guideline that are shown of each side."""


@dataclass(frozen=True, slots=True)
class SchemeDifference:
    """One thing in which a later version of a scheme is not the earlier one."""

    sort: Sort
    what: str
    """As people name it: `claim.stance=favor`."""
    detail: str = ""
    """Of what changed: which field, from what to what."""
    parts: tuple[Named, ...] = ()
    """The parts of the earlier scheme that it is about: what to count."""


def differences(before: Scheme, now: Scheme) -> list[SchemeDifference]:
    """Everything in which `now` is not `before`: what was renamed, what is new or gone, the rest.

    Names that its history says were changed are followed; without a history what was renamed by
    hand is something removed and something added.
    """
    steps = steps_between(before, now) or ()
    found = [SchemeDifference(s.change, str(s), "", _parts(before, s, steps)) for s in steps]
    old: dict[Named, Named] = {}
    for n in everything(before):
        after = through(n, steps)
        if after not in old or after == n:  # of those that were merged, the one that kept its name
            old[after] = n
    new = dict.fromkeys(everything(now))
    gone = [n for n in old if n not in new]
    for n in gone:
        if not _within(n, gone):
            found.append(SchemeDifference("removed", str(old[n]), "", (old[n],)))
    fresh = [n for n in new if n not in old]
    splits = {(s.layer, s.attribute, name) for s in steps if s.change == "split" for name in s.new}
    for n in fresh:
        if not _within(n, fresh) and (n.layer, n.attribute, n.name) not in splits:
            found.append(SchemeDifference("added", str(n)))
    for n in new:
        if n in old:
            found += _changed(before, old[n], now, n, steps)
    for name in ("name", "title"):
        one, other = getattr(before, name), getattr(now, name)
        if one != other:
            found.append(SchemeDifference("changed", "the scheme", f"{name}: {one} -> {other}"))
    if before.review_kinds != now.review_kinds:
        kinds = [", ".join(sorted(s.review_kinds)) for s in (before, now)]
        found.append(
            SchemeDifference("changed", "the scheme", f"review kinds: {' -> '.join(kinds)}")
        )
    return found


def _parts(before: Scheme, step: SchemeStep, steps: tuple[SchemeStep, ...]) -> tuple[Named, ...]:
    """The parts of the scheme before all steps that one of them is about."""
    earlier = steps[: steps.index(step)]
    return tuple(
        n
        for n in everything(before)
        if (now := through(n, earlier)).part == step.part
        and now.name in step.old
        and (now.layer, now.attribute) == (step.layer, step.attribute)
    )


def _within(part: Named, parts: list[Named]) -> bool:
    """Whether what a part belongs to (the label of a value) is among others that are listed."""
    return part.part == "value" and Named("attribute", part.attribute, part.layer) in parts


def _changed(
    before: Scheme, one: Named, now: Scheme, other: Named, steps: tuple[SchemeStep, ...]
) -> Iterator[SchemeDifference]:
    """The fields in which two parts differ that are the same otherwise."""
    old, new = dict(_fields(before, one, steps)), dict(_fields(now, other))
    if new.get("archived") and not old.get("archived"):
        yield SchemeDifference("archived", str(other), "", (one,))
        return  # that it has no key, and is not asked for, goes with it
    for name, value in new.items():
        was = old[name]
        if was == value:
            continue
        if name == "archived":
            yield SchemeDifference("offered", str(other), "", (one,))
        elif name == "title" and (was, value) == (one.name, other.name):
            continue  # without a title of its own it is called by its name
        elif name == "from" and (was or one.name) == value:
            continue  # an engine's word for it, which was its name, is written down
        else:
            detail = f"{name}: {_shown(was)} -> {_shown(value)}"
            yield SchemeDifference("changed", str(other), detail, (one,))


def _shown(text: str) -> str:
    short = " ".join(text.split())
    if not short:
        return "none"
    return short if len(short) <= _SHOWN else f"{short[:_SHOWN]}…"


def _fields(
    scheme: Scheme, part: Named, steps: tuple[SchemeStep, ...] = ()
) -> Iterator[tuple[str, str]]:
    """What is said of a part, as text; other parts in it as they are called after steps."""

    def end(name: str) -> str:
        layer, dot, label = name.partition(".")
        named = scheme.label_attribute(layer)
        if not dot or named is None:
            return through(Named("span", name), steps).name
        value = through(Named("value", label, layer, named.name), steps)
        return f"{value.layer}.{value.name}"

    def condition(found: LabelCondition | None) -> str:
        said = []
        for name, values in found.wanted if found else ():
            named = [through(Named("value", v, part.layer, name), steps) for v in values]
            label = through(Named("attribute", name, part.layer), steps).name
            said.append(f"{label} {'/'.join(dict.fromkeys(n.name for n in named))}")
        return " and ".join(said)

    match part.part:
        case "role":
            role = next(r for r in scheme.roles if r.name == part.name)
            yield "key", role.key
            yield "guideline", role.guideline
            yield "required", _yes(role.required)
            yield "spans", "many" if role.many else "one"
            yield "suggests", role.suggests
            yield "archived", _yes(role.archived)
        case "span":
            layer = next(s for s in scheme.span_layers if s.name == part.name)
            yield "title", layer.title
            yield "guideline", layer.guideline
            yield "archived", _yes(layer.archived)
        case "relation":
            relation = next(r for r in scheme.relations if r.name == part.name)
            yield "title", relation.title
            yield "key", relation.key
            yield "guideline", relation.guideline
            yield "from", ", ".join(dict.fromkeys(map(end, relation.heads)))
            yield "to", ", ".join(dict.fromkeys(map(end, relation.tails)))
            yield "symmetric", _yes(relation.symmetric)
            yield "archived", _yes(relation.archived)
        case "attribute":
            a = next(a for a in scheme.attributes if (a.layer, a.name) == (part.layer, part.name))
            yield "title", a.title
            yield "kind", a.kind
            yield "guideline", a.guideline
            yield "required", _yes(a.required)
            named = [through(Named("value", v, a.layer, a.name), steps).name for v in a.scale]
            yield "scale", " < ".join(dict.fromkeys(named))
            yield "from", a.taken_from
            yield "only_if", condition(a.only_if)
            yield "required_unless", condition(a.required_unless)
            yield "archived", _yes(a.archived)
        case "value":
            value = attribute_of(scheme, part).value(part.name)
            assert value is not None  # noqa: S101 - `everything` has named it
            yield "key", value.key
            yield "guideline", value.guideline
            yield "from", value.taken_from
            yield "archived", _yes(value.archived)


def _yes(flag: bool) -> str:
    return "yes" if flag else ""
