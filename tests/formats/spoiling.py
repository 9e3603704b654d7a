"""An article with everything in it, what comes of reading a file, and files spoilt by one thing.

For the tests that hold what formats write, read and complain about word for word.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from annotator import formats
from annotator.domain.errors import AnnotatorError
from annotator.domain.exchange import BadRecord, Document
from annotator.domain.losses import Losses
from annotator.domain.model import Annotation, ArticleDraft, Fragment
from annotator.domain.records import annotation_record
from tests.formats.support import article_of

TEXT: Final = "Farmers cheered, Ana Ruiz said.\n“No,” he said. 😀 They left."


def piece(words: str, role: str, span: int = 0) -> Fragment:
    start = TEXT.index(words)
    return Fragment(role, start, start + len(words), span)


def sample() -> list[Document]:
    """One article with every layer, labels, pieces, nesting, notes and flags; and an empty one."""
    article = article_of(
        TEXT, 1, name="first", title="A title", outlet="The Post", url="http://example.org/1",
        published="2026-01-02", byline="By Bo", meta={"section": "news"},
    )  # fmt: skip

    def made(number: int, layer: str, *fragments: Fragment, **more: Any) -> Annotation:
        return Annotation(
            f"01ARZ3NDEKTSV4RRFFQ69G5F{number:02}", layer, article.uid,  # type: ignore[arg-type]
            more.pop("annotator", "anna"), fragments, more.pop("labels", {}), scheme="v",
            created_at="2026-01-02T03:04:05.678Z", updated_at="2026-01-02T03:04:06.000Z", **more,
        )  # fmt: skip

    outer = made(
        1, "claim", piece("Farmers cheered", "content"), piece("Ana Ruiz", "source"),
        piece("said", "cue"), labels={"stance": "favor", "source_type": "named_person"},
    )  # fmt: skip
    inner = made(
        2, "claim", piece("“No,”", "content"), piece("They left", "content"), piece("he", "source"),
        piece("Ana", "source", 1), parent=outer.id, note="look\nagain", flagged=True,
        labels={"form": "direct", "own": "a b"},
    )  # fmt: skip
    mark = made(3, "mark", piece("cheered", "span"), labels={"type": "lexical"}, annotator="ben")
    twice = made(4, "mark", piece("No", "span"), piece("left", "span"), annotator="ben",
                 labels={"type": "loaded_language", "polarity": "bad"})  # fmt: skip
    sentence = made(5, "sentence", Fragment("span", 0, 31), reviewed=True, labels={"biased": "yes"})
    whole = made(6, "article", labels={"slant": "left"}, note="short")
    empty = article_of("Nothing here.", 2, name="second")
    return [Document(article, (outer, inner, mark, twice, sentence, whole)), Document(empty)]


def said(losses: Losses) -> list[str]:
    return [f"{x.kind}: {x.count} ({', '.join(x.examples)})" for x in losses]


def outcome(name: str, source: Path, options: Mapping[str, str] | None = None) -> list[str]:
    """What comes of reading a file: documents, bad records, losses, or the error."""
    losses = Losses()
    out: list[str] = []
    numbers: dict[str | None, str] = {None: "-"}
    try:
        for item in formats.read(formats.get(name), source, options or {}, losses):
            if isinstance(item, BadRecord):
                out.append(f"bad {item.where}: {item.message}")
            elif isinstance(item, Document):
                draft = item.article
                known = {k: getattr(draft, k) for k in ("name", "title", "outlet", "published")}
                fields = {k: v for k, v in known.items() if v} | dict(draft.meta)
                kind = "draft" if isinstance(draft, ArticleDraft) else "article"
                out.append(f"{item.where} {kind} {fields} {draft.text[:9]!r} {len(draft.text)}")
                for a in item.annotations:
                    numbers.setdefault(a.id, f"#{len(numbers)}")
                for a in item.annotations:
                    named = replace(a, id=numbers[a.id], parent=numbers.get(a.parent, "?"))
                    record = {k: v for k, v in annotation_record(named).items() if v}
                    out.append("  " + json.dumps(record, ensure_ascii=False))
            else:
                out.append(f"{type(item).__name__} {str(item)[:60]}")
    except AnnotatorError as error:
        out.append(f"error: {error.message} / {error.hint}")
    return [line.replace(str(source), "SOURCE") for line in (*out, *said(losses))]


def spoilt(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """The value with one thing in it wrong: gone, null, a number or a word in its place."""
    if path:
        for wrong in (None, 7, "wrong", -1):
            if wrong != value:
                yield f"{path}={json.dumps(wrong)}", wrong
    if isinstance(value, dict):
        for key in value:
            yield f"{path}.{key} gone", {k: v for k, v in value.items() if k != key}
            for said_, changed in spoilt(value[key], f"{path}.{key}"):
                yield said_, value | {key: changed}
    elif isinstance(value, list):
        for i in range(min(len(value), 2)):
            for said_, changed in spoilt(value[i], f"{path}[{i}]"):
                yield said_, [*value[:i], changed, *value[i + 1 :]]


def spoilt_line(line: str) -> Iterator[tuple[str, str]]:
    """The line with one thing in it wrong."""
    cut = line.rfind("\t")
    yield "gone", ""
    yield "twice", f"{line}\n{line}"
    if cut > 0:
        yield "last cell gone", line[:cut]
    words = line.replace("\t", " ").replace(",", " ").split(" ")
    for word in list(dict.fromkeys(words))[:6]:
        if word:
            yield f"{word} -> x", line.replace(word, "x", 1)
            if word.isdigit():
                yield f"{word} -> 99", line.replace(word, "99", 1)


def by_outcome(found: list[tuple[str, list[str]]], whole: list[str]) -> list[str]:
    """What was new about each, with the changes that led to it.

    Complaints stand as they are, annotations and articles as a check sum: there are too many.
    """
    grouped: dict[str, list[str]] = {}
    for change, lines in found:
        new = [line for line in lines if line not in whole]
        gone = sum(line not in lines for line in whole)
        short = [
            f"{zlib.crc32(x.encode()):08x}" if x.startswith("  ") or " article {" in x else x
            for x in new
        ]
        grouped.setdefault(f"-{gone} {' | '.join(short)}", []).append(change)
    return [f"{key} <- {len(all_)}: {'; '.join(all_[:3])}" for key, all_ in grouped.items()]
