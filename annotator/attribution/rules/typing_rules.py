"""The labels of a claim: form, source_type and cue_attitude of the default scheme."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from typing import Final

from annotator.attribution.result import Range
from annotator.attribution.rules.candidates import Candidate
from annotator.attribution.rules.lexicon import Lexicon
from annotator.attribution.rules.syntax import Span, Tree
from annotator.text.reported import FRAGMENT_WORDS


def attributes_of(
    tree: Tree,
    lexicon: Lexicon,
    candidate: Candidate,
    content: Sequence[Range],
) -> dict[str, str]:
    """The attributes that rules can tell; names and values are those of the default scheme."""
    return {
        "form": form(tree, content),
        "source_type": source_type(tree, lexicon, candidate),
        "cue_attitude": attitude(tree, lexicon, candidate),
    }


def form(tree: Tree, content: Sequence[Range]) -> str:
    """direct, mixed, fragment (one to three quoted words) or indirect."""
    inside = outside = 0
    parse = tree.parse
    starts = parse.starts
    for i in _tokens(starts, content):
        if parse.words[i][0].isalnum():
            if tree.quote_of[i] >= 0:
                inside += 1
            else:
                outside += 1
    if not inside:
        return "indirect"
    if not outside:
        return "direct"
    return "fragment" if inside <= FRAGMENT_WORDS else "mixed"


def _tokens(starts: Sequence[int], content: Sequence[Range]) -> list[int]:
    at = bisect_left
    return [i for lo, hi in content for i in range(at(starts, lo), at(starts, hi))]


def attitude(tree: Tree, lexicon: Lexicon, candidate: Candidate) -> str:
    """The cue_attitude of the cue's lemma; adverbs such as "allegedly" come first."""
    if not candidate.lemma:
        return "none"
    lo, hi = candidate.cue
    for i in range(lo, hi):
        if tree.parse.pos[i] == "ADV" and lexicon.attitude(tree.parse.lemmas[i]) != "none":
            return lexicon.attitude(tree.parse.lemmas[i])
    if candidate.pattern == "colon":
        return "neutral"
    return lexicon.attitude(candidate.lemma)


def source_type(tree: Tree, lexicon: Lexicon, candidate: Candidate) -> str:
    """What kind of source: by entity, head noun, number and determiner."""
    head = candidate.source_head
    if head is None or candidate.source is None:
        return "implicit"
    parse = tree.parse
    if parse.pos[head] == "PRON" or parse.tags[head] in ("PRP", "PRP$", "WP", "WDT"):
        return _PRONOUNS.get(parse.words[head].lower(), "unclear")
    if parse.pos[head] == "PROPN":
        return _named(tree, lexicon, head, candidate.source)
    return _common(tree, lexicon, head, candidate.source)


def _named(tree: Tree, lexicon: Lexicon, head: int, span: Span) -> str:
    """A source headed by a name."""
    parse, lists = tree.parse, lexicon.words
    word, entity = parse.words[head], parse.entities[head]
    last = parse.words[span[1] - 1].lower()
    outlet = last in lists["media"] or word.lower() in lists["media"]
    if entity == "PERSON" or (word in tree.people and not outlet):
        return "named_person"
    if outlet:
        return "media"
    if entity in ("WORK_OF_ART", "LAW"):
        return "document"
    plural = parse.tags[head] == "NNPS"
    if entity in ("ORG", "GPE", "NORP", "FAC", "LOC") or plural:
        return "named_group"
    return "named_group" if parse.lemmas[head] in lists["group"] else "named_person"


def _common(tree: Tree, lexicon: Lexicon, head: int, span: Span) -> str:
    """A source headed by a common noun."""
    parse, lists = tree.parse, lexicon.words
    lemma = parse.lemmas[head]
    for kind in ("data", "document", "media"):
        if lemma in lists[kind] or parse.words[head].lower() in lists[kind]:
            return kind
    named = {parse.entities[i] for i in range(*span)}
    if lemma in lists["group"]:
        return "named_group" if named & {"ORG", "GPE", "NORP", "PERSON"} else "unnamed_group"
    if parse.tags[head] == "NNS":
        return "unnamed_group"
    if "PERSON" in named and _names_head(tree, head, span):
        return "named_person"
    return "unnamed_person" if lemma in lists["person"] else "unclear"


def _names_head(tree: Tree, head: int, span: Span) -> bool:
    """Whether a name stands in apposition to a common noun: "the president, Barack Obama"."""
    parse = tree.parse
    return any(
        parse.deps[k] in ("appos", "flat") and parse.entities[k] == "PERSON"
        for k in parse.children[head]
        if span[0] <= k < span[1]
    )


def _pronouns() -> dict[str, str]:
    by_kind = {
        "named_person": "he she him her his who",
        "unnamed_group": "they them their those these many some most others",
        "named_group": "it its which",
        "unnamed_person": "someone somebody anyone nobody everyone one",
    }
    return {word: kind for kind, text in by_kind.items() for word in text.split()}


_PRONOUNS: Final = _pronouns()
