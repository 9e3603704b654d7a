"""The type system description (TypeSystem.xml) that INCEpTION reads our files and layers with."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final
from xml.sax.saxutils import escape

from annotator.formats.cas_layers import ANNOTATION, NEXT, Slot, Types
from annotator.formats.cas_types import (
    ARTICLE,
    FLAGGED,
    NUMBERS,
    RELATION,
    SENTENCE,
    SPAN,
    TEXTS,
    WORD,
)
from annotator.formats.support.article_fields import METADATA

LINKS: Final = "uima.cas.FSArray"
"""The range of a slot."""


def type_system(
    attributes: Iterable[str], own: Types | None = None, *, claims: bool = True
) -> bytes:
    """The type system description (XML): our types, with a string feature for each attribute, and
    those of the layers of the user's own.

    Args:
        claims: Whether there are claims, or marks of no such layer.
    """
    string, integer = "uima.cas.String", "uima.cas.Integer"
    span = dict.fromkeys((*TEXTS, *attributes), string) | dict.fromkeys(NUMBERS, integer)
    types: dict[str, dict[str, str]] = {
        SENTENCE: {},
        WORD: {},
        ARTICLE: dict.fromkeys((*METADATA, "uid"), string),
        SPAN: span | {FLAGGED: "uima.cas.Boolean"},
        RELATION: {"Governor": SPAN, "Dependent": SPAN, "role": string},
    }
    if not claims:
        del types[SPAN], types[RELATION]
    described = [_described(name, features) for name, features in types.items()]
    if own:
        if (
            SPAN in own.spans and claims
        ):  # a layer that has our name: one type has the features of both
            both: dict[str, str | Slot] = {**own.spans[SPAN], **types[SPAN]}
            described[3:4] = _own_types(Types({SPAN: both}))
        rest = {k: features for k, features in own.spans.items() if k != SPAN or not claims}
        described += _own_types(Types(rest, own.relations, own.ends))
    return (
        "<?xml version='1.0' encoding='utf-8'?>\n"
        '<typeSystemDescription xmlns="http://uima.apache.org/resourceSpecifier"><types>'
        f"{''.join(described)}</types></typeSystemDescription>\n"
    ).encode()


def _own_types(own: Types) -> Iterator[str]:
    """The types of layers: of spans, of what their slots hold, of chains, of relations."""
    links: dict[str, str] = {}
    for kind, features in sorted(own.spans.items()):
        plain: dict[str, str] = {}
        for name, range_ in sorted(features.items()):
            if isinstance(range_, tuple):
                link, target = range_
                links[link] = target if links.get(link, target) == target else ANNOTATION
                plain[name] = f"{LINKS} {link}"
            else:
                plain[name] = kind if name == NEXT else range_ or "uima.cas.String"
        yield _described(kind, plain)
        if NEXT in features:
            head = f"{kind.removesuffix('Link')}Chain"
            yield _described(head, {"first": kind}, "uima.cas.AnnotationBase")
    for link, target in sorted(links.items()):
        yield _described(link, {"role": "uima.cas.String", "target": target}, "uima.cas.TOP")
    for kind, ranges in sorted(own.relations.items()):
        base = own.ends.get(kind) or ANNOTATION
        ends = {"Governor": base, "Dependent": base}
        yield _described(
            kind, ends | {n: r or "uima.cas.String" for n, r in sorted(ranges.items())}
        )


def _described(name: str, features: dict[str, str], above: str = ANNOTATION) -> str:
    said = "".join(
        f"<featureDescription><name>{escape(feature)}</name><description/>"
        f"<rangeTypeName>{kind.partition(' ')[0]}</rangeTypeName>"
        f"{_elements(kind.partition(' ')[2])}</featureDescription>"
        for feature, kind in features.items()
    )
    return (
        f"<typeDescription><name>{escape(name)}</name><description/>"
        f"<supertypeName>{above}</supertypeName>"
        f"{f'<features>{said}</features>' if said else ''}</typeDescription>"
    )


def _elements(kind: str) -> str:
    return f"<elementType>{escape(kind)}</elementType>" if kind else ""
