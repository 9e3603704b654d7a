"""`annotator show`: one article with its sentences and annotations."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Annotated

import typer

from annotator.cli.context import Call
from annotator.cli.output import and_more, emit, emit_json, say
from annotator.cli.records import article_json
from annotator.cli.selecting import others_than
from annotator.domain.model import RELATION_TYPE, SPAN_ROLE, Annotation, Article
from annotator.text.safe import safe_line

if TYPE_CHECKING:
    from annotator.project import Project

app = typer.Typer(rich_markup_mode=None)


def _words(article: Article, annotation: Annotation, role: str) -> str:
    return " … ".join(safe_line(article.text[f.start : f.end]) for f in annotation.role(role))


def _describe(article: Article, annotation: Annotation, related: Iterable[str]) -> Iterable[str]:
    head = f"  {safe_line(annotation.layer_name)}"
    if annotation.layer == "mark":
        role = annotation.fragments[0].role if annotation.fragments else SPAN_ROLE
        head += f" “{_words(article, annotation, role)}”"
    if annotation.reviewed:
        head += " reviewed"
    if annotation.flagged:
        head += " flagged"
    labels = ", ".join(f"{name}={value}" for name, value in sorted(annotation.attributes.items()))
    yield f"{head}  ({annotation.annotator}, {annotation.provenance})" + (
        f"  {labels}" if labels else ""
    )
    if annotation.layer == "claim":
        for role in dict.fromkeys(f.role for f in annotation.fragments):
            yield f"    {role}: {_words(article, annotation, role)}"
    if annotation.note:
        yield f"    note: {safe_line(annotation.note)}"
    yield from related


def _related(
    project: Project, article: Article, relations: Iterable[Annotation]
) -> dict[str, list[str]]:
    """Of each annotation that is an end of a relation: lines that tell to what it is related."""
    scheme = project.scheme()
    lines: dict[str, list[str]] = {}
    for relation in relations:
        name = relation.attributes.get(RELATION_TYPE, "relation")
        kind = scheme.relation(name)
        labels = "".join(
            f"  {safe_line(f'{n}={v}')}"
            for n, v in sorted(relation.attributes.items())
            if n != RELATION_TYPE
        )
        ends = (relation.head or "", relation.tail or "")
        arrows = ("--", "--") if kind and kind.symmetric else ("->", "<-")
        for end, other, arrow in zip(ends, reversed(ends), arrows, strict=True):
            words = _end_words(project, article, other)
            note = f"  note: {safe_line(relation.note)}" if relation.note else ""
            told = f"    {safe_line(name)} {arrow} {words}{labels}{note}"
            lines.setdefault(end, []).append(told)
    return lines


def _end_words(project: Project, article: Article, id_: str) -> str:
    """The words of an end of a relation, with its article where that is another."""
    found = project.annotation(id_)
    if found is None:
        return id_
    text = project.text_of(found.article)
    pieces = sorted(project.scheme().anchor(found), key=lambda f: f.start)
    words = " … ".join(safe_line(text[f.start : f.end]) for f in pieces)
    told = f"“{words}”" if words else f"the {found.layer}"
    if found.article != article.uid:
        told += f" (article {project.number_of(found.article)})"
    return told


def _print(
    article: Article, annotations: list[Annotation], related: Mapping[str, list[str]]
) -> None:
    for name in ("title", "byline", "outlet", "published", "url", "language", "origin"):
        value = getattr(article, name)
        if value:
            emit(f"{name}: {value}")
    emit(f"uid: {article.uid}   number: {article.number}   engine: {article.layout.engine}")
    by_sentence: dict[int, list[Annotation]] = {}
    for annotation in annotations:
        if annotation.layer == "relation":
            continue  # told at its ends
        sentences = enumerate(article.layout.sentences)
        first = next((i for i, s in sentences if annotation.touches(s.start, s.end)), -1)
        by_sentence.setdefault(first, []).append(annotation)
    for annotation in by_sentence.get(-1, []):
        for line in _describe(article, annotation, related.get(annotation.id, ())):
            emit(line)
    paragraph = -1
    for i, s in enumerate(article.layout.sentences):
        if s.paragraph != paragraph:
            paragraph = s.paragraph
            emit()
        kind = "" if s.kind == "body" else f" [{s.kind}]"
        emit(f"{i + 1}.{kind} {safe_line(article.text[s.start : s.end])}")
        for annotation in by_sentence.get(i, []):
            for line in _describe(article, annotation, related.get(annotation.id, ())):
                emit(line)


@app.command()
def show(
    ctx: typer.Context,
    article: Annotated[
        str, typer.Argument(metavar="ARTICLE", help="Its number, name, or uid (or its start).")
    ],
    everyone: Annotated[
        bool, typer.Option("--all", help="Every annotator's work, not only your own.")
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="One JSON object on stdout.")] = False,
) -> None:
    """Show an article: text, sentences and annotations.

    Where your name is known (--as), only your own annotations are shown, so that nobody is led by
    the others; --all shows everybody's. Offsets are Unicode code points, half-open.
    """
    call = Call.of(ctx)
    with call.read() as project:
        found = project.article(project.resolve(article))
        whose = None if everyone else call.known_name
        annotations = project.annotations(found.uid, whose)
        known = {a.id for a in annotations}
        annotations += [r for r in project.relations(found.uid, whose) if r.id not in known]
        relations = [a for a in annotations if a.layer == "relation"]
        related = {} if json else _related(project, found, relations)
        others = others_than(project, whose, found.uid) if whose and not annotations else []
        roles = [r.name for r in project.scheme().roles]
        reason = str(project.article_state(found.uid)["excluded"])
    if json:
        emit_json({**article_json(found, annotations, roles), "excluded": reason})
    else:
        _print(found, annotations, related)
    if reason:
        say(f"article {found.number} is left out: {reason}")
    if others:
        say(f"nothing of {whose} here; annotated by {and_more(others)} (--all shows it)")
