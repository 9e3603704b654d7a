"""The labels of a claim: form, source_type and cue_attitude of the default scheme."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence

from annotator.attribution.candidates import Candidate
from annotator.attribution.lexicon import Lexicon
from annotator.attribution.quotes import Quotation
from annotator.attribution.result import Range
from annotator.attribution.syntax import Tree


def attributes_of(
    tree: Tree,
    marks: Sequence[Quotation],
    lexicon: Lexicon,
    candidate: Candidate,
    content: Sequence[Range],
) -> dict[str, str]:
    """The attributes that rules can tell; names and values are those of the default scheme."""
    del marks
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
    return "fragment" if inside <= 3 else "mixed"


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
    lo, hi = candidate.source
    lemma = parse.lemmas[head]
    words = lexicon.words
    entities = {parse.entities[i] for i in range(lo, hi)} - {""}
    plural = parse.tags[head] in ("NNS", "NNPS")
    if parse.pos[head] == "PRON" or parse.tags[head] in ("PRP", "PRP$", "WP", "WDT"):
        return _pronoun(lemma, parse.words[head].lower(), words)
    if parse.pos[head] == "PROPN":
        lowered = [parse.words[i].lower() for i in range(lo, hi)]
        if parse.entities[head] == "PERSON":
            return "named_person"
        if parse.words[head] in tree.people and parse.words[head].lower() not in words["media"]:
            return "named_person"
        if lowered[-1] in words["media"] or parse.words[head].lower() in words["media"]:
            return "media"
        if parse.entities[head] in ("ORG", "GPE", "NORP", "FAC", "LOC"):
            return "named_group"
        if parse.entities[head] in ("WORK_OF_ART", "LAW"):
            return "document"
        if lemma in words["group"] or plural:
            return "named_group"
        return "named_person"
    if lemma in words["data"] or parse.words[head].lower() in words["data"]:
        return "data"
    if lemma in words["document"]:
        return "document"
    if lemma in words["media"]:
        return "media"
    if lemma in words["group"]:
        return "named_group" if entities & {"ORG", "GPE", "NORP", "PERSON"} else "unnamed_group"
    if plural:
        return "unnamed_group"
    if "PERSON" in entities and _names_head(tree, head, lo, hi):
        return "named_person"
    if lemma in words["person"] or parse.pos[head] == "NOUN":
        return "unnamed_person" if lemma in words["person"] else "unclear"
    return "unclear"


def _names_head(tree: Tree, head: int, lo: int, hi: int) -> bool:
    """Whether a name stands in apposition to a common noun: "the president, Barack Obama"."""
    parse = tree.parse
    return any(
        parse.deps[k] in ("appos", "flat") and parse.entities[k] == "PERSON"
        for k in parse.children[head]
        if lo <= k < hi
    )


def _pronoun(lemma: str, word: str, words: dict[str, frozenset[str]] | object) -> str:
    if word in ("i", "we", "us", "me", "my", "our"):
        return "unclear"
    if word in ("he", "she", "him", "her", "his", "who"):
        return "named_person"
    if word in ("they", "them", "their", "those", "these", "many", "some", "most", "others"):
        return "unnamed_group"
    if word in ("it", "its", "which"):
        return "named_group"
    if word in ("someone", "somebody", "anyone", "nobody", "everyone", "one"):
        return "unnamed_person"
    del lemma, words
    return "unclear"
