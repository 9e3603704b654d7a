"""BASIL: spans of lexical and informational bias in JSON, with whom they aim at."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from annotator.domain.errors import InputError
from annotator.domain.exchange import BadRecord, Document, Item
from annotator.domain.losses import Losses
from annotator.domain.model import SPAN_ROLE, Annotation, Fragment
from annotator.formats.support.base import Format, Options
from annotator.formats.support.foreign import ArticleLabels, article_from, count_rest
from annotator.formats.support.jsonio import FILE_LIMIT, Fields, whole
from annotator.formats.support.overwriting import MANIFEST

_VALUES: Final = {
    "bias": ("type", {"lex": "lexical", "inf": "informational"}),
    "polarity": ("polarity", {"pos": "positive", "neg": "negative"}),
    "aim": (
        "aim",
        {
            "dir": "direct",
            **dict.fromkeys(("ind_ally", "ind_pro"), "via_ally"),
            **dict.fromkeys(("ind_opp", "ind_opponent", "ind_anti"), "via_opponent"),
            **dict.fromkeys(("ind_gen", "ind_general"), "general"),
        },
    ),
    "quote": ("owner", {"yes": "source", "no": "reporter"}),
}
"""Field -> attribute, and its values in our scheme's words."""
_AS_THEY_ARE: Final = {
    "target": "target",
    "speaker": "speaker",
    "indirect-target-name": "indirect_target",
    "indirect-ally-opponent-sentiment": "indirect_sentiment",
}
"""Field -> attribute that keeps its words."""
_PHRASES: Final = "phrase-level-annotations"
_ARTICLE: Final = "article-level-annotations"
_TITLE: Final = "title"
_BODY: Final = "body-paragraphs"
_SENTENCE: Final = re.compile("p([0-9]{1,9})")
_META: Final = {"title": "title", "source": "outlet", "date": "published", "url": "url"}


def read_basil(path: Path, options: Options, losses: Losses) -> Iterator[Item]:
    """Read articles (`X.json`) with their annotations (`X_ann.json`, or in the same file).

    The title stands before the text when a span lies in it.
    """
    files = sorted(path.rglob("*.json")) if path.is_dir() else [path]
    notes = {f.stem.removesuffix("_ann"): f for f in files if f.stem.endswith("_ann")}
    found = [f for f in files if not f.stem.endswith("_ann") and f.name != MANIFEST]
    if not found:
        raise InputError(f"{path}: no .json files with articles")
    for stem in sorted(notes.keys() - {f.stem for f in found}):
        yield BadRecord(notes[stem].name, "there is no article for these annotations")
    for file in found:
        try:
            article = Fields(whole(file, options), file.name)
            marks = article
            if file.stem in notes:
                marks = Fields(whole(notes[file.stem], options), notes[file.stem].name)
            yield from _document(article, marks, file.stem, losses)
        except InputError as error:
            yield BadRecord(file.name, error.message.removeprefix(f"{file.name}: "))


class _Text:
    """The text of an article, and where its title and sentences begin in it."""

    def __init__(self, article: Fields, *, titled: bool) -> None:
        self.sentences: dict[str, tuple[int, str]] = {}
        lines: list[str] = []
        at = 0
        title = article.loose(_TITLE)
        if titled and title:
            self.sentences[_TITLE] = 0, title
            lines.append(title)
            at = len(title) + 1
        number = 0
        for value in article.items(_BODY):
            inside = [str(s) for s in value] if isinstance(value, list) else [str(value)]
            for sentence in inside:
                self.sentences[f"p{number}"] = at, sentence
                number += 1
                at += len(sentence) + 1
            lines.append(" ".join(inside))
        self.text = "\n".join(lines)


def _document(article: Fields, marks: Fields, stem: str, losses: Losses) -> Iterator[Item]:
    values = marks.items(_PHRASES, [])
    found = [Fields(v, f"{marks.where}: {_PHRASES}[{i}]") for i, v in enumerate(values)]
    text = _Text(article, titled=any(_place(item) == _TITLE for item in found))
    out: list[Annotation] = []
    for i, item in enumerate(found):
        try:
            out.append(_mark(item, text, i, losses))
        except InputError as error:
            yield BadRecord(item.where, error.message.removeprefix(f"{item.where}: "))
    labels = ArticleLabels(losses, marks.where)
    _said(labels, "", marks.value.get(_ARTICLE), losses, marks.where)
    labels.note(marks.value.get("notes"))
    out += labels.annotations("")
    ours = {_BODY, _PHRASES, _ARTICLE, "notes"}
    given: dict[str, object] = {"name": stem}
    given |= {_META.get(k, k): v for k, v in article.value.items() if k not in ours}
    if marks is not article:
        count_rest(marks, ours | article.value.keys(), losses)
    yield Document(article_from(text.text, given), tuple(out), article.where)


def _said(labels: ArticleLabels, name: str, value: object, losses: Losses, where: str) -> None:
    """The answers about the whole article, by name; those within others as `outer.inner`."""
    match value:
        case dict():
            for key, inner in value.items():
                _said(labels, f"{name}.{key}" if name else str(key), inner, losses, where)
        case list():
            if all(isinstance(v, (str, int, float)) for v in value):
                if value:
                    labels.add(name or _ARTICLE, "; ".join(str(v) for v in value))
            else:
                losses.add(f"answer {name or _ARTICLE}", where)
        case str() | int() | float():
            if value != "":
                labels.add(name or _ARTICLE, str(value))


def _place(item: Fields) -> str:
    """The sentence that a span lies in: "p3", or "title"."""
    id_ = item.loose("id")
    if id_.casefold() in (_TITLE, "t", "t0"):
        return _TITLE
    number = _SENTENCE.fullmatch(id_)
    return f"p{int(number[1])}" if number else id_


def _mark(item: Fields, text: _Text, number: int, losses: Losses) -> Annotation:
    place = _place(item)
    if place not in text.sentences:
        raise InputError(f"{item.where}: there is no sentence {item.loose('id')[:40]!r}")
    base, sentence = text.sentences[place]
    words = item.text("txt", "")
    start, end = item.number("start"), item.number("end")
    if not 0 <= start < end <= len(sentence) or (words and sentence[start:end] != words):
        # Some offsets of the corpus are off by the white space that was cleaned later.
        start = sentence.find(words) if words else -1
        end = start + len(words)
        if start < 0 or sentence.count(words) > 1:
            raise InputError(f"{item.where}: {words[:60]!r} is not at its place in {place}")
    attributes: dict[str, str] = {}
    for field, (name, values) in _VALUES.items():
        said = item.loose(field)
        if said in values:
            attributes[name] = values[said]
        elif said:
            losses.add(f"{field} {said!r}", item.where)
    attributes |= {name: item.loose(field) for field, name in _AS_THEY_ARE.items()}
    count_rest(item, {"id", "start", "end", "txt", "notes", *_VALUES, *_AS_THEY_ARE}, losses)
    return Annotation(
        id=str(number),
        layer="mark",
        article="",
        annotator="",
        fragments=(Fragment(SPAN_ROLE, base + start, base + end),),
        attributes={k: v for k, v in attributes.items() if v},
        provenance="imported",
        note=item.loose("notes"),
    )


BASIL: Final = Format(
    name="basil",
    title="BASIL JSON",
    suffix="",
    holds="marks: type, polarity, aim, target, owner, speaker; answers about whole articles",
    loses="read only",
    unit="codepoint",
    read=read_basil,
    options=(FILE_LIMIT,),
)
