"""Articles and annotations as `--json` shows them: claims by role, each piece with its words."""

from __future__ import annotations

from collections.abc import Iterable

from annotator.domain.model import Annotation, Article

Json = dict[str, object]


def _pieces(annotation: Annotation, role: str, text: str) -> list[Json]:
    return [
        {"start": f.start, "end": f.end, "text": text[f.start : f.end], "span": f.span}
        for f in annotation.role(role)
    ]


def annotation_json(annotation: Annotation, text: str, roles: Iterable[str] = ()) -> Json:
    """One annotation: its pieces under the names of their roles, then the rest of it.

    Args:
        annotation: What to show.
        text: The article's text, to give each piece its words.
        roles: Roles that are listed even when the annotation does not use them.
    """
    names = dict.fromkeys([*roles, *(f.role for f in annotation.fragments)])
    record: Json = {"id": annotation.id, "annotator": annotation.annotator}
    record |= {name: _pieces(annotation, name, text) for name in names}
    if annotation.layer == "sentence":
        record["reviewed"] = annotation.reviewed
    if annotation.layer == "relation":
        record |= {"head": annotation.head, "tail": annotation.tail}
    return record | {
        "attributes": dict(sorted(annotation.attributes.items())),
        "parent": annotation.parent,
        "provenance": annotation.provenance,
        "scheme": annotation.scheme,
        "flagged": annotation.flagged,
        "note": annotation.note,
        "created_at": annotation.created_at,
        "updated_at": annotation.updated_at,
    }


def article_json(article: Article, annotations: Iterable[Annotation], roles: Iterable[str]) -> Json:
    """An article with its layout and annotations; offsets are code points, half-open.

    Args:
        article: The article.
        annotations: Those of it that are to be shown.
        roles: The scheme's roles of a claim; each claim has a list for every one of them.
    """
    text, layout = article.text, article.layout
    layers: dict[str, list[Json]] = {
        "claim": [],
        "mark": [],
        "sentence": [],
        "article": [],
        "verdict": [],
        "relation": [],
    }
    roles = tuple(roles)
    for annotation in annotations:
        wanted = roles if annotation.layer == "claim" else ()
        layers[annotation.layer].append(annotation_json(annotation, text, wanted))
    return {
        "uid": article.uid,
        "number": article.number,
        "name": article.name,
        "title": article.title,
        "byline": article.byline,
        "outlet": article.outlet,
        "published": article.published,
        "url": article.url,
        "language": article.language,
        "origin": article.origin,
        "sha256": article.sha256,
        "revision_of": article.revision_of,
        "imported_at": article.imported_at,
        "meta": dict(article.meta),
        "engine": layout.engine,
        "text": text,
        "paragraphs": [{"start": p.start, "end": p.end} for p in layout.paragraphs],
        "sentences": [
            {
                "start": s.start,
                "end": s.end,
                "paragraph": s.paragraph,
                "kind": s.kind,
                "text": text[s.start : s.end],
            }
            for s in layout.sentences
        ],
        "tokens": len(layout.token_starts),
        "claims": layers["claim"],
        "marks": layers["mark"],
        "sentence_tags": layers["sentence"],
        "article_tags": layers["article"],
        "verdicts": layers["verdict"],
        "relations": layers["relation"],
    }
