"""`annotator show`: one article with its sentences and annotations."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated

import typer

from annotator.cli.context import Call
from annotator.cli.output import and_more, emit, emit_json, say
from annotator.cli.records import article_json
from annotator.cli.selecting import others_than
from annotator.domain.model import Annotation, Article
from annotator.text.safe import safe_line

app = typer.Typer(rich_markup_mode=None)


def _words(article: Article, annotation: Annotation, role: str) -> str:
    return " … ".join(safe_line(article.text[f.start : f.end]) for f in annotation.role(role))


def _describe(article: Article, annotation: Annotation) -> Iterable[str]:
    head = f"  {annotation.layer_name}"
    if annotation.layer == "mark" and annotation.fragments:
        head += f" “{_words(article, annotation, annotation.fragments[0].role)}”"
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


def _print(article: Article, annotations: list[Annotation]) -> None:
    for name in ("title", "byline", "outlet", "published", "url", "language", "origin"):
        value = getattr(article, name)
        if value:
            emit(f"{name}: {value}")
    emit(f"uid: {article.uid}   number: {article.number}   engine: {article.layout.engine}")
    by_sentence: dict[int, list[Annotation]] = {}
    for annotation in annotations:
        sentences = enumerate(article.layout.sentences)
        first = next((i for i, s in sentences if annotation.touches(s.start, s.end)), -1)
        by_sentence.setdefault(first, []).append(annotation)
    for annotation in by_sentence.get(-1, []):
        for line in _describe(article, annotation):
            emit(line)
    paragraph = -1
    for i, s in enumerate(article.layout.sentences):
        if s.paragraph != paragraph:
            paragraph = s.paragraph
            emit()
        kind = "" if s.kind == "body" else f" [{s.kind}]"
        emit(f"{i + 1}.{kind} {safe_line(article.text[s.start : s.end])}")
        for annotation in by_sentence.get(i, []):
            for line in _describe(article, annotation):
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
        others = others_than(project, whose, found.uid) if whose and not annotations else []
        roles = [r.name for r in project.scheme().roles]
    if json:
        emit_json(article_json(found, annotations, roles))
    else:
        _print(found, annotations)
    if others:
        say(f"nothing of {whose} here; annotated by {and_more(others)} (--all shows it)")
