"""Projects of other programs in layers: read, given a scheme, written, read again, compared."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from annotator import formats
from annotator.domain.exchange import (
    AnnotatorRecord,
    BadRecord,
    Dataset,
    Document,
    Item,
    SchemeRecord,
)
from annotator.domain.ids import new_id
from annotator.domain.losses import Losses
from annotator.domain.model import Annotation, Article
from annotator.domain.scheme import Scheme
from annotator.domain.scheme_file import parse_scheme
from annotator.project.scheme_from_data import LabelsSeen, scheme_from
from annotator.session.actions import reserved_keys
from tests.formats.support import article_of, export_given

LAYERS = {"spans": "layers"}


def items_of(name: str, source: Path, losses: Losses, **options: str) -> list[Item]:
    """All that a project holds; a bad record fails the test."""
    found = list(formats.read(formats.get(name), source, LAYERS | options, losses))
    assert not [i for i in found if isinstance(i, BadRecord)]
    return found


def scheme_of(items: Iterable[Item]) -> Scheme:
    """The scheme that is made of what was read; it must know all of it."""
    seen = LabelsSeen()
    items = list(items)
    for item in items:
        seen.add(item)
    losses = Losses()
    toml = scheme_from(seen, name="own", reserved=reserved_keys(), losses=losses)
    assert [(x.kind, x.examples) for x in losses] == []
    scheme = parse_scheme(toml, reserved_keys())
    for item in items:
        for annotation in item.annotations if isinstance(item, Document) else ():
            assert scheme.faults(annotation) == ()
    return scheme


def stored(items: Iterable[Item]) -> list[Document]:
    """The documents as a database gives them out: one for each text, with ids of its own."""
    out: dict[str, Document] = {}
    for item in items:
        if not isinstance(item, Document):
            continue
        draft = item.article
        assert not isinstance(draft, Article)
        known = out.get(draft.text)
        if known is None:
            fields = {n: getattr(draft, n) for n in ("name", "title", "meta")}
            known = Document(article_of(draft.text, len(out) + 1, **fields))
        ids = {a.id: new_id() for a in item.annotations}
        made = tuple(
            replace(
                a,
                id=ids[a.id],
                annotator=a.annotator or "me",
                article=known.stored.uid,
                head=ids.get(a.head or ""),
                tail=ids.get(a.tail or ""),
            )
            for a in item.annotations
        )
        out[draft.text] = replace(known, annotations=(*known.annotations, *made))
    return list(out.values())


def written(
    name: str, found: list[Document], scheme: Scheme, target: Path, **options: str
) -> formats.ExportReport:
    """The documents, exported under a scheme."""
    names = sorted({a.annotator for d in found for a in d.annotations})
    people = tuple(AnnotatorRecord(name, "") for name in names)
    record = SchemeRecord(scheme.version, scheme.name, scheme.toml, "", in_force=True)
    return export_given(
        *(formats.get(name), target, options),
        documents=lambda: found,
        dataset=Dataset((record,), people),
        force=True,
    )


def meaning(found: Iterable[Document]) -> dict[str, Counter[object]]:
    """Text -> what is annotated, whatever the ids; what stands at one place is told apart by all
    that is said of it."""
    out: dict[str, Counter[object]] = {}
    for document in found:
        here = {a.id: a for a in document.annotations}
        values = out.setdefault(document.article.text, Counter())
        for a in document.annotations:
            ends = [_span(here[end]) for end in (a.head, a.tail) if end]
            values[(*_span(a), *ends)] += 1
    return out


def _span(a: Annotation) -> tuple[object, ...]:
    said = tuple(sorted((k, "|".join(sorted(v.split("|")))) for k, v in a.attributes.items()))
    places = tuple(sorted((f.role, f.start, f.end) for f in a.fragments))
    suggested = a.provenance == "suggested"
    return a.layer_name, a.annotator, places, said, a.note, a.flagged, suggested


def there_and_back(
    name: str, source: Path, target: Path, out: str = "", **options: str
) -> tuple[list[Document], list[Document], formats.ExportReport, Losses]:
    """What a project holds, what is read of it after an export, and what was lost on the way."""
    losses = Losses()
    items = items_of(name, source, losses, **options)
    before = stored(items)
    report = written(out or name, before, scheme_of(items), target)
    after = stored(items_of(out or name, target, losses))
    return before, after, report, losses


__all__ = ["items_of", "meaning", "scheme_of", "stored", "there_and_back", "written"]
